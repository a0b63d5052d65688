package assignment

import (
	"strings"
	"unicode/utf8"

	"sanwen/internal/base/access"
	"sanwen/internal/base/cycle"
	"sanwen/internal/base/event"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/fault"
)

// The states of an assignment.
const (
	Assigned     = "assigned"
	Signed       = "signed"
	Returned     = "returned"
	Adjudicating = "adjudicating"
	Ended        = "ended"
)

// The events of an assignment.
const (
	EventAssign      = "assign"
	EventSign        = "sign"
	EventAutoSign    = "auto_sign"
	EventReturn      = "return"
	EventReturnAgain = "return_again"
	EventAdjudicate  = "adjudicate"
	EventReassign    = "reassign"
	EventEnd         = "end"
	EventResume      = "resume"
)

// Cycle is the life of an assignment as data.
var Cycle = cycle.Table{
	Subject: "assignment",
	Moves: []cycle.Move{
		{From: "", Event: EventAssign, To: Assigned, Action: access.AssignmentMake, Guard: "assignment.guard.recused"},
		{From: Assigned, Event: EventSign, To: Signed, Action: access.AssignmentSign},
		{From: Assigned, Event: EventAutoSign, To: Signed, Action: access.AssignmentSystem, Guard: "assignment.guard.day"},
		{From: Assigned, Event: EventReturn, To: Returned, Action: access.AssignmentReturn, Guard: "assignment.guard.rule"},
		{From: Assigned, Event: EventReturnAgain, To: Adjudicating, Action: access.AssignmentReturn, Guard: "assignment.guard.second"},
		{From: Returned, Event: EventAssign, To: Assigned, Action: access.AssignmentMake, Guard: "assignment.guard.recused"},
		{From: Adjudicating, Event: EventAdjudicate, To: Signed, Action: access.AssignmentAdjudicate, Guard: "assignment.guard.binding"},
		{From: Signed, Event: EventReassign, To: Assigned, Action: access.AssignmentAdjudicate, Guard: "assignment.guard.recused"},
		{From: "", Event: EventResume, To: Signed, Action: access.AssignmentSystem, Guard: "assignment.guard.earlier"},
		{From: Assigned, Event: EventEnd, To: Ended, Action: access.AssignmentSystem},
		{From: Signed, Event: EventEnd, To: Ended, Action: access.AssignmentSystem},
		{From: Returned, Event: EventEnd, To: Ended, Action: access.AssignmentSystem},
		{From: Adjudicating, Event: EventEnd, To: Ended, Action: access.AssignmentSystem},
	},
	Terminal: []string{Ended},
}

// Limits of what is typed, in characters.
const (
	MaxNote = 500
	MaxRule = 200
	MaxCo   = 12 // helping units of one assignment
)

// Assignment is one row: the present lead of a voice or matter and how it came to be.
type Assignment struct {
	ID             string       `json:"id"`
	SubjectKind    string       `json:"subject_kind"` // "voice" or "matter"
	SubjectID      string       `json:"subject"`
	State          string       `json:"state"`
	Version        int64        `json:"version"`
	Lead           string       `json:"lead"`
	LeadPath       access.Path  `json:"lead_path"`
	FirstReceiver  string       `json:"first_receiver"` // unit that got it first; stays its contact
	Rule           string       `json:"rule"`           // responsibility rule that proposed the lead, "" when chosen by hand
	Note           string       `json:"note"`
	AssignedAt     clock.Millis `json:"assigned_at"`
	AssignedBy     string       `json:"assigned_by"`
	SignDue        clock.Millis `json:"sign_due"`
	SignedAt       clock.Millis `json:"signed_at"`
	SignedBy       string       `json:"signed_by"`
	AutoSigned     bool         `json:"auto_signed"`
	Returns        int64        `json:"returns"` // how often it was returned, never reset
	ReturnRule     string       `json:"return_rule"`
	ReturnProposed string       `json:"return_proposed"`
	ReturnNote     string       `json:"return_note"`
	ReturnedBy     string       `json:"returned_by"` // unit that returned it last
	ReturnedAt     clock.Millis `json:"returned_at"`
	AdjudicatedAt  clock.Millis `json:"adjudicated_at"`
	AdjudicatedBy  string       `json:"adjudicated_by"`
	Basis          string       `json:"basis"` // why the supervisor decided so
	EndedAt        clock.Millis `json:"ended_at"`
	Outcome        string       `json:"outcome"`
}

