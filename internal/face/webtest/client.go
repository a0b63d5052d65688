// Package webtest is a small browser without scripts for tests: it opens pages, reads what they say, fills in their forms
// and sends them, and so goes exactly the way of a person whose browser runs no script.
package webtest

import (
	"bytes"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"slices"
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

// Form is a form of a page as a person fills it in.
type Form struct {
	page   *Page
	node   *html.Node
	Values url.Values
	files  []file
	press  *html.Node
}

type file struct {
	field, name string
	body        []byte
}

// Form returns the first form whose action, id or text contains the text ("" is the first form that posts).
func (p *Page) Form(text string) *Form {
	p.c.T.Helper()
	n := p.Find(func(n *html.Node) bool {
		if n.DataAtom != atom.Form {
			return false
		}
		if text == "" {
			return strings.EqualFold(Attr(n, "method"), "post")
		}
		return Attr(n, "id") == text || strings.Contains(Attr(n, "action"), text) || strings.Contains((&Page{Root: n}).Text(), text)
	})
	if n == nil {
		p.c.T.Fatalf("%s has no form %q:\n%s", p.URL, text, clip(p.Text(), 2000))
	}
	return p.form(n)
}

func (p *Page) form(n *html.Node) *Form {
	f := &Form{page: p, node: n, Values: url.Values{}}
	for _, e := range controls(p.Root, n) {
		name := Attr(e, "name")
		if name == "" || has(e, "disabled") {
			continue
		}
		switch e.DataAtom {
		case atom.Textarea:
			f.Values.Add(name, strings.TrimPrefix(raw(e), "\n"))
		case atom.Select:
			opts := collect(e, func(n *html.Node) bool { return n.DataAtom == atom.Option })
			for i, o := range opts {
				if has(o, "selected") || i == 0 && !anySelected(opts) {
					f.Values.Add(name, optionValue(o))
				}
			}
		case atom.Input:
			switch strings.ToLower(Attr(e, "type")) {
			case "submit", "button", "image", "reset", "file":
			case "checkbox", "radio":
				if has(e, "checked") {
					v := Attr(e, "value")
					if v == "" {
						v = "on"
					}
					f.Values.Add(name, v)
				}
			default:
				f.Values.Add(name, Attr(e, "value"))
			}
		}
	}
	return f
}

// Set fills in a field that the form has.
func (f *Form) Set(name string, values ...string) *Form {
	f.page.c.T.Helper()
	found := false
	for _, e := range controls(f.page.Root, f.node) {
		found = found || Attr(e, "name") == name
	}
	if !found {
		f.page.c.T.Fatalf("%s: the form has no field %q; it has %v", f.page.URL, name, f.Names())
	}
	f.Values[name] = values
	return f
}

// Names lists the fields of the form.
func (f *Form) Names() []string {
	var out []string
	for _, e := range controls(f.page.Root, f.node) {
		if n := Attr(e, "name"); n != "" {
			out = append(out, n+"="+Attr(e, "value"))
		}
	}
	return out
}

// Attach chooses a file.
func (f *Form) Attach(field, name string, body []byte) *Form {
	f.files = append(f.files, file{field, name, body})
	return f
}

// Submit sends the form, by the button with that name and value ("name=value"), if one is given.
func (f *Form) Submit(button ...string) *Page {
	f.page.c.T.Helper()
	return f.page.c.Do(f.Request(button...))
}

// PressIn sends the form by its button with an address of its own (formaction) holding the text.
func (f *Form) PressIn(address string) *Page {
	f.page.c.T.Helper()
	for _, e := range controls(f.page.Root, f.node) {
		if e.DataAtom == atom.Button && strings.Contains(Attr(e, "formaction"), address) {
			f.press = e
			return f.Submit()
		}
	}
	f.page.c.T.Fatalf("%s: the form has no button to %q", f.page.URL, address)
	return nil
}

// Press sends the form by its button with the value.
func (f *Form) Press(value string) *Page {
	f.page.c.T.Helper()
	for _, e := range controls(f.page.Root, f.node) {
		if e.DataAtom == atom.Button && Attr(e, "value") == value {
			f.press = e
			return f.Submit()
		}
	}
	f.page.c.T.Fatalf("%s: the form has no button %q", f.page.URL, value)
	return nil
}

// Press sends the form that has a button with an address of its own (formaction) holding the text, by that button.
func (p *Page) Press(address string) *Page {
	p.c.T.Helper()
	n := p.Find(func(n *html.Node) bool {
		return n.DataAtom == atom.Button && strings.Contains(Attr(n, "formaction"), address)
	})
	if n == nil {
		p.c.T.Fatalf("%s has no button to %q:\n%s", p.URL, address, clip(p.Text(), 2000))
	}
	form := n
	for form != nil && form.DataAtom != atom.Form {
		form = form.Parent
	}
	if id := Attr(n, "form"); id != "" {
		form = p.Find(func(n *html.Node) bool { return Attr(n, "id") == id })
	}
	f := p.form(form)
	f.press = n
	return f.Submit()
}

// Request is the request that Submit would send.
func (f *Form) Request(button ...string) *http.Request {
	f.page.c.T.Helper()
	t := f.page.c.T
	values := url.Values{}
	for k, v := range f.Values {
		values[k] = append([]string{}, v...)
	}
	action := Attr(f.node, "action")
	if f.press != nil {
		if a := Attr(f.press, "formaction"); a != "" {
			action = a
		}
		if name := Attr(f.press, "name"); name != "" {
			values.Add(name, Attr(f.press, "value"))
		}
	}
	if len(button) > 0 {
		name, value, _ := strings.Cut(button[0], "=")
		var b *html.Node
		for _, e := range controls(f.page.Root, f.node) {
			if Attr(e, "name") == name && Attr(e, "value") == value && (e.DataAtom == atom.Button || Attr(e, "type") == "submit") {
				b = e
			}
		}
		if b == nil {
			t.Fatalf("%s: the form has no button %q; it has %v", f.page.URL, button[0], f.Names())
		}
		values.Add(name, value)
		if a := Attr(b, "formaction"); a != "" {
			action = a
		}
	}
	u, err := f.page.URL.Parse(action)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.EqualFold(Attr(f.node, "method"), "post") {
		u.RawQuery = values.Encode()
		req, err := http.NewRequest(http.MethodGet, u.String(), nil)
		if err != nil {
			t.Fatal(err)
		}
		return req
	}
	body, kind := &bytes.Buffer{}, "application/x-www-form-urlencoded"
	if strings.EqualFold(Attr(f.node, "enctype"), "multipart/form-data") {
		m := multipart.NewWriter(body)
		for k, vs := range values {
			for _, v := range vs {
				if err := m.WriteField(k, v); err != nil {
					t.Fatal(err)
				}
			}
		}
		for _, x := range f.files {
			w, err := m.CreateFormFile(x.field, x.name)
			if err == nil {
				_, err = w.Write(x.body)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		m.Close()
		kind = m.FormDataContentType()
	} else {
		if len(f.files) > 0 {
			t.Fatalf("%s: the form sends no files", f.page.URL)
		}
		body.WriteString(values.Encode())
	}
	req, err := http.NewRequest(http.MethodPost, u.String(), body)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", kind)
	return req
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

// controls returns the fields and buttons of a form, those outside it that name it with form="id" too.
func controls(root, form *html.Node) []*html.Node {
	input := func(n *html.Node) bool {
		switch n.DataAtom {
		case atom.Input, atom.Textarea, atom.Select, atom.Button:
			return true
		}
		return false
	}
	out := collect(form, input)
	if id := Attr(form, "id"); id != "" {
		out = append(out, collect(root, func(n *html.Node) bool { return input(n) && Attr(n, "form") == id })...)
	}
	return out
}

func anySelected(opts []*html.Node) bool {
	for _, o := range opts {
		if has(o, "selected") {
			return true
		}
	}
	return false
}

func optionValue(o *html.Node) string {
	if has(o, "value") {
		return Attr(o, "value")
	}
	return strings.TrimSpace(raw(o))
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

// FormAt returns the form that the element is.
func (p *Page) FormAt(n *html.Node) *Form { return p.form(n) }

// Typed lists the fields of the form that a person fills in.
func (f *Form) Typed() []string {
	var out []string
	for _, e := range controls(f.page.Root, f.node) {
		if name := Attr(e, "name"); name != "" && field(e) && Attr(e, "type") != "file" && !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}
