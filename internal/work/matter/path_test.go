package matter_test

import (
	"errors"
	"testing"
	"time"

	"sanwen/internal/base/access"
	"sanwen/internal/base/duty"
	"sanwen/internal/base/event"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/ground/fault"
	"sanwen/internal/work/assignment"
	"sanwen/internal/work/assignment/orgtest"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/matter/chain"
	"sanwen/internal/work/matter/plan"
)

// The tests' own sentences: where a test only wants some valid content.
const note = "已核实，情况属实"

type world struct {
	*orgtest.World
}

func run(t *testing.T, test func(w *world)) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		test(&world{orgtest.New(t, d, c)})
	})
}

// register puts a matter on the ledger, led by D05.
func (w *world) register(change ...func(*matter.Register)) string {
	w.T.Helper()
	in := &matter.Register{Title: "四区浴室水温不足", Body: "淋浴水温低", Public: true, Class: matter.Standard, Source: matter.FromVoice, Category: "BA-1",
		Place: "P104M", Voices: 3, Lead: "D05", Co: []string{"D06"}}
	for _, f := range change {
		f(in)
	}
	w.Do("triager", in)
	return in.ID
}

func (w *world) get(key string) matter.Matter {
	w.T.Helper()
	var m matter.Matter
	w.Read(func(tx *db.Tx) (err error) { m, err = matter.Find(tx, key); return err })
	return m
}

// day is the first weekday that is n days ahead or more.
func (w *world) day(n int) clock.Day {
	d := clock.DayOf(w.Clock.Now(), clock.Shanghai()).Add(n)
	for d.Weekday() == time.Saturday || d.Weekday() == time.Sunday {
		d = d.Add(1)
	}
	return d
}

// slots is a valid plan; at the start of a test it is due on 11 December 2026, a Friday.
func (w *world) slots(change ...func(*matter.Slots)) matter.Slots {
	s := matter.Slots{Item: "提高四区浴室淋浴水温", Standard: "淋浴出水温度达标", Checks: []matter.Check{
		{Text: "淋浴出水温度", Kind: plan.CheckNumber, Unit: "℃", Low: "38", High: "42"}, {Text: "更衣区有暖气", Kind: plan.CheckYesNo}},
		Steps: []plan.Step{{Text: "更换换热器", Day: w.day(9)}, {Text: "调试", Day: w.day(17)}},
		Owner: w.P("handler").ID, Deadline: w.day(18), Acceptors: []string{w.P("worker").ID}}
	for _, f := range change {
		f(&s)
	}
	return s
}

// to brings a matter to a state on the normal path.
func (w *world) to(state string, change ...func(*matter.Register)) string {
	w.T.Helper()
	id := w.register(change...)
	steps := []struct {
		state string
		do    func()
	}{
		{matter.Assigned, func() {}},
		{matter.PlanReview, func() { w.Do("handler", matter.SubmitPlan{Matter: id, Plan: w.slots()}) }},
		{matter.Executing, func() { w.sign(id); w.Do("triager", matter.DecidePlan{Matter: id, Approve: true}) }},
		{matter.Inspecting, func() { w.claim(id) }},
		{matter.Accepting, func() { w.Do("inspector", w.passing(id)) }},
		{matter.Rated, func() { w.rate(id, matter.Confirmed) }},
		{matter.Closed, func() { w.Do("triager", matter.Close{Matter: id, Reply: "水温已达标，请大家监督"}) }},
	}
	for _, s := range steps {
		s.do()
		if s.state == state {
			break
		}
	}
	if m := w.get(id); m.State != state {
		w.T.Fatalf("in state %s, want %s", m.State, state)
	}
	return id
}

// sign is the signature of the head under the plan that waits.
func (w *world) sign(id string) {
	w.T.Helper()
	w.Do("head", matter.SignPlan{Matter: id, As: chain.AsHead, Approve: true})
}

func (w *world) claim(id string) {
	w.T.Helper()
	w.Do("handler", matter.Report{Matter: id, Step: 1, Done: true, Text: "已更换"}, matter.Report{Matter: id, Step: 2, Done: true},
		matter.ClaimDone{Matter: id, Text: "换热器已更换，水温 40 ℃", Readings: []matter.Reading{{Check: 1, Value: "40"}}})
}

func (w *world) passing(id string) matter.Inspect {
	return matter.Inspect{Matter: id, Passed: true, Readings: []matter.Reading{{Check: 1, Value: "40.5"}, {Check: 2, Value: "yes"}}}
}

func (w *world) rate(id, verdict string) {
	w.T.Helper()
	w.Must(func(tx *db.Tx) error { return matter.SetRated(tx, access.System("test"), id, verdict) })
}

func key(err error) string {
	if err == nil {
		return ""
	}
	return fault.Of(err).Key
}

// keys are the faults at fields of an error.
func keys(err error) map[string]string {
	out := map[string]string{}
	for _, e := range fault.Fields(err) {
		out[e.Field] = e.Key
	}
	return out
}

