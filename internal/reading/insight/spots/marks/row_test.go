package marks

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// TestRowIsShared: what a row says of a set and those before it is what comparing them one by one says.
func TestRowIsShared(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		draw := func() Set {
			s := Set(rapid.SliceOfN(rapid.Uint64Range(0, 12), 0, 9).Draw(t, "pairs"))
			slices.Sort(s)
			return slices.Compact(s)
		}
		var r Row
		var all []Set
		last := rapid.IntRange(0, 12).Draw(t, "last")
		for range rapid.IntRange(0, 30).Draw(t, "sets") {
			s := draw()
			var want []int
			for i := len(all) - 1; i >= max(0, len(all)-last); i-- {
				want = append(want, Shared(all[i], s))
			}
			if got := r.Shared(s, last); !slices.Equal(got, want) {
				t.Fatalf("%v behind %v: %v, want %v", s, all, got, want)
			}
			r.Add(s)
			all = append(all, s)
		}
	})
}
