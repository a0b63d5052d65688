package web

import (
	"slices"

	"sanwen/internal/base/access"
	"sanwen/internal/base/duty"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/work/matter/ledger"
	"sanwen/internal/work/meeting"
	meetshow "sanwen/internal/work/meeting/show"
)

// resolutionView puts names to resolutions.
type resolutionView struct {
	r       *Req
	tree    *org.Tree
	names   map[string]string
	numbers map[string]string
	lights  map[string]*Light
}

func (b *resolutionView) read(tx *db.Tx, rs []meeting.Resolution) (err error) {
	if b.tree, err = org.TreeOf(tx); err != nil {
		return err
	}
	if b.names, err = ledger.Names(tx, unique(resolutionPeople(rs))); err != nil {
		return err
	}
	if b.numbers, err = meetshow.NumbersOf(tx, rs); err != nil {
		return err
	}
	open, err := duty.OpenOf(tx, meeting.ResolutionKind, resolutionIDs(rs))
	if err != nil {
		return err
	}
	b.lights = map[string]*Light{}
	for id, ds := range open {
		ds = slices.DeleteFunc(ds, func(d duty.Duty) bool { return d.Kind != duty.Resolve })
		if len(ds) == 0 {
			continue
		}
		items, err := duty.Items(tx, ds[:1])
		if err != nil {
			return err
		}
		b.lights[id] = dutyLight(b.r, items[0])
	}
	return nil
}

func (b *resolutionView) columns() []Column {
	r := b.r
	return []Column{{Label: r.T("meeting.f.resolution")}, {Label: r.T("meeting.f.lead")}, {Label: r.T("meeting.f.person"), Minor: true}, {Label: r.T("meeting.f.day_by")}, {Label: r.T("meeting.f.state")}}
}

func resolutionTone(x meeting.Resolution, now clock.Millis) string {
	switch {
	case x.State == meeting.Done:
		return "good"
	case x.State == meeting.Reported:
		return "info"
	case x.State == meeting.Open && x.Late(now):
		return "bad"
	}
	return ""
}

func (b *resolutionView) rows(t *Table, rs []meeting.Resolution) {
	r := b.r
	now := clock.MillisOf(r.Now())
	for _, x := range rs {
		state := Cell{Tag: &Tag{Text: r.Lang.Enum("meeting.res", x.State), Tone: resolutionTone(x, now)}, Light: b.lights[x.ID]}
		sub := b.numbers[x.ID]
		if x.MatterNo != "" {
			sub += " · " + x.MatterNo
		}
		row := t.Add(r.Link("/resolution/"+x.ID), Cell{Text: shortText(x.Text, 60), Sub: sub}, Cell{Text: b.tree.Name(x.Lead, r.Lang)}, Cell{Text: b.names[x.Person]}, Cell{Text: r.Lang.Date(x.Day, r.Zone)}, state)
		if x.State == meeting.Open && x.Late(now) {
			row.Tone = "bad"
		}
	}
}

func resolutionSpec() ListSpec {
	return ListSpec{Columns: []string{"lead", "person", "by", "state"}, Filters: []Filter{
		{Name: "state", Label: "meeting.f.state", Values: meeting.ResolutionStates(), Prefix: "meeting.res.", Many: true},
		{Name: "late", Label: "meeting.f.late", Values: []string{"1"}, Prefix: "meeting.late."},
		{Name: "lead", Label: "meeting.f.lead"},
		{Name: "meeting", Label: "meeting.f.meeting"},
		{Name: "q", Label: "meeting.f.text"},
	}}
}

