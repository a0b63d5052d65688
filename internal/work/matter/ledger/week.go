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

// keepWeeks is for how many weeks the lights are kept.
const keepWeeks = 60

// lit are the states in which a matter has a light.
var lit = []string{matter.Proposed, matter.Assigned, matter.PlanReview, matter.Executing, matter.Paused}

// WeekOf is the Monday of the week of a day.
func WeekOf(d clock.Day) clock.Day { return d.Add(-((int(d.Weekday()) + 6) % 7)) }

// KeepWeek writes down the light of every matter that has one, once in a week: the first time that it runs in it. It returns how many
// there were, 0 where the week was written down before.
func KeepWeek(tx *db.Tx) (int, error) {
	who := access.System("ledger.keep_week")
	if err := who.May(tx, access.MatterSystem, access.Thing{Kind: "matter"}); err != nil {
		return 0, err
	}
	tx.Recorded() // a derived table: everything in it follows from the record
	week := WeekOf(tx.Today())
	if n, err := db.One[int](tx, `SELECT COUNT(*) FROM (SELECT 1 AS one FROM matter_week WHERE week = $1 LIMIT 1) AS w`, week); err != nil || n > 0 {
		return 0, err
	}
	l, err := LampsOf(tx)
	if err != nil {
		return 0, err
	}
	w := db.NewWhere(week)
	w.In("state", lit)
	cond, args := w.SQL()
	light, args := lightCase(l, args)
	n, err := tx.Exec(`INSERT INTO matter_week (week, matter, color) SELECT $1, id, `+light+` FROM matter WHERE `+cond+` ON CONFLICT DO NOTHING`, args...)
	if err != nil {
		return 0, err
	}
	_, err = tx.Exec(`DELETE FROM matter_week WHERE week < $1`, week.Add(-7*keepWeeks))
	return int(n), err
}

// Week is how the lights of a filter stand beside those with which the week began.
type Week struct {
	Monday  clock.Day
	Known   bool // the lights of that day were written down
	Was     map[duty.Color]int
	Changed map[string]int
}

// WeekOn compares the lights of a filter with those at the beginning of the week. Light, states and what was changed do not narrow it.
func WeekOn(tx *db.Tx, who access.Person, f Filter) (Week, error) {
	out := Week{Monday: WeekOf(tx.Today()), Was: map[duty.Color]int{}, Changed: map[string]int{}}
	n, err := db.One[int](tx, `SELECT COUNT(*) FROM (SELECT 1 AS one FROM matter_week WHERE week = $1 LIMIT 1) AS w`, out.Monday)
	if out.Known = n > 0; err != nil || !out.Known {
		return out, err
	}
	f.Light, f.Changed, f.States, f.Overdue = "", "", nil, false
	l, err := LampsOf(tx)
	if err != nil {
		return out, err
	}
	w, err := f.where(tx, who, access.MatterList, l)
	if err != nil {
		return out, err
	}
	monday := w.Arg(out.Monday)
	since := w.Arg(clock.MillisOf(out.Monday.Time(tx.Zone())))
	cond, args := w.SQL()
	w = db.NewWhere(args...)
	w.In("state", lit)
	working, args := w.SQL()
	w = db.NewWhere(args...)
	w.In("state", unlit())
	over, args := w.SQL()
	light, args := lightAs(l, args, "4", "3", "2", "1", "0")
	rank := `CASE w.color WHEN 'red' THEN 4 WHEN 'yellow' THEN 3 WHEN 'blue' THEN 2 WHEN 'green' THEN 1 ELSE 0 END`
	// Whatever has no light any more has moved since Monday: it is found by that, and not by looking at all that had one.
	type pair struct{ Ranks, N int }
	pairs, err := db.All[pair](tx, `SELECT ranks, COUNT(*) AS n FROM (
		SELECT 10 * COALESCE((SELECT `+rank+` FROM matter_week w WHERE w.week = `+monday+` AND w.matter = matter.id), 0) + `+light+` AS ranks
			FROM matter WHERE `+cond+` AND `+working+`
		UNION ALL SELECT 10 * `+rank+` AS ranks FROM matter CROSS JOIN matter_week w
			WHERE w.matter = matter.id AND w.week = `+monday+` AND w.color <> '' AND `+cond+` AND `+over+` AND matter.moved_at >= `+since+`) AS t GROUP BY ranks`, args...)
	for _, p := range pairs {
		was, now := rankName(p.Ranks/10), rankName(p.Ranks%10)
		if was != "" {
			out.Was[duty.Color(was)] += p.N
		}
		if c := changeOf(was, now); c != "" {
			out.Changed[c] += p.N
		}
	}
	return out, err
}

// unlit are the states in which a matter has no light.
func unlit() []string {
	return slices.DeleteFunc(slices.Clone(matter.States), func(s string) bool { return slices.Contains(lit, s) })
}

// rankName is the light of a rank, "" for 0.
func rankName(rank int) string {
	if rank < 1 || rank > len(calmFirst) {
		return ""
	}
	return calmFirst[rank-1]
}

func changeOf(was, now string) string {
	a, b := slices.Index(calmFirst, was), slices.Index(calmFirst, now)
	switch {
	case a < 0 && b < 0 || a == b:
		return ""
	case a < 0:
		return Fresh
	case b < 0:
		return Gone
	case b > a:
		return Worse
	}
	return Better
}

var calmFirst = []string{string(duty.Green), string(duty.Blue), string(duty.Yellow), string(duty.Red)}

// WasOf gives the lights with which matters began the week, by id.
func WasOf(tx *db.Tx, ids []string) (map[string]duty.Color, error) {
	out := map[string]duty.Color{}
	if len(ids) == 0 {
		return out, nil
	}
	in, args := db.In("matter", ids, 2)
	type row struct{ Matter, Color string }
	rows, err := db.All[row](tx, `SELECT matter, color FROM matter_week WHERE week = $1 AND `+in, append([]any{WeekOf(tx.Today())}, args...)...)
	for _, r := range rows {
		out[r.Matter] = duty.Color(r.Color)
	}
	return out, err
}

// addChanged restricts w to the rows that have changed so since the week began.
func addChanged(w *db.Where, change string, l Lamps, monday clock.Day) error {
	rank := func(expr string) string {
		return "CASE " + expr + " WHEN 'green' THEN 1 WHEN 'blue' THEN 2 WHEN 'yellow' THEN 3 WHEN 'red' THEN 4 ELSE 0 END"
	}
	light, args := "CASE", []any{}
	for i, c := range lights(l) {
		light += " WHEN " + c.sql + " THEN '" + string(colors[i]) + "'"
		args = append(args, c.args...)
	}
	is := rank(light + " ELSE '' END")
	was := rank("COALESCE((SELECT k.color FROM matter_week k WHERE k.week = ? AND k.matter = matter.id), '')")
	both := append(slices.Clone(args), monday)
	switch change {
	case Worse:
		w.Add(is+" > "+was, both...)
		w.Add(was+" > 0", monday)
	case Better:
		w.Add(is+" < "+was, both...)
		w.Add(is+" > 0", args...)
	case Fresh:
		w.In("state", lit)
		w.Add(was+" = 0", monday)
	case Gone:
		w.Add("state NOT IN ('proposed', 'assigned', 'plan_review', 'executing', 'paused')")
		w.Add(was+" > 0", monday)
	default:
		return fault.Field("changed", "fault.parameter", "changed")
	}
	return nil
}
