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
	l, err := matter.LampsOf(tx)
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
