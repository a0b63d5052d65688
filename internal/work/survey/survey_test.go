package survey_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/work/survey"
	"sanwen/internal/work/survey/form"
	"sanwen/internal/work/survey/result"
)

// TestARoundFromPlanToResult walks one from the template to what a leader sees.
func TestARoundFromPlanToResult(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		id := w.round("canteen", func(p *survey.Plan) { p.Opens = "2026-11-24" })
		if r := w.get(id); r.State != survey.Planned || r.People != 0 {
			t.Fatalf("planned: %+v", r)
		}
		w.refuses("worker", survey.Answer{Round: id, Answers: canteen("4")}, "survey.early")
		w.on("2026-11-24 00:10")
		r := w.get(id)
		if r.State != survey.Open || r.People != int64(20+92) || r.Invited != r.People || r.Seed != "" {
			t.Fatalf("open: %+v", r)
		}
		var strata []survey.Stratum
		w.Read(func(tx *db.Tx) (err error) { strata, err = survey.StrataOf(tx, id); return err })
		var names []string
		for _, s := range strata {
			names = append(names, s.Unit+strconv.FormatInt(s.People, 10))
		}
		if got := strings.Join(names, " "); got != "G24 U0145 U0243" { // of the departments none has twenty
			t.Errorf("groups %s", got)
		}
		var mine []survey.Round
		w.Read(func(tx *db.Tx) (err error) { mine, err = survey.Mine(tx, w.P("worker")); return err })
		if len(mine) != 1 {
			t.Fatalf("asked %d times", len(mine))
		}
		w.refuses("worker", survey.Answer{Round: id, Answers: form.Answers{"often": {"daily"}}}, "q.hygiene:survey.answer.missing")
		w.Do("worker", survey.Answer{Round: id, Answers: canteen("5", "say", "粥是凉的")})
		w.refuses("worker", survey.Answer{Round: id, Answers: canteen("1")}, "survey.used")
		w.Read(func(tx *db.Tx) (err error) { mine, err = survey.Mine(tx, w.P("worker")); return err })
		if len(mine) != 0 {
			t.Error("still asked after the answer")
		}
		for i := range 9 {
			w.Do("U01-"+strconv.Itoa(i), survey.Answer{Round: id, Answers: canteen("4")})
			w.Do("U02-"+strconv.Itoa(i), survey.Answer{Round: id, Answers: canteen("2", "say", "排队太久")})
		}
		told := func(want int64) {
			t.Helper()
			r := w.get(id)
			w.Read(func(tx *db.Tx) error {
				r, err := survey.Told(tx, r)
				if r.Turnout != want {
					t.Errorf("%s: %d have answered", r.State, r.Turnout)
				}
				return err
			})
		}
		told(15) // of 19: while it is open the last ones are not told
		w.Do("D06-1", survey.Answer{Round: id, Answers: canteen("3")})
		w.Read(func(tx *db.Tx) error {
			_, _, _, err := survey.Results(tx, w.P("triager"), id)
			w.refused("triager", "results", err, "survey.not_over")
			_, err = survey.Texts(tx, w.P("triager"), id)
			w.refused("triager", "texts", err, "survey.not_over")
			return nil
		})
		w.on("2026-11-30 23:00")
		if r := w.get(id); r.State != survey.Open {
			t.Errorf("closed on its last day: %+v", r)
		}
		w.on("2026-12-01 00:10")
		w.refuses("worker2", survey.Answer{Round: id, Answers: canteen("5")}, "survey.late")
		told(20)
		_, _, x := w.results(id)
		if x.Answers != 20 || x.Invited != 112 || x.TooFew || !x.Folded {
			t.Fatalf("results: %+v", x)
		}
		at := slices.IndexFunc(x.Items, func(i result.Answered) bool { return i.Question.Key == "warm" })
		warm := x.Items[at]
		// One of 24 has answered for the small units: with them the smallest of the others is hidden.
		if warm.All.N != 20 || warm.All.Mean.Value != (5+36+18+3)/20.0 || len(warm.Units) != 1 || warm.Units[0].Unit != "U01" || warm.Units[0].N != 10 || !warm.Left {
			t.Errorf("warm food: %+v", warm.Group)
		}
		w.Read(func(tx *db.Tx) error {
			said, err := survey.Texts(tx, w.P("triager"), id)
			if len(said) != 10 {
				t.Errorf("%d sentences", len(said))
			}
			return err
		})
		w.refuses("triager", survey.Cancel{Round: id, Reason: "不办了"}, "cycle.refused")
	})
}

