// Package worldtest is what the small organisations of the tests have in common: an open database, a clock, and persons under short
// names who do something.
package worldtest

import (
	"context"
	"errors"
	"testing"

	"sanwen/internal/base/access"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
)

// World is an open database with the persons of an organisation, keyed by short names.
type World struct {
	T      testing.TB
	DB     *db.DB
	Clock  *clock.Fake
	People map[string]access.Person
}

// New is a world in which nobody lives yet.
func New(t testing.TB, d *db.DB, c *clock.Fake) World {
	return World{T: t, DB: d, Clock: c, People: map[string]access.Person{}}
}

// Doer is an action.
type Doer interface {
	Do(tx *db.Tx, who access.Person) error
}

// P is the person with the short name.
func (w *World) P(key string) access.Person {
	w.T.Helper()
	p, ok := w.People[key]
	if !ok {
		w.T.Fatalf("nobody is called %q", key)
	}
	return p
}

// Write runs fn in a transaction and returns its error.
func (w *World) Write(fn func(tx *db.Tx) error, opts ...db.Option) error {
	return w.DB.Write(context.Background(), fn, opts...)
}

// Must runs fn in a transaction that has to succeed.
func (w *World) Must(fn func(tx *db.Tx) error, opts ...db.Option) {
	w.T.Helper()
	if err := w.Write(fn, opts...); err != nil {
		w.T.Fatal(err)
	}
}

// Read runs fn on one snapshot.
func (w *World) Read(fn func(tx *db.Tx) error) {
	w.T.Helper()
	if err := w.DB.Read(context.Background(), fn); err != nil {
		w.T.Fatal(err)
	}
}

// As does an action as somebody and returns its error; whoever has no account writes coarse, as the pages do.
func (w *World) As(who access.Person, in Doer) error {
	return w.Write(func(tx *db.Tx) error { return in.Do(tx, who) }, writes(who)...)
}

func writes(who access.Person) []db.Option {
	if who.Kind != access.Account {
		return []db.Option{db.Coarse}
	}
	return nil
}

// Try does an action as the person with the short name and returns its error.
func (w *World) Try(key string, in Doer) error {
	w.T.Helper()
	return w.As(w.P(key), in)
}

// Do does actions as the person with the short name; they have to succeed.
func (w *World) Do(key string, in ...Doer) {
	w.T.Helper()
	for _, a := range in {
		if err := w.Try(key, a); err != nil {
			w.T.Fatalf("%s: %T: %v", key, a, err)
		}
	}
}

var errUndo = errors.New("undone")

// Probe tries an action, lets look see what came of it, and undoes it.
func (w *World) Probe(key string, in Doer, look func(tx *db.Tx) error) error {
	w.T.Helper()
	err := w.Write(func(tx *db.Tx) error {
		if err := in.Do(tx, w.P(key)); err != nil {
			return err
		}
		if err := look(tx); err != nil {
			return err
		}
		return errUndo
	}, writes(w.P(key))...)
	if errors.Is(err, errUndo) {
		return nil
	}
	return err
}
