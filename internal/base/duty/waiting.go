package duty

import (
	"sanwen/internal/base/access"
	"sanwen/internal/base/event"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/id"
)

// Waiting is the beginning of a wait.
type Waiting struct {
	Reason  Reason
	Note    string    // in words, at most 200 characters
	Planned clock.Day // until when it is expected to last, or empty
	Kinds   []Kind    // duties that wait; empty: all that are open
}

// maxNote is the length of a note in characters.
const maxNote = 200

// Wait makes the open duties of a subject wait and returns how many. A duty whose due has already passed waits too, which is shown, but
// its due will not move by it. A duty that waits for the same reason already is left alone.
func Wait(tx *db.Tx, who access.Person, subject event.Ref, w Waiting) (int, error) {
	if err := w.check(); err != nil {
		return 0, err
	}
	ds, err := open(tx, subject, w.Kinds)
	if err != nil {
		return 0, err
	}
	waits, err := Spells(tx, ds...)
	if err != nil {
		return 0, err
	}
	f := fact{Reason: string(w.Reason), Note: w.Note, Until: w.Planned}
	for _, d := range ds {
		if waitsFor(waits[d.ID], w.Reason) {
			continue
		}
		from := later(tx, d.StartedAt)
		since := from
		if d.Waiting() {
			since = d.WaitingFrom
		}
		row := Spell{ID: id.V7(tx.Now), Duty: d.ID, FromAt: from, Planned: w.Planned, Reason: w.Reason, Note: w.Note, Counts: since <= d.Due}
		if !tx.Coarse() {
			row.By = who.ID
		}
		if err := insertSpell(tx, row); err != nil {
			return 0, err
		}
		if d.WaitingFrom.Zero() {
			d.WaitingFrom = from
			if err := updateDue(tx, d); err != nil {
				return 0, err
			}
		}
		f.Duties = append(f.Duties, d.told())
	}
	if len(f.Duties) == 0 {
		return 0, nil
	}
	return len(f.Duties), record(tx, who, FactWaiting, subject, f)
}

func (w Waiting) check() error {
	var form fault.Form
	if !w.Reason.valid() {
		form.Add("reason", "fault.choice")
	}
	if n := len([]rune(w.Note)); n > maxNote {
		form.Add("note", "fault.too_long", maxNote, n)
	}
	if w.Planned != "" && !w.Planned.Valid() {
		form.Add("until", "fault.date")
	}
	return form.Err()
}

func waitsFor(waits []Spell, r Reason) bool {
	for _, w := range waits {
		if w.UntilAt.Zero() && w.Reason == r {
			return true
		}
	}
	return false
}

// Resume ends what the open duties of a subject wait for: the reason given, or everything where it is empty. Once nothing is waited
// for any more, the current due moves later by the working days (or, around the clock, the time) waited. It returns how many duties
// waited.
func Resume(tx *db.Tx, who access.Person, subject event.Ref, reason Reason, kinds ...Kind) (int, error) {
	cal, err := org.Calendar(tx)
	if err != nil {
		return 0, err
	}
	ds, err := open(tx, subject, kinds)
	if err != nil {
		return 0, err
	}
	f := fact{Reason: string(reason)}
	for _, d := range ds {
		if !d.Waiting() {
			continue
		}
		was := d.Due
		ended, err := endSpells(tx, &d, reason, cal)
		if err != nil {
			return 0, err
		}
		if !ended {
			continue
		}
		if err := updateDue(tx, d); err != nil {
			return 0, err
		}
		t := d.told()
		if d.Due != was {
			t.DueWas = was
		}
		f.Duties = append(f.Duties, t)
	}
	if len(f.Duties) == 0 {
		return 0, nil
	}
	return len(f.Duties), record(tx, who, FactResumed, subject, f)
}

// endSpells ends the open waits of d for the reason (all where it is empty), and moves d's due once none is left and cal is given. It
// reports whether any was ended; d is changed but not written.
func endSpells(tx *db.Tx, d *Duty, reason Reason, cal *clock.Calendar) (bool, error) {
	all, err := Spells(tx, *d)
	if err != nil {
		return false, err
	}
	waits, ended, left := all[d.ID], false, false
	for i, w := range waits {
		switch {
		case !w.UntilAt.Zero():
		case reason != "" && w.Reason != reason:
			left = true
		default:
			waits[i].UntilAt = later(tx, w.FromAt)
			if err := endSpell(tx, w.ID, waits[i].UntilAt); err != nil {
				return false, err
			}
			ended = true
		}
	}
	if left || !ended {
		return ended, nil
	}
	d.WaitingFrom = 0
	if cal == nil {
		return true, nil
	}
	// The waits end now or, where the time is coarse, a little later than it says.
	now := tx.Millis()
	for _, w := range waits {
		now = max(now, w.UntilAt)
	}
	if due := d.moved(d.BaseDue, waits, cal, now.Time()); due > d.Due {
		d.Due = due
		d.DueVersion++
		if !d.WallClock() {
			d.Provisional = d.Provisional || !cal.Knows(due.Day(cal.Zone()).Year())
		}
	}
	return true, nil
}
