package bulk

import (
	"encoding/json"
	"sync"
	"time"

	"sanwen/internal/base/access"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/lang"
)

// Limits (defaults of the product).
const (
	MaxRows  = 2000             // rows of one run
	UndoTime = 10 * time.Minute // how long a run can be undone
)

// States of a run.
const (
	Queued    = "queued"
	Running   = "running"
	Done      = "done"
	Cancelled = "cancelled"
	Undoing   = "undoing"
	Undone    = "undone"
)

// States of a row.
const (
	RowWaiting = "waiting"
	RowDone    = "done"
	RowRefused = "refused"
	RowUndone  = "undone"
	RowKept    = "kept"
	RowLeft    = "left"
)

// RowStates lists the states of a row.
func RowStates() []string {
	return []string{RowWaiting, RowDone, RowRefused, RowUndone, RowKept, RowLeft}
}

// Kind is something that can be done with many rows.
type Kind struct {
	Name string
	// Do does it with one row. It asks for permission and records like any action.
	Do func(tx *db.Tx, who access.Person, o Order) error
	// Undo takes it back for one row; nil where that cannot be done.
	Undo func(tx *db.Tx, who access.Person, o Order) error
}

// Order is what a step is told.
type Order struct {
	Run    string
	Ref    string
	Params json.RawMessage
}

var kinds struct {
	mu sync.RWMutex
	of map[string]Kind
}

// Register names what can be done. It is called while the program starts and panics if the name is taken.
func Register(k Kind) {
	kinds.mu.Lock()
	defer kinds.mu.Unlock()
	if kinds.of == nil {
		kinds.of = map[string]Kind{}
	}
	if _, twice := kinds.of[k.Name]; twice || k.Name == "" || k.Do == nil {
		panic("bulk: kind " + k.Name + " is registered twice or does nothing")
	}
	kinds.of[k.Name] = k
}

func kindOf(name string) (Kind, bool) {
	kinds.mu.RLock()
	defer kinds.mu.RUnlock()
	k, ok := kinds.of[name]
	return k, ok
}

// Run is one order.
type Run struct {
	ID        string
	Kind      string
	Params    string
	Back      string // the list from which it came
	Person    string
	State     string
	Total     int
	StartedAt clock.Millis
	EndedAt   clock.Millis
	UndoUntil clock.Millis // 0: cannot be undone
}

// Over reports whether nothing happens any more.
func (r Run) Over() bool { return r.State == Done || r.State == Cancelled || r.State == Undone }

// Undoable reports whether the run can still be undone.
func (r Run) Undoable(now clock.Millis) bool {
	return (r.State == Done || r.State == Cancelled) && now < r.UndoUntil
}

func (r Run) thing() access.Thing {
	return access.Thing{Kind: "bulk", ID: r.ID, Submitter: r.Person}
}

// Row is one row of an order with what became of it.
type Row struct {
	Run   string
	N     int
	Ref   string
	Label string
	State string
	Why   string // key of the sentence, or empty
	Args  string // of the sentence, as JSON
	At    clock.Millis
}

// Reason is why a row was refused or kept, in a language; empty where it was not.
func (r Row) Reason(l lang.Lang) string {
	if r.Why == "" {
		return ""
	}
	var args []any
	if json.Unmarshal([]byte(r.Args), &args) != nil {
		args = nil
	}
	for i, a := range args {
		if n, ok := a.(float64); ok {
			args[i] = int(n)
		}
	}
	return l.Error(&fault.Error{Kind: fault.Conflict, Key: r.Why, Args: args})
}
