package supervise

import (
	"sanwen/internal/base/access"
	"sanwen/internal/base/duty"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/work/matter"
)

// ExemptMatter lets everything that a department owes for a matter off the ladder until its due moves, with a reason in the record.
type ExemptMatter struct {
	Matter string `json:"matter"`
	Reason string `json:"reason"`
}

// Do performs the action. Errors: those of [duty.Exempt], Conflict where nothing climbs.
func (in ExemptMatter) Do(tx *db.Tx, who access.Person) error {
	return eachClimbing(tx, who, in.Matter, func(d duty.Duty) error {
		if d.Exempt != "" {
			return nil
		}
		return duty.Exempt{Duty: d.ID, Reason: in.Reason}.Do(tx, who)
	}, func(d duty.Duty) bool { return d.Exempt == "" }, "duty.exempt_already")
}

// BackOnMatter puts a matter back on the ladder.
type BackOnMatter struct {
	Matter string `json:"matter"`
}

// Do performs the action. Errors: those of [duty.BackOn], Conflict where it was not let off.
func (in BackOnMatter) Do(tx *db.Tx, who access.Person) error {
	return eachClimbing(tx, who, in.Matter, func(d duty.Duty) error {
		if d.Exempt == "" {
			return nil
		}
		return duty.BackOn{Duty: d.ID}.Do(tx, who)
	}, func(d duty.Duty) bool { return d.Exempt != "" }, "duty.exempt_not")
}

// eachClimbing does something with every open duty of a matter that climbs the whole ladder, if one of them needs it.
func eachClimbing(tx *db.Tx, who access.Person, key string, do func(duty.Duty) error, needs func(duty.Duty) bool, none string) error {
	m, err := matter.Find(tx, key)
	if err != nil {
		tx.Asked()
		return err
	}
	t, err := matter.ThingOf(tx, m)
	if err != nil {
		return err
	}
	t.Kind = "duty"
	if err := who.May(tx, access.DutyManage, t); err != nil {
		return err
	}
	ds, err := duty.Of(tx, m.Ref())
	if err != nil {
		return err
	}
	any := false
	for _, d := range ds {
		if !d.Open || d.Kind.Ladder()[0] != duty.RungRemind {
			continue
		}
		any = any || needs(d)
		if err := do(d); err != nil {
			return err
		}
	}
	if !any {
		return fault.New(fault.Conflict, none)
	}
	return nil
}
