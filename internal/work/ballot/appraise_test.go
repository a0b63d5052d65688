package ballot_test

import (
	"strconv"
	"testing"

	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/ballot"
	"sanwen/internal/work/survey"
	"sanwen/internal/work/survey/form"
)

// TestWhatWasChosenIsJudged: the electors of a ballot, and nobody else, judge each of the chosen on eight points, once; who has left meanwhile is
// not counted among them.
func TestWhatWasChosenIsJudged(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		id := w.plan(w.several(4))
		w.refuses("triager", &ballot.Appraise{Ballot: id, Opens: "2026-11-23", Closes: "2026-11-30"}, "ballot.not_over")
		for i := range 40 {
			w.Do("U01-"+strconv.Itoa(i), ballot.Vote{Ballot: id, Marks: []int{1, 3}})
			w.Do("U02-"+strconv.Itoa(i), ballot.Vote{Ballot: id, Marks: []int{1, 2 + i%2}})
		}
		w.on("2026-12-01 00:10")
		w.on("2027-11-22 09:00")
		w.Must(func(tx *db.Tx) error { return org.Dismiss{People: []string{w.P("U02-7").ID}}.Do(tx, systemPerson) })
		w.refuses("leader", &ballot.Appraise{Ballot: id, Opens: "2027-11-22", Closes: "2027-11-30"}, "access.denied")
		w.refuses("triager", &ballot.Appraise{Ballot: id, Opens: "2027-11-22", Closes: "2027-11-01"}, "closes:survey.round.closes")
		in := &ballot.Appraise{Ballot: id, Opens: "2027-11-22", Closes: "2027-11-30"}
		w.Do("triager", in)
		w.refuses("triager", &ballot.Appraise{Ballot: id, Opens: "2027-11-22", Closes: "2027-11-30"}, "ballot.appraise.twice")
		if b := w.get(id); b.Survey == "" || b.Survey != in.Round {
			t.Fatalf("%+v", b)
		}
		electors := int(w.get(id).Electors)
		var r survey.Round
		var body form.Body
		w.Read(func(tx *db.Tx) (err error) {
			if r, err = survey.See(tx, w.P("triager"), in.Round); err != nil {
				return err
			}
			body, err = survey.BodyOf(tx, r)
			return err
		})
		if r.State != survey.Open || int(r.People) != electors-1 || r.Invited != r.People || r.Audience != survey.Listed {
			t.Errorf("%+v of %d electors", r, electors)
		}
		all := body.Questions()
		if len(all) != 3 || all[0].Key != "m1" || all[1].Key != "m3" || len(all[0].Rows) != 8 || len(all[1].Rows) != 8 {
			t.Errorf("asked: %+v", all)
		}
		judged := form.Answers{}
		for _, q := range []string{"m1", "m3"} {
			for _, x := range all[0].Rows {
				judged[q+"."+x.Key] = []string{"5"}
			}
		}
		said := func(who string) error {
			return w.Write(func(tx *db.Tx) error { return survey.Answer{Round: in.Round, Answers: judged}.Do(tx, w.P(who)) }, db.Coarse)
		}
		for i := range 6 {
			if err := said("U01-" + strconv.Itoa(i)); err != nil {
				t.Fatal(err)
			}
		}
		if err := said("U01-0"); err == nil {
			t.Error("somebody judges twice")
		}
		if err := said("D06-0"); err == nil {
			t.Error("somebody judges who could not vote")
		}
	})
}
