package assignment

import (
	"sanwen/internal/base/event"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/id"
)

func insert(tx *db.Tx, a Assignment) error {
	_, err := tx.Exec(`INSERT INTO assignment (id, subject_kind, subject_id, state, version, lead, lead_path, first_receiver,
		rule, note, assigned_at, assigned_by, sign_due, returns) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14)`,
		a.ID, a.SubjectKind, a.SubjectID, a.State, a.Version, a.Lead, string(a.LeadPath), a.FirstReceiver,
		a.Rule, a.Note, a.AssignedAt, a.AssignedBy, a.SignDue, a.Returns)
	return err
}

// update writes the row if it is still at the version that was read, and counts the version up.
func update(tx *db.Tx, a *Assignment) error {
	n, err := tx.Exec(`UPDATE assignment SET state = $1, version = version + 1, lead = $2, lead_path = $3, rule = $4, note = $5,
		assigned_at = $6, assigned_by = $7, sign_due = $8, signed_at = $9, signed_by = $10, auto_signed = $11, returns = $12,
		return_rule = $13, return_proposed = $14, return_note = $15, returned_by = $16, returned_at = $17,
		adjudicated_at = $18, adjudicated_by = $19, basis = $20, ended_at = $21, outcome = $22
		WHERE id = $23 AND version = $24`,
		a.State, a.Lead, string(a.LeadPath), a.Rule, a.Note, a.AssignedAt, a.AssignedBy, a.SignDue, a.SignedAt, a.SignedBy,
		a.AutoSigned, a.Returns, a.ReturnRule, a.ReturnProposed, a.ReturnNote, a.ReturnedBy, a.ReturnedAt,
		a.AdjudicatedAt, a.AdjudicatedBy, a.Basis, a.EndedAt, a.Outcome, a.ID, a.Version)
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.New(fault.Conflict, "assignment.stale")
	}
	a.Version++
	return nil
}

// replaceCo sets the helping units of an assignment.
func replaceCo(tx *db.Tx, assignment string, co []Co) error {
	if _, err := tx.Exec(`DELETE FROM assignment_co WHERE assignment = $1`, assignment); err != nil {
		return err
	}
	for _, c := range co {
		if _, err := tx.Exec(`INSERT INTO assignment_co (assignment, unit, path) VALUES ($1,$2,$3)`,
			assignment, c.Unit, string(c.Path)); err != nil {
			return err
		}
	}
	return nil
}

// openOwnerless starts an ownerless interval and ends the one that runs.
func openOwnerless(tx *db.Tx, ref event.Ref, unit, reason string, from clock.Millis) error {
	if err := closeOwnerless(tx, ref, from); err != nil {
		return err
	}
	_, err := tx.Exec(`INSERT INTO ownerless (id, subject_kind, subject_id, unit, reason, from_at) VALUES ($1,$2,$3,$4,$5,$6)`,
		id.V7(tx.Now), ref.Kind, ref.ID, unit, reason, from)
	return err
}

func closeOwnerless(tx *db.Tx, ref event.Ref, at clock.Millis) error {
	_, err := tx.Exec(`UPDATE ownerless SET to_at = $1 WHERE subject_kind = $2 AND subject_id = $3 AND to_at = 0`,
		at, ref.Kind, ref.ID)
	return err
}

// judgeReturns writes whether the returns of a unit were right, once.
func judgeReturns(tx *db.Tx, ref event.Ref, unit, upheld string) error {
	_, err := tx.Exec(`UPDATE ownerless SET upheld = $1 WHERE subject_kind = $2 AND subject_id = $3 AND unit = $4
		AND reason = 'returned' AND upheld = ''`, upheld, ref.Kind, ref.ID, unit)
	return err
}

// pathColumns hold paths of units, which follow the tree.
var pathColumns = []string{
	`UPDATE assignment SET lead_path`,
	`UPDATE assignment_co SET path`,
}
