package event

import (
	"context"
	"errors"
	"fmt"
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
