package web

import (
	"strconv"

	"sanwen/internal/ground/clock"
)

// LeavePage is what is left on the screen of somebody who had to leave quickly: the month's calendar, and nothing of this site.
type LeavePage struct {
	Page
	Today string
	Heads []string
	Weeks [][]LeaveDay
}

// LeaveDay is a day of the calendar; Day is 0 for an empty field.
type LeaveDay struct {
	Day   int
	Off   bool // no working day
	Today bool
}

var leavePage = Define[LeavePage]("web/leave")

// leave shows a neutral page after the exit control and asks the browser to forget what it kept of this site.
func leave(r *Req) error {
	r.w.Header().Set("Clear-Site-Data", `"cache", "storage"`)
	p := LeavePage{Page: Page{Title: r.T("web.left"), Shape: Neutral}, Today: r.Lang.Date(r.Today(), r.Zone)}
	for i := range 7 {
		p.Heads = append(p.Heads, r.T("date.weekday."+strconv.Itoa((i+1)%7)))
	}
	now := r.Now().In(r.Zone)
	first := now.AddDate(0, 0, 1-now.Day())
	cal := clock.NewCalendar("shipped", clock.Shipped(), r.Zone, 0)
	week := make([]LeaveDay, 0, 7)
	for range (int(first.Weekday()) + 6) % 7 {
		week = append(week, LeaveDay{})
	}
	for day := first; day.Month() == first.Month(); day = day.AddDate(0, 0, 1) {
		work, _ := cal.IsWorkday(clock.DayOf(day, r.Zone))
		week = append(week, LeaveDay{Day: day.Day(), Off: !work, Today: day.Day() == now.Day()})
		if len(week) == 7 {
			p.Weeks, week = append(p.Weeks, week), make([]LeaveDay, 0, 7)
		}
	}
	if len(week) > 0 {
		for len(week) < 7 {
			week = append(week, LeaveDay{})
		}
		p.Weeks = append(p.Weeks, week)
	}
	return leavePage.Render(r, p)
}
