package result

import (
	"slices"
	"strconv"

	"sanwen/internal/ground/few"
	"sanwen/internal/work/survey/form"
)

// Result is what is shown of a round.
type Result struct {
	People, Invited, Answers int
	TooFew                   bool // nothing is shown at all
	Items                    []Answered
	Scores                   []Score
	Folded                   bool    // some units are so small that they are only part of the whole
	WalkIn                   *Result // of those who came by, where there are any: in no number of the others
}

// Answered is what is shown of one question, row or ranked option.
type Answered struct {
	Question form.Question
	Part     form.Option // row of a grid, option of a ranking, or nothing
	Keys     []form.Option
	Group
}

// Score is what is shown of a score.
type Score struct {
	form.Score
	Group
}

// Group is one number for all, weighted, and for each of the groups that may be shown.
type Group struct {
	Hidden   bool   // too few answers
	All      Figure // as they came
	Weighted Figure // each group as heavy as it has people; what is hidden counts as one group
	Units    []Line // of the groups that are shown, in the order of the tally
	Left     bool   // there are groups that are not shown by themselves
}

// Line is one group.
type Line struct {
	Unit string
	Figure
}

// Figure is a number of answers with what they say.
type Figure struct {
	N      int
	NA     int        // of all only
	Counts []int      // by key; not of a weighted one
	Shares []Estimate // by key
	Mean   Estimate   // of steps, numbers, places and scores
}

// Mine reports whether the mean says something: of steps, numbers and places.
func (x Answered) Mine() bool {
	switch x.Question.Kind {
	case form.Single, form.Multi, form.Photo:
		return false
	}
	return true
}

// Nothing reports whether nothing at all may be shown, not even of those who came by.
func (r Result) Nothing() bool { return r.TooFew && (r.WalkIn == nil || r.WalkIn.TooFew) }

// Publish makes of the counts what may be shown of them.
func Publish(b form.Body, t Tally, rule few.Rule) Result {
	r := Result{}
	for _, u := range t.Units {
		r.People += u.People
		r.Invited += u.Invited
		r.Answers += u.Answers
	}
	if w := t.WalkIn; w != nil && w.Answers > 0 {
		alone := *w
		alone.People = r.People // anybody of them may have come by
		x := Publish(b, Tally{Units: []*Unit{&alone}}, rule)
		r.WalkIn = &x
	}
	if !rule.Shown(few.Cell{Answers: r.Answers, People: r.People}) {
		return Result{People: r.People, Invited: r.Invited, TooFew: true, WalkIn: r.WalkIn}
	}
	alone := map[string][]bool{} // by question: where it is hidden
	unshown := map[string]bool{} // questions that are not shown even for all
	for _, q := range b.Questions() {
		for _, part := range partsOf(q) {
			x := Answered{Question: q, Part: part, Keys: keysOf(b, q)}
			key := q.Key
			if part.Key != "" {
				key += "." + part.Key
			}
			least := rule
			least.Answers = max(rule.Answers, q.Least)
			cells := make([]cell, len(t.Units))
			for i, u := range t.Units {
				cells[i] = cell{people: u.People}
				if it := u.Items[key]; it != nil {
					cells[i].Moment, cells[i].na = it.Moment, it.NA
					for _, k := range x.Keys {
						cells[i].counts = append(cells[i].counts, it.Count[k.Key])
					}
				} else {
					cells[i].counts = make([]int, len(x.Keys))
				}
			}
			var hidden []bool
			x.Group, hidden = publish(t, cells, least)
			if q.Kind == form.Photo { // how many have sent some; of which unit they are is nobody's business
				x.Group = Group{Hidden: x.Hidden, All: x.All}
			}
			alone[q.Key], unshown[q.Key] = hidden, x.Hidden
			r.Items = append(r.Items, x)
		}
	}
	for _, s := range b.Scores {
		least := rule
		cells := make([]cell, len(t.Units))
		for i, u := range t.Units {
			cells[i] = cell{people: u.People}
			if m := u.Scores[s.Key]; m != nil {
				cells[i].Moment = *m
			}
		}
		tells := false // a score of three questions of which two are known tells the third
		for _, key := range s.Of {
			q, _ := b.Question(key)
			tells = tells || unshown[key]
			least.Answers = max(least.Answers, q.Least)
			for i, h := range alone[key] {
				cells[i].hidden = cells[i].hidden || h
			}
		}
		g := Group{Hidden: true}
		if !tells {
			g, _ = publish(t, cells, least)
		}
		r.Scores = append(r.Scores, Score{s, g})
	}
	return r
}

// partsOf are the rows of a grid, the options of a ranking, or one nothing.
func partsOf(q form.Question) []form.Option {
	switch q.Kind {
	case form.Grid:
		return q.Rows
	case form.Ranking:
		return q.Options
	case form.Text:
		return nil
	}
	return []form.Option{{}}
}

func keysOf(b form.Body, q form.Question) []form.Option {
	switch q.Kind {
	case form.Number:
		return nil
	case form.Ranking:
		var out []form.Option
		for i := range q.Options {
			n := strconv.Itoa(i + 1)
			out = append(out, form.Option{Key: n, Words: form.Words{Zh: n}})
		}
		return out
	}
	return b.Choices(q)
}

// cell is what was answered in one group.
type cell struct {
	Moment
	people, na int
	counts     []int
	hidden     bool
}

func (c *cell) join(o cell) {
	c.people += o.people
	c.na += o.na
	c.N += o.N
	c.Sum += o.Sum
	c.Sq += o.Sq
	if c.counts == nil {
		c.counts = make([]int, len(o.counts))
	}
	for i, n := range o.counts {
		c.counts[i] += n
	}
}

func (c cell) figure() Figure {
	f := Figure{N: c.N, Counts: slices.Clone(c.counts), Mean: mean(c.Moment)}
	for _, n := range c.counts {
		f.Shares = append(f.Shares, Wilson(n, c.N))
	}
	return f
}

// publish shows one number for all and by group, and tells which groups it hides.
func publish(t Tally, cells []cell, rule few.Rule) (Group, []bool) {
	var all cell
	small := make([]few.Cell, len(cells))
	for i, c := range cells {
		all.join(c)
		small[i] = few.Cell{Answers: c.N, People: c.people, Hidden: c.hidden}
	}
	hidden := rule.Hide(small)
	if !rule.Shown(few.Cell{Answers: all.N, People: all.people}) {
		for i := range hidden {
			hidden[i] = true
		}
		return Group{Hidden: true}, hidden
	}
	g := Group{All: all.figure()}
	g.All.NA = all.na
	var groups []cell // those that are shown, and the others as one: so the weighted number says nothing that the others do not
	var rest cell
	for i, c := range cells {
		if hidden[i] {
			g.Left = true
			rest.join(c)
			continue
		}
		groups = append(groups, c)
		if len(cells) > 1 { // the only group is the whole
			g.Units = append(g.Units, Line{t.Units[i].Unit, c.figure()})
		}
	}
	if rest.N > 0 {
		groups = append(groups, rest)
	}
	g.Weighted = weighted(groups)
	return g, hidden
}
