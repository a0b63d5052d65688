package show

import (
	"sanwen/internal/ground/db"
	"sanwen/internal/work/voice/core"
)

// TellsMatter is when those read the answer of a matter who spoke anonymously: the next release, or nil where it answers nobody who is told at
// set hours. Everybody else reads it at once.
func TellsMatter(tx *db.Tx, matter string) (*core.Release, error) {
	w := db.NewWhere()
	w.Add("matter = ? AND matter <> ''", matter)
	w.In("state", []string{core.Linked, core.Answered, core.Closed})
	return tells(tx, w)
}

// TellsVoices is the same for what is said to several voices at once.
func TellsVoices(tx *db.Tx, ids []string) (*core.Release, error) {
	w := db.NewWhere()
	w.In("id", ids)
	return tells(tx, w)
}

func tells(tx *db.Tx, w *db.Where) (*core.Release, error) {
	tx.Asked() // of a count, and of hours that are printed in the settings
	cond, args := w.SQL()
	n, err := db.One[int](tx, `SELECT COUNT(*) FROM (SELECT 1 FROM voice WHERE `+cond+` AND `+core.ReleasedSQL+` LIMIT 1) x`, args...)
	if err != nil || n == 0 {
		return nil, err
	}
	r, err := core.ReleaseOf(tx)
	return &r, err
}
