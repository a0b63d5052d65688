// Package words looks at what people wrote: words that cannot wait, what tells who wrote it, what says the same, and
// whether the parts of a text are all of it. Everything here is pure; nothing knows the database.
package words
