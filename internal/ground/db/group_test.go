package db_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/ground/fault"
)

func unavailable(t *testing.T, err error, key string) {
	t.Helper()
	if e := fault.Of(err); e == nil || e.Kind != fault.Unavailable || e.Key != key {
		t.Errorf("%v, want %s", err, key)
	}
}

// gathered has all fns wait behind a first write and returns their errors; all of them are one group if they are quick.
func gathered(t *testing.T, d *db.DB, before func(), fns ...func(*db.Tx) error) []error {
	t.Helper()
	errs := make([]error, len(fns))
	var wg sync.WaitGroup
	started, goOn := make(chan struct{}), make(chan struct{})
	wg.Go(func() {
		if err := d.Write(ctx, func(*db.Tx) error { close(started); <-goOn; return nil }); err != nil && before == nil {
			t.Error(err)
		}
	})
	<-started
	for i, fn := range fns {
		wg.Go(func() {
			defer func() {
				if p := recover(); p != nil {
					errs[i] = fmt.Errorf("panic %v", p)
				}
			}()
			errs[i] = d.Write(ctx, func(tx *db.Tx) error { allowed(tx); return fn(tx) })
		})
		waitFor(t, func() bool { return d.Stats().Waiting == i+1 }) // so they come in this order
	}
	if before != nil {
		before()
	}
	close(goOn)
	wg.Wait()
	return errs
}

func waitFor(t *testing.T, true func() bool) {
	t.Helper()
	for range 20_000 {
		if true() {
			return
		}
		time.Sleep(time.Millisecond)
	}
	t.Fatal("waited in vain")
}

func add(name string) func(*db.Tx) error {
	return func(tx *db.Tx) error { return insert(tx, name, 1) }
}

func TestNeighboursDoNotNotice(t *testing.T) {
	d, _ := dbtest.OpenWith(t, tables)
	no := errors.New("no")
	errs := gathered(t, d, nil,
		add("a"),
		func(tx *db.Tx) error { insert(tx, "undone", 1); return no },
		add("b"),
		add("a"), // not unique: its statement fails
		func(tx *db.Tx) error { insert(tx, "undone", 1); panic("boom") },
		add("c"),
		func(tx *db.Tx) error {
			n, err := db.One[int](tx, "SELECT COUNT(*) FROM item")
			if err == nil && n != 3 {
				err = fmt.Errorf("%d rows seen", n)
			}
			return err
		},
	)
	for i, want := range []string{"", "no", "", "UNIQUE", "panic boom", "", ""} {
		if got := fmt.Sprint(errs[i]); want == "" && errs[i] != nil || !strings.Contains(got, want) {
			t.Errorf("member %d: %v, want %q", i, errs[i], want)
		}
	}
	if got := names(t, d); got != "a b c" {
		t.Error(got)
	}
}

func TestToldAfterTheCommit(t *testing.T) {
	d, _ := dbtest.OpenWith(t, tables)
	release, inHook := make(chan struct{}), make(chan struct{})
	var once sync.Once
	d.BeforeCommit(func(*db.Tx) error {
		once.Do(func() { close(inHook); <-release })
		return nil
	})
	var told sync.WaitGroup
	var mu sync.Mutex
	n := 0
	for i := range 5 {
		told.Go(func() {
			put(t, d, fmt.Sprint(i))
			mu.Lock()
			defer mu.Unlock()
			n++
		})
	}
	<-inHook
	time.Sleep(20 * time.Millisecond)
	mu.Lock()
	if n != 0 {
		t.Errorf("%d were told before the commit", n)
	}
	mu.Unlock()
	if got := names(t, d); got != "" {
		t.Errorf("seen before the commit: %s", got)
	}
	close(release)
	told.Wait()
	if got := names(t, d); got != "0 1 2 3 4" {
		t.Error(got)
	}
}

