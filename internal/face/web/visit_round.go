package web

import (
	"slices"
	"strings"

	"sanwen/internal/base/access"
	"sanwen/internal/base/event"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/inspect"
	"sanwen/internal/work/matter/ledger"
)

// visitRounds shows the walks that wait and the plans behind them.
func visitRounds(r *Req) error {
	page := AdminListPage{Page: Page{Title: r.T("visit.rounds"), Shape: Staff, Back: "/visits"}, Lede: r.T("visit.rounds_lede")}
	if r.can(access.InspectPlan) {
		page.Actions = []Link{{Text: r.T("visit.round_add"), Href: r.Link("/visits/rounds/new"), Icon: "plus", Tone: "primary"}}
	}
	err := r.Read(func(tx *db.Tx) error {
		scope := r.scopeOf(access.InspectWalk)
		if err := r.Person.May(tx, access.InspectWalk, access.Thing{Kind: inspect.WalkKind, Unit: scope, Lead: scope}); err != nil {
			return err
		}
		walks, err := inspect.Walks(tx, r.Person, 100)
		if err != nil {
			return err
		}
		rounds, err := inspect.Rounds(tx, r.Person)
		if err != nil {
			return err
		}
		var people []string
		for _, w := range walks {
			people = append(people, w.Inspector)
		}
		for _, x := range rounds {
			people = append(people, x.Inspector)
		}
		names, err := ledger.Names(tx, unique(people))
		if err != nil {
			return err
		}
		t := Table{Caption: r.T("visit.walks"), Columns: []Column{{Label: r.T("visit.round_name")}, {Label: r.T("visit.walk_day")}, {Label: r.T("visit.walk_due")},
			{Label: r.T("visit.by")}, {Label: r.T("visit.places")}}, Keys: true, Empty: Empty{Kind: "done", Title: r.T("visit.walks_none")}}
		for _, w := range walks {
			row := t.Add(r.Link("/visits/walk/"+w.ID), Cell{Text: w.Name}, Cell{Text: r.Lang.Date(w.Day, r.Zone)}, Cell{Text: r.Lang.Date(w.Due, r.Zone)}, Cell{Text: names[w.Inspector]},
				Cell{Text: r.T("visit.places_n", len(w.Places.Codes()))})
			if w.Due < r.Today() {
				row.Tone = "bad"
			}
		}
		p := Table{Caption: r.T("visit.plans"), Columns: []Column{{Label: r.T("visit.round_name")}, {Label: r.T("visit.every")}, {Label: r.T("visit.by")}, {Label: r.T("visit.places")}},
			Empty: Empty{Kind: "nothing", Title: r.T("visit.plans_none"), Text: r.T("visit.plans_none_text")}}
		for _, x := range rounds {
			href := ""
			if r.Person.Can(access.InspectPlan, x.Thing()) {
				href = r.Link("/visits/rounds/" + x.ID)
			}
			row := p.Add(href, Cell{Text: x.Name, Tags: tagList(r.activeTag(x.Active))}, Cell{Text: r.everyText(x)}, Cell{Text: names[x.Inspector]}, Cell{Text: r.T("visit.places_n", len(x.Places.Codes()))})
			if !x.Active {
				row.Tone = "quiet"
			}
		}
		page.Tables = []Table{t, p}
		return nil
	})
	if err != nil {
		return err
	}
	return adminList.Render(r, page)
}

// everyText says how often a round is walked: "每周一".
func (r *Req) everyText(x inspect.Round) string {
	switch x.Every {
	case inspect.EveryWeek:
		return r.T("visit.on_week", r.Lang.Enum("visit.weekday", itoa(x.OnDay)))
	case inspect.EveryMonth:
		return r.T("visit.on_month", x.OnDay)
	}
	return r.T("visit.every.day")
}

func newRound(r *Req) error {
	return renderRound(r, r.Blank("kind", string(inspect.Routine), "every", inspect.EveryWeek, "on_week", "1", "on_month", "1", "days", "1", "active", "1"), "")
}

func editRound(r *Req) error { return renderRound(r, nil, r.Param("round")) }

