package org

import (
	"regexp"
	"slices"
	"strings"

	"sanwen/internal/base/access"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/id"
	"sanwen/internal/ground/lang"
)

// Details is what may be known of a person besides number, name and unit. All of it may be empty.
type Details struct {
	Post        string `json:"post,omitempty"`
	Shift       string `json:"shift,omitempty"`
	Employment  string `json:"employment,omitempty"`
	Phone       string `json:"phone,omitempty"`
	Gender      string `json:"gender,omitempty"`
	BirthYear   int    `json:"birth_year,omitempty"`
	UnionMember string `json:"union_member,omitempty"`
	Delegate    bool   `json:"delegate,omitempty"`
	Account     string `json:"account,omitempty"`
	Remark      string `json:"remark,omitempty"`
	Lang        string `json:"lang,omitempty"`
}

var (
	employeeNo = regexp.MustCompile(`^[0-9A-Za-z][0-9A-Za-z._-]{0,31}$`)
	phone      = regexp.MustCompile(`^\+?[0-9][0-9 -]{4,19}$`)
)

// CheckPerson brings what was typed about a person into its form, sets the path, and notes what is wrong with it.
func CheckPerson(f *fault.Form, p *Person, tree *Tree) {
	p.EmployeeNo = NormalNo(p.EmployeeNo)
	if !employeeNo.MatchString(p.EmployeeNo) {
		f.Add("employee_no", "org.person.no.bad", p.EmployeeNo)
	}
	p.Name = name(f, "name", p.Name, 40, true)
	u, ok := tree.Get(p.Unit)
	if !ok || !u.Active {
		f.Add("unit", "org.unit.unknown", p.Unit)
	}
	p.Path = u.Path
	p.Post = name(f, "post", p.Post, maxName, false)
	p.Shift = name(f, "shift", p.Shift, maxName, false)
	p.Account = name(f, "account", p.Account, 128, false)
	p.Remark = name(f, "remark", p.Remark, 200, false)
	if p.Phone = strings.TrimSpace(p.Phone); p.Phone != "" && !phone.MatchString(p.Phone) {
		f.Add("phone", "org.person.phone.bad", p.Phone)
	}
	if p.Employment != "" && !slices.Contains(Employments(), p.Employment) {
		f.Add("employment", "org.person.employment.unknown", p.Employment)
	}
	if p.BirthYear != 0 && (p.BirthYear < 1900 || p.BirthYear > 2100) {
		f.Add("birth_year", "org.person.birth.bad", p.BirthYear)
	}
	if p.Gender != "" && p.Gender != "m" && p.Gender != "f" {
		f.Add("gender", "org.person.gender.unknown", p.Gender)
	}
	if p.UnionMember != "" && p.UnionMember != "yes" && p.UnionMember != "no" {
		f.Add("union_member", "org.person.union.unknown", p.UnionMember)
	}
	if p.Status == "" {
		p.Status = Active
	}
	if !slices.Contains(Statuses(), p.Status) {
		f.Add("status", "org.person.status.unknown", string(p.Status))
	}
	if p.Lang != "" {
		p.Lang = string(lang.Parse(p.Lang))
	}
}

// NormalBlank takes away blanks around a typed value.
func NormalBlank(s string) string { return strings.TrimSpace(s) }

// NormalNo brings a typed employee number into its form: without blanks, full-width letters and digits made plain.
func NormalNo(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 0xFF01 && r <= 0xFF5E:
			return r - 0xFEE0
		case r == 0x3000 || r == ' ' || r == '\t' || r == '\u00a0':
			return -1
		}
		return r
	}, s)
}

func (p *Person) set(d Details) {
	p.Post, p.Shift, p.Employment, p.Phone, p.Gender, p.BirthYear = d.Post, d.Shift, d.Employment, d.Phone, d.Gender, d.BirthYear
	p.UnionMember, p.Delegate, p.Account, p.Remark, p.Lang = d.UnionMember, d.Delegate, d.Account, d.Remark, d.Lang
}

// AddPerson takes somebody into the organisation.
type AddPerson struct {
	EmployeeNo string `json:"employee_no"`
	Name       string `json:"name"`
	Unit       string `json:"unit"`
	Details
}

