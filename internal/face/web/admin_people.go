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

const peoplePage = 50

func adminPeople(r *Req) error {
	list, err := r.List(ListSpec{Columns: []string{"number", "unit", "post", "roles", "status"}, Filters: []Filter{{Name: "q", Label: "admin.query"}, {Name: "unit", Label: "admin.f.unit"},
		{Name: "role", Label: "admin.f.role", Prefix: "role.", Values: texts(access.Roles())},
		{Name: "status", Label: "admin.f.status", Prefix: "org.person.status.", Values: texts(org.Statuses())}}})
	if err != nil {
		return err
	}
	page := AdminListPage{Page: Page{Title: r.T("admin.people"), Shape: Staff, Back: "/admin"}, Lede: r.T("admin.people_lede")}
	if r.can(access.OrgPeople) {
		page.Actions = []Link{{Text: r.T("admin.person_add"), Href: r.Link("/admin/people/new"), Tone: "primary"},
			{Text: r.T("admin.import_people"), Href: r.Link("/admin/import/people")}}
	}
	f := r.Blank("q", list.Get("q"), "unit", list.Get("unit"), "role", list.Get("role"), "status", list.Get("status"))
	t := list.Table(r.T("admin.people"), list.Column(r.T("account.name"), ""), list.Column(r.T("admin.f.employee_no"), ""),
		list.Column(r.T("admin.f.unit"), ""), list.Column(r.T("admin.f.post"), "").AsMinor(), list.Column(r.T("admin.f.roles"), ""), list.Column(r.T("admin.f.status"), ""))
	err = r.Read(func(tx *db.Tx) error {
		if err := r.mayRead(tx, access.AdminPeople); err != nil {
			return err
		}
		tree, err := org.TreeOf(tx)
		if err != nil {
			return err
		}
		page.Filters = []Part{fieldPart(f.Field("q", "admin.person_query").As("search").May()),
			selectPart(f.Choose("unit", "admin.f.unit", unitOptions(tree, r.Lang)).Any()),
			selectPart(f.Choose("role", "admin.f.role", options(r.Lang, "role", access.Roles()[1:])).Any()),
			selectPart(f.Choose("status", "admin.f.status", options(r.Lang, "org.person.status", org.Statuses())).Any())}
		people, err := org.FindPeople(tx, org.PeopleFilter{Unit: list.Get("unit"), Query: list.Get("q"), Status: org.Status(list.Get("status")),
			Role: access.Role(list.Get("role")), After: list.After, Limit: peoplePage + 1})
		if err != nil {
			return err
		}
		if len(people) > peoplePage {
			people = people[:peoplePage]
			t.Next = list.Next(people[peoplePage-1].EmployeeNo)
		}
		roles, err := rolesOf(tx, people)
		if err != nil {
			return err
		}
		for _, p := range people {
			var held []string
			for _, role := range roles[p.ID] {
				held = append(held, r.Lang.Enum("role", role))
			}
			t.Add(r.Link("/admin/people/"+p.ID), Cell{Text: p.Name}, Cell{Text: p.EmployeeNo}, Cell{Text: unitLine(tree, p.Unit, r.Lang)},
				Cell{Text: p.Post}, Cell{Text: strings.Join(held, r.T("admin.comma"))}, r.statusCell(p.Status))
		}
		return nil
	})
	if err != nil {
		return err
	}
	if !list.Filtered() {
		t.Empty = Empty{Kind: "nothing", Title: r.T("admin.people_none"), Text: r.T("admin.people_none_text")}
	}
	return r.showList(adminList, page, list, t)
}

func (r *Req) statusCell(s org.Status) Cell {
	if s == org.Active {
		return Cell{Text: r.Lang.Enum("org.person.status", s)}
	}
	return Cell{Tag: &Tag{Text: r.Lang.Enum("org.person.status", s), Tone: "warn"}}
}

// rolesOf finds the roles of the people of one page of a list.
func rolesOf(tx *db.Tx, people []org.Person) (map[string][]access.Role, error) {
	out := map[string][]access.Role{}
	for _, p := range people {
		grants, err := org.GrantsOf(tx, p.ID)
		if err != nil {
			return nil, err
		}
		for _, g := range grants {
			if len(out[p.ID]) == 0 || out[p.ID][len(out[p.ID])-1] != g.Role {
				out[p.ID] = append(out[p.ID], g.Role)
			}
		}
	}
	return out, nil
}

