package supervise_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"sanwen/internal/base/access"
	"sanwen/internal/base/duty"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/work/supervise"
)

// TestExclusion: asked for in time with evidence, decided by the office and the union, two people and nobody of the department; the
// submitter is told, and it is counted.
func TestExclusion(t *testing.T) {
	run(t, func(t *testing.T, w world) {
		v := w.given()
		ask := supervise.AskExclusion{Voice: v.ID, Reason: "untrue", Evidence: "11月23日三次测温 40.5、41.0、41.2 ℃，附记录。"}
		w.refuses("welfare-dept", ask, "access.unknown")
		w.refuses("equipment", supervise.AskExclusion{Voice: v.ID, Reason: "boring", Evidence: "没有证据就是不行"}, "reason:fault.choice")
		w.Do("equipment", ask)
		w.refuses("equipment-head", ask, "supervise.exclusion_twice")
		x := read(w, func(tx *db.Tx) ([]supervise.Exclusion, error) { return supervise.Exclusions(tx, w.P("supervisor"), 9) })[0]
		w.refuses("worker", supervise.DecideExclusion{Exclusion: x.ID, Agree: true}, "access.unknown")
		w.Do("supervisor", supervise.DecideExclusion{Exclusion: x.ID, Agree: true})
		left := func() (out []supervise.Rate) {
			for _, r := range read(w, func(tx *db.Tx) ([]supervise.Rate, error) {
				return supervise.RatesOf(tx, w.P("supervisor"), "2026-01-01", "2026-12-31")
			}) {
				if r.Excluded > 0 {
					out = append(out, r)
				}
			}
			return out
		}
		if len(left()) != 0 {
			t.Error("one word was enough")
		}
		w.refuses("supervisor", supervise.DecideExclusion{Exclusion: x.ID, Agree: true}, "supervise.stale")
		// Somebody who is both cannot speak twice.
		both := w.P("supervisor")
		both.Grants = append(both.Grants, access.Grant{Role: access.UnitChair, Unit: "G", Path: "/G/"})
		if err := w.As(both, supervise.DecideExclusion{Exclusion: x.ID, Agree: true}); fault.Of(err).Key != "supervise.two_people" {
			t.Errorf("the same person in another role: %v", err)
		}
		w.Do("chair", supervise.DecideExclusion{Exclusion: x.ID, Agree: true})
		if l := left(); len(l) != 1 || l[0].Unit != "D02" || l[0].Excluded != 1 {
			t.Errorf("left out: %+v", l)
		}
		told := read(w, func(tx *db.Tx) ([]string, error) {
			return db.All[string](tx, `SELECT text FROM voice_entry WHERE voice = $1 AND extra = 'excluded'`, v.ID)
		})
		if len(told) != 1 || !strings.Contains(told[0], "不属实") {
			t.Errorf("told: %q", told)
		}
		late := w.given()
		w.Clock.Advance(5 * 24 * time.Hour)
		w.refuses("equipment", supervise.AskExclusion{Voice: late.ID, Reason: "untrue", Evidence: "证据来得太晚也不行，只有两天。"}, "supervise.exclusion_late")
	})
}

