package login

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"net/netip"
	"sync"
	"time"
)

// Bucket stands for a part of the network in the counters. It is a keyed hash
// whose key is random and lives only as long as the process, so that it cannot
// be turned back into an address.
type Bucket uint32

// slow counts failures in memory and says how long the next try has to wait.
//
// There are three counters. name and bucket together: who guesses from one
// place is slowed there. name and device: a browser that has signed in before
// counts for itself and ignores the other two, so that the owner of the name
// gets in while others are guessing. bucket alone: many names tried from one
// place (a plant often has a single outgoing address, so this one is wide).
type slow struct {
	mu    sync.Mutex
	key   [32]byte
	tries map[[32]byte]*tries
	most  int // entries kept; beyond, the oldest go
}

type tries struct {
	n    float64
	last time.Time
	wait time.Time
}

// Delays, defaults of the product. after and most come from the settings.
const (
	firstDelay   = 2 * time.Second
	placeAfter   = 300              // failures from one place before it is slowed
	placeMost    = 10 * time.Second // its longest delay
	nameAfter    = 40               // failures of one name from everywhere
	nameMost     = 2 * time.Minute
	forgetHalf   = time.Hour // half of the failures are forgotten in this time
	keptCounters = 100_000
)

func newSlow() *slow {
	s := &slow{tries: map[[32]byte]*tries{}, most: keptCounters}
	rand.Read(s.key[:])
	return s
}

// bucket maps an address to its part of the network: /24 or /56.
func (s *slow) bucket(a netip.Addr) Bucket {
	if !a.IsValid() {
		return 0
	}
	bits := 24
	a = a.Unmap().WithZone("")
	if a.Is6() {
		bits = 56
	}
	p, err := a.Prefix(bits)
	if err != nil {
		return 0
	}
	b, _ := p.MarshalBinary()
	h := s.hash("bucket", string(b))
	return Bucket(binary.BigEndian.Uint32(h[:]))
}

func (s *slow) hash(parts ...string) (out [32]byte) {
	m := hmac.New(sha256.New, s.key[:])
	for _, p := range parts {
		var n [4]byte
		binary.BigEndian.PutUint32(n[:], uint32(len(p)))
		m.Write(n[:])
		m.Write([]byte(p))
	}
	m.Sum(out[:0])
	return out
}

// counter is one of the counters that a try touches.
type counter struct {
	key   [32]byte
	after int
	most  time.Duration
}

func (s *slow) counters(name string, b Bucket, device string, after int, most time.Duration) []counter {
	if device != "" {
		return []counter{{s.hash("device", name, device), after, most}}
	}
	var place [4]byte
	binary.BigEndian.PutUint32(place[:], uint32(b))
	return []counter{
		{s.hash("pair", name, string(place[:])), after, most},
		{s.hash("name", name), nameAfter, min(most, nameMost)},
		{s.hash("place", string(place[:])), placeAfter, placeMost},
	}
}

// wait says how long a try has to wait, 0 if it may go on now. A try that
// comes too early changes nothing: it cannot make the delay longer.
func (s *slow) wait(now time.Time, cs []counter) time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	var d time.Duration
	for _, c := range cs {
		if t := s.tries[c.key]; t != nil {
			d = max(d, min(t.wait.Sub(now), c.most))
		}
	}
	return d
}

// failed counts a failure and returns the longest number of failures in a row
// among the counters of the name.
func (s *slow) failed(now time.Time, cs []counter) (n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, c := range cs {
		t := s.tries[c.key]
		if t == nil {
			s.room(now)
			t = &tries{}
			s.tries[c.key] = t
		}
		for idle := now.Sub(t.last); t.n > 0 && idle >= forgetHalf; idle -= forgetHalf {
			if t.n /= 2; t.n < 1 {
				t.n = 0
			}
		}
		t.n++
		t.last = now
		if over := int(t.n) - c.after; over >= 0 {
			d := firstDelay << min(over, 20)
			t.wait = now.Add(min(d, c.most))
		}
		if i == 0 {
			n = int(t.n)
		}
	}
	return n
}

// passed forgets the failures of a name from where it has just succeeded. The
// counter of the place stays: one right password does not excuse the rest.
func (s *slow) passed(cs []counter) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, c := range cs {
		if i == 0 || len(cs) > 1 && i == 1 {
			delete(s.tries, c.key)
		}
	}
}

// room keeps the number of counters bounded: first those that no longer
// matter go, then any.
func (s *slow) room(now time.Time) {
	if len(s.tries) < s.most {
		return
	}
	for k, t := range s.tries {
		if now.Sub(t.last) > 12*forgetHalf {
			delete(s.tries, k)
		}
	}
	for k := range s.tries {
		if len(s.tries) < s.most*9/10 {
			return
		}
		delete(s.tries, k)
	}
}
