package backup

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"

	"sanwen/internal/base/event"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/seal"
)

// Target is where a backup is restored to: an empty data directory, and for PostgreSQL an empty database.
type Target struct {
	Data     string
	Database string
	Zone     *time.Location
	Clock    clock.Clock
	Keys     string   // directory with the key files that belong to the backup; copied into the data directory
	Outside  []string // signed checkpoints published since, which the restored log must reach
	// Older accepts a backup that is older than a checkpoint of Outside: what came after it is lost, and verify will go
	// on to say so.
	Older bool
}

// Restore checks the whole backup in dir and only then brings it to the target: manifest signature, every file's hash,
// and after that the log in it, entry by entry. It leaves an empty target behind where anything does not verify.
func Restore(ctx context.Context, dir string, to Target, progress func(done, total int64)) (Manifest, error) {
	m, keys, err := Check(dir, to.Keys)
	if err != nil {
		return m, err
	}
	if (m.Dialect == db.Postgres) != (to.Database != "") {
		return m, fault.New(fault.Invalid, "app.restore_dialect", string(m.Dialect))
	}
	if entries, err := os.ReadDir(to.Data); err == nil && len(entries) > 0 {
		return m, fault.New(fault.Conflict, "app.restore_not_empty", to.Data)
	}
	if err := os.MkdirAll(to.Data, 0o700); err != nil {
		return m, fault.Wrap(fault.Unavailable, "app.data_dir", err, to.Data)
	}
	done := false
	defer func() {
		if !done {
			empty(to.Data)
		}
	}()
	if err := copyTree(to.Keys, filepath.Join(to.Data, "keys")); err != nil {
		return m, err
	}
	for _, f := range m.Blobs {
		if err := copyFile(filepath.Join(dir, blobsName, filepath.FromSlash(f.Name)), filepath.Join(to.Data, blobsName, filepath.FromSlash(f.Name))); err != nil {
			return m, err
		}
	}
	if m.Dialect == db.Postgres {
		if err := run(ctx, "pg_restore", "--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges", "--dbname", to.Database, filepath.Join(dir, dumpName)); err != nil {
			return m, err
		}
	} else if err := copyFile(filepath.Join(dir, sqliteName), filepath.Join(to.Data, db.FileName)); err != nil {
		return m, err
	}
	if err := verify(ctx, m, keys, to, progress); err != nil {
		return m, err
	}
	done = true
	return m, nil
}

// Check reads the manifest of the backup in dir, checks its signature with the keys in keyDir, and every file against it.
func Check(dir, keyDir string) (Manifest, *seal.Keys, error) {
	var m Manifest
	if _, err := os.Stat(filepath.Join(keyDir)); err != nil {
		return m, nil, fault.Wrap(fault.Invalid, "app.restore_keys", err, keyDir)
	}
	keys, err := seal.OpenKeys(keyDir)
	if err != nil {
		return m, nil, err
	}
	b, err := os.ReadFile(filepath.Join(dir, manifestName))
	if err != nil {
		return m, nil, fault.Wrap(fault.Invalid, "app.restore_manifest", err)
	}
	v, err := note.NewVerifier(keys.LogVerifier())
	if err != nil {
		return m, nil, err
	}
	n, err := note.Open(b, note.VerifierList(v))
	if err != nil {
		return m, nil, fault.Wrap(fault.Invalid, "app.restore_signature", err)
	}
	dec := json.NewDecoder(bytes.NewReader([]byte(n.Text)))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&m); err != nil || m.Format != 1 {
		return m, nil, fault.Wrap(fault.Invalid, "app.restore_manifest", err)
	}
	if m.Keys != keys.Fingerprint() {
		return m, nil, fault.New(fault.Invalid, "app.restore_other_keys")
	}
	files := []File{m.Database}
	for _, f := range m.Blobs {
		f.Name = blobsName + "/" + f.Name
		files = append(files, f)
	}
	for _, want := range files {
		if !filepath.IsLocal(filepath.FromSlash(want.Name)) {
			return m, nil, fault.New(fault.Invalid, "app.restore_manifest")
		}
		got, err := describe(dir, want.Name)
		if err != nil || got.Hash != want.Hash || got.Bytes != want.Bytes {
			return m, nil, fault.Wrap(fault.Invalid, "app.restore_damaged", err, want.Name)
		}
	}
	return m, keys, nil
}

// verify opens what was restored and recomputes its log; it must reach the checkpoint of the manifest and, unless an older
// state is accepted, every checkpoint published since.
func verify(ctx context.Context, m Manifest, keys *seal.Keys, to Target, progress func(done, total int64)) error {
	d, err := db.Open(ctx, db.Config{Dir: to.Data, DSN: to.Database, Zone: to.Zone, Clock: to.Clock})
	if err != nil {
		return err
	}
	defer d.Close()
	o := event.VerifyOptions{Progress: progress, Keys: []string{keys.LogVerifier()}}
	if m.Checkpoint != "" {
		o.Outside = append(o.Outside, m.Checkpoint)
	}
	if !to.Older {
		o.Outside = append(o.Outside, to.Outside...)
	}
	r, err := event.Verify(ctx, d, o)
	if err != nil {
		return err
	}
	if r.Bad != nil {
		return fault.Wrap(fault.Invalid, "app.restore_bad_log", fmt.Errorf("%s", r.Bad), r.Bad.Number)
	}
	if r.Entries < m.Entries {
		return fault.New(fault.Invalid, "app.restore_bad_log", r.Entries)
	}
	return nil
}

func copyTree(from, to string) error {
	return filepath.WalkDir(from, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(from, p)
		if d.IsDir() {
			return os.MkdirAll(filepath.Join(to, rel), 0o700)
		}
		return copyFile(p, filepath.Join(to, rel))
	})
}

func copyFile(from, to string) error {
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		return err
	}
	f, err := os.Open(from)
	if err != nil {
		return err
	}
	defer f.Close()
	return writeSynced(to, f)
}

// empty removes what a failed restore has brought, never the directory itself.
func empty(dir string) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	for _, e := range entries {
		if !strings.Contains(e.Name(), "..") {
			_ = os.RemoveAll(filepath.Join(dir, e.Name()))
		}
	}
}
