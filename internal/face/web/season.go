package web

import (
	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/lang"
	"sanwen/internal/work/season"
)

var (
	seasonList = Define[AdminListPage]("season/list")
	seasonForm = Define[AdminFormPage]("season/form")
)

func seasonTone(state string) string {
	return map[string]string{season.Planned: "info", season.Raised: "good"}[state]
}

// anySeason is the calendar as what may be planned in it: it belongs to the organisation and no unit leads it.
func anySeason(id string) access.Thing {
	return access.Thing{Kind: season.RefKind, ID: id, Unit: "/" + org.Root + "/", Lead: access.NoUnit}
}

// plansSeasons reports whether the reader may put tasks into the calendar and change them.
func (r *Req) plansSeasons() bool { return r.Person.Can(access.SeasonPlan, anySeason("")) }

// listSeason shows the calendar, the latest day first, and what comes with the product.
func listSeason(r *Req) error {
	list, err := r.List(ListSpec{Filters: []Filter{{Name: "state", Label: "season.f.state", Values: season.States(), Prefix: "season.state."},
		{Name: "kind", Label: "season.f.kind", Values: season.Kinds(), Prefix: "season.kind."}}})
	if err != nil {
		return err
	}
	page := AdminListPage{Page: Page{Title: r.T("season.title"), Shape: Staff}, Lede: r.T("season.lede")}
	plans := r.plansSeasons()
	if plans {
		page.Actions = append(page.Actions, Link{Text: r.T("season.do.plan"), Href: r.Link("/season/new"), Tone: "primary"})
	}
	err = r.Read(func(tx *db.Tx) error {
		rows, next, err := season.List(tx, r.Person, season.Filter{State: list.Get("state"), Kind: list.Get("kind"), After: list.After})
		if err != nil {
			return err
		}
		tree, err := org.TreeOf(tx)
		if err != nil {
			return err
		}
		t := list.Table(r.T("season.title"), Column{Label: r.T("season.f.title")}, Column{Label: r.T("season.f.day"), Whole: true}, Column{Label: r.T("season.f.state")},
			Column{Label: r.T("season.f.kind"), Minor: true}, Column{Label: r.T("season.f.lead"), Minor: true}, Column{Label: r.T("season.f.matter"), Whole: true})
		t.Keys, t.Next = true, list.Next(next)
		if !list.Filtered() {
			t.Empty = Empty{Kind: "nothing", Title: r.T("season.none"), Text: r.T("season.none_text")}
		}
		for _, x := range rows {
			number := Cell{Text: "—"}
			if x.MatterNo != "" {
				number = Cell{Text: x.MatterNo}
			}
			t.Add(r.Link("/season/"+x.ID), Cell{Text: x.Title}, Cell{Text: r.Lang.Date(x.Day, r.Zone)}, Cell{Tag: &Tag{Text: r.Lang.Enum("season.state", x.State), Tone: seasonTone(x.State)}},
				Cell{Text: r.Lang.Enum("season.kind", x.Kind)}, Cell{Text: tree.Name(x.Lead, r.Lang)}, number)
		}
		page.Tables = []Table{t}
		if plans {
			page.Tables = append(page.Tables, r.seasonHints())
		}
		f := r.Blank("state", list.Get("state"), "kind", list.Get("kind"))
		page.Filters = []Part{selectPart(f.Choose("state", "season.f.state", options(r.Lang, "season.state", season.States())).Any()),
			selectPart(f.Choose("kind", "season.f.kind", options(r.Lang, "season.kind", season.Kinds())).Any())}
		return nil
	})
	if err != nil {
		return err
	}
	return seasonList.Render(r, page)
}

// seasonHints are the tasks that many years bring: a press begins one with its words.
func (r *Req) seasonHints() Table {
	t := Table{Caption: r.T("season.hints"), Keys: true, Columns: []Column{{Label: r.T("season.f.title")}, {Label: r.T("season.f.day"), Whole: true}}}
	for _, h := range season.Hints() {
		t.Add(r.Link("/season/new?from="+h.Key), Cell{Text: r.hintWords(h).Title, Sub: r.hintWords(h).Body}, Cell{Text: r.Lang.Date(h.On(r.Today()), r.Zone)})
	}
	return t
}

