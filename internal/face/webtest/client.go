// Package webtest is a small browser without scripts for tests: it opens pages, reads what they say, fills in their forms
// and sends them, and so goes exactly the way of a person whose browser runs no script.
package webtest

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Client is one person's browser. Fields that are zero have working defaults.
type Client struct {
	T    testing.TB
	Base string // "http://127.0.0.1:8080"
	HTTP *http.Client
}

// New opens a browser on the handler, with cookies and without following redirects by itself: Follow says where it went.
func New(t testing.TB, h http.Handler) *Client {
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return On(t, s.URL)
}

// On opens a browser on a server that runs already.
func On(t testing.TB, base string) *Client {
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &Client{T: t, Base: base, HTTP: &http.Client{Jar: jar, Transport: &http.Transport{MaxIdleConnsPerHost: 4}}}
}

// Page is what a request brought.
type Page struct {
	c      *Client
	Status int
	Header http.Header
	URL    *url.URL
	Body   []byte
	Root   *html.Node
}

// Get opens a page; redirects are followed.
func (c *Client) Get(path string) *Page {
	c.T.Helper()
	req, err := http.NewRequest(http.MethodGet, c.abs(path), nil)
	if err != nil {
		c.T.Fatal(err)
	}
	return c.Do(req)
}

// Post sends fields that no form of a page asked for, as somebody with bad intentions may.
func (c *Client) Post(path string, fields url.Values) *Page {
	c.T.Helper()
	req, err := http.NewRequest(http.MethodPost, c.abs(path), strings.NewReader(fields.Encode()))
	if err != nil {
		c.T.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return c.Do(req)
}

// Do sends a request as a browser would: with its origin. Every page that comes is held to the rules of [Page.Lint].
func (c *Client) Do(req *http.Request) *Page {
	c.T.Helper()
	if req.Method != http.MethodGet && req.Header.Get("Sec-Fetch-Site") == "" {
		req.Header.Set("Sec-Fetch-Site", "same-origin")
		req.Header.Set("Origin", c.Base)
	}
	res, err := c.HTTP.Do(req)
	if err != nil {
		c.T.Fatalf("%s %s: %v", req.Method, req.URL, err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		c.T.Fatalf("%s %s: %v", req.Method, req.URL, err)
	}
	p := &Page{c: c, Status: res.StatusCode, Header: res.Header, URL: res.Request.URL, Body: b}
	if strings.HasPrefix(res.Header.Get("Content-Type"), "text/html") {
		if p.Root, err = html.ParseWithOptions(bytes.NewReader(b), html.ParseOptionEnableScripting(false)); err != nil {
			c.T.Fatalf("%s: %v", req.URL, err)
		}
	}
	for _, x := range p.Lint() {
		c.T.Errorf("%s %s: %s", req.Method, req.URL, x)
	}
	return p
}

func (c *Client) abs(path string) string {
	if strings.HasPrefix(path, "http") {
		return path
	}
	return c.Base + path
}

// Want fails the test unless the page has the status; it returns the page.
func (p *Page) Want(status int) *Page {
	p.c.T.Helper()
	if p.Status != status {
		p.c.T.Fatalf("%s: status %d, want %d\n%s", p.URL, p.Status, status, clip(p.Text(), 1500))
	}
	return p
}

// Says fails the test unless the page shows all of the texts.
func (p *Page) Says(texts ...string) *Page {
	p.c.T.Helper()
	all := p.Text()
	for _, t := range texts {
		if !strings.Contains(all, t) {
			p.c.T.Fatalf("%s does not say %q:\n%s", p.URL, t, clip(all, 3000))
		}
	}
	return p
}

// Silent fails the test if the page holds one of the texts anywhere, in its markup too.
func (p *Page) Silent(texts ...string) *Page {
	p.c.T.Helper()
	for _, t := range texts {
		if bytes.Contains(p.Body, []byte(t)) {
			p.c.T.Fatalf("%s must not contain %q", p.URL, t)
		}
	}
	return p
}

// Text is what a reader sees, with white space folded.
func (p *Page) Text() string {
	if p.Root == nil {
		return string(p.Body)
	}
	var b strings.Builder
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		if n.Type == html.ElementNode && (n.DataAtom == atom.Script || n.DataAtom == atom.Style || n.DataAtom == atom.Template) {
			return
		}
		if n.Type == html.TextNode {
			b.WriteString(n.Data)
			b.WriteByte(' ')
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
	}
	walk(p.Root)
	return strings.Join(strings.Fields(b.String()), " ")
}

// Find returns the first element for which ok holds, or nil.
func (p *Page) Find(ok func(*html.Node) bool) *html.Node {
	all := p.All(ok)
	if len(all) == 0 {
		return nil
	}
	return all[0]
}

// All returns every element for which ok holds, in the order of the page.
func (p *Page) All(ok func(*html.Node) bool) []*html.Node {
	if p.Root == nil {
		return nil
	}
	return collect(p.Root, ok)
}

// ID returns the text of the element with the id, and fails the test where there is none.
func (p *Page) ID(id string) string {
	p.c.T.Helper()
	n := p.Find(func(n *html.Node) bool { return Attr(n, "id") == id })
	if n == nil {
		p.c.T.Fatalf("%s has no #%s:\n%s", p.URL, id, clip(p.Text(), 1500))
	}
	return (&Page{Root: n}).Text()
}

// Link returns the address of the first link whose text or address contains the text.
func (p *Page) Link(text string) string {
	p.c.T.Helper()
	n := p.Find(func(n *html.Node) bool {
		return n.DataAtom == atom.A && (strings.Contains((&Page{Root: n}).Text(), text) || strings.Contains(Attr(n, "href"), text))
	})
	if n == nil {
		p.c.T.Fatalf("%s has no link %q:\n%s", p.URL, text, clip(p.Text(), 1500))
	}
	return Attr(n, "href")
}

// Click opens the first link whose text or address contains the text.
func (p *Page) Click(text string) *Page {
	p.c.T.Helper()
	u, err := p.URL.Parse(p.Link(text))
	if err != nil {
		p.c.T.Fatal(err)
	}
	return p.c.Get(u.String())
}

// Attr returns an attribute of an element, or "".
func Attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, name string) bool {
	for _, a := range n.Attr {
		if a.Key == name {
			return true
		}
	}
	return false
}

func collect(root *html.Node, ok func(*html.Node) bool) []*html.Node {
	var out []*html.Node
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		if n.Type == html.ElementNode && ok(n) {
			out = append(out, n)
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
	}
	walk(root)
	return out
}

func raw(n *html.Node) string {
	var b strings.Builder
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.TextNode {
			b.WriteString(c.Data)
		}
	}
	return b.String()
}

func clip(s string, n int) string {
	r := []rune(s)
	if len(r) > n {
		return string(r[:n]) + "…"
	}
	return s
}

// String is the address and status, for messages.
func (p *Page) String() string { return fmt.Sprintf("%d %s", p.Status, p.URL) }

// PageOf is a page that came another way than through a Client.
func PageOf(t testing.TB, address string, status int, body []byte) *Page {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	root, err := html.ParseWithOptions(bytes.NewReader(body), html.ParseOptionEnableScripting(false))
	if err != nil {
		t.Fatalf("%s: %v", address, err)
	}
	return &Page{c: &Client{T: t}, Status: status, URL: u, Body: body, Root: root}
}

// Title is the title of the window.
func (p *Page) Title() string {
	n := p.Find(func(n *html.Node) bool { return n.DataAtom == atom.Title && n.Namespace == "" })
	if n == nil {
		return ""
	}
	return (&Page{Root: n}).Text()
}
