package story

import (
	"errors"
	"fmt"
	"time"

	"sanwen/internal/app/demo/story/phrase"
	"sanwen/internal/base/access"
	"sanwen/internal/base/duty"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/supervise"
	"sanwen/internal/work/voice"
	"sanwen/internal/work/voice/core"
)

// orderDays are the working days before today on which the office signs an order: one in every fourth day of the year, more of late.
func orderDays() (out []int) {
	for d := 240; d > 12; d -= 4 {
		out = append(out, d)
	}
	return append(out, 11, 8, 5, 3, 2, 1)
}

// ground is what an order rests on, as the office finds it on the morning of its day.
type ground struct {
	kind  string // of [phrase.Orders]
	in    supervise.Issue
	thing access.Thing // of what it is about, or empty
}

// office puts down what the supervising office does in the year: orders that are received, answered, pressed again and closed.
func (p *play) office() error {
	for i, ago := range orderDays() {
		at, err := p.days.on(p.days.ago(ago), "09:20")
		if err != nil {
			return err
		}
		p.agenda.Put(at, false, fmt.Sprintf("order %d", i+1), func(tx *db.Tx) error { return p.order(tx, i) })
	}
	return nil
}

// order signs the i-th order about what has most need of it that day.
func (p *play) order(tx *db.Tx, i int) error {
	office, err := p.acting(tx, access.Supervisor, 0)
	if err != nil {
		return err
	}
	type find func(tx *db.Tx, i int) ([]ground, error)
	turns := [][]find{{p.overdue, p.undone, p.crowded, p.failing}, {p.failing, p.overdue, p.undone}, {p.overdue, p.crowded, p.undone, p.failing}, {p.undone, p.overdue, p.failing}}
	for _, f := range append(turns[i%4], p.season) {
		all, err := f(tx, i)
		if err != nil {
			return err
		}
		for _, g := range all {
			unit, err := p.addressee(tx, &g)
			if err != nil {
				return err
			}
			head, ok, err := p.headOver(tx, unit)
			if err != nil {
				return err
			}
			if !ok || office.Path.Under(unit) {
				continue
			}
			g.in.Demand, g.in.Due = pick(phrase.Orders[g.kind].Demand, i), p.days.cal.AddWorkdays(tx.Today(), 5+i%4)
			if err := g.in.Do(tx, office); err != nil {
				return err
			}
			id, err := db.One[string](tx, `SELECT id FROM supervise_order WHERE n > 0 ORDER BY year DESC, n DESC LIMIT 1`)
			if err != nil {
				return err
			}
			return p.after(tx, i, id, g.kind, office, head)
		}
	}
	return errors.New("nothing calls for an order")
}

// pick is one of some texts, another from order to order.
func pick(texts []string, i int) string { return texts[(i/4+i)%len(texts)] }

// addressee is the path of the unit that an order goes to, and empty where what it is about names that unit.
func (p *play) addressee(tx *db.Tx, g *ground) (access.Path, error) {
	unit := g.thing.Lead
	if g.in.Unit != "" {
		tree, err := org.TreeOf(tx)
		if err != nil {
			return "", err
		}
		unit = tree.Path(g.in.Unit)
	}
	for _, u := range g.thing.NamedUnits {
		if unit.Under(u) {
			return "", nil
		}
	}
	return unit, nil
}

// headOver is who answers for a unit.
func (p *play) headOver(tx *db.Tx, unit access.Path) (access.Person, bool, error) {
	if unit == "" {
		return access.Person{}, false, nil
	}
	for _, h := range p.Holders[access.DeptHead] {
		who, err := p.actor(tx, h)
		if err != nil {
			return who, false, err
		}
		for _, g := range who.Grants {
			if g.Role == access.DeptHead && unit.Under(g.Path) {
				return who, true, nil
			}
		}
	}
	return access.Person{}, false, nil
}

// overdue finds promises of departments whose time has passed, the oldest first.
func (p *play) overdue(tx *db.Tx, _ int) (out []ground, err error) {
	type late struct {
		Kind        duty.Kind
		SubjectKind string
		SubjectID   string
	}
	all, err := db.All[late](tx, `SELECT kind, subject_kind, subject_id FROM duty d WHERE open = 1 AND due < $1 AND restricted = '' AND kind IN ('milestone', 'plan', 'completion', 'answer')
		AND NOT EXISTS (SELECT 1 FROM supervise_order o WHERE o.subject_id = d.subject_id AND (o.ended_at = 0 OR o.issued_at > $2))
		ORDER BY due, started_at, kind LIMIT 8`, tx.Millis(), clock.MillisOf(tx.Now.AddDate(0, 0, -14)))
	for _, x := range all {
		g := ground{kind: string(x.Kind), in: supervise.Issue{Terms: supervise.Terms{Grade: duty.Red, Basis: supervise.BasisOverdue}}}
		if x.Kind == duty.Milestone || x.Kind == duty.Plan {
			g.in.Grade = duty.Yellow
		}
		if x.SubjectKind == voice.RefKind {
			v, err := core.Find(tx, x.SubjectID, "")
			if err != nil {
				return nil, err
			}
			if v.Restricted != "" || v.Title == "" {
				continue
			}
			g.in.Voice, g.in.Title = v.ID, shorten("逾期未答复："+v.Title)
			g.thing, err = core.ThingOf(tx, v)
			if err != nil {
				return nil, err
			}
		} else if err := g.matter(tx, x.SubjectID); err != nil {
			return nil, err
		}
		if g.in.Matter != "" || g.in.Voice != "" {
			out = append(out, g)
		}
	}
	return out, err
}

