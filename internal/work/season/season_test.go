package season_test

import (
	"fmt"
	"testing"

	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/ground/fault/faulttest"
	"sanwen/internal/work/assignment/orgtest"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/season"
)

type world struct{ *orgtest.World }

func run(t *testing.T, test func(t *testing.T, w *world)) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		w := &world{orgtest.New(t, d, c)}
		w.on("2026-11-23 09:00")
		test(t, w)
	})
}

func (w *world) on(when string) {
	w.T.Helper()
	w.On(when, season.Run)
}

func (w *world) refuses(who string, in orgtest.Doer, want string) {
	w.T.Helper()
	faulttest.Refused(w.T, who+": "+fmt.Sprintf("%T", in), w.Try(who, in), want)
}

func (w *world) fields() season.Fields {
	return season.Fields{Kind: season.Season, Title: "供暖前设备试压", Body: "管网试压，逐间试温。", Lead: "D05", Sponsor: w.P("leader").ID, Category: "BA", Day: "2027-10-08", Yearly: true}
}

func (w *world) all() (out []season.Task) {
	w.T.Helper()
	w.Read(func(tx *db.Tx) (err error) {
		out, _, err = season.List(tx, w.P("supervisor"), season.Filter{})
		return err
	})
	return out
}

// TestATaskBecomesAMatter: on its day, once, led by its department, answered for by its leader, and planned again for the year after.
func TestATaskBecomesAMatter(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		in := &season.Plan{Fields: w.fields()}
		w.Do("triager", in)
		w.on("2027-10-07 23:50")
		if all := w.all(); len(all) != 1 || all[0].State != season.Planned || all[0].Matter != "" {
			t.Fatalf("before its day: %+v", all)
		}
		w.on("2027-10-08 00:10")
		w.on("2027-10-09 00:10")
		all := w.all()
		if len(all) != 2 || all[0].Day != "2028-10-08" || all[0].State != season.Planned || all[0].After != in.ID || all[1].State != season.Raised || all[1].MatterNo == "" {
			t.Fatalf("afterwards: %+v", all)
		}
		w.Read(func(tx *db.Tx) error {
			m, err := matter.Find(tx, all[1].Matter)
			if m.Title != "供暖前设备试压" || m.Source != matter.FromSeason || m.Class != matter.Sponsored || m.Lead != "D05" || !m.UnionInitiated || !m.Public || m.Category != "BA" {
				t.Errorf("%+v", m)
			}
			if err != nil {
				return err
			}
			s, ok, err := season.PlanFor(tx, m.ID)
			if !ok || s.Sponsor != w.P("leader").ID || s.Item == "" {
				t.Errorf("the plan begins with %+v, %v", s, ok)
			}
			return err
		})
		w.refuses("triager", season.Edit{Task: in.ID, Fields: w.fields()}, "cycle.refused")
		w.refuses("triager", season.Drop{Task: in.ID, Reason: "今年不办"}, "cycle.refused")
		w.Do("triager", season.Drop{Task: all[0].ID, Reason: "明年起并入年度检修"})
		w.on("2028-10-09 00:10")
		if all := w.all(); len(all) != 2 || all[0].State != season.Dropped || all[0].Matter != "" {
			t.Errorf("after it was dropped: %+v", all)
		}
	})
}

