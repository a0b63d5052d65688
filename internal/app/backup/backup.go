// Package backup writes backups of an installation while it runs, and restores them where they verify.
//
// A backup is a directory: the database (an SQLite file made by VACUUM INTO, or a PostgreSQL dump), the photos by their
// content hash, and a manifest. The manifest names every file with its hash, holds the newest signed checkpoint of the
// log, and is itself signed with the log's key. Key files are not in it: who steals a backup cannot test receipt codes.
// Keep a copy of the key directory elsewhere; a restore needs it.
package backup

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"golang.org/x/mod/sumdb/note"

	"sanwen/internal/base/event"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/seal"
)

const (
	manifestName = "manifest"
	sqliteName   = "sanwen.db"
	dumpName     = "database.dump"
	blobsName    = "blobs"
)

// Manifest says what a backup holds.
type Manifest struct {
	Format     int        `json:"format"` // 1
	Program    string     `json:"program"`
	MadeAt     time.Time  `json:"made_at"` // UTC
	Database   File       `json:"database"`
	Dialect    db.Dialect `json:"dialect"`
	Entries    int64      `json:"entries"`    // of the log that the backup holds
	Checkpoint string     `json:"checkpoint"` // newest signed checkpoint in it; empty before the first
	Keys       string     `json:"keys"`       // fingerprint of the key directory it belongs to
	Blobs      []File     `json:"blobs"`
}

// File is one file of a backup.
type File struct {
	Name  string `json:"name"`
	Bytes int64  `json:"bytes"`
	Hash  string `json:"sha256"`
}

// Source is the installation that is backed up; it may be running in another process.
type Source struct {
	Data     string // data directory
	Database string // PostgreSQL address, or empty
	Zone     *time.Location
	Keys     *seal.Keys
	Clock    clock.Clock
	Program  string // version, for the manifest
}

// Make writes a backup into the new directory dest and returns its manifest. The database comes first and the photos
// after it: a photo is stored before the row that names it, so every photo of the snapshot is there.
func Make(ctx context.Context, src Source, dest string, progress func(what string, n int)) (Manifest, error) {
	if progress == nil {
		progress = func(string, int) {}
	}
	m := Manifest{Format: 1, Program: src.Program, MadeAt: src.Clock.Now().UTC(), Dialect: db.SQLite, Keys: src.Keys.Fingerprint()}
	if err := os.Mkdir(dest, 0o700); err != nil {
		return m, fault.Wrap(fault.Conflict, "app.backup_exists", err, dest)
	}
	var err error
	if src.Database == "" {
		if err = db.Snapshot(ctx, src.Data, filepath.Join(dest, sqliteName)); err != nil {
			return m, err
		}
		m.Database, err = describe(dest, sqliteName)
		if err == nil {
			err = readLog(ctx, db.Config{Dir: dest, Zone: src.Zone, Clock: src.Clock}, &m)
		}
		if err == nil { // opening it for reading has changed nothing but may have left files beside it
			for _, extra := range []string{sqliteName + "-wal", sqliteName + "-shm", "sanwen.lock"} {
				_ = os.Remove(filepath.Join(dest, extra))
			}
			m.Database, err = describe(dest, sqliteName)
		}
	} else {
		m.Dialect = db.Postgres
		// The checkpoint is read before the dump: the dump holds at least what it covers.
		if err = readLog(ctx, db.Config{Dir: src.Data, DSN: src.Database, Zone: src.Zone, Clock: src.Clock}, &m); err == nil {
			err = run(ctx, "pg_dump", "--format=custom", "--no-owner", "--no-privileges", "--file", filepath.Join(dest, dumpName), "--dbname", src.Database)
		}
		if err == nil {
			m.Database, err = describe(dest, dumpName)
		}
	}
	if err != nil {
		return m, err
	}
	progress("database", 1)
	if m.Blobs, err = copyBlobs(ctx, filepath.Join(src.Data, blobsName), filepath.Join(dest, blobsName), progress); err != nil {
		return m, err
	}
	text, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return m, err
	}
	signed, err := note.Sign(&note.Note{Text: string(text) + "\n"}, src.Keys.LogSigner())
	if err != nil {
		return m, err
	}
	if err := writeSynced(filepath.Join(dest, manifestName), bytes.NewReader(signed)); err != nil {
		return m, err
	}
	return m, syncDir(dest)
}

// readLog notes how far the log goes and its newest checkpoint.
func readLog(ctx context.Context, c db.Config, m *Manifest) error {
	d, err := db.Open(ctx, c)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Read(ctx, func(tx *db.Tx) error {
		var err error
		if m.Entries, err = event.Size(tx); err != nil {
			return err
		}
		c, err := event.Latest(tx)
		if c != nil {
			m.Checkpoint = c.Note
		}
		return err
	})
}

func copyBlobs(ctx context.Context, from, to string, progress func(string, int)) ([]File, error) {
	var out []File
	if err := os.MkdirAll(to, 0o700); err != nil {
		return nil, err
	}
	err := filepath.WalkDir(from, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			if os.IsNotExist(err) {
				return nil
			}
			return err
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		rel, _ := filepath.Rel(from, p)
		if d.IsDir() {
			if d.Name() == "tmp" {
				return filepath.SkipDir
			}
			return os.MkdirAll(filepath.Join(to, rel), 0o700)
		}
		f, err := os.Open(p)
		if os.IsNotExist(err) {
			return nil // swept away meanwhile: nothing used it
		}
		if err != nil {
			return err
		}
		defer f.Close()
		h := sha256.New()
		if err := writeSynced(filepath.Join(to, rel), io.TeeReader(f, h)); err != nil {
			return err
		}
		i, err := os.Stat(filepath.Join(to, rel))
		if err != nil {
			return err
		}
		out = append(out, File{Name: filepath.ToSlash(rel), Bytes: i.Size(), Hash: hex.EncodeToString(h.Sum(nil))})
		progress("photos", len(out))
		return nil
	})
	return out, err
}

func describe(dir, name string) (File, error) {
	f, err := os.Open(filepath.Join(dir, filepath.FromSlash(name)))
	if err != nil {
		return File{}, err
	}
	defer f.Close()
	h := sha256.New()
	n, err := io.Copy(h, f)
	return File{Name: name, Bytes: n, Hash: hex.EncodeToString(h.Sum(nil))}, err
}

func writeSynced(path string, r io.Reader) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	if _, err = io.Copy(f, r); err == nil {
		err = f.Sync()
	}
	if e := f.Close(); err == nil {
		err = e
	}
	return err
}

func syncDir(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer f.Close()
	return f.Sync()
}

// run runs one of PostgreSQL's own tools; its words are the cause of the fault.
func run(ctx context.Context, tool string, args ...string) error {
	path, err := exec.LookPath(tool)
	if err != nil {
		found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/" + tool)
		if len(found) == 0 {
			return fault.Wrap(fault.Unavailable, "app.tool_missing", err, tool)
		}
		path = found[len(found)-1]
	}
	if out, err := exec.CommandContext(ctx, path, args...).CombinedOutput(); err != nil {
		return fault.Wrap(fault.Unavailable, "app.tool_failed", fmt.Errorf("%w: %s", err, bytes.TrimSpace(out)), tool)
	}
	return nil
}
