package ballot_test

import (
	"testing"

	"sanwen/internal/base/cycle/cycletest"
	"sanwen/internal/base/org/worldtest"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/ballot"
	"sanwen/internal/work/ballot/count"
)

// TestEveryCellOfThePool brings a candidate into every state and lets everybody try everything there. D05 is the department that is asked.
func TestEveryCellOfThePool(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		all := w.several(3)
		merge := w.put("别的候选实事")
		id := ""
		fresh := &ballot.Put{}
		cells := &cycletest.Cells{Table: ballot.PoolCycle, Want: `
			- put: triager triager2
			pooled amend: triager triager2
			pooled ask: triager triager2
			pooled admit: triager triager2
			pooled merge: triager triager2
			pooled drop: triager triager2
			asked amend: triager triager2
			asked ask: triager triager2
			asked assess: handler handler2 head
			asked merge: triager triager2
			asked drop: triager triager2
			ready amend: triager triager2
			ready list: triager triager2
			ready merge: triager triager2
			ready drop: triager triager2
			listed unlist: triager triager2`,
			Else: map[string]string{"listed choose": "TestFromThePoolToTheLedger", "listed pass_over": "TestFromThePoolToTheLedger"},
			Look: func(tx *db.Tx) (string, error) {
				return db.One[string](tx, `SELECT state FROM ballot_candidate WHERE id = $1`, fresh.ID)
			},
			Acts: map[string]func() worldtest.Doer{ballot.EventPut: func() worldtest.Doer {
				*fresh = ballot.Put{Words: words("新的候选实事"), Source: ballot.ByHand}
				return fresh
			}}}
		// Unit U01 has a chair, who may put in what his unit gains: TestWhoPuts.
		cells.In(&w.World.World, "-")
		cells.Look = func(tx *db.Tx) (string, error) {
			return db.One[string](tx, `SELECT state FROM ballot_candidate WHERE id = $1`, id)
		}
		planned := ""
		cells.Acts = map[string]func() worldtest.Doer{
			ballot.EventAmend: func() worldtest.Doer { return ballot.Amend{Candidate: id, Words: words("改了名字的候选")} },
			ballot.EventAsk:   func() worldtest.Doer { return ballot.Ask{Candidate: id, Lead: "D05"} },
			ballot.EventAssess: func() worldtest.Doer {
				return ballot.Assess{Candidate: id, Possible: ballot.Yes, Helped: 20, Days: 20, Note: "可以完成"}
			},
			ballot.EventAdmit: func() worldtest.Doer { return ballot.Admit{Candidate: id} },
			ballot.EventMerge: func() worldtest.Doer { return ballot.Merge{Candidate: id, Into: merge} },
			ballot.EventDrop:  func() worldtest.Doer { return ballot.Drop{Candidate: id, Reason: "不办了"} },
			ballot.EventList: func() worldtest.Doer {
				return &ballot.Plan{Title: "票选", Electorate: ballot.Everybody, Places: 1, Rule: count.Most, Quorum: count.OverHalf, Opens: "2026-11-24", Closes: "2026-11-25", Candidates: []string{id, all[0]}}
			},
			ballot.EventUnlist: func() worldtest.Doer { return ballot.Cancel{Ballot: planned, Reason: "不办了"} },
		}
		id = w.put("走过各种状态的候选")
		pooled := cells.Acts[ballot.EventAdmit]
		delete(cells.Acts, ballot.EventAdmit) // before it is assessed nobody admits it: below
		cells.In(&w.World.World, ballot.Pooled)
		w.refuses("triager", ballot.Admit{Candidate: id}, "pool.admit.note")
		w.Do("triager", ballot.Ask{Candidate: id, Lead: "D05"})
		cells.Acts[ballot.EventAdmit] = pooled
		cells.In(&w.World.World, ballot.Asked)
		w.Do("handler", ballot.Assess{Candidate: id, Possible: ballot.Yes, Helped: 20, Days: 20, Note: "可以完成"})
		cells.In(&w.World.World, ballot.Pooled)
		w.Do("triager", ballot.Admit{Candidate: id})
		cells.In(&w.World.World, ballot.Ready)
		planned = w.plan([]string{id, all[1], all[2]}, func(p *ballot.Plan) { p.Opens = "2026-11-24" })
		cells.In(&w.World.World, ballot.Listed)
		w.Do("triager", ballot.Cancel{Ballot: planned, Reason: "不办了"})
		planned = "none"
		w.Do("triager", ballot.Merge{Candidate: id, Into: merge})
		cells.In(&w.World.World, ballot.Merged)
		id = w.put("移出去的候选")
		w.Do("triager", ballot.Drop{Candidate: id, Reason: "不办了"})
		cells.In(&w.World.World, ballot.Dropped)
		cells.Whole(t)
	})
}

