package jobs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/adhocore/gronx"

	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/id"
)

// Func does the work of a job. The context ends when the lease is lost or the program stops.
type Func func(ctx context.Context, d *db.DB, payload json.RawMessage) error

// registry is what can be done, by kind, and what is done again and again.
type registry struct {
	mu        sync.RWMutex
	funcs     map[string]Func
	schedules map[string]schedule
}

type schedule struct {
	name, spec string
	fn         func(ctx context.Context, d *db.DB) error
	next       func(after time.Time) (time.Time, error)
}

// common is what capabilities register at start without knowing the runner: code that needs nothing but the database.
var common = registry{funcs: map[string]Func{}, schedules: map[string]schedule{}}

// Register names the function that does jobs of a kind, for every runner. It panics if the kind has one already.
func Register(kind string, fn Func) { common.register(kind, fn) }

// Every makes fn run again and again, once each time whatever the number of replicas. Spec is a duration ("15m"; times are its whole
// multiples) or a cron expression of five fields in the site's zone ("30 7 * * *"). A time missed while nothing ran is made up for
// once. It panics if spec is neither or the name is taken.
func Every(name, spec string, fn func(ctx context.Context, d *db.DB) error) {
	common.every(name, spec, fn)
}

func (r *registry) register(kind string, fn Func) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, ok := r.funcs[kind]; ok || kind == "" || strings.HasPrefix(kind, everyPrefix) {
		panic("jobs: kind " + kind + " is registered twice or reserved")
	}
	r.funcs[kind] = fn
}

func (r *registry) every(name, spec string, fn func(ctx context.Context, d *db.DB) error) {
	next, err := parseSpec(spec)
	if err != nil {
		panic(err.Error())
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, ok := r.schedules[name]; ok || name == "" {
		panic("jobs: schedule " + name + " is registered twice")
	}
	r.schedules[name] = schedule{name, spec, fn, next}
}

// parseSpec returns the function that gives the next time after another one.
func parseSpec(spec string) (func(time.Time) (time.Time, error), error) {
	if every, err := time.ParseDuration(spec); err == nil {
		if every < time.Second {
			return nil, fmt.Errorf("jobs: every %s is too often", spec)
		}
		return func(t time.Time) (time.Time, error) { return t.Truncate(every).Add(every), nil }, nil
	}
	if !gronx.IsValid(spec) {
		return nil, fmt.Errorf("jobs: %q is neither a duration nor a cron expression", spec)
	}
	return func(t time.Time) (time.Time, error) { return gronx.NextTickAfter(spec, t, false) }, nil
}

// Later leaves a job to be done at a time, in the transaction that causes it. There is one job of a kind and key: if it exists
// already, also done or dead, nothing happens. In a coarse transaction the time is cut to the hour.
func Later(tx *db.Tx, kind, key string, payload any, at clock.Millis) error {
	if kind == "" || key == "" {
		return fmt.Errorf("jobs: a job needs a kind and a key: %q %q", kind, key)
	}
	b, err := json.Marshal(payload)
	if err != nil {
		return fmt.Errorf("jobs: payload of %s: %w", kind, err)
	}
	if tx.Coarse() {
		at = hourOf(at)
	}
	return insertJob(tx, &job{ID: id.Random(), Kind: kind, Key: key, Payload: string(b), Coarse: tx.Coarse(), Since: max(at, tx.Millis()), Due: at})
}

// Cancel takes back a job that has not begun. It reports whether there was one; a running job is not interrupted but its [Finish]
// fails.
func Cancel(tx *db.Tx, kind, key string) (bool, error) {
	n, err := deleteJob(tx, kind, key)
	return n > 0, err
}

// Policy is how patient a runner is with jobs that fail.
type Policy struct {
	First  time.Duration // until the second try; 0: 1 minute
	Most   time.Duration // between tries; 0: 6 hours
	GiveUp time.Duration // after the first due time; 0: 72 hours
	Lease  time.Duration // a job that has said nothing for so long is taken again; 0: 5 minutes
	Keep   time.Duration // done jobs are kept so long, so that their key is not used again; 0: 30 days
}

func (p Policy) orDefault() Policy {
	for _, f := range []struct {
		v *time.Duration
		d time.Duration
	}{{&p.First, time.Minute}, {&p.Most, 6 * time.Hour}, {&p.GiveUp, 72 * time.Hour}, {&p.Lease, 5 * time.Minute}, {&p.Keep, 30 * 24 * time.Hour}} {
		if *f.v <= 0 {
			*f.v = f.d
		}
	}
	return p
}

// pause is how long to wait after the given number of tries: doubling, and up to a fifth longer or shorter, so that what failed
// together does not come back together. It depends on job and try only.
func (p Policy) pause(job string, tries int64) time.Duration {
	d := p.Most
	if n := tries - 1; n < 30 && p.First<<n < p.Most {
		d = p.First << n
	}
	h := fnv.New32a()
	fmt.Fprintf(h, "%s/%d", job, tries)
	spread := float64(h.Sum32())/float64(1<<32)*0.4 - 0.2
	return d + time.Duration(spread*float64(d))
}

// Permanent marks an error that no repetition will mend: the job is dead at once.
func Permanent(err error) error { return permanent{err} }

type permanent struct{ error }

func (p permanent) Unwrap() error { return p.error }

// ErrLost is returned by Finish and Hold when the job is not this handler's any more: it was cancelled, or took longer than its lease
// and another replica has it.
var ErrLost = errors.New("jobs: the lease is lost")

// leaseKey is the context key of the job that a handler is running.
type leaseKey struct{}

type lease struct {
	id, token string
	finished  atomic.Bool // by the handler, and committed
}

// Hold makes sure, until the end of the transaction, that the running job is still this handler's. It is for handlers of several
// transactions; the last one uses Finish. Outside a handler it does nothing.
func Hold(tx *db.Tx) error {
	l, ok := tx.Ctx.Value(leaseKey{}).(*lease)
	if !ok {
		return nil
	}
	held, err := holdsLease(tx, l)
	if err == nil && !held {
		err = ErrLost
	}
	return err
}

// Finish marks the running job as done in the transaction of its effect, so that the effect happens exactly once. Outside a handler
// it does nothing.
func Finish(tx *db.Tx) error {
	l, ok := tx.Ctx.Value(leaseKey{}).(*lease)
	if !ok {
		return nil
	}
	done, err := finish(tx, l)
	if err == nil && !done {
		err = ErrLost
	}
	if err == nil {
		tx.OnCommit(func() { l.finished.Store(true) })
	}
	return err
}

// message is what is kept of an error. Of coarse jobs only the kind is, because errors may repeat what was typed.
func message(err error, coarse bool) string {
	if coarse {
		return fault.Of(err).Key
	}
	r := []rune(strings.ToValidUTF8(err.Error(), "?"))
	return string(r[:min(len(r), 300)])
}

func hourOf(m clock.Millis) clock.Millis { return m - m%hourMillis }

const hourMillis = clock.Millis(3600 * 1000)
