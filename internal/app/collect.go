package app

import (
	"runtime"
	"runtime/debug"
	figures "runtime/metrics"
	"sync"
)

// spare is how much may be thrown away at least before what was thrown away is collected. A small installation keeps less than twenty megabytes; to go
// through all of them each time that as much again is thrown away takes a tenth of the processor while many people send at once. What the program has
// grown by is given back in quiet times ([App.rest]).
const spare = 48 << 20

// percent is how much may be thrown away beside so much that is kept: [spare] at least, and as much again where more is kept.
func percent(kept uint64) int { return max(usual, int(spare*100/max(kept, 1<<20))) }

// usual is how Go collects where the environment (GOGC) says nothing.
const usual = 100

// gentle collects as [percent] says until the returned function is called, unless the environment says how. It is set anew after every collection.
func gentle() (end func()) {
	if said := debug.SetGCPercent(usual); said != usual {
		debug.SetGCPercent(said)
		return func() {}
	}
	var mu sync.Mutex
	over := false
	type mark = *int // whose end tells that there was a collection; what holds no pointer may stand in memory with others, and end with them
	last := 0
	var again func(*mark)
	again = func(m *mark) {
		mu.Lock()
		defer mu.Unlock()
		if over {
			return
		}
		if p := percent(live()); p < last-last/8 || p > last+last/8 {
			last = p
			debug.SetGCPercent(p)
		}
		runtime.SetFinalizer(m, again)
	}
	debug.SetGCPercent(percent(live()))
	runtime.SetFinalizer(new(mark), again)
	return func() {
		mu.Lock()
		defer mu.Unlock()
		over = true
		debug.SetGCPercent(usual)
	}
}

// live is how much was kept at the last collection.
func live() uint64 {
	s := []figures.Sample{{Name: "/gc/heap/live:bytes"}}
	figures.Read(s)
	return s[0].Value.Uint64()
}
