package web

import (
	"net/url"
	"strconv"
	"strings"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/reading/insight/silence"
	"sanwen/internal/reading/publish"
	"sanwen/internal/reading/publish/listen"
	"sanwen/internal/work/survey"
	"sanwen/internal/work/survey/result"
	"sanwen/internal/work/voice/core"
)

// ListenPage is the report of the three senses and of listening, on one page.
type ListenPage struct {
	AdminListPage
	Trends []Trend
	Means  []Fact
}

var listenPage = Define[ListenPage]("spots/listen")

// listenSilent is how many silent crews the report names.
const listenSilent = 20

// listenView is the report with what its pages need.
type listenView struct {
	r       *Req
	list    *List
	x       listen.Report
	periods []publish.Period
	names   *voiceNames
	least   int
	voices  bool // the reader may read voices
}

// viewListen reads the report of the period that the address names.
func (r *Req) viewListen() (*listenView, error) {
	return r.listenTo(nil, func(tx *db.Tx, v *listenView) (err error) {
		if v.x, err = listen.Of(tx, r.Person, v.x.Period); err != nil {
			return err
		}
		v.voices = r.Person.Can(access.VoiceList, access.Thing{Kind: core.RefKind, Unit: v.names.tree.Path(org.Root)})
		v.least, err = org.Int(tx, org.ShowFrom)
		return err
	})
}

// listenTo reads something of the period that the address names: the last quarter that is over where it names none.
func (r *Req) listenTo(more []Filter, read func(tx *db.Tx, v *listenView) error) (*listenView, error) {
	list, err := r.List(ListSpec{Filters: append([]Filter{{Name: "period", Label: "listen.period"}}, more...)})
	if err != nil {
		return nil, err
	}
	v := &listenView{r: r, list: list}
	return v, r.Read(func(tx *db.Tx) error {
		batch, err := publish.BatchOf(tx)
		if err != nil {
			return err
		}
		v.periods = publish.Periods(batch.Day)
		v.x.Period = v.periods[0]
		if key := list.Get("period"); key != "" {
			var ok bool
			if v.x.Period, ok = publish.PeriodOf(batch.Day, key); !ok {
				r.Status(400)
				return fault.New(fault.Invalid, "web.bad_value", "period", short(key), strings.Join(v.keys(), ", "))
			}
		}
		if v.names, err = r.voiceNames(tx); err != nil {
			return err
		}
		return read(tx, v)
	})
}

func (v *listenView) keys() (out []string) {
	for _, p := range v.periods {
		out = append(out, p.Key)
	}
	return out
}

func (v *listenView) path(do string) string {
	return "/listening" + do + "?period=" + url.QueryEscape(v.x.Period.Key)
}

// periodName is what a quarter or year is called.
func (r *Req) periodName(p publish.Period) string {
	if q := p.Quarter(); q > 0 {
		return r.T("listen.quarter", strconv.Itoa(p.From.Year()), q)
	}
	return r.T("listen.year", strconv.Itoa(p.From.Year()))
}

// showListen shows the report.
func showListen(r *Req) error {
	v, err := r.viewListen()
	if err != nil {
		return err
	}
	page := ListenPage{AdminListPage: AdminListPage{Page: Page{Title: r.T("listen.title_of", r.periodName(v.x.Period)), Shape: Staff, Back: "/spots"}, Lede: r.T("listen.lede"),
		Actions: []Link{{Text: r.T("publish.do.paper"), Href: r.Link(v.path("/paper")), Icon: "print"}, {Text: r.T("visit.docx"), Href: r.Link(v.path("/paper.docx")), Icon: "download"}},
		Panels:  []Panel{{Tone: "info", Text: r.T("silence.no_merit")}}, Figures: v.figures(), Facts: v.facts(), Tables: v.tables()}}
	for _, key := range []string{"heard", "answered", "done", "confirmed", "took", "on_time"} {
		page.Means = append(page.Means, Fact{Label: r.T("listen.row." + key), Value: r.T("board.means." + key)})
	}
	if v.x.Map.Early {
		page.Panels = append(page.Panels, v.early())
	}
	if len(v.x.Rounds) > 1 {
		page.Trends = (&surveyView{r: r, body: v.x.Body, past: v.x.Rounds}).trends()
	}
	var choices []Option
	for _, p := range v.periods {
		choices = append(choices, Option{Value: p.Key, Text: r.periodName(p)})
	}
	f := r.Blank("period", v.x.Period.Key)
	page.Filters = []Part{selectPart(f.Choose("period", "listen.period", choices))}
	return listenPage.Render(r, page)
}

func (v *listenView) early() Panel {
	return Panel{Tone: "info", Title: v.r.T("silence.early"), Text: v.r.T("silence.early_text", v.least)}
}

