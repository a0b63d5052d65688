package web

import (
	"slices"

	"sanwen/internal/base/access"
	"sanwen/internal/base/duty"
	"sanwen/internal/base/org"
	"sanwen/internal/work/assignment"
	"sanwen/internal/work/ballot"
	"sanwen/internal/work/matter"
)

// MatterAct is something that this person can do with the matter now: a link to its form, or a button that does it at once.
type MatterAct struct {
	Text string
	Href string
	Post bool // no form is needed
	Tone string
	Icon string
}

// acts lists what the person may do now, the next step of the work first. Life cycle, permission and separation of hands
// decide; what a guard refuses beyond that is told on the form.
func (v *matterView) acts() []MatterAct {
	var out []MatterAct
	add := func(ok bool, name, key, icon string, post bool) {
		if ok {
			out = append(out, MatterAct{Text: v.r.T(key), Href: v.r.Link(v.path(name)), Post: post, Icon: icon})
		}
	}
	m, state := v.Matter, ""
	if v.open != nil {
		state = v.open.State
	}
	allDone := m.StepsAll == m.StepsDone
	plan := v.May(matter.EventSubmitPlan) || v.May(matter.EventStartQuick)

	// The next step of the work.
	add(state == assignment.Assigned && v.can(access.AssignmentSign), "sign", "matterpage.act.sign", "check", true)
	add(m.State == matter.Proposed && state != assignment.Adjudicating && v.can(access.AssignmentMake), "assign", "matterpage.act.assign", "next", false)
	add(state == assignment.Adjudicating && v.can(access.AssignmentAdjudicate), "adjudicate", "matterpage.act.adjudicate", "split", false)
	add(v.asked() != nil && v.mayDecideMore(), v.extensionPath(), "matterpage.act.extension", "calendar", false)
	add(v.May(matter.EventApprove) && !v.PlanWaiting().Signed(v.r.Person.ID), "decide", "matterpage.act.decide", "check", false)
	add(v.May(matter.EventHeadSign), headForm.name, "matterpage.act.head", "edit", false)
	add(v.May(matter.EventFinanceSign), financeForm.name, "matterpage.act.finance", "check", false)
	add(v.May(matter.EventTopSign), topForm.name, v.topTitle(), "edit", false)
	add(plan && m.State == matter.Assigned, "plan", "matterpage.act.plan", "edit", false)
	add(v.May(matter.EventClaim) && allDone, "done", "matterpage.act.done", "done", false)
	add(v.May(matter.EventReport), "progress", "matterpage.act.progress", "camera", false)
	add(v.May(matter.EventPass), "inspect", "matterpage.act.inspect", "search", false)
	add(v.May(matter.EventClose), "close", "matterpage.act.close", "check", false)
	add(v.May(matter.EventLookBack) && (v.lookBackNow() != 0 || v.drawn()), "look-back", "matterpage.act.look_back", "eye", false)
	add(v.May(matter.EventResume), "resume", "matterpage.act.resume", "play", true)
	add(v.May(matter.EventTakeUp), "take-up", "matterpage.act.take_up", "play", true)
	add(v.May(matter.EventReview), "review", "matterpage.act.review", "eye", false)
	if len(out) > 0 {
		out[0].Tone = "primary"
	}

	// What else can be done.
	add(v.May(matter.EventClaim) && !allDone, "done", "matterpage.act.done", "done", false)
	add(plan && m.State == matter.Executing, "plan", "matterpage.act.change", "edit", false)
	add(state == assignment.Assigned && v.can(access.AssignmentReturn), "return", "matterpage.act.return", "back", false)
	add(v.May(matter.EventAskMore) && v.asked() == nil && m.DueAt >= v.now, "more-time", "matterpage.act.more_time", "calendar", false)
	add((m.State == matter.Executing || m.State == matter.Inspecting) && v.can(access.MatterApprove), "inspector", "matterpage.act.inspector", "user", false)
	add(v.mayAsk() && v.can(access.AcceptSetUp), "question", "matterpage.act.question", "help", false)
	add(v.May(matter.EventPause) && m.DueAt >= v.now, "pause", "matterpage.act.pause", "pause", false)
	add(state == assignment.Signed && v.movable() && v.can(access.AssignmentAdjudicate), "reassign", "matterpage.act.reassign", "split", false)
	if m.State == matter.Proposed && m.Restricted == "" {
		for _, l := range v.r.poolLink(ballot.FromMatter, m.Number) {
			out = append(out, MatterAct{Text: l.Text, Href: l.Href, Icon: "plus"})
		}
	}
	add(v.May(matter.EventAmend), "wording", "matterpage.act.wording", "board", false)
	add(v.Matter.Solved() && m.Restricted == "" && v.practice == nil && v.can(access.PracticeWrite), "practice", "practice.do.begin", "idea", true)
	add(v.May(matter.EventCarry), "carry", "matterpage.act.carry", "clock", false)
	add(v.May(matter.EventDecline), "decline", "matterpage.act.decline", "close", false)
	add(v.May(matter.EventCancel), "cancel", "matterpage.act.cancel", "close", false)
	return out
}

// movable reports whether the supervisor can give the matter to another unit.
func (v *matterView) movable() bool {
	_, err := matter.Cycle.Next(v.Matter.State, matter.EventAssign)
	return err == nil
}

// mayAsk reports whether the question to the employees can still be written.
func (v *matterView) mayAsk() bool {
	switch v.Matter.State {
	case matter.Inspecting, matter.Accepting, matter.Rated, matter.Closed, matter.Cancelled:
		return false
	}
	return true
}

// lookBackNow is the look-back that can be made now, by its days, or 0.
func (v *matterView) lookBackNow() int64 {
	m := v.Matter
	if m.State != matter.Closed {
		return 0
	}
	done := m.LookBacks()
	for i, days := range v.set.LookBacks() {
		if *done[i] == "" && v.today >= m.ClosedAt.Day(v.r.Zone).Add(days-matter.EarlyDays) {
			return int64(days)
		}
	}
	return 0
}

// drawn reports whether the matter was drawn by lot and waits for being measured again.
func (v *matterView) drawn() bool {
	return slices.ContainsFunc(v.items, func(n duty.Item) bool { return n.Open && n.Kind == duty.Recheck })
}

// mayDecideMore reports whether this person decides on the extension that waits.
func (v *matterView) mayDecideMore() bool {
	return matter.MayDecideMore(v.r.Person, v.Matter, v.Thing, v.extensionMax())
}

// extensionMax is how many extensions the supervisor decides on.
func (v *matterView) extensionMax() int { return v.set.Int(org.ExtensionMax) }
