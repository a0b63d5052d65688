package web

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"sanwen/internal/ground/fault"
)

// canaries are what a browser tells about its owner.
var canaries = map[string]string{
	"Cookie":          "sanwen=good; __Host-sanwen=good; canary=CANARY1",
	"User-Agent":      "CANARY2",
	"Accept-Language": "en-CANARY3",
	"Referer":         "http://CANARY4/",
	"X-Forwarded-For": "CANARY5",
	"X-Real-Ip":       "CANARY6",
	"Forwarded":       "for=CANARY7",
	"X-Wechat-Key":    "CANARY8",
	"Authorization":   "Bearer CANARY9",
	"Accept":          "text/html;CANARY",
	"Sec-Ch-Ua":       "CANARY",
}

func dirty(method, path string, body string) *http.Request {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for name, v := range canaries {
		r.Header.Set(name, v)
	}
	r.RemoteAddr = "127.9.8.7:40493"
	ctx := context.WithValue(r.Context(), http.LocalAddrContextKey, "CANARY")
	return r.WithContext(ctx)
}

// TestAnonymousRequestKnowsNothing prints all that a handler could reach.
func TestAnonymousRequestKnowsNothing(t *testing.T) {
	var seen string
	s := setUp(t, Route{Pattern: "POST /a/{place}/x", Group: Anonymous, Policy: Anyone, Handler: func(r *Req) error {
		seen = fmt.Sprintf("%+v %+v %v %v", r.http, r.http.Header, r.Ctx().Value(http.LocalAddrContextKey), r.http.URL)
		if r.Param("place") != "P104M" || r.Query("q") != "1" || string(r.Form().Value("text")) != "水凉" {
			t.Errorf("lost what the page needs: %q %q %q", r.Param("place"), r.Query("q"), r.Form().Value("text"))
		}
		if r.SessionToken() != "" || r.Visitor != nil || r.Person.SignedIn() {
			t.Error("an anonymous route knows a session")
		}
		return show(r)
	}})
	for _, secure := range []bool{false, true} {
		s.Secure = secure
		s.do(dirty(http.MethodPost, "/a/P104M/x?q=1", url.Values{"text": {"水凉"}}.Encode()))
		if seen == "" {
			t.Fatal("handler not reached")
		}
		if strings.Contains(seen, "CANARY") || strings.Contains(seen, "127.9.8.7") || strings.Contains(seen, "40493") || strings.Contains(seen, "good") {
			t.Errorf("the request still tells: %s", seen)
		}
	}
}

// TestAnonymousIgnoresCookies: a signed-in browser gets the very same bytes, and the session store is not asked.
func TestAnonymousIgnoresCookies(t *testing.T) {
	asked := 0
	plain := func(r *Req) error { return leavePage.Render(r, LeavePage{Page: Page{Title: "页"}}) }
	s := setUp(t,
		Route{Pattern: "GET /anon", Group: Anonymous, Policy: Anyone, Handler: plain},
		Route{Pattern: "GET /pub", Group: Public, Policy: Anyone, Handler: plain},
	)
	s.Site.Sessions = countingSessions{s.Site.Sessions, &asked}
	a, b := s.get("/anon"), s.do(dirty(http.MethodGet, "/anon", ""))
	if !bytes.Equal(a.Body.Bytes(), b.Body.Bytes()) || fmt.Sprint(a.Header()) != fmt.Sprint(b.Header()) || a.Code != b.Code {
		t.Errorf("differs with a cookie:\n%s\n%s", a.Body, b.Body)
	}
	if asked != 0 {
		t.Errorf("session store asked %d times", asked)
	}
	if c := s.do(dirty(http.MethodGet, "/pub", "")); asked != 1 || !strings.Contains(c.Body.String(), "王建国") {
		t.Errorf("the public group should know the person: asked %d", asked)
	}
}

type countingSessions struct {
	Sessions
	n *int
}

func (c countingSessions) Visitor(ctx context.Context, token string) (*Visitor, error) {
	*c.n++
	return c.Sessions.Visitor(ctx, token)
}

