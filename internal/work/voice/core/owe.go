package core

import (
	"sanwen/internal/base/access"
	"sanwen/internal/base/duty"
	"sanwen/internal/base/event"
	"sanwen/internal/base/org"
	"sanwen/internal/base/org/catalogue"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
)

// Round counts the times that the voice has been taken up: 1, and one more with every reopening.
func Round(v Voice) int64 { return int64(v.Reopens) + 1 }

// OweAnswer makes the unit that has the voice owe first contact and answer; where nobody has it, triage does. The terms
// are those of the topic and run from registration, whoever gets it whenever.
func (s *Step) OweAnswer() error {
	p, err := org.Propose(s.Tx, s.V.Category, s.V.Place)
	if err != nil {
		return err
	}
	first, limit := p.First, p.Limit
	if s.V.Class != "" && s.V.Class != p.Class {
		first, limit = catalogue.ClassTerms(s.V.Class)
	}
	t, err := TermsOf(s.Tx)
	if err != nil {
		return err
	}
	start := s.V.RegisteredAt.At(s.Tx.Zone())
	unit, path, role := s.V.Lead, s.V.LeadPath, access.Handler
	if unit == "" {
		path, role = s.V.UnitPath, Officer(s.V.Restricted)
	}
	var owe []duty.New
	for _, o := range []struct {
		kind duty.Kind
		term org.Term
	}{{duty.FirstContact, first}, {duty.Answer, limit}} {
		due, _ := o.term.Due(t.Cal, start)
		if o.kind == duty.Answer {
			s.V.Due = clock.MillisOf(due)
		}
		done, err := s.owed(o.kind)
		if err != nil {
			return err
		}
		if done {
			if _, err := duty.HandOver(s.Tx, s.Who, s.V.Ref(), duty.Holder{Unit: unit, Path: path, Role: role}, o.kind); err != nil {
				return err
			}
			continue
		}
		n := duty.New{Kind: o.kind, Subject: s.V.Ref(), Unit: unit, Path: path, Role: role, Restricted: s.V.Restricted,
			Class: s.V.Class, Days: o.term.Days, Start: s.V.RegisteredAt, Round: Round(s.V)}
		if n.Days == 0 { // minutes, or no term at all: the time itself
			n.Due = clock.MillisOf(due)
		}
		owe = append(owe, n)
	}
	_, err = duty.OweAll(s.Tx, s.Who, owe...)
	return err
}

// owed reports whether that is owed, or was in the present round. An answer that is not owed any more was not given, or the voice
// would not be here: it came back from what it had been merged into, and is owed again.
func (s *Step) owed(k duty.Kind) (bool, error) {
	ds, err := duty.Of(s.Tx, s.V.Ref())
	if err != nil {
		return false, err
	}
	for _, d := range ds {
		if d.Kind == k && d.Round == Round(s.V) && (d.Open || k != duty.Answer) {
			return true, nil
		}
	}
	return false, nil
}

// Officer is the role that triages voices of a restricted class; the triager for the rest.
func Officer(restricted string) access.Role {
	switch restricted {
	case Discipline:
		return access.DisciplineOfficer
	case Health:
		return access.HealthOfficer
	case Aid:
		return access.WelfareOfficer
	}
	return access.Triager
}

// Discharge ends what the voice owes of the given kinds.
func (s *Step) Discharge(outcome duty.Outcome, kinds ...duty.Kind) error {
	_, err := duty.DischargeKinds(s.Tx, s.Who, s.V.Ref(), outcome, kinds...)
	return err
}

// DischargeAll ends everything that is owed for the voice; nobody of the duty roster is called for it any more.
func (s *Step) DischargeAll(outcome duty.Outcome) error {
	s.V.CalledAt = 0
	return s.Discharge(outcome, duty.Intake, duty.Quarantine, duty.FirstContact, duty.Answer, duty.AcceptHazard, duty.Appeal, duty.Retaliation)
}

// OweIntake makes triage owe the next decision anew, in a new round; the first round's times stay in the figures.
func (s *Step) OweIntake() error {
	t, err := TermsOf(s.Tx)
	if err != nil {
		return err
	}
	days, err := org.Int(s.Tx, org.IntakeDays)
	if err != nil {
		return err
	}
	s.V.Due = t.After(s.Tx.Now, days)
	kind, role := duty.Intake, Officer(s.V.Restricted)
	if s.V.Appeal {
		kind, role = duty.Appeal, access.Supervisor
		if s.V.Restricted == Discipline {
			role = access.DisciplineOfficer
		}
	}
	if _, err := duty.Discharge(s.Tx, s.Who, s.V.Ref(), kind, duty.Cancelled); err != nil {
		return err
	}
	_, err = duty.Owe(s.Tx, s.Who, duty.New{Kind: kind, Subject: s.V.Ref(), Path: s.V.UnitPath, Role: role, Restricted: s.V.Restricted,
		Days: days, Start: clock.MillisOf(s.Tx.Now), Round: Round(s.V)})
	return err
}

// HandOver moves what triage owes.
func (s *Step) HandOver(to duty.Holder) error {
	_, err := duty.HandOver(s.Tx, s.Who, s.V.Ref(), to, duty.Intake, duty.FirstContact, duty.Answer, duty.Appeal)
	return err
}

// SetAside sets the voice aside and makes triage owe a look at it. What it owes from its registration goes on.
func (s *Step) SetAside(why any) error {
	if err := s.Move(EvQuarantine); err != nil {
		return err
	}
	if _, err := duty.Owe(s.Tx, s.Who, duty.New{Kind: duty.Quarantine, Subject: s.V.Ref(), Path: s.V.UnitPath, Role: access.Triager,
		Days: FreeDays, Start: s.Tx.Millis(), Round: Round(s.V)}); err != nil {
		return err
	}
	return s.Save(EvQuarantine, event.Ref{}, why)
}

// Doubt sets a new voice aside because more came in than usual: somebody looks at it before it goes its way.
func Doubt(tx *db.Tx, v Voice) error {
	s, err := Enter(tx, access.System("voice.flood"), v, 0, access.VoiceSystem)
	if err != nil {
		return err
	}
	s.Told = true
	return s.SetAside(struct {
		Voice  string `json:"voice"`
		Reason string `json:"reason"`
	}{v.ID, "flood"})
}
