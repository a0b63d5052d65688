package practice_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"sanwen/internal/base/cycle/cycletest"
	"sanwen/internal/base/duty"
	"sanwen/internal/base/event"
	"sanwen/internal/base/org/worldtest"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/practice"
)

// TestFromAMatterToAnotherUnit walks the whole way: a matter that employees have confirmed, a practice made of it, somebody else publishes it,
// another unit adopts it, its plan is there, and what came of it stands on the practice.
func TestFromAMatterToAnotherUnit(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		m := w.closed(matter.Confirmed)
		id := w.draft(m)
		p := w.get(id)
		if p.State != practice.Draft || p.Title != "四区浴室水温不足" || p.Public || p.Number != "" || p.Problem != "" || p.Unit != "U01" || p.Lead != "D05" {
			t.Errorf("a draft: %+v", p)
		}
		if f := p.Figures(); len(f) != 2 || f[0].Before != "34.5" || f[0].From != practice.FromLook || f[0].After != "40.5" || f[1].Before != "" || f[1].After != "yes" {
			t.Errorf("measured: %+v", f)
		}
		if r := p.Recipe(); r.Days != 18 || len(r.Steps) != 2 || r.Steps[0].After != 9 || r.Money.Amount != "3200" || r.Money.Approval != "" {
			t.Errorf("the recipe: %+v", r)
		}
		half := practice.Edit{Practice: id, Title: "浴室恒温改造", Steps: "3 更换换热器"}
		w.Do("triager", half)
		half.Submit = true
		for _, field := range []string{"problem", "invest", "fits", "unfit", "contact"} {
			w.refuses("triager", half, field+":fault.required")
		}
		edit := whole(id)
		edit.Before = []string{"1", "no"}
		w.Do("triager", edit)
		p = w.get(id)
		if f := p.Figures(); f[0].Before != "34.5" || f[1].Before != "no" || f[1].From != practice.FromTold {
			t.Errorf("what was measured is not written over, what was told is marked: %+v", f)
		}
		if r := p.Recipe(); r.Steps[1].After != 9 || r.Steps[1].Text != "连续调试三天" || p.Tags != "浴室,水温" {
			t.Errorf("edited: %+v %s", r, p.Tags)
		}
		owed := func() (n int) {
			w.Read(func(tx *db.Tx) error {
				all, err := duty.Of(tx, p.Ref())
				for _, d := range all {
					if d.Open && d.Kind == duty.PracticeReview {
						n++
					}
				}
				return err
			})
			return n
		}
		if owed() != 1 {
			t.Error("nobody owes the review")
		}
		w.refuses("triager", practice.Judge{Practice: id, Publish: true}, "practice.same_hands")
		w.refuses("triager2", practice.Judge{Practice: id}, "note:fault.required")
		w.Do("triager2", practice.Judge{Practice: id, Note: "请写明谁来维护"})
		w.refuses("chair2", whole(id), "access.denied")
		w.Do("chair", whole(id)) // of the unit; now both have written
		w.refuses("triager", practice.Judge{Practice: id, Publish: true}, "practice.same_hands")
		w.Do("triager2", practice.Judge{Practice: id, Publish: true})
		p = w.get(id)
		if p.State != practice.Published || p.Number != "JY-2026-001" || !p.Public || owed() != 0 {
			t.Errorf("published: %+v, owed %d", p, owed())
		}
		w.Read(func(tx *db.Tx) error {
			for _, who := range []string{"mill", "other", "leader", "chair2"} {
				rows, _, err := practice.List(tx, w.P(who), practice.Filter{Tag: "水温", Unit: "D05", Text: "恒温", Category: "BA"})
				if err != nil || len(rows) != 1 {
					t.Errorf("%s finds %d: %v", who, len(rows), err)
				}
			}
			rows, _, err := practice.List(tx, w.P("mill"), practice.Filter{Tag: "水"})
			if len(rows) != 0 {
				t.Error("half a tag is a tag")
			}
			return err
		})

		// A chair adopts it for her unit; the department that leads it finds the plan.
		w.Clock.Advance(5 * 24 * time.Hour)
		w.refuses("chair", &practice.Adopt{Practice: id, Unit: "U01", Lead: "D05"}, "unit:practice.adopt.same")
		w.refuses("chair2", &practice.Adopt{Practice: id, Unit: "U01", Lead: "D05"}, "access.denied")
		w.refuses("mill", &practice.Adopt{Practice: id, Unit: "U02", Lead: "D05"}, "access.denied")
		in := &practice.Adopt{Practice: p.Number, Unit: "U02", Lead: "D05", Note: "我们只有两台换热器"}
		w.Do("chair2", in)
		w.refuses("chair2", &practice.Adopt{Practice: id, Unit: "U02", Lead: "D05"}, "practice.adopt.twice")
		a := w.adoption(w.matterID(in.Number))
		w.Read(func(tx *db.Tx) error {
			x, err := matter.Find(tx, in.Number)
			if err != nil || x.State != matter.Assigned || x.Lead != "D05" || x.Unit != "U02" || x.Source != matter.FromPractice || x.Title != p.Title || !strings.Contains(x.Body, p.Number) {
				t.Errorf("the matter: %+v %v", x, err)
			}
			s, ok, err := practice.PlanFor(tx, x.ID)
			if !ok || s.Start != tx.Today() || s.Deadline != "2026-12-16" || len(s.Steps) != 2 || s.Steps[0].Day != "2026-12-01" || s.Checks[0].Low != "38" || s.Owner != "" || s.Money.Amount != "3200" {
				t.Errorf("its plan: %v %+v", ok, s)
			}
			return err
		})
		if a.Outcome() != practice.Running {
			t.Errorf("adopted: %+v", a)
		}
		var s matter.Slots
		w.Read(func(tx *db.Tx) (err error) { s, _, err = practice.PlanFor(tx, a.Matter); return err })
		s.Owner, s.Acceptors, s.Money.Approval = w.P("handler").ID, []string{w.P("mill").ID}, "批2026-2"
		w.Do("handler", matter.SubmitPlan{Matter: a.Matter, Plan: s})
		w.carry(a.Matter, matter.Confirmed)
		w.Do("supervisor", matter.Close{Matter: a.Matter, Reply: "两台换热器都换好了"})
		a = w.adoption(a.Matter)
		if a.Outcome() != matter.Confirmed || a.State != practice.Finished || a.OverAt == 0 || a.Figures()[0].Before != "34.5" || a.Figures()[0].After != "40.5" {
			t.Errorf("what came of it: %+v", a)
		}

		// It is found broken again: the result is taken back, and comes anew.
		w.Must(func(tx *db.Tx) error {
			return matter.Reopen(tx, w.P("mill"), a.Matter, matter.Reopening{Event: matter.EventRelapse, Reason: "又凉了"})
		})
		if a = w.adoption(a.Matter); a.Outcome() != practice.Running || a.Relapses != 1 || a.FiguresJSON != "" || a.OverAt != 0 {
			t.Errorf("relapsed: %+v", a)
		}
		w.Do("leader", matter.Cancel{Matter: a.Matter, Reason: "换热站整体搬迁，明年再做"})
		if a = w.adoption(a.Matter); a.Outcome() != practice.Failed || a.Reason == "" {
			t.Errorf("given up: %+v", a)
		}
		w.Read(func(tx *db.Tx) error {
			rows, _, err := practice.List(tx, w.P("leader"), practice.Filter{Outcome: practice.Failed})
			if len(rows) != 1 || rows[0].Failed != 1 || rows[0].Adopted != 1 {
				t.Errorf("the list: %+v", rows)
			}
			entries, err2 := event.Timeline(tx, p.Ref(), 50, 0)
			var kinds []string
			for _, e := range entries {
				kinds = append(kinds, e.Kind)
			}
			for _, k := range []string{"adoption.adopted", "adoption.finished", "adoption.reopened", "adoption.given_up"} {
				if !slices.Contains(kinds, k) {
					t.Errorf("%s is not in the story of the practice: %v", k, kinds)
				}
			}
			if err2 != nil {
				return err2
			}
			return err
		})
	})
}