func renderRound(r *Req, f *Form, key string) error {
	page := AdminFormPage{Page: Page{Title: r.T("visit.round_add"), Shape: Staff, Back: "/visits/rounds"}, Lede: r.T("visit.round_lede"), To: "/visits/rounds/new", Submit: r.T("common.save")}
	err := r.Read(func(tx *db.Tx) error {
		now := stored{}
		if key != "" {
			x, err := inspect.FindRound(tx, r.Person, key)
			if err != nil {
				return err
			}
			inspector, err := org.PersonByID(tx, x.Inspector)
			if err != nil {
				return err
			}
			page.Title, page.To = x.Name, "/visits/rounds/"+x.ID
			now = stored{"name": {x.Name}, "unit": {x.Unit}, "kind": {string(x.Kind)}, "every": {x.Every}, "days": {itoa(x.Days)}, "inspector": {inspector.EmployeeNo},
				"places": {strings.Join(x.Places.Codes(), "\n")}, "active": {yesNo(x.Active)}, "version": {digits64(x.Version)}}
			now.set("on_"+x.Every, itoa(x.OnDay))
		} else if scope := r.scopeOf(access.InspectPlan); true {
			if err := r.Person.May(tx, access.InspectPlan, access.Thing{Kind: "round", Unit: scope, Lead: scope}); err != nil {
				return err
			}
		}
		if f == nil {
			f = r.fillForm(now)
		}
		tree, err := org.TreeOf(tx)
		if err != nil {
			return err
		}
		page.Form = f
		var days []Option
		for i := range 7 {
			n := itoa(int64(i + 1))
			days = append(days, Option{Value: n, Text: r.Lang.Enum("visit.weekday", n)})
		}
		kinds := options(r.Lang, "visit.kind", []inspect.Kind{inspect.Routine, inspect.Special})
		page.Parts = []Part{fieldPart(f.Field("name", "visit.round_name").Limit(60)), selectPart(f.Choose("unit", "visit.round_unit", unitOptions(tree, r.Lang, f.Value("unit")))),
			radiosPart(f.Choose("kind", "visit.kind_label", kinds)), radiosPart(f.Choose("every", "visit.every", options(r.Lang, "visit.every", inspect.Every()))),
			selectPart(f.Choose("on_week", "visit.on_week_label", days).May()), fieldPart(f.Field("on_month", "visit.on_month_label").Number().Limit(2).May()),
			fieldPart(f.Field("days", "visit.round_days").Number().Limit(2).Hint("visit.round_days_hint")),
			fieldPart(f.Field("inspector", "visit.round_inspector").Limit(40).Hint("visit.round_inspector_hint")),
			fieldPart(f.Field("places", "visit.places").Area(6).Limit(800).Hint("visit.places_hint")), tickPart(f.Tick("active", "visit.tool_active"))}
		if f.stale {
			page.Conflict, err = r.conflict(tx, f, page.Parts, now, event.Ref{Kind: "round", ID: key})
		}
		return err
	})
	if err != nil {
		return err
	}
	return adminForm.Render(r, page)
}

func saveRound(r *Req) error {
	f := r.Form()
	key := r.Param("round")
	in := inspect.SaveRound{ID: key, Name: f.Line("name", 0, 1<<10), Unit: f.one("unit"), Kind: inspect.Kind(f.Choice("kind", string(inspect.Routine), string(inspect.Special))),
		Every: f.Choice("every", inspect.Every()...), Days: int64(f.Int("days", 0, 20)), Inspector: f.Line("inspector", 1, 200), Places: strings.FieldsFunc(f.Text("places", 0, 1<<12), placeGap),
		Active: f.Ticked("active")}
	if key != "" {
		in.Version = f.Version()
	}
	field := "on_week"
	switch in.Every {
	case inspect.EveryWeek:
		in.OnDay = int64(f.Int("on_week", 1, 7))
	case inspect.EveryMonth:
		field, in.OnDay = "on_month", int64(f.Int("on_month", 1, 28))
	}
	err := r.save(f, func(tx *db.Tx) error {
		x := in
		return rename(x.Do(tx, r.Person), map[string]string{"on_day": field})
	})
	if r.retake(f, err) {
		return renderRound(r, f, key)
	}
	if err != nil {
		return err
	}
	r.Toast("web.toast_saved")
	return r.Redirect("/visits/rounds")
}

// placeGap is what stands between the codes of a route.
func placeGap(c rune) bool { return slices.Contains([]rune(" \t\r\n,，、;；　"), c) }

