package web

// TellSigninPage lets somebody sign in who has chosen a level that needs an account. What he has typed stays in the form.
type TellSigninPage struct {
	Page
	Form  *Form
	Base  string // of the anonymous pages, for who changes his mind
	Level string
	Words string
	Where string
	Kept  []Hidden
}

var tellSigninPage = Define[TellSigninPage]("tell/signin")

// tellSigned is the form for somebody with an account. A POST shows it again with what was typed.
func tellSigned(r *Req) error {
	t, err := r.openTelling()
	if err != nil {
		return err
	}
	if r.Posted() {
		t.f.forgive()
	}
	return t.show()
}

// tellCheckSigned is the second page for somebody with an account. Who has none in this browser signs in here, with everything
// that he has typed on the same page.
func tellCheckSigned(r *Req) error {
	t, err := r.openTelling()
	if err != nil {
		return err
	}
	if !r.Person.SignedIn() {
		if t.f.values.Has("password") {
			got, err := r.SignIn(t.f)
			r.retryAfter(err)
			if t.f.Take(err) {
				return t.signin()
			}
			if err != nil {
				return err
			}
			if got.MustChange {
				r.Visitor.Gate = passwordPath
			}
		} else {
			return t.signin()
		}
	}
	t.read()
	if t.f.Value("matter") == "" && t.f.Take(t.f.Err()) {
		return t.show()
	}
	return t.who()
}

// signin shows the sign-in with what was typed.
func (t *telling) signin() error {
	r := t.r
	p := TellSigninPage{Page: Page{Title: r.T("tell.signin")}, Form: t.f, Base: "/p/" + t.spot.Code, Words: t.f.Value("text"),
		Level: r.name("voice.level.", t.f.Value("level")), Where: t.spot.placeLabel(r.Lang), Kept: t.f.Keep(append(tellFields, "place")...)}
	return tellSigninPage.Render(r, p)
}
