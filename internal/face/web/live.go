package web

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"sanwen/internal/base/event"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
)

// Limits of the live lists (defaults of the product).
const (
	livePace     = time.Second      // least time between two looks at the record
	liveBeat     = 20 * time.Second // a sign of life, and a look whether the session is still good
	liveWrite    = 10 * time.Second // for one message to a slow reader
	liveMost     = 2000             // open lists of this process
	liveOwn      = 8                // open lists of one account
	liveBatch    = 500              // changes of one look
	liveBacklog  = 2000             // changes that a returning page is told one by one
	liveTogether = 10 * time.Minute // changes by people whose name may not be kept come out together, at full ten minutes
)

// live tells open lists what has changed. While somebody listens, this process looks at the record at most once a second, for all
// listeners together; on SQLite, where nobody else writes, only after a commit.
//
// What people do whose name may not be kept is told later and together: a list that moves in the very second in which somebody pressed
// "send" would tell more than the record does, which keeps the hour.
type live struct {
	d       *db.DB
	pace    time.Duration
	beat    time.Duration
	stirred atomic.Bool // committed since the last look

	mu        sync.Mutex
	listeners map[*listener]bool
	accounts  map[string]int
	next      int64 // first number that was not looked at
	held      []event.Change
	heldUntil time.Time
	running   bool
	over      bool
	done      chan struct{} // closed when the program stops
}

// listener is one open list.
type listener struct {
	account string
	heard   chan batch
}

// batch is what has changed up to a number.
type batch struct {
	seq     int64
	changes []event.Change
	all     bool // more than can be told one by one
}

func newLive(d *db.DB) *live {
	return &live{d: d, pace: livePace, beat: liveBeat, listeners: map[*listener]bool{}, accounts: map[string]int{}, done: make(chan struct{})}
}

// stir is called after every commit of this process.
func (l *live) stir() { l.stirred.Store(true) }

// end ends all open lists at once: the program stops.
func (l *live) end() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.over {
		l.over = true
		close(l.done)
	}
}

// join adds a listener who knows everything up to the number after (-1: nothing to catch up), and returns what he has missed.
func (l *live) join(ctx context.Context, account string, after int64) (*listener, batch, error) {
	// The first of them sets the mark; nothing is lost in between, because the mark is read before the lock is given back.
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.over || len(l.listeners) >= liveMost:
		return nil, batch{}, fault.New(fault.Unavailable, "live.full")
	case l.accounts[account] >= liveOwn:
		return nil, batch{}, fault.New(fault.TooMany, "live.many", liveOwn)
	}
	var missed batch
	err := l.d.Read(ctx, func(tx *db.Tx) error {
		if len(l.listeners) == 0 && !l.running {
			last, err := event.Last(tx)
			if err != nil {
				return err
			}
			l.next, l.held = last+1, nil
		}
		missed.seq = l.mark()
		switch {
		case after < 0 || after >= missed.seq:
			return nil
		case missed.seq-after > liveBacklog:
			missed.all = true
			return nil
		}
		found, err := event.Since(tx, after+1, int(missed.seq-after))
		missed.changes = slices.DeleteFunc(found, func(c event.Change) bool { return c.Seq > missed.seq })
		return err
	})
	if err != nil {
		return nil, batch{}, err
	}
	who := &listener{account: account, heard: make(chan batch, 16)}
	l.listeners[who] = true
	l.accounts[account]++
	if !l.running {
		l.running = true
		go l.run()
	}
	return who, missed, nil
}

// mark is the number up to which everything has been told.
func (l *live) mark() int64 {
	if len(l.held) > 0 {
		return l.held[0].Seq - 1
	}
	return l.next - 1
}

func (l *live) leave(who *listener) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.listeners, who)
	if l.accounts[who.account]--; l.accounts[who.account] <= 0 {
		delete(l.accounts, who.account)
	}
}

// run looks at the record until nobody listens any more.
func (l *live) run() {
	tick := time.NewTicker(l.pace)
	defer tick.Stop()
	for {
		select {
		case <-l.done:
		case <-tick.C:
		}
		l.mu.Lock()
		if l.over || len(l.listeners) == 0 {
			l.running = false
			l.mu.Unlock()
			return
		}
		next := l.next
		l.mu.Unlock()
		look := l.stirred.Swap(false) || l.d.Dialect() != db.SQLite
		var found []event.Change
		if look {
			ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
			err := l.d.Read(ctx, func(tx *db.Tx) (err error) {
				found, err = event.Since(tx, next, liveBatch)
				return err
			})
			cancel()
			if err != nil {
				l.stir() // the next look finds it
				continue
			}
		}
		l.tell(found, l.d.Clock().Now())
	}
}

// tell hands changes to the listeners, and those by people without a name when their time has come.
func (l *live) tell(found []event.Change, now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	var out []event.Change
	if len(l.held) > 0 && !now.Before(l.heldUntil) {
		out, l.held = l.held, nil
	}
	for _, c := range found {
		l.next = c.Seq + 1
		if c.Actor == "" {
			if len(l.held) == 0 {
				l.heldUntil = now.Truncate(liveTogether).Add(liveTogether)
			}
			l.held = append(l.held, c)
			continue
		}
		out = append(out, c)
	}
	if len(found) == liveBatch {
		l.stir()
	}
	if len(out) == 0 {
		return
	}
	b := batch{seq: l.mark(), changes: out}
	for who := range l.listeners {
		select {
		case who.heard <- b:
		default: // a reader who has not taken sixteen batches is told to look at everything
			select {
			case <-who.heard:
			default:
			}
			who.heard <- batch{seq: b.seq, all: true}
		}
	}
}

// Live is the address at which a page hears of changes since it was made, "" for who may not listen there.
func (r *Req) Live(tx *db.Tx, path string) (string, error) {
	for _, route := range r.routes {
		if route.Pattern == "GET "+path && !route.admits(r.Person) {
			return "", nil
		}
	}
	last, err := event.Last(tx)
	return path + "?after=" + itoa(last), err
}
