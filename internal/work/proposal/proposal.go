package proposal

import (
	"fmt"
	"slices"
	"strings"

	"sanwen/internal/base/access"
	"sanwen/internal/base/cycle"
	"sanwen/internal/base/event"
	"sanwen/internal/ground/clock"
)

// The kinds; their names are "proposal.kind.<kind>".
const (
	ToCongress = "congress"
	Improve    = "improvement"
)

// Kinds returns both.
func Kinds() []string { return []string{ToCongress, Improve} }

// The states; their names are "proposal.state.<state>".
const (
	Seeking   = "seeking"   // delegates second it
	Reviewing = "reviewing" // the office examines it
	Filed     = "filed"     // a department has to answer
	Replied   = "replied"   // the proposer and the seconders are asked
	Closed    = "closed"
	Merged    = "merged"
	Converted = "converted" // it goes on as an improvement
	Refused   = "refused"   // not filed
	Withdrawn = "withdrawn"

	Submitted = "submitted"
	Judging   = "judging" // a department judges it
	Trying    = "trying"
	Kept      = "kept"
	Declined  = "declined"
	Adopted   = "adopted"
	Done      = "done"
	Verified  = "verified"
	Awarded   = "awarded"
)

// States returns the states of both kinds in the order of the work.
func States() []string {
	return []string{Seeking, Reviewing, Filed, Replied, Closed, Submitted, Judging, Trying, Kept, Adopted, Done, Verified, Awarded, Declined, Merged, Converted, Refused, Withdrawn}
}

// The events.
const (
	EventSubmit   = "submitted"
	EventSecond   = "seconded"
	EventEnough   = "enough"
	EventFile     = "filed"
	EventMerge    = "merged"
	EventConvert  = "converted"
	EventRefuse   = "refused"
	EventReply    = "replied"
	EventRate     = "rated"
	EventAgain    = "again"
	EventClose    = "closed"
	EventWithdraw = "withdrawn"

	EventAssign  = "assigned"
	EventAdopt   = "adopted"
	EventTry     = "tried"
	EventKeep    = "kept"
	EventDecline = "declined"
	EventDo      = "done"
	EventVerify  = "verified"
	EventReturn  = "returned"
	EventAward   = "awarded"
)

// Congress is the life of a proposal to the workers' congress.
var Congress = cycle.Table{
	Subject: RefKind,
	Moves: []cycle.Move{
		{From: "", Event: EventSubmit, To: Seeking, Action: access.ProposalMake, Guard: "proposal.guard.delegate"},
		{From: Seeking, Event: EventSecond, To: Seeking, Action: access.ProposalSecond, Guard: "proposal.guard.other"},
		{From: Seeking, Event: EventEnough, To: Reviewing, Action: access.ProposalSecond, Guard: "proposal.guard.enough"},
		{From: Reviewing, Event: EventSecond, To: Reviewing, Action: access.ProposalSecond, Guard: "proposal.guard.other"},
		{From: Reviewing, Event: EventFile, To: Filed, Action: access.ProposalReview, Guard: "proposal.guard.lead"},
		{From: Reviewing, Event: EventMerge, To: Merged, Action: access.ProposalReview, Guard: "proposal.guard.reason"},
		{From: Reviewing, Event: EventConvert, To: Converted, Action: access.ProposalReview, Guard: "proposal.guard.reason"},
		{From: Reviewing, Event: EventRefuse, To: Refused, Action: access.ProposalReview, Guard: "proposal.guard.reason"},
		{From: Filed, Event: EventReply, To: Replied, Action: access.ProposalAnswer, Guard: "proposal.guard.class"},
		{From: Replied, Event: EventRate, To: Replied, Action: access.ProposalRate, Guard: "proposal.guard.once"},
		{From: Replied, Event: EventAgain, To: Filed, Action: access.ProposalSystem, Guard: "proposal.guard.dissatisfied"},
		{From: Replied, Event: EventClose, To: Closed, Action: access.ProposalSystem, Guard: "proposal.guard.rated"},
		{From: Seeking, Event: EventWithdraw, To: Withdrawn, Action: access.ProposalMake, Guard: "proposal.guard.own"},
		{From: Reviewing, Event: EventWithdraw, To: Withdrawn, Action: access.ProposalMake, Guard: "proposal.guard.own"},
	},
	Terminal: []string{Closed, Merged, Converted, Refused, Withdrawn},
}

