package modeltest

import (
	"maps"
	"slices"
	"strings"
	"time"
)

// model says what has to come of everything that somebody does. It was written from the rules of the product, not from the program, and
// shares no code with it: things are named by small numbers, people by short names, units by their codes.
type model struct {
	now     time.Time
	people  map[string]*person
	parents map[string]string // unit → unit above
	voices  []*mVoice
	matters []*mMatter
	rules   map[string]assigned // category/place → what a supervisor decided
}

type person struct {
	unit       string
	roles      map[post]bool
	contractor bool
}

type post struct{ role, unit string }

type assigned struct {
	lead string
	co   []string
}

type mVoice struct {
	state, level, restricted, unit, place, category string
	complaint, danger, injured, quick               bool // quick: two hours
	submitter                                       string
	claimed, lead                                   string
	work                                            *mWork
	returns                                         int
	named                                           map[string]bool // people and units
	marked                                          bool            // somebody is named, or it is a report of retaliation
	appeal, objected, pending                       bool
	refused                                         [2]string
	asks, transfers, reopens                        int
	asked, answered, closed                         time.Time
	how                                             string
	matter, into, parent, root                      int // -1: none
	called, ended                                   bool
	mute                                            bool // without words: a tap, or erased
}

type mWork struct {
	state, lead string
	co          []string
	due         time.Time
}

type mMatter struct {
	state, class, unit, place, restricted, category string
	public                                          bool
	lead                                            string
	co                                              []string
	work                                            *mWork
	last                                            assigned
	returns                                         int
	named                                           map[string]bool
	owner, author, sponsor, inspector, claimant     string
	plan, latest                                    int
	next                                            mPlan  // the newest version
	step                                            string // what it waits for
	finance                                         string // unit that has to agree to its money
	steps                                           []bool
	texts                                           []string
	due0, due                                       string
	dueOpen                                         bool
	extensions                                      int
	asking                                          *mMore
	until                                           string
	told                                            bool // progress in this round
	photos, wanted                                  int
	round                                           int
	verdict                                         string
	closed                                          time.Time
	looked                                          [2]bool
	rounds                                          map[int]*mRound
}

type mPlan struct {
	author, head, finance, owner, deadline string
	costs                                  string
	texts                                  []string
	photos                                 int
}

type mMore struct{ by, to string }

type mRound struct {
	state   string
	invited map[string]bool // who (short name or receipt) → has answered
	ends    time.Time
	results []string
}

// verdict is what the model expects: why not, or what then is so.
type expect struct {
	no []string // kinds of refusals, any of which may be told; empty: it is done
	do func(seen)
}

// seen is what the model cannot know beforehand: dates that depend on waiting, and who was drawn by lot.
type seen struct {
	due     func(matter int) string
	invited []string
}

func (e *expect) refuse(kind string, when bool) {
	if when && !slices.Contains(e.no, kind) {
		e.no = append(e.no, kind)
	}
}

// ── who may ────────────────────────────────────────────────────────────────────────────────────────────────────────────────

// may lists, for everything that can be done, who may: role and relation, with the restricted path where it is for that path.
var may = table(`
register   anybody
proxy      shift_leader.own unit_chair.own triager.own
speak      self
claim      triager.unit discipline_officer.unit:discipline health_officer.unit:health welfare_officer.unit:aid
triage     triager.unit discipline_officer.unit:discipline health_officer.unit:health welfare_officer.unit:aid
appeal     supervisor.unit discipline_officer.unit:discipline health_officer.unit:health welfare_officer.unit:aid
second     triager.unit unit_chair.unit discipline_officer.unit:discipline health_officer.unit:health welfare_officer.unit:aid
aside      triager.unit
reply      handler.helps dept_head.helps discipline_officer.unit:discipline health_officer.unit:health welfare_officer.unit:aid
accept     called:*
program    program
assign     triager.unit supervisor.unit program discipline_officer.unit:discipline health_officer.unit:health welfare_officer.unit:aid
sign       handler.leads dept_head.leads
adjudicate supervisor.unit
begin      triager.unit unit_chair.unit supervisor.unit leader.unit program
plan       handler.leads dept_head.leads
head       dept_head.leads
finance    dept_head.money
signtop    leader.sponsor leader.unit
approve    triager.unit supervisor.unit
progress   owner handler.helps dept_head.leads
complete   owner
inspect    inspector.unit inspector.named unit_chair.unit triager.unit
look       inspector.unit unit_chair.unit triager.unit
more       owner dept_head.leads
extend     supervisor.unit
extendtop  leader.sponsor leader.unit
supervise  supervisor.unit
decline    supervisor.unit leader.unit
cancel     leader.unit
close      triager.unit supervisor.unit
dispute    anybody
publish    triager.unit
`)

type row struct{ role, relation, class string }

func table(text string) map[string][]row {
	out := map[string][]row{}
	for line := range strings.Lines(text) {
		f := strings.Fields(line)
		for i := 1; i < len(f); i++ {
			who, class, _ := strings.Cut(f[i], ":")
			role, relation, _ := strings.Cut(who, ".")
			out[f[0]] = append(out[f[0]], row{role, relation, class})
		}
	}
	return out
}

// thing is what somebody wants to do something to.
type thing struct {
	money, unit, lead, restricted, owner, sponsor, inspector, submitter string
	co                                                                  []string
	holder                                                              int
	named                                                               map[string]bool
	roster                                                              []string
}

func (m *model) under(u, top string) bool {
	if top == "G" {
		return true
	}
	for ; u != ""; u = m.parents[u] {
		if u == top {
			return true
		}
	}
	return false
}

