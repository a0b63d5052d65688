package supervise

import (
	"sanwen/internal/base/access"
	"sanwen/internal/base/cycle"
	"sanwen/internal/base/event"
	"sanwen/internal/ground/fault"
)

// The states of a talk; their names are "supervise.talk_state.<state>".
const (
	TalkCalled = "called" // a promise has been overdue for long
	TalkOver   = "held"   // and a leader has spoken with the head of the department
)

// The events of a talk, a whistle and an exclusion. Office and union each say "yes" or "no" to an exclusion: four events, because
// other hands do each.
const (
	EventCall = "call"
	EventHold = "hold"

	EventBlow   = "blow"
	EventAnswer = "answer"

	EventAsk      = "ask"
	EventOffice   = "office"
	EventUnion    = "union"
	EventOfficeNo = "office_no"
	EventUnionNo  = "union_no"
	EventObject   = "object"
	EventSettle   = "settle"
)

// TalkCycle is the life of a talk as data.
var TalkCycle = cycle.Table{
	Subject: TalkKind,
	Words:   "supervise.talk_state.",
	Moves: []cycle.Move{
		{From: "", Event: EventCall, To: TalkCalled, Action: access.DutySystem, Guard: "supervise.guard.long"},
		{From: TalkCalled, Event: EventHold, To: TalkOver, Action: access.TalkHold},
	},
	Terminal: []string{TalkOver},
}

// WhistleCycle is the life of a whistle as data. Whether the answer came in time changes no state: it counts.
var WhistleCycle = cycle.Table{
	Subject: WhistleKind,
	Words:   "supervise.whistle_state.",
	Moves: []cycle.Move{
		{From: "", Event: EventBlow, To: Blown, Action: access.WhistleBlow, Guard: "supervise.guard.elsewhere"},
		{From: Blown, Event: EventAnswer, To: Answered, Action: access.WhistleAnswer},
	},
	Terminal: []string{Answered},
}

// ExclusionCycle is the life of an exclusion as data.
var ExclusionCycle = cycle.Table{
	Subject: ExclusionKind,
	Words:   "supervise.exclusion.",
	Moves: []cycle.Move{
		{From: "", Event: EventAsk, To: Asked, Action: access.ExclusionAsk, Guard: "supervise.guard.evidence"},
		{From: Asked, Event: EventOffice, To: Asked, Action: access.ExclusionOffice, Guard: "supervise.guard.first_word"},
		{From: Asked, Event: EventUnion, To: Asked, Action: access.ExclusionUnion, Guard: "supervise.guard.first_word"},
		{From: Asked, Event: EventOffice, To: Excluded, Action: access.ExclusionOffice, Guard: "supervise.guard.second_word"},
		{From: Asked, Event: EventUnion, To: Excluded, Action: access.ExclusionUnion, Guard: "supervise.guard.second_word"},
		{From: Asked, Event: EventOfficeNo, To: Kept, Action: access.ExclusionOffice, Guard: "supervise.guard.other_hands"},
		{From: Asked, Event: EventUnionNo, To: Kept, Action: access.ExclusionUnion, Guard: "supervise.guard.other_hands"},
		{From: Excluded, Event: EventObject, To: Objected, Action: access.VoiceSpeak, Guard: "supervise.guard.object"},
		{From: Objected, Event: EventSettle, To: Counted, Action: access.ExclusionSettle, Guard: "supervise.guard.third_hands"},
		{From: Objected, Event: EventSettle, To: Upheld, Action: access.ExclusionSettle, Guard: "supervise.guard.third_hands"},
	},
	Terminal: []string{Kept, Counted, Upheld},
}

// can is Conflict "supervise.stale" where the table has no such event in the state: somebody was faster.
func can(t cycle.Table, state, ev string) error {
	if !t.Can(state, ev) {
		return fault.New(fault.Conflict, "supervise.stale")
	}
	return nil
}

func init() {
	event.RegisterState(RefKind, `SELECT id, state FROM supervise_order`)
	event.RegisterState(ExclusionKind, `SELECT id, state FROM exclusion`)
	event.RegisterState(TalkKind, `SELECT id, state FROM supervise_talk WHERE `+event.Told(TalkKind, "supervise_talk.id"))
	event.RegisterState(WhistleKind, `SELECT id, state FROM whistle WHERE `+event.Told(WhistleKind, "whistle.id"))
}
