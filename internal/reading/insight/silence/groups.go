package silence

import (
	"cmp"
	"slices"

	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/few"
)

// Groups are the people at work of the whole organisation by what the list of people says of them besides the unit: how they work in shifts, and how
// they are employed. It says nothing of a place where somebody works, so that there is no such table.
//
// Somebody counts as heard who has spoken with his name, answered a survey or voted in the twelve months. A voice without a name and an answer on
// paper have no shift and no employment; they are in the numbers of units only.
type Groups struct {
	Shifts, Employments []Group
	// The table is left out: with the others it would tell of a group that is too small.
	NoShifts, NoEmployments bool
}

// Group is one of them. Its key is "" for those of whom it is not known, and [Others] for all ways that are told together.
type Group struct {
	Key     string
	People  int
	Reached int  // of 100 people
	Hidden  bool // Reached may not be told
}

// Others is the key of all groups behind the first few.
const Others = "*"

// mostGroups is how many groups a table has. Looking at all that two tables tell together takes ten times as long with each more: 20 ms with five, 0.3 s with
// six, more than half a minute with eight.
const mostGroups = 5

// anyWay are the people who have spoken with their name, answered a survey or voted between two days, everybody once. Surveys and ballots count when
// they are over. Arguments: the two days, three times.
const anyWay = `SELECT v.submitter AS person FROM voice v WHERE v.submitter <> '' AND ` + told + ` AND v.day >= $1 AND v.day < $2
		UNION SELECT i.person FROM survey_invitation i JOIN survey_round r ON r.id = i.round WHERE i.used = 1 AND r.closes >= $3 AND r.closes < $4
		UNION SELECT e.person FROM ballot_elector e JOIN ballot b ON b.id = e.ballot WHERE e.used = 1 AND b.closes >= $5 AND b.closes < $6`

// otherWays are those of them who have answered a survey or voted. Arguments: the two days, twice.
const otherWays = `SELECT i.person FROM survey_invitation i JOIN survey_round r ON r.id = i.round WHERE i.used = 1 AND r.closes >= $1 AND r.closes < $2
		UNION SELECT e.person FROM ballot_elector e JOIN ballot b ON b.id = e.ballot WHERE e.used = 1 AND b.closes >= $3 AND b.closes < $4`

// alike are people at work of one unit who work and are employed in the same way.
type alike struct {
	Unit, Shift, Employment string
	People, Reached         int
}

// alikes counts people at work.
func alikes(tx *db.Tx, since, until clock.Day) ([]alike, error) {
	type row struct {
		Unit, Shift, Employment string
		N                       int
	}
	people, err := db.All[row](tx, `SELECT unit, shift, employment, COUNT(*) AS n FROM org_person WHERE status = 'active' GROUP BY unit, shift, employment ORDER BY unit, shift, employment`)
	if err != nil {
		return nil, err
	}
	reached, err := db.All[row](tx, `SELECT p.unit, p.shift, p.employment, COUNT(*) AS n FROM (`+anyWay+`) x JOIN org_person p ON p.id = x.person
		WHERE p.status = 'active' GROUP BY p.unit, p.shift, p.employment`, since, until, since, until, since, until)
	if err != nil {
		return nil, err
	}
	heard := map[[3]string]int{}
	for _, r := range reached {
		heard[[3]string{r.Unit, r.Shift, r.Employment}] = r.N
	}
	out := make([]alike, len(people))
	for i, p := range people {
		out[i] = alike{p.Unit, p.Shift, p.Employment, p.N, heard[[3]string{p.Unit, p.Shift, p.Employment}]}
	}
	return out, nil
}

// groups makes the tables of those who work in a plant or department: what is small is hidden in each, and a table that would tell of something small
// together with the units and the other table is left out.
func (c *counts) groups(all []alike) (out Groups) {
	all = slices.DeleteFunc(slices.Clone(all), func(a alike) bool { return c.within(a.Unit) < 0 })
	var shiftOf, employmentOf map[string]int
	out.Shifts, shiftOf = c.grouped(all, func(a alike) string { return a.Shift })
	out.Employments, employmentOf = c.grouped(all, func(a alike) string { return a.Employment })
	shift, employment := func(a alike) int { return shiftOf[a.Shift] }, func(a alike) int { return employmentOf[a.Employment] }
	none := func(alike) int { return 0 }
	if out.NoShifts = !c.rule.Apart(c.parts(all, shift, none)); out.NoShifts {
		out.Shifts, shift = nil, none
	}
	if out.NoEmployments = !c.rule.Apart(c.parts(all, shift, employment)); out.NoEmployments {
		out.Employments = nil
	}
	return out
}

