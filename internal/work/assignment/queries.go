package assignment

import (
	"sanwen/internal/base/event"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
)

// Open gives the running assignment of a subject, or nil.
func Open(tx *db.Tx, ref event.Ref) (*Assignment, error) {
	return db.Maybe[Assignment](tx, `SELECT * FROM assignment WHERE subject_kind = $1 AND subject_id = $2 AND ended_at = 0`,
		ref.Kind, ref.ID)
}

// open locks the running assignment of a subject and checks the version that the caller has seen (0: any).
func open(tx *db.Tx, ref event.Ref, version int64) (Assignment, error) {
	a, err := db.Maybe[Assignment](tx, `SELECT * FROM assignment WHERE subject_kind = $1 AND subject_id = $2 AND ended_at = 0`+
		tx.ForUpdate(), ref.Kind, ref.ID)
	if err != nil {
		return Assignment{}, err
	}
	if a == nil {
		return Assignment{}, fault.New(fault.NotFound, "assignment.none")
	}
	if version != 0 && version != a.Version {
		return *a, fault.New(fault.Conflict, "assignment.stale")
	}
	return *a, nil
}

// Of lists every assignment of a subject, oldest first.
func Of(tx *db.Tx, ref event.Ref) ([]Assignment, error) {
	return db.All[Assignment](tx, `SELECT * FROM assignment WHERE subject_kind = $1 AND subject_id = $2 ORDER BY assigned_at, id`,
		ref.Kind, ref.ID)
}

// CoOf lists the helping units of an assignment by code.
func CoOf(tx *db.Tx, assignment string) ([]Co, error) {
	return db.All[Co](tx, `SELECT unit, path FROM assignment_co WHERE assignment = $1 ORDER BY unit`, assignment)
}

// Ownerless lists the ownerless intervals of a subject in time order.
func Ownerless(tx *db.Tx, ref event.Ref) ([]Interval, error) {
	return db.All[Interval](tx, `SELECT id, unit, reason, from_at, to_at, upheld FROM ownerless
		WHERE subject_kind = $1 AND subject_id = $2 ORDER BY from_at, id`, ref.Kind, ref.ID)
}

// Unsigned lists running assignments that nobody has signed at the time, the most overdue first, at most limit.
func Unsigned(tx *db.Tx, at clock.Millis, limit int) ([]Assignment, error) {
	return db.All[Assignment](tx, `SELECT * FROM assignment WHERE state = 'assigned' AND sign_due <= $1
		ORDER BY sign_due, id LIMIT $2`, at, limit)
}
