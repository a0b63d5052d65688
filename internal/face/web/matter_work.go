package web

import (
	"strconv"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/matter/chain"
	"sanwen/internal/work/matter/plan"
)

// progressForm reports how the work goes. From the desk it is three taps: the button, the camera, send.
var progressForm = &matterForm{
	name: "progress", title: "matterpage.act.progress", button: "matterpage.progress_do", toast: "matterpage.toast_progress", photos: 9,
	ready: func(v *matterView) bool { return v.Matter.State == matter.Executing },
	fields: func(b *doing) {
		if steps := b.openSteps(); len(steps) > 0 {
			if !b.r.Posted() {
				step := b.r.Query("step")
				if step == "" {
					step = steps[0].Value
				}
				b.f.Set("step", step)
			}
			steps = append(steps, Option{Value: "0", Text: b.r.T("matterpage.step_none")})
			c := b.f.Choose("step", "matterpage.which_step", steps)
			b.part(FormPart{Cards: &c})
		}
		b.photo("matterpage.progress_photos", true)
		b.text("text", "matterpage.progress_text", 3, plan.MaxNote, true, "matterpage.progress_hint")
		b.tick("half", "matterpage.progress_half")
	},
	read: func(b *doing) doer {
		step, err := strconv.ParseInt(b.f.Value("step"), 10, 64)
		if b.f.Value("step") != "" && err != nil {
			b.f.Fault("step", "fault.choice")
		}
		return matter.Report{Matter: b.v.Matter.ID, Step: step, Done: step > 0 && !b.f.Ticked("half"), Text: b.held("text"), Photos: b.photosIn()}
	},
}

// openSteps are the steps of the plan in force that are not done.
func (b *doing) openSteps() []Option {
	p := b.v.PlanInForce()
	if p == nil {
		return nil
	}
	var out []Option
	for _, s := range p.StepStates {
		if s.DoneAt == 0 {
			out = append(out, Option{Value: itoa(s.N), Text: s.Text, Note: b.r.T("matterpage.by", b.v.date(s.Day))})
		}
	}
	return out
}

// doneForm says that the matter is done.
var doneForm = &matterForm{
	name: "done", title: "matterpage.act.done", lede: "matterpage.done_lede", button: "matterpage.done_do", toast: "matterpage.toast_done", photos: 9,
	ready: func(v *matterView) bool { return v.Matter.State == matter.Executing },
	fields: func(b *doing) {
		p := b.v.PlanInForce()
		if open := b.openSteps(); len(open) > 0 {
			panel := Panel{Tone: "warn", Title: b.r.T("matterpage.done_open", len(open))}
			for _, s := range open {
				panel.Links = append(panel.Links, Link{Text: s.Text, Href: b.r.Link(b.v.path("progress") + "?step=" + s.Value)})
			}
			b.page.Panels = append(b.page.Panels, panel)
		}
		if p != nil && p.Slots.AfterPhotos > 0 {
			d := b.f.Photos("photos", "matterpage.after_photos_field", b.photos, b.tray.have())
			d.Field = d.Hint("matterpage.after_photos", p.Slots.AfterPhotos)
			b.part(FormPart{Photos: &d})
		} else {
			b.photo("matterpage.after_photos_field", true)
		}
		b.readings(true)
		b.text("text", "matterpage.done_text", 4, plan.MaxText, false, "matterpage.done_text_hint")
	},
	read: func(b *doing) doer {
		id, version := b.ref()
		b.f.Unseen("steps")
		return matter.ClaimDone{Matter: id, Version: version, Text: b.held("text"), Readings: b.readingsIn(), Photos: b.photosIn()}
	},
}

// moreTimeForm asks for a later deadline.
var moreTimeForm = &matterForm{
	name: "more-time", title: "matterpage.act.more_time", lede: "matterpage.more_lede", button: "matterpage.more_do", toast: "matterpage.toast_more",
	ready: func(v *matterView) bool { return v.Matter.State == matter.Executing && v.asked() == nil },
	fields: func(b *doing) {
		b.page.Facts = []Fact{{Label: b.r.T("matterpage.due"), Value: b.v.date(b.v.Matter.Due), Note: b.r.T("matterpage.due_moved", b.v.date(b.v.Matter.Due0), b.v.Matter.Extensions)}}
		b.date("day", "matterpage.more_day", "matterpage.workday_hint")
		b.text("reason", "matterpage.reason", 3, plan.MaxNote, false, "matterpage.more_reason_hint")
		b.text("interim", "matterpage.more_interim", 3, plan.MaxNote, true, "matterpage.more_interim_hint")
	},
	read: func(b *doing) doer {
		id, version := b.ref()
		return matter.AskMore{Matter: id, Version: version, Day: clock.Day(b.held("day")), Reason: b.held("reason"), Interim: b.held("interim")}
	},
}

