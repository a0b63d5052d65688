package web

import (
	"strconv"
	"strings"

	"sanwen/internal/base/access"
	"sanwen/internal/base/event"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
)

func adminPlaces(r *Req) error {
	list, err := r.List(ListSpec{Columns: []string{"code", "kind", "unit", "users", "state"}, Filters: []Filter{{Name: "q", Label: "admin.query"}, {Name: "unit", Label: "admin.f.unit"},
		{Name: "kind", Label: "admin.f.kind", Prefix: "org.place.kind.", Values: org.PlaceKinds()}}})
	if err != nil {
		return err
	}
	page := AdminListPage{Page: Page{Title: r.T("admin.places"), Shape: Staff, Back: "/admin"}, Lede: r.T("admin.places_lede")}
	if r.can(access.OrgEdit) {
		page.Actions = []Link{{Text: r.T("admin.place_add"), Href: r.Link("/admin/places/new"), Tone: "primary"},
			{Text: r.T("admin.import_places"), Href: r.Link("/admin/import/places")}}
	}
	if r.can(access.OrgPosters) && r.Local("/admin/posters") {
		page.Actions = append(page.Actions, Link{Text: r.T("admin.posters"), Href: r.Link("/admin/posters")})
	}
	f := r.Blank("q", list.Get("q"), "unit", list.Get("unit"), "kind", list.Get("kind"))
	t := list.Table(r.T("admin.places"), list.Column(r.T("admin.f.name"), ""), list.Column(r.T("admin.f.code"), ""), list.Column(r.T("admin.f.kind"), ""),
		list.Column(r.T("admin.f.unit"), ""), list.Column(r.T("admin.f.users"), "").AsNum(), list.Column(r.T("admin.f.state"), ""))
	err = r.Read(func(tx *db.Tx) error {
		if err := r.mayRead(tx, access.AdminOrg); err != nil {
			return err
		}
		tree, err := org.TreeOf(tx)
		if err != nil {
			return err
		}
		page.Filters = []Part{fieldPart(f.Field("q", "admin.query").As("search").May()),
			selectPart(f.Choose("unit", "admin.f.unit", unitOptions(tree, r.Lang)).Any()),
			selectPart(f.Choose("kind", "admin.f.kind", options(r.Lang, "org.place.kind", org.PlaceKinds())).Any())}
		places, err := org.Places(tx)
		if err != nil {
			return err
		}
		names := map[string]string{}
		for _, p := range places {
			names[p.Code] = p.Name(r.Lang)
		}
		for _, p := range places {
			if u := list.Get("unit"); u != "" && !p.Path.Under(tree.Path(u)) || list.Get("kind") != "" && list.Get("kind") != p.Kind ||
				!matches(list.Get("q"), p.Code, p.NameZh, p.NameEn) {
				continue
			}
			state := Cell{Tag: r.activeTag(p.Active)}
			if p.ClosedNote != "" {
				state = Cell{Tag: &Tag{Text: r.T("admin.closed"), Tone: "warn"}}
			}
			row := t.Add(r.Link("/admin/places/"+p.Code), Cell{Text: p.Name(r.Lang), Sub: names[p.Parent]}, Cell{Text: p.Code},
				Cell{Text: r.Lang.Enum("org.place.kind", p.Kind)}, Cell{Text: tree.Name(p.Unit, r.Lang)}, Cell{Text: r.Lang.Number(p.Users)}, state)
			if !p.Active {
				row.Tone = "quiet"
			}
		}
		t.Total = r.Lang.Number(len(t.Rows))
		return nil
	})
	if err != nil {
		return err
	}
	if !list.Filtered() {
		t.Empty = Empty{Kind: "nothing", Title: r.T("admin.places_none"), Text: r.T("admin.places_none_text")}
	}
	return r.showList(adminList, page, list, t)
}

func newPlace(r *Req) error { return renderNewPlace(r, r.Blank()) }

func renderNewPlace(r *Req, f *Form) error {
	page := AdminFormPage{Page: Page{Title: r.T("admin.place_add"), Shape: Staff, Back: "/admin/places"}, Form: f, To: "/admin/places/new", Submit: r.T("common.save")}
	err := r.Read(func(tx *db.Tx) error {
		parts, err := placeParts(r, tx, f, "")
		page.Parts = append([]Part{fieldPart(f.Field("code", "admin.f.code").Limit(24).Hint("admin.place_code_hint"))}, parts...)
		return err
	})
	if err != nil {
		return err
	}
	return adminForm.Render(r, page)
}

