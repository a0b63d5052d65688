package clock

import (
	"cmp"
	"slices"
	"time"
)

// Interval is a time during which something waited. Until zero means that it still waits.
type Interval struct {
	From, Until Millis
}

// Union returns the intervals without overlaps, in order. Intervals that touch are joined, empty and reversed ones are dropped, and an
// open interval swallows what follows it.
func Union(in []Interval) []Interval {
	open := func(i Interval) bool { return i.Until.Zero() }
	in = slices.DeleteFunc(slices.Clone(in), func(i Interval) bool { return !open(i) && i.Until <= i.From })
	slices.SortFunc(in, func(a, b Interval) int { return cmp.Compare(a.From, b.From) })
	var out []Interval
	for _, i := range in {
		if len(out) == 0 {
			out = append(out, i)
			continue
		}
		last := &out[len(out)-1]
		switch {
		case open(*last):
			return out
		case i.From > last.Until:
			out = append(out, i)
		case open(i) || i.Until > last.Until:
			last.Until = i.Until
		}
	}
	return out
}

// closed is [Union] with open intervals ended at now, and nothing after now.
func closed(in []Interval, now time.Time) []Interval {
	end := MillisOf(now)
	cut := make([]Interval, 0, len(in))
	for _, i := range in {
		if i.Until.Zero() || i.Until > end {
			i.Until = end
		}
		cut = append(cut, i)
	}
	return Union(cut)
}

// WaitedWorkingDays counts the working days whose last office minute fell into the intervals up to now. Overlaps count once, and free
// days do not count: a wait over a weekend, or one that ends within the office day it began in, costs nothing.
func (c *Calendar) WaitedWorkingDays(in []Interval, now time.Time) int {
	count := 0
	for _, i := range closed(in, now) {
		last := DayOf(i.Until.Time(), c.zone).number()
		for n := DayOf(i.From.Time(), c.zone).number(); n <= last; n++ {
			if !c.works(n) {
				continue
			}
			if end := MillisOf(c.OfficeEnd(dayNumber(n))); i.From < end && end <= i.Until {
				count++
			}
		}
	}
	return count
}

// Waited returns the time around the clock that the intervals cover up to now. Overlaps count once.
func Waited(in []Interval, now time.Time) time.Duration {
	var sum Millis
	for _, i := range closed(in, now) {
		sum += i.Until - i.From
	}
	return time.Duration(sum) * time.Millisecond
}

// DueWithWaiting returns the end of the span that began at start, moved by what it waited up to now: whole working days for a span of
// working days, the time itself for one of hours.
func (s Span) DueWithWaiting(start time.Time, cal *Calendar, waits []Interval, now time.Time) (due time.Time, provisional bool) {
	if s.WallClock() {
		due, provisional = s.Due(start, cal)
		return due.Add(Waited(waits, now)), provisional
	}
	s.WorkingDays += cal.WaitedWorkingDays(waits, now)
	return s.Due(start, cal)
}
