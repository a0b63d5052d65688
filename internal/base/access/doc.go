// Package access answers one question: may this person do this to that thing?
//
// Everything that is not public passes through [Person.May], which looks the answer up in one table ([Table], in
// table.go) of action × role × relation. A list uses [Visible], made from the same rows, so that what a person may
// not open can neither be listed nor counted.
//
// Three rules stand above the table and cannot be configured away:
//   - recusal: who is named in a voice, or works under a unit that is named in it, never gets it, by any way, except
//     as its own submitter;
//   - restricted matters (discipline, health, aid) are open only to rows that name their class;
//   - nobody gets anything by being an administrator: the three administrator roles (system, security, audit) hold no
//     row over the content of voices.
package access
