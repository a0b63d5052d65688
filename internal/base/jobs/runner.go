package jobs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/id"
)

const everyPrefix = "every:"

// Options of a [Runner]. The zero value is good.
type Options struct {
	Policy Policy
	Side   int           // jobs side by side; 0: 4
	Poll   time.Duration // longest wait before looking; 0: 1 second
	Grace  time.Duration // for running jobs when the program stops; 0: 10 seconds
	Logger *slog.Logger  // nil: slog.Default()
}

// Runner does what is due. There may be one on every replica.
type Runner struct {
	d    *db.DB
	o    Options
	own  registry
	wake chan struct{}

	seeded                           atomic.Bool
	started, succeeded, failed, died atomic.Int64
	lost, running                    atomic.Int64
}

// New makes a runner for d. It does nothing until Run or RunDue is called.
func New(d *db.DB, o Options) *Runner {
	o.Policy = o.Policy.orDefault()
	if o.Side <= 0 {
		o.Side = 4
	}
	if o.Poll <= 0 {
		o.Poll = time.Second
	}
	if o.Grace <= 0 {
		o.Grace = 10 * time.Second
	}
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	r := &Runner{d: d, o: o, own: registry{funcs: map[string]Func{}, schedules: map[string]schedule{}}, wake: make(chan struct{}, 1)}
	d.AfterCommit(func() {
		select {
		case r.wake <- struct{}{}:
		default:
		}
	})
	return r
}

// Register is the function Register for this runner alone: for work that needs more than the database.
func (r *Runner) Register(kind string, fn Func) { r.own.register(kind, fn) }

// Every is the function Every for this runner alone.
func (r *Runner) Every(name, spec string, fn func(ctx context.Context, d *db.DB) error) {
	r.own.every(name, spec, fn)
	r.seeded.Store(false)
}

func (r *Runner) funcOf(kind string) Func {
	if name, ok := strings.CutPrefix(kind, everyPrefix); ok {
		s, ok := r.schedules()[name]
		if !ok {
			return nil
		}
		return func(ctx context.Context, d *db.DB, _ json.RawMessage) error { return s.fn(ctx, d) }
	}
	for _, g := range []*registry{&r.own, &common} {
		g.mu.RLock()
		fn := g.funcs[kind]
		g.mu.RUnlock()
		if fn != nil {
			return fn
		}
	}
	return nil
}

