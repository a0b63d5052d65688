package db

import (
	"context"
	"database/sql/driver"
	"fmt"
	"sync/atomic"
	"time"

	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db/internal/probe"
)

// Tx is a transaction. It belongs to the goroutine of the function it was given to and ends with it.
type Tx struct {
	Now   time.Time       // the time of everything in this transaction, in the site's zone; a whole hour with [Coarse]
	Ctx   context.Context // of the caller; a transaction begun with it while this one runs is refused
	Calls int             // statements so far

	db        *DB
	s         session
	stmtCtx   context.Context // what statements are told; on SQLite a write is never interrupted half-way
	write     bool
	coarse    bool
	asked     bool
	recorded  bool
	wrote     bool // a statement that writes was run
	changed   bool // … and changed a row
	ended     atomic.Bool
	streaming bool
	err       error // the first statement that failed: the transaction cannot be committed any more
	onCommit  []func()
	args      []driver.NamedValue
	kept      map[any]any
	carried   []carried // newest last; the first ones are of those before in the same commit
}

type carried struct{ key, value any }

// Kept returns what [Tx.Keep] has kept under the key, or nil.
func (tx *Tx) Kept(key any) any { return tx.kept[key] }

// Keep keeps a value for the rest of the transaction, so that what several actions need is read once. Who keeps what he has read
// sees to it that his own writes replace it.
func (tx *Tx) Keep(key, value any) {
	if tx.kept == nil {
		tx.kept = map[any]any{}
	}
	tx.kept[key] = value
}

// Carry is Keep for this transaction and for all that are committed with it after it, if it ends well: on SQLite many are one transaction of the
// database, in which nobody else writes, so what one has read the next need not. Who writes what is carried carries it anew. On PostgreSQL every
// transaction carries for itself alone.
func (tx *Tx) Carry(key, value any) {
	for i := range tx.carried {
		if tx.carried[i].key == key {
			tx.carried[i].value = value
			return
		}
	}
	tx.carried = append(tx.carried, carried{key, value})
}

// Carried returns what was carried under the key, or nil.
func (tx *Tx) Carried(key any) any {
	for _, c := range tx.carried {
		if c.key == key {
			return c.value
		}
	}
	return nil
}

// Asked marks that somebody was asked whether this may be done. Only the rules of access call it.
func (tx *Tx) Asked() { tx.asked = true }

// Recorded marks that what is done here was recorded. Only the record calls it.
func (tx *Tx) Recorded() { tx.recorded = true }

// Coarse reports whether the transaction was begun with [Coarse], so that nothing finer than the hour may be stored, nor who acts.
func (tx *Tx) Coarse() bool { return tx.coarse }

// Zone returns the site's time zone.
func (tx *Tx) Zone() *time.Location { return tx.db.zone }

// Today returns the day of Now at the site.
func (tx *Tx) Today() clock.Day { return clock.DayOf(tx.Now, tx.db.zone) }

// Millis returns Now as it is stored.
func (tx *Tx) Millis() clock.Millis { return clock.MillisOf(tx.Now) }

// Dialect returns which database this is. Few need to know.
func (tx *Tx) Dialect() Dialect { return tx.db.dialect }

// ForUpdate returns what makes a SELECT lock its rows until the end of the transaction: " FOR UPDATE", or nothing on SQLite,
// where there is one writer at a time.
func (tx *Tx) ForUpdate() string {
	if tx.db.dialect == Postgres && tx.write {
		return " FOR UPDATE"
	}
	return ""
}

// SkipLocked is ForUpdate for queues: rows that another transaction holds are passed over.
func (tx *Tx) SkipLocked() string {
	if tx.db.dialect == Postgres && tx.write {
		return " FOR UPDATE SKIP LOCKED"
	}
	return ""
}

// ForShare returns what makes a SELECT hold its rows as they are until the end of the transaction: others may hold them, too, and who
// asks with [Tx.ForUpdate] waits for all of them. Nothing on SQLite.
func (tx *Tx) ForShare() string {
	if tx.db.dialect == Postgres && tx.write {
		return " FOR SHARE"
	}
	return ""
}

// OnCommit makes fn be called in the caller's goroutine after the transaction was durably committed, before Write returns.
func (tx *Tx) OnCommit(fn func()) { tx.onCommit = append(tx.onCommit, fn) }

// Exec runs a statement and returns how many rows it changed.
func (tx *Tx) Exec(q string, args ...any) (int64, error) {
	writes, err := tx.begin(q)
	if err != nil {
		return 0, err
	}
	values, err := tx.bind(args)
	if err != nil {
		return 0, tx.fail(q, err)
	}
	n, err := tx.s.exec(tx.stmtCtx, q, values)
	if err != nil {
		return 0, tx.fail(q, err)
	}
	if writes && n > 0 {
		tx.changed = true
	}
	return n, nil
}

// begin checks whether statement q may run now and reports whether it writes.
func (tx *Tx) begin(q string) (writes bool, err error) {
	switch {
	case tx.ended.Load():
		return false, ErrOver
	case tx.err != nil:
		return false, tx.err
	case tx.streaming:
		return false, tx.fail(q, ErrStreaming)
	}
	switch tx.db.shapes.of(q) {
	case shapeWrite:
		if !tx.write {
			return false, tx.fail(q, ErrReadOnly)
		}
		tx.wrote, writes = true, true
	case shapeOther:
		return false, tx.fail(q, fmt.Errorf("db: only SELECT, INSERT, UPDATE, DELETE, VALUES and WITH are statements of a transaction"))
	}
	tx.Calls++
	if tx.write {
		if err := probe.Ask(tx.db); err != nil {
			return false, tx.fail(q, err)
		}
	} else if err := tx.Ctx.Err(); err != nil {
		return false, tx.fail(q, err)
	}
	return writes, nil
}

// fail remembers that a statement failed, so that the transaction can only be rolled back.
func (tx *Tx) fail(q string, err error) error {
	if tx.err == nil {
		tx.err = explain(fmt.Errorf("%w\n\tin %s", err, head(q)))
	}
	return tx.err
}

// head returns the first characters of a statement for the log. It holds no data: those are parameters.
func head(q string) string {
	const most = 300
	if len(q) > most {
		return q[:most] + "…"
	}
	return q
}

// permitted returns why the transaction must not be committed, or nil.
func (tx *Tx) permitted(guarded bool) error {
	switch {
	case tx.err != nil:
		return tx.err
	case tx.streaming:
		return ErrStreaming
	case guarded && tx.wrote && !tx.asked:
		return ErrUnasked
	case guarded && tx.changed && !tx.recorded:
		return ErrUnrecorded
	}
	return nil
}

// nestKey is the context key under which the running transaction is found.
type nestKey struct{}

func (d *DB) newTx(ctx context.Context, s session, write bool, o options) *Tx {
	tx := &Tx{Now: d.clock.Now().In(d.zone), db: d, s: s, write: write}
	if o.coarse {
		tx.coarse = true
		tx.Now = wholeHour(tx.Now)
	}
	tx.Ctx = context.WithValue(ctx, nestKey{}, tx)
	tx.stmtCtx = tx.Ctx
	if write && d.dialect == SQLite {
		tx.stmtCtx = context.Background()
	}
	return tx
}

func (tx *Tx) end() { tx.ended.Store(true) }

func wholeHour(t time.Time) time.Time {
	return t.Add(-time.Duration(t.Minute())*time.Minute - time.Duration(t.Second())*time.Second -
		time.Duration(t.Nanosecond())).Round(0)
}
