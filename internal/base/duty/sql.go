package duty

import (
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
)

const columns = `id, kind, subject_kind, subject_id, item, round, unit, path, person, role, restricted, class, hours, days, day,
	started_at, due0, due, base_due, base_at, early_due, due_version, provisional, calendar, open, discharged_at, outcome, waiting_from,
	rung, rung_at, exempt`

const waitColumns = `id, duty, from_at, until_at, planned, reason, note, by, counts`

// insert writes a new duty and reports whether there was none open of its kind.
func insert(tx *db.Tx, d Duty) (bool, error) {
	n, err := tx.Exec(`INSERT INTO duty (id, kind, subject_kind, subject_id, item, round, slot, unit, path, person, role, restricted, class,
		hours, days, day, started_at, due0, due, base_due, base_at, early_due, due_version, provisional, calendar, open, discharged_at,
		outcome, waiting_from, rung, rung_at)
		VALUES ($1, $2, $3, $4, $5, $6, '', $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, 0, 1, $21, $22, 1, 0, '', 0,
		$23, $24)
		ON CONFLICT DO NOTHING`,
		d.ID, d.Kind, d.SubjectKind, d.SubjectID, d.Item, d.Round, d.Unit, d.Path, d.Person, d.Role, d.Restricted, d.Class,
		d.Hours, d.Days, d.Day, d.StartedAt, d.Due0, d.Due, d.BaseDue, d.BaseAt, d.Provisional, d.Calendar, d.Rung, d.RungAt)
	if err != nil || n == 0 {
		return false, err
	}
	return true, d.keep(tx, 1, 0)
}

// updateDue writes everything about the current due; due0 is not among it. The next rung of the ladder is worked out anew; while the
// duty waits there is none. Who was let off the ladder is so until the due moves.
func updateDue(tx *db.Tx, d Duty) error {
	rungAt := unplanned
	if d.Waiting() {
		rungAt = 0
	}
	_, err := tx.Exec(`UPDATE duty SET hours = $2, days = $3, day = $4, due = $5, base_due = $6, base_at = $7, early_due = $8,
		due_version = $9, provisional = $10, calendar = $11, waiting_from = $12, rung = '', rung_at = $13, exempt = CASE WHEN due = $5 THEN exempt ELSE '' END WHERE id = $1 AND open = 1`,
		d.ID, d.Hours, d.Days, d.Day, d.Due, d.BaseDue, d.BaseAt, d.EarlyDue, d.DueVersion, d.Provisional, d.Calendar, d.WaitingFrom, rungAt)
	return err
}

func discharge(tx *db.Tx, d Duty, at clock.Millis, outcome Outcome) error {
	n, err := tx.Exec(`UPDATE duty SET open = 0, slot = id, discharged_at = $2, outcome = $3, waiting_from = 0, rung = '', rung_at = 0 WHERE id = $1 AND open = 1`, d.ID, at, outcome)
	if err != nil || n == 0 {
		return err
	}
	return d.ended(tx, at, outcome)
}

func updateHolder(tx *db.Tx, id string, h Holder) error {
	_, err := tx.Exec(`UPDATE duty SET unit = $2, path = $3, person = $4, role = $5 WHERE id = $1 AND open = 1`, id, h.Unit, h.Path, h.Person, h.Role)
	return err
}

func updateRestricted(tx *db.Tx, subjectKind, subjectID, class string) (int64, error) {
	return tx.Exec(`UPDATE duty SET restricted = $3 WHERE subject_kind = $1 AND subject_id = $2 AND restricted <> $3`, subjectKind, subjectID, class)
}

// pathColumn holds paths of units, which follow the tree.
const pathColumn = `UPDATE duty SET path`

func insertSpell(tx *db.Tx, w Spell) error {
	_, err := tx.Exec(`INSERT INTO duty_wait (`+waitColumns+`) VALUES ($1, $2, $3, 0, $4, $5, $6, $7, $8)`,
		w.ID, w.Duty, w.FromAt, w.Planned, w.Reason, w.Note, w.By, w.Counts)
	return err
}

