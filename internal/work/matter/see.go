package matter

import (
	"slices"

	"sanwen/internal/base/access"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/matter/chain"
)

// Get reads a matter by id or number for somebody who may see it.
func Get(tx *db.Tx, who access.Person, key string) (Matter, access.Thing, error) {
	return access.Reach(tx, who, access.MatterSee, key, "", byKey, ThingOf)
}

// Find reads a matter by id or number for capabilities above, which ask for themselves.
func Find(tx *db.Tx, key string) (Matter, error) { return byKey(tx, key, "") }

// EventsFor lists the events that the person may bring about in the matter's state, by permission and by the separation of
// hands; other guards are told when he tries. Events of the program are left out.
func EventsFor(who access.Person, m Matter, t access.Thing) []string {
	var out []string
	for _, mv := range Cycle.Events(m.State) {
		switch mv.Event {
		case EventRated, EventReturn, EventAssign, EventReopen, EventRelapse:
			continue // brought about by another capability
		case EventStartQuick:
			if m.Class != Quick {
				continue
			}
		case EventHeadSign, EventHeadBack, EventFinanceSign, EventFinanceBack, EventTopSign, EventTopBack:
			if !hands[mv.Event].Takes(m.Review) {
				continue
			}
		case EventApprove, EventReturnPlan, EventReturnChange:
			if m.Review != chain.Office {
				continue
			}
		case EventSubmitPlan:
			if m.Class == Quick && m.State == Assigned {
				continue
			}
		}
		if who.Can(mv.Action, t) && handsFree(m, who, mv.Event) && !slices.Contains(out, mv.Event) {
			out = append(out, mv.Event)
		}
	}
	return out
}

// handsFree reports whether the separation of hands lets the person bring the event about.
func handsFree(m Matter, who access.Person, ev string) bool {
	switch ev {
	case EventApprove, EventReturnPlan, EventReturnChange, EventHeadSign, EventHeadBack, EventFinanceSign, EventFinanceBack, EventTopSign, EventTopBack:
		return who.ID != m.Author
	case EventPass, EventFail, EventLookBack:
		return checkInspector(m, who) == nil
	case EventClose:
		return checkCloser(m, who) == nil && m.Verdict != Disputed
	case EventGrant, EventRefuse, EventPause, EventCarry, EventDecline:
		return outside(m, who) == nil
	}
	return true
}

// MayDecideMore reports whether the person may decide on the extension that waits, if one does: max is how many the
// supervisor decides on.
func MayDecideMore(who access.Person, m Matter, t access.Thing, max int) bool {
	a := access.MatterExtend
	if ExtensionLevel(m.Extensions, max) == access.Leader {
		a = access.MatterExtendTop
	}
	return m.State == Executing && who.Can(a, t) && outside(m, who) == nil
}

// PhotosOf lists the pictures of a matter, oldest first.
func PhotosOf(tx *db.Tx, matter string) ([]Photo, error) {
	return db.All[Photo](tx, `SELECT * FROM matter_photo WHERE matter = $1 ORDER BY at, hash`, matter)
}

// PlanOf reads the plan in force of a matter; the empty plan where there is none.
func PlanOf(tx *db.Tx, m Matter) (Plan, error) { return planOf(tx, m.ID, m.PlanVersion) }
