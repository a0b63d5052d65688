package silence

import (
	"cmp"
	"slices"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/few"
)

// Map is what is told.
type Map struct {
	From, To string // first and last month, "2025-11"
	Early    bool   // too little has been heard altogether to expect anything
	Units    []Row  // plants and departments, those that call for a visit first
	Crews    []Row  // of at least fifteen people, those that call for a visit first
	Small    int    // crews that are too small to be told of
	Nobody   int    // voices that belong to no unit, because people of several use the place; 0 where they are few
	People   int    // in all plants and departments
	Reached  int    // of 100 of them: heard in any way
}

// Row is a unit or crew.
type Row struct {
	Unit     org.Unit
	People   int
	Shift    string // as most of its people work, "" where that is not known
	Expected Expected
	Sign     Sign
	// of plants and departments only
	Heard    int
	Few      bool // Heard may not be told
	Reached  int  // of 100 people: heard in any way
	NoReach  bool // Reached may not be told
	Crews    int  // crews of at least fifteen people in it
	Silent   int  // of those: silent
	Quiet    int  // people in silent crews
	Tellable bool // it has enough people for anything to be told
}

// Of reads the map for the units that the reader may see; under is a unit below which they lie, or "".
func Of(tx *db.Tx, who access.Person, under string) (Map, error) {
	tx.Asked() // what is not for him is in no row
	c, err := count(tx, thisMonth(tx))
	if err != nil {
		return Map{}, err
	}
	m := c.measure()
	cond, args := access.Visible(who, access.SilenceSee, access.Columns{Unit: "u.path"}, 1)
	codes, err := db.All[string](tx, `SELECT u.code FROM org_unit u WHERE u.active = 1 AND `+cond, args...)
	if err != nil {
		return Map{}, err
	}
	may := map[string]bool{}
	for _, code := range codes {
		may[code] = true
	}
	path := c.tree.Path(under)
	keep := func(rows []Row) []Row {
		return slices.DeleteFunc(rows, func(r Row) bool { return !may[r.Unit.Code] || under != "" && !r.Unit.Path.Under(path) })
	}
	m.Units, m.Crews = keep(m.Units), keep(m.Crews)
	m.Small = 0
	for _, u := range c.crews {
		if u.people > 0 && u.people < crewFrom && may[u.Code] && (under == "" || u.Path.Under(path)) {
			m.Small++
		}
	}
	if len(m.Units) == 0 && len(m.Crews) == 0 || !may[org.Root] {
		m.Nobody = 0 // of the whole organisation
	}
	return m, nil
}

// unit is a unit with what was counted of it and everything below.
type unit struct {
	org.Unit
	people  int
	shift   string
	heard   int // in the year
	before  int // in the year before
	reached int // in any way in the year
	whole   *unit
}

// counts are all units with what was counted.
type counts struct {
	tree     *org.Tree
	rule     few.Rule
	from, to string
	past     bool // there were voices in the first month of the year before
	wholes   []*unit
	crews    []*unit
	nobody   int
}

