package matter_test

import (
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"sanwen/internal/base/access"
	"sanwen/internal/base/duty"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/work/assignment"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/matter/plan"
)

func TestQuickFix(t *testing.T) {
	run(t, func(w *world) {
		id := w.register(func(r *matter.Register) { r.Class = matter.Quick })
		w.Do("handler", matter.SubmitPlan{Matter: id, Plan: matter.Slots{Owner: w.P("handler").ID, Deadline: w.day(2)}})
		m := w.get(id)
		if m.State != matter.Executing || m.Owner != w.P("handler").ID || m.Due0 != w.day(2) {
			w.T.Fatalf("a quick fix with owner and date: %+v", m)
		}
		w.Do("handler", matter.ClaimDone{Matter: id, Text: "喷头已换"})
		if err := w.Try("inspector", matter.Inspect{Matter: id, Passed: true}); keys(err)["readings.0"] != "matter.reading.missing" {
			w.T.Errorf("passed without looking: %v", err)
		}
		w.Do("inspector", matter.Inspect{Matter: id, Passed: true, Readings: []matter.Reading{{Check: 0, Value: "yes"}}})
	})
}

func TestChangeOfPlan(t *testing.T) {
	run(t, func(w *world) {
		id := w.to(matter.Executing)
		w.Do("handler", matter.Report{Matter: id, Step: 1, Done: true})
		later := w.slots(func(s *matter.Slots) { s.Deadline = w.day(25) })
		if err := w.Try("handler", matter.SubmitPlan{Matter: id, Plan: later}); keys(err)["deadline"] != "matter.plan.deadline.fixed" {
			w.T.Errorf("the unit moved its own deadline: %v", err)
		}
		w.Do("handler", matter.SubmitPlan{Matter: id, Plan: w.slots(func(s *matter.Slots) { s.Standard = "改为只测一处" })})
		if m := w.get(id); m.State != matter.PlanReview || m.PlanVersion != 1 || m.PlanLatest != 2 {
			w.T.Errorf("a change waits for approval: %+v", m)
		}
		w.sign(id)
		w.Do("triager", matter.DecidePlan{Matter: id, Note: "标准不能降低"})
		if m := w.get(id); m.State != matter.Executing || m.PlanVersion != 1 {
			w.T.Errorf("a refused change: %+v", m)
		}
		w.Do("handler", matter.SubmitPlan{Matter: id, Plan: w.slots(func(s *matter.Slots) { s.Standard = "增加出水压力" })})
		w.sign(id)
		w.Do("triager", matter.DecidePlan{Matter: id, Approve: true})
		m := w.get(id)
		if m.State != matter.Executing || m.PlanVersion != 3 || m.StepsDone != 1 || m.Due != m.Due0 {
			w.T.Errorf("an approved change: %+v", m)
		}
		w.Read(func(tx *db.Tx) error {
			states, err := db.All[string](tx, `SELECT state FROM plan WHERE matter = $1 ORDER BY version`, id)
			if len(states) != 3 || states[0] != matter.PlanReplaced || states[1] != matter.PlanReturned || states[2] != matter.PlanApproved {
				w.T.Errorf("versions: %v", states)
			}
			return err
		})
	})
}

// TestHands tries every pair of hands that must be different.
func TestHands(t *testing.T) {
	run(t, func(w *world) {
		// Who wrote a plan does not approve it, even with the office for it.
		w.Must(func(tx *db.Tx) error { return giveRole(tx, w.P("handler").ID, access.Triager, "G") })
		w.Must(func(tx *db.Tx) error { return giveRole(tx, w.P("handler").ID, access.Supervisor, "G") })
		w.Must(func(tx *db.Tx) error { return giveRole(tx, w.P("handler").ID, access.Inspector, "G") })
		w.Must(func(tx *db.Tx) error { return giveRole(tx, w.P("handler2").ID, access.Inspector, "G") })
		w.Must(func(tx *db.Tx) error { return giveRole(tx, w.P("inspector").ID, access.Triager, "G") })
		w.again("handler", "handler2", "inspector")
		id := w.to(matter.PlanReview)
		w.sign(id)
		if err := w.Try("handler", matter.DecidePlan{Matter: id, Approve: true}); key(err) != "matter.separate.author" {
			w.T.Errorf("the author approved his plan: %v", err)
		}
		w.Do("triager", matter.DecidePlan{Matter: id, Approve: true})
		w.Do("handler", matter.AskMore{Matter: id, Day: w.day(25), Reason: "配件未到货"})
		if err := w.Try("handler", matter.DecideMore{Matter: id, Grant: true}); key(err) != "matter.separate.unit" {
			w.T.Errorf("the unit granted its own extension: %v", err)
		}
		if err := w.Try("handler", matter.Pause{Matter: id, Reason: "bid", Until: w.day(8), Note: note}); key(err) != "matter.separate.unit" {
			w.T.Errorf("the unit paused itself: %v", err)
		}
		w.claim(id)
		for who, want := range map[string]string{"handler": "matter.separate.claimant", "handler2": "matter.separate.unit", "triager": ""} {
			if who == "triager" {
				continue
			}
			if err := w.Try(who, w.passing(id)); key(err) != want {
				w.T.Errorf("%s inspected: %v, want %s", who, err, want)
			}
		}
		w.Do("inspector", w.passing(id))
		w.rate(id, matter.Confirmed)
		for who, want := range map[string]string{"handler": "matter.separate.closer_done", "inspector": "matter.separate.closer_inspected"} {
			if err := w.Try(who, matter.Close{Matter: id, Reply: "已解决，请监督"}); key(err) != want {
				w.T.Errorf("%s struck it off: %v, want %s", who, err, want)
			}
		}
		w.Do("triager", matter.Close{Matter: id, Reply: "已解决，请监督"})
	})
}

