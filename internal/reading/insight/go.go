package insight

import (
	"slices"
	"strings"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/inspect"
	"sanwen/internal/work/matter"
)

// Why somebody should go to a place.
type Why string

// The reasons, the gravest first.
const (
	Critical Why = "critical" // the last reading is dangerous
	Failing  Why = "failing"  // the last readings fail
	Voices   Why = "voices"   // many have spoken of it
	Promised Why = "promised" // something was promised there for these days
	Silent   Why = "silent"   // a crew that goes there has not said a word
	Missing  Why = "missing"  // nobody has measured there
)

// Limits (defaults of the product).
const (
	goMost      = 5   // places
	voiceDays   = 30  // voices of so many days
	silentDays  = 90  // without a word
	missingDays = 90  // without a reading
	promiseDays = 14  // a promise that is due so soon
	fewVoices   = 5   // voices from which on their number is told
	fewPeople   = 20  // people from which on silence is told
	lookMost    = 4   // things to look at
	scanMost    = 500 // rows of one kind
)

// Reason is one reason with its number and what it is about.
type Reason struct {
	Why  Why
	N    int
	Unit string // whose crew is silent
}

// Look is what to look at there.
type Look struct {
	Item   *inspect.Spec  // a check item whose last reading fails, with that reading
	Last   string         // of the item
	Matter *matter.Matter // a promise
	Any    bool           // ask how it is and measure
}

// Place is where to go.
type Place struct {
	org.Place
	Reasons []Reason
	Looks   []Look
	Weight  int
}

// weights say how much a reason moves a place up.
var weights = map[Why]int{Critical: 8, Failing: 4, Voices: 5, Promised: 3, Silent: 3, Missing: 1}

// Go lists a few places for somebody with an hour, the weightiest first. Errors: access.
func Go(tx *db.Tx, who access.Person, within access.Path) ([]Place, error) {
	if err := who.May(tx, access.InspectGo, access.Thing{Kind: "place", Unit: within, Lead: within}); err != nil {
		return nil, err
	}
	places, err := org.Places(tx)
	if err != nil {
		return nil, err
	}
	at := map[string]*Place{}
	var order []string
	for _, p := range places {
		if p.Active && p.Kind != org.Area && who.Can(access.InspectGo, access.Thing{Kind: "place", Unit: p.Path, Lead: p.Path}) {
			at[p.Code] = &Place{Place: p}
			order = append(order, p.Code)
		}
	}
	g := &going{tx: tx, who: who, at: at}
	for _, step := range []func() error{g.readings, g.voices, g.promises, g.silence, g.missing} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	var out []Place
	for _, code := range order {
		if p := at[code]; p.Weight > 0 {
			if p.Looks = p.Looks[:min(len(p.Looks), lookMost)]; len(p.Looks) == 0 {
				p.Looks = []Look{{Any: true}}
			}
			out = append(out, *p)
		}
	}
	slices.SortStableFunc(out, func(a, b Place) int { return b.Weight - a.Weight })
	return out[:min(len(out), goMost)], nil
}

// going is the search while it goes on.
type going struct {
	tx  *db.Tx
	who access.Person
	at  map[string]*Place
}

func (g *going) since(days int) clock.Millis {
	return clock.MillisOf(g.tx.Today().Add(-days).Time(g.tx.Zone()))
}

func (p *Place) add(r Reason) {
	p.Reasons = append(p.Reasons, r)
	p.Weight += weights[r.Why]
}

// readings looks for places whose latest readings fail.
func (g *going) readings() error {
	bad, err := inspect.Failing(g.tx, g.since(180), scanMost)
	if err != nil {
		return err
	}
	n := map[string]map[Why]int{}
	for _, it := range bad {
		p := g.at[it.Place]
		if p == nil {
			continue
		}
		why := Failing
		if it.Result == inspect.Critical {
			why = Critical
		}
		if n[it.Place] == nil {
			n[it.Place] = map[Why]int{}
		}
		n[it.Place][why]++
		spec := it.Spec
		p.Looks = append(p.Looks, Look{Item: &spec, Last: it.Worst})
	}
	for place, whys := range n {
		for _, why := range []Why{Critical, Failing} {
			if whys[why] > 0 {
				g.at[place].add(Reason{Why: why, N: whys[why]})
			}
		}
	}
	return nil
}

