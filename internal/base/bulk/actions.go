package bulk

import (
	"encoding/json"

	"sanwen/internal/base/access"
	"sanwen/internal/base/event"
	"sanwen/internal/base/jobs"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/id"
)

// Ref is a row with what it is called in the result.
type Ref struct{ ID, Label string }

// Start writes an order. It is done as a job, or by [Work] before that.
type Start struct {
	Kind   string
	Params any
	Back   string
	Rows   []Ref
}

// Do writes it and returns its id. Errors: access, Invalid "bulk.none" and "bulk.many".
func (in Start) Do(tx *db.Tx, who access.Person) (string, error) {
	k, ok := kindOf(in.Kind)
	if !ok {
		return "", fault.New(fault.Invalid, "bulk.unknown", in.Kind)
	}
	r := Run{ID: id.V7(tx.Now), Kind: in.Kind, Back: in.Back, Person: who.ID, State: Queued, Total: len(in.Rows), StartedAt: tx.Millis()}
	if err := who.May(tx, access.BulkRun, r.thing()); err != nil {
		return "", err
	}
	switch {
	case len(in.Rows) == 0:
		return "", fault.New(fault.Invalid, "bulk.none")
	case len(in.Rows) > MaxRows:
		return "", fault.New(fault.Invalid, "bulk.many", MaxRows)
	}
	params, err := json.Marshal(in.Params)
	if err != nil {
		return "", err
	}
	r.Params = string(params)
	if k.Undo != nil {
		r.UndoUntil = tx.Millis() + clock.Millis(UndoTime.Milliseconds())
	}
	if err := insertRun(tx, r); err != nil {
		return "", err
	}
	for i, row := range in.Rows {
		if err := insertRow(tx, Row{Run: r.ID, N: i + 1, Ref: row.ID, Label: row.Label}); err != nil {
			return "", err
		}
	}
	if err := jobs.Later(tx, JobKind, r.ID, payload{r.ID}, tx.Millis()); err != nil {
		return "", err
	}
	return r.ID, record(tx, who, "bulk.run_started", r.ID, map[string]any{"kind": r.Kind, "rows": r.Total})
}

// Cancel stops a run: what has been done stays, what waits is left.
type Cancel struct{ Run string }

// Do stops it. Errors: access, NotFound "bulk.unknown_run", Conflict "bulk.over".
func (in Cancel) Do(tx *db.Tx, who access.Person) error {
	r, err := find(tx, who, in.Run)
	if err != nil {
		return err
	}
	if r.State != Queued && r.State != Running {
		return fault.New(fault.Conflict, "bulk.over")
	}
	if err := leaveRows(tx, r.ID, tx.Millis()); err != nil {
		return err
	}
	if err := setState(tx, r.ID, Cancelled, tx.Millis()); err != nil {
		return err
	}
	return record(tx, who, "bulk.run_cancelled", r.ID, nil)
}

// Undo takes back what a run has done, row by row, as far as nobody has gone on with it.
type Undo struct{ Run string }

// Do orders it. Errors: access, NotFound "bulk.unknown_run", Conflict "bulk.undo_late".
func (in Undo) Do(tx *db.Tx, who access.Person) error {
	r, err := find(tx, who, in.Run)
	if err != nil {
		return err
	}
	if !r.Undoable(tx.Millis()) {
		return fault.New(fault.Conflict, "bulk.undo_late")
	}
	if err := setState(tx, r.ID, Undoing, 0); err != nil {
		return err
	}
	if err := jobs.Later(tx, JobKind, r.ID+":undo", payload{r.ID}, tx.Millis()); err != nil {
		return err
	}
	return record(tx, who, "bulk.run_undone", r.ID, nil)
}

func record(tx *db.Tx, who access.Person, fact, run string, data any) error {
	return event.Record(tx, who, event.Fact{Kind: fact, Subject: event.Ref{Kind: "bulk", ID: run}, Data: data})
}