func TestExtensions(t *testing.T) {
	run(t, func(w *world) {
		id := w.to(matter.Executing)
		due0 := w.get(id).Due0
		for n := 1; n <= 3; n++ {
			w.Do("handler", matter.AskMore{Matter: id, Day: w.day(18 + 7*n), Reason: "配件未到货"})
			if err := w.Try("handler", matter.AskMore{Matter: id, Day: w.day(60), Reason: "再多一些"}); key(err) != "matter.extension.waiting" {
				w.T.Errorf("asked while one waits: %v", err)
			}
			who := "supervisor"
			if n == 3 {
				if err := w.Try(who, matter.DecideMore{Matter: id, Grant: true}); fault.KindOf(err) != fault.Forbidden {
					w.T.Errorf("the supervisor granted the third: %v", err)
				}
				who = "leader"
			}
			w.Do(who, matter.DecideMore{Matter: id, Grant: true})
			m := w.get(id)
			if m.Due != w.day(18+7*n) || m.Due0 != due0 || m.Extensions != int64(n) || m.PlanVersion != int64(n+1) {
				w.T.Errorf("after extension %d: due %s, original %s, %d extensions, plan %d", n, m.Due, m.Due0, m.Extensions, m.PlanVersion)
			}
			w.Read(func(tx *db.Tx) error {
				ds, err := duty.Of(tx, m.Ref())
				for _, d := range ds {
					if d.Open && d.Kind == duty.Completion && (d.Due.Day(tx.Zone()) != m.Due || d.Due0.Day(tx.Zone()) != due0) {
						w.T.Errorf("the duty is due %s, originally %s", d.Due.Day(tx.Zone()), d.Due0.Day(tx.Zone()))
					}
				}
				return err
			})
		}
		w.Do("handler", matter.AskMore{Matter: id, Day: w.day(60), Reason: "配件未到货"})
		w.Clock.Advance(45 * 24 * time.Hour)
		if err := w.Try("leader", matter.DecideMore{Matter: id, Grant: true}); key(err) != "matter.extension.expired" {
			w.T.Errorf("granted after expiry: %v", err)
		}
		w.Do("leader", matter.DecideMore{Matter: id, Note: "已经超期"})
		if err := w.Try("handler", matter.AskMore{Matter: id, Day: w.day(30), Reason: "配件未到货"}); key(err) != "matter.extension.expired" {
			w.T.Errorf("asked after expiry: %v", err)
		}
	})
}

