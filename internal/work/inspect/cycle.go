package inspect

import (
	"sanwen/internal/base/access"
	"sanwen/internal/base/cycle"
	"sanwen/internal/base/event"
)

// The states of a visit, of the call for something critical, and of a walk; their names are "inspect.life.<state>". None is stored: each
// is what the rows say.
const (
	Recorded = "recorded" // written down by the inspector, which is his signature
	Signed   = "signed"   // and signed by the inspected unit, which agrees or sees it otherwise

	Called   = "called"   // somebody of the roster is called
	Accepted = "accepted" // somebody is on the way

	Begun  = "begun"  // places are left
	Walked = "walked" // every place was looked at
)

// The events of the three.
const (
	EventRecord = "record"
	EventSign   = "sign"

	EventCall   = "call"
	EventNext   = "call_next"
	EventAccept = "accept"

	EventBegin  = "begin"
	EventLook   = "look"
	EventFinish = "finish"
)

// Cycle is the life of a visit as data. Its readings never change: a wrong visit is followed by another.
var Cycle = cycle.Table{
	Subject: RefKind,
	Words:   "inspect.life.",
	Moves: []cycle.Move{
		{From: "", Event: EventRecord, To: Recorded, Action: access.InspectRecord},
		{From: Recorded, Event: EventSign, To: Signed, Action: access.InspectSign, Guard: "inspect.guard.other"},
	},
	Terminal: []string{Signed},
}

// CallCycle is the life of the call that something critical sets going.
var CallCycle = cycle.Table{
	Subject: "call",
	Words:   "inspect.life.",
	Moves: []cycle.Move{
		{From: "", Event: EventCall, To: Called, Action: access.InspectRecord, Guard: "inspect.guard.critical"},
		{From: Called, Event: EventNext, To: Called, Action: access.DutySystem, Guard: "inspect.guard.nobody"},
		{From: Called, Event: EventAccept, To: Accepted, Action: access.InspectAccept, Guard: "inspect.guard.roster"},
	},
	Terminal: []string{Accepted},
}

// WalkCycle is the life of one walk of a round.
var WalkCycle = cycle.Table{
	Subject: WalkKind,
	Words:   "inspect.life.",
	Moves: []cycle.Move{
		{From: "", Event: EventBegin, To: Begun, Action: access.InspectSystem, Guard: "inspect.guard.day"},
		{From: Begun, Event: EventLook, To: Begun, Action: access.InspectRecord},
		{From: Begun, Event: EventFinish, To: Walked, Action: access.InspectRecord, Guard: "inspect.guard.places"},
		{From: Walked, Event: EventLook, To: Walked, Action: access.InspectRecord},
	},
	Terminal: []string{Walked},
	Reopen:   []string{EventLook},
}

// init lets the record be compared with the rows, but for what was written down before it told of their states.
func init() {
	event.RegisterState(RefKind, `SELECT visit.id, CASE WHEN s.visit IS NULL THEN '`+Recorded+`' ELSE '`+Signed+`' END AS state FROM visit
		LEFT JOIN visit_sign s ON s.visit = visit.id WHERE `+event.Told(RefKind, "visit.id"))
	event.RegisterState(WalkKind, `SELECT id, CASE WHEN done_at = 0 THEN '`+Begun+`' ELSE '`+Walked+`' END AS state FROM visit_walk WHERE `+event.Told(WalkKind, "visit_walk.id"))
	event.RegisterState(CallKind, `SELECT visit AS id, CASE WHEN accepted_at = 0 THEN '`+Called+`' ELSE '`+Accepted+`' END AS state FROM visit_call
		WHERE `+event.Told(CallKind, "visit_call.visit"))
}

// State is what a visit is in, by the signature under it.
func (s *Signature) State() string {
	if s == nil {
		return Recorded
	}
	return Signed
}

// State is what a call is in: "" where there is none.
func (c *Call) State() string {
	switch {
	case c == nil:
		return ""
	case c.AcceptedAt == 0:
		return Called
	}
	return Accepted
}

// State is what a walk is in.
func (w Walk) State() string {
	if w.DoneAt == 0 {
		return Begun
	}
	return Walked
}
