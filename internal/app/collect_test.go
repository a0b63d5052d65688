package app

import (
	"runtime"
	"runtime/debug"
	"testing"
)

func TestLittleIsCollectedSeldom(t *testing.T) {
	for kept, want := range map[uint64]int{0: 4800, 1 << 20: 4800, 16 << 20: 300, 48 << 20: 100, 480 << 20: 100} {
		if got := percent(kept); got != want {
			t.Errorf("%d bytes are kept: %d %%, want %d", kept, got, want)
		}
	}
	defer debug.SetGCPercent(debug.SetGCPercent(usual)) // whatever the environment says
	kept := make([]byte, 8<<20)
	collections := func() int {
		runtime.GC()
		runtime.GC() // the first one's mark is seen
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		for range 192 {
			thrown = make([]byte, 1<<20)
		}
		runtime.ReadMemStats(&after)
		return int(after.NumGC - before.NumGC)
	}
	usual := collections()
	end := gentle()
	seldom := collections()
	end()
	if again := collections(); seldom > 8 || usual <= 2*seldom || again <= 2*seldom {
		t.Errorf("%d collections, %d as it is usual and %d afterwards", seldom, usual, again)
	}
	runtime.KeepAlive(kept)
}

// TestCollectionAsTheEnvironmentSays: who sets GOGC knows what he wants.
func TestCollectionAsTheEnvironmentSays(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(50)) // as GOGC does
	before := collectedAt()
	end := gentle()
	if got := collectedAt(); got != before {
		t.Errorf("%d %%, was %d %%", got, before)
	}
	end()
	if got := collectedAt(); got != before {
		t.Errorf("%d %% at the end, was %d %%", got, before)
	}
}

var thrown []byte

func collectedAt() int {
	p := debug.SetGCPercent(100)
	debug.SetGCPercent(p)
	return p
}
