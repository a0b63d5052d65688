package event

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"sanwen/internal/ground/db"
)

// Consumer reads every entry exactly once and in order of the numbers.
type Consumer struct {
	Name string // of its cursor; never change it
	// Kinds are the kinds of things that it reads of, as subject or as what an entry is about: others are passed over without being read, but for the
	// very first entry of the record. None: everything.
	Kinds []string
	// Handle works on entries in the transaction that moves the cursor: what it writes to the database happens exactly once. An error
	// undoes both, and the same entries come again after a while. It must not act outside the transaction.
	Handle func(tx *db.Tx, entries []Entry) error
	Batch  int  // entries per call at most; 0: 200
	Fresh  bool // a new consumer starts with the next entry instead of the first
	// Rest is how long it rests at most after it has worked, see [restful]; 0: [Idle]. More is for what nobody waits for by the second.
	Rest time.Duration
}

type feed struct {
	Consumer
	wake  chan struct{}
	busy  sync.Mutex // one call at a time in this process
	mu    sync.Mutex
	fails int
	err   error
	after time.Time // not before this time by the clock
}

// Feed tells how a consumer is doing.
type Feed struct {
	Name  string
	Lag   int64 // entries not yet handled
	Fails int   // failures in a row
	Err   string
}

// Consume adds a consumer. Call it before Run.
func (l *Log) Consume(c Consumer) {
	if c.Batch <= 0 {
		c.Batch = 200
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, f := range l.consumers {
		if f.Name == c.Name {
			panic("event: two consumers are called " + c.Name)
		}
	}
	l.consumers = append(l.consumers, &feed{Consumer: c, wake: make(chan struct{}, 1)})
}

func (l *Log) feeds() []*feed {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.consumers[:len(l.consumers):len(l.consumers)]
}

// feed hands a consumer what is new to it, unless it failed a moment ago; with what comes in while it works if all is set.
func (l *Log) feed(ctx context.Context, f *feed, all bool) {
	now := l.d.Clock().Now()
	f.mu.Lock()
	wait := now.Before(f.after)
	f.mu.Unlock()
	if wait {
		return
	}
	err := l.drain(ctx, f, all)
	if ctx.Err() != nil {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.err = err
	if err == nil {
		f.fails = 0
		return
	}
	f.fails++
	f.after = now.Add(min(time.Second<<min(f.fails, 12), time.Hour))
	l.o.Logger.Error("log: consumer", "consumer", f.Name, "fails", f.fails, "err", err)
}

// drain without all ends with what was there when it began: while more and more comes in, what is left waits until the consumer has rested.
func (l *Log) drain(ctx context.Context, f *feed, all bool) error {
	f.busy.Lock()
	defer f.busy.Unlock()
	lag := func() (n int64, err error) {
		err = l.d.Read(ctx, func(tx *db.Tx) (err error) { n, err = lagOf(tx, f.Name); return err })
		return n, err
	}
	left, err := lag()
	for err == nil && left > 0 {
		var took int64
		if err := l.d.Upkeep(ctx, func(tx *db.Tx) (err error) { took, err = f.step(tx); return err }); err != nil || took == 0 {
			return err // nothing: another replica was there before
		}
		if left -= took; left <= 0 && all {
			left, err = lag()
		}
	}
	return err
}

// lagOf returns how many entries the consumer has not handled; at least 1 for one that has no cursor yet.
func lagOf(tx *db.Tx, name string) (int64, error) {
	size, err := Size(tx)
	if err != nil {
		return 0, err
	}
	next, err := db.Maybe[int64](tx, `SELECT next FROM event_cursor WHERE name = $1`, name)
	if err != nil {
		return 0, err
	}
	if next == nil {
		return max(1, size), nil
	}
	return max(0, size-*next), nil
}

// step lets the consumer take the next entries; it returns how many it went past.
func (f *feed) step(tx *db.Tx) (took int64, err error) {
	size, err := Size(tx)
	if err != nil {
		return 0, err
	}
	start := int64(0)
	if f.Fresh {
		start = size
	}
	if err := insertCursor(tx, f.Name, start); err != nil {
		return 0, err
	}
	next, err := db.One[int64](tx, `SELECT next FROM event_cursor WHERE name = $1`+tx.ForUpdate(), f.Name)
	if err != nil {
		return 0, err
	}
	end := min(size, next+int64(f.Batch))
	if end <= next {
		return 0, nil
	}
	found, err := f.between(tx, next, end)
	if err != nil {
		return 0, err
	}
	if len(found) > 0 {
		if err := f.Handle(tx, found); err != nil {
			return 0, err
		}
	}
	return end - next, moveCursor(tx, f.Name, end)
}

// between reads the entries from one number to before another that the consumer reads of, and makes sure that none is missing.
func (f *feed) between(tx *db.Tx, from, to int64) ([]Entry, error) {
	missing := func(seq int64) error { return fmt.Errorf("event: entry %d is missing", seq) }
	if len(f.Kinds) > 0 {
		n, err := db.One[int64](tx, `SELECT COUNT(*) FROM event WHERE seq >= $1 AND seq < $2`, from, to)
		if err == nil && n != to-from {
			err = missing(from + n)
		}
		if err != nil {
			return nil, err
		}
		subject, args := db.In("subject_kind", f.Kinds, 3)
		about, more := db.In("about_kind", f.Kinds, 3+len(args))
		return entries(tx, `WHERE seq >= $1 AND seq < $2 AND (seq = 0 OR `+subject+` OR `+about+`) ORDER BY event.seq`, slices.Concat([]any{from, to}, args, more)...)
	}
	found, err := entries(tx, `WHERE seq >= $1 AND seq < $2 ORDER BY event.seq`, from, to)
	for i, e := range found {
		if e.Seq != from+int64(i) {
			return nil, missing(from + int64(i))
		}
	}
	if err == nil && int64(len(found)) != to-from {
		err = missing(from + int64(len(found)))
	}
	return found, err
}

// SkipAhead moves the cursor of a consumer to the end of the record, never back: for one that makes what it keeps anew from how things stand, in this
// transaction or later ones, so that nothing from before has to be read once more. An entry that has no number yet comes as ever.
func SkipAhead(tx *db.Tx, consumer string) error {
	size, err := Size(tx)
	if err != nil {
		return err
	}
	if err := insertCursor(tx, consumer, size); err != nil {
		return err
	}
	return advanceCursor(tx, consumer, size)
}

// Feeds tells how each consumer is doing.
func (l *Log) Feeds(tx *db.Tx) ([]Feed, error) {
	var out []Feed
	for _, f := range l.feeds() {
		lag, err := lagOf(tx, f.Name)
		if err != nil {
			return nil, err
		}
		f.mu.Lock()
		s := Feed{Name: f.Name, Lag: lag, Fails: f.fails}
		if f.err != nil {
			s.Err = f.err.Error()
		}
		f.mu.Unlock()
		out = append(out, s)
	}
	return out, nil
}
