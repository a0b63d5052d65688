package quota

import (
	"testing"
	"time"
)

// WaitFor waits until so many wait at a gate.
func WaitFor(t *testing.T, g *Gate, n int) {
	t.Helper()
	for range 20_000 {
		if g.Waiting() == n {
			return
		}
		time.Sleep(time.Millisecond)
	}
	t.Fatalf("never did %d wait", n)
}
