package ledger_test

import (
	"context"
	"maps"
	"math/rand/v2"
	"testing"
	"time"

	"sanwen/internal/base/duty"
	"sanwen/internal/base/org/worldtest"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/matter/chain"
	"sanwen/internal/work/matter/ledger"
	"sanwen/internal/work/matter/plan"
)

var ranks = map[duty.Color]int{"": 0, duty.Green: 1, duty.Blue: 2, duty.Yellow: 3, duty.Red: 4}

// change is how a light stands beside what it was.
func change(was, now duty.Color) string {
	switch a, b := ranks[was], ranks[now]; {
	case a == b:
		return ""
	case a == 0:
		return ledger.Fresh
	case b == 0:
		return ledger.Gone
	case b > a:
		return ledger.Worse
	}
	return ledger.Better
}

// beside compares what the ledger says of a week with the lights that somebody wrote down when it began, and returns how often each change is.
func (w *world) beside(was map[string]duty.Color) map[string]int {
	w.T.Helper()
	rows := w.all("auditor", ledger.Filter{})
	counts, before, now, ids := map[string]int{}, map[duty.Color]int{}, map[duty.Color]int{}, map[string]string{}
	changed := map[string]map[duty.Color]int{}
	for _, c := range ledger.Changes() {
		changed[c] = map[duty.Color]int{}
	}
	for _, r := range rows {
		if c := was[r.ID]; c != "" {
			before[c]++
		}
		if r.Color != "" {
			now[r.Color]++
		}
		if c := change(was[r.ID], r.Color); c != "" {
			counts[c]++
			ids[r.ID] = c
			if r.Color != "" {
				changed[c][r.Color]++
			}
		}
	}
	w.Read(func(tx *db.Tx) error {
		k, err := ledger.WeekOn(tx, w.P("auditor"), ledger.Filter{})
		if err != nil {
			return err
		}
		for _, c := range duty.Colors() {
			if k.Was[c] != before[c] || k.Now[c] != now[c] {
				w.T.Errorf("%s: %d and %d are %s, want %d and %d", tx.Today(), k.Was[c], k.Now[c], c, before[c], now[c])
			}
		}
		for _, c := range ledger.Changes() {
			if k.Changed[c] != counts[c] {
				w.T.Errorf("%s: %d %s, want %d", tx.Today(), k.Changed[c], c, counts[c])
			}
			f := ledger.Filter{Changed: c, Limit: 1000}
			list, _, err := ledger.Ledger(tx, w.P("auditor"), f)
			if err != nil {
				return err
			}
			n, _, err := ledger.Count(tx, w.P("auditor"), f)
			if len(list) != counts[c] || n != counts[c] || err != nil {
				w.T.Errorf("%s: %d rows and a count of %d %s, want %d (%v)", tx.Today(), len(list), n, c, counts[c], err)
			}
			k, err := ledger.WeekOn(tx, w.P("auditor"), f)
			if err != nil {
				return err
			}
			if !maps.Equal(k.Lights, changed[c]) || k.Changed[c] != counts[c] {
				w.T.Errorf("%s: of what is %s, the lights are counted as %v, want %v", tx.Today(), c, k.Lights, changed[c])
			}
			for _, r := range list {
				if ids[r.ID] != c {
					w.T.Errorf("%s: %s is listed as %s and is %q", tx.Today(), r.Number, c, ids[r.ID])
				}
			}
		}
		shown, err := ledger.WasOf(tx, rows)
		for _, r := range rows {
			if shown[r.ID] != was[r.ID] {
				w.T.Errorf("%s: %s was %q, want %q", tx.Today(), r.Number, shown[r.ID], was[r.ID])
			}
		}
		return err
	})
	return counts
}

// lights are those of now.
func (w *world) lights() map[string]duty.Color {
	out := map[string]duty.Color{}
	for _, r := range w.all("auditor", ledger.Filter{}) {
		out[r.ID] = r.Color
	}
	return out
}

// TestWhatChangedSinceMonday compares the counts and the filters of a week with what a plain loop over the rows finds, for rows of every
// kind: what changes keeps the light of Monday, as every action does (see TestMondaysLightIsKept), and what does not is what it was.
func TestWhatChangedSinceMonday(t *testing.T) {
	run(t, func(w *world) {
		for _, id := range w.many(120) {
			w.set(id, map[string]any{"week": "2026-11-16", "week_light": 3}) // they changed in another week
		}
		w.Clock.Set(clock.Day("2026-11-30").Time(clock.Shanghai()))
		was := w.lights()
		w.Clock.Advance(4*24*time.Hour + 10*time.Hour) // Friday
		fresh := w.register()
		for i, r := range w.all("auditor", ledger.Filter{}) {
			if r.ID == fresh {
				continue
			}
			cols := map[string]any{"week": "2026-11-30", "week_light": ranks[was[r.ID]], "moved_at": clock.MillisOf(w.Clock.Now())}
			switch {
			case i%11 == 3:
				cols["state"] = "closed"
			case i%2 == 1: // many, so that lights of every colour are among them in whatever order rows of one day stand
				cols["due"], cols["due_key"], cols["milestone_due"], cols["plan_due"] = "2026-12-31", "2026-12-31", "", 0
			default:
				continue
			}
			w.set(r.ID, cols)
		}
		counts := w.beside(was)
		for _, c := range ledger.Changes() {
			if counts[c] == 0 {
				t.Errorf("the test makes no row that is %s", c)
			}
		}
	})
}

