package modeltest

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"sanwen/internal/base/access"
	"sanwen/internal/base/duty"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/meeting"
	"sanwen/internal/work/supervise"
)

// pressWorld is a world in which the ladder runs, orders are signed and a meeting is held.
type pressWorld struct {
	*world
	p       *pressModel
	orders  []string // ids by their numbers, as in the model
	res     []string
	talks   []string
	meeting string
}

// pressVerbs are what can be tried: on what ("o" an order, "r" a resolution, "t" a talk, "m" a matter or none), by whom, in which variants.
var pressVerbs = []verb{
	{"issue", "m", []string{"supervisor", "supervisor2"}, []string{"", "D05", "D06"}, false},
	{"sign_draft", "o", []string{"supervisor", "supervisor2"}, nil, false},
	{"drop", "o", []string{"supervisor"}, nil, false},
	{"withdraw", "o", []string{"supervisor"}, nil, false},
	{"receive", "o", []string{"handler", "head", "other", "otherhead"}, nil, false},
	{"reply_order", "o", []string{"head", "otherhead"}, nil, false},
	{"press", "o", []string{"supervisor"}, nil, false},
	{"close_order", "o", []string{"supervisor", "supervisor2"}, nil, false},
	{"talk", "t", []string{"leader", "supervisor"}, nil, false},
	{"decide", "", []string{"supervisor", "supervisor2"}, []string{"D05", "D06"}, false},
	{"report_res", "r", []string{"head", "handler", "other", "otherhead"}, nil, false},
	{"judge", "r", []string{"supervisor", "supervisor2"}, []string{"yes", "no"}, false},
	{"drop_res", "r", []string{"supervisor"}, nil, false},
}

// pressPeople try everything.
var pressPeople = []string{"supervisor", "supervisor2", "leader", "head", "handler", "otherhead", "other", "triager", "chair", "worker", "auditor", "nobody"}

// pressWork are the verbs of the ordinary work that go on beside it.
var pressWork = []string{"begin", "register", "assign_v", "reply", "claim", "answer", "sign", "return", "plan", "head", "approve", "report", "more", "extend", "pause",
	"resume", "timers", "claim_done", "inspect", "carry", "take_up", "decline", "cancel", "reassign", "auto_sign", "hazard", "accept_hazard", "ask", "info"}

// pressed opens a world in which matter 0 is worked on and a meeting is held.
func (g *ground) pressed(t failer, way string) (*pressWorld, func()) {
	w, done := g.world(t)
	p := &pressWorld{world: w}
	p.p = &pressModel{m: w.m, seen: map[string]clock.Millis{}, rungs: map[string]bool{}, nick: func(id string) string { return w.nick(id, "") }}
	at := clock.MillisOf(w.c.Now())
	call := &meeting.Call{Kind: meeting.Dispatch, Terms: meeting.Terms{Title: "九月专题调度推进会", Start: at + 3600*1000, End: at + 2*3600*1000, Place: "三楼会议室",
		Chair: w.people["leader"].ID, Recorder: w.people["supervisor"].ID, Invited: []string{"D05", "D06"}}}
	for _, in := range []func(tx *db.Tx, who access.Person) error{call.Do,
		func(tx *db.Tx, who access.Person) error {
			return meeting.Add{Meeting: call.ID, Title: "浴室检修安排", Reason: "各单位意见不一"}.Do(tx, who)
		},
		func(tx *db.Tx, who access.Person) error { return meeting.Freeze{Meeting: call.ID}.Do(tx, who) },
		func(tx *db.Tx, who access.Person) error { return meeting.OpenRoom{Meeting: call.ID}.Do(tx, who) }} {
		if err := w.write(false, func(tx *db.Tx) error { return in(tx, w.people["supervisor"]) }); err != nil {
			w.fail("the meeting: %v", err)
		}
	}
	p.meeting, w.was = call.ID, w.look()
	p.through(way)
	return p, done
}

// through walks a way of both kinds of commands, one on each line; "ladder job" lets the ladder run.
func (p *pressWorld) through(way string) {
	p.t.Helper()
	for line := range strings.Lines(way) {
		f := strings.Fields(line)
		switch {
		case len(f) == 0:
		case f[0] == "ladder":
			p.ladder()
		case f[0] == "minutes":
			n, _ := strconv.Atoi(f[1])
			p.advance(n)
		case slices.ContainsFunc(pressVerbs, func(v verb) bool { return v.name == f[0] }):
			c := pcmd{Verb: f[0], Who: f[1], K: -1}
			for _, x := range f[2:] {
				if n, err := strconv.Atoi(x[1:]); err == nil && strings.Contains("ortm", x[:1]) {
					c.K = n
				} else {
					c.Opt = x
				}
			}
			if !p.doPress(c) {
				p.fail("%s was refused", c)
			}
		default:
			p.world.through(scenario{way: line})
		}
	}
}