// TestWhoMay: each role, each action.
func TestWhoMay(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		id := w.round("canteen")
		for i := range 12 {
			w.Do("U01-"+strconv.Itoa(i), survey.Answer{Round: id, Answers: canteen("4", "say", "原话"+strconv.Itoa(i))})
		}
		w.on("2026-12-01 00:10")
		round := w.get(id)
		sees := []string{"triager", "triager2", "supervisor", "leader", "auditor", "chair", "chair2", "handler", "head", "other", "otherhead", "welfare"}
		for _, who := range []string{"triager", "supervisor", "leader", "auditor", "inspector", "chair", "shift", "handler", "head", "welfare", "contractor", "worker", ""} {
			w.Read(func(tx *db.Tx) error {
				p := w.who(who)
				_, _, _, err := survey.Results(tx, p, id)
				if (err == nil) != slices.Contains(sees, who) {
					t.Errorf("%q sees results: %v", who, err)
				}
				_, err = survey.Texts(tx, p, id)
				if (err == nil) != (who == "triager") {
					t.Errorf("%q reads sentences: %v", who, err)
				}
				_, err = survey.Trend(tx, p, round)
				if (err == nil) != slices.Contains(sees, who) {
					t.Errorf("%q sees the trend: %v", who, err)
				}
				return nil
			})
			if who == "triager" {
				continue
			}
			want := "access.denied"
			if who == "" {
				want = "access.signin"
			}
			w.refuses(who, &survey.Begin{Template: "bus"}, want)
			w.refuses(who, &survey.Publish{Form: round.Form}, want)
			w.refuses(who, &survey.Plan{Form: round.Form}, want)
			w.refuses(who, survey.Cancel{Round: id, Reason: "不办了"}, want)
			w.refuses(who, &survey.MakeCodes{Round: id, Unit: "U01", N: 3}, want)
		}
	})
}

// TestWhatIsRefused: at its field, with what was typed kept by the page.
func TestWhatIsRefused(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		f := w.form("bus")
		good := survey.Plan{Form: f, Title: "班车测评", Audience: survey.Everybody, Opens: "2026-11-23", Closes: "2026-11-30"}
		for want, change := range map[string]func(*survey.Plan){
			"title:fault.required":          func(p *survey.Plan) { p.Title = " " },
			"title:fault.too_long":          func(p *survey.Plan) { p.Title = strings.Repeat("长", 61) },
			"form:survey.round.unpublished": func(p *survey.Plan) { p.Form = "x" },
			"audience:fault.choice":         func(p *survey.Plan) { p.Audience = "some" },
			"audience:survey.round.small":   func(p *survey.Plan) { p.Audience, p.Units = survey.Units, []string{"D06"} },
			"units:survey.round.units":      func(p *survey.Plan) { p.Audience = survey.Units },
			"units:fault.choice":            func(p *survey.Plan) { p.Audience, p.Units = survey.Units, []string{"U09"} },
			"wanted:fault.range":            func(p *survey.Plan) { p.Audience, p.Wanted = survey.Sample, 19 },
			"opens:survey.round.opens":      func(p *survey.Plan) { p.Opens = "2026-11-22" },
			"closes:survey.round.closes":    func(p *survey.Plan) { p.Closes = "2027-03-01" },
		} {
			p := good
			change(&p)
			w.refuses("triager", &p, want)
		}
		w.refuses("triager", &survey.Begin{Template: "x"}, "template:fault.choice")
		w.refuses("triager", &survey.Publish{Form: f}, "survey.form.unchanged")
		w.refuses("triager", &survey.Publish{Form: f, Version: 1}, "survey.stale")
		id := w.round("canteen", func(p *survey.Plan) { p.Audience, p.Units = survey.Units, []string{"U01"} })
		w.refuses("U02-1", survey.Answer{Round: id, Answers: canteen("4")}, "survey.unknown")
		w.refuses("", survey.Answer{Round: id, Answers: canteen("4")}, "survey.unknown")
		w.refuses("U01-1", survey.Answer{Round: "x", Answers: canteen("4")}, "survey.unknown")
		w.Do("U01-1", survey.Answer{Round: id, Answers: canteen("4", "say", "会被扔掉")})
		w.refuses("triager", survey.Cancel{Round: id}, "reason:fault.required")
		w.Do("triager", survey.Cancel{Round: id, Reason: "题目有误"})
		w.refuses("U01-2", survey.Answer{Round: id, Answers: canteen("4")}, "survey.late")
		if n := w.Count(`SELECT COUNT(*) FROM survey_box`); n != 0 {
			t.Errorf("%d answers are left", n)
		}
		if err := w.Write(func(tx *db.Tx) error { return survey.Answer{Round: id, Answers: canteen("4")}.Do(tx, w.P("U01-3")) }); err != survey.ErrFine {
			t.Errorf("an answer with its minute: %v", err)
		}
	})
}

