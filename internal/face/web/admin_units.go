package web

import (
	"strconv"
	"strings"

	"sanwen/internal/base/access"
	"sanwen/internal/base/event"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
)

func adminUnits(r *Req) error {
	list, err := r.List(ListSpec{Columns: []string{"code", "kind", "people", "state"}, Filters: []Filter{{Name: "q", Label: "admin.query"}, {Name: "kind", Label: "admin.f.kind",
		Prefix: "org.unit.kind.", Values: texts(org.UnitKinds())}}})
	if err != nil {
		return err
	}
	page := AdminListPage{Page: Page{Title: r.T("admin.units"), Shape: Staff, Back: "/admin"}, Lede: r.T("admin.units_lede")}
	if r.can(access.OrgEdit) {
		page.Actions = []Link{{Text: r.T("admin.unit_add"), Href: r.Link("/admin/units/new"), Tone: "primary"}}
	}
	t := list.Table(r.T("admin.units"), list.Column(r.T("admin.f.name"), ""), list.Column(r.T("admin.f.code"), ""),
		list.Column(r.T("admin.f.kind"), ""), list.Column(r.T("admin.f.headcount"), "").AsNum(), list.Column(r.T("admin.f.state"), ""))
	f := r.Blank("q", list.Get("q"), "kind", list.Get("kind"))
	page.Filters = []Part{fieldPart(f.Field("q", "admin.query").As("search").May()),
		selectPart(f.Choose("kind", "admin.f.kind", options(r.Lang, "org.unit.kind", org.UnitKinds())).Any())}
	err = r.Read(func(tx *db.Tx) error {
		if err := r.mayRead(tx, access.AdminOrg); err != nil {
			return err
		}
		tree, err := org.TreeOf(tx)
		if err != nil {
			return err
		}
		n := 0
		for _, u := range tree.All() {
			if !list.Filtered() && (u.Kind == org.Workshop || u.Kind == org.Crew) { // these are on the page of their unit
				continue
			}
			if k := list.Get("kind"); k != "" && k != string(u.Kind) || !matches(list.Get("q"), u.Code, u.NameZh, u.NameEn) {
				continue
			}
			if n++; n <= mostUnits {
				r.unitRow(&t, tree, u, list.Filtered())
			}
		}
		t.Total = r.Lang.Number(n)
		if n > mostUnits {
			page.Panels = []Panel{{Tone: "info", Title: r.T("admin.first_only", mostUnits)}}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return r.showList(adminList, page, list, t)
}

// mostUnits is how many units a search shows.
const mostUnits = 200

// unitRow adds a unit to a table; where it says what stands above it.
func (r *Req) unitRow(t *Table, tree *org.Tree, u org.Unit, where bool) {
	name := Cell{Text: u.Name(r.Lang)}
	if where && u.Parent != org.Root {
		name.Sub = unitLine(tree, u.Parent, r.Lang)
	}
	state := Cell{Tag: r.activeTag(u.Active)}
	if u.Contractor {
		state.Text = r.T("admin.f.contractor")
	}
	row := t.Add(r.Link("/admin/units/"+u.Code), name, Cell{Text: u.Code}, Cell{Text: r.Lang.Enum("org.unit.kind", u.Kind)},
		Cell{Text: r.Lang.Number(u.Headcount)}, state)
	if !u.Active {
		row.Tone = "quiet"
	}
}

// matches reports whether a query is contained in one of the texts, capitals or not.
func matches(q string, in ...string) bool {
	q = strings.ToLower(q)
	for _, s := range in {
		if strings.Contains(strings.ToLower(s), q) {
			return true
		}
	}
	return q == ""
}

func texts[T ~string](values []T) []string {
	var out []string
	for _, v := range values {
		out = append(out, string(v))
	}
	return out
}

func newUnit(r *Req) error { return renderNewUnit(r, r.Blank("parent", r.Query("parent"))) }

func renderNewUnit(r *Req, f *Form) error {
	page := AdminFormPage{Page: Page{Title: r.T("admin.unit_add"), Shape: Staff, Back: "/admin/units"}, Form: f, To: "/admin/units/new",
		Submit: r.T("common.save")}
	err := r.Read(func(tx *db.Tx) error {
		tree, err := org.TreeOf(tx)
		if err != nil {
			return err
		}
		page.Parts = append([]Part{fieldPart(f.Field("code", "admin.f.code").Limit(24).Hint("admin.code_hint")),
			selectPart(f.Choose("kind", "admin.f.kind", options(r.Lang, "org.unit.kind", org.UnitKinds()[1:])))}, unitParts(r, f, tree, "")...)
		return nil
	})
	if err != nil {
		return err
	}
	return adminForm.Render(r, page)
}

// parentKinds are the units that may have units below them.
var parentKinds = []org.UnitKind{org.Group, org.Plant, org.Department, org.Workshop}

// unitParts are the fields that a unit has when it is made and later.
func unitParts(r *Req, f *Form, tree *org.Tree, self string) []Part {
	parts := []Part{fieldPart(f.Field("name_zh", "admin.f.name_zh").Limit(60)), fieldPart(f.Field("name_en", "admin.f.name_en").Limit(120).May())}
	if self != org.Root {
		parts = append(parts, pickPart(f.PickUnit("parent", "admin.f.parent_unit", r.UnitsOf(tree, parentKinds...))), tickPart(f.Tick("contractor", "admin.f.contractor")))
	}
	return append(parts, fieldPart(f.Field("sort", "admin.f.sort").Number().May().Hint("admin.sort_hint")))
}

func addUnit(r *Req) error {
	f := r.Form()
	in := org.AddUnit{Code: f.Line("code", 0, 24), Parent: f.Unit("parent", parentKinds...), Kind: org.UnitKind(f.Choice("kind", texts(org.UnitKinds())...)),
		NameZh: f.Line("name_zh", 0, 60), NameEn: f.Line("name_en", 0, 120), Contractor: f.Ticked("contractor"), Sort: f.optionalInt("sort", 0, 1_000_000)}
	f.need("parent", in.Parent)
	return r.saved(f, in, renderNewUnit, "/admin/units/"+org.NormalCode(in.Code))
}

// optionalInt is Int for a field that may be left empty.
func (f *Form) optionalInt(name string, min, max int) int {
	if strings.TrimSpace(f.one(name)) == "" {
		return 0
	}
	return f.Int(name, min, max)
}

func adminUnit(r *Req) error { return renderUnit(r, nil) }

func renderUnit(r *Req, f *Form) error {
	code := r.Param("code")
	page := AdminFormPage{Page: Page{Shape: Staff, Back: "/admin/units"}, To: "/admin/units/" + code, Submit: r.T("common.save")}
	err := r.Read(func(tx *db.Tx) error {
		if err := r.mayRead(tx, access.AdminOrg); err != nil {
			return err
		}
		tree, err := org.TreeOf(tx)
		if err != nil {
			return err
		}
		u, ok := tree.Get(code)
		if !ok {
			return fault.New(fault.NotFound, "org.unit.unknown", code)
		}
		page.Title = u.Name(r.Lang)
		page.Facts = []Fact{{Label: r.T("admin.f.code"), Value: u.Code}, {Label: r.T("admin.f.kind"), Value: r.Lang.Enum("org.unit.kind", u.Kind)},
			{Label: r.T("admin.f.where"), Value: unitLine(tree, u.Code, r.Lang)}, {Label: r.T("admin.f.headcount"), Value: r.Lang.Number(u.Headcount)}}
		now := stored{"name_zh": {u.NameZh}, "name_en": {u.NameEn}, "parent": {u.Parent}, "contractor": {yesNo(u.Contractor)},
			"sort": {strconv.Itoa(u.Sort)}, "version": {strconv.FormatInt(u.Version, 10)}}
		if f == nil {
			f = r.fillForm(now)
		}
		page.Form, page.Parts = f, unitParts(r, f, tree, code)
		if r.can(access.AdminPeople) {
			page.Actions = append(page.Actions, Link{Text: r.T("admin.people"), Href: r.Link("/admin/people?unit=" + code)})
		}
		if r.can(access.OrgEdit) {
			page.Actions = append(page.Actions, Link{Text: r.T("admin.unit_add_below"), Href: r.Link("/admin/units/new?parent=" + code)}, r.activeLink(org.KindUnit, code, u.Active))
		}
		below := Table{Caption: r.T("admin.below"), Columns: []Column{{Label: r.T("admin.f.name")}, {Label: r.T("admin.f.code")}, {Label: r.T("admin.f.kind")},
			{Label: r.T("admin.f.headcount"), Num: true}, {Label: r.T("admin.f.state")}}}
		for _, c := range tree.Children(code) {
			r.unitRow(&below, tree, c, false)
		}
		if len(below.Rows) > 0 {
			page.Below = []Table{below}
		}
		if f.stale {
			page.Conflict, err = r.conflict(tx, f, page.Parts, now, event.Ref{Kind: org.KindUnit, ID: code})
		}
		return err
	})
	if err != nil {
		return err
	}
	return r.renderEdit(page, access.OrgEdit)
}

// renderEdit shows the form of a record, or only what it says where the reader may not change it.
func (r *Req) renderEdit(page AdminFormPage, a access.Action) error {
	if r.can(a) {
		return adminForm.Render(r, page)
	}
	for _, p := range page.Parts {
		if n := p.name(); n != "" {
			page.Facts = append(page.Facts, Fact{Label: p.field().Label, Value: p.say(page.Form.values[n], r.T)})
		}
	}
	return adminList.Render(r, AdminListPage{Page: page.Page, Lede: page.Lede, Actions: page.Actions, Panels: page.Panels, Facts: page.Facts, Tables: page.Below})
}

func saveUnit(r *Req) error {
	f := r.Form()
	in := org.EditUnit{Code: r.Param("code"), Parent: f.Unit("parent", parentKinds...), NameZh: f.Line("name_zh", 0, 60), NameEn: f.Line("name_en", 0, 120),
		Contractor: f.Ticked("contractor"), Sort: f.optionalInt("sort", 0, 1_000_000), Version: f.Version()}
	return r.saved(f, in, renderUnit, "/admin/units/"+in.Code)
}
