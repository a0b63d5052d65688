package voice_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"sanwen/internal/base/quota"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/seal"
	"sanwen/internal/work/voice"
	"sanwen/internal/work/voice/voicetest"
)

// TestWrongCodes: the limits of a number and of the site hold on every replica, whoever tries waits longer each time, a number that
// nobody has is like one with a wrong code in all of it, and a right code leaves nothing behind.
func TestWrongCodes(t *testing.T) {
	world(t, func(t *testing.T, w *voicetest.World) {
		in := w.Form(voice.Register{Level: voice.Anonymous, Place: "P104M", Text: "水不热"})
		if _, err := w.Say("", in); err != nil {
			t.Fatal(err)
		}
		ctx := context.Background()
		var mu sync.Mutex
		var held []time.Duration
		replica := func() *voice.Door {
			d := voice.NewDoor(w.DB, w.Keys)
			d.Hold = func(_ context.Context, x time.Duration) error {
				mu.Lock()
				defer mu.Unlock()
				held = append(held, x)
				return nil
			}
			return d
		}
		doors := []*voice.Door{replica(), replica()}
		open := func(n int, number, code string) string {
			_, err := doors[n%2].Open(ctx, number, code)
			if err == nil {
				return "open"
			}
			return key(err) + fmt.Sprint(fault.Of(err).Args)
		}
		rows := func() int { return count(t, w, `SELECT COUNT(*) FROM quota`) }
		wrong, unknown := seal.NewReceipt(clock.Day("2026-11-23")).Code, seal.NewReceipt(clock.Day("2026-11-23"))

		// opening with the right code writes nothing, nor does what has a wrong check digit
		if got := open(0, in.Number, in.Code); got != "open" || rows() != 0 {
			t.Fatalf("%s, %d rows", got, rows())
		}
		// one wrong, then the right one on another replica: the count begins anew
		open(0, in.Number, wrong)
		if got := open(1, in.Number, in.Code); got != "open" || count(t, w, `SELECT COUNT(*) FROM quota WHERE what <> 'voice.codes'`) != 0 {
			t.Fatalf("after one wrong code: %s", got)
		}
		if want := []time.Duration{time.Second}; !slices.Equal(held, want) {
			t.Errorf("held %v, want %v", held, want)
		}
		// on both replicas by turns, a known and an unknown number
		for _, number := range []string{in.Number, unknown.Number} {
			held = nil
			var said []string
			for n := range voice.TriesPerHour + 2 {
				said = append(said, open(n, number, wrong))
			}
			want := []string{"voice.follow.wrong[4]", "voice.follow.wrong[3]", "voice.follow.wrong[2]", "voice.follow.wrong[1]", "voice.follow.wrong[0]", "voice.follow.slow[]", "voice.follow.slow[]"}
			if !slices.Equal(said, want) {
				t.Errorf("%s: %v", number, said)
			}
			if want := []time.Duration{time.Second, 2 * time.Second, 4 * time.Second, 8 * time.Second}; !slices.Equal(held, want) {
				t.Errorf("%s: held %v, want %v", number, held, want)
			}
		}
		if got := open(1, in.Number, in.Code); got != "voice.follow.slow[]" {
			t.Errorf("the right code after five wrong ones: %s", got)
		}
		// nobody can tell from the rows which numbers were tried, and no time is finer than the minute of the whole site
		type row struct {
			What string
			Ends int64
		}
		w.Read(func(tx *db.Tx) error {
			all, err := db.All[row](tx, `SELECT what, ends FROM quota ORDER BY what`)
			now := w.Clock.Now().UnixMilli()
			for _, r := range all {
				long := map[bool]int64{true: 60_000, false: 3_600_000}[r.What == "voice.codes"]
				if r.Ends != now-now%long+long || r.What == in.Number {
					t.Errorf("%+v", r)
				}
			}
			return err
		})
		// the site as a whole: after the sixtieth wrong code of a minute everybody waits for the next one
		if err := w.DB.Upkeep(ctx, func(tx *db.Tx) error {
			_, err := tx.Exec(`UPDATE quota SET n = $1 WHERE what = 'voice.codes'`, voice.TriesPerMinute-1)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		third := seal.NewReceipt(clock.Day("2026-11-23"))
		if got := open(0, third.Number, wrong); got != "voice.follow.wrong[4]" {
			t.Errorf("the sixtieth: %s", got)
		}
		for n := range 2 {
			if got := open(n, third.Number, wrong); got != "voice.follow.many[]" {
				t.Errorf("the sixty-first: %s", got)
			}
		}
		w.Clock.Advance(time.Minute)
		if got := open(1, third.Number, wrong); got != "voice.follow.wrong[3]" {
			t.Errorf("a minute later: %s", got)
		}
		// when the hour is over nothing is left
		w.Clock.Advance(time.Hour)
		if got := open(0, in.Number, in.Code); got != "open" {
			t.Errorf("an hour later: %s", got)
		}
		if err := quota.Purge(ctx, w.DB); err != nil || rows() != 0 {
			t.Errorf("%d rows are left: %v", rows(), err)
		}
		// many at once are not more: at most five are looked at, the others refused
		var wait sync.WaitGroup
		said := make([]string, 12)
		gate := make(chan struct{})
		doors[0].Hold = func(context.Context, time.Duration) error { return nil }
		for n := range said {
			wait.Add(1)
			go func() {
				defer wait.Done()
				<-gate
				said[n] = open(0, third.Number, wrong)
			}()
		}
		close(gate)
		wait.Wait()
		looked := 0
		for _, s := range said {
			if s != "voice.follow.slow[]" {
				looked++
			}
		}
		if looked < 1 || looked > voice.TriesPerHour {
			t.Errorf("%d of %d tries at once were looked at: %v", looked, len(said), said)
		}
	})
}
