package voice

import (
	"sanwen/internal/base/access"
	"sanwen/internal/base/duty"
	"sanwen/internal/base/event"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/assignment"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/voice/core"
)

func init() {
	event.RegisterState(RefKind, `SELECT id, state FROM voice UNION ALL SELECT id, state FROM voice_decoy`) // the record tells of both in the same way
	assignment.Register(RefKind, assignment.Host{Load: hostLoad, Changed: hostChanged})
	matter.OnMove(matterMoved)
	duty.OnRung(duty.RungCall, callNext)
	duty.RegisterThing(RefKind, func(tx *db.Tx, id string) (access.Thing, error) {
		v, err := core.Find(tx, id, "")
		if err != nil {
			return access.Thing{}, err
		}
		return core.ThingOf(tx, v)
	})
	org.FollowMoves(core.PathColumns...)
}

func hostLoad(tx *db.Tx, id string) (assignment.Subject, error) {
	v, err := core.Find(tx, id, tx.ForUpdate())
	if err != nil {
		return assignment.Subject{}, err
	}
	t, err := core.ThingOf(tx, v)
	return assignment.Subject{Ref: v.Ref(), Thing: t, Start: v.RegisteredAt, Category: v.Category, Place: v.Place, Round: core.Round(v)}, err
}

// hostChanged moves the voice with its assignment.
func hostChanged(tx *db.Tx, who access.Person, c assignment.Change) error {
	v, err := core.Find(tx, c.After.SubjectID, tx.ForUpdate())
	if err != nil {
		return err
	}
	s := &core.Step{Tx: tx, Who: who, V: v, From: v.State}
	ev := map[string]string{assignment.EventSign: core.EvSign, assignment.EventAutoSign: core.EvSign, assignment.EventReturn: core.EvReturn,
		assignment.EventReturnAgain: core.EvDispute, assignment.EventAdjudicate: core.EvAdjudicate, assignment.EventReassign: core.EvReassign,
		assignment.EventAssign: core.EvAssign}[c.Event]
	if ev == core.EvAssign && v.CalledAt != 0 {
		ev = core.EvHazard
	}
	if ev == core.EvHazard {
		err = s.MoveTo(ev, Assigned)
	} else {
		err = s.Move(ev)
	}
	if err != nil {
		return err
	}
	s.V.Lead, s.V.LeadPath = c.After.Lead, c.After.LeadPath
	switch ev {
	case core.EvReturn:
		s.V.Lead, s.V.LeadPath, s.V.ClaimedBy = "", "", ""
	case core.EvDispute:
		s.V.Lead, s.V.LeadPath = "", ""
	}
	if ev != core.EvSign {
		if err := s.OweAnswer(); err != nil {
			return err
		}
	}
	return s.Save(ev, event.Ref{}, assigned{Lead: s.V.Lead, Note: c.Note})
}

type assigned struct {
	Lead string `json:"lead,omitempty"`
	Note string `json:"note,omitempty"`
}
