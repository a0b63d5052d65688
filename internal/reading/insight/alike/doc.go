// Package alike finds what speaks of the same thing: for what somebody says, the open matters and voices that are nearest to it by words, place,
// topic and time, with an index of its own. It finds; people join.
//
// # How it is laid out
//
// What is in the index is a table: one row for each open voice and matter, with digests of the pairs of neighbouring characters of its masked
// words (of brief ones more, below), its place, its topic and the hour from which it is. One consumer of the record writes it, a second or two behind ([Consumer]). Rows have
// numbers that only grow; what changes gets a new one, and of what goes only its number is kept for a while, so that others forget it, too.
//
// Questions are answered from memory ([Finder]): inverted lists made of the rows, in each process, brought up to date by their numbers. The
// lists are a function of the rows alone: processes that have followed to the same number answer the same, whenever they were started, and
// what is killed makes them anew from the table.
//
// # Brief texts
//
// Most voices have pairs enough. What has up to thirty characters often shares none with what says the same in other words, so of a brief text its single
// characters (without particles) and the senses of its plain words (senses.txt) are kept, too, and two brief texts are compared by all of these: twice
// what they share by what both say, less what any two share by chance. What has only characters in common shares nothing. A brief text and a long one, and
// two long ones, are compared by pairs alone.
//
// # Who may see
//
// The index knows no rights. It gives candidates in their order; the list in which a thing stands says which are there for the person, before
// anything is shown or counted. There are three shelves, so that what one person may not see weighs nothing in what another is shown: voices
// (for whoever has the inbox), matters (for whoever has the ledger) and matters of the board (for everybody, by their public words only). The
// original words of voices are in none, nor is anything on a restricted path. Pairs of which there are few weigh all the same and others by
// steps of powers of two, so that the weight of a pair does not tell of a single voice.
package alike
