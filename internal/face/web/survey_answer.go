package web

import (
	"slices"
	"strconv"
	"strings"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/work/survey"
	"sanwen/internal/work/survey/form"
)

// SurveyAnswerPage asks the questions of a round. Questions that depend on others come when those are answered: without a script the page is sent
// and comes back with them.
type SurveyAnswerPage struct {
	Page
	Form  *Form
	To    string
	Round string // what the survey is called
	Of    string // the questionnaire, where it is called otherwise
	Lede  string
	Until string
	Least int    // answers from which on something is shown
	Walk  bool   // whoever comes by may answer
	Blind string // the round, where a token of the device is an answer's right
	Parts []Part
	More  []string // questions that have just come up
	More0 string   // where the first of them is

	Photos bool // it asks for some
}

// SurveyDonePage thanks, or says why there is nothing to answer.
type SurveyDonePage struct {
	Page
	Text  string
	Tone  string
	Spent bool // with a token: the device may forget it
	Links []Link
}

var (
	surveyAnswer = Define[SurveyAnswerPage]("survey/answer")
	surveyDone   = Define[SurveyDonePage]("survey/done")
)

// answering is somebody with a questionnaire before him.
type answering struct {
	r     *Req
	a     survey.Asked // without how the round stands, where a code is sent
	sheet survey.Sheet
	to    string
	code  bool // he answers with a code, or comes by
	kiosk bool // on a tablet that the next one will use
	spent bool // he answers with a token
	trays photoTrays
}

// answerShow and answerTake are the questionnaire of an account that is asked.
func answerShow(r *Req) error {
	return r.answering(false, func(x *answering) error {
		if x.a.Round.Blind {
			return r.Redirect(x.to + "/token")
		}
		return x.first(r.Blank())
	})
}
func answerTake(r *Req) error {
	return r.answering(false, func(x *answering) error { return x.take(x.posted()) })
}

// slipShow and slipTake are the questionnaire of whoever has a code on paper.
func slipShow(r *Req) error {
	return r.answering(true, func(x *answering) error { return x.first(r.Blank("place", r.Query("place"))) })
}
func slipTake(r *Req) error {
	return r.answering(true, func(x *answering) error { return x.take(x.posted()) })
}

func (r *Req) answering(code bool, do func(*answering) error) error {
	x := &answering{r: r, to: r.Path(), code: code}
	err := x.read()
	if err == nil {
		err = x.ready()
	}
	if err != nil {
		return err
	}
	return do(x)
}

// read reads what is asked, and how the round stands where that decides what is shown. For an answer with a code it is read when it is written.
func (x *answering) read() (err error) {
	r := x.r
	if x.code && r.Posted() {
		x.sheet, err = r.codes.Sheet(r.Ctx(), r.Param("round"))
		x.a = survey.Asked{Round: x.sheet.Round, Body: x.sheet.Body}
		return err
	}
	err = r.Read(func(tx *db.Tx) (err error) {
		if x.code {
			x.a, err = survey.OpenTo(tx, r.Param("round"))
		} else {
			x.a, err = survey.AskedFor(tx, r.Person, r.Param("round"))
		}
		return err
	})
	x.sheet = x.a.Sheet()
	return err
}

func (x *answering) first(f *Form) error {
	switch {
	case x.a.Used:
		return x.done("used")
	case x.a.Round.State == survey.Planned:
		return x.done("early")
	case x.a.Round.State != survey.Open || x.a.Round.Closes < x.r.Today():
		return x.done("late")
	}
	return x.show(f, nil)
}

// show shows the questions that are asked after what was answered so far; more are those that have just come up.
func (x *answering) show(f *Form, more []form.Question) error {
	r := x.r
	p := SurveyAnswerPage{Page: Page{Title: r.T("survey.answer.page", x.a.Round.Title)}, Round: x.a.Round.Title, Form: f, To: x.to, Walk: x.code && x.a.Round.WalkIn, Lede: x.a.Body.Lede.In(r.Lang), Until: r.Lang.Date(x.a.Round.Closes, r.Zone)}
	if err := r.Read(func(tx *db.Tx) (err error) { p.Least, err = org.Int(tx, org.ShowFrom); return err }); err != nil {
		return err
	}
	if of := x.a.Body.Title.In(r.Lang); of != p.Round {
		p.Of = of
	}
	shown := x.a.Body.Shown(x.a.Body.Read(x.values(f)))
	if x.code {
		code := f.Field("code", "survey.code").Hint("survey.code_hint").Auto("off")
		if x.a.Round.Blind && !x.kiosk {
			p.Blind = x.a.Round.ID
			code = code.Hint("survey.token.or_code")
		}
		if p.Walk {
			code = code.Hint("survey.code_may").May()
		}
		p.Parts = append(p.Parts, fieldPart(code))
	}
	p.Parts = append(p.Parts, r.questionParts(f, x.a.Body, shown, x.trays)...)
	p.Photos = len(x.trays) > 0
	var keys []string
	for _, q := range shown {
		keys = append(keys, q.Key)
	}
	f.Set("asked", strings.Join(keys, " "))
	for _, q := range more {
		p.More = append(p.More, q.Key)
	}
	if len(more) > 0 {
		part := ""
		if q := more[0]; q.Kind == form.Grid {
			part = q.Rows[0].Key
		} else if q.Kind == form.Ranking {
			part = q.Options[0].Key
		}
		p.More0 = "#" + fieldID(form.Field(more[0], part))
	}
	if x.kiosk {
		return x.onTablet(p)
	}
	return surveyAnswer.Render(r, p)
}