// TestEveryCell does the same with a ballot. U01 and U02 vote; of the people with roles those who work there.
func TestEveryCell(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		for key := range w.People { // forty of each plant are like the first
			if n := len(key); n > 5 && (key[:4] == "U01-" || key[:4] == "U02-") {
				delete(w.People, key)
			}
		}
		all := w.several(3)
		id := ""
		fresh := &ballot.Plan{}
		cells := &cycletest.Cells{Table: ballot.Cycle, Want: `
			- planned: triager triager2
			planned cancelled: triager triager2
			open cancelled: triager triager2`,
			Else: map[string]string{"planned opened": "TestFromThePoolToTheLedger", "open counted": "TestFromThePoolToTheLedger", "open failed": "TestTooFew", "open voted": "TestWhoVotes", "open told": "TestTurnoutIsTold"},
			Look: func(tx *db.Tx) (string, error) {
				return db.One[string](tx, `SELECT state FROM ballot WHERE id = $1`, fresh.ID)
			},
			Acts: map[string]func() worldtest.Doer{ballot.EventPlan: func() worldtest.Doer {
				*fresh = ballot.Plan{Title: "票选", Electorate: ballot.Everybody, Places: 1, Rule: count.Most, Quorum: count.OverHalf, Opens: "2026-11-24", Closes: "2026-11-25", Candidates: all}
				return fresh
			}}}
		cells.In(&w.World.World, "-")
		cells.Look = func(tx *db.Tx) (string, error) {
			return db.One[string](tx, `SELECT state FROM ballot WHERE id = $1`, id)
		}
		cells.Acts = map[string]func() worldtest.Doer{ballot.EventCancel: func() worldtest.Doer { return ballot.Cancel{Ballot: id, Reason: "不办了"} }}
		id = w.plan(all, func(p *ballot.Plan) { p.Opens = "2026-11-24" })
		cells.In(&w.World.World, ballot.Planned)
		w.on("2026-11-24 00:10")
		cells.In(&w.World.World, ballot.Open)
		w.Do("triager", ballot.Cancel{Ballot: id, Reason: "不办了"})
		cells.In(&w.World.World, ballot.Cancelled)
		id = w.plan(all, func(p *ballot.Plan) { p.Opens, p.Closes = "2026-11-24", "2026-11-24" })
		w.on("2026-11-25 00:10")
		cells.In(&w.World.World, ballot.Void)
		cells.Whole(t)
	})
}

// TestWhoVotes: everybody tries to vote in every state; electors may while it is open, once.
func TestWhoVotes(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		all := w.several(3)
		voters := map[string]bool{"inspector": true, "chair": true, "chair2": true, "shift": true, "worker": true, "worker2": true, "worker3": true, "mill": true, "U01-3": true, "U02-3": true}
		people := []string{"inspector", "chair", "chair2", "shift", "worker", "worker2", "worker3", "mill", "U01-3", "U02-3", "triager", "supervisor", "leader", "auditor", "handler", "head", "welfare", "contractor", "D06-1", ""}
		id := w.plan(all, func(p *ballot.Plan) { p.Opens = "2026-11-24" })
		for _, who := range people { // before it opens nobody is an elector yet
			w.refuses(who, ballot.Vote{Ballot: id, Marks: []int{1}}, "ballot.unknown")
		}
		w.on("2026-11-24 00:10")
		for _, who := range people {
			in := ballot.Vote{Ballot: id, Marks: []int{1}}
			if !voters[who] {
				w.refuses(who, in, "ballot.unknown")
				continue
			}
			w.Do(who, in)
			w.refuses(who, in, "ballot.used")
		}
		if n := w.Count(`SELECT COUNT(*) FROM ballot_box`); n != len(voters) {
			t.Errorf("%d papers of %d voters", n, len(voters))
		}
		w.on("2026-12-01 00:10")
		w.refuses("U01-4", ballot.Vote{Ballot: id, Marks: []int{1}}, "ballot.late")
		w.refuses("triager", ballot.Vote{Ballot: id, Marks: []int{1}}, "ballot.unknown")
	})
}

// TestWhoPuts: a chair puts in what his unit gains, and nothing of another.
func TestWhoPuts(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		mine, others := words("高炉休息室换空调"), words("轧钢休息室换空调")
		mine.Unit, others.Unit = "U01", "U02"
		w.Do("chair", &ballot.Put{Words: mine, Source: ballot.ByHand})
		w.refuses("chair", &ballot.Put{Words: others, Source: ballot.ByHand}, "access.denied")
		w.refuses("chair", &ballot.Put{Words: words("全公司的事情"), Source: ballot.ByHand}, "access.denied")
		w.refuses("worker", &ballot.Put{Words: mine, Source: ballot.ByHand}, "access.denied")
		w.refuses("", &ballot.Put{Words: mine, Source: ballot.ByHand}, "access.signin")
	})
}
