package assignment_test

import (
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"

	"sanwen/internal/base/access"
	"sanwen/internal/base/duty"
	"sanwen/internal/base/event"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/ground/fault"
	"sanwen/internal/work/assignment"
	"sanwen/internal/work/assignment/orgtest"
)

// thing is what the tests assign: a host of its own, so that nothing above is needed.
const kind = "test"

var (
	start   clock.Millis
	changes []assignment.Change
)

func init() {
	assignment.Register(kind, assignment.Host{
		Load: func(tx *db.Tx, id string) (assignment.Subject, error) {
			return assignment.Subject{Ref: ref(id), Start: start, Category: "BA-1", Place: "P104M", Round: 1,
				Thing: access.Thing{Kind: kind, ID: id, Unit: "/G/U01/", NamedUnits: []access.Path{"/G/D01/"}}}, nil
		},
		Changed: func(tx *db.Tx, who access.Person, c assignment.Change) error {
			changes = append(changes, c)
			return nil
		},
	})
}

func ref(id string) event.Ref { return event.Ref{Kind: kind, ID: id} }

type world struct{ *orgtest.World }

func run(t *testing.T, test func(w *world)) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		w := &world{orgtest.New(t, d, c)}
		start, changes = clock.MillisOf(c.Now()), nil
		test(w)
	})
}

func (w *world) open(id string) assignment.Assignment {
	w.T.Helper()
	var a *assignment.Assignment
	w.Read(func(tx *db.Tx) (err error) { a, err = assignment.Open(tx, ref(id)); return err })
	if a == nil {
		return assignment.Assignment{}
	}
	return *a
}

func (w *world) ownerless(id string) (out []assignment.Interval) {
	w.T.Helper()
	w.Read(func(tx *db.Tx) (err error) { out, err = assignment.Ownerless(tx, ref(id)); return err })
	return out
}

func (w *world) owed(id string, k duty.Kind) int {
	w.T.Helper()
	n := 0
	w.Read(func(tx *db.Tx) error {
		ds, err := duty.Of(tx, ref(id))
		for _, d := range ds {
			if d.Open && d.Kind == k {
				n++
			}
		}
		return err
	})
	return n
}

func (w *world) auto() (n int) {
	w.T.Helper()
	w.Must(func(tx *db.Tx) (err error) { tx.Asked(); n, err = assignment.RunAutoSign(tx); return err })
	return n
}

func (w *world) hours(id string) float64 {
	return assignment.Hours(w.ownerless(id), clock.MillisOf(w.Clock.Now()))
}

func TestTableIsSound(t *testing.T) {
	if err := assignment.Cycle.Check(); err != nil {
		t.Error(err)
	}
}

func TestSignOrItSignsItself(t *testing.T) {
	run(t, func(w *world) {
		w.Clock.Advance(2 * time.Hour)
		w.Do("triager", assignment.Assign{Subject: ref("a"), Lead: "D05", Co: []string{"D06"}}, assignment.Assign{Subject: ref("b"), Lead: "D05"})
		if w.owed("a", duty.Sign) != 1 || w.hours("a") != 2 {
			w.T.Errorf("owed %d, ownerless %v h", w.owed("a", duty.Sign), w.hours("a"))
		}
		if err := w.Try("triager2", assignment.Assign{Subject: ref("a"), Lead: "D06"}); fault.KindOf(err) != fault.Conflict {
			w.T.Errorf("assigned twice: %v", err)
		}
		if err := w.Try("other", assignment.Sign{Subject: ref("a")}); fault.KindOf(err) != fault.Forbidden {
			w.T.Errorf("a helping unit signed: %v", err)
		}
		w.Clock.Advance(3 * time.Hour)
		w.Do("handler", assignment.Sign{Subject: ref("a")})
		w.Clock.Advance(100 * time.Hour)
		if a := w.open("a"); a.State != assignment.Signed || a.AutoSigned || w.hours("a") != 5 || w.owed("a", duty.Sign) != 0 {
			w.T.Errorf("signed: %+v, ownerless %v h", a, w.hours("a"))
		}
		// b was due on Tuesday at the end of office hours.
		w.Clock.Set(time.Date(2026, 11, 24, 17, 29, 0, 0, clock.Shanghai()))
		if n := w.auto(); n != 0 {
			w.T.Errorf("%d signed themselves early", n)
		}
		w.Clock.Set(time.Date(2026, 11, 24, 17, 30, 0, 0, clock.Shanghai()))
		if n := w.auto(); n != 1 {
			w.T.Errorf("%d signed themselves", n)
		}
		if a := w.open("b"); a.State != assignment.Signed || !a.AutoSigned || a.SignedBy != "assignment.auto_sign" {
			w.T.Errorf("signed itself: %+v", a)
		}
		if err := w.Try("handler", assignment.Return{Subject: ref("b"), Rule: "不属本部门", Proposed: "D06"}); fault.KindOf(err) != fault.Conflict {
			w.T.Errorf("returned after it had signed itself: %v", err)
		}
	})
}