func TestHookFailsTheGroup(t *testing.T) {
	for _, how := range []string{"error", "panic", "statement"} {
		t.Run(how, func(t *testing.T) {
			d, _ := dbtest.OpenWith(t, tables)
			fail, after := true, 0
			d.BeforeCommit(func(tx *db.Tx) error {
				switch {
				case !fail:
				case how == "error":
					return errors.New("hook")
				case how == "panic":
					panic("hook")
				default:
					tx.Exec("INSERT INTO item (name) VALUES ('bad;name')")
				}
				return nil
			})
			d.AfterCommit(func() { after++ })
			done := 0
			fn := func(name string) func(tx *db.Tx) error {
				return func(tx *db.Tx) error { tx.OnCommit(func() { done++ }); return insert(tx, name, 1) }
			}
			for i, err := range gathered(t, d, func() {}, fn("a"), fn("b"), fn("c")) {
				if err == nil {
					t.Errorf("member %d was told of success", i)
				}
			}
			if got := names(t, d); got != "" || after != 0 || done != 0 {
				t.Error(got, after, done)
			}
			fail = false
			put(t, d, "a")
			if got := names(t, d); got != "a" || after != 1 {
				t.Error(got, after)
			}
		})
	}
}

func TestGivingUpWhileWaiting(t *testing.T) {
	d, _ := dbtest.OpenWith(t, tables)
	impatient, cancel := context.WithCancel(ctx)
	var wg sync.WaitGroup
	var err error
	errs := gathered(t, d, func() {
		wg.Go(func() {
			err = d.Write(impatient, func(tx *db.Tx) error { t.Error("it ran"); return nil })
		})
		waitFor(t, func() bool { return d.Stats().Waiting == 3 })
		cancel()
		wg.Wait()
	}, add("a"), add("b"))
	if err != context.Canceled || errs[0] != nil || errs[1] != nil {
		t.Error(err, errs)
	}
	if got := names(t, d); got != "a b" {
		t.Error(got)
	}
}

// TestTurnsUnderStress has writers of all kinds come and go at once: nobody may be forgotten.
func TestTurnsUnderStress(t *testing.T) {
	d, _ := dbtest.OpenWith(t, tables)
	var wg sync.WaitGroup
	var mu sync.Mutex
	kept := map[string]bool{}
	for w := range 32 {
		wg.Go(func() {
			for i := range 40 {
				name := fmt.Sprintf("%d-%d", w, i)
				c, cancel := context.WithTimeout(ctx, time.Duration(1+(w*i)%7)*300*time.Microsecond)
				err := d.Write(c, func(tx *db.Tx) error {
					allowed(tx)
					if err := insert(tx, name, 1); err != nil || (w+i)%5 == 0 {
						return fmt.Errorf("undone: %w", err)
					}
					return nil
				})
				cancel()
				if err == nil {
					mu.Lock()
					kept[name] = true
					mu.Unlock()
				}
			}
		})
	}
	wg.Wait()
	got := strings.Fields(names(t, d))
	for _, name := range got {
		if !kept[name] {
			t.Errorf("%s is there and was not acknowledged", name)
		}
	}
	if len(got) != len(kept) || len(kept) == 0 {
		t.Errorf("%d rows, %d acknowledged", len(got), len(kept))
	}
}

// TestCarried: what one of a commit carries the next one finds, unless it was undone; another commit begins with nothing.
func TestCarried(t *testing.T) {
	d, _ := dbtest.OpenWith(t, tables)
	type key struct{}
	no := errors.New("no")
	var found []any
	carry := func(name string, err error) func(*db.Tx) error {
		return func(tx *db.Tx) error {
			found = append(found, tx.Carried(key{}))
			tx.Carry(key{}, name)
			if got := tx.Carried(key{}); got != name {
				t.Errorf("%v is carried, not %s", got, name)
			}
			if e := insert(tx, name, 1); e != nil {
				return e
			}
			return err
		}
	}
	look := func(tx *db.Tx) error { found = append(found, tx.Carried(key{})); return nil }
	before := d.Stats().Commits
	gathered(t, d, nil, carry("a", nil), carry("b", no), carry("a", nil), look, func(tx *db.Tx) error { tx.Carry(key{}, "lost"); panic("boom") }, carry("c", nil), look)
	anew := int64(0)
	for i, want := range []any{nil, "a", "a", "a", "a", "c"} {
		if found[i] == nil {
			anew++
		} else if found[i] != want {
			t.Errorf("found %v, want %v", found[i], want)
		}
	}
	if n := d.Stats().Commits - before; anew > n || n > 4 { // one, if they are quick
		t.Errorf("%d found nothing, in %d commits: %v", anew, n, found)
	}
	found = nil
	gathered(t, d, nil, look)
	if got := fmt.Sprint(found); got != "[<nil>]" {
		t.Errorf("another commit found %s", got)
	}
}