// matter makes the order about a matter that somebody leads and that is not over.
func (g *ground) matter(tx *db.Tx, id string) error {
	m, err := matter.Find(tx, id)
	if err != nil || m.Restricted != "" || m.Lead == "" || matter.Cycle.Over(m.State) {
		return err
	}
	g.in.Matter, g.in.Title = m.ID, shorten(m.Title)
	g.thing, err = matter.ThingOf(tx, m)
	return err
}

// undone finds what meetings have decided and nobody has done.
func (p *play) undone(tx *db.Tx, _ int) (out []ground, err error) {
	type row struct {
		Number string
		N      int
		Text   string
		Lead   string
		Matter string
	}
	all, err := db.All[row](tx, `SELECT m.number, r.n, r.text, r.lead, r.matter FROM resolution r JOIN meeting m ON m.id = r.meeting
		WHERE r.state = 'open' AND r.day < $1 AND m.number <> '' ORDER BY r.day, m.n, r.n`, tx.Today())
	for _, r := range all {
		basis := fmt.Sprintf("会议纪要%s第 %d 项", r.Number, r.N)
		n, err := db.One[int](tx, `SELECT COUNT(*) FROM supervise_order WHERE basis_text = $1`, basis)
		if err != nil {
			return nil, err
		}
		if n > 0 {
			continue
		}
		g := ground{kind: "resolution", in: supervise.Issue{Terms: supervise.Terms{Grade: duty.Yellow, Basis: supervise.BasisResolution, BasisText: basis}}}
		if r.Matter != "" {
			if err := g.matter(tx, r.Matter); err != nil {
				return nil, err
			}
		}
		g.in.Unit, g.in.Title = r.Lead, shorten(r.Text)
		out = append(out, g)
	}
	return out, err
}

// failing finds records of inspections of the last two weeks with what a leader wants mended.
func (p *play) failing(tx *db.Tx, i int) (out []ground, err error) {
	type row struct{ Number, Place, Problem string }
	all, err := db.All[row](tx, `SELECT v.number, v.place, i.problem FROM visit v JOIN visit_item i ON i.visit = v.id
		WHERE v.at > $1 AND v.at <= $2 AND i.result = 'fail' AND i.problem <> '' ORDER BY v.fails DESC, v.number DESC, i.n LIMIT 12`,
		clock.MillisOf(tx.Now.AddDate(0, 0, -14)), tx.Millis())
	if err != nil {
		return nil, err
	}
	leader, err := p.holder(access.Leader, "", i)
	if err != nil {
		return nil, err
	}
	for _, r := range all {
		basis := fmt.Sprintf("%s在检查记录 %s 上批示：限期整改", leader.Name, r.Number)
		title := shorten(p.places[r.Place].NameZh + "：" + r.Problem)
		n, err := db.One[int](tx, `SELECT COUNT(*) FROM supervise_order WHERE title = $1 AND issued_at > $2`, title, clock.MillisOf(tx.Now.AddDate(0, -2, 0)))
		if err != nil {
			return nil, err
		}
		category := map[string]string{org.Bathhouse: "B1", org.Canteen: "A2", org.Dormitory: "C2", org.RestRoom: "J1"}[p.places[r.Place].Kind]
		if n > 0 || category == "" {
			continue
		}
		to, err := org.Propose(tx, category, r.Place)
		if err != nil {
			return nil, err
		}
		out = append(out, ground{kind: "finding", in: supervise.Issue{Unit: to.Lead, Terms: supervise.Terms{Grade: duty.Blue, Basis: supervise.BasisInstruction, BasisText: basis, Title: title}}})
	}
	return out, nil
}

// crowded finds matters under way that many have spoken of.
func (p *play) crowded(tx *db.Tx, _ int) (out []ground, err error) {
	ids, err := db.All[string](tx, `SELECT id FROM matter WHERE state IN ('assigned', 'plan_review', 'executing') AND lead <> '' AND restricted = '' AND voices + supporters >= 4
		AND NOT EXISTS (SELECT 1 FROM supervise_order o WHERE o.subject_id = matter.id AND (o.ended_at = 0 OR o.issued_at > $1)) ORDER BY voices + supporters DESC, number LIMIT 4`,
		clock.MillisOf(tx.Now.AddDate(0, 0, -60)))
	for _, id := range ids {
		g := ground{kind: "voice", in: supervise.Issue{Terms: supervise.Terms{Grade: duty.Blue, Basis: supervise.BasisVoice}}}
		if err := g.matter(tx, id); err != nil {
			return nil, err
		}
		if g.in.Matter != "" {
			out = append(out, g)
		}
	}
	return out, err
}

