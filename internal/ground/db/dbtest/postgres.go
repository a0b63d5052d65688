package dbtest

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
)

// server is where the tests of this process find PostgreSQL.
type server struct {
	dsn      func(database string) string
	template string // migrated database that every test copies
}

// postgres finds or starts the server, once per process.
var postgres = sync.OnceValues(func() (*server, error) {
	ctx := context.Background()
	s := &server{}
	if given := os.Getenv("TEST_POSTGRES"); given != "" {
		u, err := url.Parse(given)
		if err != nil {
			return nil, fmt.Errorf("TEST_POSTGRES: %w", err)
		}
		s.dsn = func(database string) string {
			v := *u
			v.Path = "/" + database
			return v.String()
		}
	} else {
		c, err := sharedCluster()
		if err != nil {
			return nil, err
		}
		s.dsn = c.dsn
	}
	return s, s.makeTemplate(ctx)
})

// makeTemplate migrates a database that is named after the migrations, unless there is one.
func (s *server) makeTemplate(ctx context.Context) error {
	sum := sha256.New()
	if err := db.Fingerprint(sum); err != nil {
		return err
	}
	s.template = "sanwen_" + hex.EncodeToString(sum.Sum(nil))[:16]
	admin, err := pgx.Connect(ctx, s.dsn("postgres"))
	if err != nil {
		return err
	}
	defer admin.Close(ctx)
	// Other processes wait here until the template is complete. The lock ends with the connection.
	if _, err := admin.Exec(ctx, "SELECT pg_advisory_lock(7364412004)"); err != nil {
		return err
	}
	var n int
	if err := admin.QueryRow(ctx, "SELECT count(*) FROM pg_database WHERE datname = $1", s.template).Scan(&n); err != nil || n > 0 {
		return err
	}
	half := s.template + "_half"
	if _, err := admin.Exec(ctx, "DROP DATABASE IF EXISTS "+half+" WITH (FORCE)"); err != nil {
		return err
	}
	if _, err := admin.Exec(ctx, "CREATE DATABASE "+half+" TEMPLATE template0 ENCODING 'UTF8'"); err != nil {
		return err
	}
	d, err := db.Open(ctx, db.Config{DSN: s.dsn(half), Clock: clock.NewFake(Start())})
	if err != nil {
		return err
	}
	if err := d.Close(); err != nil {
		return err
	}
	_, err = admin.Exec(ctx, "ALTER DATABASE "+half+" RENAME TO "+s.template)
	return err
}

// create makes a database for one test, from a template or empty, and returns its address.
func (s *server) create(t testing.TB, template string) string {
	t.Helper()
	ctx := context.Background()
	b := make([]byte, 8)
	rand.Read(b)
	name := "test_" + hex.EncodeToString(b)
	s.admin(t, ctx, "CREATE DATABASE "+name+" TEMPLATE "+template)
	t.Cleanup(func() { s.admin(t, ctx, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)") })
	return s.dsn(name)
}

func (s *server) admin(t testing.TB, ctx context.Context, q string) {
	t.Helper()
	if err := s.exec(ctx, q); err != nil {
		t.Fatalf("dbtest: %s: %v", q, err)
	}
}

func (s *server) exec(ctx context.Context, q string) error {
	admin, err := pgx.Connect(ctx, s.dsn("postgres"))
	if err != nil {
		return err
	}
	defer admin.Close(ctx)
	_, err = admin.Exec(ctx, q)
	return err
}

func ping(ctx context.Context, dsn string) error {
	c, err := pgconn.Connect(ctx, dsn)
	if err != nil {
		return err
	}
	return c.Close(ctx)
}

// findServer returns the server, or nil where the tests may do without PostgreSQL.
func findServer(t testing.TB) *server {
	t.Helper()
	wish := os.Getenv("SANWEN_TEST_PG")
	if wish == "off" {
		t.Log("dbtest: SANWEN_TEST_PG=off: NOT tested on PostgreSQL")
		return nil
	}
	s, err := postgres()
	if err == nil {
		return s
	}
	if !errors.Is(err, errNoPostgres) || wish == "require" || inCI() {
		t.Fatalf("dbtest: PostgreSQL: %v", err)
	}
	t.Logf("dbtest: NOT tested on PostgreSQL: %v", err)
	return nil
}

func inCI() bool {
	return !strings.Contains("|false|0|", "|"+os.Getenv("CI")+"|") && os.Getenv("CI") != ""
}

// OpenPostgres returns an empty migrated PostgreSQL database with a fake clock, or nil where the tests may do without (see Run).
func OpenPostgres(t testing.TB) (*db.DB, *clock.Fake) {
	t.Helper()
	s := findServer(t)
	if s == nil {
		return nil, nil
	}
	return open(t, db.Config{DSN: s.create(t, s.template), MaxConns: 8})
}

// OpenPostgresWith is OpenPostgres with other migrations than the program's.
func OpenPostgresWith(t testing.TB, migrations fs.FS) (*db.DB, *clock.Fake) {
	t.Helper()
	dsn := PostgresDSN(t)
	if dsn == "" {
		return nil, nil
	}
	return open(t, db.Config{DSN: dsn, MaxConns: 8, Migrations: migrations})
}

// PostgresDSN returns the address of a new PostgreSQL database without tables, or "" where the tests may do without (see Run).
func PostgresDSN(t testing.TB) string {
	t.Helper()
	s := findServer(t)
	if s == nil {
		return ""
	}
	return s.create(t, "template0")
}