// TestAPlanIsHandedInAtOnce: who works in the unit that leads it can say at once who does it and until when.
func TestAPlanIsHandedInAtOnce(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		id := w.published(w.closed(matter.Confirmed))
		in := &practice.Adopt{Practice: id, Unit: "U02", Lead: "D05", Owner: w.P("handler").ID, Deadline: w.day(36), Acceptors: []string{w.P("mill").ID}}
		w.Do("handler2", in)
		w.Read(func(tx *db.Tx) error {
			x, err := matter.Find(tx, in.Number)
			if err != nil || x.State != matter.PlanReview || x.PlanLatest != 1 || x.Author != w.P("handler2").ID {
				t.Errorf("the matter: %+v %v", x, err)
			}
			return err
		})
		// A plan that is refused leaves nothing behind.
		w.refuses("welfare", &practice.Adopt{Practice: id, Unit: "U01", Lead: "D01", Place: "P201", Owner: "没有这个人", Deadline: w.day(30), Acceptors: []string{w.P("mill").ID}}, "owner:matter.plan.owner.unknown")
		// Who only decides for his unit cannot write the plan of those who do it.
		w.refuses("chair", &practice.Adopt{Practice: id, Unit: "U01", Lead: "D05", Place: "P201", Owner: w.P("handler").ID, Deadline: w.day(30), Acceptors: []string{w.P("mill").ID}}, "access.denied")
		w.Read(func(tx *db.Tx) error {
			n, err := db.One[int](tx, `SELECT (SELECT COUNT(*) FROM practice_adoption) * 10 + (SELECT COUNT(*) FROM matter)`)
			if n != 12 {
				t.Errorf("left behind: %d", n)
			}
			return err
		})
	})
}

