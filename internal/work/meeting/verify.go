package meeting

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"sanwen/internal/base/cycle"
	"sanwen/internal/ground/db"
)

// Verify replays the recorded facts of meetings and resolutions and compares them with the rows, and the digests of signed minutes with
// their texts. It looks at up to limit meetings after the id given and returns the id to go on from, "" when it is through.
func Verify(tx *db.Tx, after string, limit int) (bad []string, next string, err error) {
	all, err := db.All[Meeting](tx, `SELECT * FROM meeting WHERE id > $1 ORDER BY id LIMIT $2`, after, limit)
	if err != nil || len(all) == 0 {
		return nil, "", err
	}
	var ids []string
	for _, m := range all {
		ids = append(ids, m.ID)
	}
	in, args := db.In("meeting", ids, 1)
	res, err := db.All[Resolution](tx, `SELECT * FROM resolution WHERE `+in+` ORDER BY id`, args...)
	if err != nil {
		return nil, "", err
	}
	for _, r := range res {
		ids = append(ids, r.ID)
	}
	steps, signed, err := facts(tx, ids)
	if err != nil {
		return nil, "", err
	}
	fold := func(t cycle.Table, what, id, state string) {
		got, err := t.Fold(steps[id])
		if err == nil && got != state {
			err = fmt.Errorf("the record leads to %q, the row says %q", got, state)
		}
		if err != nil {
			bad = append(bad, fmt.Sprintf("%s %s: %v", what, id, err))
		}
	}
	for _, m := range all {
		fold(Cycle, "meeting", m.ID, m.State)
		kept, err := MinutesOf(tx, m.ID)
		if err != nil {
			return nil, "", err
		}
		if int64(len(kept)) != m.Minutes {
			bad = append(bad, fmt.Sprintf("meeting %s: %d versions of its minutes, the row says %d", m.ID, len(kept), m.Minutes))
		}
		for _, k := range kept {
			sum := sha256.Sum256([]byte(k.Body))
			if d := hex.EncodeToString(sum[:]); d != k.Digest || !strings.Contains(signed[m.ID], d) {
				bad = append(bad, fmt.Sprintf("meeting %s: version %d of its minutes is not what was signed", m.ID, k.V))
			}
		}
	}
	for _, r := range res {
		fold(ResolutionCycle, "resolution", r.ID, r.State)
	}
	if len(all) == limit {
		next = all[len(all)-1].ID
	}
	return bad, next, nil
}

// facts reads the recorded steps by subject, and what the facts of signatures say.
func facts(tx *db.Tx, ids []string) (map[string][]cycle.Step, map[string]string, error) {
	type fact struct {
		SubjectID string
		Kind      string
		FromState string
		ToState   string
		Data      string
	}
	steps, signed := map[string][]cycle.Step{}, map[string]string{}
	in, args := db.In("subject_id", ids, 1)
	rows, err := db.All[fact](tx, `SELECT subject_id, kind, from_state, to_state, data FROM event
		WHERE subject_kind IN ('meeting', 'resolution') AND to_state <> '' AND `+in+` ORDER BY ins`, args...)
	for _, f := range rows {
		_, ev, _ := strings.Cut(f.Kind, ".")
		steps[f.SubjectID] = append(steps[f.SubjectID], cycle.Step{Event: ev, From: f.FromState, To: f.ToState})
		if ev == EventSign || ev == EventCorrect {
			signed[f.SubjectID] += f.Data
		}
	}
	return steps, signed, err
}
