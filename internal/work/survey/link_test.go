package survey_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"sanwen/internal/ground/db"
	"sanwen/internal/work/survey"
)

// TestNothingLinks is a canary: everybody answers something of his own, and then the whole database is searched for anything that leads from a
// person to an answer: a value that stands beside both, an order, a time, a row version.
func TestNothingLinks(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		id := w.round("canteen")
		const n = 24
		var order []string
		for i := range n {
			mark := "金丝雀" + strconv.Itoa(1000+i)
			order = append(order, mark)
			w.Do("U01-"+strconv.Itoa(i), survey.Answer{Round: id, Answers: canteen(strconv.Itoa(1+i%5), "say", mark, "wait", strconv.Itoa(i))})
			if i%7 == 6 {
				w.mix()
			}
		}
		w.mix()
		look := func(when string) {
			t.Helper()
			tables := w.tables()
			if len(tables) < 60 {
				t.Fatalf("only %d tables were found", len(tables))
			}
			var keys []string // of answers
			w.Read(func(tx *db.Tx) (err error) {
				keys, err = db.All[string](tx, `SELECT id FROM survey_answer UNION ALL SELECT id FROM survey_text`)
				return err
			})
			for _, table := range tables {
				for _, row := range w.rows(table) {
					for i := range n {
						if !strings.Contains(row, order[i]) {
							continue
						}
						if table != "survey_box" && table != "survey_text" {
							t.Errorf("%s: the sentence of %d stands in %s", when, i, table)
						}
						if strings.Contains(row, w.P("U01-"+strconv.Itoa(i)).ID) {
							t.Errorf("%s: %s joins person and sentence", when, table)
						}
					}
					for _, k := range keys {
						if table != "survey_answer" && table != "survey_text" && strings.Contains(row, k) {
							t.Errorf("%s: %s names an answer", when, table)
						}
					}
				}
			}
		}
		look("while it is open")
		w.rowVersions("while it is open")
		w.on("2026-12-01 00:10")
		look("when it is over")
		w.rowVersions("when it is over")
		for _, by := range w.orders() {
			got := w.column(`SELECT text FROM survey_text ORDER BY ` + by)
			if len(got) != n || slices.Equal(got, order) {
				t.Errorf("by %s the sentences stand in the order in which they came", by)
			}
			var waits []string
			for _, body := range w.column(`SELECT body FROM survey_answer ORDER BY ` + by) {
				_, rest, _ := strings.Cut(body, `"wait":["`)
				rest, _, _ = strings.Cut(rest, `"`)
				waits = append(waits, rest)
			}
			if slices.IsSortedFunc(waits, func(a, b string) int { x, _ := strconv.Atoi(a); y, _ := strconv.Atoi(b); return x - y }) {
				t.Errorf("by %s the answers stand in the order in which they came: %v", by, waits)
			}
		}
		// The record knows how many, not who and not what.
		if got := w.count(`SELECT COUNT(*) FROM event WHERE kind = 'survey.answered' AND (actor <> '' OR data <> 'null' OR at % 3600000 <> 0)`); got != 0 {
			t.Errorf("%d entries say more than that somebody has answered", got)
		}
		if got := w.count(`SELECT COUNT(*) FROM event WHERE kind = 'survey.answered'`); got != n {
			t.Errorf("%d entries", got)
		}
	})
}

// TestABoxIsNotPouredForOne: answers leave the box in company.
func TestABoxIsNotPouredForOne(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		id := w.round("canteen")
		for i := range 5 {
			w.mix()
			if got := w.count(`SELECT COUNT(*) FROM survey_answer`); got != 0 {
				t.Fatalf("%d answers stand alone after %d", got, i)
			}
			w.Do("U01-"+strconv.Itoa(i), survey.Answer{Round: id, Answers: canteen("3")})
		}
		w.mix()
		if in, out := w.count(`SELECT COUNT(*) FROM survey_box`), w.count(`SELECT COUNT(*) FROM survey_answer`); in != 0 || out != 5 {
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

func (w *world) column(q string, args ...any) (out []string) {
	w.T.Helper()
	w.Read(func(tx *db.Tx) (err error) { out, err = db.All[string](tx, q, args...); return err })
	return out
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
	return []string{"id"} // there is no hidden row number
}

// rowVersions looks at what PostgreSQL notes of every row: the transaction that wrote it.
func (w *world) rowVersions(when string) {
	w.T.Helper()
	if !w.postgres() {
		if n := w.count(`SELECT COUNT(*) FROM sqlite_master WHERE name IN ('survey_answer', 'survey_text', 'survey_box', 'survey_invitation', 'survey_code') AND type = 'table' AND sql LIKE '%WITHOUT ROWID%'`); n != 5 {
			w.T.Errorf("%s: only %d of five tables are without row numbers", when, n)
		}
		return
	}
	for _, mine := range []string{"survey_answer", "survey_text"} {
		for _, other := range []string{"survey_invitation", "survey_code", "(SELECT xmin FROM event WHERE kind = 'survey.answered')"} {
			if when == "when it is over" {
				continue // written anew together: see below
			}
			if n := w.count(`SELECT COUNT(*) FROM ` + mine + ` a JOIN ` + other + ` b ON CAST(a.xmin AS TEXT) = CAST(b.xmin AS TEXT)`); n != 0 {
				w.T.Errorf("%s: %d rows of %s and %s were written together", when, n, mine, other)
			}
		}
		if n := w.count(`SELECT COALESCE(MIN(n), 99) FROM (SELECT COUNT(*) AS n FROM ` + mine + ` GROUP BY CAST(xmin AS TEXT)) x`); n < survey.MixFrom {
			w.T.Errorf("%s: %d rows of %s were written by themselves", when, n, mine)
		}
	}
	if when == "when it is over" {
		for _, table := range []string{"survey_answer", "survey_text", "survey_invitation"} {
			if n := w.count(`SELECT COUNT(DISTINCT CAST(xmin AS TEXT)) FROM ` + table); n != 1 {
				w.T.Errorf("%s: rows of %s were written in %d transactions", when, table, n)
			}
		}
	}
}
