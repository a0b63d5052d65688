package web

import (
	"strings"

	"sanwen/internal/base/duty"
	"sanwen/internal/reading/publish/news"
)

// problemsBlock is the part of a circular in which matters are named.
const problemsBlock = "problems"

// problemHeads are the columns of what a circular names. Names: "news.problem.<value>".
var problemHeads = []string{"number", "what", "unit", "due", "late", "why"}

// newsProblems puts the matters that a circular names under what the office has written of them; the part is there also where it wrote nothing.
func (r *Req) newsProblems(d *NewsDoc, c news.Content) {
	if len(c.Taken.Problems) == 0 {
		return
	}
	at, before := -1, 0
	for i, b := range c.Blocks {
		switch b.Key {
		case problemsBlock:
			at = i
		case "overall":
			before = i + 1
		}
	}
	if at < 0 {
		at = before
		d.Blocks = append(d.Blocks[:at:at], append([]NewsBlock{{Head: r.T("news.block." + problemsBlock)}}, d.Blocks[at:]...)...)
	}
	b := &d.Blocks[at]
	b.Table = Table{Caption: r.T("news.problems")}
	b.List = &PaperList{Caption: r.T("news.problems"), Widths: []float64{26, 44, 26, 26, 22, 44}}
	for i, k := range problemHeads {
		b.Table.Columns = append(b.Table.Columns, Column{Label: r.T("news.problem." + k), Num: k == "late"})
		b.List.Head = append(b.List.Head, b.Table.Columns[i].Label)
	}
	for _, p := range c.Taken.Problems {
		r.newsProblem(b, p)
	}
	b.Note = r.T("news.problems_note", c.Taken.Day)
	if c.Taken.More > 0 {
		b.Note += r.T("news.problems_more", c.Taken.More)
	}
}

// newsProblem is one of them, struck where it has been done since.
func (r *Req) newsProblem(b *NewsBlock, p news.Problem) {
	title, due, late, why := p.Title, r.Lang.Date(p.Due, r.Zone), r.Lang.Number(p.Late), r.problemWhy(p)
	owed, was, on := "", "", r.Lang.Enum("duty.rung", p.On)
	if p.Owed != duty.Completion {
		owed = r.Lang.Enum("duty.kind", p.Owed)
	}
	if p.Due0 != p.Due {
		was = r.T("news.problem.due0", p.Due0)
	}
	cells := []Cell{{Text: p.Number}, {Text: title, Sub: owed}, {Text: p.Unit.Name(r.Lang)}, {Text: due, Sub: was}, {Text: late, Sub: on}, {Text: why}}
	line := []string{p.Number, beneath(title, owed), p.Unit.Name(r.Lang), beneath(due, was), beneath(late, on), why}
	b.Table.Add("", cells...)
	if p.Solved != "" {
		solved := r.T("news.problem.solved", p.Solved)
		row := &b.Table.Rows[len(b.Table.Rows)-1]
		row.Tone = "struck"
		row.Cells[5].Tags = []Tag{{Text: solved, Tone: "good"}}
		line[5] = beneath(solved, why)
	}
	b.List.Rows = append(b.List.Rows, line)
}

func beneath(text, sub string) string { return strings.TrimSpace(text + "\n" + sub) }

// problemWhy says what is known of why it is late: what the unit gave as cause, more time that it was given, what was waited for.
func (r *Req) problemWhy(p news.Problem) string {
	var all []string
	switch {
	case p.Cause != "":
		all = append(all, r.T("news.problem.cause", p.Cause, p.Order))
	case p.Order != "":
		all = append(all, r.T("news.problem.cause_kept", p.Order))
	}
	if p.Longer {
		all = append(all, r.T("news.problem.longer", p.Due))
	}
	for _, w := range p.Waited {
		all = append(all, r.Lang.Enum("duty.reason", w))
	}
	if len(all) == 0 {
		return r.T("news.problem.no_reason")
	}
	return strings.Join(all, r.T("news.problem.and"))
}
