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
func Snapshot(ctx context.Context, dir, dest string) error {
	src := filepath.Join(dir, FileName)
	if _, err := os.Stat(src); err != nil {
		return fmt.Errorf("db: snapshot: %w", err)
	}
	c, err := openSQLiteConn(ctx, src, false)
	if err != nil {
		return fmt.Errorf("db: snapshot: %w", err)
	}
	defer c.close()
	// query_only would refuse to write the copy too; the connection runs nothing but this.
	if err := c.do("PRAGMA query_only = 0"); err != nil {
		return fmt.Errorf("db: snapshot: %w", err)
	}
	if _, err := c.exec(ctx, "VACUUM INTO ?1", []driver.NamedValue{{Ordinal: 1, Value: dest}}); err != nil {
		return fmt.Errorf("db: snapshot: %w", err)
	}
	f, err := os.OpenFile(dest, os.O_RDWR, 0)
	if err != nil {
		return fmt.Errorf("db: snapshot: %w", err)
	}
	defer f.Close()
	if err := f.Chmod(0o600); err != nil {
		return err
	}
	return f.Sync()
}
