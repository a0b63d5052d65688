package demo

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"sanwen/internal/base/event"
	"sanwen/internal/base/login"
	"sanwen/internal/ground/blob"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/ground/seal"
)

// house is an installation around a database.
func house(t testing.TB, d *db.DB, c *clock.Fake) House {
	t.Helper()
	dir := t.TempDir()
	keys, err := seal.OpenKeys(filepath.Join(dir, "keys"))
	if err != nil {
		t.Fatal(err)
	}
	store, err := blob.OpenDir(filepath.Join(dir, "blobs"), c, d.Zone())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	quiet := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError}))
	log, err := event.Open(context.Background(), d, keys, event.Options{Logger: quiet})
	if err != nil {
		t.Fatal(err)
	}
	return House{DB: d, Keys: keys, Photos: blob.NewPhotos(store, blob.Limits{}), Log: log, Login: login.New(d, keys, quiet), Clock: c, Zone: d.Zone()}
}

func TestMake(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		h := house(t, d, c)
		if _, err := Make(context.Background(), h, Size{People: 1000}); err != nil {
			t.Fatal(err)
		}
	})
}