func endSpell(tx *db.Tx, id string, at clock.Millis) error {
	_, err := tx.Exec(`UPDATE duty_wait SET until_at = $2 WHERE id = $1 AND until_at = 0`, id, at)
	return err
}

const rungColumns = `id, duty, due_version, rung, n, subject_kind, subject_id, kind, path, restricted, due, meant_at, at, passed`

// insertRung writes a fired rung and reports whether it had not been fired before.
func insertRung(tx *db.Tx, f Fired) (bool, error) {
	n, err := tx.Exec(`INSERT INTO duty_rung (`+rungColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
		ON CONFLICT DO NOTHING`,
		f.ID, f.Duty, f.DueVersion, f.Rung, f.N, f.SubjectKind, f.SubjectID, f.Kind, f.Path, f.Restricted, f.Due, f.MeantAt, f.At, f.Passed)
	return n == 1, err
}

// updateRung writes which rung of an open duty is next.
func updateRung(tx *db.Tx, d Duty) error {
	_, err := tx.Exec(`UPDATE duty SET rung = $2, rung_at = $3 WHERE id = $1 AND open = 1 AND waiting_from = 0`, d.ID, d.Rung, d.RungAt)
	return err
}

// setExempt lets a duty off the ladder with a reason, or back on it with none; the next rung is worked out anew.
func setExempt(tx *db.Tx, id, reason string) error {
	_, err := tx.Exec(`UPDATE duty SET exempt = $2, rung = '', rung_at = CASE WHEN waiting_from = 0 THEN 1 ELSE 0 END WHERE id = $1 AND open = 1`, id, reason)
	return err
}

// replanRungs has the next rung of every open duty worked out anew.
func replanRungs(tx *db.Tx) error {
	_, err := tx.Exec(`UPDATE duty SET rung = '', rung_at = 1 WHERE open = 1 AND waiting_from = 0`)
	return err
}

func insertNotice(tx *db.Tx, n Notice) error {
	_, err := tx.Exec(`INSERT INTO duty_notice (id, rung, person, at, seen) VALUES ($1, $2, $3, $4, 0)`, n.ID, n.Rung, n.Person, n.At)
	return err
}

func seeNotices(tx *db.Tx, person string, until, at clock.Millis) error {
	_, err := tx.Exec(`UPDATE duty_notice SET seen = $3 WHERE person = $1 AND at <= $2 AND seen = 0`, person, until, at)
	return err
}

func seeNotice(tx *db.Tx, person, id string, at clock.Millis) error {
	_, err := tx.Exec(`UPDATE duty_notice SET seen = $3 WHERE person = $1 AND id = $2 AND seen = 0`, person, id, at)
	return err
}

// countPast counts what of a kind was due in the hours from from on and before to.
func countPast(tx *db.Tx, k Kind, from, to int64) error {
	_, err := tx.Exec(`INSERT INTO duty_past (kind, hour, due, in_time) SELECT kind, due0 / 3600000 AS hour, `+keptColumns+`
		FROM duty WHERE kind = $1 AND due0 >= $2 AND due0 < $3 AND `+keptCounts+` GROUP BY kind, due0 / 3600000`,
		k, clock.Millis(from)*pastHour, clock.Millis(to)*pastHour)
	return err
}

func correctPast(tx *db.Tx, k Kind, hour int64, due, inTime int) error {
	_, err := tx.Exec(`INSERT INTO duty_past (kind, hour, due, in_time) VALUES ($1, $2, $3, $4)
		ON CONFLICT (kind, hour) DO UPDATE SET due = duty_past.due + excluded.due, in_time = duty_past.in_time + excluded.in_time`, k, hour, due, inTime)
	return err
}

// movePast writes up to which hour the past is counted.
func movePast(tx *db.Tx, hour int64) error {
	_, err := tx.Exec(`UPDATE duty_past_until SET hour = $1 WHERE one = 1`, hour)
	return err
}

// startPast forgets all counts.
func startPast(tx *db.Tx) error {
	if _, err := tx.Exec(`DELETE FROM duty_past`); err != nil {
		return err
	}
	return movePast(tx, 0)
}
