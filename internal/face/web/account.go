package web

import (
	"strconv"
	"strings"

	"sanwen/internal/base/access"
	"sanwen/internal/base/login"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/lang"
)

// AccountPage is what somebody can see and change of his own account.
type AccountPage struct {
	Page
	Facts    []Fact
	Links    []Link
	Reading  *Form
	Langs    []Option
	Sizes    []Option
	Sessions Table
	Others   bool // there is more than this session
}

var accountPage = Define[AccountPage]("account/account")

func account(r *Req) error { return renderAccount(r, nil) }

func renderAccount(r *Req, f *Form) error {
	page := AccountPage{Page: Page{Title: r.T("account.title"), Shape: Staff}, Links: []Link{{Text: r.T("account.password"), Href: r.Link(passwordPath)}},
		Langs: []Option{{Value: "zh", Text: "中文"}, {Value: "en", Text: "English"}}}
	if r.Person.Has(access.Custodian) {
		page.Links = append(page.Links, Link{Text: r.T("account.custodian"), Href: r.Link("/account/key")})
	}
	for i := range 4 {
		page.Sizes = append(page.Sizes, Option{Value: strconv.Itoa(i), Text: r.T("account.size." + strconv.Itoa(i))})
	}
	err := r.Read(func(tx *db.Tx) error {
		p, err := org.PersonByID(tx, r.Person.ID)
		if err != nil {
			return err
		}
		tree, err := org.TreeOf(tx)
		if err != nil {
			return err
		}
		page.Facts = r.accountFacts(p, tree)
		list, err := login.Sessions(tx, r.Person, r.Person.ID)
		if err != nil {
			return err
		}
		page.Sessions, page.Others = r.sessionTable(list, "/account/session"), len(list) > 1
		return nil
	})
	if err != nil {
		return err
	}
	if f == nil {
		f = r.Blank("lang", string(r.Lang), "big", strconv.Itoa(r.Big))
	}
	page.Reading = f
	page.Sessions.Form = f
	return accountPage.Render(r, page)
}

func (r *Req) accountFacts(p org.Person, tree *org.Tree) []Fact {
	facts := []Fact{{Label: r.T("account.name"), Value: p.Name}, {Label: r.T("login.user"), Value: p.EmployeeNo},
		{Label: r.T("account.unit"), Value: unitLine(tree, p.Unit, r.Lang)}}
	var roles []string
	for _, g := range r.Person.Grants {
		roles = append(roles, r.Lang.Enum("role", g.Role)+" · "+tree.Name(g.Unit, r.Lang))
	}
	if len(roles) > 0 {
		facts = append(facts, Fact{Label: r.T("account.roles"), Value: strings.Join(roles, "\n")})
	}
	return facts
}

// unitLine names a unit with what stands above it, except the organisation itself.
func unitLine(tree *org.Tree, code string, l lang.Lang) string {
	chain := tree.Chain(code)
	var names []string
	for i := len(chain) - 1; i >= 0; i-- {
		if chain[i].Parent != "" || len(chain) == 1 {
			names = append(names, chain[i].Name(l))
		}
	}
	return strings.Join(names, " / ")
}

// sessionTable lists sessions, each with a button that ends it by a post to path.
func (r *Req) sessionTable(list []login.Session, path string) Table {
	t := Table{Caption: r.T("account.sessions"), Columns: []Column{{Label: r.T("account.device")}, {Label: r.T("account.since")},
		{Label: r.T("account.seen")}, {Label: r.T("account.until")}, {Label: r.T("account.act")}},
		Empty: Empty{Kind: "nothing", Title: r.T("account.no_sessions")}}
	exact := func(s login.Session) bool { return s.CreatedAt.Time().In(r.Zone).Format("150405") != "000000" }
	for _, s := range list {
		when := func(d string, m string) string {
			if exact(s) {
				return m
			}
			return d
		}
		label := s.Label
		if label == "" {
			label = r.T("account.device_unknown")
		}
		last := Cell{Button: &Button{Text: r.T("account.end"), To: r.Link(path), Fields: []Hidden{{"session", s.ID}}}}
		if r.Visitor != nil && s.ID == r.Visitor.Session {
			last = Cell{Tag: &Tag{Text: r.T("account.this"), Tone: "good"}}
		}
		t.Add("", Cell{Text: label}, Cell{Text: when(r.Lang.Date(s.CreatedAt, r.Zone), r.Lang.DateTime(s.CreatedAt, r.Zone))},
			Cell{Text: when(r.Lang.Date(s.SeenAt, r.Zone), r.Lang.DateTime(s.SeenAt, r.Zone))}, Cell{Text: r.Lang.Date(s.UntilAt, r.Zone)}, last)
	}
	return t
}

// saveReading changes language and text size of the own account.
func saveReading(r *Req) error {
	f := r.Form()
	in := login.SetReading{Lang: f.Choice("lang", "zh", "en"), Big: f.Int("big", 0, 3)}
	err := f.Err()
	if err == nil {
		err = r.Write(func(tx *db.Tx) error { return in.Do(tx, r.Person) })
	}
	if f.Take(err) {
		return renderAccount(r, f)
	}
	if err != nil {
		return err
	}
	r.keep = nil // the address would outvote what was just chosen
	r.Toast("web.toast_saved")
	return r.Redirect("/account")
}

// saveSize changes the text size of the own account and shows the same page again.
func saveSize(r *Req) error {
	f := r.Form()
	in := login.SetReading{Lang: r.Person.Lang, Big: f.Int("big", 0, sizes-1)}
	next := r.after(f.one("next"), "/")
	err := f.Err()
	if err == nil {
		err = r.Write(func(tx *db.Tx) error { return in.Do(tx, r.Person) })
	}
	if err != nil {
		return err
	}
	r.keep = without(r.keep, "z") // the address would outvote what was just chosen
	return r.Redirect(withoutParam(next, "z"))
}

// endOwnSession ends one of the own sessions, or all but this one.
func endOwnSession(r *Req) error {
	f := r.Form()
	session := f.one("session")
	err := f.Err()
	if err == nil {
		err = r.Write(func(tx *db.Tx) error {
			if session == "" {
				return login.EndSessions{Except: r.Visitor.Session}.Do(tx, r.Person)
			}
			return login.EndSession{Session: session}.Do(tx, r.Person)
		})
	}
	if f.Take(err) {
		return renderAccount(r, f)
	}
	if err != nil {
		return err
	}
	r.Toast("account.toast_ended")
	return r.Redirect("/account")
}
