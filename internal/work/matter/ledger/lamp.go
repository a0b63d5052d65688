package matter

import (
	"slices"

	"sanwen/internal/base/duty"
	"sanwen/internal/ground/clock"
)

// StaleDays is after how many days without any sign of life a matter is shown yellow (default of the product).
const StaleDays = 14

// Lamps is the moment and the settings by which lights are derived.
type Lamps struct {
	Now       clock.Millis
	Today     clock.Day
	NearDay   clock.Day // deadlines up to this day are near: today and the working days that count as near
	NearShare int       // and those with at most this share of their time left, in percent
	StaleAt   clock.Millis
}

// Light derives the traffic light of the matter: red overdue, yellow when a milestone is missed, the plan is late or
// nothing has been heard for 14 days, blue near the limit, green else. A matter that waits for nobody of its unit any
// more, or is over, has no light.
func (m Matter) Light(l Lamps) duty.Color {
	switch m.State {
	case Proposed, Assigned:
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
	case m.Due != "" && m.Due < l.Today && m.State != Paused:
		return duty.Red
	case m.State != Paused && m.MilestoneDue != "" && m.MilestoneDue < l.Today,
		m.State != Paused && m.MovedAt <= l.StaleAt,
		m.State == PlanReview && m.PlanVersion == 0 && m.PlanDue < l.Now:
		return duty.Yellow
	case m.Due != "" && (m.Due <= l.NearDay || int64(m.DueAt-l.Now)*100 <= int64(m.DueAt-m.DueFrom)*int64(l.NearShare)):
		return duty.Blue
	}
	return duty.Green
}

// DaysOver is by how many days the deadline in force has passed, 0 if it has not.
func (m Matter) DaysOver(today clock.Day) int {
	if m.Due == "" || m.Due >= today || !slices.Contains(running, m.State) {
		return 0
	}
	return m.Due.Until(today)
}
