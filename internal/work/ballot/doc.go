// Package ballot is how employees decide what is done first: a pool of candidates that is filled all year round, and ballots in which more of them
// stand than there are places.
//
// # The pool
//
// A [Candidate] comes from a voice, from a survey, from a visit, from a matter that nobody leads yet, or is put in by hand; where it came from is
// kept. A department says whether it can be done, what it costs and whom it helps. The union's office admits what meets the four criteria: of broad
// benefit, of real effect, feasible this year, measurable. [PoolCycle] is the table of its states:
//
//	pooled   in the pool, not yet assessed or judged
//	asked    a department owes the feasibility note
//	ready    meets the criteria and can be done: may stand in a ballot
//	listed   stands in a ballot
//	chosen   has become a matter
//	merged   says the same as another
//	dropped  taken out, with the reason
//
// What is not chosen goes back to ready, with why.
//
// # Ballots
//
// A [Ballot] has an electorate that is fixed when it opens: everybody in some units, or the delegates. Everybody has one vote, and marks at most as
// many candidates as there are places. When the last day is over the program counts: below the quorum the papers are destroyed unread; otherwise
// [count.Count] decides, ties by a lot whose seed was sealed beforehand (its digest stands in the record of the opening) and is shown with the result. The
// chosen become matters in the same transaction. [Cycle] is the table:
//
//	planned    made, waits for its first day
//	open       electors vote
//	counted    it is decided
//	void       too few voted; nothing was counted
//	cancelled  called off
//
// # What is known of who voted what
//
// Nothing. That somebody has voted stands in ballot_elector, what was voted in ballot_paper, without a name, a number, an order or a time. A paper
// waits in ballot_box until there are five, which are put among the others together in a transaction of their own ([Mix]); when it is over everything is
// written anew (decision 35, as in surveys).
//
// # Tables
//
// ballot_candidate, ballot, ballot_choice, ballot_elector, ballot_box, ballot_paper.
package ballot
