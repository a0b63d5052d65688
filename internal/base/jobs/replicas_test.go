package jobs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"sanwen/internal/base/access"
	"sanwen/internal/base/event"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
)

// TestReplicas is the fault of several replicas: five with clocks two seconds apart, many due items, and runners that are paused in
// the middle of a job beyond their lease. Each effect happens exactly once.
func TestReplicas(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		const items = 200
		err := d.Upkeep(context.Background(), func(tx *db.Tx) error {
			for i := range items {
				if err := Later(tx, "remind", fmt.Sprint(i), i, tx.Millis()); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		var mu sync.Mutex
		seen := map[int]int{}
		effect := func(ctx context.Context, d *db.DB, p json.RawMessage) error {
			var i int
			if err := json.Unmarshal(p, &i); err != nil {
				return err
			}
			mu.Lock()
			seen[i]++
			first := seen[i] == 1
			mu.Unlock()
			if first && i%7 == 0 {
				c.Advance(6 * time.Minute) // the machine stood still for longer than the lease
			}
			if first && i%11 == 3 {
				return errors.New("broken pipe")
			}
			return d.Write(ctx, func(tx *db.Tx) error {
				tx.Asked()
				if err := event.Record(tx, access.System("remind"), event.Fact{Kind: "duty.reminded", Subject: event.Ref{Kind: "duty", ID: fmt.Sprint(i)}}); err != nil {
					return err
				}
				return Finish(tx)
			})
		}
		var wg sync.WaitGroup
		var rs []*Runner
		for range 5 {
			r := New(d, Options{Side: 3, Logger: quiet})
			r.Register("remind", effect)
			rs = append(rs, r)
		}
		for range 12 {
			for _, r := range rs {
				wg.Go(func() {
					if _, err := r.RunDue(context.Background()); err != nil {
						t.Error(err)
					}
				})
			}
			wg.Wait()
			c.Advance(3 * time.Minute)
		}
		if s := queue(t, d); s.Waiting != 0 || s.Dead != 0 {
			t.Errorf("%+v", s)
		}
		type count struct {
			SubjectID string
			N         int64
		}
		var rows []count
		if err := d.Read(context.Background(), func(tx *db.Tx) (err error) {
			rows, err = db.All[count](tx, `SELECT subject_id, COUNT(*) AS n FROM event GROUP BY subject_id`)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		for _, r := range rows {
			if r.N != 1 {
				t.Errorf("reminder %s was made %d times", r.SubjectID, r.N)
			}
		}
		if len(rows) != items {
			t.Errorf("%d of %d reminders were made", len(rows), items)
		}
	})
}

// TestPausedHandlerCannotAct: a handler that wakes up after its lease was given to another one changes nothing.
func TestPausedHandlerCannotAct(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		paused, resume := make(chan struct{}), make(chan struct{})
		// One worker on the slow side: a second one that looked before the first took the job and is held up until the lease has run out
		// would rightly take it itself. The lease is so long that the real time of a busy machine never renews it.
		day := Policy{Lease: 24 * time.Hour}
		slow, quick := New(d, Options{Logger: quiet, Side: 1, Policy: day}), New(d, Options{Logger: quiet, Policy: day})
		var slowErr error
		act := func(ctx context.Context, who string) error {
			return d.Write(ctx, func(tx *db.Tx) error {
				tx.Asked()
				if err := event.Record(tx, access.System(who), event.Fact{Kind: "duty.reminded", Subject: event.Ref{Kind: "duty", ID: "1"}}); err != nil {
					return err
				}
				return Finish(tx)
			})
		}
		slow.Register("remind", func(ctx context.Context, d *db.DB, _ json.RawMessage) error {
			close(paused)
			<-resume
			slowErr = act(ctx, "slow")
			return slowErr
		})
		quick.Register("remind", func(ctx context.Context, d *db.DB, _ json.RawMessage) error { return act(ctx, "quick") })
		later(t, d, "remind", "1", nil, 0)
		ended := make(chan struct{})
		go func() { defer close(ended); slow.RunDue(context.Background()) }()
		<-paused
		if n := runDue(t, quick); n != 0 {
			t.Fatal("a job under a lease was taken")
		}
		c.Advance(24*time.Hour + time.Second)
		if n := runDue(t, quick); n != 1 {
			t.Fatal("a job with an expired lease was not taken")
		}
		close(resume)
		<-ended
		if !errors.Is(slowErr, ErrLost) || slow.Counts().Lost != 1 {
			t.Errorf("the paused handler got %v", slowErr)
		}
		var who []string
		if err := d.Read(context.Background(), func(tx *db.Tx) (err error) {
			who, err = db.All[string](tx, `SELECT actor FROM event`)
			return err
		}); err != nil || len(who) != 1 || who[0] != "quick" {
			t.Errorf("acted: %v %v", who, err)
		}
	})
}

// TestRunStopsGracefully: running jobs may end, those that do not are given back, and nothing is left running.
func TestRunStopsGracefully(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		r := New(d, Options{Grace: 50 * time.Millisecond, Poll: 5 * time.Millisecond, Logger: quiet})
		begun := make(chan string, 2)
		stopping := make(chan struct{})
		r.Register("ends", func(context.Context, *db.DB, json.RawMessage) error { begun <- "ends"; <-stopping; return nil })
		r.Register("hangs", func(ctx context.Context, _ *db.DB, _ json.RawMessage) error {
			begun <- "hangs"
			<-ctx.Done()
			return ctx.Err()
		})
		later(t, d, "ends", "a", nil, 0)
		later(t, d, "hangs", "a", nil, 0)
		ctx, stop := context.WithCancel(context.Background())
		over := make(chan struct{})
		go func() { defer close(over); r.Run(ctx) }()
		<-begun
		<-begun
		stop()
		close(stopping)
		<-over
		type row struct {
			Kind, State, Lease string
			Tries              int64
		}
		var rows []row
		if err := d.Read(context.Background(), func(tx *db.Tx) (err error) {
			rows, err = db.All[row](tx, `SELECT kind, state, lease, tries FROM job ORDER BY kind`)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprint(rows); got != "[{ends done  1} {hangs waiting  0}]" {
			t.Errorf("%s", got)
		}
	})
}

// TestManyDueJobs: a running runner gets through many jobs without waiting between them.
func TestManyDueJobs(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		const items = 500
		err := d.Upkeep(context.Background(), func(tx *db.Tx) error {
			for i := range items {
				if err := Later(tx, "remind", fmt.Sprint(i), i, tx.Millis()); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		r := New(d, Options{Logger: quiet})
		ctx, stop := context.WithCancel(context.Background())
		ran := make(chan string, items)
		r.Register("remind", func(_ context.Context, _ *db.DB, p json.RawMessage) error { ran <- string(p); return nil })
		over := make(chan struct{})
		go func() { defer close(over); r.Run(ctx) }()
		seen := map[string]bool{}
		for range items {
			seen[<-ran] = true
		}
		stop()
		<-over
		if s := queue(t, d); len(seen) != items || s.Waiting != 0 || r.Counts().Succeeded != items {
			t.Errorf("%d of %d, %+v, %+v", len(seen), items, s, r.Counts())
		}
	})
}
