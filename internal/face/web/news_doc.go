package web

import (
	"strings"

	"sanwen/internal/reading/publish/news"
)

// NewsDoc is a notice, disclosure, bulletin or circular as it is read: on the public page, as the preview of its editor, and on paper. Template
// "newsdoc".
type NewsDoc struct {
	Number, Title string
	Kind          string
	Issuer, Day   string
	Facts         []Fact // scope, period, contact
	Blocks        []NewsBlock
	Span          string // the days that the figures are about
	Figures       []Figure
	Rows          []NewsRow
	Units         [][]string // of a circular, with its heads
	Heads         []string
	Notes         []string // under the table of units
	Taken         string   // on which day figures and matters were taken
	Sent          string
}

// NewsBlock is a part of its text, with what stands below it as a table: on the screen and on paper.
type NewsBlock struct {
	Head, Text string
	Table      Table
	List       *PaperList
	Note       string // under the table
}

// NewsRow is a matter.
type NewsRow struct {
	Number, Title string
	Where         string
	Result        string
	Tone          string
	Due           string
	Why           string
}

// newsDoc writes out what is shown.
func (r *Req) newsDoc(c news.Content) NewsDoc {
	d := NewsDoc{Number: c.Number, Title: c.Title, Kind: r.T("news.kind." + string(c.Kind)), Issuer: c.Issuer.Name(r.Lang), Day: r.Lang.Date(c.Day, r.Zone), Sent: c.Sent}
	if c.Class != "" {
		d.Kind += " · " + r.T("news.class."+c.Class)
	}
	d.Facts = append(d.Facts, Fact{Label: r.T("news.f.scope"), Value: r.newsScope(c)})
	if c.Until != "" {
		d.Facts = append(d.Facts, Fact{Label: r.T("news.f.period"), Value: r.T("news.period", c.From, c.Until)})
	}
	if c.Contact != "" {
		d.Facts = append(d.Facts, Fact{Label: r.T("news.f.contact"), Value: c.Contact})
	}
	for _, b := range c.Blocks {
		head := ""
		if len(c.Kind.Blocks()) > 1 {
			head = r.T("news.block." + b.Key)
		}
		d.Blocks = append(d.Blocks, NewsBlock{Head: head, Text: b.Text})
	}
	r.newsProblems(&d, c)
	if f := c.Taken.Figures; f != nil {
		d.Span = r.T("news.figures_span_of", f.From, f.To)
		d.Figures = r.newsFigures(*f)
	}
	for _, x := range c.Taken.Rows {
		d.Rows = append(d.Rows, r.newsRow(x))
	}
	r.newsUnits(&d, c.Taken)
	if c.Taken.Figures != nil || len(c.Taken.Rows) > 0 {
		d.Taken = r.T("news.taken", c.Taken.Day)
	}
	return d
}

func (r *Req) newsScope(c news.Content) string {
	if c.Everywhere {
		return r.T("news.everywhere")
	}
	var all []string
	for _, n := range append(append([]news.Named{}, c.Units...), c.Places...) {
		all = append(all, n.Name(r.Lang))
	}
	return r.Lang.List(all)
}

// newsFigures are the figures of the board, with the counts that a rate is made of.
func (r *Req) newsFigures(f news.Figures) []Figure {
	num := func(n int) string { return r.Lang.Number(n) }
	out := []Figure{{Value: num(f.Heard), Label: r.T("board.heard")}, {Value: num(f.Answered), Label: r.T("board.answered")}, {Value: num(f.Done), Label: r.T("board.done")},
		{Value: num(f.Confirmed), Label: r.T("board.confirmed")}}
	on := Figure{Value: "—", Label: r.T("board.on_time"), Note: r.T("board.excluded", f.Excluded)}
	if f.Due > 0 {
		on.Value, on.Of = num(f.OnTime), num(f.Due)
	}
	return append(out, on)
}

func (r *Req) newsRow(x news.Row) NewsRow {
	out := NewsRow{Number: x.Number, Title: x.Title, Result: r.Lang.Enum("matter.state", x.State), Why: x.Why}
	where := []string{x.Unit.Name(r.Lang)}
	if x.Place != nil {
		where = append([]string{x.Place.Name(r.Lang)}, where...)
	}
	out.Where = strings.Join(where, " · ")
	switch {
	case x.Closed != "" && x.Why == "":
		verdict := x.Verdict
		if verdict == "" {
			verdict = "none"
		}
		out.Result, out.Due = r.T("board.verdict."+verdict), r.Lang.Date(x.Closed, r.Zone)
		if verdict == "confirmed" {
			out.Tone = "good"
		}
	case x.Due != "":
		out.Due = r.T("tell.by", x.Due)
	}
	return out
}

// newsUntil says until when a notice is up.
func (r *Req) newsUntil(c news.Copy) string {
	switch {
	case c.OverHow != "":
		return r.T("news.over." + c.OverHow)
	case !c.Kind.Period():
		return r.Lang.Date(c.From, r.Zone)
	case c.Open(r.Today()):
		return r.T("news.up_until", c.Until)
	}
	return r.T("news.settling")
}

func newsTone(state string) string {
	return map[string]string{news.Review: "warn", news.Shown: "good", news.Settling: "info", news.Withdrawn: "bad"}[state]
}
