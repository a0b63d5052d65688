package ledger

import (
	"encoding/json"

	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/matter"
)

// Promise is what those who said it, and everybody who met the same, may read of a plan before work starts and while it
// goes on (问计于职工): what will be true, by which measure, by which unit and when. No name is in it.
type Promise struct {
	Number   string
	Shown    string
	State    string
	Lead     string
	Item     string
	Standard string
	Checks   []matter.Check
	Due0     clock.Day // as first promised
	Due      clock.Day
	Waiting  bool         // the plan has not been approved yet
	Comment  clock.Millis // until when those behind the matter may say what they think of it; 0: nobody is asked now
}

// PromiseOf reads the promise of a matter: the plan in force, or the one that waits for approval. Nil for a restricted
// matter and where there is no plan. The caller shows it to those who are behind the matter, or to everybody if it is
// public.
func PromiseOf(tx *db.Tx, id string) (*Promise, error) {
	m, err := matter.Find(tx, id)
	if err != nil {
		return nil, err
	}
	return PromiseIn(tx, m)
}

// PromiseIn is PromiseOf for a matter that has been read, or worked out with [AsOf].
func PromiseIn(tx *db.Tx, m matter.Matter) (*Promise, error) {
	if m.Restricted != "" {
		return nil, nil
	}
	v := m.PlanVersion
	if v == 0 && m.State == matter.PlanReview {
		v = m.PlanLatest
	}
	if v == 0 {
		return nil, nil
	}
	plan, err := db.One[matter.Plan](tx, `SELECT slots, comment_until FROM plan WHERE matter = $1 AND version = $2`, m.ID, v)
	if err != nil {
		return nil, err
	}
	var s matter.Slots
	if err := json.Unmarshal([]byte(plan.SlotsJSON), &s); err != nil {
		return nil, err
	}
	p := &Promise{Number: m.Number, Shown: m.Shown(), State: m.State, Lead: m.Lead, Item: s.Item, Standard: s.Standard, Checks: s.Checks,
		Due0: m.Due0, Due: m.Due, Waiting: m.PlanVersion == 0}
	if p.Waiting {
		p.Due0, p.Due = s.Deadline, s.Deadline
		if plan.CommentUntil > tx.Millis() {
			p.Comment = plan.CommentUntil
		}
	}
	return p, nil
}
