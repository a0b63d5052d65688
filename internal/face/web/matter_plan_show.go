package web

import (
	"fmt"
	"strings"

	"sanwen/internal/work/matter"
	"sanwen/internal/work/matter/plan"
)

// render shows the form of the plan.
func (p *planning) render() error {
	r, v, f := p.r, p.v, p.f
	page := PlanEditPage{Page: Page{Title: r.T("matterpage.plan"), Shape: Staff, Back: v.path()}, Number: v.Matter.Number, Name: v.Matter.Title,
		Class: Tag{Text: r.Lang.Enum("matter.class", v.Matter.Class)}, Quick: p.quick(), Over: p.closed(), Form: f, To: r.Link(v.path("plan")), Version: p.version,
		Conflict: p.conflict, Needs: map[string]bool{}, Hints: map[string]string{}, Faults: map[string]string{}, Vague: strings.Join(plan.Vague(), "|")}
	if page.Quick {
		page.Title = r.T("matterpage.plan_quick")
	}
	if p.draft != nil && !r.Posted() {
		page.Draft = v.moment(p.draft.At)
	}
	page.Panels = p.panels()
	for _, s := range p.template.Required {
		page.Needs[string(s)] = true
	}
	for slot, words := range p.hints {
		page.Hints[string(slot)] = r.T("matterpage.vague", strings.Join(words, r.T("date.list_between")))
	}
	for _, name := range []string{"checks", "steps", "acceptors", "funds"} {
		page.Faults[name] = f.faultAt(name)
		f.Field(name, "matterpage.plan")
		delete(f.labels, name)
	}
	p.checkRows(&page)
	p.stepRows(&page)
	p.personFields(&page)
	p.dates(&page)
	page.Source = p.sources()
	page.More = p.optional()
	return planEditPage.Render(r, page)
}

// panels say what was wrong with the version that was returned.
func (p *planning) panels() []Panel {
	if len(p.v.Plans) == 0 && p.begin != nil && p.v.adopted == nil {
		return []Panel{{Tone: "info", Text: p.r.T("season.prefilled")}}
	}
	if len(p.v.Plans) == 0 && p.begin != nil {
		return []Panel{{Tone: "info", Text: p.r.T("practice.prefilled", p.v.adopted.Number)}}
	}
	if len(p.v.Plans) == 0 || p.v.Plans[0].State != matter.PlanReturned {
		return nil
	}
	return []Panel{{Tone: "warn", Title: p.r.T("matterpage.plan_returned", p.v.Plans[0].Version), Text: p.v.Plans[0].Decision}}
}

// optional reports whether something stands in the fields that the template does not ask for.
func (p *planning) optional() bool {
	for _, name := range []string{"funds.amount", "contingency", "sponsor", "assessment"} {
		if p.f.Value(name) != "" || p.f.faultAt(name) != "" {
			return true
		}
	}
	return false
}

func (p *planning) checkRows(page *PlanEditPage) {
	f, r := p.f, p.r
	rows := p.checks + 1
	if p.checks == 0 {
		rows = 2
	}
	label := func(d Field, n int) Field {
		d.Label = r.T("matterpage.nth", d.Label, n)
		f.labels[d.Name] = d.Label
		return d
	}
	for i := range min(rows, plan.MaxSteps) {
		at := fmt.Sprintf("checks.%d.", i)
		if f.Value(at+"kind") == "" {
			f.Set(at+"kind", plan.CheckNumber)
		}
		row := PlanCheckRow{N: i + 1, Text: label(f.Field(at+"text", "matterpage.check"), i+1).Limit(plan.MaxCheck), Low: label(f.Field(at+"low", "matterpage.low").Measure(""), i+1),
			High: label(f.Field(at+"high", "matterpage.high").Measure(""), i+1), Unit: label(f.Field(at+"unit", "matterpage.measure"), i+1),
			Kind: f.Choose(at+"kind", "matterpage.check_kind", []Option{{Value: plan.CheckNumber, Text: r.Lang.Enum("matter.check", plan.CheckNumber)},
				{Value: plan.CheckYesNo, Text: r.Lang.Enum("matter.check", plan.CheckYesNo)}})}
		row.Kind.Field = label(row.Kind.Field, i+1)
		page.Checks = append(page.Checks, row)
	}
	var options []Option
	for _, item := range p.items {
		name := item.Name(r.Lang)
		if p.has(name) {
			continue
		}
		o := Option{Value: item.Code, Text: name}
		if pass := item.Pass(r.Lang); pass != "" {
			o.Text += " " + pass
		}
		o.Note = item.Method(r.Lang)
		options = append(options, o)
	}
	page.Picks = f.Choose("pick", "matterpage.pick", options).May()
	if p.v.place != nil {
		page.Picks = page.Picks.Hint("matterpage.pick_hint", r.Lang.Enum("org.place.kind", p.v.place.Kind))
	}
}

