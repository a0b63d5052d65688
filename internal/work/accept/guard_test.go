package accept_test

import (
	"fmt"
	"math"
	"testing"
	"time"

	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/accept"
)

// judged puts answers of a round that was over on a day into the tables, as [accept.RunWindows] leaves them.
func (w *world) judged(id string, round int64, day clock.Day, answers ...accept.Answer) {
	w.T.Helper()
	if err := w.DB.Upkeep(w.T.Context(), func(tx *db.Tx) error {
		if _, err := tx.Exec(`DELETE FROM invitation WHERE matter = $1 AND round = $2`, id, round); err != nil {
			return err
		}
		if _, err := tx.Exec(`INSERT INTO acceptance (matter, round, state, attempt, question, seed, pool, sample, invited, frozen_at, over_at)
			VALUES ($1, $2, 'over', 1, '', 's', 1, 1, 1, 1, $3) ON CONFLICT (matter, round) DO UPDATE SET state = 'over', over_at = excluded.over_at`,
			id, round, clock.MillisOf(day.Time(tx.Zone()).Add(10*time.Hour))); err != nil {
			return err
		}
		for n, a := range answers {
			pressed := 0
			if a.Pressed {
				pressed = 1
			}
			if _, err := tx.Exec(`INSERT INTO rating (id, matter, round, fact, result, grade, note, pressed) VALUES ($1, $2, $3, 'yes', 'solved', $4, $5, $6)`,
				fmt.Sprintf("%s-%d-%d", id, round, n), id, round, a.Grade, a.Note, pressed); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		w.T.Fatal(err)
	}
}

func grades(n, best int) (out []accept.Answer) {
	for i := range n {
		g := 4
		if i < best {
			g = 5
		}
		out = append(out, accept.Answer{Grade: g})
	}
	return out
}

func (w *world) guard(who string) (list []accept.Guarded, from, to clock.Day) {
	w.T.Helper()
	w.Read(func(tx *db.Tx) (err error) { tx.Asked(); list, from, to, err = accept.Guard(tx, w.P(who)); return err })
	return list, from, to
}

func TestGuard(t *testing.T) {
	run(t, func(w *world) { // on 23 November 2026: November 2025 to October 2026
		id := w.executing()
		w.judged(id, 1, "2025-10-31", append(grades(5, 5), accept.Answer{Pressed: true})...)     // a day too early
		w.judged(id, 2, "2025-11-01", grades(20, 4)...)                                          // the first day
		w.judged(id, 3, "2026-07-31", append(grades(20, 6), accept.Answer{Note: "很好，谢谢工会！"})...) // before: 10 of 40
		w.judged(id, 4, "2026-08-01", append(grades(12, 10), accept.Answer{Note: "很好 谢谢工会"})...) // late: 10 of 12
		w.judged(id, 5, "2026-10-31", accept.Answer{Note: "很好谢谢工会。", Pressed: true}, accept.Answer{Note: "谢谢"}, accept.Answer{Note: "谢谢"}, accept.Answer{Note: "谢谢"})
		w.judged(id, 6, "2026-11-01", accept.Answer{Pressed: true}, accept.Answer{Note: "很好谢谢工会"}) // the month that runs
		list, from, to := w.guard("triager")
		if from != "2025-11-01" || to != "2026-10-31" {
			t.Errorf("from %s to %s", from, to)
		}
		if len(list) != 1 {
			t.Fatalf("%+v", list)
		}
		g := list[0]
		if g.Lead != "D05" || g.Rounds != 4 || g.Answers != 58 || g.Pressed != 1 || g.Alike != 3 || g.Before != (accept.Share{Best: 10, Graded: 40}) || g.Late != (accept.Share{Best: 10, Graded: 12}) {
			t.Errorf("%+v", g)
		}
		// p = 20/52, z = (10/12 − 10/40) / √(p(1−p)(1/12 + 1/40)) = 0.58333 / 0.16013 = 3.643
		if z := g.Z(); math.Abs(z-3.643) > 0.002 || !g.Leapt() || g.Signs() != 3 {
			t.Errorf("z = %.4f, %d signs", z, g.Signs())
		}
		for _, who := range []string{"head", "handler", "supervisor", "leader", "auditor", "worker", "inspector"} {
			if list, _, _ := w.guard(who); len(list) != 0 {
				t.Errorf("%s reads what is for the union only: %+v", who, list)
			}
		}
		// what is restricted is not in it
		if err := w.DB.Upkeep(t.Context(), func(tx *db.Tx) error {
			_, err := tx.Exec(`UPDATE matter SET restricted = 'health' WHERE id = $1`, id)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if list, _, _ := w.guard("triager"); len(list) != 0 {
			t.Errorf("a restricted matter is counted: %+v", list)
		}
	})
}

func TestShareAndLeap(t *testing.T) {
	for _, c := range []struct {
		late, before accept.Share
		z            float64
	}{
		{accept.Share{Best: 9, Graded: 9}, accept.Share{Graded: 100}, 0},            // nine are too few
		{accept.Share{Best: 10, Graded: 10}, accept.Share{Graded: 9}, 0},            // nine are too few
		{accept.Share{Best: 10, Graded: 10}, accept.Share{Best: 10, Graded: 10}, 0}, // no difference in either
		{accept.Share{Graded: 10}, accept.Share{Graded: 10}, 0},
		{accept.Share{Best: 5, Graded: 10}, accept.Share{Best: 15, Graded: 20}, -1.3693},
	} {
		if z := (accept.Guarded{Late: c.late, Before: c.before}).Z(); math.Abs(z-c.z) > 0.0005 {
			t.Errorf("%+v: z = %.4f, want %.4f", c, z, c.z)
		}
	}
	if got := (accept.Share{Best: 1, Graded: 8}).Percent(); got != 13 {
		t.Errorf("1 of 8 is %d %%", got)
	}
}
