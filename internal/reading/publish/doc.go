// Package publish reads what everybody may know: the numbers of the public board, its matters, and the newest tree head of
// the log.
//
// Nothing here comes from the words of a voice, tells who did what, or is finer than the day. Numbers about voices are given
// for the whole organisation, or for a place that enough people use (setting place.users) for none of them to stand out.
//
// The board is read by many and changes rarely, so [Board] keeps what it read for a short while.
package publish
