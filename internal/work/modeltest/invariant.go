package modeltest

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"sanwen/internal/base/cycle"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/assignment"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/voice"
)

// Invariant is one thing that has to be true of every snapshot, seen with the one before (the same one at first).
type Invariant struct {
	Number string
	Says   string
	check  func(now, was *Snapshot, bad report)
}

// report notes what is not as it has to be.
type report func(format string, args ...any)

// Breach is an invariant that does not hold.
type Breach struct {
	Number, Says, What string
}

func (b Breach) String() string { return b.Number + " (" + b.Says + "): " + b.What }

// Invariants lists all of them in the order of their numbers.
func Invariants() []Invariant {
	return slices.Concat(conservation, lifeCycle, determinations, clocks, pressing, hands, privacy, ratings, record, duties)
}

// Compare checks every invariant on a snapshot and the one before it.
func Compare(now, was *Snapshot) []Breach {
	if was == nil {
		was = now
	}
	var out []Breach
	for _, i := range Invariants() {
		i.check(now, was, func(format string, args ...any) {
			out = append(out, Breach{i.Number, i.Says, fmt.Sprintf(format, args...)})
		})
	}
	return out
}

// Check checks every invariant on what a database holds.
func Check(ctx context.Context, d *db.DB) ([]Breach, error) {
	var now *Snapshot
	err := d.Read(ctx, func(tx *db.Tx) (err error) {
		now, err = Read(tx)
		return err
	})
	if err != nil {
		return nil, err
	}
	return Compare(now, nil), nil
}

// The tables of transitions as the program started with: a test that alters the live tables does not alter these.
var (
	voiceTable      = clone(voice.Cycle)
	matterTable     = clone(matter.Cycle)
	assignmentTable = clone(assignment.Cycle)
)

func clone(t cycle.Table) cycle.Table {
	t.Moves, t.Terminal, t.Reopen = slices.Clone(t.Moves), slices.Clone(t.Terminal), slices.Clone(t.Reopen)
	return t
}

func key(matter string, n int64) string { return matter + "/" + strconv.FormatInt(n, 10) }

func in(s string, list ...string) bool { return slices.Contains(list, s) }
