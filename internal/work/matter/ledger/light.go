package ledger

import (
	"sanwen/internal/base/duty"
	"sanwen/internal/work/matter"
)

// lightSQL is the condition under which [Matter.Light] gives the light, over the columns of matter. Arguments come
// from args in the order of the question marks.
func lightSQL(l duty.Color, p matter.Lamps) (cond string, args []any) {
	early := "state IN ('proposed','assigned')"
	run := "state IN ('plan_review','executing','paused')"
	red := "((" + early + " AND due <> '' AND due < ? AND due_open = 0) OR (state IN ('plan_review','executing') AND due <> '' AND due < ?))"
	redArgs := []any{p.Today, p.Today}
	yellow := "((" + early + " AND plan_due <> 0 AND plan_due < ?) OR (state IN ('plan_review','executing') AND milestone_due <> '' AND milestone_due < ?)" +
		" OR (state IN ('plan_review','executing') AND moved_at <= ?) OR (state = 'plan_review' AND plan_version = 0 AND plan_due < ?))"
	yellowArgs := []any{p.Now, p.Today, p.StaleAt, p.Now}
	blue := "(" + run + " AND due <> '' AND (due <= ? OR (due_at - ?) * 100 <= (due_at - due_from) * ?))"
	blueArgs := []any{p.NearDay, p.Now, p.NearShare}
	join := func(parts ...[]any) []any {
		var out []any
		for _, x := range parts {
			out = append(out, x...)
		}
		return out
	}
	switch l {
	case duty.Red:
		return red, redArgs
	case duty.Yellow:
		return yellow + " AND NOT " + red, join(yellowArgs, redArgs)
	case duty.Blue:
		return blue + " AND NOT " + yellow + " AND NOT " + red, join(blueArgs, yellowArgs, redArgs)
	case duty.Green:
		return "(" + early + " OR " + run + ") AND NOT " + blue + " AND NOT " + yellow + " AND NOT " + red, join(blueArgs, yellowArgs, redArgs)
	}
	return "1 = 0", nil
}
