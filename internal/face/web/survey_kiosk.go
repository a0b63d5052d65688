package web

import (
	"sanwen/internal/ground/db"
	"sanwen/internal/work/survey"
	"sanwen/internal/work/survey/form"
)

// kioskIdle is after how many seconds without a touch the tablet forgets what somebody has left, and kioskThanks how long it thanks.
const (
	kioskIdle   = 120
	kioskThanks = 8
)

// KioskPage is the questionnaire on a tablet beside a door: it leads nowhere else and forgets what was typed when somebody goes away.
type KioskPage struct {
	SurveyAnswerPage
	Anew string // address of the empty questionnaire
	Idle int
}

// KioskDonePage thanks, and goes back to the first question by itself.
type KioskDonePage struct {
	Page
	Text  string
	Tone  string
	Anew  string
	After int
}

var (
	surveyKiosk     = Define[KioskPage]("survey/kiosk")
	surveyKioskDone = Define[KioskDonePage]("survey/kiosk_done")
)

func kioskShow(r *Req) error {
	return r.answering(true, func(x *answering) error {
		x.tablet()
		return x.first(r.Blank("place", r.Query("place")))
	})
}

func kioskTake(r *Req) error {
	return r.answering(true, func(x *answering) error {
		x.tablet()
		return x.take(r.Form())
	})
}

// tablet asks as it is asked on a tablet beside a door: not for photos. The camera would keep them on it for the next one to see.
func (x *answering) tablet() {
	x.kiosk, x.trays, x.a.Body = true, nil, x.a.Body.Without(form.Photo)
}

// kioskDone thanks after an answer. It stands at an address of its own, so that neither a reload nor the way back sends or shows an answer again.
func kioskDone(r *Req) error {
	return r.answering(true, func(x *answering) error {
		p := x.kioskText("thanks")
		p.After = kioskThanks
		r.w.Header().Set("Refresh", itoa(kioskThanks)+"; url="+p.Anew)
		return surveyKioskDone.Render(r, p)
	})
}

// anew is the address of the empty questionnaire on this tablet.
func (x *answering) anew(do string) string {
	to := "/k/" + x.a.Round.ID + do
	place := x.r.Query("place")
	if x.r.Posted() {
		place = x.r.form.one("place")
	}
	if place != "" {
		to += "?place=" + escapeQuery(place)
	}
	return to
}

func (x *answering) onTablet(p SurveyAnswerPage) error {
	p.Shape = Neutral
	return surveyKiosk.Render(x.r, KioskPage{SurveyAnswerPage: p, Anew: x.r.Link(x.anew("")), Idle: kioskIdle})
}

func (x *answering) kioskText(how string) KioskDonePage {
	r := x.r
	return KioskDonePage{Page: Page{Title: r.T("survey.done." + how), Shape: Neutral}, Tone: "good", Text: r.T("survey.done."+how+"_text", r.Lang.Date(x.a.Round.Closes, r.Zone)), Anew: r.Link(x.anew(""))}
}

// thanked ends an answer on a tablet: thanks at an address of its own, or why there is nothing to answer.
func (x *answering) thanked(how string) error {
	if how == "thanks" && x.r.Posted() {
		return x.r.Redirect(x.anew("/done"))
	}
	p := x.kioskText(how)
	if how == "late" || how == "early" {
		p.Tone, p.Anew = "info", ""
	}
	return surveyKioskDone.Render(x.r, p)
}

// mark says by what an answer without an account is known: its code, or the form itself where whoever comes by may answer.
func (x *answering) mark(f *Form, in *survey.Answer) error {
	if !x.code {
		return nil
	}
	if t := f.one("token"); t != "" {
		return x.token(f, in, t)
	}
	typed := f.one("code")
	switch in.Code = survey.NormalCode(typed); {
	case in.Code != "":
	case typed != "":
		f.Fault("code", "survey.code.unknown")
	case !x.a.Round.WalkIn && x.a.Round.Blind:
		f.Fault("code", "survey.token.none_here")
	case !x.a.Round.WalkIn:
		f.Fault("code", "fault.required")
	default:
		in.Form = f.Key
		full, err := x.full(in.Form)
		if err != nil {
			return err
		}
		if full {
			f.Fault("code", "survey.walk_in.full")
		}
	}
	return f.Err()
}

// full reports whether so many have come by within the hour that the next one waits. A form that was taken already is only thanked for again.
func (x *answering) full(form string) (bool, error) {
	r := x.r
	set, err := r.known.Settings(r.Ctx())
	if err != nil {
		return false, err
	}
	place, err := x.place()
	if err != nil || !r.walked.over(place, r.Now(), set.Int(survey.WalkInsPlace), set.Int(survey.WalkInsSite)) {
		return false, err
	}
	taken := false
	err = r.Read(func(tx *db.Tx) (err error) { taken, err = survey.CameBy(tx, x.a.Round.ID, form); return err })
	return !taken, err
}

// counted notes that somebody has come by.
func (x *answering) counted() {
	if place, err := x.place(); err == nil { // known by now
		x.r.walked.add(place, x.r.Now())
	}
}

// place is where somebody comes by, as the counter knows it: one that there is. Whoever makes up codes, or gives none, is counted with all others who do.
func (x *answering) place() (string, error) {
	code := x.r.form.one("place")
	if code == "" {
		return elsewhen, nil
	}
	chain, err := x.r.known.PlaceChain(x.r.Ctx(), code)
	if len(chain) == 0 {
		return elsewhen, err
	}
	return code, nil
}
