package app

import (
	"context"
	"runtime/debug"
	"time"
)

// still is how often is looked whether somebody uses the program.
const still = time.Minute

// stillness tells when nobody has used the program for a while.
type stillness struct {
	served int64
	quiet  int // looks since
}

// due reports, for the first look since which nothing was answered and for each tenth after it, that there is time: what works by itself, as the making
// of an index, goes on and takes memory meanwhile. served is what has been answered so far.
func (s *stillness) due(served int64) bool {
	if served != s.served {
		s.served, s.quiet = served, 0
		return false
	}
	s.quiet++
	return s.quiet%10 == 1
}

// rest gives memory back to the machine while nobody uses the program, until ctx ends: pages that the database keeps, and what was thrown away and not
// given back yet. All of it comes again with the next requests.
func (a *App) rest(ctx context.Context, served func() int64) {
	tick := time.NewTicker(still)
	defer tick.Stop()
	var s stillness
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if !s.due(served()) {
			continue
		}
		if err := a.DB.Shrink(ctx); err != nil && ctx.Err() == nil {
			a.Logger.Error("giving memory back", "err", err)
		}
		debug.FreeOSMemory()
	}
}
