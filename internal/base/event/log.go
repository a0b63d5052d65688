package event

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/mod/sumdb/note"

	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
)

// Keys signs tree heads. The key lives outside the database; its name is the log's origin.
type Keys interface {
	LogSigner() note.Signer
	LogVerifier() string // in the form of note.NewVerifier
}

// Options of a [Log]. The zero value is good.
type Options struct {
	Every        time.Duration    // a new checkpoint at the latest this long after an entry; 0: one minute
	Poll         time.Duration    // PostgreSQL: longest wait for a number without a wake-up; 0: 150 ms
	OnCheckpoint func(Checkpoint) // called after a checkpoint was committed, to publish it outside the database
	Logger       *slog.Logger     // nil: slog.Default()
}

// Log numbers entries, signs checkpoints, feeds consumers and makes proofs. There is one per open database.
type Log struct {
	d   *db.DB
	o   Options
	key atomic.Pointer[signKey]

	wake chan struct{}

	mu        sync.Mutex
	consumers []*feed
	lastMade  time.Time // of the newest checkpoint, by the clock; zero after start

	numbered, batches, signed, proofs atomic.Int64
}

type signKey struct {
	signer note.Signer
	vkey   string
	verify note.Verifier
}

func newSignKey(k Keys) (*signKey, error) {
	v, err := note.NewVerifier(k.LogVerifier())
	if err != nil {
		return nil, fmt.Errorf("event: verifier key of the log: %w", err)
	}
	s := k.LogSigner()
	if s.Name() != v.Name() || s.KeyHash() != v.KeyHash() {
		return nil, fmt.Errorf("event: signer %s+%08x and verifier %s+%08x are not one key", s.Name(), s.KeyHash(), v.Name(), v.KeyHash())
	}
	return &signKey{s, k.LogVerifier(), v}, nil
}

// ErrOtherKey is in the chain of the error when the key given is not the one that the log was last signed with.
var ErrOtherKey = errors.New("event: not the key of this log")

