// Package dbtest gives tests a database of their own.
package dbtest

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/internal/probe"
)

// Start is the time of the fake clock at the beginning of a test: Monday, 23 November 2026, 08:00 in Shanghai.
func Start() time.Time { return time.Date(2026, 11, 23, 8, 0, 0, 0, clock.Shanghai()) }

// Run runs the test on SQLite and on PostgreSQL, each with an empty migrated database and a fake clock.
//
// PostgreSQL is the server named by TEST_POSTGRES (the address of a superuser), or else a throw-away cluster that is started when
// first needed and stops by itself. Where there is no PostgreSQL the test fails if CI is set or SANWEN_TEST_PG is "require", and
// else runs on SQLite only and says so. SANWEN_TEST_PG=off leaves PostgreSQL out.
func Run(t *testing.T, test func(t *testing.T, d *db.DB, c *clock.Fake)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		d, c := Open(t)
		test(t, d, c)
	})
	t.Run("postgres", func(t *testing.T) {
		if d, c := OpenPostgres(t); d != nil {
			test(t, d, c)
		}
	})
}

// RunWith is Run with other migrations than the program's.
func RunWith(t *testing.T, migrations fs.FS, test func(t *testing.T, d *db.DB, c *clock.Fake)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		d, c := OpenWith(t, migrations)
		test(t, d, c)
	})
	t.Run("postgres", func(t *testing.T) {
		if d, c := OpenPostgresWith(t, migrations); d != nil {
			test(t, d, c)
		}
	})
}

// OpenWith is Open with other migrations than the program's.
func OpenWith(t testing.TB, migrations fs.FS) (*db.DB, *clock.Fake) {
	t.Helper()
	return open(t, db.Config{Dir: t.TempDir(), Migrations: migrations})
}

// Open returns an empty migrated SQLite database with a fake clock, for tests that need no second database.
func Open(t testing.TB) (*db.DB, *clock.Fake) {
	t.Helper()
	dir := t.TempDir()
	image, err := template()
	if err != nil {
		t.Fatalf("dbtest: %v", err)
	}
	if err := os.WriteFile(filepath.Join(dir, db.FileName), image, 0o600); err != nil {
		t.Fatalf("dbtest: %v", err)
	}
	return open(t, db.Config{Dir: dir})
}

func open(t testing.TB, cfg db.Config) (*db.DB, *clock.Fake) {
	t.Helper()
	c := clock.NewFake(Start())
	cfg.Clock, cfg.Log = c, slog.New(slog.NewTextHandler(io.Discard, nil))
	d, err := db.Open(context.Background(), cfg)
	if err != nil {
		t.Fatalf("dbtest: %v", err)
	}
	t.Cleanup(func() { d.Close() })
	return d, c
}

// template returns the file of a migrated database, made once per process.
var template = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "sanwen-dbtest-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	d, err := db.Open(context.Background(), db.Config{Dir: dir, Clock: clock.NewFake(Start())})
	if err != nil {
		return nil, err
	}
	if err := d.Close(); err != nil {
		return nil, err
	}
	return os.ReadFile(filepath.Join(dir, db.FileName))
})

// ErrFault is what a statement fails with that [Fault] has chosen.
var ErrFault = errors.New("dbtest: this statement was made to fail")

// Fault makes the n-th statement of writes to d from now on fail (1 is the next one), once. The returned function ends that and
// reports whether it has happened. A test of atomicity counts n up until it has not:
//
//	for n := 1; ; n++ {
//		end := dbtest.Fault(d, n)
//		err := d.Write(…)
//		if !end() { break }
//		// err is not nil, and nothing has changed
//	}
func Fault(d *db.DB, n int) (end func() bool) {
	var mu sync.Mutex
	hit := false
	probe.Set(d, func() error {
		mu.Lock()
		defer mu.Unlock()
		n--
		if n != 0 {
			return nil
		}
		hit = true
		return ErrFault
	})
	return func() bool {
		probe.Set(d, nil)
		mu.Lock()
		defer mu.Unlock()
		return hit
	}
}
