package core

import (
	"sanwen/internal/base/access"
	"sanwen/internal/ground/clock"
)

// Entry is one piece of the conversation between the submitter and the people who work with his voice.
type Entry struct {
	Voice  string       `db:"voice"`
	N      int64        `db:"n"`
	At     clock.Millis `db:"at"`
	By     string       `db:"by_whom"` // "submitter", "staff" or "program"
	Role   access.Role  `db:"role"`    // of staff; the submitter sees it, not the name
	Unit   string       `db:"unit"`
	Person string       `db:"person"`
	Kind   string       `db:"kind"`
	Text   string       `db:"text"`
	Result string       `db:"result"` // of an answer
	Extra  string       `db:"extra"`  // rule and decider of a "no", day of a promise, door of a refusal, number of a matter
}

// Say appends to the thread in the name of whoever acts.
func (s *Step) Say(e Entry) error {
	_, err := s.SayN(e)
	return err
}

// SayN is Say that returns the number of the entry.
func (s *Step) SayN(e Entry) (int64, error) {
	e.Voice, e.At = s.V.ID, s.Tx.Millis()
	switch {
	case s.Who.Kind == access.Job:
		e.By = "program"
	case s.Own():
		e.By = "submitter"
	default:
		e.By, e.Person, e.Role, e.Unit = "staff", s.Who.ID, access.Role(s.Who.Class()), s.Who.Unit
		if s.V.LeadPath != "" && s.Who.Path.Under(s.V.LeadPath) {
			e.Unit = s.V.Lead
		}
	}
	return AddEntry(s.Tx, e)
}

// Own reports whether the submitter himself acts.
func (s *Step) Own() bool {
	return (s.Who.Kind == access.Receipt && s.Who.Voice == s.V.Holder()) || (s.Who.Kind == access.Account && s.V.Submitter != "" && s.V.Submitter == s.Who.ID)
}
