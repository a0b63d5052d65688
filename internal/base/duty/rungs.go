package duty

import (
	"cmp"
	"slices"

	"sanwen/internal/base/event"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
)

// FiredOf returns the rungs that were fired for a subject, the oldest first.
func FiredOf(tx *db.Tx, subject event.Ref) ([]Fired, error) {
	return inOrder(db.All[Fired](tx, `SELECT `+rungColumns+` FROM duty_rung WHERE subject_kind = $1 AND subject_id = $2 AND passed = 0 ORDER BY at, meant_at, id`,
		subject.Kind, subject.ID))
}

// FiredSince returns the rungs that were fired for a subject after a moment, the oldest first: what somebody who read meanwhile does not
// know.
func FiredSince(tx *db.Tx, subject event.Ref, since clock.Millis) ([]Fired, error) {
	return inOrder(db.All[Fired](tx, `SELECT `+rungColumns+` FROM duty_rung WHERE subject_kind = $1 AND subject_id = $2 AND at > $3 AND passed = 0 ORDER BY at, meant_at, id`,
		subject.Kind, subject.ID, since))
}

// inOrder puts rungs that were reached and fired at one moment in the order of the ladder: a talk and the circular come on the same day.
func inOrder(fs []Fired, err error) ([]Fired, error) {
	slices.SortStableFunc(fs, func(a, b Fired) int {
		return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.MeantAt, b.MeantAt), cmp.Compare(a.Rung.Height(), b.Rung.Height()))
	})
	return fs, err
}

// Height is the place of a rung on the ladder, the lowest first.
func (r Rung) Height() int { return slices.Index(Rungs(), r) }

// stands returns the highest of some rungs by what was fired for a duty and by its current due: it was fired, for whatever version of the
// due, and its time had come at a moment. One from before an extension does not count until its new time comes, one that was turned off never.
func (l Ladder) stands(d Duty, fired []Fired, at clock.Millis, of ...Rung) Rung {
	top := Rung("")
	for _, f := range fired {
		if when := l.When(d, f.Rung); slices.Contains(of, f.Rung) && !f.Passed && when != 0 && when <= at && (top == "" || f.Rung.Height() > top.Height()) {
			top = f.Rung
		}
	}
	return top
}

// Climbing is a duty with the rung that it reaches next.
type Climbing struct {
	Duty
	Last   Rung                  // the rung that it stands on, or empty
	LastAt clock.Millis          // since when
	Next   Rung                  // the rung that it reaches next, or empty
	NextAt clock.Millis          // when, unless it is discharged before
	Fired  map[Rung]clock.Millis // when each rung of the present due was fired, or of an earlier one
}

// Climbings returns open duties with the rungs that they stand on and reach next.
func Climbings(tx *db.Tx, ds []Duty) ([]Climbing, error) {
	if len(ds) == 0 {
		return nil, nil
	}
	l, err := LadderOf(tx)
	if err != nil {
		return nil, err
	}
	fired, err := firedOf(tx, ds)
	if err != nil {
		return nil, err
	}
	out := make([]Climbing, len(ds))
	for i, d := range ds {
		out[i].Duty, out[i].Fired = d, map[Rung]clock.Millis{}
		for _, f := range fired[d.ID] {
			if !f.Passed {
				out[i].Last, out[i].LastAt = f.Rung, f.At
				out[i].Fired[f.Rung] = f.At
			}
		}
		out[i].Next, out[i].NextAt = l.Next(d, fired[d.ID], tx.Millis())
	}
	return out, nil
}

// Standing is a duty with the rung that it stands on by its current due, or stood on when it was done.
type Standing struct {
	Duty
	On Rung
}

// StandingOn returns what departments owe of a kind of subjects, restricted ones left out, and has been pressed up to one of some rungs: what is
// overdue now, and what was done after that since a moment. What waits, was let off or has got more time does not stand there. In order of the due.
func StandingOn(tx *db.Tx, subjectKind string, since clock.Millis, of ...Rung) ([]Standing, error) {
	l, err := LadderOf(tx)
	if err != nil {
		return nil, err
	}
	w := db.NewWhere(subjectKind, tx.Millis(), since)
	w.In("rung", texts(of))
	cond, args := w.SQL()
	all, err := db.All[Duty](tx, `SELECT `+columns+` FROM duty WHERE subject_kind = $1 AND restricted = '' AND (open = 1 AND due < $2 AND waiting_from = 0 AND exempt = ''
		OR open = 0 AND outcome = 'done' AND discharged_at >= $3) AND id IN (SELECT duty FROM duty_rung WHERE passed = 0 AND `+cond+`) ORDER BY due, id`, args...)
	if err != nil {
		return nil, err
	}
	var out []Standing
	for ds := range slices.Chunk(all, 5000) { // a statement has room for that many
		fired, err := firedOf(tx, ds)
		if err != nil {
			return nil, err
		}
		for _, d := range ds {
			at := tx.Millis()
			if !d.Open {
				at = d.DischargedAt
			}
			if on := l.stands(d, fired[d.ID], at, of...); on != "" && d.Department() {
				out = append(out, Standing{d, on})
			}
		}
	}
	return out, nil
}
