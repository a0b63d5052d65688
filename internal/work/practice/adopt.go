package practice

import (
	"strings"

	"sanwen/internal/base/access"
	"sanwen/internal/base/event"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/id"
	"sanwen/internal/work/matter"
)

// Adopt lets a unit do what another has done: a matter is registered for its employees and given to the unit that leads it, and its plan begins
// with that of the practice. With an owner, a deadline or people who accept, the plan is handed in at once. It fills ID and Number.
type Adopt struct {
	Practice  string    `json:"practice"`
	Unit      string    `json:"unit"`           // whose employees it is for
	Lead      string    `json:"lead,omitempty"` // who does it; empty: that unit itself
	Place     string    `json:"place,omitempty"`
	Note      string    `json:"note,omitempty"` // what is different here
	Owner     string    `json:"owner,omitempty"`
	Deadline  clock.Day `json:"deadline,omitempty"`
	Acceptors []string  `json:"acceptors,omitempty"`

	ID     string `json:"-"`
	Number string `json:"-"` // of the matter
}

// planned reports whether the plan is handed in at once.
func (in Adopt) planned() bool {
	return in.Owner != "" || in.Deadline != "" || len(in.Acceptors) > 0
}

// Do adopts. Errors: access, Invalid at the fields, Conflict where the practice is not published, or is being adopted there.
func (in *Adopt) Do(tx *db.Tx, who access.Person) error {
	p, err := byKey(tx, in.Practice, "")
	if err != nil {
		tx.Asked()
		return err
	}
	tree, err := org.TreeOf(tx)
	if err != nil {
		return err
	}
	if in.Lead == "" {
		in.Lead = in.Unit
	}
	if err := who.May(tx, access.PracticeSee, p.Thing()); err != nil {
		return err
	}
	if err := who.May(tx, access.PracticeAdopt, access.Thing{Kind: RefKind, ID: p.ID, Unit: tree.Path(in.Unit), Lead: tree.Path(in.Lead)}); err != nil {
		return err
	}
	if p.State != Published {
		return fault.New(fault.Conflict, "practice.not_published")
	}
	a, err := in.adoption(tx, who, p, tree)
	if err != nil {
		return err
	}
	reg := matter.Register{Title: p.Title, Body: strings.TrimSpace(p.Number + " · " + p.Title + "\n" + a.Note), Class: p.Recipe().Class, Source: matter.FromPractice, Category: p.Category,
		Place: in.Place, Unit: in.Unit, Public: true, Lead: in.Lead}
	if err := reg.Do(tx, by(tree, who, in.Unit)); err != nil {
		return err
	}
	a.Matter, a.MatterNo = reg.ID, reg.Number
	in.ID, in.Number = a.ID, reg.Number
	if err := insertAdoption(tx, a); err != nil {
		return err
	}
	if err := event.Record(tx, who, event.Fact{Kind: "adoption." + EventAdopt, Subject: a.Ref(), About: p.Ref(), To: a.State, Data: struct {
		Practice string `json:"practice"`
		Matter   string `json:"matter"`
		In       *Adopt `json:"in"`
	}{p.Number, a.MatterNo, in}}); err != nil {
		return err
	}
	if !in.planned() {
		return nil
	}
	s, err := a.slots(tx, in.Deadline)
	if err != nil {
		return err
	}
	s.Owner, s.Acceptors = in.Owner, in.Acceptors
	return matter.SubmitPlan{Matter: a.Matter, Plan: s}.Do(tx, who)
}

// by is in whose name the matter is registered and assigned: his own where he may, else that of the program, because who adopts for his unit has
// decided no more than that.
func by(tree *org.Tree, who access.Person, unit string) access.Person {
	t := access.Thing{Kind: "matter", Unit: tree.Path(unit)}
	if who.Can(access.MatterRegister, t) && who.Can(access.AssignmentMake, t) {
		return who
	}
	return access.System("practice")
}

