//go:build wrong_ack

package db

// plantedAck makes Write answer before the commit. Only the test of faults builds the program so, to see that it notices.
const plantedAck = true
