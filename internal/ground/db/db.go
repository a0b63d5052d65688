package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"sanwen/internal/ground/clock"
)

// Dialect names the database behind a [DB].
type Dialect string

// The two databases.
const (
	SQLite   Dialect = "sqlite"
	Postgres Dialect = "postgres"
)

// FileName is the SQLite database within the data directory.
const FileName = "sanwen.db"

// Config says which database to open. Dir or DSN is required.
type Config struct {
	Dir             string         // data directory; SQLite lives in Dir/sanwen.db
	DSN             string         // postgres://… selects PostgreSQL
	Clock           clock.Clock    // nil: the system's
	Zone            *time.Location // of the site; nil: Asia/Shanghai
	Log             *slog.Logger   // nil: slog.Default()
	Migrations      fs.FS          // nil: those of the program; tests bring their own
	AllowNetworkDir bool           // accept a data directory on a network file system
	MaxConns        int            // PostgreSQL connections; 0: 16
	Fill            bool           // SQLite: much is written before anybody relies on it; until Close all of it may be lost
	ReadOnly        bool           // only reads; the directory may be in use by another process, and nothing is migrated
	OnLost          func(error)    // called once when an fsync failed: the program should end, and check the data when it starts again
}

// DB is an open database. It is safe for concurrent use.
type DB struct {
	dialect Dialect
	clock   clock.Clock
	zone    *time.Location
	log     *slog.Logger

	turns   turns       // SQLite: whose turn it is to write
	writer  *sqliteConn // SQLite: used only by whose turn it is
	group   *group      // SQLite: what the next commit will hold; used likewise
	readers *readers    // SQLite
	dsn     string
	lock    *os.File

	readOnly bool
	fill     bool
	onLost   func(error)

	pool *sql.DB // PostgreSQL

	shapes shapes

	hooksMu sync.RWMutex
	before  []func(*Tx) error
	after   []func()

	closed atomic.Bool
	lost   atomic.Pointer[error] // SQLite: an fsync failed; what is on the disk is not known any more
	count  counters
}

type counters struct {
	writes, reads, commits, refused, retries, failed, largest, waiting atomic.Int64
}

// Stats are counts since the database was opened.
type Stats struct {
	Dialect Dialect
	Writes  int64 // writes begun
	Reads   int64 // reads begun
	Commits int64 // commits; on SQLite one commit holds several writes
	Largest int64 // most writes in one commit
	Refused int64 // writes that forgot to ask or to record
	Retries int64 // PostgreSQL: writes run again after 40001 or 40P01
	Failed  int64 // commits that failed
	Waiting int   // transactions that wait for their turn or for a connection
}

// Open opens the database, creates it if there is none, and brings it up to date. It refuses a directory that another process
// uses, a network file system (unless allowed), and a database that a newer program has migrated.
func Open(ctx context.Context, c Config) (*DB, error) {
	d := &DB{clock: c.Clock, zone: c.Zone, log: c.Log, readOnly: c.ReadOnly, fill: c.Fill, onLost: c.OnLost}
	if d.clock == nil {
		d.clock = clock.System()
	}
	if d.zone == nil {
		d.zone = clock.Shanghai()
	}
	if d.log == nil {
		d.log = slog.Default()
	}
	steps, err := readMigrations(c.Migrations)
	if err != nil {
		return nil, err
	}
	if c.DSN != "" {
		err = d.openPostgres(ctx, c)
	} else {
		err = d.openSQLite(ctx, c)
	}
	if err == nil && d.readOnly {
		err = d.Read(ctx, func(tx *Tx) error { return compare(tx, steps) })
	} else if err == nil {
		err = d.migrate(ctx, steps)
	}
	if err != nil {
		d.Close()
		return nil, err
	}
	return d, nil
}

func (d *DB) openSQLite(ctx context.Context, c Config) error {
	d.dialect = SQLite
	if c.Dir == "" {
		return fmt.Errorf("db: neither a data directory nor a PostgreSQL address is given")
	}
	dir, err := filepath.Abs(c.Dir)
	if err != nil {
		return fmt.Errorf("db: data directory: %w", err)
	}
	d.dsn = filepath.Join(dir, FileName)
	if d.readOnly {
		if _, err := os.Stat(d.dsn); err != nil {
			return fmt.Errorf("db: no database: %w", err)
		}
	} else if err := d.openWriter(ctx, dir, c.AllowNetworkDir); err != nil {
		return err
	}
	d.readers = newReaders(sqliteReaders)
	for range sqliteReaders {
		r, err := openSQLiteConn(ctx, d.dsn, reader)
		if err != nil {
			return fmt.Errorf("db: open %s for reading: %w", d.dsn, explain(err))
		}
		d.readers.give(r)
	}
	return nil
}

