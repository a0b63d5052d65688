package matter

import (
	"sanwen/internal/base/access"
	"sanwen/internal/base/cycle"
)

// The states of a matter.
const (
	Proposed    = "proposed"
	Assigned    = "assigned"
	PlanReview  = "plan_review"
	Executing   = "executing"
	Paused      = "paused"
	Inspecting  = "inspecting"
	Accepting   = "accepting"
	Rated       = "rated"
	Closed      = "closed"
	CarriedOver = "carried_over"
	Cancelled   = "cancelled"
)

// The events of a matter.
const (
	EventRegister     = "register"
	EventAssign       = "assign"
	EventReturn       = "return"
	EventSubmitPlan   = "submit_plan"
	EventStartQuick   = "start_quick"
	EventApprove      = "approve"
	EventReturnPlan   = "return_plan"
	EventReturnChange = "return_change"
	EventHeadSign     = "head_sign"
	EventHeadBack     = "head_return"
	EventFinanceSign  = "finance_sign"
	EventFinanceBack  = "finance_return"
	EventTopSign      = "top_sign"
	EventTopBack      = "top_return"
	EventReport       = "report_step"
	EventAskMore      = "request_extension"
	EventGrant        = "grant_extension"
	EventRefuse       = "refuse_extension"
	EventPause        = "pause"
	EventResume       = "resume"
	EventClaim        = "claim_done"
	EventPass         = "pass"
	EventFail         = "fail"
	EventRated        = "rate"
	EventClose        = "close"
	EventReopen       = "reopen"
	EventRelapse      = "relapse"
	EventLookBack     = "look_back"
	EventCarry        = "carry_over"
	EventTakeUp       = "take_up"
	EventReview       = "review"
	EventDecline      = "decline"
	EventCancel       = "cancel"
	EventAmend        = "amend"
)

