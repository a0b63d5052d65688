package web

import (
	"strconv"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/ballot"
	"sanwen/internal/work/survey"
	"sanwen/internal/work/survey/form"
	"sanwen/internal/work/survey/result"
)

// SurveyPage shows a round: what it is, and when it is over what came out of it.
type SurveyPage struct {
	Page
	Lede    string
	Tabs    []Link
	Actions []Link
	Panels  []Panel
	Facts   []Fact
	Trends  []Trend
	Tables  []Table
	Shots   []SurveyShots
	Blocks  []SurveyBlock
}

// SurveyBlock is a section of a questionnaire with its results.
type SurveyBlock struct {
	Title  string
	Lede   string
	Bars   []Bars
	Tables []Table
}

var surveyResult = Define[SurveyPage]("survey/result")

// surveyView is a round with what may be shown of it.
type surveyView struct {
	r      *Req
	round  survey.Round
	body   form.Body
	result result.Result
	past   []survey.Past
	strata []survey.Stratum
	apart  bool // it shows those answers, which stand for nobody and are weighted by nothing
	tree   *org.Tree
	places Places
}

func (r *Req) viewSurvey() (*surveyView, error) {
	v := &surveyView{r: r}
	err := r.Read(func(tx *db.Tx) (err error) {
		if v.round, err = survey.See(tx, r.Person, r.Param("round")); err != nil {
			return err
		}
		if v.round.State == survey.Closed {
			if v.round, v.body, v.result, err = survey.Results(tx, r.Person, v.round.ID); err != nil {
				return err
			}
			if v.past, err = survey.Trend(tx, r.Person, v.round); err != nil {
				return err
			}
		} else if v.body, err = survey.BodyOf(tx, v.round); err != nil {
			return err
		}
		if v.strata, err = survey.StrataOf(tx, v.round.ID); err != nil {
			return err
		}
		if v.round, err = survey.Told(tx, v.round); err != nil {
			return err
		}
		if v.tree, err = org.TreeOf(tx); err != nil {
			return err
		}
		all, err := org.Places(tx)
		v.places = r.PlacesOf(all)
		return err
	})
	return v, err
}

func (v *surveyView) path(do string) string {
	if do == "" {
		return "/survey/" + v.round.ID
	}
	return "/survey/" + v.round.ID + "/" + do
}

// asked are the questions of a kind.
func (v *surveyView) asked(kind form.Kind) (out []form.Question) {
	for _, q := range v.body.Questions() {
		if q.Kind == kind {
			out = append(out, q)
		}
	}
	return out
}

func (v *surveyView) page() SurveyPage {
	r := v.r
	p := SurveyPage{Page: Page{Title: v.round.Title, Shape: Staff, Back: "/surveys"}}
	pages := []string{""}
	if v.round.State == survey.Closed {
		pages = append(pages, "units")
		if len(v.asked(form.Text))+len(v.asked(form.Photo)) > 0 && r.holdsSurveys(access.SurveyTexts) {
			pages = append(pages, "texts")
		}
	}
	if len(pages) > 1 {
		for _, do := range pages {
			name := do
			if do == "" {
				name = "all"
			} else if do == "texts" && len(v.asked(form.Photo)) > 0 {
				name = "photos"
			}
			p.Tabs = append(p.Tabs, Link{Text: r.T("survey.tab." + name), Href: r.Link(v.path(do)), Current: r.Path() == v.path(do)})
		}
	}
	if n := v.body.Note.In(r.Lang); n != "" {
		p.Panels = append(p.Panels, Panel{Tone: "info", Text: n})
	}
	return p
}

