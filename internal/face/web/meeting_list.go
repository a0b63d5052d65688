package web

import (
	"strings"
	"time"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/matter/ledger"
	"sanwen/internal/work/meeting"
	meetshow "sanwen/internal/work/meeting/show"
)

var (
	meetingList = Define[AdminListPage]("meeting/list")
	meetingForm = Define[AdminFormPage]("meeting/form")
)

func meetingSpec() ListSpec {
	return ListSpec{Columns: []string{"kind", "when", "chair", "state"}, Filters: []Filter{
		{Name: "kind", Label: "meeting.f.kind", Values: meeting.Kinds(), Prefix: "meeting.kind."},
		{Name: "state", Label: "meeting.f.state", Values: meeting.States(), Prefix: "meeting.state.", Many: true},
		{Name: "q", Label: "meeting.f.text"},
	}}
}

func meetingTone(state string) string {
	return map[string]string{meeting.Called: "info", meeting.Frozen: "info", meeting.Held: "warn", meeting.Ended: "warn", meeting.Signed: "good"}[state]
}

// listMeetings shows the meetings, the latest first.
func listMeetings(r *Req) error {
	list, err := r.List(meetingSpec())
	if err != nil {
		return err
	}
	page := AdminListPage{Page: Page{Title: r.T("meeting.title"), Shape: Staff}, Lede: r.T("meeting.lede")}
	if r.Person.Has(access.Supervisor) {
		page.Actions = append(page.Actions, Link{Text: r.T("meeting.do.call"), Href: r.Link("/meetings/new"), Tone: "primary"})
	}
	page.Actions = append(page.Actions, Link{Text: r.T("meeting.resolutions"), Href: r.Link("/resolutions")}, Link{Text: r.T("meeting.calendar"), Href: r.Link("/meetings/calendar"), Icon: "clock"})
	var t Table
	err = r.Read(func(tx *db.Tx) error {
		rows, next, err := meetshow.List(tx, r.Person, meetshow.Filter{Kind: list.Get("kind"), States: given(list.All("state")), Text: list.Get("q"), After: list.After})
		if err != nil {
			r.Status(400)
			return err
		}
		var people []string
		for _, m := range rows {
			people = append(people, m.Chair)
		}
		names, err := ledger.Names(tx, unique(people))
		if err != nil {
			return err
		}
		t = list.Table(r.T("meeting.title"), Column{Label: r.T("meeting.f.title")}, Column{Label: r.T("meeting.f.kind"), Minor: true}, Column{Label: r.T("meeting.f.when")},
			Column{Label: r.T("meeting.f.chair"), Minor: true}, Column{Label: r.T("meeting.f.state")})
		t.Keys, t.Next = true, list.Next(next)
		if !list.Filtered() {
			t.Empty = Empty{Kind: "nothing", Title: r.T("meeting.none"), Text: r.T("meeting.none_text")}
		}
		for _, m := range rows {
			t.Add(r.Link("/meeting/"+m.ID), Cell{Text: m.Title, Sub: m.Number}, Cell{Text: r.Lang.Enum("meeting.kind", m.Kind)}, Cell{Text: r.Lang.DateTime(m.StartAt, r.Zone), Sub: m.Place},
				Cell{Text: names[m.Chair]}, Cell{Tag: &Tag{Text: r.Lang.Enum("meeting.state", m.State), Tone: meetingTone(m.State)}})
		}
		form := r.Blank("kind", list.Get("kind"), "state", list.Get("state"), "q", list.Get("q"))
		page.Filters = []Part{selectPart(form.Choose("kind", "meeting.f.kind", options(r.Lang, "meeting.kind", meeting.Kinds())).Any()),
			selectPart(form.Choose("state", "meeting.f.state", options(r.Lang, "meeting.state", meeting.States())).Any()), fieldPart(form.Field("q", "meeting.f.text").May())}
		return nil
	})
	if err != nil {
		return err
	}
	return r.showList(meetingList, page, list, t)
}

// meetingPeople are who may hold a meeting, and who may write it down.
type meetingPeople struct{ chairs, recorders []Option }

func (r *Req) meetingPeople(tx *db.Tx, unit string) (p meetingPeople, err error) {
	add := func(to *[]Option, roles ...access.Role) error {
		seen := map[string]bool{}
		for _, role := range roles {
			people, err := org.Holders(tx, role, unit)
			if err != nil {
				return err
			}
			for _, x := range people {
				if !seen[x.ID] {
					seen[x.ID] = true
					*to = append(*to, Option{Value: x.ID, Text: x.Name + " · " + r.Lang.Enum("role", role)})
				}
			}
		}
		return nil
	}
	if err := add(&p.chairs, access.Leader, access.Supervisor); err != nil {
		return p, err
	}
	return p, add(&p.recorders, access.Supervisor, access.Triager)
}

