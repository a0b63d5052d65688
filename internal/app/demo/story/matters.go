package story

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/accept"
	"sanwen/internal/work/assignment"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/matter/chain"
	"sanwen/internal/work/matter/plan"
	"sanwen/internal/work/voice"
)

// matterVerbs are the verbs about a block's matter.
var matterVerbs = map[string]verb{
	"matter":   newMatter,
	"join":     joining,
	"register": registering,
	"sign": acting("handler", func(p *play, b *block, l *line, m matter.Matter) (doer, error) {
		return assignment.Sign{Subject: m.Ref()}, nil
	}),
	"return": acting("head", func(p *play, b *block, l *line, m matter.Matter) (doer, error) {
		return assignment.Return{Subject: m.Ref(), Rule: l.text, Proposed: l.arg(0), Note: l.sub1("note")}, nil
	}),
	"again": acting("triager", func(p *play, b *block, l *line, m matter.Matter) (doer, error) {
		return assignment.Assign{Subject: m.Ref(), Lead: l.arg(0), Co: l.args[1:], Note: l.text}, nil
	}),
	"adjudicate": acting("supervisor", func(p *play, b *block, l *line, m matter.Matter) (doer, error) {
		return assignment.Adjudicate{Subject: m.Ref(), Lead: l.arg(0), Co: l.args[1:], Basis: l.text}, nil
	}),
	"plan": planned,
	"approve": acting("supervisor", func(p *play, b *block, l *line, m matter.Matter) (doer, error) {
		return matter.DecidePlan{Matter: m.ID, Approve: true, Note: l.text}, nil
	}),
	"sendback": acting("supervisor", func(p *play, b *block, l *line, m matter.Matter) (doer, error) {
		return matter.DecidePlan{Matter: m.ID, Note: l.text}, nil
	}),
	"setup":  settingUp,
	"report": reporting,
	"askmore": acting("owner", func(p *play, b *block, l *line, m matter.Matter) (doer, error) {
		day, err := p.days.day(l.opt("due", ""))
		return matter.AskMore{Matter: m.ID, Day: day, Reason: l.text, Interim: l.sub1("interim")}, err
	}),
	"grant": acting("supervisor", func(p *play, b *block, l *line, m matter.Matter) (doer, error) {
		return matter.DecideMore{Matter: m.ID, Grant: true, Note: l.text}, nil
	}),
	"refuse": acting("supervisor", func(p *play, b *block, l *line, m matter.Matter) (doer, error) {
		return matter.DecideMore{Matter: m.ID, Note: l.text}, nil
	}),
	"pause": acting("supervisor", func(p *play, b *block, l *line, m matter.Matter) (doer, error) {
		until, err := p.days.day(l.opt("until", ""))
		return matter.Pause{Matter: m.ID, Reason: l.arg(0), Until: until, Note: l.text}, err
	}),
	"resume": acting("supervisor", func(p *play, b *block, l *line, m matter.Matter) (doer, error) {
		return matter.Resume{Matter: m.ID}, nil
	}),
	"appoint": acting("supervisor", func(p *play, b *block, l *line, m matter.Matter) (doer, error) {
		i, err := p.inspector(b, m.Lead)
		return matter.AppointInspector{Matter: m.ID, Person: i.ID}, err
	}),
	"done":    claiming,
	"inspect": inspecting,
	"close":   closing,
	"look":    looking,
	"carry": ending("supervisor", func(p *play, l *line, m matter.Matter) (doer, error) {
		review, err := p.days.day(l.opt("review", ""))
		return matter.CarryOver{Matter: m.ID, Condition: l.text, ReviewDay: review, LongTerm: l.arg(0) == "long"}, err
	}),
	"review": acting("supervisor", func(p *play, b *block, l *line, m matter.Matter) (doer, error) {
		review, err := p.days.day(l.opt("review", ""))
		return matter.Review{Matter: m.ID, Condition: l.text, ReviewDay: review}, err
	}),
	"takeup": acting("supervisor", func(p *play, b *block, l *line, m matter.Matter) (doer, error) {
		return matter.TakeUp{Matter: m.ID, Note: l.text}, nil
	}),
	"decline": ending("leader", func(p *play, l *line, m matter.Matter) (doer, error) {
		return matter.Decline{Matter: m.ID, Reason: l.text, Rule: l.sub1("rule"), Decider: l.sub1("decider")}, nil
	}),
	"cancel": ending("leader", func(p *play, l *line, m matter.Matter) (doer, error) {
		return matter.Cancel{Matter: m.ID, Reason: l.text}, nil
	}),
}