func (m *model) recused(who string, t thing) bool {
	p := m.people[who]
	if p == nil {
		return false
	}
	for n := range t.named {
		if n == who || m.parents[n] != "" && m.under(p.unit, n) {
			return true
		}
		for r := range p.roles {
			if m.parents[n] != "" && r.unit != "G" && m.under(r.unit, n) {
				return true
			}
		}
	}
	return false
}

func (m *model) may(who, what string, t thing) bool {
	p := m.people[who]
	own := p != nil && who == t.submitter || strings.HasPrefix(who, "r") && who == receipt(t.holder)
	recused := m.recused(who, t)
	for _, row := range may[what] {
		switch {
		case row.role == "self" && own, row.role == "program" && who == "job":
			return true
		case recused:
			continue
		case row.role == "anybody":
			return true
		case p == nil || row.role == "self" || row.role == "program", row.class != "*" && row.class != t.restricted:
			continue
		case row.role == "called" && slices.Contains(t.roster, who), row.role == "owner" && who == t.owner:
			return true
		}
		for r := range p.roles {
			at := r.unit
			if r.role != row.role {
				continue
			}
			switch row.relation {
			case "own":
				return true
			case "unit":
				if m.under(t.unit, at) {
					return true
				}
			case "leads", "helps":
				if t.lead != "" && m.under(t.lead, at) || t.lead == "" && at == "G" {
					return true
				}
				for _, c := range t.co {
					if row.relation == "helps" && m.under(c, at) {
						return true
					}
				}
			case "money":
				if t.money != "" && m.under(t.money, at) {
					return true
				}
			case "named":
				if t.inspector == who {
					return true
				}
			case "sponsor":
				if t.sponsor == who {
					return true
				}
			}
		}
	}
	return false
}

// acts reports whether somebody works in a unit or acts for it.
func (m *model) acts(who, unit string) bool {
	p := m.people[who]
	if p == nil || unit == "" {
		return false
	}
	if m.under(p.unit, unit) {
		return true
	}
	for r := range p.roles {
		if (r.role == "handler" || r.role == "dept_head") && m.under(unit, r.unit) {
			return true
		}
	}
	return false
}

func (m *model) holder(v int) int {
	if r := m.voices[v].root; r >= 0 {
		return r
	}
	return v
}

func (m *model) thingV(i int) thing {
	v := m.voices[i]
	t := thing{unit: v.unit, lead: v.lead, restricted: v.restricted, submitter: v.submitter, holder: m.holder(i), named: v.named, roster: roster}
	if v.lead != "" && v.work != nil {
		t.co = v.work.co
	}
	return t
}

func (m *model) thingM(x *mMatter) thing {
	return thing{money: x.finance, unit: x.unit, lead: x.lead, co: x.co, restricted: x.restricted, owner: x.owner, sponsor: x.sponsor, inspector: x.inspector, named: x.named, holder: -1}
}

// ── days ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────

// free and worked are what the State Council announced for the rest of 2026 against the run of the week.
var free = days("2026-09-25 2026-09-26 2026-09-27 2026-10-01 2026-10-02 2026-10-03 2026-10-04 2026-10-05 2026-10-06 2026-10-07")
var worked = days("2026-09-20 2026-10-10")

func days(s string) map[string]bool {
	out := map[string]bool{}
	for _, d := range strings.Fields(s) {
		out[d] = true
	}
	return out
}

var zone = time.FixedZone("CST", 8*3600)

func day(t time.Time) string { return t.In(zone).Format(time.DateOnly) }

func date(d string) time.Time { t, _ := time.ParseInLocation(time.DateOnly, d, zone); return t }

func plus(d string, n int) string { return day(date(d).AddDate(0, 0, n)) }

func works(d string) bool {
	w := date(d).Weekday()
	return worked[d] || w != time.Saturday && w != time.Sunday && !free[d]
}

func workday(d string) string {
	for !works(d) {
		d = plus(d, 1)
	}
	return d
}

// office is the end of the n-th working day after a moment.
func office(at time.Time, n int) time.Time {
	d := day(at)
	for ; n > 0; n-- {
		d = workday(plus(d, 1))
	}
	return closing(workday(d))
}

func closing(d string) time.Time { return date(d).Add(17*time.Hour + 30*time.Minute) }

// at is the moment as it is stored: the hour where somebody must not be known by it.
func (m *model) at(coarse bool) time.Time {
	if coarse {
		return m.now.Truncate(time.Hour)
	}
	return m.now
}

// ── lists ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────

var overV = []string{"closed", "rejected", "withdrawn", "erased"}

func (v *mVoice) over() bool { return slices.Contains(overV, v.state) }

func (v *mVoice) hidden() bool { return v.level != "named" }

func private(level string) int {
	return map[string]int{"anonymous": 2, "confidential": 1}[level]
}

// propose is what the catalogue says: the newest decision of a supervisor, or the topic's own units.
func (m *model) propose(category, place string, named map[string]bool) (lead string, co []string) {
	p, ok := m.rules[category+"/"+place]
	if !ok {
		p, ok = m.rules[category+"/"]
	}
	if !ok {
		p = topics[category].assigned
	}
	for _, c := range p.co {
		if !m.above(c, named) && c != p.lead {
			co = append(co, c)
		}
	}
	if m.above(p.lead, named) {
		return "", co
	}
	return p.lead, co
}

// above reports whether a unit, or one above it, is named.
func (m *model) above(unit string, named map[string]bool) bool {
	for n := range named {
		if unit != "" && m.parents[n] != "" && m.under(unit, n) {
			return true
		}
	}
	return false
}

func join(a, b map[string]bool) map[string]bool {
	out := maps.Clone(a)
	if out == nil {
		out = map[string]bool{}
	}
	maps.Copy(out, b)
	return out
}
