package db_test

import (
	"errors"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/ground/fault"
)

type times struct {
	At  clock.Millis
	Day clock.Day
}

type item struct {
	ID   int64
	Name string
	N    *int
	Flag bool
	Rate float64 `db:"ratio"`
	Raw  []byte
	times
	Parts []string // filled by others
}

func TestValues(t *testing.T) {
	both(t, func(t *testing.T, d *db.DB, _ *clock.Fake) {
		seven := 7
		var want, got item
		want = item{Name: "三问 'x' $1", N: &seven, Flag: true, Rate: 0.25, Raw: []byte{0, 1, 255}}
		err := d.Write(ctx, func(tx *db.Tx) error {
			allowed(tx)
			want.At, want.Day = tx.Millis(), tx.Today()
			id, err := db.One[int64](tx, `INSERT INTO item (name, n, flag, ratio, raw, at, day) VALUES ($1, $2, $3, $4, $5, $6, $7)
				RETURNING id`, want.Name, want.N, want.Flag, want.Rate, want.Raw, want.At, want.Day)
			want.ID = id
			if err != nil {
				return err
			}
			return insert(tx, "second", 3)
		})
		if err != nil {
			t.Fatal(err)
		}
		err = d.Read(ctx, func(tx *db.Tx) error {
			if got, err = db.One[item](tx, "SELECT * FROM item WHERE name = $1", want.Name); err != nil {
				return err
			}
			if diff := cmp.Diff(want, got, cmp.AllowUnexported(item{})); diff != "" {
				t.Error(diff)
			}
			if want.Day != "2026-11-23" || want.At.Time().Format(time.RFC3339) != "2026-11-23T00:00:00Z" {
				t.Error(want.times)
			}
			second, err := db.Maybe[item](tx, "SELECT * FROM item WHERE name = $1", "second")
			if err != nil || second == nil || second.Raw != nil || second.Rate != 0 || second.Flag {
				t.Error(second, err)
			}
			none, err := db.Maybe[item](tx, "SELECT * FROM item WHERE name = $1", "third")
			if err != nil || none != nil {
				t.Error(none, err)
			}
			if _, err := db.One[item](tx, "SELECT * FROM item WHERE name = $1", "third"); !db.IsNone(err) {
				t.Error(err)
			}
			sums, err := db.One[struct {
				Count int
				Sum   int64
				Avg   float64
				Least string
			}](tx, "SELECT COUNT(*) AS count, SUM(n) AS sum, AVG(n) AS avg, MIN(name) AS least FROM item")
			if err != nil || sums.Count != 2 || sums.Sum != 10 || sums.Avg != 5 || sums.Least != "second" {
				t.Error(sums, err)
			}
			cond, args := db.In("name", []string{"second", "third", want.Name}, 2)
			n, err := db.One[int](tx, "SELECT COUNT(*) FROM item WHERE n > $1 AND "+cond, append([]any{0}, args...)...)
			if err != nil || n != 2 {
				t.Error(n, err)
			}
			w := db.NewWhere(100).Add("n > ? AND name <> '?'", 1).In("name", []string{"second"}).Add("flag = ?", false)
			cond, _ = w.SQL()
			limit := w.Arg(5)
			_, args = w.SQL()
			some, err := db.All[string](tx, "SELECT name FROM item WHERE n < $1 AND "+cond+" ORDER BY id LIMIT "+limit, args...)
			if err != nil || len(some) != 1 || some[0] != "second" {
				t.Error(some, err)
			}
			if tx.Calls != 7 {
				t.Errorf("%d calls counted", tx.Calls)
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	})
}

func TestMistakes(t *testing.T) {
	both(t, func(t *testing.T, d *db.DB, _ *clock.Fake) {
		put(t, d, "a")
		one := func(q string, args ...any) func(*db.Tx) error {
			return func(tx *db.Tx) error { _, err := db.One[struct{ Name string }](tx, q, args...); return err }
		}
		for name, c := range map[string]struct {
			fn   func(*db.Tx) error
			says string
		}{
			"unknown column": {one("SELECT name, n FROM item"), `no field for column "n"`},
			"column twice":   {one("SELECT name, name FROM item"), "comes twice"},
			"scalar": {func(tx *db.Tx) error {
				_, err := db.One[int](tx, "SELECT n, id FROM item")
				return err
			}, "takes one column"},
			"time":     {one("SELECT name FROM item WHERE at = $1", time.Unix(0, 0)), "clock.Millis"},
			"struct":   {one("SELECT name FROM item WHERE at = $1", struct{}{}), "cannot be stored"},
			"misfit":   {func(tx *db.Tx) error { _, err := db.One[int](tx, "SELECT name FROM item"); return err }, "does not fit"},
			"no table": {one("SELECT name FROM nowhere"), "nowhere"},
			"pragma":   {func(tx *db.Tx) error { _, err := tx.Exec("PRAGMA foreign_keys = 0"); return err }, "only SELECT"},
			"commit":   {func(tx *db.Tx) error { _, err := tx.Exec("COMMIT"); return err }, "only SELECT"},
			"streaming": {func(tx *db.Tx) error {
				return db.Each(tx, func(string) error { return insert(tx, "x", 1) }, "SELECT name FROM item")
			}, "Each"},
		} {
			err := d.Write(ctx, func(tx *db.Tx) error { tx.Asked(); tx.Recorded(); c.fn(tx); return nil })
			if err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%s: %v, want %q", name, err, c.says)
			}
		}
		err := d.Read(ctx, func(tx *db.Tx) error {
			if err := insert(tx, "b", 1); !errors.Is(err, db.ErrReadOnly) {
				t.Error(err)
			}
			return nil
		})
		if !errors.Is(err, db.ErrReadOnly) {
			t.Error(err)
		}
		var kept *db.Tx
		d.Read(ctx, func(tx *db.Tx) error { kept = tx; return nil })
		if _, err := kept.Exec("DELETE FROM item"); !errors.Is(err, db.ErrOver) {
			t.Error(err)
		}
		if got := names(t, d); got != "a" {
			t.Error(got)
		}
	})
}

func TestConstraints(t *testing.T) {
	both(t, func(t *testing.T, d *db.DB, _ *clock.Fake) {
		put(t, d, "a")
		for q, is := range map[string]func(error) bool{
			"INSERT INTO item (name) VALUES ('a')":              db.IsUnique,
			"INSERT INTO item (id, name) VALUES (1, 'b')":       db.IsUnique,
			"INSERT INTO part (item, no) VALUES (77, 1)":        db.IsForeignKey,
			"INSERT INTO item (name) VALUES ('bad;name')":       db.IsCheck,
			"INSERT INTO part (item, no) VALUES (1, 1), (1, 1)": db.IsUnique,
		} {
			// An error that is looked at and forgotten fails the transaction all the same.
			err := d.Write(ctx, func(tx *db.Tx) error {
				allowed(tx)
				if err := insert(tx, "before", 1); err != nil {
					return err
				}
				if _, err := tx.Exec(q); !is(err) {
					t.Errorf("%s: %v", q, err)
				}
				insert(tx, "after", 1)
				return nil
			})
			if !is(err) || fault.KindOf(err) != fault.Internal {
				t.Errorf("%s: %v", q, err)
			}
		}
		if got := names(t, d); got != "a" {
			t.Error(got)
		}
	})
}

func TestEach(t *testing.T) {
	both(t, func(t *testing.T, d *db.DB, _ *clock.Fake) {
		put(t, d, "a", "b", "c")
		stop := errors.New("stop")
		err := d.Write(ctx, func(tx *db.Tx) error {
			allowed(tx)
			seen := ""
			err := db.Each(tx, func(s string) error {
				seen += s
				if s == "b" {
					return stop
				}
				return nil
			}, "SELECT name FROM item ORDER BY id")
			if err != stop || seen != "ab" {
				t.Error(err, seen)
			}
			return insert(tx, "d", 4) // the caller's own error does not spoil the transaction
		})
		if err != nil {
			t.Error(err)
		}
		// RETURNING has its whole effect however many rows are looked at.
		err = d.Write(ctx, func(tx *db.Tx) error {
			allowed(tx)
			_, err := db.One[int64](tx, "DELETE FROM item RETURNING id")
			return err
		})
		if got := names(t, d); err != nil || got != "" {
			t.Error(got, err)
		}
	})
}

// TestColumnsInAnotherOrder: what is known of a query's columns in one database is not taken for those of another, whose table has as many in another order.
func TestColumnsInAnotherOrder(t *testing.T) {
	for _, columns := range []string{"a TEXT, b TEXT", "b TEXT, a TEXT"} {
		d, _ := dbtest.OpenWith(t, fstest.MapFS{"0001_pair.sql": {Data: []byte("CREATE TABLE pair (" + columns + ")")}})
		var got struct{ A, B string }
		if err := d.Upkeep(ctx, func(tx *db.Tx) error {
			_, err := tx.Exec(`INSERT INTO pair (a, b) VALUES ('left', 'right')`)
			if err == nil {
				got, err = db.One[struct{ A, B string }](tx, `SELECT * FROM pair`)
			}
			return err
		}); err != nil || got.A != "left" || got.B != "right" {
			t.Errorf("%s: %+v, %v", columns, got, err)
		}
	}
}
