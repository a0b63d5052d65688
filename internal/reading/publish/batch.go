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

// answered is how many voices of the conditions had an answer when the batch was made; now is how many have one now. What has
// moved since is read from the record: the state that a voice had before its first move after the batch.
func (b Batch) answered(tx *db.Tx, cond string, args []any, now int) (int, error) {
	const told = `('answered', 'closed', 'rejected')`
	w := db.NewWhere(args...)
	at := w.Arg(b.Until)
	_, args = w.SQL()
	since, err := db.One[int](tx, `SELECT COALESCE(SUM(CASE WHEN e.from_state IN `+told+` THEN 1 ELSE 0 END - CASE WHEN v.state IN `+told+` THEN 1 ELSE 0 END), 0)
		FROM (SELECT subject_id, MIN(ins) AS ins FROM event WHERE subject_kind = 'voice' AND from_state <> '' AND from_state <> to_state AND at >= `+at+`
			GROUP BY subject_id) x JOIN event e ON e.ins = x.ins JOIN (SELECT id, state FROM voice WHERE `+cond+`) v ON v.id = x.subject_id`, args...)
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
