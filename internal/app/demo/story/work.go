package story

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/matter/plan"
)

func (p *play) byID(tx *db.Tx, id string) (access.Person, error) {
	return p.actor(tx, org.Person{ID: id})
}

// reporting is the verb "report [N] [photo]: words": step N of the plan is done, or a word on how it goes.
func reporting(p *play, b *block, l *line, at time.Time) error {
	in := matter.Report{Text: l.text}
	photo := func() []matter.PhotoIn { return nil }
	for _, a := range l.args {
		if a == "photo" {
			photo = p.photo(b, "during", at)
			continue
		}
		n, err := strconv.ParseInt(a, 10, 64)
		if err != nil {
			return err
		}
		in.Step, in.Done = n, true
	}
	p.step(b, l, at, "owner", func(tx *db.Tx, who access.Person, m matter.Matter) error {
		x := in
		x.Matter, x.Photos = m.ID, photo()
		return x.Do(tx, who)
	})
	return nil
}

// claiming is the verb "done [r=40.5,7.2]: words": the owner says that it is done.
func claiming(p *play, b *block, l *line, at time.Time) error {
	photo := p.photo(b, "after", at)
	seed := p.dice.Uint64()
	p.step(b, l, at, "owner", func(tx *db.Tx, who access.Person, m matter.Matter) error {
		r, err := p.readings(tx, m, l.opt("r", ""), seed)
		if err != nil {
			return err
		}
		return matter.ClaimDone{Matter: m.ID, Text: l.text, Readings: r, Photos: photo()}.Do(tx, who)
	})
	return nil
}

// readings are the values that the line gives for the check items of the plan in force, in order; where it gives none, values
// well within the limits.
func (p *play) readings(tx *db.Tx, m matter.Matter, given string, seed uint64) ([]matter.Reading, error) {
	pl, err := matter.PlanOf(tx, m)
	if err != nil {
		return nil, err
	}
	own := strings.Split(given, ",")
	dice := rand.New(rand.NewPCG(seed, 1))
	var out []matter.Reading
	for i, c := range pl.Slots.Checks {
		v := ""
		if i < len(own) {
			v = own[i]
		}
		if v == "" {
			v = good(c, dice)
		}
		out = append(out, matter.Reading{Check: int64(i + 1), Value: v})
	}
	if len(pl.Slots.Checks) == 0 {
		out = append(out, matter.Reading{Value: first(given, "yes")})
	}
	return out, nil
}