func (p *pressWorld) terms() supervise.Terms {
	return supervise.Terms{Grade: duty.Red, Basis: supervise.BasisInstruction, BasisText: "总经理批示", Title: "浴室水温忽冷忽热", Demand: "查明原因,限期恢复。",
		Due: clock.Day(workday(plus(day(p.m.now), 10)))}
}

// pressing is the real action behind a command.
func (p *pressWorld) pressing(c pcmd) doer {
	order, res := "", ""
	switch on := p.on(c.Verb); {
	case on == "o":
		order = p.orders[c.K]
	case on == "r":
		res = p.res[c.K]
	}
	switch c.Verb {
	case "issue":
		in := supervise.Issue{Unit: c.Opt, Terms: p.terms()}
		if c.K >= 0 {
			in.Matter = p.ms[c.K]
		} else if c.Opt == "" {
			in.Unit = "D05"
		}
		return in
	case "sign_draft":
		return supervise.Issue{Order: order, Terms: p.terms()}
	case "drop":
		return supervise.Drop{Order: order, Note: "已经办好"}
	case "withdraw":
		return supervise.Withdraw{Order: order, Note: "重复"}
	case "receive":
		return supervise.Receive{Order: order}
	case "reply_order":
		return supervise.Reply{Order: order, Cause: "备件未到货", Measures: "先换旧阀应急", Promised: clock.Day(workday(plus(day(p.m.now), 5)))}
	case "press":
		return supervise.Press{Order: order, Terms: p.terms()}
	case "close_order":
		return supervise.Close{Order: order, Opinion: "复测合格"}
	case "talk":
		return supervise.HoldTalk{Talk: p.talks[c.K], Text: "已约谈,限期完成。"}
	case "decide":
		return meeting.Decide{Meeting: p.meeting, Text: "全面检查浴室", Lead: c.Opt, Day: clock.Day(workday(plus(day(p.m.now), 7)))}
	case "report_res":
		return meeting.Report{Resolution: res, Result: "已经全部检查"}
	case "judge":
		return meeting.Judge{Resolution: res, Good: c.Opt == "yes", Note: "还差一处"}
	case "drop_res":
		return meeting.Drop{Resolution: res, Note: "不再需要"}
	}
	panic("no action for " + c.Verb)
}

func (p *pressWorld) on(name string) string {
	return pressVerbs[slices.IndexFunc(pressVerbs, func(v verb) bool { return v.name == name })].on
}

// ways lists every way in which a verb can be tried now by some people.
func (p *pressWorld) ways(v verb, people []string) (out []pcmd) {
	from, n := 0, map[string]int{"o": len(p.orders), "r": len(p.res), "t": len(p.talks), "m": len(p.ms)}[v.on]
	switch {
	case v.on == "":
		from, n = -1, 0
	case v.on == "m":
		from = -1
	}
	if v.name == "decide" && len(p.res) >= 3 || in(v.name, "issue", "press") && len(p.orders) >= 5 {
		return nil
	}
	opts := v.opts
	if opts == nil {
		opts = []string{""}
	}
	for k := from; k < n; k++ {
		for _, who := range people {
			for _, o := range opts {
				if v.name == "issue" && k < 0 && o == "" {
					continue
				}
				out = append(out, pcmd{v.name, who, k, o})
			}
		}
	}
	return out
}

// wrong compares what came of a command with what the model says.
func wrong(c fmt.Stringer, want *expect, err error) string {
	switch kind := refusal(err); {
	case kind == "broken":
		return fmt.Sprintf("%s: %v", c, err)
	case kind == "" && len(want.no) > 0:
		return fmt.Sprintf("%s: done, the model refuses it (%s)", c, strings.Join(want.no, ", "))
	case kind != "" && !in_(kind, want.no):
		return fmt.Sprintf("%s: refused as %s (%v), the model says %q", c, kind, err, want.no)
	}
	return ""
}

