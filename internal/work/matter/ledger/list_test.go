package ledger_test

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"sanwen/internal/base/duty"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/matter/ledger"
)

// paged reads a list page by page.
func (w *world) paged(who string, f ledger.Filter) (ids []string) {
	w.T.Helper()
	for {
		var rows []ledger.Row
		w.Read(func(tx *db.Tx) (err error) {
			rows, f.After, err = ledger.Ledger(tx, w.P(who), f)
			return err
		})
		for _, r := range rows {
			ids = append(ids, r.ID)
		}
		if f.After == "" {
			return ids
		}
	}
}

// TestListsOfLights compares lists that are narrowed by a light, by what has changed and by what stands still, in every order and in pages so
// short that some of them are found in the order of the list and some among all rows, with what a plain loop over the rows finds.
func TestListsOfLights(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	run(t, func(w *world) {
		rnd := rand.New(rand.NewPCG(seed, 7))
		w.many(150)
		w.Clock.Set(clock.Day("2026-11-30").Time(clock.Shanghai()))
		was := w.lights()
		w.Clock.Advance(time.Duration(1+rnd.IntN(6)) * 24 * time.Hour)
		still := rnd.IntN(3) // of the first rows of every order few are what is looked for
		for i, r := range w.all("auditor", ledger.Filter{}) {
			cols := map[string]any{"week": "2026-11-30", "week_light": ranks[was[r.ID]]}
			if rnd.IntN(4) == 0 {
				cols["state"] = matter.States[rnd.IntN(len(matter.States))]
			}
			if still == 0 && i%3 != 0 {
				cols["moved_at"] = clock.MillisOf(w.Clock.Now())
			}
			if len(cols) > 2 { // it has changed, and keeps the light of Monday
				w.set(r.ID, cols)
			}
		}
		rows := w.all("auditor", ledger.Filter{})
		days := 3 + rnd.IntN(20)
		type kind struct {
			f  ledger.Filter
			is func(r ledger.Row) bool
		}
		kinds := []kind{
			{ledger.Filter{Overdue: true}, func(r ledger.Row) bool { return r.Color == duty.Red }},
			{ledger.Filter{Still: days}, func(r ledger.Row) bool {
				return r.MovedAt < clock.MillisOf(w.Clock.Now())-clock.Millis(days)*24*3600*1000
			}},
			{ledger.Filter{Light: duty.Yellow, States: []string{matter.Executing, matter.Closed}}, func(r ledger.Row) bool {
				return r.Color == duty.Yellow && r.State == matter.Executing
			}},
			{ledger.Filter{Light: duty.Green, States: []string{matter.Closed}}, func(ledger.Row) bool { return false }},
			{ledger.Filter{Light: duty.Yellow, Lead: "D05"}, func(r ledger.Row) bool { return r.Color == duty.Yellow && r.Lead == "D05" }},
		}
		for _, c := range duty.Colors() {
			kinds = append(kinds, kind{ledger.Filter{Light: c}, func(r ledger.Row) bool { return r.Color == c }})
		}
		for _, c := range ledger.Changes() {
			kinds = append(kinds, kind{ledger.Filter{Changed: c}, func(r ledger.Row) bool { return change(was[r.ID], r.Color) == c }})
		}
		orders := map[string]func(a, b ledger.Row) int{
			ledger.SortNumber: func(a, b ledger.Row) int {
				return -cmp.Or(cmp.Compare(a.RegisteredAt, b.RegisteredAt), cmp.Compare(a.ID, b.ID))
			},
			ledger.SortOldest: func(a, b ledger.Row) int {
				return cmp.Or(cmp.Compare(a.RegisteredAt, b.RegisteredAt), cmp.Compare(a.ID, b.ID))
			},
			ledger.SortDue:     func(a, b ledger.Row) int { return cmp.Or(cmp.Compare(a.DueKey, b.DueKey), cmp.Compare(a.ID, b.ID)) },
			ledger.SortDueLast: func(a, b ledger.Row) int { return -cmp.Or(cmp.Compare(a.DueKey, b.DueKey), cmp.Compare(a.ID, b.ID)) },
		}
		for _, k := range kinds {
			for sort, less := range orders {
				var want []string
				for _, r := range slices.SortedFunc(slices.Values(rows), less) {
					if k.is(r) {
						want = append(want, r.ID)
					}
				}
				k.f.Sort, k.f.Limit = sort, 1+rnd.IntN(4)
				if got := w.paged("auditor", k.f); !slices.Equal(got, want) {
					w.T.Errorf("%+v: listed %d, want %d: %q, want %q", k.f, len(got), len(want), got, want)
				}
			}
		}
	})
}
