package load

import "sanwen/internal/ground/db"

const columns = `id, kind, file_hash, state, rows_total, rows_done, added, changed, removed, refused, started_at, ended_at, made_by`

func writeRun(tx *db.Tx, r Run) error {
	_, err := tx.Exec(`INSERT INTO org_import (`+columns+`)`+` VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT (id) DO UPDATE SET state = excluded.state,
		rows_done = excluded.rows_done, added = excluded.added, changed = excluded.changed, removed = excluded.removed, ended_at = excluded.ended_at`,
		r.ID, r.Kind, r.FileHash, r.State, r.RowsTotal, r.RowsDone, r.Added, r.Changed, r.Removed, r.Refused, r.StartedAt, r.EndedAt, r.MadeBy)
	return err
}
