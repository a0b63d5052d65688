package event

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"
	"golang.org/x/mod/sumdb/tlog"

	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
)

// TestEdgeIsTlog: the own way of appending gives the hashes that tlog stores, and its root, at every size.
func TestEdgeIsTlog(t *testing.T) {
	var st edge
	var stored []tlog.Hash
	r := tlog.HashReaderFunc(func(ix []int64) (out []tlog.Hash, err error) {
		for _, i := range ix {
			out = append(out, stored[i])
		}
		return out, nil
	})
	for n := range int64(300) {
		rec := []byte(fmt.Sprint("record ", n))
		want, err := tlog.StoredHashes(n, rec, r)
		if err != nil {
			t.Fatal(err)
		}
		got := st.add(rec)
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Fatalf("entry %d: %v, want %v", n, got, want)
		}
		for level := range got {
			if i := tlog.StoredHashIndex(level, n>>level); true {
				if leaf, l := leafOf(i); leaf != n || l != level {
					t.Fatalf("stored hash %d is placed at %d/%d, not %d/%d", i, leaf, l, n, level)
				}
			}
		}
		stored = append(stored, want...)
		root, err := tlog.TreeHash(n+1, r)
		if err != nil || st.root() != root {
			t.Fatalf("root at %d: %v, want %v %v", n+1, st.root(), root, err)
		}
		back, err := newEdge(st.size, pack(st.peaks))
		if err != nil || back.root() != root {
			t.Fatalf("edge at %d does not survive being stored: %v", n+1, err)
		}
	}
	if _, err := newEdge(3, make([]byte, 32)); err == nil {
		t.Error("an edge of one hash for three entries")
	}
}

// TestLogStartsLate: entries recorded before the log was opened, and any number of them, are numbered when it is.
func TestLogStartsLate(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		const n = maxAppend + 77
		write(t, d, func(tx *db.Tx) error {
			for i := range n {
				if err := Record(tx, clerk, Fact{Kind: "place.made", Subject: Ref{"place", fmt.Sprint(i)}}); err != nil {
					return err
				}
			}
			return nil
		})
		openLog(t, d)
		if v := mustVerify(t, d, VerifyOptions{}); v.Bad != nil || v.Entries != n || v.Pending != 0 {
			t.Errorf("%+v %v", v, v.Bad)
		}
	})
}

