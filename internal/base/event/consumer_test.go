package event

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
)

// sink is a consumer that writes each entry's id into a table that takes it only once.
func sink(name string, got *[]Entry) Consumer {
	return Consumer{Name: name, Batch: 7, Handle: func(tx *db.Tx, es []Entry) error {
		for _, e := range es {
			if _, err := tx.Exec(`INSERT INTO once (key, body, answer, tries, at) VALUES ($1, $2, '', 1, 0)`, name+e.ID, name); err != nil {
				return err
			}
		}
		tx.OnCommit(func() { *got = append(*got, es...) })
		return nil
	}}
}

// TestConsumerMissesNothingOfASlowTransaction: an entry written before another and committed after it comes after it, and comes.
func TestConsumerMissesNothingOfASlowTransaction(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		if d.Dialect() == db.SQLite {
			return // writers come one after the other
		}
		l, _ := openLog(t, d)
		var got []Entry
		l.Consume(sink("sink", &got))
		written, commit, done := make(chan struct{}), make(chan struct{}), make(chan struct{})
		go func() {
			defer close(done)
			err := d.Write(context.Background(), func(tx *db.Tx) error {
				tx.Asked()
				err := Record(tx, clerk, voiceFact("slow", "", "registered"))
				close(written)
				<-commit
				return err
			})
			if err != nil {
				t.Error(err)
			}
		}()
		<-written
		record(t, d, voiceFact("quick", "", "registered"))
		tick(t, l)
		if len(got) != 1 || got[0].Subject.ID != "quick" || got[0].Seq != 0 {
			t.Errorf("while the slow one is open: %+v", got)
		}
		close(commit)
		<-done
		tick(t, l)
		if len(got) != 2 || got[1].Subject.ID != "slow" || got[1].Seq != 1 || got[1].Ins > got[0].Ins {
			t.Errorf("after it: %+v", got)
		}
		if v := mustVerify(t, d, VerifyOptions{}); v.Bad != nil {
			t.Error(v.Bad)
		}
	})
}

// TestConsumersUnderLoad: with many writers, random rollbacks, a consumer that fails now and then and two replicas that feed it, each
// consumer has every entry once, in order.
func TestConsumersUnderLoad(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		k := newKeys(t, "sanwen-0a1b2c3d")
		var logs []*Log
		got := make([][]Entry, 2) // a consumer is fed by one replica at a time, but by any of them
		var mu sync.Mutex
		for range 2 {
			l, err := Open(context.Background(), d, k, Options{Logger: slog.New(slog.DiscardHandler)})
			if err != nil {
				t.Fatal(err)
			}
			for i, name := range []string{"steady", "shaky"} {
				s := sink(name, &[]Entry{})
				l.Consume(Consumer{Name: name, Batch: s.Batch, Handle: func(tx *db.Tx, es []Entry) error {
					if name == "shaky" && rand.IntN(4) == 0 {
						return errors.New("shaky")
					}
					if err := s.Handle(tx, es); err != nil {
						return err
					}
					tx.OnCommit(func() { mu.Lock(); got[i] = append(got[i], es...); mu.Unlock() })
					return nil
				}})
			}
			logs = append(logs, l)
		}
		var wg sync.WaitGroup
		for w := range 6 {
			wg.Go(func() {
				for i := range 30 {
					d.Write(context.Background(), func(tx *db.Tx) error {
						tx.Asked()
						if err := Record(tx, clerk, voiceFact(fmt.Sprintf("v%d-%d", w, i), "", "registered")); err != nil {
							return err
						}
						if i%7 == 3 {
							return errors.New("rolled back")
						}
						return nil
					})
				}
			})
		}
		ctx, stop := context.WithCancel(context.Background())
		var run sync.WaitGroup
		for _, l := range logs {
			run.Go(func() {
				for ctx.Err() == nil {
					if err := l.Tick(context.Background()); err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
		wg.Wait()
		stop()
		run.Wait()
		for range 40 {
			c.Advance(2 * time.Hour) // a failed consumer waits
			for _, l := range logs {
				tick(t, l)
			}
		}
		const want = 6 * (30 - 4)
		for i := range got {
			seen := map[int64]bool{}
			for _, e := range got[i] {
				if seen[e.Seq] {
					t.Errorf("entry %d came twice", e.Seq)
				}
				seen[e.Seq] = true
			}
			if len(seen) != want {
				t.Errorf("consumer %d: %d of %d entries", i, len(seen), want)
			}
		}
		read(t, d, func(tx *db.Tx) error {
			fs, err := logs[0].Feeds(tx)
			if err != nil || len(fs) != 2 || fs[0].Lag != 0 || fs[1].Lag != 0 {
				t.Errorf("%+v %v", fs, err)
			}
			return nil
		})
	})
}

// TestConsumerFailure: a consumer that fails gets the same entries again after a while, and holds up neither the others nor the log.
func TestConsumerFailure(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		l, _ := openLog(t, d)
		fail, calls := true, 0
		var bad, good []Entry
		inner := sink("bad", &bad)
		l.Consume(Consumer{Name: "bad", Handle: func(tx *db.Tx, es []Entry) error {
			calls++
			if err := inner.Handle(tx, es); err != nil {
				return err
			}
			if fail {
				return errors.New("index is broken")
			}
			return nil
		}})
		l.Consume(sink("good", &good))
		record(t, d, voiceFact("v1", "", "registered"), voiceFact("v2", "", "registered"))
		tick(t, l)
		tick(t, l) // too early for another try
		if calls != 1 || len(bad) != 0 || len(good) != 2 {
			t.Errorf("%d calls, %d and %d handled", calls, len(bad), len(good))
		}
		read(t, d, func(tx *db.Tx) error {
			fs, err := l.Feeds(tx)
			if err != nil || fs[0].Lag != 2 || fs[0].Fails != 1 || fs[0].Err != "index is broken" || fs[1].Lag != 0 {
				t.Errorf("%+v %v", fs, err)
			}
			return nil
		})
		fail = false
		c.Advance(3 * time.Second)
		tick(t, l)
		if calls != 2 || len(bad) != 2 {
			t.Errorf("%d calls, %d handled", calls, len(bad))
		}
	})
}

