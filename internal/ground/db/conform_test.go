package db_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"testing/fstest"

	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/ground/fault"
)

var ctx = context.Background()

// tables are the migrations of these tests.
var tables = fstest.MapFS{
	"0001_ready.sql": {Data: []byte(`CREATE TABLE db_ready (id BIGINT PRIMARY KEY, at BIGINT NOT NULL, tries BIGINT NOT NULL);`)},
	"0002_item.sql": {Data: []byte(`
-- a comment; with a semicolon
CREATE TABLE item (
	id {{serial}},
	name TEXT NOT NULL UNIQUE CHECK (name <> 'bad;name'),
	n BIGINT,
	flag INTEGER NOT NULL DEFAULT 0,
	ratio {{if sqlite}}REAL{{else}}DOUBLE PRECISION{{end}},
	raw {{blob}},
	at BIGINT NOT NULL DEFAULT 0,
	day TEXT NOT NULL DEFAULT ''
);
CREATE TABLE part (item BIGINT NOT NULL REFERENCES item (id), no BIGINT NOT NULL, PRIMARY KEY (item, no)) {{norowid}};
CREATE INDEX item_n ON item (n);
`)},
}

// both runs the test on both databases with the tables above.
func both(t *testing.T, test func(t *testing.T, d *db.DB, c *clock.Fake)) {
	t.Helper()
	dbtest.RunWith(t, tables, test)
}

func allowed(tx *db.Tx) { tx.Asked(); tx.Recorded() }

func insert(tx *db.Tx, name string, n int) error {
	_, err := tx.Exec("INSERT INTO item (name, n) VALUES ($1, $2)", name, n)
	return err
}

