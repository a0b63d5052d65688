package spots

import (
	"cmp"
	"slices"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
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

// MapsOf reads the year that ends with this month.
func MapsOf(tx *db.Tx, who access.Person) (Maps, error) {
	s, err := newScope(tx, who)
	if err != nil {
		return Maps{}, err
	}
	s.since = clock.Day(tx.Today()[:8] + "01").AddMonths(1 - monthsShown)
	var m Maps
	if m.Places, err = s.areas(); err != nil {
		return m, err
	}
	if m.Heat, err = s.heat(); err != nil {
		return m, err
	}
	m.Matrix, err = s.matrix()
	return m, err
}

// areas counts by surrounding, the largest first; those of which too little is said to tell stand last, without a number.
func (s *scope) areas() ([]Area, error) {
	w := s.seen()
	w.Add(sinceThen+" AND s.hood <> ''", s.since)
	cond, args := w.SQL()
	type row struct {
		Hood           string
		Voices, People int
	}
	// Grouped by an expression, or the index of surroundings would be read through all years.
	rows, err := db.All[row](s.tx, `SELECT s.hood || '' AS hood, COUNT(*) AS voices, `+people+` AS people`+lately+` WHERE `+cond+` GROUP BY s.hood || '' ORDER BY 1`, args...)
	if err != nil {
		return nil, err
	}
	cells := make([]few.Cell, len(rows))
	for i, r := range rows {
		cells[i] = few.Cell{Answers: r.People, People: s.users(r.Hood)}
	}
	out := make([]Area, len(rows))
	for i, hidden := range s.rule.Hide(cells) {
		if out[i] = (Area{Hood: rows[i].Hood, Voices: rows[i].Voices, Few: hidden}); hidden {
			out[i].Voices = 0
		}
	}
	slices.SortStableFunc(out, func(a, b Area) int { return cmp.Compare(b.Voices, a.Voices) })
	return out, nil
}

// heat counts by weekday and month, and by day. Of the days of one cell, whose sum is told, so few are hidden by themselves that none can be had.
func (s *scope) heat() (Heat, error) {
	var h Heat
	w := s.seen()
	w.Add(sinceThen, s.since)
	cond, args := w.SQL()
	type row struct {
		Day clock.Day
		N   int
	}
	rows, err := db.All[row](s.tx, `SELECT s.day, COUNT(*) AS n`+lately+` WHERE `+cond+` GROUP BY s.day`, args...)
	if err != nil {
		return h, err
	}
	n, most, mostOfDay := map[clock.Day]int{}, 0, 0
	for _, r := range rows {
		n[r.Day] = r.N
		mostOfDay = max(mostOfDay, r.N)
	}
	for i := range monthsShown {
		first := s.since.AddMonths(i)
		h.Months = append(h.Months, string(first[:7]))
		for d := first; d < first.AddMonths(1) && d <= s.tx.Today(); d = d.Add(1) {
			c := &h.Cells[weekday(d)][i]
			c.N += n[d]
			most = max(most, c.N)
			h.Days[i] = append(h.Days[i], Tint{N: n[d]})
		}
	}
	for wd := range h.Cells {
		for i := range h.Cells[wd] {
			c := &h.Cells[wd][i]
			c.tint(s.rule, s.people, most)
			var days []*Tint
			var cells []few.Cell
			for j := range h.Days[i] {
				if weekday(s.since.AddMonths(i).Add(j)) == wd {
					days = append(days, &h.Days[i][j])
					cells = append(cells, few.Cell{Answers: h.Days[i][j].N, People: s.people, Hidden: c.Few})
				}
			}
			for j, hidden := range s.rule.Hide(cells) {
				if days[j].tint(s.rule, s.people, mostOfDay); hidden {
					*days[j] = Tint{Few: true}
				}
			}
		}
	}
	return h, nil
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
func (s *scope) matrix() (Matrix, error) {
	var m Matrix
	w := s.seen()
	w.Add(sinceThen+" AND v.category <> '' AND v.unit <> ''", s.since)
	cond, args := w.SQL()
	type row struct {
		Unit, Category string
		N              int
	}
	rows, err := db.All[row](s.tx, `SELECT v.unit, v.category, COUNT(*) AS n`+lately+` WHERE `+cond+` GROUP BY v.unit, v.category`, args...)
	if err != nil {
		return m, err
	}
	n := map[[2]string]int{}
	for _, r := range rows {
		unit, topic := s.top(r.Unit), r.Category
		if k, ok := s.r.topics.Category(topic); ok && k.Parent != "" {
			topic = k.Parent
		}
		n[[2]string{unit, topic}] += r.N
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
		unit, _ := s.tree.Get(u)
		for _, t := range m.Topics {
			cells[i] = append(cells[i], few.Cell{Answers: n[[2]string{u, t}], People: unit.Headcount})
			most = max(most, n[[2]string{u, t}])
		}
	}
	hideBoth(s.rule, cells)
	for i := range cells {
		var line []Tint
		for _, c := range cells[i] {
			t := Tint{N: c.Answers}
			if t.tint(s.rule, c.People, most); c.Hidden {
				t = Tint{Few: true}
			}
			line = append(line, t)
		}
		m.Cells = append(m.Cells, line)
	}
	m.drop()
	return m, nil
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
func (s *scope) top(unit string) string {
	for _, u := range s.tree.Chain(unit) {
		if u.Kind == org.Plant || u.Kind == org.Department {
			return u.Code
		}
	}
	return unit
}