func (r *Req) hintWords(h season.Hint) season.Words {
	if r.Lang == lang.EN {
		return h.En
	}
	return h.Zh
}

// seasonParts are the fields of a task.
func (r *Req) seasonParts(f *Form) ([]Part, error) {
	var parts []Part
	err := r.Read(func(tx *db.Tx) error {
		tree, err := org.TreeOf(tx)
		if err != nil {
			return err
		}
		cat, err := org.CatalogueOf(tx)
		if err != nil {
			return err
		}
		all, err := season.Leaders(tx)
		if err != nil {
			return err
		}
		var leaders, leads []Option
		for _, p := range all {
			leaders = append(leaders, Option{Value: p.ID, Text: r.T("ballot.with_note", p.Name, tree.Name(p.Unit, r.Lang))})
		}
		for _, u := range tree.OfKind(org.Department, org.Plant) {
			leads = append(leads, Option{Value: u.Code, Text: u.Name(r.Lang)})
		}
		parts = []Part{radiosPart(f.Choose("kind", "season.f.kind", options(r.Lang, "season.kind", season.Kinds())).Hint("season.kind_hint")),
			fieldPart(f.Field("title", "season.f.title").Limit(season.MaxTitle)), fieldPart(f.Field("body", "season.f.body").Area(3).Limit(season.MaxBody)),
			fieldPart(f.Field("day", "season.f.day").As("date").Hint("season.day_hint")), tickPart(f.Tick("yearly", "season.f.yearly")),
			selectPart(f.Choose("lead", "season.f.lead", leads)), selectPart(f.Choose("sponsor", "season.f.sponsor", leaders).Hint("season.sponsor_hint")),
			selectPart(f.Choose("category", "season.f.category", mainTopics(cat, r)).May()), pickPart(f.PickUnit("unit", "season.f.unit", r.UnitsOf(tree)))}
		return nil
	})
	return parts, err
}

func seasonFields(f *Form) season.Fields {
	return season.Fields{Kind: f.Choice("kind", season.Kinds()...), Title: f.Line("title", 0, 4*season.MaxTitle), Body: f.Text("body", 0, 4*season.MaxBody), Unit: f.Unit("unit"),
		Lead: f.one("lead"), Sponsor: f.one("sponsor"), Category: f.one("category"), Day: f.Day("day", true), Yearly: f.Ticked("yearly")}
}

// newSeason shows and takes the form that plans a task, perhaps with the words of one that comes with the product.
func newSeason(r *Req) error {
	if err := r.knownOnly("from"); err != nil {
		return err
	}
	var words season.Words
	day, yearly := r.Today().Add(30), ""
	for _, h := range season.Hints() {
		if h.Key == r.Query("from") {
			words, day, yearly = r.hintWords(h), h.On(r.Today()), "1"
		}
	}
	f, done, err := r.tried(func(f *Form) doer { return &season.Plan{Fields: seasonFields(f)} }, "season.toast.planned", "/season",
		"kind", season.Season, "title", words.Title, "body", words.Body, "day", string(day), "yearly", yearly, "unit", org.Root)
	if err != nil || done {
		return err
	}
	parts, err := r.seasonParts(f)
	if err != nil {
		return err
	}
	return seasonForm.Render(r, AdminFormPage{Page: Page{Title: r.T("season.do.plan"), Shape: Staff, Back: "/season"}, Lede: r.T("season.plan_lede"), Form: f, To: "/season/new", Submit: r.T("season.do.plan"), Parts: parts})
}

// seasonTask finds the task of the address.
func (r *Req) seasonTask() (t season.Task, err error) {
	err = r.Read(func(tx *db.Tx) (err error) { t, err = season.See(tx, r.Person, r.Param("task")); return err })
	return t, err
}

