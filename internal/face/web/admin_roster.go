package web

import (
	"slices"
	"strconv"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
)

// RosterPage shows the duty rosters: who is called, in which order.
type RosterPage struct {
	Page
	Form    *Form
	Rosters []RosterPart
}

// RosterPart is one duty roster with the form that adds somebody.
type RosterPart struct {
	Kind   string
	Title  string
	Text   string
	Table  Table
	Form   *Form
	Picker Picker
	People []Hidden
}

var rosterPage = Define[RosterPage]("admin/roster")

func adminRoster(r *Req) error { return renderRoster(r, nil) }

func renderRoster(r *Req, f *Form) error {
	page := RosterPage{Page: Page{Title: r.T("admin.roster"), Shape: Staff, Back: "/admin"}}
	if f == nil {
		f = r.Blank()
	}
	page.Form = f
	err := r.Read(func(tx *db.Tx) error {
		if err := r.mayRead(tx, access.OrgRoster); err != nil {
			return err
		}
		tree, err := org.TreeOf(tx)
		if err != nil {
			return err
		}
		for _, kind := range org.Rosters() {
			people, err := org.Roster(tx, kind)
			if err != nil {
				return err
			}
			page.Rosters = append(page.Rosters, r.rosterPart(f, tree, kind, people))
		}
		return nil
	})
	if err != nil {
		return err
	}
	return rosterPage.Render(r, page)
}

// rosterPart makes the table of a roster. Every button sends the whole roster as it will be then, so that two people who edit at
// the same time see the result of the last of them and never a mixture.
func (r *Req) rosterPart(f *Form, tree *org.Tree, kind string, people []org.RosterEntry) RosterPart {
	part := RosterPart{Kind: kind, Title: r.Lang.Enum("org.roster", kind), Text: r.T("admin.roster_text." + kind), Form: f,
		Picker: f.PickPerson("no_"+kind, "admin.roster_no", "")}
	t := Table{Caption: r.T("admin.calling_order"), Form: f, Columns: []Column{{Label: r.T("account.name")}, {Label: r.T("admin.f.order")}, {Label: r.T("admin.f.unit")}, {Label: r.T("admin.f.phone")},
		{Label: r.T("admin.up")}, {Label: r.T("account.act")}}, Empty: Empty{Kind: "nothing", Title: r.T("admin.roster_none"), Text: r.T("admin.roster_none_text")}}
	var ids []string
	for _, p := range people {
		ids = append(ids, p.ID)
		part.People = append(part.People, Hidden{"people", p.ID})
	}
	fields := func(order []string) []Hidden {
		out := []Hidden{{"kind", kind}}
		for _, id := range order {
			out = append(out, Hidden{"people", id})
		}
		return out
	}
	for i, p := range people {
		up := Cell{}
		if i > 0 {
			order := slices.Clone(ids)
			order[i-1], order[i] = order[i], order[i-1]
			up.Button = &Button{Text: r.T("admin.up"), To: r.Link("/admin/roster"), Fields: fields(order)}
		}
		phone := p.Phone
		if phone == "" {
			phone = r.T("admin.no_phone")
		}
		t.Add("", Cell{Text: p.Name, Sub: p.EmployeeNo}, Cell{Text: strconv.Itoa(i + 1)}, Cell{Text: tree.Name(p.Unit, r.Lang)}, Cell{Text: phone}, up,
			Cell{Button: &Button{Text: r.T("admin.remove"), To: r.Link("/admin/roster"), Tone: "danger", Fields: fields(slices.Delete(slices.Clone(ids), i, i+1))}})
	}
	part.Table = t
	return part
}

func saveRoster(r *Req) error {
	f := r.Form().Unseen("kind")
	kind := f.Choice("kind", org.Rosters()...)
	field := "no_" + kind
	in := org.SetRoster{Kind: kind, People: slices.Clone(f.Many("people"))}
	if _, adding := f.values[field]; adding {
		text := f.Line(field, 1, 100)
		id, err := r.personBy(f, field, "")
		if err != nil {
			return err
		}
		if id == "" && f.Err() == nil {
			f.Fault(field, "admin.no_such_number", text)
		}
		in.People = append(in.People, id)
	}
	err := f.Err()
	if err == nil {
		err = r.Write(func(tx *db.Tx) error { return in.Do(tx, r.Person) })
	}
	if e := fault.Of(err); e != nil && e.Field == "people" {
		err = fault.Field(field, e.Key, e.Args...)
	}
	if f.Take(err) {
		return renderRoster(r, f)
	}
	if err != nil {
		return err
	}
	r.Toast("web.toast_saved")
	return r.Redirect("/admin/roster")
}