// showSurvey shows a round and its results for all.
func showSurvey(r *Req) error {
	v, err := r.viewSurvey()
	if err != nil {
		return err
	}
	p := v.page()
	p.Facts = v.facts()
	opens := r.holdsSurveys(access.SurveyOpen)
	if v.round.State == survey.Open && opens {
		p.Actions = append(p.Actions, Link{Text: r.T("survey.do.codes"), Href: r.Link(v.path("codes"))})
	}
	if (v.round.State == survey.Open || v.round.State == survey.Planned) && opens {
		p.Actions = append(p.Actions, Link{Text: r.T("survey.do.cancel"), Href: r.Link(v.path("cancel")), Tone: "danger"})
	}
	if v.round.Next != "" && opens {
		p.Actions = append(p.Actions, Link{Text: r.T("survey.do.stop"), Href: r.Link(v.path("stop"))})
	}
	switch v.round.State {
	case survey.Cancelled:
		why := v.round.Reason
		if why == "" {
			why = r.T("survey.small_now")
		}
		p.Panels = append(p.Panels, Panel{Tone: "bad", Title: r.T("survey.state.cancelled"), Text: why})
	case survey.Open:
		p.Panels = append(p.Panels, Panel{Tone: "info", Text: r.T("survey.sealed", r.Lang.Date(v.round.Closes, r.Zone))})
	case survey.Closed:
		p.Actions = append(p.Actions, r.poolLink(ballot.FromSurvey, v.round.ID)...)
		if v.result.TooFew {
			p.Panels = append(p.Panels, Panel{Tone: "warn", Text: r.T("survey.too_few")})
		}
		if v.result.Nothing() {
			break
		}
		for _, kind := range []string{"xlsx", "csv", "docx"} {
			p.Actions = append(p.Actions, Link{Text: r.T("survey.do." + kind), Href: r.Link(v.path("export") + "?form=" + kind), Icon: "download"})
		}
		if !v.result.TooFew {
			p.Trends = v.trends()
			if t := v.scoreTable(); len(t.Rows) > 0 {
				p.Tables = append(p.Tables, t)
			}
			p.Blocks = v.blocks()
		}
		if w := v.walkIns(); w != nil {
			p.Blocks = append(p.Blocks, w.apartBlocks()...)
		}
	}
	return surveyResult.Render(r, p)
}

// walkIns are the answers of whoever came by as a result of their own, or nil.
func (v *surveyView) walkIns() *surveyView {
	if v.result.WalkIn == nil {
		return nil
	}
	w := *v
	w.result, w.apart, w.past = *v.result.WalkIn, true, nil
	return &w
}

// apartBlocks are the results of whoever came by, under a heading that says what they are worth.
func (v *surveyView) apartBlocks() []SurveyBlock {
	r := v.r
	head := SurveyBlock{Title: r.T("survey.walk_in.title", v.round.Walked), Lede: r.T("survey.walk_in.worth")}
	if v.result.TooFew {
		head.Lede += " " + r.T("survey.too_few")
		return []SurveyBlock{head}
	}
	if t := v.scoreTable(); len(t.Rows) > 0 {
		head.Tables = append(head.Tables, t)
	}
	out := []SurveyBlock{head}
	for _, b := range v.blocks() {
		b.Title = r.T("survey.part", r.T("survey.walk_in"), b.Title)
		out = append(out, b)
	}
	return out
}

