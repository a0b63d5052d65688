package access

import (
	"sync"
)

// Action is one thing that can be done. Every action struct of the product asks for exactly one.
type Action string

// Relation is how a person stands to a thing.
type Relation uint8

const (
	Everyone Relation = iota // any caller, signed in or not
	Public                   // an account, and the thing is public
	Own                      // holder of the role anywhere: the action is not bound to a unit
	Self                     // submitter, or holder of the receipt
	Unit                     // role granted over the unit that the thing is about
	Lead                     // role granted over the lead unit
	LeadOrCo                 // role granted over the lead or a helping unit
	Finance                  // role granted over the unit that approves the money of it
	Owner                    // the person who answers for it
	Author                   // who wrote the present version
	Sponsor                  // the sponsor leader of it
	Claimant                 // the triager who took it
	Assigned                 // the inspector named for it
	Program                  // the program itself, in a job
)

// String is the relation's name as the manual and the authorisation table print it.
func (r Relation) String() string {
	return [...]string{"everyone", "public", "own", "self", "unit", "lead", "lead_or_co", "finance", "owner", "author", "sponsor",
		"claimant", "assigned", "program"}[r]
}

// Row is one line of the table: who, in which relation, may do what. Class limits the row to things of that
// restricted class; a row without a class covers unrestricted things only, except for Self, Program and the auditor.
type Row struct {
	Action   Action
	Role     Role
	Relation Relation
	Class    string
}

func (r Row) covers(t Thing) bool {
	if r.Relation == Self || r.Relation == Program || r.Class == "*" {
		return true
	}
	return r.Class == t.Restricted
}

var index = sync.OnceValue(func() map[Action][]Row {
	m := map[Action][]Row{}
	for _, r := range Table {
		m[r.Action] = append(m[r.Action], r)
	}
	return m
})

func rowsOf(a Action) []Row { return index()[a] }

// Known reports whether any row speaks of the action.
func Known(a Action) bool { return len(rowsOf(a)) > 0 }

// Actions lists every action of the table in its order.
func Actions() []Action {
	var out []Action
	seen := map[Action]bool{}
	for _, r := range Table {
		if !seen[r.Action] {
			seen[r.Action] = true
			out = append(out, r.Action)
		}
	}
	return out
}

func selfRow(a Action) bool {
	for _, r := range rowsOf(a) {
		if r.Relation == Self {
			return true
		}
	}
	return false
}

func openToCallers(a Action) bool {
	for _, r := range rowsOf(a) {
		if r.Relation == Everyone || r.Relation == Self {
			return true
		}
	}
	return false
}

// sight is what lets somebody know that a thing exists of which others do not hear.
var sight = map[string]Action{"voice": VoiceSee, "matter": MatterSee}

// secret: a voice is not known to exist to whom it is not open; nor is anything restricted. Whoever sees it learns that something is not his.
func (p Person) secret(t Thing) bool {
	if t.Kind != "voice" && t.Restricted == "" {
		return false
	}
	see, ok := sight[t.Kind]
	return !ok || !p.Can(see, t)
}
