package clock

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func cn(t testing.TB) *Calendar {
	t.Helper()
	return NewCalendar("", Shipped(), nil, 0)
}

// TestDueAroundHolidays was computed by hand from the notices of the State Council.
func TestDueAroundHolidays(t *testing.T) {
	cal := cn(t)
	for _, c := range []struct {
		why   string
		start string
		n     int
		want  Day
	}{
		{"plain week", "2026-11-23 08:00", 1, "2026-11-24"},
		{"plain week, late in the evening", "2026-11-23 23:59", 1, "2026-11-24"},
		{"over a weekend", "2026-11-20 08:00", 1, "2026-11-23"},
		{"said on a Saturday", "2026-11-21 12:00", 1, "2026-11-23"},
		{"ordinary class", "2026-11-23 08:00", 7, "2026-12-02"},
		{"difficult class", "2026-11-23 08:00", 15, "2026-12-14"},

		// National Day 2026: 1-7 October (Thursday to Wednesday) free; Sunday 20 September and Saturday 10 October worked.
		// Mid-Autumn: 25-27 September (Friday to Sunday) free.
		{"last day before", "2026-09-29 10:00", 1, "2026-09-30"},
		{"first day after", "2026-09-29 10:00", 2, "2026-10-08"},
		{"Friday after", "2026-09-29 10:00", 3, "2026-10-09"},
		{"worked Saturday counts", "2026-09-29 10:00", 4, "2026-10-10"},
		{"Sunday after it does not", "2026-09-29 10:00", 5, "2026-10-12"},
		{"seven days", "2026-09-29 10:00", 7, "2026-10-14"},
		{"said on the holiday", "2026-10-01 00:10", 2, "2026-10-09"},
		{"worked Sunday in September", "2026-09-18 15:00", 1, "2026-09-20"},
		{"Monday after the worked Sunday", "2026-09-18 15:00", 2, "2026-09-21"},
		{"before Mid-Autumn", "2026-09-18 15:00", 5, "2026-09-24"},
		{"over Mid-Autumn", "2026-09-18 15:00", 6, "2026-09-28"},

		// National Day with Mid-Autumn 2025: 1-8 October free; Sunday 28 September and Saturday 11 October worked.
		{"2025 worked Sunday", "2025-09-26 09:00", 1, "2025-09-28"},
		{"2025 last before", "2025-09-26 09:00", 3, "2025-09-30"},
		{"2025 first after", "2025-09-26 09:00", 4, "2025-10-09"},
		{"2025 worked Saturday", "2025-09-26 09:00", 6, "2025-10-11"},
		{"2025 seven days", "2025-09-26 09:00", 7, "2025-10-13"},

		// National Day 2024: 1-7 October free; Sunday 29 September and Saturday 12 October worked.
		{"2024 said on a free Saturday", "2024-09-28 09:00", 1, "2024-09-29"},
		{"2024 first after", "2024-09-28 09:00", 3, "2024-10-08"},
		{"2024 seven days end on the worked Saturday", "2024-09-28 09:00", 7, "2024-10-12"},

		// Spring Festival 2026: 15-23 February (Sunday to Monday) free; Saturdays 14 and 28 February worked.
		{"worked Saturday before", "2026-02-13 17:00", 1, "2026-02-14"},
		{"first day of the new year", "2026-02-13 17:00", 2, "2026-02-24"},
		{"worked Saturday after", "2026-02-13 17:00", 6, "2026-02-28"},
		{"seven days", "2026-02-13 17:00", 7, "2026-03-02"},

		// Spring Festival 2025: 28 January - 4 February free; Sunday 26 January and Saturday 8 February worked.
		{"2025 worked Sunday", "2025-01-24 09:00", 1, "2025-01-26"},
		{"2025 first after", "2025-01-24 09:00", 3, "2025-02-05"},
		{"2025 worked Saturday", "2025-01-24 09:00", 6, "2025-02-08"},
		{"2025 seven days", "2025-01-24 09:00", 7, "2025-02-10"},
		{"2025 fifteen days", "2025-01-24 09:00", 15, "2025-02-20"},

		// Spring Festival 2024: 10-17 February free, the eve (9 February) worked; Sundays 4 and 18 February worked.
		{"2024 over the holiday", "2024-02-09 09:00", 1, "2024-02-18"},
		{"2024 five days", "2024-02-09 09:00", 5, "2024-02-22"},
		{"2024 worked Sunday before", "2024-02-02 09:00", 1, "2024-02-04"},
		{"2024 the eve is worked", "2024-02-02 09:00", 6, "2024-02-09"},
		{"2024 seven days", "2024-02-02 09:00", 7, "2024-02-18"},

		{"no days, worked day", "2026-11-23 08:00", 0, "2026-11-23"},
		{"no days, free day", "2026-10-01 08:00", 0, "2026-10-08"},
		{"negative is none", "2026-11-22 08:00", -3, "2026-11-23"},
	} {
		due, provisional := cal.DueAfterWorkingDays(at(t, c.start), c.n)
		want := at(t, string(c.want)+" 17:30")
		if !due.Equal(want) || provisional {
			t.Errorf("%s: %s + %d wd = %v (provisional %v), want %v", c.why, c.start, c.n, due, provisional, want)
		}
	}
}

