// Package daybook packs what pages count of the voices of one day, so that a year of them is read at once instead of voice by voice.
//
// A page of a day is a list of facts, one for each voice, in the order of a digest of their ids, and the codes that they use. It is a function of the facts: the
// same facts in any order are the same bytes, so that kept pages can be compared with what they were made of. Neither words nor names stand in one.
package daybook

import (
	"cmp"
	"encoding/binary"
	"errors"
	"hash/fnv"
	"slices"
)

// The codes of a fact. A room uses those that it needs.
const (
	Hood     = iota // the surrounding in which a voice stands
	Home            // the one in which its spot began
	Path            // of its unit
	Unit            // its unit
	Place           // where
	Category        // topic
	Matter          // to which it counts
	Codes           // how many codes a fact has
)

// Fact is what is counted of a voice.
type Fact struct {
	Voice  uint64 // digest of its id
	Person uint64 // digest of whose it is; 0 where that is not known
	Spot   int64
	At     int64 // milliseconds
	Grave  uint8 // 0–3
	Apart  bool  // it is restricted, or names somebody: whether it counts has to be asked of itself
	Code   [Codes]string
}

// Page is a day as it is read: codes are positions in Words.
type Page struct {
	Words []string
	Facts []Packed
}

// Packed is a fact with positions in place of codes.
type Packed struct {
	Voice, Person uint64
	Spot, At      int64
	Grave         uint8
	Apart         bool
	Code          [Codes]uint32
}

// Code is one of the codes of a fact.
func (p *Page) Code(f *Packed, k int) string { return p.Words[f.Code[k]] }

// Alone is a page of one fact.
func Alone(f Fact) *Page {
	x := Packed{Voice: f.Voice, Person: f.Person, Spot: f.Spot, At: f.At, Grave: f.Grave, Apart: f.Apart}
	for k := range x.Code {
		x.Code[k] = uint32(k)
	}
	return &Page{Words: f.Code[:], Facts: []Packed{x}}
}

// Fact is one of the page with its codes.
func (p *Page) Fact(i int) Fact {
	x := p.Facts[i]
	f := Fact{Voice: x.Voice, Person: x.Person, Spot: x.Spot, At: x.At, Grave: x.Grave, Apart: x.Apart}
	for k, at := range x.Code {
		f.Code[k] = p.Words[at]
	}
	return f
}

// Digest is that of an id: 0 for none, and for nothing else.
func Digest(id string) uint64 {
	if id == "" {
		return 0
	}
	h := fnv.New64a()
	h.Write([]byte(id))
	return max(1, h.Sum64())
}

const (
	apart  = 4 // in the first byte of a fact, above its gravity
	person = 8
)

// Pack makes the page of some facts; nil for none.
func Pack(facts []Fact) []byte {
	if len(facts) == 0 {
		return nil
	}
	facts = slices.Clone(facts)
	slices.SortFunc(facts, func(a, b Fact) int { return cmp.Or(cmp.Compare(a.Voice, b.Voice), cmp.Compare(a.At, b.At)) })
	at := map[string]uint64{}
	var words []string
	for _, f := range facts {
		for _, w := range f.Code {
			if _, ok := at[w]; !ok {
				at[w] = uint64(len(words))
				words = append(words, w)
			}
		}
	}
	out := binary.AppendUvarint(nil, uint64(len(words)))
	for _, w := range words {
		out = append(binary.AppendUvarint(out, uint64(len(w))), w...)
	}
	out = binary.AppendUvarint(out, uint64(len(facts)))
	for _, f := range facts {
		head := f.Grave & 3
		if f.Apart {
			head |= apart
		}
		if f.Person != 0 {
			head |= person
		}
		out = binary.BigEndian.AppendUint64(append(out, head), f.Voice)
		if f.Person != 0 {
			out = binary.BigEndian.AppendUint64(out, f.Person)
		}
		out = binary.AppendVarint(binary.AppendVarint(out, f.Spot), f.At)
		for _, w := range f.Code {
			out = binary.AppendUvarint(out, at[w])
		}
	}
	return out
}

// ErrBroken is what no page is.
var ErrBroken = errors.New("daybook: broken page")

// Unpack reads a page.
func Unpack(b []byte) (*Page, error) {
	p := &Page{}
	if len(b) == 0 {
		return p, nil
	}
	r := reader{b: b}
	n := r.count()
	p.Words = make([]string, n)
	for i := range p.Words {
		p.Words[i] = string(r.take(r.count()))
	}
	p.Facts = make([]Packed, r.count())
	for i := range p.Facts {
		f := &p.Facts[i]
		head := r.take(1)
		if r.bad {
			return nil, ErrBroken
		}
		f.Grave, f.Apart = head[0]&3, head[0]&apart != 0
		f.Voice = r.digest()
		if head[0]&person != 0 {
			f.Person = r.digest()
		}
		f.Spot, f.At = r.signed(), r.signed()
		for k := range f.Code {
			w := r.unsigned()
			if r.bad = r.bad || w >= uint64(n); r.bad {
				return nil, ErrBroken
			}
			f.Code[k] = uint32(w)
		}
	}
	if r.bad || len(r.b) != 0 {
		return nil, ErrBroken
	}
	return p, nil
}

// Put gives the facts of a page with some voices as they are now: what it said of those before, and how it is then.
func (p *Page) Put(voices map[uint64]bool, now []Fact) (gone, all []Fact) {
	for i := range p.Facts {
		if f := p.Fact(i); voices[f.Voice] {
			gone = append(gone, f)
		} else {
			all = append(all, f)
		}
	}
	return gone, append(all, now...)
}
