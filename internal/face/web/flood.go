package web

import (
	"sync"
	"time"
)

// flood counts what came in by place within the last hour: anonymous voices, so that a flood is looked at before it fills the inbox, and answers to
// surveys by whoever comes by. It counts places and never callers, lives in memory only, and nothing in it is older than an hour. Every replica counts its own.
type flood struct {
	mu    sync.Mutex
	slot  int64                       // number of the newest slot
	count map[string]*[floodSlots]int // by place; "" is the whole site
}

const (
	floodSlots = 12
	floodSlot  = time.Hour / floodSlots
	elsewhen   = "?" // all codes that no place has: they must not fill the memory
)

// turn forgets the slots that are over.
func (f *flood) turn(now time.Time) {
	n := now.UnixNano() / int64(floodSlot)
	if f.count == nil || n-f.slot >= floodSlots {
		f.count = map[string]*[floodSlots]int{}
	}
	for ; f.slot < n && len(f.count) > 0; f.slot++ {
		for place, c := range f.count {
			c[(f.slot+1)%floodSlots] = 0
			if *c == [floodSlots]int{} {
				delete(f.count, place)
			}
		}
	}
	f.slot = max(f.slot, n)
}

// over reports whether so many have come in within the last hour, from the place or altogether, that the next one is looked at first.
func (f *flood) over(place string, now time.Time, mostPlace, mostSite int) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.turn(now)
	sum := func(place string) (n int) {
		if c := f.count[place]; c != nil {
			for _, k := range c {
				n += k
			}
		}
		return n
	}
	return sum(place) >= mostPlace || sum("") >= mostSite
}

// add counts one.
func (f *flood) add(place string, now time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.turn(now)
	for _, p := range []string{place, ""} {
		if f.count[p] == nil {
			f.count[p] = &[floodSlots]int{}
		}
		f.count[p][f.slot%floodSlots]++
	}
}
