package access

import "strings"

// Role is what a person is in the organisation's work. A role is always granted for a unit: it holds there and in
// everything below it.
type Role string

// The roles of the field. Names in the catalogue: "role.<value>".
const (
	Employee          Role = "employee"           // everybody, dispatched and contractor workers too
	ShiftLeader       Role = "shift_leader"       // leads a crew of 8–40
	Delegate          Role = "delegate"           // elected to the workers' congress
	UnitChair         Role = "unit_chair"         // trade-union chair of a unit
	Handler           Role = "handler"            // clerk of a department that does the work
	DeptHead          Role = "dept_head"          // head of that department
	Triager           Role = "triager"            // union office: reads what comes in and decides where it goes
	Supervisor        Role = "supervisor"         // supervising office: presses, decides extensions, adjudicates
	Inspector         Role = "inspector"          // measures on site
	Leader            Role = "leader"             // sponsor leader
	Auditor           Role = "auditor"            // audit or discipline inspection: reads, never edits
	Custodian         Role = "identity_custodian" // holds one of two keys to sealed identities
	WelfareOfficer    Role = "welfare_officer"    // aid to families in difficulty
	HealthOfficer     Role = "health_officer"     // occupational health
	DisciplineOfficer Role = "discipline_officer" // discipline inspection: conduct, retaliation
	SystemAdmin       Role = "system_admin"       // configuration and operation
	SecurityAdmin     Role = "security_admin"     // accounts, grants, policy
	AuditAdmin        Role = "audit_admin"        // logs
)

// Roles lists every role in the order in which pages show them.
func Roles() []Role {
	return []Role{Employee, ShiftLeader, Delegate, UnitChair, Handler, DeptHead, Triager, Supervisor, Inspector, Leader,
		Auditor, Custodian, WelfareOfficer, HealthOfficer, DisciplineOfficer, SystemAdmin, SecurityAdmin, AuditAdmin}
}

// Valid reports whether r is a role of the product.
func (r Role) Valid() bool {
	for _, k := range Roles() {
		if k == r {
			return true
		}
	}
	return false
}

// Administrators are the three roles of which one person may hold only one (separation of three administrators, 三员分立).
func Administrators() []Role { return []Role{SystemAdmin, SecurityAdmin, AuditAdmin} }

// Path is a unit's place in the tree: the codes from the root down, each followed by a slash, as in "/G/U01/U01-A/".
// The empty path is no unit.
type Path string

// Under reports whether p is q or lies below it. Everything lies under the root, a thing without a unit too: it belongs
// to the organisation as a whole. Nothing lies under the empty path.
func (p Path) Under(q Path) bool {
	return q != "" && (q.Root() || strings.HasPrefix(string(p), string(q)))
}

// NoUnit is the path of what no unit leads: the empty path would lie under the organisation itself.
const NoUnit Path = "/-/-/"

// Root reports whether p is the organisation itself, as "/G/".
func (p Path) Root() bool { return strings.Count(string(p), "/") == 2 }

// Unit is the code of the unit itself, the last part of its path.
func (p Path) Unit() string {
	s := strings.Trim(string(p), "/")
	return s[strings.LastIndexByte(s, '/')+1:]
}

// Range gives the half-open interval of the texts that lie under p, for an index scan: path >= from AND path < to.
func (p Path) Range() (from, to string) { return string(p), string(p) + "\U0010FFFF" }
