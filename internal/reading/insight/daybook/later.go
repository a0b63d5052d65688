package daybook

import (
	"strconv"

	"sanwen/internal/ground/db"
)

// behind is how many entries of the record may wait to be followed for what is kept to be read; of what they speak the rows are read themselves.
const behind = 2000

// waiting reads entries from a number on, and those that have none yet. Some may come twice: to leave those out, SQLite would go through the whole record
// in the order of what it is about.
const waiting = `SELECT subject_kind, subject_id, about_kind, about_id FROM event WHERE seq >= $1
	UNION ALL SELECT subject_kind, subject_id, about_kind, about_id FROM event WHERE seq IS NULL LIMIT `

// Later lists the ids of things of a kind of which the record says something that a consumer has not followed yet; false where that is too much, or where
// it has never followed anything.
func Later(tx *db.Tx, consumer, kind string) ([]string, bool, error) {
	next, err := db.Maybe[int64](tx, `SELECT next FROM event_cursor WHERE name = $1`, consumer)
	if err != nil || next == nil {
		return nil, false, err
	}
	type entry struct{ SubjectKind, SubjectID, AboutKind, AboutID string }
	rows, err := db.All[entry](tx, waiting+strconv.Itoa(behind+1), *next)
	if err != nil || len(rows) > behind {
		return nil, false, err
	}
	seen := map[string]bool{}
	var out []string
	for _, e := range rows {
		for _, r := range [][2]string{{e.SubjectKind, e.SubjectID}, {e.AboutKind, e.AboutID}} {
			if r[0] == kind && r[1] != "" && !seen[r[1]] {
				seen[r[1]] = true
				out = append(out, r[1])
			}
		}
	}
	return out, true, nil
}
