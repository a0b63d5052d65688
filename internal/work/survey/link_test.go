package survey_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"sanwen/internal/base/box"
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
			tables := w.Tables()
			if len(tables) < 60 {
				t.Fatalf("only %d tables were found", len(tables))
			}
			var keys []string // of answers
			w.Read(func(tx *db.Tx) (err error) {
				keys, err = db.All[string](tx, `SELECT id FROM survey_answer UNION ALL SELECT id FROM survey_text`)
				return err
			})
			for _, table := range tables {
				for _, row := range w.Rows(table) {
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
		const said = "(SELECT xmin FROM event WHERE kind = 'survey.answered')"
		look("while it is open")
		w.Apart(box.Least, "survey_answer", "survey_invitation", "survey_code", said)
		w.Apart(box.Least, "survey_text", "survey_invitation", "survey_code", said)
		w.on("2026-12-01 00:10")
		look("when it is over")
		w.Anew("survey_answer", "survey_text", "survey_invitation")
		for _, by := range w.Orders("survey_answer", "survey_text", "survey_box", "survey_invitation", "survey_code") {
			got := w.Column(`SELECT text FROM survey_text ORDER BY ` + by)
			if len(got) != n || slices.Equal(got, order) {
				t.Errorf("by %s the sentences stand in the order in which they came", by)
			}
			var waits []string
			for _, body := range w.Column(`SELECT body FROM survey_answer ORDER BY ` + by) {
				_, rest, _ := strings.Cut(body, `"wait":["`)
				rest, _, _ = strings.Cut(rest, `"`)
				waits = append(waits, rest)
			}
			if slices.IsSortedFunc(waits, func(a, b string) int { x, _ := strconv.Atoi(a); y, _ := strconv.Atoi(b); return x - y }) {
				t.Errorf("by %s the answers stand in the order in which they came: %v", by, waits)
			}
		}
		// The record knows how many, not who and not what.
		if got := w.Count(`SELECT COUNT(*) FROM event WHERE kind = 'survey.answered' AND (actor <> '' OR data <> 'null' OR at % 3600000 <> 0)`); got != 0 {
			t.Errorf("%d entries say more than that somebody has answered", got)
		}
		if got := w.Count(`SELECT COUNT(*) FROM event WHERE kind = 'survey.answered'`); got != n {
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
			if got := w.Count(`SELECT COUNT(*) FROM survey_answer`); got != 0 {
				t.Fatalf("%d answers stand alone after %d", got, i)
			}
			w.Do("U01-"+strconv.Itoa(i), survey.Answer{Round: id, Answers: canteen("3")})
		}
		w.mix()
		if in, out := w.Count(`SELECT COUNT(*) FROM survey_box`), w.Count(`SELECT COUNT(*) FROM survey_answer`); in != 0 || out != 5 {
			t.Errorf("%d in the box, %d among the others", in, out)
		}
	})
}
