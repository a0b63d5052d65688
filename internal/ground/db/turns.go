package db

import (
	"context"
	"sync"
)

// turns lets one goroutine at a time have the write connection, in order of arrival. The turn is handed over directly: who gives
// it up names the next, so a group can go on without a gap and its last member knows that it is the last.
type turns struct {
	mu      sync.Mutex
	taken   bool
	waiting []*waiter
}

type waiter struct {
	ready chan struct{}
	has   bool // it is the waiter's turn; guarded by turns.mu
}

// acquire waits for the turn. If ctx ends first the error is its; held tells that the turn was given all the same at that moment
// and has to be given up as usual.
func (t *turns) acquire(ctx context.Context) (held bool, err error) {
	t.mu.Lock()
	if !t.taken {
		t.taken = true
		t.mu.Unlock()
		return true, nil
	}
	w := &waiter{ready: make(chan struct{})}
	t.waiting = append(t.waiting, w)
	t.mu.Unlock()
	select {
	case <-w.ready:
		return true, ctx.Err()
	case <-ctx.Done():
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if w.has {
		return true, ctx.Err()
	}
	for i, other := range t.waiting {
		if other == w {
			t.waiting = append(t.waiting[:i], t.waiting[i+1:]...)
			break
		}
	}
	return false, ctx.Err()
}

// pass hands the turn to the next who waits. It returns false, and the turn stays, if nobody does.
func (t *turns) pass() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.next()
}

// release hands the turn to the next who waits or leaves it free.
func (t *turns) release() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.next() {
		t.taken = false
	}
}

func (t *turns) next() bool {
	if len(t.waiting) == 0 {
		return false
	}
	w := t.waiting[0]
	t.waiting[0] = nil
	t.waiting = t.waiting[1:]
	w.has = true
	close(w.ready)
	return true
}
