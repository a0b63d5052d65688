package modeltest

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// askModel says what has to come of proposals, to the congress and for improvement. It was written from the manual (the handbook's chapters 2.4 and
// 2.10) and shares no code with the program.
type askModel struct {
	today  string
	need   int // delegates who have to second
	all    []*mProposal
	issued map[string]int // the last numbers, by the letters and the year
}

// mProposal is one proposal as the model has it.
type mProposal struct {
	kind, state, from, unit, lead string
	secret, prime                 bool
	seconds                       []string
	said                          []map[string]string // what was said of each answer
	number, made                  string
	other                         int // the one that it went into (-1: none)
	answer, by, told, until       string
	doneBy, checkedBy             string
	benefit                       int
	grade                         string
	bonus                         int
	reason                        bool
	over                          string
	owed                          string   // "kind unit role day"
	past                          []string // "kind outcome"
	facts                         []string // "event from>to"
}

// askers are the people: their unit, and role@unit.
var askers = map[string]struct{ unit, roles string }{
	"d0": {"U01", "delegate@G"}, "d1": {"U02", "delegate@G"}, "d2": {"U01", "delegate@G"}, "d3": {"U02", "delegate@G"},
	"worker": {"U01", ""}, "mill": {"U02", ""}, "triager": {"UN", "triager@G"}, "triager2": {"UN", "triager@G"}, "ironoffice": {"U01", "triager@U01"},
	"head": {"D05", "dept_head@D05"}, "otherhead": {"D06", "dept_head@D06"}, "officehead": {"UN", "dept_head@UN"}, "handler": {"D05", "handler@D05"},
	"both": {"U02", "triager@G dept_head@D05"}, "leader": {"G", "leader@G"}, "supervisor": {"UN", "supervisor@G"}, "auditor": {"G", "auditor@G"}, "nobody": {"", ""},
}

// is reports whether somebody has one of the roles for a unit; a unit of "" only for roles over the whole.
func (m *askModel) is(who, unit string, roles ...string) bool {
	for _, f := range strings.Fields(askers[who].roles) {
		role, over, _ := strings.Cut(f, "@")
		for u := unit; slices.Contains(roles, role); u = parents[u] {
			if u == over || over == "G" {
				return true
			}
			if u == "" {
				break
			}
		}
	}
	return false
}

func (m *askModel) delegate(who string) bool { return strings.Contains(askers[who].roles, "delegate@") }

// reads reports whether somebody may read a proposal.
func (m *askModel) reads(who string, p *mProposal) bool {
	return who != "nobody" && (who == p.from || m.delegate(who) || m.is(who, p.unit, "triager", "supervisor", "leader", "auditor") || p.lead != "" && m.is(who, p.lead, "dept_head", "handler"))
}

// learns reports whether a reader learns who proposes.
func (m *askModel) learns(who string, p *mProposal) bool {
	return !p.secret || who == p.from || m.is(who, p.unit, "triager")
}

func (p *mProposal) overall() bool {
	return slices.Contains([]string{"closed", "merged", "converted", "refused", "withdrawn", "awarded", "declined"}, p.state)
}

// asked reports whether somebody still has to speak of the last answer.
func (m *askModel) asked(who string, p *mProposal) bool {
	if p.state != "replied" || p.until < m.today || !slices.Contains(append([]string{p.from}, p.seconds...), who) {
		return false
	}
	_, spoken := p.said[len(p.said)-1][who]
	return !spoken
}

// ── what is done ─────────────────────────────────────────────────────────────────────────────────────────────────────────

// fact notes that something has happened.
func (p *mProposal) fact(event, to string) {
	p.facts = append(p.facts, event+" "+p.state+">"+to)
	p.state = to
}

// owe ends what is owed, and begins something else.
func (p *mProposal) owe(outcome, what string) {
	if p.owed != "" {
		kind, _, _ := strings.Cut(p.owed, " ")
		p.past = append(p.past, kind+" "+outcome)
	}
	p.owed = what
}

func (p *mProposal) end(m *askModel) { p.over = m.today }

func (m *askModel) number(letters string) string {
	k := letters + "-" + m.today[:4]
	m.issued[k]++
	return fmt.Sprintf("%s-%03d", k, m.issued[k])
}

