package bulk

import (
	"context"
	"encoding/json"
	"errors"

	"sanwen/internal/base/access"
	"sanwen/internal/base/jobs"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
)

// JobKind is the kind of the job that does an order.
const JobKind = "bulk.run"

type payload struct {
	Run string `json:"run"`
}

// Job does orders that wait.
func Job(ctx context.Context, d *db.DB, body json.RawMessage) error {
	var p payload
	if err := json.Unmarshal(body, &p); err != nil {
		return jobs.Permanent(err)
	}
	return Work(ctx, d, p.Run)
}

// errGone is that a row needs nothing any more: another replica has done it, or the run was cancelled.
var errGone = errors.New("bulk: the row is done")

// Work does what waits of an order, or takes it back where that was asked. It may be called any number of times.
func Work(ctx context.Context, d *db.DB, run string) error {
	var r Run
	var rows []Row
	err := d.Read(ctx, func(tx *db.Tx) (err error) {
		if r, err = runByID(tx, run); err != nil {
			return err
		}
		rows, err = rowsIn(tx, run, fromState(r.State))
		return err
	})
	if err != nil {
		return err
	}
	k, ok := kindOf(r.Kind)
	if !ok {
		return jobs.Permanent(fault.New(fault.Internal, "bulk.unknown", r.Kind))
	}
	undo := r.State == Undoing
	step := k.Do
	if undo {
		step = k.Undo
	}
	if r.Over() {
		return nil
	}
	if r.State == Queued {
		if err := d.Upkeep(ctx, func(tx *db.Tx) error { return moveState(tx, run, Queued, Running) }); err != nil {
			return err
		}
	}
	for _, row := range rows {
		if err := one(ctx, d, r, row, undo, step); err != nil {
			return err
		}
	}
	return d.Upkeep(ctx, func(tx *db.Tx) error {
		if undo {
			return end(tx, run, Undoing, Undone, tx.Millis())
		}
		return end(tx, run, Running, Done, tx.Millis())
	})
}

// fromState is the state of the rows on which a run works.
func fromState(state string) string {
	if state == Undoing {
		return RowDone
	}
	return RowWaiting
}

// one does one row. The row is taken first, so that whoever comes second does nothing; a refusal is written in a transaction of its own.
func one(ctx context.Context, d *db.DB, r Run, row Row, undo bool, step func(*db.Tx, access.Person, Order) error) error {
	from, to, not := RowWaiting, RowDone, RowRefused
	if undo {
		from, to, not = RowDone, RowUndone, RowKept
	}
	take := func(tx *db.Tx, state, why, args string) error {
		ok, err := moveRow(tx, row, from, state, why, args, tx.Millis())
		if err == nil && !ok {
			err = errGone
		}
		return err
	}
	err := d.Write(ctx, func(tx *db.Tx) error {
		if err := take(tx, to, "", ""); err != nil {
			return err
		}
		who, err := org.Actor(tx, r.Person)
		if err != nil {
			return err
		}
		return step(tx, who, Order{Run: r.ID, Ref: row.Ref, Params: json.RawMessage(r.Params)})
	})
	if err == nil || errors.Is(err, errGone) {
		return nil
	}
	switch fault.KindOf(err) {
	case fault.Invalid, fault.Forbidden, fault.NotFound, fault.Conflict, fault.Gone:
	default:
		return err
	}
	e := fault.Of(err)
	args, bad := json.Marshal(e.Args)
	if bad != nil {
		args = []byte("null")
	}
	err = d.Upkeep(ctx, func(tx *db.Tx) error { return take(tx, not, e.Key, string(args)) })
	if errors.Is(err, errGone) {
		return nil
	}
	return err
}
