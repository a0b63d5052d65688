// Package search finds every text that holds what somebody types, from two characters on, to the last one, in an index that is kept in the
// database and follows the record.
//
// # What is found
//
// Texts and questions are folded (half width, lower case, simplified characters, one blank for all that is blank). A question is the parts
// between its blanks; a text is found when it holds all of them, as strings.Contains says. Words, numbers and single letters of Latin text are
// found in the same way, because pairs of neighbouring characters know no difference.
//
// # How it is laid out
//
// A shelf holds the texts of one kind of thing. Each text has a number; numbers grow with the hour from which a text is, and within an hour
// with its random id, so that their order tells nothing finer. Texts stand in segments of 1,024 or 16,384 numbers. A segment lists for each
// pair of neighbouring characters in which texts and where it stands, spread over pages by a digest of the pair; a page is one row. What is
// new or changed stands in the tail, which is read text by text, until there is enough of it for a segment. No segment is ever changed in
// part: it is written anew from what the texts say now, so that nothing of what was erased or redacted stays behind.
//
// # Who may find
//
// The index knows no rights. It gives candidates, and whoever asks tells of each, by the rule of the list in which it would stand, whether
// it is there for this person; the others are neither shown nor counted. What a shelf holds is never more than what everybody who has its
// list may read: the original words of voices are in none, and masked words that nobody has approved only in the one of the union.
//
// The index is kept by one consumer of the record ([Consumer]), made anew by [Rebuild], and looked into by [Check].
package search
