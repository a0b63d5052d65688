package few

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"sanwen/internal/ground/few/fewtest"
)

// tables are three tables about the same people, after each has hidden what is small: every part is people of one group of each, and every group of
// the first has a part of its own.
func tables(t *rapid.T) (parts []Part) {
	groups := func(name string) int { return rapid.IntRange(1, 3).Draw(t, name) }
	n := [3]int{groups("first"), groups("second"), groups("third")}
	seen := map[[3]int]bool{}
	for range rapid.IntRange(1, 7).Draw(t, "parts") {
		p := Part{People: rapid.OneOf(rapid.IntRange(1, 15), rapid.IntRange(20, 60)).Draw(t, "people")}
		p.Answers = rapid.IntRange(0, min(p.People, 12)).Draw(t, "answers")
		for i := range n {
			p.Group[i] = rapid.IntRange(0, n[i]-1).Draw(t, "group")
		}
		if !seen[p.Group] {
			seen[p.Group] = true
			parts = append(parts, p)
		}
	}
	for g := range n[0] {
		parts = append(parts, Part{Group: [3]int{g, -1, -1}, Answers: rapid.IntRange(0, 8).Draw(t, "own"), People: 40})
	}
	return parts
}

// sums are what the tables tell, with an unknown number for each part.
func sums(parts []Part) (rows [][]float64) {
	by := map[[2]int][]float64{}
	for i, p := range parts {
		for t, g := range p.Group {
			key := [2]int{t, g}
			if g < 0 {
				continue
			}
			if by[key] == nil {
				by[key] = make([]float64, len(parts))
				rows = append(rows, by[key])
			}
			by[key][i] = 1
		}
	}
	return rows
}

// told lists a set of parts that is too small and follows from the sums; nil where there is none. It goes through every set.
func told(r Rule, parts []Part) []Part {
	known := fewtest.Solve(sums(parts))
	for set := 1; set < 1<<len(parts); set++ {
		ask, in, answers, people := make([]float64, len(parts)), []Part{}, 0, 0
		for i, p := range parts {
			if set>>i&1 == 1 {
				ask[i] = 1
				in, answers, people = append(in, p), answers+p.Answers, people+p.People
			}
		}
		if (answers < r.Answers || people < r.People) && known.Tells(ask) {
			return in
		}
	}
	return nil
}

// TestApart: three tables are apart exactly where no set of people that is too small follows from all that they tell.
func TestApart(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := Rule{Answers: 5, People: 20}
		parts := tables(t)
		found := told(r, parts)
		if r.Apart(parts) != (found == nil) {
			t.Fatalf("apart %v, but %v is told by %v", r.Apart(parts), found, parts)
		}
	})
}

// TestApartByHand: forty work at night with a contract, seven without; nobody else has none. The night has 12 answers, the contract 10 at night and 20
// by day: whoever takes off the contracts finds two of seven people.
func TestApartByHand(t *testing.T) {
	r := Rule{Answers: 5, People: 20}
	parts := []Part{{[3]int{0, 0, 0}, 10, 40}, {[3]int{0, 0, 1}, 2, 7}, {[3]int{0, 1, 2}, 20, 60}, {[3]int{0, -1, -1}, 9, 107}}
	if r.Apart(parts) || !r.Loose().Apart(parts) {
		t.Error("two of seven people are told")
	}
	hidden := slices.Clone(parts) // the seven are hidden, and with them the next smallest
	hidden[1].Group[2], hidden[0].Group[2] = 0, 0
	if !r.Apart(hidden) {
		t.Error("the night and its complement are all that is told")
	}
	if parts[3].Answers = 2; r.Apart([]Part{parts[0], parts[2], parts[3]}) { // of all, all with a name are taken off
		t.Error("two voices without a name are told")
	}
}
