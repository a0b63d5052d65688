package duty

import (
	"context"
	"math/rand/v2"
	"strconv"
	"testing"
	"time"

	"sanwen/internal/base/event"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
)

// counted is what KeptOf must say, counted from the duties one by one.
func counted(t testing.TB, d *db.DB, kind Kind, from, to clock.Millis) Kept {
	t.Helper()
	var k Kept
	for _, x := range read(t, d, func(tx *db.Tx) ([]Duty, error) { return db.All[Duty](tx, `SELECT `+columns+` FROM duty`) }) {
		if x.Kind != kind || x.Due0 < from || x.Due0 >= to || x.Outcome == string(Returned) || x.Outcome == string(Cancelled) {
			continue
		}
		k.Due++
		if x.DischargedAt > 0 && x.DischargedAt <= x.Due0 {
			k.InTime++
		}
	}
	return k
}

func countAll(t testing.TB, d *db.DB) (steps int) {
	t.Helper()
	for n := 1; n > 0; steps++ {
		if err := d.Write(context.Background(), func(tx *db.Tx) (err error) { n, err = CountPast(tx); return err }); err != nil {
			t.Fatal(err)
		}
	}
	return steps - 1
}

// TestPastIsExact owes, ends, counts and moves the clock in any order: the figures are those of the duties at every moment.
func TestPastIsExact(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		seed := rand.Uint64()
		t.Logf("seed %d", seed)
		r := rand.New(rand.NewPCG(seed, 7))
		kinds := []Kind{Intake, Answer}
		var open []Duty
		moved := 0
		for i := range 120 {
			switch r.IntN(6) {
			case 0, 1: // some are due long ago, as after a time on paper
				x := New{Subject: event.Ref{Kind: "voice", ID: "v" + strconv.Itoa(i)}, Kind: kinds[r.IntN(2)], Start: clock.MillisOf(c.Now().Add(-time.Duration(r.IntN(900)) * time.Hour)), Hours: 1 + r.IntN(200)}
				open = append(open, owe(t, d, x))
			case 2:
				if len(open) > 0 {
					n := r.IntN(len(open))
					x := open[n]
					write(t, d, "", func(tx *db.Tx) error {
						_, err := Discharge(tx, triager, x.Subject(), x.Kind, Outcomes()[r.IntN(4)])
						return err
					})
					open = append(open[:n], open[n+1:]...)
				}
			case 3:
				moved += countAll(t, d)
			case 4:
				c.Advance(time.Duration(r.IntN(100)) * time.Hour)
			case 5:
				if i == 77 {
					c.Advance(-40 * 24 * time.Hour)
				}
			}
			from := clock.MillisOf(c.Now().Add(-time.Duration(r.IntN(2000)) * time.Hour / 2))
			for _, k := range kinds {
				to := clock.MillisOf(c.Now().Add(time.Duration(r.IntN(80)-40) * time.Minute))
				got := read(t, d, func(tx *db.Tx) (Kept, error) { return KeptOf(tx, k, from, to) })
				if want := counted(t, d, k, from, to); got != want {
					t.Fatalf("step %d: %v of %s, want %v", i, got, k, want)
				}
			}
		}
		if countAll(t, d)+moved == 0 {
			t.Error("no hour was ever counted")
		}
		if bad := read(t, d, VerifyPast); len(bad) > 0 {
			t.Errorf("%q", bad)
		}
		if len(read(t, d, func(tx *db.Tx) ([]int, error) { return db.All[int](tx, `SELECT due FROM duty_past`) })) == 0 {
			t.Error("nothing was counted")
		}
		write(t, d, "", func(tx *db.Tx) error {
			tx.Recorded()
			return correctPast(tx, Intake, int64(clock.MillisOf(c.Now())/pastHour)-200, 1, 0)
		})
		if bad := read(t, d, VerifyPast); len(bad) != 1 {
			t.Errorf("a wrong count is not found: %q", bad)
		}
	})
}

// TestPastWaitsForWriters: an hour is not counted while somebody who does not know that it will be is ending a duty of it.
func TestPastWaitsForWriters(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		x := owe(t, d, New{Kind: Intake, Hours: 1})
		c.Advance(6 * time.Hour)
		counting := make(chan error, 1)
		write(t, d, "", func(tx *db.Tx) error {
			if _, err := Discharge(tx, triager, x.Subject(), Intake, Cancelled); err != nil {
				return err
			}
			begun := make(chan struct{})
			go func() {
				close(begun)
				counting <- d.Write(context.Background(), func(tx *db.Tx) error { _, err := CountPast(tx); return err })
			}()
			<-begun
			select {
			case err := <-counting:
				t.Error("counted beside a writer", err)
				counting <- err
			case <-time.After(100 * time.Millisecond):
			}
			return nil
		})
		if err := <-counting; err != nil {
			t.Fatal(err)
		}
		if bad := read(t, d, VerifyPast); len(bad) > 0 {
			t.Errorf("%q", bad)
		}
	})
}