// TestDeadlineMovesOnlyByDecision takes random steps and holds the deadline against a model of its own: the original never
// moves, the current one moves only by a granted extension and by the working days of a pause.
func TestDeadlineMovesOnlyByDecision(t *testing.T) {
	run(t, func(w *world) {
		outer := w.T
		defer func() { w.T = outer }()
		start := w.Clock.Now()
		cal := clock.NewCalendar("test", clock.Shipped(), clock.Shanghai(), 17*time.Hour+30*time.Minute)
		tries := 0
		rapid.Check(outer.(*testing.T), func(t *rapid.T) {
			if tries++; tries > 20 && w.DB.Dialect() == db.Postgres {
				return // the rules are the same; that the statements agree is seen by then
			}
			w.Clock.Set(start)
			id := w.to(matter.Executing)
			m := w.get(id)
			due0, due := m.Due0, m.Due
			asked, granted := clock.Day(""), 0
			var pausedAt time.Time
			today := func() clock.Day { return clock.DayOf(w.Clock.Now(), clock.Shanghai()) }
			late := func() bool { return w.Clock.Now().After(cal.OfficeEnd(due)) }
			t.Repeat(map[string]func(*rapid.T){
				"time": func(t *rapid.T) {
					w.Clock.Advance(time.Duration(rapid.IntRange(1, 72).Draw(t, "hours")) * time.Hour)
				},
				"ask": func(t *rapid.T) {
					day := cal.AddWorkdays(today(), rapid.IntRange(1, 40).Draw(t, "days"))
					err := w.Try("handler", matter.AskMore{Matter: id, Day: day, Reason: "配件未到货"})
					ok := pausedAt.IsZero() && asked == "" && !late() && day > due
					if (err == nil) != ok {
						t.Fatalf("asking for %s on %s, due %s: %v", day, today(), due, err)
					}
					if ok {
						asked = day
					}
				},
				"decide": func(t *rapid.T) {
					who := rapid.SampledFrom([]string{"supervisor", "leader"}).Draw(t, "who")
					grant := rapid.Bool().Draw(t, "grant")
					err := w.Try(who, matter.DecideMore{Matter: id, Grant: grant, Note: note})
					ok := pausedAt.IsZero() && asked != "" && (granted < 2) == (who == "supervisor") && (!grant || !late() && asked > due)
					if (err == nil) != ok {
						t.Fatalf("%s decides (%v) on %s after %d: %v", who, grant, asked, granted, err)
					}
					if !ok {
						return
					}
					if grant {
						due, granted = asked, granted+1
					}
					asked = ""
				},
				"pause": func(t *rapid.T) {
					err := w.Try("supervisor", matter.Pause{Matter: id, Reason: "season", Until: w.day(20), Note: note})
					if ok := pausedAt.IsZero() && !late(); (err == nil) != ok {
						t.Fatalf("pause: %v", err)
					} else if ok {
						pausedAt = w.Clock.Now()
					}
				},
				"resume": func(t *rapid.T) {
					err := w.Try("supervisor", matter.Resume{Matter: id})
					if (err == nil) != (!pausedAt.IsZero()) {
						t.Fatalf("resume: %v", err)
					}
					if !pausedAt.IsZero() {
						// Every working day whose end fell into the pause moves the deadline by one.
						for d := clock.DayOf(pausedAt, clock.Shanghai()); d <= today(); d = d.Add(1) {
							work, _ := cal.IsWorkday(d)
							if end := cal.OfficeEnd(d); work && pausedAt.Before(end) && !w.Clock.Now().Before(end) {
								due = cal.AddWorkdays(due, 1)
							}
						}
						pausedAt = time.Time{}
					}
				},
				"plan": func(t *rapid.T) {
					day := cal.AddWorkdays(today(), rapid.IntRange(1, 30).Draw(t, "days"))
					err := w.Try("handler", matter.SubmitPlan{Matter: id, Plan: w.slots(func(s *matter.Slots) {
						s.Deadline, s.Steps = day, []plan.Step{{Text: "检修", Day: day}}
					})})
					if err == nil {
						if day != due || !pausedAt.IsZero() {
							t.Fatalf("a plan moved the deadline %s to %s", due, day)
						}
						w.sign(id)
						w.Do("triager", matter.DecidePlan{Matter: id, Note: "不需要变更"})
					}
				},
				"": func(t *rapid.T) {
					m := w.get(id)
					if m.Due0 != due0 || m.Due != due || m.Extensions != int64(granted) {
						t.Fatalf("original %s (want %s), due %s (want %s), %d extensions (want %d)", m.Due0, due0, m.Due, due, m.Extensions, granted)
					}
				},
			})
		})
	})
}

func TestChangedMeanwhile(t *testing.T) {
	run(t, func(w *world) {
		id := w.to(matter.Executing)
		seen := w.get(id).Version
		w.Do("handler", matter.Report{Matter: id, Text: "正在施工"})
		err := w.Try("supervisor", matter.Pause{Matter: id, Version: seen, Reason: "bid", Until: w.day(8), Note: note})
		if e := fault.Of(err); e.Key != "matter.stale" || e.Kind != fault.Conflict || e.Args[0] != seen || e.Args[1] != seen+1 {
			w.T.Errorf("stale: %v", err)
		}
		// Two at once: one wins, the other hears of it.
		var wg sync.WaitGroup
		errs := make([]error, 4)
		seen = w.get(id).Version
		for i := range errs {
			wg.Go(func() {
				errs[i] = w.Write(func(tx *db.Tx) error {
					return matter.Pause{Matter: id, Version: seen, Reason: "bid", Until: w.day(8), Note: note}.Do(tx, w.P("supervisor"))
				})
			})
		}
		wg.Wait()
		won := 0
		for _, err := range errs {
			if err == nil {
				won++
			} else if fault.KindOf(err) != fault.Conflict {
				w.T.Errorf("the loser hears %v", err)
			}
		}
		if won != 1 {
			w.T.Errorf("%d of 4 equal actions happened", won)
		}
	})
}

