package duty

import (
	"context"
	"testing"
	"time"

	"pgregory.net/rapid"

	"sanwen/internal/base/access"
	"sanwen/internal/base/event"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
)

// TestWaitingMovesTheDue was counted by hand on the calendar of November and December 2026, which has no holidays.
func TestWaitingMovesTheDue(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		answer := owe(t, d, New{Kind: Answer, Class: clock.T7D}) // Wednesday, 2 December
		hazard := owe(t, d, New{Kind: AcceptHazard, Hours: 24})
		wait := func(r Reason, kinds ...Kind) {
			t.Helper()
			write(t, d, "", func(tx *db.Tx) error {
				_, err := Wait(tx, triager, matter, Waiting{Reason: r, Kinds: kinds})
				return err
			})
		}
		resume := func(r Reason, want int) {
			t.Helper()
			write(t, d, "", func(tx *db.Tx) error {
				n, err := Resume(tx, triager, matter, r)
				if n != want {
					t.Errorf("resume %q: %d, want %d", r, n, want)
				}
				return err
			})
		}
		c.Set(at("2026-11-23 16:00").Time())
		wait(WaitInfo)
		if got := get(t, d, answer.ID); !got.Waiting() || got.Due != answer.Due {
			t.Errorf("while it waits: %+v", got)
		}
		c.Set(at("2026-11-24 09:00").Time())
		wait(WaitBid, Answer) // overlaps
		wait(WaitBid, Answer) // twice is once
		c.Set(at("2026-11-25 10:00").Time())
		resume(WaitInfo, 2)
		if got := get(t, d, hazard.ID); got.Waiting() || show(got.Due) != "2026-11-26 02:00" || got.Due0 != hazard.Due0 || got.DueVersion != 2 {
			t.Errorf("42 hours waited: %s, %+v", show(got.Due), got)
		}
		if got := get(t, d, answer.ID); !got.Waiting() || got.Due != answer.Due {
			t.Errorf("still waiting for the other reason: %+v", got)
		}
		resume(WaitInfo, 0)
		c.Set(at("2026-11-26 18:00").Time())
		resume("", 1)
		// Waited over the last office minutes of 23, 24, 25 and 26 November: four working days.
		got := get(t, d, answer.ID)
		if got.Waiting() || show(got.Due) != "2026-12-08 17:30" || got.Due0 != answer.Due0 {
			t.Errorf("moved to %s", show(got.Due))
		}
		items := read(t, d, func(tx *db.Tx) ([]Item, error) { return Items(tx, []Duty{got}) })
		if items[0].WaitedDays != 4 || items[0].Left != 8 {
			t.Errorf("shown: %+v", items[0])
		}
		resume("", 0)

		// Waiting that begins after the due is shown, and moves nothing.
		c.Set(at("2026-12-09 09:00").Time())
		wait(WaitThird)
		c.Set(at("2026-12-11 09:00").Time())
		resume(WaitThird, 2)
		late := get(t, d, answer.ID)
		if late.Due != got.Due || !late.Breached(c.Now()) {
			t.Errorf("late waiting moved the due to %s", show(late.Due))
		}
		items = read(t, d, func(tx *db.Tx) ([]Item, error) { return Items(tx, []Duty{late}) })
		if items[0].WaitedDays != 6 || items[0].Light.Color != Red {
			t.Errorf("late waiting is not shown: %+v", items[0])
		}
	})
}

func TestExtensionDoesNotCountOldWaitingAgain(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		x := owe(t, d, New{Kind: Completion, Day: "2026-12-04"})
		act(t, d, boss, "", Suspend{x.ID, Waiting{Reason: WaitSeason}})
		c.Set(at("2026-11-25 09:00").Time())
		act(t, d, boss, "", Continue{x.ID})
		if got := get(t, d, x.ID); show(got.Due) != "2026-12-08 17:30" {
			t.Fatalf("two days waited: %s", show(got.Due))
		}
		write(t, d, "", func(tx *db.Tx) error {
			return Extend(tx, boss, Extension{Subject: matter, Kind: Completion, Day: "2026-12-18"})
		})
		act(t, d, boss, "", Suspend{x.ID, Waiting{Reason: WaitSeason}})
		c.Set(at("2026-11-26 09:00").Time())
		act(t, d, boss, "", Continue{x.ID})
		if got := get(t, d, x.ID); show(got.Due) != "2026-12-21 17:30" {
			t.Errorf("one day waited after the extension: %s", show(got.Due))
		}
	})
}

