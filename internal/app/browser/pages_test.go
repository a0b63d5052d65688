package browser

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"sanwen/internal/app/demo"
	"sanwen/internal/base/access"
	"sanwen/internal/base/login"
	"sanwen/internal/base/org"
	"sanwen/internal/face/web"
	"sanwen/internal/face/webtest"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/seal"
)

// found is a page of the route table with real things in its address, and somebody who may open it.
type found struct {
	Pattern, Path string
	Number        string // employee number; "" is somebody without an account
	Session       string // cookie
	Form          int    // which form of the page is sent with nothing typed into it; 0 is none
	Status        int64  // of the answer, where it is not 200
}

// noPages are GET routes whose answer is no page.
var noPages = []string{"GET /assets/{file}", "GET /f/photo/{hash}", "GET /photo/{hash}", "GET /voice/{id}/photo/{hash}", "GET /voice/{id}/now",
	"GET /log/checkpoint", "GET /log/key", "GET /log/proof", "GET /admin/import/{kind}/template", "GET /admin/imports/{id}/result", "GET /ledger/export", "GET /sw.js", "GET /app.webmanifest", "GET /desk/live", "GET /ledger/live", "GET /inbox/live", "GET /orders/export", "GET /voice/{id}/cover/{hash}",
	"GET /pick/units", "GET /pick/people", "GET /pick/places", "GET /bulk/{run}/result", "GET /survey/{round}/export", "GET /k/{round}/done", "GET /ballot/{ballot}/export", "GET /ballots/live", "GET /ballot/{ballot}/turnout", "GET /proposals/export",
	"GET /meeting/{meeting}/live", "GET /meeting/{meeting}/calendar.ics", "GET /meeting/{meeting}/minutes.docx", "GET /calendar/{token}",
	"GET /order/{order}/letter.docx", "GET /visit/{visit}/record.docx", "GET /matter/{number}/closure.docx", "GET /matter/{number}/extension/{n}/docx", "GET /practice/{practice}/paper.docx", "GET /news/{number}/copy/{n}/file", "GET /publish/{news}/paper.docx", "GET /proposal/{proposal}/paper.docx", "GET /listening/paper.docx", "GET /feed.atom", "GET /feed.rss"}

// finder of pages: it goes over the site as everybody does who has a sign-in, and notes the first page of every route.
type scout struct {
	t       *testing.T
	s       *site
	mux     *http.ServeMux // the GET routes, to know to which one an address belongs
	found   map[string]found
	clients map[string]*webtest.Client
	seen    map[string]bool // "number path"
}

// pages finds a page of every GET route. In the demonstration a route without one fails the test; elsewhere it finds what there is.
func (s *site) pages(t *testing.T) (out []found, sessions map[string]string) {
	t.Helper()
	c := &scout{t: t, s: s, mux: http.NewServeMux(), found: map[string]found{}, clients: map[string]*webtest.Client{}, seen: map[string]bool{}}
	var want []string
	for _, r := range web.Routes() {
		if r.Method() == http.MethodGet {
			c.mux.Handle(r.Pattern, http.NotFoundHandler())
			if !slices.Contains(noPages, r.Pattern) {
				want = append(want, r.Pattern)
			}
		}
	}
	people := []string{""}
	for _, x := range s.from.signIns {
		if !slices.Contains(people, x.Number) {
			people = append(people, x.Number)
		}
	}
	for _, p := range people {
		c.roam(p, c.starts(want))
	}
	if s.from == template {
		c.matters(want)
		c.meetings()
		c.invited()
		c.prepare()
		if f, ok := c.found["GET /voice/{id}"]; ok {
			c.visit(f.Number, f.Path+"/beside")
		}
	}
	for _, p := range want {
		f, ok := c.found[p]
		if !ok {
			if s.from == template && p != "GET /setup" || s.from == firstStart && p == "GET /setup" {
				t.Errorf("nobody in the demonstration can open a page of %s", p)
			}
			continue
		}
		if f.Number != "" {
			f.Session = c.session(f.Number)
		}
		out = append(out, f)
	}
	sessions = map[string]string{"": ""}
	for number := range c.clients {
		if number != "" {
			sessions[number] = c.session(number)
		}
	}
	return out, sessions
}

// starts are the addresses without parameters, and some with things that are always there.
func (c *scout) starts(want []string) []string {
	known := strings.NewReplacer("/p/{place}", "/p/P104M", "{kind}", "people", "{year}", "2026", "{section}", "form")
	out := []string{"/p/P104M", "/admin/active/unit/U03", "/admin/rules/drop?category=B&place=P105"}
	for _, p := range want {
		path := known.Replace(strings.TrimPrefix(p, "GET "))
		if !strings.Contains(path, "{") {
			out = append(out, path)
		}
	}
	return out
}