// TestWhatCannotBePlanned: each field is told where it is wrong, and who may not plan is refused.
func TestWhatCannotBePlanned(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		for want, change := range map[string]func(*season.Fields){
			"title:fault.required":       func(f *season.Fields) { f.Title = "供" },
			"body:fault.required":        func(f *season.Fields) { f.Body = "" },
			"kind:fault.choice":          func(f *season.Fields) { f.Kind = "year" },
			"lead:season.lead":           func(f *season.Fields) { f.Lead = "D99" },
			"sponsor:season.sponsor":     func(f *season.Fields) { f.Sponsor = w.P("worker").ID },
			"category:fault.choice":      func(f *season.Fields) { f.Category = "XX" },
			"unit:fault.choice":          func(f *season.Fields) { f.Unit = "XX" },
			"day:season.day":             func(f *season.Fields) { f.Day = "2026-11-23" },
			"yearly:season.topic.yearly": func(f *season.Fields) { f.Kind = season.Topic },
		} {
			in := &season.Plan{Fields: w.fields()}
			change(&in.Fields)
			w.refuses("triager", in, want)
		}
		topic := w.fields()
		topic.Kind, topic.Yearly, topic.Day = season.Topic, false, "2026-12-01"
		first := &season.Plan{Fields: topic}
		w.Do("triager", first)
		topic.Day = "2026-12-15"
		w.refuses("triager", &season.Plan{Fields: topic}, "day:season.topic.one")
		w.Do("triager", season.Edit{Task: first.ID, Version: 1, Fields: topic}) // itself is no second one
		w.refuses("triager", season.Edit{Task: first.ID, Version: 1, Fields: topic}, "season.stale")
		w.Do("triager", season.Drop{Task: first.ID, Reason: "换一题"})
		w.Do("triager", &season.Plan{Fields: topic})
		for _, who := range []string{"supervisor", "leader", "chair", "worker"} {
			w.refuses(who, &season.Plan{Fields: w.fields()}, "access.denied")
		}
		w.Read(func(tx *db.Tx) error {
			_, _, err := season.List(tx, w.P("worker"), season.Filter{})
			faulttest.Refused(t, "a worker lists", err, "access.denied")
			_, _, err = season.List(tx, w.P("chair"), season.Filter{Kind: season.Topic, State: season.Planned})
			return err
		})
	})
}

// TestEveryStateAndEvent: what the table does not have is refused with what it says.
func TestEveryStateAndEvent(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		in := map[string]string{}
		for _, s := range season.States() {
			p := &season.Plan{Fields: w.fields()}
			p.Day = "2026-11-30"
			p.Yearly = false
			if s != season.Raised {
				p.Day = "2027-01-10"
			}
			w.Do("triager", p)
			in[s] = p.ID
		}
		w.Do("triager", season.Drop{Task: in[season.Dropped], Reason: "不办了"})
		w.on("2026-11-30 08:00")
		later := w.fields()
		later.Day = "2027-02-01"
		for _, s := range season.States() {
			for ev, act := range map[string]orgtest.Doer{season.EventEdit: season.Edit{Task: in[s], Fields: later}, season.EventDrop: season.Drop{Task: in[s], Reason: "不办了"}} {
				for _, who := range []string{"supervisor", "triager"} {
					err := w.Write(func(tx *db.Tx) error {
						if err := act.Do(tx, w.P(who)); err != nil {
							return err
						}
						return errBack
					})
					can := season.Cycle.Can(s, ev)
					switch {
					case who == "supervisor":
						faulttest.Refused(t, s+" "+ev, err, "access.denied")
					case !can:
						faulttest.Refused(t, s+" "+ev, err, "cycle.refused")
					case err != errBack:
						t.Errorf("%s %s: %v", s, ev, err)
					}
				}
			}
		}
	})
}

var errBack = fmt.Errorf("nothing of it stays")

// TestHints: what comes with the product is whole in both languages and can be planned.
func TestHints(t *testing.T) {
	seen := map[string]bool{}
	for _, h := range season.Hints() {
		day := h.On("2026-11-23")
		if seen[h.Key] || !day.Valid() || day <= "2026-11-23" || day > "2027-11-23" {
			t.Errorf("%s: %s", h.Key, day)
		}
		seen[h.Key] = true
		for _, w := range []season.Words{h.Zh, h.En} {
			if n := len([]rune(w.Title)); n < season.MinTitle || n > season.MaxTitle || w.Body == "" || len([]rune(w.Body)) > season.MaxBody {
				t.Errorf("%s: %+v", h.Key, w)
			}
		}
	}
	if len(seen) < 6 {
		t.Errorf("%d hints", len(seen))
	}
}
