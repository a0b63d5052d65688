// Package box puts apart that somebody has spoken in secret, and what he has said: votes, answers of surveys, ratings.
//
// What somebody says goes into a box first, in the transaction that marks him as having spoken: both or neither, so one answer for each person. A
// job takes what waits out of the box, together and under new random ids, in a transaction of its own, as soon as there is enough of it that
// nobody can tell whose is whose. PostgreSQL notes in every row which transaction wrote it (xmin) and where it stands (ctid): two rows written
// together could be joined by the database alone for as long as they live. When everything is over the owner of the tables writes all of it and
// the marks anew. Decisions 35 and 53 say what remains.
//
// The tables belong to the rooms that ask; this package has none.
package box

import (
	"context"
	"slices"

	"sanwen/internal/base/access"
	"sanwen/internal/base/event"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/id"
)

const (
	// Least is how many leave a box together: as many as must have answered before anything is shown (privacy, R1).
	Least = 5
	// Most is how many leave it in one transaction.
	Most = 1000
)

// Box is the boxes of one kind of things that people are asked about.
type Box struct {
	Job   string                                                     // "survey.mix", the program that mixes
	May   access.Action                                              // what it needs
	Fact  event.Fact                                                 // what is recorded of each thing: kind, subject without its id, and states
	Full  func(tx *db.Tx, least int) (things []string, err error)    // the things in whose box at least so many wait
	Empty func(tx *db.Tx, thing string, most int) (n int, err error) // takes at most so many out and puts them among the others; fewer than Least stay
}

// Mix empties the boxes in which there are at least [Least]. What is left of a large one goes the next time, or when everything is over.
func (b Box) Mix(ctx context.Context, d *db.DB) error {
	who := access.System(b.Job)
	for {
		moved := 0
		err := d.Write(ctx, func(tx *db.Tx) error {
			moved = 0
			if err := who.May(tx, b.May, access.Thing{Kind: b.Fact.Subject.Kind}); err != nil {
				return err
			}
			things, err := b.Full(tx, Least)
			if err != nil {
				return err
			}
			for _, thing := range things {
				n, err := b.Empty(tx, thing, Most)
				if err != nil {
					return err
				}
				if n == 0 {
					continue
				}
				f := b.Fact
				f.Subject.ID, f.Data = thing, struct {
					N int `json:"n"`
				}{n}
				if err := event.Record(tx, who, f); err != nil {
					return err
				}
				moved += n
			}
			return nil
		}, db.Coarse)
		if err != nil || moved == 0 {
			return err
		}
	}
}

// Shuffled writes n things under new random ids, in the order of the ids: where each of them stands tells nothing about when it came.
func Shuffled(n int, write func(i int, id string) error) error {
	type place struct {
		id string
		i  int
	}
	all := make([]place, n)
	for i := range all {
		all[i] = place{id.Random(), i}
	}
	slices.SortFunc(all, func(a, b place) int {
		if a.id < b.id {
			return -1
		}
		return 1
	})
	for _, p := range all {
		if err := write(p.i, p.id); err != nil {
			return err
		}
	}
	return nil
}
