package duty

import (
	"sanwen/internal/base/event"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
)

// FiredOf returns the rungs that were fired for a subject, the oldest first.
func FiredOf(tx *db.Tx, subject event.Ref) ([]Fired, error) {
	return db.All[Fired](tx, `SELECT `+rungColumns+` FROM duty_rung WHERE subject_kind = $1 AND subject_id = $2 AND passed = 0 ORDER BY at, meant_at, id`,
		subject.Kind, subject.ID)
}

// FiredSince returns the rungs that were fired for a subject after a moment, the oldest first: what somebody who read meanwhile does not
// know.
func FiredSince(tx *db.Tx, subject event.Ref, since clock.Millis) ([]Fired, error) {
	return db.All[Fired](tx, `SELECT `+rungColumns+` FROM duty_rung WHERE subject_kind = $1 AND subject_id = $2 AND at > $3 AND passed = 0 ORDER BY at, meant_at, id`,
		subject.Kind, subject.ID, since)
}

// Climbing is a duty with the rung that it reaches next.
type Climbing struct {
	Duty
	Last   Rung                  // the rung that it stands on, or empty
	LastAt clock.Millis          // since when
	Next   Rung                  // the rung that it reaches next, or empty
	NextAt clock.Millis          // when, unless it is discharged before
	Fired  map[Rung]clock.Millis // when each rung of the present due was fired, or of an earlier one
}

// Climbings returns open duties with the rungs that they stand on and reach next.
func Climbings(tx *db.Tx, ds []Duty) ([]Climbing, error) {
	if len(ds) == 0 {
		return nil, nil
	}
	l, err := LadderOf(tx)
	if err != nil {
		return nil, err
	}
	fired, err := firedOf(tx, ds)
	if err != nil {
		return nil, err
	}
	out := make([]Climbing, len(ds))
	for i, d := range ds {
		out[i].Duty, out[i].Fired = d, map[Rung]clock.Millis{}
		for _, f := range fired[d.ID] {
			if !f.Passed {
				out[i].Last, out[i].LastAt = f.Rung, f.At
				out[i].Fired[f.Rung] = f.At
			}
		}
		out[i].Next, out[i].NextAt = l.Next(d, fired[d.ID], tx.Millis())
	}
	return out, nil
}
