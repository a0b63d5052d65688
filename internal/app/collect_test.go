package app

import (
	"runtime"
	"runtime/debug"
	figures "runtime/metrics"
	"testing"
)

func TestLittleIsCollectedSeldom(t *testing.T) {
	for kept, want := range map[uint64]int{0: 4800, 1 << 20: 4800, 16 << 20: 300, 48 << 20: 100, 480 << 20: 100} {
		if got := percent(kept); got != want {
			t.Errorf("%d bytes are kept: %d %%, want %d", kept, got, want)
		}
	}
	defer debug.SetGCPercent(debug.SetGCPercent(usual)) // whatever the environment says
	end := gentle()
	settles := func(as string, right func(percent int) bool) {
		t.Helper()
		for range 500 {
			if right(collectedAt()) {
				return
			}
			runtime.GC() // its mark is seen a moment later
			runtime.Gosched()
		}
		t.Errorf("%s: %d %% with %d bytes kept", as, collectedAt(), live())
	}
	near := func(p int) bool { want := percent(live()); return p >= want-want/8 && p <= want+want/8 }
	settles("at first", near)
	kept := make([]byte, 64<<20)
	settles("much is kept", func(p int) bool { return p == usual && near(p) })
	runtime.KeepAlive(kept)
	kept = nil
	runtime.GC()
	if live() < 32<<20 { // of what other tests keep
		settles("little is kept", func(p int) bool { return p > usual && near(p) })
	}
	end()
	for range 3 {
		if got := collectedAt(); got != usual {
			t.Errorf("%d %% at the end", got)
		}
		runtime.GC()
		runtime.Gosched()
	}
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

// collectedAt is how much may be thrown away beside what is kept, as Go has it now.
func collectedAt() int {
	m := []figures.Sample{{Name: "/gc/gogc:percent"}}
	figures.Read(m)
	return int(m[0].Value.Uint64())
}
