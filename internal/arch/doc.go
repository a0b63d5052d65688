// Package arch holds only tests: about imports, owners of tables, language keys, templates and sizes.
package arch