func (v *surveyView) facts() []Fact {
	r := v.r
	out := []Fact{{Label: r.T("survey.f.state"), Value: r.Lang.Enum("survey.state", v.round.State)}, {Label: r.T("survey.f.days"), Value: r.days(v.round)},
		{Label: r.T("survey.f.form"), Value: v.body.Title.In(r.Lang) + " · " + r.T("survey.v", v.round.V), Href: r.Link("/surveys/forms/" + v.round.Form)},
		{Label: r.T("survey.f.audience"), Value: r.Lang.Enum("survey.audience", v.round.Audience), Note: v.whom()}}
	if v.round.Audience == survey.Places {
		out = append(out, Fact{Label: r.T("survey.f.users"), Value: v.unitNames(), Note: r.T("survey.users_note")})
	}
	if v.round.Next != "" {
		out = append(out, Fact{Label: r.T("survey.f.every"), Value: r.Lang.Enum("survey.every", v.round.Every), Note: r.T("survey.next", r.Lang.Date(v.round.Next, r.Zone))})
	}
	if v.round.State == survey.Planned || v.round.People == 0 {
		return out
	}
	rate := r.T("survey.rate", percent(ratio(v.round.Turnout, v.round.Invited)))
	if v.round.State == survey.Open {
		rate = r.T("survey.rate_open", percent(ratio(v.round.Turnout, v.round.Invited)), survey.TurnoutStep)
	}
	out = append(out, Fact{Label: r.T("survey.f.invited"), Value: r.T("survey.of_people", v.round.Invited, v.round.People)},
		Fact{Label: r.T("survey.f.answers"), Value: r.Lang.Number(v.round.Turnout), Note: rate})
	if v.round.State == survey.Open && r.holdsSurveys(access.SurveyOpen) {
		out = append(out, Fact{Label: r.T("survey.f.slip"), Value: "/s/" + v.round.ID, Href: r.Link("/s/" + v.round.ID), Note: r.T("survey.slip_note")}, v.tablet())
	}
	out = append(out, v.tokenFacts()...)
	if v.round.WalkIn {
		out = append(out, Fact{Label: r.T("survey.walk_in"), Value: r.Lang.Number(v.round.Walked), Note: r.T("survey.walk_in.worth")})
	}
	if v.round.Seed != "" {
		out = append(out, Fact{Label: r.T("survey.f.seed"), Value: v.round.Seed, Note: r.T("survey.seed_note")})
	}
	return out
}

// whom names the units, places or crews that are asked, or nothing.
func (v *surveyView) whom() string {
	if v.round.Audience != survey.Places {
		return v.unitNames()
	}
	var names []string
	for _, code := range v.round.PlaceList() {
		names = append(names, v.places.text(code))
	}
	return v.r.Lang.List(names)
}

func (v *surveyView) unitNames() string {
	var names []string
	for _, u := range v.round.UnitList() {
		if v.round.Audience == survey.Crews { // crews of several plants are called the same
			names = append(names, unitLine(v.tree, u, v.r.Lang))
		} else {
			names = append(names, v.tree.Name(u, v.r.Lang))
		}
	}
	return v.r.Lang.List(names)
}

// audience says in one line who is asked, for paper and files.
func (v *surveyView) audience() string {
	s := v.r.Lang.Enum("survey.audience", v.round.Audience)
	if whom := v.whom(); whom != "" {
		s = v.r.T("survey.part", s, whom)
	}
	return s
}

// tablet is where the questionnaire stands on a tablet, at the only place that is asked about where it is one.
func (v *surveyView) tablet() Fact {
	to := "/k/" + v.round.ID
	if all := v.round.PlaceList(); len(all) == 1 {
		to += "?place=" + escapeQuery(all[0])
	}
	note := "survey.kiosk.code"
	if v.round.WalkIn {
		note = "survey.kiosk.open"
	}
	return Fact{Label: v.r.T("survey.f.kiosk"), Value: to, Href: v.r.Link(to), Note: v.r.T(note)}
}

func ratio(a, b int64) float64 {
	if b == 0 {
		return 0
	}
	return float64(a) / float64(b)
}

func percent(x float64) string { return strconv.FormatFloat(x*100, 'f', 0, 64) + "%" }

// share puts a share with its interval into words: "42%（34–51%）".
func (r *Req) share(e result.Estimate) string {
	return r.T("survey.share", percent(e.Value), percent(e.Low), percent(e.High))
}

// meanOf puts a mean with its interval into words.
func (r *Req) meanOf(e result.Estimate, digits int) string {
	n := func(x float64) string { return strconv.FormatFloat(x, 'f', digits, 64) }
	return r.T("survey.share", n(e.Value), n(e.Low), n(e.High))
}

func digitsOf(q form.Question) int {
	if q.Kind == form.Number {
		return 1
	}
	return 2
}

