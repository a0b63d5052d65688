package ledger

import (
	"slices"

	"sanwen/internal/base/access"
	"sanwen/internal/base/duty"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/work/matter"
)

// How a matter stands beside what it was when the week began; their names are "ledger.changed.<change>".
const (
	Worse  = "worse"  // its light has become worse
	Better = "better" // its light has become better
	Fresh  = "new"    // it was not on the ledger, or had no light
	Gone   = "done"   // it had a light and has none any more: done, carried over, ended
)

// Changes returns all of them.
func Changes() []string { return []string{Worse, Better, Fresh, Gone} }

// lit are the states in which a matter has a light.
var lit = []string{matter.Proposed, matter.Assigned, matter.PlanReview, matter.Executing, matter.Paused}

// unlit are the states in which a matter has none.
func unlit() []string {
	return slices.DeleteFunc(slices.Clone(matter.States), func(s string) bool { return slices.Contains(lit, s) })
}

// EveryLight reports whether a filter with these states leaves none out that has a light.
func EveryLight(states []string) bool {
	return len(states) == 0 || !slices.ContainsFunc(lit, func(s string) bool { return !slices.Contains(states, s) })
}

// WeekOf is the Monday of the week of a day.
func WeekOf(d clock.Day) clock.Day { return d.Add(-((int(d.Weekday()) + 6) % 7)) }

func init() { matter.OnWeek(began) }

// began gives the Monday of this week and the light with which a matter began it, before the matter changes. The first change of a week
// keeps it; whatever has not changed since Monday is what it was on Monday, and its light of then is derived from the row as it is. So
// nothing has to run on a Monday, and a pause or a jump of the clock leaves nothing wrong. Where the clock has gone back, what was kept in
// the later week stays.
func began(tx *db.Tx, before matter.Matter) (clock.Day, int64, error) {
	monday := WeekOf(tx.Today())
	if before.Week >= monday {
		return before.Week, before.WeekLight, nil
	}
	l, err := mondayLamps(tx, monday)
	return monday, rankOf(Light(before, l)), err
}

func mondayLamps(tx *db.Tx, monday clock.Day) (Lamps, error) {
	return lampsAt(tx, monday.Time(tx.Zone()))
}

// wasRank is the rank of the light with which a matter began the week.
func wasRank(m matter.Matter, monday Lamps) int64 {
	if m.Week == monday.Today {
		return m.WeekLight
	}
	return rankOf(Light(m, monday))
}

// rankOf is the rank of a light, from 1 for the calmest; 0 is none.
func rankOf(c duty.Color) int64 { return int64(slices.Index(calmFirst, c) + 1) }

// colorOf is the light of a rank.
func colorOf(rank int64) duty.Color {
	if rank < 1 || rank > int64(len(calmFirst)) {
		return ""
	}
	return calmFirst[rank-1]
}

var calmFirst = []duty.Color{duty.Green, duty.Blue, duty.Yellow, duty.Red}

// wasRankSQL is [wasRank] as an expression.
func wasRankSQL(w *db.Where, monday Lamps) string {
	return "CASE WHEN week = " + w.Arg(monday.Today) + " THEN week_light ELSE " + nowRank(w, monday) + " END"
}

// Week is how the lights of a filter stand beside those with which the week began.
type Week struct {
	Monday  clock.Day
	Was     map[duty.Color]int
	Now     map[duty.Color]int
	Changed map[string]int
	Lights  map[duty.Color]int // of what has changed as the filter says, where it says so: see [Filter.Changed]
}

