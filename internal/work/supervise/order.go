package supervise

import (
	"fmt"

	"sanwen/internal/base/access"
	"sanwen/internal/base/cycle"
	"sanwen/internal/base/duty"
	"sanwen/internal/base/event"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
)

// The states of an order; their names are "supervise.state.<state>".
const (
	Draft     = "draft"
	Issued    = "issued"
	Received  = "received"
	Replied   = "replied"
	Pressed   = "pressed"
	Closed    = "closed"
	Withdrawn = "withdrawn"
	Dropped   = "dropped"
)

// The events of an order; their names are "supervise.event.<event>".
const (
	EventDraft    = "draft"
	EventIssue    = "issue"
	EventReceive  = "receive"
	EventReply    = "reply"
	EventPress    = "press"
	EventClose    = "close"
	EventWithdraw = "withdraw"
	EventDrop     = "drop"
)

// Cycle is the life of an order as data.
var Cycle = cycle.Table{
	Subject: "order",
	Words:   "supervise.state.",
	Moves: []cycle.Move{
		{From: "", Event: EventDraft, To: Draft, Action: access.DutySystem, Guard: "supervise.guard.overdue"},
		{From: "", Event: EventIssue, To: Issued, Action: access.OrderIssue, Guard: "supervise.guard.basis"},
		{From: Draft, Event: EventIssue, To: Issued, Action: access.OrderIssue, Guard: "supervise.guard.basis"},
		{From: Draft, Event: EventDrop, To: Dropped, Action: access.OrderIssue},
		{From: Issued, Event: EventReceive, To: Received, Action: access.OrderReceive},
		{From: Received, Event: EventReply, To: Replied, Action: access.OrderReply, Guard: "supervise.guard.head"},
		{From: Issued, Event: EventPress, To: Pressed, Action: access.OrderIssue},
		{From: Received, Event: EventPress, To: Pressed, Action: access.OrderIssue},
		{From: Replied, Event: EventPress, To: Pressed, Action: access.OrderIssue},
		{From: Replied, Event: EventClose, To: Closed, Action: access.OrderClose, Guard: "supervise.guard.outside"},
		{From: Issued, Event: EventWithdraw, To: Withdrawn, Action: access.OrderIssue},
		{From: Received, Event: EventWithdraw, To: Withdrawn, Action: access.OrderIssue},
	},
	Terminal: []string{Pressed, Closed, Withdrawn, Dropped},
}

// Bases say what an order rests on; their names are "supervise.basis.<basis>".
const (
	BasisOverdue     = "overdue"     // a term that passed
	BasisVoice       = "voice"       // what employees said
	BasisResolution  = "resolution"  // what a meeting decided
	BasisInstruction = "instruction" // what a leader instructed
)

// Bases returns all bases.
func Bases() []string { return []string{BasisOverdue, BasisVoice, BasisResolution, BasisInstruction} }

// Grades are the colors of an order; their words are those of the lights.
func Grades() []duty.Color { return []duty.Color{duty.Blue, duty.Yellow, duty.Red} }

// Limits of what is typed, in characters.
const (
	MaxTitle = 80
	MaxText  = 1000
	MaxNote  = 300
)

// Order is a supervision order.
type Order struct {
	ID          string
	Version     int64
	Number      string // 工督〔2026〕12号, empty while it is a draft
	Year        int64
	N           int64
	State       string
	Grade       duty.Color
	Basis       string
	BasisText   string
	Title       string
	Demand      string
	SubjectKind string // "matter", "voice", or empty
	SubjectID   string
	SubjectNo   string
	Duty        string // the duty whose lateness drafted it, or empty
	First       string // id of the first order, where this is a second or later one
	Round       int64
	Unit        string
	LeadPath    access.Path
	UnitPath    access.Path
	Due0        clock.Day // the due that had passed, or empty
	Due         clock.Day // by when it is to be done now
	DraftedAt   clock.Millis
	DraftedBy   string
	IssuedAt    clock.Millis
	Signer      string
	ReceivedAt  clock.Millis
	ReceivedBy  string
	RepliedAt   clock.Millis
	RepliedBy   string
	ReplyDue    clock.Millis
	Cause       string
	Measures    string
	Promised    clock.Day
	EndedAt     clock.Millis
	EndedBy     string
	Opinion     string
}

// RefKind is the kind of an order as the subject of facts and duties.
const RefKind = "order"

// Ref is the order as the subject of facts and duties.
func (o Order) Ref() event.Ref { return event.Ref{Kind: RefKind, ID: o.ID} }

// Subject is what the order is about; it may be empty.
func (o Order) Subject() event.Ref { return event.Ref{Kind: o.SubjectKind, ID: o.SubjectID} }

// NumberOf is the number of an order as it is printed.
func NumberOf(year, n int64) string { return fmt.Sprintf("工督〔%d〕%d号", year, n) }

// Late reports whether the reply came after its due, or has not come and its due has passed.
func (o Order) Late(now clock.Millis) bool {
	if o.ReplyDue == 0 {
		return false
	}
	if o.RepliedAt != 0 {
		return o.RepliedAt > o.ReplyDue
	}
	return now > o.ReplyDue && !Cycle.Over(o.State)
}

// ThingOf is the order as permission sees it: that of the units, and whoever its subject names.
func ThingOf(tx *db.Tx, o Order) (access.Thing, error) {
	t := access.Thing{Kind: RefKind, ID: o.ID, Unit: o.UnitPath, Lead: o.LeadPath}
	named, err := db.All[named](tx, `SELECT person, path FROM supervise_named WHERE order_id = $1`, o.ID)
	for _, n := range named {
		t.Name(n.Person, n.Path)
	}
	return t, err
}

type named struct {
	Person string
	Path   access.Path
}

// text checks what is typed: its length, and that there is something.
func text(f *fault.Form, field, s string, least, most int) string {
	return f.Text(field, s, least, most, "supervise.missing")
}
