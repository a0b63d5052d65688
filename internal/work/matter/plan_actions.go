package matter

import (
	"encoding/json"

	"sanwen/internal/base/access"
	"sanwen/internal/base/duty"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/work/assignment"
	"sanwen/internal/work/matter/chain"
	"sanwen/internal/work/matter/plan"
)

// MaxPlanDays is the longest plan (default of the product); what takes longer is carried over.
const MaxPlanDays = 730

// SubmitPlan hands in a version of the plan: the first one, a corrected one, or a change while work goes on. A quick
// fix needs no approval and starts at once.
type SubmitPlan struct {
	Matter  string `json:"matter"`
	Version int64  `json:"version"`
	Plan    Slots  `json:"plan"`
}

// Do submits. Errors: access, Invalid at every field that is not real, Conflict when stale or not in a state for it.
func (in SubmitPlan) Do(tx *db.Tx, who access.Person) error {
	x, err := begin(tx, who, in.Matter, in.Version, access.MatterPlan)
	if err != nil {
		return err
	}
	quick := x.m.Class == Quick && x.m.State == Assigned
	ev := EventSubmitPlan
	if quick {
		ev = EventStartQuick
	}
	if err := x.move(ev); err != nil {
		return err
	}
	t, env, err := x.rules()
	if err != nil {
		return err
	}
	s, err := t.Check(in.Plan, env)
	if err != nil {
		return err
	}
	if err := x.signFirst(); err != nil {
		return err
	}
	owner, err := org.PersonByID(tx, s.Owner)
	if err != nil {
		return err
	}
	old, err := planOf(tx, x.m.ID, x.m.PlanVersion)
	if err != nil {
		return err
	}
	p := Plan{Matter: x.m.ID, Version: x.m.PlanLatest + 1, Round: x.m.Round, State: PlanSubmitted, Class: x.m.Class, Author: who.ID,
		At: x.now(), OwnerName: owner.Name, Slots: s, StepStates: plan.Carry(old.StepStates, s.Steps)}
	x.m.PlanLatest, x.m.Author = p.Version, who.ID
	x.comment(&p)
	step, err := x.review(&p)
	if err != nil {
		return err
	}
	if quick {
		p.State, p.DecidedAt = PlanApproved, p.At
	}
	if err := insertPlan(tx, p); err != nil {
		return err
	}
	if err := x.discharge(duty.Done, duty.Plan); err != nil {
		return err
	}
	if quick {
		if err := x.enforce(p); err != nil {
			return err
		}
	} else if err := x.wait(step, p); err != nil {
		return err
	}
	return x.done(ev, struct {
		Plan int64 `json:"plan"`
		In   Slots `json:"in"`
	}{p.Version, s}, "")
}

// rules gives the template of the matter's class and what its plan is checked against now.
func (x *act) rules() (plan.Template, plan.Env, error) {
	t, err := TemplateFor(x.tx, x.m.Class)
	if err != nil {
		return plan.Template{}, plan.Env{}, err
	}
	env := plan.Env{Today: x.tx.Today(), MaxDays: MaxPlanDays, LeadPath: x.m.LeadPath, Gap: x.set.Int(org.MilestoneDays),
		Workday: func(d clock.Day) bool { work, _ := x.cal.IsWorkday(d); return work },
		Find:    func(text string) (plan.Person, bool) { return findPerson(x.tx, text) },
		Recused: func(p plan.Person) bool {
			return access.Person{Kind: access.Account, ID: p.ID, Path: p.Path}.Recused(x.thing)
		},
	}
	if !x.m.DueOpen {
		env.Fixed = x.m.Due
	}
	return t, env, nil
}

// planSetting is the organisation's list of slots for a class.
func planSetting(tx *db.Tx, c Class) (string, error) {
	set, err := org.SettingsOf(tx)
	if err != nil || !c.Valid() {
		return "", err
	}
	return set.Text("plan.template." + string(c)), nil
}

// TemplateFor gives the template that the plan of a class has to fill here.
func TemplateFor(tx *db.Tx, c Class) (plan.Template, error) {
	own, err := planSetting(tx, c)
	return plan.TemplateOf(c, own), err
}

// findPerson looks somebody up by id or employee number.
func findPerson(tx *db.Tx, text string) (plan.Person, bool) {
	if text == "" {
		return plan.Person{}, false
	}
	p, err := org.PersonByID(tx, text)
	if err != nil {
		if p, err = org.PersonByNo(tx, text); err != nil {
			return plan.Person{}, false
		}
	}
	accounts, err := db.One[int](tx, `SELECT COUNT(*) FROM login_account WHERE person = $1 AND disabled = 0`, p.ID)
	if err != nil {
		return plan.Person{}, false
	}
	return plan.Person{ID: p.ID, Name: p.Name, Path: p.Path, Account: p.Status == org.Active && accounts > 0}, true
}

// signFirst signs the assignment where nobody has yet: whoever hands in a plan has taken the matter.
func (x *act) signFirst() error {
	a, err := assignment.Open(x.tx, x.m.Ref())
	if err != nil || a == nil || a.State != assignment.Assigned {
		return err
	}
	return assignment.Sign{Subject: x.m.Ref()}.Do(x.tx, x.who)
}