// itemName is what a result is about: the question, with the row or the option where there are several.
func (v *surveyView) itemName(x result.Answered) string {
	if x.Part.Key == "" {
		return x.Question.In(v.r.Lang)
	}
	return v.r.T("survey.part", x.Question.In(v.r.Lang), x.Part.In(v.r.Lang))
}

// blocks are the results section by section.
func (v *surveyView) blocks() []SurveyBlock {
	r := v.r
	var out []SurveyBlock
	for _, s := range v.body.Sections {
		b := SurveyBlock{Title: s.In(r.Lang)}
		for _, q := range s.Questions {
			if q.Kind == form.Grid || q.Kind == form.Ranking || q.Kind == form.Number {
				if t := v.meansTable(q); len(t.Rows) > 0 {
					b.Tables = append(b.Tables, t)
				}
				continue
			}
			if q.Kind == form.Photo {
				if t := v.photoTable(q); len(t.Rows) > 0 {
					b.Tables = append(b.Tables, t)
				}
				continue
			}
			for _, x := range v.result.Items {
				if x.Question.Key == q.Key {
					b.Bars = append(b.Bars, v.bars(x))
				}
			}
		}
		if len(b.Bars)+len(b.Tables) > 0 {
			out = append(out, b)
		}
	}
	return out
}

// bars are the shares of the options of a question.
func (v *surveyView) bars(x result.Answered) Bars {
	r := v.r
	c := Bars{Caption: v.itemName(x), Label: r.T("survey.f.option"), Unit: r.T("survey.f.share"), Wordy: true}
	if x.Hidden {
		c.Bars = []Bar{{Label: r.T("survey.f.answers"), None: r.T("survey.few")}}
		return c
	}
	for i, k := range x.Keys {
		e := x.All.Shares[i]
		c.Bars = append(c.Bars, Bar{Label: k.In(r.Lang), Value: e.Value, Text: r.T("survey.bar", r.share(e), x.All.Counts[i])})
	}
	c.Means = r.T("survey.n", x.All.N)
	if x.All.NA > 0 {
		c.Means += " " + r.T("survey.n_na", x.All.NA)
	}
	switch {
	case x.Mine() && v.apart:
		c.Means += " " + r.T("survey.mean_only", r.meanOf(x.All.Mean, digitsOf(x.Question)))
	case x.Mine():
		c.Means += " " + r.T("survey.mean", r.meanOf(x.All.Mean, digitsOf(x.Question)), r.meanOf(x.Weighted.Mean, digitsOf(x.Question)))
	}
	return c
}

// meansTable is a grid, a ranking or a number: one line for each row.
func (v *surveyView) meansTable(q form.Question) Table {
	r := v.r
	label := r.T("survey.f.mean")
	if q.Kind == form.Ranking {
		label = r.T("survey.f.place")
	}
	t := Table{Caption: q.In(r.Lang), Columns: []Column{{Label: r.T("survey.f.question")}, {Label: r.T("survey.f.answers"), Num: true}, {Label: label, Num: true}, {Label: r.T("survey.f.weighted"), Num: true}}}
	for _, x := range v.result.Items {
		if x.Question.Key != q.Key {
			continue
		}
		name := x.Part.In(r.Lang)
		if x.Part.Key == "" {
			name = q.In(r.Lang)
		}
		if x.Hidden {
			t.Add("", Cell{Text: name}, Cell{Text: r.T("survey.few")}, Cell{Text: "—"}, Cell{Text: "—"})
			continue
		}
		t.Add("", Cell{Text: name}, Cell{Text: r.Lang.Number(x.All.N)}, Cell{Text: r.meanOf(x.All.Mean, digitsOf(q))}, Cell{Text: v.weighted(x.Weighted, digitsOf(q))})
	}
	return t
}

