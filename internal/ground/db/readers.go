package db

import (
	"context"
	"slices"
	"sync"
)

// readers lends the connections that read SQLite. Whoever comes gets the one that was given back last: its pages are in memory and its statements are
// prepared, while going round would keep each of them a quarter as warm.
type readers struct {
	free chan struct{} // one for each that is there
	mu   sync.Mutex
	idle []*sqliteConn // the one that was used last at the end
}

func newReaders(most int) *readers { return &readers{free: make(chan struct{}, most)} }

// most is how many there are when all are there.
func (r *readers) most() int { return cap(r.free) }

// take waits for a connection, to be given back.
func (r *readers) take(ctx context.Context) (*sqliteConn, error) {
	return r.wait(ctx, func(n int) int { return n - 1 })
}

// oldest waits for the connection that has rested longest. Whoever takes the oldest and gives it back as often as there are any, has had each of them
// if nobody else reads meanwhile.
func (r *readers) oldest(ctx context.Context) (*sqliteConn, error) {
	return r.wait(ctx, func(int) int { return 0 })
}

func (r *readers) wait(ctx context.Context, which func(n int) int) (*sqliteConn, error) {
	select {
	case <-r.free:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	i := which(len(r.idle))
	c := r.idle[i]
	r.idle = slices.Delete(r.idle, i, i+1)
	return c, nil
}

// give puts a connection there, to be lent next.
func (r *readers) give(c *sqliteConn) { r.put(c, func(n int) int { return n }) }

// doubt puts a connection there that did not work, to be lent last: else everybody would get that one, while the others work.
func (r *readers) doubt(c *sqliteConn) { r.put(c, func(int) int { return 0 }) }

func (r *readers) put(c *sqliteConn, where func(n int) int) {
	r.mu.Lock()
	r.idle = slices.Insert(r.idle, where(len(r.idle)), c)
	r.mu.Unlock()
	r.free <- struct{}{}
}