func newPerson(r *Req) error { return renderNewPerson(r, r.Blank()) }

func renderNewPerson(r *Req, f *Form) error {
	page := AdminFormPage{Page: Page{Title: r.T("admin.person_add"), Shape: Staff, Back: "/admin/people"}, Form: f, To: "/admin/people/new",
		Submit: r.T("common.save")}
	err := r.Read(func(tx *db.Tx) error {
		tree, err := org.TreeOf(tx)
		page.Parts = append([]Part{fieldPart(f.Field("employee_no", "admin.f.employee_no").Limit(32).Hint("admin.employee_no_hint"))}, personParts(r, f, tree)...)
		return err
	})
	if err != nil {
		return err
	}
	return adminForm.Render(r, page)
}

// personParts are the fields of a person who is added or changed.
func personParts(r *Req, f *Form, tree *org.Tree) []Part {
	yes := []Option{{Value: "yes", Text: r.T("common.yes")}, {Value: "no", Text: r.T("common.no")}}
	sexes := []Option{{Value: "m", Text: r.T("admin.gender.m")}, {Value: "f", Text: r.T("admin.gender.f")}}
	return []Part{
		fieldPart(f.Field("name", "account.name").Limit(40)),
		pickPart(f.PickUnit("unit", "admin.f.unit", r.UnitsOf(tree))),
		headPart(r.T("admin.more_data")),
		fieldPart(f.Field("post", "admin.f.post").Limit(60).May()), fieldPart(f.Field("shift", "admin.f.shift").Limit(60).May()),
		selectPart(f.Choose("employment", "admin.f.employment", options(r.Lang, "org.person.employment", org.Employments())).May()),
		fieldPart(f.Field("phone", "admin.f.phone").As("tel").Limit(20).May()),
		radiosPart(f.Choose("gender", "admin.f.gender", sexes).May()), fieldPart(f.Field("birth_year", "admin.f.birth_year").Number().Limit(4).May()),
		radiosPart(f.Choose("union_member", "admin.f.union_member", yes).May()), tickPart(f.Tick("delegate", "admin.f.delegate")),
		fieldPart(f.Field("account", "admin.f.account").Limit(128).May()),
		fieldPart(f.Field("remark", "admin.f.remark").Limit(200).May()),
		radiosPart(f.Choose("lang", "admin.f.lang", []Option{{Value: "zh", Text: "中文"}, {Value: "en", Text: "English"}}).May()),
	}
}

func personDetails(f *Form) org.Details {
	return org.Details{Post: f.Line("post", 0, 60), Shift: f.Line("shift", 0, 60), Employment: f.Maybe("employment", org.Employments()...),
		Phone: f.Line("phone", 0, 20), Gender: f.Maybe("gender", "m", "f"), BirthYear: f.optionalInt("birth_year", 1900, 2100),
		UnionMember: f.Maybe("union_member", "yes", "no"), Delegate: f.Ticked("delegate"), Account: f.Line("account", 0, 128),
		Remark: f.Line("remark", 0, 200), Lang: f.Maybe("lang", "zh", "en")}
}

func addPerson(r *Req) error {
	f := r.Form()
	in := org.AddPerson{EmployeeNo: f.Line("employee_no", 0, 32), Name: f.Line("name", 0, 40), Unit: f.NeedUnit("unit"), Details: personDetails(f)}
	err := r.save(f, func(tx *db.Tx) error {
		_, err := in.Do(tx, r.Person)
		return err
	})
	if r.retake(f, err) {
		return renderNewPerson(r, f)
	}
	if err != nil {
		return err
	}
	var p org.Person
	if err := r.Read(func(tx *db.Tx) (err error) { p, err = org.PersonByNo(tx, org.NormalNo(in.EmployeeNo)); return err }); err != nil {
		return err
	}
	r.Toast("web.toast_saved")
	return r.Redirect("/admin/people/" + p.ID)
}

