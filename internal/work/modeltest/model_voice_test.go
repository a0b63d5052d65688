package modeltest

import (
	"slices"
)

// voiceRules are the model's rules of what is done to voices.
var voiceRules = map[string]func(*model, cmd) *expect{
	"register": (*model).register, "metoo": (*model).metoo, "claim": (*model).claim, "let_go": (*model).letGo, "ask": (*model).ask,
	"info": (*model).info, "answer": (*model).answerDirectly, "reply": (*model).reply, "assign_v": (*model).assignVoice,
	"new_matter": (*model).newMatter, "join": (*model).joinMatter, "merge": (*model).merge, "split": (*model).split,
	"hazard": (*model).hazard, "accept_hazard": (*model).acceptHazard, "restrict": (*model).restrict, "transfer": (*model).transfer,
	"reject": (*model).reject, "countersign": (*model).countersign, "quarantine": (*model).quarantine, "free": (*model).free,
	"crisis": (*model).crisis, "name": (*model).name, "confirm": (*model).confirm, "not_solved": (*model).notSolved,
	"object": (*model).object, "withdraw": (*model).withdraw, "retaliation": (*model).retaliation, "end_access": (*model).endAccess,
	"silent": (*model).silent, "timeouts": (*model).timeouts,
}

// set moves a voice and what depends on it: a split voice is closed with its last part, and opened with its first.
func (m *model) set(i int, state string) {
	v := m.voices[i]
	was := v.over()
	v.state = state
	if !v.appeal && state != "rejected" {
		v.pending = false
	}
	if v.parent < 0 || was == v.over() {
		return
	}
	all, p := true, m.voices[v.parent]
	for _, x := range m.voices {
		all = all && (x.parent != v.parent || x.over())
	}
	if all && p.state == "split" {
		p.how, p.called = "parts", false
		m.set(v.parent, "closed")
		m.release(v.parent)
	} else if !all && p.state == "closed" {
		p.how = ""
		m.set(v.parent, "split")
	}
}

func (m *model) followers(i int) (out []int) {
	for j, x := range m.voices {
		if x.into == i && x.state == "linked" {
			out = append(out, j)
		}
	}
	return out
}

// release gives those merged into a voice that ended without an answer back to triage.
func (m *model) release(i int) {
	for _, j := range m.followers(i) {
		m.voices[j].into, m.voices[j].matter = -1, -1
		m.set(j, "in_triage")
	}
}

func (m *model) answered(i int) {
	v := m.voices[i]
	v.answered, v.claimed, v.appeal, v.called, v.work, v.into = m.now, "", false, false, nil, -1
	m.set(i, "answered")
	for _, j := range m.followers(i) {
		m.answered(j)
	}
}

// triage begins a decision of triage, or of the next level after an objection.
func (m *model) triage(c cmd, states ...string) (*expect, *mVoice) {
	e, v := &expect{}, m.voices[c.V]
	what := "triage"
	if v.appeal {
		what = "appeal"
		e.refuse("denied", c.Who == v.refused[0] || c.Who == v.refused[1])
	}
	e.refuse("denied", !m.may(c.Who, what, m.thingV(c.V)))
	e.refuse("conflict", c.Stale)
	e.refuse("conflict", v.state == "in_triage" && v.claimed != "" && v.claimed != c.Who)
	e.refuse("conflict", !slices.Contains(append(states, "registered", "in_triage"), v.state))
	return e, v
}

func (m *model) by(c cmd, what string, states ...string) (*expect, *mVoice) {
	e, v := &expect{}, m.voices[c.V]
	e.refuse("denied", !m.may(c.Who, what, m.thingV(c.V)))
	e.refuse("conflict", c.Stale)
	e.refuse("conflict", !slices.Contains(states, v.state))
	return e, v
}

// alarm takes a voice past the queue: to the roster, and to the unit of the topic if there is one.
func (m *model) alarm(i int, topic string) {
	v := m.voices[i]
	if v.category == "" {
		v.category = topic
	}
	v.danger, v.quick, v.called = true, true, true
	if lead, co := m.propose(v.category, v.place, v.named); lead != "" {
		v.lead, v.work = lead, &mWork{state: "assigned", lead: lead, co: co, due: office(m.now, 1)}
		m.set(i, "assigned")
	}
}

