package ledger

import (
	"slices"
	"time"

	"sanwen/internal/base/duty"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/matter"
)

// Lamps is the moment and the settings by which lights are derived.
type Lamps struct {
	Now       clock.Millis
	Today     clock.Day
	NearDay   clock.Day // deadlines up to this day are near: today and the working days that count as near
	NearShare int       // and those with at most this share of their time left, in percent
	StaleAt   clock.Millis
}

// LampsOf reads the settings by which lights are derived at the transaction's time.
func LampsOf(tx *db.Tx) (Lamps, error) { return lampsAt(tx, tx.Now) }

// lampsAt is by what lights were derived at another time, with the settings and the calendar of today.
func lampsAt(tx *db.Tx, now time.Time) (Lamps, error) {
	set, err := org.SettingsOf(tx)
	if err != nil {
		return Lamps{}, err
	}
	cal, err := org.Calendar(tx)
	if err != nil {
		return Lamps{}, err
	}
	today := clock.DayOf(now, tx.Zone())
	stale := now.Add(-time.Duration(set.Int(org.StaleDays)) * 24 * time.Hour)
	return Lamps{Now: clock.MillisOf(now), Today: today, NearDay: cal.AddWorkdays(today, set.Int(org.BlueDays)),
		NearShare: set.Int(org.BlueShare), StaleAt: clock.MillisOf(stale)}, nil
}

// Light derives the traffic light of the matter: red overdue, yellow when a milestone is missed, the plan is late or
// nothing has been heard for 14 days, blue near the limit, green else. A matter that waits for nobody of its unit any
// more, or is over, has no light.
func Light(m matter.Matter, l Lamps) duty.Color {
	switch m.State {
	case matter.Proposed, matter.Assigned:
		if m.Due != "" && m.Due < l.Today && !m.DueOpen {
			return duty.Red
		}
		if m.PlanDue != 0 && m.PlanDue < l.Now {
			return duty.Yellow
		}
		return duty.Green
	}
	if !slices.Contains(running, m.State) {
		return ""
	}
	switch {
	case m.Due != "" && m.Due < l.Today && m.State != matter.Paused:
		return duty.Red
	case m.State != matter.Paused && m.MilestoneDue != "" && m.MilestoneDue < l.Today,
		m.State != matter.Paused && m.MovedAt <= l.StaleAt,
		m.State == matter.PlanReview && m.PlanVersion == 0 && m.PlanDue < l.Now:
		return duty.Yellow
	case m.Due != "" && (m.Due <= l.NearDay || int64(m.DueAt-l.Now)*100 <= int64(m.DueAt-m.DueFrom)*int64(l.NearShare)):
		return duty.Blue
	}
	return duty.Green
}

// running lists the states in which the deadline runs: it has been fixed, and nobody has said "done".
var running = []string{matter.PlanReview, matter.Executing, matter.Paused}
