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
}

// Photos lists the pictures of a voice in order.
func Photos(tx *db.Tx, voice string) ([]PhotoRow, error) {
	return db.All[PhotoRow](tx, `SELECT voice, hash, thumb, w, h, n, entry, shown FROM voice_photo WHERE voice = $1 ORDER BY n, hash`, voice)
}