func TestReturnTwiceIsDecided(t *testing.T) {
	run(t, func(w *world) {
		w.Do("triager", assignment.Assign{Subject: ref("a"), Lead: "D05"})
		for _, bad := range []assignment.Return{{Subject: ref("a"), Proposed: "D06"}, {Subject: ref("a"), Rule: "三定方案"}, {Subject: ref("a"), Rule: "三定方案", Proposed: "D05"},
			{Subject: ref("a"), Rule: "三定方案", Proposed: "D99"}, {Subject: ref("a"), Rule: "三定方案", Proposed: "D01"}} {
			if err := w.Try("handler", bad); fault.KindOf(err) != fault.Invalid || len(fault.Fields(err)) != 1 {
				w.T.Errorf("%+v: %v", bad, err)
			}
		}
		w.Clock.Advance(time.Hour)
		w.Do("handler", assignment.Return{Subject: ref("a"), Rule: "三定方案第五条", Proposed: "D06"})
		if a := w.open("a"); a.State != assignment.Returned || a.Returns != 1 {
			w.T.Fatalf("returned: %+v", a)
		}
		w.Clock.Advance(time.Hour)
		w.Do("triager", assignment.Assign{Subject: ref("a"), Lead: "D06"})
		w.Clock.Advance(time.Hour)
		w.Do("other", assignment.Return{Subject: ref("a"), Rule: "三定方案第六条", Proposed: "D05"})
		if a := w.open("a"); a.State != assignment.Adjudicating || a.FirstReceiver != "D05" || w.owed("a", duty.Adjudicate) != 1 {
			w.T.Fatalf("returned again: %+v", a)
		}
		if err := w.Try("triager", assignment.Assign{Subject: ref("a"), Lead: "D05"}); fault.KindOf(err) != fault.Conflict {
			w.T.Errorf("sent round a third time: %v", err)
		}
		if err := w.Try("triager", assignment.Adjudicate{Subject: ref("a"), Lead: "D06", Basis: "职责分工"}); fault.KindOf(err) != fault.Forbidden {
			w.T.Errorf("decided by the triager: %v", err)
		}
		w.Clock.Advance(time.Hour)
		w.Do("supervisor", assignment.Adjudicate{Subject: ref("a"), Lead: "D06", Co: []string{"D05"}, Basis: "浴室管网由工程管理部负责"})
		a := w.open("a")
		if a.State != assignment.Signed || a.Lead != "D06" || a.FirstReceiver != "D05" || w.owed("a", duty.Adjudicate) != 0 {
			w.T.Errorf("decided: %+v", a)
		}
		if err := w.Try("other", assignment.Return{Subject: ref("a"), Rule: "三定方案", Proposed: "D05"}); fault.KindOf(err) != fault.Conflict {
			w.T.Errorf("returned after the decision: %v", err)
		}
		w.Read(func(tx *db.Tx) error {
			p, err := org.Propose(tx, "BA-1", "P104M")
			if p.Lead != "D06" || p.Rule == "" {
				w.T.Errorf("the catalogue proposes %+v", p)
			}
			return err
		})
		all := w.ownerless("a")
		if h := w.hours("a"); h != 4 {
			w.T.Errorf("ownerless %v h: %+v", h, all)
		}
		upheld := map[string]string{}
		for _, i := range all {
			if i.Reason == assignment.ReasonReturned {
				upheld[i.Unit] = i.Upheld
			}
		}
		if upheld["D05"] != "yes" || upheld["D06"] != "no" {
			w.T.Errorf("returns were right: %v", upheld)
		}
	})
}

