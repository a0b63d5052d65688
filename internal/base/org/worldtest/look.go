package worldtest

import (
	"fmt"
	"strings"
	"time"

	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
)

// Count gives the one number that a query asks for.
func (w *World) Count(q string, args ...any) (n int) {
	w.T.Helper()
	w.Read(func(tx *db.Tx) (err error) { n, err = db.One[int](tx, q, args...); return err })
	return n
}

// Column gives the texts that a query asks for.
func (w *World) Column(q string, args ...any) (out []string) {
	w.T.Helper()
	w.Read(func(tx *db.Tx) (err error) { out, err = db.All[string](tx, q, args...); return err })
	return out
}

// Postgres reports whether the database is PostgreSQL.
func (w *World) Postgres() bool {
	pg := false
	w.Read(func(tx *db.Tx) error { pg = tx.Dialect() == db.Postgres; return nil })
	return pg
}

// Tables lists the tables of the database.
func (w *World) Tables() []string {
	w.T.Helper()
	if w.Postgres() {
		return w.Column(`SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema() ORDER BY 1`)
	}
	return w.Column(`SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY 1`)
}

// Rows gives every row of a table as one text, with all that stands in it.
func (w *World) Rows(table string) []string {
	w.T.Helper()
	if w.Postgres() {
		return w.Column(`SELECT CAST(x AS TEXT) FROM ` + table + ` x`)
	}
	columns := w.Column(`SELECT name FROM pragma_table_info('` + table + `')`)
	for i, c := range columns {
		columns[i] = fmt.Sprintf("COALESCE(CAST(%s AS TEXT), '')", c)
	}
	return w.Column(`SELECT ` + strings.Join(columns, ` || '|' || `) + ` FROM ` + table)
}

// Orders lists the orders in which the rows of a table with random ids can be read: by id, and on PostgreSQL as they lie on the disk. On SQLite
// such a table must have no hidden row number, which is looked at here.
func (w *World) Orders(tables ...string) []string {
	w.T.Helper()
	if w.Postgres() {
		return []string{"id", "ctid"}
	}
	for _, table := range tables {
		if w.Count(`SELECT COUNT(*) FROM sqlite_master WHERE name = $1 AND type = 'table' AND sql LIKE '%WITHOUT ROWID%'`, table) != 1 {
			w.T.Errorf("the rows of %s have numbers in the order in which they came", table)
		}
	}
	return []string{"id"}
}

// Apart fails where a row of a table was written by the transaction that wrote one of the others, which may be queries for the column xmin:
// PostgreSQL notes it in every row, and the database alone could join them. It fails, too, where fewer than least rows were written together.
func (w *World) Apart(least int, table string, others ...string) {
	w.T.Helper()
	if !w.Postgres() {
		return
	}
	for _, other := range others {
		if n := w.Count(`SELECT COUNT(*) FROM ` + table + ` a JOIN ` + other + ` b ON CAST(a.xmin AS TEXT) = CAST(b.xmin AS TEXT)`); n != 0 {
			w.T.Errorf("%d rows of %s and %s were written together", n, table, other)
		}
	}
	if n := w.Count(`SELECT COALESCE(MIN(n), 9999) FROM (SELECT COUNT(*) AS n FROM ` + table + ` GROUP BY CAST(xmin AS TEXT)) x`); n < least {
		w.T.Errorf("%d rows of %s were written by themselves", n, table)
	}
}

// Anew fails where the rows of a table were not all written in one transaction.
func (w *World) Anew(tables ...string) {
	w.T.Helper()
	if !w.Postgres() {
		return
	}
	for _, table := range tables {
		if n := w.Count(`SELECT COUNT(DISTINCT CAST(xmin AS TEXT)) FROM ` + table); n != 1 {
			w.T.Errorf("rows of %s were written in %d transactions", table, n)
		}
	}
}

// On makes it a moment in Shanghai, "2026-11-23 09:00", and lets what happens by itself happen, as the runner of jobs does: each until it has
// nothing to do.
func (w *World) On(when string, runs ...func(tx *db.Tx) (int, error)) {
	w.T.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", when, clock.Shanghai())
	if err != nil {
		w.T.Fatal(err)
	}
	w.Clock.Set(at)
	w.Runs(runs...)
}

// Runs lets what happens by itself happen, each until it has nothing to do.
func (w *World) Runs(runs ...func(tx *db.Tx) (int, error)) {
	w.T.Helper()
	for _, run := range runs {
		w.Must(func(tx *db.Tx) error {
			tx.Asked() // that nothing is due is no reason to fail
			tx.Recorded()
			for {
				if n, err := run(tx); err != nil || n == 0 {
					return err
				}
			}
		})
	}
}
