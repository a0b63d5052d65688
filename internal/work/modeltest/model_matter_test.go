package modeltest

import (
	"slices"
	"strings"
	"time"
)

// matterRules are the model's rules of what is done to matters, assignments and acceptances.
var matterRules = map[string]func(*model, cmd) *expect{
	"begin": (*model).begin, "assign_m": (*model).assignMatter, "sign": (*model).sign, "return": (*model).giveBack, "adjudicate": (*model).adjudicate,
	"reassign": (*model).reassign, "auto_sign": (*model).autoSign, "plan": (*model).submitPlan, "head": (*model).headSign, "finance": (*model).financeSign, "top": (*model).topSign, "approve": (*model).approve,
	"report": (*model).report, "more": (*model).askMore, "extend": (*model).extend, "pause": (*model).pause, "resume": (*model).resume,
	"timers": (*model).timers, "claim_done": (*model).claimDone, "appoint": (*model).appoint, "inspect": (*model).inspect, "rate": (*model).rate,
	"windows": (*model).windows, "close": (*model).closeMatter, "not_fixed": (*model).notFixed, "look_back": (*model).lookBack,
	"carry": (*model).carry, "review": (*model).review, "take_up": (*model).takeUp, "decline": (*model).decline, "cancel": (*model).cancel,
	"show": (*model).show,
}

func (m *model) addMatter(class, unit, place, topic, lead string) *mMatter {
	x := &mMatter{state: "proposed", class: class, unit: unit, place: place, category: topic, public: true, round: 1, dueOpen: true, rounds: map[int]*mRound{}}
	m.matters = append(m.matters, x)
	if lead != "" {
		m.gives(x, lead, nil, "assigned")
	}
	return x
}

// gives lets a unit have a matter.
func (m *model) gives(x *mMatter, lead string, co []string, state string) {
	if x.state != "proposed" && x.state != "assigned" {
		x.owner, x.asking = "", nil
	}
	x.lead, x.co, x.state, x.step = lead, co, "assigned", ""
	x.work = &mWork{state: state, lead: lead, co: co, due: office(m.now, 1)}
}

func (m *model) onMatter(c cmd, what string, states ...string) (*expect, *mMatter) {
	e, x := &expect{}, m.matters[c.M]
	e.refuse("denied", !m.may(c.Who, what, m.thingM(x)))
	e.refuse("conflict", c.Stale)
	e.refuse("conflict", !slices.Contains(states, x.state))
	return e, x
}

func (m *model) begin(c cmd) *expect {
	e := &expect{}
	class, lead := matterOpt(c.Opt)
	unit := places["P104M"]
	e.refuse("denied", !m.may(c.Who, "begin", thing{unit: unit}))
	e.refuse("denied", lead != "" && !m.may(c.Who, "assign", thing{unit: unit}))
	e.do = func(seen) { m.addMatter(class, unit, "P104M", "BA-1", lead) }
	return e
}

func (m *model) assignMatter(c cmd) *expect {
	c.Stale = false
	e, x := m.onMatter(c, "assign", "proposed")
	e.refuse("conflict", x.work != nil && x.work.state != "returned")
	e.refuse("invalid", m.above(c.Opt, x.named))
	e.do = func(seen) { m.gives(x, c.Opt, nil, "assigned") }
	return e
}

// held is the assignment that a command is about, with its thing as the unit sees it.
func (m *model) held(c cmd) (e *expect, w *mWork, t thing) {
	e = &expect{}
	if c.V >= 0 {
		w, t = m.voices[c.V].work, m.thingV(c.V)
	} else {
		w, t = m.matters[c.M].work, m.thingM(m.matters[c.M])
	}
	e.refuse("conflict", w == nil || c.Stale)
	if w == nil {
		w = &mWork{}
	}
	return e, w, t
}

func (m *model) sign(c cmd) *expect {
	e, w, t := m.held(c)
	t.lead = w.lead
	e.refuse("denied", !m.may(c.Who, "sign", t))
	e.refuse("conflict", w.state != "assigned")
	e.do = func(seen) { m.signed(c, w) }
	return e
}

func (m *model) signed(c cmd, w *mWork) {
	w.state = "signed"
	if c.V >= 0 {
		m.set(c.V, "signed")
	}
}

func (m *model) autoSign(c cmd) *expect {
	e := m.program(c)
	e.do = func(seen) {
		for i, v := range m.voices {
			if v.work != nil && v.work.state == "assigned" && !m.now.Before(v.work.due) {
				m.signed(cmd{V: i}, v.work)
			}
		}
		for _, x := range m.matters {
			if x.work != nil && x.work.state == "assigned" && !m.now.Before(x.work.due) {
				x.work.state = "signed"
			}
		}
	}
	return e
}

