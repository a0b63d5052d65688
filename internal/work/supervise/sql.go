package supervise

import (
	"sanwen/internal/base/access"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
)

const orderColumns = `id, version, number, year, n, state, grade, basis, basis_text, title, demand, subject_kind, subject_id, subject_no, duty,
	first, round, unit, lead_path, unit_path, due0, due, drafted_at, drafted_by, issued_at, signer, received_at, received_by, replied_at,
	replied_by, reply_due, cause, measures, promised, ended_at, ended_by, opinion`

const letterColumns = `order_id, code, text, hash, at`

func insertLetter(tx *db.Tx, l Letter) error {
	_, err := tx.Exec(`INSERT INTO supervise_letter (`+letterColumns+`) VALUES ($1, $2, $3, $4, $5)`, l.OrderID, l.Code, l.Text, l.Hash, l.At)
	return err
}

// nextNumber counts the running number of a year up. What is undone leaves no gap.
func nextNumber(tx *db.Tx, year int64) (int64, error) {
	return db.One[int64](tx, `INSERT INTO supervise_number (year, last) VALUES ($1, 1)
		ON CONFLICT (year) DO UPDATE SET last = supervise_number.last + 1 RETURNING last`, year)
}

// insertOrder writes a new order, and reports false where the ladder has drafted one for its duty already.
func insertOrder(tx *db.Tx, o Order, t access.Thing) (bool, error) {
	n, err := tx.Exec(`INSERT INTO supervise_order (`+orderColumns+`) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18,$19,
		$20,$21,$22,$23,$24,$25,$26,$27,$28,$29,$30,$31,$32,$33,$34,$35,$36,$37) ON CONFLICT DO NOTHING`,
		o.ID, o.Version, o.Number, o.Year, o.N, o.State, o.Grade, o.Basis, o.BasisText, o.Title, o.Demand, o.SubjectKind, o.SubjectID, o.SubjectNo,
		o.Duty, o.First, o.Round, o.Unit, o.LeadPath, o.UnitPath, o.Due0, o.Due, o.DraftedAt, o.DraftedBy, o.IssuedAt, o.Signer, o.ReceivedAt,
		o.ReceivedBy, o.RepliedAt, o.RepliedBy, o.ReplyDue, o.Cause, o.Measures, o.Promised, o.EndedAt, o.EndedBy, o.Opinion)
	if err != nil || n == 0 {
		return false, err
	}
	for _, p := range t.NamedPersons {
		if err := insertNamed(tx, o.ID, p, ""); err != nil {
			return true, err
		}
	}
	for _, u := range t.NamedUnits {
		if err := insertNamed(tx, o.ID, "", u); err != nil {
			return true, err
		}
	}
	return true, nil
}

func insertNamed(tx *db.Tx, order, person string, path access.Path) error {
	_, err := tx.Exec(`INSERT INTO supervise_named (order_id, person, path) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`, order, person, path)
	return err
}

// updateOrder writes an order, if the row is still at the version that was read.
func updateOrder(tx *db.Tx, o *Order) error {
	n, err := tx.Exec(`UPDATE supervise_order SET version = version + 1, number = $3, year = $4, n = $5, state = $6, grade = $7, basis = $8,
		basis_text = $9, title = $10, demand = $11, due = $12, issued_at = $13, signer = $14, received_at = $15, received_by = $16,
		replied_at = $17, replied_by = $18, reply_due = $19, cause = $20, measures = $21, promised = $22, ended_at = $23, ended_by = $24,
		opinion = $25, round = $26, first = $27 WHERE id = $1 AND version = $2`,
		o.ID, o.Version, o.Number, o.Year, o.N, o.State, o.Grade, o.Basis, o.BasisText, o.Title, o.Demand, o.Due, o.IssuedAt, o.Signer,
		o.ReceivedAt, o.ReceivedBy, o.RepliedAt, o.RepliedBy, o.ReplyDue, o.Cause, o.Measures, o.Promised, o.EndedAt, o.EndedBy, o.Opinion,
		o.Round, o.First)
	if err == nil && n == 0 {
		return fault.New(fault.Conflict, "supervise.stale")
	}
	o.Version++
	return err
}

// pathColumns hold paths of units, which follow the tree.
var pathColumns = []string{
	`UPDATE supervise_order SET lead_path`,
	`UPDATE supervise_order SET unit_path`,
	`UPDATE supervise_named SET path`,
	`UPDATE supervise_talk SET lead_path`,
	`UPDATE supervise_talk SET unit_path`,
	`UPDATE whistle SET lead_path`,
	`UPDATE whistle SET unit_path`,
	`UPDATE exclusion SET lead_path`,
	`UPDATE exclusion SET unit_path`,
}

func insertTalk(tx *db.Tx, t Talk) error {
	_, err := tx.Exec(`INSERT INTO supervise_talk (`+talkColumns+`) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,0,'','')`,
		t.ID, t.State, t.SubjectKind, t.SubjectID, t.SubjectNo, t.Title, t.Duty, t.Unit, t.LeadPath, t.UnitPath, t.Leader, t.CalledAt)
	return err
}

func holdTalk(tx *db.Tx, id string, at clock.Millis, by, words string) error {
	n, err := tx.Exec(`UPDATE supervise_talk SET state = 'held', held_at = $2, held_by = $3, text = $4 WHERE id = $1 AND state = 'called'`, id, at, by, words)
	if err == nil && n == 0 {
		return fault.New(fault.Conflict, "supervise.stale")
	}
	return err
}

func insertWhistle(tx *db.Tx, w Whistle) error {
	_, err := tx.Exec(`INSERT INTO whistle (`+whistleColumns+`) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,0,'','','')`,
		w.ID, w.State, w.Unit, w.UnitPath, w.Called, w.LeadPath, w.Place, w.Text, w.SubjectNo, w.BlownAt, w.BlownBy, w.Due)
	return err
}

func answerWhistle(tx *db.Tx, w Whistle) error {
	n, err := tx.Exec(`UPDATE whistle SET state = $2, answered_at = $3, answered_by = $4, comes = $5, answer = $6 WHERE id = $1 AND state = 'blown'`,
		w.ID, w.State, w.AnsweredAt, w.AnsweredBy, w.Comes, w.Answer)
	if err == nil && n == 0 {
		return fault.New(fault.Conflict, "supervise.stale")
	}
	return err
}

func insertExclusion(tx *db.Tx, x Exclusion) (bool, error) {
	n, err := tx.Exec(`INSERT INTO exclusion (`+exclusionColumns+`) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,'',0,'',0,0,'',0,'','',0) ON CONFLICT DO NOTHING`,
		x.ID, x.State, x.Voice, x.Number, x.Unit, x.LeadPath, x.UnitPath, x.Reason, x.Evidence, x.AskedAt, x.AskedBy)
	return n == 1, err
}

func updateExclusion(tx *db.Tx, x Exclusion) error {
	n, err := tx.Exec(`UPDATE exclusion SET state = $2, office_by = $3, office_at = $4, union_by = $5, union_at = $6, decided_at = $7, note = $8
		WHERE id = $1 AND state = 'asked'`, x.ID, x.State, x.OfficeBy, x.OfficeAt, x.UnionBy, x.UnionAt, x.DecidedAt, x.Note)
	if err == nil && n == 0 {
		return fault.New(fault.Conflict, "supervise.stale")
	}
	return err
}