func (m *askModel) submit(from, kind string, secret bool) *mProposal {
	p := &mProposal{kind: kind, from: from, unit: askers[from].unit, secret: secret && kind == "congress", made: m.today, other: -1}
	if kind == "congress" {
		p.fact("submitted", "seeking")
	} else {
		p.fact("submitted", "submitted")
		p.owe("", review)
	}
	m.all = append(m.all, p)
	return p
}

// What is owed: by whom, and until which day where the day is fixed.
const review = "proposal_review G triager "

func (p *mProposal) replies() string { return "proposal_reply " + p.lead + " dept_head " }
func (p *mProposal) judges() string  { return "proposal_judge " + p.lead + " dept_head " }
func (p *mProposal) does(until string) string {
	return "proposal_do " + p.lead + " dept_head " + until
}

// settle decides what becomes of an answer: once more where the proposer is dissatisfied, or half of those who have spoken, but never a third time.
func (m *askModel) settle(p *mProposal) {
	said := p.said[len(p.said)-1]
	no := 0
	for _, g := range said {
		if g == "no" {
			no++
		}
	}
	if len(p.said) == 1 && (said[p.from] == "no" || no > 0 && 2*no >= len(said)) {
		p.fact("again", "filed")
		p.said = append(p.said, map[string]string{})
		p.owe("", p.replies())
		return
	}
	p.fact("closed", "closed")
	p.end(m)
}

// day lets what is due happen.
func (m *askModel) night() {
	for _, p := range m.all {
		if p.state == "replied" && p.until < m.today {
			m.settle(p)
		}
	}
}

// leads are the units that can be given something.
func leads(unit string) bool { return unit == "D05" || unit == "D06" || unit == "UN" }

// expect says what comes of a command.
func (m *askModel) expect(c pcmd) *expect {
	e := &expect{}
	opt, extra, _ := strings.Cut(c.Opt, "/")
	if c.Verb == "submit" {
		if c.Who == "nobody" || opt == "congress" && !m.delegate(c.Who) {
			e.refuse("denied", true)
			return e
		}
		e.refuse("invalid", opt == "wish" || extra == "short")
		e.do = func(seen) { m.submit(c.Who, opt, extra == "secret") }
		return e
	}
	p := m.all[c.K]
	in := func(states ...string) { e.refuse("conflict", !slices.Contains(states, p.state)) }
	office, department := m.is(c.Who, p.unit, "triager"), p.lead != "" && m.is(c.Who, p.lead, "dept_head")
	mayNot := map[string]bool{"second": !m.delegate(c.Who), "withdraw": c.Who != p.from, "review": !office, "reply": !department,
		"rate": !slices.Contains(append([]string{p.from}, p.seconds...), c.Who), "assign": !office, "judge": !department, "finish": !department, "verify": !office, "award": !office}[c.Verb]
	if mayNot {
		e.refuse("denied", true)
		return e
	}
	e.refuse("conflict", extra == "stale" && c.Verb != "second" && c.Verb != "rate") // an outdated page
	switch c.Verb {
	case "second":
		in("seeking", "reviewing")
		e.refuse("conflict", c.Who == p.from || slices.Contains(p.seconds, c.Who))
		e.do = func(seen) {
			p.seconds = append(p.seconds, c.Who)
			p.fact("seconded", p.state)
			if p.state == "seeking" && len(p.seconds) >= m.need {
				p.fact("enough", "reviewing")
				p.owe("", review)
			}
		}
	case "withdraw":
		in("seeking", "reviewing", "submitted", "judging")
		e.do = func(seen) {
			p.fact("withdrawn", "withdrawn")
			p.owe("cancelled", "")
			p.end(m)
		}
	case "review":
		in("reviewing")
		m.review(e, p, c.K, opt, extra)
	case "reply":
		in("filed")
		e.refuse("invalid", !slices.Contains([]string{"a", "b", "c"}, opt) || extra == "short")
		e.do = func(seen) {
			p.answer, p.by, p.until = opt, c.Who, plus(m.today, 7)
			p.fact("replied", "replied")
			p.owe("done", "")
		}
	case "rate":
		in("replied")
		e.refuse("conflict", p.state == "replied" && !m.asked(c.Who, p))
		e.refuse("invalid", opt == "" || opt == "no" && extra == "silent")
		e.do = func(seen) {
			p.said[len(p.said)-1][c.Who] = opt
			p.fact("rated", "replied")
			if len(p.said[len(p.said)-1]) == 1+len(p.seconds) {
				m.settle(p)
			}
		}
	default:
		m.improvement(e, p, c, opt, extra)
	}
	return e
}