// listResolutions shows what meetings decided, the nearest day first.
func listResolutions(r *Req) error {
	list, err := r.List(resolutionSpec())
	if err != nil {
		return err
	}
	page := AdminListPage{Page: Page{Title: r.T("meeting.resolutions"), Shape: Staff}, Lede: r.T("meeting.resolutions_lede")}
	for _, tab := range []struct{ key, state, late string }{{"meeting.all", "", ""}, {"meeting.res.open", meeting.Open, ""}, {"meeting.late.1", "", "1"}, {"meeting.res.reported", meeting.Reported, ""}, {"meeting.res.done", meeting.Done, ""}} {
		page.Tabs = append(page.Tabs, Link{Text: r.T(tab.key), Href: list.URL("state", tab.state, "late", tab.late), Current: list.Get("state") == tab.state && list.Get("late") == tab.late})
	}
	var t Table
	err = r.Read(func(tx *db.Tx) error {
		rows, next, err := meetshow.Resolutions(tx, r.Person, meetshow.ResolutionFilter{States: given(list.All("state")), Unit: list.Get("lead"), Meeting: list.Get("meeting"), Late: list.Get("late") != "", Text: list.Get("q"), After: list.After})
		if err != nil {
			r.Status(400)
			return err
		}
		b := &resolutionView{r: r}
		if err := b.read(tx, rows); err != nil {
			return err
		}
		t = list.Table(r.T("meeting.resolutions"), b.columns()...)
		t.Keys, t.Next = true, list.Next(next)
		if !list.Filtered() {
			t.Empty = Empty{Kind: "nothing", Title: r.T("meeting.resolutions_none"), Text: r.T("meeting.resolutions_none_text")}
		}
		b.rows(&t, rows)
		form := r.Blank("state", list.Get("state"), "lead", list.Get("lead"), "q", list.Get("q"))
		page.Filters = []Part{selectPart(form.Choose("state", "meeting.f.state", options(r.Lang, "meeting.res", meeting.ResolutionStates())).Any()),
			selectPart(form.Choose("lead", "meeting.f.lead", unitChoices(b.tree, r.Lang, org.Department, org.Plant)).Any()), fieldPart(form.Field("q", "meeting.f.text").May())}
		return nil
	})
	if err != nil {
		return err
	}
	return r.showList(meetingList, page, list, t)
}

// resolutionDo is one action on a resolution.
type resolutionDo struct {
	name, event, tone string
	action            access.Action
	parts             func(*Req, *Form) []Part
	read              func(meeting.Resolution, *Form) doer
}

var resolutionDos = []resolutionDo{
	{name: "report", event: meeting.EventReport, action: access.ResolutionReport, tone: "primary",
		parts: func(_ *Req, f *Form) []Part {
			return []Part{fieldPart(f.Field("result", "meeting.f.result").Area(4).Limit(meeting.MaxText))}
		},
		read: func(x meeting.Resolution, f *Form) doer {
			return meeting.Report{Resolution: x.ID, Version: f.Version(), Result: f.Text("result", 0, meeting.MaxText)}
		}},
	{name: "judge", event: meeting.EventConfirm, action: access.ResolutionConfirm, tone: "primary",
		parts: func(r *Req, f *Form) []Part {
			return []Part{radiosPart(f.Choose("good", "meeting.f.judge", []Option{{Value: "yes", Text: r.T("meeting.judge.yes")}, {Value: "no", Text: r.T("meeting.judge.no")}})),
				fieldPart(f.Field("note", "meeting.f.reason").Area(2).May().Limit(meeting.MaxNote).Hint("meeting.judge_hint"))}
		},
		read: func(x meeting.Resolution, f *Form) doer {
			return meeting.Judge{Resolution: x.ID, Version: f.Version(), Good: f.Choice("good", "yes", "no") == "yes", Note: f.Text("note", 0, meeting.MaxNote)}
		}},
	{name: "drop", event: meeting.EventDrop, action: access.ResolutionConfirm, tone: "danger",
		parts: func(_ *Req, f *Form) []Part {
			return []Part{fieldPart(f.Field("note", "meeting.f.reason").Area(2).Limit(meeting.MaxNote))}
		},
		read: func(x meeting.Resolution, f *Form) doer {
			return meeting.Drop{Resolution: x.ID, Version: f.Version(), Note: f.Text("note", 0, meeting.MaxNote)}
		}},
}

// oneResolution is a resolution with what its pages show.
type oneResolution struct {
	resolutionView
	x     meeting.Resolution
	thing access.Thing
	m     meeting.Meeting
	seen  bool // the reader may open its meeting
}

func (r *Req) viewResolution(tx *db.Tx) (*oneResolution, error) {
	v := &oneResolution{resolutionView: resolutionView{r: r}}
	var err error
	if v.x, v.thing, err = meeting.SeeResolution(tx, r.Person, r.Param("resolution")); err != nil {
		return nil, err
	}
	if err := v.read(tx, []meeting.Resolution{v.x}); err != nil {
		return nil, err
	}
	heads, err := meetshow.Heads(tx, r.Person, []string{v.x.Meeting})
	if err != nil {
		return nil, err
	}
	v.m, v.seen = heads[v.x.Meeting]
	more, err := ledger.Names(tx, unique([]string{v.x.ReportedBy, v.x.EndedBy, v.x.DecidedBy}))
	for id, name := range more {
		v.names[id] = name
	}
	return v, err
}

