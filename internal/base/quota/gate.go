package quota

import (
	"context"
	"maps"
	"slices"
	"sync"

	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
)

// Limit is how often something may go wrong until a time. Where tries that are being looked at would fill it, the next is refused, or waits to hear how
// they end: where nearly all are right and many come at once, as for the answers of a survey.
type Limit struct {
	Count
	Most  int
	Waits bool
}

// Gate lets tries in as long as their limits leave room. What went wrong is counted in the database, so that the limits are the same on every replica;
// tries that are being looked at are counted in memory, so that many at once are not more.
type Gate struct {
	db *db.DB

	mu      sync.Mutex
	open    map[Count]int // are being looked at
	lost    map[Count]int // ended wrong, and could not be written down
	wrong   int           // how many have ended wrong
	waiting []*entrant    // for one that is being looked at, the first to come first

	read map[Count]int // SQLite: what the database says, as long as nothing is counted
	at   uint64        // how much had been counted then
}

// entrant is somebody who wants to try. kept is what the database says of his limits, read when wrong tries had ended wrong.
type entrant struct {
	limits []Limit
	kept   []int
	wrong  int

	ready chan struct{} // closed when one of the next three is known
	try   *Try
	full  *Limit
	again bool // the database has to be read anew
}

// NewGate makes the gate of a replica.
func NewGate(d *db.DB) *Gate {
	return &Gate{db: d, open: map[Count]int{}, lost: map[Count]int{}}
}

// Try is one that was let in. Before says for each limit how many went wrong before it or are being looked at.
type Try struct {
	Before []int

	gate   *Gate
	limits []Limit
	over   bool
}

// Enter begins a try, or returns the first limit that leaves no room, with no try. The database is read anew where one has ended wrong meanwhile: it would
// count neither there nor in memory.
func (g *Gate) Enter(ctx context.Context, limits ...Limit) (*Try, *Limit, error) {
	for {
		e := &entrant{limits: limits, ready: make(chan struct{})}
		g.mu.Lock()
		e.wrong = g.wrong
		g.mu.Unlock()
		var err error
		if e.kept, err = g.counted(ctx, limits); err != nil {
			return nil, nil, err
		}
		g.mu.Lock()
		if !g.look(e) {
			g.waiting = append(g.waiting, e)
		}
		g.mu.Unlock()
		select {
		case <-e.ready:
		case <-ctx.Done():
			g.giveUp(e)
			return nil, nil, ctx.Err()
		}
		if !e.again {
			return e.try, e.full, nil
		}
	}
}

// Waiting is how many wait to be let in.
func (g *Gate) Waiting() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return len(g.waiting)
}

// counted is what went wrong of each limit. Only this process counts on SQLite, so what was read there stays true until it does.
func (g *Gate) counted(ctx context.Context, limits []Limit) ([]int, error) {
	kept := make([]int, len(limits))
	now, sqlite := changes.Load(), g.db.Dialect() == db.SQLite
	if sqlite && g.remembered(now, limits, kept) {
		return kept, nil
	}
	all := make([]Count, len(limits))
	for i, l := range limits {
		all[i] = l.Count
	}
	err := g.db.Read(ctx, func(tx *db.Tx) (err error) { kept, err = Of(tx, all...); return err })
	if err == nil && sqlite {
		g.remember(now, limits, kept)
	}
	return kept, err
}

func (g *Gate) remembered(now uint64, limits []Limit, kept []int) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	for i, l := range limits {
		n, ok := g.read[l.Count]
		if !ok || g.at != now {
			return false
		}
		kept[i] = n
	}
	return true
}

// mostRead is how many counts are remembered.
const mostRead = 200

func (g *Gate) remember(now uint64, limits []Limit, kept []int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.read == nil || g.at != now || len(g.read) >= mostRead {
		g.read, g.at = map[Count]int{}, now
	}
	for i, l := range limits {
		g.read[l.Count] = kept[i]
	}
}

// look tells somebody whether he is let in, and reports false where he has to wait. The lock is held.
func (g *Gate) look(e *entrant) bool {
	if g.wrong != e.wrong {
		e.again = true
		close(e.ready)
		return true
	}
	now := clock.MillisOf(g.db.Clock().Now())
	over := func(c Count, _ int) bool { return c.Ends <= now }
	maps.DeleteFunc(g.open, over)
	maps.DeleteFunc(g.lost, over)
	t := &Try{gate: g, limits: e.limits, Before: make([]int, len(e.limits))}
	waits := false
	for i, l := range e.limits {
		done := e.kept[i] + g.lost[l.Count]
		t.Before[i] = done + g.open[l.Count]
		switch {
		case t.Before[i] < l.Most:
		case done < l.Most && l.Waits:
			waits = true
		default:
			e.full = &e.limits[i]
			close(e.ready)
			return true
		}
	}
	if waits {
		return false
	}
	for _, l := range e.limits {
		g.open[l.Count]++
	}
	e.try = t
	close(e.ready)
	return true
}

// giveUp takes somebody away who does not wait any longer, with the try that he was given meanwhile.
func (g *Gate) giveUp(e *entrant) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if i := slices.Index(g.waiting, e); i >= 0 {
		g.waiting = slices.Delete(g.waiting, i, i+1)
	}
	if e.try != nil {
		g.end(e.try)
	}
}

// End ends a try that went well, or that was given up: as soon as that is known, because others may wait for it. A second time it does nothing.
func (t *Try) End() {
	t.gate.mu.Lock()
	defer t.gate.mu.Unlock()
	t.gate.end(t)
}

// Wrong ends a try that went wrong, and writes it down. Where nothing can be written it stays counted in memory until its time is over.
func (t *Try) Wrong(ctx context.Context) {
	var all []Count
	for _, l := range t.limits {
		all = append(all, l.Count)
	}
	lost := Add(context.WithoutCancel(ctx), t.gate.db, all...) != nil
	g := t.gate
	g.mu.Lock()
	defer g.mu.Unlock()
	g.wrong++
	if lost {
		for _, c := range all {
			g.lost[c]++
		}
	}
	g.end(t)
}

// end takes a try off those that are being looked at and lets in who waits for that. The lock is held.
func (g *Gate) end(t *Try) {
	if !t.over {
		t.over = true
		for _, l := range t.limits {
			if g.open[l.Count]--; g.open[l.Count] <= 0 {
				delete(g.open, l.Count)
			}
		}
	}
	for i := 0; i < len(g.waiting); {
		e := g.waiting[i]
		if !g.look(e) {
			i++
			continue
		}
		g.waiting = slices.Delete(g.waiting, i, i+1)
		if e.try != nil {
			return // what has become free is taken
		}
	}
}

// Within is the end of the stretch of time in which now is: the hour of the clock, or the minute.
func Within(now, long clock.Millis) clock.Millis { return now - now%long + long }

// How long a stretch is.
const (
	Minute clock.Millis = 60_000
	Hour                = 60 * Minute
)
