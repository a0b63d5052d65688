package web

import (
	"strconv"
	"strings"

	"sanwen/internal/base/access"
	"sanwen/internal/base/event"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
)

func adminCategories(r *Req) error {
	list, err := r.List(ListSpec{Columns: []string{"code", "lead", "class", "first", "limit", "state"}, Filters: []Filter{{Name: "q", Label: "admin.query"}}})
	if err != nil {
		return err
	}
	page := AdminListPage{Page: Page{Title: r.T("admin.categories"), Shape: Staff, Back: "/admin"}, Lede: r.T("admin.categories_lede")}
	if r.can(access.OrgEdit) {
		page.Actions = []Link{{Text: r.T("admin.category_add"), Href: r.Link("/admin/categories/new"), Tone: "primary"}}
	}
	f := r.Blank("q", list.Get("q"))
	page.Filters = []Part{fieldPart(f.Field("q", "admin.query").As("search").May())}
	t := list.Table(r.T("admin.categories"), list.Column(r.T("admin.f.name"), ""), list.Column(r.T("admin.f.code"), ""), list.Column(r.T("admin.f.lead"), ""),
		list.Column(r.T("admin.f.class"), ""), list.Column(r.T("admin.f.first"), "").AsMinor(), list.Column(r.T("admin.f.limit"), ""), list.Column(r.T("admin.f.state"), ""))
	err = r.Read(func(tx *db.Tx) error {
		if err := r.mayRead(tx, access.AdminOrg); err != nil {
			return err
		}
		tree, err := org.TreeOf(tx)
		if err != nil {
			return err
		}
		cats, err := org.CategoryTree(tx)
		if err != nil {
			return err
		}
		for _, c := range cats {
			if !matches(list.Get("q"), c.Code, c.NameZh, c.NameEn, string(c.Keywords)) {
				continue
			}
			name := c.Name(r.Lang)
			if c.Parent != "" && !list.Filtered() {
				name = "　" + name
			}
			state := Cell{Tag: r.activeTag(c.Active)}
			if c.Restricted != "" {
				state = Cell{Tag: &Tag{Text: r.Lang.Enum("admin.restricted", c.Restricted), Tone: "warn"}}
			}
			row := t.Add(r.Link("/admin/categories/"+c.Code), Cell{Text: name}, Cell{Text: c.Code}, Cell{Text: r.leadName(tree, c.Lead)},
				Cell{Text: r.Lang.Enum("class", c.Class)}, Cell{Text: c.First().Say(r.Lang)}, Cell{Text: c.Limit().Say(r.Lang)}, state)
			if !c.Active {
				row.Tone = "quiet"
			}
		}
		t.Total = r.Lang.Number(len(t.Rows))
		return nil
	})
	if err != nil {
		return err
	}
	return r.showList(adminList, page, list, t)
}

// leadName names who leads: a unit, the unit of the place, or nobody yet.
func (r *Req) leadName(tree *org.Tree, code string) string {
	switch code {
	case "":
		return r.T("admin.lead_triage")
	case org.UnitOfPlace:
		return r.T("admin.lead_place")
	}
	return tree.Name(code, r.Lang)
}

// leadOptions offers who may lead.
func (r *Req) leadOptions(tree *org.Tree, held string) []Option {
	return append([]Option{{Value: org.UnitOfPlace, Text: r.T("admin.lead_place")}}, unitOptions(tree, r.Lang, held)...)
}

// leads are who may lead or help: the unit of the place, or any unit.
func (r *Req) leads(tree *org.Tree) Units {
	return r.UnitsOf(tree).And(Option{Value: org.UnitOfPlace, Text: r.T("admin.lead_place")})
}

// readLeads reads who is to lead and who is to help.
func (r *Req) readLeads(f *Form) (lead string, co []string) {
	among, ok := f.readUnits()
	if !ok {
		return "", nil
	}
	among = r.leads(among.tree)
	return f.UnitIn("lead", among), f.UnitsIn("co", among)
}

