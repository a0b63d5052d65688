package web

import (
	"bufio"
	"context"
	"encoding/json"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"sanwen/internal/base/event"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/work/voice"
	"sanwen/internal/work/voice/voicetest"
)

// theatre is an organisation whose lists are open to be listened to. A session token is the short name of a person.
type theatre struct {
	*voicetest.World
	*Server
	http *http.Server
	base string

	mu   sync.Mutex
	gone map[string]bool // sessions that have ended
	used map[string]int  // how often a session was used, and not only glanced at
}

func (h *theatre) Visitor(ctx context.Context, token string) (*Visitor, error) {
	h.mu.Lock()
	h.used[token]++
	h.mu.Unlock()
	return h.Glance(ctx, token)
}

func (h *theatre) Glance(_ context.Context, token string) (*Visitor, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	p, ok := h.People[token]
	if !ok || h.gone[token] {
		return nil, nil
	}
	return &Visitor{Person: p, Session: token}, nil
}

// newTheatre serves an organisation until the test ends, with lists that look at the record a hundred times as often.
func newTheatre(t *testing.T, d *db.DB, c *clock.Fake) *theatre {
	t.Helper()
	h := &theatre{World: voicetest.New(t, d, c), gone: map[string]bool{}, used: map[string]int{}}
	log := slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelError}))
	record, err := event.Open(context.Background(), d, h.Keys, event.Options{Poll: 5 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ran := make(chan struct{})
	go func() { defer close(ran); record.Run(ctx) }()
	h.Server = New(&Site{DB: d, Clock: c, Zone: clock.Shanghai(), Log: log, Keys: h.Keys, Sessions: h, Record: record})
	h.live.pace, h.live.beat = 10*time.Millisecond, 30*time.Millisecond
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	h.base, h.http = "http://"+ln.Addr().String(), h.HTTPServer("", h.Server)
	served := make(chan struct{})
	go func() { defer close(served); h.http.Serve(ln) }()
	t.Cleanup(func() {
		h.http.Close()
		h.live.end()
		<-served
		stop()
		<-ran
	})
	return h
}

// ear is one open list.
type ear struct {
	t      *testing.T
	answer *http.Response
	said   chan [3]string // id, event, data
}

// listen opens a list as a browser does.
func (h *theatre) listen(t *testing.T, who, path string) *ear {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, h.base+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Accept", "text/event-stream")
	r.Header.Set("Accept-Encoding", "gzip")
	r.Header.Set("Cookie", "sanwen="+who)
	answer, err := (&http.Transport{DisableKeepAlives: true, DisableCompression: true}).RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	e := &ear{t: t, answer: answer, said: make(chan [3]string, 100)}
	t.Cleanup(func() { answer.Body.Close() })
	if answer.StatusCode != 200 {
		return e
	}
	first := make(chan struct{})
	go func() {
		defer close(e.said)
		var one [3]string
		begun := false
		for s := bufio.NewScanner(answer.Body); s.Scan(); {
			name, value, _ := strings.Cut(s.Text(), ": ")
			switch {
			case !begun:
				begun = true
				close(first)
			case s.Text() == "" && one[1] != "":
				e.said <- one
				one = [3]string{}
			case slices.Contains([]string{"id", "event", "data"}, name):
				one[slices.Index([]string{"id", "event", "data"}, name)] = value
			}
		}
	}()
	<-first
	return e
}

// hears waits for the next message and returns its id and the pages it names.
func (e *ear) hears() (id string, news liveNews) {
	e.t.Helper()
	select {
	case m, ok := <-e.said:
		if !ok || m[1] != "changed" {
			e.t.Fatalf("heard %q", m)
		}
		if err := json.Unmarshal([]byte(m[2]), &news); err != nil {
			e.t.Fatal(err)
		}
		return m[0], news
	case <-time.After(30 * time.Second):
		e.t.Fatal("heard nothing")
	}
	return "", news
}

// ends waits until the list is closed from the other side, after these words.
func (e *ear) ends(words ...string) {
	e.t.Helper()
	late := time.After(30 * time.Second)
	for {
		select {
		case m, ok := <-e.said:
			if !ok {
				if len(words) > 0 {
					e.t.Errorf("ended without %q", words)
				}
				return
			}
			if len(words) > 0 && m[1] == words[0] {
				words = words[1:]
			}
		case <-late:
			e.t.Fatal("still open")
		}
	}
}

// TestLiveTellsWhatMayBeSeen: each reader hears of what he may see, by its page alone, and of people without a name only later.
func TestLiveTellsWhatMayBeSeen(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		h := newTheatre(t, d, c)
		triager, chair := h.listen(t, "triager", "/inbox/live?after=-1"), h.listen(t, "chair", "/inbox/live")
		if k := triager.answer.Header; k.Get("Content-Type") != "text/event-stream; charset=utf-8" || k.Get("Content-Encoding") != "" || k.Get("X-Accel-Buffering") != "no" {
			t.Errorf("headers %v", k)
		}
		hidden := h.Tell("", voice.Anonymous, "P961", "厕所门坏了,请来看看。")
		elsewhere := h.Tell("worker", voice.Named, "P105", "别的厂的浴室水凉。")
		named := h.Tell("worker", voice.Named, "P961", "厕所灯也不亮。")
		var heard []string
		for !slices.Contains(heard, voicePath(named.ID)) {
			_, news := triager.hears()
			heard = append(heard, news.Paths...)
		}
		if !slices.Contains(heard, voicePath(elsewhere.ID)) || slices.Contains(heard, voicePath(hidden.ID)) {
			t.Errorf("the triager heard %v", heard)
		}
		if _, news := chair.hears(); !slices.Equal(news.Paths, []string{voicePath(named.ID)}) {
			t.Errorf("the chair of another plant heard %v", news.Paths)
		}
		c.Advance(liveTogether)
		if _, news := triager.hears(); !slices.Equal(news.Paths, []string{voicePath(hidden.ID)}) {
			t.Errorf("after ten minutes: %v", news.Paths)
		}
		h.mu.Lock()
		defer h.mu.Unlock()
		if h.used["triager"] != 0 {
			t.Errorf("listening has used the session %d times", h.used["triager"])
		}
	})
}

