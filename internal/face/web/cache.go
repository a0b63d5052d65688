package web

import (
	"bytes"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"sanwen/internal/ground/clock"
)

// pageCache keeps the answers of anonymous pages that are the same for everybody, such as the board and the page of a place. An
// answer is good until the next commit of this process, and at most for the time its route gives, because another replica's commits
// are not seen here. Every form has a key of its own, so a page with a form is kept only where its handler has named with [Req.own]
// everything that is drawn anew for each reader.
type pageCache struct {
	version atomic.Uint64 // counts commits
	mu      sync.RWMutex
	kept    map[string]*keptPage
}

type keptPage struct {
	version uint64
	until   time.Time
	kind    string
	own     []own
	pieces  []piece
}

// mostKept bounds the memory of the cache. It starts anew when it is full.
const mostKept = 2000

// changed makes every kept page old.
func (c *pageCache) changed() { c.version.Add(1) }

// cacheKey names a page by its address. Addresses with any other parameter than language and size have none.
func cacheKey(r *http.Request) string {
	if r.Method != http.MethodGet && r.Method != http.MethodHead || wantsJSON(r) {
		return ""
	}
	if r.URL.RawQuery != "" {
		for _, p := range strings.Split(r.URL.RawQuery, "&") {
			switch p {
			case "lang=zh", "lang=en", "z=0", "z=1", "z=2", "z=3":
			default:
				return ""
			}
		}
	}
	if len(r.URL.RawQuery) > 20 {
		return ""
	}
	return r.URL.Path + "?" + r.URL.RawQuery
}

func (c *pageCache) get(key string, now time.Time) *keptPage {
	c.mu.RLock()
	p := c.kept[key]
	c.mu.RUnlock()
	if p == nil || p.version != c.version.Load() || now.After(p.until) {
		return nil
	}
	return p
}

func (c *pageCache) put(key string, p *keptPage) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.kept == nil || len(c.kept) >= mostKept {
		c.kept = map[string]*keptPage{}
	}
	c.kept[key] = p
}

// cached answers from the cache or runs the route and keeps what it answered.
func (s *Server) cached(route Route, w http.ResponseWriter, hr *http.Request) {
	key := cacheKey(hr)
	now := clock.System().Now()
	if key == "" {
		s.answer(route, w, hr)
		return
	}
	key += "#" + s.readOnly() // every page says why nothing can be sent
	if p := s.cache.get(key, now); p != nil {
		p.write(w, hr)
		return
	}
	version := s.cache.version.Load() // before the handler reads
	tee := &tee{ResponseWriter: w}
	if own, keep := s.answer(route, tee, hr); keep && tee.status == http.StatusOK && hr.Method == http.MethodGet {
		if p := newKept(tee.body.Bytes(), own); p != nil {
			p.version, p.until, p.kind = version, now.Add(route.Cache), w.Header().Get("Content-Type")
			s.cache.put(key, p)
		}
	}
}

// tee copies an answer while it is written.
type tee struct {
	http.ResponseWriter
	status int
	body   bytes.Buffer
}

func (t *tee) WriteHeader(status int) {
	if t.status == 0 {
		t.status = status
	}
	t.ResponseWriter.WriteHeader(status)
}

func (t *tee) Write(b []byte) (int, error) {
	if t.status == 0 {
		t.status = http.StatusOK
	}
	t.body.Write(b)
	return t.ResponseWriter.Write(b)
}

// Unwrap serves http.ResponseController.
func (t *tee) Unwrap() http.ResponseWriter { return t.ResponseWriter }
