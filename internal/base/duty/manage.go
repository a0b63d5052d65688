package duty

import (
	"strings"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
)

// ask returns the open duty, if the person may manage it.
func ask(tx *db.Tx, who access.Person, id string) (Duty, error) {
	d, err := Get(tx, id)
	if err != nil {
		return d, err
	}
	if err := who.May(tx, access.DutyManage, d.Thing()); err != nil {
		return d, err
	}
	if !d.Open {
		return d, fault.New(fault.Conflict, "duty.over")
	}
	return d, nil
}

// Suspend makes one duty wait.
type Suspend struct {
	Duty string `json:"duty"`
	Waiting
}

// Do performs the action; it asks for duty.manage.
func (in Suspend) Do(tx *db.Tx, who access.Person) error {
	d, err := ask(tx, who, in.Duty)
	if err != nil {
		return err
	}
	in.Kinds = []Kind{d.Kind}
	n, err := Wait(tx, who, d.Subject(), in.Waiting)
	if err == nil && n == 0 {
		return fault.New(fault.Conflict, "duty.waits")
	}
	return err
}

// Continue ends the waiting of one duty.
type Continue struct {
	Duty string `json:"duty"`
}

// Do performs the action; it asks for duty.manage.
func (in Continue) Do(tx *db.Tx, who access.Person) error {
	d, err := ask(tx, who, in.Duty)
	if err != nil {
		return err
	}
	n, err := Resume(tx, who, d.Subject(), "", d.Kind)
	if err == nil && n == 0 {
		return fault.New(fault.Conflict, "duty.waits_not")
	}
	return err
}

// Reassign gives one duty to another person or role, in the same unit or another one.
type Reassign struct {
	Duty string `json:"duty"`
	To   Holder `json:"to"`
}

// Do performs the action; it asks for duty.manage of the duty where it is and where it goes.
func (in Reassign) Do(tx *db.Tx, who access.Person) error {
	d, err := ask(tx, who, in.Duty)
	if err != nil {
		return err
	}
	if in.To.Path == "" || in.To.Person == "" && !in.To.Role.Valid() {
		return fault.Field("to", "fault.choice")
	}
	there := d
	there.Path = in.To.Path
	if err := who.May(tx, access.DutyManage, there.Thing()); err != nil {
		return err
	}
	return handOver(tx, who, d.Subject(), []Duty{d}, in.To)
}

// ConfirmEarlier accepts the earlier due that a new calendar has given.
type ConfirmEarlier struct {
	Duty string `json:"duty"`
}

// Do performs the action; it asks for duty.manage.
func (in ConfirmEarlier) Do(tx *db.Tx, who access.Person) error {
	d, err := ask(tx, who, in.Duty)
	if err != nil {
		return err
	}
	if d.EarlyDue.Zero() {
		return fault.New(fault.Conflict, "duty.early_none")
	}
	cal, err := org.Calendar(tx)
	if err != nil {
		return err
	}
	was := d.Due
	d.Hours, d.Days, d.Day = 0, 0, d.EarlyDue.Day(cal.Zone()) // from now on this day is the rule, waiting before it included
	d.Due, d.BaseDue, d.BaseAt, d.EarlyDue = d.EarlyDue, d.EarlyDue, later(tx, d.StartedAt), 0
	d.DueVersion++
	if err := updateDue(tx, d); err != nil {
		return err
	}
	t := d.told()
	t.DueWas = was
	return record(tx, who, FactEarlier, d.Subject(), fact{Duties: []told{t}})
}

// Exempt lets one duty off the ladder until its due moves: rungs that were fired stay fired, no further one comes. Its light stays as it
// is, and the reason stands in the record. A danger cannot be let off.
type Exempt struct {
	Duty   string `json:"duty"`
	Reason string `json:"reason"`
}

// Do performs the action; it asks for duty.manage. Errors: access, Invalid without a reason, Conflict where it is let off already.
func (in Exempt) Do(tx *db.Tx, who access.Person) error {
	d, err := ask(tx, who, in.Duty)
	if err != nil {
		return err
	}
	reason := strings.TrimSpace(in.Reason)
	switch n := len([]rune(reason)); {
	case n < 4:
		return fault.Field("reason", "duty.exempt_reason")
	case n > maxNote:
		return fault.Field("reason", "fault.too_long", maxNote, n)
	case d.Kind.Ladder()[0] == RungCall:
		return fault.New(fault.Conflict, "duty.exempt_danger")
	case d.Exempt != "":
		return fault.New(fault.Conflict, "duty.exempt_already")
	}
	if who.ID == d.Person {
		return fault.New(fault.Forbidden, "duty.exempt_own")
	}
	if err := setExempt(tx, d.ID, reason); err != nil {
		return err
	}
	return record(tx, who, FactExempt, d.Subject(), fact{Duties: []told{d.told()}, Note: reason})
}

// BackOn puts a duty back on the ladder that was let off.
type BackOn struct {
	Duty string `json:"duty"`
}

// Do performs the action; it asks for duty.manage. Errors: access, Conflict where it was not let off.
func (in BackOn) Do(tx *db.Tx, who access.Person) error {
	d, err := ask(tx, who, in.Duty)
	if err != nil {
		return err
	}
	if d.Exempt == "" {
		return fault.New(fault.Conflict, "duty.exempt_not")
	}
	if err := setExempt(tx, d.ID, ""); err != nil {
		return err
	}
	return record(tx, who, FactBackOn, d.Subject(), fact{Duties: []told{d.told()}})
}
