// Package chain knows who has to agree to a plan before it is in force, and in which order: the head of the unit that leads, finance
// where it costs so much, the supervising office. It reads and writes no table.
package chain

import "sanwen/internal/ground/fault"

// Step is what a plan waits for while it is reviewed. Names in the catalogue: "matter.step.<code>".
type Step string

// The steps in their order. A leader takes a step where nobody else can.
const (
	Head       Step = "head"        // signature of the head of the lead unit
	HeadTop    Step = "head_top"    // of a leader in his stead
	Finance    Step = "finance"     // approval of the money by the head of the finance unit
	FinanceTop Step = "finance_top" // by a leader in his stead
	Office     Step = "office"      // decision of the supervising office
)

// Steps lists them.
func Steps() []Step { return []Step{Head, HeadTop, Finance, FinanceTop, Office} }

// Hand is in which capacity somebody takes a step before the last.
type Hand string

// The hands. Own is kept with a plan whose author was himself the head, where the organisation has his writing count; Moved with a
// version in which a decision has moved the deadline and nothing else.
const (
	AsHead    Hand = "head"
	AsFinance Hand = "finance"
	AsLeader  Hand = "leader"
	Own       Hand = "own"
	Moved     Hand = "moved"
)

// Takes reports whether the hand takes the step.
func (h Hand) Takes(s Step) bool {
	switch h {
	case AsHead:
		return s == Head
	case AsFinance:
		return s == Finance
	case AsLeader:
		return s == HeadTop || s == FinanceTop
	}
	return false
}

// What the setting "plan.head.author" says of a plan that a head has written himself.
const (
	Deputy  = 0 // another head of the unit or above it signs, a leader where there is none
	Leaders = 1 // a leader signs
	Counts  = 2 // that he wrote it counts as his signature
)

// Case is what the order depends on.
type Case struct {
	Quick      bool // put right at once: only a change of it is reviewed, by the office
	AuthorHead bool // the author is a head of the lead unit
	Rule       int  // Deputy, Leaders or Counts
	Heads      int  // heads of the lead unit who can sign: not the author, not recused, with an account
	Costly     bool // the money reaches the limit
	Financiers int  // heads of the finance unit who can approve it: likewise, and without a signature under this plan
}

// First is what a plan waits for when it has been handed in.
func (c Case) First() Step {
	switch {
	case c.Quick:
		return Office
	case c.AuthorHead && c.Rule == Counts:
		return c.After(Head)
	case c.Heads == 0, c.AuthorHead && c.Rule == Leaders:
		return HeadTop
	}
	return Head
}

// After is what it waits for when a step has been taken.
func (c Case) After(s Step) Step {
	if s != Head && s != HeadTop || c.Quick || !c.Costly {
		return Office
	}
	if c.Financiers == 0 {
		return FinanceTop
	}
	return Finance
}

// Separate refuses hands that must not be the same: who wrote a plan signs nothing under it, who has signed it as a head does not approve
// its money as finance, and who has signed it does not decide on it.
func Separate(s Step, who, author, head, finance string) error {
	switch {
	case who == author:
		return fault.New(fault.Forbidden, "matter.separate.author")
	case (s == Finance || s == Office) && who == head && head != "", s == Office && who == finance && finance != "":
		return fault.New(fault.Forbidden, "matter.separate.signed")
	}
	return nil
}