func (m *model) claim(c cmd) *expect {
	what := "claim"
	if m.voices[c.V].appeal {
		what = "appeal"
	}
	c.Stale = false
	e, v := m.by(c, what, "registered", "in_triage")
	e.refuse("denied", v.appeal && (c.Who == v.refused[0] || c.Who == v.refused[1]))
	e.refuse("conflict", v.claimed != "" && v.claimed != c.Who)
	e.do = func(seen) { v.claimed = c.Who; v.state = "in_triage" }
	return e
}

func (m *model) letGo(c cmd) *expect {
	what := "triage"
	if m.voices[c.V].appeal {
		what = "appeal"
	}
	e, v := m.by(c, what, "in_triage")
	e.do = func(seen) { v.claimed = ""; m.set(c.V, "registered") }
	return e
}

func (m *model) ask(c cmd) *expect {
	e, v := m.triage(c)
	e.refuse("conflict", v.asks >= 2)
	e.do = func(seen) {
		v.claimed, v.asked = c.Who, m.now
		v.asks++
		m.set(c.V, "waiting_info")
	}
	return e
}

func (m *model) answerDirectly(c cmd) *expect {
	e, _ := m.triage(c)
	e.do = func(seen) { m.answered(c.V) }
	return e
}

func (m *model) reply(c cmd) *expect {
	e, _ := m.by(c, "reply", "assigned", "signed")
	e.do = func(seen) { m.answered(c.V) }
	return e
}

// away takes over what triage says of a voice that goes to a department.
func (v *mVoice) away(topic string) {
	v.category = topic
	v.quick = topics[topic].class == "T24H" && v.injured || topics[topic].class == "T2H"
}

func (m *model) assignVoice(c cmd) *expect {
	e, v := m.triage(c)
	e.refuse("denied", !m.may(c.Who, "assign", m.thingV(c.V)))
	e.refuse("invalid", m.above(c.Opt, v.named))
	e.do = func(seen) {
		v.away("BA-1")
		v.claimed, v.appeal, v.lead = c.Who, false, c.Opt
		v.work = &mWork{state: "assigned", lead: c.Opt, due: office(m.now, 1)}
		m.set(c.V, "assigned")
	}
	return e
}

// toMatter is what new matter and joining have in common.
func (m *model) toMatter(c cmd) (*expect, *mVoice) {
	v := m.voices[c.V]
	if v.state == "assigned" || v.state == "signed" {
		return m.by(c, "triage", "assigned", "signed")
	}
	return m.triage(c)
}

func (m *model) newMatter(c cmd) *expect {
	e, v := m.toMatter(c)
	class, lead := matterOpt(c.Opt)
	e.refuse("denied", !m.may(c.Who, "begin", thing{unit: v.unit}))
	e.refuse("denied", lead != "" && !m.may(c.Who, "assign", thing{unit: v.unit, restricted: v.restricted, named: v.named}))
	e.refuse("invalid", m.above(lead, v.named))
	e.do = func(seen) {
		v.away("BA-1")
		x := m.addMatter(class, v.unit, v.place, "BA-1", lead)
		x.restricted, x.public, x.named = v.restricted, v.restricted == "", join(nil, v.named)
		m.link(c.V, len(m.matters)-1)
	}
	return e
}

// link moves a voice to a matter, with those merged into it.
func (m *model) link(i, matter int) {
	v := m.voices[i]
	v.matter, v.claimed, v.appeal, v.lead, v.work, v.called = matter, "", false, "", nil, false
	m.set(i, "linked")
	for _, j := range m.followers(i) {
		m.voices[j].matter = matter
	}
}

// joins says why a voice cannot be with a matter.
func (m *model) joins(e *expect, v *mVoice, x *mMatter) {
	e.refuse("conflict", x.state == "closed" || x.state == "cancelled")
	e.refuse("conflict", x.restricted != v.restricted)
	for n := range v.named {
		e.refuse("conflict", n != "" && (n == x.owner || n == x.sponsor))
	}
	for _, u := range append([]string{x.lead, m.unitOf(x.owner), m.unitOf(x.sponsor)}, x.co...) {
		e.refuse("conflict", m.above(u, v.named))
	}
}

func (m *model) unitOf(who string) string {
	if p := m.people[who]; p != nil {
		return p.unit
	}
	return ""
}

func (m *model) joinMatter(c cmd) *expect {
	e, v := m.toMatter(c)
	x := m.matters[c.M]
	m.joins(e, v, x)
	for _, j := range m.followers(c.V) {
		m.joins(e, m.voices[j], x)
	}
	e.do = func(seen) {
		v.away("BA-1")
		x.named = join(x.named, v.named)
		m.link(c.V, c.M)
	}
	return e
}

