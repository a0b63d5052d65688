package duty

import (
	"time"

	"sanwen/internal/base/access"
	"sanwen/internal/base/event"
	"sanwen/internal/ground/clock"
)

// Duty is something owed by a time.
type Duty struct {
	ID          string
	Kind        Kind
	SubjectKind string
	SubjectID   string
	Item        string
	Round       int64
	Unit        string
	Path        access.Path
	Person      string
	Role        access.Role
	Restricted  string
	Class       clock.Class

	Hours     int64     // rule: hours around the clock from StartedAt
	Days      int64     // rule: working days from StartedAt
	Day       clock.Day // rule: the end of this day
	StartedAt clock.Millis

	Due0        clock.Millis // original due, never changed; figures use it
	Due         clock.Millis // current due
	BaseDue     clock.Millis // due before waiting was added
	BaseAt      clock.Millis // waiting before this is no longer added: the beginning, or the last extension
	EarlyDue    clock.Millis // an earlier due that a new calendar gives and nobody has confirmed, or zero
	DueVersion  int64        // grows whenever Due moves
	Provisional bool         // Due reaches into a year whose holidays were not announced
	Calendar    string       // version of the calendar that Due was computed with

	Open         bool
	DischargedAt clock.Millis
	Outcome      string
	WaitingFrom  clock.Millis // since when it waits without a break, or zero

	Rung   Rung         // rung of the ladder that it reaches next, or empty
	RungAt clock.Millis // when; zero: never, one: to be worked out
	Exempt string       // why it climbs no further until its due moves, or empty
}

// Subject returns what the duty is about.
func (d Duty) Subject() event.Ref { return event.Ref{Kind: d.SubjectKind, ID: d.SubjectID} }

// Thing returns the duty as permission sees it.
func (d Duty) Thing() access.Thing {
	return access.Thing{Kind: "duty", ID: d.ID, Unit: d.Path, Lead: d.Path, Owner: d.Person, Restricted: d.Restricted}
}

// Waiting reports whether the duty waits for something at the moment.
func (d Duty) Waiting() bool { return d.Open && !d.WaitingFrom.Zero() }

// WallClock reports whether the duty runs around the clock, not in working days.
func (d Duty) WallClock() bool { return d.Days == 0 && d.Day == "" }

// Breached reports whether the original due has passed, or had when it was discharged. An extension does not heal that.
func (d Duty) Breached(now time.Time) bool {
	if d.Open {
		return clock.MillisOf(now) > d.Due0
	}
	return d.DischargedAt > d.Due0
}

// Extended reports whether the current due differs from the original one.
func (d Duty) Extended() bool { return d.Due != d.Due0 }

// Spell is a time during which a duty waited.
type Spell struct {
	ID      string
	Duty    string
	FromAt  clock.Millis
	UntilAt clock.Millis // zero: still
	Planned clock.Day    // until when it is expected to wait, or empty
	Reason  Reason
	Note    string
	By      string
	Counts  bool // it moves the due: it began before that had passed
}

// Reason says what is waited for; its name is "duty.reason.<reason>". The list is closed: waiting is not a way to gain time.
type Reason string

// The reasons.
const (
	WaitInfo     Reason = "info"     // an answer of whoever said it
	WaitSeason   Reason = "season"   // the season in which it can be done
	WaitBid      Reason = "bid"      // tender or purchase
	WaitShutdown Reason = "shutdown" // the next shut-down of the plant
	WaitThird    Reason = "third"    // a third party, such as an authority or a supplier
)

// Reasons returns all reasons.
func Reasons() []Reason { return []Reason{WaitInfo, WaitSeason, WaitBid, WaitShutdown, WaitThird} }

// valid reports whether r is one of the reasons.
func (r Reason) valid() bool {
	for _, k := range Reasons() {
		if k == r {
			return true
		}
	}
	return false
}

// intervals returns the waits that count, cut at from.
func intervals(waits []Spell, from clock.Millis) []clock.Interval {
	var out []clock.Interval
	for _, w := range waits {
		if w.Counts && (w.UntilAt.Zero() || w.UntilAt > from) {
			out = append(out, clock.Interval{From: max(w.FromAt, from), Until: w.UntilAt})
		}
	}
	return out
}

// rule returns the due that the duty's rule gives without waiting. ok is false where the due is a moment given as it is.
func (d Duty) rule(cal *clock.Calendar) (due clock.Millis, provisional, ok bool) {
	switch {
	case d.Hours > 0:
		return d.StartedAt.Add(time.Duration(d.Hours) * time.Hour), false, true
	case d.Days > 0:
		t, p := cal.DueAfterWorkingDays(d.StartedAt.Time(), int(d.Days))
		return clock.MillisOf(t), p, true
	case d.Day != "":
		day := cal.ThisOrNextWorkday(d.Day)
		return clock.MillisOf(cal.OfficeEnd(day)), !cal.Knows(d.Day.Year()) || !cal.Knows(day.Year()), true
	}
	return 0, false, false
}

// moved returns base moved by what was waited up to now: whole working days, or the time itself for a duty around the clock.
func (d Duty) moved(base clock.Millis, waits []Spell, cal *clock.Calendar, now time.Time) clock.Millis {
	in := intervals(waits, d.BaseAt)
	if d.WallClock() {
		return base.Add(clock.Waited(in, now))
	}
	n := cal.WaitedWorkingDays(in, now)
	if n == 0 {
		return base
	}
	return clock.MillisOf(cal.OfficeEnd(cal.AddWorkdays(base.Day(cal.Zone()), n)))
}

// Waited returns for how long the duty has waited, in working days or, for a duty around the clock, as a duration. Overlaps count once,
// and waiting that moved nothing counts too: it is shown, not added.
func (d Duty) Waited(waits []Spell, cal *clock.Calendar, now time.Time) (workingDays int, around time.Duration) {
	var in []clock.Interval
	for _, w := range waits {
		in = append(in, clock.Interval{From: w.FromAt, Until: w.UntilAt})
	}
	if d.WallClock() {
		return 0, clock.Waited(in, now)
	}
	return cal.WaitedWorkingDays(in, now), 0
}
