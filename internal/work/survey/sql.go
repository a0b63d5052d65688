package survey

import (
	"slices"

	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
)

func insertForm(tx *db.Tx, f Form) error {
	_, err := tx.Exec(`INSERT INTO survey_form (id, version, template, title_zh, title_en, draft, published, changed_at, changed_by) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9)`,
		f.ID, f.Version, f.Template, f.TitleZh, f.TitleEn, f.Draft, f.Published, f.ChangedAt, f.ChangedBy)
	return err
}

// updateForm writes a questionnaire, if the row is still at the version that was read.
func updateForm(tx *db.Tx, f *Form) error {
	n, err := tx.Exec(`UPDATE survey_form SET version = version + 1, title_zh = $3, title_en = $4, draft = $5, published = $6, changed_at = $7, changed_by = $8
		WHERE id = $1 AND version = $2`, f.ID, f.Version, f.TitleZh, f.TitleEn, f.Draft, f.Published, f.ChangedAt, f.ChangedBy)
	if err == nil && n == 0 {
		return fault.New(fault.Conflict, "survey.stale")
	}
	f.Version++
	return err
}

func insertVersion(tx *db.Tx, v Version) error {
	_, err := tx.Exec(`INSERT INTO survey_version (form, v, body, digest, made_at, made_by) VALUES ($1,$2,$3,$4,$5,$6)`, v.Form, v.V, v.Body, v.Digest, v.MadeAt, v.MadeBy)
	return err
}

func insertRound(tx *db.Tx, r Round) error {
	_, err := tx.Exec(`INSERT INTO survey_round (id, version, form, v, state, title, audience, units, wanted, seed, people, invited, opens, closes, made_at, made_by,
		closed_at, tally, reason, every, next, reminded, places, walk_in, blind) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,'',0,0,$10,$11,$12,$13,0,'','',$14,$15,$16,$17,$18,$19)`,
		r.ID, r.Version, r.Form, r.V, r.State, r.Title, r.Audience, r.Units, r.Wanted, r.Opens, r.Closes, r.MadeAt, r.MadeBy, r.Every, r.Next, r.Reminded, r.Places, r.WalkIn, r.Blind)
	return err
}

// updateRound writes a round, if the row is still at the version that was read.
func updateRound(tx *db.Tx, r *Round) error {
	n, err := tx.Exec(`UPDATE survey_round SET version = version + 1, state = $3, seed = $4, people = $5, invited = $6, closed_at = $7, tally = $8, reason = $9,
		next = $10, reminded = $11, units = $12, turnout = $13, walked = $14, signed = $15, spent = $16 WHERE id = $1 AND version = $2`,
		r.ID, r.Version, r.State, r.Seed, r.People, r.Invited, r.ClosedAt, r.Tally, r.Reason, r.Next, r.Reminded, r.Units, r.Turnout, r.Walked, r.Signed, r.Spent)
	if err == nil && n == 0 {
		return fault.New(fault.Conflict, "survey.stale")
	}
	r.Version++
	tx.Carry(standKey(r.ID), stand{r.State, r.Units})
	return err
}

func insertStratum(tx *db.Tx, s Stratum) error {
	_, err := tx.Exec(`INSERT INTO survey_stratum (round, unit, people, invited) VALUES ($1,$2,$3,$4)`, s.Round, s.Unit, s.People, s.Invited)
	return err
}

func inviteMore(tx *db.Tx, round, unit string, n int) error {
	_, err := tx.Exec(`UPDATE survey_stratum SET invited = invited + $3 WHERE round = $1 AND unit = $2`, round, unit, n)
	return err
}

// invite notes that people are asked.
func invite(tx *db.Tx, round string, people []string) error {
	for _, p := range people {
		if _, err := tx.Exec(`INSERT INTO survey_invitation (round, person, used) VALUES ($1,$2,0)`, round, p); err != nil {
			return err
		}
	}
	return nil
}

// useInvitation notes that somebody who was drawn has answered; false where that was noted before.
func useInvitation(tx *db.Tx, round, person string) (bool, error) {
	n, err := tx.Exec(`UPDATE survey_invitation SET used = 1 WHERE round = $1 AND person = $2 AND used = 0`, round, person)
	return n == 1, err
}

// insertUsed notes that one of many who are all asked has answered; false where that was noted before.
func insertUsed(tx *db.Tx, round, person string) (bool, error) {
	n, err := tx.Exec(`INSERT INTO survey_invitation (round, person, used) VALUES ($1,$2,1) ON CONFLICT DO NOTHING`, round, person)
	return n == 1, err
}

func insertCode(tx *db.Tx, round, digest, unit string) error {
	_, err := tx.Exec(`INSERT INTO survey_code (round, digest, unit, used) VALUES ($1,$2,$3,0)`, round, digest, unit)
	return err
}

// useCode notes that somebody has answered with a code, and returns its group; false where that was noted before, or where there is no such code.
func useCode(tx *db.Tx, round, digest string) (unit string, ok bool, err error) {
	found, err := db.Maybe[string](tx, `UPDATE survey_code SET used = 1 WHERE round = $1 AND digest = $2 AND used = 0 RETURNING unit`, round, digest)
	if err != nil || found == nil {
		return "", false, err
	}
	return *found, true, nil
}

// insertWalkIn notes that somebody who came by has answered with a form; false where the form was sent before.
func insertWalkIn(tx *db.Tx, round, digest string) (bool, error) {
	n, err := tx.Exec(`INSERT INTO survey_walk_in (round, digest) VALUES ($1,$2) ON CONFLICT DO NOTHING`, round, digest)
	return n == 1, err
}

