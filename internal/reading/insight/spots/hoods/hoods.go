// Package hoods tells which places are one surrounding: what is said of one is compared with what is said of the others.
package hoods

import (
	"slices"

	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/reading/insight/spots/marks"
)

// Tree are the places of the organisation.
type Tree struct {
	places map[string]org.Place
	inside map[string][]org.Place
	names  map[string]marks.Set // per surrounding: what its places are called
}

// Of reads them.
func Of(tx *db.Tx) (*Tree, error) {
	r := &Tree{places: map[string]org.Place{}, inside: map[string][]org.Place{}, names: map[string]marks.Set{}}
	all, err := org.Places(tx)
	for _, p := range all {
		r.places[p.Code] = p
		r.inside[p.Parent] = append(r.inside[p.Parent], p)
	}
	return r, err
}

// Place is one of them.
func (r *Tree) Place(code string) (org.Place, bool) {
	p, ok := r.places[code]
	return p, ok
}

// Hood is the surrounding of a place: the outermost place around it that is no area, or an area whose places are all of one kind, as the two
// sides of a bathhouse.
func (r *Tree) Hood(place string) string {
	p, ok := r.places[place]
	for range 20 { // a tree, but nobody promises
		if !ok || p.Parent == "" {
			break
		}
		up, there := r.places[p.Parent]
		if !there || up.Kind == org.Area && !r.alike(up.Code) {
			break
		}
		p = up
	}
	if !ok {
		return place
	}
	return p.Code
}

// alike reports whether the places in an area are a few of one kind.
func (r *Tree) alike(area string) bool {
	in := r.inside[area]
	return len(in) >= 2 && len(in) <= 6 && !slices.ContainsFunc(in, func(p org.Place) bool { return p.Kind != in[0].Kind || p.Kind == org.Area })
}

// Named are the marks of the names in a surrounding.
func (r *Tree) Named(hood string) marks.Set {
	if m, ok := r.names[hood]; ok {
		return m
	}
	var out marks.Set
	var walk func(code string, depth int)
	walk = func(code string, depth int) {
		p, ok := r.places[code]
		if !ok || depth > 20 {
			return
		}
		out = append(append(out, marks.Of(p.NameZh, nil)...), marks.Of(p.NameEn, nil)...)
		for _, q := range r.inside[code] {
			walk(q.Code, depth+1)
		}
	}
	walk(hood, 0)
	slices.Sort(out)
	out = slices.Compact(out)
	r.names[hood] = out
	return out
}

// All are the surroundings of all places, and of some codes, whatever they are called.
func (r *Tree) All(codes []string) []string {
	var out []string
	for _, code := range codes {
		out = append(out, r.Hood(code))
	}
	for code := range r.places {
		out = append(out, r.Hood(code))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Codes are the places of a surrounding.
func (r *Tree) Codes(hood string) []string {
	out := []string{hood}
	for code := range r.places {
		if code != hood && r.Hood(code) == hood {
			out = append(out, code)
		}
	}
	slices.Sort(out)
	return out
}

// Within are a place and those inside it.
func (r *Tree) Within(place string) []string {
	out := []string{place}
	for i := 0; i < len(out) && i < 5000; i++ {
		for _, p := range r.inside[out[i]] {
			out = append(out, p.Code)
		}
	}
	return out
}
