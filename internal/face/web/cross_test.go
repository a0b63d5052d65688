package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/fault"
)

// TestForeignRequests is the table of what other sites may send here.
func TestForeignRequests(t *testing.T) {
	changed := 0
	change := func(r *Req) error {
		f := r.Form()
		if err := f.Err(); err != nil {
			return err
		}
		changed++
		return r.Redirect("/leave")
	}
	s := setUp(t,
		Route{Pattern: "POST /anon", Group: Anonymous, Policy: Anyone, Handler: change},
		Route{Pattern: "POST /pub", Group: Public, Policy: Anyone, Handler: change},
		Route{Pattern: "POST /signed", Group: Signed, Policy: AnyAccount, Handler: change},
	)
	form := url.Values{tokenField: {s.token()}}
	for _, c := range []struct {
		name    string
		headers []string
		pass    bool
	}{
		{"same origin", []string{"Sec-Fetch-Site", "same-origin"}, true},
		{"typed by the person", []string{"Sec-Fetch-Site", "none"}, true},
		{"cross site", []string{"Sec-Fetch-Site", "cross-site"}, false},
		{"same site, other host", []string{"Sec-Fetch-Site", "same-site"}, false},
		{"old browser, own origin", []string{"Origin", "http://example.com"}, true},
		{"old browser, foreign origin", []string{"Origin", "http://evil.example"}, false},
		{"origin null", []string{"Origin", "null"}, false},
		{"neither header, with token", nil, true},
	} {
		for _, path := range []string{"/anon", "/pub"} {
			changed = 0
			w := s.post(path, form, c.headers...)
			if want := map[bool]int{true: 303, false: 403}[c.pass]; w.Code != want || changed != map[bool]int{true: 1}[c.pass] {
				t.Errorf("%s %s: %d, changed %d", c.name, path, w.Code, changed)
			}
		}
	}
	for name, token := range map[string]string{"none": "", "made up": "abc.def", "of another purpose": func() string {
		r := &Req{Server: s.Server}
		return r.Seal("else", "x", tokenLife)
	}()} {
		changed = 0
		if w := s.post("/anon", url.Values{tokenField: {token}}); w.Code != 422 || changed != 0 {
			t.Errorf("neither header, token %s: %d, changed %d", name, w.Code, changed)
		}
	}
	// the form of one account is not that of another, nor of an anonymous caller
	if w := s.post("/signed", form, "Cookie", "sanwen=good"); w.Code != 422 {
		t.Errorf("signed with an anonymous token: %d", w.Code)
	}
}

func TestNoCORS(t *testing.T) {
	s := setUp(t)
	for _, origin := range []string{"http://evil.example", "null"} {
		for _, path := range []string{"/leave", "/nothing", assetURL("app.css")} {
			for name := range s.get(path, "Origin", origin).Header() {
				if strings.HasPrefix(name, "Access-Control-") {
					t.Errorf("%s from %s: %s", path, origin, name)
				}
			}
		}
	}
}

// TestLocal is the list of redirects that leave the site.
func TestLocal(t *testing.T) {
	s := setUp(t, Route{Pattern: "GET /matter/{number}", Group: Signed, Policy: AnyAccount, Handler: show})
	for _, bad := range []string{
		"", "//evil.example", "///evil.example", `/\evil.example`, `\\evil.example`, "https:evil.example", "https://evil.example", "http:/evil.example",
		"/%09/evil.example", "/\t/evil.example", "/\n/evil", "@evil.example", "/@evil.example", "javascript:alert(1)", "data:text/html,x", "/%2f/evil.example",
		"/%5cevil.example", "evil", "/nowhere", "/leave\r\nSet-Cookie: a=b", "//leave", "/matter", "/leave ", " /leave", "/\u2028leave", "/leave@evil\\", "//%2e%2e/leave",
		"/..//evil.example", "https://example.com/leave", "/" + strings.Repeat("a", 3000),
	} {
		if s.Local(bad) {
			t.Errorf("%q may be followed", bad)
		}
	}
	for _, good := range []string{"/leave", "/matter/SS-2026-039", "/matter/SS-2026-039?tab=plan&lang=en#photos"} {
		if !s.Local(good) {
			t.Errorf("%q may not be followed", good)
		}
	}
}

