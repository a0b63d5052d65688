package modeltest

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"sanwen/internal/ground/clock"
)

// pressModel says what has to come of the ladder, of orders, resolutions and talks. Like [model] it was written from the manual and shares no
// code with the program; of duties it is told what they are, when they began and when they are due.
type pressModel struct {
	m           *model
	nick        func(person string) string
	orders      []*mOrder
	resolutions []*mResolution
	talks       []*mTalk
	seen        map[string]clock.Millis // since when the ladder has known of a due, by duty, due and waits
	rungs       map[string]bool         // fired, by duty, due and rung
}

type mOrder struct {
	state, unit, duty string
	by                string // who answered
	year, n, round    int
}

type mResolution struct {
	state, lead, by string
	returns         int
}

type mTalk struct{ state, duty string }

// pcmd is one thing that is done: K is an order, a resolution or a talk, or the matter that a new order is about (-1: none).
type pcmd struct {
	Verb, Who string
	K         int
	Opt       string
}

func (c pcmd) String() string { return fmt.Sprintf("%s by %s %d %s", c.Verb, c.Who, c.K, c.Opt) }

func (p *pressModel) has(who string, roles ...string) bool {
	if x := p.m.people[who]; x != nil {
		for r := range x.roles {
			if slices.Contains(roles, r.role) && r.unit == "G" {
				return true
			}
		}
	}
	return false
}

// acts reports whether somebody has one of the roles for a unit.
func (p *pressModel) acts(who, unit string, roles ...string) bool {
	if x := p.m.people[who]; x != nil {
		for r := range x.roles {
			if slices.Contains(roles, r.role) && p.m.under(unit, r.unit) {
				return true
			}
		}
	}
	return false
}

func (p *pressModel) of(who, unit string) bool {
	return p.m.people[who] != nil && p.m.under(p.m.people[who].unit, unit)
}

// expect says what comes of a command.
func (p *pressModel) expect(c pcmd) *expect {
	e := &expect{}
	office := p.has(c.Who, "supervisor")
	order := func(states ...string) *mOrder {
		o := p.orders[c.K]
		e.refuse("conflict", !slices.Contains(states, o.state))
		return o
	}
	resolution := func(state string) *mResolution {
		r := p.resolutions[c.K]
		e.refuse("conflict", r.state != state)
		return r
	}
	switch c.Verb {
	case "issue":
		unit := c.Opt
		if c.K >= 0 {
			x := p.m.matters[c.K]
			if unit = x.lead; c.Opt != "" {
				unit = c.Opt
			}
			e.refuse("conflict", x.state == "closed" || x.state == "cancelled")
			e.refuse("invalid", unit == "")
		}
		e.refuse("denied", !office)
		e.do = func(seen) {
			p.orders = append(p.orders, &mOrder{state: "issued", unit: unit, year: p.m.now.Year(), n: p.number(), round: 1})
		}
	case "sign_draft":
		o := order("draft")
		e.refuse("denied", !office)
		e.do = func(seen) { o.state, o.n, o.year = "issued", p.number(), p.m.now.Year() }
	case "drop":
		o := order("draft")
		e.refuse("denied", !office)
		e.do = func(seen) { o.state = "dropped" }
	case "withdraw":
		o := order("issued", "received")
		e.refuse("denied", !office)
		e.do = func(seen) { o.state = "withdrawn" }
	case "receive":
		o := order("issued")
		e.refuse("denied", !p.acts(c.Who, o.unit, "handler", "dept_head"))
		e.do = func(seen) { o.state = "received" }
	case "reply_order":
		o := order("issued", "received")
		e.refuse("denied", !p.acts(c.Who, o.unit, "dept_head"))
		e.do = func(seen) { o.state, o.by = "replied", c.Who }
	case "press":
		o := order("issued", "received", "replied")
		e.refuse("denied", !office)
		e.do = func(seen) {
			o.state = "pressed"
			p.orders = append(p.orders, &mOrder{state: "issued", unit: o.unit, year: p.m.now.Year(), n: p.number(), round: o.round + 1, duty: o.duty})
		}
	case "close_order":
		o := order("replied")
		e.refuse("denied", !office || p.of(c.Who, o.unit) || c.Who == o.by)
		e.do = func(seen) { o.state = "closed" }
	case "talk":
		t := p.talks[c.K]
		e.refuse("conflict", t.state != "called")
		e.refuse("denied", !office && !p.has(c.Who, "leader"))
		e.do = func(seen) { t.state = "held" }
	case "decide":
		e.refuse("denied", !office)
		e.do = func(seen) { p.resolutions = append(p.resolutions, &mResolution{state: "open", lead: c.Opt}) }
	case "report_res":
		r := resolution("open")
		e.refuse("denied", !p.acts(c.Who, r.lead, "handler", "dept_head"))
		e.do = func(seen) { r.state, r.by = "reported", c.Who }
	case "judge":
		r := resolution("reported")
		e.refuse("denied", !office || p.of(c.Who, r.lead) || c.Who == r.by)
		e.do = func(seen) {
			if r.state = "done"; c.Opt != "yes" {
				r.state = "open"
				r.returns++
			}
		}
	case "drop_res":
		r := resolution("open")
		e.refuse("denied", !office || p.of(c.Who, r.lead))
		e.do = func(seen) { r.state = "dropped" }
	default:
		panic("no rule for " + c.Verb)
	}
	return e
}

