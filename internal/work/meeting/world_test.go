package meeting_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"sanwen/internal/base/duty"
	"sanwen/internal/base/event"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/ground/fault/faulttest"
	"sanwen/internal/work/assignment/orgtest"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/meeting"
	"sanwen/internal/work/meeting/paper"
)

type world struct{ *orgtest.World }

func run(t *testing.T, test func(t *testing.T, w *world)) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) { test(t, &world{orgtest.New(t, d, c)}) })
}

func (w *world) at(when string) clock.Millis {
	w.T.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", when, clock.Shanghai())
	if err != nil {
		w.T.Fatal(err)
	}
	return clock.MillisOf(at)
}

func (w *world) on(when string) {
	w.T.Helper()
	w.Clock.Set(w.at(when).Time())
	if err := duty.RunLadder(context.Background(), w.DB); err != nil {
		w.T.Fatal(err)
	}
}

// matter registers one and sets columns behind the back of its actions: what is tested here is the agenda.
func (w *world) matter(title string, cols map[string]any, change ...func(*matter.Register)) string {
	w.T.Helper()
	in := &matter.Register{Title: title, Public: true, Category: "BA-1", Place: "P104M", Unit: "U01", Voices: 3, Lead: "D05", Co: []string{"D06"}}
	for _, f := range change {
		f(in)
	}
	w.Do("triager", in)
	if err := w.DB.Upkeep(context.Background(), func(tx *db.Tx) error {
		for c, v := range cols {
			if _, err := tx.Exec(`UPDATE matter SET `+c+` = $1 WHERE id = $2`, v, in.ID); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		w.T.Fatal(err)
	}
	return in.ID
}

var red = map[string]any{"state": matter.Executing, "due": "2026-11-20", "due0": "2026-11-13", "due_key": "2026-11-20", "extensions": 1, "plan_version": 1}

func (w *world) terms() meeting.Terms {
	return meeting.Terms{Title: "十一月专题调度推进会", Start: w.at("2026-11-30 14:00"), End: w.at("2026-11-30 16:00"), Place: "三楼会议室", Chair: w.P("leader").ID,
		Recorder: w.P("supervisor").ID, Invited: []string{"D05", "D06", "U01"}, SitIn: []string{"D01"}}
}

func (w *world) call(change ...func(*meeting.Call)) string {
	w.T.Helper()
	in := &meeting.Call{Kind: meeting.Dispatch, Terms: w.terms()}
	for _, f := range change {
		f(in)
	}
	w.Do("supervisor", in)
	return in.ID
}

func (w *world) get(id string) (m meeting.Meeting) {
	w.T.Helper()
	w.Read(func(tx *db.Tx) (err error) { m, _, err = meeting.See(tx, w.P("supervisor"), id); return err })
	return m
}

func (w *world) agenda(who, id string) (items []meeting.Item) {
	w.T.Helper()
	m := w.get(id)
	w.Read(func(tx *db.Tx) (err error) { items, err = meeting.Agenda(tx, w.P(who), m); return err })
	return items
}

func titles(items []meeting.Item) string {
	var out []string
	for _, it := range items {
		s := it.Title
		if it.TakenOut {
			s = "-" + s
		}
		if it.Settled {
			s = "~" + s
		}
		out = append(out, s+"("+it.Why+")")
	}
	return strings.Join(out, " ")
}

// owed lists the open duties of a kind about a subject.
func (w *world) owed(ref event.Ref, kind duty.Kind) (out []duty.Duty) {
	w.T.Helper()
	w.Read(func(tx *db.Tx) error {
		all, err := duty.Of(tx, ref)
		for _, d := range all {
			if d.Open && d.Kind == kind {
				out = append(out, d)
			}
		}
		return err
	})
	return out
}

func (w *world) refuses(who string, in orgtest.Doer, want string) {
	w.T.Helper()
	faulttest.Refused(w.T, fmt.Sprintf("%s: %T", who, in), w.Try(who, in), want)
}

// sound compares rows with the record.
func (w *world) sound() {
	w.T.Helper()
	w.Read(func(tx *db.Tx) error {
		bad, _, err := meeting.Verify(tx, "", 100)
		for _, b := range bad {
			w.T.Error(b)
		}
		return err
	})
}

func (w *world) set(id, col string, v any) {
	w.T.Helper()
	if err := w.DB.Upkeep(context.Background(), func(tx *db.Tx) error {
		_, err := tx.Exec(`UPDATE matter SET `+col+` = $1 WHERE id = $2`, v, id)
		return err
	}); err != nil {
		w.T.Fatal(err)
	}
}

// resolve takes the resolutions to their ends, and the next meeting opens with the one that is late.
func (w *world) resolve(t *testing.T, id string, rs []meeting.Resolution) {
	t.Helper()
	w.refuses("other", meeting.Report{Resolution: rs[0].ID, Result: "已经换好"}, "access.denied")
	w.on("2026-12-10 10:00")
	w.Do("head", meeting.Report{Resolution: rs[0].ID, Result: "换热器已换，实测42℃。"})
	w.refuses("head", meeting.Judge{Resolution: rs[0].ID, Good: true}, "access.denied")
	w.refuses("supervisor", meeting.Judge{Resolution: rs[0].ID}, "note:meeting.missing")
	w.Do("supervisor", meeting.Judge{Resolution: rs[0].ID, Note: "早班仍不热"})
	if d := w.owed(rs[0].Ref(), duty.Resolve); len(d) != 1 || d[0].Due != rs[0].DayAt {
		t.Errorf("sending back gave other time: %+v", d)
	}
	w.Do("head", meeting.Report{Resolution: rs[0].ID, Result: "早班也达到42℃。"})
	w.Do("other", meeting.Report{Resolution: rs[1].ID, Result: "八处浴室已查"})
	w.Do("supervisor", meeting.Judge{Resolution: rs[0].ID, Good: true})
	w.refuses("supervisor", meeting.Drop{Resolution: rs[1].ID, Note: "不需要了"}, "cycle.refused")
	rs = w.resolutions(id)
	if rs[0].State != meeting.Done || rs[0].Returns != 1 || rs[0].Late(w.at("2026-12-20 10:00")) || rs[1].State != meeting.Reported || len(w.owed(rs[1].Ref(), duty.ResolveCheck)) != 1 || len(w.owed(rs[0].Ref(), duty.ResolveCheck)) != 0 {
		t.Errorf("in the end %+v", rs)
	}
	w.sound()
}

func (w *world) resolutions(id string) (rs []meeting.Resolution) {
	w.T.Helper()
	w.Read(func(tx *db.Tx) (err error) { rs, err = meeting.ResolutionsOf(tx, id); return err })
	return rs
}

func (w *world) minutes(id string) (out []paper.Minutes) {
	w.T.Helper()
	w.Read(func(tx *db.Tx) error {
		all, err := meeting.MinutesOf(tx, id)
		for _, k := range all {
			m, err := k.Read()
			if err != nil {
				return err
			}
			out = append(out, m)
		}
		return err
	})
	return out
}