func (d *DB) openWriter(ctx context.Context, dir string, allowNetwork bool) (err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("db: data directory: %w", err)
	}
	if !allowNetwork {
		if err := refuseNetworkDir(dir); err != nil {
			return err
		}
	}
	if d.lock, err = lockDir(dir); err != nil {
		return err
	}
	as := writer
	if d.fill {
		as = filler
	}
	if d.writer, err = openSQLiteConn(ctx, d.dsn, as); err != nil {
		return fmt.Errorf("db: open %s: %w", d.dsn, explain(err))
	}
	return nil
}

// Close waits for running transactions, ends the connections and gives the data directory free.
func (d *DB) Close() error {
	if d.closed.Swap(true) {
		return nil
	}
	var err error
	if d.pool != nil {
		err = d.pool.Close()
	}
	if d.readers != nil {
		wait, end := context.WithTimeout(context.Background(), closeWait)
		for range d.readers.most() {
			if r, err := d.readers.take(wait); err == nil {
				r.close()
			} else {
				d.log.Warn("db: a read did not end in time for closing")
			}
		}
		end()
	}
	if d.writer != nil {
		d.turns.acquire(context.Background())
		if d.fill {
			err = d.writer.script("PRAGMA synchronous = FULL; PRAGMA wal_checkpoint(TRUNCATE)") // and so syncs log and database
		}
		err = errors.Join(err, d.writer.close())
	}
	if d.lock != nil {
		d.lock.Close()
	}
	return err
}

const closeWait = 5 * time.Second

// Dialect returns which database this is.
func (d *DB) Dialect() Dialect { return d.dialect }

// Zone returns the site's time zone.
func (d *DB) Zone() *time.Location { return d.zone }

// Clock returns the clock that gives transactions their time.
func (d *DB) Clock() clock.Clock { return d.clock }

// BeforeCommit registers what has to be done once per commit on SQLite, inside the same transaction, after everything that is
// committed together (the record numbers its entries here). An error fails all of it. It is not called on PostgreSQL, where
// commits run side by side.
func (d *DB) BeforeCommit(fn func(*Tx) error) {
	d.hooksMu.Lock()
	defer d.hooksMu.Unlock()
	d.before = append(d.before[:len(d.before):len(d.before)], fn)
}

// AfterCommit registers a function that is called after every commit that changed something. It must not block: it wakes others up.
func (d *DB) AfterCommit(fn func()) {
	d.hooksMu.Lock()
	defer d.hooksMu.Unlock()
	d.after = append(d.after[:len(d.after):len(d.after)], fn)
}

func (d *DB) hooks() ([]func(*Tx) error, []func()) {
	d.hooksMu.RLock()
	defer d.hooksMu.RUnlock()
	return d.before, d.after
}

func (d *DB) committed() {
	_, after := d.hooks()
	for _, fn := range after {
		fn()
	}
}

// Ready returns nil if the database accepts a durable write right now: it does one.
func (d *DB) Ready(ctx context.Context) error {
	return d.Upkeep(ctx, func(tx *Tx) error {
		_, err := tx.Exec(`INSERT INTO db_ready (id, at, tries) VALUES (1, $1, 1)
			ON CONFLICT (id) DO UPDATE SET at = excluded.at, tries = db_ready.tries + 1`, tx.Millis())
		return err
	})
}

// Stats returns counts since the database was opened.
func (d *DB) Stats() Stats {
	s := Stats{
		Dialect: d.dialect,
		Writes:  d.count.writes.Load(), Reads: d.count.reads.Load(), Commits: d.count.commits.Load(),
		Largest: d.count.largest.Load(), Refused: d.count.refused.Load(), Retries: d.count.retries.Load(),
		Failed: d.count.failed.Load(),
	}
	s.Waiting = int(d.count.waiting.Load())
	return s
}
