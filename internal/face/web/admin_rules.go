package web

import (
	"strconv"

	"sanwen/internal/base/access"
	"sanwen/internal/base/event"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
)

func adminRules(r *Req) error {
	list, err := r.List(ListSpec{Columns: []string{"place", "lead", "co", "class", "basis", "version"}, Filters: []Filter{{Name: "category", Label: "admin.f.topic"}, {Name: "place", Label: "admin.f.place"},
		{Name: "lead", Label: "admin.f.lead"}}})
	if err != nil {
		return err
	}
	page := AdminListPage{Page: Page{Title: r.T("admin.rules"), Shape: Staff, Back: "/admin"}, Lede: r.T("admin.rules_lede")}
	if r.can(access.OrgRule) {
		page.Actions = []Link{{Text: r.T("admin.rule_add"), Href: r.Link("/admin/rules/edit?category=" + list.Get("category") + "&place=" + list.Get("place")), Tone: "primary"}}
	}
	f := r.Blank("category", list.Get("category"), "place", list.Get("place"), "lead", list.Get("lead"))
	t := list.Table(r.T("admin.rules"), list.Column(r.T("admin.f.topic"), ""), list.Column(r.T("admin.f.place"), ""), list.Column(r.T("admin.f.lead"), ""),
		list.Column(r.T("admin.f.co"), "").AsMinor(), list.Column(r.T("admin.f.class"), ""), list.Column(r.T("admin.f.basis"), "").AsMinor(), list.Column(r.T("admin.f.version"), "").AsNum())
	err = r.Read(func(tx *db.Tx) error {
		if err := r.mayRead(tx, access.AdminOrg); err != nil {
			return err
		}
		n, err := r.ruleNames(tx)
		if err != nil {
			return err
		}
		page.Filters = []Part{selectPart(f.Choose("category", "admin.f.topic", n.topics).Any()), selectPart(f.Choose("place", "admin.f.place", n.places).Any()),
			selectPart(f.Choose("lead", "admin.f.lead", r.leadOptions(n.tree, "")).Any())}
		rules, err := org.Rules(tx, false)
		if err != nil {
			return err
		}
		for _, x := range rules {
			if c := list.Get("category"); c != "" && c != x.Category || list.Get("place") != "" && list.Get("place") != x.Place ||
				list.Get("lead") != "" && list.Get("lead") != x.Lead {
				continue
			}
			co := ""
			for i, c := range x.Co.Codes() {
				if i > 0 {
					co += r.T("admin.comma")
				}
				co += r.leadName(n.tree, c)
			}
			t.Add(r.Link("/admin/rules/edit?category="+x.Category+"&place="+x.Place), Cell{Text: n.topic(r, x.Category)}, Cell{Text: n.place(r, x.Place)},
				Cell{Text: r.leadName(n.tree, x.Lead)}, Cell{Text: co}, Cell{Text: r.Lang.Enum("class", x.Class)}, Cell{Text: x.Basis}, Cell{Text: strconv.Itoa(x.Version)})
		}
		t.Total = r.Lang.Number(len(t.Rows))
		return nil
	})
	if err != nil {
		return err
	}
	if !list.Filtered() {
		t.Empty = Empty{Kind: "nothing", Title: r.T("admin.rules_none"), Text: r.T("admin.rules_none_text")}
	}
	return r.showList(adminList, page, list, t)
}

// ruleNames are the names of topics and places for the pages of the responsibility catalogue.
type ruleNames struct {
	tree           *org.Tree
	topics, places []Option
	names          map[string]string
}

func (r *Req) ruleNames(tx *db.Tx) (ruleNames, error) {
	n := ruleNames{names: map[string]string{}}
	var err error
	if n.tree, err = org.TreeOf(tx); err != nil {
		return n, err
	}
	cats, err := org.CategoryTree(tx)
	if err != nil {
		return n, err
	}
	for _, c := range cats {
		n.names["c "+c.Code] = c.Name(r.Lang)
		indent := ""
		if c.Parent != "" {
			indent = "　"
		}
		n.topics = append(n.topics, Option{Value: c.Code, Text: indent + c.Name(r.Lang) + " " + c.Code})
	}
	places, err := org.Places(tx)
	for _, p := range places {
		n.names["p "+p.Code] = p.Name(r.Lang)
		n.places = append(n.places, Option{Value: p.Code, Text: p.Name(r.Lang) + " " + p.Code})
	}
	return n, err
}

func (n ruleNames) topic(r *Req, code string) string {
	if code == "" {
		return r.T("admin.every_topic")
	}
	return n.names["c "+code]
}

func (n ruleNames) place(r *Req, code string) string {
	if code == "" {
		return r.T("admin.every_place")
	}
	return n.names["p "+code]
}

func editRule(r *Req) error { return renderRule(r, nil, r.Query("category"), r.Query("place")) }

