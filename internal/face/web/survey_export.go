package web

import (
	"fmt"
	"iter"
	"strconv"

	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/sheet"
	"sanwen/internal/work/survey"
	"sanwen/internal/work/survey/form"
	"sanwen/internal/work/survey/result"
)

// exportSurvey sends what the pages show as a file.
func exportSurvey(r *Req) error {
	list, err := r.List(ListSpec{Others: []Filter{{Name: "form", Values: []string{"xlsx", "csv", "docx"}}}})
	if err != nil {
		return err
	}
	v, err := r.viewSurvey()
	if err != nil {
		return err
	}
	if err := r.DB.Write(r.Ctx(), func(tx *db.Tx) error { return survey.Take{Round: v.round.ID}.Do(tx, r.Person) }); err != nil {
		return err
	}
	if list.Get("form") == "docx" {
		return v.paper().send(r, r.Lang)
	}
	return r.sendTable(v.fileName(), list.Get("form"), v.file())
}

func (v *surveyView) fileName() string { return fmt.Sprintf("%s-%s", v.round.Title, v.round.Closes) }

// notes say what a file is about and by which rule it was made.
func (v *surveyView) notes() []sheet.Note {
	r := v.r
	out := []sheet.Note{{Label: r.T("survey.f.title"), Value: v.round.Title}, {Label: r.T("survey.f.days"), Value: r.days(v.round)},
		{Label: r.T("survey.f.audience"), Value: v.audience()},
		{Label: r.T("survey.f.invited"), Value: r.T("survey.of_people", v.round.Invited, v.round.People)}, {Label: r.T("survey.f.answers"), Value: r.Lang.Number(v.round.Turnout)},
		{Label: r.T("survey.f.rule"), Value: r.T("survey.rule_note")}, {Label: r.T("survey.f.made"), Value: r.Lang.DateTime(clock.MillisOf(r.Now()), r.Zone)}}
	if v.round.WalkIn {
		out = append(out, sheet.Note{Label: r.T("survey.walk_in"), Value: r.Lang.Number(v.round.Walked)}, sheet.Note{Label: r.T("survey.f.note"), Value: r.T("survey.walk_in.worth")})
	}
	if n := v.body.Note.In(r.Lang); n != "" {
		out = append(out, sheet.Note{Label: r.T("survey.f.note"), Value: n})
	}
	return out
}

// file is the result as a table: a line for each number that is shown.
func (v *surveyView) file() sheet.Table {
	r := v.r
	t := sheet.Table{Name: r.T("survey.sheet"), NotesName: r.T("ledger.notes"), Notes: v.notes()}
	for _, k := range []string{"question", "unit", "option", "answers", "count", "share", "low", "high", "mean", "low", "high"} {
		t.Columns = append(t.Columns, sheet.Column{Title: r.T("survey.f." + k)})
	}
	t.Rows = iter.Seq2[[]any, error](func(yield func([]any, error) bool) {
		if v.rows(yield) {
			if w := v.walkIns(); w != nil {
				w.rows(yield)
			}
		}
	})
	return t
}

// rows are the lines of a result; false where no more are wanted.
func (v *surveyView) rows(yield func([]any, error) bool) bool {
	r := v.r
	whole := r.T("survey.whole")
	if v.apart {
		whole = r.T("survey.walk_in")
	}
	group := func(name string, keys []form.Option, mean, photos bool, g result.Group) bool {
		if g.Hidden {
			return yield([]any{name, whole, "", r.T("survey.few"), nil, nil, nil, nil, nil, nil, nil}, nil)
		}
		if photos { // how many have sent some, and nothing else
			return yield([]any{name, whole, r.T("survey.photo.with"), g.All.N, nil, nil, nil, nil, nil, nil, nil}, nil)
		}
		lines := append([]result.Line{{Figure: g.All}, {Unit: "*", Figure: g.Weighted}}, g.Units...)
		if v.apart {
			lines = lines[:1]
		}
		for i, l := range lines {
			unit := v.unitName(l.Unit)
			if i < 2 {
				unit = []string{whole, r.T("survey.f.weighted")}[i]
			}
			if mean {
				if !yield([]any{name, unit, "", l.N, nil, nil, nil, nil, round(l.Mean.Value), round(l.Mean.Low), round(l.Mean.High)}, nil) {
					return false
				}
			}
			for k, o := range keys {
				var n any
				if i != 1 {
					n = l.Counts[k]
				}
				e := l.Shares[k]
				if !yield([]any{name, unit, o.In(r.Lang), l.N, n, round(e.Value), round(e.Low), round(e.High), nil, nil, nil}, nil) {
					return false
				}
			}
		}
		return true
	}
	for _, s := range v.result.Scores {
		if !group(s.In(r.Lang), nil, true, false, s.Group) {
			return false
		}
	}
	for _, x := range v.result.Items {
		if !group(v.itemName(x), x.Keys, x.Mine(), x.Question.Kind == form.Photo, x.Group) {
			return false
		}
	}
	return true
}

func round(x float64) float64 {
	y, _ := strconv.ParseFloat(strconv.FormatFloat(x, 'f', 4, 64), 64)
	return y
}