func newCategory(r *Req) error { return renderCategory(r, r.Blank("parent", r.Query("parent")), "") }

func adminCategory(r *Req) error { return renderCategory(r, nil, r.Param("code")) }

// renderCategory shows the form of a topic, of a new one where code is empty.
func renderCategory(r *Req, f *Form, code string) error {
	page := AdminFormPage{Page: Page{Title: r.T("admin.category_add"), Shape: Staff, Back: "/admin/categories"}, To: "/admin/categories/new", Submit: r.T("common.save")}
	err := r.Read(func(tx *db.Tx) error {
		if err := r.mayRead(tx, access.AdminOrg); err != nil {
			return err
		}
		tree, err := org.TreeOf(tx)
		if err != nil {
			return err
		}
		cats, err := org.CategoryTree(tx)
		if err != nil {
			return err
		}
		var c org.Category
		now := stored{}
		if code != "" {
			if c, err = org.CategoryByCode(tx, code); err != nil {
				return err
			}
			now = categoryStored(c)
			page.Title, page.To = c.Name(r.Lang), "/admin/categories/"+code
			page.Facts = []Fact{{Label: r.T("admin.f.code"), Value: code}}
			page.Actions = []Link{{Text: r.T("admin.rules"), Href: r.Link("/admin/rules?category=" + code)}}
			if r.can(access.OrgEdit) {
				page.Actions = append(page.Actions, r.activeLink(org.KindCategory, code, c.Active))
			}
		}
		if f == nil {
			f = r.fillForm(now)
		}
		page.Form = f
		if code == "" {
			page.Parts = []Part{fieldPart(f.Field("code", "admin.f.code").Limit(24).Hint("admin.code_hint"))}
		}
		page.Parts = append(page.Parts, r.categoryParts(f, tree, cats, code)...)
		if f.stale {
			page.Conflict, err = r.conflict(tx, f, page.Parts, now, event.Ref{Kind: org.KindCategory, ID: code})
		}
		return err
	})
	if err != nil {
		return err
	}
	return r.renderEdit(page, access.OrgEdit)
}

func (r *Req) categoryParts(f *Form, tree *org.Tree, cats []org.Category, self string) []Part {
	var first []Option
	for _, c := range cats {
		if c.Parent == "" && c.Code != self {
			first = append(first, Option{Value: c.Code, Text: c.Name(r.Lang)})
		}
	}
	levels := []Option{{Value: "n", Text: r.T("admin.level.n")}, {Value: "c", Text: r.T("admin.level.c")}, {Value: "r", Text: r.T("admin.level.r")}}
	restricted := []string{org.RestrictDiscipline, org.RestrictHealth, org.RestrictAid, org.RestrictCrisis}
	return []Part{
		fieldPart(f.Field("name_zh", "admin.f.name_zh").Limit(60)), fieldPart(f.Field("name_en", "admin.f.name_en").Limit(120).May()),
		selectPart(f.Choose("parent", "admin.f.parent_topic", first).Else("admin.is_first_level")),
		headPart(r.T("admin.who_leads")),
		pickPart(f.PickUnit("lead", "admin.f.lead", r.leads(tree)).May().Hint("admin.lead_empty")),
		pickPart(f.PickUnits("co", "admin.f.co", r.leads(tree)).May()),
		headPart(r.T("admin.terms")),
		radiosPart(f.Choose("class", "admin.f.class", options(r.Lang, "class", clock.Classes())).May()),
		fieldPart(f.Field("first", "admin.f.first").May().Limit(8).Hint("admin.term_hint")),
		fieldPart(f.Field("limit", "admin.f.limit").May().Limit(8).Hint("admin.term_hint")),
		headPart(r.T("admin.privacy")),
		radiosPart(f.Choose("level_hint", "admin.f.level_hint", levels)),
		selectPart(f.Choose("restricted", "admin.f.restricted", options(r.Lang, "admin.restricted", restricted)).Else("common.none").Hint("admin.restricted_hint")),
		fieldPart(f.Field("keywords", "admin.f.keywords").Area(2).Limit(1000).May().Hint("admin.keywords_hint")),
		fieldPart(f.Field("sort", "admin.f.sort").Number().May().Hint("admin.sort_hint")),
	}
}

