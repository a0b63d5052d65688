package web

import (
	"strconv"
	"strings"

	"sanwen/internal/base/access"
	"sanwen/internal/base/login"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
)

func digits64(n int64) string { return strconv.FormatInt(n, 10) }

// issueAccount opens an account or gives it a new start. The start code is on the page that answers and nowhere else.
func issueAccount(r *Req) error {
	f := r.Form()
	id := r.Param("id")
	err := f.Err()
	code := ""
	if err == nil {
		code, err = r.Logins.Issue(r.Ctx(), r.Person, id)
	}
	if err != nil {
		return r.personAct(f, err, "web.toast_saved")
	}
	var p org.Person
	hours := 0
	err = r.Read(func(tx *db.Tx) (err error) {
		if p, err = org.PersonByID(tx, id); err != nil {
			return err
		}
		hours, err = org.Int(tx, org.LoginStartHours)
		return err
	})
	if err != nil {
		return err
	}
	return adminList.Render(r, AdminListPage{Page: Page{Title: r.T("login.setup_code_of", p.Name), Shape: Staff, Back: "/admin/people/" + id},
		Facts: []Fact{{Label: r.T("login.user"), Value: p.EmployeeNo}, {Label: r.T("admin.start_code"), Value: code, Note: r.T("login.code_once")},
			{Label: r.T("admin.start_good"), Value: r.T("org.term.hours", hours)}},
		Lede: r.T("admin.start_text"), Actions: []Link{{Text: r.T("common.next"), Href: r.Link("/admin/people/" + id), Tone: "primary"}}})
}

// setAccount closes an account or opens it again.
func setAccount(r *Req) error {
	f := r.Form().Unseen("to")
	version := f.Version()
	on := f.Choice("to", "disabled", "enabled") == "enabled"
	err := r.save(f, func(tx *db.Tx) error {
		if on {
			return login.Enable{Person: r.Param("id"), Version: version}.Do(tx, r.Person)
		}
		return login.Disable{Person: r.Param("id"), Version: version}.Do(tx, r.Person)
	})
	return r.personAct(f, err, "web.toast_saved")
}

// endSessionsOf ends one session of somebody, or all of them.
func endSessionsOf(r *Req) error {
	f := r.Form()
	session := f.one("session")
	err := r.save(f, func(tx *db.Tx) error {
		if session == "" {
			return login.EndSessions{Person: r.Param("id")}.Do(tx, r.Person)
		}
		return login.EndSession{Session: session, Person: r.Param("id")}.Do(tx, r.Person)
	})
	return r.personAct(f, err, "account.toast_ended")
}

func adminAccounts(r *Req) error {
	list, err := r.List(ListSpec{Columns: []string{"number", "unit", "state", "failed", "changed"}, Filters: []Filter{{Name: "state", Label: "admin.f.state", Prefix: "login.state.", Values: login.States()}}})
	if err != nil {
		return err
	}
	page := AdminListPage{Page: Page{Title: r.T("admin.accounts"), Shape: Staff, Back: "/admin"}, Lede: r.T("admin.accounts_lede"),
		Actions: []Link{{Text: r.T("admin.account_open"), Href: r.Link("/admin/people")}}}
	f := r.Blank("state", list.Get("state"))
	var states []Option
	for _, s := range login.States() {
		states = append(states, Option{Value: s, Text: r.Lang.Enum("login.state", s)})
	}
	page.Filters = []Part{selectPart(f.Choose("state", "admin.f.state", states).Any())}
	t := list.Table(r.T("admin.accounts"), list.Column(r.T("account.name"), ""), list.Column(r.T("admin.f.employee_no"), ""), list.Column(r.T("admin.f.unit"), ""),
		list.Column(r.T("admin.f.state"), ""), list.Column(r.T("admin.failed"), "").AsNum(), list.Column(r.T("admin.changed_on"), "").AsMinor())
	err = r.Read(func(tx *db.Tx) error {
		tree, err := org.TreeOf(tx)
		if err != nil {
			return err
		}
		rows, err := login.AccountList(tx, r.Person, list.Get("state"), list.After, peoplePage+1)
		if err != nil {
			return err
		}
		if len(rows) > peoplePage {
			rows = rows[:peoplePage]
			t.Next = list.Next(rows[peoplePage-1].EmployeeNo)
		}
		for _, a := range rows {
			state := a.State(tx.Millis())
			t.Add(r.Link("/admin/people/"+a.Person), Cell{Text: a.Name}, Cell{Text: a.EmployeeNo}, Cell{Text: tree.Name(a.Unit, r.Lang)},
				Cell{Tag: &Tag{Text: r.Lang.Enum("login.state", state), Tone: map[string]string{"active": "good", "disabled": "bad", "expired": "warn"}[state]}},
				Cell{Text: r.Lang.Number(a.Failed)}, Cell{Text: r.Lang.Date(a.ChangedOn, r.Zone)})
		}
		return nil
	})
	if err != nil {
		return err
	}
	return r.showList(adminList, page, list, t)
}