// renderRule shows the line of a pair of topic and place, and every earlier version of it. A new pair is chosen in the form.
func renderRule(r *Req, f *Form, category, place string) error {
	page := AdminFormPage{Page: Page{Title: r.T("admin.rule_add"), Shape: Staff, Back: "/admin/rules"}, To: "/admin/rules/edit", Submit: r.T("admin.rule_save")}
	err := r.Read(func(tx *db.Tx) error {
		if err := r.mayRead(tx, access.AdminOrg); err != nil {
			return err
		}
		n, err := r.ruleNames(tx)
		if err != nil {
			return err
		}
		rules, err := org.Rules(tx, true)
		if err != nil {
			return err
		}
		history := Table{Caption: r.T("admin.versions"), Columns: []Column{{Label: r.T("admin.f.version")}, {Label: r.T("admin.f.lead")}, {Label: r.T("admin.f.class")},
			{Label: r.T("admin.f.basis")}, {Label: r.T("admin.f.since")}, {Label: r.T("admin.f.state")}}}
		now := stored{"category": {category}, "place": {place}, "version": {"0"}}
		id := ""
		for _, x := range rules {
			if x.Category != category || x.Place != place || category == "" && place == "" {
				continue
			}
			state := Cell{Tag: &Tag{Text: r.T("admin.rule_ended")}}
			if x.Active {
				state.Tag = &Tag{Text: r.T("admin.rule_holds"), Tone: "good"}
				id = x.ID
				now = stored{"category": {category}, "place": {place}, "lead": {x.Lead}, "co": x.Co.Codes(), "class": {string(x.Class)}, "basis": {x.Basis}, "version": {strconv.Itoa(x.Version)}}
			}
			history.Add("", Cell{Text: strconv.Itoa(x.Version)}, Cell{Text: r.leadName(n.tree, x.Lead)}, Cell{Text: r.Lang.Enum("class", x.Class)}, Cell{Text: x.Basis},
				Cell{Text: r.Lang.Date(x.Since, r.Zone)}, state)
		}
		if len(history.Rows) > 0 {
			page.Title = n.topic(r, category) + " × " + n.place(r, place)
			page.Below = []Table{history}
			if id != "" && r.can(access.OrgRule) {
				page.Actions = []Link{{Text: r.T("admin.rule_drop"), Href: r.Link("/admin/rules/drop?category=" + category + "&place=" + place), Tone: "danger"}}
			}
		}
		if f == nil {
			f = r.fillForm(now)
			if id == "" {
				f.Set("basis", "")
			}
		}
		page.Form = f
		page.Parts = []Part{selectPart(f.Choose("category", "admin.f.topic", n.topics).Else("admin.every_topic")),
			selectPart(f.Choose("place", "admin.f.place", n.places).Else("admin.every_place")),
			pickPart(f.PickUnit("lead", "admin.f.lead", r.leads(n.tree))),
			pickPart(f.PickUnits("co", "admin.f.co", r.leads(n.tree)).May()),
			radiosPart(f.Choose("class", "admin.f.class", options(r.Lang, "class", clock.Classes())).May().Hint("admin.class_hint")),
			fieldPart(f.Field("basis", "admin.f.basis").Area(2).Limit(500).Hint("admin.basis_hint"))}
		if f.stale {
			page.Conflict, err = r.conflict(tx, f, page.Parts, now, event.Ref{Kind: "rule", ID: id})
		}
		return err
	})
	if err != nil {
		return err
	}
	return r.renderEdit(page, access.OrgRule)
}

func saveRule(r *Req) error {
	f := r.Form()
	lead, co := r.readLeads(f)
	f.need("lead", lead)
	in := org.SetRule{Category: f.one("category"), Place: f.one("place"), Lead: lead, Co: co,
		Class: clock.Class(f.Maybe("class", texts(clock.Classes())...)), Basis: f.Text("basis", 0, 500), Version: int(f.Version())}
	err := r.save(f, func(tx *db.Tx) error {
		_, err := in.Do(tx, r.Person)
		return err
	})
	if r.retake(f, err) {
		return renderRule(r, f, in.Category, in.Place)
	}
	if err != nil {
		return err
	}
	r.Toast("web.toast_saved")
	return r.Redirect("/admin/rules")
}

func showDropRule(r *Req) error { return renderDropRule(r, nil, r.Query("category"), r.Query("place")) }

// renderDropRule asks before a line of the catalogue is ended, and says what will hold then.
func renderDropRule(r *Req, f *Form, category, place string) error {
	page := AdminFormPage{Page: Page{Title: r.T("admin.rule_drop"), Shape: Staff, Back: "/admin/rules/edit?category=" + category + "&place=" + place}, To: "/admin/rules/drop",
		Submit: r.T("admin.rule_drop"), Danger: true, Keep: []string{"category", "place"}, Lede: r.T("admin.rule_drop_text")}
	err := r.Read(func(tx *db.Tx) error {
		n, err := r.ruleNames(tx)
		if err != nil {
			return err
		}
		rules, err := org.Rules(tx, false)
		if err != nil {
			return err
		}
		for _, x := range rules {
			if x.Category == category && x.Place == place {
				if f == nil {
					f = r.Blank("category", category, "place", place)
				}
				f.Set("version", strconv.Itoa(x.Version))
				page.Form = f
				page.Facts = []Fact{{Label: r.T("admin.f.topic"), Value: n.topic(r, category)}, {Label: r.T("admin.f.place"), Value: n.place(r, place)},
					{Label: r.T("admin.f.lead"), Value: r.leadName(n.tree, x.Lead)}, {Label: r.T("admin.f.basis"), Value: x.Basis}}
				return nil
			}
		}
		return fault.New(fault.NotFound, "org.rule.none")
	})
	if err != nil {
		return err
	}
	return adminForm.Render(r, page)
}

func dropRule(r *Req) error {
	f := r.Form()
	in := org.DropRule{Category: f.one("category"), Place: f.one("place"), Version: int(f.Version())}
	err := r.save(f, func(tx *db.Tx) error { return in.Do(tx, r.Person) })
	if f.Take(err) {
		return renderDropRule(r, f, in.Category, in.Place)
	}
	if err != nil {
		return err
	}
	r.Toast("web.toast_saved")
	return r.Redirect("/admin/rules")
}
