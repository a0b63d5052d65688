package nearby

import "sanwen/internal/reading/insight/terms"

// vocabulary gives every term a number, from 0 in the order in which they were first said. It is a table with open places, which takes a third of
// the memory of a map.
type vocabulary struct {
	terms  []terms.Term // per number; 0 where nobody says it any more
	places []uint32     // a number plus two, or one of the two below
	filled int          // how many are not free
}

const (
	free  = 0
	left  = 1 // a term stood here: looking goes on behind it
	taken = 2
)

// find is the number of a term.
func (v *vocabulary) find(t terms.Term) (uint32, bool) {
	if len(v.places) == 0 {
		return 0, false
	}
	p, ok := v.place(t)
	return v.places[p] - taken, ok
}

// place is where a term stands, or else the free place at which looking for it ends.
func (v *vocabulary) place(t terms.Term) (int, bool) {
	for p := int(t) & (len(v.places) - 1); ; p = (p + 1) & (len(v.places) - 1) {
		switch n := v.places[p]; {
		case n == free:
			return p, false
		case n >= taken && v.terms[n-taken] == t:
			return p, true
		}
	}
}

// add gives a term that has none a number.
func (v *vocabulary) add(t terms.Term) uint32 {
	if 3*len(v.places) <= 4*(v.filled+1) {
		v.widen()
	}
	n := uint32(len(v.terms))
	v.terms = append(v.terms, t)
	p, _ := v.place(t)
	v.places[p] = n + taken
	v.filled++
	return n
}

// widen makes room, and frees the places that were left.
func (v *vocabulary) widen() {
	old := v.places
	v.places = make([]uint32, max(64, 2*len(old)))
	v.filled = 0
	for _, n := range old {
		if n >= taken {
			p, _ := v.place(v.terms[n-taken])
			v.places[p] = n
			v.filled++
		}
	}
}

// drop forgets a term: not even that it was said is kept. Its number is never given again.
func (v *vocabulary) drop(n uint32) {
	if p, ok := v.place(v.terms[n]); ok {
		v.places[p] = left
	}
	v.terms[n] = 0
}
