package matter_test

import (
	"context"
	"testing"

	"sanwen/internal/base/access"
	"sanwen/internal/base/duty"
	"sanwen/internal/base/event"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/work/assignment"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/matter/chain"
	"sanwen/internal/work/matter/ledger"
	"sanwen/internal/work/matter/plan"
)

func (w *world) set(key, value string) {
	w.T.Helper()
	w.Must(func(tx *db.Tx) error {
		s, err := org.SettingsOf(tx)
		if err != nil {
			return err
		}
		return org.SetSetting{Key: key, Value: value, Basis: "单位自定", Version: s.Get(key).Version}.Do(tx, access.System("test"))
	})
}

// costs is a plan with money.
func (w *world) costs(amount string) matter.Slots {
	return w.slots(func(s *matter.Slots) { s.Money = &plan.Money{Amount: amount, Source: "welfare"} })
}

// owed is what is open of a matter, by kind, with the path and the role that owe it.
func (w *world) owed(id string) map[duty.Kind]string {
	out := map[duty.Kind]string{}
	w.Read(func(tx *db.Tx) error {
		ds, err := duty.Of(tx, matter.RefOf(id))
		for _, d := range ds {
			if d.Open {
				out[d.Kind] = string(d.Path) + " " + string(d.Role)
			}
		}
		return err
	})
	return out
}

