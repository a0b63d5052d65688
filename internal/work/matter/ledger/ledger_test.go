package ledger_test

import (
	"context"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"sanwen/internal/base/access"
	"sanwen/internal/base/duty"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/ground/fault"
	"sanwen/internal/work/assignment/orgtest"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/matter/chain"
	"sanwen/internal/work/matter/ledger"
	"sanwen/internal/work/matter/plan"
)

type world struct{ *orgtest.World }

func run(t *testing.T, test func(w *world)) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) { test(&world{orgtest.New(t, d, c)}) })
}

func (w *world) register(change ...func(*matter.Register)) string {
	w.T.Helper()
	in := &matter.Register{Title: "四区浴室水温不足", Public: true, Category: "BA-1", Place: "P104M", Voices: 3, Lead: "D05", Co: []string{"D06"}}
	for _, f := range change {
		f(in)
	}
	w.Do("triager", in)
	return in.ID
}

// set changes columns of a matter behind the back of its actions, to have every combination for a test of reading.
func (w *world) set(id string, cols map[string]any) {
	w.T.Helper()
	if err := w.DB.Upkeep(context.Background(), func(tx *db.Tx) error {
		for c, v := range cols {
			if _, err := tx.Exec(`UPDATE matter SET `+c+` = $1 WHERE id = $2`, v, id); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		w.T.Fatal(err)
	}
}

func (w *world) all(who string, f ledger.Filter) (out []ledger.Row) {
	w.T.Helper()
	if f.Limit == 0 {
		f.Limit = 1000
	}
	w.Read(func(tx *db.Tx) (err error) { out, _, err = ledger.Ledger(tx, w.P(who), f); return err })
	return out
}

// many makes matters in every state with days and times about now.
func (w *world) many(n int) []string {
	rnd := rand.New(rand.NewPCG(1, 2))
	now := clock.MillisOf(w.Clock.Now())
	day := func() string {
		if rnd.IntN(6) == 0 {
			return ""
		}
		return string(clock.Day("2026-11-23").Add(rnd.IntN(60) - 20))
	}
	var ids []string
	for range n {
		id := w.register(func(r *matter.Register) {
			r.Place = []string{"P104M", "P201", ""}[rnd.IntN(3)]
			r.Unit = []string{"", "U02"}[rnd.IntN(2)]
			r.Lead = []string{"", "D05", "D06"}[rnd.IntN(3)]
			r.Co = nil
			if r.Lead == "D06" {
				r.Co = []string{"D01"}
			}
			if rnd.IntN(5) == 0 {
				r.NamedUnits = []string{"U01-A"}
			}
			if rnd.IntN(8) == 0 {
				r.NamedPersons = []string{w.P("handler").ID}
			}
		})
		due := day()
		at := int64(now) + int64(rnd.IntN(40)-10)*86_400_000
		key := due
		if key == "" {
			key = "9999-12-31"
		}
		cols := map[string]any{"state": matter.States[rnd.IntN(len(matter.States))], "due": due, "due_key": key, "due_at": at, "due_from": at - int64(rnd.IntN(100)+1)*86_400_000,
			"due_open": rnd.IntN(2), "milestone_due": day(), "plan_due": int64(now) + int64(rnd.IntN(20)-10)*86_400_000,
			"moved_at": int64(now) - int64(rnd.IntN(30))*86_400_000, "plan_version": 0,
			"owner": []string{"", w.P("handler").ID, w.P("worker").ID}[rnd.IntN(3)], "sponsor": []string{"", w.P("leader").ID}[rnd.IntN(2)],
			"restricted": []string{"", "", "", "discipline"}[rnd.IntN(4)]}
		w.set(id, cols)
		ids = append(ids, id)
	}
	return ids
}

// TestLightsAreTheSame compares the light of a row with the rows that the filter for that light finds.
func TestLightsAreTheSame(t *testing.T) {
	run(t, func(w *world) {
		w.many(150)
		want := map[duty.Color][]string{}
		for _, r := range w.all("auditor", ledger.Filter{}) {
			want[r.Color] = append(want[r.Color], r.ID)
		}
		for _, c := range duty.Colors() {
			var got []string
			for _, r := range w.all("auditor", ledger.Filter{Light: c}) {
				got = append(got, r.ID)
			}
			if !slices.Equal(got, want[c]) || len(got) == 0 {
				w.T.Errorf("%s: the filter finds %d, the rows say %d", c, len(got), len(want[c]))
			}
		}
		w.Read(func(tx *db.Tx) error {
			n, err := ledger.CountsOf(tx, w.P("auditor"), ledger.Filter{})
			for _, c := range duty.Colors() {
				if n.Lights[c] != len(want[c]) {
					w.T.Errorf("%s: counted %d, listed %d", c, n.Lights[c], len(want[c]))
				}
			}
			total, more, err2 := ledger.Count(tx, w.P("auditor"), ledger.Filter{})
			if total != 150 || more || n.Total != 150 {
				w.T.Errorf("counted %d and %d", total, n.Total)
			}
			if err == nil {
				err = err2
			}
			return err
		})
	})
}

// TestListedIsAllowed compares what the ledger lists with what each person may open, one by one.
func TestListedIsAllowed(t *testing.T) {
	run(t, func(w *world) {
		ids := w.many(80)
		for name, p := range w.People {
			listed := map[string]bool{}
			for _, r := range w.all(name, ledger.Filter{}) {
				listed[r.ID] = true
			}
			w.Read(func(tx *db.Tx) error {
				for _, id := range ids {
					m, err := matter.Find(tx, id)
					if err != nil {
						return err
					}
					t, err := matter.ThingOf(tx, m)
					if err != nil {
						return err
					}
					if may := p.Can(access.MatterList, t); may != listed[id] {
						w.T.Errorf("%s may list %+v: %v, it is listed: %v", name, t, may, listed[id])
					}
				}
				return nil
			})
		}
	})
}

func TestPagesAndFilters(t *testing.T) {
	run(t, func(w *world) {
		w.many(60)
		for _, order := range []string{ledger.SortNumber, ledger.SortDue} {
			whole := w.all("auditor", ledger.Filter{Sort: order})
			var paged []string
			after := ""
			for {
				var rows []ledger.Row
				var next string
				w.Read(func(tx *db.Tx) (err error) {
					rows, next, err = ledger.Ledger(tx, w.P("auditor"), ledger.Filter{Sort: order, After: after, Limit: 7})
					return err
				})
				for _, r := range rows {
					paged = append(paged, r.ID)
				}
				if after = next; next == "" {
					break
				}
			}
			var want []string
			for _, r := range whole {
				want = append(want, r.ID)
			}
			if !slices.Equal(paged, want) || len(want) != 60 {
				w.T.Errorf("by %s: %d in pages, %d at once", order, len(paged), len(want))
			}
		}
		id := w.register(func(r *matter.Register) { r.Title = "100%_水压\\低 ABC" })
		m := w.all("auditor", ledger.Filter{Text: "%_水压"})
		if len(m) != 1 || m[0].ID != id {
			w.T.Errorf("special characters: %d rows", len(m))
		}
		for f, want := range map[*ledger.Filter]int{{Text: "abc"}: 1, {Text: m[0].Number}: 1, {Text: "nothing"}: 0, {Year: 2026}: 61, {Year: 2025}: 0,
			{Category: "BA"}: 61, {Category: "CA"}: 0, {Lead: "D99"}: 0} {
			if got := w.all("auditor", *f); len(got) != want {
				w.T.Errorf("%+v: %d rows, want %d", *f, len(got), want)
			}
		}
		if err := w.DB.Read(context.Background(), func(tx *db.Tx) error {
			_, _, err := ledger.Ledger(tx, w.P("auditor"), ledger.Filter{After: "nonsense"})
			return err
		}); fault.KindOf(err) != fault.Invalid {
			w.T.Errorf("a cursor that is none: %v", err)
		}
	})
}

func TestPageWorkAndBoard(t *testing.T) {
	run(t, func(w *world) {
		id := w.register()
		day := func(n int) clock.Day { return clock.Day("2026-11-23").Add(n) }
		w.Do("handler", matter.SubmitPlan{Matter: id, Plan: matter.Slots{Item: "提高水温", Standard: "达标", Checks: []matter.Check{{Text: "水温", Kind: plan.CheckNumber, Unit: "℃", Low: "38"}},
			Steps: []plan.Step{{Text: "更换", Day: day(9)}, {Text: "调试", Day: day(10)}}, Owner: w.P("handler").ID, Deadline: day(18), Acceptors: []string{w.P("worker").ID}}})
		w.Do("head", matter.SignPlan{Matter: id, As: chain.AsHead, Approve: true})
		w.Do("triager", matter.DecidePlan{Matter: id, Approve: true})
		w.Do("handler", matter.Report{Matter: id, Step: 1, Done: true, Text: "已更换换热器", Photos: []matter.PhotoIn{{Hash: "aa", Thumb: "ab"}}})
		w.Read(func(tx *db.Tx) error {
			before := tx.Calls
			p, err := ledger.PageOf(tx, w.P("handler"), "SS-2026-001")
			if err != nil {
				return err
			}
			if n := tx.Calls - before; n > 25 {
				w.T.Errorf("the page takes %d statements", n)
			}
			if p.PlanInForce() == nil || len(p.PlanInForce().StepStates) != 2 || p.PlanInForce().StepStates[0].DoneAt == 0 || len(p.Photos) != 1 ||
				len(p.Duties) < 4 || len(p.Timeline) == 0 || p.Names[w.P("handler").ID] == "" || assignmentHours(p) < 0 {
				w.T.Errorf("page: %+v", p)
			}
			if !p.May(matter.EventClaim) || p.May(matter.EventApprove) || p.May(matter.EventPause) || p.May(matter.EventRated) {
				w.T.Errorf("the handler may %v", p.Events)
			}
			work, err := ledger.Work(tx, w.P("handler2"), nil, 50)
			if err != nil {
				return err
			}
			if len(work) != 1 || work[0].Next == nil || work[0].Next.N != 2 || work[0].DaysLeft != 14 || work[0].Percent() != 50 || work[0].Progress != "已更换换热器" {
				w.T.Errorf("work list: %+v", work)
			}
			if none, err := ledger.Work(tx, w.P("other"), nil, 50); err != nil || len(none) != 0 {
				w.T.Errorf("a helping unit's work list: %v %v", none, err)
			}
			if _, err := ledger.PageOf(tx, w.P("mill"), id); fault.KindOf(err) != fault.Forbidden {
				w.T.Errorf("an employee opens the page: %v", err)
			}
			board, err := ledger.Board(tx, ledger.BoardFilter{Places: []string{"P104M"}, Limit: 10})
			if len(board) != 1 || board[0].Shown() != "四区浴室水温不足" || board[0].Lead != "D05" || len(board[0].Before)+len(board[0].After) != 0 {
				w.T.Errorf("board: %+v", board)
			}
			return err
		})
		// Nothing restricted and nothing that is not public is on the board.
		w.set(id, map[string]any{"restricted": "discipline"})
		hidden := w.register(func(r *matter.Register) { r.Public = false })
		w.Read(func(tx *db.Tx) error {
			board, err := ledger.Board(tx, ledger.BoardFilter{Limit: 10})
			if len(board) != 0 {
				w.T.Errorf("on the board: %+v, hidden is %s", board, hidden)
			}
			return err
		})
	})
}

func assignmentHours(p ledger.Page) float64 {
	sum := time.Duration(0)
	for _, i := range p.Ownerless {
		sum += time.Duration(i.ToAt-i.FromAt) * time.Millisecond
	}
	return sum.Hours()
}