// TestMondaysLightIsKept walks through some weeks with actions at random, pauses of weeks among them in which nothing runs, and compares
// with the lights that it reads itself at the first moment of every Monday. In the end it looks whether `verify` agrees with the record,
// and notices a light that was changed.
func TestMondaysLightIsKept(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	run(t, func(w *world) {
		rnd := rand.New(rand.NewPCG(seed, 1))
		day := func(n int) clock.Day { // a weekday
			d := clock.DayOf(w.Clock.Now(), clock.Shanghai()).Add(n)
			for d.Weekday() == time.Saturday || d.Weekday() == time.Sunday {
				d = d.Add(1)
			}
			return d
		}
		monday := func() clock.Day { return ledger.WeekOf(clock.DayOf(w.Clock.Now(), clock.Shanghai())) }
		was := map[string]duty.Color{}
		pass := func(d time.Duration) {
			to, before := w.Clock.Now().Add(d), monday()
			if last := ledger.WeekOf(clock.DayOf(to, clock.Shanghai())); last != before {
				w.Clock.Set(last.Time(clock.Shanghai()))
				was = w.lights()
			}
			w.Clock.Set(to)
		}
		var ids []string
		for range 6 {
			ids = append(ids, w.register())
		}
		done := 0
		for step := range 50 {
			pass(time.Duration(rnd.IntN(30)) * time.Hour)
			if step%20 == 19 {
				pass(time.Duration(10+rnd.IntN(20)) * 24 * time.Hour) // nobody works, and no program runs
			}
			id := ids[rnd.IntN(len(ids))]
			acts := []struct {
				who string
				in  worldtest.Doer
			}{
				{"handler", matter.SubmitPlan{Matter: id, Plan: matter.Slots{Item: "提高水温", Standard: "达标", Checks: []matter.Check{{Text: "水温", Kind: plan.CheckNumber, Unit: "℃", Low: "38"}},
					Steps: []plan.Step{{Text: "更换", Day: day(3)}, {Text: "调试", Day: day(5)}}, Owner: w.P("handler").ID, Deadline: day(7), Acceptors: []string{w.P("worker").ID}}}},
				{"head", matter.SignPlan{Matter: id, As: chain.AsHead, Approve: true}},
				{"triager", matter.DecidePlan{Matter: id, Approve: true}},
				{"handler", matter.Report{Matter: id, Step: 1, Done: true, Text: "已更换"}},
				{"handler", matter.Report{Matter: id, Text: "正在等配件"}},
				{"handler", matter.AskMore{Matter: id, Day: day(14), Reason: "配件晚到两周", Interim: "先用备用机组供水"}},
				{"supervisor", matter.DecideMore{Matter: id, Grant: true}},
				{"supervisor", matter.Pause{Matter: id, Reason: plan.PauseReasons()[0], Until: day(10), Note: "等招标结果出来"}},
				{"supervisor", matter.Resume{Matter: id}},
				{"leader", matter.CarryOver{Matter: id, Condition: "大修时一并改造", ReviewDay: day(60)}},
				{"triager", &matter.Register{Title: "食堂排队时间长", Public: true, Category: "BA-1", Place: "P104M", Voices: 1, Lead: "D05"}},
			}
			for _, i := range rnd.Perm(len(acts)) { // the first that can be done
				if a := acts[i]; w.Try(a.who, a.in) == nil {
					done++
					if in, ok := a.in.(*matter.Register); ok {
						ids = append(ids, in.ID)
					}
					break
				}
			}
			if step%8 == 7 {
				w.beside(was)
			}
		}
		if done < 30 {
			t.Errorf("only %d actions were done", done)
		}
		verify := func() (bad []string) {
			w.Read(func(tx *db.Tx) (err error) {
				tx.Asked()
				bad, _, err = ledger.Verify(tx, "", 1000)
				return err
			})
			return bad
		}
		if bad := verify(); len(bad) != 0 {
			t.Errorf("verify: %q", bad)
		}
		id := ids[0]
		if err := w.DB.Upkeep(context.Background(), func(tx *db.Tx) error {
			_, err := tx.Exec(`UPDATE matter SET week_light = CASE WHEN week_light = 0 THEN 4 ELSE 0 END WHERE id = $1`, id)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if bad := verify(); len(bad) != 1 {
			t.Errorf("a light of Monday was changed, and verify says %q", bad)
		}
	})
}