// step puts a step about the block's matter down. "owner" is who answers for the matter then, "handler" and "head" are those
// of its lead unit.
func (p *play) step(b *block, l *line, at time.Time, usual string, do func(tx *db.Tx, who access.Person, m matter.Matter) error) {
	p.agenda.Put(at, false, l.where, func(tx *db.Tx) error {
		m, err := matter.Find(tx, b.matter.id)
		if err != nil {
			return err
		}
		var who access.Person
		if words := l.opt("by", usual); words == "owner" {
			who, err = p.byID(tx, m.Owner)
		} else {
			who, err = p.by(tx, b, l, usual, m.Lead)
		}
		if err != nil {
			return err
		}
		return do(tx, who, m)
	})
}

// acting makes a verb of an action on the block's matter.
func acting(usual string, make func(p *play, b *block, l *line, m matter.Matter) (doer, error)) verb {
	return func(p *play, b *block, l *line, at time.Time) error {
		p.step(b, l, at, usual, func(tx *db.Tx, who access.Person, m matter.Matter) error {
			in, err := make(p, b, l, m)
			if err != nil {
				return err
			}
			return in.Do(tx, who)
		})
		return nil
	}
}

// ending is acting for what answers everybody who asked: some of them say then that it is settled for them.
func ending(usual string, make func(p *play, l *line, m matter.Matter) (doer, error)) verb {
	do := acting(usual, func(p *play, _ *block, l *line, m matter.Matter) (doer, error) { return make(p, l, m) })
	return func(p *play, b *block, l *line, at time.Time) error {
		p.thank(b, at)
		return do(p, b, l, at)
	}
}

// fill is the matter as its block describes it.
func (p *play) fill(b *block) (matter.Register, error) {
	in := matter.Register{Title: b.head["title"], Body: b.head["body"], PublicText: b.head["public"], Public: true,
		Class: matter.Class(first(b.head["class"], string(matter.Standard))), Category: b.head["category"], Place: b.head["place"], Unit: b.head["unit"]}
	if lead := strings.Fields(b.head["lead"]); len(lead) > 0 {
		in.Lead, in.Co = lead[0], lead[1:]
	}
	if n := b.head["beneficiaries"]; n != "" {
		k, err := strconv.ParseInt(n, 10, 64)
		if err != nil {
			return in, err
		}
		in.Beneficiaries = k
	}
	return in, nil
}

// photo is the picture of the block's scene at a moment: before, during or after. It is there when the step is done.
func (p *play) photo(b *block, moment string, at time.Time) func() []matter.PhotoIn {
	scene := b.head["scene"]
	if scene == "" {
		return func() []matter.PhotoIn { return nil }
	}
	get := p.picture(scene, moment, p.dayOf(at))
	return func() []matter.PhotoIn {
		ph := get()
		return []matter.PhotoIn{{Hash: ph.Hash, Thumb: ph.Thumb, Caption: b.head[moment]}}
	}
}

// newMatter is the verb "matter: words for who said it": the first voice becomes the matter, those said until then join it.
func newMatter(p *play, b *block, l *line, at time.Time) error {
	if l.voice < 0 {
		return fmt.Errorf("a matter needs a voice; without one it is registered")
	}
	reg, err := p.fill(b)
	if err != nil {
		return err
	}
	before := p.photo(b, "before", at)
	p.agenda.Put(at, false, l.where, func(tx *db.Tx) error {
		who, err := p.by(tx, b, l, "triager", "")
		if err != nil {
			return err
		}
		v := &b.voices[0]
		reg := reg
		reg.Photos = before()
		if v.level.Hidden() {
			if _, err := (voice.OpenText{Voice: v.id, Reason: "分办前核对原文"}).Do(tx, who); err != nil {
				return err
			}
		}
		read, err := p.reading(tx, b, l, v.id)
		if err != nil {
			return err
		}
		made, err := voice.NewMatter{Voice: v.id, Reading: read, Register: reg, Say: l.text}.Do(tx, who)
		b.matter = matterID{made.ID, made.Number}
		return err
	})
	for i := 1; i <= l.voice; i++ {
		p.join(b, l, i, at.Add(time.Duration(2*i)*time.Minute), l.sub1("join"))
	}
	return nil
}