// season is what a leader asks for in this month.
func (p *play) season(tx *db.Tx, i int) ([]ground, error) {
	leader, err := p.holder(access.Leader, "", i)
	if err != nil {
		return nil, err
	}
	month := tx.Today().Time(tx.Zone()).Month()
	in := supervise.Issue{Unit: []string{"D02", "D01", "D10"}[i%3], Terms: supervise.Terms{Grade: duty.Blue, Basis: supervise.BasisInstruction,
		BasisText: fmt.Sprintf("%s在 %d 月职工生活后勤例会上的要求", leader.Name, month), Title: phrase.Seasons[month-1]}}
	return []ground{{kind: "season", in: in}}, nil
}

// after puts down what becomes of an order: most are answered in time and closed, some late, some after a second order, a few are withdrawn.
func (p *play) after(tx *db.Tx, i int, id, kind string, office, head access.Person) error {
	today := tx.Today()
	var failed error
	put := func(days int, at string, do func(tx *db.Tx) error) {
		when, err := p.days.on(p.days.cal.AddWorkdays(today, days), at)
		if err != nil {
			failed = err
			return
		}
		p.agenda.Put(when.Add(time.Duration(i%7)*7*time.Minute), false, fmt.Sprintf("order %d after %d days", i+1, days), do)
	}
	received := 1
	if i%13 == 6 {
		received = 2 // a day late
	}
	switch {
	case i%19 == 11:
		put(1, "10:30", func(tx *db.Tx) error {
			return supervise.Withdraw{Order: id, Note: "与调度会议定事项重复，并入会议督办。"}.Do(tx, office)
		})
		return failed
	case i%9 == 5: // nobody answers; the second order is answered
		put(received, "10:05", func(tx *db.Tx) error { return supervise.Receive{Order: id}.Do(tx, head) })
		next := ""
		put(6, "09:50", func(tx *db.Tx) error {
			o, _, err := supervise.See(tx, office, id)
			if err != nil {
				return err
			}
			terms := supervise.Terms{Grade: duty.Red, Basis: o.Basis, BasisText: o.BasisText, Title: o.Title, Demand: "第一次督办没有回复。请部门负责人当面说明，两个工作日内书面回复。",
				Due: p.days.cal.AddWorkdays(tx.Today(), 5)}
			if err := (supervise.Press{Order: id, Terms: terms}).Do(tx, office); err != nil {
				return err
			}
			next, err = db.One[string](tx, `SELECT id FROM supervise_order WHERE first = $1`, id)
			return err
		})
		put(7, "08:40", func(tx *db.Tx) error { return supervise.Receive{Order: next}.Do(tx, head) })
		put(8, "11:10", func(tx *db.Tx) error { return p.reply(tx, head, next, kind, i+1) })
		put(13, "15:20", func(tx *db.Tx) error { return p.ends(tx, office, next, i) })
		return failed
	}
	put(received, "10:05", func(tx *db.Tx) error { return supervise.Receive{Order: id}.Do(tx, head) })
	replied := 3
	if i%7 == 3 {
		replied = 5 // two days late
	}
	put(replied, "15:10", func(tx *db.Tx) error { return p.reply(tx, head, id, kind, i) })
	put(9+i%4, "16:10", func(tx *db.Tx) error { return p.ends(tx, office, id, i) })
	return failed
}

// reply is the head's answer; the head's account signs it.
func (p *play) reply(tx *db.Tx, head access.Person, id, kind string, i int) error {
	o, _, err := supervise.See(tx, head, id)
	if err != nil {
		return err
	}
	w := phrase.Orders[kind]
	return supervise.Reply{Order: id, Cause: pick(w.Cause, i), Measures: pick(w.Measures, i), Promised: max(o.Due, tx.Today())}.Do(tx, head)
}

// ends writes the closing opinion, after what has become of the matter.
func (p *play) ends(tx *db.Tx, office access.Person, id string, i int) error {
	o, _, err := supervise.See(tx, office, id)
	if err != nil {
		return err
	}
	opinion := []string{"现场看过，所列问题已整改，同意办结。", "措施已落实，转入日常检查，同意办结。", "已核对现场照片和记录，同意办结。"}[i%3]
	switch o.SubjectKind {
	case voice.RefKind:
		opinion = "已答复本人，措施属实，同意办结。"
	case "matter":
		m, err := matter.Find(tx, o.SubjectID)
		if err != nil {
			return err
		}
		if !matter.Cycle.Over(m.State) {
			opinion = []string{"责任人、措施和日期已明确，事项在台账上继续跟踪，本单办结。", "按回复的日期推进，节点列入每周通报，本单办结。"}[i%2]
		}
	}
	return supervise.Close{Order: id, Opinion: opinion}.Do(tx, office)
}

// shorten brings a title to the length that an order takes.
func shorten(s string) string {
	if r := []rune(s); len(r) > supervise.MaxTitle {
		return string(r[:supervise.MaxTitle-1]) + "…"
	}
	return s
}
