package web

import (
	"strings"

	"sanwen/internal/base/login"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
)

// SetUpPage is the first page of an installation: the organisation and its first two administrators.
type SetUpPage struct {
	Page
	Form *Form
}

// SetUpDonePage shows the start code of the system administrator, once.
type SetUpDonePage struct {
	Page
	Facts []Fact
}

var (
	setUpPage     = Define[SetUpPage]("login/setup")
	setUpDonePage = Define[SetUpDonePage]("login/setupdone")
)

// showSetUp shows the form to anybody while there is no account. The token of the link stands behind the # of the address, which
// browsers keep to themselves; the script moves it into its field, and without script it is typed or pasted there.
func showSetUp(r *Req) error {
	needed := false
	err := r.Read(func(tx *db.Tx) (err error) {
		needed, err = login.NeedsSetUp(tx)
		return err
	})
	if err != nil {
		return err
	}
	if !needed {
		return fault.New(fault.Gone, "login.setup_done")
	}
	return renderSetUp(r, r.Blank())
}

func renderSetUp(r *Req, f *Form) error {
	return setUpPage.Render(r, SetUpPage{Page: Page{Title: r.T("login.setup_title")}, Form: f})
}

func doSetUp(r *Req) error {
	f := r.Form()
	token := strings.TrimSpace(f.one("token"))
	if _, after, ok := strings.Cut(token, "#"); ok { // the whole link was pasted
		token = after
	}
	in := login.SetUp{
		Token: token, NameZh: f.Line("name_zh", 1, 60), NameEn: f.Line("name_en", 0, 120),
		SecurityNo: f.Line("security_no", 1, 32), SecurityName: f.Line("security_name", 1, 40), Password: f.one("password"),
		SystemNo: f.Line("system_no", 1, 32), SystemName: f.Line("system_name", 1, 40),
	}
	if token == "" {
		f.Fault("token", "fault.required")
	}
	if in.Password == "" {
		f.Fault("password", "fault.required")
	} else if in.Password != f.one("again") {
		f.Fault("again", "login.again_differs")
	}
	err := f.Err()
	code := ""
	if err == nil {
		code, err = r.Logins.SetUp(r.Ctx(), in)
		if e := fault.Of(err); e != nil && e.Kind == fault.Gone {
			err = fault.Field("token", e.Key)
		}
	}
	if f.Take(err) {
		return renderSetUp(r, f)
	}
	if err != nil {
		return err
	}
	return setUpDonePage.Render(r, SetUpDonePage{Page: Page{Title: r.T("login.setup_ready")}, Facts: []Fact{
		{Label: r.T("login.setup_code_of", in.SystemName), Value: code, Note: r.T("login.code_once")},
		{Label: r.T("login.user"), Value: in.SystemNo},
		{Label: r.T("login.setup_you"), Value: in.SecurityNo, Note: r.T("login.setup_you_note")},
	}})
}
