// Package atlas draws the maps of what many speak of: where, when, and who about what. It hides the numbers of few people, in whatever way they could be had.
package atlas

import (
	"cmp"
	"slices"

	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/few"
)

// Maps are the year at a glance. Numbers of few people are in none of them, for nobody: they are taken along in meetings and printed.
type Maps struct {
	Places []Area
	Heat   Heat
	Matrix Matrix
}

// Area is a surrounding in the map of places.
type Area struct {
	Hood   string
	Voices int
	Few    bool // too few to tell
}

// Heat is how much was said on the days of a week, month by month, and on each day.
type Heat struct {
	Months []string    // "2025-12" … "2026-11"
	Cells  [7][12]Tint // Monday first
	Days   [12][]Tint  // those of each month until today
}

// Tint is one cell: its number, and how strong it is from 0 to 4.
type Tint struct {
	N     int
	Few   bool // too few to tell: nobody and a few look the same
	Level int
}

// Matrix is how much which units said about what.
type Matrix struct {
	Units  []string // codes
	Topics []string
	Cells  [][]Tint // per unit, per topic
}

// Counts are what the maps are drawn from.
type Counts struct {
	Hoods  []Hood
	Days   map[clock.Day]int
	Topics map[[2]string]int // by unit and topic
}

// Hood is how much was said at a surrounding.
type Hood struct {
	Hood           string
	Voices, People int
}

// months is how many months a year of maps has.
const months = 12

// Sheet is what the maps are drawn on.
type Sheet struct {
	Since, Today clock.Day // the first day of the first month, and the last day
	Rule         few.Rule
	People       int                   // of the whole organisation
	Users        func(hood string) int // how many people use a surrounding
	Tree         *org.Tree
	Topics       *org.Catalogue
}

// Draw draws the maps.
func (s Sheet) Draw(c Counts) Maps {
	return Maps{Places: s.areas(c.Hoods), Heat: s.heat(c.Days), Matrix: s.matrix(c.Topics)}
}

// areas tells of surroundings, the largest first; those of which too little is said to tell stand last, without a number.
func (s Sheet) areas(rows []Hood) []Area {
	rows = slices.Clone(rows)
	slices.SortFunc(rows, func(a, b Hood) int { return cmp.Compare(a.Hood, b.Hood) })
	cells := make([]few.Cell, len(rows))
	for i, r := range rows {
		cells[i] = few.Cell{Answers: r.People, People: s.Users(r.Hood)}
	}
	out := make([]Area, len(rows))
	for i, hidden := range s.Rule.Hide(cells) {
		if out[i] = (Area{Hood: rows[i].Hood, Voices: rows[i].Voices, Few: hidden}); hidden {
			out[i].Voices = 0
		}
	}
	slices.SortStableFunc(out, func(a, b Area) int { return cmp.Compare(b.Voices, a.Voices) })
	return out
}

// heat counts by weekday and month, and by day. Of the days of one cell, whose sum is told, so few are hidden by themselves that none can be had.
func (s Sheet) heat(n map[clock.Day]int) Heat {
	var h Heat
	most, mostOfDay := 0, 0
	for _, k := range n {
		mostOfDay = max(mostOfDay, k)
	}
	for i := range months {
		first := s.Since.AddMonths(i)
		h.Months = append(h.Months, string(first[:7]))
		for d := first; d < first.AddMonths(1) && d <= s.Today; d = d.Add(1) {
			c := &h.Cells[weekday(d)][i]
			c.N += n[d]
			most = max(most, c.N)
			h.Days[i] = append(h.Days[i], Tint{N: n[d]})
		}
	}
	for wd := range h.Cells {
		for i := range h.Cells[wd] {
			c := &h.Cells[wd][i]
			c.tint(s.Rule, s.People, most)
			var days []*Tint
			var cells []few.Cell
			for j := range h.Days[i] {
				if weekday(s.Since.AddMonths(i).Add(j)) == wd {
					days = append(days, &h.Days[i][j])
					cells = append(cells, few.Cell{Answers: h.Days[i][j].N, People: s.People, Hidden: c.Few})
				}
			}
			for j, hidden := range s.Rule.Hide(cells) {
				if days[j].tint(s.Rule, s.People, mostOfDay); hidden {
					*days[j] = Tint{Few: true}
				}
			}
		}
	}
	return h
}

