package web

import (
	"slices"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/lang"
	"sanwen/internal/reading/report"
	"sanwen/internal/work/meeting"
	"sanwen/internal/work/meeting/paper"
)

// meetingDo is one action on a meeting that has a form of its own.
type meetingDo struct {
	name, event, tone string
	action            access.Action
	when              func(*meetingView) bool // beyond the table of states, or nil
	parts             func(*meetingView, *Form, meetingPeople) []Part
	read              func(*meetingView, *Form) doer
}

func (do meetingDo) may(v *meetingView) bool {
	return v.r.Person.Can(do.action, v.thing) && (do.event == "" || meeting.Cycle.Can(v.m.State, do.event)) && (do.when == nil || do.when(v))
}

var meetingDos []meetingDo

func init() { // a loop otherwise: the forms lead back to the page that lists them
	meetingDos = []meetingDo{
		{name: "freeze", event: meeting.EventFreeze, action: access.MeetingCall, tone: "primary", read: func(v *meetingView, f *Form) doer {
			return freezeDo{v, f.Version()}
		}},
		{name: "open", event: meeting.EventOpen, action: access.MeetingRecord, tone: "primary", read: func(v *meetingView, f *Form) doer {
			return meeting.OpenRoom{Meeting: v.m.ID, Version: f.Version()}
		}},
		{name: "ask", action: access.MeetingCall, when: func(v *meetingView) bool { return v.m.Running() && v.m.Kind == meeting.Dispatch },
			parts: func(v *meetingView, f *Form, _ meetingPeople) []Part {
				if !v.r.Posted() && v.m.PositionsDue != "" {
					f.Set("due", string(v.m.PositionsDue))
				}
				return []Part{fieldPart(f.Field("due", "meeting.f.positions_due").As("date").Hint("meeting.ask_hint"))}
			},
			read: func(v *meetingView, f *Form) doer {
				return meeting.AskPositions{Meeting: v.m.ID, Version: f.Version(), Due: f.Day("due", true)}
			}},
		{name: "add", action: access.MeetingCall, when: func(v *meetingView) bool { return v.m.State == meeting.Called && v.m.Kind == meeting.Dispatch },
			parts: func(v *meetingView, f *Form, _ meetingPeople) []Part {
				return []Part{fieldPart(f.Field("matter", "meeting.f.matter").May().Hint("meeting.add_hint")), fieldPart(f.Field("title", "meeting.f.topic").May().Limit(meeting.MaxTitle)),
					fieldPart(f.Field("reason", "meeting.f.reason").Area(2).Limit(meeting.MaxNote))}
			},
			read: func(v *meetingView, f *Form) doer {
				return meeting.Add{Meeting: v.m.ID, Matter: f.Line("matter", 0, 40), Title: f.Line("title", 0, meeting.MaxTitle), Reason: f.Text("reason", 0, meeting.MaxNote)}
			}},
		{name: "speak", action: access.MeetingCall, when: func(v *meetingView) bool {
			return (v.m.Running() || v.m.State == meeting.Held) && v.m.Kind == meeting.Exchange
		},
			parts: func(v *meetingView, f *Form, _ meetingPeople) []Part {
				if !v.r.Posted() {
					f.Set("kind", meeting.SpeechTalk)
				}
				return []Part{radiosPart(f.Choose("kind", "meeting.f.kind", options(v.r.Lang, "meeting.speech", meeting.SpeechKinds()))),
					selectPart(f.Choose("practice", "meeting.f.practice", v.r.practiceOptions(f)).May().Hint("meeting.practice_hint")), fieldPart(f.Field("title", "meeting.f.speech").Limit(meeting.MaxTitle)),
					selectPart(f.Choose("unit", "meeting.f.unit", unitOptions(v.tree, v.r.Lang))), fieldPart(f.Field("who", "meeting.f.speaker").May().Limit(meeting.MaxPlace)),
					fieldPart(f.Field("matter", "meeting.f.matter").May()), fieldPart(f.Field("text", "meeting.f.speech_text").Area(3).May().Limit(meeting.MaxText))}
			},
			read: func(v *meetingView, f *Form) doer {
				return meeting.Speak{Meeting: v.m.ID, Kind: f.Choice("kind", meeting.SpeechKinds()...), Title: f.Line("title", 0, meeting.MaxTitle), Unit: f.one("unit"), Who: f.Line("who", 0, meeting.MaxPlace),
					Practice: f.one("practice"), Matter: f.Line("matter", 0, 40), Text: f.Text("text", 0, meeting.MaxText)}
			}},
		{name: "change", event: meeting.EventChange, action: access.MeetingCall,
			parts: func(v *meetingView, f *Form, people meetingPeople) []Part {
				if !v.r.Posted() {
					v.fill(f)
				}
				return v.r.meetingParts(f, v.tree, people)
			},
			read: func(v *meetingView, f *Form) doer {
				return meeting.Change{Meeting: v.m.ID, Version: f.Version(), Terms: v.r.meetingTerms(f)}
			}},
		{name: "thaw", event: meeting.EventThaw, action: access.MeetingCall, read: func(v *meetingView, f *Form) doer {
			return meeting.Thaw{Meeting: v.m.ID, Version: f.Version()}
		}},
		{name: "finish", event: meeting.EventEnd, action: access.MeetingRecord, tone: "primary", read: func(v *meetingView, f *Form) doer {
			return meeting.Finish{Meeting: v.m.ID, Version: f.Version()}
		}},
		{name: "resume", event: meeting.EventResume, action: access.MeetingRecord, read: func(v *meetingView, f *Form) doer {
			return meeting.Resume{Meeting: v.m.ID, Version: f.Version()}
		}},
		{name: "sign", event: meeting.EventSign, action: access.MeetingSign, tone: "primary", read: func(v *meetingView, f *Form) doer {
			return meeting.Sign{Meeting: v.m.ID, Version: f.Version()}
		}},
		{name: "correct", event: meeting.EventCorrect, action: access.MeetingSign, parts: correctParts, read: func(v *meetingView, f *Form) doer {
			in := meeting.Correct{Meeting: v.m.ID, Version: f.Version(), Opening: f.Text("opening", 0, meeting.MaxPages), Demands: f.Text("demands", 0, meeting.MaxPages), Reason: f.Text("reason", 0, meeting.MaxNote),
				Conclusions: map[string]string{}}
			for _, it := range v.items {
				if t := f.Text("c."+it.ID, 0, meeting.MaxText); t != "" && t != it.Conclusion {
					in.Conclusions[it.ID] = t
				}
			}
			return in
		}},
		{name: "cancel", event: meeting.EventCancel, action: access.MeetingCall, tone: "danger",
			parts: func(v *meetingView, f *Form, _ meetingPeople) []Part {
				return []Part{fieldPart(f.Field("reason", "meeting.f.reason").Area(2).Limit(meeting.MaxNote))}
			},
			read: func(v *meetingView, f *Form) doer {
				return meeting.Cancel{Meeting: v.m.ID, Version: f.Version(), Reason: f.Text("reason", 0, meeting.MaxNote)}
			}},
	}
}

