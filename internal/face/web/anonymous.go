package web

import (
	"context"
	"net/http"
	"net/url"
	"strings"
)

// forget removes from the request everything that could tell one anonymous caller from another. What is left is what the page
// needs: method, path, query, body, its length and type, whether JSON is wanted and whether the answer may be compressed. The
// list is of what stays, so that a header nobody thought of goes too. It runs after the cross-origin check, which needs Origin
// and Host, and before any handler.
func forget(r *http.Request) *http.Request {
	kept := http.Header{}
	for _, name := range []string{"Content-Type", "Content-Length"} {
		if v := r.Header.Get(name); v != "" {
			kept.Set(name, v)
		}
	}
	if wantsJSON(r) {
		kept.Set("Accept", "application/json")
	}
	if acceptsGzip(r) {
		kept.Set("Accept-Encoding", "gzip")
	}
	clean := &http.Request{
		Method: r.Method, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		URL:    &url.URL{Path: r.URL.Path, RawPath: r.URL.RawPath, RawQuery: r.URL.RawQuery},
		Header: kept, Body: r.Body, ContentLength: r.ContentLength, Pattern: r.Pattern,
	}
	for name := range pathNames(r.Pattern) {
		clean.SetPathValue(name, r.PathValue(name))
	}
	return clean.WithContext(withoutValues{r.Context()})
}

// pathNames yields the wildcards of a ServeMux pattern.
func pathNames(pattern string) map[string]bool {
	names := map[string]bool{}
	for _, part := range strings.Split(pattern, "/") {
		if name, ok := strings.CutPrefix(part, "{"); ok {
			names[strings.TrimSuffix(strings.TrimSuffix(name, "}"), "...")] = true
		}
	}
	delete(names, "$")
	return names
}

// withoutValues keeps a context's end but not its values, among which net/http puts the local address.
type withoutValues struct{ context.Context }

func (withoutValues) Value(any) any { return nil }

// guard is the answer of an anonymous route: a cookie or validator that reaches it is taken out again.
type guard struct {
	http.ResponseWriter
	wrote bool
}

func (g *guard) clean() {
	if g.wrote {
		return
	}
	g.wrote = true
	for _, name := range []string{"Set-Cookie", "ETag", "Last-Modified", "Server"} {
		g.Header().Del(name)
	}
}

func (g *guard) WriteHeader(status int) { g.clean(); g.ResponseWriter.WriteHeader(status) }

func (g *guard) Write(b []byte) (int, error) { g.clean(); return g.ResponseWriter.Write(b) }

// Unwrap serves http.ResponseController.
func (g *guard) Unwrap() http.ResponseWriter { return g.ResponseWriter }

func wantsJSON(r *http.Request) bool {
	a := r.Header.Get("Accept")
	return strings.Contains(a, "application/json") || strings.Contains(a, "application/problem+json")
}

func acceptsGzip(r *http.Request) bool {
	for _, part := range strings.Split(r.Header.Get("Accept-Encoding"), ",") {
		coding, q, _ := strings.Cut(strings.TrimSpace(part), ";")
		if strings.EqualFold(coding, "gzip") {
			return strings.ReplaceAll(q, " ", "") != "q=0"
		}
	}
	return false
}