// Do adds the person and returns the id.
func (in AddPerson) Do(tx *db.Tx, who access.Person) (string, error) {
	if err := who.May(tx, access.OrgPeople, access.Thing{Kind: KindPerson}); err != nil {
		return "", err
	}
	tree, err := TreeOf(tx)
	if err != nil {
		return "", err
	}
	p := Person{ID: id.V7(tx.Now), EmployeeNo: in.EmployeeNo, Name: in.Name, Unit: in.Unit}
	p.set(in.Details)
	var f fault.Form
	CheckPerson(&f, &p, tree)
	if got, err := db.Maybe[string](tx, `SELECT id FROM org_person WHERE employee_no = $1`, p.EmployeeNo); err != nil {
		return "", err
	} else if got != nil {
		f.Add("employee_no", "org.person.no.taken", p.EmployeeNo)
	}
	if err := f.Err(); err != nil {
		return "", err
	}
	if err := insertPeople(tx, p); err != nil {
		return "", taken(err, "employee_no", "org.person.no.taken", p.EmployeeNo)
	}
	if err := count(tx, tree, p.Unit, 1); err != nil {
		return "", err
	}
	if err := recountPlaces(tx); err != nil {
		return "", err
	}
	// The record is kept for ever, so it names the unit and nothing personal.
	return p.ID, record(tx, who, "person_added", KindPerson, p.ID, map[string]string{"unit": p.Unit})
}

// EditPerson changes what is known of a person, his unit and whether he is at work.
type EditPerson struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Unit   string `json:"unit"`
	Status Status `json:"status"`
	Details
	Confirmed int   `json:"confirmed,omitempty"` // of who leaves: the total of [Impact] that was shown
	Version   int64 `json:"version"`
}

// Do changes the person. Who leaves loses his roles and his places in the duty rosters; the last security administrator
// cannot leave.
func (in EditPerson) Do(tx *db.Tx, who access.Person) error {
	if err := who.May(tx, access.OrgPeople, access.Thing{Kind: KindPerson, ID: in.ID}); err != nil {
		return err
	}
	tree, err := TreeOf(tx)
	if err != nil {
		return err
	}
	old, err := PersonByID(tx, in.ID)
	if err != nil {
		return err
	}
	p := old
	p.Name, p.Unit, p.Status, p.Version = in.Name, in.Unit, in.Status, in.Version
	p.set(in.Details)
	var f fault.Form
	CheckPerson(&f, &p, tree)
	if err := f.Err(); err != nil {
		return err
	}
	if p.Status == Left && old.Status != Left {
		weights, err := Impact(tx, KindPerson, p.ID)
		if err != nil {
			return err
		}
		if n := Total(weights); n != in.Confirmed {
			return fault.New(fault.Conflict, "org.impact.changed", n)
		}
		if err := leave(tx, who, p.ID); err != nil {
			return err
		}
	}
	if err := updatePerson(tx, p); err != nil {
		return err
	}
	if was, is := at(old), at(p); was != is {
		if err := count(tx, tree, was, -1); err != nil {
			return err
		}
		if err := count(tx, tree, is, 1); err != nil {
			return err
		}
		if err := recountPlaces(tx); err != nil {
			return err
		}
	}
	return record(tx, who, "person_changed", KindPerson, p.ID, map[string]any{"fields": Differing(old, p), "unit": p.Unit, "status": p.Status})
}

// at is the unit in which a person counts, empty for who has left.
func at(p Person) string {
	if p.Status == Left {
		return ""
	}
	return p.Unit
}

// Differing names the fields in which two records of a person differ.
func Differing(a, b Person) []string {
	out := []string{}
	for field, differs := range map[string]bool{
		"name": a.Name != b.Name, "unit": a.Unit != b.Unit, "post": a.Post != b.Post, "shift": a.Shift != b.Shift,
		"employment": a.Employment != b.Employment, "phone": a.Phone != b.Phone, "gender": a.Gender != b.Gender,
		"birth_year": a.BirthYear != b.BirthYear, "union_member": a.UnionMember != b.UnionMember, "delegate": a.Delegate != b.Delegate,
		"account": a.Account != b.Account, "status": a.Status != b.Status, "remark": a.Remark != b.Remark, "lang": a.Lang != b.Lang,
	} {
		if differs {
			out = append(out, field)
		}
	}
	slices.Sort(out)
	return out
}

// leave takes away what somebody held who leaves.
func leave(tx *db.Tx, who access.Person, person string) error {
	grants, err := GrantsOf(tx, person)
	if err != nil {
		return err
	}
	for _, g := range grants {
		if err := notTheLast(tx, g.Role, person); err != nil {
			return err
		}
		if _, err := deleteGrant(tx, g.Person, string(g.Role), g.Unit); err != nil {
			return err
		}
	}
	if err := leaveRosters(tx, person); err != nil {
		return err
	}
	for _, fn := range registered(&hooks.left) {
		if err := fn(tx, who, person); err != nil {
			return err
		}
	}
	return nil
}

