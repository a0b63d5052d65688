package web

import (
	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/survey"
)

// SurveyCodesPage is a sheet of slips with one-time codes; it is shown once.
type SurveyCodesPage struct {
	Page
	Heading string
	Codes   []string
	QR      QR
	Address string
	Until   string
	Whom    string
}

var surveyCodes = Define[SurveyCodesPage]("survey/codes")

// cancelSurvey calls a round off.
func cancelSurvey(r *Req) error {
	v, err := r.opensSurvey()
	if err != nil {
		return err
	}
	f, done, err := r.tried(func(f *Form) doer {
		return survey.Cancel{Round: v.round.ID, Version: f.Version(), Reason: f.Text("reason", 0, 4*survey.MaxReason)}
	}, "survey.toast.cancelled", v.path(""), "version", itoa(v.round.Version))
	if err != nil || done {
		return err
	}
	return surveyForm.Render(r, AdminFormPage{Page: Page{Title: r.T("survey.do.cancel"), Shape: Staff, Back: v.path("")}, Lede: r.T("survey.cancel_lede", v.round.Title), Form: f, To: v.path("cancel"),
		Danger: true, Submit: r.T("survey.do.cancel"), Parts: []Part{fieldPart(f.Field("reason", "survey.f.reason").Area(2).Limit(survey.MaxReason))}})
}

// stopSurvey ends that a round comes again.
func stopSurvey(r *Req) error {
	v, err := r.opensSurvey()
	if err != nil {
		return err
	}
	f, done, err := r.tried(func(f *Form) doer { return survey.Stop{Round: v.round.ID, Version: f.Version()} }, "survey.toast.stopped", v.path(""), "version", itoa(v.round.Version))
	if err != nil || done {
		return err
	}
	return surveyForm.Render(r, AdminFormPage{Page: Page{Title: r.T("survey.do.stop"), Shape: Staff, Back: v.path("")}, Lede: r.T("survey.stop_lede", v.round.Title), Form: f, To: v.path("stop"), Submit: r.T("survey.do.stop")})
}

// opensSurvey reads a round for somebody who may open and end rounds.
func (r *Req) opensSurvey() (*surveyView, error) {
	v, err := r.viewSurvey()
	if err != nil {
		return nil, err
	}
	err = r.Read(func(tx *db.Tx) error {
		return r.Person.May(tx, access.SurveyOpen, access.Thing{Kind: survey.RefKind, ID: v.round.ID, Unit: v.tree.Path(org.Root), Lead: access.NoUnit})
	})
	return v, err
}

// makeCodes makes slips for people without an account. The codes are in the answer to the press and nowhere else.
func makeCodes(r *Req) error {
	v, err := r.opensSurvey()
	if err != nil {
		return err
	}
	var f *Form
	if r.Posted() {
		f = r.Form()
		in := &survey.MakeCodes{Round: v.round.ID, Unit: f.one("unit"), N: f.Int("n", 1, survey.MaxCodes)}
		err := r.save(f, func(tx *db.Tx) error { return in.Do(tx, r.Person) })
		if err == nil {
			return r.slips(v, in)
		}
		if !f.Take(err) {
			return err
		}
	} else {
		f = r.Blank("n", "20")
	}
	var units []Option
	for _, s := range v.strata {
		units = append(units, Option{Value: s.Unit, Text: v.unitName(s.Unit)})
	}
	return surveyForm.Render(r, AdminFormPage{Page: Page{Title: r.T("survey.do.codes"), Shape: Staff, Back: v.path("")}, Lede: r.T("survey.codes.lede"), Form: f, To: v.path("codes"), Submit: r.T("survey.do.codes"),
		Parts: []Part{selectPart(f.Choose("unit", "survey.f.unit", units).Hint("survey.codes.unit_hint")), fieldPart(f.Field("n", "survey.f.codes").Number())}})
}

func (r *Req) slips(v *surveyView, in *survey.MakeCodes) error {
	site, err := r.siteURL()
	if err != nil {
		return err
	}
	if len(in.Codes) == 0 { // pressed twice: the first sheet has them
		r.Toast("survey.toast.codes_made")
		return r.Redirect(v.path(""))
	}
	address := site + "/s/" + v.round.ID
	p := SurveyCodesPage{Page: Page{Title: r.T("survey.do.codes"), Shape: Sheet, Back: r.Link(v.path(""))}, Heading: v.round.Title, QR: NewQR(address, r.T("survey.codes.qr")), Address: address, Until: r.Lang.Date(v.round.Closes, r.Zone), Whom: v.audience()}
	for _, c := range in.Codes {
		p.Codes = append(p.Codes, c[:4]+" "+c[4:8]+" "+c[8:])
	}
	return surveyCodes.Render(r, p)
}
