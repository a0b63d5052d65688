package core

import (
	"crypto/sha256"
	"encoding/hex"

	"sanwen/internal/ground/clock"
)

// Registration is what the log keeps of a registration: enough for the submitter to prove what he sent, nothing to read.
type Registration struct {
	Channel Channel   `json:"channel"` // in the order of the keys, as the record wants them
	Day     clock.Day `json:"day"`
	Kind    Kind      `json:"kind"`
	Level   Level     `json:"level"`
	Number  string    `json:"number"`
	Place   string    `json:"place,omitempty"`
	Words   string    `json:"words"`
}

// Fingerprint is SHA-256 over the text, in hexadecimal: with it the log proves what was sent. It stands inside the salted
// commitment of the log's entry, and goes with the entry when that is erased.
func Fingerprint(text string) string {
	h := sha256.Sum256([]byte(text))
	return hex.EncodeToString(h[:])
}