// has reports whether a row of the form is the check item already.
func (p *planning) has(name string) bool {
	for i := range p.checks {
		if p.f.Value(fmt.Sprintf("checks.%d.text", i)) == name {
			return true
		}
	}
	return false
}

func (p *planning) stepRows(page *PlanEditPage) {
	f := p.f
	rows := p.steps + 1
	if p.steps == 0 {
		rows = 3
	}
	for i := range min(rows, plan.MaxSteps) {
		at := fmt.Sprintf("steps.%d.", i)
		row := PlanStepRow{N: i + 1, Text: f.Field(at+"text", "matterpage.step").Limit(plan.MaxStep), Day: f.Field(at+"day", "matterpage.step_day").As("date")}
		for _, d := range []*Field{&row.Text, &row.Day} {
			d.Label = p.r.T("matterpage.nth", d.Label, i+1)
			f.labels[d.Name] = d.Label
		}
		page.Steps = append(page.Steps, row)
	}
}

func (p *planning) personFields(page *PlanEditPage) {
	f := p.f
	page.Owner = f.PickPerson("owner", "matterpage.owner", p.v.Matter.Lead).Hint("matterpage.owner_hint", p.v.unit(p.v.Matter.Lead))
	page.Sponsor = f.PickPerson("sponsor", "matterpage.sponsor", "").Hint("matterpage.person_hint")
	if !page.Needs[string(plan.SlotSponsor)] {
		page.Sponsor = page.Sponsor.May()
	}
	n := 0
	for i := range plan.MaxSteps {
		if f.Value(fmt.Sprintf("acceptors.%d", i)) != "" {
			n = i + 1
		}
	}
	for i := range max(2, n+1) {
		d := f.PickPerson(fmt.Sprintf("acceptors.%d", i), "matterpage.acceptor", "")
		d.Label = p.r.T("matterpage.nth", d.Label, i+1)
		f.labels[d.Name] = d.Label
		if i > 0 || !page.Needs[string(plan.SlotAcceptor)] {
			d = d.May()
		}
		page.Acceptors = append(page.Acceptors, d)
	}
}

// dates says which days are near, and whether the deadline can be moved here at all.
func (p *planning) dates(page *PlanEditPage) {
	v, r := p.v, p.r
	if !v.Matter.DueOpen {
		page.Fixed = r.T("matterpage.fixed", v.date(v.Matter.Due))
	}
	var near []string
	for _, n := range []int{5, 10, 20} {
		near = append(near, r.T("matterpage.in_days", n, r.Lang.ShortDate(v.cal.AddWorkdays(v.today, n), r.Zone)))
	}
	page.DueHint = r.T("matterpage.due_hint", strings.Join(near, r.T("date.list_between")))
	if !page.Quick {
		return
	}
	var options []Option
	day := v.today
	for i := range 3 {
		day = v.cal.NextWorkday(day)
		if i == 0 {
			if work, _ := v.cal.IsWorkday(v.today); work {
				options = append(options, Option{Value: string(v.today), Text: r.T("matterpage.today"), Note: v.date(v.today)})
			}
		}
		options = append(options, Option{Value: string(day), Text: r.Lang.ShortDate(day, r.Zone), Note: r.Lang.WorkingDaysLeft(i + 1)})
	}
	week := v.cal.AddWorkdays(v.today, 5)
	options = append(options, Option{Value: string(week), Text: r.Lang.ShortDate(week, r.Zone), Note: r.Lang.WorkingDaysLeft(5)},
		Option{Value: "other", Text: r.T("matterpage.other_day")})
	if held := p.f.Value("when"); held == "" && p.f.Value("deadline") != "" {
		p.f.Set("when", "other")
	} else if held != "" && held != "other" && !offered(options, held) {
		p.f.Set("deadline", held)
		p.f.Set("when", "other")
	}
	page.When = p.f.Choose("when", "matterpage.due", options)
}

func offered(options []Option, value string) bool {
	for _, o := range options {
		if o.Value == value {
			return true
		}
	}
	return false
}

func (p *planning) sources() Choice {
	var options []Option
	for _, s := range plan.FundSources() {
		options = append(options, Option{Value: s, Text: p.r.Lang.Enum("matter.fund", s)})
	}
	c := p.f.Choose("funds.source", "matterpage.fund_source", options)
	if !p.template.Needs(plan.SlotFunds) {
		c = c.May()
	}
	return c
}

// Need makes a field optional unless the template asks for the determination.
func (p PlanEditPage) Need(slot string, d Field) Field {
	if p.Needs[slot] {
		return d
	}
	return d.May()
}
