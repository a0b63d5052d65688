package backup_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"sanwen/internal/app/backup"
	"sanwen/internal/base/access"
	"sanwen/internal/base/event"
	"sanwen/internal/ground/blob"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/seal"
)

type house struct {
	dir  string
	db   *db.DB
	keys *seal.Keys
	log  *event.Log
	blob string
}

// live opens an installation with one photo and lets it write all the time until the test ends.
func live(t *testing.T) house {
	t.Helper()
	ctx := context.Background()
	h := house{dir: t.TempDir()}
	clk := clock.NewFake(time.Date(2026, 11, 23, 8, 0, 0, 0, clock.Shanghai()))
	var err error
	if h.keys, err = seal.OpenKeys(filepath.Join(h.dir, "keys")); err != nil {
		t.Fatal(err)
	}
	if h.db, err = db.Open(ctx, db.Config{Dir: h.dir, Clock: clk}); err != nil {
		t.Fatal(err)
	}
	if h.log, err = event.Open(ctx, h.db, h.keys, event.Options{}); err != nil {
		t.Fatal(err)
	}
	store, err := blob.OpenDir(filepath.Join(h.dir, "blobs"), clk, clock.Shanghai())
	if err != nil {
		t.Fatal(err)
	}
	if h.blob, err = store.Put(ctx, strings.NewReader("a photo of the shower")); err != nil {
		t.Fatal(err)
	}
	record(t, h, 20)
	if _, err := h.log.Checkpoint(ctx); err != nil {
		t.Fatal(err)
	}
	stop := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			default:
				write(h, fmt.Sprint("busy", i))
			}
		}
	})
	t.Cleanup(func() { close(stop); wg.Wait(); store.Close(); h.db.Close() })
	return h
}

func write(h house, subject string) error {
	return h.db.Write(context.Background(), func(tx *db.Tx) error {
		who := access.System("test")
		if err := who.May(tx, access.OrgEdit, access.Thing{Kind: "unit"}); err != nil {
			return err
		}
		return event.Record(tx, who, event.Fact{Kind: "org.unit_added", Subject: event.Ref{Kind: "test", ID: subject}, Data: map[string]string{"name": "浴室"}})
	})
}

func record(t *testing.T, h house, n int) {
	t.Helper()
	for i := range n {
		if err := write(h, fmt.Sprint("u", i)); err != nil {
			t.Fatal(err)
		}
	}
}

func make1(t *testing.T, h house) (string, backup.Manifest) {
	t.Helper()
	dest := filepath.Join(t.TempDir(), "b")
	m, err := backup.Make(context.Background(), backup.Source{Data: h.dir, Zone: clock.Shanghai(), Keys: h.keys, Clock: clock.System(), Program: "test"}, dest, nil)
	if err != nil {
		t.Fatal(err)
	}
	return dest, m
}

func restore(t *testing.T, h house, dir string, change func(*backup.Target)) (string, error) {
	t.Helper()
	to := backup.Target{Data: filepath.Join(t.TempDir(), "new"), Zone: clock.Shanghai(), Clock: clock.System(), Keys: filepath.Join(h.dir, "keys")}
	if change != nil {
		change(&to)
	}
	_, err := backup.Restore(context.Background(), dir, to, nil)
	return to.Data, err
}

func TestBackupWhileWritingRestores(t *testing.T) {
	h := live(t)
	dir, m := make1(t, h)
	if m.Entries < 20 || m.Checkpoint == "" || len(m.Blobs) != 1 {
		t.Fatalf("manifest %+v", m)
	}
	to, err := restore(t, h, dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	d, err := db.Open(context.Background(), db.Config{Dir: to})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	err = d.Read(context.Background(), func(tx *db.Tx) error {
		n, err := event.Size(tx)
		if n != m.Entries {
			t.Errorf("%d entries restored, %d in the manifest", n, m.Entries)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(filepath.Join(to, "blobs", h.blob[:2], h.blob))
	if err != nil || string(b) != "a photo of the shower" {
		t.Errorf("photo: %q, %v", b, err)
	}
}

func TestRestoreRefuses(t *testing.T) {
	h := live(t)
	dir, _ := make1(t, h)
	record(t, h, 5)
	later, err := h.log.Checkpoint(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	spoil := func(name string, fn func(path string)) string {
		t.Helper()
		c := filepath.Join(t.TempDir(), "copy")
		if err := os.CopyFS(c, os.DirFS(dir)); err != nil {
			t.Fatal(err)
		}
		fn(filepath.Join(c, name))
		return c
	}
	flip := func(p string) {
		b, err := os.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		b[len(b)/2] ^= 1
		if err := os.WriteFile(p, b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	other := filepath.Join(t.TempDir(), "keys")
	if _, err := seal.OpenKeys(other); err != nil {
		t.Fatal(err)
	}
	full := t.TempDir()
	if err := os.WriteFile(filepath.Join(full, "something"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	cases := []struct {
		name, dir, key string
		change         func(*backup.Target)
	}{
		{"a flipped bit in the database", spoil("sanwen.db", flip), "app.restore_damaged", nil},
		{"a truncated database", spoil("sanwen.db", func(p string) { os.Truncate(p, 4096) }), "app.restore_damaged", nil},
		{"a missing photo", spoil("blobs/"+h.blob[:2]+"/"+h.blob, func(p string) { os.Remove(p) }), "app.restore_damaged", nil},
		{"a changed manifest", spoil("manifest", flip), "app.restore_signature", nil},
		{"other keys", dir, "app.restore_signature", func(to *backup.Target) { to.Keys = other }},
		{"no keys", dir, "app.restore_keys", func(to *backup.Target) { to.Keys += "-none" }},
		{"a directory that is not empty", dir, "app.restore_not_empty", func(to *backup.Target) { to.Data = full }},
		{"the other database", dir, "app.restore_dialect", func(to *backup.Target) { to.Database = "postgres://localhost/x" }},
		{"older than what was published", dir, "app.restore_bad_log", func(to *backup.Target) { to.Outside = []string{later.Note} }},
	}
	for _, c := range cases {
		to, err := restore(t, h, c.dir, c.change)
		if err == nil || fault.Of(err).Key != c.key {
			t.Errorf("%s: %v, want %s", c.name, err, c.key)
		}
		if left, _ := os.ReadDir(to); to != full && len(left) > 0 {
			t.Errorf("%s: a refused restore left %v", c.name, left)
		}
	}
	if _, err := restore(t, h, dir, func(to *backup.Target) { to.Outside, to.Older = []string{later.Note}, true }); err != nil {
		t.Errorf("an older backup that is accepted knowingly: %v", err)
	}
}