// TestOnlyWhatEmployeesConfirmed: nothing else is an example, neither when it is written nor when it is published.
func TestOnlyWhatEmployeesConfirmed(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		open := w.register()
		w.refuses("triager", &practice.Write{Matter: open}, "practice.not_closed")
		w.refuses("triager", &practice.Write{Matter: w.closed(matter.Unconfirmed)}, "practice.unconfirmed")
		m := w.closed(matter.Confirmed)
		id := w.draft(m)
		w.refuses("chair", &practice.Write{Matter: m}, "practice.twice")
		w.Do("triager", whole(id))
		relapse := func() {
			w.Must(func(tx *db.Tx) error {
				return matter.Reopen(tx, w.P("worker"), m, matter.Reopening{Event: matter.EventRelapse, Reason: "又凉了"})
			})
		}
		relapse()
		w.refuses("triager2", practice.Judge{Practice: id, Publish: true}, "practice.not_closed")
		w.Do("triager2", practice.Judge{Practice: id, Note: "这件实事已经反弹"})
		w.refuses("triager", whole(id), "practice.not_closed")
		w.Do("triager", practice.Drop{Practice: id})
		w.Read(func(tx *db.Tx) error {
			rows, _, err := practice.List(tx, w.P("triager"), practice.Filter{})
			if len(rows) != 0 {
				t.Errorf("thrown away and still on the list: %+v", rows)
			}
			return err
		})
	})
}

// TestNobodyIsGivenAway is a canary: what could tell who spoke never gets into a practice, whichever field it is written into.
func TestNobodyIsGivenAway(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		id := w.draft(w.closed(matter.Confirmed))
		name := w.P("worker3").Name
		fields := map[string]func(e *practice.Edit, s string){
			"title": func(e *practice.Edit, s string) { e.Title = s }, "problem": func(e *practice.Edit, s string) { e.Problem = s },
			"standard": func(e *practice.Edit, s string) { e.Standard = s }, "steps": func(e *practice.Edit, s string) { e.Steps = "3 " + s },
			"invest": func(e *practice.Edit, s string) { e.Invest = s }, "fits": func(e *practice.Edit, s string) { e.Fits = s },
			"unfit": func(e *practice.Edit, s string) { e.Unfit = s }, "contact": func(e *practice.Edit, s string) { e.Contact = s },
			"words.0.text": func(e *practice.Edit, s string) {
				e.Words = []practice.Word{{Text: s, By: "夜班职工", Leave: "当面征得同意"}}
			},
			"words.0.by": func(e *practice.Edit, s string) {
				e.Words = []practice.Word{{Text: "水热了", By: s, Leave: "当面征得同意"}}
			},
		}
		for field, put := range fields {
			for what, want := range map[string]string{name + "反映": "practice.name", "联系13800138000": "practice.telltale", spoken: "practice.echo"} {
				if want == "practice.echo" && (field == "contact" || field == "words.0.by" || field == "words.0.text") {
					continue // what an employee let out is his own sentence; "by" is shorter than an echo
				}
				if want == "practice.telltale" && field == "contact" {
					continue // of the unit, not of who spoke
				}
				e := whole(id)
				put(&e, what)
				w.refuses("triager", e, field+":"+want)
			}
		}
		e := whole(id)
		e.Words = []practice.Word{{Text: spoken, By: "夜班职工", Leave: ""}}
		w.refuses("triager", e, "words.0.leave:practice.leave")
		e.Words[0].Leave = "12月1日当面征得同意，王丽记"
		w.Do("triager", e)
		w.Do("triager2", practice.Judge{Practice: id, Publish: true})
		p := w.get(id)
		w.Read(func(tx *db.Tx) error {
			whole, err := db.All[string](tx, `SELECT title || problem || invest || fits || unfit || contact || tags || recipe || figures || words || writers FROM practice`)
			for _, s := range whole {
				for _, bad := range []string{name, w.P("worker3").ID, "13800138000", "v-SS"} {
					if strings.Contains(s, bad) {
						t.Errorf("%q stands in a practice: %s", bad, s)
					}
				}
			}
			return err
		})
		if p.Words()[0].Text != spoken {
			t.Errorf("said with leave: %+v", p.Words())
		}
	})
}