// Subject is the voice or matter that the assignment is about.
func (a Assignment) Subject() event.Ref { return event.Ref{Kind: a.SubjectKind, ID: a.SubjectID} }

// Ref is the assignment itself as the subject of facts.
func (a Assignment) Ref() event.Ref { return event.Ref{Kind: "assignment", ID: a.ID} }

// Co is a helping unit.
type Co struct {
	Unit string
	Path access.Path
}

// Interval is a time in which no unit had signed. To is 0 while it runs. Unit is who it is charged to: "" is the
// office that assigns, else the unit that had not signed or had returned it. Upheld tells, once decided, whether the
// return was right (then the time belongs to who sent it wrongly).
type Interval struct {
	ID     string
	Unit   string
	Reason string // "intake", "unsigned", "returned"
	FromAt clock.Millis
	ToAt   clock.Millis
	Upheld string // "", "yes", "no"
}

// The reasons of ownerless time.
const (
	ReasonIntake   = "intake"
	ReasonUnsigned = "unsigned"
	ReasonReturned = "returned"
)

// Hours sums ownerless intervals, in hours; running ones count until now. The intervals of one subject never overlap,
// so the sum is the time between registration and the last signature that nobody answered for.
func Hours(all []Interval, now clock.Millis) float64 {
	var ms int64
	for _, i := range all {
		to := i.ToAt
		if to == 0 {
			to = now
		}
		if to > i.FromAt {
			ms += int64(to - i.FromAt)
		}
	}
	return float64(ms) / 3_600_000
}

// Recused reports whether a unit may never get the thing: it, or a unit above it, is named in it.
func Recused(unit access.Path, named []access.Path) bool {
	for _, n := range named {
		if n != "" && unit.Under(n) {
			return true
		}
	}
	return false
}

// checkUnits refuses a lead or helping unit that is recused, doubled or missing. It is the one gate that every way of
// giving a unit something passes through.
func checkUnits(lead Co, co []Co, named []access.Path) error {
	var f fault.Form
	if lead.Unit == "" {
		f.Add("lead", "assignment.lead.missing")
	} else if Recused(lead.Path, named) {
		f.Add("lead", "assignment.lead.recused", lead.Unit)
	}
	if len(co) > MaxCo {
		f.Add("co", "assignment.co.many", MaxCo)
	}
	seen := map[string]bool{lead.Unit: true}
	for _, c := range co {
		switch {
		case Recused(c.Path, named):
			f.Add("co", "assignment.lead.recused", c.Unit)
		case seen[c.Unit]:
			f.Add("co", "assignment.co.twice", c.Unit)
		}
		seen[c.Unit] = true
	}
	return f.Err()
}

// returnEvent tells which event a return is: the last of most goes to the supervisor (by default the second).
func returnEvent(returns int64, most int) string {
	if returns+1 >= int64(most) {
		return EventReturnAgain
	}
	return EventReturn
}

func checkText(f *fault.Form, field, s string, min, max int) {
	n := utf8.RuneCountInString(strings.TrimSpace(s))
	switch {
	case n == 0 && min > 0:
		f.Add(field, "assignment.text.missing")
	case n < min:
		f.Add(field, "assignment.text.short", min)
	case n > max:
		f.Add(field, "assignment.text.long", max, n)
	}
}

// Word is the language key of the state.
func (a Assignment) Word() string { return "assignment.state." + a.State }

// Word is the language key of the reason why nobody answered.
func (i Interval) Word() string { return "assignment.reason." + i.Reason }

// EventWord is the language key of an event, for buttons and the timeline.
func EventWord(ev string) string { return "assignment.event." + ev }