// doPress does a command in the program and in the model, compares, and checks every invariant.
func (p *pressWorld) doPress(c pcmd) bool {
	p.t.Helper()
	p.history = append(p.history, cmd{Verb: c.Verb, Who: c.Who, V: -1, W: -1, M: -1, Opt: fmt.Sprint(c.K, " ", c.Opt)})
	want := p.p.expect(c)
	err := p.write(false, func(tx *db.Tx) error { return p.pressing(c).Do(tx, p.who(c.Who)) })
	if s := wrong(c, want, err); s != "" {
		p.fail("%s", s)
	}
	now := p.look()
	if err == nil {
		want.do(seen{})
	}
	p.settle(now, c.String())
	return err == nil
}

// settle learns the ids of what is new, compares everything and checks the invariants.
func (p *pressWorld) settle(now *Snapshot, after string) {
	p.t.Helper()
	for _, o := range now.Orders {
		if !slices.Contains(p.orders, o.ID) {
			p.orders = append(p.orders, o.ID)
		}
	}
	for _, r := range now.Resolutions {
		if !slices.Contains(p.res, r.ID) {
			p.res = append(p.res, r.ID)
		}
	}
	for _, t := range now.Talks {
		if !slices.Contains(p.talks, t.ID) {
			p.talks = append(p.talks, t.ID)
		}
	}
	diff := append(p.agree(now), p.agreePress(now)...)
	if len(diff) > 0 {
		p.fail("after %s:\n%s", after, strings.Join(diff, "\n"))
	}
	p.hold(now, cmd{Verb: after, V: -1, W: -1, M: -1})
	p.was = now
}

// agreePress compares orders, resolutions and talks.
func (p *pressWorld) agreePress(s *Snapshot) (out []string) {
	differ := func(what string, program, model any) {
		if a, b := fmt.Sprint(program), fmt.Sprint(model); a != b {
			out = append(out, fmt.Sprintf("%s: the program has %s, the model %s", what, a, b))
		}
	}
	differ("orders, resolutions, talks", []int{len(s.Orders), len(s.Resolutions), len(s.Talks)}, []int{len(p.p.orders), len(p.p.resolutions), len(p.p.talks)})
	if len(out) > 0 {
		return out
	}
	for _, o := range s.Orders {
		x := p.p.orders[slices.Index(p.orders, o.ID)]
		number := ""
		if x.n > 0 {
			number = fmt.Sprintf("工督〔%d〕%d号", x.year, x.n)
		}
		differ("order "+o.ID, []any{o.State, o.Unit, o.Number, o.Round, p.nick(o.RepliedBy, ""), o.Duty}, []any{x.state, x.unit, number, x.round, x.by, x.duty})
	}
	for i, r := range s.Resolutions {
		x := p.p.resolutions[i]
		differ(fmt.Sprint("resolution ", i), []any{r.State, r.Lead, r.Returns}, []any{x.state, x.lead, x.returns})
	}
	for _, t := range s.Talks {
		x := p.p.talks[slices.Index(p.talks, t.ID)]
		differ("talk "+t.ID, []any{t.State, t.Duty}, []any{x.state, x.duty})
	}
	return out
}

// ladder lets the ladder run, and compares what it has fired and whom it has told with the model.
func (p *pressWorld) ladder() {
	p.t.Helper()
	p.history = append(p.history, cmd{Verb: "ladder", Who: "job", V: -1, W: -1, M: -1})
	drafts, talks := len(p.p.orders), len(p.p.talks)
	want := p.p.climb(p.was)
	if err := duty.RunLadder(context.Background(), p.d); err != nil {
		p.fail("the ladder: %v", err)
	}
	now := p.look()
	// Drafts and talks of one run come in no particular order: they are known by their duties.
	p.meet(now, drafts, talks)
	old := map[string]bool{}
	for _, r := range p.was.Rungs {
		old[r.ID] = true
	}
	told := map[string][]string{}
	for _, n := range now.Notices {
		told[n.Rung] = append(told[n.Rung], p.nick(n.Person, ""))
	}
	line := func(duty, rung string, version int64, passed bool) string {
		return fmt.Sprint(duty, " ", rung, " ", version, " ", passed)
	}
	fired := map[string]Rung{}
	for _, r := range now.Rungs {
		if !old[r.ID] {
			fired[line(r.Duty, r.Rung, r.DueVersion, r.Passed)] = r
		}
	}
	var diff []string
	for _, x := range want {
		k := line(x.duty, x.rung, x.version, x.passed)
		r, ok := fired[k]
		delete(fired, k)
		switch people := told[r.ID]; {
		case !ok:
			diff = append(diff, "not fired: "+p.named(k))
		case x.to != nil:
			slices.Sort(people)
			if !slices.Equal(people, x.to) {
				diff = append(diff, fmt.Sprintf("%s: %v were told, the model says %v", p.named(k), people, x.to))
			}
		}
	}
	for k := range fired {
		diff = append(diff, "fired, the model does not: "+p.named(k))
	}
	if len(diff) > 0 {
		p.fail("the ladder at %s:\n%s", p.m.now.In(zone), strings.Join(diff, "\n"))
	}
	p.settle(now, "the ladder")
}