// TestCodes: who has no account answers once with a code; it is known by its digest only.
func TestCodes(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		id := w.round("canteen")
		in := &survey.MakeCodes{Round: id, Unit: "U01", N: 6}
		w.refuses("triager", &survey.MakeCodes{Round: id, Unit: "D06", N: 6}, "unit:fault.choice") // too small: folded
		w.refuses("triager", &survey.MakeCodes{Round: id, Unit: "U01", N: 501}, "n:fault.range")
		w.Do("triager", in)
		if r := w.get(id); r.Invited != 112+6 {
			t.Errorf("%d are asked", r.Invited)
		}
		w.refuses("", survey.Answer{Round: id, Code: "ABCD-EFGH-JKMN", Answers: canteen("4")}, "code:survey.code.unknown")
		typed := strings.ToLower(in.Codes[0][:4] + " " + in.Codes[0][4:8] + "-" + in.Codes[0][8:])
		w.Do("", survey.Answer{Round: id, Code: typed, Answers: canteen("4")})
		w.refuses("", survey.Answer{Round: id, Code: in.Codes[0], Answers: canteen("1")}, "survey.used")
		for _, c := range in.Codes[1:] {
			w.Do("", survey.Answer{Round: id, Code: c, Answers: canteen("3")})
		}
		other := w.round("bus")
		w.refuses("", survey.Answer{Round: other, Code: in.Codes[0], Answers: form.Answers{"ride": {"no"}}}, "code:survey.code.unknown")
		if n := w.Count(`SELECT COUNT(*) FROM survey_code WHERE digest LIKE $1 OR digest = $2`, "%"+in.Codes[0]+"%", in.Codes[0]); n != 0 {
			t.Error("a code is kept")
		}
		w.on("2026-12-01 00:10")
		if _, _, x := w.results(id); x.Answers != 6 || x.Invited != 118 {
			t.Errorf("%+v", x)
		}
	})
}

// TestSample: people are drawn in every group in proportion, anybody can draw again, and only who was drawn can answer.
func TestSample(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		id := w.round("pulse", func(p *survey.Plan) { p.Audience, p.Wanted = survey.Sample, 56 })
		r := w.get(id)
		if r.Invited != 56 || r.People != 112 || r.Seed == "" {
			t.Fatalf("%+v", r)
		}
		var strata []survey.Stratum
		var drawn map[string]bool
		w.Read(func(tx *db.Tx) (err error) {
			if strata, err = survey.StrataOf(tx, id); err != nil {
				return err
			}
			drawn, err = survey.DrawAgain(tx, r)
			return err
		})
		want := map[string]int64{"G": 12, "U01": 23, "U02": 21} // 12, 22.5 and 21.5: the first of equal remainders
		for _, s := range strata {
			if s.Invited != want[s.Unit] {
				t.Errorf("%s: %d of %d are asked, want %d", s.Unit, s.Invited, s.People, want[s.Unit])
			}
		}
		in, out := 0, 0
		for key, p := range w.People {
			n := w.Count(`SELECT COUNT(*) FROM survey_invitation WHERE round = $1 AND person = $2`, id, p.ID)
			if (n == 1) != drawn[p.ID] {
				t.Errorf("%s: drawn %v, asked %d", key, drawn[p.ID], n)
			}
			if n == 1 {
				in++
			} else if out++; out < 4 {
				w.refuses(key, survey.Answer{Round: id, Answers: form.Answers{}}, "survey.unknown")
			}
		}
		if in != 56 {
			t.Errorf("%d are asked", in)
		}
	})
}

