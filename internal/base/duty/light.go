package duty

import (
	"time"

	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
)

// Color is the color of a light; its word is "duty.light.<color>".
type Color string

// The colors, the calmest first.
const (
	Green  Color = "green"  // on track
	Blue   Color = "blue"   // near the limit
	Yellow Color = "yellow" // a milestone missed, a plan late, or nothing happened for long
	Red    Color = "red"    // overdue
)

// Colors returns the colors, the calmest first.
func Colors() []Color { return []Color{Green, Blue, Yellow, Red} }

func (c Color) rank() int {
	for i, k := range Colors() {
		if k == c {
			return i
		}
	}
	return 0
}

// Light says how a duty or a matter stands. It is derived whenever it is shown and never stored.
type Light struct {
	Color   Color
	Waiting bool // it waits; the light stands still meanwhile
}

// Limits are the thresholds of the lights.
type Limits struct {
	BlueShare int // percent of the time left
	BlueDays  int // working days left
	StaleDays int // days without progress
}

// LimitsOf returns the thresholds that the organisation has set; each setting carries its basis.
func LimitsOf(s org.Settings) Limits {
	return Limits{BlueShare: s.Int(org.BlueShare), BlueDays: s.Int(org.BlueDays), StaleDays: s.Int(org.StaleDays)}
}

// LightOf derives the light of one duty. Overdue is red, or yellow where it is a milestone or a plan: the promise itself still holds.
// Near the limit is blue: for working days at most BlueDays of them or BlueShare percent left, around the clock BlueShare percent.
// A discharged duty is green. While a duty waits, its light stands as it did when the waiting began.
func LightOf(d Duty, now time.Time, cal *clock.Calendar, lim Limits) Light {
	if !d.Open {
		return Light{Color: Green}
	}
	l := Light{Color: Green, Waiting: d.Waiting()}
	at := clock.MillisOf(now)
	if l.Waiting {
		at = min(at, d.WaitingFrom)
	}
	switch {
	case at > d.Due:
		l.Color = Red
		if d.Kind.early() {
			l.Color = Yellow
		}
	case d.near(at, cal, lim):
		l.Color = Blue
	}
	return l
}

func (d Duty) near(at clock.Millis, cal *clock.Calendar, lim Limits) bool {
	if d.WallClock() {
		return int64(d.Due-at)*100 <= int64(lim.BlueShare)*int64(d.Due-d.StartedAt)
	}
	left := cal.WorkingDaysLeft(at.Time(), d.Due.Time())
	total := cal.WorkingDaysLeft(d.StartedAt.Time(), d.Due.Time())
	return left <= lim.BlueDays || left*100 <= lim.BlueShare*total
}

// Summary derives the light of what several duties are about, such as a matter: the worst of their lights, and yellow where nothing has
// happened since touched for StaleDays days and nothing waits. A zero touched does not grow stale.
func Summary(ds []Duty, touched clock.Millis, now time.Time, cal *clock.Calendar, lim Limits) Light {
	sum := Light{Color: Green}
	open := false
	for _, d := range ds {
		if !d.Open {
			continue
		}
		open = true
		l := LightOf(d, now, cal, lim)
		if l.Color.rank() > sum.Color.rank() {
			sum.Color = l.Color
		}
		sum.Waiting = sum.Waiting || l.Waiting
	}
	stale := open && !sum.Waiting && !touched.Zero() && touched.Day(cal.Zone()).Until(clock.DayOf(now, cal.Zone())) > lim.StaleDays
	if stale && sum.Color.rank() < Yellow.rank() {
		sum.Color = Yellow
	}
	return sum
}
