package meeting_test

import (
	"flag"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"sanwen/internal/base/access"
	"sanwen/internal/base/duty"
	"sanwen/internal/base/event"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/work/assignment/orgtest"
	"sanwen/internal/work/meeting"
)

// TestCyclesAreSound: the two tables hold no doubled moves and name actions that somebody has.
func TestCyclesAreSound(t *testing.T) {
	if err := meeting.Cycle.Check(); err != nil {
		t.Error(err)
	}
	if err := meeting.ResolutionCycle.Check(); err != nil {
		t.Error(err)
	}
}

// expected is what the model believes of a meeting: it is written from the manual, not from the tables.
type expected struct {
	state       string
	concluded   bool
	versions    int64
	resolutions []string
	sentBack    []int64
}

// TestModel lets everybody try everything in any order: who may and when is answered by a model written beside the product. After every
// step rows and record agree, open duties are exactly those that the model expects, and signed minutes never change.
func TestModel(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		w := &world{orgtest.New(t, d, c)}
		w.on("2026-11-23 09:00")
		w.matter("浴室水温不足", red)
		if f := flag.Lookup("rapid.checks"); f.Value.String() == f.DefValue {
			f.Value.Set("30") // a whole installation and two databases: -rapid.checks asks for more
			defer f.Value.Set(f.DefValue)
		}
		people := []string{"supervisor", "leader", "head", "otherhead", "triager", "worker"}
		rapid.Check(t, func(rt *rapid.T) {
			w.on("2026-11-23 09:00")
			in := &meeting.Call{Kind: meeting.Dispatch, Terms: w.terms()}
			in.Start, in.End = w.at("2026-11-23 15:00"), w.at("2026-11-23 16:00")
			w.Do("supervisor", in)
			id := in.ID
			x := &expected{state: meeting.Called}
			var bodies []string
			for range rapid.IntRange(6, 22).Draw(rt, "steps") {
				who := rapid.SampledFrom(people).Draw(rt, "who")
				if rapid.Bool().Draw(rt, "usual") {
					who = "supervisor"
				}
				name := rapid.SampledFrom([]string{"freeze", "freeze", "thaw", "open", "open", "decide", "decide", "conclude", "finish", "resume", "sign", "sign", "correct", "cancel", "report", "report", "judge", "return", "drop", "change", "build"}).Draw(rt, "do")
				if name == "sign" || name == "correct" {
					who = rapid.SampledFrom([]string{who, "leader"}).Draw(rt, "signer")
				}
				k := rapid.IntRange(0, 2).Draw(rt, "which")
				do, want := w.step(x, id, name, who, k)
				if do == nil {
					continue
				}
				err := w.Try(who, do)
				if (err == nil) != want {
					rt.Fatalf("%s by %s in %s (%v): %v, the model says %v", name, who, x.state, x.resolutions, err, want)
				}
				if err == nil {
					x.apply(name, k)
				}
				w.compare(rt, x, id, &bodies)
			}
		})
	})
}

// step makes an action and says whether the model lets it happen.
func (w *world) step(x *expected, id, name, who string, k int) (orgtest.Doer, bool) {
	office, chair := who == "supervisor", who == "leader"
	switch name {
	case "freeze":
		return meeting.Freeze{Meeting: id}, office && x.state == meeting.Called
	case "thaw":
		return meeting.Thaw{Meeting: id}, office && x.state == meeting.Frozen
	case "build":
		return meeting.Build{Meeting: id}, office && x.state == meeting.Called
	case "change":
		t := w.terms()
		t.Start, t.End = w.at("2026-11-23 15:00"), w.at("2026-11-23 16:00")
		return meeting.Change{Meeting: id, Terms: t}, office && (x.state == meeting.Called || x.state == meeting.Frozen)
	case "open":
		return meeting.OpenRoom{Meeting: id}, office && x.state == meeting.Frozen
	case "cancel":
		return meeting.Cancel{Meeting: id, Reason: "改期再开"}, office && (x.state == meeting.Called || x.state == meeting.Frozen)
	case "finish":
		return meeting.Finish{Meeting: id}, office && x.state == meeting.Held
	case "resume":
		return meeting.Resume{Meeting: id}, office && x.state == meeting.Ended
	case "sign":
		return meeting.Sign{Meeting: id}, chair && x.state == meeting.Ended && x.concluded
	case "correct":
		return meeting.Correct{Meeting: id, Reason: "更正一处文字"}, chair && x.state == meeting.Signed
	case "decide":
		return meeting.Decide{Meeting: id, Text: "全面检查浴室", Lead: "D05", Day: "2026-12-11"}, office && x.state == meeting.Held
	case "conclude":
		if x.state == meeting.Called {
			return nil, false // nothing is stored that could be concluded
		}
		items := w.agenda("supervisor", id)
		for _, it := range items {
			if !it.TakenOut {
				return concludeAll{id, items}, office && (x.state == meeting.Held || x.state == meeting.Ended)
			}
		}
		return nil, false
	}
	rs := w.resolutions(id)
	if k >= len(rs) {
		return nil, false
	}
	r, state := rs[k], x.resolutions[k]
	switch name {
	case "report":
		return meeting.Report{Resolution: r.ID, Result: "已经全部检查"}, who == "head" && state == meeting.Open
	case "judge":
		return meeting.Judge{Resolution: r.ID, Good: true}, office && state == meeting.Reported
	case "return":
		return meeting.Judge{Resolution: r.ID, Note: "还差一处"}, office && state == meeting.Reported
	case "drop":
		return meeting.Drop{Resolution: r.ID, Note: "不再需要"}, office && state == meeting.Open
	}
	return nil, false
}

