package clock

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestUnion(t *testing.T) {
	for name, c := range map[string]struct{ in, want []Interval }{
		"none":                 {nil, nil},
		"overlap":              {[]Interval{{10, 30}, {20, 40}}, []Interval{{10, 40}}},
		"inside":               {[]Interval{{10, 50}, {20, 30}}, []Interval{{10, 50}}},
		"touching":             {[]Interval{{20, 30}, {10, 20}}, []Interval{{10, 30}}},
		"apart":                {[]Interval{{30, 40}, {10, 20}}, []Interval{{10, 20}, {30, 40}}},
		"empty and reversed":   {[]Interval{{10, 10}, {30, 20}}, nil},
		"open swallows":        {[]Interval{{10, 20}, {15, 0}, {100, 200}}, []Interval{{10, 0}}},
		"open after a gap":     {[]Interval{{30, 0}, {10, 20}}, []Interval{{10, 20}, {30, 0}}},
		"open and its overlap": {[]Interval{{10, 0}, {10, 20}}, []Interval{{10, 0}}},
	} {
		before := slices.Clone(c.in)
		if d := cmp.Diff(c.want, Union(c.in)); d != "" {
			t.Errorf("%s: %s", name, d)
		}
		if !slices.Equal(before, c.in) {
			t.Errorf("%s: the argument was changed", name)
		}
	}
}

// TestWaitedAroundNationalDay was counted by hand: 23, 24 (Mid-Autumn 25-27 free), 28, 29, 30 September, 8, 9, 10 October 2026.
func TestWaitedAroundNationalDay(t *testing.T) {
	cal := cn(t)
	iv := func(from, until string) Interval {
		i := Interval{From: MillisOf(at(t, from))}
		if until != "" {
			i.Until = MillisOf(at(t, until))
		}
		return i
	}
	now := at(t, "2026-10-12 09:00")
	for name, c := range map[string]struct {
		in   []Interval
		want int
	}{
		"the whole time":            {[]Interval{iv("2026-09-23 10:00", "2026-10-12 09:00")}, 8},
		"still open":                {[]Interval{iv("2026-09-23 10:00", "")}, 8},
		"overlap counts once":       {[]Interval{iv("2026-09-23 10:00", "2026-10-09 18:00"), iv("2026-09-29 08:00", "")}, 8},
		"only the holiday":          {[]Interval{iv("2026-09-30 18:00", "2026-10-08 08:00")}, 0},
		"within one office day":     {[]Interval{iv("2026-09-29 08:00", "2026-09-29 17:00")}, 0},
		"over one night":            {[]Interval{iv("2026-09-29 08:00", "2026-09-30 08:00")}, 1},
		"what is to come":           {[]Interval{iv("2026-10-12 10:00", "2026-10-20 10:00")}, 0},
		"begun and ended at once":   {[]Interval{iv("2026-09-29 17:30", "2026-09-29 17:30")}, 0},
		"to the last office minute": {[]Interval{iv("2026-09-29 17:29", "2026-09-29 17:30")}, 1},
		"from the last minute":      {[]Interval{iv("2026-09-29 17:30", "2026-09-30 17:29")}, 0},
	} {
		if got := cal.WaitedWorkingDays(c.in, now); got != c.want {
			t.Errorf("%s: %d working days, want %d", name, got, c.want)
		}
	}
	if got := Waited([]Interval{iv("2026-10-12 07:00", "2026-10-12 08:00"), iv("2026-10-12 07:30", "")}, now); got != 2*time.Hour {
		t.Errorf("around the clock: %v", got)
	}
	// Three working days owed on 28 September; waiting from 29 September to 8 October costs 29 and 30 September.
	waits := []Interval{iv("2026-09-29 08:00", "2026-10-08 08:00")}
	if due, _ := (Span{WorkingDays: 3}).DueWithWaiting(at(t, "2026-09-28 09:00"), cal, waits, now); !due.Equal(at(t, "2026-10-10 17:30")) {
		t.Errorf("moved due: %v", due)
	}
	if due, _ := (Span{Hours: 4}).DueWithWaiting(at(t, "2026-09-29 07:00"), cal, []Interval{iv("2026-09-29 08:00", "2026-09-29 10:30")}, now); !due.Equal(at(t, "2026-09-29 13:30")) {
		t.Errorf("moved wall clock: %v", due)
	}
}

func drawIntervals(t *rapid.T) []Interval {
	const first = 1788000000000 // August 2026
	var in []Interval
	for range rapid.IntRange(0, 6).Draw(t, "count") {
		from := Millis(first + rapid.Int64Range(0, 60*86400000).Draw(t, "from"))
		in = append(in, Interval{from, from + Millis(rapid.Int64Range(-86400000, 20*86400000).Draw(t, "length"))})
	}
	if rapid.Bool().Draw(t, "one open") {
		in = append(in, Interval{From: Millis(first + rapid.Int64Range(0, 60*86400000).Draw(t, "open from"))})
	}
	return in
}

func TestWaitingProperties(t *testing.T) {
	cal := cn(t)
	rapid.Check(t, func(t *rapid.T) {
		in := drawIntervals(t)
		now := Millis(1788000000000 + rapid.Int64Range(0, 90*86400000).Draw(t, "now")).Time()
		u := Union(in)
		if d := cmp.Diff(u, Union(u)); d != "" {
			t.Fatalf("joining twice differs: %s", d)
		}
		for i := 1; i < len(u); i++ {
			if u[i-1].Until.Zero() || u[i].From <= u[i-1].Until {
				t.Fatalf("not apart: %v", u)
			}
		}
		mixed := rapid.Permutation(in).Draw(t, "order")
		doubled := slices.Concat(mixed, in)
		days := cal.WaitedWorkingDays(in, now)
		if got := cal.WaitedWorkingDays(doubled, now); got != days {
			t.Fatalf("twice in another order: %d, before %d", got, days)
		}
		if Waited(doubled, now) != Waited(in, now) {
			t.Fatal("time around the clock depends on order or repetition")
		}
		// A wait cut in two counts as one; a wait of no length counts nothing.
		if len(in) > 0 && in[0].Until > in[0].From {
			cut := in[0].From + Millis(rapid.Int64Range(0, int64(in[0].Until-in[0].From)).Draw(t, "cut"))
			parts := append([]Interval{{in[0].From, cut}, {cut, in[0].Until}, {cut, cut}}, in[1:]...)
			if got := cal.WaitedWorkingDays(parts, now); got != days {
				t.Fatalf("cut in two: %d, before %d", got, days)
			}
		}
		// Never more than the working days there were, never less with time or with another wait.
		if len(u) > 0 {
			if most := cal.WorkingDaysBetween(u[0].From.Day(cal.Zone()).Add(-1), DayOf(now, cal.Zone())); days > max(most, 0) {
				t.Fatalf("waited %d of %d working days", days, most)
			}
		}
		if later := cal.WaitedWorkingDays(in, now.Add(36*time.Hour)); later < days {
			t.Fatal("waiting shrank with time")
		}
		// The due moved by waiting is a working day, never earlier, and so far away as days were waited.
		start, n := Millis(1788000000000).Time(), rapid.IntRange(1, 15).Draw(t, "n")
		plain, _ := (Span{WorkingDays: n}).Due(start, cal)
		moved, _ := (Span{WorkingDays: n}).DueWithWaiting(start, cal, in, now)
		if got := cal.WorkingDaysLeft(plain, moved); got != days {
			t.Fatalf("due moved by %d working days after waiting %d", got, days)
		}
	})
}
