// Package ledger reads the ledger of matters: the table with its filters, counts and export, the page of one matter,
// a handler's work list, and the rows of the public board. It writes nothing.
package ledger
