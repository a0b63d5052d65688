package core

import (
	"sanwen/internal/ground/db"
)

// Photo is a picture that has been made harmless and stored.
type Photo struct {
	Hash  string `json:"hash"`
	Thumb string `json:"thumb"`
	W     int    `json:"w"`
	H     int    `json:"h"`
}

// PhotoRow is a picture of a voice. Entry is the entry of the thread it came with, 0 for the voice itself.
type PhotoRow struct {
	Voice string
	Hash  string
	Thumb string
	W     int
	H     int
	N     int
	Entry int64
	Shown bool // a department may see it
	// Covers is the hash of the photo for which this one stands, in which something has been covered; Covered says that such a copy
	// stands for this one, which no department sees any more.
	Covers  string
	Covered bool
}

// Photos lists the pictures of a voice in order.
func Photos(tx *db.Tx, voice string) ([]PhotoRow, error) {
	return db.All[PhotoRow](tx, `SELECT voice, hash, thumb, w, h, n, entry, shown, covers, covered FROM voice_photo WHERE voice = $1 ORDER BY n, hash`, voice)
}

// CoverPhoto writes a copy in the place of a photo.
func CoverPhoto(tx *db.Tx, of PhotoRow, c Photo) error {
	if _, err := tx.Exec(`UPDATE voice_photo SET covered = 1, shown = 0 WHERE voice = $1 AND hash = $2`, of.Voice, of.Hash); err != nil {
		return err
	}
	_, err := tx.Exec(`INSERT INTO voice_photo (voice, hash, thumb, w, h, n, entry, shown, covers) VALUES ($1, $2, $3, $4, $5, $6, $7, 1, $8)`,
		of.Voice, c.Hash, c.Thumb, c.W, c.H, of.N, of.Entry, of.Hash)
	return err
}

// Own are the photos as they were sent, without the copies made of them.
func Own(all []PhotoRow) []PhotoRow {
	var out []PhotoRow
	for _, p := range all {
		if p.Covers == "" {
			out = append(out, p)
		}
	}
	return out
}