func TestUnknownAddressesAndMethods(t *testing.T) {
	s := setUp(t, Route{Pattern: "POST /only", Group: Anonymous, Policy: Anyone, Handler: takeProbe})
	for _, c := range []struct {
		method, path string
		status       int
		allow        string
	}{
		{"GET", "/nothing", 404, ""}, {"GET", "/only", 405, "POST"}, {"DELETE", "/leave", 405, "GET, HEAD"}, {"TRACE", "/leave", 405, "GET, HEAD"},
		{"HEAD", "/leave", 200, ""}, {"PUT", "/nothing", 404, ""}, {"GET", "/.git/config", 404, ""}, {"GET", "/assets/", 404, ""}, {"GET", "/assets/app.css", 404, ""},
	} {
		w := s.do(request(c.method, c.path, nil))
		if w.Code != c.status || w.Header().Get("Allow") != c.allow {
			t.Errorf("%s %s: %d, allow %q", c.method, c.path, w.Code, w.Header().Get("Allow"))
		}
		if c.status >= 400 && !strings.Contains(w.Body.String(), "<h1>") {
			t.Errorf("%s %s: no page: %s", c.method, c.path, w.Body)
		}
	}
}

func TestSignedGroup(t *testing.T) {
	reached := ""
	s := setUp(t,
		Route{Pattern: "GET /probed/{x}", Group: Signed, Policy: AnyAccount, Handler: func(r *Req) error { reached = r.Person.ID; return show(r) }},
		Route{Pattern: "POST /probed", Group: Signed, Policy: AnyAccount, Handler: func(r *Req) error { reached = r.Person.ID; return show(r) }},
		Route{Pattern: "GET /grants", Group: Signed, Policy: "org.grant", Handler: func(r *Req) error { reached = r.Person.ID; return show(r) }},
		Route{Pattern: "GET /account/password", Group: Signed, Policy: AnyAccount, Handler: show},
	)
	w := s.get("/probed/a?tab=1")
	if w.Code != 303 || w.Header().Get("Location") != "/login?next=%2Fprobed%2Fa%3Ftab%3D1" {
		t.Errorf("without session: %d %s", w.Code, w.Header().Get("Location"))
	}
	if w := s.post("/probed", nil); w.Code != 401 {
		t.Errorf("post without session: %d", w.Code)
	}
	if w := s.get("/probed/a", "Accept", "application/json"); w.Code != 401 || w.Header().Get("Content-Type") != "application/problem+json; charset=utf-8" {
		t.Errorf("json without session: %d %v", w.Code, w.Header())
	}
	if w := s.get("/probed/a", "Cookie", "sanwen=unknown"); w.Code != 303 {
		t.Errorf("unknown session: %d", w.Code)
	}
	if reached != "" {
		t.Fatal("handler reached without session")
	}
	if w := s.get("/grants", "Cookie", "sanwen=good"); w.Code != 403 || reached != "" {
		t.Errorf("a role that can never do it: %d", w.Code)
	}
	if w := s.get("/probed/a", "Cookie", "sanwen=gate"); w.Code != 303 || w.Header().Get("Location") != "/account/password" {
		t.Errorf("gate: %d %v", w.Code, w.Header())
	}
	if w := s.get("/account/password", "Cookie", "sanwen=gate"); w.Code != 200 {
		t.Errorf("behind the gate: %d", w.Code)
	}
	if w := s.get("/probed/a", "Cookie", "sanwen=good"); w.Code != 200 || reached != "p1" {
		t.Errorf("with session: %d %q", w.Code, reached)
	}
	s.Secure = true
	if w := s.get("/probed/a", "Cookie", "sanwen=good"); w.Code != 303 {
		t.Errorf("over TLS a cookie without prefix counts: %d", w.Code)
	}
	if w := s.get("/probed/a", "Cookie", "__Host-sanwen=good"); w.Code != 200 || w.Header().Get("Strict-Transport-Security") == "" {
		t.Errorf("over TLS: %d %v", w.Code, w.Header())
	}
}

