package ballot

import (
	"sanwen/internal/base/access"
	"sanwen/internal/base/cycle"
	"sanwen/internal/base/event"
	"sanwen/internal/ground/clock"
)

// The states of a candidate; their names are "pool.state.<state>".
const (
	Pooled  = "pooled"
	Asked   = "asked"
	Ready   = "ready"
	Listed  = "listed"
	Chosen  = "chosen"
	Merged  = "merged"
	Dropped = "dropped"
)

// PoolStates returns all states of a candidate.
func PoolStates() []string { return []string{Pooled, Asked, Ready, Listed, Chosen, Merged, Dropped} }

// The events of a candidate.
const (
	EventPut    = "put"
	EventAmend  = "amend"
	EventAsk    = "ask"
	EventAssess = "assess"
	EventAdmit  = "admit"
	EventList   = "list"
	EventUnlist = "unlist"
	EventChoose = "choose"
	EventPass   = "pass_over"
	EventMerge  = "merge"
	EventDrop   = "drop"
)

// PoolCycle is the life of a candidate as data.
var PoolCycle = cycle.Table{
	Subject: PoolKind,
	Words:   "pool.state.",
	Moves: []cycle.Move{
		{From: "", Event: EventPut, To: Pooled, Action: access.PoolPut},
		{From: Pooled, Event: EventAmend, To: Pooled, Action: access.PoolJudge},
		{From: Asked, Event: EventAmend, To: Asked, Action: access.PoolJudge},
		{From: Ready, Event: EventAmend, To: Pooled, Action: access.PoolJudge},
		{From: Pooled, Event: EventAsk, To: Asked, Action: access.PoolJudge},
		{From: Asked, Event: EventAsk, To: Asked, Action: access.PoolJudge},
		{From: Asked, Event: EventAssess, To: Pooled, Action: access.PoolAssess},
		{From: Pooled, Event: EventAdmit, To: Ready, Action: access.PoolJudge, Guard: "pool.guard.criteria"},
		{From: Ready, Event: EventList, To: Listed, Action: access.BallotPlan, Guard: "pool.guard.more"},
		{From: Listed, Event: EventUnlist, To: Ready, Action: access.PoolJudge, Guard: "pool.guard.off"},
		{From: Listed, Event: EventChoose, To: Chosen, Action: access.BallotSystem, Guard: "pool.guard.votes"},
		{From: Listed, Event: EventPass, To: Ready, Action: access.BallotSystem, Guard: "pool.guard.told"},
		{From: Pooled, Event: EventMerge, To: Merged, Action: access.PoolJudge, Guard: "pool.guard.other"},
		{From: Asked, Event: EventMerge, To: Merged, Action: access.PoolJudge, Guard: "pool.guard.other"},
		{From: Ready, Event: EventMerge, To: Merged, Action: access.PoolJudge, Guard: "pool.guard.other"},
		{From: Pooled, Event: EventDrop, To: Dropped, Action: access.PoolJudge, Guard: "pool.guard.reason"},
		{From: Asked, Event: EventDrop, To: Dropped, Action: access.PoolJudge, Guard: "pool.guard.reason"},
		{From: Ready, Event: EventDrop, To: Dropped, Action: access.PoolJudge, Guard: "pool.guard.reason"},
	},
	Terminal: []string{Chosen, Merged, Dropped},
}

// Where a candidate may have come from; the names are "pool.source.<source>".
const (
	FromVoice  = "voice"
	FromMatter = "matter"
	FromSurvey = "survey"
	FromVisit  = "visit"
	FromSpot   = "spot"     // a hot spot
	FromProp   = "proposal" // of a delegate or of anybody
	ByHand     = "hand"
)

// PoolSources returns all.
func PoolSources() []string {
	return []string{FromVoice, FromMatter, FromSurvey, FromVisit, FromSpot, FromProp, ByHand}
}

// Answers to a criterion, and whether something can be done; empty is not yet answered.
const (
	Yes = "yes"
	No  = "no"
)

// Limits of what is typed, in characters.
const (
	MinTitle  = 4
	MaxTitle  = 60
	MaxBody   = 500
	MaxGoal   = 200
	MaxNote   = 500
	MaxAsk    = 200
	MaxReason = 300
	MaxMoney  = 1_000_000_000 // yuan
	MaxDays   = 365
)

// Criteria are the four that a candidate has to meet, by the words of its fields: "pool.f.<criterion>".
func Criteria() []string { return []string{"broad", "effect", "feasible", "measurable"} }

// Candidate is something that could be done.
type Candidate struct {
	ID       string
	Version  int64
	State    string
	Title    string
	Body     string
	Goal     string // what will be measured, and how much of it is wanted
	Unit     string // whom it benefits
	UnitPath access.Path

	Source     string
	SourceID   string
	SourceNote string // in words, as it may be shown: a number, a title

	Broad, Effect, Feasible, Measurable string

	Lead       string // department that was asked, and would lead
	LeadPath   access.Path
	Ask        string // what it was asked
	Possible   string // what it says
	Cost       int64  // yuan
	Funds      string // where the money would come from
	Helped     int64  // people
	Days       int64  // working days that it takes
	Note       string
	AssessedAt clock.Millis
	AssessedBy string

	IntoID string // merged into which
	Reason string // why it was taken out
	Ballot string // in which it stands, or stood last
	Matter string // that it has become
	MadeAt clock.Millis
	MadeBy string
}

// PoolKind is the kind of a candidate as the subject of facts.
const PoolKind = "candidate"

// Ref is the candidate as the subject of facts.
func (c Candidate) Ref() event.Ref { return event.Ref{Kind: PoolKind, ID: c.ID} }

// Thing is the candidate as permission sees it.
func (c Candidate) Thing() access.Thing {
	t := access.Thing{Kind: PoolKind, ID: c.ID, Unit: c.UnitPath, Lead: c.LeadPath}
	if t.Lead == "" {
		t.Lead = access.NoUnit
	}
	return t
}

// Meets reports what is answered to a criterion.
func (c Candidate) Meets(criterion string) string {
	return map[string]string{"broad": c.Broad, "effect": c.Effect, "feasible": c.Feasible, "measurable": c.Measurable}[criterion]
}

// Admissible reports whether the candidate meets all criteria and can be done.
func (c Candidate) Admissible() bool {
	for _, k := range Criteria() {
		if c.Meets(k) != Yes {
			return false
		}
	}
	return c.Possible == Yes
}

// Over reports whether nothing more can become of it.
func (c Candidate) Over() bool { return c.State == Chosen || c.State == Merged || c.State == Dropped }
