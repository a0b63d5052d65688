package matter

import (
	"sanwen/internal/ground/clock"
	"sanwen/internal/work/matter/chain"
	"sanwen/internal/work/matter/plan"
)

// Plan is one immutable version. State: submitted, approved, returned, replaced.
type Plan struct {
	Matter       string       `json:"matter"`
	Version      int64        `json:"version"`
	Round        int64        `json:"round"`
	State        string       `json:"state"`
	Class        Class        `json:"class"`
	Author       string       `json:"author"`
	At           clock.Millis `json:"at"`
	HeadBy       string       `json:"head_by"` // who has signed it as head of the lead unit, or in his stead
	HeadAt       clock.Millis `json:"head_at"`
	HeadAs       chain.Hand   `json:"head_as"`
	FinanceBy    string       `json:"finance_by"` // who has approved its money
	FinanceAt    clock.Millis `json:"finance_at"`
	FinanceAs    chain.Hand   `json:"finance_as"`
	DecidedBy    string       `json:"decided_by"`
	DecidedAt    clock.Millis `json:"decided_at"`
	Decision     string       `json:"decision"` // words of who approved or returned it
	OwnerName    string       `json:"owner_name"`
	CommentUntil clock.Millis `json:"comment_until"` // until when those who said it may comment, before it is decided on; 0: not
	SlotsJSON    string       `json:"-" db:"slots"`
	Slots        Slots        `json:"slots" db:"-"`
	StepStates   []StepState  `json:"steps" db:"-"`
}

// The states of a plan version.
const (
	PlanSubmitted = "submitted"
	PlanApproved  = "approved"
	PlanReturned  = "returned"
	PlanReplaced  = "replaced" // was approved, and a later version is
)

// Short names for what the rules of plans define and the actions here carry.
type (
	Class     = plan.Class
	Source    = plan.Source
	Slots     = plan.Slots
	Check     = plan.Check
	Reading   = plan.Reading
	StepState = plan.StepState
)

// The classes of matters.
const (
	Quick     = plan.Quick
	Standard  = plan.Standard
	Funds     = plan.Funds
	Safety    = plan.Safety
	Sponsored = plan.Sponsored
)

// The sources of matters.
const (
	FromVoice      = plan.FromVoice
	FromResearch   = plan.FromResearch
	FromProposal   = plan.FromProposal
	FromInspection = plan.FromInspection
	FromLeader     = plan.FromLeader
	FromSeason     = plan.FromSeason
	FromPractice   = plan.FromPractice
	FromBallot     = plan.FromBallot
)
