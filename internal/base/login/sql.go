package login

import (
	"sanwen/internal/base/access"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
)

const accountColumns = `a.person, a.hash, a.must_change, a.start_until, a.disabled, a.failed, a.changed_on, a.big, a.lang, a.version`

func accountOf(tx *db.Tx, person string) (*Account, error) {
	return db.Maybe[Account](tx, `SELECT `+accountColumns+` FROM login_account a WHERE a.person = $1`+tx.ForUpdate(), person)
}

// readAccount is accountOf without a lock, for reads.
func readAccount(tx *db.Tx, person string) (*Account, error) {
	return db.Maybe[Account](tx, `SELECT `+accountColumns+` FROM login_account a WHERE a.person = $1`, person)
}

// putAccount makes the account or gives it a new start; text size and language stay.
func putAccount(tx *db.Tx, a Account) error {
	_, err := tx.Exec(`INSERT INTO login_account (person, hash, must_change, start_until, disabled, failed, changed_on, big, lang, version)
		VALUES ($1, $2, $3, $4, 0, 0, $5, 0, '', 1)
		ON CONFLICT (person) DO UPDATE SET hash = excluded.hash, must_change = excluded.must_change, start_until = excluded.start_until,
		failed = 0, changed_on = excluded.changed_on, version = login_account.version + 1`,
		a.Person, a.Hash, a.MustChange, a.StartUntil, a.ChangedOn)
	return err
}

func setPassword(tx *db.Tx, person, hash string, today clock.Day, version int64) error {
	return changed(tx.Exec(`UPDATE login_account SET hash = $1, must_change = 0, start_until = 0, failed = 0, changed_on = $2, version = version + 1
		WHERE person = $3 AND version = $4`, hash, today, person, version))
}

// rehash replaces the hash of the same password by one with today's parameters.
func rehash(tx *db.Tx, person, old, now string) error {
	_, err := tx.Exec(`UPDATE login_account SET hash = $1 WHERE person = $2 AND hash = $3`, now, person, old)
	return err
}

func setDisabled(tx *db.Tx, person string, disabled bool, version int64) error {
	return changed(tx.Exec(`UPDATE login_account SET disabled = $1, version = version + 1 WHERE person = $2 AND version = $3`, disabled, person, version))
}

func setReading(tx *db.Tx, person, lang string, big int) error {
	_, err := tx.Exec(`UPDATE login_account SET lang = $1, big = $2 WHERE person = $3`, lang, big, person)
	return err
}

func changed(n int64, err error) error {
	if err == nil && n == 0 {
		err = fault.New(fault.Conflict, "fault.changed")
	}
	return err
}

// countDay adds to the day's numbers. Both outcomes and unknown names run the same statements, so that an answer takes the same
// time.
func countDay(tx *db.Tx, person string, signedIn, failed int) error {
	if _, err := tx.Exec(`INSERT INTO login_day (day, person, signed_in, failed) VALUES ($1, $2, $3, $4)
		ON CONFLICT (day, person) DO UPDATE SET signed_in = login_day.signed_in + excluded.signed_in, failed = login_day.failed + excluded.failed`,
		tx.Today(), person, signedIn, failed); err != nil {
		return err
	}
	if failed > 0 {
		_, err := tx.Exec(`UPDATE login_account SET failed = failed + 1 WHERE person = $1`, person)
		return err
	}
	_, err := tx.Exec(`UPDATE login_account SET failed = 0 WHERE person = $1 AND failed > 0`, person)
	return err
}

func insertSession(tx *db.Tx, s Session, hash string) error {
	_, err := tx.Exec(`INSERT INTO login_session (id, hash, person, label, created_at, seen_at, until_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		s.ID, hash, s.Person, s.Label, s.CreatedAt, s.SeenAt, s.UntilAt)
	return err
}

// newToken gives a session another token, so that one that was seen before a password change is worth nothing.
func newToken(tx *db.Tx, session, hash string) error {
	_, err := tx.Exec(`UPDATE login_session SET hash = $1 WHERE id = $2`, hash, session)
	return err
}

func touchSession(tx *db.Tx, id string, seen clock.Millis) error {
	_, err := tx.Exec(`UPDATE login_session SET seen_at = $1 WHERE id = $2 AND seen_at < $1`, seen, id)
	return err
}

func setLabel(tx *db.Tx, id, person, label string) (int64, error) {
	return tx.Exec(`UPDATE login_session SET label = $1 WHERE id = $2 AND person = $3`, label, id, person)
}

func endSession(tx *db.Tx, id, person string) (int64, error) {
	return tx.Exec(`DELETE FROM login_session WHERE id = $1 AND person = $2`, id, person)
}

// endSessions ends all sessions of a person but one ("" = all).
func endSessions(tx *db.Tx, person, but string) (int64, error) {
	return tx.Exec(`DELETE FROM login_session WHERE person = $1 AND id <> $2`, person, but)
}

func insertTicket(tx *db.Tx, hash, purpose, person string, until clock.Millis) error {
	_, err := tx.Exec(`INSERT INTO login_ticket (hash, purpose, person, until_at) VALUES ($1, $2, $3, $4)`, hash, purpose, person, until)
	return err
}

// takeTicket uses a link up and reports whether it was good.
func takeTicket(tx *db.Tx, hash, purpose string) (bool, error) {
	n, err := tx.Exec(`DELETE FROM login_ticket WHERE hash = $1 AND purpose = $2 AND until_at > $3`, hash, purpose, tx.Millis())
	return n == 1, err
}

func dropTickets(tx *db.Tx, purpose string) error {
	_, err := tx.Exec(`DELETE FROM login_ticket WHERE purpose = $1`, purpose)
	return err
}

// lastSecurityAdmin reports whether the person is a security administrator and no other one can sign in.
func lastSecurityAdmin(tx *db.Tx, person string) (bool, error) {
	holds, err := db.One[int](tx, `SELECT COUNT(*) FROM org_grant WHERE person = $1 AND role = $2`, person, access.SecurityAdmin)
	if err != nil || holds == 0 {
		return false, err
	}
	others, err := db.One[int](tx, `SELECT COUNT(*) FROM org_grant g JOIN login_account a ON a.person = g.person JOIN org_person p ON p.id = g.person
		WHERE g.role = $1 AND g.person <> $2 AND a.disabled = 0 AND p.status <> 'left'`, access.SecurityAdmin, person)
	return others == 0, err
}

// sweep removes what has expired: sessions, links, and the days before the given one.
func sweep(tx *db.Tx, before clock.Day, idleStaff clock.Millis) error {
	if _, err := tx.Exec(`DELETE FROM login_session WHERE until_at <= $1`, tx.Millis()); err != nil {
		return err
	}
	if _, err := tx.Exec(`DELETE FROM login_session WHERE seen_at < $1 AND EXISTS (SELECT 1 FROM org_grant g WHERE g.person = login_session.person)`, idleStaff); err != nil {
		return err
	}
	if _, err := tx.Exec(`DELETE FROM login_ticket WHERE until_at <= $1`, tx.Millis()); err != nil {
		return err
	}
	_, err := tx.Exec(`DELETE FROM login_day WHERE day < $1`, before)
	return err
}