// figures are what is read first: how many were heard at all, where nobody is, how people feel, and what they confirm.
func (v *listenView) figures() []Figure {
	r, m := v.r, v.x.Map
	var out []Figure
	if !m.Early {
		out = append(out, Figure{Value: strconv.Itoa(m.Reached) + "%", Label: r.T("listen.reached")},
			Figure{Value: r.Lang.Number(len(v.x.Silent())), Label: r.T("silence.crews"), Href: v.silence("")})
	}
	if i, ok := v.sense("index", len(v.x.Rounds)-1); ok {
		out = append(out, Figure{Value: strconv.FormatFloat(i.Value, 'f', 1, 64), Label: r.T("listen.index"), Note: r.T("listen.interval", strconv.FormatFloat(i.Low, 'f', 1, 64), strconv.FormatFloat(i.High, 'f', 1, 64)), Href: r.Link("/survey/" + v.x.Rounds[len(v.x.Rounds)-1].Round.ID)})
	}
	n := v.x.Now
	return append(out, Figure{Value: r.Lang.Number(n.Of(publish.Confirmed)), Of: r.Lang.Number(n.Of(publish.Done)), Label: r.T("listen.confirmed"), Href: v.behind(publish.Confirmed, v.x.Period)})
}

// silence leads to the map of silence, for whoever has it.
func (v *listenView) silence(unit string) string {
	if !v.r.seesSilence() {
		return ""
	}
	if unit == "" {
		return v.r.Link("/silence")
	}
	return v.r.Link("/silence?unit=" + url.QueryEscape(unit))
}

// behind leads to the matters that a number counts, on the board.
func (v *listenView) behind(f publish.Figure, p publish.Period) string {
	return v.r.Link("/board?count=" + string(f) + "&of=" + p.Key)
}

// sense is the estimate of a score in one of the rounds.
func (v *listenView) sense(key string, round int) (result.Estimate, bool) {
	if round < 0 {
		return result.Estimate{}, false
	}
	x := v.x.Rounds[round].Result
	for _, s := range x.Scores {
		if s.Key == key && !x.TooFew && !s.Hidden {
			return s.Weighted.Mean, true
		}
	}
	return result.Estimate{}, false
}

// facts say of which months coverage is, how people were heard, and what is left out.
func (v *listenView) facts() []Fact {
	r, m, w := v.r, v.x.Map, v.x.Ways
	if m.Early {
		return nil
	}
	n := func(x int) string {
		if x < 0 {
			return r.T("spots.few", v.least)
		}
		return r.Lang.Number(x)
	}
	out := append(r.silenceFacts(m), Fact{Label: r.T("listen.no_place"), Value: r.T("listen.not_counted"), Note: r.T("listen.no_place_note")})
	for _, left := range []struct {
		out bool
		key string
	}{{v.x.Groups.NoShifts, "listen.shifts"}, {v.x.Groups.NoEmployments, "listen.employments"}} {
		if left.out {
			out = append(out, Fact{Label: r.T(left.key), Value: r.T("silence.hidden"), Note: r.T("listen.left_out")})
		}
	}
	out = append(out, Fact{Label: r.T("silence.people_head"), Value: r.Lang.Number(m.People), Note: r.T("listen.people_note")},
		Fact{Label: r.T("listen.ways"), Value: r.T("listen.ways_of", n(w.Named), n(w.Hidden), n(w.Surveys), n(w.Ballots)), Note: r.T("listen.ways_note")},
		Fact{Label: r.T("listen.visited"), Value: r.Lang.Number(v.x.Visited), Note: r.T("listen.visited_note")})
	if w.Share >= 0 {
		f := Fact{Label: r.T("listen.hidden"), Value: strconv.Itoa(w.Share) + "%", Note: r.T("listen.hidden_note")}
		if w.ShareBefore >= 0 {
			f.Note = r.T("listen.before", strconv.Itoa(w.ShareBefore)+"%") + " " + f.Note
		}
		out = append(out, f)
	}
	return out
}

// tables are the parts of the report, as they stand on the page and on paper.
func (v *listenView) tables() []Table {
	out := []Table{v.solved()}
	if len(v.x.Rounds) > 0 {
		out = append(out, v.senses())
	}
	if !v.x.Map.Early {
		out = append(append(out, v.covered()), v.groups()...)
		out = append(out, v.silent())
	}
	return out
}

