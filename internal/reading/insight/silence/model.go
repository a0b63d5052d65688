package silence

import "math"

// weight is how many voices of the past the head-count is worth: units with the same number of people and the same shift differ by 1/√weight.
const weight = 4

// Limits of the product (metrics: silent_units).
const (
	crewFrom    = 15 // people of a crew from which on it is told of
	coverage    = 5  // of 100 people, under which a crew is silent
	tail        = 0.025
	monthsShown = 12
)

// Expected is how many are expected, and the interval in which their number lies in 95 of 100 cases.
type Expected struct {
	Mean      float64
	Low, High int
}

// expect is the expected number of people heard of n with a rate, and a past: p were heard where q were expected.
func expect(n int, rate float64, past *past) Expected {
	mean, shape := float64(n)*rate, float64(weight)
	if past != nil {
		mean *= (weight + float64(past.heard)) / (weight + past.expected)
		if past.own {
			shape += float64(past.heard)
		}
	}
	e := Expected{Mean: mean}
	e.Low, e.High = interval(mean, shape)
	return e
}

// past is what was heard and expected in the year before. own: of the unit itself.
type past struct {
	heard    int
	expected float64
	own      bool
}

// interval is the narrowest [low, high] with at most 2.5 of 100 cases on each side, of the negative binomial distribution with that mean and shape.
func interval(mean, shape float64) (low, high int) {
	if mean <= 0 {
		return 0, 0
	}
	log, step := -shape*math.Log1p(mean/shape), math.Log(mean/(shape+mean))
	sum, found := 0.0, false
	most := int(mean+20*math.Sqrt(mean+mean*mean/shape)) + 50
	for x := 0; x < most; x++ {
		sum += math.Exp(log)
		if !found && sum > tail {
			low, found = x, true
		}
		if sum >= 1-tail {
			return low, x
		}
		log += math.Log((shape+float64(x))/float64(x+1)) + step
	}
	return low, most
}

// Sign is what the numbers of a unit say.
type Sign string

// The signs, the gravest first. Names: "silence.sign.<value>".
const (
	Silent Sign = "silent" // a crew of which nearly nobody has been heard in any way
	Fewer  Sign = "fewer"  // far fewer than expected
	Usual  Sign = "usual"
)

// silent reports whether a crew is silent: so many people, of whom so many have been heard in some way.
func silent(people, heard int) bool { return people >= crewFrom && heard*100 < coverage*people }
