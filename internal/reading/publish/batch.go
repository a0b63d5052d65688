package publish

import (
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
)

// Batch is what the board may show today. What was registered is published only when a full day (setting board.delay.days) has passed
// since, and all of a day at once at midnight: whoever looks at the board every minute must not learn when somebody spoke. So the
// batch of Wednesday shows what was registered until the end of Monday.
//
// It says nothing about "what is already being done here" on the page of a place, which is written by the union and has to be true
// when somebody is about to say the same again, nor about one's own thread.
type Batch struct {
	Day   clock.Day    // the last day of registration that is shown
	Until clock.Millis // its end
}

// BatchOf is the batch that holds now.
func BatchOf(tx *db.Tx) (Batch, error) {
	days, err := org.Int(tx, org.BoardDelay)
	if err != nil {
		return Batch{}, err
	}
	day := tx.Today().Add(-days - 1)
	return Batch{Day: day, Until: startOf(tx, day.Add(1))}, nil
}

// heard are the voices that came in between two days, as far as they are published: each once, and without those that tell of a reprisal.
func (b Batch) heard(from, to clock.Day) *db.Where {
	return db.NewWhere().Add("day >= ? AND day <= ?", from, min(to, b.Day)).Add("channel NOT IN ('part', 'retaliation')")
}

// answeredStates are the states of a voice that has an answer, or a refusal with its reason.
const answeredStates = `('answered', 'closed', 'rejected')`

// VoicesOf lists the ids of the voices that are counted as heard between two days in the whole organisation, or as answered: so many, behind the first
// skip. Those that are for officers alone and those that name somebody stand last and in no order of time. The caller decides what is shown of each.
func VoicesOf(tx *db.Tx, answered bool, from, to clock.Day, skip, n int) ([]string, error) {
	b, err := BatchOf(tx)
	if err != nil {
		return nil, err
	}
	w := b.heard(from, to)
	if answered {
		w.Add(`COALESCE((SELECT e.from_state FROM event e WHERE e.subject_kind = 'voice' AND e.subject_id = voice.id AND e.from_state <> '' AND e.from_state <> e.to_state AND e.at >= ?
			ORDER BY e.ins LIMIT 1), state) IN `+answeredStates, b.Until)
	}
	most, behind := w.Arg(n), w.Arg(skip)
	cond, args := w.SQL()
	return db.All[string](tx, `SELECT id FROM voice WHERE `+cond+` ORDER BY CASE WHEN restricted = '' AND named = 0 THEN 0 ELSE 1 END,
		CASE WHEN restricted = '' AND named = 0 THEN day ELSE '' END DESC, id LIMIT `+most+` OFFSET `+behind, args...)
}

// firstMoves reads the entry of the first move of each voice since a moment. It fits an index of the record that holds only those (event_voice_moved).
const firstMoves = `SELECT subject_id, MIN(ins) AS ins FROM event WHERE subject_kind = 'voice' AND from_state <> '' AND from_state <> to_state AND at >= `

// answered is how many voices of the conditions had an answer when the batch was made; now is how many have one now. What has
// moved since is read from the record: the state that a voice had before its first move after the batch.
func (b Batch) answered(tx *db.Tx, cond string, args []any, now int) (int, error) {
	w := db.NewWhere(args...)
	at := w.Arg(b.Until)
	_, args = w.SQL()
	since, err := db.One[int](tx, `SELECT COALESCE(SUM(CASE WHEN e.from_state IN `+answeredStates+` THEN 1 ELSE 0 END - CASE WHEN v.state IN `+answeredStates+` THEN 1 ELSE 0 END), 0)
		FROM (`+firstMoves+at+` GROUP BY subject_id) x JOIN event e ON e.ins = x.ins JOIN (SELECT id, state FROM voice WHERE `+cond+`) v ON v.id = x.subject_id`, args...)
	return now + since, err
}

// newcomers counts, of each matter, the voices that came to it and are not published yet.
func (b Batch) newcomers(tx *db.Tx, matters []string) (map[string]int, error) {
	if len(matters) == 0 {
		return nil, nil
	}
	type row struct {
		Matter string
		N      int
	}
	in, args := db.In("matter", matters, 2)
	rows, err := db.All[row](tx, `SELECT matter, COUNT(*) AS n FROM voice WHERE day > $1 AND matter <> '' AND `+in+` GROUP BY matter`, append([]any{b.Day}, args...)...)
	out := map[string]int{}
	for _, r := range rows {
		out[r.Matter] = r.N
	}
	return out, err
}