func (m *model) merge(c cmd) *expect {
	e, v := m.triage(c)
	i := c.W
	if to := m.voices[i]; to.into >= 0 && to.state == "linked" {
		e.refuse("invalid", to.into == c.V)
		e.refuse("invalid", !m.may(c.Who, "triage", m.thingV(i)))
		i = to.into
	}
	to := m.voices[i]
	e.refuse("invalid", i == c.V || c.W == c.V)
	e.refuse("invalid", !m.may(c.Who, "triage", m.thingV(i)))
	e.refuse("conflict", to.over() || to.state == "answered" || to.state == "split")
	e.refuse("conflict", to.restricted != v.restricted || private(to.level) < private(v.level))
	if to.matter >= 0 {
		m.joins(e, v, m.matters[to.matter])
	}
	for _, u := range append([]string{to.lead}, m.thingV(i).co...) {
		e.refuse("conflict", m.above(u, v.named))
	}
	e.do = func(seen) {
		to.named = join(to.named, v.named)
		if len(v.named) > 0 || v.marked {
			to.marked, to.complaint = true, true
			if m.recused(to.claimed, thing{named: to.named}) { // also by a name from before, where he has come to act for that unit since
				to.claimed = ""
			}
		}
		if to.matter >= 0 {
			m.matters[to.matter].named = join(m.matters[to.matter].named, v.named)
		}
		for _, j := range m.followers(c.V) {
			m.voices[j].into, m.voices[j].matter = i, to.matter
		}
		v.into, v.matter, v.claimed, v.appeal, v.called, v.work = i, to.matter, "", false, false, nil
		m.set(c.V, "linked")
	}
	return e
}

func (m *model) split(c cmd) *expect {
	e, v := m.triage(c)
	e.refuse("invalid", v.mute) // there is nothing to take apart
	e.do = func(seen) {
		v.claimed, v.appeal, v.work = "", false, nil
		m.set(c.V, "split")
		for n := range 2 {
			m.voices = append(m.voices, &mVoice{state: "registered", level: v.level, restricted: v.restricted, unit: v.unit, place: v.place, submitter: v.submitter,
				complaint: v.complaint, injured: v.injured && n == 1, named: join(nil, v.named), marked: v.marked, parent: c.V, root: m.holder(c.V), matter: -1, into: -1})
		}
	}
	return e
}

func (m *model) hazard(c cmd) *expect {
	e, v := m.triage(c)
	e.refuse("conflict", v.called) // somebody is called already
	e.do = func(seen) {
		topic := "H1"
		if c.Opt == "food" {
			topic = "A1"
		}
		v.claimed, v.appeal, v.pending, v.refused = c.Who, false, false, [2]string{}
		v.state = "in_triage"
		m.alarm(c.V, topic)
	}
	return e
}

func (m *model) acceptHazard(c cmd) *expect {
	c.Stale = false
	e, v := m.by(c, "accept", m.voices[c.V].state)
	e.refuse("conflict", !v.called)
	e.do = func(seen) { v.called = false }
	return e
}

func (m *model) restrict(c cmd) *expect {
	e, v := m.by(c, "triage", "registered", "in_triage")
	class := c.Opt
	if class == "none" {
		class = ""
	}
	e.refuse("invalid", class == v.restricted)
	e.do = func(seen) {
		v.restricted, v.claimed = class, ""
		m.set(c.V, "registered")
		m.release(c.V)
	}
	return e
}

func (m *model) transfer(c cmd) *expect {
	e, v := m.triage(c)
	e.refuse("conflict", v.transfers >= 2)
	e.refuse("invalid", m.above(c.Opt, v.named))
	e.do = func(seen) {
		v.unit, v.claimed = c.Opt, ""
		v.transfers++
		m.set(c.V, "registered")
	}
	return e
}

func (m *model) reject(c cmd) *expect {
	v := m.voices[c.V]
	var e *expect
	if v.state == "quarantined" {
		e, _ = m.by(c, "triage", "quarantined")
	} else {
		e, _ = m.triage(c)
	}
	e.do = func(seen) {
		v.refused = [2]string{c.Who, ""}
		if v.state == "registered" {
			v.state = "in_triage"
		}
		if v.state == "in_triage" {
			v.claimed = c.Who
		}
		if (v.complaint || v.restricted != "" || v.marked || v.state == "quarantined") && !v.appeal {
			v.pending = true
			return
		}
		m.rejected(c.V)
	}
	return e
}

