package few

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestHide(t *testing.T) {
	r := Rule{Answers: 5, People: 20}
	c := func(answers, people int) Cell { return Cell{Answers: answers, People: people} }
	for _, x := range []struct {
		name  string
		cells []Cell
		want  []bool
	}{
		{"nothing small", []Cell{c(5, 20), c(9, 40)}, []bool{false, false}},
		{"one of three: the next smallest goes with it", []Cell{c(4, 30), c(9, 40), c(7, 30)}, []bool{true, false, true}},
		{"one of two: both", []Cell{c(4, 30), c(9, 40)}, []bool{true, true}},
		{"few people", []Cell{c(12, 19), c(9, 40), c(30, 90)}, []bool{true, true, false}},
		{"two that are together too few", []Cell{c(2, 30), c(2, 30), c(9, 40), c(30, 90)}, []bool{true, true, true, false}},
		{"two that hide each other", []Cell{c(3, 30), c(2, 30), c(9, 40)}, []bool{true, true, false}},
		{"nobody answered", []Cell{c(0, 30), c(4, 30), c(9, 40), c(30, 90)}, []bool{true, true, true, false}},
		{"hidden for another reason", []Cell{{Answers: 50, People: 90, Hidden: true}, c(9, 40), c(30, 90)}, []bool{true, true, false}},
	} {
		if got := r.Hide(x.cells); !slices.Equal(got, x.want) {
			t.Errorf("%s: %v, want %v", x.name, got, x.want)
		}
	}
	if got := r.Alone().Hide([]Cell{c(4, 30), c(9, 40)}); !slices.Equal(got, []bool{true, false}) {
		t.Errorf("without R3: %v", got)
	}
}

// TestHidden: what is shown is large enough, and what is hidden is nothing or covered, as far as there is anything to cover it with.
func TestHidden(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := Rule{Answers: 5, People: 20}
		var cells []Cell
		for range rapid.IntRange(0, 8).Draw(t, "groups") {
			people := rapid.IntRange(1, 60).Draw(t, "people")
			cells = append(cells, Cell{People: people, Answers: rapid.IntRange(0, people).Draw(t, "answers")})
		}
		hidden := r.Hide(cells)
		shown := 0
		for i, c := range cells {
			if !hidden[i] {
				shown++
				if !r.Shown(c) {
					t.Fatalf("%+v is shown", c)
				}
			}
		}
		if slices.Contains(hidden, true) && shown > 0 && !r.covered(cells, hidden) {
			t.Fatalf("%+v %v: what is hidden can be had by subtraction", cells, hidden)
		}
	})
}
