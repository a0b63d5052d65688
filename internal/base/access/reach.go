package access

import (
	"strings"
	"unicode/utf8"

	"sanwen/internal/ground/db"
)

// Reach finds a thing by its key and asks whether the person may do a to it. What is unknown is refused to everybody alike, and counts as
// asked. lock is what find adds to its query: that of an action, or nothing for who only reads.
func Reach[T any](tx *db.Tx, who Person, a Action, key, lock string, find func(tx *db.Tx, key, lock string) (T, error), thing func(tx *db.Tx, x T) (Thing, error)) (T, Thing, error) {
	x, t, err := Meet(tx, key, lock, find, thing)
	if err == nil {
		err = who.May(tx, a, t)
	}
	return x, t, err
}

// Meet is Reach for who has to look at the thing before it is known what is asked: the caller asks.
func Meet[T any](tx *db.Tx, key, lock string, find func(tx *db.Tx, key, lock string) (T, error), thing func(tx *db.Tx, x T) (Thing, error)) (T, Thing, error) {
	x, err := find(tx, key, lock)
	if err != nil {
		tx.Asked()
		return x, Thing{}, err
	}
	t, err := thing(tx, x)
	return x, t, err
}

// Name notes that the thing names a person, or a unit by its path; the empty one of both says nothing.
func (t *Thing) Name(person string, unit Path) {
	if person != "" {
		t.NamedPersons = append(t.NamedPersons, person)
	}
	if unit != "" {
		t.NamedUnits = append(t.NamedUnits, unit)
	}
}

// MovePaths rewrites every path in the columns that begins with from. A column is the beginning of a statement of the room whose table it
// is, "UPDATE matter SET lead_path".
func MovePaths(tx *db.Tx, from, to Path, columns ...string) error {
	low, high := from.Range()
	for _, set := range columns {
		col := set[strings.LastIndexByte(set, ' ')+1:]
		q := set + ` = $1 || substr(` + col + `, $2) WHERE ` + col + ` >= $3 AND ` + col + ` < $4`
		if _, err := tx.Exec(q, to, utf8.RuneCountInString(string(from))+1, low, high); err != nil {
			return err
		}
	}
	return nil
}
