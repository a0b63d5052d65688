package matter

import (
	"slices"
	"strings"

	"sanwen/internal/base/access"
	"sanwen/internal/base/duty"
	"sanwen/internal/base/event"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/work/matter/plan"
)

// act is one action on one matter while it runs: the row as it was, the row as it will be.
type act struct {
	tx     *db.Tx
	who    access.Person
	before Matter
	m      Matter
	thing  access.Thing
	set    org.Settings
	cal    *clock.Calendar
}

// begin locks the matter, asks whether the person may, and compares the version that he has seen (0: any).
func begin(tx *db.Tx, who access.Person, key string, version int64, a access.Action) (*act, error) {
	x, err := hold(tx, who, key)
	if err != nil {
		tx.Asked() // an unknown matter is refused to everybody alike
		return nil, err
	}
	if err := who.May(tx, a, x.thing); err != nil {
		return nil, err
	}
	return x, x.fresh(version)
}

func hold(tx *db.Tx, who access.Person, key string) (*act, error) {
	m, err := byKey(tx, key, tx.ForUpdate())
	if err != nil {
		return nil, err
	}
	x := &act{tx: tx, who: who, before: m, m: m}
	if x.thing, err = ThingOf(tx, m); err != nil {
		return nil, err
	}
	if x.set, err = org.SettingsOf(tx); err != nil {
		return nil, err
	}
	x.cal, err = org.Calendar(tx)
	return x, err
}

func (x *act) fresh(version int64) error {
	if version != 0 && version != x.m.Version {
		return fault.New(fault.Conflict, "matter.stale", version, x.m.Version)
	}
	return nil
}

// move takes the matter through the table; what the table does not have is refused.
func (x *act) move(ev string) error {
	to, err := Cycle.Next(x.m.State, ev)
	if err != nil {
		return err
	}
	x.m.State = to
	return nil
}

// moveTo is move for an event with several outcomes.
func (x *act) moveTo(ev, to string) error {
	x.m.State = to
	return Cycle.To(x.before.State, ev, to)
}

// done writes the matter, records the fact, and tells the capabilities above.
func (x *act) done(ev string, data any, text string) error {
	x.m.MovedAt = x.now()
	if x.m.State != PlanReview {
		x.m.Review = ""
	}
	if err := update(x.tx, x.before, &x.m); err != nil {
		return err
	}
	if err := event.Record(x.tx, x.who, event.Fact{Kind: "matter." + ev, Subject: x.m.Ref(), From: x.before.State, To: x.m.State,
		Data: data}); err != nil {
		return err
	}
	return tell(x.tx, x.who, Moved{Event: ev, Before: x.before, After: x.m, Text: text})
}

func (x *act) now() clock.Millis { return x.tx.Millis() }

// end is the last moment of office hours of a day: when something due on that day is due.
func (x *act) end(d clock.Day) clock.Millis { return clock.MillisOf(x.cal.OfficeEnd(d)) }

// owe owes a duty of the matter to whoever the rest of n says.
func (x *act) owe(n duty.New) error {
	n.Subject, n.Round, n.Restricted = x.m.Ref(), x.m.Round, x.m.Restricted
	_, err := duty.Owe(x.tx, x.who, n)
	return err
}

// discharge ends duties of the matter.
func (x *act) discharge(outcome duty.Outcome, kinds ...duty.Kind) error {
	for _, k := range kinds {
		if _, err := duty.Discharge(x.tx, x.who, x.m.Ref(), k, outcome); err != nil {
			return err
		}
	}
	return nil
}

// work lists the duties that a unit has while it works on a matter.
var work = []duty.Kind{duty.Plan, duty.PlanHead, duty.PlanFinance, duty.Approve, duty.Milestone, duty.Completion, duty.ExtensionDecide}

// setDue puts a deadline in force.
func (x *act) setDue(d clock.Day) {
	x.m.Due, x.m.DueKey, x.m.DueAt = d, d, x.end(d)
	if x.m.Due0 == "" {
		x.m.Due0 = d
	}
}

