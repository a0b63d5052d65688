package web

import (
	"bytes"
	"context"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"sanwen/internal/base/access"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/lang"
	"sanwen/internal/ground/seal"
)

// people is a session store for tests: token → visitor.
type people map[string]*Visitor

func (p people) Visitor(_ context.Context, token string) (*Visitor, error) { return p[token], nil }

// stage is a server with a few routes of its own beside the real table.
type stage struct {
	*Server
	t   *testing.T
	log *bytes.Buffer
}

// withProbe lays a page for tests over the templates.
type withProbe struct{ fs.FS }

const probeHTML = `{{define "main"}}<h1>{{.Title}}</h1>{{template "errors" .Form}}<form method="post" action="{{.Link "/probe"}}">` +
	`{{template "token" .Form}}{{template "field" ((.Form.Field "text" "web.union").Limit 10)}}</form>` +
	`<a href="{{.Link "/probe?a=1#x"}}">{{.Seen}}</a>{{end}}`

func (f withProbe) Open(name string) (fs.File, error) {
	if name == "templates/web/probe.html" {
		return fstest.MapFS{name: {Data: []byte(probeHTML)}}.Open(name)
	}
	return f.FS.Open(name)
}

func init() { templateFiles = withProbe{templateFiles} }

type probePage struct {
	Page
	Form *Form
	Seen string
}

var probe = Define[probePage]("web/probe")

func setUp(t *testing.T, more ...Route) *stage {
	t.Helper()
	s := setUpFor(t, more...)
	s.t = t
	return s
}

func setUpFor(t testing.TB, more ...Route) *stage {
	t.Helper()
	keys, err := seal.OpenKeys(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	log := &bytes.Buffer{}
	site := &Site{
		Clock: clock.NewFake(time.Date(2026, 11, 23, 8, 17, 33, 0, clock.Shanghai())), Zone: clock.Shanghai(), Keys: keys, Demo: true,
		Log: slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Sessions: people{
			"good": {Person: access.Person{Kind: access.Account, ID: "p1", Name: "王建国", Lang: "zh"}, Session: "s1"},
			"gate": {Person: access.Person{Kind: access.Account, ID: "p2", Name: "李梅"}, Gate: "/account/password"},
		},
	}
	table := slices.DeleteFunc(Routes(), func(r Route) bool { // a test's own route takes the place of the product's
		return slices.ContainsFunc(more, func(m Route) bool { return m.Pattern == r.Pattern })
	})
	return &stage{Server: newServer(site, append(table, more...)), log: log}
}

func (s *stage) do(r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

func (s *stage) get(path string, headers ...string) *httptest.ResponseRecorder {
	return s.do(request(http.MethodGet, path, nil, headers...))
}

func request(method, path string, body io.Reader, headers ...string) *http.Request {
	r := httptest.NewRequest(method, path, body)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return r
}

func (s *stage) post(path string, form url.Values, headers ...string) *httptest.ResponseRecorder {
	return s.do(request(http.MethodPost, path, strings.NewReader(form.Encode()),
		append([]string{"Content-Type", "application/x-www-form-urlencoded"}, headers...)...))
}

// token makes the signed field of a form as the page of an anonymous caller holds it.
func (s *stage) token() string {
	r := &Req{Server: s.Server, Lang: lang.ZH, Person: access.Nobody()}
	return r.Blank().Token()
}

func show(r *Req) error {
	return probe.Render(r, probePage{Page: Page{Title: "页"}, Form: r.Blank("text", "甲")})
}

func takeProbe(r *Req) error {
	f := r.Form()
	f.Text("text", 2, 10)
	if f.Take(f.Err()) {
		return probe.Render(r, probePage{Page: Page{Title: "页"}, Form: f})
	}
	return r.Redirect("/probe")
}

func fails(err error) Handler { return func(*Req) error { return err } }

// anonymousHeaders is what every answer of an anonymous route carries, and nothing else.
var anonymousHeaders = map[string]string{
	"Cache-Control": "no-store",
	"Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; font-src 'self'; " +
		"connect-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'; manifest-src 'self'; worker-src 'self'",
	"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin", "Referrer-Policy": "strict-origin",
	"X-Content-Type-Options": "nosniff", "X-Robots-Tag": "noindex", "Content-Type": "text/html; charset=utf-8",
}

func TestHeadersOfAnonymousPages(t *testing.T) {
	s := setUp(t,
		Route{Pattern: "GET /probe", Group: Anonymous, Policy: Anyone, Handler: show},
		Route{Pattern: "POST /probe", Group: Anonymous, Policy: Anyone, Handler: takeProbe},
		Route{Pattern: "GET /gone", Group: Anonymous, Policy: Anyone, Handler: fails(fault.New(fault.Gone, "fault.not_found"))},
		Route{Pattern: "GET /broken", Group: Anonymous, Policy: Anyone, Handler: func(*Req) error { panic("boom") }},
		Route{Pattern: "GET /cookie", Group: Anonymous, Policy: Anyone, Handler: func(r *Req) error {
			r.w.Header().Set("Set-Cookie", "a=b")
			r.w.Header().Set("ETag", `"x"`)
			return show(r)
		}},
	)
	for path, status := range map[string]int{"/probe": 200, "/gone": 410, "/broken": 500, "/cookie": 200, "/nowhere": 404} {
		w := s.get(path)
		if w.Code != status {
			t.Errorf("%s: status %d, want %d", path, w.Code, status)
		}
		for name, want := range anonymousHeaders {
			if got := w.Header().Get(name); got != want {
				t.Errorf("%s: %s = %q, want %q", path, name, got, want)
			}
		}
		if p := w.Header().Get("Permissions-Policy"); !strings.Contains(p, "camera=()") || !strings.Contains(p, "geolocation=()") {
			t.Errorf("%s: Permissions-Policy = %q", path, p)
		}
		for name := range w.Header() {
			if _, known := anonymousHeaders[name]; !known && name != "Permissions-Policy" && name != "Vary" {
				t.Errorf("%s: header %s: %q", path, name, w.Header().Get(name))
			}
		}
	}
	if w := s.post("/probe", url.Values{"text": {"x"}}); w.Code != 422 || w.Header().Get("Content-Security-Policy") != csp {
		t.Errorf("refused form: %d %v", w.Code, w.Header())
	}
}
