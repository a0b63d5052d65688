package web

import (
	"context"

	"sanwen/internal/base/access"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/work/voice/custody"
)

// passphraseLeast is the fewest characters of the passphrase that wraps a custodian's private key.
const passphraseLeast = 12

func showKey(r *Req) error { return renderKey(r, r.Blank()) }

// renderKey shows an identity custodian whether he holds a key, and makes a new pair.
func renderKey(r *Req, f *Form) error {
	page := AdminFormPage{Page: Page{Title: r.T("account.custodian"), Shape: Staff, Back: "/account"}, Form: f, To: "/account/key", Lede: r.T("account.key_lede"), Submit: r.T("account.key_make")}
	err := r.Read(func(tx *db.Tx) error {
		if err := r.Person.May(tx, access.CustodianKey, access.Thing{Kind: "custodian", ID: r.Person.ID, Submitter: r.Person.ID}); err != nil {
			return err
		}
		list, err := custody.Custodians(tx)
		if err != nil {
			return err
		}
		others := 0
		for _, c := range list {
			if c.Person != r.Person.ID {
				others++
				continue
			}
			page.Facts = []Fact{{Label: r.T("account.key_public"), Value: c.Public}, {Label: r.T("account.key_since"), Value: r.Lang.Date(millis(c.MadeAt), r.Zone)}}
			page.Panels = []Panel{{Tone: "warn", Title: r.T("account.key_again"), Text: r.T("account.key_again_text")}}
		}
		page.Facts = append(page.Facts, Fact{Label: r.T("account.key_others"), Value: r.Lang.Number(others), Note: r.T("account.key_others_note")})
		return nil
	})
	if err != nil {
		return err
	}
	page.Parts = []Part{fieldPart(f.Field("password", "account.old").As("password").Hint("account.key_confirm")),
		fieldPart(f.Field("passphrase", "account.passphrase").As("password").Auto("new-password").Hint("account.passphrase_hint", passphraseLeast)),
		fieldPart(f.Field("again", "account.passphrase_again").As("password").Auto("new-password"))}
	return adminForm.Render(r, page)
}

// makeKey makes the acting custodian a new pair of keys. The private key is on the page that answers, once, and otherwise kept only
// wrapped by his passphrase, which is not kept at all.
func makeKey(r *Req) error {
	f := r.Form()
	password, passphrase := f.one("password"), f.one("passphrase")
	if password == "" {
		f.Fault("password", "fault.required")
	}
	switch n := len([]rune(passphrase)); {
	case n < passphraseLeast:
		f.Fault("passphrase", "login.password.short", passphraseLeast, n)
	case passphrase == password:
		f.Fault("passphrase", "account.passphrase_same")
	case passphrase != f.one("again"):
		f.Fault("again", "login.again_differs")
	}
	private, err := "", f.Err()
	if err == nil && !r.Person.Has(access.Custodian) {
		return fault.New(fault.Forbidden, "access.denied")
	}
	if err == nil {
		private, err = r.makeKey(r.Ctx(), password, passphrase)
	}
	r.retryAfter(err)
	if f.Take(err) {
		return renderKey(r, f)
	}
	if err != nil {
		return err
	}
	return adminList.Render(r, AdminListPage{Page: Page{Title: r.T("account.key_made"), Shape: Staff, Back: "/account/key"}, Lede: r.T("account.key_made_text"),
		Facts:  []Fact{{Label: r.T("account.key_private"), Value: private, Note: r.T("account.key_once")}},
		Panels: []Panel{{Tone: "warn", Title: r.T("account.key_print"), Text: r.T("account.key_print_text")}}})
}

func (r *Req) makeKey(ctx context.Context, password, passphrase string) (private string, err error) {
	if err := r.Logins.Confirm(ctx, r.Person, password); err != nil {
		return "", err
	}
	in, private, err := custody.NewKey(ctx, r.Person.ID, passphrase)
	if err != nil {
		return "", err
	}
	return private, r.Write(func(tx *db.Tx) error { return in.Do(tx, r.Person) })
}
