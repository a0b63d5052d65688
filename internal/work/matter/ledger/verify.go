package ledger

import (
	"fmt"
	"slices"
	"strings"

	"sanwen/internal/base/cycle"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/matter"
)

// recorded is a fact as far as the replay needs it.
type recorded struct {
	SubjectID string
	At        clock.Millis
	Kind      string
	FromState string
	ToState   string
}

// Verify replays the recorded facts of matters and tells which do not lead to what their rows say, in words for the log.
// It looks at up to limit matters after the id given and returns the id to go on from, "" when it is through.
func Verify(tx *db.Tx, after string, limit int) (bad []string, next string, err error) {
	ms, err := db.All[matter.Matter](tx, `SELECT * FROM matter WHERE id > $1 ORDER BY id LIMIT $2`, after, limit)
	if err != nil || len(ms) == 0 {
		return nil, "", err
	}
	var ids []string
	for _, m := range ms {
		ids = append(ids, m.ID)
	}
	in, args := db.In("subject_id", ids, 1)
	facts, err := db.All[recorded](tx, `SELECT subject_id, at, kind, from_state, to_state FROM event
		WHERE subject_kind = 'matter' AND to_state <> '' AND `+in+` ORDER BY ins`, args...)
	if err != nil {
		return nil, "", err
	}
	steps := map[string][]cycle.Step{}
	began, over := map[string]string{}, map[string]bool{} // the states with which the weeks of the last changes began
	weeks := map[string]clock.Millis{}
	for _, m := range ms {
		if m.Week != "" {
			weeks[m.ID] = clock.MillisOf(m.Week.Time(tx.Zone()))
		}
	}
	for _, f := range facts {
		if over[f.SubjectID] = over[f.SubjectID] || f.At >= weeks[f.SubjectID]; !over[f.SubjectID] {
			began[f.SubjectID] = f.ToState
		}
		steps[f.SubjectID] = append(steps[f.SubjectID], cycle.Step{Event: strings.TrimPrefix(f.Kind, "matter."), From: f.FromState, To: f.ToState})
	}
	for _, m := range ms {
		state, err := matter.Cycle.Fold(steps[m.ID])
		if err == nil && state != m.State {
			err = fmt.Errorf("the record leads to %q, the row says %q", state, m.State)
		}
		if err == nil {
			err = sound(m)
		}
		if err == nil && m.Week != "" && slices.Contains(lit, began[m.ID]) != (m.WeekLight > 0) {
			err = fmt.Errorf("the week of %s began in the state %q, the row says with light %d", m.Week, began[m.ID], m.WeekLight)
		}
		if err != nil {
			bad = append(bad, fmt.Sprintf("matter %s: %v", m.Number, err))
		}
	}
	if len(ms) == limit {
		next = ms[len(ms)-1].ID
	}
	return bad, next, nil
}

// sound checks what must hold of a row by itself, whatever happened.
func sound(m matter.Matter) error {
	planned := m.State == matter.Executing || m.State == matter.Paused || m.State == matter.Inspecting || m.State == matter.Accepting || m.State == matter.Rated || m.State == matter.Closed
	switch {
	case m.Voices == 0 && !m.UnionInitiated:
		return fmt.Errorf("neither a voice nor the union began it")
	case planned && (m.PlanVersion == 0 || m.Owner == "" || m.Due0 == ""):
		return fmt.Errorf("%s without a plan in force, an owner or a deadline", m.State)
	case m.Claimant != "" && m.Claimant == m.Inspector && m.InspectedAt != 0:
		return fmt.Errorf("completed and inspected by the same person")
	case m.State == matter.Closed && (m.ClosedBy == m.Claimant || m.ClosedBy == m.Inspector):
		return fmt.Errorf("closed by who completed or inspected it")
	case m.State == matter.Closed && (m.Verdict == "" || m.Verdict == matter.Disputed || m.Reply == ""):
		return fmt.Errorf("closed with the verdict %q and the reply %q", m.Verdict, m.Reply)
	case (m.Review != "") != (m.State == matter.PlanReview):
		return fmt.Errorf("%s and waiting for the step %q of a review", m.State, m.Review)
	case m.Lead != "" && m.State == matter.Proposed:
		return fmt.Errorf("led by %s and still to be assigned", m.Lead)
	}
	return nil
}
