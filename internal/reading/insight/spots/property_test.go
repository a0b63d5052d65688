package spots

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"sanwen/internal/ground/clock"
	"sanwen/internal/reading/insight/spots/marks"
)

var phrases = []string{"浴室的水不热", "洗到一半成凉水", "喷头水量小", "更衣柜不够", "换气扇坏了", "饭菜凉了", "排队太长", "班车提前发车", "夜班下班后没有热水", "路灯不亮"}

// voices draws voices of one surrounding, in order.
func voices(t *rapid.T, n int) []member {
	all := make([]member, n)
	for i := range all {
		text := rapid.SampledFrom(phrases).Draw(t, "one") + "，" + rapid.SampledFrom(phrases).Draw(t, "two")
		day := rapid.IntRange(0, 300).Draw(t, "day")
		all[i].Said = Said{ID: fmt.Sprintf("v%03d", i), At: clock.Millis(day) * 86_400_000, Day: clock.Day("2026-01-01").Add(day), n: day,
			Place: rapid.SampledFrom([]string{"P1M", "P1F"}).Draw(t, "place"), Topic: rapid.SampledFrom([]string{"", "B1", "B4"}).Draw(t, "topic"),
			Matter: rapid.SampledFrom([]string{"", "", "", "m1", "m2"}).Draw(t, "matter"), marks: marks.Of(text, nil)}
		all[i].sort = all[i].order()
	}
	slices.SortFunc(all, func(a, b member) int { return a.before(b.Said) })
	return all
}

// groups are the voices of each spot, whatever its number.
func groups(all []member) (out []string) {
	by := map[int64]string{}
	for _, m := range all {
		by[m.spot] += m.ID + " "
	}
	return slices.Sorted(maps.Values(by))
}

// A voice that has nothing to do with any other changes no spot, and one that goes leaves the others as they would be without it.
func TestUnrelatedVoiceChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := voices(t, rapid.IntRange(1, 30).Draw(t, "n"))
		alone := slices.Clone(all)
		assign(alone, 0, nil)
		at := rapid.IntRange(0, len(all)-1).Draw(t, "at")
		stranger := all[at]
		stranger.ID, stranger.Topic, stranger.Matter, stranger.Place, stranger.marks = "x", "Z9", "", "", marks.Of("麒麟貔貅饕餮", nil)
		stranger.sort = stranger.order()
		more := slices.Insert(slices.Clone(all), at, stranger)
		slices.SortFunc(more, func(a, b member) int { return a.before(b.Said) })
		assign(more, 0, nil)
		rest := slices.DeleteFunc(more, func(m member) bool { return m.ID == "x" })
		if a, b := groups(alone), groups(rest); !slices.Equal(a, b) {
			t.Fatalf("without:\n%q\nwith:\n%q", a, b)
		}
	})
}

// What is said within an hour is grouped alike in whatever order it came and whatever the random ids are.
func TestOrderWithinAnHour(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := voices(t, rapid.IntRange(2, 25).Draw(t, "n"))
		for i := range all {
			day := rapid.IntRange(0, 3).Draw(t, "hour") * 40
			all[i].At, all[i].n, all[i].Day, all[i].Matter = clock.Millis(day)*86_400_000, day, clock.Day("2026-01-01").Add(day), ""
		}
		said := func(order []int) (out []string) {
			now, what := make([]member, len(all)), map[string]string{}
			for i, j := range order { // the j-th is the i-th that came
				now[i] = all[j]
				now[i].ID = fmt.Sprintf("%03d", i)
				now[i].sort = now[i].order()
				what[now[i].ID] = fmt.Sprint(now[i].At, now[i].Place, now[i].Topic, now[i].marks)
			}
			slices.SortFunc(now, func(a, b member) int { return a.before(b.Said) })
			assign(now, 0, nil)
			by := map[int64][]string{}
			for _, m := range now {
				by[m.spot] = append(by[m.spot], what[m.ID])
			}
			for _, g := range by {
				slices.Sort(g)
				out = append(out, fmt.Sprint(g))
			}
			slices.Sort(out)
			return out
		}
		order := make([]int, len(all))
		for i := range order {
			order[i] = i
		}
		first := said(order)
		if again := said(rapid.Permutation(order).Draw(t, "order")); !slices.Equal(first, again) {
			t.Fatalf("in one order:\n%q\nin another:\n%q", first, again)
		}
	})
}

// Grouping what comes later onto what is grouped already gives what grouping all at once gives.
func TestStepByStepIsAllAtOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := voices(t, rapid.IntRange(2, 30).Draw(t, "n"))
		once := slices.Clone(all)
		assign(once, 0, nil)
		cut := rapid.IntRange(1, len(all)-1).Draw(t, "cut")
		steps := slices.Clone(all)
		assign(steps[:cut], 0, nil)
		bound := map[string]int64{}
		for _, m := range steps[:cut] {
			if m.Matter != "" && bound[m.Matter] == 0 {
				bound[m.Matter] = m.spot
			}
		}
		assign(steps, cut, bound)
		if a, b := groups(once), groups(steps); !slices.Equal(a, b) {
			t.Fatalf("at once:\n%q\nin steps:\n%q", a, b)
		}
	})
}

// Numbers stay with most of the voices, and no two spots have the same.
func TestNumbersStay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := voices(t, rapid.IntRange(1, 30).Draw(t, "n"))
		assign(all, 0, nil)
		next := int64(1)
		draw := func() (int64, error) { next++; return next - 1, nil }
		if err := number(all, map[int64]bool{}, draw); err != nil {
			t.Fatal(err)
		}
		again := slices.Clone(all)
		for i := range again {
			again[i].was, again[i].spot = all[i].spot, 0
		}
		last := next
		assign(again, 0, nil)
		if err := number(again, map[int64]bool{}, draw); err != nil {
			t.Fatal(err)
		}
		for i := range all {
			if all[i].spot != again[i].spot {
				t.Fatalf("%s was in %d and is in %d", all[i].ID, all[i].spot, again[i].spot)
			}
		}
		if next != last {
			t.Fatalf("%d new numbers", next-last)
		}
	})
}