func categoryStored(c org.Category) stored {
	return stored{"name_zh": {c.NameZh}, "name_en": {c.NameEn}, "parent": {c.Parent}, "lead": {c.Lead}, "co": c.Co.Codes(), "class": {string(c.Class)},
		"first": {termText(c.First())}, "limit": {termText(c.Limit())}, "level_hint": {c.LevelHint}, "restricted": {c.Restricted},
		"keywords": {strings.Join(c.Keywords.Codes(), " ")}, "sort": {strconv.Itoa(c.Sort)}, "version": {digits64(c.Version)}}
}

// termText writes a term as it is typed: "30m", "4h", "3d"; nothing for none.
func termText(t org.Term) string {
	switch {
	case t.Days > 0:
		return strconv.Itoa(t.Days) + "d"
	case t.Minutes == 0:
		return ""
	case t.Minutes%60 == 0:
		return strconv.Itoa(t.Minutes/60) + "h"
	}
	return strconv.Itoa(t.Minutes) + "m"
}

// term reads a term as termText writes it; Chinese units are understood too.
func (f *Form) term(name string) org.Term {
	s := strings.ToLower(strings.NewReplacer("个工作日", "d", "工作日", "d", "小时", "h", "分钟", "m", "天", "d", "分", "m", "时", "h", " ", "").Replace(f.one(name)))
	if s == "" {
		return org.Term{}
	}
	n, err := strconv.Atoi(s[:len(s)-1])
	if err != nil || n < 0 || n > 10_000 {
		f.Fault(name, "admin.term_bad")
		return org.Term{}
	}
	switch s[len(s)-1] {
	case 'd':
		return org.Term{Days: n}
	case 'h':
		return org.Term{Minutes: n * 60}
	case 'm':
		return org.Term{Minutes: n}
	}
	f.Fault(name, "admin.term_bad")
	return org.Term{}
}

func saveCategory(r *Req) error {
	f := r.Form()
	code := r.Param("code")
	lead, co := r.readLeads(f)
	in := org.SaveCategory{Code: code, Parent: f.one("parent"), NameZh: f.Line("name_zh", 0, 60), NameEn: f.Line("name_en", 0, 120), Lead: lead, Co: co,
		Class: clock.Class(f.Maybe("class", texts(clock.Classes())...)), LevelHint: f.Choice("level_hint", "n", "c", "r"), Restricted: f.one("restricted"),
		Keywords: words(f.Text("keywords", 0, 1000)), Sort: f.optionalInt("sort", 0, 1_000_000)}
	first, limit := f.term("first"), f.term("limit")
	in.FirstMins, in.FirstDays, in.LimitMins, in.LimitDays = first.Minutes, first.Days, limit.Minutes, limit.Days
	if code == "" {
		in.Code = f.Line("code", 0, 24)
	} else {
		in.Version = f.Version()
	}
	err := r.save(f, func(tx *db.Tx) error { return in.Do(tx, r.Person) })
	if e := fault.Of(err); e != nil && e.Field == "limit_days" {
		err = fault.Field("limit", e.Key, e.Args...)
	}
	if r.retake(f, err) {
		return renderCategory(r, f, code)
	}
	if err != nil {
		return err
	}
	r.Toast("web.toast_saved")
	return r.Redirect("/admin/categories/" + org.NormalCode(in.Code))
}

// words cuts a text at blanks, commas and line ends.
func words(s string) []string {
	return strings.FieldsFunc(s, func(c rune) bool { return strings.ContainsRune(" \t\n,，、;；", c) })
}
