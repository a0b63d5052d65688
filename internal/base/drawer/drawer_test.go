package drawer_test

import (
	"context"
	"strings"
	"testing"

	"sanwen/internal/base/access"
	"sanwen/internal/base/drawer"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/ground/fault"
	"sanwen/internal/work/assignment/orgtest"
)

func TestDrawerIsOnesOwn(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		w := orgtest.New(t, d, c)
		w.Do("handler", drawer.Put{Kind: drawer.Draft, Name: "/matter/1/plan", Body: "item=a"}, drawer.Put{Kind: drawer.Draft, Name: "/matter/1/plan", Body: "item=b"})
		w.Do("handler", drawer.Put{Kind: drawer.Filter, Name: "/ledger 1", Title: "红灯", Body: "light=red"})
		w.Read(func(tx *db.Tx) error {
			k, err := drawer.Get(tx, w.P("handler"), drawer.Draft, "/matter/1/plan")
			if err != nil || k == nil || k.Body != "item=b" {
				t.Errorf("put twice: %+v %v", k, err)
			}
			for _, who := range []access.Person{w.P("head"), access.Nobody(), access.System("x")} {
				if k, err := drawer.Get(tx, who, drawer.Draft, "/matter/1/plan"); k != nil || err != nil {
					t.Errorf("%s opens it: %+v %v", who.ID, k, err)
				}
			}
			all, err := drawer.List(tx, w.P("handler"), drawer.Filter, "/ledger ")
			if err != nil || len(all) != 1 || all[0].Title != "红灯" {
				t.Errorf("filters: %+v %v", all, err)
			}
			return nil
		})
		w.Do("handler", drawer.Drop{Kind: drawer.Draft, Name: "/matter/1/plan"}, drawer.Drop{Kind: drawer.Draft, Name: "/matter/1/plan"})
		w.Read(func(tx *db.Tx) error {
			k, err := drawer.Get(tx, w.P("handler"), drawer.Draft, "/matter/1/plan")
			if k != nil {
				t.Errorf("still there: %+v", k)
			}
			return err
		})
	})
}

func TestDrawerRefuses(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		w := orgtest.New(t, d, c)
		for name, in := range map[string]drawer.Put{
			"no title":   {Kind: drawer.Filter, Name: "n"},
			"long title": {Kind: drawer.Filter, Name: "n", Title: strings.Repeat("字", drawer.MaxTitle+1)},
			"large":      {Kind: drawer.Draft, Name: "n", Body: strings.Repeat("x", drawer.MaxBody+1)},
		} {
			if err := w.Try("handler", in); fault.KindOf(err) != fault.Invalid {
				t.Errorf("%s: %v", name, err)
			}
		}
		for i := range drawer.MaxKept {
			w.Do("handler", drawer.Put{Kind: drawer.Filter, Name: strings.Repeat("n", i+1), Title: "t"})
		}
		if err := w.Try("handler", drawer.Put{Kind: drawer.Filter, Name: "one more", Title: "t"}); fault.KindOf(err) != fault.Conflict {
			t.Errorf("without end: %v", err)
		}
		w.Do("handler", drawer.Put{Kind: drawer.Filter, Name: "n", Title: "again"})
		err := d.Write(context.Background(), func(tx *db.Tx) error { return drawer.Put{Kind: drawer.Draft, Name: "n"}.Do(tx, access.Nobody()) })
		if err == nil {
			t.Error("a caller without account has a drawer")
		}
	})
}
