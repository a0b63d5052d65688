package db

import (
	"context"
	"crypto/rand"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
)

const (
	defaultConns  = 16
	mostTries     = 8
	commitTimeout = 30 * time.Second
	migrationLock = 7_364_412_003 // any number, but always the same one
)

// sessionSettings are set for every connection unless the address says otherwise.
var sessionSettings = map[string]string{
	"application_name":                    "sanwen",
	"timezone":                            "UTC",
	"synchronous_commit":                  "on",
	"client_min_messages":                 "warning", // see noteUnsynced
	"statement_timeout":                   "60000",
	"lock_timeout":                        "10000",
	"idle_in_transaction_session_timeout": "60000",
}

func (d *DB) openPostgres(ctx context.Context, c Config) error {
	d.dialect = Postgres
	cfg, err := pgx.ParseConfig(c.DSN)
	if err != nil {
		return fmt.Errorf("db: PostgreSQL address: %w", err)
	}
	for name, v := range sessionSettings {
		if _, ok := cfg.RuntimeParams[name]; !ok {
			cfg.RuntimeParams[name] = v
		}
	}
	if cfg.ConnectTimeout == 0 {
		cfg.ConnectTimeout = 5 * time.Second
	}
	if d.readOnly {
		cfg.RuntimeParams["default_transaction_read_only"] = "on"
	} else if cfg.ValidateConnect == nil { // after a fail-over, never stay with a server that cannot write
		cfg.ValidateConnect = pgconn.ValidateConnectTargetSessionAttrsReadWrite
	}
	cfg.OnNotice = noteUnsynced
	d.pool = sql.OpenDB(stdlib.GetConnector(*cfg))
	conns := c.MaxConns
	if conns <= 0 {
		conns = defaultConns
	}
	d.pool.SetMaxOpenConns(conns)
	d.pool.SetMaxIdleConns(conns)
	d.pool.SetConnMaxLifetime(30 * time.Minute)
	return nil
}

// unsynced marks a connection whose last commit was made without waiting for the synchronous standby to the end.
const unsynced = "sanwen.unsynced"

// noteUnsynced hears the server's warning that it gave up waiting for the standby; the server calls such a commit a success. The
// warning has no code of its own, but a commit gives no other.
func noteUnsynced(c *pgconn.PgConn, n *pgconn.Notice) {
	if n.SeverityUnlocalized == "WARNING" {
		c.CustomData()[unsynced] = true
	}
}

// postgresConn is a connection of the pool for the time of one transaction.
type postgresConn struct {
	*stdlib.Conn
}

func (c postgresConn) exec(ctx context.Context, q string, args []driver.NamedValue) (int64, error) {
	r, err := c.ExecContext(ctx, q, args)
	if err != nil {
		return 0, err
	}
	return r.RowsAffected()
}

func (c postgresConn) query(ctx context.Context, q string, args []driver.NamedValue) (driver.Rows, error) {
	return c.QueryContext(ctx, q, args)
}

// do runs statements without parameters in one round trip.
func (c postgresConn) do(ctx context.Context, q string) error {
	return c.Conn.Conn().PgConn().Exec(ctx, q).Close()
}

// onConn calls fn with a connection of the pool. A connection that cannot be used again is thrown away.
func (d *DB) onConn(ctx context.Context, fn func(postgresConn) error) error {
	d.count.waiting.Add(1)
	c, err := d.pool.Conn(ctx)
	d.count.waiting.Add(-1)
	if err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return explain(err)
	}
	defer c.Close()
	var result error
	c.Raw(func(dc any) error {
		pc := postgresConn{dc.(*stdlib.Conn)}
		defer func() {
			if status := pc.Conn.Conn().PgConn(); !status.IsClosed() && status.TxStatus() != 'I' {
				undo, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
				defer cancel()
				pc.do(undo, "ROLLBACK")
			}
		}()
		result = fn(pc)
		if pc.Conn.Conn().PgConn().IsClosed() {
			return driver.ErrBadConn
		}
		return nil
	})
	return result
}

