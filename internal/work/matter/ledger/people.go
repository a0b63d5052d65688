package ledger

import (
	"strings"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
)

// Candidate is somebody who can be named in a plan: at work, with an account.
type Candidate struct {
	ID         string
	EmployeeNo string
	Name       string
	Unit       string
	Post       string
}

// Candidates lists who can be named of a unit and what is below it, by employee number.
func Candidates(tx *db.Tx, unit access.Path, limit int) ([]Candidate, error) {
	from, to := unit.Range()
	return db.All[Candidate](tx, `SELECT p.id, p.employee_no, p.name, p.unit, p.post FROM org_person p JOIN login_account a ON a.person = p.id
		WHERE p.path >= $1 AND p.path < $2 AND p.status = 'active' AND a.disabled = 0 ORDER BY p.employee_no LIMIT $3`, from, to, limit)
}

// Named finds the persons that a typed text may mean: by employee number, or everybody with exactly that name, those of the
// unit alone where there are any.
func Named(tx *db.Tx, text string, unit access.Path) ([]org.Person, error) {
	text = strings.TrimSpace(text)
	no, _, _ := strings.Cut(text, " ") // "10020007 王建国" as a list offers it
	if no == "" {
		return nil, nil
	}
	if p, err := org.PersonByNo(tx, no); err == nil {
		return []org.Person{p}, nil
	}
	all, err := org.FindPeople(tx, org.PeopleFilter{Query: text, Limit: 100})
	if err != nil {
		return nil, err
	}
	var same, near []org.Person
	for _, p := range all {
		if p.Name != text {
			continue
		}
		same = append(same, p)
		if p.Path.Under(unit) {
			near = append(near, p)
		}
	}
	if len(near) > 0 {
		return near, nil
	}
	return same, nil
}