// number is the next number of the year.
func (p *pressModel) number() int {
	n := 0
	for _, o := range p.orders {
		if o.year == p.m.now.Year() {
			n = max(n, o.n)
		}
	}
	return n + 1
}

// ── the ladder ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

// expected is a rung that has to be fired now.
type expected struct {
	duty, rung string
	version    int64
	passed     bool
	to         []string // nil: not said
}

// later is the end of the n-th working day after a day.
func later(d string, n int) time.Time { return office(date(d).Add(time.Hour), n) }

// between counts the working days after the day of a until the day of b.
func between(a, b string) int {
	n := 0
	for d := plus(a, 1); d <= b; d = plus(d, 1) {
		if works(d) {
			n++
		}
	}
	return n
}

// when is the moment of a rung by the manual; the zero time where the term is too short for it.
func (p *pressModel) when(d Duty, rung string) time.Time {
	start, due := d.StartedAt.Time(), d.Due.Time()
	clockwise := d.Days == 0 && d.Day == "" // hours around the clock
	share := func(percent int) time.Time {
		if clockwise {
			return start.Add(due.Sub(start) * time.Duration(percent) / 100)
		}
		n := between(day(start), day(due)) * percent / 100
		at := closing(workday(day(start)))
		if n > 0 {
			at = later(day(start), n)
		}
		if at.Before(start) {
			return start
		}
		return at
	}
	switch rung {
	case "remind", "near":
		if !due.After(start) { // nothing is near that was over when it began
			return time.Time{}
		}
	}
	switch rung {
	case "remind":
		if at, near := share(50), p.when(d, "near"); near.IsZero() || at.Before(near) {
			return at
		}
	case "near":
		at := share(80)
		if !clockwise {
			before := plus(day(due), -1)
			for !works(before) {
				before = plus(before, -1)
			}
			if last := closing(before); last.Before(at) {
				if at = last; at.Before(start) {
					at = start
				}
			}
		}
		if at.Before(due) {
			return at
		}
	case "red":
		return due.Add(time.Millisecond)
	case "sponsor":
		return later(day(due), 3)
	case "agenda":
		return later(day(due), 5)
	case "talk", "circular":
		return later(day(due), 10)
	}
	return time.Time{}
}