// TestCalendarImport: what reaches into a year not announced moves when it is, later by itself and earlier when a person confirms.
func TestCalendarImport(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		c.Set(at("2026-12-28 09:00").Time()) // a Monday
		late := owe(t, d, New{Kind: Answer, Days: 5})
		early := owe(t, d, New{Kind: Completion, Days: 9, Item: "early"})
		same := owe(t, d, New{Kind: Plan, Days: 4})
		near := owe(t, d, New{Kind: Sign, Days: 2})
		done := owe(t, d, New{Kind: Approve, Days: 5})
		promised := owe(t, d, New{Kind: Milestone, Day: "2027-01-01", Item: "s1"})
		over := owe(t, d, New{Kind: Retaliation, Hours: 24 * 6})
		write(t, d, "", func(tx *db.Tx) error { _, err := Discharge(tx, triager, matter, Approve, Done); return err })
		done = get(t, d, done.ID)
		if show(late.Due) != "2027-01-04 17:30" || !late.Provisional || show(promised.Due) != "2027-01-01 17:30" || !promised.Provisional ||
			show(early.Due) != "2027-01-08 17:30" || near.Provisional {
			t.Fatalf("before: %s %s %s", show(late.Due), show(promised.Due), show(early.Due))
		}
		load := func(json string) {
			t.Helper()
			act(t, d, admin, "", org.ImportCalendar{JSON: []byte(json), Source: "国务院办公厅通知"})
		}
		// 1 January is free, and Saturday and Sunday, 2 and 3 January, are worked.
		load(`{"year":2027,"papers":[],"days":[{"name":"元旦","date":"2027-01-01","isOffDay":true},{"name":"元旦","date":"2027-01-02","isOffDay":false},{"name":"元旦","date":"2027-01-03","isOffDay":false}]}`)

		// 29, 30, 31 December, then 2, 3, 4, 5, 6, 7 January.
		if got := get(t, d, late.ID); got.Due != late.Due || show(got.EarlyDue) != "2027-01-03 17:30" || got.Provisional || got.DueVersion != 1 {
			t.Errorf("five days: %s, early %s", show(got.Due), show(got.EarlyDue))
		}
		if got := get(t, d, early.ID); got.Due != early.Due || show(got.EarlyDue) != "2027-01-07 17:30" || got.Provisional {
			t.Errorf("nine days: %s, early %s", show(got.Due), show(got.EarlyDue))
		}
		if got := get(t, d, same.ID); show(got.Due) != "2027-01-02 17:30" || got.EarlyDue != 0 || got.DueVersion != 2 || got.Due0 != same.Due0 {
			t.Errorf("four days: %s, was %s", show(got.Due), show(same.Due))
		}
		if got := get(t, d, promised.ID); show(got.Due) != "2027-01-02 17:30" || got.Due0 != promised.Due0 || got.Provisional {
			t.Errorf("promised for the holiday: %s", show(got.Due))
		}
		for _, was := range []Duty{near, done, over} {
			if got := get(t, d, was.ID); got != was {
				t.Errorf("%s changed: %+v, was %+v", was.Kind, got, was)
			}
		}
		act(t, d, boss, "", ConfirmEarlier{late.ID})
		if got := get(t, d, late.ID); show(got.Due) != "2027-01-03 17:30" || got.EarlyDue != 0 || got.Due0 != late.Due0 {
			t.Errorf("confirmed: %+v", got)
		}
		count := map[string]int{}
		for _, k := range facts(t, d, matter) {
			count[k]++
		}
		if count[FactRecomputed] != 4 || count[FactEarlier] != 1 {
			t.Errorf("facts %v", count)
		}
		// The same calendar once more changes nothing.
		write(t, d, "", func(tx *db.Tx) error {
			cal, err := org.Calendar(tx)
			if err != nil {
				return err
			}
			sum, err := Recompute(tx, admin, cal)
			if sum != (Recomputed{}) {
				t.Errorf("again: %+v", sum)
			}
			return err
		})
		// Another office hour is no reason to move what is owed already.
		before := read(t, d, func(tx *db.Tx) ([]Duty, error) { return Of(tx, matter) })
		act(t, d, admin, "", org.SetSetting{Key: org.OfficeEnd, Value: "16:30", Basis: "冬季作息"})
		after := read(t, d, func(tx *db.Tx) ([]Duty, error) { return Of(tx, matter) })
		for i := range before {
			if before[i] != after[i] {
				t.Errorf("office hour: %+v, was %+v", after[i], before[i])
			}
		}
	})
}

// TestOrganisationChanges: duties follow a unit that moves and somebody who leaves.
func TestOrganisationChanges(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		crew := owe(t, d, New{Kind: Plan, Path: "/G/U01/U01-A/", Person: "p1"})
		plant := owe(t, d, New{Kind: Sign, Path: "/G/U01/", Person: "p1", Role: access.Employee})
		other := owe(t, d, New{Kind: Answer, Path: "/G/U011/"})
		write(t, d, "", func(tx *db.Tx) error {
			if err := access.MovePaths(tx, "/G/U01/", "/G/U02/U01/", pathColumn); err != nil {
				return err
			}
			if err := event.Record(tx, admin, event.Fact{Kind: "org.unit_changed", Subject: event.Ref{Kind: "unit", ID: "U01"}}); err != nil {
				return err
			}
			return leave(tx, admin, "p1")
		})
		for _, k := range []struct {
			was  Duty
			path access.Path
			role access.Role
		}{{crew, "/G/U02/U01/U01-A/", access.Handler}, {plant, "/G/U02/U01/", access.DeptHead}, {other, "/G/U011/", access.Handler}} {
			if got := get(t, d, k.was.ID); got.Path != k.path || got.Role != k.role || got.Person != "" || got.Due != k.was.Due {
				t.Errorf("%s: %+v", k.was.Kind, got)
			}
		}
		w := read(t, d, func(tx *db.Tx) ([]org.Weight, error) { return impact(tx, org.KindPerson, "p1") })
		if org.Total(w) != 0 {
			t.Errorf("still owed by who has left: %v", w)
		}
	})
}

