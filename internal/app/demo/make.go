package demo

import (
	"context"
	"encoding/json"
	"os"
	"slices"
	"time"

	"sanwen/internal/base/access"
	"sanwen/internal/base/event"
	"sanwen/internal/base/login"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/blob"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/seal"
	"sanwen/internal/work/voice"
)

// House is the installation that the demonstration is made in. Its clock is moved through the year.
type House struct {
	DB     *db.DB
	Keys   *seal.Keys
	Photos *blob.Photos
	Log    *event.Log
	Login  *login.Service
	Clock  *clock.Fake
	Zone   *time.Location
}

// Size is how large the demonstration is to be.
type Size struct {
	People int // of the organisation; 0: [People]
	Voices int // more voices than those of the story, for measuring
}

// SignIn is one account that the demonstration prints. Password is the same for all of them.
type SignIn struct {
	Role     access.Role `json:"role"`
	Number   string      `json:"number"`
	Name     string      `json:"name"`
	Password string      `json:"password"`
}

// Password of every sign-in of the demonstration. It exists only where the demonstration was made.
const Password = "chengchuan-2026"

// Make makes the whole demonstration and returns one sign-in for each role.
func Make(ctx context.Context, h House, size Size) ([]SignIn, error) {
	if size.People == 0 {
		size.People = People
	}
	now := h.Clock.Now()
	h.Clock.Set(now.AddDate(-1, -1, 0))
	cast, err := Organisation(ctx, h.DB, size.People)
	if err != nil {
		return nil, err
	}
	signIns, err := accounts(ctx, h, cast)
	if err != nil {
		return nil, err
	}
	if err := custodians(ctx, h, cast); err != nil {
		return nil, err
	}
	if err := year(ctx, h, cast, now); err != nil {
		return nil, err
	}
	h.Clock.Set(now)
	_, err = h.Log.Checkpoint(ctx)
	return signIns, err
}

// custodians lets those who keep identities make their keys; the password of the demonstration opens them.
func custodians(ctx context.Context, h House, cast Cast) error {
	for _, p := range cast.Holders[access.Custodian] {
		key, _, err := voice.NewKey(ctx, p.ID, Password)
		if err != nil {
			return err
		}
		err = h.DB.Write(ctx, func(tx *db.Tx) error {
			who, err := org.Actor(tx, p.ID)
			if err != nil {
				return err
			}
			return key.Do(tx, who)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// accounts gives everybody who holds a role, and one worker, an account.
func accounts(ctx context.Context, h House, cast Cast) ([]SignIn, error) {
	hash, err := seal.HashPassword(ctx, Password)
	if err != nil {
		return nil, err
	}
	var out []SignIn
	have := map[string]bool{}
	var people []org.Person
	add := func(r access.Role, holders []org.Person) {
		for i, p := range holders {
			if i == 0 {
				out = append(out, SignIn{Role: r, Number: p.EmployeeNo, Name: p.Name, Password: Password})
			}
			if !have[p.ID] {
				have[p.ID] = true
				people = append(people, p)
			}
		}
	}
	if len(cast.Crew) > 0 {
		add(access.Employee, cast.Crew)
	}
	for _, r := range access.Roles() {
		if r != access.Employee {
			add(r, cast.Holders[r])
		}
	}
	for chunk := range slices.Chunk(people, 200) {
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

// SaveSignIns keeps the sign-ins beside the data, so that the demonstration can be served again.
func SaveSignIns(path string, all []SignIn) error {
	b, err := json.MarshalIndent(all, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, b, 0o600)
}

// LoadSignIns reads what SaveSignIns wrote.
func LoadSignIns(path string) ([]SignIn, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var out []SignIn
	return out, json.Unmarshal(b, &out)
}
