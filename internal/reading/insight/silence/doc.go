// Package silence tells where little or nothing is heard: units and crews from which fewer voices come than people of their number and shift, and
// their own past, let expect. It is no measure of how well a unit does. That few complain is no merit, and nobody is praised or ranked for it; what is
// told is where somebody should go and ask.
//
// # What is counted
//
// The twelve whole months before this one, and the twelve before those: numbers move once a month, so that nobody can see from one day to the next that
// somebody has spoken. Everybody who speaks with a name counts once, in the unit where he works. A voice without a name counts for the smallest unit
// whose people alone use its place; that of a place for all counts for none. Voices on restricted paths, those that name somebody, those that nobody has
// looked at yet, and what was erased, withdrawn, refused or set aside are in no number.
//
// # What is expected
//
// By head-count and shift: the people of the unit times the rate of all units of its kind with the same shift, or of all where a shift has too few to be
// told. By the past: times (4+p)/(4+q), where p were heard in the year before and q were expected then; a crew takes the past of the plant or department it
// belongs to. How many come is taken as negative binomial around that with the weight 4, or 4+p for a unit with a past of its own: units that are alike
// differ by half of the expected. The interval holds 95 of 100.
//
//	far fewer  fewer are heard than the interval begins with
//	silent     a crew of at least 15 people of whom fewer than 5 of 100 have spoken, answered a survey or voted (metrics: silent_units)
//
// # Small groups
//
// Crews have no number of what was heard. A unit's number is shown by the one rule (few), within the group whose rate is known, so that none can be
// had by subtraction; a past that may not be shown is not used, and neither is the rate of a shift that may not.
//
// # What is kept
//
// Who was heard on a day, and how many voices without a name there were of a unit and place, so that two years need not be read voice by voice. A day to whose
// voices something happened is forgotten by [Consumer] and counted again by [Mend], or by whoever reads before that.
//
// Tables: insight_heard_day, insight_heard_state.
package silence
