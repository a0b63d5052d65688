package silence

import (
	"slices"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/few"
	"sanwen/internal/work/voice/core"
)

// told are the voices that are in a number: somebody has looked at them, they are nobody's secret path and name nobody, and are not parts of others.
const told = `v.restricted = '' AND v.named = 0 AND v.parent = '' AND v.state NOT IN ('` + core.Registered + `', '` + core.InTriage + `', '` + core.WaitingInfo + `', '` +
	core.Erased + `', '` + core.Withdrawn + `', '` + core.Quarantined + `', '` + core.Rejected + `')`

// count counts by unit, in the twelve months before the month that begins on a day and in the twelve before those.
func count(tx *db.Tx, month clock.Day) (*counts, error) {
	since, before := month.AddMonths(-monthsShown), month.AddMonths(-2*monthsShown)
	c := &counts{from: string(since[:7]), to: string(month.Add(-1)[:7])}
	var err error
	if c.tree, err = org.TreeOf(tx); err != nil {
		return nil, err
	}
	set, err := org.SettingsOf(tx)
	if err != nil {
		return nil, err
	}
	c.rule = few.Rule{Answers: set.Int(org.ShowFrom), People: set.Int(org.PlaceUsers)}
	units, err := c.people(tx)
	if err != nil {
		return nil, err
	}
	add := func(code string, f func(*unit)) bool {
		found := false
		for _, up := range c.tree.Chain(code) {
			if u := units[up.Code]; u != nil {
				f(u)
				found = true
			}
		}
		return found
	}
	named, hidden, reached, err := heardBetween(tx, before, since, month)
	if err != nil {
		return nil, err
	}
	for _, s := range named {
		add(s.Unit, func(u *unit) { u.heard, u.before = u.heard+s.Lately, u.before+s.Before })
	}
	users, err := audiences(tx, c.tree)
	if err != nil {
		return nil, err
	}
	for _, s := range hidden {
		code := s.Unit
		if s.Place != "" {
			code = users[s.Place]
		}
		if !add(code, func(u *unit) { u.heard, u.before, u.reached = u.heard+s.Lately, u.before+s.Before, u.reached+s.Lately }) {
			c.nobody += s.Lately
		}
	}
	for code, n := range reached {
		add(code, func(u *unit) { u.reached += n })
	}
	first, err := db.Maybe[clock.Day](tx, `SELECT v.day FROM voice v WHERE v.day < $1 ORDER BY v.day LIMIT 1`, before.AddMonths(1))
	c.past = first != nil
	return c, err
}

// said is how many were heard of a unit or place, in a year and in the one before.
type said struct {
	Unit, Place    string
	Lately, Before int
}

// heardBetween counts people who spoke with their name by unit, voices without one by unit and place, and people who were heard in any way by unit: from
// what is kept of days where that can be.
func heardBetween(tx *db.Tx, before, since, month clock.Day) (named, hidden []said, reached map[string]int, err error) {
	h, err := heardFrom(tx, before, since, month)
	if err != nil {
		return nil, nil, nil, err
	}
	if h == nil {
		if named, hidden, err = heardRead(tx, before, since, month); err != nil {
			return nil, nil, nil, err
		}
		reached, err = reachedBy(tx, since, month)
		return named, hidden, reached, err
	}
	others, err := db.All[string](tx, otherWays, since, month, since, month)
	if err != nil {
		return nil, nil, nil, err
	}
	if named, reached, err = h.byUnit(tx, others); err != nil {
		return nil, nil, nil, err
	}
	for _, s := range h.hidden {
		hidden = append(hidden, *s)
	}
	return named, hidden, reached, addPaper(tx, since, month, reached)
}

