package daybook

import (
	"bytes"
	"errors"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func facts() *rapid.Generator[[]Fact] {
	code := rapid.SampledFrom([]string{"", "P104", "P104M", "/G/U01/", "B1", "m1"})
	return rapid.Custom(func(t *rapid.T) []Fact {
		out := make([]Fact, rapid.IntRange(0, 20).Draw(t, "n"))
		for i := range out {
			out[i] = Fact{Voice: uint64(i)<<40 | rapid.Uint64Range(0, 1<<40-1).Draw(t, "voice"), Person: rapid.SampledFrom([]uint64{0, 1, 1 << 63}).Draw(t, "person"),
				Spot: rapid.Int64().Draw(t, "spot"), At: rapid.Int64().Draw(t, "at"), Grave: rapid.Uint8Range(0, 3).Draw(t, "grave"), Apart: rapid.Bool().Draw(t, "apart")}
			for k := range out[i].Code {
				out[i].Code[k] = code.Draw(t, "code")
			}
		}
		return out
	})
}

func unpacked(t *rapid.T, b []byte) (out []Fact) {
	p, err := Unpack(b)
	if err != nil {
		t.Fatal(err)
	}
	for i := range p.Facts {
		f := p.Fact(i)
		if a := Alone(f); a.Fact(0) != f || a.Code(&a.Facts[0], Place) != p.Code(&p.Facts[i], Place) {
			t.Fatalf("alone it is %+v, was %+v", a.Fact(0), f)
		}
		out = append(out, f)
	}
	return out
}

// What is packed comes out again, and the order in which it went in leaves no trace.
func TestPackUnpack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := facts().Draw(t, "facts")
		b := Pack(all)
		if !slices.Equal(unpacked(t, b), all) && len(all) > 0 { // drawn in the order of their voices
			t.Fatalf("%+v", all)
		}
		if mixed := rapid.Permutation(all).Draw(t, "order"); !bytes.Equal(Pack(mixed), b) {
			t.Fatal("the order is seen")
		}
	})
}

// To put some voices into a page gives the page of all that are there then; of what went nothing is left.
func TestPut(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := facts().Draw(t, "facts")
		p, err := Unpack(Pack(all))
		if err != nil {
			t.Fatal(err)
		}
		voices := map[uint64]bool{}
		var rest, went []Fact
		for _, f := range all {
			if rapid.Bool().Draw(t, "goes") {
				voices[f.Voice] = true
				went = append(went, f)
			} else {
				rest = append(rest, f)
			}
		}
		gone, now := p.Put(voices, nil)
		if !bytes.Equal(Pack(now), Pack(rest)) || !bytes.Equal(Pack(gone), Pack(went)) {
			t.Fatalf("%+v without %v: %+v", all, voices, now)
		}
	})
}

// Whatever is no page is said to be none, and nothing is taken for granted of it.
func TestBroken(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := Pack(facts().Filter(func(f []Fact) bool { return len(f) > 0 }).Draw(t, "facts"))
		if _, err := Unpack(b[:rapid.IntRange(1, len(b)-1).Draw(t, "cut")]); !errors.Is(err, ErrBroken) {
			t.Fatal("a page that was cut is read")
		}
		b[rapid.IntRange(0, len(b)-1).Draw(t, "at")] ^= byte(rapid.IntRange(1, 255).Draw(t, "by"))
		if p, err := Unpack(b); err == nil {
			for i := range p.Facts {
				p.Fact(i)
			}
		}
	})
}

// Who was heard comes out again, everybody once, in whatever order; and whatever is no page is said to be none.
func TestHeard(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var h Heard
		h.People = rapid.SliceOf(rapid.SampledFrom([]uint64{1, 2, 3, 1 << 63})).Draw(t, "people")
		for i := range rapid.IntRange(0, 5).Draw(t, "places") {
			h.Hidden = append(h.Hidden, Hidden{rapid.SampledFrom([]string{"", "U01"}).Draw(t, "unit"), string(rune('a' + i)), rapid.IntRange(1, 1000).Draw(t, "n")})
		}
		b := h.Pack()
		mixed := Heard{rapid.Permutation(append(h.People, h.People...)).Draw(t, "order"), rapid.Permutation(h.Hidden).Draw(t, "order")}
		if !bytes.Equal(mixed.Pack(), b) {
			t.Fatal("the order is seen, or who was there twice")
		}
		got, err := UnpackHeard(b)
		if err != nil || !bytes.Equal(got.Pack(), b) || len(got.Hidden) != len(h.Hidden) || len(got.People) != len(slices.Compact(slices.Sorted(slices.Values(h.People)))) {
			t.Fatalf("%+v %v", got, err)
		}
		if _, err := UnpackHeard(b[:rapid.IntRange(0, len(b)-1).Draw(t, "cut")]); !errors.Is(err, ErrBroken) {
			t.Fatal("a page that was cut is read")
		}
	})
}