// TestSampleOfShifts: the part of a unit is divided among its shifts, so that none of them is left out by chance.
func TestSampleOfShifts(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		shift := map[string]string{}
		for i := range 40 { // of U01: 4 of 40 work at night only
			key := "U01-" + strconv.Itoa(i)
			shift[w.P(key).ID] = []string{"常白", "四班三倒"}[i%2]
			if i%10 == 9 {
				shift[w.P(key).ID] = "常夜"
			}
		}
		w.Must(func(tx *db.Tx) error {
			var people []org.Person
			for id, s := range shift {
				p, err := org.PersonByID(tx, id)
				if err != nil {
					return err
				}
				p.Shift = s
				people = append(people, p)
			}
			return org.PutPeople{People: people}.Do(tx, access.System("test"))
		})
		id := w.round("pulse", func(p *survey.Plan) { p.Audience, p.Wanted, p.Units = survey.Sample, 20, []string{"U01"} })
		r := w.get(id)
		var again map[string]bool
		w.Read(func(tx *db.Tx) (err error) { again, err = survey.DrawAgain(tx, r); return err })
		n := map[string]int{}
		for _, p := range w.Column(`SELECT person FROM survey_invitation WHERE round = $1`, id) {
			n[shift[p]]++
			if !again[p] {
				t.Errorf("%s is not drawn again", p)
			}
		}
		all := map[string]int{}
		for _, s := range shift {
			all[s]++
		}
		for s, people := range all { // half of each, as of the unit; rounding takes one
			if got := n[s]; got < people/2-1 || got > people/2+1 || got == 0 {
				t.Errorf("of %d in %q %d are asked: %v of %v", people, s, got, n, all)
			}
		}
	})
}

// TestFew: with four answers nothing is shown, and what was said in four sentences is not lost for the union.
func TestFew(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		id := w.round("canteen")
		for i := range 4 {
			w.Do("U01-"+strconv.Itoa(i), survey.Answer{Round: id, Answers: canteen("4", "say", "凉")})
		}
		w.on("2026-12-01 00:10")
		_, _, x := w.results(id)
		if !x.TooFew || x.Answers != 0 || len(x.Items) != 0 {
			t.Errorf("four answers are shown: %+v", x)
		}
	})
}

// TestSettings: from how many on something is shown follows the settings.
func TestSettings(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		id := w.round("canteen")
		for i := range 12 {
			w.Do("U01-"+strconv.Itoa(i), survey.Answer{Round: id, Answers: canteen("4")})
			w.Do("U02-"+strconv.Itoa(i), survey.Answer{Round: id, Answers: canteen("2")})
			w.Do("D06-"+strconv.Itoa(i), survey.Answer{Round: id, Answers: canteen("3")})
		}
		w.on("2026-12-01 00:10")
		_, _, x := w.results(id)
		if x.TooFew || len(x.Items[0].Units) != 3 {
			t.Errorf("three groups of twelve: %+v", x)
		}
		w.Must(func(tx *db.Tx) error {
			return org.SetSetting{Key: org.ShowFrom, Value: "13", Basis: "更严"}.Do(tx, access.System("test"))
		})
		_, _, x = w.results(id)
		if len(x.Items[0].Units) != 0 || x.Items[0].All.N != 36 {
			t.Errorf("with thirteen as the limit: %+v", x.Items[0])
		}
	})
}

// TestVersions: a version never changes; a new one leaves earlier rounds as they were asked.
func TestVersions(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		f := w.form("bus")
		copied := &survey.Begin{From: f}
		w.Do("triager", copied)
		var x survey.Form
		w.Read(func(tx *db.Tx) (err error) { x, err = survey.SeeForm(tx, w.P("leader"), copied.ID); return err })
		if x.Published != 0 || x.TitleZh != "通勤班车测评" {
			t.Errorf("the copy: %+v", x)
		}
		w.refuses("triager", &survey.Plan{Form: copied.ID, Title: "班车", Audience: survey.Everybody, Opens: "2026-11-23", Closes: "2026-11-30"}, "form:survey.round.unpublished")
		if err := fault.Of(w.Try("triager", &survey.Publish{Form: "x"})); err == nil || err.Kind != fault.NotFound {
			t.Errorf("a questionnaire that there is not: %v", err)
		}
	})
}

