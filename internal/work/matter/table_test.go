package matter_test

import (
	"slices"
	"testing"
	"time"

	"sanwen/internal/base/access"
	"sanwen/internal/base/event"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/matter/chain"
)

func TestTableIsSound(t *testing.T) {
	if err := matter.Cycle.Check(); err != nil {
		t.Error(err)
	}
	for _, s := range matter.Cycle.States() {
		if !slices.Contains(matter.States, s) {
			t.Errorf("the table has a state %s that no page lists", s)
		}
	}
	if len(matter.States) != len(matter.Cycle.States()) {
		t.Errorf("%d states are listed, the table has %d", len(matter.States), len(matter.Cycle.States()))
	}
}

// in brings a new matter into any state.
func (w *world) in(state string) string {
	w.T.Helper()
	switch state {
	case matter.Proposed:
		return w.register(func(r *matter.Register) { r.Lead, r.Co = "", nil })
	case matter.Paused:
		id := w.to(matter.Executing)
		w.Do("supervisor", matter.Pause{Matter: id, Reason: "shutdown", Until: w.day(8), Note: note})
		return id
	case matter.CarriedOver:
		id := w.to(matter.Executing)
		w.Do("supervisor", matter.CarryOver{Matter: id, Condition: "大修停产时才能施工", ReviewDay: w.day(90)})
		return id
	case matter.Cancelled:
		id := w.register()
		w.Do("leader", matter.Cancel{Matter: id, Reason: "该浴室已整体拆除"})
		return id
	}
	return w.to(state)
}

// fn makes an action of a function.
type fn func(tx *db.Tx, who access.Person) error

func (f fn) Do(tx *db.Tx, who access.Person) error { return f(tx, who) }

