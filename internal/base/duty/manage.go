package duty

import (
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
