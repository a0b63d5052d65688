// Package once makes a repeated request have one effect and the same answer.
//
// A page or program sends a key with every request that changes something. The first request with a key runs; a repeat (second
// press, reload, lost answer) gets the stored answer. A repeat writes as well: on PostgreSQL it thereby waits until the synchronous
// standby has the row, so that an answer is never given twice for an effect that can still be lost.
//
// Scope and key are stored as one hash and the body as another that the key salts, so a row tells neither who asked nor what.
//
// Table: once.
package once
