package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"sanwen/internal/face/webtest"
	"sanwen/internal/ground/db/dbtest"
)

var someNumber = regexp.MustCompile(`\d+`)

// counted is a number on a page, marked up as one that stands for a list.
type counted struct {
	label, href string
	n           int
	exact       bool // neither capped nor a rate
}

// counts are the numbers of a page that stand for lists: those in the parts "figures" and "counters".
func counts(p *webtest.Page) (out []counted) {
	for _, li := range p.All(func(n *html.Node) bool {
		return n.Data == "li" && n.Parent != nil && (hasClass(n.Parent, "figures") || hasClass(n.Parent, "counters"))
	}) {
		item := &webtest.Page{Root: li}
		if item.Find(func(n *html.Node) bool { return hasClass(n, "unknown") }) != nil {
			continue
		}
		c := counted{label: strings.Join(strings.Fields(item.Text()), " ")}
		if a := item.Find(func(n *html.Node) bool { return n.Data == "a" }); a != nil {
			c.href = webtest.Attr(a, "href")
		}
		if b := item.Find(func(n *html.Node) bool { return n.Data == "b" }); b != nil {
			text := strings.ReplaceAll((&webtest.Page{Root: b}).Text(), ",", "")
			c.n, _ = strconv.Atoi(someNumber.FindString(text))
			c.exact = someNumber.FindString(text) == strings.TrimSpace(text)
		}
		out = append(out, c)
	}
	return out
}

// behind is how many things the list at a page has: what its caption says, else its rows, else its cards; -1 where it is no list.
func behind(p *webtest.Page) int {
	if total := p.Find(func(n *html.Node) bool { return hasClass(n, "total") }); total != nil {
		n, err := strconv.Atoi(someNumber.FindString((&webtest.Page{Root: total}).Text()))
		if err == nil {
			return n
		}
	}
	main := p.Find(func(n *html.Node) bool { return n.Type == html.ElementNode && n.Data == "main" })
	page := &webtest.Page{Root: main}
	table := page.Find(func(n *html.Node) bool { return n.Data == "table" && hasClass(n, "list") })
	if table != nil && page.Find(func(n *html.Node) bool { return webtest.Attr(n, "rel") == "next" }) == nil {
		return len((&webtest.Page{Root: table}).All(func(n *html.Node) bool { return n.Data == "tr" && n.Parent.Data == "tbody" }))
	}
	if page.Find(func(n *html.Node) bool { return hasClass(n, "empty") }) != nil {
		return 0
	}
	return -1
}

// TestNumbersLeadToTheirLists: on the first page, the desk, the inbox, the ledger and the board of everybody, each number is a link to
// the list behind it, and the list is as long as the number says.
func TestNumbersLeadToTheirLists(t *testing.T) {
	d, c := dbtest.Open(t)
	s := newScene(t, d, c)
	looked, compared := 0, 0
	for _, who := range append([]string{""}, everybody...) {
		for _, path := range []string{"/", "/desk", "/inbox", "/restricted", "/ledger", "/board"} {
			w := s.ask(http.MethodGet, path, who, nil)
			if w.Code != http.StatusOK {
				continue
			}
			for _, n := range counts(s.tree(t, who, path)) {
				looked++
				if n.href == "" {
					t.Errorf("%s at %s: %q leads nowhere", who, path, n.label)
					continue
				}
				if id, ok := strings.CutPrefix(n.href, "#"); ok { // single voices are not public: the number leads to the reason
					if path != "/board" || s.tree(t, who, path).Find(func(n *html.Node) bool { return webtest.Attr(n, "id") == id }) == nil {
						t.Errorf("%s at %s: %q leads to %s, which is not there", who, path, n.label, n.href)
					}
					continue
				}
				target, err := url.Parse(n.href)
				if err != nil || target.Path == path && target.RawQuery == "" && path != "/inbox" {
					t.Errorf("%s at %s: %q leads to %q", who, path, n.label, n.href)
					continue
				}
				if w := s.ask(http.MethodGet, n.href, who, nil); w.Code != http.StatusOK {
					t.Errorf("%s at %s: %q leads to %s: %d", who, path, n.label, n.href, w.Code)
					continue
				}
				if got := behind(s.tree(t, who, n.href)); n.exact && got >= 0 {
					compared++
					if got != n.n {
						t.Errorf("%s at %s: %q, and the list at %s has %d", who, path, n.label, n.href, got)
					}
				}
			}
		}
	}
	if looked < 60 || compared < 40 {
		t.Errorf("only %d numbers looked at and %d compared: the walk is broken", looked, compared)
	}
}
