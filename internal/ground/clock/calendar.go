package clock

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"sync"
	"time"
)

// DefaultOfficeEnd is the time of day at which a working day ends where the site names no other.
const DefaultOfficeEnd = 17*time.Hour + 30*time.Minute

// Calendar knows which days are worked. It does not change once made and may be shared.
type Calendar struct {
	Version   string // pinned by every duty computed with it
	zone      *time.Location
	officeEnd time.Duration
	known     map[int]bool // years that were announced
	off       map[int]bool // exceptions by day number: true is free, false is worked
	names     map[int]string
}

// NewCalendar makes a calendar of the given years. An empty version becomes [VersionOf] the years, a nil zone [DefaultZone], and an
// officeEnd of zero [DefaultOfficeEnd]. Where the notices of two years name one day, the later year holds.
func NewCalendar(version string, years []Year, zone *time.Location, officeEnd time.Duration) *Calendar {
	if zone == nil {
		zone = Shanghai()
	}
	if officeEnd <= 0 || officeEnd >= 24*time.Hour {
		officeEnd = DefaultOfficeEnd
	}
	if version == "" {
		version = VersionOf(years)
	}
	c := &Calendar{Version: version, zone: zone, officeEnd: officeEnd, known: map[int]bool{}, off: map[int]bool{}, names: map[int]string{}}
	for _, y := range ordered(years) {
		c.known[y.Year] = true
		for _, d := range y.Days {
			c.off[d.Date.number()] = d.Off
			c.names[d.Date.number()] = d.Name
		}
	}
	return c
}

// lastShipped is the calendar that [ShippedCalendar] made last.
var lastShipped struct {
	sync.Mutex
	c *Calendar
}

// ShippedCalendar is [NewCalendar] of the years that the program itself knows. It is made once and kept until another version, zone or end is
// asked for: every transaction of an installation that has imported no year wants it, and making it costs more than most of them.
func ShippedCalendar(version string, zone *time.Location, officeEnd time.Duration) *Calendar {
	lastShipped.Lock()
	defer lastShipped.Unlock()
	if c := lastShipped.c; c == nil || c.Version != version || c.zone != zone || c.officeEnd != officeEnd {
		lastShipped.c = NewCalendar(version, Shipped(), zone, officeEnd)
	}
	return lastShipped.c
}

func ordered(years []Year) []Year {
	years = slices.Clone(years)
	slices.SortStableFunc(years, func(a, b Year) int { return a.Year - b.Year })
	return years
}

// VersionOf names a set of years by its content, so that equal data have equal versions.
func VersionOf(years []Year) string {
	h := sha256.New()
	enc := json.NewEncoder(h)
	for _, y := range ordered(years) {
		if err := enc.Encode(struct {
			Year int
			Days []Holiday
		}{y.Year, y.Days}); err != nil {
			panic(err) // plain text and numbers
		}
	}
	return "cn-" + hex.EncodeToString(h.Sum(nil)[:4])
}

// Zone returns the zone in which the calendar's days begin and end.
func (c *Calendar) Zone() *time.Location { return c.zone }

// Knows reports whether the year was announced; the days of other years are provisional.
func (c *Calendar) Knows(year int) bool { return c.known[year] }

// HolidayName returns the name under which the notice lists the day, or "".
func (c *Calendar) HolidayName(d Day) string { return c.names[d.number()] }

// IsWorkday reports whether d is worked, and whether that is provisional because its year was not announced.
func (c *Calendar) IsWorkday(d Day) (work, provisional bool) {
	n := d.number()
	return c.works(n), !c.known[d.Year()] && !c.listed(n)
}

func (c *Calendar) works(n int) bool {
	if off, ok := c.off[n]; ok {
		return !off
	}
	return !weekend(n)
}

func (c *Calendar) listed(n int) bool {
	_, ok := c.off[n]
	return ok
}

// OfficeEnd returns the last office minute of d.
func (c *Calendar) OfficeEnd(d Day) time.Time { return d.at(c.officeEnd, c.zone) }

// NextWorkday returns the first working day after d.
func (c *Calendar) NextWorkday(d Day) Day { return c.step(d, 1) }

// PrevWorkday returns the last working day before d.
func (c *Calendar) PrevWorkday(d Day) Day { return c.step(d, -1) }

// ThisOrNextWorkday returns d if it is worked, else the next working day.
func (c *Calendar) ThisOrNextWorkday(d Day) Day { return c.step(d.Add(-1), 1) }

func (c *Calendar) step(d Day, by int) Day {
	n := d.number() + by
	for !c.works(n) {
		n += by
	}
	return dayNumber(n)
}

// AddWorkdays returns the n-th working day after d; for n < 1 it is d itself, or the next working day where d is free.
func (c *Calendar) AddWorkdays(d Day, n int) Day {
	if n < 1 {
		return c.ThisOrNextWorkday(d)
	}
	at := d.number()
	for n > 0 {
		at++
		if c.works(at) {
			n--
		}
	}
	return dayNumber(at)
}

// DueAfterWorkingDays returns the last office minute of the n-th working day after start; the day after start is day 1, whatever the
// hour of start. For n < 1 it is that of start's own day, or of the next working day. The result is provisional where a year between
// start and due was not announced.
func (c *Calendar) DueAfterWorkingDays(start time.Time, n int) (due time.Time, provisional bool) {
	from := DayOf(start, c.zone)
	last := c.AddWorkdays(from, n)
	return c.OfficeEnd(last), c.provisional(from, last)
}

func (c *Calendar) provisional(from, to Day) bool {
	for y := from.Year(); y <= to.Year(); y++ {
		if !c.known[y] {
			return true
		}
	}
	return false
}

// WorkingDaysBetween counts the working days after a up to and including b. It is negative where b is earlier than a.
func (c *Calendar) WorkingDaysBetween(a, b Day) int {
	from, to, sign := a.number(), b.number(), 1
	if to < from {
		from, to, sign = to, from, -1
	}
	count := 0
	for n := from + 1; n <= to; n++ {
		if c.works(n) {
			count++
		}
	}
	return sign * count
}

// WorkingDaysLeft counts the working days after now's day up to and including the day of due: 0 on the last day, negative when it
// has passed.
func (c *Calendar) WorkingDaysLeft(now, due time.Time) int {
	return c.WorkingDaysBetween(DayOf(now, c.zone), DayOf(due, c.zone))
}