// Cycle is the life of a matter as data. Amend stands for everything that changes a matter's text, links or helpers
// without moving it.
var Cycle = cycle.Table{
	Subject:  "matter",
	Terminal: []string{Closed, Cancelled},
	Reopen:   []string{EventReopen, EventRelapse, EventLookBack, EventAmend},
	Moves: append([]cycle.Move{
		{From: "", Event: EventRegister, To: Proposed, Action: access.MatterRegister, Guard: "matter.guard.source"},
		{From: Proposed, Event: EventAssign, To: Assigned, Action: access.AssignmentMake, Guard: "matter.guard.recused"},
		{From: Assigned, Event: EventAssign, To: Assigned, Action: access.AssignmentMake, Guard: "matter.guard.recused"},
		{From: PlanReview, Event: EventAssign, To: Assigned, Action: access.AssignmentAdjudicate, Guard: "matter.guard.recused"},
		{From: Executing, Event: EventAssign, To: Assigned, Action: access.AssignmentAdjudicate, Guard: "matter.guard.recused"},
		{From: Paused, Event: EventAssign, To: Assigned, Action: access.AssignmentAdjudicate, Guard: "matter.guard.recused"},
		{From: Assigned, Event: EventReturn, To: Proposed, Action: access.AssignmentReturn, Guard: "matter.guard.rule"},

		{From: Assigned, Event: EventSubmitPlan, To: PlanReview, Action: access.MatterPlan, Guard: "matter.guard.plan"},
		{From: Assigned, Event: EventStartQuick, To: Executing, Action: access.MatterPlan, Guard: "matter.guard.quick"},
		{From: Executing, Event: EventSubmitPlan, To: PlanReview, Action: access.MatterPlan, Guard: "matter.guard.change"},
		{From: PlanReview, Event: EventHeadSign, To: PlanReview, Action: access.MatterHead, Guard: "matter.guard.head"},
		{From: PlanReview, Event: EventHeadBack, To: Assigned, Action: access.MatterHead, Guard: "matter.guard.head"},
		{From: PlanReview, Event: EventHeadBack, To: Executing, Action: access.MatterHead, Guard: "matter.guard.head"},
		{From: PlanReview, Event: EventFinanceSign, To: PlanReview, Action: access.MatterFinance, Guard: "matter.guard.finance"},
		{From: PlanReview, Event: EventFinanceBack, To: Assigned, Action: access.MatterFinance, Guard: "matter.guard.finance"},
		{From: PlanReview, Event: EventFinanceBack, To: Executing, Action: access.MatterFinance, Guard: "matter.guard.finance"},
		{From: PlanReview, Event: EventTopSign, To: PlanReview, Action: access.MatterSignTop, Guard: "matter.guard.top"},
		{From: PlanReview, Event: EventTopBack, To: Assigned, Action: access.MatterSignTop, Guard: "matter.guard.top"},
		{From: PlanReview, Event: EventTopBack, To: Executing, Action: access.MatterSignTop, Guard: "matter.guard.top"},
		{From: PlanReview, Event: EventApprove, To: Executing, Action: access.MatterApprove, Guard: "matter.guard.approver"},
		{From: PlanReview, Event: EventReturnPlan, To: Assigned, Action: access.MatterApprove, Guard: "matter.guard.approver"},
		{From: PlanReview, Event: EventReturnChange, To: Executing, Action: access.MatterApprove, Guard: "matter.guard.approver"},

		{From: Executing, Event: EventReport, To: Executing, Action: access.MatterProgress, Guard: "matter.guard.step"},
		{From: Executing, Event: EventAskMore, To: Executing, Action: access.MatterAskMore, Guard: "matter.guard.before"},
		{From: Executing, Event: EventGrant, To: Executing, Action: access.MatterExtend, Guard: "matter.guard.twice"},
		{From: Executing, Event: EventRefuse, To: Executing, Action: access.MatterExtend, Guard: "matter.guard.twice"},
		{From: Executing, Event: EventPause, To: Paused, Action: access.MatterPause, Guard: "matter.guard.pause"},
		{From: Paused, Event: EventResume, To: Executing, Action: access.MatterPause},
		{From: Executing, Event: EventClaim, To: Inspecting, Action: access.MatterComplete, Guard: "matter.guard.claim"},
		{From: Inspecting, Event: EventPass, To: Accepting, Action: access.MatterInspect, Guard: "matter.guard.inspector"},
		{From: Inspecting, Event: EventFail, To: Executing, Action: access.MatterInspect, Guard: "matter.guard.inspector"},

		{From: Accepting, Event: EventRated, To: Rated, Action: access.AcceptSystem, Guard: "matter.guard.window"},
		{From: Rated, Event: EventClose, To: Closed, Action: access.MatterClose, Guard: "matter.guard.close"},
		{From: Rated, Event: EventReopen, To: Executing, Action: access.MatterReopen, Guard: "matter.guard.disputed"},
		{From: Accepting, Event: EventReopen, To: Executing, Action: access.MatterReopen, Guard: "matter.guard.disputed"},
		{From: Closed, Event: EventReopen, To: Executing, Action: access.MatterReopen, Guard: "matter.guard.fifteen"},
		{From: Closed, Event: EventRelapse, To: Executing, Action: access.MatterReopen, Guard: "matter.guard.relapse"},
		{From: Closed, Event: EventLookBack, To: Closed, Action: access.MatterLookBack, Guard: "matter.guard.inspector"},

		{From: CarriedOver, Event: EventTakeUp, To: Assigned, Action: access.MatterCarry},
		{From: CarriedOver, Event: EventReview, To: CarriedOver, Action: access.MatterCarry, Guard: "matter.guard.review"},
	}, spread()...),
}

// spread gives the moves that every open state before completion has alike.
func spread() []cycle.Move {
	var out []cycle.Move
	for _, s := range []string{Proposed, Assigned, PlanReview, Executing, Paused} {
		if s != Proposed {
			out = append(out, cycle.Move{From: s, Event: EventCarry, To: CarriedOver, Action: access.MatterCarry, Guard: "matter.guard.condition"})
		}
		out = append(out,
			cycle.Move{From: s, Event: EventDecline, To: Cancelled, Action: access.MatterDecline, Guard: "matter.guard.no"},
			cycle.Move{From: s, Event: EventCancel, To: Cancelled, Action: access.MatterCancel, Guard: "matter.guard.reason"})
	}
	out = append(out,
		cycle.Move{From: CarriedOver, Event: EventDecline, To: Cancelled, Action: access.MatterDecline, Guard: "matter.guard.no"},
		cycle.Move{From: CarriedOver, Event: EventCancel, To: Cancelled, Action: access.MatterCancel, Guard: "matter.guard.reason"})
	for _, s := range States {
		out = append(out, cycle.Move{From: s, Event: EventAmend, To: s, Action: access.MatterPublish})
	}
	return out
}

// States lists the states in the order of the work.
var States = []string{Proposed, Assigned, PlanReview, Executing, Paused, Inspecting, Accepting, Rated, Closed, CarriedOver, Cancelled}

// Open lists the states in which something is still to be done.
var Open = []string{Proposed, Assigned, PlanReview, Executing, Paused, Inspecting, Accepting, Rated, CarriedOver}
