package demo

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"

	"sanwen/internal/base/access"
	"sanwen/internal/base/duty"
	"sanwen/internal/base/login"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/seal"
	"sanwen/internal/work/accept"
	"sanwen/internal/work/voice/show"
)

// chosen is who of the holders of a role is printed.
type chosen struct {
	role   access.Role
	person org.Person
}

// shown names, for roles of which many units have a holder, the unit of the one who is printed: where something happens.
var shown = map[access.Role]string{access.Handler: "D02", access.DeptHead: "D01", access.UnitChair: "U01"}

// accounts gives everybody who holds a role, and one worker, an account, and chooses whose are printed.
func accounts(ctx context.Context, h House, cast Cast) ([]chosen, error) {
	hash, err := seal.HashPassword(ctx, Password)
	if err != nil {
		return nil, err
	}
	me := cast.Me()
	out := []chosen{{access.Employee, me}}
	people := []org.Person{me}
	have := map[string]bool{me.ID: true}
	for _, r := range access.Roles() {
		holders := cast.Holders[r]
		if len(holders) > 0 {
			out = append(out, chosen{r, cast.printed(r, me)})
		}
		for _, p := range holders {
			if !have[p.ID] {
				have[p.ID] = true
				people = append(people, p)
			}
		}
	}
	for chunk := range slices.Chunk(people, 400) {
		err := h.DB.Write(ctx, func(tx *db.Tx) error {
			for _, p := range chunk {
				if err := (login.Provide{Person: p.ID, Hash: hash}).Do(tx, maker); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// printed is the holder of a role who is printed: of the unit where something happens, of the worker's own crew or plant, else
// the first.
func (c Cast) printed(r access.Role, me org.Person) org.Person {
	if u := shown[r]; u != "" {
		if p := c.In(r, u); p.ID != "" {
			return p
		}
	}
	for _, p := range c.Holders[r] {
		if r == access.ShiftLeader && p.Unit == me.Unit {
			return p
		}
	}
	return c.First(r)
}

// signIns says what waits for those who are printed.
func signIns(ctx context.Context, h House, all []chosen) ([]SignIn, error) {
	var out []SignIn
	err := h.DB.Read(ctx, func(tx *db.Tx) error {
		for _, c := range all {
			see, counts, err := first(tx, c)
			if err != nil {
				return err
			}
			out = append(out, SignIn{Role: c.role, Number: c.person.EmployeeNo, Name: c.person.Name, Password: Password, See: see, Counts: counts})
		}
		return nil
	})
	return out, err
}

// first is the key of the sentence on what somebody sees first, and its numbers.
func first(tx *db.Tx, c chosen) (string, []int, error) {
	who, err := org.Actor(tx, c.person.ID)
	if err != nil {
		return "", nil, err
	}
	desk, _, err := duty.Desk(tx, who, duty.DeskFilter{Limit: 200})
	if err != nil {
		return "", nil, err
	}
	late := 0
	for _, d := range desk {
		if d.Light.Color == duty.Red {
			late++
		}
	}
	switch c.role {
	case access.Employee:
		mine, err := show.MyVoices(tx, who, 100)
		if err != nil {
			return "", nil, err
		}
		asked, err := accept.Mine(tx, who)
		return "app.demo_see.employee", []int{len(mine), len(asked)}, err
	case access.Triager:
		n, err := db.One[int](tx, `SELECT COUNT(*) FROM voice WHERE state = 'registered' AND restricted = ''`)
		return "app.demo_see.triager", []int{n, len(desk)}, err
	case access.UnitChair:
		from, to := who.Path.Range()
		n, err := db.One[int](tx, `SELECT COUNT(*) FROM matter WHERE unit_path >= $1 AND unit_path < $2`, from, to)
		return "app.demo_see.unit_chair", []int{n}, err
	case access.ShiftLeader, access.Delegate, access.Auditor, access.Custodian, access.SystemAdmin, access.SecurityAdmin, access.AuditAdmin, access.Leader:
		if len(desk) == 0 || c.role != access.Leader {
			return "app.demo_see." + string(c.role), nil, nil
		}
	}
	return "app.demo_see.desk", []int{len(desk), late}, nil
}

// Save keeps what is offered beside the data, so that the demonstration can be served again.
func (m Made) Save(dir string) error {
	for name, x := range map[string]any{"sign-ins": m.SignIns, "receipts": m.Receipts} {
		b, err := json.MarshalIndent(x, "", "  ")
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, name), append(b, '\n'), 0o600); err != nil {
			return err
		}
	}
	return nil
}

// Load reads what Save wrote.
func Load(dir string) (m Made, err error) {
	for name, x := range map[string]any{"sign-ins": &m.SignIns, "receipts": &m.Receipts} {
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			return m, err
		}
		if err := json.Unmarshal(b, x); err != nil {
			return m, err
		}
	}
	return m, nil
}
