package accept

import (
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
)

func putSetup(tx *db.Tx, matter, question string, sample int, by string) error {
	_, err := tx.Exec(`INSERT INTO accept_setup (matter, question, sample, at, by_person) VALUES ($1,$2,$3,$4,$5)
		ON CONFLICT (matter) DO UPDATE SET question = excluded.question, sample = excluded.sample, at = excluded.at, by_person = excluded.by_person`,
		matter, question, sample, tx.Millis(), by)
	return err
}

// putAcceptance writes a frozen list's head: the first of a round, or the next attempt of one that was void.
func putAcceptance(tx *db.Tx, a Acceptance) error {
	_, err := tx.Exec(`INSERT INTO acceptance (matter, round, state, attempt, question, seed, pool, sample, invited, frozen_at, sense)
		VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11)
		ON CONFLICT (matter, round) DO UPDATE SET state = excluded.state, attempt = excluded.attempt, question = excluded.question,
		seed = excluded.seed, pool = excluded.pool, sample = excluded.sample, invited = excluded.invited, frozen_at = excluded.frozen_at, sense = excluded.sense`,
		a.Matter, a.Round, a.State, a.Attempt, a.Question, a.Seed, a.Pool, a.Sample, a.Invited, a.FrozenAt, a.Sense)
	return err
}

func setState(tx *db.Tx, a Acceptance) error {
	_, err := tx.Exec(`UPDATE acceptance SET state = $1, opened_at = $2, window_end = $3, over_at = $4, verdict = $5
		WHERE matter = $6 AND round = $7`, a.State, a.OpenedAt, a.WindowEnd, a.OverAt, a.Verdict, a.Matter, a.Round)
	return err
}

func insertInvitation(tx *db.Tx, i Invitation) error {
	_, err := tx.Exec(`INSERT INTO invitation (id, matter, round, person, voice, why) VALUES ($1,$2,$3,$4,$5,$6)`,
		i.ID, i.Matter, i.Round, i.Person, i.Voice, i.Why)
	return err
}

func putAskAt(tx *db.Tx, id string, at clock.Millis) error {
	_, err := tx.Exec(`UPDATE invitation SET ask_at = $1 WHERE id = $2`, at, id)
	return err
}

// dropInvitations takes a list away that nobody has been able to use: the claim that froze it was void.
func dropInvitations(tx *db.Tx, matter string, round int64) error {
	_, err := tx.Exec(`DELETE FROM invitation WHERE matter = $1 AND round = $2`, matter, round)
	return err
}

// use marks an invitation as used, once; it tells whether this was the time.
func use(tx *db.Tx, id string) (bool, error) {
	n, err := tx.Exec(`UPDATE invitation SET used = 1 WHERE id = $1 AND used = 0`, id)
	return n == 1, err
}

// rated is one answer. It has no field for who gave it or when.
type rated struct {
	ID      string
	Matter  string
	Round   int64
	Fact    string
	Result  string
	Grade   int64
	Note    string
	Pressed int64
	Lift    string
}

const ratedColumns = ` (id, matter, round, fact, result, grade, note, pressed, lift) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9)`

func insertRating(tx *db.Tx, r rated) error {
	_, err := tx.Exec(`INSERT INTO rating`+ratedColumns, r.ID, r.Matter, r.Round, r.Fact, r.Result, r.Grade, r.Note, r.Pressed, r.Lift)
	return err
}

// insertBox lets an answer wait until it can be put among others.
func insertBox(tx *db.Tx, r rated) error {
	_, err := tx.Exec(`INSERT INTO rating_box`+ratedColumns, r.ID, r.Matter, r.Round, r.Fact, r.Result, r.Grade, r.Note, r.Pressed, r.Lift)
	return err
}

func takeOut(tx *db.Tx, id string) error {
	_, err := tx.Exec(`DELETE FROM rating_box WHERE id = $1`, id)
	return err
}

func dropRatings(tx *db.Tx, matter string, round int64) error {
	for _, q := range []string{`DELETE FROM rating WHERE matter = $1 AND round = $2`, `DELETE FROM rating_box WHERE matter = $1 AND round = $2`} {
		if _, err := tx.Exec(q, matter, round); err != nil {
			return err
		}
	}
	return nil
}

// settle writes the marks of who has answered anew, all in one transaction: on PostgreSQL a row tells in which one it was written.
func settle(tx *db.Tx, matter string, round int64) error {
	for _, q := range []string{`UPDATE invitation SET used = used WHERE matter = $1 AND round = $2`, `UPDATE accept_call SET n = n WHERE matter = $1 AND round = $2`} {
		if _, err := tx.Exec(q, matter, round); err != nil {
			return err
		}
	}
	return nil
}

// called is one try to reach somebody.
type called struct {
	Invitation string
	N          int // the first is 1
	Matter     string
	Round      int64
	At         clock.Millis
	ByPerson   string
	Outcome    string
	Note       string
}

func insertCall(tx *db.Tx, c called) error {
	_, err := tx.Exec(`INSERT INTO accept_call (invitation, n, matter, round, at, by_person, outcome, note) VALUES ($1,$2,$3,$4,$5,$6,$7,$8)`,
		c.Invitation, c.N, c.Matter, c.Round, c.At, c.ByPerson, c.Outcome, c.Note)
	return err
}

// dueWindows lists the open acceptances whose time is over or whose invitations are all used.
func dueWindows(tx *db.Tx, now clock.Millis, limit int) ([]Acceptance, error) {
	return db.All[Acceptance](tx, `SELECT * FROM acceptance a WHERE state = 'open' AND (window_end <= $1 OR NOT EXISTS
		(SELECT 1 FROM invitation i WHERE i.matter = a.matter AND i.round = a.round AND i.used = 0))
		ORDER BY window_end, matter LIMIT $2`, now, limit)
}
