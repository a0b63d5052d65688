package inspect_test

import (
	"crypto/sha256"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"sanwen/internal/ground/clock"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/matter/plan"
)

// This model says what has to become of matters that are struck off: looks after 30, 90 and 365 days with the items of their own plan, the lot of
// every month, and what a relapse does to all of it. It is written from the manual and shares no code with the program.

// glance is one thing that is done to one of the matters, or a time that passes.
type glance struct {
	Do, Who string
	At      int  // which matter
	Days    int  // which look
	Bad     int  // number of the item that is not as it should be; 0: none
	Forgets bool // the last item is not measured
	Passes  bool // what is said of it
	Note    bool
	Sealed  bool // a checkpoint is signed after the time has passed
	Root    byte
}

// promise is a matter with what its plan measures: limits in tenths, or a look.
type promise struct {
	place, unit string
	items       []mCheck

	id, number string
	closed     bool
	day        string // on which it was struck off
	round      int
	relapses   int
	marks      map[int]bool
	drawn      bool // and has to be measured again
	looks      []string
}

// mCheck is one item: the values that are good and bad, and how the plan has it.
type mCheck struct {
	good, bad string
	in        matter.Check
}

func promises() []*promise {
	temperature := mCheck{"40", "35.5", matter.Check{Text: "淋浴出水温度", Kind: plan.CheckNumber, Unit: "℃", Low: "38", High: "42"}}
	light := mCheck{"110", "59", matter.Check{Text: "照度", Kind: plan.CheckNumber, Unit: "lx", Low: "60"}}
	noise := mCheck{"52.5", "70", matter.Check{Text: "噪声", Kind: plan.CheckNumber, Unit: "dB(A)", High: "60"}}
	dry := mCheck{"yes", "no", matter.Check{Text: "防滑", Kind: plan.CheckYesNo}}
	return []*promise{{place: "P104M", unit: "U01", items: []mCheck{temperature, dry}}, {place: "P201", unit: "D01", items: []mCheck{light, noise, dry}}, {place: "P104M", unit: "U01", items: []mCheck{dry}}}
}

// later is everything that the model of looks believes.
type later struct {
	now   time.Time
	all   []*promise
	roots []struct { // checkpoints, the oldest first
		at   time.Time
		root string
	}
	draws map[string][]string // month → what was in the lot, "number ticket drawn"
	heads []string            // what stands above each lot, "month seed closed drawn"
}

func (l *later) day() string { return l.now.Format(time.DateOnly) }

func after(day string, n int) string {
	t, _ := time.Parse(time.DateOnly, day)
	return t.AddDate(0, 0, n).Format(time.DateOnly)
}

// lookers may look back: the office and the inspector everywhere, the chair of a unit at what is about his unit.
func (p *promise) lookers(who string) bool {
	return who == "inspector" || who == "triager" || who == "triager2" || who == "chair" && p.unit == "U01"
}

// look is a look back as it is told, and whether it counts.
func (l *later) look(g glance) (in matter.LookBack, ok bool) {
	p := l.all[g.At%len(l.all)]
	in = matter.LookBack{Matter: p.id, Days: int64(g.Days), Passed: g.Passes}
	good, whole := true, true
	for i, c := range p.items {
		if g.Forgets && i == len(p.items)-1 {
			whole = false
			continue
		}
		value := c.good
		if i+1 == g.Bad {
			value, good = c.bad, false
		}
		in.Readings = append(in.Readings, matter.Reading{Check: int64(i + 1), Value: value})
	}
	if g.Note {
		in.Note = "又不行了"
	}
	ok = p.lookers(g.Who) && p.closed
	if g.Days == 0 {
		ok = ok && p.drawn
	} else {
		ok = ok && slices.Contains([]int{30, 90, 365}, g.Days) && !p.marks[g.Days] && l.day() >= after(p.day, g.Days-7)
	}
	return in, ok && (g.Passes && good && whole || !g.Passes && g.Note)
}

// looked is what comes of a look that counts.
func (l *later) looked(g glance, in matter.LookBack) {
	p := l.all[g.At%len(l.all)]
	var read []string
	for _, r := range in.Readings {
		c := p.items[r.Check-1]
		read = append(read, fmt.Sprintf("%d=%s:%v", r.Check, r.Value, r.Value == c.good))
	}
	kind := "recheck"
	if g.Days > 0 {
		kind = fmt.Sprintf("lookback%d", g.Days)
	}
	p.looks = append(p.looks, fmt.Sprintf("%s round %d passed %v: %s", kind, p.round, g.Passes, strings.Join(read, " ")))
	p.drawn = false // whoever has measured it has measured it
	if g.Passes {
		if g.Days > 0 {
			p.marks[g.Days] = true
		}
		return
	}
	p.closed, p.day, p.marks = false, "", map[int]bool{}
	p.round++
	p.relapses++
}

// draw draws every month that is over and has no lot, the earliest first, where a checkpoint was signed after its end, and tells how many there
// were: beginning with the first in which something was struck off that still is or that has a lot, or with the last one; a year back at the most.
func (l *later) draw() (n int) {
	this := time.Date(l.now.Year(), l.now.Month(), 1, 0, 0, 0, 0, l.now.Location())
	known := slices.Collect(maps.Keys(l.draws))
	for _, p := range l.all {
		if p.closed {
			known = append(known, p.day[:7])
		}
	}
	begun := false
	for back := 12; back >= 1; back-- {
		month := this.AddDate(0, -back, 0)
		begun = begun || back == 1 || slices.Contains(known, month.Format("2006-01"))
		if begun && l.drawMonth(month.Format("2006-01"), month.AddDate(0, 1, 0)) {
			n++
		}
	}
	return n
}

// drawMonth draws one month, once, where a checkpoint was signed after its end: one of twenty, and never less than one.
func (l *later) drawMonth(month string, end time.Time) bool {
	root := ""
	for _, c := range l.roots {
		if root == "" && !c.at.Before(end) {
			root = c.root
		}
	}
	if _, had := l.draws[month]; had || root == "" {
		return false
	}
	var in []*promise
	for _, p := range l.all {
		if p.closed && strings.HasPrefix(p.day, month) {
			in = append(in, p)
		}
	}
	ticket := func(p *promise) string { return fmt.Sprintf("%x", sha256.Sum256([]byte(root+"\n"+p.number))) }
	slices.SortFunc(in, func(a, b *promise) int { return strings.Compare(ticket(a), ticket(b)) })
	lot := []string{}
	for i, p := range in {
		if i < (len(in)+19)/20 {
			p.drawn = true
			lot = append(lot, fmt.Sprintf("%s %s true", p.number, ticket(p)))
			continue
		}
		lot = append(lot, fmt.Sprintf("%s %s false", p.number, ticket(p)))
	}
	slices.Sort(lot)
	l.draws[month], l.heads = lot, append(l.heads, fmt.Sprintf("%s %s %d of %d", month, root, (len(in)+19)/20, len(in)))
	slices.Sort(l.heads)
	return true
}

// passes lets time pass.
func (l *later) passes(days int) bool {
	to := l.now.AddDate(0, 0, days)
	if to.After(time.Date(2027, 12, 20, 0, 0, 0, 0, clock.Shanghai())) {
		return false
	}
	l.now = to
	return true
}
