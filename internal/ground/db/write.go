package db

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"time"

	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/fault"
)

// Option changes how a write is done.
type Option func(*options)

type options struct {
	coarse  bool
	guarded bool
}

// Coarse truncates the transaction's time to the hour, so that nothing finer about an anonymous or confidential voice can be stored
// by anything that takes part.
func Coarse(o *options) { o.coarse = true }

// Write runs fn in a transaction and returns after it is durable. Nothing is committed if fn returns an error or panics, if nobody
// was asked for permission ([ErrUnasked]), if rows changed and nothing was recorded ([ErrUnrecorded]), or within another
// transaction ([ErrNested]). A storage that cannot be written is a fault of kind Unavailable. On PostgreSQL fn may run several times.
func (d *DB) Write(ctx context.Context, fn func(*Tx) error, opts ...Option) error {
	return d.change(ctx, fn, true, opts)
}

// Upkeep is Write without the need to ask and to record, for housekeeping of the program itself.
func (d *DB) Upkeep(ctx context.Context, fn func(*Tx) error, opts ...Option) error {
	return d.change(ctx, fn, false, opts)
}

// Read runs fn with one snapshot of the data. Statements that write are refused.
func (d *DB) Read(ctx context.Context, fn func(*Tx) error) error {
	if err := d.admit(ctx); err != nil {
		return err
	}
	d.count.reads.Add(1)
	if d.dialect == Postgres {
		return d.readPostgres(ctx, fn)
	}
	return d.readSQLite(ctx, fn)
}

func (d *DB) change(ctx context.Context, fn func(*Tx) error, guarded bool, opts []Option) error {
	o := options{guarded: guarded}
	for _, opt := range opts {
		opt(&o)
	}
	if err := d.admitWrite(ctx); err != nil {
		return err
	}
	d.count.writes.Add(1)
	if d.dialect == Postgres {
		return d.writePostgres(ctx, fn, o)
	}
	return d.writeSQLite(ctx, fn, o)
}

// admit refuses what must not begin: ended contexts, closed databases, and transactions within transactions.
func (d *DB) admit(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if d.closed.Load() {
		return fault.Wrap(fault.Unavailable, "db.unavailable", errClosed)
	}
	if outer, ok := ctx.Value(nestKey{}).(*Tx); ok && !outer.ended.Load() {
		return ErrNested
	}
	if withinCall() {
		return ErrNested
	}
	return nil
}

// withinCall reports whether this goroutine runs the function of a transaction.
func withinCall() bool {
	var few [128]uintptr
	pcs := few[:]
	for n := runtime.Callers(3, pcs); ; n = runtime.Callers(3, pcs) {
		if slices.Contains(pcs[:n], callMark) {
			return true
		}
		if n < len(pcs) {
			return false
		}
		pcs = make([]uintptr, 8*len(pcs)) // a deep recursion
	}
}

// call is the only place that calls the function of a transaction. Its return address on the stack therefore tells that a
// transaction is running in this goroutine, also where the context was not handed on.
//
//go:noinline
func call(tx *Tx, fn func(*Tx) error) error {
	err := fn(tx)
	return err
}

var callMark = func() (mark uintptr) {
	call(nil, func(*Tx) error {
		var pcs [1]uintptr
		runtime.Callers(2, pcs[:])
		mark = pcs[0]
		return nil
	})
	return mark
}()

// group is what is committed together on SQLite.
type group struct {
	done    chan struct{} // closed when err is final
	err     error
	begun   time.Time
	members int
	changed bool
	first   bool  // nobody has left it yet: to undo the first member's part is to undo everything
	broken  error // the transaction itself was lost
	carried []carried
}

// mostCarried is how much is carried from one to the next in a commit; beyond that it is read again.
const mostCarried = 32

// A commit holds at most this many writes, and no new one joins after this time. The longer it may last, the fewer pages are
// written and synced for each; who waits for it waits that much longer when many write at once.
const (
	mostMembers = 256
	longestTurn = 20 * time.Millisecond
)

// stopwatch measures how long a group is open; a test's clock stands still.
var stopwatch = clock.System()

func (d *DB) writeSQLite(ctx context.Context, fn func(*Tx) error, o options) error {
	d.count.waiting.Add(1)
	held, err := d.turns.acquire(ctx)
	d.count.waiting.Add(-1)
	if !held {
		return err
	}
	if err == nil && d.closed.Load() {
		err = fault.Wrap(fault.Unavailable, "db.unavailable", errClosed)
	}
	if err != nil {
		d.endTurn()
		return err
	}
	g, err := d.join()
	if err != nil {
		d.endTurn()
		return err
	}
	tx := d.newTx(ctx, d.writer, true, o)
	tx.carried = slices.Clone(g.carried)
	// fn runs in its caller's goroutine. If it panics or ends the goroutine, the deferred function undoes its part and gives the
	// turn to the next, so nobody else notices.
	returned := false
	defer func() {
		if !returned {
			d.leave(g, tx, errors.New("db: the function of the transaction did not return"))
			d.endTurn()
		}
	}()
	err = call(tx, fn)
	if err == nil {
		if err = tx.permitted(o.guarded); err == ErrUnasked || err == ErrUnrecorded {
			d.count.refused.Add(1)
		}
	}
	returned = true
	d.leave(g, tx, err)
	d.endTurn()
	<-g.done // also where fn failed: it may have decided by what others of the group wrote
	if g.err != nil {
		return g.err
	}
	if err != nil {
		return err
	}
	for _, after := range tx.onCommit {
		after()
	}
	return nil
}

