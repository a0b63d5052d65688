package matter

import (
	"sanwen/internal/base/access"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
)

// Moved tells the capabilities above what happened to a matter.
type Moved struct {
	Event  string // an event of [Cycle]
	Before Matter
	After  Matter
	Text   string // words for the people who asked: the reply, the reason, the condition
}

var hooks []func(*db.Tx, access.Person, Moved) error

// OnMove has fn called for every event of every matter, in the same transaction, after the matter is written. It is
// called when the program starts. An error of fn undoes everything.
func OnMove(fn func(tx *db.Tx, who access.Person, m Moved) error) { hooks = append(hooks, fn) }

func tell(tx *db.Tx, who access.Person, m Moved) error {
	for _, fn := range hooks {
		if err := fn(tx, who, m); err != nil {
			return err
		}
	}
	return nil
}

var week = func(*db.Tx, Matter) (clock.Day, int64, error) { return "", 0, nil }

// OnWeek has the ledger, which knows the lights, say with which the week began: before a matter changes in it for the first time.
func OnWeek(fn func(tx *db.Tx, before Matter) (monday clock.Day, light int64, err error)) { week = fn }
