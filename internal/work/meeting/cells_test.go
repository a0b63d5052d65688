package meeting_test

import (
	"testing"

	"sanwen/internal/base/cycle/cycletest"
	"sanwen/internal/base/org/worldtest"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/meeting"
)

// TestEveryCell brings a meeting into every state and lets everybody try everything there. What is written here is written from the
// handbook; the chair is the leader, and the recorder is no supervisor.
func TestEveryCell(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		w.on("2026-11-23 09:00")
		terms := w.terms()
		terms.Start, terms.End, terms.Recorder = w.at("2026-11-23 15:00"), w.at("2026-11-23 16:00"), w.P("triager2").ID
		called := func() string { return w.call(func(c *meeting.Call) { c.Terms = terms }) }
		var id string
		fresh := &meeting.Call{}
		cells := &cycletest.Cells{Table: meeting.Cycle, Want: `
			- call: supervisor
			called change: supervisor
			called freeze: supervisor
			called cancel: supervisor
			frozen change: supervisor
			frozen thaw: supervisor
			frozen open: supervisor triager2
			frozen cancel: supervisor
			held end: supervisor triager2
			ended resume: supervisor triager2
			ended sign: leader
			signed correct: leader`,
			Look: func(tx *db.Tx) (string, error) {
				return db.One[string](tx, `SELECT state FROM meeting WHERE id = $1`, id)
			},
			Acts: map[string]func() worldtest.Doer{
				meeting.EventChange:  func() worldtest.Doer { return meeting.Change{Meeting: id, Terms: terms} },
				meeting.EventFreeze:  func() worldtest.Doer { return meeting.Freeze{Meeting: id} },
				meeting.EventThaw:    func() worldtest.Doer { return meeting.Thaw{Meeting: id} },
				meeting.EventOpen:    func() worldtest.Doer { return meeting.OpenRoom{Meeting: id} },
				meeting.EventEnd:     func() worldtest.Doer { return meeting.Finish{Meeting: id} },
				meeting.EventResume:  func() worldtest.Doer { return meeting.Resume{Meeting: id} },
				meeting.EventSign:    func() worldtest.Doer { return meeting.Sign{Meeting: id} },
				meeting.EventCorrect: func() worldtest.Doer { return meeting.Correct{Meeting: id, Reason: "更正一处文字"} },
				meeting.EventCancel:  func() worldtest.Doer { return meeting.Cancel{Meeting: id, Reason: "改期再开"} },
			}}
		all := cells.Acts
		cells.Acts = map[string]func() worldtest.Doer{meeting.EventCall: func() worldtest.Doer {
			*fresh = meeting.Call{Kind: meeting.Dispatch, Terms: terms}
			return fresh
		}}
		look := cells.Look
		cells.Look = func(tx *db.Tx) (string, error) {
			return db.One[string](tx, `SELECT state FROM meeting WHERE id = $1`, fresh.ID)
		}
		cells.In(&w.World.World, "-")
		cells.Acts, cells.Look = all, look
		id = called()
		w.Do("supervisor", meeting.Add{Meeting: id, Title: "夜班送餐路线", Reason: "领导要求研究"})
		cells.In(&w.World.World, meeting.Called)
		w.Do("supervisor", meeting.Freeze{Meeting: id})
		cells.In(&w.World.World, meeting.Frozen)
		w.Do("triager2", meeting.OpenRoom{Meeting: id})
		cells.In(&w.World.World, meeting.Held)
		w.Do("triager2", meeting.Finish{Meeting: id})
		w.refuses("leader", meeting.Sign{Meeting: id}, "meeting.no_conclusion")
		w.Do("triager2", concludeAll{id, w.agenda("supervisor", id)})
		cells.In(&w.World.World, meeting.Ended)
		w.Do("leader", meeting.Sign{Meeting: id})
		cells.In(&w.World.World, meeting.Signed)
		w.refuses("leader", meeting.Correct{Meeting: id}, "reason:meeting.missing")
		id = called()
		w.Do("supervisor", meeting.Cancel{Meeting: id, Reason: "改期再开"})
		cells.In(&w.World.World, meeting.Cancelled)
		cells.Whole(t)
	})
}

// TestEveryCellOfResolutions does the same with what a meeting decided: department D05 owes it.
func TestEveryCellOfResolutions(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		w.on("2026-11-23 09:00")
		terms := w.terms()
		terms.Start, terms.End, terms.Recorder = w.at("2026-11-23 15:00"), w.at("2026-11-23 16:00"), w.P("triager2").ID
		id := w.call(func(c *meeting.Call) { c.Terms = terms })
		w.Do("supervisor", meeting.Add{Meeting: id, Title: "夜班送餐路线", Reason: "领导要求研究"}, meeting.Freeze{Meeting: id}, meeting.OpenRoom{Meeting: id})
		decide := meeting.Decide{Meeting: id, Text: "全面检查浴室", Lead: "D05", Co: []string{"D06"}, Day: "2026-12-11"}
		res := ""
		cells := &cycletest.Cells{Table: meeting.ResolutionCycle, Want: `
			- decide: supervisor triager2
			open report: handler handler2 head
			open drop: supervisor
			reported send_back: supervisor
			reported confirm: supervisor`,
			Look: func(tx *db.Tx) (string, error) {
				return db.One[string](tx, `SELECT state FROM resolution WHERE id = $1 OR $1 = '' ORDER BY n DESC LIMIT 1`, res)
			},
			Acts: map[string]func() worldtest.Doer{meeting.EventDecide: func() worldtest.Doer { return decide }}}
		cells.In(&w.World.World, "-")
		cells.Acts = map[string]func() worldtest.Doer{
			meeting.EventReport:   func() worldtest.Doer { return meeting.Report{Resolution: res, Result: "已经全部检查"} },
			meeting.EventSendBack: func() worldtest.Doer { return meeting.Judge{Resolution: res, Note: "还差一处"} },
			meeting.EventConfirm:  func() worldtest.Doer { return meeting.Judge{Resolution: res, Good: true} },
			meeting.EventDrop:     func() worldtest.Doer { return meeting.Drop{Resolution: res, Note: "不再需要"} },
		}
		made := func(n int) {
			w.Do("triager2", decide)
			res = w.resolutions(id)[n].ID
		}
		made(0)
		cells.In(&w.World.World, meeting.Open)
		w.Do("head", meeting.Report{Resolution: res, Result: "已经全部检查"})
		cells.In(&w.World.World, meeting.Reported)
		w.Do("supervisor", meeting.Judge{Resolution: res, Good: true})
		cells.In(&w.World.World, meeting.Done)
		made(1)
		w.Do("supervisor", meeting.Drop{Resolution: res, Note: "不再需要"})
		cells.In(&w.World.World, meeting.Dropped)
		cells.Whole(t)
	})
}