// TestSteps takes every step of a review in every hand, and tries everybody else at each.
func TestSteps(t *testing.T) {
	run(t, func(w *world) {
		w.set(org.FinanceUnit, "D01")
		sign := func(id string, as chain.Hand) matter.SignPlan {
			return matter.SignPlan{Matter: id, As: as, Approve: true}
		}
		type taken struct {
			who  string
			as   chain.Hand
			at   chain.Step
			kind duty.Kind
			owes string
		}
		head, finance := taken{"head", chain.AsHead, chain.Head, duty.PlanHead, "/G/D05/ dept_head"}, taken{"welfare", chain.AsFinance, chain.Finance, duty.PlanFinance, "/G/D01/ dept_head"}
		headTop, financeTop := taken{"leader", chain.AsLeader, chain.HeadTop, duty.PlanHead, "/G/U01/ leader"}, taken{"leader", chain.AsLeader, chain.FinanceTop, duty.PlanFinance, "/G/U01/ leader"}
		for _, c := range []struct {
			name, author, amount string
			lead                 string
			steps                []taken
		}{
			{"without money", "handler", "", "D05", []taken{head}},
			{"below the limit", "handler", "49999.99", "D05", []taken{head}},
			{"at the limit", "handler", "50000", "D05", []taken{head, finance}},
			{"by the head", "head", "", "D05", []taken{headTop}},
			{"by the head, with money", "head", "50000.01", "D05", []taken{headTop, finance}},
			{"finance itself, by its head", "welfare", "50000", "D01", []taken{headTop, financeTop}},
		} {
			id := w.register(func(r *matter.Register) { r.Lead, r.Co = c.lead, nil })
			s := w.slots()
			if c.amount != "" {
				s = w.costs(c.amount)
			}
			w.Do(c.author, matter.SubmitPlan{Matter: id, Plan: s})
			for _, x := range c.steps {
				m := w.get(id)
				if m.Review != x.at || m.State != matter.PlanReview {
					w.T.Fatalf("%s: %s, waits for %q, want %q", c.name, m.State, m.Review, x.at)
				}
				if got := w.owed(id); got[x.kind] != x.owes || got[duty.Approve] != "" {
					w.T.Errorf("%s at %s: owed %v, want %s of %s", c.name, x.at, got, x.kind, x.owes)
				}
				if err := w.Try("triager", matter.DecidePlan{Matter: id, Approve: true}); key(err) != "matter.step.not_yet" {
					w.T.Errorf("%s at %s: the office decided before its turn: %v", c.name, x.at, err)
				}
				for _, who := range []string{"handler", "handler2", "head", "otherhead", "welfare", "leader", "triager", "supervisor", "worker"} {
					for _, as := range []chain.Hand{chain.AsHead, chain.AsFinance, chain.AsLeader} {
						if who == x.who && as == x.as {
							continue
						}
						if err := w.Try(who, sign(id, as)); fault.KindOf(err) != fault.Forbidden && key(err) != "matter.step.other" {
							w.T.Errorf("%s at %s: %s signed as %s: %v", c.name, x.at, who, as, err)
						}
					}
				}
				if err := w.Try(x.who, matter.SignPlan{Matter: id, As: x.as}); keys(err)["note"] == "" {
					w.T.Errorf("%s at %s: sent back without a reason: %v", c.name, x.at, err)
				}
				if err := w.Try(x.who, matter.SignPlan{Matter: id, As: x.as, Approve: true, Version: m.Version + 1}); key(err) != "matter.stale" {
					w.T.Errorf("%s at %s: signed an outdated page: %v", c.name, x.at, err)
				}
				w.Read(func(tx *db.Tx) error {
					_, th, err := matter.Get(tx, w.P(x.who), id)
					evs := matter.EventsFor(w.P(x.who), m, th)
					var want []string
					for ev, as := range map[string]chain.Hand{matter.EventHeadSign: chain.AsHead, matter.EventFinanceSign: chain.AsFinance, matter.EventTopSign: chain.AsLeader} {
						if as == x.as {
							want = append(want, ev)
						}
					}
					for _, ev := range append(want, map[chain.Hand]string{chain.AsHead: matter.EventHeadBack, chain.AsFinance: matter.EventFinanceBack, chain.AsLeader: matter.EventTopBack}[x.as]) {
						if !contains(evs, ev) {
							w.T.Errorf("%s at %s: no button %s for %s: %v", c.name, x.at, ev, x.who, evs)
						}
					}
					if contains(evs, matter.EventApprove) {
						w.T.Errorf("%s at %s: a button to approve: %v", c.name, x.at, evs)
					}
					return err
				})
				w.Do(x.who, sign(id, x.as))
				w.Read(func(tx *db.Tx) error {
					last, err := event.Timeline(tx, m.Ref(), 3, 0)
					if err == nil && (last[0].Actor != w.P(x.who).ID || last[0].From != matter.PlanReview || last[0].To != matter.PlanReview) {
						w.T.Errorf("%s at %s: recorded as %+v", c.name, x.at, last[0])
					}
					return err
				})
			}
			if m := w.get(id); m.Review != chain.Office {
				w.T.Fatalf("%s: signed, and waits for %q", c.name, m.Review)
			}
			if got := w.owed(id); got[duty.Approve] != "/G/U01/ supervisor" || got[duty.PlanHead] != "" || got[duty.PlanFinance] != "" {
				w.T.Errorf("%s: owed at the end %v", c.name, got)
			}
			w.Do("triager", matter.DecidePlan{Matter: id, Approve: true})
			if m := w.get(id); m.State != matter.Executing || m.Review != "" {
				w.T.Errorf("%s: approved, %s waiting for %q", c.name, m.State, m.Review)
			}
		}
		verify := func() (bad []string) {
			w.Read(func(tx *db.Tx) (err error) { bad, _, err = ledger.Verify(tx, "", 100); return err })
			return bad
		}
		if bad := verify(); len(bad) > 0 {
			w.T.Errorf("verify: %v", bad)
		}
		if err := w.DB.Upkeep(context.Background(), func(tx *db.Tx) error {
			_, err := tx.Exec(`UPDATE matter SET review = 'office' WHERE number = 'SS-2026-002'`)
			return err
		}); err != nil {
			w.T.Fatal(err)
		}
		if bad := verify(); len(bad) != 1 {
			w.T.Errorf("verify does not find a review that nobody began: %v", bad)
		}
	})
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

// TestSentBack sends a plan back at every step: the first one goes back to its author within its old days, a change leaves the plan in force.
func TestSentBack(t *testing.T) {
	run(t, func(w *world) {
		w.set(org.FinanceUnit, "D01")
		for _, change := range []bool{false, true} {
			for _, at := range []chain.Step{chain.Head, chain.HeadTop, chain.Finance, chain.FinanceTop, chain.Office} {
				if at == chain.FinanceTop {
					w.set(org.FinanceUnit, "")
				} else {
					w.set(org.FinanceUnit, "D01")
				}
				id, want := w.to(matter.Assigned), matter.Assigned
				if change {
					id, want = w.to(matter.Executing), matter.Executing
				}
				due := w.get(id).PlanDue
				author, amount := "handler", "60000"
				if at == chain.HeadTop {
					author = "head"
				}
				if at == chain.Office {
					amount = "100"
				}
				w.Do(author, matter.SubmitPlan{Matter: id, Plan: w.costs(amount)})
				if at != chain.Head && at != chain.HeadTop {
					w.sign(id)
				}
				if got := w.get(id).Review; got != at {
					w.T.Fatalf("waits for %q, want %q", got, at)
				}
				switch at {
				case chain.Office:
					w.Do("triager", matter.DecidePlan{Matter: id, Note: "标准不够明确"})
				case chain.Head:
					w.Do("head", matter.SignPlan{Matter: id, As: chain.AsHead, Note: "标准不够明确"})
				case chain.Finance:
					w.Do("welfare", matter.SignPlan{Matter: id, As: chain.AsFinance, Note: "预算没有明细"})
				default:
					w.Do("leader", matter.SignPlan{Matter: id, As: chain.AsLeader, Note: "标准不够明确"})
				}
				m := w.get(id)
				if m.State != want || m.Review != "" {
					w.T.Errorf("sent back at %s (change %v): %s, waits for %q", at, change, m.State, m.Review)
				}
				owed := w.owed(id)
				if (owed[duty.Plan] != "") != !change || owed[duty.PlanHead]+owed[duty.PlanFinance]+owed[duty.Approve] != "" || m.PlanDue != due {
					w.T.Errorf("sent back at %s (change %v): owed %v, plan due %d, was %d", at, change, owed, m.PlanDue, due)
				}
			}
		}
	})
}

// TestHeadsOwnPlan tries the three ways in which a plan is signed that a head has written himself.
func TestHeadsOwnPlan(t *testing.T) {
	run(t, func(w *world) {
		first := func(author string) chain.Step {
			id := w.register()
			w.Do(author, matter.SubmitPlan{Matter: id, Plan: w.slots()})
			return w.get(id).Review
		}
		if got := first("head"); got != chain.HeadTop {
			w.T.Errorf("no deputy: waits for %q", got)
		}
		w.Must(func(tx *db.Tx) error { return giveRole(tx, w.P("handler2").ID, access.DeptHead, "D05") })
		w.again("handler2")
		id := w.register()
		w.Do("head", matter.SubmitPlan{Matter: id, Plan: w.slots()})
		if got := w.get(id).Review; got != chain.Head {
			w.T.Errorf("with a deputy: waits for %q", got)
		}
		if err := w.Try("head", matter.SignPlan{Matter: id, As: chain.AsHead, Approve: true}); key(err) != "matter.separate.author" {
			w.T.Errorf("the author signed: %v", err)
		}
		w.Do("handler2", matter.SignPlan{Matter: id, As: chain.AsHead, Approve: true})
		// The deputy is of the office too, and has signed: another decides.
		w.Must(func(tx *db.Tx) error { return giveRole(tx, w.P("handler2").ID, access.Supervisor, "G") })
		w.again("handler2")
		if err := w.Try("handler2", matter.DecidePlan{Matter: id, Approve: true}); key(err) != "matter.separate.signed" {
			w.T.Errorf("who signed decided: %v", err)
		}
		w.set(org.HeadAuthor, "1")
		if got := first("head"); got != chain.HeadTop {
			w.T.Errorf("always a leader: waits for %q", got)
		}
		if got := first("handler"); got != chain.Head {
			w.T.Errorf("a clerk's plan: waits for %q", got)
		}
		w.set(org.HeadAuthor, "2")
		if got := first("head"); got != chain.Office {
			w.T.Errorf("the writing counts: waits for %q", got)
		}
		// A head who is named in a voice behind the matter does not sign: a leader does.
		w.set(org.HeadAuthor, "0")
		in := &matter.Register{Title: "设备部检修不及时", Category: "BA-1", Place: "P104M", Voices: 1, Lead: "D05", NamedPersons: []string{w.P("head").ID, w.P("handler2").ID}}
		w.Do("triager", in)
		w.Do("handler", matter.SubmitPlan{Matter: in.ID, Plan: w.slots()})
		if got := w.get(in.ID).Review; got != chain.HeadTop {
			w.T.Errorf("both heads are named: waits for %q", got)
		}
	})
}

// TestOwnTemplate: an organisation that demands money of every standard plan gets it demanded.
func TestOwnTemplate(t *testing.T) {
	run(t, func(w *world) {
		id := w.register()
		w.set("plan.template.standard", "item,standard,measures,owner,deadline,funds")
		got := keys(w.Try("handler", matter.SubmitPlan{Matter: id, Plan: w.slots(func(s *matter.Slots) { s.Acceptors = nil })}))
		if got["funds.amount"] == "" && got["funds"] == "" || got["acceptors"] == "" {
			w.T.Errorf("faults: %v", got)
		}
		w.Do("handler", matter.SubmitPlan{Matter: id, Plan: w.costs("100")})
	})
}

// TestFinanceSees: finance sees what it has to agree to, and nothing else of the ledger.
func TestFinanceSees(t *testing.T) {
	run(t, func(w *world) {
		w.set(org.FinanceUnit, "D01")
		cheap, dear := w.register(), w.register()
		w.Do("handler", matter.SubmitPlan{Matter: cheap, Plan: w.costs("100")}, matter.SubmitPlan{Matter: dear, Plan: w.costs("80000")})
		for id, want := range map[string]bool{cheap: false, dear: true} {
			w.Read(func(tx *db.Tx) error {
				_, _, err := matter.Get(tx, w.P("welfare"), id)
				if (err == nil) != want {
					w.T.Errorf("finance sees it: %v, want %v", err, want)
				}
				return nil
			})
		}
		// A unit that moves in the tree takes what waits for it along.
		w.Must(func(tx *db.Tx) error {
			return org.EditUnit{Code: "D01", Parent: "U02", NameZh: "公益部", NameEn: "Public welfare", Version: 1}.Do(tx, access.System("test"))
		})
		if got := w.get(dear).FinancePath; got != "/G/U02/D01/" {
			w.T.Errorf("after the move: %s", got)
		}
		// A quick fix does not get round finance.
		quick := w.register(func(r *matter.Register) { r.Class = matter.Quick })
		err := w.Try("handler", matter.SubmitPlan{Matter: quick, Plan: matter.Slots{Owner: w.P("handler").ID, Deadline: w.day(3), Money: &plan.Money{Amount: "50000", Source: "welfare"}}})
		if keys(err)["funds.amount"] != "matter.plan.money.quick" {
			w.T.Errorf("a dear quick fix: %v", err)
		}
		// Given to another unit, nothing of the review is left.
		w.Do("supervisor", assignment.Reassign{Subject: matter.RefOf(dear), Lead: "D06", Note: "机构调整"})
		if m, owed := w.get(dear), w.owed(dear); m.Review != "" || owed[duty.PlanHead] != "" {
			w.T.Errorf("given to another: waits for %q, owed %v", m.Review, owed)
		}
	})
}
