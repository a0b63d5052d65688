package assignment

import (
	"sanwen/internal/base/access"
	"sanwen/internal/base/duty"
	"sanwen/internal/base/event"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/id"
)

// End finishes the running assignment of a subject, if there is one. It is called by the capability that finishes the
// subject and that has asked for the permission of doing so.
func End(tx *db.Tx, who access.Person, ref event.Ref, outcome string) error {
	old, err := Open(tx, ref)
	if err != nil || old == nil {
		return err
	}
	a, err := open(tx, ref, 0)
	if err != nil {
		return err
	}
	to, err := Cycle.Next(a.State, EventEnd)
	if err != nil {
		return err
	}
	before := a.State
	a.State, a.EndedAt, a.Outcome = to, tx.Millis(), outcome
	if err := update(tx, &a); err != nil {
		return err
	}
	if err := closeOwnerless(tx, ref, a.EndedAt); err != nil {
		return err
	}
	for _, k := range []duty.Kind{duty.Sign, duty.Adjudicate} {
		if _, err := duty.Discharge(tx, who, ref, k, duty.Cancelled); err != nil {
			return err
		}
	}
	return record(tx, who, "assignment.ended", a, before, nil)
}

// Resume gives a subject that was finished and is opened again back to the unit that had it last, signed: there is
// nothing to argue about whose it is. It is called by the capability that opens it.
func Resume(tx *db.Tx, who access.Person, ref event.Ref) error {
	all, err := Of(tx, ref)
	if err != nil || len(all) == 0 || all[len(all)-1].EndedAt == 0 {
		return err
	}
	to, err := Cycle.Next("", EventResume)
	if err != nil {
		return err
	}
	old, now := all[len(all)-1], tx.Millis()
	co, err := CoOf(tx, old.ID)
	if err != nil {
		return err
	}
	a := Assignment{ID: id.V7(tx.Now), SubjectKind: ref.Kind, SubjectID: ref.ID, State: to, Version: 1, Lead: old.Lead, LeadPath: old.LeadPath,
		FirstReceiver: old.FirstReceiver, Rule: old.Rule, AssignedAt: now, AssignedBy: who.ID, SignDue: now}
	if err := insert(tx, a); err != nil {
		return err
	}
	a.SignedAt, a.Returns = now, old.Returns
	if err := update(tx, &a); err != nil {
		return err
	}
	if err := replaceCo(tx, a.ID, co); err != nil {
		return err
	}
	return record(tx, who, "assignment.resumed", a, "", nil)
}

// RunAutoSign signs, in the name of the program, what nobody signed within its working day: the clock has been running
// since the voice came in, so waiting gains nothing. At most 100 at a time; it tells how many it signed.
func RunAutoSign(tx *db.Tx) (int, error) {
	who := access.System("assignment.auto_sign")
	due, err := Unsigned(tx, tx.Millis(), 100)
	if err != nil {
		return 0, err
	}
	for _, a := range due {
		s, h, err := load(tx, a.Subject())
		if err != nil {
			return 0, err
		}
		if err := who.May(tx, access.AssignmentSystem, s.Thing); err != nil {
			return 0, err
		}
		a, err := open(tx, a.Subject(), 0)
		if err != nil {
			return 0, err
		}
		if a.State != Assigned {
			continue // signed or returned by somebody else while this waited for the row
		}
		if err := signed(tx, who, s, h, a, EventAutoSign, "assignment.auto_signed", nil); err != nil {
			return 0, err
		}
	}
	return len(due), nil
}

// Proposal is what the responsibility catalogue says about a thing, without units that may not get it.
type Proposal struct {
	Lead    string
	Co      []string
	Class   clock.Class
	Rule    string
	Recused bool // the catalogue's lead is named in the thing; somebody has to choose another
}

