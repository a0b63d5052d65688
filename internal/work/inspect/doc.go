// Package inspect is what is measured on site: visits to places, with readings, instruments and findings. Every number that a
// leader hears has been measured by somebody, with something, at a place and a time.
//
// # A visit
//
// A visit is written down as a whole, in one piece: a round in a cellar without a network is sent when there is one, once. It
// keeps the time at which the phone says that it was made beside the time at which it came in. It has items; each has the check
// item as it was on that day, all its readings, and what they say. At least as many points are read as the check item asks for;
// the mean and the worst one are both judged. What does not apply says why.
//
// Photos of staff keep when and what, as fields of the record: the files themselves have lost what the camera wrote into them. The time is
// typed, or that of the device when the photo was chosen; it is not after the record, nor more hours before it than a setting allows.
//
// # Findings
//
// What fails and can be ordered at once names a unit and a day: that becomes a quick matter on the ledger, in the same
// transaction. What is critical (a scald, food, danger) becomes a matter of class safety whether or not anybody asked for it.
//
// What verifies a finished matter, and looks back at it, is recorded with the matter itself, by the items of its own plan.
//
// # States
//
// [Cycle] is the life of a visit, [CallCycle] that of the call for something critical, [WalkCycle] that of one walk of a round.
//
// # Tables
//
// instrument, visit_number, visit, visit_item, visit_photo. Visits are never changed: a wrong one is followed by another.
package inspect
