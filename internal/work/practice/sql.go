package practice

import (
	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
)

// nextNumber counts the running number of a year up.
func nextNumber(tx *db.Tx, year int) (int64, error) {
	return db.One[int64](tx, `INSERT INTO practice_number (year, last) VALUES ($1, 1)
		ON CONFLICT (year) DO UPDATE SET last = practice_number.last + 1 RETURNING last`, year)
}

func insertPractice(tx *db.Tx, p Practice) error {
	_, err := tx.Exec(`INSERT INTO practice (id, number, version, state, public, matter, matter_no, unit, unit_path, lead, lead_path, category, place, closed_at, said, people,
		title, problem, invest, fits, unfit, contact, tags, recipe, figures, words, author, writers, made_at, changed_at, reviewer, published_at, note)
		VALUES ($1,'',$2,$3,0,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18,$19,$20,$21,$22,$23,$24,$25,$26,$27,$28,'',0,'')`,
		p.ID, p.Version, p.State, p.Matter, p.MatterNo, p.Unit, p.UnitPath, p.Lead, p.LeadPath, p.Category, p.Place, p.ClosedAt, p.Said, p.People,
		p.Title, p.Problem, p.Invest, p.Fits, p.Unfit, p.Contact, p.Tags, p.RecipeJSON, p.FiguresJSON, p.WordsJSON, p.Author, p.Writers, p.MadeAt, p.ChangedAt)
	return err
}

// updatePractice writes a practice, if the row is still at the version that was read.
func updatePractice(tx *db.Tx, p *Practice) error {
	n, err := tx.Exec(`UPDATE practice SET version = version + 1, number = $3, state = $4, public = $5, closed_at = $6, said = $7, people = $8, title = $9, problem = $10,
		invest = $11, fits = $12, unfit = $13, contact = $14, tags = $15, recipe = $16, figures = $17, words = $18, author = $19, writers = $20, changed_at = $21,
		reviewer = $22, published_at = $23, note = $24 WHERE id = $1 AND version = $2`,
		p.ID, p.Version, p.Number, p.State, p.Public, p.ClosedAt, p.Said, p.People, p.Title, p.Problem, p.Invest, p.Fits, p.Unfit, p.Contact, p.Tags,
		p.RecipeJSON, p.FiguresJSON, p.WordsJSON, p.Author, p.Writers, p.ChangedAt, p.Reviewer, p.PublishedAt, p.Note)
	if err == nil && n == 0 {
		return fault.New(fault.Conflict, "practice.stale")
	}
	p.Version++
	return err
}

// setPhotos writes the chosen pictures anew.
func setPhotos(tx *db.Tx, practice string, all []Photo) error {
	if _, err := tx.Exec(`DELETE FROM practice_photo WHERE practice = $1`, practice); err != nil {
		return err
	}
	for i, p := range all {
		if _, err := tx.Exec(`INSERT INTO practice_photo (practice, n, hash, thumb, kind, caption, at) VALUES ($1,$2,$3,$4,$5,$6,$7)`,
			practice, i+1, p.Hash, p.Thumb, p.Kind, p.Caption, p.At); err != nil {
			return err
		}
	}
	return nil
}

func insertAdoption(tx *db.Tx, a Adoption) error {
	_, err := tx.Exec(`INSERT INTO practice_adoption (id, version, practice, state, unit, unit_path, lead, matter, matter_no, recipe, note, adopted_at, adopted_by,
		over_at, verdict, reason, figures, relapses) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,0,'','','',0)`,
		a.ID, a.Version, a.Practice, a.State, a.Unit, a.UnitPath, a.Lead, a.Matter, a.MatterNo, a.RecipeJSON, a.Note, a.AdoptedAt, a.AdoptedBy)
	return err
}

func updateAdoption(tx *db.Tx, a *Adoption) error {
	n, err := tx.Exec(`UPDATE practice_adoption SET version = version + 1, state = $3, over_at = $4, verdict = $5, reason = $6, figures = $7, relapses = $8
		WHERE id = $1 AND version = $2`, a.ID, a.Version, a.State, a.OverAt, a.Verdict, a.Reason, a.FiguresJSON, a.Relapses)
	if err == nil && n == 0 {
		return fault.New(fault.Conflict, "practice.stale")
	}
	a.Version++
	return err
}

// init lets paths follow the tree.
func init() {
	org.FollowMoves(`UPDATE practice SET unit_path`, `UPDATE practice SET lead_path`, `UPDATE practice_adoption SET unit_path`)
}