// TestReminder: three days before the end who has not answered finds that said on his first page. There is no list of them.
func TestReminder(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		id := w.round("canteen")
		w.Do("U01-1", survey.Answer{Round: id, Answers: canteen("4")})
		rows := w.Count(`SELECT COUNT(*) FROM survey_invitation`)
		w.on("2026-11-26 23:00")
		if w.get(id).Reminded {
			t.Error("reminded too early")
		}
		w.on("2026-11-27 00:10")
		if !w.get(id).Reminded {
			t.Error("nobody was reminded")
		}
		w.on("2026-11-28 00:10")
		if n := w.Count(`SELECT COUNT(*) FROM event WHERE kind = 'survey.reminded'`); n != 1 {
			t.Errorf("reminded %d times", n)
		}
		if n := w.Count(`SELECT COUNT(*) FROM survey_invitation`); n != rows {
			t.Errorf("the reminder left %d rows about people", n-rows)
		}
		w.Read(func(tx *db.Tx) error {
			for who, want := range map[string]int{"U01-1": 0, "U01-2": 1} {
				mine, err := survey.Mine(tx, w.P(who))
				if err != nil || len(mine) != want || want == 1 && !mine[0].Reminded {
					t.Errorf("%s finds %+v: %v", who, mine, err)
				}
			}
			return nil
		})
	})
}

// TestEveryQuarter: a round comes again by itself with the same audience and another draw, until that is stopped.
func TestEveryQuarter(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		first := w.round("pulse", func(p *survey.Plan) { p.Audience, p.Wanted, p.Every = survey.Sample, 60, 3 })
		if r := w.get(first); r.Next != "2027-02-23" {
			t.Fatalf("%+v", r)
		}
		w.on("2027-02-22 23:00")
		if n := w.Count(`SELECT COUNT(*) FROM survey_round`); n != 1 {
			t.Errorf("%d rounds a day before", n)
		}
		w.on("2027-02-23 00:10")
		all := w.Column(`SELECT id FROM survey_round ORDER BY opens`)
		if len(all) != 2 {
			t.Fatalf("%d rounds", len(all))
		}
		a, b := w.get(first), w.get(all[1])
		if a.State != survey.Closed || a.Next != "" || b.State != survey.Open || b.Invited != 60 || b.Seed == a.Seed || b.Closes != "2027-03-02" || b.Next != "2027-05-23" {
			t.Errorf("after a quarter: %+v\n%+v", a, b)
		}
		w.refuses("leader", survey.Stop{Round: b.ID}, "access.denied")
		w.refuses("triager", survey.Stop{Round: first}, "survey.round.once")
		w.Do("triager", survey.Stop{Round: b.ID})
		w.on("2027-06-30 00:10")
		if n := w.Count(`SELECT COUNT(*) FROM survey_round`); n != 2 {
			t.Errorf("%d rounds after it was stopped", n)
		}
		w.refuses("triager", &survey.Plan{Form: b.Form, Title: "三感", Audience: survey.Everybody, Opens: "2027-07-01", Closes: "2027-07-09", Every: 2}, "every:fault.choice")
	})
}

// TestScored: the last questionnaire with all of the scores, in rounds that were over by a day; others do not count.
func TestScored(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		first := w.round("pulse", func(p *survey.Plan) { p.Audience, p.Wanted, p.Every = survey.Sample, 60, 3 })
		w.round("canteen")
		scored := func(until clock.Day, scores ...string) (out []string) {
			w.Read(func(tx *db.Tx) error {
				all, b, err := survey.Scored(tx, w.P("supervisor"), until, scores...)
				for _, p := range all {
					out = append(out, p.Round.ID)
				}
				if len(all) > 0 && len(b.Scores) != 4 {
					t.Errorf("%d scores", len(b.Scores))
				}
				return err
			})
			return out
		}
		if all := scored("2027-01-01", "gain", "index"); len(all) != 0 {
			t.Errorf("a round that is not over: %v", all)
		}
		w.on("2027-02-23 00:10")
		w.on("2027-03-03 00:10") // both rounds of the pulse and the canteen's are over
		second := w.Column(`SELECT id FROM survey_round WHERE opens > '2027-01-01'`)[0]
		for _, c := range []struct {
			until clock.Day
			want  []string
		}{{"2026-11-29", nil}, {"2026-11-30", []string{first}}, {"2027-03-01", []string{first}}, {"2027-03-02", []string{first, second}}} {
			if all := scored(c.until, "gain", "happiness", "security", "index"); !slices.Equal(all, c.want) {
				t.Errorf("until %s: %v, want %v", c.until, all, c.want)
			}
		}
		if all := scored("2027-03-02", "gain", "luck"); len(all) != 0 {
			t.Errorf("nobody has asked for luck: %v", all)
		}
		w.Read(func(tx *db.Tx) error {
			_, _, err := survey.Scored(tx, w.P("worker"), "2027-03-02", "gain")
			w.refused("worker", "scores", err, "access.denied")
			return nil
		})
	})
}
