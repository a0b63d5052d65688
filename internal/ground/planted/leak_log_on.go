//go:build leak_log

package planted

// Log writes the caller's address into the log after a failure.
const Log = true