// extensionForm decides on the extension that waits; the address tells on which level of the decision.
func extensionForm(name string) *matterForm {
	return &matterForm{
		name: name, title: "matterpage.act.extension", button: "matterpage.grant", toast: "matterpage.toast_decided",
		ready: func(v *matterView) bool { return v.asked() != nil },
		fields: func(b *doing) {
			v, m := b.v, b.v.Matter
			if e := v.asked(); e != nil {
				facts := []Fact{{Label: b.r.T("matterpage.due"), Value: v.date(e.FromDay), Note: b.r.T("matterpage.due_moved", v.date(m.Due0), m.Extensions)},
					{Label: b.r.T("matterpage.more_day"), Value: v.date(e.ToDay)}, {Label: b.r.T("matterpage.more_who"), Value: v.person(e.AskedBy), Note: v.moment(e.AskedAt)},
					{Label: b.r.T("matterpage.reason"), Value: e.Reason}}
				if e.Interim != "" {
					facts = append(facts, Fact{Label: b.r.T("matterpage.more_interim"), Value: e.Interim})
				}
				if e.Late {
					facts[2].Note += " · " + b.r.T("matterpage.more_late")
				}
				b.page.Facts = facts
			}
			b.decides("grant", "matterpage.grant", "matterpage.grant_note", "matterpage.refuse", "matterpage.refuse_note")
			b.text("note", "matterpage.decision_note", 3, plan.MaxNote, true, "matterpage.decision_note_hint")
		},
		read: func(b *doing) doer {
			id, version := b.ref()
			return matter.DecideMore{Matter: id, Version: version, Grant: b.f.Choice("grant", "yes", "no") == "yes", Note: b.held("note")}
		},
	}
}

var (
	supervisorExtension = extensionForm("extension")
	leaderExtension     = extensionForm("extension-top")
)

// extensionPath is the address of the form for whoever decides on the extension that waits.
func (v *matterView) extensionPath() string {
	if matter.ExtensionLevel(v.Matter.Extensions, v.extensionMax()) == access.Leader {
		return leaderExtension.name
	}
	return supervisorExtension.name
}

// pauseForm lets a matter stand still.
var pauseForm = &matterForm{
	name: "pause", title: "matterpage.act.pause", lede: "matterpage.pause_lede", button: "matterpage.act.pause", toast: "matterpage.toast_paused",
	ready: func(v *matterView) bool { return v.Matter.State == matter.Executing },
	fields: func(b *doing) {
		var options []Option
		for _, s := range plan.PauseReasons() {
			if b.v.set.Int(org.PauseReason+s) == 0 { // the organisation does not let this one pass
				continue
			}
			options = append(options, Option{Value: s, Text: b.r.Lang.Enum("duty.reason", s)})
		}
		c := b.f.Choose("reason", "matterpage.pause_reason", options)
		b.part(FormPart{Radios: &c})
		b.date("until", "matterpage.pause_until", "matterpage.pause_until_hint")
		b.text("note", "matterpage.pause_note", 3, plan.MaxNote, false)
	},
	read: func(b *doing) doer {
		id, version := b.ref()
		return matter.Pause{Matter: id, Version: version, Reason: b.f.Value("reason"), Until: clock.Day(b.held("until")), Note: b.held("note")}
	},
}

// decideForm approves or returns the plan that waits.
var decideForm = &matterForm{
	name: "decide", title: "matterpage.act.decide", button: "matterpage.approve", toast: "matterpage.toast_decided",
	ready: func(v *matterView) bool { return v.Matter.Review == chain.Office },
	fields: func(b *doing) {
		b.waitingPlan()
		b.decides("approve", "matterpage.approve", "matterpage.approve_note", "matterpage.send_back", "matterpage.send_back_note")
		b.text("note", "matterpage.decision_note", 3, plan.MaxNote, true, "matterpage.decision_note_hint")
	},
	read: func(b *doing) doer {
		id, version := b.ref()
		return planDecision{matter.DecidePlan{Matter: id, Version: version, Approve: b.f.Choice("approve", "yes", "no") == "yes", Note: b.held("note")}}
	},
}

// planDecision is the decision on a plan. A plan that held when it was handed in may not hold any more when it is approved: what
// is wrong then stands in the summary, for it is the author's to put right.
type planDecision struct{ matter.DecidePlan }

func notOnForm(err error, own ...string) error {
	if err == nil {
		return nil
	}
	for _, e := range fault.Fields(err) {
		known := false
		for _, name := range own {
			known = known || e.Field == name
		}
		if !known {
			e.Field = ""
		}
	}
	return err
}

// Do decides.
func (d planDecision) Do(tx *db.Tx, who access.Person) error {
	return notOnForm(d.DecidePlan.Do(tx, who), "note")
}
