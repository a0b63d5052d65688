package modeltest

import (
	"fmt"
	"strings"

	"sanwen/internal/base/access"
	"sanwen/internal/base/event"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/matter/plan"
	"sanwen/internal/work/voice"
)

// cmd is one thing that somebody does: V and W are voices, M is a matter (-1: none), Opt the variant. Stale is done on an outdated page.
type cmd struct {
	Verb, Who string
	V, W, M   int
	Opt       string
	Stale     bool
}

func (c cmd) String() string {
	s := c.Verb + " by " + c.Who
	if c.V >= 0 {
		s += fmt.Sprintf(" voice %d", c.V)
	}
	if c.W >= 0 {
		s += fmt.Sprintf(" into %d", c.W)
	}
	if c.M >= 0 {
		s += fmt.Sprintf(" matter %d", c.M)
	}
	if c.Opt != "" {
		s += " " + c.Opt
	}
	if c.Stale {
		s += " (stale)"
	}
	return s
}

// planned is the plan that a command hands in; the variant names the owner and whether a photo of the result is needed or what it costs.
func (m *model) planned(c cmd) mPlan {
	x := m.matters[c.M]
	p := mPlan{author: c.Who}
	owner, extra, _ := strings.Cut(c.Opt, "/")
	p.owner = owner
	switch extra {
	case "photo":
		p.photos = 1
	case "cheap": // one cent below the limit of the organisation
		p.costs = "49999.99"
	case "costly": // the limit itself
		p.costs = "50000"
	}
	p.deadline = workday(plus(day(m.now), 12))
	if !x.dueOpen {
		p.deadline = x.due
	}
	p.texts = []string{"更换喷头"}
	for n, d := 1, plus(day(m.now), 15); d < p.deadline; n, d = n+1, plus(d, 15) {
		p.texts = append(p.texts, fmt.Sprintf("第%d段", n))
	}
	return p
}

func (w *world) slots(c cmd) matter.Slots {
	p := w.m.planned(c)
	s := matter.Slots{Item: "提高水温", Standard: "水温达标", Checks: []matter.Check{{Text: "水温", Kind: plan.CheckNumber, Unit: "℃", Low: "38"}},
		Owner: w.people[p.owner].ID, Deadline: clock.Day(p.deadline), Acceptors: []string{w.people["mill"].ID}, Sponsor: w.people["leader"].ID, AfterPhotos: int64(p.photos)}
	if p.costs != "" {
		s.Money = &plan.Money{Amount: p.costs, Source: "welfare"}
	}
	d := plus(day(w.m.now), 15)
	for _, t := range p.texts[1:] {
		s.Steps = append(s.Steps, plan.Step{Text: t, Day: clock.Day(d)})
		d = plus(d, 15)
	}
	s.Steps = append([]plan.Step{{Text: p.texts[0], Day: s.Deadline}}, s.Steps...)
	return s
}

var (
	good    = []matter.Reading{{Check: 1, Value: "40"}}
	fine    = voice.Reply{Text: "周五前换好喷头,设备部负责。", Result: "done"}
	joining = "已列入实事。"
)

// reading is what triage says of a voice that it sends to a department.
func reading() voice.Reading {
	return voice.Reading{Title: "热水不稳", Category: "BA-1", Redacted: "反映淋浴热水不稳"}
}

// ref is what a command about an assignment is about.
func (w *world) ref(c cmd) event.Ref {
	if c.V >= 0 {
		return event.Ref{Kind: voice.RefKind, ID: w.v[c.V]}
	}
	return matter.RefOf(w.ms[c.M])
}

// version is the version that a page shows: of a stale one another.
func (w *world) version(c cmd) int {
	if !c.Stale {
		return 0
	}
	if c.V >= 0 {
		v, _ := w.was.Voice(w.v[c.V])
		return v.Version + 7
	}
	m, _ := w.was.Matter(w.ms[c.M])
	return int(m.Version) + 7
}

