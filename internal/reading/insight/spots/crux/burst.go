package crux

import (
	"math"

	"sanwen/internal/ground/clock"
)

// When something is a burst (defaults of the product).
const (
	burstDays   = 7     // of the last days
	burstVoices = 5     // that many voices at least
	burstPeople = 3     // of that many people
	burstChance = 0.001 // and so many come by chance less often than that
	burstWeeks  = 8     // weeks with whose same weekdays they are compared
	yearDays    = 365
)

// Burst compares the last days with what is usual.
type Burst struct {
	N        int     // voices of the last seven days
	Expected float64 // on the same weekdays before, in this season
	Is       bool
}

// BurstOf compares the last days with the same weekdays of the weeks before, and with how this season stood out of the year before. A problem that
// was never heard of is compared with half a voice.
func BurstOf(days map[clock.Day]int, today clock.Day, people int) Burst {
	var b Burst
	for i := range burstDays {
		d := today.Add(-i)
		b.N += days[d]
		for k := 1; k <= burstWeeks; k++ {
			b.Expected += float64(days[d.Add(-7*k)]) / burstWeeks
		}
	}
	b.Expected = (b.Expected + 0.5) * season(days, today)
	b.Is = b.N >= burstVoices && people >= burstPeople && atLeast(b.N, b.Expected) < burstChance
	return b
}

// season is by how much these four weeks stood out of the year before last: 1 where it did not, or where nothing is known.
func season(days map[clock.Day]int, today clock.Day) float64 {
	weeks, year := 0, 0
	for d, n := range days {
		ago := d.Until(today)
		if ago >= yearDays-14 && ago < yearDays+14 {
			weeks += n
		}
		if ago >= yearDays-182 && ago < yearDays+182 {
			year += n
		}
	}
	const some = 3 // voices that a season weighs less than nothing against
	return (float64(weeks) + some) / (float64(year)*28/364 + some)
}

// atLeast is the chance of n or more where so many are expected (Poisson).
func atLeast(n int, expected float64) float64 {
	p, sum := math.Exp(-expected), 0.0
	for k := range n {
		sum += p
		p *= expected / float64(k+1)
	}
	return max(0, 1-sum)
}
