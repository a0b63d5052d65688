package voice

import (
	"sanwen/internal/base/access"
	"sanwen/internal/base/duty"
	"sanwen/internal/base/event"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/work/assignment"
	"sanwen/internal/work/voice/core"
	"sanwen/internal/work/voice/words"
)

// Rosters of org that are called.
const (
	RosterHazard = "hazard"
	RosterFood   = "food"
)

// callOutNow takes a voice past the queue: class T2H, the unit of the topic leads at once, and the first of the duty roster
// who is not named in the voice is called and has to accept. It is called at registration and by triage.
func callOutNow(tx *db.Tx, v *Voice, a words.Alarm) error {
	s := &core.Step{Tx: tx, Who: access.System("voice.alarm"), V: *v, From: v.State}
	if err := callOut(s, a); err != nil {
		return err
	}
	*v = s.V
	return nil
}

// callOut is callOutNow within a step.
func callOut(s *core.Step, a words.Alarm) error {
	tx := s.Tx
	t, err := core.ThingOf(tx, s.V)
	if err != nil {
		return err
	}
	s.Thing = t
	cat, err := org.CatalogueOf(tx)
	if err != nil {
		return err
	}
	for _, c := range []string{a.Category, map[string]string{words.AlarmFood: "A1"}[a.Kind], "H1"} {
		if _, ok := cat.Category(c); ok && s.V.Category == "" {
			s.V.Category = c
		}
	}
	s.V.Alarm, s.V.Class, s.V.CalledAt = a.Kind, clock.T2H, tx.Millis()
	if s.V.Redaction != "made" { // nobody waits for fine wording when there is danger
		s.V.Redacted, s.V.Redaction = words.RedactSuggest(s.V.Text), "made"
	}
	if s.V.Title == "" {
		s.V.Title = words.Excerpt(s.V.Redacted, core.MaxTitle-1)
	}
	roster, err := rosterOf(tx, a.Kind, t)
	if err != nil {
		return err
	}
	s.V.Officer = ""
	if len(roster) > 0 {
		s.V.Officer = roster[0].ID
	}
	p, err := assignment.Propose(tx, s.V.Category, s.V.Place, t.NamedUnits)
	if err != nil {
		return err
	}
	if s.V.Matter != "" && s.V.State == Linked { // "me too" with words of danger: the matter goes on, the roster is called too
		if err := s.Update(); err != nil {
			return err
		}
	} else if p.Lead != "" {
		if err := s.Update(); err != nil {
			return err
		}
		if err := (assignment.Assign{Subject: s.V.Ref(), Lead: p.Lead, Co: p.Co, Rule: p.Rule}).Do(tx, s.Who); err != nil {
			return err
		}
		if s.V, err = core.Find(tx, s.V.ID, ""); err != nil {
			return err
		}
		s.From = s.V.State
	} else {
		if err := s.MoveTo(core.EvHazard, s.V.State); err != nil {
			return err
		}
		if err := s.OweAnswer(); err != nil {
			return err
		}
		if err := s.Save(core.EvHazard, event.Ref{}, nil); err != nil {
			return err
		}
	}
	return oweAccept(s)
}

func oweAccept(s *core.Step) error {
	n := duty.New{Kind: duty.AcceptHazard, Subject: s.V.Ref(), Path: s.V.UnitPath, Restricted: s.V.Restricted, Class: clock.T2H,
		Start: s.Tx.Millis(), Round: core.Round(s.V)}
	if s.V.Officer != "" {
		n.Person = s.V.Officer
	} else {
		n.Role = access.Triager
	}
	_, err := duty.Owe(s.Tx, s.Who, n)
	return err
}

// rosterOf is who may be called: the roster of the kind, else the hazard roster, without anybody named in the voice.
func rosterOf(tx *db.Tx, kind string, t access.Thing) ([]org.RosterEntry, error) {
	name := RosterHazard
	if kind == words.AlarmFood {
		name = RosterFood
	}
	list, err := org.Roster(tx, name)
	if err == nil && len(list) == 0 {
		list, err = org.Roster(tx, RosterHazard)
	}
	var out []org.RosterEntry
	for _, e := range list {
		if !(access.Person{Kind: access.Account, ID: e.ID, Path: e.Path}).Recused(t) {
			out = append(out, e)
		}
	}
	return out, err
}

// AcceptHazard says "I am on my way": somebody of the duty roster takes the call, and nobody further is called.
type AcceptHazard struct {
	Voice string `json:"voice"`
	Note  string `json:"note,omitempty"`
}

// Do accepts. Errors: access for who is not on the roster; Conflict "voice.hazard.taken" when somebody has accepted.
func (in AcceptHazard) Do(tx *db.Tx, who access.Person) error {
	v, t, err := access.Meet(tx, in.Voice, tx.ForUpdate(), core.Find, core.ThingOf)
	if err != nil {
		return err
	}
	roster, err := rosterOf(tx, v.Alarm, t)
	if err != nil {
		return err
	}
	for _, e := range roster {
		if e.ID == who.ID {
			t.Owner = who.ID
		}
	}
	if err := who.May(tx, access.VoiceAccept, t); err != nil {
		return err
	}
	if v.CalledAt == 0 {
		return fault.New(fault.Conflict, "voice.hazard.taken")
	}
	s := &core.Step{Tx: tx, Who: who, V: v, Thing: t, From: v.State}
	s.V.Officer, s.V.CalledAt = who.ID, 0
	if err := s.Discharge(duty.Done, duty.AcceptHazard); err != nil {
		return err
	}
	if err := s.Say(Entry{Kind: core.EntryNote, Text: core.Clean(in.Note), Extra: "accepted"}); err != nil {
		return err
	}
	return s.Save("accept_hazard", event.Ref{}, nil)
}

// callNext is what the ladder does for a call of danger that nobody has accepted: the next person of the duty roster is called, around
// the roster, until somebody comes. The clock goes on: it is the same duty in other hands.
func callNext(tx *db.Tx, who access.Person, f *duty.Firing) error {
	if f.SubjectKind != RefKind {
		return nil
	}
	v, err := core.Find(tx, f.SubjectID, tx.ForUpdate())
	if err != nil || v.CalledAt == 0 {
		return err
	}
	roster, err := rosterOf(tx, v.Alarm, f.Thing)
	if err != nil || len(roster) == 0 {
		return err
	}
	next := roster[0].ID
	for i, e := range roster {
		if e.ID == v.Officer {
			next = roster[(i+1)%len(roster)].ID
		}
	}
	s := &core.Step{Tx: tx, Who: who, V: v, Thing: f.Thing, From: v.State}
	s.V.Officer, s.V.CalledAt = next, tx.Millis()
	if _, err := duty.HandOver(tx, who, v.Ref(), duty.Holder{Path: f.Of.Path, Unit: f.Of.Unit, Person: next}, duty.AcceptHazard); err != nil {
		return err
	}
	f.Tell(next)
	return s.Save("call_next", event.Ref{}, nil)
}
