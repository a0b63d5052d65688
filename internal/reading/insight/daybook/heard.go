package daybook

import (
	"cmp"
	"encoding/binary"
	"slices"
)

// Heard is who was heard on a day.
type Heard struct {
	People []uint64 // digests of those who spoke with their name, each once
	Hidden []Hidden // voices without a name
}

// Hidden is how many voices without a name there are of a unit and a place.
type Hidden struct {
	Unit, Place string
	N           int
}

// Pack makes the page of a day: the same for the same people and numbers, in whatever order they are.
func (h Heard) Pack() []byte {
	people := slices.Compact(slices.Sorted(slices.Values(h.People)))
	out := binary.AppendUvarint(nil, uint64(len(people)))
	for _, p := range people {
		out = binary.BigEndian.AppendUint64(out, p)
	}
	hidden := slices.Clone(h.Hidden)
	slices.SortFunc(hidden, func(a, b Hidden) int { return cmp.Or(cmp.Compare(a.Unit, b.Unit), cmp.Compare(a.Place, b.Place)) })
	out = binary.AppendUvarint(out, uint64(len(hidden)))
	for _, x := range hidden {
		out = append(binary.AppendUvarint(out, uint64(len(x.Unit))), x.Unit...)
		out = append(binary.AppendUvarint(out, uint64(len(x.Place))), x.Place...)
		out = binary.AppendUvarint(out, uint64(x.N))
	}
	return out
}

// UnpackHeard reads the page of a day.
func UnpackHeard(b []byte) (h Heard, err error) {
	r := reader{b: b}
	h.People = make([]uint64, r.count())
	for i := range h.People {
		if h.People[i] = r.digest(); r.bad {
			return Heard{}, ErrBroken
		}
	}
	h.Hidden = make([]Hidden, r.count())
	for i := range h.Hidden {
		h.Hidden[i] = Hidden{string(r.take(r.count())), string(r.take(r.count())), int(r.unsigned())}
		if r.bad {
			return Heard{}, ErrBroken
		}
	}
	if r.bad || len(r.b) != 0 {
		return Heard{}, ErrBroken
	}
	return h, nil
}
