package silence

import (
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
)

// versionOf is that of what is kept. To lock it keeps others from writing days meanwhile.
func versionOf(tx *db.Tx, lock string) (int64, error) {
	return db.One[int64](tx, `SELECT version FROM insight_heard_state WHERE id = 1`+lock)
}

// page is a day as it is kept.
type page struct {
	Day   clock.Day
	Heard []byte
}

// pages reads days, in order.
func pages(tx *db.Tx, from, until clock.Day) ([]page, error) {
	return db.All[page](tx, `SELECT day, heard FROM insight_heard_day WHERE day >= $1 AND day < $2 ORDER BY day`, from, until)
}

func putDay(tx *db.Tx, day clock.Day, heard []byte) error {
	_, err := tx.Exec(`INSERT INTO insight_heard_day (day, heard) VALUES ($1, $2) ON CONFLICT (day) DO UPDATE SET heard = excluded.heard`, day, heard)
	return err
}

func forgetDays(tx *db.Tx, days []clock.Day) error {
	for _, d := range days {
		if _, err := tx.Exec(`DELETE FROM insight_heard_day WHERE day = $1`, d); err != nil {
			return err
		}
	}
	return nil
}

func forgetBefore(tx *db.Tx, day clock.Day) error {
	_, err := tx.Exec(`DELETE FROM insight_heard_day WHERE day < $1`, day)
	return err
}

// forgetAll forgets all days, and says which version those will be of that come.
func forgetAll(tx *db.Tx, v int64) error {
	if _, err := tx.Exec(`DELETE FROM insight_heard_day`); err != nil {
		return err
	}
	_, err := tx.Exec(`UPDATE insight_heard_state SET version = $1 WHERE id = 1`, v)
	return err
}