func TestClassesAndSpans(t *testing.T) {
	cal := cn(t)
	start := at(t, "2026-09-30 16:45") // the holiday begins next day
	for _, c := range []struct {
		class Class
		want  string
	}{
		{T2H, "2026-09-30 18:45"}, {T24H, "2026-10-01 16:45"}, {T7D, "2026-10-15 17:30"}, {T15D, "2026-10-27 17:30"},
	} {
		due, provisional := c.class.Span().Due(start, cal)
		if !due.Equal(at(t, c.want)) || provisional {
			t.Errorf("%s: due %v, want %s", c.class, due, c.want)
		}
		if c.class.WallClock() != (c.class == T2H || c.class == T24H) || !c.class.Valid() {
			t.Errorf("%s: wall clock or validity", c.class)
		}
	}
	if Class("T9D").Valid() || !Class("").Span().Zero() || len(Classes()) != 4 {
		t.Error("unknown classes")
	}
	if due, _ := (Span{Hours: 4}).Due(start, cal); !due.Equal(at(t, "2026-09-30 20:45")) {
		t.Errorf("4 hours: %v", due)
	}
}

func TestMissingYearIsProvisionalAndImportMovesIt(t *testing.T) {
	cal := cn(t)
	start := at(t, "2026-12-30 09:00")
	if due, provisional := cal.DueAfterWorkingDays(start, 1); provisional || !due.Equal(at(t, "2026-12-31 17:30")) {
		t.Errorf("within the known year: %v %v", due, provisional)
	}
	if due, provisional := cal.DueAfterWorkingDays(start, 2); !provisional || !due.Equal(at(t, "2027-01-01 17:30")) {
		t.Errorf("in the unknown year: %v %v", due, provisional)
	}
	if work, provisional := cal.IsWorkday("2027-01-01"); !work || !provisional {
		t.Errorf("1 January 2027: work %v provisional %v", work, provisional)
	}
	next, err := ParseHolidayCN([]byte(`{"year":2027,"papers":[],"days":[{"name":"元旦","date":"2027-01-01","isOffDay":true}]}`))
	if err != nil {
		t.Fatal(err)
	}
	more := NewCalendar("", append(Shipped(), next), nil, 0)
	if due, provisional := more.DueAfterWorkingDays(start, 2); provisional || !due.Equal(at(t, "2027-01-04 17:30")) {
		t.Errorf("after the import: %v %v", due, provisional)
	}
	if more.Version == cal.Version {
		t.Error("other data, same version")
	}
	if !more.Knows(2027) || cal.Knows(2027) || more.HolidayName("2027-01-01") != "元旦" || more.HolidayName("2027-01-04") != "" {
		t.Error("Knows or HolidayName")
	}
}

