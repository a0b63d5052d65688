package ledger

import (
	"sanwen/internal/ground/db"
	"sanwen/internal/work/matter"
)

// PhotoPublic reports whether a picture belongs to a matter that is shown to everybody, and is one of before or after.
func PhotoPublic(tx *db.Tx, hash string) (bool, error) {
	n, err := db.One[int](tx, `SELECT COUNT(*) FROM matter_photo p JOIN matter m ON m.id = p.matter
		WHERE (p.hash = $1 OR p.thumb = $1) AND p.kind IN ('before','after') AND m.public = 1 AND m.restricted = ''`, hash)
	return n > 0, err
}

// PhotoMatter gives the matters that have the picture, for whoever serves it to those who may see one of them.
func PhotoMatter(tx *db.Tx, hash string) ([]string, error) {
	return db.All[string](tx, `SELECT DISTINCT matter FROM matter_photo WHERE hash = $1 OR thumb = $1`, hash)
}

// LastClaim is what the owner said last when he said that it was done.
func LastClaim(tx *db.Tx, id string) (string, error) {
	s, err := db.Maybe[string](tx, `SELECT text FROM progress WHERE matter = $1 AND done = 1 AND step = 0 ORDER BY at DESC, id DESC LIMIT 1`, id)
	if err != nil || s == nil {
		return "", err
	}
	return *s, nil
}

// GrantedOf lists the extensions that were granted, oldest first, without who asked: for everybody to whom a date was promised.
func GrantedOf(tx *db.Tx, id string) ([]matter.Extension, error) {
	out, err := db.All[matter.Extension](tx, `SELECT * FROM extension WHERE matter = $1 AND state = 'granted' ORDER BY n`, id)
	for i := range out {
		out[i].AskedBy = ""
	}
	return out, err
}
