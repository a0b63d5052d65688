package duty

import (
	"slices"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
)

// Whatever changes in the organisation reaches the duties in the same transaction.
func init() {
	org.OnCalendar(func(tx *db.Tx, who access.Person, now *clock.Calendar) error {
		_, err := Recompute(tx, who, now)
		return err
	})
	org.FollowMoves(pathColumn)
	org.OnLeave(leave)
	org.OnSetting(func(tx *db.Tx, _ access.Person, key string) error {
		if !slices.Contains(ladderSettings, key) {
			return nil
		}
		return replanRungs(tx)
	})
	org.OnImpact(impact)
}

// Recomputed counts what a new calendar did to open duties.
type Recomputed struct {
	Later   int // moved to a later day
	Earlier int // would move to an earlier day, and wait for somebody to confirm it
	Settled int // no longer provisional, on the same day
}

// batch is how many duties are looked at together.
const batch = 500

// Recompute computes the due of every open duty in working days with a new calendar. A due only ever moves to a later day; an earlier one
// is kept beside it until a person confirms it ([ConfirmEarlier]). Discharged duties never change. Each due that moves, or would, is
// recorded on its subject.
func Recompute(tx *db.Tx, who access.Person, cal *clock.Calendar) (Recomputed, error) {
	var sum Recomputed
	for after := ""; ; {
		ds, err := db.All[Duty](tx, `SELECT `+columns+` FROM duty WHERE open = 1 AND (days > 0 OR day <> '') AND id > $1 ORDER BY id LIMIT $2`+tx.ForUpdate(), after, batch)
		if err != nil || len(ds) == 0 {
			return sum, err
		}
		after = ds[len(ds)-1].ID
		spells, err := Spells(tx, ds...)
		if err != nil {
			return sum, err
		}
		for _, d := range ds {
			if err := recompute(tx, who, cal, d, spells[d.ID], &sum); err != nil {
				return sum, err
			}
		}
	}
}

func recompute(tx *db.Tx, who access.Person, cal *clock.Calendar, d Duty, spells []Spell, sum *Recomputed) error {
	base, provisional, _ := d.rule(cal)
	if d.Waiting() { // what it waits now is added when that ends
		spells = slices.DeleteFunc(slices.Clone(spells), func(s Spell) bool { return s.UntilAt.Zero() || s.UntilAt > d.WaitingFrom })
	}
	due := d.moved(base, spells, cal, tx.Now)
	if !provisional {
		provisional = !cal.Knows(due.Day(cal.Zone()).Year())
	}
	// The time of day is no reason to move: a changed office hour holds for new duties.
	was, is := d.Due.Day(cal.Zone()), due.Day(cal.Zone())
	before := d
	switch {
	case is > was:
		d.Due, d.BaseDue, d.EarlyDue = due, base, 0
		d.DueVersion++
		sum.Later++
	case is < was && !provisional && is != d.EarlyDue.Day(cal.Zone()):
		d.EarlyDue = due
	case is == was:
		d.BaseDue, d.EarlyDue = base, 0
		if base.Day(cal.Zone()) == before.BaseDue.Day(cal.Zone()) {
			d.BaseDue = before.BaseDue
		}
	}
	d.Provisional = provisional
	if d == before {
		return nil
	}
	d.Calendar = cal.Version
	if err := updateDue(tx, d); err != nil {
		return err
	}
	if d.Due == before.Due && d.EarlyDue == before.EarlyDue {
		sum.Settled++
		return nil
	}
	t := d.told()
	t.DueWas = before.Due
	reason := "later"
	if d.EarlyDue != 0 {
		sum.Earlier++
		t.Due, reason = d.EarlyDue, "earlier"
	}
	return record(tx, who, FactRecomputed, d.Subject(), fact{Duties: []told{t}, Reason: reason, Calendar: cal.Version})
}

// leave gives the duties of somebody who has left to the role in which he owed them, or to the head of the unit.
func leave(tx *db.Tx, who access.Person, person string) error {
	ds, err := db.All[Duty](tx, `SELECT `+columns+` FROM duty WHERE open = 1 AND person <> '' AND person = $1 ORDER BY due, id`+tx.ForUpdate(), person)
	if err != nil {
		return err
	}
	for _, d := range ds {
		to := Holder{Unit: d.Unit, Path: d.Path, Role: d.Role}
		if to.Role == "" || to.Role == access.Employee {
			to.Role = access.DeptHead
		}
		if err := handOver(tx, who, d.Subject(), []Duty{d}, to); err != nil {
			return err
		}
	}
	return nil
}

// impact counts the open duties that hang on a unit or a person.
func impact(tx *db.Tx, kind, code string) ([]org.Weight, error) {
	q := ""
	switch kind {
	case org.KindUnit:
		q = `SELECT COUNT(*) FROM duty WHERE open = 1 AND path IN (SELECT path FROM org_unit WHERE code = $1)`
	case org.KindPerson:
		q = `SELECT COUNT(*) FROM duty WHERE open = 1 AND person <> '' AND person = $1`
	default:
		return nil, nil
	}
	n, err := db.One[int](tx, q, code)
	return []org.Weight{{Key: "duty.impact", N: n}}, err
}