// TestAnonymousFailuresLeaveNoTrace makes anonymous requests fail in every way and looks at the log.
func TestAnonymousFailuresLeaveNoTrace(t *testing.T) {
	s := setUp(t,
		Route{Pattern: "GET /panic/{x}", Group: Anonymous, Policy: Anyone, Handler: func(*Req) error { panic("boom CANARY") }},
		Route{Pattern: "GET /fault/{x}", Group: Anonymous, Policy: Anyone, Handler: fails(fault.New(fault.Internal, "fault.internal"))},
		Route{Pattern: "GET /invalid/{x}", Group: Anonymous, Policy: Anyone, Handler: fails(fault.Wrap(fault.Invalid, "fault.required", fmt.Errorf("typed CANARY")))},
		Route{Pattern: "POST /big/{x}", Group: Anonymous, Policy: Anyone, Body: 10, Handler: takeProbe},
		Route{Pattern: "POST /cookie/{x}", Group: Anonymous, Policy: Anyone, Handler: func(r *Req) error { r.StartSession("x", 1); return nil }},
	)
	for _, p := range []string{"/panic/CANARY?CANARY", "/fault/CANARY", "/invalid/CANARY", "/nothing/CANARY"} {
		w := s.do(dirty(http.MethodGet, p, ""))
		if w.Code < 400 || strings.Contains(w.Body.String(), "boom") || strings.Contains(w.Body.String(), "goroutine") {
			t.Errorf("%s: %d %s", p, w.Code, w.Body)
		}
	}
	if w := s.do(dirty(http.MethodPost, "/big/CANARY", "text=CANARY-CANARY-CANARY")); w.Code != 413 {
		t.Errorf("too large: %d", w.Code)
	}
	if w := s.do(dirty(http.MethodPost, "/cookie/CANARY", "")); w.Code != 500 || w.Header().Get("Set-Cookie") != "" {
		t.Errorf("cookie on an anonymous route: %d %v", w.Code, w.Header())
	}
	log := s.log.String()
	for _, bad := range []string{"CANARY", "127.9.8.7", "40493", "8:17", "08:17", ":33"} {
		if strings.Contains(strings.ReplaceAll(log, ".go:", ""), bad) && bad != ":33" {
			t.Errorf("log contains %q:\n%s", bad, log)
		}
	}
	if !strings.Contains(log, "panic: (words of type string removed)") || !strings.Contains(log, "anonymous_test.go:") || !strings.Contains(log, "/panic/{x}") || !strings.Contains(log, "time=2026-11-23T00:00:00") && !strings.Contains(log, "time=2026-11-23T08:00:00") {
		t.Errorf("the log does not say what went wrong, or not at the hour:\n%s", log)
	}
}

func TestErrorLogHasNoAddresses(t *testing.T) {
	var b bytes.Buffer
	l := ErrorLog(slog.New(slog.NewTextHandler(&b, nil)))
	for _, a := range []string{"127.9.8.7:40493", "[2001:db8::17]:443", "10.0.0.1", "fe80::1%eth0", "2001:db8:0:0:0:0:0:17", "[::1]:9", "::ffff:10.1.2.3"} {
		b.Reset()
		l.Printf("http: TLS handshake error from %s: EOF\ngoroutine 1 CANARY", a)
		if out := b.String(); strings.Contains(out, a) || strings.Contains(out, "CANARY") || !strings.Contains(out, "TLS handshake error") {
			t.Errorf("%s: %s", a, out)
		}
		for _, part := range []string{"127.9", "2001:db8", "10.0.0", "fe80", "10.1.2.3"} {
			if strings.Contains(b.String(), part) {
				t.Errorf("%s: part of it left: %s", a, b.String())
			}
		}
	}
}

func TestErrorLogHasNoWordsOfCallers(t *testing.T) {
	var b bytes.Buffer
	l := ErrorLog(slog.New(slog.NewTextHandler(&b, nil)))
	for line, want := range map[string]string{
		"http: panic serving 127.9.8.7:1: CANARY \"x\" said":                                             "http: panic: (words removed)",
		"http2: panic serving 127.9.8.7:1: runtime error: index out of range [5] with length 3":          "http2: panic: runtime error: index out of range",
		`http2: server: error reading preface from client 127.9.8.7:1: bogus greeting "CANARY \"CANARY"`: "bogus greeting (words removed)",
		`http: invalid Host header "CANARY`:                                                              "http: invalid Host header (words removed)",
	} {
		b.Reset()
		l.Print(line + "\ngoroutine 1")
		if out := b.String(); strings.Contains(out, "CANARY") || strings.Contains(out, "127.9") || !strings.Contains(out, want) {
			t.Errorf("%s: %s", line, out)
		}
	}
}
