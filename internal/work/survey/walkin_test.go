package survey_test

import (
	"strconv"
	"testing"

	"sanwen/internal/ground/db"
	"sanwen/internal/work/survey"
)

// TestWalkIns: whoever comes by a place answers without an account or a code where the round allows it, with each form once, and is counted apart:
// no number of those who were asked moves.
func TestWalkIns(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		at := func(p *survey.Plan) {
			p.Audience, p.Places, p.WalkIn, p.Every = survey.Places, []string{"P201"}, true, 3
		}
		shut := w.round("canteen")
		w.refuses("", survey.Answer{Round: shut, Answers: canteen("4"), Form: "f"}, "code:fault.required")
		plan := survey.Plan{Form: w.get(shut).Form, Title: "班组测评", Audience: survey.Crews, Units: []string{"U01-A"}, WalkIn: true, Opens: "2026-11-23", Closes: "2026-11-30"}
		w.refuses("triager", &plan, "walk_in:survey.round.walk_in")
		id := w.round("canteen", at)
		here := func(place string) (n int) {
			w.Read(func(tx *db.Tx) error {
				all, err := survey.At(tx, place)
				n = len(all)
				return err
			})
			return n
		}
		for place, want := range map[string]int{"P201": 1, "P104M": 0, "P999": 0} {
			if got := here(place); got != want {
				t.Errorf("%d surveys stand at %s", got, place)
			}
		}
		for i := range 6 {
			w.Do("", survey.Answer{Round: id, Answers: canteen("1", "say", "路过的话"), Form: "form" + strconv.Itoa(i)})
			if i < 4 {
				w.Do("U01-"+strconv.Itoa(i), survey.Answer{Round: id, Answers: canteen("5")})
			}
		}
		boxed := func(asked, walked int) {
			t.Helper()
			w.mix()
			if a, b := w.Count(`SELECT COUNT(*) FROM survey_box WHERE unit <> '*'`), w.Count(`SELECT COUNT(*) FROM survey_box WHERE unit = '*'`); a != asked || b != walked {
				t.Errorf("%d and %d of those who came by wait in the box", a, b)
			}
		}
		told := func(want, walkIns int64) {
			t.Helper()
			r := w.get(id)
			w.Read(func(tx *db.Tx) error {
				r, err := survey.Told(tx, r)
				if r.Turnout != want || r.Walked != walkIns {
					t.Errorf("told are %d of those who were asked, %d who came by", r.Turnout, r.Walked)
				}
				return err
			})
		}
		boxed(4, 0) // whoever comes by is no company: his answers say that they are his, and he may give as many as he likes
		told(0, 5)
		w.Do("", survey.Answer{Round: id, Answers: canteen("1"), Form: "form6"})
		w.Do("U01-4", survey.Answer{Round: id, Answers: canteen("5")})
		boxed(0, 1)
		w.Do("U01-5", survey.Answer{Round: id, Answers: canteen("5")})
		if taken := w.came(id, "form6"); !taken || w.came(id, "form7") {
			t.Errorf("taken: %v", taken)
		}
		w.refuses("", survey.Answer{Round: id, Answers: canteen("1"), Form: "form0"}, "survey.used")
		w.refuses("", survey.Answer{Round: id, Answers: canteen("1")}, "survey.unknown") // neither a form nor a code
		boxed(1, 1)
		w.on("2026-12-01 00:10")
		w.refuses("", survey.Answer{Round: id, Answers: canteen("1"), Form: "late"}, "survey.late")
		_, _, x := w.results(id)
		if x.Answers != 6 || x.WalkIn == nil || x.WalkIn.Answers != 7 || x.WalkIn.TooFew || len(x.WalkIn.Scores) != 1 {
			t.Fatalf("results: %+v", x)
		}
		for i, all := range x.Items {
			apart := x.WalkIn.Items[i]
			if all.Question.Key == "warm" && (all.All.N != 6 || all.All.Mean.Value != 5 || apart.All.N != 7 || apart.All.Mean.Value != 1 || len(apart.Units) != 0) {
				t.Errorf("warm: %+v, walk-ins %+v", all.All, apart.All)
			}
		}
		told(6, 7)
		w.Anew("survey_answer", "survey_text", "survey_walk_in")
		if got := w.Count(`SELECT COUNT(*) FROM event WHERE kind = 'survey.answered' AND (actor <> '' OR data <> 'null')`); got != 0 {
			t.Errorf("%d entries say more than that somebody has answered", got)
		}
		w.on("2027-02-23 00:10")
		if n := w.Count(`SELECT COUNT(*) FROM survey_round WHERE walk_in = 1 AND places = 'P201'`); n != 2 {
			t.Errorf("%d rounds are open to whoever comes by", n)
		}
	})
}

func (w *world) came(round, form string) (taken bool) {
	w.T.Helper()
	w.Read(func(tx *db.Tx) (err error) { taken, err = survey.CameBy(tx, round, form); return err })
	return taken
}
