package org

import (
	"crypto/rand"
	"encoding/base32"
	"slices"
	"strings"

	"sanwen/internal/base/access"
	"sanwen/internal/base/event"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
)

// Longest names and notes, in characters.
const (
	maxName = 60
	maxNote = 500
)

// record writes what happened to something of the organisation.
func record(tx *db.Tx, who access.Person, what, kind, code string, data any) error {
	return event.Record(tx, who, event.Fact{Kind: "org." + what, Subject: event.Ref{Kind: kind, ID: code}, Data: data})
}

// name checks a text of a form and returns it without blanks around it.
func name(f *fault.Form, field, s string, most int, required bool) string {
	s = strings.TrimSpace(s)
	switch n := len([]rune(s)); {
	case n == 0 && required:
		f.Add(field, "org.text.missing")
	case n > most:
		f.Add(field, "org.text.long", n, most)
	}
	return s
}

func code(f *fault.Form, field, s string) string {
	s = NormalCode(s)
	if !ValidCode(s) {
		f.Add(field, "org.code.bad", s)
	}
	return s
}

// AddUnit puts a new unit into the tree.
type AddUnit struct {
	Code       string   `json:"code"`
	Parent     string   `json:"parent"` // empty only for the organisation itself
	Kind       UnitKind `json:"kind"`
	NameZh     string   `json:"name_zh"`
	NameEn     string   `json:"name_en,omitempty"`
	Contractor bool     `json:"contractor,omitempty"`
	Sort       int      `json:"sort,omitempty"`
}

// Do adds the unit.
func (in AddUnit) Do(tx *db.Tx, who access.Person) error {
	if err := who.May(tx, access.OrgEdit, access.Thing{Kind: KindUnit, ID: in.Code}); err != nil {
		return err
	}
	tree, err := freshTree(tx)
	if err != nil {
		return err
	}
	var f fault.Form
	in.Code = code(&f, "code", in.Code)
	in.NameZh = name(&f, "name_zh", in.NameZh, maxName, true)
	in.NameEn = name(&f, "name_en", in.NameEn, 2*maxName, false)
	if _, taken := tree.Get(in.Code); taken {
		f.Add("code", "org.code.taken", in.Code)
	}
	parent, ok := tree.Get(in.Parent)
	if root := len(tree.All()) == 0; !ok && !root || root && in.Kind != Group {
		f.Add("parent", "org.unit.parent")
	}
	checkKind(&f, in.Kind, parent)
	if err := f.Err(); err != nil {
		return err
	}
	u := Unit{Code: in.Code, Parent: in.Parent, Kind: in.Kind, NameZh: in.NameZh, NameEn: in.NameEn, Contractor: in.Contractor, Active: true,
		Sort: in.Sort, Path: below(parent.Path, in.Code)}
	if err := insertUnits(tx, u); err != nil {
		return taken(err, "code", "org.code.taken", in.Code)
	}
	if err := touch(tx, partTree); err != nil {
		return err
	}
	return record(tx, who, "unit_added", KindUnit, in.Code, in)
}

func checkKind(f *fault.Form, k UnitKind, parent Unit) {
	order := UnitKinds()
	at := slices.Index(order, k)
	if at < 0 || (k == Group) != (parent.Code == "") || at < slices.Index(order, parent.Kind) || parent.Kind == Crew {
		f.Add("kind", "org.unit.kind.wrong")
	}
}

func below(parent access.Path, code string) access.Path {
	if parent == "" {
		parent = "/"
	}
	return parent + access.Path(code) + "/"
}

// EditUnit changes a unit; another parent moves it with everything below it.
type EditUnit struct {
	Code       string `json:"code"`
	Parent     string `json:"parent"`
	NameZh     string `json:"name_zh"`
	NameEn     string `json:"name_en,omitempty"`
	Contractor bool   `json:"contractor,omitempty"`
	Sort       int    `json:"sort,omitempty"`
	Version    int64  `json:"version"`
}

