package publish

import (
	"testing"

	"sanwen/internal/ground/clock"
)

// TestPeriods: only quarters and years that are over are told, the latest first, and each knows what came before it.
func TestPeriods(t *testing.T) {
	for _, c := range []struct {
		day, quarter, from, to, year, before string
	}{
		{"2026-11-28", "2026-Q3", "2026-07-01", "2026-09-30", "2025", "2026-Q2"},
		{"2026-12-30", "2026-Q3", "2026-07-01", "2026-09-30", "2025", "2026-Q2"},
		{"2026-12-31", "2026-Q4", "2026-10-01", "2026-12-31", "2026", "2026-Q3"},
		{"2027-01-01", "2026-Q4", "2026-10-01", "2026-12-31", "2026", "2026-Q3"},
		{"2028-03-31", "2028-Q1", "2028-01-01", "2028-03-31", "2027", "2027-Q4"},
		{"2028-05-02", "2028-Q1", "2028-01-01", "2028-03-31", "2027", "2027-Q4"},
	} {
		day, all := clock.Day(c.day), Periods(clock.Day(c.day))
		p, y := all[0], all[quarters]
		if p.Key != c.quarter || string(p.From) != c.from || string(p.To) != c.to || p.Before().Key != c.before || p.Before().To != p.From.Add(-1) || y.Key != c.year || len(all) != quarters+years {
			t.Errorf("%s: %+v, then %+v and %+v", c.day, p, p.Before(), y)
		}
		if y.Quarter() != 0 || p.Quarter() == 0 || y.Before().To != y.From.Add(-1) {
			t.Errorf("%s: quarters %d and %d", c.day, y.Quarter(), p.Quarter())
		}
		for _, x := range all {
			if got, ok := PeriodOf(day, x.Key); !ok || got != x || x.To > day {
				t.Errorf("%s: %s is %+v", c.day, x.Key, got)
			}
		}
		for _, key := range []string{"2029-Q1", "2026-Q5", "2026-Q0", "Q3", "", "month"} {
			if _, ok := PeriodOf(day, key); ok {
				t.Errorf("%s: %q is taken", c.day, key)
			}
		}
	}
}