// join begins the member's part in the group that is open, or opens one. The first needs no savepoint: keeping what every page was
// before would cost a long transaction a tenth of its time.
func (d *DB) join() (*group, error) {
	if d.group == nil {
		if err := d.writer.do("BEGIN IMMEDIATE"); err != nil {
			d.writer.do("ROLLBACK") // in case an earlier one could not be ended
			if err = d.writer.do("BEGIN IMMEDIATE"); err != nil {
				return nil, explain(err)
			}
		}
		d.group = &group{done: make(chan struct{}), begun: stopwatch.Now(), first: true}
		return d.group, nil
	}
	g := d.group
	if g.broken == nil {
		if err := d.writer.do("SAVEPOINT member"); err != nil {
			g.broken = err
		}
	}
	if g.broken != nil {
		return nil, explain(g.broken)
	}
	return g, nil
}

// leave ends the member's part: kept if err is nil, else undone.
func (d *DB) leave(g *group, tx *Tx, err error) {
	tx.end()
	if g.first {
		if g.first = false; err != nil {
			d.writer.do("ROLLBACK") // if that fails, the next group begins with it
			d.group = nil
			close(g.done)
			return
		}
		g.members, g.changed = 1, tx.wrote
		g.carry(tx)
		return
	}
	if err != nil {
		if e := d.writer.do("ROLLBACK TO member"); e != nil {
			g.broken = errors.Join(err, e)
			return
		}
	}
	if e := d.writer.do("RELEASE member"); e != nil {
		g.broken = e
		return
	}
	if err == nil {
		g.members++
		g.changed = g.changed || tx.wrote
		g.carry(tx)
	}
}

// carry takes over what a member carries to those after it.
func (g *group) carry(tx *Tx) {
	if g.carried = tx.carried; len(g.carried) > mostCarried {
		g.carried = nil
	}
}

// endTurn hands the turn on within the open group, or commits the group.
func (d *DB) endTurn() {
	g := d.group
	if g != nil && g.broken == nil && g.members < mostMembers && stopwatch.Now().Sub(g.begun) < longestTurn && d.turns.pass() {
		return
	}
	if g != nil {
		d.group = nil
		g.err = d.commit(g)
		close(g.done)
	}
	d.turns.release()
	if g != nil && g.err == nil && g.changed {
		d.committed()
	}
}

func (d *DB) commit(g *group) error {
	err := g.broken
	if err == nil && g.changed {
		err = d.beforeCommit()
	}
	if err == nil {
		err = d.writer.do("COMMIT")
	}
	if err == nil {
		d.count.commits.Add(1)
		if n := int64(g.members); n > d.count.largest.Load() {
			d.count.largest.Store(n)
		}
		return nil
	}
	d.count.failed.Add(1)
	d.writer.do("ROLLBACK")
	if code, _ := codes(err); code == sqliteIOErrFsync || code == sqliteIOErrDirFsync {
		// What an fsync that failed has written is not known, and a second fsync would not tell: no further write until a new start.
		refused := error(fault.Wrap(fault.Unavailable, "db.unavailable", err))
		d.lost.Store(&refused)
		d.log.Error("db: fsync failed; writing is refused until the program is started again", "err", err)
		if d.onLost != nil {
			d.onLost(err)
		}
		return fault.Wrap(fault.Unavailable, "db.unknown", fmt.Errorf("%w: %w", ErrUnknown, err))
	}
	return explain(err)
}

func (d *DB) beforeCommit() (err error) {
	before, _ := d.hooks()
	if len(before) == 0 {
		return nil
	}
	tx := d.newTx(context.Background(), d.writer, true, options{})
	defer tx.end()
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("db: before the commit: panic: %v\n%s", p, stack())
		}
	}()
	for _, fn := range before {
		if err := call(tx, fn); err != nil {
			return fmt.Errorf("db: before the commit: %w", err)
		}
	}
	return tx.err
}

func stack() []byte {
	b := make([]byte, 8<<10)
	return b[:runtime.Stack(b, false)]
}

// reader takes a connection for reading, to be put back into d.readers.
func (d *DB) reader(ctx context.Context) (*sqliteConn, error) {
	d.count.waiting.Add(1)
	defer d.count.waiting.Add(-1)
	return d.readers.take(ctx)
}

func (d *DB) readSQLite(ctx context.Context, fn func(*Tx) error) error {
	c, err := d.reader(ctx)
	if err != nil {
		return err
	}
	if err := c.do("BEGIN"); err != nil {
		c.do("ROLLBACK")
		d.readers.doubt(c)
		return explain(err)
	}
	tx := d.newTx(ctx, c, false, options{})
	defer func() {
		tx.end()
		c.do("ROLLBACK")
		d.readers.give(c)
	}()
	if err := call(tx, fn); err != nil {
		return err
	}
	return tx.err
}
