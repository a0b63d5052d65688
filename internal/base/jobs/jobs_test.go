package jobs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/ground/fault"
)

var quiet = slog.New(slog.DiscardHandler)

func later(t testing.TB, d *db.DB, kind, key string, payload any, in time.Duration, opts ...db.Option) {
	t.Helper()
	err := d.Upkeep(context.Background(), func(tx *db.Tx) error {
		return Later(tx, kind, key, payload, clock.MillisOf(tx.Now.Add(in)))
	}, opts...)
	if err != nil {
		t.Fatal(err)
	}
}

func runDue(t testing.TB, r *Runner) int {
	t.Helper()
	n, err := r.RunDue(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func queue(t testing.TB, d *db.DB) (s Stats) {
	t.Helper()
	err := d.Read(context.Background(), func(tx *db.Tx) (err error) {
		s, err = Queue(tx)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestLaterRunsOnceWhenDue(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		r := New(d, Options{Logger: quiet})
		var got []string
		r.Register("greet", func(_ context.Context, _ *db.DB, p json.RawMessage) error {
			got = append(got, string(p))
			return nil
		})
		for range 3 { // one of a kind and key
			later(t, d, "greet", "a", map[string]int{"n": 1}, time.Hour)
		}
		if n := runDue(t, r); n != 0 {
			t.Fatalf("%d jobs ran too early", n)
		}
		c.Advance(time.Hour + 30*time.Minute)
		if s := queue(t, d); s.Due != 1 || s.Oldest != 30*time.Minute {
			t.Errorf("queue %+v", s)
		}
		if n := runDue(t, r); n != 1 || len(got) != 1 || got[0] != `{"n":1}` {
			t.Fatalf("%d jobs ran: %v", n, got)
		}
		later(t, d, "greet", "a", nil, 0) // done is done
		if n := runDue(t, r); n != 0 {
			t.Errorf("a done job ran again")
		}
		c.Advance(31 * 24 * time.Hour)
		if err := r.Purge(context.Background()); err != nil {
			t.Fatal(err)
		}
		later(t, d, "greet", "a", nil, 0)
		if n := runDue(t, r); n != 1 {
			t.Errorf("after the purge: %d", n)
		}
	})
}

func TestRolledBackCauseLeavesNoJob(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		boom := errors.New("boom")
		err := d.Upkeep(context.Background(), func(tx *db.Tx) error {
			if err := Later(tx, "k", "a", nil, tx.Millis()); err != nil {
				return err
			}
			return boom
		})
		if !errors.Is(err, boom) {
			t.Fatal(err)
		}
		if s := queue(t, d); s.Waiting != 0 {
			t.Errorf("%+v", s)
		}
	})
}

func TestBackOffDeathAndRetry(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		r := New(d, Options{Logger: quiet})
		broken := true
		tries, others := 0, 0
		r.Register("mail", func(context.Context, *db.DB, json.RawMessage) error {
			tries++
			if broken {
				return errors.New("connection refused")
			}
			return nil
		})
		r.Register("other", func(context.Context, *db.DB, json.RawMessage) error { others++; return nil })
		later(t, d, "mail", "a", nil, 0)
		start := c.Now()
		var at []time.Duration
		rounds := 0
		for c.Now().Sub(start) < 84*time.Hour {
			before := tries
			rounds++
			later(t, d, "other", fmt.Sprint(c.Now().UnixMilli()), nil, 0)
			runDue(t, r)
			if tries > before {
				at = append(at, c.Now().Sub(start))
			}
			c.Advance(max(15*time.Second, c.Now().Sub(start)/30))
		}
		if others != rounds || rounds < 100 {
			t.Errorf("a failing job held up others: %d of %d", others, rounds)
		}
		for i := 1; i < len(at); i++ {
			want := min(time.Minute<<(i-1), 6*time.Hour)
			if gap := at[i] - at[i-1]; gap < want*8/10-time.Second || gap > want*12/10+max(15*time.Second, at[i]/25) {
				t.Errorf("pause %d was %s, want about %s", i, gap, want)
			}
		}
		if last := at[len(at)-1]; last < 72*time.Hour || last > 82*time.Hour {
			t.Errorf("given up after %s", last)
		}
		var dead []Dead
		if err := d.Read(context.Background(), func(tx *db.Tx) (err error) {
			dead, err = DeadLetters(tx, 10, 0)
			return err
		}); err != nil || len(dead) != 1 || dead[0].Error != "connection refused" || dead[0].Tries != int64(len(at)) {
			t.Fatalf("%+v %v", dead, err)
		}
		broken = false
		for i := range 2 {
			err := d.Upkeep(context.Background(), func(tx *db.Tx) error { return Retry(tx, dead[0].ID) })
			if i == 0 && err != nil || i == 1 && fault.KindOf(err) != fault.Conflict {
				t.Errorf("retry %d: %v", i, err)
			}
		}
		before := tries
		runDue(t, r)
		if s := queue(t, d); tries != before+1 || s.Dead != 0 || s.Waiting != 0 {
			t.Errorf("after the retry: %d tries, %+v", tries-before, s)
		}
	})
}

