//go:build !wrong_ack

package db

// plantedAck is a fault for the test of faults: see planted_on.go.
const plantedAck = false
