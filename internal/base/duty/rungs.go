package duty

import (
	"sanwen/internal/base/access"
	"sanwen/internal/base/event"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
)

// FiredOf returns the rungs that were fired for a subject, the oldest first.
func FiredOf(tx *db.Tx, subject event.Ref) ([]Fired, error) {
	return db.All[Fired](tx, `SELECT `+rungColumns+` FROM duty_rung WHERE subject_kind = $1 AND subject_id = $2 AND passed = 0 ORDER BY at, meant_at, id`,
		subject.Kind, subject.ID)
}

// Climbing is a duty with the rung that it reaches next.
type Climbing struct {
	Duty
	Last   Rung         // the rung that it stands on, or empty
	LastAt clock.Millis // since when
	Next   Rung         // the rung that it reaches next, or empty
	NextAt clock.Millis // when, unless it is discharged before
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
		out[i].Duty = d
		for _, f := range fired[d.ID] {
			if !f.Passed {
				out[i].Last, out[i].LastAt = f.Rung, f.At
			}
		}
		out[i].Next, out[i].NextAt = l.Next(d, fired[d.ID], tx.Millis())
	}
	return out, nil
}

// Told is a notice with what it is about.
type Told struct {
	Fired
	Seen clock.Millis
	Open bool // the duty is still owed
}

// Notices returns what a person was told of late, the newest first, at most limit; only of what is still owed where open is set.
func Notices(tx *db.Tx, person string, open bool, limit int) ([]Told, error) {
	cond := ""
	if open {
		cond = " AND d.open = 1"
	}
	return db.All[Told](tx, `SELECT r.id, r.duty, r.due_version, r.rung, r.n, r.subject_kind, r.subject_id, r.kind, r.path, r.restricted, r.due,
		r.meant_at, r.at, r.passed, n.seen, d.open
		FROM duty_notice n JOIN duty_rung r ON r.id = n.rung JOIN duty d ON d.id = r.duty
		WHERE n.person = $1`+cond+` ORDER BY n.at DESC, n.id DESC LIMIT $2`, person, limit)
}

// Unseen counts what a person was told and has not looked at.
func Unseen(tx *db.Tx, person string) (int, error) {
	return db.One[int](tx, `SELECT COUNT(*) FROM duty_notice WHERE person = $1 AND seen = 0`, person)
}

// SeeNotices notes that the person has looked at what he was told up to a moment.
type SeeNotices struct {
	Until clock.Millis `json:"until"`
}

// Do notes it. Errors: access.
func (in SeeNotices) Do(tx *db.Tx, who access.Person) error {
	if err := who.May(tx, access.DutySee, access.Thing{Kind: "duty"}); err != nil {
		return err
	}
	n, err := seeNotices(tx, who.ID, min(in.Until, tx.Millis()), tx.Millis())
	if err != nil || n == 0 {
		return err
	}
	tx.Recorded() // what somebody has read is not kept in the record
	return nil
}