// TestEveryStateAndEvent tries every event in every state and compares with the table: what it has happens and leads where it
// says, what it has not is refused and changes nothing.
func TestEveryStateAndEvent(t *testing.T) {
	run(t, func(w *world) {
		system := func(do func(tx *db.Tx, who access.Person) error) fn {
			return func(tx *db.Tx, _ access.Person) error { return do(tx, access.System("test")) }
		}
		type try struct {
			who string
			in  interface {
				Do(tx *db.Tx, who access.Person) error
			}
			prepare func(id string)
		}
		ask := func(id string) {
			w.Do("handler", matter.AskMore{Matter: id, Day: w.day(25), Reason: "配件未到货", Interim: "临时供水"})
		}
		done := func(id string) {
			w.Do("handler", matter.Report{Matter: id, Step: 1, Done: true}, matter.Report{Matter: id, Step: 2, Done: true})
		}
		tries := func(id string) map[string]try {
			return map[string]try{
				matter.EventSubmitPlan:  {who: "handler", in: matter.SubmitPlan{Matter: id, Plan: w.slots()}},
				matter.EventHeadSign:    {who: "head", in: matter.SignPlan{Matter: id, As: chain.AsHead, Approve: true}},
				matter.EventHeadBack:    {who: "head", in: matter.SignPlan{Matter: id, As: chain.AsHead, Note: "标准不够明确"}},
				matter.EventFinanceSign: {}, matter.EventFinanceBack: {}, matter.EventTopSign: {}, matter.EventTopBack: {}, // see TestSteps
				matter.EventApprove:    {who: "triager", in: matter.DecidePlan{Matter: id, Approve: true}, prepare: w.sign},
				matter.EventReturnPlan: {who: "triager", in: matter.DecidePlan{Matter: id, Note: "标准不够明确"}, prepare: w.sign},
				matter.EventReport:     {who: "handler", in: matter.Report{Matter: id, Text: "正在施工"}},
				matter.EventAskMore:    {who: "handler", in: matter.AskMore{Matter: id, Day: w.day(25), Reason: "配件未到货"}},
				matter.EventGrant:      {who: "supervisor", in: matter.DecideMore{Matter: id, Grant: true}, prepare: ask},
				matter.EventRefuse:     {who: "supervisor", in: matter.DecideMore{Matter: id, Note: "理由不充分"}, prepare: ask},
				matter.EventPause:      {who: "supervisor", in: matter.Pause{Matter: id, Reason: "bid", Until: w.day(8), Note: note}},
				matter.EventResume:     {who: "supervisor", in: matter.Resume{Matter: id}},
				matter.EventClaim:      {who: "handler", in: matter.ClaimDone{Matter: id, Text: "已完成", Readings: []matter.Reading{{Check: 1, Value: "39"}}}, prepare: done},
				matter.EventPass:       {who: "inspector", in: w.passing(id)},
				matter.EventFail:       {who: "inspector", in: matter.Inspect{Matter: id, Note: "水温不够"}},
				matter.EventRated:      {who: "triager", in: system(func(tx *db.Tx, p access.Person) error { return matter.SetRated(tx, p, id, matter.Confirmed) })},
				matter.EventClose:      {who: "triager", in: matter.Close{Matter: id, Reply: "已解决，请监督"}},
				matter.EventReopen: {who: "worker", in: system(func(tx *db.Tx, p access.Person) error {
					return matter.Reopen(tx, p, id, matter.Reopening{Event: matter.EventReopen})
				})},
				matter.EventRelapse: {who: "worker", in: system(func(tx *db.Tx, p access.Person) error {
					return matter.Reopen(tx, p, id, matter.Reopening{Event: matter.EventRelapse})
				})},
				matter.EventLookBack:     {who: "inspector", in: matter.LookBack{Matter: id, Days: 30, Passed: true, Readings: w.passing(id).Readings}},
				matter.EventCarry:        {who: "supervisor", in: matter.CarryOver{Matter: id, Condition: "大修时施工", ReviewDay: w.day(200)}},
				matter.EventTakeUp:       {who: "supervisor", in: matter.TakeUp{Matter: id}},
				matter.EventReview:       {who: "supervisor", in: matter.Review{Matter: id, Condition: "仍待大修", ReviewDay: w.day(200)}},
				matter.EventDecline:      {who: "supervisor", in: matter.Decline{Matter: id, Reason: "场地不允许", Rule: "消防规范", Decider: "经理办公会"}},
				matter.EventCancel:       {who: "leader", in: matter.Cancel{Matter: id, Reason: "已另行解决"}},
				matter.EventAmend:        {who: "triager", in: matter.Amend{Matter: id, Title: "四区浴室水温", Public: true}},
				matter.EventReturnChange: {},                                                 // the other outcome of returning a plan; see TestChangeOfPlan
				matter.EventStartQuick:   {},                                                 // see TestQuickFix
				matter.EventRegister:     {}, matter.EventAssign: {}, matter.EventReturn: {}, // see the tests of assignments
			}
		}
		for _, e := range matter.Cycle.Names() {
			if _, ok := tries("")[e]; !ok {
				w.T.Errorf("event %s is not tried", e)
			}
		}
		order := append(slices.DeleteFunc(slices.Clone(matter.States), func(s string) bool { return s == matter.Closed }), matter.Closed)
		for _, state := range order {
			id := w.in(state)
			if state == matter.Closed {
				w.Clock.Advance(30 * 24 * time.Hour)
			}
			for _, ev := range matter.Cycle.Names() {
				to, want := matter.Cycle.Next(state, ev)
				try := tries(id)[ev]
				if try.in == nil {
					continue
				}
				before := w.get(id)
				if want != nil {
					if err := w.Try(try.who, try.in); key(err) != "cycle.refused" && key(err) != "access.denied" {
						w.T.Errorf("%s in state %s: %v, the table has no such move", ev, state, err)
					}
					if got := w.get(id); got != before {
						w.T.Errorf("%s in state %s was refused and changed the matter", ev, state)
					}
					continue
				}
				if try.prepare != nil {
					try.prepare(id)
				}
				if err := w.Try(try.who, try.in); err != nil {
					w.T.Errorf("%s in state %s: %v", ev, state, err)
					continue
				}
				got := w.get(id)
				if got.State != to || got.Version <= before.Version {
					w.T.Errorf("%s in state %s leads to %s version %d, want %s", ev, state, got.State, got.Version, to)
				}
				w.Read(func(tx *db.Tx) error {
					last, err := event.Timeline(tx, got.Ref(), 20, 0)
					i := slices.IndexFunc(last, func(e event.Entry) bool { return e.Kind == "matter."+ev })
					if i < 0 || last[i].From != state || last[i].To != to {
						w.T.Errorf("%s in state %s is not recorded: %+v", ev, state, last)
					}
					return err
				})
				id = w.in(state)
				if state == matter.Closed {
					w.Clock.Advance(30 * 24 * time.Hour)
				}
			}
		}
	})
}