// named puts the kind and the due of a duty behind its id.
func (p *pressWorld) named(k string) string {
	id, _, _ := strings.Cut(k, " ")
	for _, d := range p.was.Duties {
		if d.ID == id {
			return fmt.Sprintf("%s (%s, from %s to %s)", k, d.Kind, d.StartedAt.At(zone), d.Due.At(zone))
		}
	}
	return k
}

// meet gives the new drafts and talks of a run of the ladder the places that the model has for them.
func (p *pressWorld) meet(now *Snapshot, drafts, talks int) {
	for _, x := range p.p.orders[drafts:] {
		for _, o := range now.Orders {
			if o.Duty == x.duty && o.First == "" && !slices.Contains(p.orders, o.ID) {
				p.orders = append(p.orders, o.ID)
				break
			}
		}
	}
	for _, x := range p.p.talks[talks:] {
		for _, t := range now.Talks {
			if t.Duty == x.duty && !slices.Contains(p.talks, t.ID) {
				p.talks = append(p.talks, t.ID)
				break
			}
		}
	}
}

// TestPressMachine lets the ladder run at odd moments while people work, ask for more time, wait, sign orders, answer them and decide in a
// meeting; after every step the program is compared with the model, and every invariant is checked.
func TestPressMachine(t *testing.T) {
	grounds(t, func(t *testing.T, g *ground) {
		if t.Name() == "TestPressMachine/postgres" {
			checks(t, 3, 40)
		} else {
			checks(t, 14, 50)
		}
		rungs, orders, actions := 0, 0, 0
		rapid.Check(t, func(rt *rapid.T) {
			way := pressWays[rapid.IntRange(0, len(pressWays)-1).Draw(rt, "beginning")].way
			p, end := g.pressed(rt, way)
			defer end()
			pick := func(n int, what string) int { return rapid.IntRange(0, n-1).Draw(rt, what) }
			work := func(*rapid.T) {
				c, ok := p.likely(pick, pressWork...)
				if !ok {
					rt.Skip()
				}
				p.do(c)
				actions++
			}
			press := func(likely bool) func(*rapid.T) {
				return func(*rapid.T) {
					var can [][]pcmd
					for _, v := range pressVerbs {
						var ok []pcmd
						people := v.by
						if !likely {
							people = pressPeople
						}
						for _, c := range p.ways(v, people) {
							if !likely || len(p.p.expect(c).no) == 0 {
								ok = append(ok, c)
							}
						}
						if len(ok) > 0 {
							can = append(can, ok)
						}
					}
					if len(can) == 0 {
						rt.Skip()
					}
					some := can[pick(len(can), "verb")]
					p.doPress(some[pick(len(some), "way")])
					actions++
				}
			}
			rt.Repeat(map[string]func(*rapid.T){
				"work": work, "work again": work, "press": press(true), "press again": press(true), "wild": press(false),
				"ladder": func(*rapid.T) { p.ladder() },
				"a day": func(*rapid.T) {
					p.advance(24 * 60)
					p.ladder()
				},
				"time": func(*rapid.T) { p.advance(leaps[pick(len(leaps)-2, "leap")]) },
			})
			p.ladder()
			p.verify()
			rungs, orders = rungs+len(p.was.Rungs), orders+len(p.was.Orders)
		})
		t.Logf("%d actions, %d rungs, %d orders", actions, rungs, orders)
	})
}

// The ways to the situations in which everything that presses is tried.
const (
	overdue = work + "later 30\nladder job\n"
	order   = "issue supervisor D05\n"
	got     = order + "receive handler o0\n"
	replied = got + "reply_order head o0\n"
	decided = "decide supervisor D05\n"
)