// Open prepares the log of d: it makes sure that keys belong to it, numbers what has no number yet and, on SQLite, sees to it that
// every commit from now on numbers its entries.
func Open(ctx context.Context, d *db.DB, keys Keys, o Options) (*Log, error) {
	if o.Every <= 0 {
		o.Every = time.Minute
	}
	if o.Poll <= 0 {
		o.Poll = 150 * time.Millisecond
	}
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	key, err := newSignKey(keys)
	if err != nil {
		return nil, err
	}
	l := &Log{d: d, o: o, wake: make(chan struct{}, 1)}
	l.key.Store(key)
	err = d.Upkeep(ctx, func(tx *db.Tx) error {
		if _, err := readEdge(tx, tx.ForUpdate()); err != nil { // replicas start one after the other
			return err
		}
		have, err := currentKey(tx)
		if err == nil && have == "" {
			return insertKey(tx, key.vkey, 0, "")
		}
		if err == nil && have != key.vkey {
			return fmt.Errorf("%w: it is signed with %s, the key directory holds %s", ErrOtherKey, have, key.vkey)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	if err := l.numberAll(ctx); err != nil {
		return nil, err
	}
	if d.Dialect() == db.SQLite {
		d.BeforeCommit(func(tx *db.Tx) error {
			n, err := number(tx)
			l.counted(n)
			return err
		})
	}
	d.AfterCommit(l.Wake)
	return l, nil
}

// currentKey returns the verifier key that checkpoints are signed with now, or "" before the first start.
func currentKey(tx *db.Tx) (string, error) {
	k, err := db.Maybe[string](tx, `SELECT vkey FROM log_key ORDER BY from_size DESC LIMIT 1`)
	if err != nil || k == nil {
		return "", err
	}
	return *k, nil
}

// Origin is the name of the log, the first line of its checkpoints.
func (l *Log) Origin() string { return l.key.Load().verify.Name() }

// VerifierKey is the public key that proofs and checkpoints made now are checked with.
func (l *Log) VerifierKey() string { return l.key.Load().vkey }

// Wake makes Run look at once. It never blocks.
func (l *Log) Wake() { signal(l.wake) }

func signal(c chan<- struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// numberAll gives numbers until nothing is left without one.
func (l *Log) numberAll(ctx context.Context) error {
	for {
		var pending, done int64
		err := l.d.Read(ctx, func(tx *db.Tx) (err error) {
			pending, err = Pending(tx)
			return err
		})
		if err != nil || pending == 0 {
			return err
		}
		err = l.d.Upkeep(ctx, func(tx *db.Tx) (err error) {
			done, err = number(tx)
			return err
		})
		if err != nil {
			return err
		}
		l.counted(done)
	}
}

func (l *Log) counted(n int64) {
	if n > 0 {
		l.numbered.Add(n)
		l.batches.Add(1)
	}
}

// Tick does everything that is due now: numbers, consumers, and a checkpoint if the last one is old enough. Errors of single
// consumers are logged and kept for [Log.Feeds]; they hold up neither the others nor the log.
func (l *Log) Tick(ctx context.Context) error {
	if err := l.tickLog(ctx); err != nil {
		return err
	}
	for _, f := range l.feeds() {
		l.feed(ctx, f, true)
	}
	return nil
}

// tickLog is Tick without the consumers.
func (l *Log) tickLog(ctx context.Context) error {
	if l.d.Dialect() == db.Postgres {
		if err := l.numberAll(ctx); err != nil {
			return err
		}
	}
	now := l.d.Clock().Now()
	l.mu.Lock()
	due := now.Sub(l.lastMade) >= l.o.Every || now.Before(l.lastMade)
	l.mu.Unlock()
	if !due {
		return nil
	}
	_, err := l.Checkpoint(ctx)
	if errors.Is(err, ErrEmpty) {
		return nil
	}
	return err
}

// Idle is after how long at the latest a consumer looks for what is new, when nothing wakes it. What it keeps is behind the record by no more than that
// and the time that it takes; where it may rest for longer, by no more than its [Consumer].Rest and that time.
const Idle = time.Second

// Run does what is due until ctx ends. Each consumer has a goroutine of its own, so that a slow one delays neither the numbers nor
// the checkpoints. Every replica may run it.
func (l *Log) Run(ctx context.Context) {
	var wg sync.WaitGroup
	defer wg.Wait()
	feeds := l.feeds()
	for _, f := range feeds {
		wg.Go(func() { loop(ctx, f.wake, Idle, restful, cmp.Or(f.Rest, Idle), func() { l.feed(ctx, f, false) }) })
	}
	idle := Idle
	if l.d.Dialect() == db.Postgres {
		idle = l.o.Poll // on SQLite numbers are given by the commits themselves
	}
	loop(ctx, l.wake, idle, 0, idle, func() {
		if err := l.tickLog(ctx); err != nil && ctx.Err() == nil {
			l.o.Logger.Error("log: tick", "err", err)
		}
		for _, f := range feeds {
			signal(f.wake)
		}
	})
}

// restful is how many times as long as it has worked a consumer rests before it looks again, as far as [Idle] or its own limit allows. What it does holds up everybody
// who writes on SQLite, and much of it costs the same for one entry as for a thousand; so the more comes in, the more is taken at a time.
const restful = 4

// stopwatch measures how long a consumer works; a test's clock stands still.
var stopwatch = clock.System()

// loop calls fn at once, when woken and when idle for so long, until ctx ends. What wakes in the next moment, and in rest times what fn took but no more
// than most, is taken together.
func loop(ctx context.Context, wake <-chan struct{}, idle time.Duration, rest int, most time.Duration, fn func()) {
	t := time.NewTimer(0)
	defer t.Stop()
	moment := min(idle, 40*time.Millisecond)
	for {
		select {
		case <-ctx.Done():
			return
		case <-wake:
		case <-t.C:
		}
		if ctx.Err() != nil {
			return
		}
		begun := stopwatch.Now()
		fn()
		t.Reset(min(most, max(moment, time.Duration(rest)*stopwatch.Now().Sub(begun))))
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
		t.Reset(idle)
	}
}

// Stats are counts since the log was opened.
type Stats struct {
	Numbered    int64 // entries put into the tree
	Batches     int64 // transactions that put any
	Checkpoints int64 // checkpoints signed
	Proofs      int64 // proofs and promises made
}

// Stats returns counts since the log was opened.
func (l *Log) Stats() Stats {
	return Stats{l.numbered.Load(), l.batches.Load(), l.signed.Load(), l.proofs.Load()}
}
