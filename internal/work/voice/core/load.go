package core

import (
	"cmp"
	"errors"

	"sanwen/internal/base/access"
	"sanwen/internal/base/duty"
	"sanwen/internal/base/event"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/work/assignment"
)

// RefKind is the kind of a voice as the subject of facts, duties and assignments.
const RefKind = "voice"

// Ref is the voice as the subject of facts, duties and assignments.
func (v Voice) Ref() event.Ref { return event.Ref{Kind: RefKind, ID: v.ID} }

// ErrFine is a mistake of the program: what the submitter of an anonymous or confidential voice does has to be written in a
// coarse transaction, or a time finer than the hour would be stored.
var ErrFine = errors.New("voice: anonymous and confidential voices are written with db.Coarse")

// ByID finds a voice without asking who wants to know; "voice.unknown" where there is none.
func ByID(tx *db.Tx, id string) (Voice, error) { return Find(tx, id, "") }

// Find finds a voice, or a decoy where there is none: whoever tries what he may do with it is refused as with any voice that was withdrawn.
func Find(tx *db.Tx, id, lock string) (Voice, error) {
	v, err := db.Need[Voice](tx, "voice.unknown", `SELECT `+Columns+` FROM voice WHERE id = $1`+lock, id)
	if err != nil && fault.KindOf(err) == fault.NotFound {
		if d, e := DecoyBy(tx, "id", id); e != nil || d != nil {
			return *cmp.Or(d, &v), e
		}
	}
	return v, err
}

// NamedRow is somebody who must never get the voice.
type NamedRow struct {
	Kind string // "person" or "unit"
	Ref  string // person id or unit code
	Path access.Path
}

// NamedIn lists who is named in a voice.
func NamedIn(tx *db.Tx, voice string) ([]NamedRow, error) {
	return db.All[NamedRow](tx, `SELECT kind, ref, path FROM voice_named WHERE voice = $1 ORDER BY kind, ref`, voice)
}

// ThingOf is the voice as permission sees it.
func ThingOf(tx *db.Tx, v Voice) (access.Thing, error) {
	t := access.Thing{Kind: RefKind, ID: v.ID, Unit: v.UnitPath, Lead: v.LeadPath, Submitter: v.Submitter, Claimant: v.ClaimedBy,
		Owner: v.Officer, Voice: v.Holder(), Restricted: v.Restricted}
	if v.Named {
		rows, err := NamedIn(tx, v.ID)
		if err != nil {
			return t, err
		}
		for _, r := range rows {
			if r.Kind == "person" {
				t.NamedPersons = append(t.NamedPersons, r.Ref)
			} else {
				t.NamedUnits = append(t.NamedUnits, r.Path)
			}
		}
	}
	if v.Lead != "" {
		a, err := assignment.Open(tx, v.Ref())
		if err != nil {
			return t, err
		}
		if a != nil {
			co, err := assignment.CoOf(tx, a.ID)
			if err != nil {
				return t, err
			}
			for _, c := range co {
				t.Co = append(t.Co, c.Path)
			}
		}
	}
	return t, nil
}

// Step is one action on one voice: the locked row, what permission saw, and the state it began in.
type Step struct {
	Tx    *db.Tx
	Who   access.Person
	V     Voice
	Thing access.Thing
	From  string // state in which the step began
	Told  bool   // the submitter is told in the answer to what he sends: there is nothing to hold back
	Aside bool   // the submitter adds to his thread without having seen what others have done meanwhile: nothing of that is shown for it
}

// begin locks the voice, asks for the permission and compares the version that the caller has seen (0: any).
func Begin(tx *db.Tx, who access.Person, id string, version int, a access.Action) (*Step, error) {
	v, err := Find(tx, id, tx.ForUpdate())
	if err != nil {
		tx.Asked()
		return nil, err
	}
	return Enter(tx, who, v, version, a)
}

