package story

import (
	"fmt"
	"time"

	"sanwen/internal/ground/clock"
)

// days turns working days before and after today into dates and times.
type days struct {
	cal   *clock.Calendar
	today clock.Day
	back  []clock.Day // back[n] is the n-th working day before today, from 1 on
}

func newDays(cal *clock.Calendar, today clock.Day) *days {
	return &days{cal: cal, today: today, back: []clock.Day{today}}
}

// ago is the n-th working day before today; a negative n is a day to come.
func (d *days) ago(n int) clock.Day {
	if n < 0 {
		return d.cal.AddWorkdays(d.today, -n)
	}
	for len(d.back) <= n {
		d.back = append(d.back, d.cal.PrevWorkday(d.back[len(d.back)-1]))
	}
	return d.back[n]
}

// day reads "190" (working days ago) or "+4" (working days from today).
func (d *days) day(s string) (clock.Day, error) {
	var n int
	if _, err := fmt.Sscanf(s, "%d", &n); err != nil || n == 0 {
		return "", fmt.Errorf("%q is no day of the story", s)
	}
	if s[0] == '+' {
		n = -n
	}
	return d.ago(n), nil
}

// on is a time of a day, "14:30".
func (d *days) on(day clock.Day, at string) (time.Time, error) {
	t, err := time.Parse("15:04", at)
	if err != nil {
		return time.Time{}, err
	}
	return day.Time(d.cal.Zone()).Add(time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute), nil
}

// onOrBefore is the day, or the last working day before it.
func (d *days) onOrBefore(day clock.Day) clock.Day {
	if work, _ := d.cal.IsWorkday(day); work {
		return day
	}
	return d.cal.PrevWorkday(day)
}
