// Package probe lets tests make a chosen statement of a database fail. Nothing outside db and db/dbtest can import it.
package probe

import "sync"

var (
	mu    sync.RWMutex
	hooks = map[any]func() error{}
)

// Set makes f be asked before every statement of writes to the database d; its error is the statement's. A nil f ends that.
func Set(d any, f func() error) {
	mu.Lock()
	defer mu.Unlock()
	if f == nil {
		delete(hooks, d)
	} else {
		hooks[d] = f
	}
}

// Ask returns the error that the next statement of d shall fail with.
func Ask(d any) error {
	mu.RLock()
	f := hooks[d]
	mu.RUnlock()
	if f == nil {
		return nil
	}
	return f()
}
