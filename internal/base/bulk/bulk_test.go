package bulk_test

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"testing"
	"time"

	"sanwen/internal/base/access"
	"sanwen/internal/base/bulk"
	"sanwen/internal/base/drawer"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/lang"
	"sanwen/internal/work/assignment/orgtest"
)

func init() {
	bulk.Register(bulk.Kind{Name: "test_keep", Do: func(tx *db.Tx, who access.Person, o bulk.Order) error {
		var p struct{ Title string }
		if err := json.Unmarshal(o.Params, &p); err != nil {
			return err
		}
		if o.Ref == "n3" {
			return fault.New(fault.Conflict, "drawer.full", 60)
		}
		had, err := drawer.Get(tx, who, drawer.Filter, o.Ref)
		if err != nil {
			return err
		}
		if had != nil {
			return fmt.Errorf("%s twice", o.Ref)
		}
		return drawer.Put{Kind: drawer.Filter, Name: o.Ref, Title: p.Title}.Do(tx, who)
	}, Undo: func(tx *db.Tx, who access.Person, o bulk.Order) error {
		if o.Ref == "n5" {
			return fault.New(fault.Conflict, "drawer.large")
		}
		return drawer.Drop{Kind: drawer.Filter, Name: o.Ref}.Do(tx, who)
	}})
}

func start(t *testing.T, d *db.DB, who access.Person, n int) string {
	t.Helper()
	in := bulk.Start{Kind: "test_keep", Params: map[string]string{"Title": "x"}, Back: "/inbox"}
	for i := range n {
		in.Rows = append(in.Rows, bulk.Ref{ID: fmt.Sprintf("n%d", i), Label: fmt.Sprintf("No. %d", i)})
	}
	id := ""
	if err := d.Write(context.Background(), func(tx *db.Tx) (err error) { id, err = in.Do(tx, who); return err }); err != nil {
		t.Fatal(err)
	}
	return id
}

func counts(t *testing.T, d *db.DB, run string) (out map[string]int) {
	t.Helper()
	if err := d.Read(context.Background(), func(tx *db.Tx) (err error) { out, err = bulk.Counts(tx, run); return err }); err != nil {
		t.Fatal(err)
	}
	return out
}

// TestEachRowOnce: a run is worked on by four at once and again afterwards; each row has its effect once, and a refusal stays its own.
func TestEachRowOnce(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		w := orgtest.New(t, d, c)
		id := start(t, d, w.P("handler"), 30)
		var all sync.WaitGroup
		for range 4 {
			all.Add(1)
			go func() {
				defer all.Done()
				if err := bulk.Work(context.Background(), d, id); err != nil {
					t.Error(err)
				}
			}()
		}
		all.Wait()
		if err := bulk.Work(context.Background(), d, id); err != nil {
			t.Fatal(err)
		}
		if got := counts(t, d, id); got[bulk.RowDone] != 29 || got[bulk.RowRefused] != 1 {
			t.Fatalf("%v", got)
		}
		w.Read(func(tx *db.Tx) error {
			kept, err := drawer.List(tx, w.P("handler"), drawer.Filter, "n")
			if len(kept) != 29 {
				t.Errorf("%d effects", len(kept))
			}
			rows, err2 := bulk.Rows(tx, id, bulk.RowRefused, 0, 10)
			if err2 != nil {
				return err2
			}
			if len(rows) != 1 || rows[0].Reason(lang.ZH) != lang.ZH.T("drawer.full", 60) {
				t.Errorf("refused: %+v", rows)
			}
			return err
		})
		// undone within ten minutes, except for what does not go back
		c.Advance(9 * time.Minute)
		if err := w.Try("head", bulk.Undo{Run: id}); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("somebody else undoes: %v", err)
		}
		w.Do("handler", bulk.Undo{Run: id})
		if err := bulk.Work(context.Background(), d, id); err != nil {
			t.Fatal(err)
		}
		if got := counts(t, d, id); got[bulk.RowUndone] != 28 || got[bulk.RowKept] != 1 || got[bulk.RowRefused] != 1 {
			t.Errorf("undone: %v", got)
		}
		if err := w.Try("handler", bulk.Undo{Run: id}); fault.KindOf(err) != fault.Conflict {
			t.Errorf("undone twice: %v", err)
		}
	})
}

// TestStops: a run that is cancelled does nothing more; rights are those of the moment at which a row is done.
func TestStops(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		w := orgtest.New(t, d, c)
		id := start(t, d, w.P("handler"), 5)
		if err := w.Try("head", bulk.Cancel{Run: id}); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("somebody else stops it: %v", err)
		}
		w.Do("handler", bulk.Cancel{Run: id})
		if err := bulk.Work(context.Background(), d, id); err != nil {
			t.Fatal(err)
		}
		if got := counts(t, d, id); got[bulk.RowLeft] != 5 {
			t.Errorf("%v", got)
		}
		late := start(t, d, w.P("handler"), 2)
		if err := bulk.Work(context.Background(), d, late); err != nil {
			t.Fatal(err)
		}
		c.Advance(bulk.UndoTime + time.Second)
		if err := w.Try("handler", bulk.Undo{Run: late}); fault.KindOf(err) != fault.Conflict {
			t.Errorf("undone late: %v", err)
		}
		for name, in := range map[string]bulk.Start{"none": {Kind: "test_keep"}, "unknown": {Kind: "nothing", Rows: []bulk.Ref{{ID: "a"}}},
			"many": {Kind: "test_keep", Rows: make([]bulk.Ref, bulk.MaxRows+1)}} {
			err := d.Write(context.Background(), func(tx *db.Tx) error {
				tx.Asked()
				_, err := in.Do(tx, w.P("handler"))
				return err
			})
			if fault.KindOf(err) != fault.Invalid {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}
