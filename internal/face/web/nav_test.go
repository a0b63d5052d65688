package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"sanwen/internal/face/web"
	"sanwen/internal/face/webtest"
	"sanwen/internal/ground/db/dbtest"
)

// tree parses what somebody is shown at a path.
func (s *scene) tree(t *testing.T, who, path string) *webtest.Page {
	t.Helper()
	w := s.ask(http.MethodGet, path, who, nil)
	root, err := html.Parse(strings.NewReader(w.Body.String()))
	if err != nil || w.Code != 200 {
		t.Fatalf("%s at %s: %d %v", who, path, w.Code, err)
	}
	return &webtest.Page{Root: root}
}

func hasClass(n *html.Node, class string) bool {
	return n.Type == html.ElementNode && strings.Contains(" "+webtest.Attr(n, "class")+" ", " "+class+" ")
}

// within lists the links inside the first element of a class.
func within(p *webtest.Page, class string) (hrefs []string) {
	box := p.Find(func(n *html.Node) bool { return hasClass(n, class) })
	if box == nil {
		return nil
	}
	for n := range box.Descendants() {
		if n.Type == html.ElementNode && n.Data == "a" {
			hrefs = append(hrefs, webtest.Attr(n, "href"))
		}
	}
	return hrefs
}

// TestNavigation: nobody has more than six areas, everything offered opens, and the lists of each role can be reached by links
// alone, from the first page on.
func TestNavigation(t *testing.T) {
	d, c := dbtest.Open(t)
	s := newScene(t, d, c)
	for _, who := range everybody {
		rail := s.tree(t, who, "/").Find(func(n *html.Node) bool { return hasClass(n, "rail") })
		areas := 0
		for n := range rail.Descendants() {
			if n.Data == "ul" && n.Parent == rail {
				for li := range n.ChildNodes() {
					areas += truth(li.Data == "li")
				}
			}
		}
		if areas < 4 || areas > 6 {
			t.Errorf("%s has %d areas", who, areas)
		}
		reached, queue := map[string]bool{}, []string{"/"}
		for len(queue) > 0 {
			path := queue[0]
			queue = queue[1:]
			p := s.tree(t, who, path)
			for _, href := range append(within(p, "rail"), homeLinks(path, p)...) {
				if u, err := url.Parse(href); err == nil && !reached[u.Path] && strings.HasPrefix(href, "/") {
					reached[u.Path] = true
					if w := s.ask(http.MethodGet, href, who, nil); w.Code != 200 {
						t.Errorf("%s is offered %s on %s: %d", who, href, path, w.Code)
					} else {
						queue = append(queue, href)
					}
				}
			}
		}
		for _, route := range []string{"/mine", "/tell", "/board", "/inbox", "/restricted", "/refusals", "/appeals", "/ledger", "/admin", "/visits", "/scan"} {
			if w := s.ask(http.MethodGet, route, who, nil); w.Code == 200 && !reached[route] {
				t.Errorf("%s may open %s and no link leads there", who, route)
			}
		}
	}
	for _, who := range []string{"triager", "chair", "equipment", "supervisor"} {
		if p := s.tree(t, who, "/desk"); !strings.Contains(strings.Join(within(p, "rail"), " "), "/roster") {
			t.Errorf("%s: no way from the desk to the calls of danger", who)
		}
	}
}

// homeLinks are the links of the first page's own matter.
func homeLinks(path string, p *webtest.Page) (out []string) {
	if path != "/" {
		return nil
	}
	main := p.Find(func(n *html.Node) bool { return n.Type == html.ElementNode && n.Data == "main" })
	for n := range main.Descendants() {
		if n.Type == html.ElementNode && n.Data == "a" {
			out = append(out, webtest.Attr(n, "href"))
		}
	}
	return out
}

func TestCrumbs(t *testing.T) {
	d, c := dbtest.Open(t)
	s := newScene(t, d, c)
	for _, x := range []struct{ who, path, want string }{
		{"system_admin", "/admin/places/P104M", "/ /admin /admin/places"},
		{"system_admin", "/admin/places", "/ /admin"},
		{"security_admin", "/admin/people/" + s.things["person"], "/ /admin /admin/people"},
		{"triager", "/matter/" + s.things["matter"], "/ /ledger"},
		{"system_admin", "/admin/people/" + s.things["person"] + "/edit", "/ /admin /admin/people /admin/people/" + s.things["person"]},
		{"triager", "/voice/" + s.things["voice.named"], "/ /inbox"},
		{"triager", "/ledger", ""},
		{"triager", "/", ""},
	} {
		if got := strings.Join(within(s.tree(t, x.who, x.path), "crumbs"), " "); got != x.want {
			t.Errorf("%s at %s: %q, want %q", x.who, x.path, got, x.want)
		}
	}
}

// TestEveryPageExplainsItself: each page has its help, with words that have a meaning in both languages.
func TestEveryPageExplainsItself(t *testing.T) {
	d, c := dbtest.Open(t)
	s := newScene(t, d, c)
	for _, lang := range []string{"zh", "en"} {
		for who, paths := range map[string][]string{"": {"/p/P104M", "/f", "/board", "/login", "/p/P104M/danger", "/log/check"},
			"triager": {"/", "/desk", "/inbox", "/ledger", "/find?q=a", "/matter/" + s.things["matter"], "/voice/" + s.things["voice.named"], "/account", "/admin", "/mine", "/tell"}} {
			for _, path := range paths {
				sep := "?"
				if strings.Contains(path, "?") {
					sep = "&"
				}
				p := s.tree(t, who, path+sep+"lang="+lang)
				box := p.Find(func(n *html.Node) bool { return hasClass(n, "helpbox") })
				if box == nil {
					t.Errorf("%s has no help", path)
					continue
				}
				if text := (&webtest.Page{Root: box}).Text(); len([]rune(text)) < 30 || strings.Contains(text, "help.page") || strings.Contains(text, "help.means") {
					t.Errorf("%s: help says %q", path, text)
				}
			}
		}
	}
	keys := (&webtest.Page{Root: s.tree(t, "triager", "/inbox").Find(func(n *html.Node) bool { return hasClass(n, "keylist") })}).Text()
	for _, want := range []string{"查找框", "领取", "收件箱", "下一行"} {
		if !strings.Contains(keys, want) {
			t.Errorf("the list of shortcuts lacks %q: %s", want, keys)
		}
	}
	for _, missing := range web.PagesWithoutHelp() {
		t.Errorf("page %s explains nothing", missing)
	}
}