// TestEveryCell brings a practice into every state and lets everybody try everything there.
func TestEveryCell(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		m := w.closed(matter.Confirmed)
		id := ""
		fresh := &practice.Write{}
		cells := &cycletest.Cells{Table: practice.Cycle, Want: `
			- written: triager triager2 chair
			draft edited: triager triager2 chair
			draft submitted: triager triager2 chair
			draft dropped: triager triager2 chair
			review returned: triager2 supervisor
			review published: triager2 supervisor
			published withdrawn: triager triager2 supervisor
			withdrawn reworked: triager triager2 chair`,
			Look: func(tx *db.Tx) (string, error) {
				return db.One[string](tx, `SELECT state FROM practice WHERE id = $1`, id)
			},
			Acts: map[string]func() worldtest.Doer{
				practice.EventEdit:     func() worldtest.Doer { e := whole(id); e.Submit = false; return e },
				practice.EventSubmit:   func() worldtest.Doer { return whole(id) },
				practice.EventDrop:     func() worldtest.Doer { return practice.Drop{Practice: id} },
				practice.EventReturn:   func() worldtest.Doer { return practice.Judge{Practice: id, Note: "还缺数据"} },
				practice.EventPublish:  func() worldtest.Doer { return practice.Judge{Practice: id, Publish: true} },
				practice.EventWithdraw: func() worldtest.Doer { return practice.Withdraw{Practice: id, Reason: "设备已经换代"} },
				practice.EventRework:   func() worldtest.Doer { return practice.Rework{Practice: id} },
			}}
		all, look := cells.Acts, cells.Look
		cells.Acts = map[string]func() worldtest.Doer{practice.EventWrite: func() worldtest.Doer { *fresh = practice.Write{Matter: m}; return fresh }}
		cells.Look = func(tx *db.Tx) (string, error) {
			return db.One[string](tx, `SELECT state FROM practice WHERE id = $1`, fresh.ID)
		}
		cells.In(&w.World.World, "-")
		cells.Acts, cells.Look = all, look
		id = w.draft(m)
		cells.In(&w.World.World, practice.Draft)
		w.Do("triager", whole(id))
		cells.In(&w.World.World, practice.Review)
		w.Do("triager2", practice.Judge{Practice: id, Publish: true})
		cells.In(&w.World.World, practice.Published)
		w.Do("triager2", practice.Withdraw{Practice: id, Reason: "设备已经换代"})
		cells.In(&w.World.World, practice.Withdrawn)
		w.Do("triager", practice.Rework{Practice: id})
		w.refuses("triager", practice.Drop{Practice: id}, "practice.was_published")
		id = ""
		other := w.draft(w.closed(matter.Confirmed))
		w.Do("triager", practice.Drop{Practice: other})
		id = other
		cells.In(&w.World.World, practice.Dropped)
		cells.Whole(t)
	})
}

// TestEveryCellOfAdoptions: who may adopt for which unit; what follows the program does itself.
func TestEveryCellOfAdoptions(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		id := w.published(w.closed(matter.Confirmed))
		in := &practice.Adopt{}
		const walk = "TestFromAMatterToAnotherUnit"
		cells := &cycletest.Cells{Table: practice.AdoptionCycle, Want: `
			- adopted: triager triager2 supervisor leader chair2 handler handler2 head`,
			Else: map[string]string{"running finished": walk, "running given_up": walk, "finished reopened": walk},
			Look: func(tx *db.Tx) (string, error) {
				return db.One[string](tx, `SELECT state FROM practice_adoption WHERE id = $1`, in.ID)
			},
			Acts: map[string]func() worldtest.Doer{practice.EventAdopt: func() worldtest.Doer {
				*in = practice.Adopt{Practice: id, Unit: "U02", Lead: "D05"}
				return in
			}}}
		cells.In(&w.World.World, "-")
		cells.Whole(t)
		for _, table := range []interface{ Check() error }{practice.Cycle, practice.AdoptionCycle} {
			if err := table.Check(); err != nil {
				t.Error(err)
			}
		}
	})
}
