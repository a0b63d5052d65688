// Package event is the past: one append-only record of every change, written in the transaction of the change.
//
// It is the audit log, the timeline of every page, the feed of search and statistics ([Consumer]), and a Merkle tree over all of
// it, so that whoever holds a proof can check that his voice was registered, and that nothing before or after it was removed,
// changed or inserted.
//
// # The tree
//
// A leaf is a salted commitment, SHA-256("sanwen-log/1" ‖ kind ‖ salt ‖ SHA-256(record)), where salt is 32 random bytes and
// record the canonical JSON of the entry. Nothing readable is in the tree. Erasing destroys salt and record; the commitment and
// every proof stay valid. Hashing follows RFC 6962 (golang.org/x/mod/sumdb/tlog), tree heads are signed notes in the form of C2SP
// tlog-checkpoint, proofs are C2SP tlog-proof@v1 files that can be checked offline.
//
// Numbers are given in commit order. On SQLite the entry gets its number when it is written and its leaf in the same commit. On
// PostgreSQL writers do not wait for each other: the entry is committed without a number, and a sequencer that holds the row lock
// of log_state numbers what has become visible, within 200 ms. A number is therefore visible only after all smaller ones, and a
// consumer with a cursor over numbers misses nothing.
//
// Tables: event, log_state, log_leaf, checkpoint, log_key, event_cursor.
package event