func TestNamedUnitsByEveryWay(t *testing.T) {
	run(t, func(w *world) {
		refused := func(who string, in orgtest.Doer) {
			w.T.Helper()
			if err := w.Try(who, in); fault.KindOf(err) != fault.Invalid {
				w.T.Errorf("%T %+v: %v", in, in, err)
			}
		}
		refused("triager", assignment.Assign{Subject: ref("a"), Lead: "D01"})
		refused("triager", assignment.Assign{Subject: ref("a"), Lead: "D05", Co: []string{"D01"}})
		w.Do("triager", assignment.Assign{Subject: ref("a"), Lead: "D05"})
		refused("handler", assignment.Return{Subject: ref("a"), Rule: "职责", Proposed: "D01"})
		w.Do("handler", assignment.Return{Subject: ref("a"), Rule: "职责", Proposed: "D06"})
		refused("triager", assignment.Assign{Subject: ref("a"), Lead: "D01"})
		w.Do("triager", assignment.Assign{Subject: ref("a"), Lead: "D06"})
		w.Do("other", assignment.Return{Subject: ref("a"), Rule: "职责", Proposed: "D05"})
		refused("supervisor", assignment.Adjudicate{Subject: ref("a"), Lead: "D01", Basis: "职责分工"})
		refused("supervisor", assignment.Adjudicate{Subject: ref("a"), Lead: "D05", Co: []string{"D01"}, Basis: "职责分工"})
		w.Do("supervisor", assignment.Adjudicate{Subject: ref("a"), Lead: "D05", Basis: "职责分工"})
		refused("supervisor", assignment.Reassign{Subject: ref("a"), Lead: "D01", Note: "机构调整"})
		w.Do("supervisor", assignment.Reassign{Subject: ref("a"), Lead: "D06", Note: "机构调整"})
	})
}

// TestOwnerlessTimeIsNeverLost takes random steps and holds the sum of the intervals against a clock of its own that runs
// whenever no unit has signed.
func TestOwnerlessTimeIsNeverLost(t *testing.T) {
	run(t, func(w *world) {
		n, begin := 0, w.Clock.Now()
		rapid.Check(w.T.(*testing.T), func(t *rapid.T) {
			if n++; n > 20 && w.DB.Dialect() == db.Postgres {
				return
			}
			w.Clock.Set(begin)
			start = clock.MillisOf(begin)
			id := "r" + time.Duration(n).String()
			state, lead, returns, want := "", "", 0, 0.0
			pass := func(h int) {
				w.Clock.Advance(time.Duration(h) * time.Hour)
				if state != assignment.Signed && state != assignment.Ended {
					want += float64(h)
				}
			}
			handler := map[string]string{"D05": "handler", "D06": "other"}
			unit := rapid.SampledFrom([]string{"D05", "D06"})
			t.Repeat(map[string]func(*rapid.T){
				"time": func(t *rapid.T) { pass(rapid.IntRange(1, 60).Draw(t, "hours")) },
				"assign": func(t *rapid.T) {
					u := unit.Draw(t, "unit")
					err := w.Try("triager", assignment.Assign{Subject: ref(id), Lead: u})
					if ok := state == "" || state == assignment.Returned; (err == nil) != ok {
						t.Fatalf("assign in state %q: %v", state, err)
					} else if ok {
						state, lead = assignment.Assigned, u
					}
				},
				"sign": func(t *rapid.T) {
					if lead == "" {
						return
					}
					if err := w.Try(handler[lead], assignment.Sign{Subject: ref(id)}); (err == nil) != (state == assignment.Assigned) {
						t.Fatalf("sign in state %q: %v", state, err)
					} else if err == nil {
						state = assignment.Signed
					}
				},
				"auto": func(t *rapid.T) {
					if w.auto() > 0 {
						state = assignment.Signed
					}
				},
				"return": func(t *rapid.T) {
					if lead == "" {
						return
					}
					other := map[string]string{"D05": "D06", "D06": "D05"}[lead]
					if err := w.Try(handler[lead], assignment.Return{Subject: ref(id), Rule: "职责", Proposed: other}); (err == nil) != (state == assignment.Assigned) {
						t.Fatalf("return in state %q: %v", state, err)
					} else if err == nil {
						if returns++; returns >= 2 {
							state = assignment.Adjudicating
						} else {
							state = assignment.Returned
						}
					}
				},
				"decide": func(t *rapid.T) {
					u := unit.Draw(t, "unit")
					if err := w.Try("supervisor", assignment.Adjudicate{Subject: ref(id), Lead: u, Basis: "职责分工"}); (err == nil) != (state == assignment.Adjudicating) {
						t.Fatalf("decide in state %q: %v", state, err)
					} else if err == nil {
						state, lead = assignment.Signed, u
					}
				},
				"reassign": func(t *rapid.T) {
					u := unit.Draw(t, "unit")
					if err := w.Try("supervisor", assignment.Reassign{Subject: ref(id), Lead: u, Note: "机构调整"}); (err == nil) != (state == assignment.Signed) {
						t.Fatalf("reassign in state %q: %v", state, err)
					} else if err == nil {
						state, lead = assignment.Assigned, u
					}
				},
				"": func(t *rapid.T) {
					a := w.open(id)
					if a.State != state || a.Lead != lead {
						t.Fatalf("%s with %s, want %s with %s", a.State, a.Lead, state, lead)
					}
					got := w.hours(id)
					if state == "" {
						got = want // nothing is written before the first assignment; then it counts from registration
					}
					if math.Abs(got-want) > 1e-6 {
						t.Fatalf("ownerless for %v h, want %v: %+v", got, want, w.ownerless(id))
					}
				},
			})
			if state != "" {
				w.Must(func(tx *db.Tx) error { tx.Asked(); return assignment.End(tx, access.System("test"), ref(id), "done") })
			}
		})
	})
}