// solved is what was heard, answered and solved, as the board counts it, beside the period before.
func (v *listenView) solved() Table {
	r, now, before := v.r, v.x.Now, v.x.Before
	t := Table{Caption: r.T("listen.solved", r.periodName(v.x.Period)), Columns: []Column{{Label: r.T("listen.what")}, {Label: r.T("listen.now"), Num: true}, {Label: r.periodName(v.x.Period.Before()), Num: true}}}
	add := func(key string, of func(publish.Numbers) string, f publish.Figure) {
		a, b := Cell{Text: of(now)}, Cell{Text: of(before)}
		switch {
		case f != "":
			a.Href, b.Href = v.behind(f, v.x.Period), v.behind(f, v.x.Period.Before())
		case v.voices:
			a.Href, b.Href = v.voicesOf(key, v.x.Period), v.voicesOf(key, v.x.Period.Before())
		}
		t.Add("", Cell{Text: r.T("listen.row." + key)}, a, b)
	}
	add("heard", func(n publish.Numbers) string { return r.Lang.Number(n.Heard) }, "")
	add("answered", func(n publish.Numbers) string { return r.Lang.Number(n.Answered) }, "")
	add("done", func(n publish.Numbers) string { return r.Lang.Number(n.Of(publish.Done)) }, publish.Done)
	add("confirmed", func(n publish.Numbers) string { return r.Lang.Number(n.Of(publish.Confirmed)) }, publish.Confirmed)
	add("took", r.boardDays, publish.Done)
	add("on_time", r.boardShare, publish.Due)
	return t
}

// senses are the scores of the last rounds of the pulse with their intervals; no unit stands beside another.
func (v *listenView) senses() Table {
	r := v.r
	t := Table{Caption: r.T("listen.senses"), Columns: []Column{{Label: r.T("listen.round")}, {Label: r.T("survey.f.answers"), Num: true}}}
	for _, key := range listen.Senses() {
		name := key
		for _, s := range v.x.Body.Scores {
			if s.Key == key {
				name = s.In(r.Lang)
			}
		}
		t.Columns = append(t.Columns, Column{Label: name, Num: true})
	}
	for i := len(v.x.Rounds) - 1; i >= 0; i-- {
		p := v.x.Rounds[i]
		row := []Cell{{Text: p.Round.Title, Sub: r.Lang.Date(p.Round.Closes, r.Zone)}, {Text: v.turnout(p)}}
		for _, key := range listen.Senses() {
			c := Cell{Text: r.T("survey.few")}
			if e, ok := v.sense(key, i); ok {
				c.Text = r.meanOf(e, 1)
			}
			row = append(row, c)
		}
		t.Add(r.Link("/survey/"+p.Round.ID), row...)
	}
	return t
}

func (v *listenView) turnout(p survey.Past) string {
	if p.Result.TooFew {
		return v.r.T("survey.few")
	}
	return v.r.T("listen.answers", p.Result.Answers, p.Result.Invited, percent(ratio(int64(p.Result.Answers), int64(p.Result.Invited))))
}

// covered is who was heard at all, by plant and department in the order of the tree: there is no rank.
func (v *listenView) covered() Table {
	r := v.r
	t := Table{Caption: r.T("listen.covered"), Columns: []Column{{Label: r.T("inbox.unit")}, {Label: r.T("silence.people_head"), Num: true}, {Label: r.T("silence.reached"), Num: true}, {Label: r.T("silence.crews"), Num: true}, {Label: r.T("listen.visits"), Num: true}}}
	byTree := map[string]silence.Row{}
	for _, u := range v.x.Map.Units {
		byTree[u.Unit.Code] = u
	}
	for _, x := range v.names.tree.All() {
		u, ok := byTree[x.Code]
		if !ok {
			continue
		}
		reached, crews, at := r.T("silence.too_few"), Cell{Text: "—"}, v.silence(x.Code)
		if u.Tellable {
			if reached = r.T("silence.hidden"); !u.NoReach {
				reached = strconv.Itoa(u.Reached) + "%"
			}
		}
		if u.Crews > 0 {
			crews = Cell{Text: r.T("silence.of", u.Silent, u.Crews), Href: at}
		}
		t.Add(at, Cell{Text: v.names.unit(x.Code), Tags: r.silenceSign(u.Sign)}, Cell{Text: r.Lang.Number(u.People)}, Cell{Text: reached}, crews, Cell{Text: r.Lang.Number(v.x.Visits[x.Code])})
	}
	t.Empty = Empty{Kind: "nothing", Title: r.T("silence.none")}
	return t
}

