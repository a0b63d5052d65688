package clock

import (
	"sync"
	"testing"
	"time"
)

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

func at(t testing.TB, s string) time.Time {
	t.Helper()
	v, err := time.ParseInLocation("2006-01-02 15:04", s, Shanghai())
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestFakeStandsStillUntilMoved(t *testing.T) {
	start := at(t, "2026-11-23 08:00")
	f := NewFake(start)
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for range 100 {
				f.Advance(time.Second)
				f.Now()
			}
		})
	}
	group.Wait()
	if got := f.Now(); !got.Equal(start.Add(800 * time.Second)) {
		t.Errorf("after 800 steps of a second: %v", got)
	}
	f.Set(start)
	if !f.Now().Equal(start) {
		t.Error("Set")
	}
	if d := time.Since(System().Now()); d < 0 || d > time.Minute {
		t.Errorf("the machine's clock is %v away from time.Now", d)
	}
}

func TestMillis(t *testing.T) {
	moment := at(t, "2026-11-23 00:30")
	m := MillisOf(moment)
	if !m.Time().Equal(moment) || m.Time().Location() != time.UTC {
		t.Errorf("Time = %v", m.Time())
	}
	if got := m.At(Shanghai()).Format(time.DateTime); got != "2026-11-23 00:30:00" {
		t.Errorf("At = %s", got)
	}
	if m.Day(Shanghai()) != "2026-11-23" || m.Day(time.UTC) != "2026-11-22" {
		t.Errorf("Day = %s in Shanghai, %s in UTC", m.Day(Shanghai()), m.Day(time.UTC))
	}
	if m.Add(90*time.Minute).Day(time.UTC) != "2026-11-22" || m.Add(8*time.Hour).Day(time.UTC) != "2026-11-23" {
		t.Error("Add")
	}
	var none Millis
	if !none.Zero() || m.Zero() || !none.Time().IsZero() || !none.At(Shanghai()).IsZero() || none.Day(Shanghai()) != "" || MillisOf(time.Time{}) != 0 {
		t.Error("zero is not none everywhere")
	}
}

func TestDayIsStrict(t *testing.T) {
	for day, want := range map[Day]bool{
		"2026-11-22": true, "2024-02-29": true, "2023-02-29": false, "2026-1-2": false, "2026-13-01": false,
		"": false, "20261122": false, "2026-11-22 ": false, "2026-11-31": false,
	} {
		if day.Valid() != want {
			t.Errorf("%q valid = %v", day, !want)
		}
	}
}

func TestDayArithmetic(t *testing.T) {
	for _, c := range []struct {
		from Day
		add  int
		want Day
	}{
		{"2024-02-28", 1, "2024-02-29"}, {"2023-02-28", 1, "2023-03-01"}, {"2026-12-31", 1, "2027-01-01"},
		{"2026-01-01", -1, "2025-12-31"}, {"1970-01-01", -1, "1969-12-31"}, {"1969-12-31", 1, "1970-01-01"}, {"2026-11-22", 0, "2026-11-22"},
	} {
		if got := c.from.Add(c.add); got != c.want {
			t.Errorf("%s + %d = %s, want %s", c.from, c.add, got, c.want)
		}
		if got := c.from.Until(c.want); got != c.add {
			t.Errorf("%s until %s = %d, want %d", c.from, c.want, got, c.add)
		}
	}
	for _, c := range []struct {
		from   Day
		months int
		want   Day
	}{
		{"2026-01-31", 1, "2026-02-28"}, {"2024-01-31", 1, "2024-02-29"}, {"2026-10-31", 1, "2026-11-30"}, {"2026-11-15", 2, "2027-01-15"},
		{"2026-03-31", -1, "2026-02-28"}, {"2024-02-29", 12, "2025-02-28"}, {"2026-01-31", -13, "2024-12-31"},
	} {
		if got := c.from.AddMonths(c.months); got != c.want {
			t.Errorf("%s + %d months = %s, want %s", c.from, c.months, got, c.want)
		}
	}
	if Day("2026-11-23").Weekday() != time.Monday || Day("2026-11-23").Year() != 2026 {
		t.Error("Weekday or Year")
	}
}

// TestDayBeginsInEveryZone walks over days whose midnight is missing, doubled or odd.
func TestDayBeginsInEveryZone(t *testing.T) {
	for _, c := range []struct {
		zone string
		day  Day
		want string
	}{
		{"Asia/Shanghai", "2026-11-22", "2026-11-22 00:00 +0800"},
		{"Asia/Shanghai", "1988-04-17", "1988-04-17 00:00 +0800"}, // summer time began at 02:00 that night
		{"Asia/Shanghai", "1988-04-18", "1988-04-18 00:00 +0900"},
		{"Asia/Urumqi", "2026-11-22", "2026-11-22 00:00 +0600"},
		{"Europe/Berlin", "2026-03-29", "2026-03-29 00:00 +0100"},
		{"Australia/Lord_Howe", "2026-10-04", "2026-10-04 00:00 +1030"},
		{"America/Sao_Paulo", "2018-11-04", "2018-11-04 01:00 -0200"}, // midnight did not exist
		{"America/Sao_Paulo", "2018-02-18", "2018-02-18 00:00 -0300"}, // the hour before midnight came twice
	} {
		loc := zone(t, c.zone)
		got := c.day.Time(loc)
		if s := got.Format("2006-01-02 15:04 -0700"); s != c.want {
			t.Errorf("%s begins in %s at %s, want %s", c.day, c.zone, s, c.want)
		}
		if DayOf(got, loc) != c.day || DayOf(got.Add(-time.Second), loc) >= c.day {
			t.Errorf("%s in %s: %v is not its first moment", c.day, c.zone, got)
		}
	}
}
