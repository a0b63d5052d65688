package inspect

import (
	"slices"
	"strings"

	"sanwen/internal/base/access"
	"sanwen/internal/base/duty"
	"sanwen/internal/base/event"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
)

// Call is the call of the duty roster for something critical that was measured: somebody has to come within two hours.
type Call struct {
	Visit      string
	Roster     string // "hazard" or "food"
	Person     string // who is called, or who has come; empty where nobody is on the roster
	CalledAt   clock.Millis
	AcceptedAt clock.Millis // 0: nobody has come yet
	Note       string
}

// CallKind is how events name a call: a life of its own beside that of the visit, on whose timeline it is told.
const CallKind = "visit_call"

// tell records what became of a call.
func (c Call) tell(tx *db.Tx, who access.Person, kind, from string, data any) error {
	ref := event.Ref{Kind: CallKind, ID: c.Visit}
	if from != "" {
		var err error
		if from, err = event.StateOf(tx, ref); err != nil {
			return err
		}
	}
	return event.Record(tx, who, event.Fact{Kind: kind, Subject: ref, About: event.Ref{Kind: RefKind, ID: c.Visit}, From: from, To: c.State(), Data: data})
}

// Rosters that are called.
const (
	rosterHazard = "hazard"
	rosterFood   = "food"
)

// rosterFor is who is called for what was found: the roster of food where something of a canteen is critical, else that of danger.
func rosterFor(tx *db.Tx, name string) ([]org.RosterEntry, error) {
	list, err := org.Roster(tx, name)
	if err == nil && len(list) == 0 && name != rosterHazard {
		return org.Roster(tx, rosterHazard)
	}
	return list, err
}

// call calls the first of the roster. Without a roster the triagers of the unit owe it.
func call(tx *db.Tx, who access.Person, v Visit, items []Item) error {
	place, err := org.PlaceByCode(tx, v.Place)
	if err != nil {
		return err
	}
	c := Call{Visit: v.ID, Roster: rosterHazard, CalledAt: tx.Millis()}
	if place.Kind == org.Canteen && slices.ContainsFunc(items, func(i Item) bool { return i.Result == Critical && strings.HasPrefix(i.Code, "CT") }) {
		c.Roster = rosterFood
	}
	list, err := rosterFor(tx, c.Roster)
	if err != nil {
		return err
	}
	n := duty.New{Kind: duty.AcceptHazard, Subject: v.Ref(), Path: v.UnitPath, Class: clock.T2H, Start: tx.Millis(), Role: access.Triager}
	if len(list) > 0 {
		c.Person, n.Person, n.Role = list[0].ID, list[0].ID, ""
	}
	if err := putCall(tx, c); err != nil {
		return err
	}
	if _, err = duty.Owe(tx, who, n); err != nil {
		return err
	}
	return c.tell(tx, who, "inspect.called", "", calledPerson{c.Person})
}

type calledPerson struct {
	Person string `json:"person"`
}

// CallOf reads the call that a visit has set going, or nil.
func CallOf(tx *db.Tx, visit string) (*Call, error) {
	return db.Maybe[Call](tx, `SELECT * FROM visit_call WHERE visit = $1`, visit)
}

// Accept says "I am on my way": somebody of the duty roster takes the call, and nobody further is called.
type Accept struct {
	Visit string `json:"visit"`
	Note  string `json:"note,omitempty"`
}

// Do accepts. Errors: access for who is not on the roster; Conflict "inspect.call.taken" where nobody is called any more.
func (in Accept) Do(tx *db.Tx, who access.Person) error {
	v, err := Find(tx, in.Visit)
	if err != nil {
		tx.Asked()
		return err
	}
	c, err := db.Maybe[Call](tx, `SELECT * FROM visit_call WHERE visit = $1`+tx.ForUpdate(), v.ID)
	if err != nil {
		return err
	}
	t := v.Thing()
	t.Owner = ""
	if c != nil {
		if t.Owner, err = onRoster(tx, *c, who); err != nil {
			return err
		}
	}
	if err := who.May(tx, access.InspectAccept, t); err != nil {
		return err
	}
	if !CallCycle.Can(c.State(), EventAccept) {
		return fault.New(fault.Conflict, "inspect.call.taken")
	}
	c.Person, c.AcceptedAt, c.Note = who.ID, tx.Millis(), strings.TrimSpace(in.Note)
	var f fault.Form
	length(&f, "note", c.Note, 0, MaxText)
	if err := f.Err(); err != nil {
		return err
	}
	if err := putCall(tx, *c); err != nil {
		return err
	}
	if _, err := duty.Discharge(tx, who, v.Ref(), duty.AcceptHazard, duty.Done); err != nil {
		return err
	}
	return c.tell(tx, who, "inspect.accepted", Called, in)
}

// onRoster is the person's id where he is on the roster that is called, else "".
func onRoster(tx *db.Tx, c Call, who access.Person) (string, error) {
	list, err := rosterFor(tx, c.Roster)
	for _, e := range list {
		if e.ID == who.ID {
			return who.ID, err
		}
	}
	return "", err
}

// MayAccept reports whether the reader may take the open call of a visit, for its page.
func MayAccept(tx *db.Tx, who access.Person, v Visit, c *Call) (bool, error) {
	if !CallCycle.Can(c.State(), EventAccept) {
		return false, nil
	}
	t := v.Thing()
	var err error
	t.Owner, err = onRoster(tx, *c, who)
	return err == nil && who.Can(access.InspectAccept, t), err
}

// callNext is what the ladder does for a call that nobody has accepted: the next person of the roster is called, around the roster.
func callNext(tx *db.Tx, who access.Person, f *duty.Firing) error {
	if f.SubjectKind != RefKind {
		return nil
	}
	c, err := db.Maybe[Call](tx, `SELECT * FROM visit_call WHERE visit = $1`+tx.ForUpdate(), f.SubjectID)
	if err != nil || !CallCycle.Can(c.State(), EventNext) {
		return err
	}
	list, err := rosterFor(tx, c.Roster)
	if err != nil || len(list) == 0 {
		return err
	}
	next := list[0].ID
	for i, e := range list {
		if e.ID == c.Person {
			next = list[(i+1)%len(list)].ID
		}
	}
	c.Person, c.CalledAt = next, tx.Millis()
	if err := putCall(tx, *c); err != nil {
		return err
	}
	ref := event.Ref{Kind: RefKind, ID: f.SubjectID}
	if _, err := duty.HandOver(tx, who, ref, duty.Holder{Path: f.Of.Path, Unit: f.Of.Unit, Person: next}, duty.AcceptHazard); err != nil {
		return err
	}
	f.Tell(next)
	return c.tell(tx, who, "inspect.call_next", Called, calledPerson{next})
}

// init follows the ladder and the organisation.
func init() {
	duty.OnRung(duty.RungCall, callNext)
	duty.RegisterThing(RefKind, func(tx *db.Tx, id string) (access.Thing, error) {
		v, err := Find(tx, id)
		return v.Thing(), err
	})
	duty.RegisterThing(WalkKind, func(tx *db.Tx, id string) (access.Thing, error) {
		w, err := FindWalk(tx, id)
		return w.Thing(), err
	})
	org.FollowMoves(pathColumns...)
	org.OnImpact(func(tx *db.Tx, kind, code string) ([]org.Weight, error) {
		if kind != org.KindPerson {
			return nil, nil
		}
		n, err := db.One[int](tx, `SELECT COUNT(*) FROM visit_round WHERE inspector = $1 AND active = 1`, code)
		return []org.Weight{{Key: "inspect.impact", N: n}}, err
	})
}
