package ballot_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"sanwen/internal/base/box"
	"sanwen/internal/work/ballot"
)

// TestNothingLinks is a canary: everybody votes something of his own, and then the whole database is searched for anything that leads from a person to a
// paper: a value that stands beside both, an order, a row version.
func TestNothingLinks(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		all := w.several(9)
		id := w.plan(all, func(p *ballot.Plan) { p.Places = 4 })
		var order []string // the papers in the order in which they came
		var people []string
		for a := 1; a <= 9; a++ {
			for b := a + 1; b <= 9; b++ {
				for c := b + 1; c <= 9; c++ {
					who := []string{"U01-", "U02-"}[len(order)%2] + strconv.Itoa(len(order)/2)
					if len(order) == 60 {
						break
					}
					w.Do(who, ballot.Vote{Ballot: id, Marks: []int{c, a, b}})
					order, people = append(order, fmt.Sprintf("%d,%d,%d", a, b, c)), append(people, w.P(who).ID)
					if len(order)%11 == 10 {
						w.mix()
					}
				}
			}
		}
		w.mix()
		look := func(when string) {
			t.Helper()
			tables := w.Tables()
			if len(tables) < 60 {
				t.Fatalf("only %d tables were found", len(tables))
			}
			keys := w.Column(`SELECT id FROM ballot_paper`)
			if len(keys) != 60 {
				t.Fatalf("%s: %d papers", when, len(keys))
			}
			for _, table := range tables {
				for _, row := range w.Rows(table) {
					for i := range order {
						if table != "ballot_paper" && table != "ballot_box" && strings.Contains(row, order[i]) && strings.Contains(row, people[i]) {
							t.Errorf("%s: %s joins %s and %s", when, table, people[i], order[i])
						}
						if table == "ballot_paper" && strings.Contains(row, people[i]) {
							t.Errorf("%s: a paper names %s", when, people[i])
						}
					}
					for _, k := range keys {
						if table != "ballot_paper" && strings.Contains(row, k) {
							t.Errorf("%s: %s names a paper", when, table)
						}
					}
				}
			}
			for _, by := range w.Orders("ballot_paper", "ballot_box", "ballot_elector") {
				got := w.Column(`SELECT marks FROM ballot_paper ORDER BY ` + by)
				if slices.Equal(got, order) {
					t.Errorf("%s: by %s the papers stand in the order in which they came", when, by)
				}
			}
		}
		look("while it is open")
		w.Apart(box.Least, "ballot_paper", "ballot_elector", "(SELECT xmin FROM event WHERE kind = 'ballot.voted')")
		w.on("2026-12-01 00:10")
		look("when it is over")
		w.Anew("ballot_paper", "ballot_elector")
		if got := w.Count(`SELECT COUNT(*) FROM event WHERE kind = 'ballot.voted' AND (actor <> '' OR data <> 'null' OR at % 3600000 <> 0)`); got != 0 {
			t.Errorf("%d entries say more than that somebody has voted", got)
		}
		if got := w.Count(`SELECT COUNT(*) FROM event WHERE kind = 'ballot.voted'`); got != 60 {
			t.Errorf("%d entries", got)
		}
	})
}

// TestABoxIsNotPouredForOne: papers leave the box in company.
func TestABoxIsNotPouredForOne(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		id := w.plan(w.several(3))
		for i := range box.Least {
			w.mix()
			if got := w.Count(`SELECT COUNT(*) FROM ballot_paper`); got != 0 {
				t.Fatalf("%d papers stand alone after %d", got, i)
			}
			w.Do("U01-"+strconv.Itoa(i), ballot.Vote{Ballot: id, Marks: []int{1}})
		}
		w.mix()
		if in, out := w.Count(`SELECT COUNT(*) FROM ballot_box`), w.Count(`SELECT COUNT(*) FROM ballot_paper`); in != 0 || out != box.Least {
			t.Errorf("%d in the box, %d among the others", in, out)
		}
	})
}
