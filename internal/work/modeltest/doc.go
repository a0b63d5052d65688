// Package modeltest holds what has to be true of voices, matters, assignments, duties and acceptances at every moment, whatever anybody
// has done in whatever order ([Invariants]), and tests that let many people do many things and look after each.
//
// An invariant is a function over a [Snapshot], everything that the work has stored, and the one before it, so that it can say what must
// never change. It knows the tables and no rule: the rules are in the capabilities, and once more, written separately and much smaller,
// in the model of the tests. Numbers I1 to I44 are those of the list of invariants of the product; those beyond (D1 and on, S1 and on) are
// about duties and assignments, orders, resolutions and talks.
//
// Only tests import it. A test of faults or of the demonstration calls [Check] on the database that it ends with.
package modeltest