func (d *DB) readPostgres(ctx context.Context, fn func(*Tx) error) error {
	return d.onConn(ctx, func(c postgresConn) error {
		if err := c.do(ctx, "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY"); err != nil {
			return explain(err)
		}
		tx := d.newTx(ctx, c, false, options{})
		defer tx.end()
		err := call(tx, fn)
		if err == nil {
			err = tx.err
		}
		return err
	})
}

func (d *DB) writePostgres(ctx context.Context, fn func(*Tx) error, o options) error {
	for try := 1; ; try++ {
		tx, err := d.tryPostgres(ctx, fn, o)
		if err == nil {
			if tx.wrote {
				d.committed()
			}
			for _, after := range tx.onCommit {
				after()
			}
			return nil
		}
		if !again(err) || try == mostTries {
			return err
		}
		d.count.retries.Add(1)
		if err := pause(ctx, try); err != nil {
			return err
		}
	}
}

// again reports whether err says that nothing was committed, and only because of another transaction or because the connection
// broke before the commit was sent.
func again(err error) bool {
	if errors.Is(err, ErrUnknown) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return false
	}
	switch _, state := codes(err); state {
	case "40001", "40P01", "57P01", "57P02": // the last two: the server is being restarted
		return true
	case "":
		return connectionLost(err)
	}
	return false
}

// pause waits before the next try: some milliseconds, doubled each time up to 200, with chance in it, so that two do not meet again.
func pause(ctx context.Context, try int) error {
	most := min(5<<try, 200)
	var b [1]byte
	rand.Read(b[:])
	t := time.NewTimer(time.Duration(most) * time.Millisecond * time.Duration(64+int(b[0])) / 320)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (d *DB) tryPostgres(ctx context.Context, fn func(*Tx) error, o options) (tx *Tx, err error) {
	err = d.onConn(ctx, func(c postgresConn) error {
		if err := c.do(ctx, "BEGIN ISOLATION LEVEL READ COMMITTED, READ WRITE"); err != nil {
			return explain(err)
		}
		tx = d.newTx(ctx, c, true, o)
		defer tx.end()
		err := call(tx, fn)
		if tx.err != nil && again(tx.err) {
			return tx.err // whatever fn made of it
		}
		if err != nil {
			return err
		}
		if err := tx.permitted(o.guarded); err != nil {
			if err == ErrUnasked || err == ErrUnrecorded {
				d.count.refused.Add(1)
			}
			return err
		}
		return d.commitPostgres(ctx, c)
	})
	return tx, err
}

// commitPostgres commits. The caller's context does not interrupt it: that would make an outcome unknown that is about to be known.
func (d *DB) commitPostgres(ctx context.Context, c postgresConn) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), commitTimeout)
	defer cancel()
	pc := c.Conn.Conn().PgConn()
	delete(pc.CustomData(), unsynced)
	results, err := pc.Exec(ctx, "COMMIT").ReadAll()
	if err == nil && pc.CustomData()[unsynced] != nil {
		err = errUnsynced
	}
	if err == nil && (len(results) != 1 || results[0].CommandTag.String() != "COMMIT") {
		err = errRolledBack
	}
	if err == nil {
		d.count.commits.Add(1)
		d.count.largest.Store(1)
		return nil
	}
	d.count.failed.Add(1)
	if err == errRolledBack {
		return err
	}
	if _, state := codes(err); state != "" && state[:2] != "57" && state[:2] != "08" {
		return explain(err) // the server said no
	}
	return explain(fmt.Errorf("%w: %w", ErrUnknown, err))
}

func isBadConn(err error) bool {
	return errors.Is(err, driver.ErrBadConn) || errors.Is(err, sql.ErrConnDone)
}

func (d *DB) exclusivePostgres(ctx context.Context, fn func(tx *Tx, script func(string) error) error) error {
	return d.onConn(ctx, func(c postgresConn) error {
		if err := c.do(ctx, fmt.Sprintf("BEGIN; SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0; SELECT pg_advisory_xact_lock(%d)", migrationLock)); err != nil {
			return explain(err)
		}
		tx := d.newTx(ctx, c, true, options{})
		defer tx.end()
		if err := fn(tx, func(text string) error { return c.do(ctx, text) }); err != nil {
			return err
		}
		return d.commitPostgres(ctx, c)
	})
}
