package web

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"sanwen/internal/base/org"
	"sanwen/internal/base/org/catalogue"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/lang"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/matter/plan"
)

// fill writes a version into the form.
func (p *planning) fill(s matter.Slots) {
	f := p.f
	for name, value := range map[string]string{"item": s.Item, "standard": s.Standard, "qualitative": s.Qualitative, "contingency": s.Contingency,
		"assessment": s.Assessment, "deadline": string(s.Deadline), "start": string(s.Start), "owner": p.numbers[s.Owner], "sponsor": p.numbers[s.Sponsor]} {
		f.Set(name, value)
	}
	if s.AfterPhotos > 0 {
		f.Set("after_photos", itoa(s.AfterPhotos))
	}
	for i, a := range s.Acceptors {
		f.Set("acceptors."+strconv.Itoa(i), p.numbers[a])
	}
	if s.Money != nil {
		f.Set("funds.amount", s.Money.Amount)
		f.Set("funds.source", s.Money.Source)
		f.Set("funds.approval", s.Money.Approval)
	}
	p.writeChecks(s.Checks)
	p.writeSteps(s.Steps)
}

func (p *planning) writeChecks(all []matter.Check) {
	for i, c := range all {
		at := fmt.Sprintf("checks.%d.", i)
		for name, value := range map[string]string{"text": c.Text, "kind": c.Kind, "low": c.Low, "high": c.High, "unit": c.Unit} {
			p.f.Set(at+name, value)
		}
	}
	p.checks = len(all)
}

func (p *planning) writeSteps(all []plan.Step) {
	for i, s := range all {
		p.f.Set(fmt.Sprintf("steps.%d.text", i), s.Text)
		p.f.Set(fmt.Sprintf("steps.%d.day", i), string(s.Day))
	}
	p.steps = len(all)
}

// read takes the plan out of the form. Empty rows are left out and the others move up, so that the faults of the rules meet the
// rows they are about; what is typed is judged by the rules alone.
func (p *planning) read() matter.Slots {
	f := p.f
	text := func(name string) string { return f.Text(name, 0, 1<<20) }
	s := matter.Slots{Item: text("item"), Standard: text("standard"), Qualitative: text("qualitative"), Contingency: text("contingency"),
		Assessment: text("assessment"), Start: clock.Day(text("start")), Deadline: clock.Day(text("deadline"))}
	if w := text("when"); p.quick() && w != "" && w != "other" {
		s.Deadline = clock.Day(w)
	}
	if !p.v.Matter.DueOpen {
		s.Deadline = p.v.Matter.Due
	}
	if n := f.Digits("after_photos"); n != "" {
		v, err := strconv.ParseInt(n, 10, 16)
		if err != nil {
			f.Fault("after_photos", "fault.number")
		}
		s.AfterPhotos = v
	}
	s.Owner, s.Sponsor = p.person("owner"), p.person("sponsor")
	for i := range plan.MaxSteps {
		name := fmt.Sprintf("acceptors.%d", i)
		if f.values.Has(name) {
			s.Acceptors = append(s.Acceptors, p.person(name))
		}
	}
	if m := (plan.Money{Amount: text("funds.amount"), Source: text("funds.source"), Approval: text("funds.approval")}); m != (plan.Money{}) {
		s.Money = &m
	}
	s.Checks, s.Steps = p.readChecks(), p.readSteps()
	return s
}

func (p *planning) person(name string) string {
	unit := ""
	if name == "owner" {
		unit = p.v.Matter.Lead
	}
	return p.r.personIn(p.f, name, unit)
}

func (p *planning) readChecks() []matter.Check {
	var out []matter.Check
	for i := range plan.MaxSteps {
		at := fmt.Sprintf("checks.%d.", i)
		c := matter.Check{Text: p.f.Line(at+"text", 0, 1<<16), Kind: p.f.Value(at + "kind"), Low: p.f.Value(at + "low"), High: p.f.Value(at + "high"), Unit: p.f.Value(at + "unit")}
		for _, name := range []string{"text", "kind", "low", "high", "unit"} {
			p.f.values.Del(at + name)
		}
		if c.Kind == "" {
			c.Kind = plan.CheckNumber
		}
		if c.Kind == plan.CheckYesNo {
			c.Low, c.High, c.Unit = "", "", ""
		}
		if c.Text != "" || c.Low != "" || c.High != "" {
			out = append(out, c)
		}
	}
	for _, code := range p.f.Many("pick") {
		for _, item := range p.items {
			if item.Code == code && !slices.ContainsFunc(out, func(c matter.Check) bool { return c.Text == item.Name(p.r.Lang) }) {
				out = append(out, checkOf(item, p.r.Lang))
			}
		}
	}
	p.f.values.Del("pick")
	p.writeChecks(out)
	return out
}

// checkOf makes a plan's check item of one of the organisation's.
func checkOf(i org.CheckItem, l lang.Lang) matter.Check {
	c := matter.Check{Text: i.Name(l), Kind: plan.CheckYesNo}
	if i.Measure == "" || i.Op == catalogue.YesNo {
		return c
	}
	c.Kind, c.Unit = plan.CheckNumber, l.Unit(i.Measure)
	number := func(v *float64) string {
		if v == nil {
			return ""
		}
		return strconv.FormatFloat(*v, 'f', -1, 64)
	}
	if low := number(i.Low); i.Op != catalogue.AtMost {
		c.Low = low
	}
	if high := number(i.High); i.Op != catalogue.AtLeast {
		c.High = high
	}
	return c
}

// moveStep changes a measure with its neighbour where the button says "steps.up.2" or "steps.down.2", counted from 1.
func (p *planning) moveStep(act string) bool {
	way, nth, ok := strings.Cut(strings.TrimPrefix(act, "steps."), ".")
	n, err := strconv.Atoi(nth)
	if !ok || err != nil || !strings.HasPrefix(act, "steps.") || n < 1 || n > plan.MaxSteps {
		return false
	}
	to := n + 1
	if way == "up" {
		to = n - 1
	} else if way != "down" {
		return false
	}
	if to < 1 || to > plan.MaxSteps {
		return true
	}
	for _, name := range []string{"text", "day"} {
		a, b := fmt.Sprintf("steps.%d.%s", n-1, name), fmt.Sprintf("steps.%d.%s", to-1, name)
		was, other := p.f.Value(a), p.f.Value(b)
		p.f.Set(a, other)
		p.f.Set(b, was)
	}
	return true
}

func (p *planning) readSteps() []plan.Step {
	var out []plan.Step
	for i := range plan.MaxSteps + 20 {
		at := fmt.Sprintf("steps.%d.", i)
		s := plan.Step{Text: p.f.Line(at+"text", 0, 1<<16), Day: clock.Day(strings.TrimSpace(p.f.Value(at + "day")))}
		p.f.values.Del(at + "text")
		p.f.values.Del(at + "day")
		if s.Text != "" || s.Day != "" {
			out = append(out, s)
		}
	}
	p.writeSteps(out)
	return out
}
