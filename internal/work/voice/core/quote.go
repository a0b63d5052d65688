package core

import (
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
)

// InsertQuote writes a sentence that leaders may read.
func InsertQuote(tx *db.Tx, id, voice, text, category, by string, day clock.Day) error {
	_, err := tx.Exec(`INSERT INTO voice_quote (id, voice, text, category, day, chosen_by) VALUES ($1, $2, $3, $4, $5, $6)`, id, voice, text, category, day, by)
	return err
}

// DropQuotes takes the sentences of a voice back.
func DropQuotes(tx *db.Tx, voice string) error {
	_, err := tx.Exec(`UPDATE voice_quote SET dropped = 1 WHERE voice = $1 AND dropped = 0`, voice)
	return err
}
