package clock

import (
	"sync"
	"time"
	_ "time/tzdata" // a machine without zone files computes the same days
)

// Clock tells the time.
type Clock interface {
	Now() time.Time
}

type system struct{}

func (system) Now() time.Time { return time.Now() }

// System returns the machine's clock.
func System() Clock { return system{} }

// Fake is a clock that stands still until it is moved. It is safe for concurrent use.
type Fake struct {
	mu  sync.Mutex
	now time.Time
}

// NewFake returns a clock that stands at t.
func NewFake(t time.Time) *Fake { return &Fake{now: t} }

// Now returns the time the clock stands at.
func (f *Fake) Now() time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.now
}

// Set moves the clock to t, which may be earlier than now.
func (f *Fake) Set(t time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.now = t
}

// Advance moves the clock by d and returns the new time.
func (f *Fake) Advance(d time.Duration) time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.now = f.now.Add(d)
	return f.now
}

// DefaultZone is the zone of a site that names none.
const DefaultZone = "Asia/Shanghai"

// Shanghai returns the zone of China.
func Shanghai() *time.Location {
	loc, err := time.LoadLocation(DefaultZone)
	if err != nil {
		panic(err) // the zone data is part of the binary
	}
	return loc
}

// Millis is a moment as stored: milliseconds since 1970 in UTC. Zero means "none".
type Millis int64

// MillisOf returns t as stored; the zero time becomes zero.
func MillisOf(t time.Time) Millis {
	if t.IsZero() {
		return 0
	}
	return Millis(t.UnixMilli())
}

// Zero reports whether m is no moment.
func (m Millis) Zero() bool { return m == 0 }

// Time returns m in UTC; zero becomes the zero time.
func (m Millis) Time() time.Time {
	if m == 0 {
		return time.Time{}
	}
	return time.UnixMilli(int64(m)).UTC()
}

// At returns m in the given zone; zero becomes the zero time.
func (m Millis) At(loc *time.Location) time.Time {
	if m == 0 {
		return time.Time{}
	}
	return time.UnixMilli(int64(m)).In(loc)
}

// Day returns the date of m in the given zone; zero becomes "".
func (m Millis) Day(loc *time.Location) Day {
	if m == 0 {
		return ""
	}
	return DayOf(m.Time(), loc)
}

// Add returns m moved by d.
func (m Millis) Add(d time.Duration) Millis { return m + Millis(d.Milliseconds()) }
