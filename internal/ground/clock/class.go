package clock

import "time"

// Class is a time class: the ceiling within which a voice is answered.
type Class string

// The time classes. The first two run around the clock, the others in working days.
const (
	T2H  Class = "T2H"  // danger to life or property: 2 hours
	T24H Class = "T24H" // water, power, heat, food: 24 hours
	T7D  Class = "T7D"  // ordinary: 7 working days
	T15D Class = "T15D" // several departments or difficult: 15 working days
)

// Classes returns the time classes, shortest first.
func Classes() []Class { return []Class{T2H, T24H, T7D, T15D} }

// Span returns the class's length; the zero Span for an unknown class.
func (c Class) Span() Span {
	switch c {
	case T2H:
		return Span{Hours: 2}
	case T24H:
		return Span{Hours: 24}
	case T7D:
		return Span{WorkingDays: 7}
	case T15D:
		return Span{WorkingDays: 15}
	}
	return Span{}
}

// Valid reports whether c is one of the time classes.
func (c Class) Valid() bool { return c.Span() != Span{} }

// WallClock reports whether the class runs around the clock.
func (c Class) WallClock() bool { return c.Span().WallClock() }

// Span is a length of time in which something is owed: hours around the clock, or working days. Exactly one of the two is set;
// where both are, hours hold.
type Span struct {
	Hours       int `json:"hours,omitempty"`
	WorkingDays int `json:"days,omitempty"`
}

// Zero reports whether the span has no length.
func (s Span) Zero() bool { return s == Span{} }

// WallClock reports whether the span runs around the clock.
func (s Span) WallClock() bool { return s.Hours > 0 }

// Due returns the end of the span that begins at start, and whether it is provisional because a year was not announced.
func (s Span) Due(start time.Time, cal *Calendar) (due time.Time, provisional bool) {
	if s.WallClock() {
		return start.Add(time.Duration(s.Hours) * time.Hour), false
	}
	return cal.DueAfterWorkingDays(start, s.WorkingDays)
}