// kinds lists what this runner can do. What it cannot it leaves to replicas of another version.
func (r *Runner) kinds() []string {
	var all []string
	for _, g := range []*registry{&common, &r.own} {
		g.mu.RLock()
		for k := range g.funcs {
			all = append(all, k)
		}
		for n := range g.schedules {
			all = append(all, everyPrefix+n)
		}
		g.mu.RUnlock()
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func (r *Runner) schedules() map[string]schedule {
	all := map[string]schedule{}
	for _, g := range []*registry{&common, &r.own} {
		g.mu.RLock()
		for n, s := range g.schedules {
			all[n] = s
		}
		g.mu.RUnlock()
	}
	return all
}

// seed writes the schedules that are new or have another spec.
func (r *Runner) seed(ctx context.Context) error {
	if r.seeded.Load() {
		return nil
	}
	err := r.d.Upkeep(ctx, func(tx *db.Tx) error {
		for _, s := range r.schedules() {
			next, err := s.next(tx.Now.In(tx.Zone()))
			if err != nil {
				return err
			}
			if err := insertSchedule(tx, s.name, s.spec, clock.MillisOf(next)); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		r.seeded.Store(true)
	}
	return err
}

// schedule turns the schedules whose time has come into jobs. Taking the time and leaving the job is one transaction, so each time
// makes one job whatever the number of replicas. While the last run is still under way there is no second one beside it.
func (r *Runner) schedule(ctx context.Context) error {
	if err := r.seed(ctx); err != nil {
		return err
	}
	var any bool
	err := r.d.Read(ctx, func(tx *db.Tx) error {
		due, err := dueSchedules(tx)
		any = len(due) > 0
		return err
	})
	if err != nil || !any {
		return err
	}
	known := r.schedules()
	return r.d.Upkeep(ctx, func(tx *db.Tx) error {
		due, err := dueSchedules(tx)
		if err != nil {
			return err
		}
		for _, s := range due {
			k, ok := known[s.Name]
			if !ok {
				continue // of another version of the program
			}
			next, err := k.next(tx.Now.In(tx.Zone()))
			if err != nil {
				return err
			}
			if err := moveSchedule(tx, s.Name, clock.MillisOf(next)); err != nil {
				return err
			}
			if err := insertRun(tx, &job{ID: id.Random(), Kind: everyPrefix + s.Name, Key: s.Name, Due: tx.Millis()}); err != nil {
				return err
			}
		}
		return nil
	})
}

// RunDue does everything that is due now and returns how many jobs it ran, well or badly. It waits for them.
func (r *Runner) RunDue(ctx context.Context) (int, error) {
	if err := r.schedule(ctx); err != nil {
		return 0, err
	}
	total := 0
	for ctx.Err() == nil {
		var wg sync.WaitGroup
		ran := make([]int, r.o.Side)
		errs := make([]error, r.o.Side)
		for i := range r.o.Side {
			wg.Go(func() { ran[i], errs[i] = r.work(ctx, ctx) })
		}
		wg.Wait()
		before := total
		for _, n := range ran {
			total += n
		}
		if err := errors.Join(errs...); err != nil || total == before {
			return total, err
		}
	}
	return total, ctx.Err()
}

// work runs due jobs, one after the other, until none is left or ctx ends. The context of the jobs outlives ctx by the grace.
func (r *Runner) work(ctx, jobs context.Context) (n int, err error) {
	for ctx.Err() == nil {
		j, err := r.take(ctx)
		if err != nil || j == nil {
			return n, err
		}
		r.run(jobs, *j)
		n++
	}
	return n, nil
}

// due reports how many jobs can be taken, most at most.
func (r *Runner) due(ctx context.Context, most int) (n int, err error) {
	kinds := r.kinds()
	err = r.d.Read(ctx, func(tx *db.Tx) error {
		found, err := dueJobs(tx, kinds, most)
		n = len(found)
		return err
	})
	return n, err
}

func (r *Runner) take(ctx context.Context) (taken *job, err error) {
	if n, err := r.due(ctx, 1); err != nil || n == 0 {
		return nil, err
	}
	kinds := r.kinds()
	err = r.d.Upkeep(ctx, func(tx *db.Tx) error {
		taken = nil
		due, err := dueJobs(tx, kinds, 1)
		if err != nil || len(due) == 0 {
			return err
		}
		j := due[0]
		j.Lease, j.Tries = id.Random(), j.Tries+1
		taken = &j
		return take(tx, j.ID, j.Lease, r.until(tx, j.Coarse))
	})
	if err != nil {
		return nil, err
	}
	return taken, nil
}

// until is the end of a lease that begins now. That of a coarse job tells only the hour.
func (r *Runner) until(tx *db.Tx, coarse bool) clock.Millis {
	t := clock.MillisOf(tx.Now.Add(r.o.Policy.Lease))
	if coarse {
		t = hourOf(t) + hourMillis
	}
	return t
}

// run runs a job that was taken and writes down how it went.
func (r *Runner) run(ctx context.Context, j job) {
	r.started.Add(1)
	r.running.Add(1)
	defer r.running.Add(-1)
	l := &lease{id: j.ID, token: j.Lease}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	stop := r.keep(ctx, cancel, j)
	err := r.call(context.WithValue(ctx, leaseKey{}, l), j)
	stop()
	if err != nil && ctx.Err() != nil && !errors.Is(context.Cause(ctx), ErrLost) {
		// The program stops: somebody else does it.
		r.upkeep("release", j, func(tx *db.Tx) error { return release(tx, l) })
		return
	}
	if errors.Is(err, ErrLost) {
		r.lost.Add(1)
		return
	}
	if err == nil {
		r.succeeded.Add(1)
		if l.finished.Load() && !strings.HasPrefix(j.Kind, everyPrefix) {
			return
		}
		r.upkeep("finish", j, func(tx *db.Tx) error {
			if name, ok := strings.CutPrefix(j.Kind, everyPrefix); ok {
				if err := noteSchedule(tx, name, tx.Millis(), ""); err != nil {
					return err
				}
			}
			_, err := finish(tx, l) // false where the handler has done it
			return err
		})
		return
	}
	r.failed.Add(1)
	r.upkeep("fail", j, func(tx *db.Tx) error { return r.put(tx, j, l, err) })
}

// put writes down a failure: another try later, or the end.
func (r *Runner) put(tx *db.Tx, j job, l *lease, cause error) error {
	now := tx.Millis()
	state, ended := waiting, clock.Millis(0)
	due := clock.MillisOf(tx.Now.Add(r.o.Policy.pause(j.ID, j.Tries)))
	text := message(cause, j.Coarse)
	if j.Coarse {
		now, due = hourOf(now), hourOf(due)+hourMillis
	}
	if _, ok := errors.AsType[permanent](cause); ok || tx.Now.Sub(j.Since.Time()) >= r.o.Policy.GiveUp {
		state, due, ended = dead, j.Due, now
		r.died.Add(1)
	}
	if !j.Coarse { // the log has the time to the millisecond
		r.o.Logger.Warn("jobs: failed", "kind", j.Kind, "job", j.ID, "tries", j.Tries, "state", state, "err", text)
	}
	if name, ok := strings.CutPrefix(j.Kind, everyPrefix); ok {
		if err := noteSchedule(tx, name, now, text); err != nil {
			return err
		}
	}
	_, err := fail(tx, l, state, due, ended, text)
	return err
}

// upkeep writes down how a job went. It is not stopped with the program; if it fails, the lease runs out and the job comes again.
func (r *Runner) upkeep(what string, j job, fn func(tx *db.Tx) error) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err := r.d.Upkeep(ctx, fn); err != nil {
		r.o.Logger.Error("jobs: "+what, "kind", j.Kind, "job", j.ID, "err", err)
	}
}

func (r *Runner) call(ctx context.Context, j job) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
			r.o.Logger.Error("jobs: panic", "kind", j.Kind, "stack", string(debug.Stack())) // without the job: the log has the time
		}
	}()
	fn := r.funcOf(j.Kind)
	if fn == nil {
		return fmt.Errorf("no function for jobs of kind %s", j.Kind)
	}
	return fn(ctx, r.d, json.RawMessage(j.Payload))
}

