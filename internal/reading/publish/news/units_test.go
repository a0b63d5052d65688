package news

import (
	"testing"

	"sanwen/internal/ground/clock"
)

// TestCountLed: the worked example of the metrics (4.9), without the assignment that is excluded there: nine lines of November 2023, counted by hand.
func TestCountLed(t *testing.T) {
	zone := clock.Shanghai()
	at := func(d string) clock.Millis {
		if d == "" {
			return 0
		}
		return clock.MillisOf(clock.Day(d).Time(zone))
	}
	var all []led
	grades := map[string]grade{}
	for _, x := range []struct {
		due0, due, done, verdict string
		longer, round            int64
		grade                    int
	}{
		{"2023-11-06", "2023-11-06", "2023-11-05", "confirmed", 0, 1, 5},
		{"2023-11-08", "2023-11-15", "2023-11-14", "confirmed", 1, 1, 4},
		{"2023-11-10", "2023-11-10", "2023-11-12", "disputed", 0, 1, 3},
		{"2023-11-15", "2023-11-15", "2023-11-15", "unconfirmed", 0, 1, 0},
		{"2023-11-20", "2023-11-20", "", "", 0, 1, 0},
		{"2023-11-22", "2023-11-22", "2023-11-20", "disputed", 0, 2, 2},
		{"2023-11-25", "2023-11-25", "2023-11-24", "confirmed", 0, 1, 5},
		{"2023-12-03", "2023-12-03", "2023-11-29", "confirmed", 0, 1, 5}, // not due in November
		{"2023-10-12", "2023-10-12", "2023-10-12", "confirmed", 0, 1, 1}, // the month before
		{"2023-10-31", "2023-11-30", "2023-12-02", "", 1, 1, 1},          // completed later than that: not by then
		{"2022-11-30", "2022-11-30", "2022-12-01", "confirmed", 0, 1, 1}, // a year before, late
	} {
		id := x.due0 + x.done
		if x.grade > 0 {
			g := grade{}
			g[x.grade] = 1
			grades[id] = g
		}
		all = append(all, led{ID: id, Lead: "D05", RegisteredAt: at("2022-10-09"), Due0: clock.Day(x.due0), Due: clock.Day(x.due), Completed0: at(x.done), Verdict: x.verdict, Extensions: x.longer, Round: x.round})
	}
	all = append(all, led{Lead: "D05", RegisteredAt: at("2023-11-02"), Due0: "2023-11-20", Due: "2023-11-20", EndedHow: "cancelled"})
	day := func(m clock.Millis) clock.Day {
		if m == 0 || m >= at("2023-12-01") {
			return ""
		}
		return m.Day(zone)
	}
	r := *countLed(all, span{"2023-11-01", "2023-11-30"}, day, grades)["D05"]
	before, year := *r.Before, *r.Year
	r.Before, r.Year = nil, nil
	if want := (UnitRow{Taken: 1, Due: 7, Done: 6, OnTime: 4, Confirmed: 3, Judged: 5, Again: 1, Longer: 1, Late: 2, Graded: 5, Upper: 4, Score: 375}); r != want {
		t.Errorf("%+v, want %+v", r, want)
	}
	if (before != Rates{2, 1, 1}) || (year != Rates{1, 0, 1}) {
		t.Errorf("before %+v, a year before %+v", before, year)
	}
	if mean, ok := Mean(375*2, 10); mean != 7500 || !ok { // the five grades of the example, twice
		t.Errorf("score %d %v", mean, ok)
	}
	if _, ok := Mean(375, 5); ok {
		t.Error("five grades have a score")
	}
	if g := Groups([]UnitRow{{Group: "unit", Due: 3}, {Group: "department", Due: 1}, {Group: "unit", Due: 4}}); len(g) != 2 || g[0].Kind != "unit" || len(g[0].Rows) != 2 || g[0].Sum.Due != 7 || g[1].Sum.Due != 1 {
		t.Errorf("groups %+v", g)
	}
	if s := Sum([]UnitRow{{Due: 7, OnTime: 4, Before: &Rates{2, 1, 1}}, {Due: 5, OnTime: 5, Returned: 2}}); s.Due != 12 || s.OnTime != 9 || s.Returned != 2 || (*s.Before != Rates{2, 1, 1}) {
		t.Errorf("%+v", s)
	}
}

// TestRates: two decimals, half up, from ten on; below nothing is a percentage and nothing is compared.
func TestRates(t *testing.T) {
	for _, c := range []struct {
		part, all, want int
		ok              bool
	}{{6, 9, 0, false}, {0, 0, 0, false}, {10, 10, 10000, true}, {1, 16, 625, true}, {2, 3 * 16, 417, true}, {57, 77, 7403, true}} {
		if got, ok := Rate(c.part, c.all); got != c.want || ok != c.ok {
			t.Errorf("%d of %d: %d %v", c.part, c.all, got, ok)
		}
	}
	if d, ok := Change(8, 10, 9, 12); d != 500 || !ok {
		t.Errorf("80%% and 75%%: %d %v", d, ok)
	}
	for _, c := range [][4]int{{8, 9, 9, 12}, {8, 10, 9, 9}} {
		if _, ok := Change(c[0], c[1], c[2], c[3]); ok {
			t.Errorf("%v is compared", c)
		}
	}
}

// TestSpans: whole months are compared with whole months, other days with as many days.
func TestSpans(t *testing.T) {
	for _, c := range []struct{ s, before, year span }{
		{span{"2026-11-01", "2026-11-30"}, span{"2026-10-01", "2026-10-31"}, span{"2025-11-01", "2025-11-30"}},
		{span{"2026-01-01", "2026-03-31"}, span{"2025-10-01", "2025-12-31"}, span{"2025-01-01", "2025-03-31"}},
		{span{"2024-02-01", "2024-02-29"}, span{"2024-01-01", "2024-01-31"}, span{"2023-02-01", "2023-02-28"}},
		{span{"2025-02-01", "2025-02-28"}, span{"2025-01-01", "2025-01-31"}, span{"2024-02-01", "2024-02-29"}},
		{span{"2026-11-05", "2026-11-11"}, span{"2026-10-29", "2026-11-04"}, span{"2025-11-05", "2025-11-11"}},
		{span{"2026-11-01", "2026-11-24"}, span{"2026-10-08", "2026-10-31"}, span{"2025-11-01", "2025-11-24"}},
	} {
		if b, y := c.s.before(), c.s.yearBefore(); b != c.before || y != c.year {
			t.Errorf("%v: %v and %v, want %v and %v", c.s, b, y, c.before, c.year)
		}
	}
}
