package core

import "sanwen/internal/ground/clock"

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