func TestNamedNeverGetIt(t *testing.T) {
	run(t, func(w *world) {
		in := &matter.Register{Title: "设备部检修不及时", Category: "BA-1", Place: "P104M", Voices: 1, NamedUnits: []string{"D05"}, NamedPersons: []string{w.P("otherhead").ID}}
		if err := w.Try("triager", &matter.Register{Title: in.Title, Category: in.Category, Place: in.Place, Voices: 1, NamedUnits: in.NamedUnits, Lead: "D05"}); keys(err)["lead"] != "assignment.lead.recused" {
			w.T.Errorf("registered and given to the named unit: %v", err)
		}
		w.Do("triager", in)
		ref := matter.RefOf(in.ID)
		for _, a := range []assignment.Assign{{Subject: ref, Lead: "D05"}, {Subject: ref, Lead: "D06", Co: []string{"D05"}}} {
			if err := w.Try("triager", a); fault.KindOf(err) != fault.Invalid {
				w.T.Errorf("assigned to the named unit: %v", err)
			}
		}
		w.Read(func(tx *db.Tx) error {
			p, err := assignment.Propose(tx, "BA-1", "P104M", []access.Path{"/G/D05/"})
			if p.Lead != "" || !p.Recused || len(p.Co) != 1 {
				w.T.Errorf("proposed: %+v", p)
			}
			return err
		})
		w.Do("triager", assignment.Assign{Subject: ref, Lead: "D06"})
		if err := w.Try("other", assignment.Return{Subject: ref, Rule: "设备归口设备部", Proposed: "D05"}); keys(err)["proposed"] != "assignment.lead.recused" {
			w.T.Errorf("returned with the named unit as proposal: %v", err)
		}
		// The named head cannot touch it though his unit leads it; nobody named can own, sponsor or accept it.
		if err := w.Try("otherhead", assignment.Sign{Subject: ref}); fault.KindOf(err) != fault.Forbidden {
			w.T.Errorf("the named person signed: %v", err)
		}
		s := w.slots(func(s *matter.Slots) {
			s.Owner, s.Sponsor, s.Acceptors = w.P("handler").ID, w.P("otherhead").ID, []string{w.P("handler2").ID, w.P("worker").ID}
		})
		got := keys(w.Try("other", matter.SubmitPlan{Matter: in.ID, Plan: s}))
		for _, f := range []string{"owner", "sponsor", "acceptors.0"} {
			if got[f] != "matter.plan.person.recused" {
				w.T.Errorf("%s: %q", f, got[f])
			}
		}
		// A voice that names the unit which has a matter cannot join it.
		id := w.to(matter.Executing)
		for _, j := range []matter.Joined{{Voices: 1, NamedUnits: []string{"D05"}}, {Voices: 1, NamedUnits: []string{"D06"}}, {Voices: 1, NamedPersons: []string{w.P("handler").ID}}} {
			if err := w.Write(func(tx *db.Tx) error { tx.Asked(); tx.Recorded(); return matter.AddVoices(tx, id, j) }); key(err) != "matter.join.recused" {
				w.T.Errorf("%+v joined: %v", j, err)
			}
		}
		before := w.get(id)
		w.Must(func(tx *db.Tx) error {
			tx.Asked()
			tx.Recorded()
			return matter.AddVoices(tx, id, matter.Joined{Voices: 2, Supporters: 1, FirstVoiceAt: 1000})
		})
		if m := w.get(id); m.Voices != before.Voices+2 || m.FirstVoiceAt != 1000 || m.Version != before.Version || m.RegisteredAt != before.RegisteredAt {
			w.T.Errorf("joined: %+v", m)
		}
	})
}

func TestPauseEndsByItself(t *testing.T) {
	run(t, func(w *world) {
		id := w.to(matter.Executing)
		due := w.get(id).Due
		w.Do("supervisor", matter.Pause{Matter: id, Reason: "shutdown", Until: w.day(7), Note: note})
		w.Clock.Advance(6 * 24 * time.Hour)
		w.Must(func(tx *db.Tx) error { tx.Asked(); _, err := matter.RunTimers(tx); return err })
		if m := w.get(id); m.State != matter.Paused {
			w.T.Errorf("resumed early: %s", m.State)
		}
		w.Clock.Advance(24 * time.Hour)
		w.Must(func(tx *db.Tx) error { tx.Asked(); _, err := matter.RunTimers(tx); return err })
		m := w.get(id)
		if m.State != matter.Executing || m.Due != "2026-12-18" || m.Due0 != due {
			w.T.Errorf("after the pause: %s, due %s, original %s", m.State, m.Due, m.Due0)
		}
	})
}