func TestSessionCookie(t *testing.T) {
	s := setUp(t, Route{Pattern: "GET /in", Group: Public, Policy: Anyone, Handler: func(r *Req) error {
		r.StartSession("secret", 3600e9)
		return r.Redirect("/leave")
	}})
	if got := s.get("/in").Header().Get("Set-Cookie"); got != "sanwen=secret; Path=/; Max-Age=3600; HttpOnly; SameSite=Lax" {
		t.Errorf("plain: %s", got)
	}
	s.Secure = true
	if got := s.get("/in").Header().Get("Set-Cookie"); got != "__Host-sanwen=secret; Path=/; Max-Age=3600; HttpOnly; Secure; SameSite=Lax" {
		t.Errorf("TLS: %s", got)
	}
}

func TestRoutesThatDoNotStart(t *testing.T) {
	for name, r := range map[string]Route{
		"without policy":      {Pattern: "GET /x", Group: Anonymous, Handler: show},
		"without group":       {Pattern: "GET /x", Policy: Anyone, Handler: show},
		"without handler":     {Pattern: "GET /x", Group: Anonymous, Policy: Anyone},
		"other method":        {Pattern: "PUT /x", Group: Anonymous, Policy: Anyone, Handler: show},
		"no method":           {Pattern: "/x", Group: Anonymous, Policy: Anyone, Handler: show},
		"anyone signed":       {Pattern: "GET /x", Group: Signed, Policy: Anyone, Handler: show},
		"account anonymous":   {Pattern: "GET /x", Group: Anonymous, Policy: AnyAccount, Handler: show},
		"unknown action":      {Pattern: "GET /x", Group: Signed, Policy: "no.such", Handler: show},
		"registered twice":    {Pattern: "GET /leave", Group: Anonymous, Policy: Anyone, Handler: show},
		"signed and kept":     {Pattern: "GET /x", Group: Public, Policy: Anyone, Handler: show, Cache: 1},
		"unknown group":       {Pattern: "GET /x", Group: 9, Policy: Anyone, Handler: show},
		"ambiguous wildcards": {Pattern: "GET /assets/{other}", Group: Anonymous, Policy: Anyone, Handler: show},
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: starts", name)
				}
			}()
			newServer(&Site{Zone: clock.Shanghai()}, append(Routes(), r))
		}()
	}
}

func TestFaultsBecomePagesAndProblems(t *testing.T) {
	var err error
	s := setUp(t, Route{Pattern: "GET /f", Group: Public, Policy: Anyone, Handler: func(*Req) error { return err }})
	for kind, status := range statuses {
		err = fault.Wrap(kind, "fault.not_found", http.ErrBodyNotAllowed)
		w := s.get("/f?lang=en")
		if w.Code != status || !strings.Contains(w.Body.String(), "There is no such page") || strings.Contains(w.Body.String(), "not allow body") {
			t.Errorf("%v: %d", kind, w.Code)
		}
		code := w.Body.String()[strings.Index(w.Body.String(), "<code>")+6:][:6]
		if !strings.HasPrefix(code, "E-") || !strings.Contains(s.log.String(), code) {
			t.Errorf("%v: code %q is not in the log", kind, code)
		}
		p := s.get("/f", "Accept", "application/json")
		if p.Code != status || !strings.Contains(p.Body.String(), `"status":`) || !strings.Contains(p.Body.String(), `"type":"about:blank"`) {
			t.Errorf("%v: problem %s", kind, p.Body)
		}
	}
	err = &fault.Error{Kind: fault.Invalid, Key: "fault.form", Args: []any{2}, More: []*fault.Error{fault.Field("a", "fault.required"), fault.Field("b", "fault.date")}}
	if p := s.get("/f", "Accept", "application/json"); !strings.Contains(p.Body.String(), `{"field":"b","detail":"`) {
		t.Errorf("fields: %s", p.Body)
	}
}
