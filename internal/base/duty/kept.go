package duty

import (
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
)

// Kept is how many of what was due in a period was done, and done in time by the original due.
type Kept struct{ Due, InTime int }

// KeptOf counts the duties of a kind whose original due lies from from on and before to. What was taken back or cancelled is not
// counted; what is still open and late counts as not in time.
func KeptOf(tx *db.Tx, kind Kind, from, to clock.Millis) (Kept, error) {
	return db.One[Kept](tx, `SELECT COUNT(*) AS due, COALESCE(SUM(CASE WHEN discharged_at > 0 AND discharged_at <= due0 THEN 1 ELSE 0 END), 0) AS in_time
		FROM duty WHERE kind = $1 AND due0 >= $2 AND due0 < $3 AND outcome NOT IN ('returned', 'cancelled')`, kind, from, to)
}