// notTheLast refuses to take the role of security administrator from the only person who has it: nobody could ever give
// a role again.
func notTheLast(tx *db.Tx, role access.Role, person string) error {
	if role != access.SecurityAdmin {
		return nil
	}
	others, err := db.One[int](tx, `SELECT COUNT(*) FROM org_grant g JOIN org_person p ON p.id = g.person
		WHERE g.role = $1 AND g.person <> $2 AND p.status <> 'left'`, role, person)
	if err == nil && others == 0 {
		err = fault.New(fault.Conflict, "org.grant.last")
	}
	return err
}

// GiveRole grants a role in a unit and below it. The program itself may do so for the first set-up.
type GiveRole struct {
	Person string      `json:"person"`
	Role   access.Role `json:"role"`
	Unit   string      `json:"unit"`
}

// Do grants the role. Refused are: a second of the three administrator roles, an administrator role beside a key to
// sealed identities, and anything for oneself.
func (in GiveRole) Do(tx *db.Tx, who access.Person) error {
	if err := who.May(tx, access.OrgGrant, access.Thing{Kind: KindPerson, ID: in.Person}); err != nil {
		return err
	}
	if in.Person == who.ID {
		return fault.New(fault.Forbidden, "org.grant.self")
	}
	if !in.Role.Valid() || in.Role == access.Employee {
		return fault.Field("role", "org.grant.role", string(in.Role))
	}
	u, err := UnitByCode(tx, in.Unit)
	if err != nil {
		return fault.Field("unit", "org.unit.unknown", in.Unit)
	}
	// The row of the person is the lock under which his roles are read and written.
	p, err := one[Person](tx, "org.person.unknown", in.Person, `SELECT `+personColumns+` FROM org_person WHERE id = $1`+tx.ForUpdate())
	if err != nil {
		return err
	}
	if p.Status == Left {
		return fault.Field("person", "org.person.left")
	}
	grants, err := GrantsOf(tx, in.Person)
	if err != nil {
		return err
	}
	var held []access.Role
	for _, g := range grants {
		held = append(held, g.Role)
	}
	if other := conflicting(held, in.Role); other != "" {
		return fault.Field("role", "org.grant.conflict", lang.Key("role."+string(other)), lang.Key("role."+string(in.Role)))
	}
	n, err := insertGrant(tx, Grant{Person: in.Person, Role: in.Role, Unit: u.Code, Path: u.Path, Since: int64(tx.Millis()), GrantedBy: who.ID})
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.New(fault.Conflict, "org.grant.held")
	}
	return record(tx, who, "role_given", KindPerson, in.Person, in)
}

// TakeRole ends a grant.
type TakeRole struct {
	Person string      `json:"person"`
	Role   access.Role `json:"role"`
	Unit   string      `json:"unit"`
}

// Do ends the grant; the last security administrator stays.
func (in TakeRole) Do(tx *db.Tx, who access.Person) error {
	if err := who.May(tx, access.OrgGrant, access.Thing{Kind: KindPerson, ID: in.Person}); err != nil {
		return err
	}
	if err := notTheLast(tx, in.Role, in.Person); err != nil {
		return err
	}
	n, err := deleteGrant(tx, in.Person, string(in.Role), in.Unit)
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.New(fault.NotFound, "org.grant.none")
	}
	return record(tx, who, "role_taken", KindPerson, in.Person, in)
}

// Rosters lists the kinds of duty rosters: danger, food safety, personal crisis.
func Rosters() []string { return []string{"hazard", "food", "crisis"} }

// SetRoster names the people of a duty roster in the order in which they are called.
type SetRoster struct {
	Kind   string   `json:"kind"`
	People []string `json:"people"` // ids
}

// Do replaces the roster.
func (in SetRoster) Do(tx *db.Tx, who access.Person) error {
	if err := who.May(tx, access.OrgRoster, access.Thing{Kind: "roster", ID: in.Kind}); err != nil {
		return err
	}
	if !slices.Contains(Rosters(), in.Kind) {
		return fault.Field("kind", "org.roster.unknown", in.Kind)
	}
	seen := map[string]bool{}
	for _, p := range in.People {
		got, err := PersonByID(tx, p)
		if err != nil || got.Status == Left {
			return fault.Field("people", "org.person.unknown", p)
		}
		if seen[p] {
			return fault.Field("people", "org.roster.twice", got.Name)
		}
		seen[p] = true
	}
	if err := writeRoster(tx, in.Kind, in.People); err != nil {
		return err
	}
	return record(tx, who, "roster_set", "roster", in.Kind, in)
}