// adoption checks what was typed.
func (in *Adopt) adoption(tx *db.Tx, who access.Person, p Practice, tree *org.Tree) (Adoption, error) {
	a := Adoption{ID: id.V7(tx.Now), Version: 1, Practice: p.ID, Unit: in.Unit, UnitPath: tree.Path(in.Unit), Lead: in.Lead, RecipeJSON: p.RecipeJSON, AdoptedAt: tx.Millis(), AdoptedBy: who.ID}
	var err error
	if a.State, err = AdoptionCycle.Next("", EventAdopt); err != nil {
		return a, err
	}
	var f fault.Form
	a.Note = f.Text("note", in.Note, 0, MaxText, "fault.required")
	for field, code := range map[string]string{"unit": in.Unit, "lead": in.Lead} {
		if u, ok := tree.Get(code); !ok || !u.Active {
			f.Add(field, "fault.choice")
		}
	}
	if in.Unit == p.Unit && (in.Place == "" || org.NormalCode(in.Place) == p.Place) {
		f.Add("unit", "practice.adopt.same")
	}
	if err := f.Err(); err != nil {
		return a, err
	}
	n, err := db.One[int](tx, `SELECT COUNT(*) FROM practice_adoption WHERE practice = $1 AND unit = $2 AND state = 'running'`, p.ID, in.Unit)
	if err == nil && n > 0 {
		err = fault.New(fault.Conflict, "practice.adopt.twice")
	}
	return a, err
}

// slots is the plan that an adoption begins with today.
func (a Adoption) slots(tx *db.Tx, deadline clock.Day) (matter.Slots, error) {
	cal, err := org.Calendar(tx)
	if err != nil {
		return matter.Slots{}, err
	}
	return parsed[Recipe](a.RecipeJSON).Slots(tx.Today(), deadline, cal.ThisOrNextWorkday), nil
}

// PlanFor is the plan that a matter begins with because it was adopted; false where it was not.
func PlanFor(tx *db.Tx, matterID string) (matter.Slots, bool, error) {
	a, err := OfAdopted(tx, matterID)
	if err != nil || a == nil {
		return matter.Slots{}, false, err
	}
	s, err := a.slots(tx, "")
	return s, true, err
}

// init lets results flow back.
func init() {
	matter.OnMove(follow)
}

// follow notes what came of an adoption when its matter is over, and takes it back when that is opened again.
func follow(tx *db.Tx, _ access.Person, m matter.Moved) error {
	ev := map[string]string{matter.EventClose: EventFinish, matter.EventDecline: EventGiveUp, matter.EventCancel: EventGiveUp, matter.EventReopen: EventAgain,
		matter.EventRelapse: EventAgain}[m.Event]
	if ev == "" {
		return nil
	}
	a, err := db.Maybe[Adoption](tx, `SELECT * FROM practice_adoption WHERE matter = $1`+tx.ForUpdate(), m.After.ID)
	if err != nil || a == nil || ev == EventAgain && a.State == Running {
		return err
	}
	who, from := access.System("practice"), a.State
	if err := who.May(tx, access.PracticeSystem, access.Thing{Kind: AdoptionKind, ID: a.ID, Unit: a.UnitPath}); err != nil {
		return err
	}
	if a.State, err = AdoptionCycle.Next(a.State, ev); err != nil {
		return err
	}
	a.OverAt, a.Verdict, a.Reason, a.FiguresJSON, a.Relapses = tx.Millis(), "", "", "", m.After.Relapses
	switch ev {
	case EventFinish:
		figures, err := figuresOf(tx, m.After)
		if err != nil {
			return err
		}
		a.Verdict, a.FiguresJSON = m.After.Verdict, packed(figures)
	case EventGiveUp:
		a.Reason = m.After.EndReason
	case EventAgain:
		a.OverAt = 0
	}
	if err := updateAdoption(tx, a); err != nil {
		return err
	}
	return event.Record(tx, who, event.Fact{Kind: "adoption." + ev, Subject: a.Ref(), About: event.Ref{Kind: RefKind, ID: a.Practice}, From: from, To: a.State, Data: struct {
		Matter  string `json:"matter"`
		Verdict string `json:"verdict,omitempty"`
		Reason  string `json:"reason,omitempty"`
	}{a.MatterNo, a.Verdict, a.Reason}})
}
