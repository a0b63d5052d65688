package crux

import (
	"testing"

	"sanwen/internal/ground/clock"
)

// A sudden rise is one against the same weekdays, not against a quiet day.
func TestBurst(t *testing.T) {
	today := clock.Day("2026-11-27")
	calm := map[clock.Day]int{}
	for i := range 70 {
		if today.Add(-i).Weekday() == 1 {
			calm[today.Add(-i)] = 6 // every Monday
		}
	}
	if b := BurstOf(calm, today, 6); b.Is {
		t.Errorf("six on a Monday as on every Monday: %+v", b)
	}
	if b := BurstOf(map[clock.Day]int{today: 6}, today, 6); !b.Is {
		t.Errorf("six out of nothing: %+v", b)
	}
	if b := BurstOf(map[clock.Day]int{today: 6}, today, 2); b.Is {
		t.Errorf("two people: %+v", b)
	}
}

// What the voices of a spot share stands out from the others, with the points by which it does so at least.
func TestContrasts(t *testing.T) {
	night := Trait{TraitShift, "夜班"}
	c := Contrasts(map[Trait][2]int{night: {30, 12}, {TraitHour, "中午"}: {4, 3}, {TraitEquipment, "喷头"}: {6, 20}}, 37, 100, 5)
	if len(c) != 1 || c[0].Trait != night || c[0].Percent() != 81 || c[0].Elsewhere() != 12 || c[0].Low < 45 || c[0].Low > 69 {
		t.Errorf("%+v", c)
	}
	if got := Contrasts(map[Trait][2]int{night: {4, 0}}, 4, 100, 5); len(got) != 0 {
		t.Errorf("of four: %+v", got)
	}
}
