package once

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"sanwen/internal/base/access"
	"sanwen/internal/base/event"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/ground/fault"
)

// ask does one thing under a key: it records a change of subject.
func ask(d *db.DB, scope, key, body, subject string) (answer string, repeated bool, err error) {
	err = d.Write(context.Background(), func(tx *db.Tx) (err error) {
		answer, repeated, err = Do(tx, scope, key, []byte(body), func() (string, error) {
			tx.Asked()
			err := event.Record(tx, access.Nobody(), event.Fact{Kind: "voice.registered", Subject: event.Ref{Kind: "voice", ID: subject}})
			return "receipt of " + subject, err
		})
		return err
	})
	return answer, repeated, err
}

func count(t *testing.T, d *db.DB, q string, args ...any) (n int64) {
	t.Helper()
	err := d.Read(context.Background(), func(tx *db.Tx) (err error) {
		n, err = db.One[int64](tx, q, args...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestRepeatGetsTheFirstAnswer(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, _ *clock.Fake) {
		for i := range 3 {
			a, again, err := ask(d, "form:1", "k", "text", fmt.Sprint("v", i))
			if err != nil || a != "receipt of v0" || again != (i > 0) {
				t.Errorf("try %d: %q %v %v", i, a, again, err)
			}
		}
		if n := count(t, d, `SELECT COUNT(*) FROM event`); n != 1 {
			t.Errorf("%d effects", n)
		}
		if n := count(t, d, `SELECT tries FROM once`); n != 3 {
			t.Errorf("%d tries written: a repeat did not write", n)
		}
	})
}

func TestOtherBodyIsAConflict(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, _ *clock.Fake) {
		if _, _, err := ask(d, "form:1", "k", "text", "v0"); err != nil {
			t.Fatal(err)
		}
		if _, _, err := ask(d, "form:1", "k", "other text", "v1"); !errors.Is(err, fault.New(fault.Conflict, "once.other")) {
			t.Errorf("other body: %v", err)
		}
		for _, other := range [][2]string{{"form:2", "k"}, {"form:1", "l"}, {"form:", "1k"}, {"form:1k", ""}} {
			_, again, err := ask(d, other[0], other[1], "text", "v-"+other[0]+other[1])
			if other[1] == "" {
				if fault.KindOf(err) != fault.Invalid {
					t.Errorf("no key: %v", err)
				}
			} else if err != nil || again {
				t.Errorf("%v is taken for the same key: %v", other, err)
			}
		}
	})
}

func TestFailureLeavesTheKeyFree(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, _ *clock.Fake) {
		boom := errors.New("boom")
		err := d.Write(context.Background(), func(tx *db.Tx) error {
			tx.Asked()
			_, _, err := Do(tx, "s", "k", nil, func() (string, error) { return "x", boom })
			return err
		})
		if !errors.Is(err, boom) {
			t.Fatal(err)
		}
		if a, again, err := ask(d, "s", "k", "", "v"); err != nil || again || a != "receipt of v" {
			t.Errorf("%q %v %v", a, again, err)
		}
	})
}

func TestFirstMustAskAndRecord(t *testing.T) {
	d, _ := dbtest.Open(t)
	err := d.Write(context.Background(), func(tx *db.Tx) error {
		_, _, err := Do(tx, "s", "k", nil, func() (string, error) { return "x", nil })
		return err
	})
	if !errors.Is(err, db.ErrUnasked) {
		t.Errorf("a first request without permission: %v", err)
	}
}

// TestConcurrentSameKey: many at once with one key have one effect and one answer.
func TestConcurrentSameKey(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, _ *clock.Fake) {
		const keys, each = 5, 8
		var first atomic.Int64
		var wg sync.WaitGroup
		answers := make([][each]string, keys)
		for k := range keys {
			for i := range each {
				wg.Go(func() {
					a, again, err := ask(d, "form", fmt.Sprint("k", k), "text", fmt.Sprintf("v%d-%d", k, i))
					if err != nil {
						t.Errorf("key %d: %v", k, err)
					}
					if !again {
						first.Add(1)
					}
					answers[k][i] = a
				})
			}
		}
		wg.Wait()
		if first.Load() != keys || count(t, d, `SELECT COUNT(*) FROM event`) != keys {
			t.Errorf("%d effects for %d keys", first.Load(), keys)
		}
		for k := range answers {
			for _, a := range answers[k] {
				if a != answers[k][0] {
					t.Errorf("key %d: answers %q and %q", k, a, answers[k][0])
				}
			}
		}
	})
}

func TestPurge(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		if _, _, err := ask(d, "s", "old", "", "v0"); err != nil {
			t.Fatal(err)
		}
		c.Advance(Retention - time.Hour)
		if _, _, err := ask(d, "s", "new", "", "v1"); err != nil {
			t.Fatal(err)
		}
		c.Advance(2 * time.Hour)
		if err := Purge(context.Background(), d); err != nil {
			t.Fatal(err)
		}
		if n := count(t, d, `SELECT COUNT(*) FROM once`); n != 1 {
			t.Errorf("%d answers kept", n)
		}
		if _, again, err := ask(d, "s", "new", "", "v2"); err != nil || !again {
			t.Errorf("the younger answer is gone: %v", err)
		}
	})
}

// TestRowTellsNothing: neither scope, key, body nor a plain hash of them is stored, and in a coarse transaction no finer time.
func TestRowTellsNothing(t *testing.T) {
	d, c := dbtest.Open(t)
	c.Advance(17*time.Minute + 3*time.Second)
	err := d.Write(context.Background(), func(tx *db.Tx) error {
		_, _, err := Do(tx, "form:canary-scope", "canary-key", []byte("canary-body"), func() (string, error) {
			tx.Asked()
			return "a", event.Record(tx, access.Nobody(), event.Fact{Kind: "k", Subject: event.Ref{Kind: "voice", ID: "v"}})
		})
		return err
	}, db.Coarse)
	if err != nil {
		t.Fatal(err)
	}
	type stored struct {
		Key, Body, Answer string
		Tries, At         int64
	}
	var r stored
	if err := d.Read(context.Background(), func(tx *db.Tx) (err error) {
		r, err = db.One[stored](tx, `SELECT key, body, answer, tries, at FROM once`)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if r.At%3600000 != 0 {
		t.Errorf("time %d is finer than the hour", r.At)
	}
	for _, plain := range []string{"", "canary-scope", "form:canary-scope", "canary-key", "canary-body"} {
		sum := sha256.Sum256([]byte(plain))
		for _, h := range []string{hex.EncodeToString(sum[:]), hash("", plain), hash(plain, "")} {
			if r.Key == h || r.Body == h {
				t.Errorf("a row holds a plain hash of %q", plain)
			}
		}
	}
}
