package ballot

import (
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
)

// pathColumns follow the tree when units move.
var pathColumns = []string{"UPDATE ballot_candidate SET unit_path", "UPDATE ballot_candidate SET lead_path"}

func insertCandidate(tx *db.Tx, c Candidate) error {
	_, err := tx.Exec(`INSERT INTO ballot_candidate (id, version, state, title, body, goal, unit, unit_path, source, source_id, source_note, broad, effect, feasible, measurable,
		lead, lead_path, ask, possible, cost, funds, helped, days, note, assessed_at, assessed_by, into_id, reason, ballot, matter, made_at, made_by)
		VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,'','','','',0,'',0,0,'',0,'','','','','',$16,$17)`,
		c.ID, c.Version, c.State, c.Title, c.Body, c.Goal, c.Unit, c.UnitPath, c.Source, c.SourceID, c.SourceNote, c.Broad, c.Effect, c.Feasible, c.Measurable, c.MadeAt, c.MadeBy)
	return err
}

// updateCandidate writes a candidate, if the row is still at the version that was read.
func updateCandidate(tx *db.Tx, c *Candidate) error {
	n, err := tx.Exec(`UPDATE ballot_candidate SET version = version + 1, state = $3, title = $4, body = $5, goal = $6, unit = $7, unit_path = $8, broad = $9, effect = $10,
		feasible = $11, measurable = $12, lead = $13, lead_path = $14, ask = $15, possible = $16, cost = $17, funds = $18, helped = $19, days = $20, note = $21,
		assessed_at = $22, assessed_by = $23, into_id = $24, reason = $25, ballot = $26, matter = $27 WHERE id = $1 AND version = $2`,
		c.ID, c.Version, c.State, c.Title, c.Body, c.Goal, c.Unit, c.UnitPath, c.Broad, c.Effect, c.Feasible, c.Measurable, c.Lead, c.LeadPath, c.Ask, c.Possible,
		c.Cost, c.Funds, c.Helped, c.Days, c.Note, c.AssessedAt, c.AssessedBy, c.IntoID, c.Reason, c.Ballot, c.Matter)
	if err == nil && n == 0 {
		return fault.New(fault.Conflict, "pool.stale")
	}
	c.Version++
	return err
}

func insertBallot(tx *db.Tx, b Ballot) error {
	_, err := tx.Exec(`INSERT INTO ballot (id, version, state, title, about, electorate, units, places, rule, quorum, opens, closes, seed, electors, papers, abstained, last,
		tied, reason, survey, made_at, made_by, closed_at) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,'',0,0,0,0,'','','',$13,$14,0)`,
		b.ID, b.Version, b.State, b.Title, b.About, b.Electorate, b.Units, b.Places, b.Rule, b.Quorum, b.Opens, b.Closes, b.MadeAt, b.MadeBy)
	return err
}

// updateBallot writes a ballot, if the row is still at the version that was read.
func updateBallot(tx *db.Tx, b *Ballot) error {
	n, err := tx.Exec(`UPDATE ballot SET version = version + 1, state = $3, seed = $4, electors = $5, papers = $6, abstained = $7, last = $8, tied = $9, reason = $10, survey = $11,
		closed_at = $12 WHERE id = $1 AND version = $2`, b.ID, b.Version, b.State, b.Seed, b.Electors, b.Papers, b.Abstained, b.Last, b.Tied, b.Reason, b.Survey, b.ClosedAt)
	if err == nil && n == 0 {
		return fault.New(fault.Conflict, "pool.stale")
	}
	b.Version++
	return err
}

// updateShown notes how many votes may be told of. It leaves the version alone: nobody's page is outdated by it.
func updateShown(tx *db.Tx, ballot string, shown int64) error {
	_, err := tx.Exec(`UPDATE ballot SET shown = $2 WHERE id = $1`, ballot, shown)
	return err
}

func insertChoice(tx *db.Tx, x Choice) error {
	_, err := tx.Exec(`INSERT INTO ballot_choice (ballot, n, candidate, votes, outcome) VALUES ($1,$2,$3,0,'')`, x.Ballot, x.N, x.Candidate)
	return err
}

func updateChoice(tx *db.Tx, x Choice) error {
	_, err := tx.Exec(`UPDATE ballot_choice SET votes = $3, outcome = $4 WHERE ballot = $1 AND n = $2`, x.Ballot, x.N, x.Votes, x.Outcome)
	return err
}

func insertElector(tx *db.Tx, ballot, person, unit string) error {
	_, err := tx.Exec(`INSERT INTO ballot_elector (ballot, person, unit, used) VALUES ($1,$2,$3,0)`, ballot, person, unit)
	return err
}

// use notes that an elector has voted; false where that was noted before.
func use(tx *db.Tx, ballot, person string) (bool, error) {
	n, err := tx.Exec(`UPDATE ballot_elector SET used = 1 WHERE ballot = $1 AND person = $2 AND used = 0`, ballot, person)
	return n == 1, err
}

// settle writes the marks of who has voted anew, all in one transaction: on PostgreSQL a row tells in which one it was written.
func settle(tx *db.Tx, ballot string) error {
	_, err := tx.Exec(`UPDATE ballot_elector SET used = used WHERE ballot = $1`, ballot)
	return err
}

func insertBox(tx *db.Tx, p paperRow) error {
	_, err := tx.Exec(`INSERT INTO ballot_box (id, ballot, marks) VALUES ($1,$2,$3)`, p.ID, p.Ballot, p.Marks)
	return err
}

func deleteBox(tx *db.Tx, id string) error {
	_, err := tx.Exec(`DELETE FROM ballot_box WHERE id = $1`, id)
	return err
}

func insertPaper(tx *db.Tx, p paperRow) error {
	_, err := tx.Exec(`INSERT INTO ballot_paper (id, ballot, marks) VALUES ($1,$2,$3)`, p.ID, p.Ballot, p.Marks)
	return err
}

// dropPapers throws everything away that was voted in a ballot.
func dropPapers(tx *db.Tx, ballot string) error {
	for _, q := range []string{`DELETE FROM ballot_box WHERE ballot = $1`, `DELETE FROM ballot_paper WHERE ballot = $1`} {
		if _, err := tx.Exec(q, ballot); err != nil {
			return err
		}
	}
	return nil
}