// TestLiveCatchesUp: a page that comes back is told what it has missed, and told to look at everything where that is too much.
func TestLiveCatchesUp(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		h := newTheatre(t, d, c)
		e := h.listen(t, "triager", "/inbox/live")
		first := h.Tell("worker", voice.Named, "P961", "厕所门坏了,请来看看。")
		id, _ := e.hears()
		e.answer.Body.Close()
		second := h.Tell("worker", voice.Named, "P961", "厕所灯也不亮。")
		e = h.listen(t, "triager", "/inbox/live?after="+id)
		if _, news := e.hears(); !slices.Contains(news.Paths, voicePath(second.ID)) || slices.Contains(news.Paths, voicePath(first.ID)) {
			t.Errorf("missed %v", news.Paths)
		}
		h.live.mu.Lock()
		h.live.next += 2 * liveBacklog
		h.live.mu.Unlock()
		if _, news := h.listen(t, "triager", "/inbox/live?after="+id).hears(); !news.All {
			t.Errorf("after very many changes: %+v", news)
		}
		w := httptest.NewRecorder()
		r := httptest.NewRequest(http.MethodGet, "/inbox/live?after="+id, nil)
		r.Header.Set("Cookie", "sanwen=triager")
		h.ServeHTTP(w, r)
		var news liveNews
		if err := json.Unmarshal(w.Body.Bytes(), &news); err != nil || !news.All || news.After == 0 {
			t.Errorf("asked once: %d %s", w.Code, w.Body)
		}
	})
}