// heardRead counts by reading the voices.
func heardRead(tx *db.Tx, before, since, month clock.Day) (named, hidden []said, err error) {
	named, err = db.All[said](tx, `SELECT p.unit, '' AS place, COUNT(DISTINCT CASE WHEN v.day >= $1 THEN v.submitter END) AS lately,
		COUNT(DISTINCT CASE WHEN v.day < $2 THEN v.submitter END) AS before
		FROM voice v JOIN org_person p ON p.id = v.submitter WHERE v.submitter <> '' AND `+told+` AND v.day >= $3 AND v.day < $4 GROUP BY p.unit`, since, since, before, month)
	if err != nil {
		return nil, nil, err
	}
	hidden, err = db.All[said](tx, `SELECT v.unit, v.place, SUM(CASE WHEN v.day >= $1 THEN 1 ELSE 0 END) AS lately, SUM(CASE WHEN v.day < $2 THEN 1 ELSE 0 END) AS before
		FROM voice v WHERE v.submitter = '' AND `+told+` AND v.day >= $3 AND v.day < $4 GROUP BY v.unit, v.place`, since, since, before, month)
	return named, hidden, err
}

// people lists the plants, departments and crews with the people at work in and below them.
func (c *counts) people(tx *db.Tx) (map[string]*unit, error) {
	units := map[string]*unit{}
	for _, u := range c.tree.All() {
		if !u.Active {
			continue
		}
		x := &unit{Unit: u}
		switch u.Kind {
		case org.Plant, org.Department:
			c.wholes = append(c.wholes, x)
		case org.Crew:
			c.crews = append(c.crews, x)
			for _, up := range c.tree.Chain(u.Code) {
				if w := units[up.Code]; w != nil && (up.Kind == org.Plant || up.Kind == org.Department) {
					x.whole = w
					break
				}
			}
		default:
			continue
		}
		units[u.Code] = x
	}
	type head struct {
		Unit, Shift string
		N           int
	}
	heads, err := db.All[head](tx, `SELECT unit, shift, COUNT(*) AS n FROM org_person WHERE status = 'active' GROUP BY unit, shift ORDER BY unit, shift`)
	if err != nil {
		return nil, err
	}
	shifts := map[*unit]map[string]int{}
	for _, h := range heads {
		for _, up := range c.tree.Chain(h.Unit) {
			u := units[up.Code]
			if u == nil {
				continue
			}
			if shifts[u] == nil {
				shifts[u] = map[string]int{}
			}
			u.people += h.N
			shifts[u][h.Shift] += h.N
		}
	}
	for u, n := range shifts {
		for s, k := range n {
			if k > n[u.shift] || k == n[u.shift] && s < u.shift {
				u.shift = s
			}
		}
	}
	return units, nil
}

// audiences tells of every place the smallest unit in which all work who use it.
func audiences(tx *db.Tx, tree *org.Tree) (map[string]string, error) {
	places, err := org.Places(tx)
	out := map[string]string{}
	for _, p := range places {
		codes := p.Audience.Codes()
		if len(codes) == 0 {
			codes = []string{p.Unit}
		}
		common := codes[0]
		for _, up := range tree.Chain(codes[0]) {
			common = up.Code
			if !slices.ContainsFunc(codes, func(c string) bool { return !tree.Path(c).Under(up.Path) }) {
				break
			}
		}
		out[p.Code] = common
	}
	return out, err
}

// reachedBy counts by unit the people who have spoken with their name, answered a survey or voted, everybody once, and the answers on paper. Surveys and
// ballots count when they are over.
func reachedBy(tx *db.Tx, since, until clock.Day) (map[string]int, error) {
	rows, err := db.All[counted](tx, `SELECT p.unit, COUNT(*) AS n FROM (`+anyWay+`) x JOIN org_person p ON p.id = x.person GROUP BY p.unit`, since, until, since, until, since, until)
	if err != nil {
		return nil, err
	}
	out := map[string]int{}
	for _, r := range rows {
		out[r.Unit] += r.N
	}
	return out, addPaper(tx, since, until, out)
}

type counted struct {
	Unit string
	N    int
}

// addPaper adds the answers on paper to those of each unit.
func addPaper(tx *db.Tx, since, until clock.Day, to map[string]int) error {
	return db.Each(tx, func(r counted) error {
		to[r.Unit] += r.N
		return nil
	}, `SELECT c.unit, COUNT(*) AS n FROM survey_code c JOIN survey_round r ON r.id = c.round WHERE c.used = 1 AND r.closes >= $1 AND r.closes < $2 GROUP BY c.unit`, since, until)
}

// May reports whether somebody has the map.
func May(who access.Person) bool {
	cond, _ := access.Visible(who, access.SilenceSee, access.Columns{Unit: "u.path"}, 1)
	return cond != "1=0"
}