// Propose asks the catalogue for lead, helping units and time class of a category at a place. Recused units are taken
// out; a recused lead leaves the lead empty.
func Propose(tx *db.Tx, category, place string, named []access.Path) (Proposal, error) {
	p, err := org.Propose(tx, category, place)
	if err != nil {
		return Proposal{}, err
	}
	out := Proposal{Lead: p.Lead, Class: p.Class, Rule: p.Rule}
	if p.Lead != "" {
		u, err := org.UnitByCode(tx, p.Lead)
		if err != nil {
			return out, err
		}
		if Recused(u.Path, named) {
			out.Lead, out.Rule, out.Recused = "", "", true
		}
	}
	for _, c := range p.Co {
		u, err := org.UnitByCode(tx, c)
		if err != nil {
			return out, err
		}
		if !Recused(u.Path, named) && c != out.Lead {
			out.Co = append(out.Co, c)
		}
	}
	return out, nil
}

// units looks the codes up and passes them through the gate.
func units(tx *db.Tx, lead string, co []string, named []access.Path) (Co, []Co, error) {
	var f fault.Form
	find := func(field, code string) Co {
		if code == "" {
			return Co{}
		}
		u, err := org.UnitByCode(tx, code)
		if err != nil {
			f.Add(field, "assignment.lead.unknown", code)
			return Co{}
		}
		if !u.Active {
			f.Add(field, "assignment.lead.inactive", code)
		}
		return Co{Unit: u.Code, Path: u.Path}
	}
	l := find("lead", lead)
	var cs []Co
	for _, c := range co {
		if c == "" {
			continue
		}
		cs = append(cs, find("co", c))
	}
	if err := f.Err(); err != nil {
		return l, cs, err
	}
	return l, cs, checkUnits(l, cs, named)
}

func signDue(tx *db.Tx) (clock.Millis, error) {
	cal, err := org.Calendar(tx)
	if err != nil {
		return 0, err
	}
	days, err := org.Int(tx, org.SignDays)
	if err != nil {
		return 0, err
	}
	due, _ := cal.DueAfterWorkingDays(tx.Now, days)
	return clock.MillisOf(due), nil
}

func oweSign(tx *db.Tx, who access.Person, s Subject, a Assignment) error {
	_, err := duty.Owe(tx, who, duty.New{Kind: duty.Sign, Subject: s.Ref, Unit: a.Lead, Path: a.LeadPath,
		Role: access.Handler, Round: s.Round, Restricted: s.Thing.Restricted}) // the term of the kind: the setting sign.days
	return err
}

// learn writes an adjudication into the responsibility catalogue, so that the same thing is not sent wrongly again.
func learn(tx *db.Tx, s Subject, in Adjudicate) error {
	p, err := org.Propose(tx, s.Category, s.Place)
	if err != nil {
		return err
	}
	if p.Lead == in.Lead || s.Category == "" {
		return nil
	}
	old, err := db.Maybe[int](tx, `SELECT version FROM org_rule WHERE category = $1 AND place = $2 AND active = 1`, s.Category, s.Place)
	if err != nil {
		return err
	}
	rule := org.SetRule{Category: s.Category, Place: s.Place, Lead: in.Lead, Co: in.Co, Class: p.Class, Basis: in.Basis}
	if old != nil {
		rule.Version = *old
	}
	_, err = rule.Do(tx, access.System("assignment.adjudicate"))
	return err
}

// verdict tells whether a return was right: it was, when another unit has it now.
func verdict(returnedBy, lead string) string {
	if returnedBy == lead {
		return "no"
	}
	return "yes"
}

// record writes the fact about the assignment itself; the subject is what it is about, so that its timeline shows it.
func record(tx *db.Tx, who access.Person, kind string, a Assignment, from string, data any) error {
	ref := a.Subject()
	return event.Record(tx, who, event.Fact{Kind: kind, Subject: a.Ref(), About: ref, From: from, To: a.State,
		Data: struct {
			Lead    string `json:"lead"`
			Returns int64  `json:"returns,omitempty"`
			In      any    `json:"in,omitempty"`
		}{a.Lead, a.Returns, data}})
}