// freezeDo freezes a pack; the period's numbers of a meeting that sums up are those of the pages at this moment.
type freezeDo struct {
	v       *meetingView
	version int64
}

// Do freezes. Errors: those of [meeting.Freeze].
func (in freezeDo) Do(tx *db.Tx, who access.Person) error {
	do := meeting.Freeze{Meeting: in.v.m.ID, Version: in.version}
	if in.v.m.Kind == meeting.Exchange {
		figures, err := report.Count(tx, who, report.SentenceFigures()[:3])
		if err != nil {
			return err
		}
		for _, f := range figures {
			do.Figures = append(do.Figures, paper.Figure{Zh: lang.ZH.T("meeting.figure." + f.Name), En: lang.EN.T("meeting.figure." + f.Name), Value: itoa(f.N)})
		}
	}
	return do.Do(tx, who)
}

// fill puts the terms of the meeting into its form.
func (v *meetingView) fill(f *Form) {
	start, end := v.m.StartAt.Time().In(v.r.Zone), v.m.EndAt.Time().In(v.r.Zone)
	for name, value := range map[string]string{"title": v.m.Title, "day": string(v.m.StartAt.Day(v.r.Zone)), "start": start.Format("15:04"), "end": end.Format("15:04"), "place": v.m.Place,
		"chair": v.m.Chair, "recorder": v.m.Recorder} {
		f.Set(name, value)
	}
	for _, p := range v.parties {
		if p.SitsIn {
			f.values.Add("sit_in", p.Unit)
		} else {
			f.values.Add("invited", p.Unit)
		}
	}
}

