package matter

import (
	"time"

	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
)

// LampsOf reads the settings by which lights are derived at the transaction's time.
func LampsOf(tx *db.Tx) (Lamps, error) {
	set, err := org.SettingsOf(tx)
	if err != nil {
		return Lamps{}, err
	}
	cal, err := org.Calendar(tx)
	if err != nil {
		return Lamps{}, err
	}
	today := tx.Today()
	stale := tx.Now.Add(-time.Duration(set.Int(org.StaleDays)) * 24 * time.Hour)
	return Lamps{Now: tx.Millis(), Today: today, NearDay: cal.AddWorkdays(today, set.Int(org.BlueDays)),
		NearShare: set.Int(org.BlueShare), StaleAt: clock.MillisOf(stale)}, nil
}
