// Package db keeps the data: SQLite in a file, or PostgreSQL, behind one [Tx] and one text of SQL.
//
// Everything is done in [DB.Write] or [DB.Read]. A write that forgot to ask for permission or to record what it did is not
// committed; a transaction inside a transaction is refused. A statement that failed fails its transaction, on both databases.
//
// # SQLite
//
// One connection writes. Those who wait for it are committed together: each has its turn within the one transaction, in its own
// savepoint and in its own goroutine, and is told of success after the one fsync that makes all of them durable. Four connections
// read, each transaction from one snapshot. The directory is locked against a second process, and network file systems are
// refused, because neither their locks nor their fsync can be relied on.
//
// # PostgreSQL
//
// Reads run REPEATABLE READ, READ ONLY: one snapshot as on SQLite. Writes run READ COMMITTED: updates carry the version they expect
// and rows that decide are locked ([Tx.ForUpdate]), so a stale decision is found either way; counters and queues then wait for each
// other instead of failing with 40001 and starting again. What still fails with 40001 or 40P01 (deadlock) is run again; therefore
// the function given to Write must not change anything outside the transaction except through [Tx.OnCommit]. A commit whose
// outcome is unknown is never run again: see [ErrUnknown].
//
// # Common text of SQL
//
// Parameters are $1, $2 …; truth is 0 and 1; time is BIGINT Unix milliseconds; a day is TEXT. RETURNING, ON CONFLICT, common table
// expressions, window functions and row values may be used. now(), JSON operators, arrays, ILIKE and ordering by the database's
// collation may not. Migrations are templates with {{serial}}, {{blob}}, {{norowid}} and {{if sqlite}} … {{else}} … {{end}};
// on PostgreSQL every TEXT column gets the collation C, so that both databases compare texts by their bytes.
package db