func correctParts(v *meetingView, f *Form, _ meetingPeople) []Part {
	if !v.r.Posted() {
		f.Set("opening", v.m.Opening)
		f.Set("demands", v.m.Demands)
	}
	parts := []Part{fieldPart(f.Field("opening", "meeting.f.opening").Area(4).May().Limit(meeting.MaxPages))}
	for _, it := range v.items {
		if it.TakenOut || it.Conclusion == "" {
			continue
		}
		if !v.r.Posted() {
			f.Set("c."+it.ID, it.Conclusion)
		}
		d := f.Field("c."+it.ID, "meeting.f.conclusion").Area(2).Limit(meeting.MaxText)
		d.Label += ": " + it.Title
		parts = append(parts, fieldPart(d))
	}
	return append(parts, fieldPart(f.Field("demands", "meeting.f.demands").Area(4).May().Limit(meeting.MaxPages)), fieldPart(f.Field("reason", "meeting.f.reason").Area(2).Limit(meeting.MaxNote)))
}

// meetingAct shows and takes the form of an action on a meeting.
func meetingAct(r *Req) error {
	var v *meetingView
	var people meetingPeople
	var do meetingDo
	err := r.Read(func(tx *db.Tx) (err error) {
		if v, err = r.viewMeeting(tx, true); err != nil {
			return err
		}
		i := slices.IndexFunc(meetingDos, func(d meetingDo) bool { return d.name == r.Param("do") })
		if i < 0 {
			return fault.New(fault.NotFound, "access.unknown")
		}
		do = meetingDos[i]
		if err := r.Person.May(tx, do.action, v.thing); err != nil {
			return err
		}
		people, err = r.meetingPeople(tx, org.Root)
		return err
	})
	if err != nil {
		return err
	}
	if !do.may(v) {
		return fault.New(fault.Conflict, "cycle.refused", v.m.State, do.name)
	}
	f, done, err := r.tried(func(f *Form) doer {
		return do.read(v, f)
	}, "meeting.toast."+do.name, v.after(do.name), "version", itoa(v.m.Version))
	if done || err != nil {
		return err
	}
	page := AdminFormPage{Page: Page{Title: r.T("meeting.do." + do.name), Shape: Staff, Back: v.path("")}, Lede: r.T("meeting.lede." + do.name), Form: f, To: v.path(do.name),
		Submit: r.T("meeting.do." + do.name), Danger: do.tone == "danger", Facts: v.facts()[2:4]}
	if do.parts != nil {
		page.Parts = do.parts(v, f, people)
	}
	return meetingForm.Render(r, page)
}

// after is where somebody is led when an action is done.
func (v *meetingView) after(do string) string {
	switch do {
	case "open", "resume":
		return v.path("room")
	case "add":
		return v.path("pack")
	case "speak":
		if v.m.Running() {
			return v.path("speeches")
		}
		return v.path("room")
	case "finish", "sign", "correct":
		return v.path("minutes")
	}
	return v.path("")
}