// good is a value that meets a check item.
func good(c matter.Check, dice *rand.Rand) string {
	if c.Kind == plan.CheckYesNo {
		return "yes"
	}
	low, _ := strconv.ParseFloat(c.Low, 64)
	high, _ := strconv.ParseFloat(c.High, 64)
	part := 0.25 + dice.Float64()/2
	v := low + (high-low)*part
	switch {
	case c.High == "":
		v = low * (1.02 + 0.15*part)
	case c.Low == "" && high < 0:
		v = high * (1 + 0.2*part)
	case c.Low == "":
		v = high * (0.5 + 0.4*part)
	}
	if v > 100 || c.Unit == "人" || c.Unit == "种" || c.Unit == "分" || c.Unit == "个" {
		if v = float64(int(v + 0.5)); v < low { // counts are whole
			v = low
		}
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return strconv.FormatFloat(v, 'f', 1, 64)
}

// inspector is somebody who inspects and is not of the lead unit.
func (p *play) inspector(b *block, lead string) (org.Person, error) {
	for i := range len(p.Holders[access.Inspector]) {
		h, err := p.holder(access.Inspector, "", b.n+i)
		if err != nil {
			return h, err
		}
		if !strings.Contains(string(h.Path), "/"+lead+"/") {
			return h, nil
		}
	}
	return org.Person{}, fmt.Errorf("nobody inspects for %s", b.name)
}

// who was there when somebody looked, by the number of the block.
var present = []string{"班组长 1 人、职工代表 2 人", "车间工会主席、职工 3 人", "工会干事、夜班职工 2 人", "职工代表 1 人、管理员 1 人"}

// looks puts down that somebody looks, an inspector unless the line says who, with a picture where the line says "photo".
func (p *play) looks(b *block, l *line, at time.Time, do func(tx *db.Tx, who access.Person, m matter.Matter, r []matter.Reading, photos []matter.PhotoIn) error) error {
	seed := p.dice.Uint64()
	photo := func() []matter.PhotoIn { return nil }
	if slices.Contains(l.args, "photo") {
		photo = p.photo(b, "after", at)
	}
	p.agenda.Put(at, false, l.where, func(tx *db.Tx) error {
		m, err := matter.Find(tx, b.matter.id)
		if err != nil {
			return err
		}
		h, err := p.inspector(b, m.Lead)
		if err != nil {
			return err
		}
		if l.opt("by", "") != "" {
			if h, err = p.who(b, l.opt("by", ""), m.Lead); err != nil {
				return err
			}
		}
		who, err := p.actor(tx, h)
		if err != nil {
			return err
		}
		r, err := p.readings(tx, m, l.opt("r", ""), seed)
		if err != nil {
			return err
		}
		return do(tx, who, m, r, photo())
	})
	return nil
}

// inspecting is the verb "inspect [fail] [photo] [r=…]: words". When it passes, the people who are asked begin to answer.
func inspecting(p *play, b *block, l *line, at time.Time) error {
	passed := l.arg(0) != "fail"
	if passed {
		if err := p.answers(b, l, l.opt("round", ""), at); err != nil {
			return err
		}
	}
	return p.looks(b, l, at, func(tx *db.Tx, who access.Person, m matter.Matter, r []matter.Reading, photos []matter.PhotoIn) error {
		return matter.Inspect{Matter: m.ID, Passed: passed, Readings: r, Present: present[b.n%len(present)], Note: l.text, Photos: photos}.Do(tx, who)
	})
}

// closing is the verb "close [nolook]: words for everybody who asked". Somebody looks back on the last working day of each
// term, unless the line says "nolook" or the story does it itself.
func closing(p *play, b *block, l *line, at time.Time) error {
	p.thank(b, at)
	p.step(b, l, at, "triager", func(tx *db.Tx, who access.Person, m matter.Matter) error {
		return matter.Close{Matter: m.ID, Reply: l.text}.Do(tx, who)
	})
	if l.arg(0) == "nolook" {
		return nil
	}
	for _, n := range []int{30, 90} {
		day := p.days.onOrBefore(p.dayOf(at).Add(n))
		if own := b.lookLine(n); own || n == 90 && b.lookLine(30) {
			break // told by the story
		}
		if p.dayOf(at).Until(day) < n-matter.EarlyDays { // long holidays
			day = p.days.cal.ThisOrNextWorkday(day.Add(1))
		}
		when := day.Time(p.days.cal.Zone()).Add(time.Duration(520+p.dice.IntN(400)) * time.Minute)
		if err := p.lookBack(b, l, n, true, "", when); err != nil {
			return err
		}
	}
	return nil
}

func (b *block) lookLine(days int) bool {
	for _, l := range b.lines {
		if l.verb == "look" && l.arg(0) == strconv.Itoa(days) {
			return true
		}
	}
	return false
}

// looking is the verb "look 30|90 [fail] [r=…]: words".
func looking(p *play, b *block, l *line, at time.Time) error {
	n, err := strconv.Atoi(l.arg(0))
	if err != nil {
		return err
	}
	return p.lookBack(b, l, n, l.arg(1) != "fail", l.text, at)
}

func (p *play) lookBack(b *block, l *line, days int, passed bool, note string, at time.Time) error {
	own := *l
	if l.verb != "look" { // who closed does not look back
		own.opts, own.args = nil, nil
	}
	return p.looks(b, &own, at, func(tx *db.Tx, who access.Person, m matter.Matter, r []matter.Reading, photos []matter.PhotoIn) error {
		if m.State != matter.Closed {
			return nil // it was opened again meanwhile
		}
		return matter.LookBack{Matter: m.ID, Days: int64(days), Passed: passed, Readings: r, Present: present[(b.n+1)%len(present)], Note: note, Photos: photos}.Do(tx, who)
	})
}