// TestManyWritersAtOnce: whoever writes, beside whom, and whatever fails: the tree has every committed entry once.
func TestManyWritersAtOnce(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		l, _ := openLog(t, d)
		ctx, stop := context.WithCancel(context.Background())
		var run sync.WaitGroup
		for range 2 { // two sequencers: each holds the lock in turn
			run.Go(func() {
				for ctx.Err() == nil {
					if err := l.Tick(context.Background()); err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
		boom := errors.New("boom")
		var committed atomic.Int64
		var wg sync.WaitGroup
		for w := range 8 {
			wg.Go(func() {
				for i := range 25 {
					err := d.Write(context.Background(), func(tx *db.Tx) error {
						tx.Asked()
						for k := range 1 + (w+i)%3 {
							if err := Record(tx, clerk, voiceFact(fmt.Sprintf("v%d-%d-%d", w, i, k), "", "registered")); err != nil {
								return err
							}
						}
						if (w*i)%5 == 4 {
							return boom
						}
						return nil
					})
					if err == nil {
						committed.Add(int64(1 + (w+i)%3))
					} else if !errors.Is(err, boom) {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		stop()
		run.Wait()
		tick(t, l)
		v := mustVerify(t, d, VerifyOptions{})
		if v.Bad != nil || v.Entries != committed.Load() || v.Pending != 0 {
			t.Errorf("%d committed: %+v %v", committed.Load(), v, v.Bad)
		}
		if s := l.Stats(); s.Numbered != committed.Load() {
			t.Errorf("%+v", s)
		}
	})
}

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

// TestCheckpointsByTheClock: one at the first look, then at the latest a minute after an entry, none without entries, one per hour
// kept for good.
func TestCheckpointsByTheClock(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		var published []int64
		l, err := Open(context.Background(), d, newKeys(t, "sanwen-0a1b2c3d"), Options{OnCheckpoint: func(c Checkpoint) { published = append(published, c.Size) }})
		if err != nil {
			t.Fatal(err)
		}
		tick(t, l)
		if _, err := l.Checkpoint(context.Background()); !errors.Is(err, ErrEmpty) {
			t.Errorf("of an empty log: %v", err)
		}
		for i := range 6 {
			record(t, d, voiceFact(fmt.Sprint("v", i), "", "registered"))
			tick(t, l)
			c.Advance(30 * time.Second)
		}
		if got := fmt.Sprint(published); got != "[1 3 5]" {
			t.Errorf("after three minutes: %s", got)
		}
		c.Advance(time.Hour)
		tick(t, l)
		tick(t, l)
		c.Advance(48 * time.Hour)
		record(t, d, voiceFact("last", "", "registered"))
		tick(t, l)
		read(t, d, func(tx *db.Tx) error {
			cs, err := Checkpoints(tx, 10, 0)
			var kept []int64
			for _, c := range cs {
				kept = append(kept, c.Size)
				if c.At%3600000 != 0 {
					t.Errorf("checkpoint of %d entries tells the time %d", c.Size, c.At)
				}
			}
			if err != nil || fmt.Sprint(kept) != "[7 6 5]" {
				t.Errorf("kept %v %v", kept, err)
			}
			return nil
		})
	})
}

// TestNeverSignsTwoHistories: after the past was changed nothing is signed any more.
func TestNeverSignsTwoHistories(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		l, _ := openLog(t, d)
		history(t, d, c, l)
		tamper(t, d, func(tx *db.Tx) {
			r := row{}
			for _, e := range takeRows(t, tx) {
				if e.Seq == 5 {
					r = e
				}
			}
			r.Data = `"something else"`
			r.commit()
			exec(t, tx, `UPDATE event SET data = $1, commitment = $2 WHERE seq = 5`, r.Data, r.Commitment)
			reforge(t, tx)
		})
		record(t, d, voiceFact("v50", "", "registered"))
		if _, err := l.Checkpoint(context.Background()); !errors.Is(err, ErrInconsistent) {
			t.Errorf("signed: %v", err)
		}
	})
}

func takeRows(t testing.TB, tx *db.Tx) []row {
	t.Helper()
	rows, err := db.All[row](tx, `SELECT `+rowColumns+` FROM event`)
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func TestKeyRotation(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		l, old := openLog(t, d)
		history(t, d, c, l)
		var oldProof Proof
		read(t, d, func(tx *db.Tx) (err error) { oldProof, err = l.ProofFor(tx, Ref{"voice", "v1"}); return err })
		next := newKeys(t, "sanwen-0a1b2c3d")
		other, err := Open(context.Background(), d, old, Options{}) // another replica, which has not heard of it
		if err != nil {
			t.Fatal(err)
		}
		if err := d.Write(context.Background(), func(tx *db.Tx) error {
			tx.Asked()
			return l.Rotate(tx, clerk, newKeys(t, "sanwen-ffffffff"))
		}); err == nil {
			t.Error("a key with another name is taken")
		}
		boom := errors.New("boom")
		if err := d.Write(context.Background(), func(tx *db.Tx) error {
			tx.Asked()
			if err := l.Rotate(tx, clerk, next); err != nil {
				return err
			}
			return boom
		}); !errors.Is(err, boom) || l.VerifierKey() != old.vkey {
			t.Errorf("a rotation that was rolled back: %v", err)
		}
		write(t, d, func(tx *db.Tx) error { return l.Rotate(tx, clerk, next) })
		if l.VerifierKey() != next.vkey {
			t.Error("the old key is still in use")
		}
		record(t, d, voiceFact("v50", "", "registered"))
		made, err := l.Checkpoint(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := CheckCheckpoint(made.Note, next.vkey); err != nil {
			t.Errorf("the new key: %v", err)
		}
		if _, err := CheckCheckpoint(made.Note, old.vkey); err == nil {
			t.Error("signed with the old key")
		}
		if _, err := other.Checkpoint(context.Background()); !errors.Is(err, ErrOtherKey) {
			t.Errorf("a replica with the old key: %v", err)
		}
		if _, err := Open(context.Background(), d, old, Options{}); !errors.Is(err, ErrOtherKey) {
			t.Errorf("opened with the old key: %v", err)
		}
		if v := mustVerify(t, d, VerifyOptions{Keys: []string{next.vkey}}); v.Bad != nil || v.Checkpoints != 6 {
			t.Errorf("%+v %v", v, v.Bad)
		}
		if _, err := CheckProof(oldProof.Text, old.vkey); err != nil {
			t.Errorf("a proof from before: %v", err)
		}
		// Somebody who has the database and a key of his own cannot pass for the log.
		mine := newKeys(t, "sanwen-0a1b2c3d")
		tamper(t, d, func(tx *db.Tx) {
			exec(t, tx, `UPDATE log_key SET vkey = $1 WHERE vkey = $2`, mine.vkey, next.vkey)
		})
		if v := mustVerify(t, d, VerifyOptions{}); v.Bad == nil || v.Bad.What != BadKey {
			t.Errorf("a key that the one before did not sign: %v", v.Bad)
		}
	})
}

// TestRun: the loop numbers and feeds without being asked, and ends with its context.
func TestRun(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		before := goleak.IgnoreCurrent()
		l, _ := openLog(t, d)
		fed := make(chan int64, 10)
		l.Consume(Consumer{Name: "c", Handle: func(tx *db.Tx, es []Entry) error {
			seq := es[len(es)-1].Seq
			tx.OnCommit(func() { fed <- seq })
			return nil
		}})
		ctx, stop := context.WithCancel(context.Background())
		over := make(chan struct{})
		go func() { defer close(over); l.Run(ctx) }()
		for i := range 3 {
			record(t, d, voiceFact(fmt.Sprint("v", i), "", "registered"))
			if got := <-fed; got != int64(i) {
				t.Errorf("fed up to %d after %d", got, i)
			}
		}
		stop()
		<-over
		if d.Dialect() == db.SQLite {
			if err := goleak.Find(before); err != nil {
				t.Error(err)
			}
		}
	})
}