// WalkPage is the route of today: its places in walking order, what is done and what is next. A phone takes it along.
type WalkPage struct {
	Page
	Facts []Fact
	Done  Progress
	Stops []WalkStop
	Split []Table // what two have found differently
}

// WalkStop is one place of the route.
type WalkStop struct {
	N          int
	Code, Name string
	Unit       string
	Tags       []Tag
	Records    []Link
	Go         Link
}

var walkPage = Define[WalkPage]("visit/walk")

func showWalk(r *Req) error {
	page := WalkPage{Page: Page{Shape: Staff, Back: "/visits/rounds"}}
	err := r.Read(func(tx *db.Tx) error {
		w, stops, err := inspect.SeeWalk(tx, r.Person, r.Param("walk"))
		if err != nil {
			return err
		}
		tree, err := org.TreeOf(tx)
		if err != nil {
			return err
		}
		people := []string{w.Inspector}
		for _, s := range stops {
			for _, v := range s.Visits {
				people = append(people, v.Person)
			}
		}
		names, err := ledger.Names(tx, unique(people))
		if err != nil {
			return err
		}
		page.Title = r.T("visit.walk_of", w.Name, r.Lang.Date(w.Day, r.Zone))
		page.Facts = []Fact{{Label: r.T("visit.walk_day"), Value: r.Lang.Date(w.Day, r.Zone)}, {Label: r.T("visit.walk_due"), Value: r.Lang.Date(w.Due, r.Zone)},
			{Label: r.T("visit.by"), Value: names[w.Inspector]}}
		page.Done = Progress{Label: r.T("visit.walk_progress"), Total: len(stops)}
		for i, s := range stops {
			stop := WalkStop{N: i + 1, Code: s.Place.Code, Name: s.Place.Name(r.Lang), Unit: tree.Name(s.Place.Unit, r.Lang)}
			for _, v := range s.Visits {
				stop.Records = append(stop.Records, Link{Text: v.Number + " " + names[v.Person], Href: r.Link("/visit/" + v.Number)})
				stop.Tags = append(stop.Tags, r.visitTags(v.Visit)...)
			}
			if len(s.Visits) > 0 {
				page.Done.Done++
			}
			if r.can(access.InspectRecord) {
				stop.Go = Link{Text: r.T("visit.stop_go"), Href: r.Link("/visits/new?place=" + s.Place.Code + "&walk=" + w.ID), Tone: "primary"}
				if len(s.Visits) > 0 {
					stop.Go.Text, stop.Go.Tone = r.T("visit.stop_again"), "quiet"
				}
			}
			page.Stops = append(page.Stops, stop)
			if t := r.split(s, names); len(t.Rows) > 0 {
				page.Split = append(page.Split, t)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return walkPage.Render(r, page)
}

// split shows the items of a place that several have measured, with every finding beside the others.
func (r *Req) split(s inspect.Stop, names map[string]string) Table {
	t := Table{Caption: r.T("visit.merged", s.Place.Name(r.Lang)), Columns: []Column{{Label: r.T("visit.item")}, {Label: r.T("visit.found")}, {Label: r.T("visit.outcome")}}}
	for _, m := range s.Merged {
		if len(m.Found) < 2 {
			continue
		}
		var found []string
		for i, it := range m.Found {
			text := visitValue(it.Mean, it.Worst, it.Spec.Measure, r.Lang)
			if text == "" {
				text = r.Lang.Enum("visit.result", string(it.Result))
			}
			found = append(found, names[m.By[i]]+": "+text)
		}
		outcome := Cell{Tags: []Tag{{Text: r.Lang.Enum("visit.result", string(m.Result)), Tone: resultTone[m.Result]}}}
		if m.Conflict {
			outcome.Tags = append(outcome.Tags, Tag{Text: r.T("visit.conflict"), Tone: "bad"})
		}
		row := t.Add("", Cell{Text: m.Spec.Name(r.Lang), Sub: m.Code}, Cell{Text: strings.Join(found, "\n")}, outcome)
		if m.Conflict {
			row.Tone = "bad"
		}
	}
	return t
}

var resultTone = map[inspect.Result]string{inspect.Pass: "good", inspect.Fail: "warn", inspect.Critical: "bad"}
