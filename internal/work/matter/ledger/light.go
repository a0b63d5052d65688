package ledger

import (
	"slices"
	"strconv"
	"strings"

	"sanwen/internal/base/access"
	"sanwen/internal/base/duty"
	"sanwen/internal/ground/db"
)

const (
	early = "state IN ('proposed','assigned')"
	runs  = "state IN ('plan_review','executing','paused')"
)

// condition is a piece of SQL with question marks, and its arguments.
type condition struct {
	sql  string
	args []any
}

// lights are the conditions of [Light] over the columns of matter, the worst first: the first that holds is
// the light. A test compares the two on many rows.
func lights(p Lamps) [4]condition {
	return [4]condition{
		{"(" + early + " AND due <> '' AND due < ? AND due_open = 0) OR (state IN ('plan_review','executing') AND due <> '' AND due < ?)",
			[]any{p.Today, p.Today}},
		{"(" + early + " AND plan_due <> 0 AND plan_due < ?) OR (state IN ('plan_review','executing') AND milestone_due <> '' AND milestone_due < ?)" +
			" OR (state IN ('plan_review','executing') AND moved_at <= ?) OR (state = 'plan_review' AND plan_version = 0 AND plan_due < ?)",
			[]any{p.Now, p.Today, p.StaleAt, p.Now}},
		{runs + " AND due <> '' AND (due <= ? OR (due_at - ?) * 100 <= (due_at - due_from) * ?)", []any{p.NearDay, p.Now, p.NearShare}},
		{early + " OR " + runs, nil},
	}
}

var colors = [4]duty.Color{duty.Red, duty.Yellow, duty.Blue, duty.Green}

// addLight restricts w to the rows with a light.
func addLight(w *db.Where, c duty.Color, p Lamps) {
	at := slices.Index(colors[:], c)
	if at < 0 {
		w.Add("1 = 0")
		return
	}
	all := lights(p)
	w.Add(unsought(all[at].sql), all[at].args...)
	for _, worse := range all[:at] {
		w.Add("NOT ("+unsought(worse.sql)+")", worse.args...)
	}
}

// unsought keeps a database from looking for the states of a light one by one and sorting what it has found: read in the order of the
// list, a page full of rows with the light is soon together.
func unsought(cond string) string { return strings.ReplaceAll(cond, "state ", "(state || '') ") }

// lightCase is an expression that gives the light of a row as text, ” for none; its arguments follow those given.
func lightCase(p Lamps, args []any) (string, []any) {
	return lightAs(p, args, "'red'", "'yellow'", "'blue'", "'green'", "''")
}

// lightAs is an expression that gives a value for each light, the worst first, and for none.
func lightAs(p Lamps, args []any, values ...string) (string, []any) {
	expr := "CASE"
	for i, c := range lights(p) {
		w := db.NewWhere(args...)
		w.Add(c.sql, c.args...)
		var cond string
		cond, args = w.SQL()
		expr += " WHEN " + cond + " THEN " + values[i]
	}
	return expr + " ELSE " + values[len(colors)] + " END", args
}

// LightsOf counts the rows of a filter by light. It is asked for with every page of the ledger: all four counts come out of one pass over
// an index, as one number with twenty bits for each of the first three, because a database takes longer to group rows than to read them.
func LightsOf(tx *db.Tx, who access.Person, f Filter) (map[duty.Color]int, error) {
	l, err := LampsOf(tx)
	if err != nil {
		return nil, err
	}
	w, err := f.where(tx, who, access.MatterList, l)
	if err != nil {
		return nil, err
	}
	w.In("state", lit) // only matters that are worked on have a light; the many that are over need not be looked at
	cond, args := w.SQL()
	const bits = 20
	one, args := lightAs(l, args, "1", strconv.Itoa(1<<bits), strconv.Itoa(1<<(2*bits)), "0", "0")
	type sum struct{ Every, Packed int }
	n, err := db.One[sum](tx, `SELECT COUNT(*) AS every, COALESCE(CAST(SUM(`+one+`) AS BIGINT), 0) AS packed FROM matter WHERE `+cond, args...)
	out := map[duty.Color]int{}
	for i, c := range colors[:3] {
		if k := n.Packed >> (bits * i) & (1<<bits - 1); k > 0 {
			out[c] = k
			n.Every -= k
		}
	}
	if n.Every > 0 {
		out[duty.Green] = n.Every
	}
	return out, err
}