// Do changes the unit: Conflict "org.changed" where somebody else was first.
func (in EditUnit) Do(tx *db.Tx, who access.Person) error {
	if err := who.May(tx, access.OrgEdit, access.Thing{Kind: KindUnit, ID: in.Code}); err != nil {
		return err
	}
	tree, err := freshTree(tx)
	if err != nil {
		return err
	}
	u, ok := tree.Get(in.Code)
	if !ok {
		return fault.New(fault.NotFound, "org.unit.unknown", in.Code)
	}
	var f fault.Form
	from := u.Path
	u.NameZh = name(&f, "name_zh", in.NameZh, maxName, true)
	u.NameEn = name(&f, "name_en", in.NameEn, 2*maxName, false)
	u.Contractor, u.Sort, u.Version = in.Contractor, in.Sort, in.Version
	if in.Parent != u.Parent {
		parent, ok := tree.Get(in.Parent)
		if !ok || u.Parent == "" || parent.Path.Under(u.Path) {
			f.Add("parent", "org.unit.parent")
		}
		checkKind(&f, u.Kind, parent)
		u.Parent, u.Path = in.Parent, below(parent.Path, u.Code)
	}
	if err := f.Err(); err != nil {
		return err
	}
	to := u.Path
	u.Path = from // moved with everything else below
	if err := updateUnit(tx, u); err != nil {
		return err
	}
	if to != from {
		if err := movePaths(tx, from, to); err != nil {
			return err
		}
		for _, fn := range registered(&hooks.moved) {
			if err := fn(tx, who, from, to); err != nil {
				return err
			}
		}
		if err := recount(tx); err != nil {
			return err
		}
	}
	if err := touch(tx, partTree); err != nil {
		return err
	}
	return record(tx, who, "unit_changed", KindUnit, in.Code, in)
}

// SetActive deactivates a unit, place, category or check item, or takes it into use again. Nothing that hangs on it is
// changed; the person who deactivates confirms how much that is ([Impact]).
type SetActive struct {
	Kind      string `json:"kind"`
	Code      string `json:"code"`
	Active    bool   `json:"active"`
	Confirmed int    `json:"confirmed"` // the total that was shown
	Version   int64  `json:"version"`
}

// Do sets it: Conflict "org.impact.changed" where more or less hangs on it than was confirmed.
func (in SetActive) Do(tx *db.Tx, who access.Person) error {
	if err := who.May(tx, access.OrgEdit, access.Thing{Kind: in.Kind, ID: in.Code}); err != nil {
		return err
	}
	if in.Kind == KindUnit && in.Code == Root {
		return fault.New(fault.Conflict, "org.unit.root")
	}
	if !in.Active {
		weights, err := Impact(tx, in.Kind, in.Code)
		if err != nil {
			return err
		}
		if n := Total(weights); n != in.Confirmed {
			return fault.New(fault.Conflict, "org.impact.changed", n)
		}
	}
	part, err := setActive(tx, in.Kind, in.Code, in.Active, in.Version)
	if err != nil {
		return err
	}
	if part != "" {
		if err := touch(tx, part); err != nil {
			return err
		}
	}
	what := "deactivated"
	if in.Active {
		what = "activated"
	}
	return record(tx, who, in.Kind+"_"+what, in.Kind, in.Code, in)
}

// AddPlace makes a place; its poster key is drawn at random.
type AddPlace struct {
	Code     string   `json:"code"`
	NameZh   string   `json:"name_zh"`
	NameEn   string   `json:"name_en,omitempty"`
	Kind     string   `json:"kind"`
	Unit     string   `json:"unit"`
	Parent   string   `json:"parent,omitempty"`
	Audience []string `json:"audience,omitempty"` // units whose people use it; empty: its own
	Sort     int      `json:"sort,omitempty"`
}

