package ledger

import (
	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/matter"
)

// WorkItem is a matter on somebody's work list.
type WorkItem struct {
	Row
	Next     *matter.StepState // the earliest step that is not done
	DaysLeft int               // working days until the deadline, 0 on the day, negative when it has passed
}

// Work lists the matters that the person works on, by deadline: those he answers for and those of his unit.
func Work(tx *db.Tx, who access.Person, states []string, limit int) ([]WorkItem, error) {
	l, err := LampsOf(tx)
	if err != nil {
		return nil, err
	}
	if len(states) == 0 {
		states = []string{matter.Assigned, matter.PlanReview, matter.Executing, matter.Paused, matter.Inspecting}
	}
	w := db.NewWhere()
	or := "owner = " + w.Arg(who.ID)
	for _, s := range who.Scope(access.Handler, access.DeptHead) {
		from, to := s.Range()
		or += " OR (lead_path >= " + w.Arg(from) + " AND lead_path < " + w.Arg(to) + ")"
	}
	w.Add("(" + or + ")")
	w.Add("restricted = ''")
	if who.Kind != access.Account {
		w.Add("1 = 0")
	}
	w.In("state", states)
	n := w.Arg(limit)
	cond, args := w.SQL()
	more := ""
	if sql, extra := recusedSQL(who, len(args)+1); who.ID != "" {
		more, args = " AND NOT "+sql, append(args, extra...)
	}
	ms, err := db.All[matter.Matter](tx, `SELECT * FROM matter WHERE `+cond+more+` ORDER BY due_key, id LIMIT `+n, args...)
	if err != nil {
		return nil, err
	}
	rows, err := fill(tx, ms, l)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	cal, err := org.Calendar(tx)
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, r := range rows {
		ids = append(ids, r.ID)
	}
	type step struct {
		Matter string
		matter.StepState
	}
	in, inArgs := db.In("m.id", ids, 1)
	steps, err := db.All[step](tx, `SELECT s.matter, s.n, s.text, s.day, s.done_at, s.done_by FROM matter m
		JOIN plan_step s ON s.matter = m.id AND s.plan = m.plan_version WHERE s.done_at = 0 AND `+in+` ORDER BY s.day, s.n`, inArgs...)
	if err != nil {
		return nil, err
	}
	first := map[string]*matter.StepState{}
	for i := range steps {
		if first[steps[i].Matter] == nil {
			first[steps[i].Matter] = &steps[i].StepState
		}
	}
	var out []WorkItem
	for _, r := range rows {
		it := WorkItem{Row: r, Next: first[r.ID]}
		if r.Due != "" {
			it.DaysLeft = cal.WorkingDaysBetween(l.Today, r.Due)
		}
		out = append(out, it)
	}
	return out, nil
}

// NextSteps gives the steps that are not done of matters whose rows somebody has been given, by matter id, in their order.
func NextSteps(tx *db.Tx, ids []string) (map[string][]matter.StepState, error) {
	out := map[string][]matter.StepState{}
	if len(ids) == 0 {
		return out, nil
	}
	type step struct {
		Matter string
		matter.StepState
	}
	in, args := db.In("m.id", ids, 1)
	steps, err := db.All[step](tx, `SELECT s.matter, s.n, s.text, s.day, s.done_at, s.done_by FROM matter m
		JOIN plan_step s ON s.matter = m.id AND s.plan = m.plan_version WHERE s.done_at = 0 AND `+in+` ORDER BY s.day, s.n`, args...)
	for _, s := range steps {
		out[s.Matter] = append(out[s.Matter], s.StepState)
	}
	return out, err
}

// SentBack gives why matters whose rows somebody has been given came back to be done again: the note of the inspection that they
// failed last in this round, or of the decision that returned the plan. A matter that did not come back is not in it.
func SentBack(tx *db.Tx, ids []string) (map[string]string, error) {
	out := map[string]string{}
	if len(ids) == 0 {
		return out, nil
	}
	type back struct{ Matter, Note string }
	in, args := db.In("m.id", ids, 1)
	for _, q := range []string{
		`SELECT i.matter, i.note FROM matter m JOIN inspection i ON i.matter = m.id AND i.round = m.round WHERE m.state = 'executing' AND i.kind = 'inspect'
			AND i.passed = 0 AND i.at = (SELECT MAX(x.at) FROM inspection x WHERE x.matter = m.id AND x.kind = 'inspect') AND ` + in,
		`SELECT p.matter, p.decision AS note FROM matter m JOIN plan p ON p.matter = m.id AND p.version = m.plan_latest
			WHERE m.state IN ('assigned', 'executing') AND p.state = 'returned' AND ` + in,
	} {
		rows, err := db.All[back](tx, q, args...)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			out[r.Matter] = r.Note
		}
	}
	return out, nil
}