// TestClocks walks through random lives of a duty and checks what must hold at every step.
func TestClocks(t *testing.T) {
	d, c := dbtest.Open(t)
	cal := read(t, d, org.Calendar)
	n := 0
	rapid.Check(t, func(rt *rapid.T) {
		n++
		subject := event.Ref{Kind: "matter", ID: "r" + time.Unix(int64(n), 0).UTC().Format("150405")}
		c.Set(at("2026-01-05 08:00").Time().Add(time.Duration(rapid.IntRange(0, 300*24).Draw(rt, "hours")) * time.Hour))
		do := func(fn func(*db.Tx) error) error {
			return d.Write(context.Background(), func(tx *db.Tx) error {
				if err := boss.May(tx, access.DutySee, access.Thing{}); err != nil {
					return err
				}
				return fn(tx)
			})
		}
		must := func(err error) {
			if err != nil {
				rt.Fatal(err)
			}
		}
		start := clock.MillisOf(c.Now())
		days := rapid.IntRange(1, 15).Draw(rt, "days")
		var id string
		must(do(func(tx *db.Tx) (err error) {
			id, err = Owe(tx, boss, New{Kind: Completion, Subject: subject, Path: "/G/D02/", Role: access.Handler, Days: days})
			return err
		}))
		first := get(t, d, id)
		var waits []clock.Interval // the separate account of what was waited
		extended := false
		steps := rapid.IntRange(1, 12).Draw(rt, "steps")
		for range steps {
			before := get(t, d, id)
			switch rapid.SampledFrom([]string{"time", "time", "wait", "wait", "resume", "extend", "hand over"}).Draw(rt, "step") {
			case "time":
				c.Advance(time.Duration(rapid.IntRange(1, 100).Draw(rt, "hours")) * time.Hour)
			case "wait":
				r := rapid.SampledFrom(Reasons()).Draw(rt, "reason")
				must(do(func(tx *db.Tx) error {
					_, err := Wait(tx, boss, subject, Waiting{Reason: r})
					return err
				}))
				if before.WaitingFrom == 0 && clock.MillisOf(c.Now()) <= before.Due {
					waits = append(waits, clock.Interval{From: clock.MillisOf(c.Now())})
				}
			case "resume":
				must(do(func(tx *db.Tx) error { _, err := Resume(tx, boss, subject, ""); return err }))
				if k := len(waits); k > 0 && waits[k-1].Until == 0 {
					waits[k-1].Until = clock.MillisOf(c.Now())
					if waits[k-1].Until == waits[k-1].From {
						waits = waits[:k-1]
					}
				}
			case "extend":
				day := before.Due.Day(cal.Zone()).Add(rapid.IntRange(-3, 20).Draw(rt, "by"))
				err := do(func(tx *db.Tx) error {
					return Extend(tx, boss, Extension{Subject: subject, Kind: Completion, Day: day})
				})
				work, _ := cal.IsWorkday(day)
				if (err == nil) != (work && day > before.Due.Day(cal.Zone())) {
					rt.Fatalf("extension to %s (worked %v) from %s: %v", day, work, show(before.Due), err)
				}
				extended = extended || err == nil
			case "hand over":
				must(do(func(tx *db.Tx) error {
					_, err := HandOver(tx, boss, subject, Holder{Path: "/G/D03/", Role: access.Handler})
					return err
				}))
			}
			now := get(t, d, id)
			switch {
			case now.Due0 != first.Due0 || now.StartedAt != start:
				rt.Fatal("the beginning or the original due changed")
			case now.Due < before.Due:
				rt.Fatalf("the due moved earlier: %s to %s", show(before.Due), show(now.Due))
			case now.Due != before.Due && now.DueVersion != before.DueVersion+1 || now.Due == before.Due && now.DueVersion != before.DueVersion:
				rt.Fatalf("version %d after %d", now.DueVersion, before.DueVersion)
			}
			if work, _ := cal.IsWorkday(now.Due.Day(cal.Zone())); !work || now.Due.At(cal.Zone()).Format("15:04") != "17:30" {
				rt.Fatalf("due at %s", show(now.Due))
			}
			if !extended && !now.Waiting() {
				want := cal.AddWorkdays(start.Day(cal.Zone()), days+cal.WaitedWorkingDays(waits, c.Now()))
				if now.Due.Day(cal.Zone()) != want {
					rt.Fatalf("due on %s, want %s after waiting %v", show(now.Due), want, waits)
				}
			}
		}
	})
}