// groups is who was heard by how people work in shifts and how they are employed. No list of people stands behind it: who was heard is told nobody.
func (v *listenView) groups() (out []Table) {
	r := v.r
	table := func(key, head string, all []silence.Group, name func(silence.Group) string) {
		t := Table{Caption: r.T(key), Columns: []Column{{Label: r.T(head)}, {Label: r.T("silence.people_head"), Num: true}, {Label: r.T("silence.reached"), Num: true}}}
		for _, g := range all {
			who, reached := name(g), r.T("silence.hidden")
			switch {
			case g.Key == "":
				who = r.T("listen.unknown")
			case g.Key == silence.Others:
				who = r.T("listen.others")
			}
			if !g.Hidden {
				reached = strconv.Itoa(g.Reached) + "%"
			}
			t.Add("", Cell{Text: who}, Cell{Text: r.Lang.Number(g.People)}, Cell{Text: reached})
		}
		if len(all) > 0 {
			out = append(out, t)
		}
	}
	table("listen.shifts", "listen.shifts_head", v.x.Groups.Shifts, func(g silence.Group) string { return g.Key })
	table("listen.employments", "listen.employments_head", v.x.Groups.Employments, func(g silence.Group) string {
		if g.Named() {
			return r.T("org.person.employment." + g.Key)
		}
		return g.Key
	})
	return out
}

// silent names the crews in which nearly nobody has been heard.
func (v *listenView) silent() Table {
	r, all := v.r, v.x.Silent()
	t := Table{Caption: r.T("listen.silent"), Columns: []Column{{Label: r.T("silence.crew")}, {Label: r.T("listen.of_unit")}, {Label: r.T("silence.people_head"), Num: true}},
		Empty: Empty{Kind: "done", Title: r.T("silence.visit_none")}, Total: r.Lang.Number(len(all))}
	if len(all) > listenSilent {
		t.Caption = r.T("listen.silent_first", listenSilent)
	}
	for _, c := range all[:min(len(all), listenSilent)] {
		above := ""
		for _, u := range v.names.tree.Chain(c.Unit.Code) {
			if u.Kind == org.Plant || u.Kind == org.Department {
				above = u.Code
				break
			}
		}
		t.Add(v.silence(above), Cell{Text: v.names.unit(c.Unit.Code), Sub: c.Shift}, Cell{Text: orDash(v.names.unit(above))}, Cell{Text: r.Lang.Number(c.People)})
	}
	return t
}

func listenPaper(r *Req) error     { return paperOfListening(r, false) }
func listenPaperDocx(r *Req) error { return paperOfListening(r, true) }

// paperOfListening is the report as a paper: the same numbers, with how they are counted and when.
func paperOfListening(r *Req, docx bool) error {
	v, err := r.viewListen()
	if err != nil {
		return err
	}
	p := Paper{Page: Page{Title: r.T("listen.title"), Shape: Sheet, Back: v.path("")}, Number: r.periodName(v.x.Period), Name: r.T("listen.cut_off", r.Lang.Date(r.Today(), r.Zone)), Docx: v.path("/paper.docx"),
		file: "listening-" + v.x.Period.Key, at: clock.MillisOf(r.Now())}
	for _, f := range v.figures() {
		value := f.Value
		if f.Of != "" {
			value += "/" + f.Of
		}
		p.Rows = append(p.Rows, Fact{Label: f.Label, Value: value, Note: f.Note})
	}
	if v.x.Map.Early {
		e := v.early()
		p.Rows = append(p.Rows, Fact{Label: e.Title, Value: e.Text})
	}
	p.Rows = append(p.Rows, v.facts()...)
	p.Rows = append(p.Rows, Fact{Label: r.T("listen.means"), Value: r.T("silence.no_merit") + "\n" + r.T("silence.means.reached") + "\n" + r.T("listen.means.groups") + "\n" + r.T("silence.means.silent") + "\n" + r.T("silence.means.small") + "\n" + r.T("survey.rule_note")})
	for _, t := range v.tables() {
		p.Lists = append(p.Lists, paperList(t))
	}
	p.Signs = []Fact{{Label: r.T("listen.sign_made")}, {Label: r.T("listen.sign_checked")}}
	return renderPaper(r, p, docx)
}

// paperList is a table as it stands on paper: the first column twice as wide as the others.
func paperList(t Table) PaperList {
	l := PaperList{Caption: t.Caption}
	for i, c := range t.Columns {
		w := 1.0
		if i == 0 {
			w = 2
		}
		l.Head, l.Widths = append(l.Head, c.Label), append(l.Widths, w)
	}
	for _, row := range t.Rows {
		var cells []string
		for _, c := range row.Cells {
			text := []string{strings.TrimSpace(c.Text + "\n" + c.Sub)}
			for _, tag := range c.Tags {
				text = append(text, tag.Text)
			}
			cells = append(cells, strings.Join(text, "\n"))
		}
		l.Rows = append(l.Rows, cells)
	}
	if len(l.Rows) == 0 {
		empty := make([]string, len(l.Head))
		empty[0] = t.Empty.Title
		l.Rows = [][]string{empty}
	}
	return l
}
