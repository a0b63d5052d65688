package org

import (
	"sanwen/internal/base/access"
	"sanwen/internal/base/org/catalogue"
	"sanwen/internal/ground/lang"
)

// Kinds of places. Names in the catalogue: "org.place.kind.<value>". An area is a part of the site that holds other
// places; it has no poster.
const (
	Area       = "area"
	Bathhouse  = "bathhouse"
	Canteen    = "canteen"
	Dormitory  = "dormitory"
	RestRoom   = "rest_room"
	Bus        = "bus"
	Parking    = "parking"
	Changing   = "changing"
	Nursing    = "nursing"
	Leisure    = "leisure"
	Clinic     = "clinic"
	Store      = "store"
	Workplace  = "workplace"
	Control    = "control_room"
	Lift       = "lift"
	Toilet     = "toilet"
	Water      = "water"
	Road       = "road"
	OtherPlace = "other"
)

// PlaceKinds lists the kinds of places.
func PlaceKinds() []string {
	return []string{Area, Bathhouse, Canteen, Dormitory, RestRoom, Bus, Parking, Changing, Nursing, Leisure, Clinic, Store,
		Workplace, Control, Lift, Toilet, Water, Road, OtherPlace}
}

// Place is where something happens; its code is on the wall.
type Place struct {
	Code       string
	Key        string // 64 random bits on the poster, so that a poster can be told from a guess
	NameZh     string
	NameEn     string
	Kind       string
	Unit       string
	Path       access.Path // of the unit
	Parent     string      // the place around it
	Audience   List        // units whose people use it; empty: its own unit
	Users      int         // people who use it, those of the places inside it too
	ClosedNote string      // why it is closed at present
	Active     bool
	Sort       int
	Version    int64
}

// Name is the place's name in the reader's language.
func (p Place) Name(l lang.Lang) string { return catalogue.Pick(l, p.NameZh, p.NameEn) }

// UsedBy are the units whose people use the place.
func (p Place) UsedBy() []string {
	if a := p.Audience.Codes(); len(a) > 0 {
		return a
	}
	return []string{p.Unit}
}

// smallest returns the first of a chain (a place and what is around it, nearest first) that at least n people use.
func smallest(chain []Place, n int) (Place, bool) {
	for _, p := range chain {
		if p.Users >= n {
			return p, true
		}
	}
	return Place{}, false
}

// users counts who uses each place: the people of the units in the audiences of the place and of the places inside it,
// nobody twice.
func users(places []Place, tree *Tree) map[string]int {
	inside := map[string][]Place{}
	for _, p := range places {
		inside[p.Parent] = append(inside[p.Parent], p)
	}
	out := map[string]int{}
	var gather func(p Place, depth int) map[string]bool
	gather = func(p Place, depth int) map[string]bool {
		units := map[string]bool{}
		if p.Kind != Area || p.Audience != "" {
			for _, u := range p.UsedBy() {
				units[u] = true
			}
		}
		if depth < 16 {
			for _, q := range inside[p.Code] {
				for u := range gather(q, depth+1) {
					units[u] = true
				}
			}
		}
		n := 0
		for u := range units {
			covered := false
			for _, above := range tree.Chain(u)[min(1, len(tree.Chain(u))):] {
				covered = covered || units[above.Code]
			}
			if unit, ok := tree.Get(u); ok && !covered {
				n += unit.Headcount
			}
		}
		out[p.Code] = n
		return units
	}
	for _, p := range places {
		if p.Parent == "" {
			gather(p, 0)
		}
	}
	return out
}