// TestLiveEndsWithTheSession: nothing more is told to who has signed out, lost his role, or listens with too many pages.
func TestLiveEndsWithTheSession(t *testing.T) {
	d, c := dbtest.Open(t)
	h := newTheatre(t, d, c)
	out, lost := h.listen(t, "triager", "/inbox/live"), h.listen(t, "triager2", "/inbox/live")
	h.mu.Lock()
	h.gone["triager"] = true
	demoted := h.People["triager2"]
	demoted.Grants = nil
	h.People["triager2"] = demoted
	h.mu.Unlock()
	out.ends("out")
	lost.ends("out")
	for range liveOwn {
		h.listen(t, "chair", "/inbox/live")
	}
	if e := h.listen(t, "chair", "/inbox/live"); e.answer.StatusCode != http.StatusTooManyRequests || e.answer.Header.Get("Retry-After") == "" {
		t.Errorf("one list too many: %d", e.answer.StatusCode)
	}
	if e := h.listen(t, "worker", "/inbox/live"); e.answer.StatusCode != http.StatusForbidden {
		t.Errorf("an employee: %d", e.answer.StatusCode)
	}
	if e := h.listen(t, "nobody", "/inbox/live"); e.answer.StatusCode != http.StatusSeeOther {
		t.Errorf("without session: %d", e.answer.StatusCode)
	}
}

// TestLiveEndsWithTheProgram: stopping does not wait for open lists, and leaves nothing running behind; nor does the last reader.
func TestLiveEndsWithTheProgram(t *testing.T) {
	d, c := dbtest.Open(t)
	h := newTheatre(t, d, c)
	idle := goleak.IgnoreCurrent()
	e := h.listen(t, "triager", "/inbox/live")
	e.answer.Body.Close()
	e.ends()
	if err := goleak.Find(idle); err != nil {
		t.Errorf("after the last reader: %v", err)
	}
	open := []*ear{h.listen(t, "triager", "/inbox/live"), h.listen(t, "leader", "/ledger/live"), h.listen(t, "equipment", "/desk/live")}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	if err := h.http.Shutdown(ctx); err != nil {
		t.Errorf("shutdown: %v", err)
	}
	for _, e := range open {
		e.ends()
	}
	if _, _, err := h.live.join(t.Context(), "p", -1); err == nil {
		t.Error("somebody joined after the end")
	}
}

// stuck is the connection of a reader who takes nothing.
type stuck struct {
	*httptest.ResponseRecorder
	deadlines []time.Time
	writes    int
}

func (s *stuck) SetWriteDeadline(at time.Time) error {
	s.deadlines = append(s.deadlines, at)
	return nil
}

func (s *stuck) SetReadDeadline(at time.Time) error { return nil }

func (s *stuck) Write(b []byte) (int, error) {
	if s.writes++; s.writes > 2 {
		return 0, os.ErrDeadlineExceeded
	}
	return s.ResponseRecorder.Write(b)
}

// TestLiveLetsGoOfTheStuck: every message has a deadline, which ends with it; a reader who does not take one is let go.
func TestLiveLetsGoOfTheStuck(t *testing.T) {
	d, c := dbtest.Open(t)
	h := newTheatre(t, d, c)
	w := &stuck{ResponseRecorder: httptest.NewRecorder()}
	r := httptest.NewRequest(http.MethodGet, "/inbox/live", nil)
	r.Header.Set("Cookie", "sanwen=triager")
	r.Header.Set("Accept", "text/event-stream")
	h.ServeHTTP(w, r) // comes back by itself
	if w.writes != 3 || len(w.deadlines) != 2*w.writes {
		t.Fatalf("%d writes, %d deadlines", w.writes, len(w.deadlines))
	}
	for i, at := range w.deadlines {
		if at.IsZero() != (i%2 == 1) {
			t.Errorf("deadline %d is %v", i, at)
		}
	}
	if n := len(h.live.listeners); n != 0 {
		t.Errorf("%d listeners are left", n)
	}
}
