package assignment

import (
	"strings"

	"sanwen/internal/base/access"
	"sanwen/internal/base/duty"
	"sanwen/internal/base/event"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/id"
)

// Assign names the unit that answers for a voice or matter, with its helping units. Also used after a return.
type Assign struct {
	Subject event.Ref `json:"subject"`
	Lead    string    `json:"lead"`
	Co      []string  `json:"co,omitempty"`
	Rule    string    `json:"rule,omitempty"` // responsibility rule that proposed it
	Note    string    `json:"note,omitempty"`
	Version int64     `json:"version,omitempty"` // version of the assignment that was seen, when there is one
}

// Do assigns. Errors: access, Invalid for a recused or unknown unit, Conflict when already assigned.
func (in Assign) Do(tx *db.Tx, who access.Person) error {
	s, h, err := load(tx, in.Subject)
	if err != nil {
		return err
	}
	if err := who.May(tx, access.AssignmentMake, s.Thing); err != nil {
		return err
	}
	var f fault.Form
	checkText(&f, "note", in.Note, 0, MaxNote)
	if err := f.Err(); err != nil {
		return err
	}
	lead, co, err := units(tx, in.Lead, in.Co, s.Thing.NamedUnits)
	if err != nil {
		return err
	}
	old, err := Open(tx, in.Subject)
	if err != nil {
		return err
	}
	if old == nil {
		return in.first(tx, who, s, h, lead, co)
	}
	a, err := open(tx, in.Subject, in.Version)
	if err != nil {
		return err
	}
	return again(tx, who, s, h, a, lead, co, EventAssign, in.Rule, in.Note, in)
}

func (in Assign) first(tx *db.Tx, who access.Person, s Subject, h Host, lead Co, co []Co) error {
	to, err := Cycle.Next("", EventAssign)
	if err != nil {
		return err
	}
	now := tx.Millis()
	due, err := signDue(tx)
	if err != nil {
		return err
	}
	a := Assignment{ID: id.V7(tx.Now), SubjectKind: s.Ref.Kind, SubjectID: s.Ref.ID, State: to, Version: 1,
		Lead: lead.Unit, LeadPath: lead.Path, FirstReceiver: lead.Unit, Rule: in.Rule, Note: strings.TrimSpace(in.Note),
		AssignedAt: now, AssignedBy: who.ID, SignDue: due}
	// A subject that is assigned anew after an earlier assignment has ended keeps the first receiver and the count of
	// its earlier life.
	earlier, err := Of(tx, s.Ref)
	if err != nil {
		return err
	}
	if n := len(earlier); n > 0 {
		a.FirstReceiver, a.Returns = earlier[0].FirstReceiver, earlier[n-1].Returns
	}
	if err := insert(tx, a); err != nil {
		return err
	}
	if err := replaceCo(tx, a.ID, co); err != nil {
		return err
	}
	if len(earlier) == 0 {
		if err := openOwnerless(tx, s.Ref, "", ReasonIntake, s.Start); err != nil {
			return err
		}
	}
	if err := openOwnerless(tx, s.Ref, lead.Unit, ReasonUnsigned, now); err != nil {
		return err
	}
	if err := oweSign(tx, who, s, a); err != nil {
		return err
	}
	if err := record(tx, who, "assignment.assigned", a, "", in); err != nil {
		return err
	}
	return h.Changed(tx, who, Change{Event: EventAssign, After: a, Co: co, Note: a.Note})
}

// again gives an existing assignment to a unit: after a return, or by the supervisor after it was signed.
func again(tx *db.Tx, who access.Person, s Subject, h Host, a Assignment, lead Co, co []Co, ev, rule, note string, data any) error {
	to, err := Cycle.Next(a.State, ev)
	if err != nil {
		return err
	}
	before, now := a, tx.Millis()
	if a.SignDue, err = signDue(tx); err != nil {
		return err
	}
	a.State, a.Lead, a.LeadPath, a.Rule, a.Note = to, lead.Unit, lead.Path, rule, strings.TrimSpace(note)
	a.AssignedAt, a.AssignedBy, a.SignedAt, a.SignedBy, a.AutoSigned = now, who.ID, 0, "", false
	if err := update(tx, &a); err != nil {
		return err
	}
	if err := replaceCo(tx, a.ID, co); err != nil {
		return err
	}
	if ev == EventAssign {
		if err := judgeReturns(tx, s.Ref, before.ReturnedBy, verdict(before.ReturnedBy, lead.Unit)); err != nil {
			return err
		}
	}
	if err := openOwnerless(tx, s.Ref, lead.Unit, ReasonUnsigned, now); err != nil {
		return err
	}
	if _, err := duty.Discharge(tx, who, s.Ref, duty.Sign, duty.Cancelled); err != nil {
		return err
	}
	if err := oweSign(tx, who, s, a); err != nil {
		return err
	}
	kind := "assignment.assigned"
	if ev == EventReassign {
		kind = "assignment.reassigned"
	}
	if err := record(tx, who, kind, a, before.State, data); err != nil {
		return err
	}
	return h.Changed(tx, who, Change{Event: ev, Before: before, After: a, Co: co, Note: a.Note})
}