// voices looks for places of which many have spoken. Fewer than five neither show nor count, nor do those of a place that few people use.
func (g *going) voices() error {
	least, err := org.Int(g.tx, org.PlaceUsers)
	if err != nil {
		return err
	}
	type row struct {
		Place string
		N     int
	}
	rows, err := db.All[row](g.tx, `SELECT place, COUNT(*) AS n FROM voice WHERE registered_at >= $1 AND place <> '' AND restricted = '' AND state <> 'withdrawn'
		GROUP BY place HAVING COUNT(*) >= $2`, g.since(voiceDays), fewVoices)
	for _, r := range rows {
		if p := g.at[r.Place]; p != nil && p.Users >= least {
			p.add(Reason{Why: Voices, N: r.N})
			p.Weight += min(r.N/fewVoices, 3)
		}
	}
	return err
}

// promises looks for matters that are due at a place in these days, or that somebody says are done.
func (g *going) promises() error {
	ms, err := db.All[matter.Matter](g.tx, `SELECT * FROM matter WHERE restricted = '' AND place <> '' AND (state = 'inspecting' OR state = 'executing' AND due <> '' AND due <= $1)
		ORDER BY due, id LIMIT $2`, g.tx.Today().Add(promiseDays), scanMost)
	if err != nil {
		return err
	}
	n := map[string]int{}
	for i, m := range ms {
		p := g.at[m.Place]
		if p == nil {
			continue
		}
		n[m.Place]++
		p.Looks = append(p.Looks, Look{Matter: &ms[i]})
	}
	for place, k := range n {
		g.at[place].add(Reason{Why: Promised, N: k})
	}
	return nil
}

// silence looks for units of twenty people and more that have said nothing, and the place where they are met.
func (g *going) silence() error {
	tree, err := org.TreeOf(g.tx)
	if err != nil {
		return err
	}
	heard, err := db.All[string](g.tx, `SELECT DISTINCT unit_path FROM voice WHERE registered_at >= $1 AND unit_path <> '' AND restricted = ''`, g.since(silentDays))
	if err != nil {
		return err
	}
	for _, u := range tree.OfKind(org.Crew, org.Workshop) {
		if !u.Active || u.Headcount < fewPeople || slices.ContainsFunc(heard, func(h string) bool { return strings.HasPrefix(h, string(u.Path)) }) {
			continue
		}
		if p := g.meet(tree, u); p != nil {
			p.add(Reason{Why: Silent, N: u.Headcount, Unit: u.Code})
		}
	}
	return nil
}

// meet is the place at which the people of a unit are found: that whose audience names them, or a unit around them.
func (g *going) meet(tree *org.Tree, u org.Unit) *Place {
	var best *Place
	for _, p := range g.at {
		for _, a := range append(p.Audience.Codes(), p.Unit) {
			if a != u.Code && !u.Path.Under(tree.Path(a)) || a == org.Root {
				continue
			}
			near := len(tree.Path(a))
			if best == nil || near > len(tree.Path(nearest(tree, best, u))) || near == len(tree.Path(nearest(tree, best, u))) && p.Code < best.Code {
				best = p
			}
		}
	}
	return best
}

// nearest is the unit of a place that stands nearest above a unit.
func nearest(tree *org.Tree, p *Place, u org.Unit) string {
	best := ""
	for _, a := range append(p.Audience.Codes(), p.Unit) {
		if u.Path.Under(tree.Path(a)) && len(tree.Path(a)) > len(tree.Path(best)) {
			best = a
		}
	}
	return best
}

// missing looks for places with check items of their own kind at which nobody has measured.
func (g *going) missing() error {
	seen, err := db.All[string](g.tx, `SELECT DISTINCT place FROM visit WHERE at >= $1`, g.since(missingDays))
	if err != nil {
		return err
	}
	kinds, err := db.All[string](g.tx, `SELECT DISTINCT place_kind FROM org_check_item WHERE active = 1`)
	if err != nil {
		return err
	}
	for _, p := range g.at {
		if slices.Contains(kinds, p.Kind) && !slices.Contains(seen, p.Code) {
			p.add(Reason{Why: Missing, N: missingDays})
		}
	}
	return nil
}
