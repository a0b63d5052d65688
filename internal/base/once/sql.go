package once

import (
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
)

type claimed struct {
	Tries  int64
	Body   string
	Answer string
}

// claim writes the key's row, or counts a repeat in it. Of two that come at once the second waits for the first to end and then finds
// its row. On SQLite, where one comes after the other, the row of a first is written at the end, with its answer.
func claim(tx *db.Tx, key, body string) (claimed, error) {
	if tx.Dialect() == db.SQLite {
		had, err := db.Maybe[claimed](tx, `SELECT tries + 1 AS tries, body, answer FROM once WHERE key = $1`, key)
		if err != nil || had == nil {
			return claimed{Tries: 1}, err
		}
		_, err = tx.Exec(`UPDATE once SET tries = tries + 1 WHERE key = $1`, key) // a repeat writes too: its answer waits for what it relies on
		return *had, err
	}
	return db.One[claimed](tx, `INSERT INTO once (key, body, answer, tries, at) VALUES ($1, $2, '', 1, $3)
		ON CONFLICT (key) DO UPDATE SET tries = once.tries + 1 RETURNING tries, body, answer`, key, body, tx.Millis())
}

func setAnswer(tx *db.Tx, key, body, answer string) error {
	if tx.Dialect() == db.SQLite {
		_, err := tx.Exec(`INSERT INTO once (key, body, answer, tries, at) VALUES ($1, $2, $3, 1, $4)
			ON CONFLICT (key) DO UPDATE SET answer = excluded.answer`, key, body, answer, tx.Millis())
		return err
	}
	_, err := tx.Exec(`UPDATE once SET answer = $1 WHERE key = $2`, answer, key)
	return err
}

// some is how many keys are looked at in one transaction.
const some = 1000

// next returns the key that ends the next piece after a key, "" where there are no more, and whether there is anything old in it.
func next(tx *db.Tx, after string, before clock.Millis) (last string, old bool, err error) {
	r, err := db.One[struct {
		Last string
		Old  int64
	}](tx, `SELECT COALESCE(MAX(key), '') AS last, COALESCE(SUM(CASE WHEN at < $2 THEN 1 ELSE 0 END), 0) AS old
		FROM (SELECT key, at FROM once WHERE key > $1 ORDER BY key LIMIT $3) AS piece`, after, before, some)
	return r.Last, r.Old > 0, err
}

func purge(tx *db.Tx, after, last string, before clock.Millis) error {
	_, err := tx.Exec(`DELETE FROM once WHERE key > $1 AND key <= $2 AND at < $3`, after, last, before)
	return err
}