func (v *oneResolution) facts() []Fact {
	r, x := v.r, v.x
	var out []Fact
	add := func(label, value, note, href string) {
		if value != "" {
			out = append(out, Fact{Label: r.T(label), Value: value, Note: note, Href: href})
		}
	}
	out = append(out, Fact{Label: r.T("meeting.f.state"), Value: r.Lang.Enum("meeting.res", x.State), Light: v.lights[x.ID]})
	add("meeting.f.resolution", x.Text, "", "")
	add("meeting.f.lead", v.tree.Name(x.Lead, r.Lang), "", "")
	var co []string
	for _, c := range x.CoUnits() {
		co = append(co, v.tree.Name(c, r.Lang))
	}
	add("meeting.f.co", r.Lang.List(co), "", "")
	add("meeting.f.person", v.names[x.Person], "", "")
	add("meeting.f.day_by", r.Lang.Date(x.Day, r.Zone), "", "")
	add("meeting.f.supervisor", v.names[x.Supervisor], "", "")
	if v.seen {
		add("meeting.f.meeting", v.m.Title, v.numbers[x.ID], r.Link("/meeting/"+x.Meeting))
	}
	if x.MatterNo != "" {
		add("meeting.f.matter", x.MatterNo, "", r.Link("/matter/"+x.MatterNo))
	}
	if x.ReportedAt != 0 {
		add("meeting.f.result", x.Result, v.names[x.ReportedBy]+" · "+r.Lang.DateTime(x.ReportedAt, r.Zone), "")
	}
	add("meeting.f.reason", x.Note, "", "")
	if x.Returns > 0 {
		add("meeting.f.returns", r.T("meeting.n_returns", x.Returns), "", "")
	}
	if x.EndedAt != 0 {
		add("meeting.f.ended", v.names[x.EndedBy], r.Lang.DateTime(x.EndedAt, r.Zone), "")
	}
	return out
}

// showResolution shows what was decided and what became of it.
func showResolution(r *Req) error {
	var v *oneResolution
	if err := r.Read(func(tx *db.Tx) (err error) { v, err = r.viewResolution(tx); return err }); err != nil {
		return err
	}
	page := AdminListPage{Page: Page{Title: r.T("meeting.resolution_of", v.numbers[v.x.ID]), Shape: Staff, Back: "/resolutions"}, Facts: v.facts()}
	for _, do := range resolutionDos {
		if meeting.ResolutionCycle.Can(v.x.State, do.event) && r.Person.Can(do.action, v.thing) {
			page.Actions = append(page.Actions, Link{Text: r.T("meeting.do." + do.name), Href: r.Link("/resolution/" + v.x.ID + "/" + do.name), Tone: do.tone})
		}
	}
	return meetingList.Render(r, page)
}

// resolutionAct shows and takes the form of an action on a resolution.
func resolutionAct(r *Req) error {
	var v *oneResolution
	var do resolutionDo
	err := r.Read(func(tx *db.Tx) (err error) {
		if v, err = r.viewResolution(tx); err != nil {
			return err
		}
		i := slices.IndexFunc(resolutionDos, func(d resolutionDo) bool { return d.name == r.Param("do") })
		if i < 0 {
			return fault.New(fault.NotFound, "access.unknown")
		}
		do = resolutionDos[i]
		return r.Person.May(tx, do.action, v.thing)
	})
	if err != nil {
		return err
	}
	if !meeting.ResolutionCycle.Can(v.x.State, do.event) {
		return fault.New(fault.Conflict, "cycle.refused", v.x.State, do.event)
	}
	at := "/resolution/" + v.x.ID
	f, done, err := r.tried(func(f *Form) doer {
		return do.read(v.x, f)
	}, "meeting.toast."+do.name, at, "version", itoa(v.x.Version))
	if done || err != nil {
		return err
	}
	return meetingForm.Render(r, AdminFormPage{Page: Page{Title: r.T("meeting.do." + do.name), Shape: Staff, Back: at}, Lede: r.T("meeting.lede." + do.name), Facts: v.facts(), Form: f, To: at + "/" + do.name,
		Submit: r.T("meeting.do." + do.name), Danger: do.tone == "danger", Parts: do.parts(r, f)})
}
