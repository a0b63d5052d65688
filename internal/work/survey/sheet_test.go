package survey_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/work/survey"
)

// sheetOf reads the sheet of a round anew.
func (w *world) sheetOf(id string) survey.Sheet {
	w.T.Helper()
	s, err := survey.NewDoor(w.DB).Sheet(context.Background(), id)
	if err != nil {
		w.T.Fatal(err)
	}
	return s
}

func (w *world) codes(round string, n int) []string {
	w.T.Helper()
	in := &survey.MakeCodes{Round: round, Unit: "U01", N: n}
	w.Do("triager", in)
	return in.Codes
}

// answer sends an answer that was made ready with a sheet, and returns the key of what was said against it.
func (w *world) answer(s survey.Sheet, code string) string {
	w.T.Helper()
	in := survey.Answer{Round: s.Round.ID, Code: code, Answers: canteen("4")}
	if err := in.Ready(s); err != nil {
		w.T.Fatal(err)
	}
	err := w.Write(func(tx *db.Tx) error { return in.Do(tx, access.Nobody()) }, db.Coarse)
	if err == nil {
		return "taken"
	}
	return fault.Of(err).Key
}

// TestSheetsStayTrue: what is kept of a round is the same from its plan to its end, whatever happens to it, and how it stands is not in it.
func TestSheetsStayTrue(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		for name, change := range map[string]func(*survey.Plan){
			"everybody":   func(p *survey.Plan) { p.Every = 3 },
			"some units":  func(p *survey.Plan) { p.Audience, p.Units = survey.Units, []string{"U01"} },
			"a sample":    func(p *survey.Plan) { p.Audience, p.Wanted = survey.Sample, 40 },
			"who goes by": func(p *survey.Plan) { p.WalkIn = true },
		} {
			w.T = t
			day := clock.DayOf(w.Clock.Now(), w.DB.Zone())
			id := w.round("canteen", change, func(p *survey.Plan) { p.Title, p.Opens, p.Closes = name, day.Add(1), day.Add(6) })
			first := w.sheetOf(id)
			same := func(when string) {
				t.Helper()
				now := w.sheetOf(id)
				if now.Round != first.Round || now.Body.Title != first.Body.Title || now.Round.State != "" || now.Round.Closes != day.Add(6) {
					t.Errorf("%s, %s: %+v, was %+v", name, when, now.Round, first.Round)
				}
			}
			for when, days := range []int{1, 4, 7} { // opens, tells that it ends soon, is over
				w.on(string(day.Add(days)) + " 09:10")
				if when < 2 {
					w.codes(id, 2)
				}
				same([]string{"open", "ends soon", "over"}[when])
			}
			if r := w.get(id); r.State != survey.Closed {
				t.Errorf("%s is %s", name, r.State)
			}
		}
		id := w.round("canteen", func(p *survey.Plan) {
			day := clock.DayOf(w.Clock.Now(), w.DB.Zone())
			p.Opens, p.Closes = day, day.Add(3)
		})
		before := w.sheetOf(id)
		w.Do("triager", &survey.Cancel{Round: id, Reason: "题目有误，改好再问"})
		if after := w.sheetOf(id); after.Round != before.Round {
			t.Errorf("called off: %+v, was %+v", after.Round, before.Round)
		}
	})
}

// TestSheetsDoNotDecide: who was asked with a sheet that was kept is refused before the round opens, when it was called off and when it is over; each code
// counts once.
func TestSheetsDoNotDecide(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		planned, off, id := w.round("canteen", func(p *survey.Plan) { p.Opens = "2026-11-25" }), w.round("canteen"), w.round("canteen")
		w.on("2026-11-23 09:10")
		offCode, codes := w.codes(off, 1)[0], w.codes(id, 3)
		door := survey.NewDoor(w.DB)
		sheet := func(round string) survey.Sheet {
			t.Helper()
			s, err := door.Sheet(context.Background(), round)
			if err != nil {
				t.Fatal(err)
			}
			return s
		}
		want := func(got, want string) {
			t.Helper()
			if got != want {
				t.Errorf("%s, want %s", got, want)
			}
		}
		want(w.answer(sheet(planned), codes[0]), "survey.code.unknown")
		want(w.answer(sheet(off), codes[0]), "survey.code.unknown") // of another round
		want(w.answer(sheet(id), codes[0]), "taken")
		want(w.answer(sheet(id), codes[0]), "survey.used")
		w.Do("triager", &survey.Cancel{Round: off, Reason: "题目有误，改好再问"})
		want(w.answer(sheet(off), offCode), "survey.late")
		before := w.DB.Stats().Reads
		sheet(id)
		if n := w.DB.Stats().Reads - before; n != 0 {
			t.Errorf("%d reads for a sheet that is kept", n)
		}
		w.on("2026-11-30 23:00")
		want(w.answer(sheet(id), codes[1]), "taken")
		w.Clock.Set(time.Date(2026, 12, 1, 0, 10, 0, 0, w.DB.Zone())) // over by the clock, and nobody has closed it yet
		want(w.answer(sheet(id), codes[2]), "survey.late")
		w.on("2026-12-01 09:00")
		want(w.answer(sheet(id), codes[2]), "survey.late")
		if n := w.Count(`SELECT COUNT(*) FROM survey_code WHERE used = 1`); n != 2 {
			t.Errorf("%d codes are used", n)
		}
		if n := w.Count(`SELECT COUNT(*) FROM survey_answer`); n != 2 {
			t.Errorf("%d answers", n)
		}
		if _, err := door.Sheet(context.Background(), "nothing"); fault.KindOf(err) != fault.NotFound {
			t.Errorf("a round that there is not: %v", err)
		}
	})
}

