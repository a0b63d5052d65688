package accept_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"sanwen/internal/base/access"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/work/accept"
	"sanwen/internal/work/assignment"
	"sanwen/internal/work/assignment/orgtest"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/matter/chain"
	"sanwen/internal/work/matter/ledger"
	"sanwen/internal/work/matter/plan"
)

// TestRandomWalks lets random people try random things at random times, and after each looks whether anything is true that
// must never be.
func TestRandomWalks(t *testing.T) {
	run(t, func(w *world) {
		begin, tries := w.Clock.Now(), 0
		names := []string{"triager", "triager2", "supervisor", "leader", "inspector", "chair", "handler", "handler2", "head", "other", "otherhead", "worker", "mill"}
		rapid.Check(w.T.(*testing.T), func(t *rapid.T) {
			if tries++; tries > 12 && w.DB.Dialect() == db.Postgres {
				return
			}
			w.Clock.Set(begin)
			in := &matter.Register{Title: "四区浴室水温不足", Public: true, Category: "BA-1", Place: "P104M", Voices: 2,
				NamedUnits: []string{"D01"}, Lead: rapid.SampledFrom([]string{"", "D05"}).Draw(t, "lead")}
			w.Do("triager", in)
			w.voice("v-"+in.Number+"-1", "worker", in.ID)
			w.voice("v-"+in.Number+"-2", "", in.ID)
			first := w.get(in.ID)
			due0 := clock.Day("")
			id, ref := in.ID, matter.RefOf(in.ID)
			slots := matter.Slots{Item: "提高水温", Standard: "水温达标", Checks: []matter.Check{{Text: "水温", Kind: plan.CheckNumber, Unit: "℃", Low: "38"}},
				Steps: []plan.Step{{Text: "更换", Day: w.day(9)}}, Owner: w.P("handler").ID, Deadline: w.day(18), Acceptors: []string{w.P("mill").ID}}
			good := []matter.Reading{{Check: 1, Value: "40"}}
			step := func(name string, in ...orgtest.Doer) func(*rapid.T) {
				return func(t *rapid.T) {
					who := rapid.SampledFrom(names).Draw(t, "who")
					for _, a := range in {
						err := w.Try(who, a)
						if err != nil && fault.KindOf(err) == fault.Internal {
							t.Fatalf("%s by %s: %v", name, who, err)
						}
					}
				}
			}
			// The people of the path, so that walks get somewhere; the free steps above try everybody else.
			path := []struct {
				who string
				in  orgtest.Doer
			}{
				{"triager", assignment.Assign{Subject: ref, Lead: "D05"}}, {"handler", matter.SubmitPlan{Matter: id, Plan: slots}},
				{"head", matter.SignPlan{Matter: id, As: chain.AsHead, Approve: true}},
				{"triager", matter.DecidePlan{Matter: id, Approve: true}}, {"handler", matter.Report{Matter: id, Step: 1, Done: true}},
				{"handler", matter.Report{Matter: id, Text: "再次检修"}}, {"handler", matter.ClaimDone{Matter: id, Text: "已完成", Readings: good}},
				{"inspector", matter.Inspect{Matter: id, Passed: true, Readings: good}}, {"triager", matter.Close{Matter: id, Reply: "已解决，请监督"}},
			}
			t.Repeat(map[string]func(*rapid.T){
				"on": func(t *rapid.T) {
					for _, p := range path {
						if w.Try(p.who, p.in) == nil && rapid.IntRange(0, 2).Draw(t, "stop") == 0 {
							return
						}
					}
				},
				"time": func(t *rapid.T) {
					w.Clock.Advance(time.Duration(rapid.SampledFrom([]int{1, 5, 24, 200, 800}).Draw(t, "hours")) * time.Hour)
					w.Must(func(tx *db.Tx) error {
						tx.Asked()
						if _, err := assignment.RunAutoSign(tx); err != nil {
							return err
						}
						if _, err := matter.RunTimers(tx); err != nil {
							return err
						}
						_, err := accept.RunWindows(tx)
						return err
					})
				},
				"answer": func(t *rapid.T) {
					list := w.list(id, w.get(id).Round)
					if len(list) == 0 {
						return
					}
					i := list[rapid.IntRange(0, len(list)-1).Draw(t, "invitation")]
					err := w.answer(i, rapid.SampledFrom(accept.Results()).Draw(t, "result"))
					if err == nil && i.Used {
						t.Fatal("an invitation was used twice")
					}
				},
				"assign": step("assign", assignment.Assign{Subject: ref, Lead: "D06"}), "named": step("named", assignment.Assign{Subject: ref, Lead: "D01"}, assignment.Reassign{Subject: ref, Lead: "D01", Note: "调整"}),
				"return": step("return", assignment.Return{Subject: ref, Rule: "职责", Proposed: "D06"}, assignment.Return{Subject: ref, Rule: "职责", Proposed: "D05"}),
				"decide": step("decide", assignment.Adjudicate{Subject: ref, Lead: "D05", Basis: "职责分工"}), "move": step("move", assignment.Reassign{Subject: ref, Lead: "D06", Note: "调整"}),
				"plan": step("plan", matter.SubmitPlan{Matter: id, Plan: slots}), "sign": step("sign", matter.SignPlan{Matter: id, As: chain.AsHead, Approve: true}), "approve": step("approve", matter.DecidePlan{Matter: id, Approve: true}),
				"send back": step("send back", matter.DecidePlan{Matter: id, Note: "不够明确"}), "report": step("report", matter.Report{Matter: id, Text: "进展"}),
				"ask": step("ask", matter.AskMore{Matter: id, Day: w.day(40), Reason: "配件未到货"}), "grant": step("grant", matter.DecideMore{Matter: id, Grant: true}),
				"pause": step("pause", matter.Pause{Matter: id, Reason: "bid", Until: w.day(30), Note: "招标中"}), "resume": step("resume", matter.Resume{Matter: id}),
				"claim": step("claim", matter.ClaimDone{Matter: id, Text: "已完成", Readings: good}), "inspect": step("inspect", matter.Inspect{Matter: id, Passed: true, Readings: good}),
				"fail": step("fail", matter.Inspect{Matter: id, Note: "没修好"}), "close": step("close", matter.Close{Matter: id, Reply: "已解决，请监督"}),
				"not fixed": step("not fixed", accept.NotFixed{Matter: id, What: "还是凉的"}), "look": step("look", matter.LookBack{Matter: id, Days: 30, Passed: true, Readings: good}, matter.LookBack{Matter: id, Days: 90, Note: "又坏了"}),
				"carry": step("carry", matter.CarryOver{Matter: id, Condition: "大修时施工", ReviewDay: w.day(90)}), "take up": step("take up", matter.TakeUp{Matter: id}),
				"": func(t *rapid.T) {
					m := w.get(id)
					w.Read(func(tx *db.Tx) error {
						bad, _, err := ledger.Verify(tx, "", 1000)
						if err != nil {
							return err
						}
						more, _, err := assignment.Verify(tx, "", 1000)
						if err != nil {
							return err
						}
						votes, err := accept.Verify(tx)
						if all := append(append(bad, more...), votes...); len(all) > 0 {
							t.Fatalf("in state %s:\n%s", m.State, strings.Join(all, "\n"))
						}
						type plan struct{ Author, DecidedBy, State string }
						plans, err2 := db.All[plan](tx, `SELECT author, decided_by, state FROM plan WHERE matter = $1`, id)
						for _, p := range plans {
							if p.State != matter.PlanSubmitted && p.Author == p.DecidedBy {
								t.Fatalf("%s decided on his own plan", p.Author)
							}
						}
						confirmed, err3 := db.One[int](tx, `SELECT COUNT(*) FROM rating WHERE matter = $1 AND round = $2 AND result = 'solved'`, id, m.Round)
						if m.Solved() && confirmed == 0 {
							t.Fatal("solved without anybody's word")
						}
						asked, err4 := db.One[int](tx, `SELECT COUNT(*) FROM org_person p JOIN invitation i ON i.person = p.id WHERE i.matter = $1
							AND (p.id = $2 OR p.employment = 'contractor' AND p.path LIKE '/G/D05/%' OR p.path LIKE '/G/D01/%')`, id, w.P("handler").ID)
						if asked > 0 {
							t.Fatalf("%d who must never be asked are invited", asked)
						}
						for _, e := range []error{err2, err3, err4} {
							if err == nil {
								err = e
							}
						}
						return err
					})
					if due0 == "" {
						due0 = m.Due0
					}
					if m.Due0 != due0 || m.FirstVoiceAt != first.FirstVoiceAt || m.RegisteredAt != first.RegisteredAt || m.Number != first.Number ||
						m.Lead == "D01" || strings.Contains(m.Co, "D01") {
						t.Fatalf("what must never change has changed: %+v, first %+v", m, first)
					}
				},
			})
		})
	})
}

// TestOneInvitationManyHands lets the same invitation be used from many places at once: one answer counts.
func TestOneInvitationManyHands(t *testing.T) {
	run(t, func(w *world) {
		id := w.asking()
		i := w.list(id, 1)[0]
		who := access.Holder(i.Voice)
		if i.Person != "" {
			who = w.person(i.Person)
		}
		var wg sync.WaitGroup
		errs := make([]error, 8)
		for n := range errs {
			wg.Go(func() {
				errs[n] = w.DB.Write(context.Background(), func(tx *db.Tx) error {
					return accept.Answer{Invitation: i.ID, Fact: accept.No, Result: accept.Not}.Do(tx, who)
				}, db.Coarse)
			})
		}
		wg.Wait()
		ok := 0
		for _, err := range errs {
			if err == nil {
				ok++
			} else if key(err) != "accept.used" {
				w.T.Errorf("the others hear %v", err)
			}
		}
		w.Read(func(tx *db.Tx) error {
			n, err := db.One[int](tx, `SELECT COUNT(*) FROM rating_box WHERE matter = $1`, id)
			if n != 1 || ok != 1 {
				w.T.Errorf("%d answers were taken, %d are stored", ok, n)
			}
			return err
		})
	})
}
