package inspect

import (
	"strings"

	"sanwen/internal/base/access"
	"sanwen/internal/base/event"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
)

// Signature is that of the inspected unit under a record, by account. The inspector signs by recording.
type Signature struct {
	Visit  string
	Person string
	At     clock.Millis
	Agrees bool   // false: it sees it otherwise, and says how
	Note   string // what it has to say
}

// Sign signs a record for the inspected unit.
type Sign struct {
	Visit  string `json:"visit"`
	Agrees bool   `json:"agrees"`
	Note   string `json:"note,omitempty"`
}

// Do signs. Errors: access; Forbidden "inspect.sign.own" for who has inspected; Conflict "inspect.sign.twice"; Invalid at the note of
// who does not agree.
func (in Sign) Do(tx *db.Tx, who access.Person) error {
	v, err := Find(tx, in.Visit)
	if err != nil {
		tx.Asked()
		return err
	}
	if err := who.May(tx, access.InspectSign, v.Thing()); err != nil {
		return err
	}
	if v.Person == who.ID {
		return fault.New(fault.Forbidden, "inspect.sign.own")
	}
	old, err := SignatureOf(tx, v.ID)
	if err != nil {
		return err
	}
	if !Cycle.Can(old.State(), EventSign) {
		return fault.New(fault.Conflict, "inspect.sign.twice")
	}
	s := Signature{Visit: v.ID, Person: who.ID, At: tx.Millis(), Agrees: in.Agrees, Note: strings.TrimSpace(in.Note)}
	least := 2
	if s.Agrees {
		least = 0
	}
	var f fault.Form
	length(&f, "note", s.Note, least, MaxText)
	if err := f.Err(); err != nil {
		return err
	}
	from, err := event.StateOf(tx, v.Ref())
	if err != nil {
		return err
	}
	if err := insertSign(tx, s); err != nil {
		return err
	}
	return event.Record(tx, who, event.Fact{Kind: "inspect.signed", Subject: v.Ref(), From: from, To: s.State(), Data: in})
}

// SignatureOf reads the signature of the inspected unit, or nil.
func SignatureOf(tx *db.Tx, visit string) (*Signature, error) {
	return db.Maybe[Signature](tx, `SELECT * FROM visit_sign WHERE visit = $1`, visit)
}
