package silence

import (
	"fmt"
	"math"
	"testing"

	"sanwen/internal/base/org"
	"sanwen/internal/ground/few"

	"pgregory.net/rapid"
)

// TestByHand: 120 people with a rate of one in ten let expect 12. With the weight 4 a voice less or more has the odds 12/(4+12) = 3/4, so nobody is heard
// with (1/4)⁴ = 0.0039, one with 4·3/4 as much, 0.0117, two with 10·9/16 as much, 0.0220: together 0.0156 for up to one, 0.0376 for up to two, so the
// interval begins with 2. For 4 expected the odds are 1/2: none has 1/16 = 0.0625, which is more than 0.025, and up to ten 0.9713, up to eleven 0.9824, so
// the interval is 0–11. A year before in which 26 were heard where 11 were expected makes (4+26)/(4+11) = 2 times as many of it.
func TestByHand(t *testing.T) {
	e := expect(120, 0.1, nil)
	if math.Abs(e.Mean-12) > 1e-9 || e.Low != 2 {
		t.Errorf("%+v", e)
	}
	if e = expect(40, 0.1, nil); math.Abs(e.Mean-4) > 1e-9 || e.Low != 0 || e.High != 11 {
		t.Errorf("%+v", e)
	}
	if e = expect(60, 0.1, &past{heard: 26, expected: 11}); math.Abs(e.Mean-12) > 1e-9 || e.Low != 2 {
		t.Errorf("the past of the whole: %+v", e)
	}
	own := expect(60, 0.1, &past{heard: 26, expected: 11, own: true})
	if math.Abs(own.Mean-12) > 1e-9 || own.Low <= 2 || own.High >= e.High {
		t.Errorf("a past of its own tells more: %+v, before %+v", own, e)
	}
	for _, x := range []struct {
		people, heard int
		want          bool
	}{{20, 0, true}, {20, 1, false}, {21, 1, true}, {15, 0, true}, {14, 0, false}, {100, 4, true}, {100, 5, false}} {
		if got := silent(x.people, x.heard); got != x.want {
			t.Errorf("%d of %d: %v", x.heard, x.people, got)
		}
	}
}

// TestInterval: not more than 2.5 of 100 lie on either side, however large the numbers are.
func TestInterval(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		mean := rapid.Float64Range(0.01, 3000).Draw(t, "mean")
		shape := rapid.Float64Range(1, 2000).Draw(t, "shape")
		low, high := interval(mean, shape)
		if low > high || float64(low) > mean+1 || float64(high) < mean-1 {
			t.Fatalf("%d–%d", low, high)
		}
		below, above := 0.0, 1.0
		for x := range high {
			lf := func(v float64) float64 { l, _ := math.Lgamma(v); return l }
			p := math.Exp(lf(shape+float64(x)) - lf(shape) - lf(float64(x+1)) + shape*math.Log(shape/(shape+mean)) + float64(x)*math.Log(mean/(shape+mean)))
			if x < low {
				below += p
			}
			above -= p
		}
		if below > tail+1e-6 || above < tail-1e-6 { // one more, and it would not be the narrowest
			t.Fatalf("mean %g shape %g: %d–%d, below %g, from %d on %g", mean, shape, low, high, below, high, above)
		}
	})
}

// TestNothingBySubtraction: the sum of every group whose rate is told is known. What is hidden in it has at least two members, and together at least as
// many voices and people as a unit that is told.
func TestNothingBySubtraction(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := &counts{rule: few.Rule{Answers: 5, People: 20}, past: rapid.Bool().Draw(t, "past")}
		for i := range rapid.IntRange(1, 9).Draw(t, "units") {
			n := rapid.IntRange(1, 90).Draw(t, "people")
			c.wholes = append(c.wholes, &unit{Unit: org.Unit{Code: fmt.Sprint("U", i)}, people: n, shift: rapid.SampledFrom([]string{"", "常白班", "四班三倒"}).Draw(t, "shift"),
				heard: rapid.IntRange(0, n).Draw(t, "heard"), before: rapid.IntRange(0, n).Draw(t, "before"), reached: n})
		}
		m := c.measure()
		if m.Early {
			return
		}
		at := map[string]Row{}
		for _, r := range m.Units {
			at[r.Unit.Code] = r
			if r.Few && r.Heard != 0 {
				t.Fatalf("%+v tells what it hides", r)
			}
		}
		_, pooled, _ := c.rates(c.wholes, func(u *unit) int { return u.heard })
		shown, rest := map[string]bool{}, map[string][]*unit{}
		for _, u := range c.wholes {
			group := u.shift
			if pooled[group] { // the sum of all of these together is known
				group = "pooled"
			}
			if at[u.Code].Few {
				rest[group] = append(rest[group], u)
			} else {
				shown[group] = true
			}
		}
		for group, hidden := range rest {
			members, answers, people := 0, 0, 0
			for _, u := range hidden {
				if answers, people = answers+u.heard, people+u.people; u.heard > 0 {
					members++
				}
			}
			if shown[group] && (members < 2 || answers < 5 || people < 20) {
				t.Fatalf("%q: %d units with %d voices and %d people are hidden", group, members, answers, people)
			}
		}
	})
}
