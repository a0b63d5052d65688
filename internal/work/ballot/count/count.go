// Package count counts a ballot: pure rules, the same for whoever counts again. What came out depends on the papers, the number of places, the
// rule and the seed alone, and not on the order of the papers.
package count

import (
	"slices"

	"sanwen/internal/ground/lot"
)

// Rule says what a candidate needs besides more votes than the others. Its name is "ballot.rule.<rule>".
type Rule string

// The rules.
const (
	Most Rule = "most" // nothing else
	Half Rule = "half" // more than half of all papers
)

// Rules returns both.
func Rules() []Rule { return []Rule{Most, Half} }

// Quorum says how many of the electors have to vote. Its name is "ballot.quorum.<quorum>".
type Quorum string

// The quorums.
const (
	OverHalf  Quorum = "half"       // more than half
	TwoThirds Quorum = "two_thirds" // two thirds or more
)

// Quorums returns both.
func Quorums() []Quorum { return []Quorum{OverHalf, TwoThirds} }

// Met reports whether so many votes of so many electors are enough.
func (q Quorum) Met(votes, electors int64) bool { return votes >= q.Need(electors) }

// Need is how many have to vote.
func (q Quorum) Need(electors int64) int64 {
	if q == TwoThirds {
		return (2*electors + 2) / 3
	}
	return electors/2 + 1
}

// Outcome is what became of a candidate, and why. Its name is "ballot.outcome.<outcome>".
type Outcome string

// The outcomes.
const (
	Chosen  Outcome = "chosen"
	Drawn   Outcome = "drawn"   // chosen by lot among those with as many votes for the last places
	Fewer   Outcome = "fewer"   // others had more votes
	NotLot  Outcome = "not_lot" // as many votes as the last that is chosen; the lot fell on another
	NotHalf Outcome = "not_half"
	NoVote  Outcome = "no_vote"
)

// Outcomes returns all.
func Outcomes() []Outcome { return []Outcome{Chosen, Drawn, Fewer, NotLot, NotHalf, NoVote} }

// In reports whether it is chosen.
func (o Outcome) In() bool { return o == Chosen || o == Drawn }

// Result is what came out.
type Result struct {
	Papers    int
	Abstained int       // papers with no mark
	Votes     []int     // by candidate
	Outcomes  []Outcome // by candidate
	Last      int       // votes of the last that is chosen, 0 where nobody is
	Tied      []int     // candidates among whom the lot decided, in the order of the draw; the first of them are chosen
}

// Sound reports whether a paper may be counted: marks of candidates 0 to n−1, each once, at most places of them. A paper without a mark abstains.
func Sound(paper []int, n, places int) bool {
	if len(paper) > places {
		return false
	}
	seen := map[int]bool{}
	for _, c := range paper {
		if c < 0 || c >= n || seen[c] {
			return false
		}
		seen[c] = true
	}
	return true
}

// Count counts sound papers for n candidates. Those with more votes are chosen, as far as there are places and the rule allows. Where several have as
// many votes as the last place needs, a lot by the seed decides among them, in the order in which they stand on the paper.
func Count(papers [][]int, n, places int, rule Rule, seed string) Result {
	r := Result{Papers: len(papers), Votes: make([]int, n), Outcomes: make([]Outcome, n)}
	for _, p := range papers {
		if len(p) == 0 {
			r.Abstained++
		}
		for _, c := range p {
			r.Votes[c]++
		}
	}
	var in []int // who may be chosen at all
	for c, v := range r.Votes {
		switch {
		case v == 0:
			r.Outcomes[c] = NoVote
		case rule == Half && 2*v <= r.Papers:
			r.Outcomes[c] = NotHalf
		default:
			r.Outcomes[c] = Fewer
			in = append(in, c)
		}
	}
	slices.SortStableFunc(in, func(a, b int) int { return r.Votes[b] - r.Votes[a] })
	places = min(places, len(in))
	if places == 0 {
		return r
	}
	r.Last = r.Votes[in[places-1]]
	var level []int // as many votes as the last place needs
	left := places
	for _, c := range in {
		switch {
		case r.Votes[c] > r.Last:
			r.Outcomes[c] = Chosen
			left--
		case r.Votes[c] == r.Last:
			level = append(level, c)
		}
	}
	if len(level) == left {
		for _, c := range level {
			r.Outcomes[c] = Chosen
		}
		return r
	}
	for i, at := range lot.Draw(seed, len(level), len(level)) {
		c := level[at]
		r.Tied = append(r.Tied, c)
		if r.Outcomes[c] = NotLot; i < left {
			r.Outcomes[c] = Drawn
		}
	}
	return r
}
