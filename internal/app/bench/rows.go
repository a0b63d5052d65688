package main

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"sanwen/internal/ground/db"
)

// rowsOf are the tables that an anonymous submission writes.
var rowsOf = []string{"once", "voice", "voice_receipt", "duty", "event", "log_leaf"}

// rawRows is the other ceiling: the driver alone, without program or pages, writes the rows that a run has left in data into empty
// tables with the same indexes, what 64 submissions have written in each transaction. It returns submissions per second.
func (b *bench) rawRows(ctx context.Context, data string) (float64, error) {
	dir := filepath.Join(b.dir, "rows")
	d, err := db.Open(ctx, db.Config{Dir: dir}) // makes the tables
	if err != nil {
		return 0, err
	}
	if err := d.Close(); err != nil {
		return 0, err
	}
	defer os.RemoveAll(dir)
	from, err := sql.Open("sqlite", "file:"+filepath.Join(data, db.FileName)+"?mode=ro")
	if err != nil {
		return 0, err
	}
	defer from.Close()
	to, err := sql.Open("sqlite", "file:"+filepath.Join(dir, db.FileName)+"?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=wal_autocheckpoint(16000)&_pragma=cache_size(-32000)&_txlock=immediate")
	if err != nil {
		return 0, err
	}
	defer to.Close()
	to.SetMaxOpenConns(1)
	rows, voices := map[string][][]any{}, 0
	for _, t := range rowsOf {
		if rows[t], err = allRows(ctx, from, t); err != nil {
			return 0, err
		}
		if t == "voice" {
			voices = len(rows[t])
		}
		if _, err := to.ExecContext(ctx, "DELETE FROM "+t); err != nil {
			return 0, err
		}
	}
	if voices < clients {
		return 0, fmt.Errorf("only %d voices to write again", voices)
	}
	done, begun := 0, time.Now()
	for done+clients <= voices && time.Since(begun) < b.seconds {
		if err := replay(ctx, to, rows, done, voices); err != nil {
			return 0, err
		}
		done += clients
	}
	return float64(done) / time.Since(begun).Seconds(), nil
}

// replay writes what belongs to 64 voices in one transaction.
func replay(ctx context.Context, to *sql.DB, rows map[string][][]any, done, voices int) error {
	tx, err := to.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	for _, t := range rowsOf {
		all := rows[t]
		part := all[len(all)*done/voices : len(all)*(done+clients)/voices]
		if len(part) == 0 {
			continue
		}
		s, err := tx.PrepareContext(ctx, "INSERT INTO "+t+" VALUES (?"+strings.Repeat(",?", len(part[0])-1)+")")
		if err != nil {
			return err
		}
		for _, r := range part {
			if _, err := s.ExecContext(ctx, r...); err != nil {
				return fmt.Errorf("%s: %w", t, err)
			}
		}
		if err := s.Close(); err != nil {
			return err
		}
	}
	return tx.Commit()
}

// allRows reads a table in no particular order of time, as its rows are kept.
func allRows(ctx context.Context, d *sql.DB, table string) ([][]any, error) {
	r, err := d.QueryContext(ctx, "SELECT * FROM "+table+" LIMIT 60000")
	if err != nil {
		return nil, err
	}
	defer r.Close()
	columns, err := r.Columns()
	if err != nil {
		return nil, err
	}
	var out [][]any
	for r.Next() {
		row, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range row {
			into[i] = &row[i]
		}
		if err := r.Scan(into...); err != nil {
			return nil, err
		}
		out = append(out, row)
	}
	return out, r.Err()
}
