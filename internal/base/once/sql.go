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

// claim writes the key's row. Of two that come at once the second waits for the first to end and then finds its row.
func claim(tx *db.Tx, key, body string) (claimed, error) {
	return db.One[claimed](tx, `INSERT INTO once (key, body, answer, tries, at) VALUES ($1, $2, '', 1, $3)
		ON CONFLICT (key) DO UPDATE SET tries = once.tries + 1 RETURNING tries, body, answer`, key, body, tx.Millis())
}

func setAnswer(tx *db.Tx, key, answer string) error {
	_, err := tx.Exec(`UPDATE once SET answer = $1 WHERE key = $2`, answer, key)
	return err
}

func purge(tx *db.Tx, before clock.Millis, limit int) (int64, error) {
	return tx.Exec(`DELETE FROM once WHERE key IN (SELECT key FROM once WHERE at < $1 LIMIT $2)`, before, limit)
}
