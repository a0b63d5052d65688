package ballot

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"sanwen/internal/base/access"
	"sanwen/internal/base/cycle"
	"sanwen/internal/base/event"
	"sanwen/internal/ground/clock"
	"sanwen/internal/work/ballot/count"
)

// The states of a ballot; their names are "ballot.state.<state>".
const (
	Planned   = "planned"
	Open      = "open"
	Counted   = "counted"
	Void      = "void"
	Cancelled = "cancelled"
)

// States returns all states of a ballot.
func States() []string { return []string{Planned, Open, Counted, Void, Cancelled} }

// The events of a ballot.
const (
	EventPlan   = "planned"
	EventOpen   = "opened"
	EventVote   = "voted"
	EventTell   = "told"
	EventCount  = "counted"
	EventFail   = "failed"
	EventCancel = "cancelled"
)

// KindVoted is the kind of the entry which says that somebody has voted.
const KindVoted = RefKind + "." + EventVote

// Cycle is the life of a ballot as data.
var Cycle = cycle.Table{
	Subject: RefKind,
	Moves: []cycle.Move{
		{From: "", Event: EventPlan, To: Planned, Action: access.BallotPlan, Guard: "pool.guard.more"},
		{From: Planned, Event: EventOpen, To: Open, Action: access.BallotSystem, Guard: "ballot.guard.day"},
		{From: Open, Event: EventVote, To: Open, Action: access.BallotVote, Guard: "ballot.guard.once"},
		{From: Open, Event: EventTell, To: Open, Action: access.BallotSystem, Guard: "ballot.guard.step"},
		{From: Open, Event: EventCount, To: Counted, Action: access.BallotSystem, Guard: "ballot.guard.quorum"},
		{From: Open, Event: EventFail, To: Void, Action: access.BallotSystem, Guard: "ballot.guard.no_quorum"},
		{From: Planned, Event: EventCancel, To: Cancelled, Action: access.BallotPlan, Guard: "pool.guard.reason"},
		{From: Open, Event: EventCancel, To: Cancelled, Action: access.BallotPlan, Guard: "pool.guard.reason"},
	},
	Terminal: []string{Counted, Void, Cancelled},
}

// Who votes; the names are "ballot.electorate.<electorate>".
const (
	Everybody = "all"       // everybody who works in the units
	Delegates = "delegates" // the delegates to the workers' congress among them
)

// Electorates returns both.
func Electorates() []string { return []string{Everybody, Delegates} }

// Limits.
const (
	MaxAbout      = 300
	MaxPlaces     = 20
	MaxCandidates = 40
	MaxOpen       = 30 // days
)

// Ballot is one voting.
type Ballot struct {
	ID         string
	Version    int64
	State      string
	Title      string
	About      string
	Electorate string
	Units      string // codes, where only some vote
	Places     int64
	Rule       count.Rule
	Quorum     count.Quorum
	Opens      clock.Day
	Closes     clock.Day // the last day
	Seed       string    // of the lot for ties; shown once it is counted
	Electors   int64     // fixed when it opened
	Papers     int64
	Shown      int64 // votes that may be told of while it is open, see [Tell]
	Abstained  int64
	Last       int64  // votes of the last that was chosen
	Tied       string // numbers on the paper among which the lot decided, in the order of the draw
	Reason     string // why it was called off
	Survey     string // round of the appraisal at the end of the year
	MadeAt     clock.Millis
	MadeBy     string
	ClosedAt   clock.Millis
}

// RefKind is the kind of a ballot as the subject of facts.
const RefKind = "ballot"

// Ref is the ballot as the subject of facts.
func (b Ballot) Ref() event.Ref { return event.Ref{Kind: RefKind, ID: b.ID} }

// UnitList are the codes of the units that vote; none for all.
func (b Ballot) UnitList() []string { return list(b.Units) }

// Lots are the numbers on the paper among which the lot decided, in the order of the draw.
func (b Ballot) Lots() []int { return numbers(b.Tied) }

// Need is how many have to vote.
func (b Ballot) Need() int64 { return b.Quorum.Need(b.Electors) }

// Reached reports whether as many have voted as are needed, as far as may be told while it is open.
func (b Ballot) Reached() bool { return b.Shown >= b.Need() }

// Over reports whether it is decided one way or the other.
func (b Ballot) Over() bool { return b.State == Counted || b.State == Void || b.State == Cancelled }

// Choice is a candidate on the paper.
type Choice struct {
	Ballot    string
	N         int64
	Candidate string
	Votes     int64
	Outcome   count.Outcome
}

// ErrFine is a mistake of the program: a vote is written with db.Coarse, or the minute would stand beside the mark of who has voted.
var ErrFine = errors.New("ballot: votes are written with db.Coarse")

func list(s string) []string {
	return slices.DeleteFunc(strings.Split(s, ","), func(s string) bool { return s == "" })
}

// numbers reads "1,3"; join writes it.
func numbers(s string) []int {
	var out []int
	for _, x := range list(s) {
		n, _ := strconv.Atoi(x)
		out = append(out, n)
	}
	return out
}

func join(ns []int) string {
	var out []string
	for _, n := range ns {
		out = append(out, strconv.Itoa(n))
	}
	return strings.Join(out, ",")
}
