package ledger_test

import (
	"context"
	"math/rand/v2"
	"testing"

	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/matter/ledger"
)

// TestMonthsAreTheListsBehindThem compares every number of a month with the rows of the ledger to which it leads.
func TestMonthsAreTheListsBehindThem(t *testing.T) {
	run(t, func(w *world) {
		rnd := rand.New(rand.NewPCG(5, 6))
		now := int64(clock.MillisOf(w.Clock.Now()))
		var again []string
		for _, id := range w.many(40) {
			cols := map[string]any{"registered_at": now - int64(rnd.IntN(500))*86_400_000, "closed_at": 0, "verdict": ""}
			if rnd.IntN(2) == 0 {
				cols["state"] = []string{matter.Closed, matter.Closed, matter.Cancelled}[rnd.IntN(3)]
				cols["closed_at"] = now - int64(rnd.IntN(500))*86_400_000
				cols["verdict"] = []string{matter.Confirmed, "unanswered"}[rnd.IntN(2)]
			}
			if rnd.IntN(3) == 0 {
				cols["round"] = 2 + rnd.IntN(2)
				again = append(again, id)
			}
			w.set(id, cols)
		}
		if err := w.DB.Upkeep(context.Background(), func(tx *db.Tx) error { // they began again at some time
			for _, id := range again {
				if _, err := tx.Exec(`UPDATE event SET from_state = 'closed', to_state = 'executing', at = $2 WHERE subject_kind = 'matter' AND subject_id = $1`,
					id, now-int64(rnd.IntN(500))*86_400_000); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		var sum ledger.Month
		for _, who := range []string{"leader", "supervisor", "handler", "chair"} {
			for _, f := range []ledger.Filter{{}, {Lead: "D05"}, {Place: "P201"}} {
				w.Read(func(tx *db.Tx) error {
					months, err := ledger.MonthsOf(tx, w.P(who), f, 12)
					if err != nil {
						return err
					}
					if len(months) != 12 || months[11].First != tx.Today()[:8]+"01" {
						t.Errorf("%v", months)
					}
					for _, m := range months {
						for _, x := range []struct {
							name string
							got  int
							by   func(*ledger.Filter)
						}{
							{"registered", m.Registered, func(g *ledger.Filter) { g.RegFrom, g.RegTo = m.First, m.Last }},
							{"ended", m.Ended, func(g *ledger.Filter) { g.EndFrom, g.EndTo, g.States = m.First, m.Last, []string{matter.Closed} }},
							{"reopened", m.Reopened, func(g *ledger.Filter) { g.BackFrom, g.BackTo = m.First, m.Last }},
							{"confirmed", m.Confirmed, func(g *ledger.Filter) {
								g.EndFrom, g.EndTo, g.States, g.Verdict = m.First, m.Last, []string{matter.Closed}, matter.Confirmed
							}},
						} {
							g := f
							x.by(&g)
							want, _, err := ledger.Count(tx, w.P(who), g)
							if err != nil {
								return err
							}
							if x.got != want {
								t.Errorf("%s, %+v, %s of %s: %d, the list has %d", who, f, x.name, m.First, x.got, want)
							}
						}
						sum.Registered, sum.Ended, sum.Reopened, sum.Confirmed = sum.Registered+m.Registered, sum.Ended+m.Ended, sum.Reopened+m.Reopened, sum.Confirmed+m.Confirmed
					}
					return nil
				})
			}
		}
		if sum.Registered == 0 || sum.Ended == 0 || sum.Reopened == 0 || sum.Confirmed == 0 || sum.Ended == sum.Confirmed {
			t.Errorf("nothing to compare: %+v", sum)
		}
	})
}
