package supervise

import (
	"sanwen/internal/base/access"
	"sanwen/internal/base/duty"
	"sanwen/internal/base/event"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/id"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/voice"
	"sanwen/internal/work/voice/core"
)

func init() {
	org.FollowMoves(pathColumns...)
	duty.OnRung(duty.RungRed, draftOrder)
	duty.OnRung(duty.RungTalk, callTalk)
	for kind, find := range map[string]func(tx *db.Tx, id string) (access.Thing, error){
		RefKind: func(tx *db.Tx, id string) (access.Thing, error) {
			o, err := find(tx, id, "")
			if err != nil {
				return access.Thing{}, err
			}
			return ThingOf(tx, o)
		},
		WhistleKind: func(tx *db.Tx, id string) (access.Thing, error) {
			w, err := findWhistle(tx, id, "")
			return w.Thing(), err
		},
	} {
		duty.RegisterThing(kind, find)
	}
}

// pressed reports whether an act of the ladder supervises: a department owes what employees were promised. The union's own office is
// reminded and not supervised by itself, and what is restricted has its own officers.
func pressed(f *duty.Firing) bool {
	return f.Of.Department() && f.Restricted == "" && f.Of.Kind.Ladder()[0] == duty.RungRemind
}

// subjectOf fills in what a firing is about.
func subjectOf(tx *db.Tx, f *duty.Firing) (o Order, err error) {
	switch f.SubjectKind {
	case "matter":
		m, err := matter.Find(tx, f.SubjectID)
		if err != nil {
			return o, err
		}
		aboutMatter(&o, m)
	case voice.RefKind:
		v, err := core.Find(tx, f.SubjectID, "")
		if err != nil {
			return o, err
		}
		aboutVoice(&o, v)
	}
	o.Unit, o.LeadPath, o.UnitPath = f.Of.Unit, f.Path, f.Thing.Unit
	if o.UnitPath == "" {
		o.UnitPath = f.Path
	}
	return o, nil
}

// draftOrder writes a draft for the supervising office when a promise is overdue. Nothing leaves the office by that.
func draftOrder(tx *db.Tx, who access.Person, f *duty.Firing) error {
	if !pressed(f) {
		return nil
	}
	o, err := subjectOf(tx, f)
	if err != nil || o.SubjectKind == "" {
		return err
	}
	o.ID, o.Version, o.Round, o.Grade, o.Basis, o.Duty = id.V7(tx.Now), 1, 1, duty.Red, BasisOverdue, f.Duty
	o.Due0, o.DraftedAt, o.DraftedBy = f.Due.Day(tx.Zone()), tx.Millis(), who.ID
	s := &step{tx: tx, who: who, o: o}
	if err := s.move(EventDraft); err != nil {
		return err
	}
	fresh, err := insertOrder(tx, s.o, f.Thing)
	if err != nil || !fresh {
		return err
	}
	return s.record(EventDraft, nil)
}

// Talk is a leader's talk with the head of a department (约谈).
type Talk struct {
	ID          string
	State       string // one of [TalkCycle]
	SubjectKind string
	SubjectID   string
	SubjectNo   string
	Title       string
	Duty        string
	Unit        string
	LeadPath    access.Path
	UnitPath    access.Path
	Leader      string // who is to hold it, or empty: any leader of the unit
	CalledAt    clock.Millis
	HeldAt      clock.Millis
	HeldBy      string
	Text        string
}

const talkColumns = `id, state, subject_kind, subject_id, subject_no, title, duty, unit, lead_path, unit_path, leader, called_at, held_at, held_by, text`

// TalkKind is the kind of a talk as the subject of facts and duties.
const TalkKind = "talk"

// Ref is the talk as the subject of facts and duties.
func (t Talk) Ref() event.Ref { return event.Ref{Kind: TalkKind, ID: t.ID} }

func (t Talk) thing() access.Thing {
	return access.Thing{Kind: TalkKind, ID: t.ID, Unit: t.UnitPath, Lead: t.LeadPath, Sponsor: t.Leader}
}

// callTalk calls for a talk when a promise has been overdue for long.
func callTalk(tx *db.Tx, who access.Person, f *duty.Firing) error {
	if !pressed(f) {
		return nil
	}
	o, err := subjectOf(tx, f)
	if err != nil || o.SubjectKind == "" {
		return err
	}
	t := Talk{ID: id.V7(tx.Now), SubjectKind: o.SubjectKind, SubjectID: o.SubjectID, SubjectNo: o.SubjectNo, Title: o.Title, Duty: f.Duty,
		Unit: o.Unit, LeadPath: o.LeadPath, UnitPath: o.UnitPath, Leader: f.Thing.Sponsor, CalledAt: tx.Millis()}
	if t.State, err = TalkCycle.Next("", EventCall); err != nil {
		return err
	}
	if err := insertTalk(tx, t); err != nil {
		return err
	}
	_, err = duty.Owe(tx, who, duty.New{Kind: duty.TalkHeld, Subject: t.Ref(), Path: t.UnitPath, Role: access.Leader, Person: t.Leader})
	if err != nil {
		return err
	}
	return event.Record(tx, who, event.Fact{Kind: "talk.called", Subject: t.Ref(), About: o.Subject(), To: t.State, Data: t})
}

// HoldTalk writes down a talk that was held.
type HoldTalk struct {
	Talk string `json:"talk"`
	Text string `json:"text"` // what was said and agreed
}

// Do writes it down. Errors: access, Invalid without words, Conflict where it was held before.
func (in HoldTalk) Do(tx *db.Tx, who access.Person) error {
	t, _, err := access.Reach(tx, who, access.TalkHold, in.Talk, tx.ForUpdate(), findTalk, talkThing)
	if err != nil {
		return err
	}
	if err := can(TalkCycle, t.State, EventHold); err != nil {
		return err
	}
	var f fault.Form
	words := text(&f, "text", in.Text, 4, MaxText)
	if err := f.Err(); err != nil {
		return err
	}
	from, err := event.StateOf(tx, t.Ref())
	if err != nil {
		return err
	}
	if err := holdTalk(tx, t.ID, tx.Millis(), who.ID, words); err != nil {
		return err
	}
	if _, err := duty.Discharge(tx, who, t.Ref(), duty.TalkHeld, duty.Done); err != nil {
		return err
	}
	return event.Record(tx, who, event.Fact{Kind: "talk.held", Subject: t.Ref(), About: event.Ref{Kind: t.SubjectKind, ID: t.SubjectID}, From: from, To: TalkOver, Data: in})
}

func findTalk(tx *db.Tx, key, lock string) (Talk, error) {
	return db.Need[Talk](tx, "supervise.unknown", `SELECT `+talkColumns+` FROM supervise_talk WHERE id = $1`+lock, key)
}

func talkThing(_ *db.Tx, t Talk) (access.Thing, error) { return t.thing(), nil }