// hubs are pages whose links are followed by everybody, though the page itself is known.
var hubs = []string{"GET /{$}", "GET /", "GET /desk", "GET /inbox", "GET /ledger", "GET /mine", "GET /restricted", "GET /appeals", "GET /refusals",
	"GET /accept/calls", "GET /pool", "GET /pool/{candidate}", "GET /ballots", "GET /ballot/{ballot}", "GET /season", "GET /season/{task}", "GET /proposals", "GET /proposal/{proposal}", "GET /spots", "GET /spot/{n}", "GET /surveys", "GET /survey/{round}", "GET /surveys/forms", "GET /surveys/forms/{form}"}

func (c *scout) roam(number string, queue []string) {
	for len(queue) > 0 {
		path := queue[0]
		queue = queue[1:]
		pattern := c.pattern(path)
		_, have := c.found[pattern]
		if have && slices.Contains(hubs, pattern) { // the same list in another order leads nowhere new
			path, _, _ = strings.Cut(path, "?")
		}
		if pattern == "" || slices.Contains(noPages, pattern) || have && !slices.Contains(hubs, pattern) || c.seen[number+" "+path] {
			continue
		}
		queue = append(queue, c.visit(number, path)...)
	}
}

// visit opens a page, notes it, and returns the addresses to which it leads.
func (c *scout) visit(number, path string) []string {
	c.seen[number+" "+path] = true
	p := c.client(number).Get(path)
	if p.Status != http.StatusOK || p.Root == nil || p.URL.Path != strings.SplitN(path, "?", 2)[0] {
		return nil
	}
	pattern := c.pattern(path)
	if _, ok := c.found[pattern]; !ok {
		c.found[pattern] = found{Pattern: pattern, Path: path, Number: number}
	}
	var out []string
	for _, n := range p.All(func(n *html.Node) bool { return n.DataAtom == atom.A }) {
		if u, err := p.URL.Parse(webtest.Attr(n, "href")); err == nil && u.Host == p.URL.Host && (u.Scheme == "http" || u.Scheme == "https") {
			out = append(out, u.RequestURI())
		}
	}
	return out
}

// pattern is the route of an address, or "".
func (c *scout) pattern(path string) string {
	u, err := url.Parse(path)
	if err != nil {
		return ""
	}
	_, p := c.mux.Handler(&http.Request{Method: http.MethodGet, URL: u})
	return p
}

func (c *scout) client(number string) *webtest.Client {
	if c.clients[number] == nil {
		b := webtest.On(c.t, c.s.Base)
		if number != "" {
			b.Get("/login").Form("/login").Set("user", number).Set("password", demo.Password).Submit().Want(http.StatusOK)
		}
		c.clients[number] = b
	}
	return c.clients[number]
}

// known makes the scout somebody who is signed in as everybody who was on the walk over all pages.
func (c *scout) known() {
	u, err := url.Parse(c.s.Base)
	if err != nil {
		c.t.Fatal(err)
	}
	c.clients = map[string]*webtest.Client{}
	for number, session := range c.s.from.sessions {
		b := webtest.On(c.t, c.s.Base)
		if session != "" {
			b.HTTP.Jar.SetCookies(u, []*http.Cookie{{Name: "sanwen", Value: session}})
		}
		c.clients[number] = b
	}
}

// session is the cookie of somebody who has signed in.
func (c *scout) session(number string) string {
	u, err := url.Parse(c.s.Base)
	if err != nil {
		c.t.Fatal(err)
	}
	for _, k := range c.client(number).HTTP.Jar.Cookies(u) {
		if k.Name == "sanwen" {
			return k.Value
		}
	}
	c.t.Fatalf("%s has no session", number)
	return ""
}

// account gives somebody an account who has none.
func (c *scout) account(number string) { c.s.account(c.t, number) }

func (s *site) account(t *testing.T, number string) {
	t.Helper()
	hash, err := seal.HashPassword(context.Background(), demo.Password)
	if err != nil {
		t.Fatal(err)
	}
	err = s.App.DB.Write(context.Background(), func(tx *db.Tx) error {
		p, err := org.PersonByNo(tx, number)
		if err != nil {
			return err
		}
		return login.Provide{Person: p.ID, Hash: hash}.Do(tx, access.System("test"))
	})
	if err != nil {
		t.Fatal(err)
	}
}

// askAtOnce lets employees be asked as soon as the inspection has passed, not some days later.
func (s *site) askAtOnce() {
	s.t.Helper()
	if err := s.App.DB.Write(context.Background(), func(tx *db.Tx) error {
		return org.SetSetting{Key: org.AskTo, Value: "0", Basis: "试验"}.Do(tx, access.System("test"))
	}); err != nil {
		s.t.Fatal(err)
	}
}

func (s *site) read(fn func(tx *db.Tx) error) {
	s.t.Helper()
	if err := s.App.DB.Read(context.Background(), fn); err != nil {
		s.t.Fatal(err)
	}
}

// enter is the cookie of somebody who signs in.
func (c *scout) enter(number string) string {
	if c.clients == nil {
		c.clients = map[string]*webtest.Client{}
	}
	return c.session(number)
}