func (x *answering) values(f *Form) func(string) []string {
	return func(field string) []string { return f.values[field] }
}

func (x *answering) take(f *Form) error {
	b := x.a.Body
	a := b.Read(x.values(f))
	x.trays.into(a)
	asked := strings.Fields(f.Value("asked"))
	var more []form.Question
	for q := range b.Asked(a) {
		if !slices.Contains(asked, q.Key) {
			more = append(more, *q)
		}
	}
	err := f.Err()
	if err == nil && len(more) > 0 {
		return x.show(f, more)
	}
	if err == nil {
		in := survey.Answer{Round: x.a.Round.ID, Answers: a, Places: x.values(f)}
		if err = x.mark(f, &in); err == nil {
			err = x.send(in)
		}
		x.spent = len(in.Token.Message) > 0
		if err == nil && in.Form != "" {
			x.counted()
		}
	}
	switch e := fault.Of(err); {
	case err == nil, e.Key == "survey.used": // a second press: thanks, as after the first
		return x.done("thanks")
	case e.Key == "survey.late":
		return x.done("late")
	case f.Take(err):
		return x.show(f, nil)
	}
	return err
}

// send writes an answer down; a code is tried at the door where wrong ones are counted.
func (x *answering) send(in survey.Answer) error {
	r := x.r
	if err := in.Ready(x.sheet); err != nil {
		return err
	}
	write := func() error { return r.Write(func(tx *db.Tx) error { return in.Do(tx, x.who()) }, db.Coarse) }
	if in.Code == "" {
		return write()
	}
	set, err := r.known.Settings(r.Ctx())
	if err != nil {
		return err
	}
	return r.codes.Try(r.Ctx(), set, in.Round, func(right func()) error { in.Right = right; return write() })
}

func (x *answering) who() access.Person {
	if x.code {
		return access.Nobody()
	}
	return x.r.Person
}

func (x *answering) done(how string) error {
	r := x.r
	if x.kiosk {
		return x.thanked(how)
	}
	p := SurveyDonePage{Page: Page{Title: r.T("survey.done." + how)}, Tone: "good", Text: r.T("survey.done."+how+"_text", r.Lang.Date(x.a.Round.Closes, r.Zone))}
	if p.Spent = x.spent && how == "thanks"; how == "late" || how == "early" {
		p.Tone = "info"
	}
	if x.code {
		p.Links = []Link{{Text: r.T("web.nav_board"), Href: r.Link("/board"), Tone: "quiet"}}
	} else {
		p.Links = []Link{{Text: r.T("follow.mine"), Href: r.Link("/mine"), Tone: "quiet"}}
	}
	return r.castThanks(p)
}

// asked makes a field whose label somebody has written.
func (f *Form) asked(name, label string) Field {
	d := f.Field(name, "web.please_choose")
	d.Label = label
	f.labels[name] = label
	return d
}

// questionParts are the fields of questions, section by section.
func (r *Req) questionParts(f *Form, b form.Body, shown []form.Question, trays photoTrays) []Part {
	is := map[string]bool{}
	for _, q := range shown {
		is[q.Key] = true
	}
	var out []Part
	for _, s := range b.Sections {
		first := true
		for _, q := range s.Questions {
			if !is[q.Key] {
				continue
			}
			if first && s.Zh != "" {
				out = append(out, headPart(s.In(r.Lang)))
			}
			first = false
			out = append(out, r.questionPart(f, b, q, trays[q.Key])...)
		}
	}
	return out
}

func (r *Req) questionPart(f *Form, b form.Body, q form.Question, tray *photoTray) []Part {
	label := q.In(r.Lang)
	var choices []Option
	for _, o := range b.Choices(q) {
		choices = append(choices, Option{Value: o.Key, Text: o.In(r.Lang)})
	}
	if q.NA {
		choices = append(choices, Option{Value: form.NotApplicable, Text: r.T("survey.na")})
	}
	optional := func(c Choice) Choice { c.Optional = !q.Required; return c }
	switch q.Kind {
	case form.Multi:
		return []Part{boxesPart(optional(f.Ask(form.Field(q, ""), label, choices)))}
	case form.Grid:
		out := []Part{{Kind: "ask", Text: label}}
		for _, row := range q.Rows {
			out = append(out, radiosPart(optional(f.Ask(form.Field(q, row.Key), row.In(r.Lang), choices))))
		}
		return out
	case form.Ranking:
		out := []Part{{Kind: "ask", Text: label}, {Kind: "note", Text: r.T("survey.rank_hint", len(q.Options))}}
		var places []Option
		for i := range q.Options {
			places = append(places, Option{Value: strconv.Itoa(i + 1), Text: r.T("survey.place", i+1)})
		}
		for _, o := range q.Options {
			out = append(out, selectPart(optional(f.Ask(form.Field(q, o.Key), o.In(r.Lang), places))))
		}
		return out
	case form.Number:
		d := f.asked(form.Field(q, ""), label).Number().Hint("survey.number_hint", q.Min, q.Max)
		d.Optional = !q.Required
		out := []Part{fieldPart(d)}
		if q.NA {
			out = append(out, tickPart(f.Tick(form.Field(q, "na"), "survey.na")))
		}
		return out
	case form.Photo:
		return []Part{r.photoPart(f, q, tray)}
	case form.Text:
		d := f.asked(form.Field(q, ""), label).Area(3).Limit(q.Longest())
		d.Optional = !q.Required
		return []Part{fieldPart(d)}
	}
	return []Part{radiosPart(optional(f.Ask(form.Field(q, ""), label, choices)))}
}
