package web

import (
	"sync"
	"time"

	"sanwen/internal/ground/fault"
)

// standstill remembers that the storage has refused to write, so that pages say it before anybody types. After a while somebody may
// try again; the first write that succeeds ends it.
type standstill struct {
	mu    sync.Mutex
	key   string
	until time.Time
}

const standstillFor = 30 * time.Second

// note learns from how a write ended.
func (s *standstill) note(err error, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err == nil {
		s.key = ""
	} else if e := fault.Of(err); e.Kind == fault.Unavailable {
		s.key, s.until = e.Key, now.Add(standstillFor)
	}
}

// why is the language key of the reason why nothing can be written now, or "".
func (s *standstill) why(now time.Time) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if now.After(s.until) {
		return ""
	}
	return s.key
}

// readOnly says why nothing can be written now, or "": because the site was told so, or because the storage has just refused.
func (s *Server) readOnly() string {
	if s.ReadOnly != nil {
		if key := s.ReadOnly(); key != "" {
			return key
		}
	}
	return s.still.why(s.Clock.Now())
}
