package dbtest

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
)

// Copies makes databases that begin alike: build fills one, and every call of the returned function opens a copy of what it left, with a
// clock that stands at start, for as long as the test runs or until the copy is closed. It returns nil where the tests may do without
// PostgreSQL (see [Run]).
func Copies(t testing.TB, dialect db.Dialect, start time.Time, build func(d *db.DB, c *clock.Fake)) func() (d *db.DB, c *clock.Fake, done func()) {
	t.Helper()
	ctx := context.Background()
	config := func() (db.Config, *clock.Fake) {
		c := clock.NewFake(start)
		return db.Config{Clock: c, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), MaxConns: 4}, c
	}
	fill := func(cfg db.Config, c *clock.Fake) {
		d, err := db.Open(ctx, cfg)
		if err != nil {
			t.Fatalf("dbtest: %v", err)
		}
		build(d, c)
		if err := d.Close(); err != nil {
			t.Fatalf("dbtest: %v", err)
		}
	}
	opened := func(cfg db.Config, c *clock.Fake, drop func()) (*db.DB, *clock.Fake, func()) {
		d, err := db.Open(ctx, cfg)
		if err != nil {
			drop()
			t.Fatalf("dbtest: %v", err)
		}
		return d, c, func() { d.Close(); drop() }
	}
	if dialect == db.Postgres {
		s := findServer(t)
		if s == nil {
			return nil
		}
		name := func(kind string) string {
			b := make([]byte, 8)
			rand.Read(b)
			return kind + hex.EncodeToString(b)
		}
		image := name("image_")
		s.admin(t, ctx, "CREATE DATABASE "+image+" TEMPLATE "+s.template)
		t.Cleanup(func() { s.admin(t, ctx, "DROP DATABASE IF EXISTS "+image+" WITH (FORCE)") })
		cfg, c := config()
		cfg.DSN = s.dsn(image)
		fill(cfg, c)
		return func() (*db.DB, *clock.Fake, func()) {
			copied := name("copy_")
			s.admin(t, ctx, "CREATE DATABASE "+copied+" TEMPLATE "+image)
			cfg, c := config()
			cfg.DSN = s.dsn(copied)
			return opened(cfg, c, func() { s.admin(t, ctx, "DROP DATABASE IF EXISTS "+copied+" WITH (FORCE)") })
		}
	}
	dir := t.TempDir()
	cfg, c := config()
	cfg.Dir = dir
	fill(cfg, c)
	image, err := os.ReadFile(filepath.Join(dir, db.FileName))
	if err != nil {
		t.Fatalf("dbtest: %v", err)
	}
	place := memory()
	sweep(place)
	return func() (*db.DB, *clock.Fake, func()) {
		dir, err := os.MkdirTemp(place, fmt.Sprintf("%s%d-", copyPrefix, os.Getpid()))
		if err != nil {
			t.Fatalf("dbtest: %v", err)
		}
		drop := func() { os.RemoveAll(dir) }
		if err := os.WriteFile(filepath.Join(dir, db.FileName), image, 0o600); err != nil {
			drop()
			t.Fatalf("dbtest: %v", err)
		}
		cfg, c := config()
		cfg.Dir = dir
		return opened(cfg, c, drop)
	}
}

// memory is where files are kept in memory, if there is such a place: what is thrown away needs no disk. A TMPDIR that is set says where
// the files of this run are to be.
func memory() string {
	const shm = "/dev/shm"
	if i, err := os.Stat(shm); os.Getenv("TMPDIR") == "" && err == nil && i.IsDir() && i.Mode().Perm()&0o002 != 0 {
		return shm
	}
	return os.TempDir()
}

const copyPrefix = "sanwen-copy-"

// sweep removes the copies of processes that were killed before they could.
func sweep(place string) {
	all, _ := filepath.Glob(filepath.Join(place, copyPrefix+"*"))
	for _, dir := range all {
		of, _, _ := strings.Cut(strings.TrimPrefix(filepath.Base(dir), copyPrefix), "-")
		if pid, err := strconv.Atoi(of); err == nil && errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) {
			os.RemoveAll(dir)
		}
	}
}
