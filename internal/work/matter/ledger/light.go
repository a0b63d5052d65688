package ledger

import (
	"slices"

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
	w.Add(all[at].sql, all[at].args...)
	for _, worse := range all[:at] {
		w.Add("NOT ("+worse.sql+")", worse.args...)
	}
}

// lightCase is an expression that gives the light of a row as text, ” for none; its arguments follow those given.
func lightCase(p Lamps, args []any) (string, []any) {
	expr := "CASE"
	for i, c := range lights(p) {
		w := db.NewWhere(args...)
		w.Add(c.sql, c.args...)
		var cond string
		cond, args = w.SQL()
		expr += " WHEN " + cond + " THEN '" + string(colors[i]) + "'"
	}
	return expr + " ELSE '' END", args
}
