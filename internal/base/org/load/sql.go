package load

import (
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
)

const columns = `id, kind, file_hash, state, rows_total, rows_done, added, changed, removed, refused, started_at, ended_at, made_by, error, result, queue`

func writeRun(tx *db.Tx, r Run) error {
	_, err := tx.Exec(`INSERT INTO org_import (`+columns+`)`+` VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) ON CONFLICT (id) DO UPDATE SET state = excluded.state,
		rows_total = excluded.rows_total, refused = excluded.refused, error = excluded.error, result = excluded.result,
		rows_done = excluded.rows_done, added = excluded.added, changed = excluded.changed, removed = excluded.removed, ended_at = excluded.ended_at`,
		r.ID, r.Kind, r.FileHash, r.State, r.RowsTotal, r.RowsDone, r.Added, r.Changed, r.Removed, r.Refused, r.StartedAt, r.EndedAt, r.MadeBy, r.Error, r.Result, r.Queue)
	return err
}

// noteDone writes how far an import is, in the transaction of a piece; a piece of one that was stopped is not written.
func noteDone(tx *db.Tx, id string, done int) error {
	n, err := tx.Exec(`UPDATE org_import SET rows_done = $1 WHERE id = $2 AND state = $3`, done, id, Running)
	if err == nil && n == 0 {
		err = fault.New(fault.Conflict, keyCancelled)
	}
	return err
}

// noteFailed ends an import that has not ended by itself; n is the number in the sentence that says why.
func noteFailed(tx *db.Tx, id, key string, n int) error {
	_, err := tx.Exec(`UPDATE org_import SET state = $1, error = $2, refused = $3, ended_at = $4 WHERE id = $5 AND state <> $6`, Failed, key, n, tx.Millis(), id, Done)
	return err
}
