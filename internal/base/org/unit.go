package org

import (
	"sort"
	"strings"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org/catalogue"
	"sanwen/internal/ground/lang"
)

// Root is the code of the organisation itself, the root of the tree of units.
const Root = "G"

// UnitKind tells what a unit is. Names in the catalogue: "org.unit.kind.<value>".
type UnitKind string

// The kinds of units.
const (
	Group      UnitKind = "group"      // the organisation itself
	Plant      UnitKind = "unit"       // a plant, mine or company of it (基层单位)
	Department UnitKind = "department" // a functional department (职能部门)
	Workshop   UnitKind = "workshop"   // a part of a plant (车间)
	Crew       UnitKind = "crew"       // a crew of people who work together (班组)
)

// UnitKinds lists the kinds in the order of the tree.
func UnitKinds() []UnitKind { return []UnitKind{Group, Plant, Department, Workshop, Crew} }

// Unit is one node of the organisation's tree.
type Unit struct {
	Code       string
	Parent     string // code, empty for the root
	Kind       UnitKind
	NameZh     string
	NameEn     string
	Path       access.Path
	Headcount  int  // people at work in it and below
	Contractor bool // run by a contractor
	Active     bool
	Sort       int
	Version    int64
}

// Name is the unit's name in the reader's language.
func (u Unit) Name(l lang.Lang) string { return catalogue.Pick(l, u.NameZh, u.NameEn) }

// Tree is all units at one moment, active or not.
type Tree struct {
	units    []Unit // parents before children, siblings by sort and code
	at       map[string]int
	children map[string][]string
}

func newTree(units []Unit) *Tree {
	t := &Tree{at: map[string]int{}, children: map[string][]string{}}
	byCode := map[string]Unit{}
	sort.SliceStable(units, func(i, j int) bool {
		if units[i].Sort != units[j].Sort {
			return units[i].Sort < units[j].Sort
		}
		return units[i].Code < units[j].Code
	})
	for _, u := range units {
		byCode[u.Code] = u
		t.children[u.Parent] = append(t.children[u.Parent], u.Code)
	}
	var walk func(code string)
	walk = func(code string) {
		for _, c := range t.children[code] {
			t.at[c] = len(t.units)
			t.units = append(t.units, byCode[c])
			walk(c)
		}
	}
	walk("")
	return t
}

// With gives a tree that has the given units too, whose parents are in it or stand before them.
func (t *Tree) With(units ...Unit) *Tree {
	all := append(make([]Unit, 0, len(t.units)+len(units)), t.units...)
	paths := map[string]access.Path{}
	for _, u := range units {
		up, ok := paths[u.Parent]
		if !ok {
			up = t.Path(u.Parent)
		}
		u.Path = below(up, u.Code)
		paths[u.Code] = u.Path
		all = append(all, u)
	}
	return newTree(all)
}

// All lists every unit, parents before their children.
func (t *Tree) All() []Unit { return t.units }

// Get finds a unit by its code.
func (t *Tree) Get(code string) (Unit, bool) {
	i, ok := t.at[code]
	if !ok {
		return Unit{}, false
	}
	return t.units[i], true
}

// Name is the name of the unit with that code, or the code itself where there is none.
func (t *Tree) Name(code string, l lang.Lang) string {
	if u, ok := t.Get(code); ok {
		return u.Name(l)
	}
	return code
}

// Path is the path of the unit with that code, empty where there is none.
func (t *Tree) Path(code string) access.Path {
	u, _ := t.Get(code)
	return u.Path
}

// Children lists the units directly below a unit; Children("") is the root.
func (t *Tree) Children(code string) []Unit {
	var out []Unit
	for _, c := range t.children[code] {
		u, _ := t.Get(c)
		out = append(out, u)
	}
	return out
}

// Chain lists the unit and what stands above it, nearest first.
func (t *Tree) Chain(code string) []Unit {
	var out []Unit
	for u, ok := t.Get(code); ok; u, ok = t.Get(u.Parent) {
		out = append(out, u)
	}
	return out
}

// OfKind lists the active units of the given kinds in tree order, for choice lists.
func (t *Tree) OfKind(kinds ...UnitKind) []Unit {
	var out []Unit
	for _, u := range t.units {
		for _, k := range kinds {
			if u.Kind == k && u.Active {
				out = append(out, u)
			}
		}
	}
	return out
}

// ValidCode reports whether a code may be given to a unit, place or category: 1 to 24 of A–Z, 0–9 and hyphen,
// beginning with a letter or digit. A slash would break paths, small letters would be mistaken on paper.
func ValidCode(code string) bool {
	if code == "" || len(code) > 24 {
		return false
	}
	for i, r := range code {
		switch {
		case r >= 'A' && r <= 'Z', r >= '0' && r <= '9':
		case r == '-' && i > 0:
		default:
			return false
		}
	}
	return true
}

// NormalCode brings a typed code into its form: without blanks, in capitals, full-width letters and digits made plain.
func NormalCode(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r >= 0xFF01 && r <= 0xFF5E:
			return r - 0xFEE0
		case r == 0x3000 || r == ' ' || r == '\t':
			return -1
		}
		return r
	}, s)
	return strings.ToUpper(s)
}
