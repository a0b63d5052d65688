package accept

import (
	"sanwen/internal/base/access"
	"sanwen/internal/base/event"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/lot"
	"sanwen/internal/work/matter"
)

// Acceptance is the asking of one round. States: frozen, open, over, void.
type Acceptance struct {
	Matter    string       `json:"matter"`
	Round     int64        `json:"round"`
	State     string       `json:"state"`
	Attempt   int64        `json:"attempt"` // claims of this round; every one freezes anew
	Question  string       `json:"question"`
	Seed      string       `json:"seed"`
	Pool      int64        `json:"pool"`    // people that the lot was drawn from
	Sample    int64        `json:"sample"`  // people wanted from it
	Invited   int64        `json:"invited"` // invitations in all
	FrozenAt  clock.Millis `json:"frozen_at"`
	OpenedAt  clock.Millis `json:"opened_at"`
	WindowEnd clock.Millis `json:"window_end"`
	OverAt    clock.Millis `json:"over_at"`
	Verdict   string       `json:"verdict"`
	Sense     string       `json:"sense"` // of the three that is asked about, or empty
}

// States of an acceptance.
const (
	Frozen = "frozen" // the list stands, the inspection has not passed yet
	Opened = "open"
	Over   = "over"
	Void   = "void" // the claim failed, or the matter ended otherwise
)

// Ref is the acceptance as the subject of facts. It is not the matter: the timeline of a matter must not show when
// answers came.
func (a Acceptance) Ref() event.Ref {
	return event.Ref{Kind: "acceptance", ID: roundKey{a.Matter, a.Round}.id()}
}

// Invitation lets one person or one receipt answer once.
type Invitation struct {
	ID     string
	Matter string
	Round  int64
	Person string // account that is invited, or empty
	Voice  string // voice whose receipt is invited, or empty
	Why    string // submitter, acceptor, sample
	Used   bool
	AskAt  clock.Millis // from when on he is asked, a whole hour
}

// Why somebody is invited.
const (
	WhySubmitter = "submitter"
	WhyAcceptor  = "acceptor"
	WhySample    = "sample"
)

// Answers to the factual question and to whether it is solved. Names: "accept.fact.<code>", "accept.result.<code>".
const (
	Yes    = "yes"
	No     = "no"
	Unsure = "unsure"

	Solved = "solved"
	Partly = "partly"
	Not    = "not"
)

// Facts lists the answers to the factual question, Results those to whether it is solved.
func Facts() []string   { return []string{Yes, No, Unsure} }
func Results() []string { return []string{Solved, Partly, Not, Unsure} }

// Grades is the best grade; 0 is none given. Names: "accept.grade.<n>".
const Grades = 5

// MaxNote is the longest sentence, in characters.
const MaxNote = 500

// Tally counts the answers of a round.
type Tally struct {
	Answers int
	Fact    map[string]int
	Result  map[string]int
	Grade   [Grades + 1]int // by grade; [0] without one
	Lift    map[string]int  // by what became of the sense that was asked about
}

// Judged is how many could say whether it is solved.
func (t Tally) Judged() int { return t.Result[Solved] + t.Result[Partly] + t.Result[Not] }

// Graded is how many gave a grade, Score their mean times 100 (500 is the best), 0 without any.
func (t Tally) Graded() int { return t.Answers - t.Grade[0] }

// Score is the mean grade times 100.
func (t Tally) Score() int {
	n, sum := 0, 0
	for g := 1; g <= Grades; g++ {
		n += t.Grade[g]
		sum += g * t.Grade[g]
	}
	if n == 0 {
		return 0
	}
	return (sum*100 + n/2) / n
}

// Verdict is what the answers of a round mean: disputed from reopen percent of "not solved" on, confirmed when at least
// one says solved and they are at least half of those who could judge, else unconfirmed. No answer is no confirmation.
func (t Tally) Verdict(reopen int) string {
	n := t.Judged()
	switch {
	case n > 0 && t.Result[Not] > 0 && t.Result[Not]*100 >= reopen*n:
		return matter.Disputed
	case t.Result[Solved] > 0 && t.Result[Solved]*2 >= n:
		return matter.Confirmed
	}
	return matter.Unconfirmed
}

// Draw gives the places, from 0 to pool−1, that a lot draws from a list of pool people sorted by the path of their unit
// and by id: all of them in the
// order of the draw, as far as wanted. Place i of the draw is the first eight bytes of SHA-256("<seed>/<i>") modulo pool;
// a place drawn before is passed over. Anybody can repeat it with the public seed.
func Draw(seed string, pool, want int) []int { return lot.Draw(seed, pool, want) }

// candidate is somebody who might be invited.
type candidate struct {
	ID         string
	Path       access.Path
	Employment string
}

// barred says who is never asked about a matter.
type barred struct {
	lead    access.Path
	persons map[string]bool // owner, claimant, sponsor, author, heads of the lead unit, recused
	units   []access.Path   // recused
}

func (b barred) has(c candidate, contractor string) bool {
	if b.persons[c.ID] || b.lead != "" && c.Path.Under(b.lead) && c.Employment == contractor {
		return true
	}
	for _, u := range b.units {
		if c.Path.Under(u) {
			return true
		}
	}
	return false
}

// Summary is what may be shown of a round. Unless Shown, there is nothing in Tally.
type Summary struct {
	Acceptance
	Shown   bool // the window is over and there are enough answers
	TooFew  bool // the window is over and there are not
	Answers int  // 0 while the window runs
	Silent  int  // invitations without an answer, once the window is over
	Called  int  // answers that somebody of the union has asked for by telephone or in person
	Tally   Tally
}

// summarise applies the rules of showing: nothing while the window runs, aggregates from least answers on.
func summarise(a Acceptance, t Tally, called, least int) Summary {
	s := Summary{Acceptance: a}
	if a.State != Over {
		s.Verdict = ""
		return s
	}
	s.Shown = t.Answers >= least
	s.TooFew = !s.Shown
	if s.Shown {
		s.Answers, s.Silent, s.Called, s.Tally = t.Answers, int(a.Invited)-t.Answers, called, t
		if t.Graded() < least {
			s.Tally.Grade = [Grades + 1]int{}
		}
		if t.Lifted() < least {
			s.Tally.Lift = nil
		}
	}
	return s
}

// Word is the language key of the state.
func (a Acceptance) Word() string { return "accept.state." + a.State }

// Word is the language key of why somebody is invited.
func (i Invitation) Word() string { return "accept.why." + i.Why }

// Hidden is the language key that stands in the place of a result that is not shown, or empty.
func (s Summary) Hidden() string {
	switch {
	case s.Shown:
		return ""
	case s.TooFew:
		return "accept.toofew"
	}
	return "accept.sealed"
}

// The language keys of what an answer page prints; see [Facts], [Results] and [Grades].
const (
	WordFact     = "accept.fact."
	WordResult   = "accept.result."
	WordGrade    = "accept.grade."
	WordQuestion = "accept.question.default" // where no own question was written
)
