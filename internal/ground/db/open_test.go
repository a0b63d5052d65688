package db_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
)

// target is a place for a database that can be opened several times.
func target(t *testing.T, dialect db.Dialect) (db.Config, bool) {
	t.Helper()
	c := db.Config{Clock: clock.NewFake(dbtest.Start()), Migrations: tables}
	if dialect == db.Postgres {
		c.DSN = dbtest.PostgresDSN(t)
		return c, c.DSN != ""
	}
	c.Dir = t.TempDir()
	return c, true
}

// onBoth runs the test with a place on each database.
func onBoth(t *testing.T, test func(t *testing.T, c db.Config)) {
	t.Helper()
	for _, dialect := range []db.Dialect{db.SQLite, db.Postgres} {
		t.Run(string(dialect), func(t *testing.T) {
			if c, ok := target(t, dialect); ok {
				test(t, c)
			}
		})
	}
}

func opened(t *testing.T, c db.Config) *db.DB {
	t.Helper()
	d, err := db.Open(ctx, c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d
}

func with(files map[string]string) fstest.MapFS {
	all := fstest.MapFS{}
	for name, f := range tables {
		all[name] = f
	}
	for name, text := range files {
		all[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return all
}

func TestMigrations(t *testing.T) {
	onBoth(t, func(t *testing.T, c db.Config) {
		d := opened(t, c)
		put(t, d, "a")
		d.Close()

		// One more, with a number before the last, and a trigger-free script of several statements.
		c.Migrations = with(map[string]string{"0001_more.sql": "CREATE TABLE more (id BIGINT); INSERT INTO more (id) VALUES (1), (2);"})
		d = opened(t, c)
		d.Read(ctx, func(tx *db.Tx) error {
			if n, err := db.One[int](tx, "SELECT COUNT(*) FROM more"); n != 2 || err != nil {
				t.Error(n, err)
			}
			return nil
		})
		d.Close()

		older := c
		older.Migrations = tables
		if _, err := db.Open(ctx, older); !errors.Is(err, db.ErrNewer) || !strings.Contains(err.Error(), "0001_more") {
			t.Errorf("an older program: %v", err)
		}
		changed := c
		changed.Migrations = with(map[string]string{"0001_more.sql": "CREATE TABLE more (id BIGINT); INSERT INTO more (id) VALUES (1), (3);"})
		if _, err := db.Open(ctx, changed); !errors.Is(err, db.ErrChanged) || !strings.Contains(err.Error(), "0001_more") {
			t.Errorf("a changed migration: %v", err)
		}
		broken := c
		broken.Migrations = with(map[string]string{
			"0001_more.sql":   "CREATE TABLE more (id BIGINT); INSERT INTO more (id) VALUES (1), (2);",
			"0003_good.sql":   "CREATE TABLE good (id BIGINT);",
			"0004_broken.sql": "DELETE FROM more; CREATE TABLE broken (id BIGINT, id BIGINT);",
		})
		if _, err := db.Open(ctx, broken); err == nil || !strings.Contains(err.Error(), "0004_broken") {
			t.Errorf("a broken migration: %v", err)
		}
		readOnly := broken
		readOnly.ReadOnly = true
		if _, err := db.Open(ctx, readOnly); !errors.Is(err, db.ErrOlder) {
			t.Errorf("reading a database that lacks migrations: %v", err)
		}
		d = opened(t, c) // nothing of the broken ones is left
		d.Read(ctx, func(tx *db.Tx) error {
			if n, err := db.One[int](tx, "SELECT COUNT(*) FROM more"); n != 2 || err != nil {
				t.Error(n, err)
			}
			return nil
		})
		if got := names(t, d); got != "a" {
			t.Error(got)
		}
	})
}

func TestMigrationNames(t *testing.T) {
	for _, name := range []string{"readme.txt", "1_a.sql", "0001-a.sql", "0001_A.sql"} {
		c := db.Config{Dir: t.TempDir(), Migrations: with(map[string]string{name: ""})}
		if _, err := db.Open(ctx, c); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestMigrateAtTheSameTime(t *testing.T) {
	c, ok := target(t, db.Postgres)
	if !ok {
		return
	}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			d, err := db.Open(ctx, c)
			if err != nil {
				t.Error(err)
				return
			}
			d.Close()
		})
	}
	wg.Wait()
}

func TestOneProcessPerDirectory(t *testing.T) {
	c, _ := target(t, db.SQLite)
	d := opened(t, c)
	put(t, d, "a")
	if _, err := db.Open(ctx, c); !errors.Is(err, db.ErrInUse) {
		t.Errorf("second: %v", err)
	}
	readOnly := c
	readOnly.ReadOnly = true
	r := opened(t, readOnly)
	if got := names(t, r); got != "a" {
		t.Error(got)
	}
	put(t, d, "b")
	if got := names(t, r); got != "a b" {
		t.Error(got)
	}
	r.Close()
	d.Close()
	opened(t, c).Close()
}

func TestReadOnly(t *testing.T) {
	onBoth(t, func(t *testing.T, c db.Config) {
		put(t, opened(t, c), "a")
		c.ReadOnly = true
		if c.Dir != "" {
			empty := c
			empty.Dir = t.TempDir()
			if _, err := db.Open(ctx, empty); !errors.Is(err, os.ErrNotExist) {
				t.Errorf("no database: %v", err)
			}
		}
		d := opened(t, c)
		unavailable(t, d.Ready(ctx), "db.readonly")
		unavailable(t, d.Write(ctx, func(tx *db.Tx) error { allowed(tx); return insert(tx, "b", 1) }), "db.readonly")
		if got := names(t, d); got != "a" {
			t.Error(got)
		}
	})
}

func TestSnapshotFile(t *testing.T) {
	c, _ := target(t, db.SQLite)
	d := opened(t, c)
	put(t, d, "a")
	stop := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			default:
				put(t, d, "w"+strings.Repeat("x", i))
			}
		}
	})
	to := t.TempDir()
	file := filepath.Join(to, db.FileName)
	if err := db.Snapshot(ctx, c.Dir, file); err != nil {
		t.Fatal(err)
	}
	close(stop)
	wg.Wait()
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Error(info, err)
	}
	if err := db.Snapshot(ctx, c.Dir, file); !errors.Is(err, os.ErrExist) {
		t.Errorf("over an existing file: %v", err)
	}
	if err := db.Snapshot(ctx, to+"/none", file+"2"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("of nothing: %v", err)
	}
	c.Dir = to
	copied := opened(t, c)
	if got := names(t, copied); !strings.HasPrefix(got, "a") {
		t.Error(got)
	}
	if found, err := copied.Check(ctx, true); err != nil || len(found) > 0 {
		t.Error(found, err)
	}
}

