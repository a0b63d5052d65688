package webtest

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// RawForm is a form that was read without a test behind it: for load generators, whose failures are results.
type RawForm struct {
	Action string
	Multi  bool // multipart/form-data
	Values url.Values
}

// ReadForm reads the first form that posts and whose action contains the text.
func ReadForm(page []byte, action string) (*RawForm, error) {
	root, err := html.Parse(bytes.NewReader(page))
	if err != nil {
		return nil, err
	}
	for _, n := range collect(root, func(n *html.Node) bool { return n.DataAtom == atom.Form }) {
		if !strings.EqualFold(Attr(n, "method"), "post") || !strings.Contains(Attr(n, "action"), action) {
			continue
		}
		f := &RawForm{Action: Attr(n, "action"), Multi: strings.EqualFold(Attr(n, "enctype"), "multipart/form-data"), Values: url.Values{}}
		for _, e := range controls(root, n) {
			name := Attr(e, "name")
			switch {
			case name == "" || has(e, "disabled"):
			case e.DataAtom == atom.Textarea:
				f.Values.Add(name, strings.TrimPrefix(raw(e), "\n"))
			case e.DataAtom == atom.Input:
				switch t := strings.ToLower(Attr(e, "type")); {
				case t == "submit" || t == "button" || t == "file":
				case t == "checkbox" || t == "radio":
					if has(e, "checked") {
						f.Values.Add(name, Attr(e, "value"))
					}
				default:
					f.Values.Add(name, Attr(e, "value"))
				}
			}
		}
		return f, nil
	}
	return nil, fmt.Errorf("no form that posts to %q", action)
}

// Request is the request that sends the form from a page of the server at base.
func (f *RawForm) Request(base string) (*http.Request, error) {
	body, kind := &bytes.Buffer{}, "application/x-www-form-urlencoded"
	if f.Multi {
		m := multipart.NewWriter(body)
		for k, vs := range f.Values {
			for _, v := range vs {
				if err := m.WriteField(k, v); err != nil {
					return nil, err
				}
			}
		}
		if err := m.Close(); err != nil {
			return nil, err
		}
		kind = m.FormDataContentType()
	} else {
		body.WriteString(f.Values.Encode())
	}
	req, err := http.NewRequest(http.MethodPost, base+f.Action, body)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", kind)
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	req.Header.Set("Origin", base)
	return req, nil
}