// TestAnObjectionIsSettledByAThirdPerson: whoever spoke is told, objects once and in time, and somebody who has not decided settles it.
func TestAnObjectionIsSettledByAThirdPerson(t *testing.T) {
	run(t, func(t *testing.T, w world) {
		v := w.given()
		object := func(text string) error {
			return w.DB.Write(context.Background(), func(tx *db.Tx) error {
				return supervise.ObjectExclusion{Voice: v.ID, Text: text}.Do(tx, access.Holder(v.ID))
			}, db.Coarse)
		}
		if f := fault.Of(object("水真的是凉的")); f == nil || f.Key != "supervise.objection_none" {
			t.Errorf("objecting to nothing: %v", f)
		}
		w.Do("equipment", supervise.AskExclusion{Voice: v.ID, Reason: "untrue", Evidence: "三次测温合格，附记录。"})
		x := read(w, func(tx *db.Tx) ([]supervise.Exclusion, error) { return supervise.Exclusions(tx, w.P("supervisor"), 9) })[0]
		w.Do("supervisor", supervise.DecideExclusion{Exclusion: x.ID, Agree: true})
		w.Do("chair", supervise.DecideExclusion{Exclusion: x.ID, Agree: true})
		rate := func() supervise.Rate {
			all := read(w, func(tx *db.Tx) ([]supervise.Rate, error) {
				return supervise.RatesOf(tx, w.P("auditor"), "2026-11-01", "2027-01-31")
			})
			if len(all) != 1 {
				t.Fatalf("rates %+v", all)
			}
			return all[0]
		}
		if r := rate(); r.Unit != "D02" || r.Voices != 1 || r.Excluded != 1 || r.Counted != 0 || !r.Flagged(5) || r.Share() != 100 {
			t.Errorf("rate %+v", r)
		}
		left := func(from, to clock.Day, places ...string) int {
			return read(w, func(tx *db.Tx) (int, error) { return supervise.LeftOut(tx, from, to, places) })
		}
		if n := []int{left("2026-11-01", "2027-01-31"), left("2026-11-01", "2027-01-31", v.Place), left("2026-11-01", "2027-01-31", "P999"), left("2026-01-01", "2026-10-31")}; !slices.Equal(n, []int{1, 1, 0, 0}) {
			t.Errorf("left out in all, at the place, elsewhere, earlier: %v", n)
		}
		if n := read(w, func(tx *db.Tx) (int, error) {
			return db.One[int](tx, `SELECT COUNT(*) FROM event WHERE kind = 'exclusion.flag' AND subject_kind = 'unit' AND subject_id = 'D02'`)
		}); n != 1 {
			t.Errorf("%d audit flags", n)
		}
		if ok := read(w, func(tx *db.Tx) (bool, error) { tx.Asked(); return supervise.MayObject(tx, v.ID) }); !ok {
			t.Error("there is nothing to object to")
		}
		w.refuses("chair", supervise.SettleObjection{Exclusion: x.ID, Count: true, Note: "重新计入"}, "supervise.stale")
		if err := object("水真的是凉的，你们可以晚上十点来测"); err != nil {
			t.Fatal(err)
		}
		if f := fault.Of(object("再说一次")); f == nil || f.Key != "supervise.objection_once" {
			t.Errorf("the second objection: %v", f)
		}
		at := read(w, func(tx *db.Tx) (clock.Millis, error) {
			tx.Asked()
			y, err := supervise.SeeExclusion(tx, w.P("supervisor"), x.ID)
			return y.ObjectedAt, err
		})
		if at%3600000 != 0 {
			t.Error("an anonymous objection keeps the minute")
		}
		w.refuses("chair", supervise.SettleObjection{Exclusion: x.ID, Count: true, Note: "重新计入"}, "supervise.third_person")
		w.refuses("equipment-head", supervise.SettleObjection{Exclusion: x.ID, Note: "维持原决定"}, "access.denied")
		w.refuses("leader", supervise.SettleObjection{Exclusion: x.ID, Count: true}, "note:supervise.missing")
		w.Do("leader", supervise.SettleObjection{Exclusion: x.ID, Count: true, Note: "夜间复测 34 ℃，属实。"})
		if r := rate(); r.Excluded != 0 || r.Flagged(5) || left("2026-11-01", "2027-01-31") != 0 {
			t.Errorf("rate after the objection %+v", r)
		}
		w.refuses("equipment", supervise.AskExclusion{Voice: v.ID, Reason: "untrue", Evidence: "三次测温合格，附记录。"}, "supervise.exclusion_twice")
		said := read(w, func(tx *db.Tx) ([]string, error) {
			return db.All[string](tx, `SELECT extra FROM voice_entry WHERE voice = $1 AND extra IN ('excluded', 'counted') ORDER BY n`, v.ID)
		})
		if strings.Join(said, " ") != "excluded counted" {
			t.Errorf("told: %v", said)
		}
	})
}

// TestWhoIsLetOffClimbsNoFurther: fired rungs stay, no other comes until the due moves or somebody puts it back.
func TestWhoIsLetOffClimbsNoFurther(t *testing.T) {
	run(t, func(t *testing.T, w world) {
		v := w.given()
		answer := func() duty.Duty {
			for _, d := range read(w, func(tx *db.Tx) ([]duty.Duty, error) { return duty.Of(tx, v.Ref()) }) {
				if d.Kind == duty.Answer && d.Open {
					return d
				}
			}
			t.Fatal("no answer is owed")
			return duty.Duty{}
		}
		rungs := func() (out []string) {
			for _, f := range read(w, func(tx *db.Tx) ([]duty.Fired, error) { return duty.FiredOf(tx, v.Ref()) }) {
				if f.Kind == duty.Answer {
					out = append(out, string(f.Rung))
				}
			}
			return out
		}
		w.on("2026-12-02 17:31")
		was := strings.Join(rungs(), " ")
		if !strings.HasSuffix(was, "near red") {
			t.Fatalf("fired: %s", was)
		}
		d := answer()
		w.refuses("equipment-head", duty.Exempt{Duty: d.ID, Reason: "已由集团统一安排"}, "access.denied")
		w.refuses("supervisor", duty.Exempt{Duty: d.ID, Reason: " 好 "}, "reason:duty.exempt_reason")
		w.Do("supervisor", duty.Exempt{Duty: d.ID, Reason: "已由集团统一安排"})
		w.refuses("supervisor", duty.Exempt{Duty: d.ID, Reason: "已由集团统一安排"}, "duty.exempt_already")
		w.on("2026-12-31 10:00")
		if got := strings.Join(rungs(), " "); got != was {
			t.Errorf("climbed on: %s", got)
		}
		if a := answer(); a.Due != d.Due || a.Exempt == "" {
			t.Errorf("the duty has changed: %+v", a)
		}
		w.Do("supervisor", duty.BackOn{Duty: d.ID})
		w.refuses("supervisor", duty.BackOn{Duty: d.ID}, "duty.exempt_not")
		w.on("2026-12-31 10:01")
		if got := strings.Join(rungs(), " "); got != was+" sponsor agenda talk circular" {
			t.Errorf("after it was put back: %s", got)
		}
	})
}