func Enter(tx *db.Tx, who access.Person, v Voice, version int, a access.Action) (*Step, error) {
	t, err := ThingOf(tx, v)
	if err != nil {
		return nil, err
	}
	if err := who.May(tx, a, t); err != nil {
		return nil, err
	}
	own := who.Kind == access.Receipt || (who.Kind == access.Account && v.Submitter == who.ID)
	if own && v.Level.Hidden() && !tx.Coarse() {
		return nil, ErrFine
	}
	if version != 0 && version != v.Version {
		return nil, fault.New(fault.Conflict, "voice.stale")
	}
	return &Step{Tx: tx, Who: who, V: v, Thing: t, From: v.State}, nil
}

// move moves the voice by an event with one outcome.
func (s *Step) Move(ev string) error {
	to, err := Cycle.Next(s.V.State, ev)
	if err != nil {
		return err
	}
	s.V.State = to
	return nil
}

// moveTo moves the voice by an event with several outcomes.
func (s *Step) MoveTo(ev, to string) error {
	if err := Cycle.To(s.V.State, ev, to); err != nil {
		return err
	}
	s.V.State = to
	return nil
}

// Pending reports whether a refusal has been proposed that a second person has not decided on yet. What was refused before an
// objection is no proposal any more.
func (v Voice) Pending() bool {
	return v.Refusal != "" && v.RefusalBy2 == "" && !v.Appeal && (v.State == InTriage || v.State == Quarantined)
}

// Update writes the row. What others do with an anonymous voice is shown to its holder at the next release, what he does himself at once.
func (s *Step) Update() error {
	if s.V.Level == Anonymous {
		var err error
		switch {
		case s.Told:
		case !s.Own():
			err = keepShown(s.Tx, s.V)
		case !s.Aside:
			err = dropShown(s.Tx, s.V.ID)
		}
		if err != nil {
			return err
		}
	}
	return Update(s.Tx, &s.V)
}

// Save writes the row and records the event. A proposed refusal lapses when the voice goes anywhere else.
func (s *Step) Save(ev string, about event.Ref, data any) error {
	if s.V.State != s.From && s.V.State != Rejected && s.V.RefusalBy2 == "" && !s.V.Appeal {
		s.V.Refusal, s.V.RefusalBy, s.V.RefusalText = "", "", ""
	}
	if err := s.Update(); err != nil {
		return err
	}
	from := s.From
	s.From = s.V.State
	if err := event.Record(s.Tx, s.Who, event.Fact{Kind: "voice." + ev, Subject: s.V.Ref(), About: about, From: from, To: s.V.State, Data: data}); err != nil {
		return err
	}
	if s.V.Parent == "" || Cycle.Over(from) == Cycle.Over(s.V.State) {
		return nil
	}
	return s.whole()
}

// whole closes a split voice when all its parts are over, and opens it again when one of them is.
func (s *Step) whole() error {
	p, err := Find(s.Tx, s.V.Parent, s.Tx.ForUpdate())
	if err != nil {
		return err
	}
	states, err := db.All[string](s.Tx, `SELECT state FROM voice WHERE parent = $1 AND parent <> ''`, p.ID)
	if err != nil {
		return err
	}
	over := true
	for _, st := range states {
		over = over && Cycle.Over(st)
	}
	o := &Step{Tx: s.Tx, Who: s.Who, V: p, From: p.State}
	switch {
	case over && p.State == WasSplit:
		if err := o.Move(EvPartsDone); err != nil {
			return err
		}
		if err := o.DischargeAll(duty.Done); err != nil {
			return err
		}
		o.V.ClosedAt, o.V.ClosedHow = s.Tx.Millis(), PartsDone
		if err := o.Save(EvPartsDone, event.Ref{}, nil); err != nil {
			return err
		}
		return o.LetFollowersGo()
	case !over && p.State == Closed:
		if err := o.Move(EvPartAgain); err != nil {
			return err
		}
		o.V.ClosedAt, o.V.ClosedHow = 0, ""
		return o.Save(EvPartAgain, event.Ref{}, nil)
	}
	return nil
}