// Do adds the place.
func (in AddPlace) Do(tx *db.Tx, who access.Person) error {
	in.Code = NormalCode(in.Code)
	if err := who.May(tx, access.OrgEdit, access.Thing{Kind: KindPlace, ID: in.Code}); err != nil {
		return err
	}
	var f fault.Form
	in.Code = code(&f, "code", in.Code)
	if got, err := db.Maybe[string](tx, `SELECT code FROM org_place WHERE code = $1`, in.Code); err != nil {
		return err
	} else if got != nil {
		f.Add("code", "org.code.taken", in.Code)
	}
	p := Place{Code: in.Code, NameZh: in.NameZh, NameEn: in.NameEn, Kind: in.Kind, Unit: in.Unit, Parent: in.Parent,
		Audience: ListOf(in.Audience...), Active: true, Sort: in.Sort, Key: PosterKey()}
	if err := checkPlace(tx, &f, &p); err != nil {
		return err
	}
	if err := insertPlaces(tx, p); err != nil {
		return taken(err, "code", "org.code.taken", in.Code)
	}
	if err := recountPlaces(tx); err != nil {
		return err
	}
	return record(tx, who, "place_added", KindPlace, in.Code, in)
}

// PosterKey draws the 64 random bits of a poster.
func PosterKey() string {
	var b [8]byte
	rand.Read(b[:])
	return strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(b[:]))
}

// CheckPlace brings what was typed about a place into its form, sets the path, and notes what is wrong with it. The place
// around it is not looked at.
func CheckPlace(f *fault.Form, p *Place, tree *Tree) {
	p.NameZh = name(f, "name_zh", p.NameZh, maxName, true)
	p.NameEn = name(f, "name_en", p.NameEn, 2*maxName, false)
	p.ClosedNote = name(f, "closed_note", p.ClosedNote, maxNote, false)
	if !slices.Contains(PlaceKinds(), p.Kind) {
		f.Add("kind", "org.place.kind.unknown", p.Kind)
	}
	u, ok := tree.Get(p.Unit)
	if !ok || !u.Active {
		f.Add("unit", "org.unit.unknown", p.Unit)
	}
	p.Path = u.Path
	for _, a := range p.Audience.Codes() {
		if _, ok := tree.Get(a); !ok {
			f.Add("audience", "org.unit.unknown", a)
		}
	}
}

// checkPlace is CheckPlace with the place around it, and gives all faults of the form at once.
func checkPlace(tx *db.Tx, f *fault.Form, p *Place) error {
	tree, err := TreeOf(tx)
	if err != nil {
		return err
	}
	CheckPlace(f, p, tree)
	if p.Parent != "" {
		chain, err := PlaceChain(tx, p.Parent)
		if err != nil {
			return err
		}
		if len(chain) == 0 {
			f.Add("parent", "org.place.unknown", p.Parent)
		}
		for _, c := range chain {
			if c.Code == p.Code {
				f.Add("parent", "org.place.inside_itself")
			}
		}
	}
	return f.Err()
}

// EditPlace changes a place or notes why it is closed at present.
type EditPlace struct {
	Code       string   `json:"code"`
	NameZh     string   `json:"name_zh"`
	NameEn     string   `json:"name_en,omitempty"`
	Kind       string   `json:"kind"`
	Unit       string   `json:"unit"`
	Parent     string   `json:"parent,omitempty"`
	Audience   []string `json:"audience,omitempty"`
	ClosedNote string   `json:"closed_note,omitempty"`
	Sort       int      `json:"sort,omitempty"`
	Version    int64    `json:"version"`
}

// Do changes the place: Conflict "org.changed" where somebody else was first.
func (in EditPlace) Do(tx *db.Tx, who access.Person) error {
	if err := who.May(tx, access.OrgEdit, access.Thing{Kind: KindPlace, ID: in.Code}); err != nil {
		return err
	}
	p, err := PlaceByCode(tx, in.Code)
	if err != nil {
		return err
	}
	p.NameZh, p.NameEn, p.Kind, p.Unit, p.Parent = in.NameZh, in.NameEn, in.Kind, in.Unit, in.Parent
	p.Audience, p.ClosedNote, p.Sort, p.Version = ListOf(in.Audience...), in.ClosedNote, in.Sort, in.Version
	var f fault.Form
	if err := checkPlace(tx, &f, &p); err != nil {
		return err
	}
	if err := updatePlace(tx, p); err != nil {
		return err
	}
	if err := recountPlaces(tx); err != nil {
		return err
	}
	return record(tx, who, "place_changed", KindPlace, in.Code, in)
}
