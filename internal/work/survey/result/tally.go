// Package result turns answers into what is shown of them: counts by group, shares and means with their intervals, weighted by how many people
// each group has. Everything that is shown of a survey, on a page or in a file, comes out of [Publish], which leaves out what [few.Rule] hides;
// nothing above it sees a [Tally].
package result

import (
	"strconv"

	"sanwen/internal/work/survey/form"
)

// Tally counts the answers of a round by group.
type Tally struct {
	Units  []*Unit `json:"units"`
	WalkIn *Unit   `json:"walk_in,omitempty"` // of those who came by: nobody knows of which unit they are, or whether each answered once
}

// Unit is one group: its people, how many of them were asked, and what those who answered said.
type Unit struct {
	Unit    string             `json:"unit"`
	People  int                `json:"people"`
	Invited int                `json:"invited"`
	Answers int                `json:"answers"`
	Items   map[string]*Item   `json:"items,omitempty"`
	Scores  map[string]*Moment `json:"scores,omitempty"`
}

// Moment is what a mean and its interval are made of.
type Moment struct {
	N   int     `json:"n"`
	Sum float64 `json:"sum"`
	Sq  float64 `json:"sq"` // sum of the squares
}

func (m *Moment) add(x float64) { m.N++; m.Sum += x; m.Sq += x * x }

// Item is what was answered to one question, to one row of a grid, or where one option of a ranking was put. N are those whom it concerns.
type Item struct {
	Moment
	NA    int            `json:"na,omitempty"`
	Count map[string]int `json:"count,omitempty"`
}

// Of finds a group by its unit, and makes it where there is none.
func (t *Tally) Of(unit string) *Unit {
	for _, u := range t.Units {
		if u.Unit == unit {
			return u
		}
	}
	u := &Unit{Unit: unit}
	t.Units = append(t.Units, u)
	return u
}

func (u *Unit) item(key string) *Item {
	if u.Items == nil {
		u.Items = map[string]*Item{}
	}
	if u.Items[key] == nil {
		u.Items[key] = &Item{Count: map[string]int{}}
	}
	return u.Items[key]
}

// Photographed counts that n people have answered a question with photos.
func (u *Unit) Photographed(question string, n int) { u.item(question).N += n }

// Counter counts answers to one questionnaire.
type Counter struct {
	body      form.Body
	questions []form.Question
	steps     map[string]int // of a question on a scale
}

// NewCounter makes a counter.
func NewCounter(b form.Body) *Counter {
	c := &Counter{body: b, questions: b.Questions(), steps: map[string]int{}}
	for _, q := range c.questions {
		c.steps[q.Key] = len(b.Scales[q.Steps])
	}
	return c
}

// Add counts the answers of one person of a group.
func (c *Counter) Add(u *Unit, a form.Answers) {
	u.Answers++
	for _, q := range c.questions {
		switch q.Kind {
		case form.Text, form.Photo: // not in the answers
		case form.Grid:
			for _, row := range q.Rows {
				u.item(q.Key+"."+row.Key).add(q, a[q.Key+"."+row.Key])
			}
		case form.Ranking:
			for place, o := range a[q.Key] {
				u.item(q.Key+"."+o).add(q, []string{strconv.Itoa(place + 1)})
			}
		default:
			u.item(q.Key).add(q, a[q.Key])
		}
	}
	for _, s := range c.body.Scores {
		if x, ok := c.score(s, a); ok {
			if u.Scores == nil {
				u.Scores = map[string]*Moment{}
			}
			if u.Scores[s.Key] == nil {
				u.Scores[s.Key] = &Moment{}
			}
			u.Scores[s.Key].add(x)
		}
	}
}

func (it *Item) add(q form.Question, v []string) {
	switch {
	case len(v) == 0:
		return
	case v[0] == form.NotApplicable:
		it.NA++
		return
	}
	if q.Kind == form.Single || q.Kind == form.Multi {
		it.N++
	} else {
		n, err := strconv.Atoi(v[0])
		if err != nil {
			return
		}
		it.Moment.add(float64(n))
	}
	if q.Kind != form.Number {
		for _, x := range v {
			it.Count[x]++
		}
	}
}

// score is the score of one person: the mean of what he answered of its questions, from 0 to 100.
func (c *Counter) score(s form.Score, a form.Answers) (float64, bool) {
	n, sum := 0, 0.0
	for _, key := range s.Of {
		v := a[key]
		if len(v) == 0 || v[0] == form.NotApplicable {
			continue
		}
		step, err := strconv.Atoi(v[0])
		if err != nil {
			continue
		}
		n++
		sum += float64(step-1) / float64(c.steps[key]-1)
	}
	if n == 0 {
		return 0, false
	}
	return sum / float64(n) * 100, true
}
