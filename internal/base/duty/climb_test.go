package duty

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"sync"
	"testing"
	"time"

	"sanwen/internal/base/access"
	"sanwen/internal/base/event"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
)

// many is how many duties climb under five schedulers: 1,000 in an ordinary run, 10,000 where SANWEN_LADDER=full.
func many() int {
	if os.Getenv("SANWEN_LADDER") == "full" {
		return 10_000
	}
	return 1_000
}

// fill owes n duties that have all stood at their due for long, and returns how many rungs they have to climb.
func fill(t testing.TB, d *db.DB, n int) (rungs int) {
	t.Helper()
	kinds := []Kind{Answer, Completion, Milestone, Plan, Intake}
	for from := 0; from < n; from += 500 {
		err := d.Write(context.Background(), func(tx *db.Tx) error {
			if err := triager.May(tx, access.DutySee, access.Thing{}); err != nil {
				return err
			}
			for i := from; i < min(n, from+500); i++ {
				k := kinds[i%len(kinds)]
				rungs += len(k.Ladder())
				if _, err := Owe(tx, triager, New{Kind: k, Subject: event.Ref{Kind: "heap", ID: fmt.Sprint(i)}, Days: 5, Path: "/G/D02/", Role: access.Handler}); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return rungs
}

// TestFiveSchedulers: five schedulers with clocks up to two seconds apart fire everything that is due, while they are killed at any moment
// and stop between and, on PostgreSQL, in the middle of transactions, to go on when others have done the work. Every rung is fired exactly
// once, in order, with one notice per addressee and one fact.
func TestFiveSchedulers(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) {
		d, c := dbtest.Open(t)
		fiveSchedulers(t, c, []*db.DB{d, d, d, d, d}, []*clock.Fake{c, c, c, c, c})
	})
	t.Run("postgres", func(t *testing.T) {
		dsn := dbtest.PostgresDSN(t)
		if dsn == "" {
			return
		}
		var ds []*db.DB
		var cs []*clock.Fake
		for i := range 5 {
			skewed := clock.NewFake(dbtest.Start().Add(time.Duration((i+2)%5-2) * time.Second)) // the first is right
			x, err := db.Open(context.Background(), db.Config{DSN: dsn, MaxConns: 3, Clock: skewed, Log: slog.New(slog.DiscardHandler)})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { x.Close() })
			ds, cs = append(ds, x), append(cs, skewed)
		}
		fiveSchedulers(t, cs[0], ds, cs)
	})
}

// killer ends a scheduler in the middle of a transaction.
type killer struct {
	in   int // rungs until then
	kill context.CancelFunc
}

type killerKey struct{}

func fiveSchedulers(t *testing.T, c *clock.Fake, ds []*db.DB, cs []*clock.Fake) {
	staff(t, ds[0])
	want := fill(t, ds[0], many())
	// In the middle of a transaction a scheduler stops now and then, until the others have got further.
	var mu sync.Mutex
	left, stops, stopped := len(ds), 0, 0
	others := sync.NewCond(&mu)
	postgres := ds[0] != ds[1]
	RegisterThing("heap", func(tx *db.Tx, id string) (access.Thing, error) {
		if k, ok := tx.Ctx.Value(killerKey{}).(*killer); ok {
			if k.in--; k.in == 0 {
				k.kill()
			}
		}
		mu.Lock()
		defer mu.Unlock()
		if postgres && stops < 8 && stopped < left-1 && len(id)%2 == 1 {
			stops++
			stopped++
			before := left
			for left == before { // one at least goes on, and its end wakes the rest
				others.Wait()
			}
			stopped--
		}
		return access.Thing{}, tx.Ctx.Err()
	})
	for _, days := range []int{3, 4, 6, 30} { // the clocks jump
		for i := range cs {
			if i == 0 || cs[i] != cs[0] {
				cs[i].Advance(time.Duration(days) * 24 * time.Hour)
			}
		}
		mu.Lock()
		left, stops = len(ds), 0
		mu.Unlock()
		var wg sync.WaitGroup
		for i, d := range ds {
			wg.Go(func() {
				dice := rand.New(rand.NewPCG(uint64(days), uint64(i)))
				for kills := 0; ; kills++ {
					ctx, kill := context.WithCancel(context.Background())
					if kills < 3 {
						ctx = context.WithValue(ctx, killerKey{}, &killer{1 + dice.IntN(150), kill})
					}
					err := RunLadder(ctx, d)
					dead := ctx.Err() != nil
					kill()
					if err != nil && !dead {
						t.Error(err)
					}
					if !dead {
						break
					}
				}
				mu.Lock()
				left--
				others.Broadcast()
				mu.Unlock()
			})
		}
		wg.Wait()
	}
	d := ds[0]
	one := func(q string) int {
		return read(t, d, func(tx *db.Tx) (int, error) { return db.One[int](tx, q) })
	}
	if n := one(`SELECT COUNT(*) FROM duty_rung`); n != want {
		t.Errorf("%d rungs fired, want %d", n, want)
	}
	if n := one(`SELECT COUNT(*) FROM (SELECT duty, rung FROM duty_rung GROUP BY duty, rung HAVING COUNT(*) > 1) x`); n != 0 {
		t.Errorf("%d rungs fired twice", n)
	}
	if n := one(`SELECT COUNT(*) FROM event WHERE kind = 'duty.rung'`); n != want {
		t.Errorf("%d facts, want %d", n, want)
	}
	// remind 2 handlers, near 3, red 4, sponsor 2 (no sponsor: the first leader), agenda 2, talk 3, circular 3; of what the office owes near 1, red 2.
	var notices int
	for i := range many() {
		switch i % 5 {
		case 0, 1, 3:
			notices += 2 + 3 + 4 + 2 + 2 + 3 + 3
		default:
			notices += 3 + 4
		}
	}
	if n := one(`SELECT COUNT(*) FROM duty_notice`); n != notices {
		t.Errorf("%d notices, want %d", n, notices)
	}
	order := map[Rung]int{}
	for i, r := range Rungs() {
		order[r] = i
	}
	last := map[string]int{}
	for _, f := range read(t, d, func(tx *db.Tx) ([]Fired, error) {
		return db.All[Fired](tx, `SELECT `+rungColumns+` FROM duty_rung ORDER BY duty, meant_at, CASE rung WHEN 'circular' THEN 1 ELSE 0 END, id`)
	}) {
		at, seen := last[f.Duty]
		if seen && order[f.Rung] <= at {
			t.Errorf("duty %s: %s is out of order", f.Duty, f.Rung)
		}
		last[f.Duty] = order[f.Rung]
	}
	if n := one(`SELECT COUNT(*) FROM duty WHERE rung_at > 0 AND rung_at <= ` + fmt.Sprint(int64(clock.MillisOf(c.Now())))); n != 0 {
		t.Errorf("%d rungs are due and were not fired", n)
	}
}

// BenchmarkClimb fires 10,000 rungs at a time.
func BenchmarkClimb(b *testing.B) {
	for name, open := range map[string]func(testing.TB) (*db.DB, *clock.Fake){"sqlite": dbtest.Open, "postgres": dbtest.OpenPostgres} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				d, c := open(b)
				if d == nil {
					return
				}
				staff(b, d)
				n := fill(b, d, 2500)
				c.Advance(60 * 24 * time.Hour)
				b.StartTimer()
				if err := RunLadder(context.Background(), d); err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(float64(n), "rungs/op")
			}
		})
	}
}