func (m *model) giveBack(c cmd) *expect {
	e, w, t := m.held(c)
	t.lead = w.lead
	e.refuse("denied", !m.may(c.Who, "sign", t))
	e.refuse("conflict", w.state != "assigned")
	e.refuse("invalid", c.Opt == w.lead || m.above(c.Opt, t.named))
	if c.V < 0 {
		e.refuse("conflict", m.matters[c.M].state != "assigned")
	}
	e.do = func(seen) {
		again := 0
		if c.V >= 0 {
			v := m.voices[c.V]
			v.returns++
			again, v.lead = v.returns, ""
			if again < 2 {
				v.claimed = ""
				m.set(c.V, "in_triage")
			}
		} else {
			x := m.matters[c.M]
			x.returns++
			again, x.lead, x.co, x.state = x.returns, "", nil, "proposed"
		}
		if w.state = "returned"; again >= 2 {
			w.state = "adjudicating"
		}
	}
	return e
}

func (m *model) adjudicate(c cmd) *expect {
	e, w, t := m.held(c)
	e.refuse("denied", !m.may(c.Who, "adjudicate", t))
	e.refuse("conflict", w.state != "adjudicating")
	e.refuse("invalid", m.above(c.Opt, t.named))
	e.do = func(seen) {
		w.state, w.lead, w.co = "signed", c.Opt, nil
		topic, place := "", ""
		if c.V >= 0 {
			v := m.voices[c.V]
			v.lead, topic, place = c.Opt, v.category, v.place
			m.set(c.V, "signed")
		} else {
			x := m.matters[c.M]
			topic, place = x.category, x.place
			m.gives(x, c.Opt, nil, "signed")
		}
		if lead, _ := m.propose(topic, place, nil); topic != "" && lead != c.Opt {
			m.rules[topic+"/"+place] = assigned{lead: c.Opt}
		}
	}
	return e
}

func (m *model) reassign(c cmd) *expect {
	e, w, t := m.held(c)
	e.refuse("denied", !m.may(c.Who, "adjudicate", t))
	e.refuse("conflict", w.state != "signed")
	e.refuse("invalid", m.above(c.Opt, t.named))
	if c.V < 0 {
		e.refuse("conflict", !slices.Contains([]string{"assigned", "plan_review", "executing", "paused"}, m.matters[c.M].state))
	}
	e.do = func(seen) {
		if c.V < 0 {
			m.gives(m.matters[c.M], c.Opt, nil, "assigned")
			return
		}
		*w = mWork{state: "assigned", lead: c.Opt, due: office(m.now, 1)}
		m.voices[c.V].lead = c.Opt
		m.set(c.V, "assigned")
	}
	return e
}

func (m *model) report(c cmd) *expect {
	e, x := m.onMatter(c, "progress", "executing")
	i := slices.Index(x.steps, false)
	e.refuse("invalid", c.Opt == "done" && i < 0)
	e.do = func(seen) {
		if x.told = true; c.Opt == "done" {
			x.steps[i] = true
		}
	}
	return e
}

func (m *model) pause(c cmd) *expect {
	e, x := m.onMatter(c, "supervise", "executing")
	e.refuse("denied", m.acts(c.Who, x.lead) || c.Who == x.owner)
	e.refuse("conflict", m.now.After(closing(x.due)))
	e.do = func(seen) { x.state, x.until = "paused", plus(day(m.now), 10) }
	return e
}

func (m *model) resume(c cmd) *expect {
	e, x := m.onMatter(c, "supervise", "paused")
	e.do = func(s seen) { m.resumes(c.M, x, s) }
	return e
}

func (m *model) resumes(i int, x *mMatter, s seen) {
	if due := s.due(i); due > x.due {
		m.moves(x, due, x.author)
	}
	x.state = "executing"
}

func (m *model) timers(c cmd) *expect {
	e := m.program(c)
	e.do = func(s seen) {
		for i, x := range m.matters {
			if x.state == "paused" && x.until <= day(m.now) {
				m.resumes(i, x, s)
			}
		}
	}
	return e
}