// Sign says that the lead unit takes it.
type Sign struct {
	Subject event.Ref `json:"subject"`
	Version int64     `json:"version,omitempty"`
}

// Do signs. Errors: access, Conflict when it is not waiting for a signature.
func (in Sign) Do(tx *db.Tx, who access.Person) error {
	s, h, a, err := held(tx, who, access.AssignmentSign, in.Subject, in.Version)
	if err != nil {
		return err
	}
	return signed(tx, who, s, h, a, EventSign, "assignment.signed", in)
}

// held is the assignment in force of a subject, which somebody may do something to as one of the unit that has it.
func held(tx *db.Tx, who access.Person, do access.Action, ref event.Ref, version int64) (s Subject, h Host, a Assignment, err error) {
	if s, h, err = load(tx, ref); err != nil {
		return s, h, a, err
	}
	if a, err = open(tx, ref, version); err != nil {
		return s, h, a, err
	}
	s.Thing.Lead = a.LeadPath
	return s, h, a, who.May(tx, do, s.Thing)
}

func signed(tx *db.Tx, who access.Person, s Subject, h Host, a Assignment, ev, kind string, data any) error {
	to, err := Cycle.Next(a.State, ev)
	if err != nil {
		return err
	}
	before := a
	a.State, a.SignedAt, a.SignedBy, a.AutoSigned = to, tx.Millis(), who.ID, ev == EventAutoSign
	outcome := duty.Done
	if a.AutoSigned {
		outcome = duty.Auto
	}
	if err := update(tx, &a); err != nil {
		return err
	}
	if err := closeOwnerless(tx, s.Ref, a.SignedAt); err != nil {
		return err
	}
	if _, err := duty.Discharge(tx, who, s.Ref, duty.Sign, outcome); err != nil {
		return err
	}
	if err := record(tx, who, kind, a, before.State, data); err != nil {
		return err
	}
	co, err := CoOf(tx, a.ID)
	if err != nil {
		return err
	}
	return h.Changed(tx, who, Change{Event: ev, Before: before, After: a, Co: co})
}

// Return hands a wrongly assigned thing back: by which rule it is not ours, and whose it is.
type Return struct {
	Subject  event.Ref `json:"subject"`
	Rule     string    `json:"rule"`     // written basis of the refusal
	Proposed string    `json:"proposed"` // unit that should have it
	Note     string    `json:"note"`
	Version  int64     `json:"version,omitempty"`
}

// Do returns. The second return goes to the supervisor for a binding decision. Errors: access, Invalid without rule
// or proposed unit, or when the proposed unit is recused.
func (in Return) Do(tx *db.Tx, who access.Person) error {
	s, h, a, err := held(tx, who, access.AssignmentReturn, in.Subject, in.Version)
	if err != nil {
		return err
	}
	most, err := org.Int(tx, org.ReturnsMax)
	if err != nil {
		return err
	}
	ev := returnEvent(a.Returns, most)
	to, err := Cycle.Next(a.State, ev)
	if err != nil {
		return err
	}
	var f fault.Form
	checkText(&f, "rule", in.Rule, 2, MaxRule)
	checkText(&f, "note", in.Note, 0, MaxNote)
	switch u, err := org.UnitByCode(tx, in.Proposed); {
	case in.Proposed == "":
		f.Add("proposed", "assignment.return.proposed")
	case err != nil && fault.KindOf(err) == fault.NotFound:
		f.Add("proposed", "assignment.lead.unknown", in.Proposed)
	case err != nil:
		return err
	case in.Proposed == a.Lead:
		f.Add("proposed", "assignment.return.self")
	case Recused(u.Path, s.Thing.NamedUnits):
		f.Add("proposed", "assignment.lead.recused", in.Proposed)
	}
	if err := f.Err(); err != nil {
		return err
	}
	before := a
	now := tx.Millis()
	a.State, a.Returns, a.ReturnedBy, a.ReturnedAt = to, a.Returns+1, a.Lead, now
	a.ReturnRule, a.ReturnProposed, a.ReturnNote = strings.TrimSpace(in.Rule), in.Proposed, strings.TrimSpace(in.Note)
	if err := update(tx, &a); err != nil {
		return err
	}
	if err := openOwnerless(tx, s.Ref, a.ReturnedBy, ReasonReturned, now); err != nil {
		return err
	}
	if _, err := duty.Discharge(tx, who, s.Ref, duty.Sign, duty.Returned); err != nil {
		return err
	}
	if to == Adjudicating {
		days, err := org.Int(tx, org.AdjudicateDays)
		if err != nil {
			return err
		}
		if _, err := duty.Owe(tx, who, duty.New{Kind: duty.Adjudicate, Subject: s.Ref, Path: s.Thing.Unit,
			Role: access.Supervisor, Days: days, Round: s.Round, Restricted: s.Thing.Restricted}); err != nil {
			return err
		}
	}
	if err := record(tx, who, "assignment.returned", a, before.State, in); err != nil {
		return err
	}
	return h.Changed(tx, who, Change{Event: ev, Before: before, After: a, Note: a.ReturnNote})
}

