package supervise_test

import (
	"errors"
	"testing"

	"sanwen/internal/base/access"
	"sanwen/internal/base/cycle/cycletest"
	"sanwen/internal/base/event"
	"sanwen/internal/base/org/worldtest"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/supervise"
	"sanwen/internal/work/voice"
)

// word is a decision that has to be the office's word, or that of the union.
type word struct {
	supervise.DecideExclusion
	office bool
}

func (in word) Do(tx *db.Tx, who access.Person) error {
	if err := in.DecideExclusion.Do(tx, who); err != nil {
		return err
	}
	by, err := db.One[string](tx, `SELECT office_by FROM exclusion WHERE id = $1`, in.Exclusion)
	if err == nil && (by == who.ID) != in.office {
		err = errors.New("the word of the other side")
	}
	return err
}

// TestEveryCell brings a talk, a whistle and an exclusion into every state and lets everybody try everything there. What is written here
// is written from the handbook. Then it changes states behind the record's back, which `verify` has to find.
func TestEveryCell(t *testing.T) {
	run(t, func(t *testing.T, w world) {
		all := &w.World.World
		stateOf := func(table string, id *string) func(tx *db.Tx) (string, error) {
			return func(tx *db.Tx) (string, error) {
				if *id == "" { // what has just been made
					return db.One[string](tx, `SELECT state FROM `+table+` ORDER BY id DESC LIMIT 1`)
				}
				return db.One[string](tx, `SELECT state FROM `+table+` WHERE id = $1`, *id)
			}
		}
		newest := func(table string) string {
			return read(w, func(tx *db.Tx) (string, error) {
				tx.Asked()
				return db.One[string](tx, `SELECT id FROM `+table+` ORDER BY id DESC LIMIT 1`)
			})
		}
		acts := func(ev string, in func() worldtest.Doer) map[string]func() worldtest.Doer {
			return map[string]func() worldtest.Doer{ev: in}
		}
		var id string

		// A plant's chair calls the equipment department.
		whistles := &cycletest.Cells{Table: supervise.WhistleCycle, Look: stateOf("whistle", &id), Want: `
			- blow: chair
			blown answer: equipment equipment-head`}
		blow := supervise.Blow{Unit: "U03", Called: "D02", Place: "P104M", Text: "浴室漏水，请派人来看"}
		whistles.Acts = acts(supervise.EventBlow, func() worldtest.Doer { return blow })
		whistles.In(all, "-")
		w.Do("chair", blow)
		id = newest("whistle")
		answer := supervise.ReportIn{Whistle: id, Answer: "一小时内到场"}
		whistles.Acts = acts(supervise.EventAnswer, func() worldtest.Doer { return answer })
		whistles.In(all, supervise.Blown)
		w.Do("equipment", answer)
		whistles.In(all, supervise.Answered)
		whistles.Whole(t)

		// A voice of a bathhouse is given to the equipment department, which finds that it is not true.
		id = ""
		v := w.given()
		w.People["holder"] = access.Holder(v.ID)
		exclusions := &cycletest.Cells{Table: supervise.ExclusionCycle, Look: stateOf("exclusion", &id), Want: `
			- ask: equipment equipment-head
			asked office: supervisor
			asked office_no: supervisor
			asked union: chair
			asked union_no: chair
			excluded object: holder
			objected settle: leader`}
		ask := supervise.AskExclusion{Voice: v.ID, Reason: "untrue", Evidence: "三次测温合格，附记录。"}
		exclusions.Acts = acts(supervise.EventAsk, func() worldtest.Doer { return ask })
		exclusions.In(all, "-")
		w.Do("equipment", ask)
		id = newest("exclusion")
		say := func(agree, office bool) func() worldtest.Doer {
			return func() worldtest.Doer {
				return word{supervise.DecideExclusion{Exclusion: id, Agree: agree, Note: "测温记录不完整"}, office}
			}
		}
		object := func() worldtest.Doer { return supervise.ObjectExclusion{Voice: v.ID, Text: "水真的是凉的"} }
		settle := func(count bool) func() worldtest.Doer {
			return func() worldtest.Doer {
				return supervise.SettleObjection{Exclusion: id, Count: count, Note: "夜间复测 34 ℃，属实。"}
			}
		}
		every := map[string]func() worldtest.Doer{supervise.EventOffice: say(true, true), supervise.EventOfficeNo: say(false, true),
			supervise.EventUnion: say(true, false), supervise.EventUnionNo: say(false, false), supervise.EventObject: object, supervise.EventSettle: settle(true)}
		exclusions.Acts = every
		exclusions.In(all, supervise.Asked)
		w.Do("supervisor", say(true, true)())
		w.refuses("supervisor", say(true, true)(), "supervise.stale")
		exclusions.Acts = map[string]func() worldtest.Doer{supervise.EventUnion: say(true, false), supervise.EventUnionNo: say(false, false)}
		exclusions.In(all, supervise.Asked) // the second word
		w.Do("chair", say(true, false)())
		exclusions.Acts = every
		exclusions.In(all, supervise.Excluded)
		w.Do("holder", object())
		exclusions.In(all, supervise.Objected)
		exclusions.Acts = acts(supervise.EventSettle, settle(false))
		exclusions.In(all, supervise.Objected)
		exclusions.Acts = every
		w.Do("leader", settle(true)())
		exclusions.In(all, supervise.Counted)
		exclusions.Whole(t)

		// A promise that has been overdue for ten working days.
		late := w.given()
		w.on("2026-12-02 17:31")
		w.on("2026-12-31 10:00")
		talk := read(w, func(tx *db.Tx) (string, error) {
			tx.Asked()
			return db.One[string](tx, `SELECT id FROM supervise_talk WHERE subject_id = $1`, late.ID)
		})
		talks := &cycletest.Cells{Table: supervise.TalkCycle, Look: stateOf("supervise_talk", &talk), Want: `
			called hold: leader supervisor`,
			Else: map[string]string{"- call": "TestTheSecondOrderAndTheTalk"},
			Acts: acts(supervise.EventHold, func() worldtest.Doer {
				return supervise.HoldTalk{Talk: talk, Text: "限三日内恢复供水温度"}
			})}
		talks.In(all, supervise.TalkCalled)
		w.Do("leader", supervise.HoldTalk{Talk: talk, Text: "限三日内恢复供水温度"})
		talks.In(all, supervise.TalkOver)
		talks.Whole(t)

		for _, ref := range []event.Ref{{Kind: supervise.TalkKind, ID: talk}, {Kind: supervise.ExclusionKind, ID: id}, {Kind: voice.RefKind, ID: late.ID}} {
			state := read(w, func(tx *db.Tx) (string, error) { tx.Asked(); return event.StateOf(tx, ref) })
			want := map[string]string{supervise.TalkKind: supervise.TalkOver, supervise.ExclusionKind: supervise.Counted}[ref.Kind]
			if state == "" || want != "" && state != want {
				t.Errorf("the record brings the %s to %q, want %q", ref.Kind, state, want)
			}
		}
		rep, err := event.Verify(t.Context(), w.DB, event.VerifyOptions{})
		if err != nil || rep.Bad != nil {
			t.Fatalf("%v, %+v", err, rep.Bad)
		}
		for _, x := range []struct{ table, id, was, state string }{{"supervise_talk", talk, "held", "called"}, {"whistle", answer.Whistle, "answered", "blown"}, {"exclusion", id, "counted", "kept"}} {
			change := func(to string) {
				if err := w.DB.Upkeep(t.Context(), func(tx *db.Tx) error {
					_, err := tx.Exec(`UPDATE `+x.table+` SET state = $1 WHERE id = $2`, to, x.id)
					return err
				}); err != nil {
					t.Fatal(err)
				}
			}
			change(x.state)
			if rep, err := event.Verify(t.Context(), w.DB, event.VerifyOptions{}); err != nil || rep.Bad == nil || rep.Bad.What != event.BadState {
				t.Errorf("%s was changed to %s, and verify says %v, %+v", x.table, x.state, err, rep)
			}
			change(x.was)
		}
	})
}
