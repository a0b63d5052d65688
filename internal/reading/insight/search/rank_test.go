package search

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// The best few, then the best few of those after them, and so on, are all of them in their order, however few are gathered at a time.
func TestTopmostIsAPieceOfTheWhole(t *testing.T) {
	dice := rand.New(rand.NewPCG(6, 1))
	for round := range 200 {
		var all []hit
		for i := range dice.IntN(60) {
			h := hit{n: int64(i), score: dice.Int64N(4)}
			if i%9 == 0 {
				h = hit{n: late, at: int64(i % 4), ref: fmt.Sprint(i), score: h.score}
			}
			all = append(all, h)
		}
		want := slices.Clone(all)
		slices.SortFunc(want, best)
		var got []hit
		var after *hit
		for {
			dice.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
			x := topmost{most: 1 + round%7, after: after}
			for _, h := range all {
				x.add(h)
			}
			slices.SortFunc(x.hits, best)
			got = append(got, x.hits...)
			if rest := len(want) - len(got); x.more != (rest > 0) {
				t.Fatalf("%d are left, and it says %v", rest, x.more)
			}
			if !x.more {
				break
			}
			after = &x.hits[len(x.hits)-1]
		}
		if !slices.Equal(got, want) {
			t.Fatalf("in pieces of %d: %v, want %v", 1+round%7, got, want)
		}
	}
}

// How often a pair stands in a text is read from its entry without its places as it is with them.
func TestCountedWithoutPlaces(t *testing.T) {
	dice := rand.New(rand.NewPCG(6, 2))
	w := newWriter(300)
	texts := make([]string, 300)
	for i := range texts {
		for range dice.IntN(40) {
			texts[i] += []string{"水", "热", "热", "不"}[dice.IntN(4)]
		}
		w.add(int64(i), texts[i])
	}
	for p, e := range w.lists {
		word := string([]rune{rune(p >> 21), rune(p & (1<<21 - 1))})
		got := map[uint32]int{}
		last := -1
		if !counted(e.data, 300, func(doc uint32, times int) {
			if int(doc) <= last {
				t.Errorf("%s: %d after %d", word, doc, last)
			}
			last = int(doc)
			got[doc] = times
		}) {
			t.Fatalf("%s cannot be read", word)
		}
		for i, s := range texts {
			if n := strings.Count(s, word); got[uint32(i)] != n {
				t.Errorf("%s stands in %q %d times, not %d", word, s, n, got[uint32(i)])
			}
		}
		none := func(uint32, int) {}
		if counted(e.data, uint32(last), none) {
			t.Errorf("%s: a text that is not there is read", word)
		}
	}
}