func TestLaterNoticeHoldsForTheEndOfTheYear(t *testing.T) {
	a := Year{Year: 2030, Days: []Holiday{{"元旦", "2030-12-31", false}}}
	b := Year{Year: 2031, Days: []Holiday{{"元旦", "2030-12-31", true}}}
	for _, years := range [][]Year{{a, b}, {b, a}} {
		if work, _ := NewCalendar("", years, nil, 0).IsWorkday("2030-12-31"); work {
			t.Error("the earlier notice held")
		}
	}
	if VersionOf([]Year{a, b}) != VersionOf([]Year{b, a}) || VersionOf([]Year{a}) == VersionOf([]Year{b}) {
		t.Error("the version is not that of the content")
	}
}

func TestSteps(t *testing.T) {
	cal := cn(t)
	if cal.NextWorkday("2026-09-30") != "2026-10-08" || cal.PrevWorkday("2026-10-08") != "2026-09-30" ||
		cal.ThisOrNextWorkday("2026-10-10") != "2026-10-10" || cal.ThisOrNextWorkday("2026-10-11") != "2026-10-12" {
		t.Error("steps over National Day")
	}
	for _, c := range []struct {
		a, b Day
		want int
	}{
		{"2026-09-29", "2026-10-12", 5}, {"2026-10-12", "2026-09-29", -5}, {"2026-10-01", "2026-10-07", 0}, {"2026-11-23", "2026-11-23", 0},
		{"2025-12-31", "2026-12-31", 248}, // 365 days, 104 weekend days, 19 free weekdays, 6 worked weekend days
	} {
		if got := cal.WorkingDaysBetween(c.a, c.b); got != c.want {
			t.Errorf("%s to %s: %d working days, want %d", c.a, c.b, got, c.want)
		}
	}
	if got := cal.WorkingDaysLeft(at(t, "2026-09-30 23:00"), at(t, "2026-10-09 17:30")); got != 2 {
		t.Errorf("left over the holiday: %d", got)
	}
	early := NewCalendar("x", nil, zone(t, "Europe/Berlin"), 16*time.Hour)
	if got := early.OfficeEnd("2026-07-01").Format(time.RFC3339); got != "2026-07-01T16:00:00+02:00" || early.Version != "x" {
		t.Errorf("own office end: %s", got)
	}
}

// drawYears draws exceptions for 2026: free weekdays and worked weekend days.
func drawYears(t *rapid.T) []Year {
	days := rapid.SliceOfNDistinct(rapid.IntRange(0, 364), 0, 60, rapid.ID[int]).Draw(t, "exceptions")
	slices.Sort(days)
	y := Year{Year: 2026}
	for _, n := range days {
		d := Day("2026-01-01").Add(n)
		y.Days = append(y.Days, Holiday{Name: "x", Date: d, Off: !weekend(d.number())})
	}
	return []Year{y}
}

func drawStart(t *rapid.T) time.Time {
	return time.UnixMilli(rapid.Int64Range(1766000000000, 1800000000000).Draw(t, "start")) // December 2025 to January 2027
}

var zones = []string{"Asia/Shanghai", "Asia/Urumqi", "Europe/Berlin", "America/Sao_Paulo", "Australia/Lord_Howe", "UTC", "Pacific/Kiritimati"}

