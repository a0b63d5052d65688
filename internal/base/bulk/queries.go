package bulk

import (
	"sanwen/internal/base/access"
	"sanwen/internal/ground/db"
)

// See is a run of the person's own: NotFound "bulk.unknown_run" where there is none, Forbidden for that of somebody else.
func See(tx *db.Tx, who access.Person, id string) (Run, error) {
	r, err := runByID(tx, id)
	if err != nil {
		tx.Asked()
		return r, err
	}
	return r, who.May(tx, access.BulkRun, r.thing())
}

// Counts tells how many rows of a run are in each state.
func Counts(tx *db.Tx, run string) (map[string]int, error) {
	type count struct {
		State string
		N     int
	}
	all, err := db.All[count](tx, `SELECT state, COUNT(*) AS n FROM bulk_row WHERE run = $1 GROUP BY state`, run)
	out := map[string]int{}
	for _, c := range all {
		out[c.State] = c.N
	}
	return out, err
}

// Rows lists the rows of a run after the n-th, at most limit; of one state where it is given.
func Rows(tx *db.Tx, run, state string, after, limit int) ([]Row, error) {
	w := db.NewWhere().Add("run = ?", run).Add("n > ?", after)
	if state != "" {
		w.Add("state = ?", state)
	}
	most := w.Arg(limit)
	cond, args := w.SQL()
	return db.All[Row](tx, `SELECT `+rowColumns+` FROM bulk_row WHERE `+cond+` ORDER BY n LIMIT `+most, args...)
}
