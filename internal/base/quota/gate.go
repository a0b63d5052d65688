package quota

import (
	"context"
	"maps"
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

	mu    sync.Mutex
	open  map[Count]int // are being looked at
	lost  map[Count]int // ended wrong, and could not be written down
	wrong int           // how many have ended wrong
	ended chan struct{} // closed when one ends
}

// NewGate makes the gate of a replica.
func NewGate(d *db.DB) *Gate {
	return &Gate{db: d, open: map[Count]int{}, lost: map[Count]int{}, ended: make(chan struct{})}
}

// Try is one that was let in. Before says for each limit how many went wrong before it or are being looked at.
type Try struct {
	Before []int

	gate   *Gate
	limits []Limit
}

// Enter begins a try, or returns the first limit that leaves no room, with no try. The database is read anew where one has ended wrong meanwhile: it would
// count neither there nor in memory.
func (g *Gate) Enter(ctx context.Context, limits ...Limit) (*Try, *Limit, error) {
	for {
		g.mu.Lock()
		wrong := g.wrong
		g.mu.Unlock()
		kept := make([]int, len(limits))
		if err := g.db.Read(ctx, func(tx *db.Tx) (err error) {
			for i, l := range limits {
				if kept[i], err = Of(tx, l.Count); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			return nil, nil, err
		}
		for {
			t, full, wait := g.enter(limits, kept, wrong)
			if t != nil || full != nil {
				return t, full, nil
			}
			if wait == nil {
				break
			}
			select {
			case <-wait:
			case <-ctx.Done():
				return nil, nil, ctx.Err()
			}
		}
	}
}

// enter notes a try, or tells which limit is full, or for what it has to wait; none of these where another has ended wrong since so many had.
func (g *Gate) enter(limits []Limit, kept []int, wrong int) (*Try, *Limit, <-chan struct{}) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.wrong != wrong {
		return nil, nil, nil
	}
	now := clock.MillisOf(g.db.Clock().Now())
	over := func(c Count, _ int) bool { return c.Ends <= now }
	maps.DeleteFunc(g.open, over)
	maps.DeleteFunc(g.lost, over)
	t := &Try{gate: g, limits: limits}
	waits := false
	for i, l := range limits {
		done := kept[i] + g.lost[l.Count]
		t.Before = append(t.Before, done+g.open[l.Count])
		switch {
		case t.Before[i] < l.Most:
		case done < l.Most && l.Waits:
			waits = true
		default:
			return nil, &limits[i], nil
		}
	}
	if waits {
		return nil, nil, g.ended
	}
	for _, l := range limits {
		g.open[l.Count]++
	}
	return t, nil, nil
}

// End ends a try that went well, or that was given up.
func (t *Try) End() { t.end(false, false) }

// Wrong ends a try that went wrong, and writes it down. Where nothing can be written it stays counted in memory until its time is over.
func (t *Try) Wrong(ctx context.Context) {
	var all []Count
	for _, l := range t.limits {
		all = append(all, l.Count)
	}
	t.end(true, Add(context.WithoutCancel(ctx), t.gate.db, all...) != nil)
}

func (t *Try) end(wrong, lost bool) {
	g := t.gate
	g.mu.Lock()
	defer g.mu.Unlock()
	if wrong {
		g.wrong++
	}
	for _, l := range t.limits {
		if g.open[l.Count]--; g.open[l.Count] <= 0 {
			delete(g.open, l.Count)
		}
		if lost {
			g.lost[l.Count]++
		}
	}
	close(g.ended)
	g.ended = make(chan struct{})
}

// Within is the end of the stretch of time in which now is: the hour of the clock, or the minute.
func Within(now, long clock.Millis) clock.Millis { return now - now%long + long }

// How long a stretch is.
const (
	Minute clock.Millis = 60_000
	Hour                = 60 * Minute
)