// keep renews the lease while the job runs, and ends its context if the lease is lost.
func (r *Runner) keep(ctx context.Context, cancel context.CancelCauseFunc, j job) (stop func()) {
	over := make(chan struct{})
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		t := time.NewTicker(r.o.Policy.Lease / 3)
		defer t.Stop()
		for {
			select {
			case <-over:
				return
			case <-ctx.Done():
				return
			case <-t.C:
			}
			held := true
			err := r.d.Upkeep(ctx, func(tx *db.Tx) (err error) {
				held, err = renew(tx, &lease{id: j.ID, token: j.Lease}, r.until(tx, j.Coarse))
				return err
			})
			if err == nil && !held {
				select {
				case <-over: // the handler has finished it itself
				default:
					cancel(ErrLost)
				}
				return
			}
		}
	}()
	return func() { close(over); <-ended }
}

// Run does what is due until ctx ends, then gives running jobs the grace to end. On every replica at most Options.Side jobs run.
func (r *Runner) Run(ctx context.Context) {
	work, end := context.WithCancel(context.WithoutCancel(ctx))
	defer end()
	slots := make(chan struct{}, r.o.Side)
	var wg sync.WaitGroup
	t := time.NewTimer(0)
	defer t.Stop()
	purged := time.Time{}
	for ctx.Err() == nil {
		select {
		case <-ctx.Done():
			continue
		case <-r.wake:
		case <-t.C:
		}
		if err := r.schedule(ctx); err != nil && ctx.Err() == nil {
			r.o.Logger.Error("jobs: schedule", "err", err)
		}
		r.fill(ctx, work, slots, &wg)
		if now := r.d.Clock().Now(); now.Sub(purged) >= time.Hour {
			purged = now
			if err := r.Purge(ctx); err != nil && ctx.Err() == nil {
				r.o.Logger.Error("jobs: purge", "err", err)
			}
		}
		t.Reset(r.o.Poll)
		select { // what commits come in the next moment are taken together
		case <-ctx.Done():
		case <-time.After(min(r.o.Poll, 100*time.Millisecond)):
		}
	}
	ended := make(chan struct{})
	go func() { wg.Wait(); close(ended) }()
	select {
	case <-ended:
	case <-time.After(r.o.Grace):
		end()
		<-ended
	}
}

// fill starts as many workers as there are due jobs and room for. A slow job holds up no other.
func (r *Runner) fill(ctx, jobs context.Context, slots chan struct{}, wg *sync.WaitGroup) {
	free := cap(slots) - len(slots)
	if free == 0 {
		return
	}
	n, err := r.due(ctx, free)
	if err != nil && ctx.Err() == nil {
		r.o.Logger.Error("jobs: look", "err", err)
	}
	for range n {
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			if _, err := r.work(ctx, jobs); err != nil && ctx.Err() == nil {
				r.o.Logger.Error("jobs: take", "err", err)
			}
		})
	}
}

// Purge forgets jobs that were done long ago. Run does it every hour.
func (r *Runner) Purge(ctx context.Context) error {
	for {
		var n int64
		err := r.d.Upkeep(ctx, func(tx *db.Tx) (err error) {
			n, err = purgeDone(tx, clock.MillisOf(tx.Now.Add(-r.o.Policy.Keep)), 500)
			return err
		})
		if err != nil || n == 0 {
			return err
		}
	}
}

// Counts are counts since the runner was made.
type Counts struct {
	Started, Succeeded, Failed, Died, Lost int64
	Running                                int64 // now
}

// Counts returns counts since the runner was made.
func (r *Runner) Counts() Counts {
	return Counts{r.started.Load(), r.succeeded.Load(), r.failed.Load(), r.died.Load(), r.lost.Load(), r.running.Load()}
}
