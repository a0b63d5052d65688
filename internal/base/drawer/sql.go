package drawer

import "sanwen/internal/ground/db"

func write(tx *db.Tx, k Kept) error {
	_, err := tx.Exec(`INSERT INTO drawer (person, kind, name, title, body, at) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (person, kind, name) DO UPDATE SET title = excluded.title, body = excluded.body, at = excluded.at`,
		k.Person, k.Kind, k.Name, k.Title, k.Body, k.At)
	return err
}

func remove(tx *db.Tx, person, kind, name string) error {
	_, err := tx.Exec(`DELETE FROM drawer WHERE person = $1 AND kind = $2 AND name = $3`, person, kind, name)
	return err
}
