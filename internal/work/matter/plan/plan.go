package plan

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"sanwen/internal/base/access"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/fault"
)

// Limits of what is typed, in characters, and of lists.
const (
	MaxTitle = 60
	MaxItem  = 60
	MaxText  = 2000
	MaxNote  = 500
	MaxStep  = 200
	MaxCheck = 100
	MaxSteps = 60
)

// MilestoneDays is the longest time that may pass in a plan without a dated step (default of the product).
const MilestoneDays = 30

// Step is one measure with its date.
type Step struct {
	Text string    `json:"text"`
	Day  clock.Day `json:"day"`
}

// Money says what a matter costs and where it comes from. Amount is in yuan, decimal.
type Money struct {
	Amount   string `json:"amount"`
	Source   string `json:"source"`
	Approval string `json:"approval,omitempty"` // number of the approval
}

// Slots is the content of a plan: the Five Determinations and what its class adds.
type Slots struct {
	Item        string    `json:"item,omitempty"`
	Standard    string    `json:"standard,omitempty"`
	Checks      []Check   `json:"checks,omitempty"`
	Qualitative string    `json:"qualitative,omitempty"` // why there is nothing to measure; printed
	Steps       []Step    `json:"steps,omitempty"`
	Start       clock.Day `json:"start,omitempty"`
	Owner       string    `json:"owner"` // person id or employee number
	Deadline    clock.Day `json:"deadline"`
	Money       *Money    `json:"funds,omitempty"`
	Contingency string    `json:"contingency,omitempty"` // what is done until it is done
	Acceptors   []string  `json:"acceptors,omitempty"`   // persons who will accept, at least one not of the lead unit
	Sponsor     string    `json:"sponsor,omitempty"`
	Assessment  string    `json:"assessment,omitempty"`
	AfterPhotos int64     `json:"after_photos,omitempty"` // photos needed when it is done
}

// StepState is a step of a plan version and whether it is done.
type StepState struct {
	N      int64        `json:"n"` // from 1
	Text   string       `json:"text"`
	Day    clock.Day    `json:"day"`
	DoneAt clock.Millis `json:"done_at"`
	DoneBy string       `json:"done_by"`
}

// Person is what a plan's rules need to know about somebody it names.
type Person struct {
	ID      string
	Name    string
	Path    access.Path
	Account bool // can sign in and work here
}

// Env is what a plan is checked against.
type Env struct {
	Today    clock.Day
	Workday  func(clock.Day) bool
	MaxDays  int         // longest plan in days
	Gap      int         // longest stretch without a dated step, in days; 0: MilestoneDays
	LeadPath access.Path // unit that leads the matter
	Fixed    clock.Day   // deadline that may not be changed by a plan, or empty
	Find     func(text string) (Person, bool)
	Recused  func(Person) bool
}

// Check applies the rules of the five determinations to a plan: what its template requires is there and real. It
// returns the plan in its stored form (texts trimmed, persons as ids) and every error at its field.
func (t Template) Check(in Slots, env Env) (Slots, error) {
	var f fault.Form
	s := in
	s.Item, s.Standard, s.Qualitative = strings.TrimSpace(in.Item), strings.TrimSpace(in.Standard), strings.TrimSpace(in.Qualitative)
	s.Contingency, s.Assessment = strings.TrimSpace(in.Contingency), strings.TrimSpace(in.Assessment)
	least := func(slot Slot) int {
		if t.Needs(slot) {
			return 2
		}
		return 0
	}
	CheckText(&f, "item", s.Item, least(SlotItem), MaxItem)
	CheckText(&f, "contingency", s.Contingency, least(SlotContingency), MaxText)
	CheckText(&f, "assessment", s.Assessment, least(SlotAssessment), MaxText)
	t.standard(&f, &s)
	t.people(&f, &s, env)
	t.time(&f, &s, env)
	t.money(&f, &s)
	return s, f.Err()
}