// Adjudicate is the supervisor's binding decision after the second return: the unit named here has it at once and
// cannot return it. The responsibility catalogue learns the decision.
type Adjudicate struct {
	Subject event.Ref `json:"subject"`
	Lead    string    `json:"lead"`
	Co      []string  `json:"co,omitempty"`
	Basis   string    `json:"basis"` // why, told to every unit that had it
	Version int64     `json:"version,omitempty"`
}

// Do adjudicates. Errors: access, Invalid without a basis or with a recused unit.
func (in Adjudicate) Do(tx *db.Tx, who access.Person) error {
	s, h, err := load(tx, in.Subject)
	if err != nil {
		return err
	}
	if err := who.May(tx, access.AssignmentAdjudicate, s.Thing); err != nil {
		return err
	}
	a, err := open(tx, in.Subject, in.Version)
	if err != nil {
		return err
	}
	to, err := Cycle.Next(a.State, EventAdjudicate)
	if err != nil {
		return err
	}
	var f fault.Form
	checkText(&f, "basis", in.Basis, 2, MaxNote)
	if err := f.Err(); err != nil {
		return err
	}
	lead, co, err := units(tx, in.Lead, in.Co, s.Thing.NamedUnits)
	if err != nil {
		return err
	}
	before, now := a, tx.Millis()
	a.State, a.Lead, a.LeadPath, a.Basis = to, lead.Unit, lead.Path, strings.TrimSpace(in.Basis)
	a.AdjudicatedAt, a.AdjudicatedBy, a.SignedAt, a.SignedBy = now, who.ID, now, who.ID
	if err := update(tx, &a); err != nil {
		return err
	}
	if err := replaceCo(tx, a.ID, co); err != nil {
		return err
	}
	if err := judgeReturns(tx, s.Ref, a.ReturnedBy, verdict(a.ReturnedBy, lead.Unit)); err != nil {
		return err
	}
	if err := closeOwnerless(tx, s.Ref, now); err != nil {
		return err
	}
	if _, err := duty.Discharge(tx, who, s.Ref, duty.Adjudicate, duty.Done); err != nil {
		return err
	}
	if err := learn(tx, s, in); err != nil {
		return err
	}
	if err := record(tx, who, "assignment.adjudicated", a, before.State, in); err != nil {
		return err
	}
	return h.Changed(tx, who, Change{Event: EventAdjudicate, Before: before, After: a, Co: co, Note: a.Basis})
}

// Reassign moves a signed assignment to another unit: the supervisor's way when units change or a binding decision
// proves wrong. The new lead signs again.
type Reassign struct {
	Subject event.Ref `json:"subject"`
	Lead    string    `json:"lead"`
	Co      []string  `json:"co,omitempty"`
	Note    string    `json:"note"`
	Version int64     `json:"version,omitempty"`
}

// Do reassigns. Errors: access, Invalid without a reason or with a recused unit.
func (in Reassign) Do(tx *db.Tx, who access.Person) error {
	s, h, err := load(tx, in.Subject)
	if err != nil {
		return err
	}
	if err := who.May(tx, access.AssignmentAdjudicate, s.Thing); err != nil {
		return err
	}
	a, err := open(tx, in.Subject, in.Version)
	if err != nil {
		return err
	}
	var f fault.Form
	checkText(&f, "note", in.Note, 2, MaxNote)
	if err := f.Err(); err != nil {
		return err
	}
	lead, co, err := units(tx, in.Lead, in.Co, s.Thing.NamedUnits)
	if err != nil {
		return err
	}
	return again(tx, who, s, h, a, lead, co, EventReassign, "", in.Note, in)
}