func (m *model) claimDone(c cmd) *expect {
	e, x := m.onMatter(c, "complete", "executing")
	photos := x.photos
	if c.Opt == "photo" {
		photos++
	}
	e.refuse("invalid", slices.Contains(x.steps, false) || photos < x.wanted || x.round > 1 && !x.told)
	e.do = func(s seen) {
		x.photos, x.told, x.claimant, x.state, x.asking = min(photos, 1), true, c.Who, "inspecting", nil
		if x.inspector == c.Who {
			x.inspector = ""
		}
		r := &mRound{state: "frozen", invited: map[string]bool{}}
		for _, who := range s.invited {
			r.invited[who] = false
		}
		x.rounds[x.round] = r
	}
	return e
}

// asks says whether a list of who is asked is right: everybody who said it, nobody who must not be asked, and of the others only users.
func (m *model) asks(matter int, list []string) (wrong []string) {
	x := m.matters[matter]
	out := func(who string) bool {
		p := m.people[who]
		return who == x.owner || who == x.claimant || who == x.sponsor || who == x.author || who == x.inspector || x.named[who] ||
			p.roles[post{"dept_head", x.lead}] || p.contractor && m.under(p.unit, x.lead) || m.above(p.unit, x.named)
	}
	must := map[string]bool{}
	for i, v := range m.voices {
		if v.matter != matter {
			continue
		}
		if v.submitter == "" {
			must[receipt(m.holder(i))] = true
		} else if !out(v.submitter) {
			must[v.submitter] = true
		}
	}
	for who := range must {
		if !slices.Contains(list, who) {
			wrong = append(wrong, who+" is not asked")
		}
	}
	for _, who := range list {
		switch {
		case must[who]:
		case m.people[who] == nil:
			wrong = append(wrong, who+" is asked and is not behind it")
		case out(who):
			wrong = append(wrong, who+" is asked and must not be")
		case who != "mill" && !m.uses(who, x):
			wrong = append(wrong, who+" is asked and does not use the place")
		}
	}
	return wrong
}

func (m *model) uses(who string, x *mMatter) bool {
	for _, u := range users(x) {
		if p := m.people[who]; p != nil && m.under(p.unit, u) {
			return true
		}
	}
	return false
}

func (m *model) appoint(c cmd) *expect {
	e, x := m.onMatter(c, "approve", "executing", "inspecting")
	e.refuse("invalid", m.recused(c.Opt, thing{named: x.named}) || c.Opt == x.claimant || c.Opt == x.owner || m.acts(c.Opt, x.lead))
	e.do = func(seen) { x.inspector = c.Opt }
	return e
}

func (m *model) hands(e *expect, x *mMatter, who string) {
	e.refuse("denied", who == x.claimant || who == x.owner || m.acts(who, x.lead))
}

func (m *model) inspect(c cmd) *expect {
	e, x := m.onMatter(c, "inspect", "inspecting")
	m.hands(e, x, c.Who)
	e.do = func(seen) {
		r := x.rounds[x.round]
		if c.Opt == "fail" {
			x.claimant, x.inspector, x.state, r.state = "", "", "executing", "void"
			return
		}
		x.inspector, x.state, r.state, r.ends = c.Who, "accepting", "open", date(plus(day(m.now), 8))
	}
	return e
}

func (m *model) rate(c cmd) *expect {
	e := &expect{}
	x := m.matters[c.M]
	r := x.rounds[x.round]
	if r == nil {
		e.refuse("conflict", true)
		return e
	}
	who, result, _ := strings.Cut(c.Opt, " ")
	used, invited := r.invited[who]
	e.refuse("conflict", !invited || who != c.Who) // somebody else's invitation is unknown
	e.refuse("conflict", used || r.state != "open" || !m.at(true).Before(r.ends))
	e.do = func(seen) {
		r.invited[who] = true
		r.results = append(r.results, result)
	}
	return e
}

func (m *model) windows(c cmd) *expect {
	e := m.program(c)
	e.do = func(seen) {
		for i, x := range m.matters {
			r := x.rounds[x.round]
			if x.state != "accepting" || r == nil || r.state != "open" || m.now.Before(r.ends) && len(r.results) < len(r.invited) {
				continue
			}
			n := map[string]int{}
			for _, s := range r.results {
				n[s]++
			}
			judged := n["solved"] + n["partly"] + n["not"]
			r.state, x.state, x.verdict = "over", "rated", "unconfirmed"
			switch {
			case n["not"] > 0 && n["not"]*10 >= judged*3:
				m.again(i, false, m.now)
			case n["solved"] > 0 && n["solved"]*2 >= judged:
				x.verdict = "confirmed"
			}
		}
	}
	return e
}

