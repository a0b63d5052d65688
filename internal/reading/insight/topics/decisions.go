package topics

import (
	"slices"

	"sanwen/internal/base/event"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/voice/core"
)

// Kept is from how many decisions on the oldest are dropped, and Dropped how many of them at once (defaults of the product).
const (
	Kept    = 30000
	Dropped = 10000
)

// decided are the states of a voice whose topic somebody has decided.
var decided = []string{core.Assigned, core.Signed, core.Linked, core.Answered, core.Closed}

// turning are what happens to a voice without deciding about its topic; everything else is looked at.
var turning = map[string]bool{"voice." + core.EvRegister: true, "voice." + core.EvSupport: true, "voice." + core.EvClaim: true,
	"voice." + core.EvLetGo: true, "voice." + core.EvInfo: true, "voice." + core.EvSign: true, "voice." + core.EvConfirm: true}

// Consumer keeps the table of decisions.
func Consumer() event.Consumer {
	return event.Consumer{Name: "insight.topics", Kinds: []string{core.RefKind}, Batch: 1000, Handle: follow}
}

// said is what the table of voices says of one.
type said struct {
	ID, Category, State, Restricted string
}

// follow brings the table up to date with voices about which something was recorded.
func follow(tx *db.Tx, entries []event.Entry) error {
	last := map[string]int64{} // voice → number of its last entry
	var ids []string
	for _, e := range entries {
		if e.Subject.Kind != core.RefKind || turning[e.Kind] {
			continue
		}
		if _, ok := last[e.Subject.ID]; !ok {
			ids = append(ids, e.Subject.ID)
		}
		last[e.Subject.ID] = e.Seq
	}
	forgets, learned := false, false
	for part := range slices.Chunk(ids, 200) {
		in, args := db.In("id", part, 1)
		voices, err := db.All[said](tx, `SELECT id, category, state, restricted FROM voice WHERE `+in, args...)
		if err != nil {
			return err
		}
		now := map[string]said{}
		for _, v := range voices {
			now[v.ID] = v
		}
		in, args = db.In("voice", part, 1)
		type row struct{ Voice, Category string }
		rows, err := db.All[row](tx, `SELECT voice, category FROM insight_decision WHERE `+in, args...)
		if err != nil {
			return err
		}
		had := map[string]string{}
		for _, r := range rows {
			had[r.Voice] = r.Category
		}
		for _, id := range part {
			v := now[id]
			wanted := v.Restricted == "" && v.Category != "" && slices.Contains(decided, v.State)
			if old := had[id]; old != "" && (!wanted || old != v.Category) {
				if _, err := tx.Exec(`DELETE FROM insight_decision WHERE voice = $1`, id); err != nil {
					return err
				}
				forgets = true
			} else if old != "" {
				continue
			}
			if wanted {
				if _, err := tx.Exec(`INSERT INTO insight_decision (voice, seq, category) VALUES ($1, $2, $3)`, id, last[id], v.Category); err != nil {
					return err
				}
				learned = true
			}
		}
	}
	if learned {
		n, err := db.One[int](tx, `SELECT COUNT(*) FROM insight_decision`)
		if err != nil {
			return err
		}
		if n > Kept {
			if _, err := tx.Exec(`DELETE FROM insight_decision WHERE seq <= (SELECT MAX(seq) FROM (SELECT seq FROM insight_decision ORDER BY seq LIMIT $1) a)`, Dropped); err != nil {
				return err
			}
			forgets = true
		}
	}
	if !forgets {
		return nil
	}
	_, err := tx.Exec(`INSERT INTO insight_state (name, generation) VALUES ('topics', 1) ON CONFLICT (name) DO UPDATE SET generation = insight_state.generation + 1`)
	return err
}
