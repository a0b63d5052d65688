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
)

// Whistle is a call of a unit's chair to a department: come and look (吹哨).
type Whistle struct {
	ID         string
	State      string // one of [WhistleCycle]
	Unit       string // who calls
	UnitPath   access.Path
	Called     string // who is called
	LeadPath   access.Path
	Place      string
	Text       string
	SubjectNo  string // number of a matter or voice that it is about, or empty
	BlownAt    clock.Millis
	BlownBy    string
	Due        clock.Millis
	AnsweredAt clock.Millis
	AnsweredBy string
	Comes      clock.Day // when somebody comes, or empty: settled at once
	Answer     string
}

const whistleColumns = `id, state, unit, unit_path, called, lead_path, place, text, subject_no, blown_at, blown_by, due, answered_at, answered_by, comes, answer`

// The states of a whistle; their names are "supervise.whistle_state.<state>".
const (
	Blown    = "blown"
	Answered = "answered"
)

// WhistleKind is the kind of a whistle as the subject of facts and duties.
const WhistleKind = "whistle"

// Ref is the whistle as the subject of facts and duties.
func (w Whistle) Ref() event.Ref { return event.Ref{Kind: WhistleKind, ID: w.ID} }

// Thing is the whistle as permission sees it.
func (w Whistle) Thing() access.Thing {
	return access.Thing{Kind: WhistleKind, ID: w.ID, Unit: w.UnitPath, Lead: w.LeadPath, Author: w.BlownBy}
}

// Late reports whether the department reported in too late, or has not and its time is over: then the call counts against it.
func (w Whistle) Late(now clock.Millis) bool {
	if w.AnsweredAt != 0 {
		return w.AnsweredAt > w.Due
	}
	return now > w.Due
}

// Blow calls a department.
type Blow struct {
	Unit      string `json:"unit"`   // who calls
	Called    string `json:"called"` // who is called
	Place     string `json:"place,omitempty"`
	Text      string `json:"text"`
	SubjectNo string `json:"subject_no,omitempty"`
}

// Do calls; the department owes an answer within one working day. Errors: access (the chair of the calling unit), Invalid for a unit that
// is not there or calls itself.
func (in Blow) Do(tx *db.Tx, who access.Person) error {
	tree, err := org.TreeOf(tx)
	if err != nil {
		return err
	}
	unit, _ := tree.Get(in.Unit)
	if err := who.May(tx, access.WhistleBlow, access.Thing{Kind: WhistleKind, Unit: unit.Path}); err != nil {
		return err
	}
	var f fault.Form
	called, ok := tree.Get(in.Called)
	switch {
	case !ok || !called.Active:
		f.Add("called", "fault.choice")
	case called.Path.Under(unit.Path) || unit.Path.Under(called.Path):
		f.Add("called", "supervise.whistle_self")
	}
	w := Whistle{ID: id.V7(tx.Now), State: Blown, Unit: unit.Code, UnitPath: unit.Path, Called: called.Code, LeadPath: called.Path, Place: in.Place,
		Text: text(&f, "text", in.Text, 4, MaxText), SubjectNo: text(&f, "subject_no", in.SubjectNo, 0, 30), BlownAt: tx.Millis(), BlownBy: who.ID}
	if in.Place != "" {
		if _, err := org.PlaceByCode(tx, in.Place); err != nil {
			f.Add("place", "fault.choice")
		}
	}
	if err := f.Err(); err != nil {
		return err
	}
	d, err := duty.Owe(tx, who, duty.New{Kind: duty.WhistleAnswer, Subject: w.Ref(), Path: w.LeadPath, Role: access.DeptHead})
	if err != nil {
		return err
	}
	owed, err := duty.Get(tx, d)
	if err != nil {
		return err
	}
	w.Due = owed.Due
	if err := insertWhistle(tx, w); err != nil {
		return err
	}
	return event.Record(tx, who, event.Fact{Kind: "whistle.blown", Subject: w.Ref(), To: w.State, Data: in})
}

// ReportIn answers a call (报到).
type ReportIn struct {
	Whistle string    `json:"whistle"`
	Comes   clock.Day `json:"comes,omitempty"` // when somebody comes; empty: settled at once
	Answer  string    `json:"answer"`
}

// Do answers. A late answer is taken and counts as late. Errors: access, Invalid, Conflict where it was answered before.
func (in ReportIn) Do(tx *db.Tx, who access.Person) error {
	w, _, err := access.Reach(tx, who, access.WhistleAnswer, in.Whistle, tx.ForUpdate(), findWhistle, whistleThing)
	if err != nil {
		return err
	}
	if err := can(WhistleCycle, w.State, EventAnswer); err != nil {
		return err
	}
	var f fault.Form
	w.Answer, w.Comes = text(&f, "answer", in.Answer, 4, MaxText), in.Comes
	if in.Comes != "" && (!in.Comes.Valid() || in.Comes < tx.Today()) {
		f.Add("comes", "supervise.due_past")
	}
	if err := f.Err(); err != nil {
		return err
	}
	from, err := event.StateOf(tx, w.Ref())
	if err != nil {
		return err
	}
	w.State, w.AnsweredAt, w.AnsweredBy = Answered, tx.Millis(), who.ID
	if err := answerWhistle(tx, w); err != nil {
		return err
	}
	if _, err := duty.Discharge(tx, who, w.Ref(), duty.WhistleAnswer, duty.Done); err != nil {
		return err
	}
	return event.Record(tx, who, event.Fact{Kind: "whistle.answered", Subject: w.Ref(), From: from, To: w.State, Data: in})
}

func findWhistle(tx *db.Tx, key, lock string) (Whistle, error) {
	return db.Need[Whistle](tx, "supervise.unknown", `SELECT `+whistleColumns+` FROM whistle WHERE id = $1`+lock, key)
}

func whistleThing(_ *db.Tx, w Whistle) (access.Thing, error) { return w.Thing(), nil }
