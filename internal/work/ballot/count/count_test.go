package count_test

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"sanwen/internal/work/ballot/count"
)

func papers(all ...string) (out [][]int) {
	for _, p := range all {
		var marks []int
		for _, c := range p {
			marks = append(marks, int(c-'a'))
		}
		out = append(out, marks)
	}
	return out
}

// TestExamples: counted by hand.
func TestExamples(t *testing.T) {
	for name, x := range map[string]struct {
		papers [][]int
		n, k   int
		rule   count.Rule
		want   string
	}{
		"two of three":               {papers("ab", "ab", "ac", "b"), 3, 2, count.Most, "3 chosen 3 chosen 1 fewer"},
		"level, and all have places": {papers("ab", "ba", "c"), 3, 2, count.Most, "2 chosen 2 chosen 1 fewer"},
		"half of the papers":         {papers("ab", "ac", "ad", "bc", ""), 4, 2, count.Half, "3 chosen 2 not_half 2 not_half 1 not_half"},
		"abstention counts":          {papers("a", "a", "", ""), 2, 1, count.Half, "2 not_half 0 no_vote"},
		"nobody":                     {papers("", ""), 2, 1, count.Most, "0 no_vote 0 no_vote"},
		"fewer than places":          {papers("a", "a"), 3, 2, count.Most, "2 chosen 0 no_vote 0 no_vote"},
	} {
		r := count.Count(x.papers, x.n, x.k, x.rule, "seed")
		got := ""
		for c := range x.n {
			got += fmt.Sprintf(" %d %s", r.Votes[c], r.Outcomes[c])
		}
		if got[1:] != x.want {
			t.Errorf("%s: %s, want %s", name, got[1:], x.want)
		}
	}
}

// TestLot: who is level for the last place is decided by the seed, always in the same way, and another seed may decide otherwise.
func TestLot(t *testing.T) {
	p := papers("a", "a", "b", "c", "d")
	seen := map[int]int{}
	for i := range 60 {
		seed := fmt.Sprint("seed", i)
		r := count.Count(p, 4, 2, count.Most, seed)
		if r.Outcomes[0] != count.Chosen || len(r.Tied) != 3 || r.Outcomes[r.Tied[0]] != count.Drawn || r.Outcomes[r.Tied[1]] != count.NotLot || r.Outcomes[r.Tied[2]] != count.NotLot {
			t.Fatalf("%s: %+v", seed, r)
		}
		if again := count.Count(p, 4, 2, count.Most, seed); !slices.Equal(again.Tied, r.Tied) {
			t.Errorf("%s draws %v and %v", seed, r.Tied, again.Tied)
		}
		seen[r.Tied[0]]++
	}
	if len(seen) != 3 {
		t.Errorf("sixty seeds draw %v", seen)
	}
}

// TestQuorum: more than half is more than half, and two thirds are enough.
func TestQuorum(t *testing.T) {
	for _, x := range []struct {
		q       count.Quorum
		n, need int64
	}{{count.OverHalf, 20, 11}, {count.OverHalf, 21, 11}, {count.TwoThirds, 30, 20}, {count.TwoThirds, 31, 21}, {count.TwoThirds, 32, 22}} {
		if got := x.q.Need(x.n); got != x.need || !x.q.Met(x.need, x.n) || x.q.Met(x.need-1, x.n) {
			t.Errorf("%s of %d: %d, want %d", x.q, x.n, got, x.need)
		}
	}
}

// TestRules holds for every ballot: the count is the marks, its order does not matter, no more are chosen than there are places, nobody is passed over
// by somebody with fewer votes, and every place that is left is left for a reason.
func TestRules(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 9).Draw(t, "candidates")
		places := rapid.IntRange(1, n).Draw(t, "places")
		rule := rapid.SampledFrom(count.Rules()).Draw(t, "rule")
		all := rapid.SliceOfN(rapid.SliceOfNDistinct(rapid.IntRange(0, n-1), 0, places, rapid.ID[int]), 0, 40).Draw(t, "papers")
		seed := rapid.String().Draw(t, "seed")
		r := count.Count(all, n, places, rule, seed)
		votes, marks, empty := make([]int, n), 0, 0
		for _, p := range all {
			if !count.Sound(p, n, places) {
				t.Fatalf("%v is not sound", p)
			}
			if len(p) == 0 {
				empty++
			}
			for _, c := range p {
				votes[c]++
				marks++
			}
		}
		if r.Papers != len(all) || r.Abstained != empty || !slices.Equal(r.Votes, votes) {
			t.Fatalf("counted %+v", r)
		}
		mixed := rapid.Permutation(all).Draw(t, "mixed")
		if again := count.Count(mixed, n, places, rule, seed); fmt.Sprint(again) != fmt.Sprint(r) {
			t.Fatalf("in another order: %+v, %+v", again, r)
		}
		able := func(c int) bool { return votes[c] > 0 && (rule == count.Most || 2*votes[c] > len(all)) }
		in, could, drawn := 0, 0, 0
		for c := range n {
			if able(c) {
				could++
			}
			if r.Outcomes[c].In() {
				in++
				if !able(c) {
					t.Fatalf("%d is chosen with %d votes", c, votes[c])
				}
			}
			if r.Outcomes[c] == count.Drawn || r.Outcomes[c] == count.NotLot {
				drawn++
				if votes[c] != r.Last {
					t.Fatalf("the lot decided about %d with %d votes, the last has %d", c, votes[c], r.Last)
				}
			}
			for d := range n {
				if r.Outcomes[c].In() && !r.Outcomes[d].In() && able(d) && votes[d] > votes[c] {
					t.Fatalf("%d with %d votes goes before %d with %d", c, votes[c], d, votes[d])
				}
			}
		}
		if in != min(places, could) {
			t.Fatalf("%d are chosen for %d places of %d who could be", in, places, could)
		}
		if drawn != len(r.Tied) || drawn == 1 {
			t.Fatalf("%d drawn, %v", drawn, r.Tied)
		}
	})
}

// TestSound: what is no paper.
func TestSound(t *testing.T) {
	for _, p := range [][]int{{0, 0}, {3}, {-1}, {0, 1, 2}} {
		if count.Sound(p, 3, 2) {
			t.Errorf("%v is a paper", p)
		}
	}
	if !count.Sound(nil, 3, 2) || !count.Sound([]int{2, 0}, 3, 2) {
		t.Error("papers are refused")
	}
}