// meetingParts ask for the terms of a meeting.
func (r *Req) meetingParts(f *Form, tree *org.Tree, people meetingPeople) []Part {
	return []Part{fieldPart(f.Field("title", "meeting.f.title").Limit(meeting.MaxTitle)), fieldPart(f.Field("day", "meeting.f.day").As("date")),
		fieldPart(f.Field("start", "meeting.f.start").As("time")), fieldPart(f.Field("end", "meeting.f.end").As("time")), fieldPart(f.Field("place", "meeting.f.place").Limit(meeting.MaxPlace)),
		selectPart(f.Choose("chair", "meeting.f.chair", people.chairs)), selectPart(f.Choose("recorder", "meeting.f.recorder", people.recorders)),
		pickPart(f.PickUnits("invited", "meeting.f.invited", r.UnitsOf(tree, org.Department, org.Plant)).Hint("meeting.invited_hint")),
		pickPart(f.PickUnits("sit_in", "meeting.f.sit_in", r.UnitsOf(tree, org.Department, org.Plant)).May())}
}

// clockTime reads a time of day on a day, as the field of a browser sends it.
func (r *Req) clockTime(f *Form, name string, day clock.Day) clock.Millis {
	at, err := time.ParseInLocation("15:04", strings.TrimSpace(f.one(name)), r.Zone)
	if err != nil {
		f.Fault(name, "meeting.time")
		return 0
	}
	if !day.Valid() {
		return 0
	}
	return clock.MillisOf(day.Time(r.Zone).Add(time.Duration(at.Hour())*time.Hour + time.Duration(at.Minute())*time.Minute))
}

func (r *Req) meetingTerms(f *Form) meeting.Terms {
	day := f.Day("day", true)
	return meeting.Terms{Title: f.Line("title", 0, meeting.MaxTitle), Start: r.clockTime(f, "start", day), End: r.clockTime(f, "end", day), Place: f.Line("place", 0, meeting.MaxPlace),
		Chair: f.one("chair"), Recorder: f.one("recorder"), Invited: f.Units("invited", org.Department, org.Plant), SitIn: f.Units("sit_in", org.Department, org.Plant)}
}

// newMeeting shows and takes the form that calls a meeting.
func newMeeting(r *Req) error {
	var tree *org.Tree
	var people meetingPeople
	err := r.Read(func(tx *db.Tx) (err error) {
		tx.Asked() // the gate of the route has
		if tree, err = org.TreeOf(tx); err != nil {
			return err
		}
		people, err = r.meetingPeople(tx, org.Root)
		return err
	})
	if err != nil {
		return err
	}
	var f *Form
	if r.Posted() {
		f = r.Form()
		in := &meeting.Call{Kind: f.Choice("kind", meeting.Kinds()...), Terms: r.meetingTerms(f)}
		matters := given(f.Many("matter"))
		if len(matters) > 0 && in.Kind == meeting.Exchange {
			f.Fault("kind", "meeting.selected_kind")
		}
		err := r.save(f, func(tx *db.Tx) error { return r.callAbout(tx, in, matters) })
		if err == nil {
			r.Toast("meeting.toast.call")
			if len(matters) > 0 {
				return r.Redirect("/meeting/" + in.ID + "/pack")
			}
			return r.Redirect("/meetings")
		}
		if !f.Take(err) {
			return err
		}
	} else {
		f = r.Blank("kind", meeting.Dispatch, "start", "14:00", "end", "16:00")
		f.values["matter"] = r.http.URL.Query()["matter"]
		if len(people.recorders) > 0 {
			f.Set("recorder", people.recorders[0].Value)
		}
	}
	selected, err := r.selectedMatters(f)
	if err != nil {
		return err
	}
	parts := append([]Part{radiosPart(f.Choose("kind", "meeting.f.kind", options(r.Lang, "meeting.kind", meeting.Kinds())))}, r.meetingParts(f, tree, people)...)
	return meetingForm.Render(r, AdminFormPage{Page: Page{Title: r.T("meeting.do.call"), Shape: Staff, Back: "/meetings"}, Lede: r.T("meeting.lede.call"), Form: f, To: "/meetings/new",
		Submit: r.T("meeting.do.call"), Parts: append(selected, parts...)})
}
