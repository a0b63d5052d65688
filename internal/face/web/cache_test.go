package web

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestKeptPages(t *testing.T) {
	runs := 0
	page := func(r *Req) error {
		runs++
		return leavePage.Render(r, LeavePage{Page: Page{Title: fmt.Sprint("第", runs, "次")}})
	}
	withForm := func(r *Req) error { runs++; return show(r) }
	s := setUp(t,
		Route{Pattern: "GET /b/{x}", Group: Anonymous, Policy: Anyone, Handler: page, Cache: time.Minute},
		Route{Pattern: "GET /form", Group: Anonymous, Policy: Anyone, Handler: withForm, Cache: time.Minute},
		Route{Pattern: "GET /none/{x}", Group: Anonymous, Policy: Anyone, Cache: time.Minute, Handler: func(r *Req) error { runs++; r.Status(404); return page(r) }},
		Route{Pattern: "GET /short", Group: Anonymous, Policy: Anyone, Handler: page, Cache: time.Nanosecond},
	)
	ran := func(want int, what string) {
		t.Helper()
		if runs != want {
			t.Errorf("%s: %d runs, want %d", what, runs, want)
		}
		runs = 0
	}
	first := s.get("/b/1")
	again := s.get("/b/1")
	ran(1, "the same page")
	if !bytes.Equal(first.Body.Bytes(), again.Body.Bytes()) || fmt.Sprint(first.Header()["Content-Security-Policy"]) != fmt.Sprint(again.Header()["Content-Security-Policy"]) ||
		again.Header().Get("Cache-Control") != "no-store" || again.Header().Get("Content-Type") != first.Header().Get("Content-Type") || again.Header().Get("ETag") != "" {
		t.Errorf("kept answer differs: %v %v", first.Header(), again.Header())
	}
	small := s.get("/b/1", "Accept-Encoding", "gzip")
	z, err := gzip.NewReader(small.Body)
	if err != nil {
		t.Fatal(err)
	}
	if b, _ := io.ReadAll(z); !bytes.Equal(b, first.Body.Bytes()) {
		t.Error("compressed answer differs")
	}
	ran(0, "compressed")
	s.get("/b/1?lang=en")
	s.get("/b/1?lang=en&z=2")
	s.get("/b/2")
	s.get("/b/1?lang=en")
	ran(3, "other language, size, place")
	if w := s.get("/b/1?lang=en"); !strings.Contains(w.Body.String(), `<html lang="en">`) {
		t.Error("language lost")
	}
	runs = 0
	s.get("/b/1?x=1")
	s.get("/b/1?x=1")
	s.get("/b/1", "Accept", "application/json")
	ran(3, "other parameters are not kept")
	s.cache.changed()
	s.get("/b/1")
	s.get("/b/1")
	ran(1, "after a commit")
	a, b := hiddenToken(t, s.get("/form").Body.String()), hiddenToken(t, s.get("/form").Body.String())
	if a == b {
		t.Error("two people got the same form")
	}
	ran(2, "pages with a form")
	s.get("/none/1")
	s.get("/none/1")
	ran(4, "pages that are not there")
	s.get("/short")
	time.Sleep(time.Millisecond)
	s.get("/short")
	ran(2, "after its time")
	if w := s.do(request(http.MethodHead, "/b/1", nil)); w.Code != 200 {
		t.Error("HEAD", w.Code)
	}
	for i := range mostKept + 10 {
		s.get(fmt.Sprint("/b/x", i))
	}
	if len(s.cache.kept) > mostKept {
		t.Errorf("%d pages kept", len(s.cache.kept))
	}
}

// TestCommitEndsKept: a commit between reading and keeping makes the page old at once.
func TestCommitEndsKept(t *testing.T) {
	runs := 0
	var s *stage
	s = setUp(t, Route{Pattern: "GET /b", Group: Anonymous, Policy: Anyone, Cache: time.Minute, Handler: func(r *Req) error {
		runs++
		s.cache.changed()
		return leavePage.Render(r, LeavePage{Page: Page{Title: "x"}})
	}})
	s.get("/b")
	s.get("/b")
	if runs != 2 {
		t.Errorf("%d runs", runs)
	}
}
