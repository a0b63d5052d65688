package clock

import (
	"fmt"
	"time"
)

// Day is a date 'YYYY-MM-DD' in the site's zone. Days compare as text. "" means "none".
type Day string

// DayOf returns the date of t in the given zone.
func DayOf(t time.Time, loc *time.Location) Day {
	y, m, d := t.In(loc).Date()
	return dayOf(y, m, d)
}

func dayOf(y int, m time.Month, d int) Day { return Day(fmt.Sprintf("%04d-%02d-%02d", y, m, d)) }

// Valid reports whether d is written as YYYY-MM-DD and exists in the calendar.
func (d Day) Valid() bool {
	_, err := time.Parse(time.DateOnly, string(d))
	return err == nil
}

// utc returns midnight UTC of d, on which arithmetic with days has no gaps; an invalid day is the zero time.
func (d Day) utc() time.Time {
	t, _ := time.Parse(time.DateOnly, string(d))
	return t
}

// number counts days since 1970-01-01.
func (d Day) number() int { return int(d.utc().Unix() / 86400) }

func dayNumber(n int) Day {
	y, m, d := time.Unix(int64(n)*86400, 0).UTC().Date()
	return dayOf(y, m, d)
}

// weekend reports whether the day of that number is a Saturday or Sunday (day 0 was a Thursday).
func weekend(number int) bool {
	w := ((number+4)%7 + 7) % 7
	return w == 0 || w == 6
}

// Year returns the year of d.
func (d Day) Year() int { return d.utc().Year() }

// Weekday returns the day of the week of d.
func (d Day) Weekday() time.Weekday { return d.utc().Weekday() }

// Time returns the first moment of d in the given zone. Where the clocks are put forward at midnight that is not 00:00.
func (d Day) Time(loc *time.Location) time.Time {
	y, m, n := d.utc().Date()
	t := time.Date(y, m, n, 0, 0, 0, 0, loc)
	for DayOf(t, loc) < d {
		t = t.Add(15 * time.Minute)
	}
	return t
}

// at returns the moment at which clocks of the given zone show the time of day on d.
func (d Day) at(ofDay time.Duration, loc *time.Location) time.Time {
	y, m, n := d.utc().Date()
	return time.Date(y, m, n, int(ofDay/time.Hour), int(ofDay%time.Hour/time.Minute), int(ofDay%time.Minute/time.Second), 0, loc)
}

// Add returns the date n days after d, or before it where n is negative.
func (d Day) Add(n int) Day { return dayNumber(d.number() + n) }

// AddMonths returns the same day of the month n months later; where that month is shorter, its last day.
func (d Day) AddMonths(n int) Day {
	y, m, n0 := d.utc().Date()
	last := time.Date(y, m+time.Month(n)+1, 0, 0, 0, 0, 0, time.UTC)
	return dayOf(last.Year(), last.Month(), min(n0, last.Day()))
}

// Until counts the days from d to e; it is negative where e is earlier.
func (d Day) Until(e Day) int { return e.number() - d.number() }
