package access

import (
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
)

// Kind tells how a person is known to the program.
type Kind uint8

const (
	Anonymous Kind = iota // nothing is known about the caller, and nothing is kept
	Receipt               // holds number and code of one voice
	Account               // signed in
	Job                   // the program itself, in a named job
)

// Grant is a role in a unit and everything below it.
type Grant struct {
	Role Role   `json:"role"`
	Unit string `json:"unit"`
	Path Path   `json:"path"`
}

// Person is who acts. The zero value is an anonymous caller.
type Person struct {
	Kind   Kind
	ID     string // person id of an account; the job's name of a Job; else empty
	Name   string
	Unit   string // code of the unit he works in
	Path   Path   // path of that unit
	Grants []Grant
	Voice  string // the voice whose receipt was shown (Receipt)
	Lang   string // preferred language of an account, or empty
}

// Nobody is an anonymous caller.
func Nobody() Person { return Person{} }

// Holder is whoever showed number and code of the voice: its submitter as far as the program can know.
func Holder(voice string) Person { return Person{Kind: Receipt, Voice: voice} }

// System is the program acting by itself in the named job.
func System(job string) Person { return Person{Kind: Job, ID: job} }

// SignedIn reports whether the person has an account.
func (p Person) SignedIn() bool { return p.Kind == Account }

// Has reports whether the person holds the role anywhere. Everybody with an account is an employee.
func (p Person) Has(r Role) bool {
	if r == Employee {
		return p.Kind == Account
	}
	for _, g := range p.Grants {
		if g.Role == r {
			return true
		}
	}
	return false
}

// Scope lists the paths in which the person holds any of the roles.
func (p Person) Scope(roles ...Role) []Path {
	var out []Path
	for _, g := range p.Grants {
		for _, r := range roles {
			if g.Role == r {
				out = append(out, g.Path)
			}
		}
	}
	return out
}

// Class is the role class that an event keeps where the name must not be kept: "anonymous", "receipt", "job" or the
// most telling role of an account.
func (p Person) Class() string {
	switch p.Kind {
	case Receipt:
		return "receipt"
	case Job:
		return "job"
	case Account:
		for _, r := range []Role{SystemAdmin, SecurityAdmin, AuditAdmin, Triager, Supervisor, Auditor, DisciplineOfficer,
			HealthOfficer, WelfareOfficer, Leader, DeptHead, Handler, Inspector, UnitChair, ShiftLeader, Delegate, Custodian} {
			if p.Has(r) {
				return string(r)
			}
		}
		return string(Employee)
	}
	return "anonymous"
}

// Thing is what an action is done to, reduced to what permission depends on. Paths and persons that a thing does not
// have stay empty.
type Thing struct {
	Kind string // "voice", "matter", "place", …
	ID   string

	Unit Path   // unit that the thing is about (a voice's place, a matter's beneficiaries)
	Lead Path   // unit that leads it
	Co   []Path // units that help

	Finance Path // unit that approves its money, empty where there is none to approve

	Submitter string // person who said it, where he gave his name
	Owner     string // person who answers for it
	Author    string // person who wrote the present version
	Sponsor   string // sponsor leader
	Claimant  string // triager who has taken it
	Inspector string // person who is to inspect it
	Voice     string // the voice that a receipt holder must hold

	Restricted   string   // "", "discipline", "health" or "aid"
	NamedPersons []string // recused persons
	NamedUnits   []Path   // recused units with everything below them
	Public       bool     // shown to everybody
}

// May asks whether the person may do a to t and notes in the transaction that somebody asked. It returns nil,
// "access.signin" (Unauthenticated) for a caller who would have to sign in, "access.denied" (Forbidden), or
// "access.unknown" (NotFound) where even the existence of the thing is not for this person.
func (p Person) May(tx *db.Tx, a Action, t Thing) error {
	tx.Asked()
	if p.Can(a, t) {
		return nil
	}
	if p.Kind == Anonymous && !openToCallers(a) {
		return fault.New(fault.Unauthenticated, "access.signin")
	}
	if p.secret(t) {
		return fault.New(fault.NotFound, "access.unknown")
	}
	return fault.New(fault.Forbidden, "access.denied")
}

// Can is May without a transaction, for deciding which buttons a page shows.
func (p Person) Can(a Action, t Thing) bool {
	if p.recused(t) {
		return selfRow(a) && p.self(t)
	}
	for _, r := range rowsOf(a) {
		if r.covers(t) && p.holds(r, t) {
			return true
		}
	}
	return false
}

// Recused reports whether the thing names the person or a unit that he works in or acts for.
func (p Person) Recused(t Thing) bool { return p.recused(t) }

func (p Person) recused(t Thing) bool {
	if p.Kind == Job {
		return false
	}
	for _, id := range t.NamedPersons {
		if id != "" && id == p.ID {
			return true
		}
	}
	for _, u := range t.NamedUnits {
		if p.Path.Under(u) {
			return true
		}
		for _, g := range p.Grants {
			if g.Path.Under(u) {
				return true
			}
		}
	}
	return false
}

func (p Person) self(t Thing) bool {
	switch p.Kind {
	case Receipt:
		return t.Voice != "" && t.Voice == p.Voice
	case Account:
		return t.Submitter != "" && t.Submitter == p.ID
	}
	return false
}

// holds reports whether the person stands in the row's relation to the thing in the row's role.
func (p Person) holds(r Row, t Thing) bool {
	switch r.Relation {
	case Everyone:
		return true
	case Self:
		return p.self(t)
	case Program:
		return p.Kind == Job
	}
	if p.Kind != Account {
		return false
	}
	switch r.Relation {
	case Own:
		return r.Role == Employee || p.Has(r.Role)
	case Owner:
		return p.ID != "" && p.ID == t.Owner && (r.Role == Employee || p.Has(r.Role))
	case Author:
		return p.ID != "" && p.ID == t.Author
	case Sponsor:
		return p.ID != "" && p.ID == t.Sponsor && p.Has(r.Role)
	case Claimant:
		return p.ID != "" && p.ID == t.Claimant && p.Has(r.Role)
	case Assigned:
		return p.ID != "" && p.ID == t.Inspector && p.Has(r.Role)
	case Public:
		return t.Public
	}
	for _, g := range p.Grants {
		if g.Role != r.Role {
			continue
		}
		switch r.Relation {
		case Unit:
			if t.Unit.Under(g.Path) {
				return true
			}
		case Lead:
			if t.Lead.Under(g.Path) {
				return true
			}
		case Finance:
			if t.Finance != "" && t.Finance.Under(g.Path) {
				return true
			}
		case LeadOrCo:
			if t.Lead.Under(g.Path) {
				return true
			}
			for _, c := range t.Co {
				if c.Under(g.Path) {
					return true
				}
			}
		}
	}
	return false
}