// weekday is that of a day, Monday first.
func weekday(d clock.Day) int { return (int(d.Weekday()) + 6) % 7 }

// tint hides a number of few people, and says how strong the others are.
func (c *Tint) tint(r few.Rule, people, most int) {
	if !r.Shown(few.Cell{Answers: c.N, People: people}) {
		*c = Tint{Few: true}
		return
	}
	c.Level = min(4, 1+4*c.N/(most+1))
}

// matrix counts by plant or department, and by the groups of topics.
func (s Sheet) matrix(said map[[2]string]int) Matrix {
	var m Matrix
	n := map[[2]string]int{}
	for of, k := range said {
		unit, topic := s.top(of[0]), of[1]
		if k, ok := s.Topics.Category(topic); ok && k.Parent != "" {
			topic = k.Parent
		}
		n[[2]string{unit, topic}] += k
		if !slices.Contains(m.Units, unit) {
			m.Units = append(m.Units, unit)
		}
		if !slices.Contains(m.Topics, topic) {
			m.Topics = append(m.Topics, topic)
		}
	}
	slices.Sort(m.Units)
	slices.Sort(m.Topics)
	most := 0
	cells := make([][]few.Cell, len(m.Units))
	for i, u := range m.Units {
		unit, _ := s.Tree.Get(u)
		for _, t := range m.Topics {
			cells[i] = append(cells[i], few.Cell{Answers: n[[2]string{u, t}], People: unit.Headcount})
			most = max(most, n[[2]string{u, t}])
		}
	}
	hideBoth(s.Rule, cells)
	for i := range cells {
		var line []Tint
		for _, c := range cells[i] {
			t := Tint{N: c.Answers}
			if t.tint(s.Rule, c.People, most); c.Hidden {
				t = Tint{Few: true}
			}
			line = append(line, t)
		}
		m.Cells = append(m.Cells, line)
	}
	m.drop()
	return m
}

// hideBoth hides cells so that neither the sum of a line nor that of a column gives away what is hidden: the rule of all rooms along both, until
// nothing more has to be hidden.
func hideBoth(r few.Rule, cells [][]few.Cell) {
	for changed := true; changed; {
		changed = false
		hide := func(line []*few.Cell) {
			list := make([]few.Cell, len(line))
			for i, c := range line {
				list[i] = *c
			}
			for i, h := range r.Hide(list) {
				if h && !line[i].Hidden {
					line[i].Hidden, changed = true, true
				}
			}
		}
		for i := range cells {
			var line []*few.Cell
			for j := range cells[i] {
				line = append(line, &cells[i][j])
			}
			hide(line)
		}
		if len(cells) > 0 {
			for j := range cells[0] {
				var column []*few.Cell
				for i := range cells {
					column = append(column, &cells[i][j])
				}
				hide(column)
			}
		}
	}
}

// drop leaves out lines and columns in which nothing may be told.
func (m *Matrix) drop() {
	told := func(c Tint) bool { return !c.Few }
	for i := len(m.Units) - 1; i >= 0; i-- {
		if !slices.ContainsFunc(m.Cells[i], told) {
			m.Units, m.Cells = slices.Delete(m.Units, i, i+1), slices.Delete(m.Cells, i, i+1)
		}
	}
	for j := len(m.Topics) - 1; j >= 0; j-- {
		if slices.ContainsFunc(m.Cells, func(line []Tint) bool { return told(line[j]) }) {
			continue
		}
		m.Topics = slices.Delete(m.Topics, j, j+1)
		for i := range m.Cells {
			m.Cells[i] = slices.Delete(m.Cells[i], j, j+1)
		}
	}
}

// top is the plant or department of a unit, or the unit itself where there is none.
func (s Sheet) top(unit string) string {
	for _, u := range s.Tree.Chain(unit) {
		if u.Kind == org.Plant || u.Kind == org.Department {
			return u.Code
		}
	}
	return unit
}
