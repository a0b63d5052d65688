package news

import (
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
)

// nextNumber counts the running number of a series and year up.
func nextNumber(tx *db.Tx, series string, year int) (int64, error) {
	return db.One[int64](tx, `INSERT INTO news_number (series, year, last) VALUES ($1, $2, 1)
		ON CONFLICT (series, year) DO UPDATE SET last = news_number.last + 1 RETURNING last`, series, year)
}

func insertNews(tx *db.Tx, x News) error {
	_, err := tx.Exec(`INSERT INTO news (id, number, version, state, public, kind, class, unit, unit_path, title, everywhere, units, places, from_day, until_day, draft,
		author, writers, made_at, changed_at, checker, copies, note) VALUES ($1,'',$2,$3,0,$4,'',$5,$6,$7,$8,'','','','',$9,$10,$11,$12,$13,'',0,'')`,
		x.ID, x.Version, x.State, x.Kind, x.Unit, x.UnitPath, x.Title, x.Everywhere, x.DraftJSON, x.Author, x.Writers, x.MadeAt, x.ChangedAt)
	return err
}

// updateNews writes a paper, if the row is still at the version that was read.
func updateNews(tx *db.Tx, x *News) error {
	n, err := tx.Exec(`UPDATE news SET version = version + 1, number = $3, state = $4, public = $5, class = $6, title = $7, everywhere = $8, units = $9, places = $10,
		from_day = $11, until_day = $12, draft = $13, author = $14, writers = $15, changed_at = $16, checker = $17, copies = $18, note = $19 WHERE id = $1 AND version = $2`,
		x.ID, x.Version, x.Number, x.State, x.Public, x.Class, x.Title, x.Everywhere, x.Units, x.Places, x.From, x.Until, x.DraftJSON, x.Author, x.Writers, x.ChangedAt,
		x.Checker, x.Copies, x.Note)
	if err == nil && n == 0 {
		return fault.New(fault.Conflict, "news.stale")
	}
	x.Version++
	return err
}

// insertCopy keeps what is shown. No statement of this room changes content or hash.
func insertCopy(tx *db.Tx, c Copy) error {
	_, err := tx.Exec(`INSERT INTO news_copy (news, n, number, kind, class, title, public, everywhere, units, places, from_day, until_day, content, hash, shown_at, over_at,
		over_how, over_why, objections) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,0,'','',0)`,
		c.News, c.N, c.Number, c.Kind, c.Class, c.Title, c.Public, c.Everywhere, c.Units, c.Places, c.From, c.Until, c.JSON, c.Hash, c.ShownAt)
	return err
}

// overCopy notes how the showing was over.
func overCopy(tx *db.Tx, news string, n int64, at clock.Millis, how, why string, objections int64) error {
	_, err := tx.Exec(`UPDATE news_copy SET over_at = $3, over_how = $4, over_why = $5, objections = $6 WHERE news = $1 AND n = $2`, news, n, at, how, why, objections)
	return err
}

func insertObjection(tx *db.Tx, voice, news string, n int64) error {
	_, err := tx.Exec(`INSERT INTO news_objection (voice, news, n) VALUES ($1, $2, $3)`, voice, news, n)
	return err
}

func init() {
	org.FollowMoves(`UPDATE news SET unit_path`)
}