// enforce puts a plan version in force: owner, sponsor, deadline, steps and the duties that follow.
func (x *act) enforce(p Plan) error {
	if err := replacePlans(x.tx, x.m.ID, p.Version); err != nil {
		return err
	}
	s := p.Slots
	x.m.PlanVersion, x.m.Owner, x.m.Sponsor = p.Version, s.Owner, s.Sponsor
	if x.m.PlanStart == "" {
		x.m.PlanStart = s.Start
	}
	if x.m.DueOpen {
		x.setDue(s.Deadline)
		x.m.DueFrom, x.m.DueOpen = x.now(), false
	}
	x.setSteps(p.StepStates)
	if err := x.discharge(duty.Cancelled, duty.Milestone, duty.Completion); err != nil {
		return err
	}
	if err := x.oweMilestones(p.StepStates); err != nil {
		return err
	}
	return x.oweCompletion()
}

// DecidePlan is the last step: the supervising office approves or returns the plan that waits. Who wrote or signed it does not decide on it.
type DecidePlan struct {
	Matter  string `json:"matter"`
	Version int64  `json:"version"`
	Approve bool   `json:"approve"`
	Note    string `json:"note"` // needed when it is returned
}

// Do decides. Errors: access, Forbidden for its author, Invalid without a reason or when the plan no longer holds.
func (in DecidePlan) Do(tx *db.Tx, who access.Person) error {
	x, err := begin(tx, who, in.Matter, in.Version, access.MatterApprove)
	if err != nil {
		return err
	}
	p, err := planOf(tx, x.m.ID, x.m.PlanLatest)
	if err != nil {
		return err
	}
	ev := EventApprove
	if !in.Approve {
		if ev = EventReturnPlan; x.back() == Executing {
			ev = EventReturnChange
		}
	}
	if err := x.move(ev); err != nil {
		return err
	}
	if x.m.Review != chain.Office {
		return fault.New(fault.Conflict, "matter.step.not_yet", stepKey(x.m.Review))
	}
	if err := chain.Separate(chain.Office, who.ID, p.Author, p.HeadBy, p.FinanceBy); err != nil {
		return err
	}
	var f fault.Form
	least := 0
	if !in.Approve {
		least = 2
	}
	plan.CheckText(&f, "note", in.Note, least, plan.MaxNote)
	if err := f.Err(); err != nil {
		return err
	}
	p.DecidedBy, p.DecidedAt, p.Decision = who.ID, x.now(), trim(in.Note)
	if err := x.discharge(duty.Done, duty.Approve); err != nil {
		return err
	}
	if in.Approve {
		if p.CommentUntil > x.now() {
			return fault.New(fault.Conflict, "matter.plan.comment_open", p.CommentUntil.Day(tx.Zone()))
		}
		t, env, err := x.rules()
		if err != nil {
			return err
		}
		if _, err := t.Check(p.Slots, env); err != nil {
			return err
		}
		p.State = PlanApproved
		if err := decidePlan(tx, p); err != nil {
			return err
		}
		if err := x.enforce(p); err != nil {
			return err
		}
	} else if err := x.sendBack(p); err != nil {
		return err
	}
	return x.done(ev, in, "")
}

// reschedule moves the deadline in force by a decision that is not a plan of the unit: it makes a new version of the
// plan with nothing changed but the deadline.
func (x *act) reschedule(to clock.Day, author string) error {
	p, err := planOf(x.tx, x.m.ID, x.m.PlanVersion)
	if err != nil {
		return err
	}
	p.Version, p.Round, p.State = x.m.PlanLatest+1, x.m.Round, PlanApproved
	p.CommentUntil = 0
	p.Author, p.At, p.DecidedBy, p.DecidedAt, p.Decision = author, x.now(), x.who.ID, x.now(), ""
	p.HeadBy, p.HeadAt, p.HeadAs = "", 0, chain.Moved
	p.Slots.Deadline = to
	if err := insertPlan(x.tx, p); err != nil {
		return err
	}
	if err := replacePlans(x.tx, x.m.ID, p.Version); err != nil {
		return err
	}
	x.m.PlanLatest, x.m.PlanVersion, x.m.Author = p.Version, p.Version, author
	x.setDue(to)
	return nil
}

// planOf reads a version of a plan with its steps; version 0 is the empty plan.
func planOf(tx *db.Tx, matter string, version int64) (Plan, error) {
	if version == 0 {
		return Plan{Matter: matter}, nil
	}
	p, err := db.One[Plan](tx, `SELECT * FROM plan WHERE matter = $1 AND version = $2`, matter, version)
	if err != nil {
		return p, err
	}
	if err := json.Unmarshal([]byte(p.SlotsJSON), &p.Slots); err != nil {
		return p, err
	}
	p.StepStates, err = db.All[StepState](tx, `SELECT n, text, day, done_at, done_by FROM plan_step WHERE matter = $1 AND plan = $2
		ORDER BY n`, matter, version)
	return p, err
}