// joining is the verb "join: words": a voice said later joins the matter.
func joining(p *play, b *block, l *line, at time.Time) error {
	p.join(b, l, l.voice, at, l.text)
	return nil
}

func (p *play) join(b *block, l *line, i int, at time.Time, words string) {
	v := &b.voices[i]
	p.agenda.Put(at, false, l.where, func(tx *db.Tx) error {
		who, err := p.by(tx, b, l, "triager", "")
		if err != nil {
			return err
		}
		read, err := p.reading(tx, b, l, v.id)
		if err != nil {
			return err
		}
		say := first(words, "您反映的情况与 "+b.matter.number+" 是同一件事，已并入一起办理，进展在公示栏按这个编号查看。")
		return voice.JoinMatter{Voice: v.id, Reading: read, Matter: b.matter.id, Say: say}.Do(tx, who)
	})
}

// registering is the verb "register SOURCE": the organisation begins by itself.
func registering(p *play, b *block, l *line, at time.Time) error {
	reg, err := p.fill(b)
	if err != nil {
		return err
	}
	reg.Source = matter.Source(l.arg(0))
	before := p.photo(b, "before", at)
	p.agenda.Put(at, false, l.where, func(tx *db.Tx) error {
		who, err := p.by(tx, b, l, "triager", "")
		if err != nil {
			return err
		}
		in := reg
		in.Photos = before()
		err = in.Do(tx, who)
		b.matter = matterID{in.ID, in.Number}
		return err
	})
	return nil
}

// settingUp is the verb "setup [N]: question": what the employees will be asked, and how many of the place.
func settingUp(p *play, b *block, l *line, at time.Time) error {
	n := 0
	if l.arg(0) != "" {
		var err error
		if n, err = strconv.Atoi(l.arg(0)); err != nil {
			return err
		}
	}
	p.step(b, l, at, "triager", func(tx *db.Tx, who access.Person, m matter.Matter) error {
		return accept.SetUp{Matter: m.ID, Question: l.text, Sample: n}.Do(tx, who)
	})
	return nil
}

// planning is the verb "plan due=DAY [money=186000/welfare] [sponsor=1] [owner=2]" with indented item, standard, check, step,
// contingency, assessment and qualitative.
func planning(p *play, b *block, l *line, m matter.Matter) (doer, error) {
	s := matter.Slots{Item: l.sub1("item"), Standard: l.sub1("standard"), Contingency: l.sub1("contingency"), Assessment: l.sub1("assessment"),
		Qualitative: l.sub1("qualitative"), AfterPhotos: 1}
	if b.head["scene"] == "" || m.Class == matter.Quick {
		s.AfterPhotos = 0
	}
	var err error
	if s.Deadline, err = p.days.day(l.opt("due", "")); err != nil {
		return nil, err
	}
	for _, c := range l.subs("check") {
		check, err := p.check(c)
		if err != nil {
			return nil, err
		}
		s.Checks = append(s.Checks, check)
	}
	for _, st := range l.subs("step") {
		day, err := p.days.day(strings.Join(st.args, ""))
		if err != nil {
			return nil, err
		}
		s.Steps = append(s.Steps, plan.Step{Text: st.text, Day: day})
	}
	owner, err := p.who(b, "handler"+l.opt("owner", "1"), m.Lead)
	if err != nil {
		return nil, err
	}
	s.Owner = owner.ID
	if m.Class != matter.Quick {
		a, err := p.acceptor(b, m)
		if err != nil {
			return nil, err
		}
		s.Acceptors = []string{a}
	}
	if amount, source, ok := strings.Cut(l.opt("money", ""), "/"); ok {
		s.Money = &plan.Money{Amount: amount, Source: source, Approval: l.opt("approval", "")}
	}
	if n := l.opt("sponsor", ""); n != "" {
		sponsor, err := p.who(b, "leader"+n, "")
		if err != nil {
			return nil, err
		}
		s.Sponsor = sponsor.ID
	}
	return matter.SubmitPlan{Matter: m.ID, Plan: s}, nil
}