// placeParts are the fields that a place has when it is made and later.
func placeParts(r *Req, tx *db.Tx, f *Form, self string) ([]Part, error) {
	tree, err := org.TreeOf(tx)
	if err != nil {
		return nil, err
	}
	places, err := org.Places(tx)
	if err != nil {
		return nil, err
	}
	var around []Option
	for _, p := range places {
		if p.Code != self && (p.Active || p.Code == f.Value("parent")) {
			around = append(around, Option{Value: p.Code, Text: p.Name(r.Lang) + " " + p.Code})
		}
	}
	return []Part{
		fieldPart(f.Field("name_zh", "admin.f.name_zh").Limit(60)), fieldPart(f.Field("name_en", "admin.f.name_en").Limit(120).May()),
		selectPart(f.Choose("kind", "admin.f.kind", options(r.Lang, "org.place.kind", org.PlaceKinds()))),
		pickPart(f.PickUnit("unit", "admin.f.place_unit", r.UnitsOf(tree))),
		selectPart(f.Choose("parent", "admin.f.around", around).Else("common.none").Hint("admin.around_hint")),
		pickPart(f.PickUnits("audience", "admin.f.audience", r.UnitsOf(tree, org.Plant, org.Department)).May().Hint("admin.audience_hint")),
		fieldPart(f.Field("sort", "admin.f.sort").Number().May().Hint("admin.sort_hint")),
	}, nil
}

func addPlace(r *Req) error {
	f := r.Form()
	in := org.AddPlace{Code: f.Line("code", 0, 24), NameZh: f.Line("name_zh", 0, 60), NameEn: f.Line("name_en", 0, 120), Kind: f.Choice("kind", org.PlaceKinds()...),
		Unit: f.NeedUnit("unit"), Parent: f.one("parent"), Audience: f.Units("audience", org.Plant, org.Department), Sort: f.optionalInt("sort", 0, 1_000_000)}
	return r.saved(f, in, renderNewPlace, "/admin/places/"+org.NormalCode(in.Code))
}

func adminPlace(r *Req) error { return renderPlace(r, nil) }

func renderPlace(r *Req, f *Form) error {
	page := AdminFormPage{Page: Page{Shape: Staff, Back: "/admin/places"}, Submit: r.T("common.save")}
	err := r.Read(func(tx *db.Tx) error {
		if err := r.mayRead(tx, access.AdminOrg); err != nil {
			return err
		}
		p, err := org.PlaceByCode(tx, r.Param("code"))
		if err != nil {
			return err
		}
		chain, err := org.PlaceChain(tx, p.Code)
		if err != nil {
			return err
		}
		var where []string
		for i := len(chain) - 1; i >= 0; i-- {
			where = append(where, chain[i].Name(r.Lang))
		}
		general, err := org.Generalise(tx, p.Code)
		if err != nil {
			return err
		}
		page.Title, page.To = p.Name(r.Lang), "/admin/places/"+p.Code
		page.Facts = []Fact{{Label: r.T("admin.f.code"), Value: p.Code}, {Label: r.T("admin.f.where"), Value: strings.Join(where, " / ")},
			{Label: r.T("admin.f.users"), Value: r.Lang.Number(p.Users), Note: r.T("admin.users_note")}}
		if general != p.Code {
			name := r.T("admin.whole")
			for _, c := range chain {
				if c.Code == general {
					name = c.Name(r.Lang)
				}
			}
			page.Facts = append(page.Facts, Fact{Label: r.T("admin.f.general"), Value: name, Note: r.T("admin.general_note")})
		}
		now := stored{"name_zh": {p.NameZh}, "name_en": {p.NameEn}, "kind": {p.Kind}, "unit": {p.Unit}, "parent": {p.Parent}, "audience": p.Audience.Codes(),
			"closed_note": {p.ClosedNote}, "sort": {strconv.Itoa(p.Sort)}, "version": {digits64(p.Version)}}
		if f == nil {
			f = r.fillForm(now)
		}
		page.Form = f
		if page.Parts, err = placeParts(r, tx, f, p.Code); err != nil {
			return err
		}
		page.Parts = append(page.Parts, fieldPart(f.Field("closed_note", "admin.f.closed_note").Area(2).Limit(500).May().Hint("admin.closed_hint")))
		if r.can(access.OrgPosters) && r.Local("/admin/posters") {
			page.Actions = append(page.Actions, Link{Text: r.T("admin.poster"), Href: r.Link("/admin/posters?place=" + p.Code)})
		}
		if r.Local("/p/" + p.Code) {
			page.Actions = append(page.Actions, Link{Text: r.T("admin.place_page"), Href: r.Link("/p/" + p.Code)})
		}
		if r.can(access.OrgEdit) {
			page.Actions = append(page.Actions, r.activeLink(org.KindPlace, p.Code, p.Active))
		}
		if f.stale {
			page.Conflict, err = r.conflict(tx, f, page.Parts, now, event.Ref{Kind: org.KindPlace, ID: p.Code})
		}
		return err
	})
	if err != nil {
		return err
	}
	return r.renderEdit(page, access.OrgEdit)
}

func savePlace(r *Req) error {
	f := r.Form()
	in := org.EditPlace{Code: r.Param("code"), NameZh: f.Line("name_zh", 0, 60), NameEn: f.Line("name_en", 0, 120), Kind: f.Choice("kind", org.PlaceKinds()...),
		Unit: f.NeedUnit("unit"), Parent: f.one("parent"), Audience: f.Units("audience", org.Plant, org.Department), ClosedNote: f.Text("closed_note", 0, 500),
		Sort: f.optionalInt("sort", 0, 1_000_000), Version: f.Version()}
	return r.saved(f, in, renderPlace, "/admin/places/"+in.Code)
}
