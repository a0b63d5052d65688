package publish

import (
	"strconv"
	"strings"

	"sanwen/internal/ground/clock"
)

// Period is a quarter or a year of the calendar, named as it stands in an address: "2026-Q3", "2026".
type Period struct {
	Key      string
	From, To clock.Day
}

// Quarter is the quarter of the year, 1 to 4, or 0 for a whole year.
func (p Period) Quarter() int {
	_, q, _ := strings.Cut(p.Key, "-Q")
	n, _ := strconv.Atoi(q)
	return n
}

// Before is the period of the same length before it.
func (p Period) Before() Period {
	if p.Quarter() == 0 {
		return year(p.From.Year() - 1)
	}
	return quarterOf(p.From.Add(-1))
}

// Next is the first day behind it.
func (p Period) Next() clock.Day { return p.To.Add(1) }

func year(y int) Period {
	s := strconv.Itoa(y)
	return Period{s, clock.Day(s + "-01-01"), clock.Day(s + "-12-31")}
}

// quarterOf is the quarter in which a day lies.
func quarterOf(d clock.Day) Period {
	y := d.Year()
	m, _ := strconv.Atoi(string(d[5:7]))
	q := (m - 1) / 3
	from := year(y).From.AddMonths(3 * q)
	return Period{strconv.Itoa(y) + "-Q" + strconv.Itoa(q+1), from, from.AddMonths(3).Add(-1)}
}

// How far back periods are offered.
const (
	quarters = 8
	years    = 2
)

// Periods lists the quarters and years that were over on a day, the latest first: what is told by period is told of whole ones only (R4 of the
// rules of small groups).
func Periods(day clock.Day) (out []Period) {
	p := quarterOf(day)
	if p.To > day {
		p = p.Before()
	}
	for range quarters {
		out = append(out, p)
		p = p.Before()
	}
	y := year(day.Year())
	if y.To > day {
		y = y.Before()
	}
	for range years {
		out = append(out, y)
		y = y.Before()
	}
	return out
}

// PeriodOf finds one of them by its name.
func PeriodOf(day clock.Day, key string) (Period, bool) {
	for _, p := range Periods(day) {
		if p.Key == key {
			return p, true
		}
	}
	return Period{}, false
}