// settle writes the marks of who has answered anew, all in one transaction: on PostgreSQL a row tells in which one it was written.
func settle(tx *db.Tx, round string) error {
	for _, q := range []string{`UPDATE survey_invitation SET used = used, blinded = '' WHERE round = $1`, `UPDATE survey_code SET used = used WHERE round = $1`,
		`UPDATE survey_walk_in SET digest = digest WHERE round = $1`, `UPDATE survey_spent SET digest = digest WHERE round = $1`} {
		if _, err := tx.Exec(q, round); err != nil {
			return err
		}
	}
	return nil
}

// boxed is an answer that waits.
type boxed struct{ ID, Round, Unit, Body, Texts, Photos string }

func insertBox(tx *db.Tx, b boxed) error {
	_, err := tx.Exec(`INSERT INTO survey_box (id, round, unit, body, texts, photos) VALUES ($1,$2,$3,$4,$5,$6)`, b.ID, b.Round, b.Unit, b.Body, b.Texts, b.Photos)
	return err
}

// deleteBox takes answers of one round out of the box.
func deleteBox(tx *db.Tx, round string, ids []string) error {
	for part := range slices.Chunk(ids, 256) {
		in, args := db.In("id", part, 2)
		if _, err := tx.Exec(`DELETE FROM survey_box WHERE round = $1 AND `+in, append([]any{round}, args...)...); err != nil {
			return err
		}
	}
	return nil
}

func insertAnswer(tx *db.Tx, a answered) error {
	_, err := tx.Exec(`INSERT INTO survey_answer (id, round, unit, body) VALUES ($1,$2,$3,$4)`, a.ID, a.Round, a.Unit, a.Body)
	return err
}

func insertText(tx *db.Tx, s sentence) error {
	_, err := tx.Exec(`INSERT INTO survey_text (id, round, question, text) VALUES ($1,$2,$3,$4)`, s.ID, s.Round, s.Question, s.Text)
	return err
}

func insertPhoto(tx *db.Tx, p picture) error {
	_, err := tx.Exec(`INSERT INTO survey_photo (id, round, question, hash, thumb, w, h, settled, voice) VALUES ($1,$2,$3,$4,$5,$6,$7,0,$8)`,
		p.ID, p.Round, p.Question, p.Hash, p.Thumb, p.W, p.H, p.Voice)
	return err
}

// settlePhoto notes that the files of a photo were written anew.
func settlePhoto(tx *db.Tx, id string) error {
	_, err := tx.Exec(`UPDATE survey_photo SET settled = 1 WHERE id = $1`, id)
	return err
}

// takePhoto notes as which voice a photo was taken up, once; it tells whether this was the time.
func takePhoto(tx *db.Tx, id, voice string) (bool, error) {
	n, err := tx.Exec(`UPDATE survey_photo SET voice = $1 WHERE id = $2 AND voice = ''`, voice, id)
	return n == 1, err
}

// photographed counts that n more of a group have answered a question with photos.
func photographed(tx *db.Tx, round, unit, question string, n int) error {
	_, err := tx.Exec(`INSERT INTO survey_photographed (round, unit, question, n) VALUES ($1,$2,$3,$4)
		ON CONFLICT (round, unit, question) DO UPDATE SET n = survey_photographed.n + excluded.n`, round, unit, question, n)
	return err
}

// takeText notes as which voice a sentence was taken up, once; it tells whether this was the time.
func takeText(tx *db.Tx, id, voice string) (bool, error) {
	n, err := tx.Exec(`UPDATE survey_text SET voice = $1 WHERE id = $2 AND voice = ''`, voice, id)
	return n == 1, err
}

// dropAnswers throws everything away that was answered in a round. The files of photos go when nothing has named them for two days.
func dropAnswers(tx *db.Tx, round string) error {
	for _, q := range []string{`DELETE FROM survey_box WHERE round = $1`, `DELETE FROM survey_answer WHERE round = $1`, `DELETE FROM survey_text WHERE round = $1`,
		`DELETE FROM survey_photo WHERE round = $1`, `DELETE FROM survey_photographed WHERE round = $1`} {
		if _, err := tx.Exec(q, round); err != nil {
			return err
		}
	}
	return nil
}

func insertKey(tx *db.Tx, k Key) error {
	_, err := tx.Exec(`INSERT INTO survey_key (round, unit, public, secret) VALUES ($1,$2,$3,$4)`, k.Round, k.Unit, k.Public, k.Secret)
	return err
}

// forgetKeys throws the private halves of a round's keys away: nobody signs any more, whoever has the key directory.
func forgetKeys(tx *db.Tx, round string) error {
	_, err := tx.Exec(`UPDATE survey_key SET secret = '' WHERE round = $1`, round)
	return err
}

// noteSigned notes that somebody had a blinded message signed; false where he had one signed before.
func noteSigned(tx *db.Tx, a Asked, digest string) (bool, error) {
	if a.Round.Named() {
		n, err := tx.Exec(`UPDATE survey_invitation SET used = 1, blinded = $3 WHERE round = $1 AND person = $2 AND used = 0`, a.Round.ID, a.person, digest)
		return n == 1, err
	}
	n, err := tx.Exec(`INSERT INTO survey_invitation (round, person, used, blinded) VALUES ($1,$2,1,$3) ON CONFLICT DO NOTHING`, a.Round.ID, a.person, digest)
	return n == 1, err
}

// insertSpent notes a token with which somebody has answered; false where it was spent before.
func insertSpent(tx *db.Tx, round, digest string) (bool, error) {
	n, err := tx.Exec(`INSERT INTO survey_spent (round, digest) VALUES ($1,$2) ON CONFLICT DO NOTHING`, round, digest)
	return n == 1, err
}
