package survey_test

import (
	"context"
	"strconv"
	"sync"
	"testing"
	"time"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/base/quota"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/work/survey"
)

// TestWrongCodes: the limits of one survey and of all hold on every replica and for right codes too, a minute long; right codes, however much is missing
// beside them, cost nothing; of whoever tries nothing is kept, and many at once are not more.
func TestWrongCodes(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		one, two := w.round("canteen"), w.round("bus", func(p *survey.Plan) { p.Title = "班车测评" })
		w.on("2026-11-23 09:10")
		codes := map[string][]string{}
		for _, id := range []string{one, two} {
			in := &survey.MakeCodes{Round: id, Unit: "U01", N: 3}
			w.Do("triager", in)
			codes[id] = in.Codes
		}
		set := func(key string, n int) {
			w.Must(func(tx *db.Tx) error {
				return org.SetSetting{Key: key, Value: strconv.Itoa(n), Basis: "单位自定"}.Do(tx, access.System("test"))
			})
		}
		set(survey.WrongCodesRound, 6)
		set(survey.WrongCodesSite, 10)
		doors := []*survey.Door{survey.NewDoor(w.DB), survey.NewDoor(w.DB)}
		try := func(n int, round, code string) string {
			t.Helper()
			var set org.Settings
			w.Read(func(tx *db.Tx) (err error) { set, err = org.SettingsOf(tx); return err })
			err := doors[n%2].Try(context.Background(), set, round, func(right func()) error {
				return w.Write(func(tx *db.Tx) error {
					return survey.Answer{Round: round, Code: code, Answers: canteen("4"), Right: right}.Do(tx, access.Nobody())
				}, db.Coarse)
			})
			if err == nil {
				return "taken"
			}
			return fault.Of(err).Key
		}
		want := func(got, want string) {
			t.Helper()
			if got != want {
				t.Errorf("%s, want %s", got, want)
			}
		}
		rows := func() int { return w.Count(`SELECT COUNT(*) FROM quota`) }

		want(try(0, one, codes[one][0]), "taken")
		want(try(0, one, codes[one][0]), "survey.used")
		if rows() != 0 {
			t.Errorf("right codes leave %d rows", rows())
		}
		for n := range 6 {
			want(try(n, one, "ABCDEFGHJKMN"), "survey.code.unknown")
		}
		for n := range 2 {
			want(try(n, one, "ABCDEFGHJKMN"), "survey.code.many")
			want(try(n, one, codes[one][1]), "survey.code.many") // or trying would go on
		}
		want(try(0, two, codes[two][0]), "survey.answer.missing") // its door is open, and its questions are others: that is no wrong code
		for n := range 4 {
			want(try(n, two, "ABCDEFGHJKMN"), "survey.code.unknown")
		}
		want(try(1, two, "ABCDEFGHJKMN"), "survey.code.many") // ten of the site, though only four of this one
		// What is kept is how many were wrong, until the minute is over: no code, nobody, and no time that is finer.
		type row struct {
			What string
			Ends int64
			N    int64
		}
		w.Read(func(tx *db.Tx) error {
			all, err := db.All[row](tx, `SELECT what, ends, n FROM quota ORDER BY n`)
			now := w.Clock.Now().UnixMilli()
			kept := []row{{survey.WrongCodesRound + " " + two, now - now%60_000 + 60_000, 4}, {survey.WrongCodesRound + " " + one, now - now%60_000 + 60_000, 6}, {survey.WrongCodesSite, now - now%60_000 + 60_000, 10}}
			if len(all) != 3 || all[0] != kept[0] || all[1] != kept[1] || all[2] != kept[2] {
				t.Errorf("%+v, want %+v", all, kept)
			}
			return err
		})
		w.Clock.Advance(time.Minute)
		want(try(1, one, codes[one][1]), "taken")
		if err := quota.Purge(context.Background(), w.DB); err != nil || rows() != 0 {
			t.Errorf("%d rows are left: %v", rows(), err)
		}

		// Right codes that come at once, more of them than may be wrong, are all taken, whatever is wrong between them.
		many := &survey.MakeCodes{Round: one, Unit: "U01", N: 24}
		w.Do("triager", many)
		var crowd sync.WaitGroup
		taken := make([]string, len(many.Codes)+3)
		for n := range taken {
			crowd.Go(func() {
				if code := "ABCDEFGHJKMN"; n >= len(many.Codes) {
					taken[n] = try(0, one, code)
				} else {
					taken[n] = try(0, one, many.Codes[n])
				}
			})
		}
		crowd.Wait()
		for n, s := range taken {
			if n < len(many.Codes) {
				want(s, "taken")
			} else {
				want(s, "survey.code.unknown")
			}
		}
		w.Clock.Advance(time.Minute)

		var wait sync.WaitGroup
		said := make([]string, 16)
		gate := make(chan struct{})
		for n := range said {
			wait.Go(func() {
				<-gate
				said[n] = try(0, one, "ABCDEFGHJKMN")
			})
		}
		close(gate)
		wait.Wait()
		looked := 0
		for _, s := range said {
			if s == "survey.code.unknown" {
				looked++
			}
		}
		if looked < 1 || looked > 6 {
			t.Errorf("%d of %d tries at once were looked at: %v", looked, len(said), said)
		}
	})
}
