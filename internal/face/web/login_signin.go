package web

import (
	"sanwen/internal/base/login"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
)

// LoginPage asks for employee number and password.
type LoginPage struct {
	Page
	Form  *Form
	Next  string // where to go on, a path of this site, or ""
	Setup bool   // nobody has an account yet: the page says where the set-up link is
}

var loginPage = Define[LoginPage]("login/signin")

func showSignIn(r *Req) error {
	next := r.after(r.Query("next"), "")
	if r.Visitor != nil {
		return r.Redirect(r.after(next, r.home()))
	}
	return renderSignIn(r, r.Blank("next", next))
}

func renderSignIn(r *Req, f *Form) error {
	page := LoginPage{Page: Page{Title: r.T("login.title")}, Form: f, Next: r.after(f.Value("next"), "")}
	f.Set("next", page.Next)
	err := r.Read(func(tx *db.Tx) (err error) {
		page.Setup, err = login.NeedsSetUp(tx)
		return err
	})
	if err != nil {
		return err
	}
	return loginPage.Render(r, page)
}

func signIn(r *Req) error {
	f := r.Form()
	got, err := r.SignIn(f)
	r.retryAfter(err)
	if f.Take(err) {
		return renderSignIn(r, f)
	}
	if err != nil {
		return err
	}
	next := r.after(f.Value("next"), r.home())
	if got.MustChange {
		return r.Redirect(passwordPath + "?next=" + escapeQuery(next))
	}
	return r.Redirect(next)
}

// signOut ends the session. The form that leads here is on every signed-in page and carries no token: whether the request comes from
// this site is checked for every request, and a second press finds nothing to end.
func signOut(r *Req) error {
	if token := r.SessionToken(); token != "" {
		if err := r.Logins.SignOut(r.Ctx(), token); err != nil && fault.KindOf(err) != fault.Unavailable {
			return err
		}
	}
	r.EndSession()
	r.w.Header().Set("Clear-Site-Data", `"cache", "storage"`) // not the cookies: the browser stays known
	r.Visitor = nil
	if r.Query("leave") != "" { // somebody had to go quickly
		r.keep = nil
		return r.Redirect("/leave")
	}
	r.Toast("login.toast_out")
	return r.Redirect("/login")
}

// home is where a person starts.
func (r *Req) home() string { return r.after("/", "/account") }