// climb says which rungs are fired now, and remembers them.
func (p *pressModel) climb(s *Snapshot) (out []expected) {
	waits := map[string]int{}
	for _, w := range s.Waits {
		waits[w.Duty]++
	}
	now := clock.MillisOf(p.m.now)
	for _, d := range s.Duties {
		if !d.Open || d.WaitingFrom != 0 {
			continue
		}
		list, first := steps(d.Kind), time.Time{}
		if d.SubjectKind == "voice" && d.StartedAt%(3600*1000) == 0 { // nothing within the hour in which somebody without a name spoke
			first = d.StartedAt.Time().Add(time.Hour)
		}
		if list[0] == "call" {
			last, n := d.StartedAt.Time(), int64(0)
			for _, r := range s.Rungs {
				if r.Duty == d.ID {
					n++
					if r.At.Time().After(last) {
						last = r.At.Time()
					}
				}
			}
			if at := last.Add(30 * time.Minute); !p.m.now.Before(at) && !p.m.now.Before(first) {
				out = append(out, expected{duty: d.ID, rung: "call", version: d.DueVersion})
			}
			continue
		}
		key := func(version int64, rung string) string {
			return d.ID + "/" + strconv.FormatInt(version, 10) + "/" + rung
		}
		known := fmt.Sprint(d.ID, "/", d.DueVersion, "/", waits[d.ID])
		if _, ok := p.seen[known]; !ok {
			p.seen[known] = now
		}
		reached, at := -1, first
		for i, r := range list {
			if p.rungs[key(d.DueVersion, r)] {
				reached = i
			}
		}
		for i, r := range list {
			when := p.when(d, r)
			if when.IsZero() {
				continue
			}
			if when.After(at) {
				at = when
			}
			before := false
			for v := int64(1); v < d.DueVersion; v++ {
				before = before || p.rungs[key(v, r)]
			}
			if i <= reached || reached < 0 && before && clock.MillisOf(at) <= p.seen[known] {
				continue
			}
			if at.After(p.m.now) {
				break
			}
			reached = i
			p.rungs[key(d.DueVersion, r)] = true
			x := expected{duty: d.ID, rung: r, version: d.DueVersion, passed: r == "remind" && p.touched(s, d)}
			if !x.passed {
				x.to = p.told(s, d, r)
				p.acted(d, r)
			}
			out = append(out, x)
		}
	}
	return out
}

// touched: whoever spoke has been spoken with.
func (p *pressModel) touched(s *Snapshot, d Duty) bool {
	for _, x := range s.Duties {
		if d.Kind == "answer" && x.Kind == "first_contact" && x.SubjectID == d.SubjectID && x.SubjectKind == d.SubjectKind && x.Outcome == "done" {
			return true
		}
	}
	return false
}

// holders are all who have a role for a unit.
func (p *pressModel) holders(role, unit string) (out []string) {
	for who, x := range p.m.people {
		for r := range x.roles {
			if r.role == role && p.m.under(unit, r.unit) {
				out = append(out, who)
			}
		}
	}
	return out
}

// told lists who hears of a rung.
func (p *pressModel) told(s *Snapshot, d Duty, rung string) []string {
	var out []string
	add := func(who ...string) { out = append(out, who...) }
	owner := func() {
		if d.Person != "" {
			add(p.nick(d.Person))
		} else {
			add(p.holders(d.Role, d.Unit)...)
		}
	}
	head := func() { // each department has one here
		if d.Role == "handler" || d.Role == "dept_head" {
			add(p.holders("dept_head", d.Unit)...)
		}
	}
	supervisors := func() { add(p.holders("supervisor", d.Unit)...) }
	sponsor := func() {
		who := "leader"
		if x, ok := s.matters[d.SubjectID]; ok && x.Sponsor != "" {
			who = p.nick(x.Sponsor)
		}
		add(who)
	}
	for _, f := range map[string][]func(){"remind": {owner}, "near": {owner, head}, "red": {owner, head, supervisors}, "sponsor": {head, sponsor},
		"agenda": {head, supervisors}, "talk": {head, sponsor, supervisors}, "circular": {head, sponsor, supervisors}}[rung] {
		f()
	}
	slices.Sort(out)
	return slices.Compact(append([]string{}, out...))
}

// acted is what else a rung does: an order is drafted and a talk called where a department owes what employees were promised.
func (p *pressModel) acted(d Duty, rung string) {
	promise := d.Role == "handler" || d.Role == "dept_head"
	if !promise || steps(d.Kind)[0] != "remind" || d.SubjectKind != "voice" && d.SubjectKind != "matter" {
		return
	}
	switch rung {
	case "red":
		for _, o := range p.orders {
			if o.duty == d.ID && o.state == "draft" {
				return
			}
		}
		unit := d.Unit
		p.orders = append(p.orders, &mOrder{state: "draft", unit: unit, duty: d.ID, round: 1})
	case "talk":
		p.talks = append(p.talks, &mTalk{"called", d.ID})
	}
}