// setSteps takes over counts and the next milestone from the steps of the plan in force.
func (x *act) setSteps(steps []StepState) {
	x.m.StepsAll, x.m.StepsDone, x.m.MilestoneDue = int64(len(steps)), 0, plan.OpenMilestone(steps)
	for _, s := range steps {
		if s.DoneAt != 0 {
			x.m.StepsDone++
		}
	}
}

// oweCompletion owes completion by the deadline in force to the owner.
func (x *act) oweCompletion() error {
	return x.owe(duty.New{Kind: duty.Completion, Unit: x.m.Lead, Path: x.m.LeadPath, Person: x.m.Owner, Role: access.Handler, Day: x.m.Due})
}

// oweMilestones owes every dated step that is not done.
func (x *act) oweMilestones(steps []StepState) error {
	var days []clock.Day
	for _, s := range steps {
		if s.DoneAt == 0 && !slices.Contains(days, s.Day) {
			days = append(days, s.Day)
		}
	}
	slices.Sort(days)
	for _, d := range days {
		if err := x.owe(duty.New{Kind: duty.Milestone, Item: string(d), Unit: x.m.Lead, Path: x.m.LeadPath, Person: x.m.Owner,
			Role: access.Handler, Day: d}); err != nil {
			return err
		}
	}
	return nil
}

// ThingOf is the matter as permission sees it.
func ThingOf(tx *db.Tx, m Matter) (access.Thing, error) {
	t := access.Thing{Kind: "matter", ID: m.ID, Unit: m.UnitPath, Lead: m.LeadPath, Finance: m.FinancePath, Owner: m.Owner, Author: m.Author,
		Sponsor: m.Sponsor, Inspector: m.Inspector, Restricted: m.Restricted, Public: m.Public}
	if co := m.CoUnits(); len(co) > 0 {
		tree, err := org.TreeOf(tx)
		if err != nil {
			return t, err
		}
		for _, c := range co {
			t.Co = append(t.Co, tree.Path(c))
		}
	}
	named, err := db.All[namedRow](tx, `SELECT person, unit, path FROM matter_named WHERE matter = $1`, m.ID)
	if err != nil {
		return t, err
	}
	for _, n := range named {
		t.Name(n.Person, n.Path)
	}
	return t, nil
}

type namedRow struct {
	Person string
	Unit   string
	Path   access.Path
}

// inUnit reports whether the person works in the unit or acts for it as its clerk or head.
func inUnit(p access.Person, unit access.Path) bool {
	if unit == "" {
		return false
	}
	if p.Path.Under(unit) {
		return true
	}
	for _, g := range p.Grants {
		if (g.Role == access.Handler || g.Role == access.DeptHead) && unit.Under(g.Path) {
			return true
		}
	}
	return false
}

// checkInspector applies the separation of hands to whoever looks whether a thing is done: not the one who said so,
// not the one who answers for it, nobody of the lead unit.
func checkInspector(m Matter, who access.Person) error {
	switch {
	case who.ID == m.Claimant && m.Claimant != "":
		return fault.New(fault.Forbidden, "matter.separate.claimant")
	case who.ID == m.Owner && m.Owner != "":
		return fault.New(fault.Forbidden, "matter.separate.owner")
	case inUnit(who, m.LeadPath):
		return fault.New(fault.Forbidden, "matter.separate.unit")
	}
	return nil
}

// checkCloser applies the separation of hands to whoever strikes a matter off.
func checkCloser(m Matter, who access.Person) error {
	switch {
	case who.ID == m.Claimant && m.Claimant != "", who.ID == m.Owner && m.Owner != "":
		return fault.New(fault.Forbidden, "matter.separate.closer_done")
	case who.ID == m.Inspector && m.Inspector != "":
		return fault.New(fault.Forbidden, "matter.separate.closer_inspected")
	case inUnit(who, m.LeadPath):
		return fault.New(fault.Forbidden, "matter.separate.unit")
	}
	return nil
}

// outside refuses a decision by somebody of the unit that asks for it.
func outside(m Matter, who access.Person) error {
	if inUnit(who, m.LeadPath) || who.ID == m.Owner && m.Owner != "" {
		return fault.New(fault.Forbidden, "matter.separate.unit")
	}
	return nil
}

func trim(s string) string { return strings.TrimSpace(s) }
