package modeltest

import (
	"time"
)

func (m *model) register(c cmd) *expect {
	e := &expect{}
	t := told(c.Opt)
	p := m.people[c.Who]
	v := &mVoice{state: "registered", level: t.level, complaint: t.kind == "problem" || t.kind == "hazard", matter: -1, into: -1, parent: -1, root: -1, unit: "G"}
	switch {
	case t.forWhom != "":
		e.refuse("denied", !m.may(c.Who, "proxy", thing{}))
		v.submitter = t.forWhom
	case t.level == "anonymous":
	default:
		e.refuse("denied", p == nil)
		v.submitter = c.Who
	}
	if v.hidden() {
		v.submitter = ""
	}
	if t.level != "anonymous" && t.place != "" {
		v.place, v.unit = t.place, places[t.place]
	}
	v.injured = t.text == injury
	e.do = func(seen) {
		if t.text == despair {
			return // nothing is kept of it
		}
		m.voices = append(m.voices, v)
		switch {
		case t.text == spoilt:
			m.alarm(len(m.voices)-1, "A1")
		case t.kind == "hazard":
			m.alarm(len(m.voices)-1, "H1")
		}
	}
	return e
}

func (m *model) metoo(c cmd) *expect {
	e, x := &expect{}, m.matters[c.M]
	level := c.Opt
	e.refuse("denied", level != "anonymous" && m.people[c.Who] == nil)
	e.refuse("conflict", !x.public || x.restricted != "" || x.state == "closed" || x.state == "cancelled")
	v := &mVoice{state: "linked", level: level, matter: c.M, into: -1, parent: -1, root: -1, unit: x.unit, place: x.place, category: x.category, mute: true}
	if level == "named" {
		v.submitter = c.Who
	}
	e.do = func(seen) { m.voices = append(m.voices, v) }
	return e
}

// speaks begins what the submitter himself does; the time is then coarse.
func (m *model) speaks(c cmd, states ...string) (*expect, *mVoice) {
	c.Stale = false
	return m.by(c, "speak", states...)
}

var openV = []string{"registered", "quarantined", "in_triage", "waiting_info", "assigned", "signed", "linked", "answered", "split"}

func (m *model) info(c cmd) *expect {
	e, v := m.speaks(c, openV...)
	e.do = func(seen) {
		if v.state == "waiting_info" {
			m.set(c.V, "in_triage")
		}
	}
	return e
}

// behind is the matter that has a voice, or can have it again.
func (m *model) behind(i int) *mMatter {
	v := m.voices[i]
	if v.matter < 0 || m.matters[v.matter].state == "cancelled" || v.state != "linked" && v.state != "answered" && v.state != "closed" {
		return nil
	}
	return m.matters[v.matter]
}

func (m *model) confirm(c cmd) *expect {
	e, v := m.speaks(c, "answered")
	e.do = func(seen) {
		v.how, v.closed = "confirmed", m.at(true)
		m.set(c.V, "closed")
	}
	return e
}

func (m *model) notSolved(c cmd) *expect {
	e, v := m.speaks(c, "answered", "closed")
	e.refuse("conflict", v.reopens >= 2)
	e.refuse("conflict", v.how == "parts")
	e.refuse("conflict", !v.answered.IsZero() && m.at(coarse(c.Who)).After(v.answered.Add(30*24*time.Hour)))
	e.do = func(seen) {
		v.reopens++
		v.how, v.answered = "", time.Time{}
		if v.matter >= 0 && m.matters[v.matter].state != "cancelled" {
			m.set(c.V, "linked")
			if m.matters[v.matter].state == "closed" {
				m.again(v.matter, false, m.at(coarse(c.Who)))
			}
			return
		}
		v.matter, v.into, v.claimed = -1, -1, ""
		m.set(c.V, "in_triage")
	}
	return e
}

func (m *model) object(c cmd) *expect {
	e, v := m.speaks(c, "rejected")
	e.refuse("conflict", v.objected)
	e.refuse("conflict", m.at(coarse(c.Who)).After(office(v.closed, 10)))
	e.do = func(seen) {
		v.objected, v.appeal, v.claimed = true, true, ""
		if up := m.parents[v.unit]; up != "" {
			v.unit = up
		}
		m.set(c.V, "in_triage")
	}
	return e
}

func (m *model) withdraw(c cmd) *expect {
	e, v := m.speaks(c, "registered", "quarantined", "in_triage", "waiting_info", "assigned", "signed", "linked")
	e.refuse("conflict", v.danger || v.quick)
	e.do = func(seen) {
		v.claimed, v.work, v.called = "", nil, false
		m.set(c.V, "withdrawn")
		m.release(c.V)
	}
	return e
}

func (m *model) retaliation(c cmd) *expect {
	e, v := m.speaks(c, append(openV, overV...)...)
	e.do = func(seen) {
		named := join(nil, v.named)
		for _, u := range []string{v.lead, m.leadOf(v.matter)} {
			if u != "" && u != "G" {
				named[u] = true
			}
		}
		m.voices = append(m.voices, &mVoice{state: "registered", level: v.level, restricted: "discipline", unit: "G", submitter: v.submitter, complaint: true,
			named: named, marked: true, root: m.holder(c.V), parent: -1, matter: -1, into: -1})
	}
	return e
}

func (m *model) endAccess(c cmd) *expect {
	c.Stale = false
	e, _ := m.by(c, "speak", append(openV, overV...)...)
	h := m.voices[m.holder(c.V)]
	e.refuse("conflict", h.ended)
	e.do = func(seen) { h.ended = true }
	return e
}

// ── by itself ──────────────────────────────────────────────────────────────────────────────────────────────────────────────
