package ledger_test

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/matter/ledger"
)

// TestByTextChangesNothing: whether the rows that hold a text are few, many, or many among many that are worked on, lists in every order, counts,
// lights and what has changed since Monday are those that are found without looking for the text first.
func TestByTextChangesNothing(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	run(t, func(w *world) {
		rnd := rand.New(rand.NewPCG(seed, 11))
		words := []string{"水", "灯", "门", "AB", "é", "100%", "_"}
		for _, id := range w.many(80) {
			cols := map[string]any{"title": words[rnd.IntN(len(words))] + "的" + words[rnd.IntN(len(words))], "public_text": ""}
			if rnd.IntN(3) == 0 {
				cols["public_text"] = "门口" + words[rnd.IntN(len(words))]
			}
			w.set(id, cols)
		}
		w.Clock.Set(clock.Day("2026-11-30").Time(clock.Shanghai()))
		w.Clock.Advance(time.Duration(1+rnd.IntN(6)) * 24 * time.Hour)
		type page struct {
			IDs    []string
			N      int
			Week   ledger.Week
			Counts ledger.Counts
		}
		read := func(f ledger.Filter) (out page) {
			out.IDs = w.paged("auditor", f)
			w.Read(func(tx *db.Tx) (err error) {
				if out.N, _, err = ledger.Count(tx, w.P("auditor"), f); err != nil {
					return err
				}
				if out.Week, err = ledger.WeekOn(tx, w.P("auditor"), f); err != nil {
					return err
				}
				out.Counts, err = ledger.CountsOf(tx, w.P("auditor"), f)
				return err
			})
			return out
		}
		named, found := 0, 0
		for _, text := range append(slices.Clone(words), "没有", "ab", " 门口 ", "2026", "") {
			for _, f := range []ledger.Filter{{}, {States: matter.Open, Sort: ledger.SortDue}, {Lead: "D05", Sort: ledger.SortOldest}, {Changed: ledger.Worse, Sort: ledger.SortDueLast}} {
				f.Text, f.Limit = text, 1+rnd.IntN(7)
				want := read(f)
				for _, most := range []int{0, 3, 12, 1000} {
					var g ledger.Filter
					w.Read(func(tx *db.Tx) (err error) {
						tx.Asked() // it names rows, and shows none
						g, err = ledger.ByText(tx, f, most)
						return err
					})
					if g.Of != nil {
						named++
					}
					if got := read(g); !reflect.DeepEqual(got, want) {
						w.T.Errorf("%q with %+v, at most %d: %+v, want %+v", text, f, most, got, want)
					}
					found += len(want.IDs)
				}
			}
		}
		if named == 0 || named > 12*4*4-20 || found == 0 {
			w.T.Errorf("%d times the rows were named, %d were found", named, found)
		}
	})
}