// do does a command in the program and in the model, compares, and checks every invariant.
func (w *world) do(c cmd) (accepted bool) {
	w.t.Helper()
	w.serial++
	w.history = append(w.history, c)
	want := w.expect(c)
	var out made
	in, hour := w.action(c, &out)
	err := w.write(hour, func(tx *db.Tx) error {
		out = made{}
		return in.Do(tx, w.who(c.Who))
	})
	kind := refusal(err)
	switch {
	case kind == "broken":
		w.fail("%s: %v", c, err)
	case kind == "" && len(want.no) > 0:
		w.fail("%s: done, the model refuses it (%s)", c, strings.Join(want.no, ", "))
	case kind != "" && len(want.no) == 0:
		w.fail("%s: %s (%v), the model has it done", c, kind, err)
	case kind != "" && !in_(kind, want.no):
		w.fail("%s: refused as %s (%v), the model says %s", c, kind, err, strings.Join(want.no, ", "))
	}
	now := w.look()
	if kind == "" {
		w.v, w.ms = append(w.v, out.voices...), append(w.ms, out.matters...)
		for i, id := range w.v {
			w.voiceNo[id] = i
		}
		s := seen{due: func(m int) string { x, _ := now.Matter(w.ms[m]); return string(x.Due) }}
		if c.Verb == "claim_done" {
			x, _ := now.Matter(w.ms[c.M])
			for _, i := range now.Invitations {
				if i.Matter == x.ID && i.Round == x.Round {
					s.invited = append(s.invited, w.nick(i.Person, i.Voice))
				}
			}
		}
		want.do(s)
		if c.Verb == "claim_done" {
			if wrong := w.m.asks(c.M, s.invited); len(wrong) > 0 {
				w.fail("%s: %s", c, strings.Join(wrong, "; "))
			}
		}
	}
	if diff := w.agree(now); len(diff) > 0 {
		w.fail("after %s (%s):\n%s", c, kind, strings.Join(diff, "\n"))
	}
	w.hold(now, c)
	w.was = now
	return kind == ""
}

// hold checks the invariants.
func (w *world) hold(now *Snapshot, c cmd) {
	w.t.Helper()
	if bad := Compare(now, w.was); len(bad) > 0 {
		var lines []string
		for _, b := range bad {
			lines = append(lines, b.String())
		}
		w.fail("after %s:\n%s", c, strings.Join(lines, "\n"))
	}
}

// expect asks the model.
func (w *world) expect(c cmd) *expect {
	if r, ok := voiceRules[c.Verb]; ok {
		return r(w.m, c)
	}
	return matterRules[c.Verb](w.m, c)
}

// fail fails with the way that led there.
func (w *world) fail(format string, args ...any) {
	w.t.Helper()
	var b strings.Builder
	for i, c := range w.history {
		fmt.Fprintf(&b, "\n%4d  %s", i+1, c)
	}
	w.t.Fatalf("%s\nby way of:%s", fmt.Sprintf(format, args...), b.String())
}

func in_(s string, list []string) bool { return in(s, list...) }

// refusal sorts an error: denied (not for this person), invalid (a field), conflict (not now), broken (a mistake of the program).
func refusal(err error) string {
	if err == nil {
		return ""
	}
	f := fault.Of(err)
	switch f.Kind {
	case fault.Forbidden, fault.Unauthenticated:
		return "denied"
	case fault.NotFound:
		if f.Key == "access.unknown" {
			return "denied"
		}
		return "conflict"
	case fault.Conflict, fault.Gone, fault.TooMany:
		return "conflict"
	case fault.Invalid:
		return "invalid"
	}
	return "broken"
}

// advance moves the clock.
func (w *world) advance(minutes int) {
	w.history = append(w.history, cmd{Verb: fmt.Sprintf("%d minutes", minutes), Who: "time", V: -1, W: -1, M: -1})
	w.c.Set(w.c.Now().Add(minute(minutes)))
	w.m.now = w.c.Now()
}

// grant gives or takes a role, in the program and in the model.
func (w *world) grant(who string, role access.Role, unit string) {
	w.t.Helper()
	p, has := w.people[who], w.m.people[who].roles
	k := post{string(role), unit}
	w.history = append(w.history, cmd{Verb: "role " + k.role, Opt: unit, Who: who, V: -1, W: -1, M: -1})
	err := w.write(false, func(tx *db.Tx) (err error) {
		if has[k] {
			err = org.TakeRole{Person: p.ID, Role: role, Unit: unit}.Do(tx, access.System("test"))
		} else {
			err = org.GiveRole{Person: p.ID, Role: role, Unit: unit}.Do(tx, access.System("test"))
		}
		if err == nil {
			p, err = org.Actor(tx, p.ID)
		}
		return err
	})
	if err != nil {
		w.fail("role %v for %s: %v", k, who, err)
	}
	w.people[who] = p
	if has[k] {
		delete(has, k)
	} else {
		has[k] = true
	}
	w.was = w.look()
}