func (v *surveyView) scoreTable() Table {
	r := v.r
	t := Table{Caption: r.T("survey.scores"), Columns: []Column{{Label: r.T("survey.f.score")}, {Label: r.T("survey.f.answers"), Num: true}, {Label: r.T("survey.f.mean"), Num: true}, {Label: r.T("survey.f.weighted"), Num: true}}}
	for _, s := range v.result.Scores {
		if s.Hidden {
			t.Add("", Cell{Text: s.In(r.Lang)}, Cell{Text: r.T("survey.few")}, Cell{Text: "—"}, Cell{Text: "—"})
			continue
		}
		t.Add("", Cell{Text: s.In(r.Lang)}, Cell{Text: r.Lang.Number(s.All.N)}, Cell{Text: r.meanOf(s.All.Mean, 1)}, Cell{Text: v.weighted(s.Weighted, 1)})
	}
	return t
}

// weighted is a mean that each group has as much part in as it has people; answers of whoever came by have no groups.
func (v *surveyView) weighted(f result.Figure, digits int) string {
	if v.apart {
		return "—"
	}
	return v.r.meanOf(f.Mean, digits)
}

// trends are the scores over the rounds of the same version.
func (v *surveyView) trends() []Trend {
	r := v.r
	if len(v.past) < 2 {
		return nil
	}
	var out []Trend
	for i, s := range v.body.Scores {
		t := Trend{Caption: r.T("survey.trend", s.In(r.Lang)), Label: r.T("survey.f.closes"), Unit: r.T("survey.f.weighted"), Little: true}
		for _, p := range v.past {
			x := Point{Label: string(p.Round.Closes)[2:7], Href: r.Link("/survey/" + p.Round.ID)}
			if !p.Result.TooFew && !p.Result.Scores[i].Hidden {
				e := p.Result.Scores[i].Weighted.Mean
				x.Known, x.Value, x.Text = true, e.Value, strconv.FormatFloat(e.Value, 'f', 1, 64)
			}
			t.Points = append(t.Points, x)
		}
		out = append(out, t)
	}
	return out
}

// showSurveyUnits shows the results by unit.
func showSurveyUnits(r *Req) error {
	v, err := r.viewSurvey()
	if err != nil {
		return err
	}
	p := v.page()
	p.Title = r.T("survey.units_of", v.round.Title)
	if v.round.State != survey.Closed || v.result.TooFew {
		p.Panels = append(p.Panels, Panel{Tone: "warn", Text: r.T("survey.not_over")})
		return surveyResult.Render(r, p)
	}
	p.Lede = r.T("survey.units_lede")
	if v.result.Folded {
		p.Lede += " " + r.T("survey.folded")
	}
	p.Tables = v.unitTables()
	if len(p.Tables) == 0 {
		p.Panels = append(p.Panels, Panel{Tone: "info", Text: r.T("survey.no_units")})
	}
	return surveyResult.Render(r, p)
}

// unitName is what a group is called: the organisation stands for the units that are too small.
func (v *surveyView) unitName(unit string) string {
	if unit == org.Root {
		return v.r.T("survey.small_units")
	}
	return v.tree.Name(unit, v.r.Lang)
}

func (v *surveyView) unitTable(caption string, g result.Group, cells func(result.Figure) []Cell, heads ...string) Table {
	r := v.r
	t := Table{Caption: caption, Columns: []Column{{Label: r.T("survey.f.unit")}, {Label: r.T("survey.f.answers"), Num: true}}}
	for _, h := range heads {
		t.Columns = append(t.Columns, Column{Label: h, Num: true})
	}
	for _, l := range g.Units {
		t.Add("", append([]Cell{{Text: v.unitName(l.Unit)}, {Text: r.Lang.Number(l.N)}}, cells(l.Figure)...)...)
	}
	if g.Left && len(t.Rows) > 0 {
		row := []Cell{{Text: r.T("survey.others")}, {Text: r.T("survey.few")}}
		for range heads {
			row = append(row, Cell{Text: "—"})
		}
		t.Add("", row...).Tone = "quiet"
	}
	return t
}
