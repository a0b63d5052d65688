package db

import (
	"context"
	"database/sql/driver"
	"fmt"
	"os"
	"path/filepath"
)

// Snapshot writes a consistent copy of the SQLite database in dir to the new file dest and makes it durable. It may run
// while another process has the database open and writes: it reads one snapshot and locks nobody out.
func Snapshot(ctx context.Context, dir, dest string) (err error) {
	src := filepath.Join(dir, FileName)
	if _, err := os.Stat(src); err != nil {
		return fmt.Errorf("db: snapshot: %w", err)
	}
	// The file is there before SQLite writes to it, so that at no time others may read it.
	f, err := os.OpenFile(dest, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("db: snapshot: %w", err)
	}
	defer func() {
		f.Close()
		if err != nil {
			os.Remove(dest)
		}
	}()
	c, err := openSQLiteConn(ctx, src, copier)
	if err != nil {
		return fmt.Errorf("db: snapshot: %w", explain(err))
	}
	defer c.close()
	if _, err := c.exec(ctx, "VACUUM INTO ?1", []driver.NamedValue{{Ordinal: 1, Value: dest}}); err != nil {
		return fmt.Errorf("db: snapshot: %w", explain(err))
	}
	if err := f.Sync(); err != nil {
		return fmt.Errorf("db: snapshot: %w", err)
	}
	return syncDir(filepath.Dir(dest))
}

// syncDir makes durable that a file is in a directory.
func syncDir(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("db: snapshot: %w", err)
	}
	defer f.Close()
	if err := f.Sync(); err != nil {
		return fmt.Errorf("db: snapshot: %w", err)
	}
	return nil
}