func TestCheckFindsDamage(t *testing.T) {
	c, _ := target(t, db.SQLite)
	d := opened(t, c)
	for i := range 200 {
		put(t, d, strings.Repeat("abc ", i+1))
	}
	if complete, err := d.Checkpoint(ctx); err != nil || !complete {
		t.Fatal(complete, err)
	}
	for _, full := range []bool{false, true} {
		if found, err := d.Check(ctx, full); err != nil || len(found) > 0 {
			t.Error(found, err)
		}
	}
	d.Close()
	file := filepath.Join(c.Dir, db.FileName)
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for page := 6; page < len(b)/4096; page += 3 {
		copy(b[page*4096:], "damage")
	}
	if err := os.WriteFile(file, b, 0o600); err != nil {
		t.Fatal(err)
	}
	d = opened(t, c)
	if found, err := d.Check(ctx, false); err != nil || len(found) == 0 {
		t.Error("damage was not found", found, err)
	}
}

func TestCheckpointLeavesNothingErased(t *testing.T) {
	c, _ := target(t, db.SQLite)
	d := opened(t, c)
	const secret = "一句不该留下的话"
	has := func() (files []string) {
		all, _ := filepath.Glob(filepath.Join(c.Dir, "*"))
		for _, f := range all {
			if b, err := os.ReadFile(f); err != nil || strings.Contains(string(b), secret) {
				files = append(files, filepath.Base(f))
			}
		}
		return files
	}
	put(t, d, secret)
	if len(has()) == 0 {
		t.Fatal("the secret is not where this test looks")
	}
	err := d.Write(ctx, func(tx *db.Tx) error { allowed(tx); _, err := tx.Exec("DELETE FROM item"); return err })
	if err != nil {
		t.Fatal(err)
	}
	if complete, err := d.Checkpoint(ctx); err != nil || !complete {
		t.Fatal(complete, err)
	}
	if left := has(); len(left) > 0 {
		t.Errorf("the secret is left in %v", left)
	}
	put(t, d, "b") // and writing goes on
}
