package core

import (
	"sanwen/internal/base/access"
	"sanwen/internal/base/cycle"
)

// States of a voice. Names: "voice.state.<value>", sentences for the submitter: "voice.say.<value>".
const (
	Registered  = "registered"
	Quarantined = "quarantined" // set aside as suspicious; has its own short term
	InTriage    = "in_triage"
	WaitingInfo = "waiting_info"
	Assigned    = "assigned" // a unit owes the answer
	Signed      = "signed"
	Linked      = "linked" // taken up by a matter or by another voice
	Answered    = "answered"
	Closed      = "closed"
	Rejected    = "rejected"
	WasSplit    = "split"
	Withdrawn   = "withdrawn"
	Erased      = "erased"
)

// Events of the life cycle. The event of the log is "voice." + the value.
const (
	EvRegister   = "register"
	EvPart       = "part"
	EvSupport    = "support"
	EvQuarantine = "quarantine"
	EvFree       = "free"
	EvClaim      = "claim"
	EvLetGo      = "let_go"
	EvAsk        = "ask"
	EvInfo       = "info"
	EvTimeout    = "ask_timeout"
	EvAnswer     = "answer"
	EvLink       = "link"
	EvMerge      = "merge"
	EvUnlink     = "unlink"
	EvAssign     = "assign"
	EvReturn     = "return"
	EvDispute    = "return_again"
	EvAdjudicate = "adjudicate"
	EvReassign   = "reassign"
	EvSign       = "sign"
	EvHazard     = "hazard"
	EvRestrict   = "restrict"
	EvTransfer   = "transfer"
	EvPropose    = "propose_reject"
	EvDismiss    = "dismiss_reject"
	EvReject     = "reject"
	EvObject     = "object"
	EvSplit      = "split"
	EvPartsDone  = "parts_done"
	EvPartAgain  = "part_again"
	EvConfirm    = "confirm"
	EvSilent     = "silent"
	EvNotSolved  = "not_solved"
	EvReopen     = "reopen"
	EvWithdraw   = "withdraw"
	EvCrisis     = "crisis"
)

func move(from, event, to string, a access.Action, guard string) cycle.Move {
	return cycle.Move{From: from, Event: event, To: to, Action: a, Guard: guard}
}