func TestPermanentPanicAndUnknownKind(t *testing.T) {
	d, _ := dbtest.Open(t)
	r := New(d, Options{Logger: quiet})
	r.Register("wrong", func(context.Context, *db.DB, json.RawMessage) error { return Permanent(errors.New("no such address")) })
	r.Register("panics", func(context.Context, *db.DB, json.RawMessage) error { panic("nil map") })
	later(t, d, "wrong", "a", nil, 0)
	later(t, d, "panics", "a", nil, 0)
	later(t, d, "of the next version", "a", nil, 0)
	runDue(t, r)
	if s := queue(t, d); s.Dead != 1 || s.Waiting != 2 || s.Failing != 1 || s.Due != 1 {
		t.Errorf("%+v", s)
	}
}

// TestEvery: each time once, a missed time made up for once, no run beside another, a failed one noted.
func TestEvery(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		var at []string
		var fail error
		a, b := New(d, Options{Side: 1, Logger: quiet}), New(d, Options{Side: 1, Logger: quiet}) // two replicas
		for _, r := range []*Runner{a, b} {
			r.Every("morning", "30 7 * * *", func(ctx context.Context, d *db.DB) error {
				at = append(at, "m "+c.Now().In(d.Zone()).Format("01-02 15:04"))
				return fail
			})
			r.Every("often", "15m", func(ctx context.Context, d *db.DB) error {
				at = append(at, "o "+c.Now().In(d.Zone()).Format("01-02 15:04"))
				return nil
			})
		}
		both := func() { runDue(t, a); runDue(t, b) }
		both() // Monday 08:00: nothing is due
		c.Advance(14 * time.Minute)
		both()
		c.Advance(time.Minute)
		both()
		both()
		c.Set(time.Date(2026, 11, 25, 7, 40, 0, 0, d.Zone())) // nobody ran for two days
		both()
		if got, want := strings.Join(at, ","), "o 11-23 08:15,m 11-25 07:40,o 11-25 07:40"; got != want && got != "o 11-23 08:15,o 11-25 07:40,m 11-25 07:40" {
			t.Errorf("ran at %s, want %s", got, want)
		}
		fail = errors.New("boom")
		c.Set(time.Date(2026, 11, 26, 7, 30, 0, 0, d.Zone()))
		both()
		var ss []Schedule
		if err := d.Read(context.Background(), func(tx *db.Tx) (err error) { ss, err = Schedules(tx); return err }); err != nil {
			t.Fatal(err)
		}
		if len(ss) != 2 || ss[0].Name != "morning" || ss[0].Fails != 1 || ss[0].Error != "boom" || ss[1].Fails != 0 || ss[1].LastOk == 0 ||
			ss[0].Next != clock.MillisOf(time.Date(2026, 11, 27, 7, 30, 0, 0, d.Zone())) {
			t.Errorf("%+v", ss)
		}
	})
}

func TestEveryRefusesNonsense(t *testing.T) {
	d, _ := dbtest.Open(t)
	for _, spec := range []string{"", "often", "1ms", "99 * * * *"} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("spec %q was taken", spec)
				}
			}()
			New(d, Options{Logger: quiet}).Every("x", spec, nil)
		}()
	}
}

// TestCoarse: nothing about a job of a coarse transaction is finer than the hour, before, while and after it runs.
func TestCoarse(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		c.Advance(23*time.Minute + 45*time.Second)
		type times struct {
			Since, Due, LeaseUntil, DoneAt int64
			Error                          string
		}
		check := func(when string) {
			t.Helper()
			var r times
			if err := d.Read(context.Background(), func(tx *db.Tx) (err error) {
				r, err = db.One[times](tx, `SELECT since, due, lease_until, done_at, error FROM job`)
				return err
			}); err != nil {
				t.Fatal(err)
			}
			if r.Since%3600000+r.Due%3600000+r.LeaseUntil%3600000+r.DoneAt%3600000 != 0 || strings.Contains(r.Error, "canary") {
				t.Errorf("%s: %+v", when, r)
			}
		}
		r := New(d, Options{Logger: quiet})
		fail := true
		ran := 0
		r.Register("harden", func(context.Context, *db.DB, json.RawMessage) error {
			ran++
			check("while it runs")
			if fail {
				return errors.New("canary")
			}
			return nil
		})
		later(t, d, "harden", "r", nil, 7*time.Minute+3*time.Second, db.Coarse)
		check("left")
		runDue(t, r)
		check("failed")
		fail = false
		c.Advance(70 * time.Minute)
		runDue(t, r)
		check("done")
		if s := queue(t, d); ran != 2 || s.Waiting != 0 {
			t.Errorf("ran %d times, %+v", ran, s)
		}
	})
}

func TestCancel(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		r := New(d, Options{Logger: quiet})
		ran := 0
		r.Register("k", func(context.Context, *db.DB, json.RawMessage) error { ran++; return nil })
		later(t, d, "k", "a", nil, time.Hour)
		for i := range 2 {
			var ok bool
			if err := d.Upkeep(context.Background(), func(tx *db.Tx) (err error) { ok, err = Cancel(tx, "k", "a"); return err }); err != nil || ok != (i == 0) {
				t.Errorf("cancel %d: %v %v", i, ok, err)
			}
		}
		c.Advance(2 * time.Hour)
		if runDue(t, r); ran != 0 {
			t.Error("a cancelled job ran")
		}
	})
}
