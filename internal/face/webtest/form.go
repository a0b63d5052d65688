package webtest

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

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

// controls returns the fields and buttons of a form, those outside it that name it with form="id" too. What is in a template is none of them.
func controls(root, form *html.Node) []*html.Node {
	input := func(n *html.Node) bool {
		for p := n.Parent; p != nil; p = p.Parent {
			if p.DataAtom == atom.Template {
				return false
			}
		}
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