// again begins a new round.
func (m *model) again(i int, relapse bool, now time.Time) {
	x := m.matters[i]
	if r := x.rounds[x.round]; r != nil && r.state == "open" {
		r.state = "over"
	}
	if x.state == "closed" {
		x.work = &mWork{state: "signed", lead: x.last.lead, co: x.last.co}
	}
	x.round++
	x.state, x.claimant, x.inspector, x.verdict, x.looked, x.told, x.photos = "executing", "", "", "", [2]bool{}, false, 0
	x.due, x.dueOpen = day(office(now, 10)), true
	for j, v := range m.voices {
		if v.matter == i && (v.state == "answered" || v.state == "closed") {
			v.how, v.answered = "", time.Time{}
			m.set(j, "linked")
		}
	}
}

func (m *model) closeMatter(c cmd) *expect {
	e, x := m.onMatter(c, "close", "rated")
	m.hands(e, x, c.Who)
	e.refuse("denied", c.Who == x.inspector)
	e.do = func(seen) {
		x.closed, x.last = m.now, assigned{x.lead, x.co}
		m.ends(c.M, "closed")
	}
	return e
}

// ends answers everybody behind a matter.
func (m *model) ends(i int, state string) {
	x := m.matters[i]
	if x.state, x.step = state, ""; state != "carried_over" {
		x.work = nil
	}
	x.asking = nil
	for j, v := range m.voices {
		if v.matter == i && v.state == "linked" {
			v.into = -1
			m.answered(j)
		}
	}
}

func (m *model) notFixed(c cmd) *expect {
	c.Stale = false
	e, x := m.onMatter(c, "dispute", "accepting", "rated", "closed")
	days := int(date(day(m.now)).Sub(date(day(x.closed))).Hours() / 24)
	e.refuse("conflict", x.state == "closed" && days > 180)
	affected := m.uses(c.Who, x)
	for i, v := range m.voices {
		affected = affected || v.matter == c.M && (v.submitter != "" && v.submitter == c.Who || c.Who == receipt(m.holder(i)))
	}
	for _, r := range x.rounds {
		_, asked := r.invited[c.Who]
		affected = affected || asked && m.people[c.Who] != nil
	}
	e.refuse("denied", c.Who == "nobody" || c.Who == "job" || !affected || m.people[c.Who] != nil && (c.Who == x.owner || c.Who == x.claimant))
	e.do = func(seen) { m.again(c.M, x.state == "closed" && days > 15, m.at(coarse(c.Who))) }
	return e
}

func (m *model) lookBack(c cmd) *expect {
	e, x := m.onMatter(c, "look", "closed")
	m.hands(e, x, c.Who)
	i, days := 0, 30
	if strings.HasPrefix(c.Opt, "90") {
		i, days = 1, 90
	}
	e.refuse("conflict", x.looked[i] || day(m.now) < plus(day(x.closed), days-7))
	e.do = func(seen) {
		if strings.HasSuffix(c.Opt, "fail") {
			m.again(c.M, true, m.now)
			return
		}
		x.looked[i] = true
	}
	return e
}

func (m *model) carry(c cmd) *expect {
	e, x := m.onMatter(c, "supervise", "assigned", "plan_review", "executing", "paused")
	e.refuse("denied", m.acts(c.Who, x.lead) || c.Who == x.owner)
	e.do = func(seen) { m.ends(c.M, "carried_over") }
	return e
}

func (m *model) review(c cmd) *expect {
	e, _ := m.onMatter(c, "supervise", "carried_over")
	e.do = func(seen) {}
	return e
}

func (m *model) takeUp(c cmd) *expect {
	e, x := m.onMatter(c, "supervise", "carried_over")
	e.do = func(seen) { x.state, x.dueOpen, x.owner = "assigned", true, "" }
	return e
}

var openM = []string{"proposed", "assigned", "plan_review", "executing", "paused", "carried_over"}

func (m *model) decline(c cmd) *expect {
	e, x := m.onMatter(c, "decline", openM...)
	e.refuse("denied", m.acts(c.Who, x.lead) || c.Who == x.owner && x.owner != "")
	e.do = func(seen) { m.ends(c.M, "cancelled") }
	return e
}

func (m *model) cancel(c cmd) *expect {
	e, _ := m.onMatter(c, "cancel", openM...)
	e.do = func(seen) { m.ends(c.M, "cancelled") }
	return e
}

func (m *model) show(c cmd) *expect {
	e, x := m.onMatter(c, "publish", append(openM, "inspecting", "accepting", "rated", "closed", "cancelled")...)
	e.refuse("invalid", c.Opt == "yes" && x.restricted != "")
	e.do = func(seen) { x.public = c.Opt == "yes" }
	return e
}
