// Package agenda does things in the order of time, each in its own moment, many in one transaction.
package agenda

import (
	"container/heap"
	"context"
	"fmt"
	"slices"
	"time"

	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
)

// step is one thing to be done at a time. The submitter of a hidden voice acts in a coarse transaction.
type step struct {
	at     time.Time
	n      int // steps of the same moment keep the order in which they were put down
	coarse bool
	where  string
	do     func(tx *db.Tx) error
	apart  func(ctx context.Context) error // in place of do, outside of a transaction
}

type queue []*step

func (q queue) Len() int { return len(q) }
func (q queue) Less(i, j int) bool {
	if !q[i].at.Equal(q[j].at) {
		return q[i].at.Before(q[j].at)
	}
	return q[i].n < q[j].n
}
func (q queue) Swap(i, j int) { q[i], q[j] = q[j], q[i] }
func (q *queue) Push(x any)   { *q = append(*q, x.(*step)) }
func (q *queue) Pop() any {
	old := *q
	x := old[len(old)-1]
	*q = old[:len(old)-1]
	return x
}

// Agenda holds what is still to be done, by time. Nothing is done at or after End.
type Agenda struct {
	queue queue
	n     int
	End   time.Time
	Done  int // how many steps have been done
}

// Put puts something down; what would happen after the end never happens.
func (a *Agenda) Put(at time.Time, coarse bool, where string, do func(tx *db.Tx) error) {
	a.put(&step{at: at, coarse: coarse, where: where, do: do})
}

func (a *Agenda) put(s *step) {
	if s.at.Before(a.End) {
		a.n++
		s.n = a.n
		heap.Push(&a.queue, s)
	}
}

// Apart puts something down that takes transactions of its own, as a job does.
func (a *Agenda) Apart(at time.Time, where string, do func(ctx context.Context) error) {
	a.put(&step{at: at, where: where, apart: do})
}

// together is how many steps share a transaction: each has its own time, all become durable at once.
const together = 400

// Run does everything in the order of time. set moves the clock; after is called after every transaction with the times of its
// first and last step.
func (a *Agenda) Run(ctx context.Context, d *db.DB, set func(time.Time), after func(ctx context.Context, from, to time.Time) error) error {
	for len(a.queue) > 0 {
		if err := ctx.Err(); err != nil {
			return err
		}
		if s := a.queue[0]; s.apart != nil {
			heap.Pop(&a.queue)
			set(s.at)
			if err := s.apart(ctx); err != nil {
				return fmt.Errorf("%s on %s: %w", s.where, s.at.Format("2006-01-02 15:04"), err)
			}
			a.Done++
			if err := after(ctx, s.at, s.at); err != nil {
				return err
			}
			continue
		}
		coarse := a.queue[0].coarse
		var o []db.Option
		if coarse {
			o = append(o, db.Coarse)
		}
		from, to := a.queue[0].at, a.queue[0].at
		set(from)
		before, n, done := slices.Clone(a.queue), a.n, a.Done
		err := d.Write(ctx, func(tx *db.Tx) error {
			a.queue, a.n, a.Done = slices.Clone(before), n, done // a database may have the transaction done again
			for i := 0; i < together && len(a.queue) > 0 && a.queue[0].coarse == coarse && a.queue[0].apart == nil; i++ {
				s := heap.Pop(&a.queue).(*step)
				tx.Now, to = s.at, s.at
				if coarse {
					tx.Now = s.at.Truncate(time.Hour)
				}
				if err := s.do(tx); err != nil {
					return fmt.Errorf("%s on %s %v: %w", s.where, s.at.Format("2006-01-02 15:04"), fault.Of(err).Args, err)
				}
				a.Done++
			}
			return nil
		}, o...)
		if err != nil {
			return err
		}
		set(to)
		if err := after(ctx, from, to); err != nil {
			return err
		}
	}
	return nil
}
