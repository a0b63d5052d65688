package dbtest

import (
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"

	_ "modernc.org/sqlite" // a connection of its own: transactions explain nothing

	"sanwen/internal/ground/db"
)

// Plan is how SQLite would find what a query asks for in a database that has never been analysed, as those of the product are: a line for each table. It is
// for tests that hold down which index serves a query of a table that grows without end: with a wrong one it is right, and slow where there is much.
func Plan(t testing.TB, q string, args ...any) string {
	t.Helper()
	image, err := template()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), db.FileName)
	if err := os.WriteFile(file, image, 0o600); err != nil {
		t.Fatal(err)
	}
	conn, err := sql.Open("sqlite", file)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	rows, err := conn.QueryContext(t.Context(), `EXPLAIN QUERY PLAN `+q, args...)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var id, parent, unused int
		var detail string
		if err := rows.Scan(&id, &parent, &unused, &detail); err != nil {
			t.Fatal(err)
		}
		out = append(out, detail)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return strings.Join(out, "\n")
}
