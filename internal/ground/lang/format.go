package lang

import (
	"math"
	"reflect"
	"strconv"
	"strings"
	"time"

	"sanwen/internal/ground/clock"
)

// moment returns v, which is a time.Time, clock.Millis or clock.Day, in the zone; ok is false for "none".
func moment(v any, loc *time.Location) (t time.Time, ok bool) {
	switch v := v.(type) {
	case time.Time:
		return v.In(loc), !v.IsZero()
	case clock.Millis:
		return v.At(loc), !v.Zero()
	case clock.Day:
		if !v.Valid() {
			return time.Time{}, false
		}
		return v.Time(time.UTC), true
	}
	return time.Time{}, false
}

func (l Lang) month(t time.Time) string { return l.T("date.month." + strconv.Itoa(int(t.Month()))) }

// Date writes a time.Time, clock.Millis or clock.Day as a date: "2026年11月22日", "22 November 2026". None gives "".
func (l Lang) Date(v any, loc *time.Location) string {
	t, ok := moment(v, loc)
	if !ok {
		return ""
	}
	return l.T("date.long", t.Year(), l.month(t), t.Day())
}

// DateTime writes a time.Time or clock.Millis with hours and minutes: "2026年11月22日 17:30", "22 November 2026, 17:30".
func (l Lang) DateTime(v any, loc *time.Location) string {
	t, ok := moment(v, loc)
	if !ok {
		return ""
	}
	return l.T("date.moment", l.Date(v, loc), t.Format("15:04"))
}

// ShortDate writes month, day and day of the week, for lists in which the year is plain: "11月22日 周日", "Sun 22 November".
func (l Lang) ShortDate(v any, loc *time.Location) string {
	t, ok := moment(v, loc)
	if !ok {
		return ""
	}
	return l.T("date.short", l.month(t), t.Day(), l.T("date.weekday."+strconv.Itoa(int(t.Weekday()))))
}

// BriefDate writes month and day as short as can be, for narrow columns and drawings: "11月22日", "22 Nov".
func (l Lang) BriefDate(v any, loc *time.Location) string {
	t, ok := moment(v, loc)
	if !ok {
		return ""
	}
	m := l.month(t)
	if l == EN {
		m = m[:3]
	}
	return l.T("date.brief", m, t.Day())
}

// WorkingDays writes a number of working days: "4 个工作日", "4 working days".
func (l Lang) WorkingDays(n int) string { return l.T("date.workdays", n) }

// WorkingDaysLeft says how many working days are left: "剩 4 个工作日", "4 working days left"; 0 is due today, less is overdue.
func (l Lang) WorkingDaysLeft(n int) string {
	switch {
	case n < 0:
		return l.T("date.over", -n)
	case n == 0:
		return l.T("date.today")
	}
	return l.T("date.left", n)
}

// TimeLeft says how much time around the clock is left until something is due: "剩 3 小时", "12 minutes left", "超期 2 小时"; overdue for three days and more it counts days.
func (l Lang) TimeLeft(d time.Duration) string {
	length, over := d.Abs(), d < 0
	minutes, hours := int(length/time.Minute), int(length/time.Hour)
	switch {
	case over && hours >= 72:
		return l.T("date.days_over", hours/24)
	case hours > 0 && over:
		return l.T("date.hours_over", hours)
	case hours > 0:
		return l.T("date.hours_left", hours)
	case over:
		return l.T("date.minutes_over", minutes)
	}
	return l.T("date.minutes_left", minutes)
}

// Number writes a number with groups of three digits; a fraction keeps at most two places.
func (l Lang) Number(v any) string {
	var s, fraction string
	switch r := reflect.ValueOf(v); {
	case r.CanInt():
		s = strconv.FormatInt(r.Int(), 10)
	case r.CanUint():
		s = strconv.FormatUint(r.Uint(), 10)
	case r.CanFloat():
		if f := r.Float(); math.IsNaN(f) || math.IsInf(f, 0) {
			return "–"
		}
		s, fraction, _ = strings.Cut(strconv.FormatFloat(r.Float(), 'f', 2, 64), ".")
		if fraction = strings.TrimRight(fraction, "0"); fraction != "" {
			fraction = "." + fraction
		}
	}
	sign := ""
	if strings.HasPrefix(s, "-") {
		sign, s = "-", s[1:]
	}
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return sign + s + fraction
}

// List joins names: "甲、乙、丙", "A, B and C".
func (l Lang) List(names []string) string {
	switch len(names) {
	case 0:
		return ""
	case 1:
		return names[0]
	}
	last := len(names) - 1
	return l.T("date.list_end", strings.Join(names[:last], l.T("date.list_between")), names[last])
}
