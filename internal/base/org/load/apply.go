package load

import (
	"context"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
)

// Sizes of the pieces in which an import writes. Each is done in a small part of 200 ms, after which others may write.
const (
	piece      = 500
	leavePiece = 50
)

// Progress tells how far an import is.
type Progress struct{ Done, Total int }

// Apply does what [File.Plan] would. It refuses to write anything while rows have faults (unless only the valid ones are
// wanted) or when the number of missing people is not the one that was confirmed. Pieces are committed one after the other;
// an import that is interrupted is noted as failed, and doing it again finishes it. report may be nil.
func (f *File) Apply(ctx context.Context, d *db.DB, who access.Person, c Choice, report func(Progress)) (Run, error) {
	var p *Plan
	if err := d.Read(ctx, func(tx *db.Tx) (err error) { p, err = f.Plan(tx, who, c); return err }); err != nil {
		return Run{}, err
	}
	switch {
	case p.Faulty > 0 && !c.ValidOnly:
		return Run{}, fault.New(fault.Invalid, "org.import.faults", p.Faulty)
	case c.Dismiss && c.Missing != p.Missing:
		return Run{}, fault.New(fault.Conflict, "org.import.missing_changed", p.Missing)
	}
	if !c.Dismiss {
		p.missing = nil
	}
	w := &writer{ctx: ctx, d: d, who: who, report: report}
	w.total = len(p.people) + len(p.places) + len(p.leaving) + len(p.missing)
	var run string
	err := d.Write(ctx, func(tx *db.Tx) (err error) {
		run, err = start{ID: c.ID, Kind: string(f.Kind), FileHash: f.Hash, Rows: w.total, Refused: p.Faulty, Result: c.Result}.Do(tx, who)
		return err
	})
	if err != nil {
		return Run{}, err
	}
	w.run = run
	err = w.all(p, run)
	ended := end{ID: run, State: Done, Done: w.done, Added: p.New, Changed: p.Changed, Removed: len(p.leaving) + len(p.missing)}
	if err != nil {
		ended.State, ended.Added, ended.Changed, ended.Removed = Failed, 0, 0, 0
		if e := fault.Of(err); e != nil && e.Key == keyCancelled {
			ended.State = Cancelled
		}
	}
	// How it ended is noted even where the person who started it has gone.
	ctx = context.WithoutCancel(ctx)
	if end := d.Write(ctx, func(tx *db.Tx) error { return ended.Do(tx, who) }); err == nil {
		err = end
	}
	if err != nil {
		return Run{}, err
	}
	var out Run
	err = d.Read(ctx, func(tx *db.Tx) (err error) { out, err = runByID(tx, run); return err })
	return out, err
}

// writer writes pieces and counts them.
type writer struct {
	ctx         context.Context
	d           *db.DB
	who         access.Person
	report      func(Progress)
	run         string
	done, total int
}

func (w *writer) all(p *Plan, run string) error {
	w.tell(0)
	if err := pieces(w, p.NewUnits, piece, false, func(tx *db.Tx, units []org.Unit) error {
		return org.PutUnits{Units: units, Import: run}.Do(tx, w.who)
	}); err != nil {
		return err
	}
	if err := pieces(w, p.people, piece, true, func(tx *db.Tx, people []org.Person) error {
		return org.PutPeople{People: people, Import: run}.Do(tx, w.who)
	}); err != nil {
		return err
	}
	if err := pieces(w, p.places, piece, true, func(tx *db.Tx, places []org.Place) error {
		return org.PutPlaces{Places: places, Import: run}.Do(tx, w.who)
	}); err != nil {
		return err
	}
	if err := pieces(w, p.leaving, leavePiece, true, func(tx *db.Tx, people []string) error {
		return org.Dismiss{People: people, Import: run}.Do(tx, w.who)
	}); err != nil {
		return err
	}
	return pieces(w, p.missing, leavePiece, true, func(tx *db.Tx, gone []string) error {
		if p.Kind == People {
			return org.Dismiss{People: gone, Import: run}.Do(tx, w.who)
		}
		return w.close(tx, gone)
	})
}

// close deactivates places.
func (w *writer) close(tx *db.Tx, places []string) error {
	for _, code := range places {
		x, err := org.PlaceByCode(tx, code)
		if err != nil {
			return err
		}
		weights, err := org.Impact(tx, org.KindPlace, code)
		if err != nil {
			return err
		}
		in := org.SetActive{Kind: org.KindPlace, Code: code, Confirmed: org.Total(weights), Version: x.Version}
		if err := in.Do(tx, w.who); err != nil {
			return err
		}
	}
	return nil
}

func (w *writer) tell(n int) {
	w.done += n
	if w.report != nil {
		w.report(Progress{w.done, w.total})
	}
}

func pieces[T any](w *writer, rows []T, size int, counts bool, write func(*db.Tx, []T) error) error {
	for len(rows) > 0 {
		n := min(size, len(rows))
		if err := w.d.Write(w.ctx, func(tx *db.Tx) error {
			if err := write(tx, rows[:n]); err != nil || !counts {
				return err
			}
			return noteDone(tx, w.run, w.done+n)
		}); err != nil {
			return err
		}
		if counts {
			w.tell(n)
		}
		rows = rows[n:]
	}
	return nil
}