func TestFirstReceiverStaysAndComesBack(t *testing.T) {
	run(t, func(w *world) {
		w.Do("triager", assignment.Assign{Subject: ref("a"), Lead: "D05", Co: []string{"D06"}})
		w.Do("handler", assignment.Sign{Subject: ref("a")})
		w.Do("supervisor", assignment.Reassign{Subject: ref("a"), Lead: "D06", Co: []string{"D05"}, Note: "机构调整"})
		w.Do("other", assignment.Sign{Subject: ref("a")})
		w.Must(func(tx *db.Tx) error {
			tx.Asked()
			return assignment.End(tx, access.System("test"), ref("a"), "closed")
		})
		if a := w.open("a"); a.ID != "" {
			w.T.Errorf("still open: %+v", a)
		}
		w.Must(func(tx *db.Tx) error { tx.Asked(); return assignment.Resume(tx, access.System("test"), ref("a")) })
		a := w.open("a")
		if a.Lead != "D06" || a.State != assignment.Signed || a.FirstReceiver != "D05" {
			w.T.Errorf("came back: %+v", a)
		}
		w.Read(func(tx *db.Tx) error {
			co, err := assignment.CoOf(tx, a.ID)
			if len(co) != 1 || co[0].Unit != "D05" {
				w.T.Errorf("helping units: %v", co)
			}
			return err
		})
	})
}

func TestNothingHalfDone(t *testing.T) {
	run(t, func(w *world) {
		w.Do("triager", assignment.Assign{Subject: ref("a"), Lead: "D05"})
		w.Do("handler", assignment.Return{Subject: ref("a"), Rule: "职责", Proposed: "D06"})
		w.Do("triager", assignment.Assign{Subject: ref("a"), Lead: "D06"})
		w.Do("other", assignment.Return{Subject: ref("a"), Rule: "职责", Proposed: "D05"})
		before, intervals := w.open("a"), len(w.ownerless("a"))
		for n := 1; ; n++ {
			end := dbtest.Fault(w.DB, n)
			err := w.Try("supervisor", assignment.Adjudicate{Subject: ref("a"), Lead: "D06", Basis: "职责分工"})
			if !end() {
				if err != nil {
					w.T.Fatal(err)
				}
				return
			}
			if err == nil || w.open("a") != before || len(w.ownerless("a")) != intervals || w.owed("a", duty.Adjudicate) != 1 {
				w.T.Fatalf("statement %d failed (%v) and something stayed: %+v", n, err, w.open("a"))
			}
		}
	})
}