// showSeason shows a task and what it has become.
func showSeason(r *Req) error {
	if err := r.knownOnly(); err != nil {
		return err
	}
	t, err := r.seasonTask()
	if err != nil {
		return err
	}
	page := AdminListPage{Page: Page{Title: t.Title, Shape: Staff, Back: "/season"}, Lede: t.Body}
	err = r.Read(func(tx *db.Tx) error {
		tree, err := org.TreeOf(tx)
		if err != nil {
			return err
		}
		p, err := org.PersonByID(tx, t.Sponsor)
		if err != nil {
			return err
		}
		page.Facts = []Fact{{Label: r.T("season.f.state"), Value: r.Lang.Enum("season.state", t.State)}, {Label: r.T("season.f.kind"), Value: r.Lang.Enum("season.kind", t.Kind)},
			{Label: r.T("season.f.day"), Value: r.Lang.Date(t.Day, r.Zone), Note: r.seasonAgain(t)}, {Label: r.T("season.f.lead"), Value: tree.Name(t.Lead, r.Lang)},
			{Label: r.T("season.f.sponsor"), Value: p.Name}, {Label: r.T("season.f.unit"), Value: tree.Name(t.Unit, r.Lang)}}
		if t.MatterNo != "" {
			page.Facts = append(page.Facts, Fact{Label: r.T("season.f.matter"), Value: t.MatterNo, Href: r.Link("/matter/" + t.MatterNo)})
		}
		return nil
	})
	if err != nil {
		return err
	}
	if t.Reason != "" {
		page.Panels = append(page.Panels, Panel{Tone: "warn", Title: r.Lang.Enum("season.state", t.State), Text: t.Reason})
	}
	if t.State == season.Planned && r.plansSeasons() {
		at := r.Link("/season/" + t.ID)
		page.Actions = append(page.Actions, Link{Text: r.T("season.do.edit"), Href: at + "/edit", Tone: "primary"}, Link{Text: r.T("season.do.drop"), Href: at + "/drop", Tone: "danger"})
	}
	return seasonList.Render(r, page)
}

func (r *Req) seasonAgain(t season.Task) string {
	if t.Yearly {
		return r.T("season.yearly")
	}
	return ""
}

// planningSeason is the task of the address for somebody who may change it.
func (r *Req) planningSeason() (t season.Task, err error) {
	if t, err = r.seasonTask(); err != nil {
		return t, err
	}
	return t, r.Read(func(tx *db.Tx) error {
		return r.Person.May(tx, access.SeasonPlan, anySeason(t.ID))
	})
}

// editSeason changes a task.
func editSeason(r *Req) error {
	t, err := r.planningSeason()
	if err != nil {
		return err
	}
	at, yearly := "/season/"+t.ID, ""
	if t.Yearly {
		yearly = "1"
	}
	f, done, err := r.tried(func(f *Form) doer { return season.Edit{Task: t.ID, Version: f.Version(), Fields: seasonFields(f)} }, "season.toast.edited", at,
		"version", itoa(t.Version), "kind", t.Kind, "title", t.Title, "body", t.Body, "day", string(t.Day), "yearly", yearly, "unit", t.Unit, "lead", t.Lead, "sponsor", t.Sponsor, "category", t.Category)
	if err != nil || done {
		return err
	}
	parts, err := r.seasonParts(f)
	if err != nil {
		return err
	}
	return seasonForm.Render(r, AdminFormPage{Page: Page{Title: r.T("season.do.edit"), Shape: Staff, Back: at}, Lede: t.Title, Form: f, To: at + "/edit", Submit: r.T("common.save"), Parts: parts})
}

// dropSeason takes a task off.
func dropSeason(r *Req) error {
	t, err := r.planningSeason()
	if err != nil {
		return err
	}
	at := "/season/" + t.ID
	f, done, err := r.tried(func(f *Form) doer {
		return season.Drop{Task: t.ID, Version: f.Version(), Reason: f.Text("reason", 0, 4*season.MaxReason)}
	}, "season.toast.dropped", at, "version", itoa(t.Version))
	if err != nil || done {
		return err
	}
	return seasonForm.Render(r, AdminFormPage{Page: Page{Title: r.T("season.do.drop"), Shape: Staff, Back: at}, Lede: t.Title, Form: f, To: at + "/drop", Danger: true, Submit: r.T("season.do.drop"),
		Parts: []Part{fieldPart(f.Field("reason", "season.f.reason").Area(2).Limit(season.MaxReason))}})
}