func TestWholePath(t *testing.T) {
	run(t, func(w *world) {
		id := w.to(matter.Closed)
		m := w.get(id)
		if !m.Solved() || m.Due0 != "2026-12-11" || m.Due != m.Due0 || m.Number != "SS-2026-001" || m.Round != 1 {
			w.T.Errorf("closed matter: %+v", m)
		}
		w.Read(func(tx *db.Tx) error {
			ds, err := duty.Of(tx, m.Ref())
			if err != nil {
				return err
			}
			open := map[duty.Kind]clock.Day{}
			done := map[duty.Kind]int{}
			for _, d := range ds {
				if d.Open {
					open[d.Kind] = d.Due.Day(tx.Zone())
				} else {
					done[d.Kind]++
				}
			}
			if len(open) != 3 || open[duty.LookBack30] != "2026-12-23" || open[duty.LookBack90] != "2027-02-22" || open[duty.LookBack365] != "2027-11-23" {
				w.T.Errorf("owed after closing: %v", open)
			}
			for _, k := range []duty.Kind{duty.Sign, duty.Plan, duty.PlanHead, duty.Approve, duty.Completion, duty.Inspect} {
				if done[k] != 1 {
					w.T.Errorf("%s discharged %d times", k, done[k])
				}
			}
			if done[duty.Milestone] != 2 {
				w.T.Errorf("milestones discharged: %d", done[duty.Milestone])
			}
			// The state is the fold of the facts.
			entries, err := event.Timeline(tx, m.Ref(), 500, 0)
			state := ""
			for i := len(entries) - 1; i >= 0; i-- {
				e := entries[i]
				if e.Subject != m.Ref() || e.To == "" {
					continue
				}
				if e.From != state {
					w.T.Errorf("%s starts from %q, the matter was %q", e.Kind, e.From, state)
				}
				state = e.To
			}
			if state != m.State {
				w.T.Errorf("facts lead to %q, the matter is %q", state, m.State)
			}
			return err
		})
		w.Clock.Advance(31 * 24 * time.Hour)
		look := matter.LookBack{Matter: id, Days: 30, Passed: true, Readings: w.passing(id).Readings}
		if err := w.Try("handler", look); err == nil {
			w.T.Error("the handler looked back at his own work")
		}
		w.Do("inspector", look)
		if err := w.Try("inspector", look); key(err) != "matter.lookback.made" {
			w.T.Errorf("looking back twice: %v", err)
		}
		if err := w.Try("inspector", matter.LookBack{Matter: id, Days: 90, Passed: true, Readings: look.Readings}); key(err) != "matter.lookback.early" {
			w.T.Errorf("looking back early: %v", err)
		}
		w.Clock.Advance(60 * 24 * time.Hour)
		w.Do("inspector", matter.LookBack{Matter: id, Days: 90, Passed: false, Note: "水温又降到 33 ℃"})
		m = w.get(id)
		if m.State != matter.Executing || m.Round != 2 || m.Relapses != 1 || m.Due0 != "2026-12-11" || m.Solved() {
			w.T.Errorf("after a relapse: %+v", m)
		}
		w.Read(func(tx *db.Tx) error {
			a, err := assignment.Open(tx, m.Ref())
			if err != nil || a == nil || a.Lead != "D05" || a.State != assignment.Signed {
				w.T.Errorf("assignment after a relapse: %+v %v", a, err)
			}
			return nil
		})
		if err := w.Try("handler", matter.ClaimDone{Matter: id, Text: "好了", Readings: []matter.Reading{{Check: 1, Value: "40"}}}); keys(err)["text"] != "matter.claim.progress" {
			w.T.Errorf("claimed again without having done anything: %v", err)
		}
	})
}

func TestNothingHalfDone(t *testing.T) {
	run(t, func(w *world) {
		id := w.to(matter.Executing)
		w.Do("handler", matter.Report{Matter: id, Step: 1, Done: true, Text: "已更换"}, matter.Report{Matter: id, Step: 2, Done: true})
		before := w.get(id)
		for n := 1; ; n++ {
			end := dbtest.Fault(w.DB, n)
			err := w.Try("handler", matter.ClaimDone{Matter: id, Text: "已完成", Readings: []matter.Reading{{Check: 1, Value: "40"}}})
			if !end() {
				if err != nil {
					w.T.Fatal(err)
				}
				break
			}
			if !errors.Is(err, dbtest.ErrFault) {
				w.T.Fatalf("statement %d failed and the action said %v", n, err)
			}
			if got := w.get(id); got != before {
				w.T.Fatalf("statement %d failed and the matter is %+v", n, got)
			}
			w.Read(func(tx *db.Tx) error {
				left, err := db.One[int](tx, `SELECT COUNT(*) FROM inspection WHERE matter = $1`, id)
				if left != 0 {
					w.T.Fatalf("statement %d failed and %d inspections stayed", n, left)
				}
				return err
			})
		}
	})
}

func giveRole(tx *db.Tx, person string, role access.Role, unit string) error {
	return org.GiveRole{Person: person, Role: role, Unit: unit}.Do(tx, access.System("test"))
}

// again reads the grants of people anew.
func (w *world) again(names ...string) {
	w.T.Helper()
	for _, k := range names {
		w.Read(func(tx *db.Tx) (err error) { w.People[k], err = org.Actor(tx, w.P(k).ID); return err })
	}
}
