package assignment

import (
	"fmt"

	"sanwen/internal/base/access"
	"sanwen/internal/base/event"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
)

// Subject is what is assigned, as the capability that owns it tells it.
type Subject struct {
	Ref      event.Ref
	Thing    access.Thing // with the recused persons and units
	Start    clock.Millis // first registration: ownerless time and every clock count from here
	Category string
	Place    string
	Round    int64
}

// Change tells the owner of the subject what happened to its assignment.
type Change struct {
	Event  string
	Before Assignment // zero for the first
	After  Assignment
	Co     []Co
	Note   string
}

// Host is how a capability lets its things be assigned. Load gives the facts, locking the row where the database has
// such locks; Changed moves the thing itself and is called in the same transaction, after the assignment is written.
type Host struct {
	Load    func(tx *db.Tx, id string) (Subject, error)
	Changed func(tx *db.Tx, who access.Person, c Change) error
}

var hosts = map[string]Host{}

// Register names the owner of a kind of subject. It is called once for each kind when the program starts.
func Register(kind string, h Host) {
	if _, twice := hosts[kind]; twice {
		panic("assignment: doubled host " + kind)
	}
	hosts[kind] = h
}

func load(tx *db.Tx, ref event.Ref) (Subject, Host, error) {
	h, ok := hosts[ref.Kind]
	if !ok {
		return Subject{}, h, fmt.Errorf("assignment: nobody registered %q", ref.Kind)
	}
	s, err := h.Load(tx, ref.ID)
	return s, h, err
}
