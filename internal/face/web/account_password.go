package web

import (
	"time"

	"sanwen/internal/base/login"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
)

// PasswordPage changes the own password. While the visitor is gated it is the only page there is.
type PasswordPage struct {
	Page
	Form  *Form
	Must  bool
	Least int // characters
}

var passwordPage = Define[PasswordPage]("account/password")

func showPassword(r *Req) error {
	return renderPassword(r, r.Blank("next", r.after(r.Query("next"), "")))
}

func renderPassword(r *Req, f *Form) error {
	page := PasswordPage{Page: Page{Title: r.T("account.password")}, Form: f, Must: r.Visitor.Gate != ""}
	if !page.Must {
		page.Back = "/account"
	}
	err := r.Read(func(tx *db.Tx) (err error) {
		page.Least, err = org.Int(tx, org.LoginPasswordMin)
		return err
	})
	if err != nil {
		return err
	}
	return passwordPage.Render(r, page)
}

func savePassword(r *Req) error {
	f := r.Form()
	old, password := f.one("old"), f.one("new")
	if old == "" {
		f.Fault("old", "fault.required")
	}
	if password == "" {
		f.Fault("new", "fault.required")
	} else if password != f.one("again") {
		f.Fault("again", "login.again_differs")
	}
	err := f.Err()
	token := ""
	if err == nil {
		token, err = r.Logins.ChangePassword(r.Ctx(), r.Person, r.Visitor.Session, old, password)
	}
	r.retryAfter(err)
	if f.Take(err) {
		return renderPassword(r, f)
	}
	if err != nil {
		return err
	}
	if err := r.renewSession(token); err != nil {
		return err
	}
	r.Toast("account.toast_password")
	return r.Redirect(r.after(f.Value("next"), "/account"))
}

// renewSession gives the browser the new token of its session, for as long as the session still lasts.
func (r *Req) renewSession(token string) error {
	var left time.Duration
	err := r.Read(func(tx *db.Tx) error {
		list, err := login.Sessions(tx, r.Person, r.Person.ID)
		for _, s := range list {
			if s.ID == r.Visitor.Session {
				left = s.UntilAt.Time().Sub(tx.Now)
			}
		}
		return err
	})
	if err == nil && left > 0 {
		r.StartSession(token, left)
	}
	return err
}