// Cycle is the life of a voice. Events that keep the state are in the table too: they are what a page may offer.
var Cycle = cycle.Table{
	Subject: "voice",
	Moves: []cycle.Move{
		move("", EvRegister, Registered, access.VoiceRegister, "voice.guard.register"),
		move("", EvSupport, Linked, access.VoiceSupport, "voice.guard.support"),
		move("", EvPart, Registered, access.VoiceTriage, "voice.guard.part"),

		move(Registered, EvQuarantine, Quarantined, access.VoiceQuarantine, "voice.guard.reason"),
		move(Quarantined, EvFree, Registered, access.VoiceQuarantine, "voice.guard.reason"),
		move(Quarantined, EvReject, Rejected, access.VoiceCountersig, "voice.guard.second"),
		move(Quarantined, EvPropose, Quarantined, access.VoiceReject, "voice.guard.reason"),
		move(Quarantined, EvDismiss, Quarantined, access.VoiceCountersig, ""),
		move(Registered, EvClaim, InTriage, access.VoiceClaim, "voice.guard.not_recused"),
		move(Registered, EvHazard, Assigned, access.VoiceTriage, "voice.guard.not_recused"),
		move(Registered, EvHazard, Registered, access.VoiceTriage, "voice.guard.no_roster"),
		move(Registered, EvRestrict, Registered, access.VoiceRestrict, "voice.guard.reason"),
		move(Registered, EvMerge, Linked, access.VoiceTriage, "voice.guard.merge"),
		move(Registered, EvCrisis, Erased, access.VoiceTriage, "voice.guard.crisis"),

		move(InTriage, EvLetGo, Registered, access.VoiceTriage, ""),
		move(InTriage, EvAsk, WaitingInfo, access.VoiceTriage, "voice.guard.asks"),
		move(WaitingInfo, EvInfo, InTriage, access.VoiceSpeak, ""),
		move(WaitingInfo, EvTimeout, InTriage, access.VoiceSystem, "voice.guard.ask_timeout"),
		move(InTriage, EvAnswer, Answered, access.VoiceTriage, "voice.guard.reply"),
		move(InTriage, EvLink, Linked, access.VoiceTriage, "voice.guard.link"),
		move(InTriage, EvMerge, Linked, access.VoiceTriage, "voice.guard.merge"),
		move(InTriage, EvAssign, Assigned, access.VoiceTriage, "voice.guard.link"),
		move(InTriage, EvHazard, Assigned, access.VoiceTriage, "voice.guard.not_recused"),
		move(InTriage, EvHazard, InTriage, access.VoiceTriage, "voice.guard.no_roster"),
		move(InTriage, EvRestrict, Registered, access.VoiceRestrict, "voice.guard.reason"),
		move(InTriage, EvTransfer, Registered, access.VoiceTriage, "voice.guard.transfers"),
		move(InTriage, EvPropose, InTriage, access.VoiceReject, "voice.guard.reason"),
		move(InTriage, EvDismiss, InTriage, access.VoiceCountersig, ""),
		move(InTriage, EvReject, Rejected, access.VoiceReject, "voice.guard.second"),
		move(InTriage, EvSplit, WasSplit, access.VoiceTriage, "voice.guard.split"),
		move(InTriage, EvCrisis, Erased, access.VoiceTriage, "voice.guard.crisis"),

		move(Assigned, EvSign, Signed, access.AssignmentSign, ""),
		move(Assigned, EvReturn, InTriage, access.AssignmentReturn, "voice.guard.return"),
		move(Assigned, EvDispute, Assigned, access.AssignmentReturn, "voice.guard.return"),
		move(Assigned, EvAdjudicate, Signed, access.AssignmentAdjudicate, "voice.guard.not_recused"),
		move(Signed, EvReassign, Assigned, access.AssignmentAdjudicate, "voice.guard.not_recused"),
		move(Assigned, EvAnswer, Answered, access.VoiceReply, "voice.guard.reply"),
		move(Signed, EvAnswer, Answered, access.VoiceReply, "voice.guard.reply"),
		move(Assigned, EvLink, Linked, access.VoiceTriage, "voice.guard.link"),
		move(Signed, EvLink, Linked, access.VoiceTriage, "voice.guard.link"),

		move(Linked, EvAnswer, Answered, access.VoiceSystem, "voice.guard.reply_exists"),
		move(Linked, EvUnlink, InTriage, access.VoiceSystem, "voice.guard.unlink"),

		move(Answered, EvConfirm, Closed, access.VoiceSpeak, ""),
		move(Answered, EvSilent, Closed, access.VoiceSystem, "voice.guard.silent"),
		move(Answered, EvNotSolved, Linked, access.VoiceSpeak, "voice.guard.not_solved"),
		move(Answered, EvNotSolved, InTriage, access.VoiceSpeak, "voice.guard.not_solved"),
		move(Answered, EvReopen, Linked, access.VoiceSystem, "voice.guard.reopen"),
		move(Closed, EvNotSolved, Linked, access.VoiceSpeak, "voice.guard.not_solved"),
		move(Closed, EvNotSolved, InTriage, access.VoiceSpeak, "voice.guard.not_solved"),
		move(Closed, EvReopen, Linked, access.VoiceSystem, "voice.guard.reopen"),

		move(Rejected, EvObject, InTriage, access.VoiceSpeak, "voice.guard.object"),
		move(WasSplit, EvPartsDone, Closed, access.VoiceSystem, "voice.guard.parts_done"),
		move(Closed, EvPartAgain, WasSplit, access.VoiceSystem, "voice.guard.parts_done"),

		move(Registered, EvWithdraw, Withdrawn, access.VoiceSpeak, "voice.guard.withdraw"),
		move(Quarantined, EvWithdraw, Withdrawn, access.VoiceSpeak, "voice.guard.withdraw"),
		move(InTriage, EvWithdraw, Withdrawn, access.VoiceSpeak, "voice.guard.withdraw"),
		move(WaitingInfo, EvWithdraw, Withdrawn, access.VoiceSpeak, "voice.guard.withdraw"),
		move(Assigned, EvWithdraw, Withdrawn, access.VoiceSpeak, "voice.guard.withdraw"),
		move(Signed, EvWithdraw, Withdrawn, access.VoiceSpeak, "voice.guard.withdraw"),
		move(Linked, EvWithdraw, Withdrawn, access.VoiceSpeak, "voice.guard.withdraw"),
	},
	Terminal: []string{Closed, Rejected, Withdrawn, Erased},
	Reopen:   []string{EvNotSolved, EvObject, EvReopen, EvPartAgain},
}

// Open lists the states in which triage owes the next step, the default of the inbox.
func Open() []string { return []string{Registered, InTriage, WaitingInfo, Quarantined} }
