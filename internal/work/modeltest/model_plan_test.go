package modeltest

import (
	"slices"
	"strings"
)

func (m *model) submitPlan(c cmd) *expect {
	e, x := m.onMatter(c, "plan", "assigned", "executing")
	p := m.planned(c)
	for _, who := range []string{p.owner, "mill", "leader"} {
		e.refuse("invalid", m.recused(who, thing{named: x.named}))
	}
	e.refuse("invalid", p.owner == "contractor") // has no account
	e.refuse("denied", x.work != nil && x.work.state == "assigned" && !m.may(c.Who, "sign", m.thingM(x)))
	e.do = func(seen) {
		if x.work.state == "assigned" {
			x.work.state = "signed"
		}
		quick := x.class == "quick" && x.state == "assigned"
		x.latest++
		x.author, x.next = c.Who, p
		if x.finance = ""; p.costs == "50000" {
			x.finance = "D01"
		}
		x.state, x.step = "plan_review", "head"
		switch {
		case x.class == "quick":
			x.step = "office"
		case len(m.heads(x.lead, x)) == 0:
			x.step = "head, by a leader"
		}
		if quick {
			m.enforce(x)
		}
	}
	e.refuse("invalid", x.class == "quick" && p.costs == "50000")
	return e
}

// heads are those who can sign for a unit: its own heads and those above it, who have not written the plan and are not named.
func (m *model) heads(unit string, x *mMatter) (out []string) {
	for who, p := range m.people {
		for r := range p.roles {
			if r.role == "dept_head" && m.under(unit, r.unit) && who != x.author && who != "contractor" && !m.recused(who, thing{named: x.named}) && !slices.Contains(out, who) {
				out = append(out, who)
			}
		}
	}
	return out
}

// signs takes the step of a plan that its steps allow; what comes then is finance where it costs as much as the limit, and the office.
func (m *model) signs(c cmd, what string, steps ...string) *expect {
	e, x := m.onMatter(c, what, "plan_review")
	e.refuse("conflict", !slices.Contains(steps, x.step))
	e.refuse("denied", x.next.author == c.Who || x.step == "finance" && x.next.head == c.Who)
	e.do = func(seen) {
		if c.Opt != "yes" {
			m.sentBack(x)
			return
		}
		if strings.HasPrefix(x.step, "finance") {
			x.next.finance, x.step = c.Who, "office"
			return
		}
		if x.next.head, x.step = c.Who, "office"; x.finance != "" {
			others := m.heads("D01", x)
			others = slices.DeleteFunc(others, func(who string) bool { return who == c.Who })
			if x.step = "finance"; len(others) == 0 {
				x.step = "finance, by a leader"
			}
		}
	}
	return e
}

func (m *model) headSign(c cmd) *expect { return m.signs(c, "head", "head") }

func (m *model) financeSign(c cmd) *expect { return m.signs(c, "finance", "finance") }

func (m *model) topSign(c cmd) *expect {
	return m.signs(c, "signtop", "head, by a leader", "finance, by a leader")
}

func (m *model) sentBack(x *mMatter) {
	if x.state, x.step = "assigned", ""; x.plan > 0 && x.owner != "" {
		x.state = "executing"
	}
}

func (m *model) enforce(x *mMatter) {
	done := map[string]bool{}
	for i, t := range x.texts {
		done[t] = x.steps[i]
	}
	x.texts, x.steps = x.next.texts, nil
	for _, t := range x.texts {
		x.steps = append(x.steps, done[t])
	}
	x.plan, x.owner, x.sponsor, x.state, x.step, x.wanted = x.latest, x.next.owner, "leader", "executing", "", x.next.photos
	if x.dueOpen {
		x.due, x.dueOpen = x.next.deadline, false
	}
	if x.due0 == "" {
		x.due0 = x.due
	}
}

func (m *model) approve(c cmd) *expect {
	e, x := m.onMatter(c, "approve", "plan_review")
	e.refuse("conflict", x.step != "office")
	e.refuse("denied", x.next.author == c.Who || x.next.head == c.Who || x.next.finance == c.Who)
	if c.Opt == "yes" {
		e.refuse("invalid", x.dueOpen && x.next.deadline < day(m.now))
		for _, who := range []string{x.next.owner, "mill", "leader"} {
			e.refuse("invalid", m.recused(who, thing{named: x.named}))
		}
	}
	e.do = func(seen) {
		if c.Opt == "yes" {
			m.enforce(x)
			return
		}
		m.sentBack(x)
	}
	return e
}

func (m *model) askMore(c cmd) *expect {
	e, x := m.onMatter(c, "more", "executing")
	e.refuse("conflict", x.asking != nil || m.now.After(closing(x.due)))
	e.do = func(seen) { x.asking = &mMore{c.Who, workday(plus(x.due, 14))} }
	return e
}

func (m *model) extend(c cmd) *expect {
	what := "extend"
	if m.matters[c.M].extensions >= 2 {
		what = "extendtop"
	}
	e, x := m.onMatter(c, what, "executing")
	e.refuse("denied", m.acts(c.Who, x.lead) || c.Who == x.owner)
	e.refuse("conflict", x.asking == nil)
	if x.asking != nil && c.Opt == "yes" {
		e.refuse("conflict", m.now.After(closing(x.due)) || x.asking.to <= x.due)
		e.refuse("denied", x.asking.by == c.Who)
	}
	e.do = func(seen) {
		if c.Opt == "yes" {
			x.extensions++
			m.moves(x, x.asking.to, x.asking.by)
		}
		x.asking = nil
	}
	return e
}

// moves puts a new deadline into the plan.
func (m *model) moves(x *mMatter, to, author string) {
	x.latest++
	x.plan, x.due, x.author = x.latest, to, author
}
