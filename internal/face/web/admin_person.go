package web

import (
	"sanwen/internal/base/access"
	"sanwen/internal/base/login"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
)

// PersonPage is what administrators see of a person: the system administrator the data, the security administrator roles and
// account.
type PersonPage struct {
	Page
	ID       string
	Facts    []Fact
	Actions  []Link
	Grants   Table
	MayGrant bool
	Self     bool
	Give     *Form
	Roles    []Option
	Unit     Picker
	Account  *AccountPart
}

// AccountPart is what the security administrator sees of somebody's account.
type AccountPart struct {
	Facts    []Fact
	Form     *Form
	Issue    string // what the button that gives a start code says
	Has      bool
	Disabled bool
	Sessions Table
	Any      bool
	Path     string
}

var personPage = Define[PersonPage]("admin/person")

func adminPerson(r *Req) error { return renderPerson(r, nil) }

func renderPerson(r *Req, f *Form) error {
	id := r.Param("id")
	page := PersonPage{Page: Page{Shape: Staff, Back: "/admin/people"}, ID: id, MayGrant: r.can(access.OrgGrant), Self: id == r.Person.ID}
	if f == nil {
		f = r.Blank("unit", org.Root)
	}
	page.Give = f
	err := r.Read(func(tx *db.Tx) error {
		if err := r.mayRead(tx, access.AdminPeople); err != nil {
			return err
		}
		p, err := org.PersonByID(tx, id)
		if err != nil {
			return err
		}
		tree, err := org.TreeOf(tx)
		if err != nil {
			return err
		}
		page.Title = p.Name
		page.Facts = []Fact{{Label: r.T("admin.f.employee_no"), Value: p.EmployeeNo}, {Label: r.T("admin.f.unit"), Value: unitLine(tree, p.Unit, r.Lang), Note: p.Unit},
			{Label: r.T("admin.f.status"), Value: r.Lang.Enum("org.person.status", p.Status)}}
		if r.can(access.OrgPeople) {
			page.Actions = []Link{{Text: r.T("common.edit"), Href: r.Link("/admin/people/" + id + "/edit")}}
			page.Facts = append(page.Facts, r.personFacts(f, p, tree)...)
		}
		grants, err := org.GrantsOf(tx, id)
		if err != nil {
			return err
		}
		page.Grants = r.grantTable(id, grants, tree, page.MayGrant && !page.Self)
		page.Grants.Form = f
		page.Roles, page.Unit = options(r.Lang, "role", access.Roles()[1:]), f.PickUnit("unit", "admin.f.in_unit", r.UnitsOf(tree))
		if r.can(access.LoginManage) {
			page.Account, err = r.accountPart(tx, p, f)
		}
		return err
	})
	if err != nil {
		return err
	}
	return personPage.Render(r, page)
}

// personFacts are the further data of a person, those that are known.
func (r *Req) personFacts(f *Form, p org.Person, tree *org.Tree) []Fact {
	var out []Fact
	now := personStored(p)
	for _, part := range personParts(r, f, tree) {
		switch n := part.name(); n {
		case "", "name", "unit":
		default:
			if text := part.say(now[n], r.T); text != "" {
				out = append(out, Fact{Label: part.field().Label, Value: text})
			}
		}
	}
	return out
}

func (r *Req) grantTable(person string, grants []org.Grant, tree *org.Tree, may bool) Table {
	t := Table{Caption: r.T("admin.f.roles"), Columns: []Column{{Label: r.T("admin.f.role")}, {Label: r.T("admin.f.in_unit")}, {Label: r.T("admin.f.since")}},
		Empty: Empty{Kind: "nothing", Title: r.T("admin.no_roles"), Text: r.T("admin.no_roles_text")}}
	if may {
		t.Columns = append(t.Columns, Column{Label: r.T("account.act")})
	}
	for _, g := range grants {
		row := t.Add("", Cell{Text: r.Lang.Enum("role", g.Role)}, Cell{Text: tree.Name(g.Unit, r.Lang), Sub: g.Unit},
			Cell{Text: r.Lang.Date(clock.Millis(g.Since), r.Zone)})
		if may {
			row.Cells = append(row.Cells, Cell{Button: &Button{Text: r.T("admin.take_role"), To: r.Link("/admin/people/" + person + "/take"), Tone: "danger",
				Fields: []Hidden{{"role", string(g.Role)}, {"unit", g.Unit}}}})
		}
	}
	return t
}

// accountPart reads the account of a person for the security administrator.
func (r *Req) accountPart(tx *db.Tx, p org.Person, f *Form) (*AccountPart, error) {
	a, err := login.AccountOf(tx, r.Person, p.ID)
	if err != nil {
		return nil, err
	}
	out := &AccountPart{Form: f, Issue: r.T("admin.account_open"), Path: "/admin/people/" + p.ID}
	out.Facts = []Fact{{Label: r.T("admin.f.state"), Value: r.Lang.Enum("login.state", a.State(tx.Millis()))}}
	if a == nil {
		return out, nil
	}
	out.Has, out.Disabled, out.Issue = true, a.Disabled, r.T("admin.account_reset")
	if a.StartUntil != 0 {
		out.Facts = append(out.Facts, Fact{Label: r.T("admin.start_until"), Value: r.Lang.DateTime(a.StartUntil, r.Zone)})
	} else {
		out.Facts = append(out.Facts, Fact{Label: r.T("admin.changed_on"), Value: r.Lang.Date(a.ChangedOn, r.Zone)})
	}
	if a.Failed > 0 {
		out.Facts = append(out.Facts, Fact{Label: r.T("admin.failed"), Value: r.T("admin.times", a.Failed)})
	}
	f.Set("version", digits64(a.Version))
	list, err := login.Sessions(tx, r.Person, p.ID)
	if err != nil {
		return nil, err
	}
	out.Sessions, out.Any = r.sessionTable(list, "/admin/people/"+p.ID+"/session"), len(list) > 0
	out.Sessions.Form = f
	return out, nil
}

// personAct runs an edit of the person page and goes back to it.
func (r *Req) personAct(f *Form, err error, toast string) error {
	if e := fault.Of(err); e != nil && (e.Kind == fault.Conflict || e.Kind == fault.Forbidden) && e.Key != "access.denied" {
		f.Fault("", e.Key, e.Args...)
		r.Status(statuses[e.Kind])
		return renderPerson(r, f)
	}
	if f.Take(err) {
		return renderPerson(r, f)
	}
	if err != nil {
		return err
	}
	r.Toast(toast)
	return r.Redirect("/admin/people/" + r.Param("id"))
}

func giveRole(r *Req) error {
	f := r.Form()
	in := org.GiveRole{Person: r.Param("id"), Role: access.Role(f.Choice("role", texts(access.Roles())...)), Unit: f.NeedUnit("unit")}
	err := r.save(f, func(tx *db.Tx) error { return in.Do(tx, r.Person) })
	if e := fault.Of(err); e != nil && (e.Key == "org.grant.held" || e.Key == "org.grant.self") {
		err = fault.Field("role", e.Key)
	}
	return r.personAct(f, err, "admin.toast_given")
}

func takeRole(r *Req) error {
	f := r.Form()
	in := org.TakeRole{Person: r.Param("id"), Role: access.Role(f.one("role")), Unit: f.one("unit")}
	return r.personAct(f, r.save(f, func(tx *db.Tx) error { return in.Do(tx, r.Person) }), "admin.toast_taken")
}
