package spots

import (
	"slices"
	"testing"
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
	})
}
