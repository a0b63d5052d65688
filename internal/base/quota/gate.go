package quota

import (
	"context"
	"sync"

	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
)

// Limit is how often something may go wrong until a time.
type Limit struct {
	Count
	Most int
}

// Gate lets tries in as long as their limits leave room. What went wrong is counted in the database, so that the limits are the same on every replica;
// tries that are being looked at are counted in memory, so that many at once are not more.
type Gate struct {
	db *db.DB

	mu   sync.Mutex
	open map[Count]int
}

// NewGate makes the gate of a replica.
func NewGate(d *db.DB) *Gate { return &Gate{db: d, open: map[Count]int{}} }

// Try is one that was let in. Before says for each limit how many went wrong before it or are being looked at.
type Try struct {
	Before []int

	gate   *Gate
	limits []Limit
}

// Enter begins a try, or returns the first limit that leaves no room, with no try. It is noted in memory before the database is read: one that ends
// between the two counts twice rather than not at all.
func (g *Gate) Enter(ctx context.Context, limits ...Limit) (*Try, *Limit, error) {
	t := &Try{gate: g, limits: limits, Before: g.begin(limits)}
	err := g.db.Read(ctx, func(tx *db.Tx) error {
		for i, l := range limits {
			n, err := Of(tx, l.Count)
			if err != nil {
				return err
			}
			t.Before[i] += n
		}
		return nil
	})
	if err != nil {
		t.End()
		return nil, nil, err
	}
	for i := range limits {
		if t.Before[i] >= limits[i].Most {
			t.End()
			return nil, &limits[i], nil
		}
	}
	return t, nil, nil
}

// begin notes a try and returns how many others are being looked at; what is over is forgotten.
func (g *Gate) begin(limits []Limit) (others []int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := clock.MillisOf(g.db.Clock().Now())
	for c := range g.open {
		if c.Ends <= now {
			delete(g.open, c)
		}
	}
	for _, l := range limits {
		others = append(others, g.open[l.Count])
		g.open[l.Count]++
	}
	return others
}

// End ends a try that went well, or that was given up.
func (t *Try) End() {
	t.gate.mu.Lock()
	defer t.gate.mu.Unlock()
	for _, l := range t.limits {
		if t.gate.open[l.Count]--; t.gate.open[l.Count] <= 0 {
			delete(t.gate.open, l.Count)
		}
	}
}

// Wrong ends a try that went wrong, and writes it down. Where nothing can be written it stays counted in memory until its time is over.
func (t *Try) Wrong(ctx context.Context) {
	var all []Count
	for _, l := range t.limits {
		all = append(all, l.Count)
	}
	if Add(context.WithoutCancel(ctx), t.gate.db, all...) == nil {
		t.End()
	}
}

// Within is the end of the stretch of time in which now is: the hour of the clock, or the minute.
func Within(now, long clock.Millis) clock.Millis { return now - now%long + long }

// How long a stretch is.
const (
	Minute clock.Millis = 60_000
	Hour                = 60 * Minute
)
