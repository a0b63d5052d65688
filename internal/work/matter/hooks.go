package matter

import (
	"sanwen/internal/base/access"
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

// OnClosed has fn called when a matter is struck off; Text is the reply to everybody who asked.
func OnClosed(fn func(tx *db.Tx, who access.Person, m Moved) error) { on(fn, EventClose) }

// OnReopened has fn called when a new round begins, by a dispute or a relapse.
func OnReopened(fn func(tx *db.Tx, who access.Person, m Moved) error) {
	OnMove(func(tx *db.Tx, who access.Person, m Moved) error {
		if m.After.Round == m.Before.Round {
			return nil
		}
		return fn(tx, who, m)
	})
}

// OnRefused has fn called when a matter is declined, cancelled or carried over; Text says why, in words for the people
// who asked.
func OnRefused(fn func(tx *db.Tx, who access.Person, m Moved) error) {
	on(fn, EventDecline, EventCancel, EventCarry)
}

func on(fn func(*db.Tx, access.Person, Moved) error, events ...string) {
	OnMove(func(tx *db.Tx, who access.Person, m Moved) error {
		for _, e := range events {
			if m.Event == e {
				return fn(tx, who, m)
			}
		}
		return nil
	})
}

func tell(tx *db.Tx, who access.Person, m Moved) error {
	for _, fn := range hooks {
		if err := fn(tx, who, m); err != nil {
			return err
		}
	}
	return nil
}
