package ballot_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"sanwen/internal/ground/db"
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
			tables := w.tables()
			if len(tables) < 60 {
				t.Fatalf("only %d tables were found", len(tables))
			}
			keys := w.column(`SELECT id FROM ballot_paper`)
			if len(keys) != 60 {
				t.Fatalf("%s: %d papers", when, len(keys))
			}
			for _, table := range tables {
				for _, row := range w.rows(table) {
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
			for _, by := range w.orders() {
				got := w.column(`SELECT marks FROM ballot_paper ORDER BY ` + by)
				if slices.Equal(got, order) {
					t.Errorf("%s: by %s the papers stand in the order in which they came", when, by)
				}
			}
		}
		look("while it is open")
		w.rowVersions(false)
		w.on("2026-12-01 00:10")
		look("when it is over")
		w.rowVersions(true)
		if got := w.count(`SELECT COUNT(*) FROM event WHERE kind = 'ballot.voted' AND (actor <> '' OR data <> 'null' OR at % 3600000 <> 0)`); got != 0 {
			t.Errorf("%d entries say more than that somebody has voted", got)
		}
		if got := w.count(`SELECT COUNT(*) FROM event WHERE kind = 'ballot.voted'`); got != 60 {
			t.Errorf("%d entries", got)
		}
	})
}

// TestABoxIsNotPouredForOne: papers leave the box in company.
func TestABoxIsNotPouredForOne(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		id := w.plan(w.several(3))
		for i := range ballot.MixFrom {
			w.mix()
			if got := w.count(`SELECT COUNT(*) FROM ballot_paper`); got != 0 {
				t.Fatalf("%d papers stand alone after %d", got, i)
			}
			w.Do("U01-"+strconv.Itoa(i), ballot.Vote{Ballot: id, Marks: []int{1}})
		}
		w.mix()
		if in, out := w.count(`SELECT COUNT(*) FROM ballot_box`), w.count(`SELECT COUNT(*) FROM ballot_paper`); in != 0 || out != ballot.MixFrom {
			t.Errorf("%d in the box, %d among the others", in, out)
		}
	})
}

// tables lists the tables of the database.
func (w *world) tables() []string {
	if w.postgres() {
		return w.column(`SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema() ORDER BY 1`)
	}
	return w.column(`SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY 1`)
}

func (w *world) postgres() bool {
	pg := false
	w.Read(func(tx *db.Tx) error { pg = tx.Dialect() == db.Postgres; return nil })
	return pg
}

// rows are the rows of a table as texts.
func (w *world) rows(table string) []string {
	w.T.Helper()
	if w.postgres() {
		return w.column(`SELECT CAST(x AS TEXT) FROM ` + table + ` x`)
	}
	columns := w.column(`SELECT name FROM pragma_table_info('` + table + `')`)
	parts := make([]string, len(columns))
	for i, c := range columns {
		parts[i] = fmt.Sprintf("COALESCE(CAST(%s AS TEXT), '')", c)
	}
	return w.column(`SELECT ` + strings.Join(parts, ` || '|' || `) + ` FROM ` + table)
}

// orders are the orders in which a table can be read.
func (w *world) orders() []string {
	if w.postgres() {
		return []string{"id", "ctid"}
	}
	return []string{"id"} // there is no hidden row number: rowVersions
}

// rowVersions looks at what PostgreSQL notes of every row: the transaction that wrote it.
func (w *world) rowVersions(over bool) {
	w.T.Helper()
	if !w.postgres() {
		if n := w.count(`SELECT COUNT(*) FROM sqlite_master WHERE name IN ('ballot_paper', 'ballot_box', 'ballot_elector') AND type = 'table' AND sql LIKE '%WITHOUT ROWID%'`); n != 3 {
			w.T.Errorf("only %d of three tables are without row numbers", n)
		}
		return
	}
	if over { // written anew, all together
		for _, table := range []string{"ballot_paper", "ballot_elector"} {
			if n := w.count(`SELECT COUNT(DISTINCT CAST(xmin AS TEXT)) FROM ` + table); n != 1 {
				w.T.Errorf("rows of %s were written in %d transactions", table, n)
			}
		}
		return
	}
	for _, other := range []string{"ballot_elector", "(SELECT xmin FROM event WHERE kind = 'ballot.voted')"} {
		if n := w.count(`SELECT COUNT(*) FROM ballot_paper a JOIN ` + other + ` b ON CAST(a.xmin AS TEXT) = CAST(b.xmin AS TEXT)`); n != 0 {
			w.T.Errorf("%d papers and rows of %s were written together", n, other)
		}
	}
	if n := w.count(`SELECT COALESCE(MIN(n), 99) FROM (SELECT COUNT(*) AS n FROM ballot_paper GROUP BY CAST(xmin AS TEXT)) x`); n < ballot.MixFrom {
		w.T.Errorf("%d papers were written by themselves", n)
	}
}
