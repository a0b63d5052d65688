// Package spots finds hot spots: problems of which several people speak, by what they say, where and when.
//
// # What is grouped
//
// Voices that are nobody's secret path: restricted ones, those whose topic or words call for a restricted path before triage has decided, spoilt
// food (it has a duty roster of its own), praise, and whatever was erased, withdrawn, refused or set aside are in no hot spot and in
// no table of this package. What is compared are the masked words; what is shown are the words that triage has approved, or those of named voices,
// masked once more.
//
// # How
//
// Places that belong together (the parts of a bathhouse) are one surrounding; voices without a place are one as well. In a surrounding every voice
// joins the spot that it has most in common with among the voices of the half year before, or begins one of its own. That is a function of the
// voices and of nothing else ([assign]): the same ones give the same spots whatever came in between, on every replica, on one core or many, and a
// voice that goes leaves nothing behind. The number of a spot stays with most of its voices. What people decide (a voice belongs there; two spots
// are one) stands before the words, is recorded with who and when, and can be undone; a matter that several voices share binds them, too. A join or a split holds
// both sides: what others are put to must not be led away from them by its words.
//
// # Later voices
//
// A voice that comes into the spot of a matter and waits for triage belongs to the matter by itself ([AttachedTo]): it is counted there, after completion
// as a relapse, and triage is shown it as joined. It is a function of voices and spots, too, and no row says it; a row says only where somebody has said
// that it is not so ([Apart]). Words that called somebody (danger, injury, spoilt food, crisis) attach nothing.
//
// # What is kept of days
//
// The list and the maps count from one page of a day ([daybook], [daily]), which the same consumer keeps, in the same transaction. It reads the voices themselves
// where the record says something of them that has not been followed, and everything where the pages have to be made ([Mend]).
//
// Tables: insight_spot, insight_spot_voice, insight_spot_pin, insight_spot_act, insight_spot_moved, insight_spot_apart, insight_spot_state. They are kept by one consumer
// of the record ([Consumer]), made anew by [Rebuild] and compared with the voices by [Check]. No words stand in them.
package spots