func editPerson(r *Req) error { return renderEditPerson(r, nil, false) }

// renderEditPerson shows the form of a person; leaving adds what hangs on somebody who is about to be marked as left.
func renderEditPerson(r *Req, f *Form, leaving bool) error {
	id := r.Param("id")
	page := AdminFormPage{Page: Page{Shape: Staff, Back: "/admin/people/" + id}, To: "/admin/people/" + id + "/edit", Submit: r.T("common.save"), Keep: []string{"confirmed"}}
	err := r.Read(func(tx *db.Tx) error {
		p, err := org.PersonByID(tx, id)
		if err != nil {
			return err
		}
		tree, err := org.TreeOf(tx)
		if err != nil {
			return err
		}
		page.Title = r.T("admin.person_edit", p.Name)
		page.Facts = []Fact{{Label: r.T("admin.f.employee_no"), Value: p.EmployeeNo}}
		now := personStored(p)
		if f == nil {
			f = r.fillForm(now)
		}
		f.Set("confirmed", "")
		if leaving {
			weights, err := org.Impact(tx, org.KindPerson, id)
			if err != nil {
				return err
			}
			f.Set("confirmed", strconv.Itoa(org.Total(weights)))
			page.Panels, page.Submit, page.Danger = []Panel{r.impactPanel(weights)}, r.T("admin.left_sure"), true
			page.Lede = r.T("admin.left_text")
		}
		page.Form = f
		page.Parts = append(personParts(r, f, tree), radiosPart(f.Choose("status", "admin.f.status", options(r.Lang, "org.person.status", org.Statuses()))))
		if f.stale {
			page.Conflict, err = r.conflict(tx, f, page.Parts, now, event.Ref{Kind: org.KindPerson, ID: id})
		}
		return err
	})
	if err != nil {
		return err
	}
	return adminForm.Render(r, page)
}

func personStored(p org.Person) stored {
	s := stored{"name": {p.Name}, "unit": {p.Unit}, "post": {p.Post}, "shift": {p.Shift}, "employment": {p.Employment}, "phone": {p.Phone},
		"gender": {p.Gender}, "birth_year": {""}, "union_member": {p.UnionMember}, "delegate": {yesNo(p.Delegate)}, "account": {p.Account},
		"remark": {p.Remark}, "lang": {p.Lang}, "status": {string(p.Status)}, "version": {strconv.FormatInt(p.Version, 10)}}
	if p.BirthYear != 0 {
		s.set("birth_year", strconv.Itoa(p.BirthYear))
	}
	return s
}

// savePerson saves a person. Who is marked as left for the first time is asked about again, with what hangs on him.
func savePerson(r *Req) error {
	f := r.Form()
	id := r.Param("id")
	in := org.EditPerson{ID: id, Name: f.Line("name", 0, 40), Unit: f.NeedUnit("unit"), Status: org.Status(f.Choice("status", texts(org.Statuses())...)),
		Details: personDetails(f), Confirmed: f.optionalInt("confirmed", 0, 1<<30), Version: f.Version()}
	ask := false
	if in.Status == org.Left && f.Value("confirmed") == "" && f.Err() == nil {
		if err := r.Read(func(tx *db.Tx) error {
			p, err := org.PersonByID(tx, id)
			ask = p.Status != org.Left
			return err
		}); err != nil {
			return err
		}
	}
	if ask {
		return renderEditPerson(r, f, true)
	}
	err := r.save(f, func(tx *db.Tx) error { return in.Do(tx, r.Person) })
	if e := fault.Of(err); e != nil && e.Kind == fault.Conflict && e.Key == "org.impact.changed" {
		f.Fault("", e.Key, e.Args...)
		r.Status(statuses[fault.Conflict])
		return renderEditPerson(r, f, true)
	}
	if e := fault.Of(err); e != nil && e.Kind == fault.Conflict && e.Key == "org.grant.last" {
		err = fault.Field("status", e.Key)
	}
	if r.retake(f, err) {
		return renderEditPerson(r, f, false)
	}
	if err != nil {
		return err
	}
	r.Toast("web.toast_saved")
	return r.Redirect("/admin/people/" + id)
}
