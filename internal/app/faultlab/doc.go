// Package faultlab holds only tests. They start the real binary as a process of its own, send voices to it as browsers
// without scripts would, kill it at random moments, and then hold what it has acknowledged against what it has kept.
//
// Two planted wrong servers, built with the tags wrong_ack (answers before the commit) and wrong_once (no idempotency),
// must be caught by the same test; a test of faults that finds no planted fault proves nothing.
package faultlab