// TestConsumerRests: what comes in while a consumer works waits until it has rested, so that it does not hold up whoever writes for as long as much is
// written.
func TestConsumerRests(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		if d.Dialect() == db.Postgres {
			return // there nothing has a number before the log has been looked at
		}
		l, _ := openLog(t, d)
		batches := 0
		l.Consume(Consumer{Name: "busy", Batch: 2, Handle: func(tx *db.Tx, es []Entry) error {
			batches++
			for i := range es { // as many again
				if err := Record(tx, clerk, voiceFact(fmt.Sprint("more", batches, i), "", "registered")); err != nil {
					return err
				}
			}
			return nil
		}})
		for i := range 6 {
			record(t, d, voiceFact(fmt.Sprint("v", i), "", "registered"))
		}
		for look := 1; look <= 3; look++ {
			l.feed(t.Context(), l.feeds()[0], false)
			if batches != 3*look {
				t.Fatalf("%d batches after look %d", batches, look)
			}
		}
	})
}

func TestFreshConsumer(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		l, _ := openLog(t, d)
		record(t, d, voiceFact("old", "", "registered"))
		tick(t, l)
		var got []Entry
		s := sink("fresh", &got)
		s.Fresh = true
		l.Consume(s)
		tick(t, l)
		record(t, d, voiceFact("new", "", "registered"))
		tick(t, l)
		if len(got) != 1 || got[0].Subject.ID != "new" {
			t.Errorf("%+v", got)
		}
	})
}

// TestSkipAhead: who makes everything anew reads nothing of before, and misses nothing of after; nobody is put back.
func TestSkipAhead(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		l, _ := openLog(t, d)
		for i := range 20 {
			record(t, d, voiceFact(fmt.Sprint("old", i), "", "registered"))
		}
		tick(t, l)
		skip := func() {
			t.Helper()
			if err := d.Upkeep(t.Context(), func(tx *db.Tx) error { return SkipAhead(tx, "sink") }); err != nil {
				t.Fatal(err)
			}
		}
		skip() // it has not begun yet
		var got []Entry
		l.Consume(sink("sink", &got))
		tick(t, l)
		if len(got) != 0 {
			t.Errorf("%d entries of before came", len(got))
		}
		record(t, d, voiceFact("new", "", "registered"))
		tick(t, l)
		if len(got) != 1 || got[0].Subject.ID != "new" {
			t.Errorf("%+v", got)
		}
		skip() // at the end already
		record(t, d, voiceFact("newer", "", "registered"))
		tick(t, l)
		if len(got) != 2 || got[1].Subject.ID != "newer" {
			t.Errorf("%+v", got)
		}
	})
}