func TestDueProperties(t *testing.T) {
	local := time.Local
	t.Cleanup(func() { time.Local = local })
	rapid.Check(t, func(t *rapid.T) {
		years, start := drawYears(t), drawStart(t)
		n := rapid.IntRange(1, 40).Draw(t, "n")
		site := rapid.SampledFrom(zones).Draw(t, "site")
		loc, err := time.LoadLocation(site)
		if err != nil {
			t.Fatal(err)
		}
		cal := NewCalendar("", years, loc, 0)
		due, provisional := cal.DueAfterWorkingDays(start, n)
		day := DayOf(due, loc)

		if work, _ := cal.IsWorkday(day); !work {
			t.Fatalf("due %v is not a working day", due)
		}
		if due.In(loc).Format("15:04:05.000") != "17:30:00.000" || !due.After(start) {
			t.Fatalf("due %v after %v", due, start)
		}
		if got := cal.WorkingDaysBetween(DayOf(start, loc), day); got != n {
			t.Fatalf("%d working days until due, want %d", got, n)
		}
		if want := DayOf(start, loc).Year() != 2026 || day.Year() != 2026; provisional != want {
			t.Fatalf("provisional %v", provisional)
		}
		// Monotone: more days or a later start never make it earlier.
		if more, _ := cal.DueAfterWorkingDays(start, n+1); !more.After(due) {
			t.Fatalf("one day more: %v", more)
		}
		later := start.Add(time.Duration(rapid.Int64Range(0, int64(60*24*time.Hour)).Draw(t, "later by")))
		if moved, _ := cal.DueAfterWorkingDays(later, n); moved.Before(due) {
			t.Fatalf("a later start made it earlier: %v", moved)
		}
		// The machine's zone and the zone in which start is written change nothing.
		other, err := time.LoadLocation(rapid.SampledFrom(zones).Draw(t, "machine"))
		if err != nil {
			t.Fatal(err)
		}
		time.Local = other
		if again, _ := cal.DueAfterWorkingDays(start.In(other), n); !again.Equal(due) {
			t.Fatalf("in %v: %v, before %v", other, again, due)
		}
		time.Local = local
		// Shifting the calendar and the start by whole weeks shifts the due by as much.
		weeks := rapid.IntRange(-20, 20).Draw(t, "weeks")
		shifted := Year{Year: 2026}
		for _, d := range years[0].Days {
			shifted.Days = append(shifted.Days, Holiday{d.Name, d.Date.Add(7 * weeks), d.Off})
		}
		begin := DayOf(start, loc).Add(7 * weeks).Time(loc)
		due2, _ := NewCalendar("", []Year{shifted}, loc, 0).DueAfterWorkingDays(begin, n)
		if DayOf(due2, loc) != day.Add(7*weeks) {
			t.Fatalf("%d weeks later: %s, want %s", weeks, DayOf(due2, loc), day.Add(7*weeks))
		}
	})
}

// TestDueAgainstCountingOnFingers compares with a second, slow way to count.
func TestDueAgainstCountingOnFingers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		years, start := drawYears(t), drawStart(t)
		n := rapid.IntRange(1, 25).Draw(t, "n")
		special := map[string]bool{}
		for _, d := range years[0].Days {
			special[string(d.Date)] = d.Off
		}
		day, left := start.In(Shanghai()), n
		for left > 0 {
			day = day.AddDate(0, 0, 1)
			off, named := special[day.Format(time.DateOnly)]
			if named && !off || !named && day.Weekday() != time.Saturday && day.Weekday() != time.Sunday {
				left--
			}
		}
		due, _ := NewCalendar("", years, nil, 0).DueAfterWorkingDays(start, n)
		if got := due.In(Shanghai()).Format(time.DateOnly); got != day.Format(time.DateOnly) {
			t.Fatalf("due %s, counted %s", got, day.Format(time.DateOnly))
		}
	})
}

func TestDayRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		loc, err := time.LoadLocation(rapid.SampledFrom(zones).Draw(t, "zone"))
		if err != nil {
			t.Fatal(err)
		}
		d := dayNumber(rapid.IntRange(-20000, 40000).Draw(t, "day"))
		if !d.Valid() || DayOf(d.Time(loc), loc) != d && d != "1994-12-31" { // Kiritimati left out one day
			t.Fatalf("%s begins at %v", d, d.Time(loc))
		}
		k := rapid.IntRange(-1000, 1000).Draw(t, "k")
		if d.Add(k).Add(-k) != d || d.Until(d.Add(k)) != k || d.Weekday() != d.Add(7*k).Weekday() {
			t.Fatalf("%s and %d days", d, k)
		}
		if weekend(d.number()) != (d.Weekday() == time.Saturday || d.Weekday() == time.Sunday) {
			t.Fatalf("%s is a %v", d, d.Weekday())
		}
	})
}
