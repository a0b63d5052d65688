// Package quota counts how often something goes wrong within a time, for all replicas of an installation together. It knows neither
// who did it nor what it was about: whoever counts names it, under a secret where the name would tell something.
//
// Counting is housekeeping and stands in no record; what is counted is gone when its time is over.
package quota

import (
	"context"
	"sync/atomic"

	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
)

// Count is something that is counted until a time. With another end it begins anew.
type Count struct {
	What string
	Ends clock.Millis
}

// Of reads counts.
func Of(tx *db.Tx, all ...Count) ([]int, error) {
	var what []string
	for _, c := range all {
		what = append(what, c.What)
	}
	in, args := db.In("what", what, 1)
	rows, err := db.All[struct {
		Count
		N int
	}](tx, `SELECT what, ends, n FROM quota WHERE `+in, args...)
	out := make([]int, len(all))
	for i, c := range all {
		for _, r := range rows {
			if r.Count == c {
				out[i] = r.N
			}
		}
	}
	return out, err
}

// changes is how often this process has counted or cleared anything.
var changes atomic.Uint64

// Add adds one to each.
func Add(ctx context.Context, d *db.DB, all ...Count) error {
	defer changes.Add(1) // also where it failed: that may not be known for sure
	return d.Upkeep(ctx, func(tx *db.Tx) error {
		for _, c := range all {
			if _, err := tx.Exec(`INSERT INTO quota (what, ends, n) VALUES ($1, $2, 1)
				ON CONFLICT (what) DO UPDATE SET n = CASE WHEN quota.ends = excluded.ends THEN quota.n + 1 ELSE 1 END, ends = excluded.ends`, c.What, c.Ends); err != nil {
				return err
			}
		}
		return nil
	}, db.Coarse)
}

// Clear forgets a count before its time.
func Clear(ctx context.Context, d *db.DB, what string) error {
	defer changes.Add(1)
	return d.Upkeep(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(`DELETE FROM quota WHERE what = $1`, what)
		return err
	}, db.Coarse)
}

// Purge forgets what is over. Where nothing is, nothing is written.
func Purge(ctx context.Context, d *db.DB) error {
	now := clock.MillisOf(d.Clock().Now())
	n := 0
	err := d.Read(ctx, func(tx *db.Tx) (err error) {
		n, err = db.One[int](tx, `SELECT COUNT(*) FROM quota WHERE ends <= $1`, now)
		return err
	})
	if err != nil || n == 0 {
		return err
	}
	return d.Upkeep(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(`DELETE FROM quota WHERE ends <= $1`, now)
		return err
	}, db.Coarse)
}
