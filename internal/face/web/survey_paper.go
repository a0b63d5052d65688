package web

import (
	"strings"

	"sanwen/internal/ground/clock"
	"sanwen/internal/work/survey/result"
)

// paper is the result as a Word document. Its tables are those of the pages, so that it says what they say and hides what they hide.
func (v *surveyView) paper() Paper {
	r := v.r
	p := Paper{Page: Page{Title: v.round.Title}, Number: r.T("survey.sheet"), Name: v.body.Title.In(r.Lang), Across: true, at: v.round.ClosedAt, file: v.fileName()}
	if p.at == 0 {
		p.at = clock.MillisOf(r.Now())
	}
	for _, n := range v.notes() {
		p.Rows = append(p.Rows, Fact{Label: n.Label, Value: n.Value})
	}
	add := func(t Table, widths ...float64) {
		if len(t.Rows) > 0 {
			p.Lists = append(p.Lists, t.onPaper(widths...))
		}
	}
	blocks := func(all []SurveyBlock, of string) {
		for _, b := range all {
			for _, c := range b.Bars {
				t := c.asTable()
				t.Caption = of + t.Caption
				add(t, 60, 60)
			}
			for _, t := range b.Tables {
				t.Caption = of + t.Caption
				add(t, []float64{60, 20, 45, 45}[:len(t.Columns)]...)
			}
		}
	}
	if v.result.TooFew {
		p.Rows = append(p.Rows, Fact{Label: r.T("survey.sheet"), Value: r.T("survey.too_few")})
	} else {
		add(v.scoreTable(), 50, 20, 50, 50)
		if t := v.trendTable(); len(t.Rows) > 1 {
			add(t)
		}
		blocks(v.blocks(), "")
		for _, t := range v.unitTables() {
			add(t)
		}
	}
	if w := v.walkIns(); w != nil {
		blocks(w.apartBlocks(), r.T("survey.part", r.T("survey.walk_in"), ""))
	}
	return p
}

// trendTable are the scores over the rounds of the same version, the earliest first.
func (v *surveyView) trendTable() Table {
	r := v.r
	t := Table{Caption: r.T("survey.trend", r.T("survey.scores")), Columns: []Column{{Label: r.T("survey.f.closes")}, {Label: r.T("survey.f.title")}}}
	for _, s := range v.body.Scores {
		t.Columns = append(t.Columns, Column{Label: s.In(r.Lang), Num: true})
	}
	if len(v.body.Scores) == 0 {
		return t
	}
	for _, past := range v.past {
		row := []Cell{{Text: r.Lang.Date(past.Round.Closes, r.Zone)}, {Text: past.Round.Title}}
		for i := range v.body.Scores {
			text := r.T("survey.few")
			if !past.Result.TooFew && !past.Result.Scores[i].Hidden {
				text = r.meanOf(past.Result.Scores[i].Weighted.Mean, 1)
			}
			row = append(row, Cell{Text: text})
		}
		t.Add("", row...)
	}
	return t
}

// unitTables are the results by unit, question after question.
func (v *surveyView) unitTables() (out []Table) {
	r := v.r
	add := func(t Table) {
		if len(t.Rows) > 0 {
			out = append(out, t)
		}
	}
	for _, s := range v.result.Scores {
		add(v.unitTable(s.In(r.Lang), s.Group, func(f result.Figure) []Cell { return []Cell{{Text: r.meanOf(f.Mean, 1)}} }, r.T("survey.f.mean")))
	}
	for _, x := range v.result.Items {
		heads, cells := []string{r.T("survey.f.mean")}, func(f result.Figure) []Cell { return []Cell{{Text: r.meanOf(f.Mean, digitsOf(x.Question))}} }
		if !x.Mine() {
			heads = nil
			for _, k := range x.Keys {
				heads = append(heads, k.In(r.Lang))
			}
			cells = func(f result.Figure) (out []Cell) {
				for _, e := range f.Shares {
					out = append(out, Cell{Text: percent(e.Value)})
				}
				return out
			}
		}
		add(v.unitTable(v.itemName(x), x.Group, cells, heads...))
	}
	return out
}

// asTable is a chart as the table that stands behind it.
func (b Bars) asTable() Table {
	t := Table{Caption: b.Caption, Columns: []Column{{Label: b.Label}, {Label: b.Unit}}}
	for _, x := range b.Bars {
		text := x.Text
		if x.None != "" {
			text = x.None
		}
		t.Add("", Cell{Text: x.Label}, Cell{Text: text})
	}
	if b.Means != "" {
		t.Caption = strings.TrimSpace(t.Caption + " " + b.Means)
	}
	return t
}

// onPaper is a table as a list of a form: its texts, without links and presses. Without widths the first column is as wide as two others.
func (t Table) onPaper(widths ...float64) PaperList {
	l := PaperList{Caption: t.Caption, Widths: widths}
	for i, c := range t.Columns {
		l.Head = append(l.Head, c.Label)
		if len(widths) == 0 {
			l.Widths = append(l.Widths, 30-15*float64(min(i, 1)))
		}
	}
	for _, row := range t.Rows {
		var texts []string
		for _, c := range row.Cells {
			texts = append(texts, strings.TrimSpace(c.Text+"\n"+c.Sub))
		}
		l.Rows = append(l.Rows, texts)
	}
	return l
}