func put(t *testing.T, d *db.DB, names ...string) {
	t.Helper()
	err := d.Write(ctx, func(tx *db.Tx) error {
		allowed(tx)
		for i, name := range names {
			if err := insert(tx, name, i); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func names(t *testing.T, d *db.DB) string {
	t.Helper()
	var all []string
	err := d.Read(ctx, func(tx *db.Tx) (err error) {
		all, err = db.All[string](tx, "SELECT name FROM item ORDER BY name")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(all, " ")
}

func TestGuards(t *testing.T) {
	both(t, func(t *testing.T, d *db.DB, _ *clock.Fake) {
		put(t, d, "old")
		for _, c := range []struct {
			name     string
			asked    bool
			recorded bool
			q        string
			want     error
		}{
			{"nothing", false, false, "INSERT INTO item (name) VALUES ('x')", db.ErrUnasked},
			{"asked", true, false, "INSERT INTO item (name) VALUES ('x')", db.ErrUnrecorded},
			{"recorded", false, true, "INSERT INTO item (name) VALUES ('x')", db.ErrUnasked},
			{"returning", true, false, "INSERT INTO item (name) VALUES ('x') RETURNING id", db.ErrUnrecorded},
			{"with", true, false, "WITH a AS (SELECT 'x' AS v) INSERT INTO item (name) SELECT v FROM a", db.ErrUnrecorded},
			{"update", true, false, "UPDATE item SET n = 9", db.ErrUnrecorded},
			{"delete", true, false, "DELETE FROM item", db.ErrUnrecorded},
			{"no effect", true, false, "UPDATE item SET n = 9 WHERE name = 'none'", nil},
			{"no effect, unasked", false, false, "UPDATE item SET n = 9 WHERE name = 'none'", db.ErrUnasked},
			{"read", false, false, "SELECT id FROM item", nil},
		} {
			err := d.Write(ctx, func(tx *db.Tx) error {
				if c.asked {
					tx.Asked()
				}
				if c.recorded {
					tx.Recorded()
				}
				if strings.Contains(c.q, "RETURNING") || strings.HasPrefix(c.q, "SELECT") {
					_, err := db.All[int64](tx, c.q)
					return err
				}
				_, err := tx.Exec(c.q)
				return err
			})
			if !errors.Is(err, c.want) {
				t.Errorf("%s: %v, want %v", c.name, err, c.want)
			}
		}
		if got := names(t, d); got != "old" {
			t.Errorf("items: %s", got)
		}
		if err := d.Upkeep(ctx, func(tx *db.Tx) error { return insert(tx, "kept", 1) }); err != nil {
			t.Error(err)
		}
		if got := d.Stats().Refused; got != 8 {
			t.Errorf("refused %d", got)
		}
	})
}

func TestNesting(t *testing.T) {
	both(t, func(t *testing.T, d *db.DB, _ *clock.Fake) {
		nothing := func(*db.Tx) error { return nil }
		within := func(tx *db.Tx) error {
			for name, err := range map[string]error{
				"write by ctx":    d.Write(tx.Ctx, nothing),
				"write by stack":  d.Write(context.Background(), nothing),
				"upkeep by stack": d.Upkeep(context.Background(), nothing),
				"read by ctx":     d.Read(tx.Ctx, nothing),
				"read by stack":   d.Read(context.Background(), nothing),
			} {
				if !errors.Is(err, db.ErrNested) {
					t.Errorf("%s: %v", name, err)
				}
			}
			var elsewhere error
			var wg sync.WaitGroup
			wg.Go(func() { elsewhere = d.Write(tx.Ctx, nothing) })
			wg.Wait()
			if !errors.Is(elsewhere, db.ErrNested) {
				t.Errorf("other goroutine: %v", elsewhere)
			}
			return nil
		}
		var deep func(n int, tx *db.Tx) error
		deep = func(n int, tx *db.Tx) error {
			if n == 0 {
				return within(tx)
			}
			return deep(n-1, tx)
		}
		var kept context.Context
		if err := d.Write(ctx, func(tx *db.Tx) error { kept = tx.Ctx; return deep(600, tx) }); err != nil {
			t.Error(err)
		}
		if err := d.Read(ctx, within); err != nil {
			t.Error(err)
		}
		if err := d.Write(kept, nothing); err != nil {
			t.Errorf("after the end: %v", err)
		}
		if err := d.Write(ctx, func(tx *db.Tx) error {
			tx.OnCommit(func() {
				if err := d.Read(tx.Ctx, nothing); err != nil {
					t.Errorf("on commit: %v", err)
				}
			})
			return nil
		}); err != nil {
			t.Error(err)
		}
	})
}

func TestPanicAndGoexit(t *testing.T) {
	both(t, func(t *testing.T, d *db.DB, _ *clock.Fake) {
		func() {
			defer func() {
				if p := recover(); p != "boom" {
					t.Errorf("recovered %v", p)
				}
			}()
			d.Write(ctx, func(tx *db.Tx) error {
				allowed(tx)
				insert(tx, "lost", 1)
				panic("boom")
			})
		}()
		done := make(chan struct{})
		go func() { // as t.FailNow does
			defer close(done)
			d.Write(ctx, func(tx *db.Tx) error {
				allowed(tx)
				insert(tx, "lost too", 1)
				runtime.Goexit()
				return nil
			})
		}()
		<-done
		func() {
			defer func() { recover() }()
			d.Read(ctx, func(*db.Tx) error { panic("read") })
		}()
		put(t, d, "kept")
		if got := names(t, d); got != "kept" {
			t.Error(got)
		}
	})
}

func TestCancelled(t *testing.T) {
	both(t, func(t *testing.T, d *db.DB, _ *clock.Fake) {
		ended, cancel := context.WithCancel(ctx)
		cancel()
		fn := func(*db.Tx) error { t.Error("it ran"); return nil }
		if err := d.Write(ended, fn); err != context.Canceled {
			t.Error(err)
		}
		if err := d.Read(ended, fn); err != context.Canceled {
			t.Error(err)
		}
		// A read notices between statements.
		ended, cancel = context.WithCancel(ctx)
		err := d.Read(ended, func(tx *db.Tx) error {
			cancel()
			_, err := db.One[int](tx, "SELECT COUNT(*) FROM item")
			return err
		})
		if !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		put(t, d, "a")
	})
}

func TestSnapshot(t *testing.T) {
	both(t, func(t *testing.T, d *db.DB, _ *clock.Fake) {
		put(t, d, "a")
		count := func(tx *db.Tx) int {
			n, err := db.One[int](tx, "SELECT COUNT(*) FROM item")
			if err != nil {
				t.Error(err)
			}
			return n
		}
		err := d.Read(ctx, func(tx *db.Tx) error {
			before := count(tx)
			var wg sync.WaitGroup
			wg.Go(func() { put(t, d, "b") })
			wg.Wait()
			if now := count(tx); before != 1 || now != 1 {
				t.Errorf("the snapshot changed from %d to %d", before, now)
			}
			return nil
		})
		if got := names(t, d); err != nil || got != "a b" {
			t.Error(got, err)
		}
	})
}

func TestCoarse(t *testing.T) {
	both(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		c.Set(dbtest.Start().Add(42*time.Minute + 17*time.Second + 5*time.Millisecond))
		look := func(opts ...db.Option) (now time.Time) {
			if err := d.Write(ctx, func(tx *db.Tx) error { now = tx.Now; return nil }, opts...); err != nil {
				t.Error(err)
			}
			return now
		}
		if got := look(); !got.Equal(c.Now()) {
			t.Error(got)
		}
		if got := look(db.Coarse); !got.Equal(dbtest.Start()) {
			t.Error(got)
		}
	})
}

func TestHooks(t *testing.T) {
	both(t, func(t *testing.T, d *db.DB, _ *clock.Fake) {
		var order []string
		note := func(s string) { order = append(order, s) }
		d.BeforeCommit(func(tx *db.Tx) error {
			note("before")
			_, err := tx.Exec("UPDATE item SET flag = 1")
			return err
		})
		d.AfterCommit(func() { note("after") })
		err := d.Write(ctx, func(tx *db.Tx) error {
			allowed(tx)
			tx.OnCommit(func() { note("on commit") })
			note("fn")
			return insert(tx, "a", 1)
		})
		if err != nil {
			t.Fatal(err)
		}
		want := "fn before after on commit"
		if d.Dialect() == db.Postgres {
			want = "fn after on commit"
		}
		if got := strings.Join(order, " "); got != want {
			t.Errorf("order: %s", got)
		}
		order = nil
		d.Write(ctx, func(tx *db.Tx) error { return errors.New("no") })
		if err := d.Write(ctx, func(tx *db.Tx) error { return nil }); err != nil || len(order) > 0 {
			t.Errorf("nothing written: %v %v", order, err)
		}
	})
}

func TestReadyAndClosed(t *testing.T) {
	both(t, func(t *testing.T, d *db.DB, _ *clock.Fake) {
		for range 2 {
			if err := d.Ready(ctx); err != nil {
				t.Error(err)
			}
		}
		d.Read(ctx, func(tx *db.Tx) error {
			if n, err := db.One[int](tx, "SELECT tries FROM db_ready"); n != 2 || err != nil {
				t.Error(n, err)
			}
			return nil
		})
		d.Close()
		nothing := func(*db.Tx) error { return nil }
		for _, err := range []error{d.Ready(ctx), d.Read(ctx, nothing), d.Write(ctx, nothing)} {
			if fault.KindOf(err) != fault.Unavailable {
				t.Error(err)
			}
		}
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
}

func TestFaultAtEveryStatement(t *testing.T) {
	both(t, func(t *testing.T, d *db.DB, _ *clock.Fake) {
		put(t, d, "start")
		n := 1
		for ; ; n++ {
			end := dbtest.Fault(d, n)
			err := d.Write(ctx, func(tx *db.Tx) error {
				allowed(tx)
				if err := insert(tx, "x", 1); err != nil {
					return err
				}
				tx.Exec("UPDATE item SET n = 5") // its error is forgotten, and still nothing is kept
				_, err := db.One[int](tx, "SELECT COUNT(*) FROM item")
				return err
			})
			if !end() {
				if err != nil {
					t.Fatal(err)
				}
				break
			}
			if !errors.Is(err, dbtest.ErrFault) {
				t.Errorf("statement %d: %v", n, err)
			}
			if got := names(t, d); got != "start" {
				t.Errorf("statement %d: %s", n, got)
			}
		}
		if got := names(t, d); n != 4 || got != "start x" {
			t.Error(n, got)
		}
	})
}

func TestManyWriters(t *testing.T) {
	both(t, func(t *testing.T, d *db.DB, _ *clock.Fake) {
		put(t, d, "counter")
		const writers, each = 24, 15
		var wg sync.WaitGroup
		for w := range writers {
			wg.Go(func() {
				for i := range each {
					name := fmt.Sprintf("%d-%d", w, i)
					err := d.Write(ctx, func(tx *db.Tx) error {
						allowed(tx)
						n, err := db.One[int](tx, "SELECT n FROM item WHERE name = 'counter'"+tx.ForUpdate())
						if err != nil {
							return err
						}
						if _, err := tx.Exec("UPDATE item SET n = $1 WHERE name = 'counter'", n+1); err != nil {
							return err
						}
						if err := insert(tx, name, n); err != nil {
							return err
						}
						if i%3 == 2 {
							return fault.New(fault.Conflict, "test.undo")
						}
						return nil
					})
					if want := i%3 == 2; (err != nil) != want {
						t.Errorf("%s: %v", name, err)
					}
				}
			})
		}
		wg.Wait()
		d.Read(ctx, func(tx *db.Tx) error {
			got, err := db.One[struct{ N, Items, Distinct int }](tx, `SELECT
				(SELECT n FROM item WHERE name = 'counter') AS n, COUNT(*) AS items, COUNT(DISTINCT n) AS "distinct"
				FROM item WHERE name <> 'counter'`)
			want := writers * each * 2 / 3
			if err != nil || got.N != want || got.Items != want || got.Distinct != want {
				t.Error(got, err)
			}
			return nil
		})
		if s := d.Stats(); d.Dialect() == db.SQLite && s.Commits >= s.Writes {
			t.Errorf("nothing was committed together: %+v", s)
		}
	})
}
