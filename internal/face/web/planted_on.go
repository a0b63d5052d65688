//go:build wrong_ack

package web

import (
	"context"
	"time"

	"sanwen/internal/base/access"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/voice"
)

// plantedAck makes the receipt appear before the voice is stored. Only the test of faults builds the program so, to see that it
// notices.
const plantedAck = true

// sendLate stores the voice a little after the answer.
func (t *telling) sendLate(in voice.Register, who access.Person) {
	d := t.r.DB
	go func() {
		time.Sleep(20 * time.Millisecond)
		d.Write(context.Background(), func(tx *db.Tx) error { _, err := in.Do(tx, who); return err }, db.Coarse)
	}()
}
