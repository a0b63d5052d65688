package find

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// texts of few characters, so that everything stands in many of them.
func random(r *rand.Rand, n int) []string {
	letters := []rune("食堂浴室水冷ab3 ，Ａ")
	out := make([]string, n)
	for i := range out {
		var b strings.Builder
		for range r.IntN(14) {
			b.WriteRune(letters[r.IntN(len(letters))])
		}
		out[i] = b.String()
	}
	return out
}

// What is found is what a search through all texts finds, neither more nor less.
func TestFindsWhatIsThere(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 11))
	for range 6 {
		all := random(r, 200)
		x := New()
		for _, s := range all {
			x.Add(s)
		}
		gone := map[uint32]bool{}
		for range 20 {
			n := uint32(r.IntN(len(all)))
			if had := Fold(all[n]) != "" && !gone[n]; x.Drop(n) != had {
				t.Fatalf("dropping %d says %v", n, !had)
			}
			gone[n] = true
		}
		for _, q := range random(r, 40) {
			var want []uint32
			for i := len(all) - 1; i >= 0; i-- {
				ok := len(strings.Fields(Fold(q))) > 0 && !gone[uint32(i)]
				for _, p := range strings.Fields(Fold(q)) {
					ok = ok && strings.Contains(Fold(all[i]), p)
				}
				if ok {
					want = append(want, uint32(i))
				}
			}
			if got := x.Newest(q, 0, nil); !slices.Equal(got, want) {
				t.Fatalf("%q: %v, want %v", q, got, want)
			}
			best, n := x.Best(q, len(all), nil)
			slices.Sort(best)
			slices.Sort(want)
			if n != len(want) || !slices.Equal(best, want) {
				t.Fatalf("%q ranked: %v, want %v", q, best, want)
			}
			even := func(d uint32) bool { return d%2 == 0 }
			for _, d := range x.Newest(q, 3, even) {
				if d%2 != 0 {
					t.Fatalf("%q finds %d, which may not be seen", q, d)
				}
			}
		}
	}
}

func TestRanks(t *testing.T) {
	x := New()
	for _, s := range []string{"食堂", "浴室的水凉了，到处都是水，没有人管，食堂也是一样", "食堂食堂食堂"} {
		x.Add(s)
	}
	if got, n := x.Best("食堂", 2, nil); n != 3 || !slices.Equal(got, []uint32{2, 0}) {
		t.Errorf("%v of %d", got, n)
	}
}
