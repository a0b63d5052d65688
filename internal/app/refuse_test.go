package app

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
)

// run runs a command and gives its exit code and what it said.
func runs(t *testing.T, env string, args ...string) (int, string) {
	t.Helper()
	var out, bad bytes.Buffer
	code := Run(t.Context(), args, func(k string) string {
		if k == "LANG" {
			return env
		}
		return ""
	}, strings.NewReader(""), &out, &bad)
	return code, out.String() + bad.String()
}

// TestSecondProcessIsRefused: a data directory that a server has open is refused to the next in words, and the demonstration in it is not
// taken away from under its server.
func TestSecondProcessIsRefused(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	a, err := Open(context.Background(), Config{Data: dir, Zone: "Asia/Shanghai"}, nil, os.Stderr)
	if err != nil {
		t.Fatal(err)
	}
	closed := false
	defer func() {
		if !closed {
			a.Close()
		}
	}()
	if _, err := Open(context.Background(), Config{Data: dir, Zone: "Asia/Shanghai"}, nil, os.Stderr); fault.Of(err).Key != "app.in_use" || !errors.Is(err, db.ErrInUse) {
		t.Errorf("opened twice: %v", err)
	}
	if code, said := runs(t, "", "serve", "--data", dir, "--addr", "127.0.0.1:0"); code != 74 || !strings.Contains(said, dir) || strings.Contains(said, "系统出错") {
		t.Errorf("a second server: %d, %s", code, said)
	}
	if err := os.WriteFile(filepath.Join(dir, "demonstration"), []byte("demo"), 0o600); err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	if code, said := runs(t, "", "demo", "--data", dir, "--addr", "127.0.0.1:0"); code != 74 || strings.Contains(said, "系统出错") {
		t.Errorf("a demonstration where a server runs: %d, %s", code, said)
	}
	after, err := os.ReadDir(dir)
	if err != nil || len(after) < len(before) {
		t.Errorf("the directory of the running server had %d entries and has %d: %v", len(before), len(after), err)
	}
	closed = true
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	if err := clearDemo(dir, filepath.Join(dir, "demonstration")); err != nil {
		t.Errorf("after the server has ended: %v", err)
	}
}

// TestNewerDatabaseIsRefused: a database that a newer program has migrated is refused in words and left as it is.
func TestNewerDatabaseIsRefused(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	a, err := Open(context.Background(), Config{Data: dir, Zone: "Asia/Shanghai"}, nil, os.Stderr)
	if err != nil {
		t.Fatal(err)
	}
	a.Close()
	raw, err := sql.Open("sqlite", filepath.Join(dir, "sanwen.db"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := raw.Exec(`INSERT INTO db_migrated SELECT * FROM db_migrated LIMIT 0`); err != nil {
		t.Fatal(err)
	}
	rows, err := raw.Query(`SELECT * FROM db_migrated LIMIT 1`)
	if err != nil {
		t.Fatal(err)
	}
	cols, _ := rows.Columns()
	rows.Close()
	if _, err := raw.Exec(`UPDATE db_migrated SET ` + cols[0] + ` = '9999_future.sql' WHERE ` + cols[0] + ` = (SELECT MAX(` + cols[0] + `) FROM db_migrated)`); err != nil {
		t.Fatal(err)
	}
	raw.Close()
	code, said := runs(t, "", "serve", "--data", dir, "--addr", "127.0.0.1:0")
	if code != 74 || strings.Contains(said, "系统出错") {
		t.Errorf("a newer database: %d, %s", code, said)
	}
}

// TestOlderDataAreLeftAlone: a command that only reads says what to do with data of an older version.
func TestOlderDataAreLeftAlone(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	a, err := Open(context.Background(), Config{Data: dir, Zone: "Asia/Shanghai"}, nil, os.Stderr)
	if err != nil {
		t.Fatal(err)
	}
	a.Close()
	d, err := sql.Open("sqlite", "file:"+filepath.Join(dir, db.FileName))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Exec(`DELETE FROM db_migrated WHERE name = (SELECT MAX(name) FROM db_migrated)`); err != nil {
		t.Fatal(err)
	}
	d.Close()
	if code, said := runs(t, "", "doctor", "--data", dir); code != 74 || !strings.Contains(said, "sanwen serve") || strings.Contains(said, "系统出错") {
		t.Errorf("doctor on older data: %d, %s", code, said)
	}
}
