package web

import (
	"strconv"

	"sanwen/internal/base/access"
	"sanwen/internal/base/event"
	"sanwen/internal/base/org"
	"sanwen/internal/base/org/catalogue"
	"sanwen/internal/ground/db"
)

func adminChecks(r *Req) error {
	list, err := r.List(ListSpec{Columns: []string{"code", "kind", "pass", "basis", "mark"}, Filters: []Filter{{Name: "q", Label: "admin.query"}, {Name: "kind", Label: "admin.f.place_kind", Prefix: "org.place.kind.", Values: org.PlaceKinds()}}})
	if err != nil {
		return err
	}
	page := AdminListPage{Page: Page{Title: r.T("admin.checks"), Shape: Staff, Back: "/admin"}, Lede: r.T("admin.checks_lede")}
	if r.can(access.OrgEdit) {
		page.Actions = []Link{{Text: r.T("admin.check_add"), Href: r.Link("/admin/checks/new"), Tone: "primary"}}
	}
	f := r.Blank("q", list.Get("q"), "kind", list.Get("kind"))
	page.Filters = []Part{fieldPart(f.Field("q", "admin.query").As("search").May()),
		selectPart(f.Choose("kind", "admin.f.place_kind", options(r.Lang, "org.place.kind", org.PlaceKinds())).Any())}
	t := list.Table(r.T("admin.checks"), list.Column(r.T("admin.f.name"), ""), list.Column(r.T("admin.f.code"), ""), list.Column(r.T("admin.f.place_kind"), ""),
		list.Column(r.T("admin.f.pass"), ""), list.Column(r.T("admin.f.basis"), "").AsMinor(), list.Column(r.T("admin.f.mark"), ""))
	err = r.Read(func(tx *db.Tx) error {
		if err := r.mayRead(tx, access.AdminOrg); err != nil {
			return err
		}
		items, err := org.AllCheckItems(tx)
		if err != nil {
			return err
		}
		for _, c := range items {
			if k := list.Get("kind"); k != "" && k != c.PlaceKind && c.PlaceKind != "any" || !matches(list.Get("q"), c.Code, c.NameZh, c.NameEn) {
				continue
			}
			pass := c.Pass(r.Lang)
			if pass == "" {
				pass = r.Lang.Enum("admin.op", catalogue.YesNo)
			}
			mark := Cell{Tag: &Tag{Text: r.Lang.Enum("org.check.mark", c.Mark), Tone: map[string]string{"found": "good", "verify": "warn"}[c.Mark]}}
			row := t.Add(r.Link("/admin/checks/"+c.Code), Cell{Text: c.Name(r.Lang), Sub: c.Method(r.Lang)}, Cell{Text: c.Code}, Cell{Text: r.placeKind(c.PlaceKind)},
				Cell{Text: pass}, Cell{Text: c.Basis(r.Lang)}, mark)
			if !c.Active {
				row.Tone = "quiet"
				row.Cells[5] = Cell{Tag: r.activeTag(false)}
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

func (r *Req) placeKind(kind string) string {
	if kind == "any" {
		return r.T("admin.any_place")
	}
	return r.Lang.Enum("org.place.kind", kind)
}

func newCheck(r *Req) error { return renderCheck(r, r.Blank("points", "1"), "") }

func adminCheck(r *Req) error { return renderCheck(r, nil, r.Param("code")) }

func renderCheck(r *Req, f *Form, code string) error {
	page := AdminFormPage{Page: Page{Title: r.T("admin.check_add"), Shape: Staff, Back: "/admin/checks"}, To: "/admin/checks/new", Submit: r.T("common.save")}
	err := r.Read(func(tx *db.Tx) error {
		if err := r.mayRead(tx, access.AdminOrg); err != nil {
			return err
		}
		now := stored{}
		if code != "" {
			c, err := org.CheckItemByCode(tx, code)
			if err != nil {
				return err
			}
			now = checkStored(c)
			page.Title, page.To = c.Name(r.Lang), "/admin/checks/"+code
			page.Facts = []Fact{{Label: r.T("admin.f.code"), Value: code}, {Label: r.T("admin.f.pass"), Value: c.Pass(r.Lang)}}
			if r.can(access.OrgEdit) {
				page.Actions = []Link{r.activeLink(org.KindCheck, code, c.Active)}
			}
		}
		if f == nil {
			f = r.fillForm(now)
		}
		page.Form = f
		if code == "" {
			page.Parts = []Part{fieldPart(f.Field("code", "admin.f.code").Limit(24).Hint("admin.code_hint"))}
		}
		page.Parts = append(page.Parts, r.checkParts(f)...)
		var err error
		if f.stale {
			page.Conflict, err = r.conflict(tx, f, page.Parts, now, event.Ref{Kind: org.KindCheck, ID: code})
		}
		return err
	})
	if err != nil {
		return err
	}
	return r.renderEdit(page, access.OrgEdit)
}

var checkOps = []string{catalogue.Between, catalogue.AtLeast, catalogue.AtMost, catalogue.YesNo}

func (r *Req) checkParts(f *Form) []Part {
	kinds := append([]Option{{Value: "any", Text: r.T("admin.any_place")}}, options(r.Lang, "org.place.kind", org.PlaceKinds())...)
	return []Part{
		fieldPart(f.Field("name_zh", "admin.f.name_zh").Limit(60)), fieldPart(f.Field("name_en", "admin.f.name_en").Limit(120).May()),
		selectPart(f.Choose("place_kind", "admin.f.place_kind", kinds)),
		fieldPart(f.Field("method_zh", "admin.f.method_zh").Area(2).Limit(500).May()), fieldPart(f.Field("method_en", "admin.f.method_en").Area(2).Limit(500).May()),
		headPart(r.T("admin.passes")),
		radiosPart(f.Choose("op", "admin.f.op", options(r.Lang, "admin.op", checkOps))),
		fieldPart(f.Field("measure", "admin.f.measure").Limit(20).May().Hint("admin.measure_hint")),
		fieldPart(f.Field("low", "admin.f.low").Measure("").May()), fieldPart(f.Field("high", "admin.f.high").Measure("").May()),
		fieldPart(f.Field("crit_low", "admin.f.crit_low").Measure("").May()), fieldPart(f.Field("crit_high", "admin.f.crit_high").Measure("").May()),
		fieldPart(f.Field("points", "admin.f.points").Number().Limit(2)), tickPart(f.Tick("critical", "admin.f.critical")),
		fieldPart(f.Field("avoid", "admin.f.avoid").Limit(40).May().Hint("admin.avoid_hint")),
		headPart(r.T("admin.f.basis")),
		fieldPart(f.Field("basis_zh", "admin.f.basis_zh").Area(2).Limit(500)), fieldPart(f.Field("basis_en", "admin.f.basis_en").Area(2).Limit(500).May()),
		radiosPart(f.Choose("mark", "admin.f.mark", options(r.Lang, "org.check.mark", []string{"found", "verify", "company"}))),
		fieldPart(f.Field("sort", "admin.f.sort").Number().May().Hint("admin.sort_hint")),
	}
}

func checkStored(c org.CheckItem) stored {
	n := func(v *float64) []string {
		if v == nil {
			return []string{""}
		}
		return []string{strconv.FormatFloat(*v, 'g', -1, 64)}
	}
	return stored{"name_zh": {c.NameZh}, "name_en": {c.NameEn}, "place_kind": {c.PlaceKind}, "method_zh": {c.MethodZh}, "method_en": {c.MethodEn}, "op": {c.Op},
		"measure": {c.Measure}, "low": n(c.Low), "high": n(c.High), "crit_low": n(c.CritLow), "crit_high": n(c.CritHigh), "points": {strconv.Itoa(c.Points)},
		"critical": {yesNo(c.Critical)}, "avoid": {c.Avoid}, "basis_zh": {c.BasisZh}, "basis_en": {c.BasisEn}, "mark": {c.Mark}, "sort": {strconv.Itoa(c.Sort)},
		"version": {digits64(c.Version)}}
}

func saveCheck(r *Req) error {
	f := r.Form()
	code := r.Param("code")
	n := func(name string) *float64 {
		if v, ok := f.Decimal(name); ok {
			return &v
		}
		return nil
	}
	c := org.CheckItem{Code: code, PlaceKind: f.one("place_kind"), NameZh: f.Line("name_zh", 0, 60), NameEn: f.Line("name_en", 0, 120), MethodZh: f.Text("method_zh", 0, 500),
		MethodEn: f.Text("method_en", 0, 500), Measure: f.Line("measure", 0, 20), Op: f.Choice("op", checkOps...), Low: n("low"), High: n("high"), CritLow: n("crit_low"),
		CritHigh: n("crit_high"), Points: f.Int("points", 1, 99), Critical: f.Ticked("critical"), Avoid: f.Line("avoid", 0, 40), BasisZh: f.Text("basis_zh", 0, 500),
		BasisEn: f.Text("basis_en", 0, 500), Mark: f.Choice("mark", "found", "verify", "company"), Sort: f.optionalInt("sort", 0, 1_000_000)}
	if code == "" {
		c.Code = org.NormalCode(f.Line("code", 0, 24))
	} else {
		c.Version = f.Version()
	}
	err := r.save(f, func(tx *db.Tx) error {
		if code != "" {
			old, err := org.CheckItemByCode(tx, code)
			if err != nil {
				return err
			}
			c.Active = old.Active
		}
		return org.SaveCheckItem{CheckItem: c}.Do(tx, r.Person)
	})
	if r.retake(f, err) {
		return renderCheck(r, f, code)
	}
	if err != nil {
		return err
	}
	r.Toast("web.toast_saved")
	return r.Redirect("/admin/checks/" + c.Code)
}
