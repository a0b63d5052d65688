package web_test

import (
	"bufio"
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"

	"sanwen/internal/face/web"
	"sanwen/internal/face/webtest"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/work/voice/voicetest"
)

// everybody in the test of authorisation, beside callers without an account.
var everybody = []string{"worker", "shift", "chair", "equipment", "equipment-head", "welfare-head", "hr", "safety", "duty1", "triager", "supervisor",
	"inspector", "leader", "auditor", "custodian1", "welfare", "health", "discipline", "system_admin", "security_admin", "audit_admin", "delegate"}

// rule is a line of testdata/authz.txt.
type rule struct {
	line   int
	route  string // as in the route table
	things map[string]string
	who    []string
}

func readRules(t *testing.T) []rule {
	t.Helper()
	f, err := os.Open("testdata/authz.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out []rule
	s := bufio.NewScanner(f)
	for n := 1; s.Scan(); n++ {
		text := strings.TrimSpace(s.Text())
		if text == "" || strings.HasPrefix(text, "#") {
			continue
		}
		left, right, ok := strings.Cut(text, " :")
		parts := strings.Fields(left)
		if !ok || len(parts) < 2 {
			t.Fatalf("authz.txt:%d: %q is no rule", n, text)
		}
		r := rule{line: n, route: parts[0] + " " + parts[1], things: map[string]string{}}
		for _, p := range parts[2:] {
			name, thing, _ := strings.Cut(p, "=")
			r.things[name] = thing
		}
		for _, w := range strings.Fields(right) {
			switch {
			case w == "anyone":
				r.who = append(r.who, append([]string{""}, everybody...)...)
			case w == "accounts":
				r.who = append(r.who, everybody...)
			case slices.Contains(everybody, w):
				r.who = append(r.who, w)
			default:
				t.Fatalf("authz.txt:%d: nobody is called %q", n, w)
			}
		}
		out = append(out, r)
	}
	return out
}

// sessionOf lets a session token be the short name of a person.
type sessionOf struct{ w *voicetest.World }

func (s sessionOf) Visitor(_ context.Context, token string) (*web.Visitor, error) {
	p, ok := s.w.People[token]
	if !ok {
		return nil, nil
	}
	return &web.Visitor{Person: p, Session: "session of " + token}, nil
}

// path fills in the parameters of a route.
func (s *scene) path(t *testing.T, r rule) string {
	t.Helper()
	_, p, _ := strings.Cut(r.route, " ")
	for name, thing := range r.things {
		if name == "may" {
			continue
		}
		v, ok := s.things[thing]
		if !ok {
			t.Fatalf("authz.txt:%d: there is no thing %q", r.line, thing)
		}
		p = strings.ReplaceAll(p, "{"+name+"}", url.PathEscape(v))
	}
	if strings.Contains(p, "{") {
		t.Fatalf("authz.txt:%d: a parameter of %s has no thing", r.line, r.route)
	}
	return p
}

// ask sends a request as somebody; a form carries a token that was opened by him.
func (s *scene) ask(method, path, who string, form url.Values) *httptest.ResponseRecorder {
	req := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
	if method == http.MethodPost {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	if who != "" {
		req.AddCookie(&http.Cookie{Name: "sanwen", Value: who})
	}
	w := httptest.NewRecorder()
	s.server.ServeHTTP(w, req)
	return w
}

func (s *scene) token(t *testing.T, who string) url.Values {
	t.Helper()
	path, action := "/account", "/account/reading"
	if who == "" {
		path, action = "/login", "/login"
	}
	f, err := webtest.ReadForm(s.ask(http.MethodGet, path, who, nil).Body.Bytes(), action)
	if err != nil {
		t.Fatalf("%s has no form with a token: %v", path, err)
	}
	return f.Values
}

func refused(w *httptest.ResponseRecorder) bool {
	switch w.Code {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound:
		return true
	case http.StatusSeeOther, http.StatusFound:
		return strings.HasPrefix(w.Header().Get("Location"), "/login") && !strings.Contains(w.Header().Get("Location"), "said=")
	}
	return false
}

// TestAuthorisation runs the hand-written table over every route and everybody: status, words that must not be read, and that
// a refused request changes nothing.
func TestAuthorisation(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		s := newScene(t, d, c)
		rules := readRules(t)
		for _, r := range s.server.Table() {
			if !slices.ContainsFunc(rules, func(x rule) bool { return x.route == r.Pattern }) {
				t.Errorf("no line of authz.txt speaks of %s", r.Pattern)
			}
		}
		entries := func() (n int64) {
			s.Read(func(tx *db.Tx) (err error) {
				n, err = db.One[int64](tx, "SELECT COUNT(*) FROM event")
				return err
			})
			return n
		}
		tokens := map[string]url.Values{}
		for _, who := range append([]string{""}, everybody...) {
			tokens[who] = s.token(t, who)
		}
		for _, r := range rules {
			if !slices.ContainsFunc(s.server.Table(), func(x web.Route) bool { return x.Pattern == r.route }) {
				t.Errorf("authz.txt:%d: there is no route %s", r.line, r.route)
				continue
			}
			method, _, _ := strings.Cut(r.route, " ")
			path := s.path(t, r)
			// Those who may come last, so that what they do does not help the others.
			people := append([]string{""}, everybody...)
			slices.SortStableFunc(people, func(a, b string) int { return truth(slices.Contains(r.who, a)) - truth(slices.Contains(r.who, b)) })
			for _, who := range people {
				may := slices.Contains(r.who, who)
				before := int64(0)
				if method == http.MethodPost && !may {
					before = entries()
				}
				form := url.Values{}
				if method == http.MethodPost {
					form = tokens[who]
				}
				w := s.ask(method, path, who, form)
				name := who
				if name == "" {
					name = "nobody"
				}
				switch {
				case may && w.Code == http.StatusNotFound && r.things["may"] == "404":
				case may && refused(w):
					t.Errorf("authz.txt:%d: %s %s: %s is refused with %d %s", r.line, method, path, name, w.Code, w.Header().Get("Location"))
				case !may && method == http.MethodGet && !refused(w):
					t.Errorf("authz.txt:%d: %s %s: %s gets %d", r.line, method, path, name, w.Code)
				case !may && method == http.MethodPost && (w.Code < 300 || entries() != before):
					t.Errorf("authz.txt:%d: %s %s: %s gets %d and records %d entries", r.line, method, path, name, w.Code, entries()-before)
				case w.Code >= 500:
					t.Errorf("authz.txt:%d: %s %s: %s gets %d", r.line, method, path, name, w.Code)
				}
				body := w.Body.String()
				for _, c := range s.canaries {
					if strings.Contains(body, c.word) && !slices.Contains(c.who, who) && !(method == http.MethodPost && strings.HasSuffix(path, "/open")) {
						t.Errorf("authz.txt:%d: %s %s shows %q to %s", r.line, method, path, c.word, name)
					}
				}
			}
		}
	})
}

func truth(b bool) int {
	if b {
		return 1
	}
	return 0
}
