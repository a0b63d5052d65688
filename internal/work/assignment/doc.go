// Package assignment says which unit answers for a voice or a matter, and how it came to that: one lead, any number of
// helping (co) units, signed for within one working day or signed for by itself, returned only with a rule and a
// proposed unit, decided for good by the supervisor after the second return.
//
// # States
//
//	assigned      a lead is named and has one working day to sign or to return
//	signed        the lead answers for it (signed, signed by itself, or adjudicated)
//	returned      the lead has shown by which rule it is not his, and whose it is
//	adjudicating  returned a second time: the supervisor decides within one working day, bindingly
//	ended         the voice or matter is finished
//
// [Cycle] is the table. The first receiver stays recorded through everything.
//
// # Ownerless time
//
// From the first registration until a unit has signed, and again from every return until the next signature, nobody
// answers for it. Those intervals are rows of their own, each with the unit that it is charged to; nothing ever
// changes or removes a finished one, so the total cannot be zeroed by assigning anew.
//
// # Tables
//
// assignment, assignment_co, ownerless. The package knows nothing of what is assigned: the capability that owns it
// registers a [Host], which tells the facts and follows the changes in the same transaction.
package assignment