// TestAnswersBesideTheEnd: of many who answer while the round is called off, in one commit with it where the database makes one of them, everybody whose
// answer comes after that is refused.
func TestAnswersBesideTheEnd(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		id := w.round("canteen")
		w.on("2026-11-23 09:10")
		codes, s := w.codes(id, 24), w.sheetOf(id)
		said := make([]string, len(codes))
		started, goOn := make(chan struct{}), make(chan struct{})
		var all sync.WaitGroup
		all.Go(func() {
			w.DB.Upkeep(context.Background(), func(*db.Tx) error { close(started); <-goOn; return nil })
		})
		<-started
		queued := func(n int) {
			for range 20_000 {
				if w.DB.Dialect() != db.SQLite || w.DB.Stats().Waiting >= n {
					return
				}
				time.Sleep(time.Millisecond)
			}
			t.Fatal("nobody waits")
		}
		for i := range codes {
			if i == len(codes)/2 {
				all.Go(func() { w.Do("triager", &survey.Cancel{Round: id, Reason: "题目有误，改好再问"}) })
				queued(i + 1)
			}
			all.Go(func() { said[i] = w.answer(s, codes[i]) })
			if i < len(codes)/2 {
				queued(i + 1)
			} else {
				queued(i + 2)
			}
		}
		close(goOn)
		all.Wait()
		taken := 0
		for i, s := range said {
			if want := i < len(codes)/2; w.DB.Dialect() == db.SQLite && want != (s == "taken") || s != "taken" && s != "survey.late" {
				t.Errorf("answer %d of %d: %s", i, len(said), s)
			}
			if s == "taken" {
				taken++
			}
		}
		if n := w.Count(`SELECT COUNT(*) FROM survey_code WHERE used = 1`); n != taken {
			t.Errorf("%d codes are used, %d answers were taken", n, taken)
		}
	})
}

// TestRightCodesGiveWay: a code is no longer counted among those that are being looked at as soon as it is known to be right, however long it takes until
// the answer is written; a wrong one stays until it is written down.
func TestRightCodesGiveWay(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		id := w.round("canteen")
		w.on("2026-11-23 09:10")
		codes := w.codes(id, 2)
		w.Must(func(tx *db.Tx) error {
			return org.SetSetting{Key: survey.WrongCodesRound, Value: "5", Basis: "单位自定"}.Do(tx, access.System("test"))
		})
		var set org.Settings
		w.Read(func(tx *db.Tx) (err error) { set, err = org.SettingsOf(tx); return err })
		door := survey.NewDoor(w.DB)
		try := func(ctx context.Context, code string, then func()) error {
			return door.Try(ctx, set, id, func(right func()) error {
				in := survey.Answer{Round: id, Code: code, Answers: canteen("4"), Right: right}
				err := w.Write(func(tx *db.Tx) error { return in.Do(tx, access.Nobody()) }, db.Coarse)
				then()
				return err
			})
		}
		// Six, of which only five may be looked at together: each comes in while those before it have not come out.
		ctx, stop := context.WithTimeout(context.Background(), time.Minute)
		defer stop()
		var in func(n int)
		in = func(n int) {
			if n == 0 {
				return
			}
			if err := try(ctx, codes[0], func() { in(n - 1) }); err != nil && fault.Of(err).Key != "survey.used" {
				t.Errorf("%d from the end: %v", n, err)
			}
		}
		in(7)
		// Of wrong ones no more than five are, and the sixth waits.
		var wrong func(n int)
		wrong = func(n int) {
			short, end := context.WithCancel(ctx)
			defer end()
			if n == 0 {
				go func() {
					for !survey.Waits(door) {
						time.Sleep(time.Millisecond)
					}
					end()
				}()
			}
			err := try(short, "ABCDEFGHJKMN", func() {
				if n == 0 {
					t.Error("a sixth wrong code was looked at")
					return
				}
				wrong(n - 1)
			})
			if n > 0 && (err == nil || fault.Of(err).Key != "survey.code.unknown") {
				t.Errorf("wrong: %v", err)
			}
		}
		wrong(5)
	})
}
