package db

import (
	"context"
	"database/sql/driver"
	"fmt"
	"io"
	"strings"

	"sanwen/internal/ground/fault"
)

// Checkpoint moves everything from SQLite's write-ahead log into the database and empties the log, so that what was erased is in
// neither. It reports false if somebody was reading an older state, and true on PostgreSQL, which does this by itself.
func (d *DB) Checkpoint(ctx context.Context) (complete bool, err error) {
	if d.dialect != SQLite {
		return true, nil
	}
	var busy int64
	err = d.alone(ctx, func() (err error) {
		busy, err = firstInt(d.writer, "PRAGMA wal_checkpoint(TRUNCATE)")
		return err
	})
	return err == nil && busy == 0, err
}

// alone calls fn with the write connection to itself, outside of any transaction.
func (d *DB) alone(ctx context.Context, fn func() error) error {
	if err := d.admitWrite(ctx); err != nil {
		return err
	}
	held, err := d.turns.acquire(ctx)
	if !held {
		return err
	}
	defer d.turns.release()
	if d.group != nil { // members who handed the turn on; it ends with this one
		g := d.group
		d.group = nil
		g.err = d.commit(g)
		close(g.done)
	}
	if err != nil {
		return err
	}
	if err := fn(); err != nil {
		return explain(err)
	}
	return nil
}

// Shrink gives back the memory in which SQLite's connections keep pages that were read. They read them again when they are needed. It does nothing on
// PostgreSQL.
func (d *DB) Shrink(ctx context.Context) error {
	if d.dialect != SQLite {
		return nil
	}
	const shrink = "PRAGMA shrink_memory" // it works while it is prepared, so it is never kept as a statement
	if err := d.alone(ctx, func() error { return d.writer.script(shrink) }); err != nil {
		return err
	}
	for range d.readers.most() {
		c, err := d.readers.oldest(ctx)
		if err != nil {
			return err
		}
		err = c.script(shrink)
		d.readers.give(c)
		if err != nil {
			return explain(err)
		}
	}
	return nil
}

func firstInt(c *sqliteConn, q string) (int64, error) {
	r, err := c.query(context.Background(), q, nil)
	if err != nil {
		return 0, err
	}
	defer r.Close()
	row := make([]driver.Value, len(r.Columns()))
	if err := r.Next(row); err != nil {
		return 0, err
	}
	n, ok := integer(row[0])
	if !ok {
		return 0, fmt.Errorf("db: %s: %v", q, row)
	}
	return n, nil
}

// Check looks whether the SQLite file is sound and returns what is not: the structure of its pages, with full also its indexes and
// foreign keys. It reads the whole file. PostgreSQL is checked with its own programs and gives nothing.
func (d *DB) Check(ctx context.Context, full bool) ([]string, error) {
	if d.dialect != SQLite {
		return nil, nil
	}
	if err := d.admit(ctx); err != nil {
		return nil, err
	}
	c, err := d.reader(ctx)
	if err != nil {
		return nil, err
	}
	defer d.readers.give(c)
	pragmas := []string{"PRAGMA quick_check"}
	if full {
		pragmas = []string{"PRAGMA integrity_check", "PRAGMA foreign_key_check"}
	}
	var found []string
	for _, q := range pragmas {
		lines, err := report(ctx, c, q)
		if err != nil {
			if code, _ := codes(err); code&0xff == 11 || code&0xff == 26 { // damaged beyond reading
				return append(found, err.Error()), nil
			}
			return nil, explain(err)
		}
		found = append(found, lines...)
	}
	return found, nil
}

func report(ctx context.Context, c *sqliteConn, q string) (lines []string, err error) {
	r, err := c.query(ctx, q, nil)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	row := make([]driver.Value, len(r.Columns()))
	for {
		if err := r.Next(row); err == io.EOF {
			return lines, nil
		} else if err != nil {
			return nil, err
		}
		if line := strings.Trim(fmt.Sprint(row), "[]"); line != "ok" {
			lines = append(lines, line)
		}
	}
}

// admitWrite is admit for what writes.
func (d *DB) admitWrite(ctx context.Context) error {
	if err := d.admit(ctx); err != nil {
		return err
	}
	if d.readOnly {
		return fault.Wrap(fault.Unavailable, "db.readonly", errOpenedReadOnly)
	}
	if err := d.lost.Load(); err != nil {
		return *err
	}
	return nil
}
