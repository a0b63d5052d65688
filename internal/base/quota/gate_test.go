package quota_test

import (
	"context"
	"errors"
	"testing"

	"sanwen/internal/base/quota"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
)

// enter begins a try in the background and tells when it was let in or refused.
func enter(t *testing.T, g *quota.Gate, ctx context.Context, l ...quota.Limit) chan *quota.Try {
	t.Helper()
	in := make(chan *quota.Try, 1)
	go func() {
		try, _, err := g.Enter(ctx, l...)
		if err != nil && !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		in <- try
	}()
	return in
}

func waits(in chan *quota.Try) bool {
	select {
	case <-in:
		return false
	default:
		return true
	}
}

// limits are one of few and one of many, of this minute.
func limits(c clock.Clock, name string, few int) []quota.Limit {
	ends := quota.Within(clock.MillisOf(c.Now()), quota.Minute)
	return []quota.Limit{{Count: quota.Count{What: name, Ends: ends}, Most: few, Waits: true}, {Count: quota.Count{What: "all", Ends: ends}, Most: 100, Waits: true}}
}

// TestWhoWaitsIsLetIn: each that ends lets one in, the first to come first; who waits for another limit holds nobody up; who goes away takes no place;
// and to end twice gives no second place.
func TestWhoWaitsIsLetIn(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		g, ctx := quota.NewGate(d), t.Context()
		a, b := limits(c, "a", 1), limits(c, "b", 1)
		inA, inB := <-enter(t, g, ctx, a...), <-enter(t, g, ctx, b...)
		second := enter(t, g, ctx, a...)
		quota.WaitFor(t, g, 1)
		gone, leave := context.WithCancel(ctx)
		third := enter(t, g, gone, a...)
		quota.WaitFor(t, g, 2)
		fourth, other := enter(t, g, ctx, a...), enter(t, g, ctx, b...)
		quota.WaitFor(t, g, 4)
		leave()
		if try := <-third; try != nil {
			t.Error("who went away was let in")
		}
		quota.WaitFor(t, g, 3)
		inB.End()
		inB.End()
		if next := <-other; next == nil || !waits(second) || !waits(fourth) {
			t.Error("one of the other limit has ended, and somebody else was let in")
		}
		inA.End()
		inA.End()
		next := <-second
		if next == nil || next.Before[0] != 0 || !waits(fourth) {
			t.Error("one has ended, and not one was let in")
		}
		next.End()
		if last := <-fourth; last == nil {
			t.Error("the last one was refused")
		}
	})
}

// TestWrongOnesAreCountedWhereverTheyEnd: what another gate has counted is known to this one, and what is right costs no look at the data on SQLite, where
// nobody else can count.
func TestWrongOnesAreCountedWhereverTheyEnd(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		one, two, ctx := quota.NewGate(d), quota.NewGate(d), t.Context()
		l := limits(c, "a", 2)
		try := func(g *quota.Gate) *quota.Try {
			t.Helper()
			in, full, err := g.Enter(ctx, l...)
			if err != nil || (full == nil) == (in == nil) {
				t.Fatal(in, full, err)
			}
			return in
		}
		try(one).End()
		before := d.Stats().Reads
		for range 5 {
			try(one).End()
		}
		if n := d.Stats().Reads - before; d.Dialect() == db.SQLite && n != 0 {
			t.Errorf("%d reads for five right tries", n)
		}
		try(two).Wrong(ctx)
		try(one).Wrong(ctx)
		if try(one) != nil || try(two) != nil {
			t.Error("a third try after two wrong ones")
		}
		if err := quota.Clear(ctx, d, "a"); err != nil {
			t.Fatal(err)
		}
		if try(one) == nil {
			t.Error("what was cleared still counts")
		}
		c.Advance(2 * 60e9)
		l = limits(c, "a", 2)
		if in := try(two); in == nil || in.Before[0] != 0 {
			t.Error("the next minute does not begin anew")
		}
	})
}