// planned is the verb "plan": a clerk hands the plan in; the head of the unit signs it before the hour is over, and finance agrees to what
// costs much, unless the line says "wait=head" or "wait=finance".
func planned(p *play, b *block, l *line, at time.Time) error {
	if err := acting("handler", planning)(p, b, l, at); err != nil {
		return err
	}
	for i, s := range []string{"head", "finance"} {
		if l.opt("wait", "") == s {
			break
		}
		p.agenda.Put(at.Add(time.Duration(25+55*i)*time.Minute), false, l.where, func(tx *db.Tx) error {
			m, err := matter.Find(tx, b.matter.id)
			if err != nil {
				return err
			}
			as, unit := chain.AsHead, m.Lead
			switch m.Review {
			case chain.Head:
			case chain.Finance:
				as, unit = chain.AsFinance, m.FinancePath.Unit()
			case chain.HeadTop, chain.FinanceTop:
				as = chain.AsLeader
			default:
				return nil // it waits for the office, or for nothing
			}
			person, err := p.signer(tx, b, as, unit, m.Author)
			if err != nil {
				return err
			}
			who, err := p.actor(tx, person)
			if err != nil {
				return err
			}
			return matter.SignPlan{Matter: m.ID, As: as, Approve: true}.Do(tx, who)
		})
	}
	return nil
}

// signer is a head of the unit who has not written the plan himself, or a leader.
func (p *play) signer(tx *db.Tx, b *block, as chain.Hand, unit, author string) (org.Person, error) {
	if as == chain.AsLeader {
		return p.holder(access.Leader, "", b.n)
	}
	heads, err := org.Holders(tx, access.DeptHead, unit)
	for _, h := range heads {
		if h.ID != author {
			return h, err
		}
	}
	return org.Person{}, fmt.Errorf("nobody signs for %s", unit)
}

// acceptor is a union chair of the people who use the place, outside the lead unit.
func (p *play) acceptor(b *block, m matter.Matter) (string, error) {
	for _, u := range append(p.places[m.Place].Audience.Codes(), "U02", "U03") {
		if c, err := p.holder(access.UnitChair, u, 0); err == nil && !c.Path.Under(m.LeadPath) {
			return c.ID, nil
		}
	}
	return "", fmt.Errorf("nobody accepts for %s", b.name)
}

// check reads a check item: "check BT1" of the catalogue, "check ≥60 °C: 售餐台菜温" of its own, "check: 照明完好" to look at.
func (p *play) check(c sub) (matter.Check, error) {
	if len(c.args) == 0 {
		return matter.Check{Text: c.text, Kind: plan.CheckYesNo}, nil
	}
	if i, ok := p.items[c.args[0]]; ok {
		out := matter.Check{Text: i.NameZh, Kind: plan.CheckNumber, Unit: i.Measure}
		if i.Low == nil && i.High == nil {
			return matter.Check{Text: i.NameZh, Kind: plan.CheckYesNo}, nil
		}
		if i.Low != nil {
			out.Low = strconv.FormatFloat(*i.Low, 'f', -1, 64)
		}
		if i.High != nil {
			out.High = strconv.FormatFloat(*i.High, 'f', -1, 64)
		}
		if c.text != "" {
			out.Text = c.text
		}
		return out, nil
	}
	out := matter.Check{Text: c.text, Kind: plan.CheckNumber}
	limit := c.args[0]
	if len(c.args) > 1 {
		out.Unit = c.args[1]
	}
	switch {
	case strings.HasPrefix(limit, "≥"):
		out.Low = limit[len("≥"):]
	case strings.HasPrefix(limit, "≤"):
		out.High = limit[len("≤"):]
	default:
		var ok bool
		if out.Low, out.High, ok = strings.Cut(limit, "–"); !ok {
			return out, fmt.Errorf("%q is no check item", limit)
		}
	}
	return out, nil
}
