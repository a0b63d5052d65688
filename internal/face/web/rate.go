package web

import (
	"strconv"

	"sanwen/internal/base/access"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/work/accept"
)

// RatePage asks an employee whether what was promised is really so: the factual question first, then whether it is solved, then a
// grade that nobody has chosen for him.
type RatePage struct {
	Page
	Form     *Form
	To       string
	Pass     string
	Part     string
	Heading  string // of the matter
	Said     string // what the unit says was done
	Unit     string
	Pairs    []Pair
	Question string
	Facts    []Option
	Results  []Option
	Grades   []Option
	Sense    string // question about the sense whose turn it is, or ""
	Lifts    []Option
	Until    string
	Left     int    // days until then
	Round    string // which time it was done, from the second one on
	Note     int    // most characters of the sentence
}

var ratePage = Define[RatePage]("rate/ask")

// RatedPage thanks, and says when results are shown; or says that it is too late, or done already. Who said that it is not solved is
// asked one thing more.
type RatedPage struct {
	Page
	Text  string
	Tone  string
	To    string // address that takes what is still missing, or ""
	Field string // its field
	Form  *Form
	Base  string // of the thread, or ""
	Pass  string
	Part  string
}

var ratedPage = Define[RatedPage]("rate/done")

// rater is somebody with an invitation.
type rater struct {
	r    *Req
	who  access.Person
	id   string // of the invitation
	to   string
	from *following // the thread from which he came, or nil
}

// rate is the rating out of a thread.
func (t *following) rate(f *Form) error {
	if err := t.read(); err != nil {
		return err
	}
	var i *accept.Invitation
	err := t.r.Read(func(tx *db.Tx) error {
		var err error
		i, err = t.invitation(tx)
		return err
	})
	if err != nil {
		return err
	}
	if i == nil {
		return t.refuse(fault.New(fault.NotFound, "accept.unknown"), f)
	}
	x := &rater{r: t.r, who: t.who, id: i.ID, to: t.base + "/rate", from: t}
	if f.Value("sent") == "" {
		f.faults = nil
		return x.show(f)
	}
	return x.take(f)
}

// rateShow and rateTake are the rating of an account that is invited.
func rateShow(r *Req) error {
	return (&rater{r: r, who: r.Person, id: r.Param("id"), to: "/rate/" + r.Param("id")}).show(r.Blank())
}

func rateTake(r *Req) error {
	return (&rater{r: r, who: r.Person, id: r.Param("id"), to: "/rate/" + r.Param("id")}).take(r.Form())
}

func (x *rater) asked() (accept.Asked, error) {
	var a accept.Asked
	err := x.r.Read(func(tx *db.Tx) error {
		var err error
		a, err = accept.InvitationFor(tx, x.who, x.id)
		return err
	})
	return a, err
}

func (x *rater) show(f *Form) error {
	r := x.r
	a, err := x.asked()
	if err != nil {
		return err
	}
	if a.Used {
		return x.over(f, "used", a)
	}
	if a.Late(clock.MillisOf(r.Now())) {
		return x.over(f, "late", a)
	}
	if a.Early(clock.MillisOf(r.Now())) {
		return x.over(f, "early", a)
	}
	p := RatePage{Page: Page{Title: r.T("rate.title")}, Form: f, To: x.to, Heading: a.Matter.Shown(), Said: a.Said, Pairs: r.pairs(a.Photos, true), // who is asked sees them, of a matter that is not public too
		Question: a.Question, Until: r.Lang.Date(a.WindowEnd, r.Zone), Note: accept.MaxNote}
	p.Left = r.Today().Until(r.dayOf(a.WindowEnd))
	if a.Matter.Round > 1 {
		p.Round = r.T("rate.round", a.Matter.Round)
	}
	if p.Question == "" {
		p.Question = r.T(accept.WordQuestion)
	}
	if x.from != nil {
		p.Pass, p.Part = x.from.pass(), x.from.part
	}
	if p.Unit, err = r.unitName(a.Matter.Lead); err != nil {
		return err
	}
	p.Facts, p.Results = r.options(accept.WordFact, accept.Facts()), r.options(accept.WordResult, accept.Results())
	for n := accept.Grades; n >= 1; n-- {
		p.Grades = append(p.Grades, Option{Value: strconv.Itoa(n), Text: r.T(accept.WordGrade + strconv.Itoa(n))})
	}
	if a.Sense != "" {
		p.Sense, p.Lifts = r.T("accept.lift.ask", r.T("accept.sense."+a.Sense)), r.options("accept.lift.", accept.Lifts())
	}
	return ratePage.Render(r, p)
}

func (x *rater) take(f *Form) error {
	r := x.r
	in := accept.Answer{Invitation: x.id, Fact: f.Choice("fact", accept.Facts()...), Result: f.Choice("result", accept.Results()...),
		Lift: f.Maybe("lift", accept.Lifts()...), Note: f.Text("note", 0, accept.MaxNote), Pressed: f.Ticked("pressed")}
	if g := f.Value("grade"); g != "" {
		in.Grade = f.Int("grade", 1, accept.Grades)
	}
	err := f.Err()
	if err == nil {
		err = r.Write(func(tx *db.Tx) error { return in.Do(tx, x.who) }, db.Coarse)
	}
	if f.Take(err) {
		return x.show(f)
	}
	e := fault.Of(err)
	if e != nil && e.Key == "accept.used" { // a second press: thanks, as after the first
		err = nil
	}
	if err != nil {
		if x.from != nil && (e.Kind == fault.Conflict || e.Kind == fault.Gone) {
			return x.from.refuse(e, f)
		}
		return err
	}
	a, err := x.asked()
	if err != nil {
		return err
	}
	if in.Result == accept.Not || in.Fact == accept.No {
		return x.over(f, "missing", a)
	}
	return x.over(f, "thanks", a)
}

// over is the page after the answer, or instead of it.
func (x *rater) over(f *Form, how string, a accept.Asked) error {
	r := x.r
	f.Set("sent", "")
	f.faults = nil
	p := RatedPage{Page: Page{Title: r.T("rate." + how)}, Text: r.T("rate."+how+"_text", r.Lang.Date(a.WindowEnd, r.Zone)), Tone: "good", Form: f}
	switch how {
	case "late":
		p.Tone = "info"
	case "early":
		p.Tone, p.Text = "info", r.T("rate.early_text", r.Lang.DateTime(a.AskAt, r.Zone))
	}
	if x.from != nil {
		p.Base, p.Pass, p.Part = x.from.base, x.from.pass(), x.from.part
	}
	if how == "missing" {
		f.Key = newKey()
		p.To, p.Field = "/matter/"+a.Matter.Number+"/not-fixed", "what"
		if x.from != nil {
			p.To, p.Field = x.from.base+"/not_fixed", "text"
		}
	}
	return ratedPage.Render(r, p)
}

// options are the values of an enum as choices.
func (r *Req) options(prefix string, list []string) []Option {
	var out []Option
	for _, v := range list {
		out = append(out, Option{Value: v, Text: r.T(prefix + v)})
	}
	return out
}