func (m *model) rejected(i int) {
	v := m.voices[i]
	v.closed, v.claimed, v.appeal, v.pending, v.called, v.work = m.now, "", false, false, false, nil
	m.set(i, "rejected")
	m.release(i)
}

func (m *model) countersign(c cmd) *expect {
	e, v := m.by(c, "second", "in_triage", "quarantined")
	e.refuse("conflict", !v.pending || v.appeal)
	e.refuse("denied", v.pending && v.refused[0] == c.Who)
	e.do = func(seen) {
		if c.Opt == "disagree" {
			v.pending, v.refused = false, [2]string{}
			return
		}
		v.refused[1] = c.Who
		m.rejected(c.V)
	}
	return e
}

func (m *model) quarantine(c cmd) *expect {
	e, v := m.by(c, "aside", "registered")
	e.refuse("conflict", v.appeal)
	e.do = func(seen) { m.set(c.V, "quarantined") }
	return e
}

func (m *model) free(c cmd) *expect {
	e, _ := m.by(c, "aside", "quarantined")
	e.do = func(seen) { m.set(c.V, "registered") }
	return e
}

func (m *model) crisis(c cmd) *expect {
	what := "triage"
	if m.voices[c.V].appeal {
		what = "appeal"
	}
	e, v := m.by(c, what, "registered", "in_triage")
	e.do = func(seen) {
		v.claimed, v.called, v.work, v.danger, v.category, v.submitter, v.appeal, v.mute = "", false, nil, false, "", "", false, true
		m.set(c.V, "erased")
		m.release(c.V)
	}
	return e
}

func (m *model) name(c cmd) *expect {
	e, v := m.by(c, "triage", append(openV, "closed", "rejected", "erased")...) // what was withdrawn reaches nobody (decision 60)
	n := map[string]bool{c.Opt: true}
	e.refuse("denied", m.recused(c.Who, thing{named: n}))
	for _, u := range append([]string{v.lead}, m.thingV(c.V).co...) {
		e.refuse("invalid", m.above(u, n))
	}
	e.no = append(e.no, m.passes(c.V, n)...)
	e.do = func(seen) { m.named(c.V, n) }
	return e
}

// passes says why a name cannot go along to where a voice is.
func (m *model) passes(i int, n map[string]bool) []string {
	e, v := &expect{}, m.voices[i]
	if x := m.behind(i); x != nil {
		e.refuse("conflict", n[x.owner] || n[x.sponsor])
		for _, u := range append([]string{x.lead, m.unitOf(x.owner), m.unitOf(x.sponsor)}, x.co...) {
			e.refuse("conflict", m.above(u, n))
		}
	}
	if v.into >= 0 && v.state == "linked" {
		for _, u := range append([]string{m.voices[v.into].lead}, m.thingV(v.into).co...) {
			e.refuse("conflict", m.above(u, n))
		}
	}
	return e.no
}

func (m *model) named(i int, n map[string]bool) {
	v := m.voices[i]
	v.named, v.marked = join(v.named, n), true
	if m.recused(v.claimed, thing{named: v.named}) {
		v.claimed = ""
	}
	if x := m.behind(i); x != nil {
		x.named = join(x.named, n)
	}
	if v.into >= 0 && v.state == "linked" {
		m.named(v.into, n)
	}
}

func (m *model) leadOf(matter int) string {
	if matter < 0 {
		return ""
	}
	return m.matters[matter].lead
}

func (m *model) program(c cmd) *expect {
	e := &expect{}
	e.refuse("denied", c.Who != "job")
	return e
}

func (m *model) silent(c cmd) *expect {
	e := m.program(c)
	e.do = func(seen) {
		for i, v := range m.voices {
			if v.state == "answered" && m.now.After(office(v.answered, 10)) {
				v.how, v.closed = "unconfirmed", m.now
				m.set(i, "closed")
			}
		}
	}
	return e
}

func (m *model) timeouts(c cmd) *expect {
	e := m.program(c)
	e.do = func(seen) {
		for i, v := range m.voices {
			if v.state == "waiting_info" && m.now.After(office(v.asked, 5)) {
				m.set(i, "in_triage")
			}
		}
	}
	return e
}