func (m *askModel) review(e *expect, p *mProposal, self int, opt, extra string) {
	switch opt {
	case "file":
		lead, _, _ := strings.Cut(extra, "+")
		e.refuse("invalid", !leads(lead) || extra == "D06+D06")
		e.do = func(seen) {
			p.number, p.lead, p.prime = m.number("TA"), lead, strings.HasSuffix(extra, "+prime")
			p.said = append(p.said, map[string]string{})
			p.fact("filed", "filed")
			p.owe("done", p.replies())
		}
	case "merge":
		into, err := strconv.Atoi(extra)
		ok := err == nil && into < len(m.all) && into != self && m.all[into].kind == "congress" && m.all[into].number != ""
		e.refuse("invalid", !ok)
		e.do = func(seen) {
			p.other, p.reason = into, true
			p.fact("merged", "merged")
			p.owe("done", "")
			p.end(m)
		}
	case "convert":
		e.do = func(seen) {
			m.submit(p.from, "improvement", false)
			p.other, p.reason = len(m.all)-1, true
			p.fact("converted", "converted")
			p.owe("done", "")
			p.end(m)
		}
	case "refuse":
		e.refuse("invalid", extra == "silent")
		e.do = func(seen) {
			p.reason = true
			p.fact("refused", "refused")
			p.owe("done", "")
			p.end(m)
		}
	default:
		e.refuse("invalid", true)
	}
}

// judged are the states to which the judgements lead.
var judged = map[string]string{"adopted": "adopted", "tried": "trying", "kept": "kept", "declined": "declined"}

func (m *askModel) improvement(e *expect, p *mProposal, c pcmd, opt, extra string) {
	if p.kind != "improvement" {
		e.refuse("conflict", true)
	}
	in := func(states ...string) { e.refuse("conflict", !slices.Contains(states, p.state)) }
	switch c.Verb {
	case "assign":
		in("submitted", "judging", "kept")
		e.refuse("invalid", !leads(opt))
		e.do = func(seen) {
			if p.lead = opt; p.number == "" {
				p.number = m.number("HL")
			}
			p.fact("assigned", "judging")
			p.owe("done", p.judges())
		}
	case "judge":
		if in("judging", "trying"); p.state == "trying" {
			e.refuse("conflict", opt != "adopted" && opt != "declined")
		}
		e.refuse("denied", c.Who == p.from)
		does := opt == "adopted" || opt == "tried"
		until := plus(m.today, 20)
		e.refuse("invalid", judged[opt] == "" || extra == "tomorrow" || extra == "before" || extra == "past" && does)
		e.do = func(seen) {
			p.answer, p.by, p.told, p.until = opt, c.Who, m.today, ""
			if p.fact(opt, judged[opt]); does {
				p.until = until
				p.owe("done", p.does(until))
			} else {
				p.owe("done", "")
			}
			if opt == "declined" {
				p.end(m)
			}
		}
	case "finish":
		in("adopted")
		e.refuse("invalid", opt == "short")
		e.do = func(seen) {
			p.doneBy = c.Who
			p.fact("done", "done")
			p.owe("done", review)
		}
	case "verify":
		in("done")
		e.refuse("denied", c.Who == p.from || c.Who == p.by || c.Who == p.doneBy || p.lead == "" || m.under(askers[c.Who].unit, p.lead))
		e.refuse("invalid", opt == "return" && extra == "silent" || opt == "yes" && extra == "minus")
		e.do = func(seen) {
			if opt == "return" {
				p.reason = true
				p.fact("returned", "adopted")
				p.owe("done", p.does(""))
				return
			}
			p.benefit, p.checkedBy, p.reason = 30000, c.Who, false
			p.fact("verified", "verified")
			p.owe("done", review)
		}
	case "award":
		in("verified")
		e.refuse("denied", c.Who == p.from)
		e.refuse("invalid", opt == "gold" || extra == "much")
		e.do = func(seen) {
			p.grade, p.bonus = opt, 800
			p.fact("awarded", "awarded")
			p.owe("done", "")
			p.end(m)
		}
	}
}

func (m *askModel) under(unit, top string) bool {
	for u := unit; u != ""; u = parents[u] {
		if u == top {
			return true
		}
	}
	return false
}
