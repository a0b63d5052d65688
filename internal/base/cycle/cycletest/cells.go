// Package cycletest lets everybody try everything in every state of a life cycle.
package cycletest

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"sanwen/internal/base/cycle"
	"sanwen/internal/base/org/worldtest"
	"sanwen/internal/ground/db"
)

// Cells are all that anybody may try on a thing of one life cycle.
type Cells struct {
	Table cycle.Table
	Acts  map[string]func() worldtest.Doer          // by event
	Look  func(tx *db.Tx) (state string, err error) // of the thing
	Want  string                                    // by hand: lines "state event: who may", everything else is refused
	Else  map[string]string                         // cells that another test makes, with its name: what the program does by itself

	tried map[string]bool
}

// wanted reads the lines.
func (c *Cells) wanted() map[string][]string {
	out := map[string][]string{}
	for _, line := range strings.Split(strings.TrimSpace(c.Want), "\n") {
		cell, who, _ := strings.Cut(strings.TrimSpace(line), ":")
		out[cell] = strings.Fields(who)
	}
	return out
}

// In lets everybody try every event on the thing in a state ("-" where it is not there yet), and undoes it. Done has to be what is wanted,
// and lead to the state that the table says.
func (c *Cells) In(w *worldtest.World, state string) {
	w.T.Helper()
	want, from := c.wanted(), state
	if from == "-" {
		from = ""
	}
	if c.tried == nil {
		c.tried = map[string]bool{}
	}
	for _, ev := range slices.Sorted(maps.Keys(c.Acts)) {
		may := want[state+" "+ev]
		c.tried[state+" "+ev] = true
		for _, who := range slices.Sorted(maps.Keys(w.People)) {
			to := ""
			err := w.Probe(who, c.Acts[ev](), func(tx *db.Tx) (err error) {
				if c.Look != nil {
					to, err = c.Look(tx)
				}
				return err
			})
			if (err == nil) != slices.Contains(may, who) {
				w.T.Errorf("%s: %s in %q by %s: %v, may: %v", c.Table.Subject, ev, state, who, err, may)
			}
			if err == nil && c.Look != nil && c.Table.To(from, ev, to) != nil {
				w.T.Errorf("%s: %s led from %q to %q, which is in no move of the table", c.Table.Subject, ev, state, to)
			}
		}
	}
}

// Whole reports what of the table nobody tried, and what is wanted that is no move of it.
func (c *Cells) Whole(t testing.TB) {
	t.Helper()
	want, moves := c.wanted(), map[string]bool{}
	for _, m := range c.Table.Moves {
		from := m.From
		if from == "" {
			from = "-"
		}
		cell := from + " " + m.Event
		if c.Else[cell] != "" {
			continue
		}
		if len(want[cell]) == 0 || !c.tried[cell] {
			t.Errorf("%s: nobody made the move %s", c.Table.Subject, cell)
		}
		moves[cell] = true // one cell may be several moves: an event with several outcomes
	}
	for cell := range want {
		if moves[cell] {
			continue
		}
		t.Errorf("%s: %s is wanted and in no table", c.Table.Subject, cell)
	}
}
