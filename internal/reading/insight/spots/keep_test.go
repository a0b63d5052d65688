package spots

import (
	"maps"
	"slices"
	"testing"

	"sanwen/internal/work/voice"
)

// The voices of the demonstration land where they are expected: the three about the bathhouse together, nobody else with them; spoilt food, a
// crisis, and what calls for a restricted path in no spot.
func TestForty(t *testing.T) {
	run(t, func(t *testing.T, w place) {
		id := w.forty()
		w.follow()
		in := w.spots()
		number := map[int64][]int{}
		for n, v := range id {
			if s := in[v]; s != 0 {
				number[s] = append(number[s], n)
			}
		}
		for s, all := range number {
			if slices.Sort(all); len(all) > 1 && !slices.Equal(all, []int{1, 2, 3}) {
				t.Errorf("spot %d: %v", s, all)
			}
		}
		if s := in[id[1]]; s == 0 || in[id[2]] != s || in[id[3]] != s {
			t.Errorf("1, 2 and 3 are in %d, %d and %d", s, in[id[2]], in[id[3]])
		}
		for _, n := range []int{9, 26, 32, 33, 34, 35, 36, 37} {
			if in[id[n]] != 0 {
				t.Errorf("%d is in a spot", n)
			}
		}
		w.sound()
		w.kept()
		w.alike()
		inPieces(t, 3)
		if err := Rebuild(t.Context(), w.store(), nil); err != nil {
			t.Fatal(err)
		}
		if again := w.spots(); !maps.Equal(in, again) {
			t.Errorf("rebuilt in pieces: %v, was %v", again, in)
		}
		w.sound()
	})
}

// A long record on spots that are new is not followed from its beginning: they are built from the voices, and followed from there.
func TestALongRecord(t *testing.T) {
	was := lots
	lots = 20
	t.Cleanup(func() { lots = was })
	run(t, func(t *testing.T, w place) {
		id := w.forty()
		if err := w.log.Tick(t.Context()); err != nil {
			t.Fatal(err)
		}
		if in := w.spots(); len(in) != 0 {
			t.Errorf("grouped before they are built: %v", in)
		}
		if err := Mend(t.Context(), w.store()); err != nil {
			t.Fatal(err)
		}
		if in := w.spots(); in[id[1]] == 0 || in[id[1]] != in[id[2]] || in[id[1]] != in[id[3]] {
			t.Errorf("1, 2 and 3 are in %d, %d and %d", in[id[1]], in[id[2]], in[id[3]])
		}
		later := w.Tell("worker", voice.Named, "P104M", "四区新浴室洗到一半热水就没了，水忽冷忽热。")
		w.follow()
		if in := w.spots(); in[later.ID] == 0 {
			t.Errorf("what came after the building is in no spot: %v", in)
		}
		w.sound()
	})
}