// measure makes rows of what was counted.
func (c *counts) measure() Map {
	m := Map{From: c.from, To: c.to}
	heard, people, reached := 0, 0, 0
	for _, u := range c.wholes {
		heard, people, reached = heard+u.heard, people+u.people, reached+u.reached
	}
	if !c.rule.Shown(few.Cell{Answers: heard, People: people}) {
		m.Early = true
		return m
	}
	m.People, m.Reached = people, percent(reached, people)
	if c.nobody >= c.rule.Answers {
		m.Nobody = c.nobody
	}
	now := func(u *unit) int { return u.heard }
	then := func(u *unit) int { return u.before }
	rates, _, hidden := c.rates(c.wholes, now)
	old, _, oldHidden := c.rates(c.wholes, then)
	crews, _, _ := c.rates(c.crews, now)
	noReach := c.noReach()
	pasts := map[*unit]*past{}
	at := map[*unit]int{}
	for _, u := range c.wholes {
		if u.people == 0 {
			continue
		}
		if c.past && !oldHidden[u] {
			pasts[u] = &past{heard: u.before, expected: float64(u.people) * old[u.shift], own: true}
		}
		r := Row{Unit: u.Unit, People: u.people, Shift: u.shift, Sign: Usual, Few: hidden[u], NoReach: noReach[u], Tellable: u.people >= c.rule.People}
		if r.Expected = expect(u.people, rates[u.shift], pasts[u]); r.Tellable && u.heard < r.Expected.Low {
			r.Sign = Fewer
		}
		if !r.Few {
			r.Heard = u.heard
		}
		if !r.NoReach {
			r.Reached = percent(u.reached, u.people)
		}
		at[u] = len(m.Units)
		m.Units = append(m.Units, r)
	}
	for _, u := range c.crews {
		if u.people < crewFrom {
			continue
		}
		r := Row{Unit: u.Unit, People: u.people, Shift: u.shift, Sign: Usual}
		var before *past
		if p := pasts[u.whole]; p != nil {
			before = &past{heard: p.heard, expected: p.expected}
		}
		r.Expected = expect(u.people, crews[u.shift], before)
		switch {
		case silent(u.people, u.reached):
			r.Sign = Silent
		case u.heard < r.Expected.Low:
			r.Sign = Fewer
		}
		if i, ok := at[u.whole]; ok {
			m.Units[i].Crews++
			if r.Sign == Silent {
				m.Units[i].Silent++
				m.Units[i].Quiet += r.People
			}
		}
		m.Crews = append(m.Crews, r)
	}
	// Those that call for a visit first: the gravest sign, then where most people are. All others as they stand in the tree: they have no rank.
	order := func(a, b Row) int {
		if a.Sign != b.Sign {
			return cmp.Compare(rank(a.Sign), rank(b.Sign))
		}
		if a.Sign == Usual {
			return 0
		}
		return cmp.Compare(b.People, a.People)
	}
	slices.SortStableFunc(m.Units, order)
	slices.SortStableFunc(m.Crews, order)
	return m
}

// percent is n of so many people, of 100 at most.
func percent(n, people int) int { return min(100, (n*200+people)/(2*max(1, people))) }

func rank(s Sign) int { return slices.Index([]Sign{Silent, Fewer, Usual}, s) }

// rates are how many were heard for each person, by shift, and which units' own numbers may not be told. A shift of which too little may be told has
// the rate of all: it is pooled.
func (c *counts) rates(units []*unit, of func(*unit) int) (rate map[string]float64, pooled map[string]bool, hidden map[*unit]bool) {
	groups := map[string]*few.Cell{}
	var shifts []string
	all := few.Cell{}
	for _, u := range units {
		if groups[u.shift] == nil {
			groups[u.shift] = &few.Cell{}
			shifts = append(shifts, u.shift)
		}
		g := groups[u.shift]
		g.Answers, g.People = g.Answers+of(u), g.People+u.people
		all.Answers, all.People = all.Answers+of(u), all.People+u.people
	}
	slices.Sort(shifts)
	cells := make([]few.Cell, len(shifts))
	for i, s := range shifts {
		cells[i] = *groups[s]
	}
	rate = map[string]float64{}
	share := func(c few.Cell) float64 { return float64(c.Answers) / float64(max(1, c.People)) }
	pooled = map[string]bool{}
	for i, h := range c.rule.Hide(cells) {
		if rate[shifts[i]] = share(cells[i]); h {
			rate[shifts[i]], pooled[shifts[i]] = share(all), true
		}
	}
	return rate, pooled, hideWithin(c.rule, units, func(u *unit) string {
		if pooled[u.shift] {
			return ""
		}
		return "shift " + u.shift
	}, of)
}

// hideWithin tells which units' numbers may not be told where the sum of each group is known.
func hideWithin(r few.Rule, units []*unit, group func(*unit) string, of func(*unit) int) map[*unit]bool {
	members := map[string][]*unit{}
	for _, u := range units {
		members[group(u)] = append(members[group(u)], u)
	}
	out := map[*unit]bool{}
	for _, in := range members {
		cells := make([]few.Cell, len(in))
		for i, u := range in {
			cells[i] = few.Cell{Answers: of(u), People: u.people}
		}
		for i, h := range r.Hide(cells) {
			out[in[i]] = h
		}
	}
	return out
}
