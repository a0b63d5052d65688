//go:build !wrong_ack

package web

import (
	"sanwen/internal/base/access"
	"sanwen/internal/work/voice"
)

// plantedAck is a fault for the test of faults: see planted_on.go.
const plantedAck = false

func (t *telling) sendLate(voice.Register, access.Person) {}
