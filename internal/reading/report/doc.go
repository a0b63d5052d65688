// Package report answers "how many?" with a number and the list behind it: every [Figure] is a filter of the ledger, of the
// desk or of the inbox together with how many rows that filter has, so that a number on a home page and the list it opens are
// counted by the same query.
//
// It writes nothing but the fact that somebody took a list out as a file ([Taken]).
package report
