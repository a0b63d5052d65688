package assignment

import (
	"fmt"
	"strings"

	"sanwen/internal/base/cycle"
	"sanwen/internal/ground/db"
)

// words are the events of the kinds of facts that an assignment records.
var words = map[string]string{"assigned": EventAssign, "reassigned": EventReassign, "signed": EventSign, "auto_signed": EventAutoSign,
	"adjudicated": EventAdjudicate, "resumed": EventResume, "ended": EventEnd}

// Verify replays the recorded facts of assignments and tells which do not lead to what their rows say, in words for the
// log. It looks at up to limit assignments after the id given and returns the id to go on from, "" when it is through.
func Verify(tx *db.Tx, after string, limit int) (bad []string, next string, err error) {
	all, err := db.All[Assignment](tx, `SELECT * FROM assignment WHERE id > $1 ORDER BY id LIMIT $2`, after, limit)
	if err != nil || len(all) == 0 {
		return nil, "", err
	}
	var ids []string
	for _, a := range all {
		ids = append(ids, a.ID)
	}
	type fact struct {
		SubjectID string
		Kind      string
		FromState string
		ToState   string
	}
	in, args := db.In("subject_id", ids, 1)
	facts, err := db.All[fact](tx, `SELECT subject_id, kind, from_state, to_state FROM event
		WHERE subject_kind = 'assignment' AND to_state <> '' AND `+in+` ORDER BY ins`, args...)
	if err != nil {
		return nil, "", err
	}
	steps := map[string][]cycle.Step{}
	for _, f := range facts {
		ev, known := words[strings.TrimPrefix(f.Kind, "assignment.")]
		if !known { // a return is one of two events, told apart by where it leads
			ev = EventReturn
			if f.ToState == Adjudicating {
				ev = EventReturnAgain
			}
		}
		steps[f.SubjectID] = append(steps[f.SubjectID], cycle.Step{Event: ev, From: f.FromState, To: f.ToState})
	}
	for _, a := range all {
		state, err := Cycle.Fold(steps[a.ID])
		if err == nil && state != a.State {
			err = fmt.Errorf("the record leads to %q, the row says %q", state, a.State)
		}
		if err != nil {
			bad = append(bad, fmt.Sprintf("assignment %s of %s %s: %v", a.ID, a.SubjectKind, a.SubjectID, err))
		}
	}
	if len(all) == limit {
		next = all[len(all)-1].ID
	}
	return bad, next, nil
}
