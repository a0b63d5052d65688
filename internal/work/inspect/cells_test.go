package inspect_test

import (
	"testing"
	"time"

	"sanwen/internal/base/access"
	"sanwen/internal/base/cycle/cycletest"
	"sanwen/internal/base/event"
	"sanwen/internal/base/org"
	"sanwen/internal/base/org/worldtest"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/inspect"
)

// life asks for the state of one of the three things that stand in no column.
func life[T interface{ State() string }](read func(tx *db.Tx) (T, error)) func(tx *db.Tx) (string, error) {
	return func(tx *db.Tx) (string, error) {
		x, err := read(tx)
		if err != nil {
			return "", err
		}
		return x.State(), nil
	}
}

// TestEveryCell brings a visit, the call for something critical and the walk of a round into every state and lets everybody try everything
// there; what is written here is written from the handbook.
func TestEveryCell(t *testing.T) {
	for _, table := range []interface{ Check() error }{inspect.Cycle, inspect.CallCycle, inspect.WalkCycle} {
		if err := table.Check(); err != nil {
			t.Error(err)
		}
	}
	run(t, func(w *world) {
		all := &w.World.World
		w.Must(func(tx *db.Tx) error {
			return org.SetRoster{Kind: "hazard", People: []string{w.P("handler").ID, w.P("chair2").ID}}.Do(tx, access.System("test"))
		})
		// A visit to the canteen of the welfare department.
		var last inspect.Record
		record := func(found inspect.Found, place, walk string) func() worldtest.Doer {
			return func() worldtest.Doer {
				last = inspect.Record{Place: place, Kind: inspect.Routine, Walk: walk, Items: []inspect.Found{found}}
				return &last
			}
		}
		warm := inspect.Found{Code: "HT1", Readings: []string{"20", "20", "21"}}
		var id string
		signature := life(func(tx *db.Tx) (*inspect.Signature, error) {
			if id == "" {
				return inspect.SignatureOf(tx, last.ID)
			}
			return inspect.SignatureOf(tx, id)
		})
		visits := &cycletest.Cells{Table: inspect.Cycle, Look: signature, Want: `
			- record: inspector leader triager triager2
			recorded sign: welfare`,
			Acts: map[string]func() worldtest.Doer{inspect.EventRecord: record(warm, "P201", "")}}
		visits.In(all, "-")
		w.Do("inspector", record(warm, "P201", "")())
		id = last.ID
		visits.Acts = map[string]func() worldtest.Doer{inspect.EventSign: func() worldtest.Doer { return inspect.Sign{Visit: id, Agrees: true} }}
		visits.In(all, inspect.Recorded)
		w.Do("welfare", inspect.Sign{Visit: id, Note: "门口漏风，量的不准。"})
		visits.In(all, inspect.Signed)
		visits.Whole(t)

		// A scald in the bathhouse of plant U01, whose chair may inspect too.
		id = ""
		call := life(func(tx *db.Tx) (*inspect.Call, error) {
			if id == "" {
				return inspect.CallOf(tx, last.ID)
			}
			return inspect.CallOf(tx, id)
		})
		calls := &cycletest.Cells{Table: inspect.CallCycle, Look: call, Want: `
			- call: chair inspector leader triager triager2
			called accept: chair2 handler`,
			Else: map[string]string{"called call_next": "TestCriticalCalls"},
			Acts: map[string]func() worldtest.Doer{inspect.EventCall: record(scald, "P104M", "")}}
		calls.In(all, "-")
		w.Do("inspector", record(scald, "P104M", "")())
		id = last.ID
		calls.Acts = map[string]func() worldtest.Doer{inspect.EventAccept: func() worldtest.Doer { return inspect.Accept{Visit: id} }}
		calls.In(all, inspect.Called)
		w.Do("chair2", inspect.Accept{Visit: id})
		calls.In(all, inspect.Accepted)
		calls.Whole(t)

		// A round over both places.
		if _, err := w.plan(); err != nil {
			t.Fatal(err)
		}
		w.Clock.Advance(7 * 24 * time.Hour)
		w.Must(func(tx *db.Tx) error { _, err := inspect.RunRounds(tx); return err })
		walk := ""
		w.Read(func(tx *db.Tx) error {
			open, err := inspect.Walks(tx, w.P("inspector"), 2)
			if len(open) != 1 {
				t.Fatalf("walks %+v, %v", open, err)
			}
			walk = open[0].ID
			return nil
		})
		walks := &cycletest.Cells{Table: inspect.WalkCycle, Want: `
			begun look: chair inspector leader triager triager2
			begun finish: inspector leader triager triager2
			walked look: inspector leader triager triager2`,
			Else: map[string]string{"- begin": "TestRounds"},
			Look: life(func(tx *db.Tx) (inspect.Walk, error) { return inspect.FindWalk(tx, walk) }),
			Acts: map[string]func() worldtest.Doer{inspect.EventLook: record(warm, "P104M", walk)}}
		walks.In(all, inspect.Begun)
		w.Do("inspector", record(warm, "P104M", walk)())
		walks.Acts = map[string]func() worldtest.Doer{inspect.EventFinish: record(warm, "P201", walk)}
		walks.In(all, inspect.Begun)
		w.Do("inspector", record(warm, "P201", walk)())
		walks.Acts = map[string]func() worldtest.Doer{inspect.EventLook: record(warm, "P201", walk)}
		walks.In(all, inspect.Walked)
		walks.Whole(t)

		// The record tells of the states of all three, and `verify` finds what is changed behind its back.
		var visits0 []string
		w.Read(func(tx *db.Tx) (err error) {
			for ref, want := range map[event.Ref]string{{Kind: inspect.CallKind, ID: id}: inspect.Accepted, {Kind: inspect.RefKind, ID: id}: inspect.Recorded,
				{Kind: inspect.WalkKind, ID: walk}: inspect.Walked} {
				if got, err := event.StateOf(tx, ref); err != nil || got != want {
					t.Errorf("the record brings the %s to %q (%v), want %q", ref.Kind, got, err, want)
				}
			}
			visits0, err = db.All[string](tx, `SELECT visit FROM visit_sign`)
			return err
		})
		for _, x := range []struct{ what, sql, back string }{
			{"", "", ""},
			{"a call", `UPDATE visit_call SET accepted_at = 0`, `UPDATE visit_call SET accepted_at = called_at`},
			{"a walk", `UPDATE visit_walk SET done_at = 0`, `UPDATE visit_walk SET done_at = 1`},
			{"a visit", `UPDATE visit_sign SET visit = '` + id + `'`, `UPDATE visit_sign SET visit = '` + visits0[0] + `'`},
		} {
			change := func(sql string) {
				if sql != "" {
					if err := w.DB.Upkeep(t.Context(), func(tx *db.Tx) error { _, err := tx.Exec(sql); return err }); err != nil {
						t.Fatal(err)
					}
				}
			}
			change(x.sql)
			rep, err := event.Verify(t.Context(), w.DB, event.VerifyOptions{})
			if err != nil || (rep.Bad != nil) != (x.what != "") {
				t.Errorf("%s was changed: verify says %v, %v", x.what, err, rep.Bad)
			}
			change(x.back)
		}
	})
}
