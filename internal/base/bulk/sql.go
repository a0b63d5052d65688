package bulk

import (
	"sanwen/internal/base/access"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
)

const (
	runColumns = `id, kind, params, back, person, state, total, started_at, ended_at, undo_until`
	rowColumns = `run, n, ref, label, state, why, args, at`
)

func insertRun(tx *db.Tx, r Run) error {
	_, err := tx.Exec(`INSERT INTO bulk_run (`+runColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		r.ID, r.Kind, r.Params, r.Back, r.Person, r.State, r.Total, r.StartedAt, r.EndedAt, r.UndoUntil)
	return err
}

func insertRow(tx *db.Tx, r Row) error {
	_, err := tx.Exec(`INSERT INTO bulk_row (`+rowColumns+`) VALUES ($1, $2, $3, $4, 'waiting', '', '', 0)`, r.Run, r.N, r.Ref, r.Label)
	return err
}

func setState(tx *db.Tx, run, state string, ended clock.Millis) error {
	_, err := tx.Exec(`UPDATE bulk_run SET state = $2, ended_at = $3 WHERE id = $1`, run, state, ended)
	return err
}

func moveState(tx *db.Tx, run, from, to string) error {
	_, err := tx.Exec(`UPDATE bulk_run SET state = $3 WHERE id = $1 AND state = $2`, run, from, to)
	return err
}

// end ends a run whose rows are all done; the time for undoing it begins then.
func end(tx *db.Tx, run, from, to string, at clock.Millis) error {
	_, err := tx.Exec(`UPDATE bulk_run SET state = $3, ended_at = $4, undo_until = CASE WHEN undo_until > 0 AND state = 'running' THEN $5 ELSE undo_until END
		WHERE id = $1 AND state = $2`, run, from, to, at, at+clock.Millis(UndoTime.Milliseconds()))
	return err
}

// leaveRows marks what waits as left.
func leaveRows(tx *db.Tx, run string, at clock.Millis) error {
	_, err := tx.Exec(`UPDATE bulk_row SET state = 'left', at = $2 WHERE run = $1 AND state = 'waiting'`, run, at)
	return err
}

// moveRow takes a row from one state to another and reports whether it was there.
func moveRow(tx *db.Tx, r Row, from, to, why, args string, at clock.Millis) (bool, error) {
	n, err := tx.Exec(`UPDATE bulk_row SET state = $4, why = $5, args = $6, at = $7 WHERE run = $1 AND n = $2 AND state = $3`, r.Run, r.N, from, to, why, args, at)
	return n == 1, err
}

func runByID(tx *db.Tx, id string) (Run, error) {
	r, err := db.Maybe[Run](tx, `SELECT `+runColumns+` FROM bulk_run WHERE id = $1`, id)
	if err != nil {
		return Run{}, err
	}
	if r == nil {
		return Run{}, fault.New(fault.NotFound, "bulk.unknown_run")
	}
	return *r, nil
}

func rowsIn(tx *db.Tx, run, state string) ([]Row, error) {
	return db.All[Row](tx, `SELECT `+rowColumns+` FROM bulk_row WHERE run = $1 AND state = $2 ORDER BY n`, run, state)
}

// find reads a run of the person's own, locked for a change.
func find(tx *db.Tx, who access.Person, id string) (Run, error) {
	r, err := db.Maybe[Run](tx, `SELECT `+runColumns+` FROM bulk_run WHERE id = $1`+tx.ForUpdate(), id)
	if err != nil {
		return Run{}, err
	}
	if r == nil {
		tx.Asked()
		return Run{}, fault.New(fault.NotFound, "bulk.unknown_run")
	}
	return *r, who.May(tx, access.BulkRun, r.thing())
}
