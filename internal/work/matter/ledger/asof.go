package ledger

import (
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/matter"
)

// AsOf gives a matter as it stood before a time, as far as those behind it are shown it: its state, its plan in force and its
// deadline. The rest is as it is now.
func AsOf(tx *db.Tx, m matter.Matter, before clock.Millis) (matter.Matter, error) {
	type step struct{ Kind, FromState, ToState string }
	first, err := db.Maybe[step](tx, `SELECT kind, from_state, to_state FROM event WHERE subject_kind = $1 AND subject_id = $2 AND at >= $3 AND from_state <> to_state
		ORDER BY ins LIMIT 1`, m.Ref().Kind, m.ID, before)
	if err != nil {
		return m, err
	}
	if first != nil {
		m.State = first.FromState
		switch first.Kind {
		case "matter." + matter.EventRegister, "matter." + matter.EventReopen, "matter." + matter.EventRelapse: // employees themselves said that it is not fixed
			m.State = first.ToState
		}
	}
	if m.PlanVersion == 0 {
		return m, nil
	}
	if m.PlanVersion, err = db.One[int64](tx, `SELECT COALESCE(MAX(version), 0) FROM plan WHERE matter = $1 AND version <= $2 AND
		(decided_at > 0 AND decided_at < $3 AND state <> 'returned' OR decided_at = 0 AND at < $3 AND state = 'approved')`, m.ID, m.PlanVersion, before); err != nil {
		return m, err
	}
	if m.PlanVersion == 0 {
		m.Due0, m.Due, m.DueAt = "", "", 0
		return m, nil
	}
	later, err := db.Maybe[clock.Day](tx, `SELECT from_day FROM extension WHERE matter = $1 AND state = 'granted' AND decided_at >= $2 ORDER BY n LIMIT 1`, m.ID, before)
	if err != nil || later == nil || *later == m.Due {
		return m, err
	}
	cal, err := org.Calendar(tx)
	m.Due, m.DueAt = *later, clock.MillisOf(cal.OfficeEnd(*later))
	return m, err
}
