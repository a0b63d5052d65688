package accept

import (
	"crypto/sha256"
	"encoding/binary"
	"time"

	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
)

// The hours of a day at which people are asked.
const (
	firstHour = 8
	lastHour  = 20
)

// leastDays is how many days everybody has to answer, whatever the settings say.
const leastDays = 2

// spread gives everybody on a list an hour of his own at which he is asked, some days after the inspection and before the window ends. Whoever
// is asked at the counter at which the work has just been shown to him says what is expected of him (handbook, forced ratings).
func spread(tx *db.Tx, a Acceptance) error {
	set, err := org.SettingsOf(tx)
	if err != nil {
		return err
	}
	to := min(set.Int(org.AskTo), set.Int(org.AcceptDays)-leastDays)
	if to <= 0 {
		return nil
	}
	list, err := db.All[string](tx, `SELECT id FROM invitation WHERE matter = $1 AND round = $2 ORDER BY id`, a.Matter, a.Round)
	if err != nil {
		return err
	}
	for _, i := range list {
		if err := putAskAt(tx, i, askAt(a.OpenedAt.Day(tx.Zone()), i, min(set.Int(org.AskFrom), to), to, tx.Zone())); err != nil {
			return err
		}
	}
	return nil
}

// askAt is the hour at which an invitation asks: on a day from the first to the last after the list was opened, in daytime. It is drawn from the
// invitation's id, which is random and which nobody but the invited person learns.
func askAt(opened clock.Day, invitation string, first, last int, zone *time.Location) clock.Millis {
	h := sha256.Sum256([]byte("ask/" + invitation))
	day := first + int(binary.BigEndian.Uint32(h[0:])%uint32(last-first+1))
	hour := firstHour + int(binary.BigEndian.Uint32(h[4:])%(lastHour-firstHour))
	return clock.MillisOf(opened.Add(day).Time(zone).Add(time.Duration(hour) * time.Hour))
}