// concludeAll writes a conclusion to every item.
type concludeAll struct {
	id    string
	items []meeting.Item
}

func (in concludeAll) Do(tx *db.Tx, who access.Person) error {
	for _, it := range in.items {
		if it.TakenOut {
			continue
		}
		if err := (meeting.Conclude{Meeting: in.id, Item: it.ID, Conclusion: "照办。"}).Do(tx, who); err != nil {
			return err
		}
	}
	return nil
}

// apply is what an action does to the model.
func (x *expected) apply(name string, k int) {
	next := map[string]string{"freeze": meeting.Frozen, "thaw": meeting.Called, "open": meeting.Held, "cancel": meeting.Cancelled, "finish": meeting.Ended, "resume": meeting.Held, "sign": meeting.Signed}
	if to := next[name]; to != "" {
		x.state = to
	}
	switch name {
	case "conclude":
		x.concluded = true
	case "sign", "correct":
		x.versions++
	case "decide":
		x.resolutions, x.sentBack = append(x.resolutions, meeting.Open), append(x.sentBack, 0)
	case "report":
		x.resolutions[k] = meeting.Reported
	case "judge":
		x.resolutions[k] = meeting.Done
	case "return":
		x.resolutions[k] = meeting.Open
		x.sentBack[k]++
	case "drop":
		x.resolutions[k] = meeting.Dropped
	}
}

// compare looks at rows, duties and record after a step.
func (w *world) compare(rt *rapid.T, x *expected, id string, bodies *[]string) {
	m := w.get(id)
	if m.State != x.state || m.Minutes != x.versions || (m.Number != "") != (x.versions > 0) {
		rt.Fatalf("the meeting is %s with %d versions (%s), the model says %s with %d", m.State, m.Minutes, m.Number, x.state, x.versions)
	}
	sign, receive := 0, 0
	if x.state == meeting.Ended {
		sign = 1
	}
	if x.versions > 0 {
		receive = 4
	}
	if n := len(w.owed(m.Ref(), duty.MinutesSign)); n != sign {
		rt.Fatalf("%d signatures are owed in %s", n, x.state)
	}
	if n := len(w.owed(m.Ref(), duty.MinutesReceive)); n != receive {
		rt.Fatalf("%d receipts are owed in %s", n, x.state)
	}
	var states []string
	for i, r := range w.resolutions(id) {
		states = append(states, r.State)
		open, check := 0, 0
		switch r.State {
		case meeting.Open:
			open = 1
		case meeting.Reported:
			check = 1
		}
		if a, b := len(w.owed(r.Ref(), duty.Resolve)), len(w.owed(r.Ref(), duty.ResolveCheck)); a != open || b != check || r.Returns != x.sentBack[i] {
			rt.Fatalf("resolution %d is %s, sent back %d times, with %d and %d duties", r.N, r.State, r.Returns, a, b)
		}
	}
	if !slices.Equal(states, x.resolutions) {
		rt.Fatalf("resolutions %v, the model says %v", states, x.resolutions)
	}
	w.Read(func(tx *db.Tx) error {
		kept, err := meeting.MinutesOf(tx, id)
		for i, k := range kept {
			v := len(kept) - 1 - i
			if v < len(*bodies) && (*bodies)[v] != k.Body {
				rt.Fatalf("version %d of the minutes changed", k.V)
			}
		}
		if len(kept) > len(*bodies) {
			*bodies = append(*bodies, kept[0].Body)
		}
		steps, err2 := event.Timeline(tx, m.Ref(), 1, 0)
		if err2 != nil || len(steps) == 0 {
			rt.Fatalf("nothing is recorded: %v", err2)
		}
		return err
	})
	w.sound()
}