func adminGrants(r *Req) error {
	list, err := r.List(ListSpec{Columns: []string{"name", "number", "unit", "works", "since"}, Filters: []Filter{{Name: "role", Label: "admin.f.role", Prefix: "role.", Values: texts(access.Roles())}}})
	if err != nil {
		return err
	}
	page := AdminListPage{Page: Page{Title: r.T("admin.grants"), Shape: Staff, Back: "/admin"}, Lede: r.T("admin.grants_lede")}
	f := r.Blank("role", list.Get("role"))
	page.Filters = []Part{selectPart(f.Choose("role", "admin.f.role", options(r.Lang, "role", access.Roles()[1:])).Any())}
	t := list.Table(r.T("admin.grants"), list.Column(r.T("admin.f.role"), ""), list.Column(r.T("account.name"), ""), list.Column(r.T("admin.f.employee_no"), ""),
		list.Column(r.T("admin.f.in_unit"), ""), list.Column(r.T("admin.f.works"), "").AsMinor(), list.Column(r.T("admin.f.since"), "").AsMinor())
	err = r.Read(func(tx *db.Tx) error {
		if err := r.mayRead(tx, access.AdminGrants); err != nil {
			return err
		}
		tree, err := org.TreeOf(tx)
		if err != nil {
			return err
		}
		var after org.Holding
		if at := strings.SplitN(list.After, "|", 3); len(at) == 3 {
			after.Role, after.EmployeeNo, after.Unit = access.Role(at[0]), at[1], at[2]
		}
		rows, err := org.Grants(tx, access.Role(list.Get("role")), after, peoplePage+1)
		if err != nil {
			return err
		}
		if len(rows) > peoplePage {
			rows = rows[:peoplePage]
			last := rows[peoplePage-1]
			t.Next = list.Next(string(last.Role) + "|" + last.EmployeeNo + "|" + last.Unit)
		}
		for _, g := range rows {
			href := ""
			if r.can(access.AdminPeople) {
				href = r.Link("/admin/people/" + g.Person)
			}
			t.Add(href, Cell{Text: r.Lang.Enum("role", g.Role)}, Cell{Text: g.Name}, Cell{Text: g.EmployeeNo}, Cell{Text: tree.Name(g.Unit, r.Lang)},
				Cell{Text: tree.Name(g.Works, r.Lang)}, Cell{Text: r.Lang.Date(millis(g.Since), r.Zone)})
		}
		return nil
	})
	if err != nil {
		return err
	}
	return r.showList(adminList, page, list, t)
}

func adminSignIns(r *Req) error {
	list, err := r.List(ListSpec{Columns: []string{"name", "unit", "in", "failed"}, Filters: []Filter{{Name: "from", Label: "admin.f.from"}, {Name: "to", Label: "admin.f.to"}}})
	if err != nil {
		return err
	}
	from, to := dayOr(list.Get("from"), r.Today().Add(-30)), dayOr(list.Get("to"), r.Today())
	if !from.Valid() || !to.Valid() {
		r.Status(statuses[fault.Invalid])
		return fault.New(fault.Invalid, "fault.date")
	}
	page := AdminListPage{Page: Page{Title: r.T("admin.signins"), Shape: Staff, Back: "/admin"}, Lede: r.T("admin.signins_lede")}
	f := r.Blank("from", string(from), "to", string(to))
	page.Filters = []Part{fieldPart(f.Field("from", "admin.f.from").As("date").May()), fieldPart(f.Field("to", "admin.f.to").As("date").May())}
	t := list.Table(r.T("admin.signins"), list.Column(r.T("admin.f.day"), ""), list.Column(r.T("account.name"), ""), list.Column(r.T("admin.f.unit"), ""),
		list.Column(r.T("admin.signed_in"), "").AsNum(), list.Column(r.T("admin.failed"), "").AsNum())
	err = r.Read(func(tx *db.Tx) error {
		tree, err := org.TreeOf(tx)
		if err != nil {
			return err
		}
		rows, err := login.Days(tx, r.Person, from, to, 500)
		if err != nil {
			return err
		}
		for _, d := range rows {
			name := d.Name
			if d.Person == "" {
				name = r.T("admin.unknown_names")
			}
			row := t.Add("", Cell{Text: r.Lang.Date(d.Day, r.Zone)}, Cell{Text: name}, Cell{Text: tree.Name(d.Unit, r.Lang)},
				Cell{Text: r.Lang.Number(d.SignedIn)}, Cell{Text: r.Lang.Number(d.Failed)})
			if d.Failed >= 10 {
				row.Tone = "bad"
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if len(t.Rows) == 0 {
		t.Empty = Empty{Kind: "nothing", Title: r.T("admin.signins_none")}
	}
	return r.showList(adminList, page, list, t)
}
