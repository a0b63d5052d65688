package news

import (
	"strconv"
	"testing"

	"sanwen/internal/ground/clock"
)

// TestCountVoices: a worked example by hand. Of twelve first contacts of D05 nine were in time: one was a minute late, one a day late, one never came. Of
// fourteen voices four were repeats.
func TestCountVoices(t *testing.T) {
	zone := clock.Shanghai()
	at := func(d string) clock.Millis { return clock.MillisOf(clock.Day(d).Time(zone)) }
	due := at("2026-11-10")
	var owed []contacted
	for i, done := range []clock.Millis{due - 86_400_000, due - 3_600_000, due - 60_000, due - 1, due, due - 5, due - 6, due - 7, due - 8, due + 60_000, due + 86_400_000, 0} {
		owed = append(owed, contacted{"D05", due, done})
		if i < 3 {
			owed = append(owed, contacted{"D06", due, 0})
		}
	}
	got := countContacts(owed)
	if len(got) != 2 || *got["D05"] != (Share{Part: 9, Of: 12}) || *got["D06"] != (Share{Of: 3}) {
		t.Errorf("contacts %+v %+v", got["D05"], got["D06"])
	}
	done := []settledOnce{{"m1", "P104M", "F-2", at("2026-06-20")}, {"m2", "", "", at("2026-11-01")}, {"m3", "P201", "C-1", at("2026-11-20")}, {"m4", "P9", "", at("2026-11-01")}}
	since := func(x clock.Millis) clock.Millis { return at(string(x.Day(zone).Add(-180))) }
	var came []spoken
	for _, x := range []struct {
		place, category, day, matter string
		again                        bool
	}{
		{"P104M", "F-2", "2026-11-03", "", true},      // 136 days after
		{"P104M", "F-2", "2026-12-17", "", true},      // 180 days after
		{"P104M", "F-2", "2026-12-18", "", false},     // 181
		{"P104M", "F-3", "2026-11-03", "", false},     // another topic
		{"P201", "F-2", "2026-11-03", "", false},      // another place
		{"P201", "C-1", "2026-11-19", "m3", false},    // before it was complete
		{"P201", "C-1", "2026-11-20", "m3", true},     // on that day
		{"", "", "2026-11-05", "m2", true},            // under the matter that had been complete
		{"", "", "2026-11-05", "", false},             // of nothing that is known
		{"P9", "", "2026-11-05", "", false},           // no topic: nothing is the same
		{"P104M", "F-2", "2026-06-19", "", false},     // before
		{"", "F-2", "2026-11-05", "", false},          // nowhere
		{"P104M", "", "2026-11-05", "", false},        // about nothing
		{"P104M", "F-9", "2026-11-05", "none", false}, // under one that is still open
	} {
		came = append(came, spoken{"D05", x.place, x.category, at(x.day), x.matter})
		if one := *countRepeats(came[len(came)-1:], done, since)["D05"]; (one.Part == 1) != x.again || one.Of != 1 {
			t.Errorf("%+v: %+v", x, one)
		}
	}
	came = append(came, spoken{"", "P104M", "F-2", at("2026-11-03"), ""}) // triage still has it
	if got := countRepeats(came, done, since); len(got) != 1 || *got["D05"] != (Share{Part: 4, Of: 14}) {
		t.Errorf("repeats %+v", got["D05"])
	}
}

// TestFewVoices: what is made of fewer than ten is not there at all, nor what could be had by subtraction; sums are of what is told.
func TestFewVoices(t *testing.T) {
	for _, c := range []struct {
		of, want []int
	}{
		{[]int{12, 9, 8}, []int{12, -1, -1}},
		{[]int{12, 14, 9}, []int{-1, 14, -1}}, // one alone takes the smallest with it
		{[]int{12, 14}, []int{12, 14}},
		{[]int{3}, []int{-1}},
		{nil, nil},
	} {
		by := map[string]*Share{}
		for i, n := range c.of {
			by["U"+strconv.Itoa(i)] = &Share{Part: n / 2, Of: n}
		}
		hide(by)
		var sum *Share
		shown := 0
		for i, want := range c.want {
			x := by["U"+strconv.Itoa(i)]
			sum = sum.plus(x)
			if hidden := *x == (Share{Few: true}); hidden != (want < 0) || !hidden && x.Of != want {
				t.Errorf("of %v the %d. is %+v", c.of, i+1, x)
			}
			shown += max(want, 0)
		}
		if sum != nil && sum.Of != shown {
			t.Errorf("of %v the sum is %+v", c.of, sum)
		}
	}
}
