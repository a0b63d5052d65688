package proposal

import (
	"sanwen/internal/base/access"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
)

// newNumber gives the next number of a kind in this year. What is undone leaves no gap.
func newNumber(tx *db.Tx, kind string) (string, error) {
	year := tx.Today().Year()
	n, err := db.One[int64](tx, `INSERT INTO proposal_number (kind, year, last) VALUES ($1, $2, 1)
		ON CONFLICT (kind, year) DO UPDATE SET last = proposal_number.last + 1 RETURNING last`, kind, year)
	return NumberOf(kind, year, n), err
}

func insertProposal(tx *db.Tx, p Proposal) error {
	_, err := tx.Exec(`INSERT INTO proposal (id, version, number, kind, state, title, why, how, gain, secret, proposer, unit, unit_path, lead, lead_path, co, prime, reason, other, answer, words,
		by_person, answered, told, handlings, until_day, done, benefit, checked_by, grade, bonus, made_at, over_day)
		VALUES ($1,$2,'',$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,'','','',0,'','','','','','','',0,'','',0,'','',0,$13,'')`,
		p.ID, p.Version, p.Kind, p.State, p.Title, p.Why, p.How, p.Gain, p.Secret, p.Proposer, p.Unit, p.UnitPath, p.MadeAt)
	return err
}

// updateProposal writes a proposal, if the row is still at the version that was read.
func updateProposal(tx *db.Tx, p *Proposal) error {
	n, err := tx.Exec(`UPDATE proposal SET version = version + 1, number = $3, state = $4, lead = $5, lead_path = $6, co = $7, prime = $8, reason = $9, other = $10, answer = $11, words = $12,
		by_person = $13, answered = $14, told = $15, handlings = $16, until_day = $17, done = $18, benefit = $19, checked_by = $20, grade = $21, bonus = $22, over_day = $23, done_by = $24
		WHERE id = $1 AND version = $2`, p.ID, p.Version, p.Number, p.State, p.Lead, p.LeadPath, p.Co, p.Prime, p.Reason, p.Other, p.Answer, p.Words, p.ByPerson, p.Answered, p.Told,
		p.Handlings, p.UntilDay, p.Done, p.Benefit, p.CheckedBy, p.Grade, p.Bonus, p.OverDay, p.DoneBy)
	if err == nil && n == 0 {
		return fault.New(fault.Conflict, "proposal.stale")
	}
	p.Version++
	return err
}

// replaceCo sets the helping units of a proposal, as permission looks for them.
func replaceCo(tx *db.Tx, proposal string, paths []access.Path) error {
	if _, err := tx.Exec(`DELETE FROM proposal_co WHERE proposal = $1`, proposal); err != nil {
		return err
	}
	for _, p := range paths {
		if _, err := tx.Exec(`INSERT INTO proposal_co (proposal, path) VALUES ($1,$2) ON CONFLICT DO NOTHING`, proposal, p); err != nil {
			return err
		}
	}
	return nil
}

// insertSecond notes that somebody seconds; false where that was noted before.
func insertSecond(tx *db.Tx, proposal, person string) (bool, error) {
	n, err := tx.Exec(`INSERT INTO proposal_second (proposal, person, day) VALUES ($1,$2,$3) ON CONFLICT DO NOTHING`, proposal, person, tx.Today())
	return n == 1, err
}

// insertRating notes what somebody thinks of the answer of this handling; false where that was noted before.
func insertRating(tx *db.Tx, p Proposal, person, grade, words string) (bool, error) {
	n, err := tx.Exec(`INSERT INTO proposal_rating (proposal, handling, person, grade, words, day) VALUES ($1,$2,$3,$4,$5,$6) ON CONFLICT DO NOTHING`,
		p.ID, p.Handlings, person, grade, words, tx.Today())
	return n == 1, err
}