// within is the plant or department of somebody, as its position in the map; -1 for none.
func (c *counts) within(code string) int {
	chain := c.tree.Chain(code)
	for i := len(chain) - 1; i >= 0; i-- {
		if w := slices.IndexFunc(c.wholes, func(u *unit) bool { return u.Code == chain[i].Code }); w >= 0 {
			return w
		}
	}
	return -1
}

// grouped is a table of groups, and which of them can be told apart by its numbers: those that are hidden cannot.
func (c *counts) grouped(all []alike, key func(alike) string) ([]Group, map[string]int) {
	by := map[string]*few.Cell{}
	var keys []string
	for _, a := range all {
		k := key(a)
		if by[k] == nil {
			by[k] = &few.Cell{}
			keys = append(keys, k)
		}
		by[k].Answers, by[k].People = by[k].Answers+a.Reached, by[k].People+a.People
	}
	slices.SortFunc(keys, func(a, b string) int { // most people first, those of whom nothing is known last
		return cmp.Or(cmp.Compare(min(1, len(b)), min(1, len(a))), cmp.Compare(by[b].People, by[a].People), cmp.Compare(a, b))
	})
	at := map[string]int{}
	var groups []Group
	var cells []few.Cell
	for i, k := range keys {
		if i >= mostGroups-1 && len(keys) > mostGroups {
			if i == mostGroups-1 {
				groups, cells = append(groups, Group{Key: Others}), append(cells, few.Cell{})
			}
			last := &cells[mostGroups-1]
			last.Answers, last.People = last.Answers+by[k].Answers, last.People+by[k].People
		} else {
			groups, cells = append(groups, Group{Key: k}), append(cells, *by[k])
		}
		at[k] = len(groups) - 1
	}
	hidden := c.rule.Hide(cells)
	one := slices.Index(hidden, true)
	for i := range groups {
		groups[i].People = cells[i].People
		if groups[i].Hidden = hidden[i]; !hidden[i] {
			groups[i].Reached = percent(cells[i].Answers, cells[i].People)
		}
	}
	for k, i := range at {
		if hidden[i] {
			at[k] = one
		}
	}
	return groups, at
}

// parts are the people as the tables see them, with what only the units have: voices without a name, and answers on paper.
func (c *counts) parts(all []alike, shift, employment func(alike) int) []few.Part {
	noReach, one := c.noReach(), -1
	unitOf := make([]int, len(c.wholes))
	rest := make([]few.Part, len(c.wholes))
	for i, u := range c.wholes {
		if unitOf[i] = i; noReach[u] {
			if one < 0 {
				one = i
			}
			unitOf[i] = one
		}
		rest[unitOf[i]].Group = [3]int{unitOf[i], -1, -1}
		rest[unitOf[i]].Answers += u.reached
		rest[unitOf[i]].People += u.people
	}
	by := map[[3]int]few.Part{}
	for _, a := range all {
		in := unitOf[c.within(a.Unit)]
		key := [3]int{in, shift(a), employment(a)}
		p := by[key]
		p.Group, p.Answers, p.People = key, p.Answers+a.Reached, p.People+a.People
		by[key] = p
		rest[in].Answers -= a.Reached
	}
	var out []few.Part
	for _, p := range by {
		out = append(out, p)
	}
	for i, p := range rest {
		if unitOf[i] == i {
			p.Answers = max(0, p.Answers)
			out = append(out, p)
		}
	}
	return out
}

// noReach tells of which units the share that was heard is not told.
func (c *counts) noReach() map[*unit]bool {
	return hideWithin(c.rule, c.wholes, func(*unit) string { return "" }, func(u *unit) int { return u.reached })
}

// Named reports whether the key is a form of employment that has a name; others stand as they were written.
func (g Group) Named() bool { return slices.Contains(org.Employments(), g.Key) }
