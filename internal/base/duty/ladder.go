package duty

import (
	"slices"
	"time"

	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
)

// Rung is a step of the ladder that an open duty climbs while nobody discharges it; its name is "duty.rung.<rung>".
type Rung string

// The rungs, the lowest first. When each is reached is a setting of the organisation.
const (
	RungRemind   Rung = "remind"   // part of the time is gone and nobody has been in touch
	RungNear     Rung = "near"     // the limit is near: blue
	RungRed      Rung = "red"      // overdue: red, and an order is drafted where the kind asks for one
	RungSponsor  Rung = "sponsor"  // the head is pressed, the sponsor leader gets a copy
	RungAgenda   Rung = "agenda"   // on the agenda of the next dispatch meeting
	RungTalk     Rung = "talk"     // a leader talks with the head
	RungCircular Rung = "circular" // the next circular names it (通报)
	RungCall     Rung = "call"     // the next person of the duty roster is called; again and again
)

// Rungs returns all rungs, the lowest first.
func Rungs() []Rung {
	return []Rung{RungRemind, RungNear, RungRed, RungSponsor, RungAgenda, RungTalk, RungCircular, RungCall}
}

var (
	wholeLadder = []Rung{RungRemind, RungNear, RungRed, RungSponsor, RungAgenda, RungTalk, RungCircular}
	shortLadder = []Rung{RungNear, RungRed}
)

// Ladder returns the rungs that a duty of the kind climbs. What has been promised to employees, and what a
// meeting decided, climbs the whole ladder, a danger calls
// until somebody comes, an assignment signs itself when its time is over, and of everything else people are reminded.
func (k Kind) Ladder() []Rung {
	switch k {
	case Answer, Plan, Completion, Resolve:
		return wholeLadder
	case AcceptHazard:
		return []Rung{RungCall}
	case Sign:
		return []Rung{RungNear}
	}
	return shortLadder
}

// Ladder knows when each rung is reached: the settings that hold now and the working-day calendar.
type Ladder struct {
	cal      *clock.Calendar
	remind   int // percent of the time
	near     int // percent of the time
	nearDays int // working days before the due
	after    map[Rung]int
	call     time.Duration
}

// ladderSettings are the keys that move rungs.
var ladderSettings = []string{org.LadderRemind, org.LadderNear, org.LadderNearDays, org.LadderSponsor, org.LadderAgenda, org.LadderTalk, org.LadderCircular, org.HazardMinutes}

func ladderOf(cal *clock.Calendar, s org.Settings) Ladder {
	return Ladder{cal: cal, remind: s.Int(org.LadderRemind), near: s.Int(org.LadderNear), nearDays: s.Int(org.LadderNearDays),
		after: map[Rung]int{RungSponsor: s.Int(org.LadderSponsor), RungAgenda: s.Int(org.LadderAgenda), RungTalk: s.Int(org.LadderTalk), RungCircular: s.Int(org.LadderCircular)},
		call:  time.Duration(s.Int(org.HazardMinutes)) * time.Minute}
}

// LadderOf returns the ladder of the transaction's moment.
func LadderOf(tx *db.Tx) (Ladder, error) {
	cal, err := org.Calendar(tx)
	if err != nil {
		return Ladder{}, err
	}
	s, err := org.SettingsOf(tx)
	return ladderOf(cal, s), err
}

// When returns the moment at which the duty reaches a rung, by its current due. Zero: it never does, because the organisation has turned
// the rung off or the term is too short for it. The rung "red" is reached one millisecond after the due. A call of danger has no moment
// of its own: it follows the call before by the set minutes.
func (l Ladder) When(d Duty, r Rung) clock.Millis {
	switch r {
	case RungRemind:
		at := l.share(d, l.remind)
		if near := l.When(d, RungNear); near != 0 && at >= near {
			return 0
		}
		return at
	case RungNear:
		at := l.share(d, l.near)
		if l.nearDays > 0 && !d.WallClock() {
			before := d.Due.Day(l.cal.Zone())
			for range l.nearDays {
				before = l.cal.PrevWorkday(before)
			}
			if last := clock.MillisOf(l.cal.OfficeEnd(before)); at == 0 || last < at {
				at = max(last, d.StartedAt)
			}
		}
		if at >= d.Due {
			return 0
		}
		return at
	case RungRed:
		return d.Due + 1
	case RungSponsor, RungAgenda, RungTalk, RungCircular:
		n := l.after[r]
		if n == 0 {
			return 0
		}
		return clock.MillisOf(l.cal.OfficeEnd(l.cal.AddWorkdays(d.Due.Day(l.cal.Zone()), n)))
	}
	return 0
}

// share returns when a part of the time is gone: the end of the last whole working day within it, or the moment itself for a duty around
// the clock.
func (l Ladder) share(d Duty, percent int) clock.Millis {
	if percent == 0 || d.Due <= d.StartedAt {
		return 0
	}
	if d.WallClock() {
		return d.StartedAt + (d.Due-d.StartedAt)*clock.Millis(percent)/100
	}
	days := l.cal.WorkingDaysLeft(d.StartedAt.Time(), d.Due.Time())
	end := l.cal.OfficeEnd(l.cal.AddWorkdays(d.StartedAt.Day(l.cal.Zone()), days*percent/100))
	return max(clock.MillisOf(end), d.StartedAt)
}

// Next returns the rung that the duty reaches next and when, given those fired before; the empty rung where there is none: it is
// discharged, waits, was let off, or stands at the top. Rungs come in order, each once for a version of the due. A rung that was fired for an
// earlier version comes again only if it now lies ahead, or lay ahead when the rung before it was fired: a program that stood still
// meanwhile leaves none out.
func (l Ladder) Next(d Duty, fired []Fired, now clock.Millis) (Rung, clock.Millis) {
	if !d.Open || d.Waiting() || d.Exempt != "" {
		return "", 0
	}
	steps := d.Kind.Ladder()
	at := d.earliest()
	if steps[0] == RungCall {
		last := d.StartedAt
		for _, f := range fired {
			last = max(last, f.At)
		}
		return RungCall, max(at, last.Add(l.call))
	}
	reached, before := -1, map[Rung]bool{}
	for _, f := range fired {
		before[f.Rung] = true
		if f.DueVersion == d.DueVersion {
			reached = max(reached, slices.Index(steps, f.Rung))
		}
	}
	for i, r := range steps {
		when := l.When(d, r)
		if when == 0 {
			continue
		}
		at = max(at, when) // whatever the settings say, no rung comes before a lower one
		if i <= reached || reached < 0 && before[r] && at <= now {
			continue
		}
		return r, at
	}
	return "", 0
}

// earliest is before when no rung is fired. Of an anonymous voice only the hour of its beginning is known, and a rung that was fired
// within that hour would tell the minute.
func (d Duty) earliest() clock.Millis {
	if d.SubjectKind == "voice" && d.StartedAt%hourMillis == 0 {
		return d.StartedAt + hourMillis
	}
	return 0
}

const hourMillis clock.Millis = 3600 * 1000

// unplanned stands in rung_at of a duty whose next rung has to be worked out anew.
const unplanned clock.Millis = 1