func (t Template) standard(f *fault.Form, s *Slots) {
	least := 0
	if t.Needs(SlotStandard) {
		least = 2
	}
	CheckText(f, "standard", s.Standard, least, MaxText)
	for i := range s.Checks {
		c := s.Checks[i]
		c.Text, c.Unit = strings.TrimSpace(c.Text), strings.TrimSpace(c.Unit)
		c.Low, _ = Decimal(strings.TrimSpace(c.Low))
		c.High, _ = Decimal(strings.TrimSpace(c.High))
		c.valid(f, "checks."+strconv.Itoa(i))
		if i == 0 {
			s.Checks = slices.Clone(s.Checks)
		}
		s.Checks[i] = c
	}
	if t.Needs(SlotStandard) && len(s.Checks) == 0 && s.Qualitative == "" {
		f.Add("checks", "matter.plan.standard.measure")
	}
	if s.Qualitative != "" {
		CheckText(f, "qualitative", s.Qualitative, 4, MaxNote)
	}
	if s.AfterPhotos < 0 || s.AfterPhotos > 20 {
		f.Add("after_photos", "matter.plan.photos", 20)
	}
}

func (t Template) people(f *fault.Form, s *Slots, env Env) {
	find := func(field, text, unknown string) (Person, bool) {
		p, ok := env.Find(strings.TrimSpace(text))
		switch {
		case !ok:
			f.Add(field, unknown, text)
		case env.Recused != nil && env.Recused(p):
			f.Add(field, "matter.plan.person.recused", p.Name)
		default:
			return p, true
		}
		return p, false
	}
	switch {
	case strings.TrimSpace(s.Owner) == "":
		f.Add("owner", "matter.plan.owner.missing")
	case isNobody(s.Owner):
		f.Add("owner", "matter.plan.owner.nobody", s.Owner)
	default:
		if p, ok := find("owner", s.Owner, "matter.plan.owner.unknown"); ok {
			s.Owner = p.ID
			if !p.Account {
				f.Add("owner", "matter.plan.owner.account", p.Name)
			}
		}
	}
	switch {
	case s.Sponsor == "" && t.Needs(SlotSponsor):
		f.Add("sponsor", "matter.plan.sponsor.missing")
	case s.Sponsor != "":
		if p, ok := find("sponsor", s.Sponsor, "matter.plan.person.unknown"); ok {
			s.Sponsor = p.ID
		}
	}
	outside, named := false, 0
	var ids []string
	for i, a := range s.Acceptors {
		if strings.TrimSpace(a) == "" {
			continue
		}
		named++
		if p, ok := find("acceptors."+strconv.Itoa(i), a, "matter.plan.person.unknown"); ok {
			if p.ID == s.Owner {
				f.Add("acceptors."+strconv.Itoa(i), "matter.plan.acceptor.owner", p.Name)
			}
			if !slices.Contains(ids, p.ID) {
				ids = append(ids, p.ID)
			}
			outside = outside || !p.Path.Under(env.LeadPath)
		} else {
			outside = true // the unknown name is complained of once, at itself
		}
	}
	s.Acceptors = ids
	switch {
	case named == 0 && t.Needs(SlotAcceptor):
		f.Add("acceptors", "matter.plan.acceptor.missing")
	case named > 0 && !outside:
		f.Add("acceptors", "matter.plan.acceptor.outside")
	}
}

