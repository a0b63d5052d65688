package ledger_test

import (
	"context"
	"testing"
	"time"

	"sanwen/internal/base/duty"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/matter/ledger"
)

// TestWhatChangedSinceMonday compares the counts and the filters of a week with what a plain loop over the rows finds.
func TestWhatChangedSinceMonday(t *testing.T) {
	run(t, func(w *world) {
		w.many(120)
		keep := func() (n int) {
			if err := w.DB.Write(context.Background(), func(tx *db.Tx) (err error) { n, err = ledger.KeepWeek(tx); return err }); err != nil {
				t.Fatal(err)
			}
			return n
		}
		week := func() (k ledger.Week) {
			w.Read(func(tx *db.Tx) (err error) { k, err = ledger.WeekOn(tx, w.P("auditor"), ledger.Filter{}); return err })
			return k
		}
		if k := week(); k.Known {
			t.Error("a week is known that nobody has written down")
		}
		was := map[string]duty.Color{}
		for _, r := range w.all("auditor", ledger.Filter{}) {
			was[r.ID] = r.Color
		}
		if n := keep(); n == 0 {
			t.Fatal("nothing was written down")
		}
		if n := keep(); n != 0 {
			t.Errorf("%d rows on the second time in a week", n)
		}
		w.Clock.Advance(4 * 24 * time.Hour) // Friday
		fresh := w.register()
		for i, r := range w.all("auditor", ledger.Filter{}) {
			switch {
			case i%11 == 3:
				w.set(r.ID, map[string]any{"state": "closed", "moved_at": clock.MillisOf(w.Clock.Now())}) // as every action notes
			case i%2 == 1: // many, so that lights of every colour are among them in whatever order rows of one day stand
				w.set(r.ID, map[string]any{"due": "2026-12-31", "due_key": "2026-12-31", "milestone_due": "", "moved_at": r.MovedAt + 4*24*3600*1000, "plan_due": 0})
			}
		}
		rank := map[duty.Color]int{"": 0, duty.Green: 1, duty.Blue: 2, duty.Yellow: 3, duty.Red: 4}
		counts, before, ids := map[string]int{}, map[duty.Color]int{}, map[string]map[string]bool{}
		for _, r := range w.all("auditor", ledger.Filter{}) {
			a, b := rank[was[r.ID]], rank[r.Color]
			if a > 0 {
				before[was[r.ID]]++
			}
			c := ""
			switch {
			case a == b:
				continue
			case a == 0:
				c = ledger.Fresh
			case b == 0:
				c = ledger.Gone
			case b > a:
				c = ledger.Worse
			default:
				c = ledger.Better
			}
			counts[c]++
			if ids[c] == nil {
				ids[c] = map[string]bool{}
			}
			ids[c][r.ID] = true
		}
		got := week()
		for _, c := range ledger.Changes() {
			if counts[c] == 0 {
				t.Errorf("the test makes no row that is %s", c)
			}
			if got.Changed[c] != counts[c] {
				t.Errorf("%s: %d, want %d", c, got.Changed[c], counts[c])
			}
			rows := w.all("auditor", ledger.Filter{Changed: c})
			if len(rows) != counts[c] {
				t.Errorf("%s: %d rows, want %d", c, len(rows), counts[c])
			}
			for _, r := range rows {
				if !ids[c][r.ID] {
					t.Errorf("%s is listed as %s", r.Number, c)
				}
			}
		}
		for c, n := range before {
			if got.Was[c] != n {
				t.Errorf("last week %s: %d, want %d", c, got.Was[c], n)
			}
		}
		if !ids[ledger.Fresh][fresh] {
			t.Error("a matter of this week is not new")
		}
	})
}
