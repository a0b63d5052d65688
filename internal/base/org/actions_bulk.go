package org

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"sanwen/internal/base/access"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/id"
)

// Batch is what a bulk action records: how much it wrote and a digest of it, so that the file it came from can be told
// again. The rows themselves are not recorded, because the record is kept for ever and people leave.
type Batch struct {
	Import string `json:"import,omitempty"`
	Rows   int    `json:"rows"`
	Digest string `json:"digest"`
}

func batch(of string, n int, rows any) (Batch, error) {
	b, err := json.Marshal(rows)
	if err != nil {
		return Batch{}, err
	}
	sum := sha256.Sum256(b)
	return Batch{Import: of, Rows: n, Digest: hex.EncodeToString(sum[:])}, nil
}

func subject(of string) string {
	if of == "" {
		return "bulk"
	}
	return of
}

// PutUnits adds many units at once, parents before their children. Path and version are set here.
type PutUnits struct {
	Units  []Unit
	Import string
}

// Do adds the units.
func (in PutUnits) Do(tx *db.Tx, who access.Person) error {
	if err := who.May(tx, access.OrgEdit, access.Thing{Kind: KindUnit}); err != nil {
		return err
	}
	tree, err := freshTree(tx)
	if err != nil {
		return err
	}
	known := map[string]Unit{}
	for _, u := range tree.All() {
		known[u.Code] = u
	}
	for i := range in.Units {
		u := &in.Units[i]
		var f fault.Form
		code(&f, "code", u.Code)
		if _, taken := known[u.Code]; taken {
			f.Add("code", "org.code.taken", u.Code)
		}
		parent := known[u.Parent]
		checkKind(&f, u.Kind, parent)
		u.NameZh = name(&f, "name_zh", u.NameZh, maxName, true)
		if err := f.Err(); err != nil {
			return err
		}
		u.Path = below(parent.Path, u.Code)
		known[u.Code] = *u
	}
	if err := insertUnits(tx, in.Units...); err != nil {
		return err
	}
	if err := touch(tx, partTree); err != nil {
		return err
	}
	b, err := batch(in.Import, len(in.Units), in.Units)
	if err != nil {
		return err
	}
	return record(tx, who, "units_put", "import", subject(in.Import), b)
}

// PutPeople writes many people at once, new ones and changed ones alike, by employee number. Who is there keeps his id.
// Headcounts are not moved: [Recount] follows the last of several. Nobody can be marked as left here.
type PutPeople struct {
	People []Person
	Import string
}

// Do writes the people.
func (in PutPeople) Do(tx *db.Tx, who access.Person) error {
	if err := who.May(tx, access.OrgPeople, access.Thing{Kind: KindPerson}); err != nil {
		return err
	}
	tree, err := TreeOf(tx)
	if err != nil {
		return err
	}
	for i := range in.People {
		p := &in.People[i]
		if p.ID == "" {
			p.ID = id.V7(tx.Now)
		}
		var f fault.Form
		CheckPerson(&f, p, tree)
		if p.Status == Left {
			f.Add("status", "org.person.status.unknown", string(p.Status))
		}
		if err := f.Err(); err != nil {
			return err
		}
	}
	if err := upsertPeople(tx, in.People); err != nil {
		return err
	}
	b, err := batch(in.Import, len(in.People), in.People)
	if err != nil {
		return err
	}
	return record(tx, who, "people_put", "import", subject(in.Import), b)
}

// Dismiss marks many people as left, with everything that [EditPerson] does to who leaves.
type Dismiss struct {
	People []string // ids
	Import string
}

// Do marks them.
func (in Dismiss) Do(tx *db.Tx, who access.Person) error {
	if err := who.May(tx, access.OrgPeople, access.Thing{Kind: KindPerson}); err != nil {
		return err
	}
	for _, p := range in.People {
		if err := leave(tx, who, p); err != nil {
			return err
		}
	}
	if err := markLeft(tx, in.People); err != nil {
		return err
	}
	b, err := batch(in.Import, len(in.People), in.People)
	if err != nil {
		return err
	}
	return record(tx, who, "people_dismissed", "import", subject(in.Import), b)
}

// PutPlaces writes many places at once by code, those around others first. A new place gets its poster key.
type PutPlaces struct {
	Places []Place
	Import string
}

// Do writes the places.
func (in PutPlaces) Do(tx *db.Tx, who access.Person) error {
	if err := who.May(tx, access.OrgEdit, access.Thing{Kind: KindPlace}); err != nil {
		return err
	}
	tree, err := TreeOf(tx)
	if err != nil {
		return err
	}
	for i := range in.Places {
		p := &in.Places[i]
		if p.Key == "" {
			p.Key = PosterKey()
		}
		var f fault.Form
		p.Code = code(&f, "code", p.Code)
		CheckPlace(&f, p, tree)
		if err := f.Err(); err != nil {
			return err
		}
	}
	if err := upsertPlaces(tx, in.Places); err != nil {
		return err
	}
	b, err := batch(in.Import, len(in.Places), in.Places)
	if err != nil {
		return err
	}
	return record(tx, who, "places_put", "import", subject(in.Import), b)
}

// Recount sets the headcount of every unit and the users of every place anew, after bulk changes.
type Recount struct{}

// Do counts.
func (Recount) Do(tx *db.Tx, who access.Person) error {
	if err := who.May(tx, access.OrgPeople, access.Thing{Kind: KindUnit}); err != nil {
		return err
	}
	if err := recount(tx); err != nil {
		return err
	}
	return record(tx, who, "recounted", "import", "bulk", nil)
}
