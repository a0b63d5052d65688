package report

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// TestSuppress: what is hidden is forgotten, never exactly one is hidden while another could be, and nothing else is touched.
func TestSuppress(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var in []Ranked
		for range rapid.IntRange(0, 5).Draw(t, "rows") {
			n := rapid.IntRange(0, 40).Draw(t, "people")
			in = append(in, Ranked{N: 1, People: n, Few: n < fewPeople || rapid.Bool().Draw(t, "small place")})
		}
		out := suppress(slices.Clone(in))
		hidden, shown := 0, 0
		for i, r := range out {
			switch {
			case r.Few:
				hidden++
				if r.People != 0 {
					t.Fatalf("row %d is hidden and still says %d", i, r.People)
				}
			case in[i].Few:
				t.Fatalf("row %d was too small and is shown", i)
			default:
				shown++
				if r.People != in[i].People || r.People < fewPeople {
					t.Fatalf("row %d shows %d of %d", i, r.People, in[i].People)
				}
			}
		}
		if hidden == 1 && shown > 0 {
			t.Fatalf("exactly one of %d is hidden: %v", len(out), out)
		}
	})
}

// TestPercent: below ten there is no percentage, and halves are rounded up.
func TestPercent(t *testing.T) {
	for _, c := range []struct {
		part, all int
		want      string
		ok        bool
	}{{3, 4, "", false}, {0, 0, "", false}, {9, 10, "90.0%", true}, {1, 16, "6.3%", true}, {12, 12, "100.0%", true}} {
		if got, ok := (Quality{Part: c.part, All: c.all}).Percent(); got != c.want || ok != c.ok {
			t.Errorf("%d of %d: %q %v, want %q %v", c.part, c.all, got, ok, c.want, c.ok)
		}
	}
}
