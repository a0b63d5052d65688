package result

import "math"

// Estimate is a number with the interval in which the true one lies in 95 of 100 cases, if those who answered are like those who did not.
type Estimate struct{ Value, Low, High float64 }

// z95 is the 97.5th percentile of the normal distribution.
const z95 = 1.959963984540054

// Wilson is the share of k among n with its score interval (Wilson 1927).
func Wilson(k, n int) Estimate {
	if n == 0 {
		return Estimate{}
	}
	return score(float64(k)/float64(n), float64(n))
}

func score(p, m float64) Estimate {
	d := 1 + z95*z95/m
	mid := (p + z95*z95/(2*m)) / d
	half := z95 / d * math.Sqrt(p*(1-p)/m+z95*z95/(4*m*m))
	return Estimate{p, max(0, mid-half), min(1, mid+half)}
}

// mean is the mean with its normal interval.
func mean(m Moment) Estimate {
	if m.N == 0 {
		return Estimate{}
	}
	v := m.Sum / float64(m.N)
	half := z95 * math.Sqrt(variance(m)/float64(m.N))
	return Estimate{v, v - half, v + half}
}

// variance is that of the sample, with n−1.
func variance(m Moment) float64 {
	if m.N < 2 {
		return 0
	}
	n := float64(m.N)
	return max(0, (m.Sq-m.Sum*m.Sum/n)/(n-1))
}

// weighted is the post-stratified estimate: every group counts by its people, however many of them have answered. Its variance is the sum of
// W²·s²/n·(1−n/N); a group that answered as a whole adds nothing to it. A share has Wilson's interval for as many answers as these are worth,
// 1/ΣW²/n (Kish).
func weighted(groups []cell) Figure {
	f := Figure{}
	people := 0
	for _, c := range groups {
		f.N += c.N
		if c.N > 0 {
			people += c.people
		}
	}
	if f.N == 0 || people == 0 {
		return f
	}
	worth := 0.0
	for _, c := range groups {
		if c.N > 0 {
			w := float64(c.people) / float64(people)
			worth += w * w / float64(c.N)
		}
	}
	of := func(pick func(c cell) Moment) Estimate {
		v, s2 := 0.0, 0.0
		for _, c := range groups {
			m := pick(c)
			if m.N == 0 {
				continue
			}
			w, n := float64(c.people)/float64(people), float64(m.N)
			v += w * m.Sum / n
			s2 += w * w * variance(m) / n * max(0, 1-n/float64(max(c.people, m.N)))
		}
		half := z95 * math.Sqrt(s2)
		return Estimate{v, v - half, v + half}
	}
	f.Mean = of(func(c cell) Moment { return c.Moment })
	for i := range groups[0].counts {
		e := of(func(c cell) Moment { k := float64(c.counts[i]); return Moment{c.N, k, k} })
		f.Shares = append(f.Shares, score(min(1, max(0, e.Value)), 1/worth))
	}
	return f
}