// WeekOn compares the lights of a filter with those at the beginning of the week. Light, states and what was changed do not narrow it; what
// was changed is counted by itself in the same pass. Like [LightsOf] it counts in one pass over an index, without grouping.
func WeekOn(tx *db.Tx, who access.Person, f Filter) (Week, error) {
	out := Week{Monday: WeekOf(tx.Today()), Changed: map[string]int{}}
	only := f.Changed
	f.Light, f.Changed, f.States, f.Overdue = "", "", nil, false
	l, err := LampsOf(tx)
	if err != nil {
		return out, err
	}
	monday, err := mondayLamps(tx, out.Monday)
	if err != nil {
		return out, err
	}
	w, err := f.where(tx, who, access.MatterList, l)
	if err != nil {
		return out, err
	}
	w.In(f.state(), lit)
	now, was := nowRank(w, l), wasRankSQL(w, monday)
	cond, args := w.SQL()
	pack := func(rank string) string {
		return "CASE " + rank + " WHEN 4 THEN " + places[0] + " WHEN 3 THEN " + places[1] + " WHEN 2 THEN " + places[2] + " ELSE 0 END"
	}
	total := func(expr string) string { return "COALESCE(CAST(SUM(" + expr + ") AS BIGINT), 0)" }
	type sums struct{ Every, Is, Was, Changed, Only int }
	these := "0"
	if cond := map[string]string{Worse: "was_rank > 0 AND is_rank > was_rank", Better: "is_rank < was_rank", Fresh: "was_rank = 0"}[only]; cond != "" {
		these = total("CASE WHEN " + cond + " THEN " + pack("is_rank") + " ELSE 0 END")
	}
	// The limit keeps the ranks from being worked out again wherever they are mentioned.
	n, err := db.One[sums](tx, `SELECT COUNT(*) AS every, `+total(pack("is_rank"))+` AS "is", `+total(pack("was_rank"))+` AS was,
		`+total("CASE WHEN was_rank = 0 THEN "+places[0]+" WHEN is_rank > was_rank THEN "+places[1]+" WHEN is_rank < was_rank THEN "+places[2]+" ELSE 0 END")+` AS changed, `+these+` AS only
		FROM (SELECT `+now+` AS is_rank, `+was+` AS was_rank FROM matter WHERE `+cond+` LIMIT 1000000000) AS t`, args...)
	if err != nil {
		return out, err
	}
	out.Now = unpackLights(n.Every, n.Is)
	fresh := unpack(n.Changed, 0)
	out.Was = unpackLights(n.Every-fresh, n.Was)
	count := func(change string, k int) {
		if k > 0 {
			out.Changed[change] += k
		}
	}
	count(Fresh, fresh)
	count(Worse, unpack(n.Changed, 1))
	count(Better, unpack(n.Changed, 2))
	out.Lights = unpackLights(out.Changed[only], n.Only)

	// Whatever has no light any more and had one on Monday has changed since, and says so.
	if w, err = f.where(tx, who, access.MatterList, l); err != nil {
		return out, err
	}
	addGone(w, f, out.Monday)
	cond, args = w.SQL()
	type line struct {
		WeekLight int64
		N         int
	}
	over, err := db.All[line](tx, `SELECT week_light, COUNT(*) AS n FROM matter WHERE `+cond+` GROUP BY week_light`, args...)
	for _, x := range over {
		out.Was[colorOf(x.WeekLight)] += x.N
		out.Changed[Gone] += x.N
	}
	return out, err
}

// addGone restricts w to what had a light on Monday and has none now.
func addGone(w *db.Where, f Filter, monday clock.Day) {
	w.In(f.state(), unlit())
	w.Add("week = ? AND week_light > 0", monday)
}

// WasOf gives the lights with which matters began the week, by id.
func WasOf(tx *db.Tx, rows []Row) (map[string]duty.Color, error) {
	out := map[string]duty.Color{}
	monday, err := mondayLamps(tx, WeekOf(tx.Today()))
	for _, r := range rows {
		out[r.ID] = colorOf(wasRank(r.Matter, monday))
	}
	return out, err
}

// addChanged restricts w to the rows that have changed so since the week began.
func addChanged(tx *db.Tx, w *db.Where, f Filter, l Lamps) error {
	monday, err := mondayLamps(tx, WeekOf(tx.Today()))
	if err != nil {
		return err
	}
	switch f.Changed {
	case Worse:
		w.Add("(" + wasRankSQL(w, monday) + ") BETWEEN 1 AND (" + nowRank(w, l) + ") - 1")
	case Better:
		w.Add("(" + nowRank(w, l) + ") BETWEEN 1 AND (" + wasRankSQL(w, monday) + ") - 1")
	case Fresh:
		w.In(f.state(), lit)
		w.Add("(" + wasRankSQL(w, monday) + ") = 0")
	case Gone:
		addGone(w, f, monday.Today)
	default:
		return fault.Field("changed", "fault.parameter", "changed")
	}
	return nil
}