// TestConsumerOfSomeKinds: it has every entry of its kinds, as subject and as what it is about, and the very first one of all; what it passes over is behind
// it, and an entry that is missing is noticed among what it would pass over, too.
func TestConsumerOfSomeKinds(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		l, _ := openLog(t, d)
		var got []Entry
		some := sink("some", &got)
		some.Kinds = []string{"matter", "place"}
		l.Consume(some)
		plan := Fact{Kind: "matter.planned", Subject: Ref{"matter", "m1"}, To: "planned"}
		about := voiceFact("v3", "registered", "linked")
		about.About = Ref{"place", "p1"}
		for i := range 30 {
			record(t, d, voiceFact(fmt.Sprint("v", i), "", "registered"))
			switch i {
			case 9:
				record(t, d, plan)
			case 20:
				record(t, d, about)
			}
		}
		tick(t, l)
		var said []string
		for _, e := range got {
			said = append(said, fmt.Sprint(e.Seq, " ", e.Kind, " ", e.Subject.ID, " ", e.About.ID))
		}
		if want := "[0 voice.registered v0  10 matter.planned m1  22 voice.linked v3 p1]"; fmt.Sprint(said) != want {
			t.Errorf("%v, want %s", said, want)
		}
		lag := func() (f Feed) {
			t.Helper()
			read(t, d, func(tx *db.Tx) error {
				feeds, err := l.Feeds(tx)
				f = feeds[0]
				return err
			})
			return f
		}
		if f := lag(); f.Lag != 0 || f.Err != "" {
			t.Errorf("%+v at the end", f)
		}
		record(t, d, voiceFact("w1", "", "registered"), voiceFact("w2", "", "registered"), plan)
		if d.Dialect() == db.Postgres {
			if err := l.numberAll(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		tamper(t, d, func(tx *db.Tx) { exec(t, tx, `DELETE FROM event WHERE seq = 32`) })
		got = nil
		tick(t, l)
		if f := lag(); f.Lag != 3 || f.Fails != 1 || len(got) != 0 {
			t.Errorf("an entry is missing: %+v, %d were read", f, len(got))
		}
	})
}

// TestNumbersOfOneCommit: the number is read once for all that are committed together; what one of them recorded that fails leaves no gap.
func TestNumbersOfOneCommit(t *testing.T) {
	d, _ := dbtest.Open(t)
	l, _ := openLog(t, d)
	record(t, d, voiceFact("before", "", "registered"))
	no := errors.New("no")
	var wg sync.WaitGroup
	started, goOn := make(chan struct{}), make(chan struct{})
	wg.Go(func() { d.Upkeep(t.Context(), func(*db.Tx) error { close(started); <-goOn; return nil }) })
	<-started
	calls := make([]int, 24)
	before := d.Stats().Commits
	for i := range calls {
		wg.Go(func() {
			err := d.Write(t.Context(), func(tx *db.Tx) error {
				tx.Asked()
				had := tx.Calls
				if err := Record(tx, clerk, voiceFact(fmt.Sprint("v", i), "", "registered")); err != nil {
					return err
				}
				if err := Record(tx, clerk, voiceFact(fmt.Sprint("v", i), "registered", "linked")); err != nil {
					return err
				}
				calls[i] = tx.Calls - had
				if i%3 == 1 {
					return no
				}
				return nil
			})
			if (err != nil) != (i%3 == 1) {
				t.Error(i, err)
			}
		})
		for d.Stats().Waiting != i+1 {
			time.Sleep(time.Millisecond)
		}
	}
	close(goOn)
	wg.Wait()
	tick(t, l)
	if r := mustVerify(t, d, VerifyOptions{}); r.Bad != nil || r.Entries != 33 {
		t.Errorf("%d entries, %v", r.Entries, r.Bad)
	}
	read := int64(0)
	for _, n := range calls {
		read += int64(n - 2)
	}
	if most := d.Stats().Commits - before; read < 1 || read > most || most == int64(len(calls)) {
		t.Errorf("%v statements: the number was read %d times for %d commits", calls, read, most)
	}
}
