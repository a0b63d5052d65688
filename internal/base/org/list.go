package org

import (
	"slices"
	"strings"

	"sanwen/internal/base/access"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
)

// EachPerson calls fn for everybody, whoever has left too, in the order of employee numbers.
func EachPerson(tx *db.Tx, fn func(Person) error) error {
	return db.Each(tx, fn, `SELECT `+personColumns+` FROM org_person ORDER BY employee_no`)
}

// Places lists all places, active or not, in the order of the page.
func Places(tx *db.Tx) ([]Place, error) {
	m, err := placesOf(tx)
	if err != nil {
		return nil, err
	}
	return slices.Clone(m.sorted), nil
}

// Administrators gives the ids of who holds one of the three administrator roles.
func Administrators(tx *db.Tx) (map[string]bool, error) {
	var roles []string
	for _, r := range access.Administrators() {
		roles = append(roles, string(r))
	}
	in, args := db.In("role", roles, 1)
	ids, err := db.All[string](tx, `SELECT DISTINCT person FROM org_grant WHERE `+in, args...)
	if err != nil {
		return nil, err
	}
	out := map[string]bool{}
	for _, id := range ids {
		out[id] = true
	}
	return out, nil
}

// UsersOf lists the ids of the people at work who use a place, in the order of ids: whoever is asked about it is drawn
// from them.
func UsersOf(tx *db.Tx, place string) ([]string, error) {
	p, err := PlaceByCode(tx, place)
	if err != nil {
		return nil, err
	}
	tree, err := TreeOf(tx)
	if err != nil {
		return nil, err
	}
	var or []string
	w := db.NewWhere().Add("status = 'active'")
	for _, u := range p.UsedBy() {
		if path := tree.Path(u); path != "" {
			from, to := path.Range()
			or = append(or, "path >= "+w.Arg(from)+" AND path < "+w.Arg(to))
		}
	}
	if len(or) == 0 {
		return nil, nil
	}
	cond, args := w.SQL()
	return db.All[string](tx, `SELECT id FROM org_person WHERE `+cond+` AND (`+strings.Join(or, " OR ")+`) ORDER BY id`, args...)
}

// PeopleFilter narrows the list of people.
type PeopleFilter struct {
	Unit   string      // and everything below it
	Query  string      // part of the name, or beginning of the employee number
	Status Status      // empty: everybody who has not left
	Role   access.Role // who holds it
	After  string      // employee number of the last one of the page before
	Limit  int         // 0: 50
}

// FindPeople lists people by employee number, a page at a time.
func FindPeople(tx *db.Tx, f PeopleFilter) ([]Person, error) {
	w := db.NewWhere()
	if f.Status == "" {
		w.Add("p.status <> 'left'")
	} else {
		w.Add("p.status = ?", f.Status)
	}
	if f.Unit != "" {
		u, err := UnitByCode(tx, f.Unit)
		if err != nil {
			return nil, fault.Field("unit", "org.unit.unknown", f.Unit)
		}
		from, to := u.Path.Range()
		w.Add("p.path >= ? AND p.path < ?", from, to)
	}
	if q := strings.TrimSpace(f.Query); q != "" {
		like := db.Within(q)
		w.Add(`(LOWER(p.name) LIKE ? ESCAPE '\' OR p.employee_no >= ? AND p.employee_no < ?)`, like, q, q+"\U0010FFFF")
	}
	if f.Role != "" {
		w.Add("EXISTS (SELECT 1 FROM org_grant g WHERE g.person = p.id AND g.role = ?)", f.Role)
	}
	if f.After != "" {
		w.Add("p.employee_no > ?", f.After)
	}
	if f.Limit <= 0 || f.Limit > 500 {
		f.Limit = 50
	}
	limit := w.Arg(f.Limit)
	cond, args := w.SQL()
	return db.All[Person](tx, `SELECT `+personColumnsOf("p")+` FROM org_person p WHERE `+cond+` ORDER BY p.employee_no LIMIT `+limit, args...)
}

// Holding is a role with who holds it.
type Holding struct {
	Grant
	EmployeeNo string
	Name       string
	Works      string // unit in which the holder works
	Status     Status
}

// Grants lists who holds a role (empty: any), role by role in the order of employee numbers: at most limit of those after
// the given one (zero: from the first on).
func Grants(tx *db.Tx, role access.Role, after Holding, limit int) ([]Holding, error) {
	w := db.NewWhere()
	if role != "" {
		w.Add("g.role = ?", role)
	}
	if after.Role != "" {
		w.Add("(g.role, p.employee_no, g.unit) > (?, ?, ?)", after.Role, after.EmployeeNo, after.Unit)
	}
	most := w.Arg(limit)
	cond, args := w.SQL()
	return db.All[Holding](tx, `SELECT g.person, g.role, g.unit, g.path, g.since, g.granted_by, p.employee_no, p.name, p.unit AS works, p.status
		FROM org_grant g JOIN org_person p ON p.id = g.person WHERE `+cond+` ORDER BY g.role, p.employee_no, g.unit LIMIT `+most, args...)
}