// Improvement is the life of a rationalisation proposal.
var Improvement = cycle.Table{
	Subject: "improvement",
	Words:   "proposal.state.",
	Moves: []cycle.Move{
		{From: "", Event: EventSubmit, To: Submitted, Action: access.ProposalMake},
		{From: Submitted, Event: EventAssign, To: Judging, Action: access.ProposalReview, Guard: "proposal.guard.lead"},
		{From: Judging, Event: EventAssign, To: Judging, Action: access.ProposalReview, Guard: "proposal.guard.lead"},
		{From: Kept, Event: EventAssign, To: Judging, Action: access.ProposalReview, Guard: "proposal.guard.lead"},
		{From: Judging, Event: EventAdopt, To: Adopted, Action: access.ProposalAnswer, Guard: "proposal.guard.told"},
		{From: Judging, Event: EventTry, To: Trying, Action: access.ProposalAnswer, Guard: "proposal.guard.told"},
		{From: Judging, Event: EventKeep, To: Kept, Action: access.ProposalAnswer, Guard: "proposal.guard.told"},
		{From: Judging, Event: EventDecline, To: Declined, Action: access.ProposalAnswer, Guard: "proposal.guard.told"},
		{From: Trying, Event: EventAdopt, To: Adopted, Action: access.ProposalAnswer, Guard: "proposal.guard.told"},
		{From: Trying, Event: EventDecline, To: Declined, Action: access.ProposalAnswer, Guard: "proposal.guard.told"},
		{From: Adopted, Event: EventDo, To: Done, Action: access.ProposalAnswer},
		{From: Done, Event: EventVerify, To: Verified, Action: access.ProposalReview, Guard: "proposal.guard.hands"},
		{From: Done, Event: EventReturn, To: Adopted, Action: access.ProposalReview, Guard: "proposal.guard.reason"},
		{From: Verified, Event: EventAward, To: Awarded, Action: access.ProposalReview},
		{From: Submitted, Event: EventWithdraw, To: Withdrawn, Action: access.ProposalMake, Guard: "proposal.guard.own"},
		{From: Judging, Event: EventWithdraw, To: Withdrawn, Action: access.ProposalMake, Guard: "proposal.guard.own"},
	},
	Terminal: []string{Awarded, Declined, Withdrawn},
}

// The classes of an answer to the congress; their names are "proposal.class.<class>".
const (
	Solved  = "a"
	Planned = "b"
	OnFile  = "c"
)

// Classes returns them.
func Classes() []string { return []string{Solved, Planned, OnFile} }

// How satisfied somebody is with an answer; the names are "proposal.grade.<grade>".
const (
	Satisfied    = "yes"
	Basically    = "partly"
	Dissatisfied = "no"
)

// Grades returns them.
func Grades() []string { return []string{Satisfied, Basically, Dissatisfied} }

// Awards are the grades of an award; their names are "proposal.award.<award>".
func Awards() []string { return []string{"first", "second", "third", "thanks"} }

// Judgements are the events by which a department judges an improvement; their names are "proposal.do.<event>".
func Judgements() []string { return []string{EventAdopt, EventTry, EventKeep, EventDecline} }

// Limits, in characters, yuan and days.
const (
	MinTitle  = 4
	MaxTitle  = 60
	MaxText   = 1000
	MaxReason = 500
	MaxMoney  = 1_000_000_000
	MaxBonus  = 1_000_000
	MaxAhead  = 730
)

// The settings.
const (
	SecondersSetting = "proposal.seconders"   // delegates who have to second
	ReviewSetting    = "proposal.review.days" // examined by the office, working days
	ReplySetting     = "proposal.reply.days"  // answered, working days
	JudgeSetting     = "proposal.judge.days"  // judged, working days
	RateSetting      = "proposal.rate.days"   // in which the proposer and the seconders speak, days
)

// Proposal is one row.
type Proposal struct {
	ID       string
	Version  int64
	Number   string // once the office has taken it on
	Kind     string
	State    string
	Title    string
	Why      string // how it is now, and why that is not good
	How      string // what should be done
	Gain     string // what it is expected to bring
	Secret   bool   // the department does not learn who proposes
	Proposer string
	Unit     string // of the proposer
	UnitPath access.Path
	Lead     string
	LeadPath access.Path
	Co       string // codes of helping units
	Prime    bool   // one of those that are followed most closely (重点提案)
	Reason   string // why it was merged, taken on otherwise, not filed, or sent back
	Other    string // the proposal with which it was merged or as which it goes on

	Answer    string    // class of the answer, or what an improvement was judged
	Words     string    // the answer
	ByPerson  string    // who gave it
	Answered  clock.Day // on which day
	Told      clock.Day // on which day it was told face to face
	Handlings int64     // answers that were asked for
	UntilDay  clock.Day // the last day on which it can be rated; on which an improvement is to be done
	Done      string    // what was done
	DoneBy    string    // who said so
	Benefit   int64     // yuan a year, as counted
	CheckedBy string    // who counted
	Grade     string    // of the award
	Bonus     int64     // yuan

	MadeAt  clock.Millis
	OverDay clock.Day
}

// RefKind is the kind of a proposal as the subject of facts.
const RefKind = "proposal"

// Ref is the proposal as the subject of facts.
func (p Proposal) Ref() event.Ref { return event.Ref{Kind: RefKind, ID: p.ID} }

// Cycle is the life of this proposal.
func (p Proposal) Cycle() cycle.Table {
	if p.Kind == Improve {
		return Improvement
	}
	return Congress
}

// Over reports whether nothing more can become of it.
func (p Proposal) Over() bool { return slices.Contains(p.Cycle().Terminal, p.State) }

// CoList are the codes of the helping units.
func (p Proposal) CoList() []string {
	return slices.DeleteFunc(strings.Split(p.Co, ","), func(s string) bool { return s == "" })
}

// Thing is the proposal as permission sees it for everything but reading: units that help answer for nothing and are left out.
func (p Proposal) Thing() access.Thing {
	t := access.Thing{Kind: RefKind, ID: p.ID, Unit: p.UnitPath, Lead: p.LeadPath, Submitter: p.Proposer}
	if t.Lead == "" {
		t.Lead = access.NoUnit
	}
	return t
}

// NumberOf writes a number: TA for the congress (提案), HL for improvements (合理化).
func NumberOf(kind string, year int, n int64) string {
	return fmt.Sprintf("%s-%d-%03d", map[string]string{ToCongress: "TA", Improve: "HL"}[kind], year, n)
}
