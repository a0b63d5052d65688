package publish

import (
	"time"

	"sanwen/internal/base/event"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
)

// Signed is the newest tree head that is shown to everybody: the last one of the hours before this one. A head of the running
// hour would tell whoever asks again and again in which minute somebody spoke. It is nil in the first hour of an installation.
func Signed(tx *db.Tx) (*event.Checkpoint, error) {
	hour := clock.MillisOf(tx.Now.Truncate(time.Hour))
	// a checkpoint is made at most once a minute
	for upTo := int64(0); ; {
		cps, err := event.Checkpoints(tx, 64, upTo)
		if err != nil || len(cps) == 0 {
			return nil, err
		}
		for _, c := range cps {
			if c.At < hour {
				return &c, nil
			}
		}
		upTo = cps[len(cps)-1].Size - 1
		if upTo <= 0 {
			return nil, nil
		}
	}
}