func (t Template) time(f *fault.Form, s *Slots, env Env) {
	if s.Start == "" {
		s.Start = env.Today
	}
	if !s.Start.Valid() {
		f.Add("start", "matter.plan.day", string(s.Start))
	}
	ok := false
	switch {
	case s.Deadline == "":
		f.Add("deadline", "matter.plan.deadline.missing")
	case !s.Deadline.Valid():
		f.Add("deadline", "matter.plan.deadline.date", string(s.Deadline))
	case env.Fixed != "" && s.Deadline != env.Fixed:
		f.Add("deadline", "matter.plan.deadline.fixed", env.Fixed)
	case env.Fixed != "":
		ok = true
	case s.Deadline < env.Today:
		f.Add("deadline", "matter.plan.deadline.past")
	case env.MaxDays > 0 && env.Today.Until(s.Deadline) > env.MaxDays:
		f.Add("deadline", "matter.plan.deadline.far", env.MaxDays)
	case env.Workday != nil && !env.Workday(s.Deadline):
		f.Add("deadline", "matter.plan.deadline.holiday", s.Deadline)
	default:
		ok = true
	}
	if t.Needs(SlotMeasures) && len(s.Steps) == 0 {
		f.Add("steps", "matter.plan.steps.missing")
	}
	if len(s.Steps) > MaxSteps {
		f.Add("steps", "matter.plan.steps.many", MaxSteps)
	}
	days, datesOK := []clock.Day{}, true
	for i := range s.Steps {
		st, field := s.Steps[i], "steps."+strconv.Itoa(i)
		st.Text = strings.TrimSpace(st.Text)
		CheckText(f, field+".text", st.Text, 2, MaxStep)
		switch {
		case !st.Day.Valid():
			f.Add(field+".day", "matter.plan.day", string(st.Day))
			datesOK = false
		case ok && st.Day > s.Deadline:
			f.Add(field+".day", "matter.plan.steps.after", s.Deadline)
		}
		days = append(days, st.Day)
		if i == 0 {
			s.Steps = slices.Clone(s.Steps)
		}
		s.Steps[i] = st
	}
	if ok && datesOK && s.Start.Valid() && t.Class != Quick {
		most := env.Gap
		if most == 0 {
			most = MilestoneDays
		}
		if from, to, gap := longestGap(maxDay(s.Start, env.Today), s.Deadline, days); gap > most {
			f.Add("steps", "matter.plan.steps.gap", most, from, to)
		}
	}
}

func (t Template) money(f *fault.Form, s *Slots) {
	if s.Money == nil || *s.Money == (Money{}) {
		s.Money = nil
		if t.Needs(SlotFunds) {
			f.Add("funds", "matter.plan.funds.missing")
		}
		return
	}
	m := *s.Money
	amount, ok := Decimal(m.Amount)
	if v, _ := rat(m.Amount); !ok || v == nil || v.Sign() < 0 {
		f.Add("funds.amount", "matter.plan.funds.amount")
	}
	m.Amount, m.Approval = amount, strings.TrimSpace(m.Approval)
	if !slices.Contains(FundSources(), m.Source) {
		f.Add("funds.source", "matter.plan.funds.source")
	}
	CheckText(f, "funds.approval", m.Approval, 0, MaxCheck)
	s.Money = &m
}

// longestGap finds the longest stretch of days in a plan without a dated step.
func longestGap(start, deadline clock.Day, steps []clock.Day) (from, to clock.Day, days int) {
	all := append(slices.Clone(steps), deadline)
	slices.Sort(all)
	last := start
	for _, d := range all {
		if d <= last || d > deadline {
			continue
		}
		if n := last.Until(d); n > days {
			from, to, days = last, d, n
		}
		last = d
	}
	return from, to, days
}

// Carry takes the done marks of an earlier version's steps over to equal steps of a later one.
func Carry(old []StepState, steps []Step) []StepState {
	done := map[string]StepState{}
	for _, o := range old {
		if o.DoneAt != 0 {
			done[o.Text] = o
		}
	}
	var out []StepState
	for i, s := range steps {
		st := StepState{N: int64(i + 1), Text: s.Text, Day: s.Day}
		if o, ok := done[s.Text]; ok {
			st.DoneAt, st.DoneBy = o.DoneAt, o.DoneBy
		}
		out = append(out, st)
	}
	return out
}

// OpenMilestone is the day of the earliest step that is not done, or empty.
func OpenMilestone(steps []StepState) clock.Day {
	var day clock.Day
	for _, s := range steps {
		if s.DoneAt == 0 && (day == "" || s.Day < day) {
			day = s.Day
		}
	}
	return day
}

func maxDay(a, b clock.Day) clock.Day {
	if a > b {
		return a
	}
	return b
}

func readingField(n int64) string { return fmt.Sprintf("readings.%d", n) }

// CheckText adds to the form when a trimmed text has fewer than min or more than max characters.
func CheckText(f *fault.Form, field, s string, min, max int) {
	n := utf8.RuneCountInString(strings.TrimSpace(s))
	switch {
	case n == 0 && min > 0:
		f.Add(field, "matter.text.missing")
	case n < min:
		f.Add(field, "matter.text.short", min)
	case n > max:
		f.Add(field, "matter.text.long", max, n)
	}
}
