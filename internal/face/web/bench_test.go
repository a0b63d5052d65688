package web

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

// discard is an answer that nobody reads.
type discard struct{ h http.Header }

func (d discard) Header() http.Header         { return d.h }
func (d discard) Write(b []byte) (int, error) { return len(b), nil }
func (d discard) WriteHeader(int)             {}

func BenchmarkPage(b *testing.B) {
	s := setUpFor(b, Route{Pattern: "GET /probe", Group: Anonymous, Policy: Anyone, Handler: show})
	for _, c := range []struct{ name, path, coding string }{
		{"small", "/probe", ""}, {"small-gzip", "/probe", "gzip"}, {"large", "/design/phone", ""}, {"large-gzip", "/design/phone", "gzip"},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				r := httptest.NewRequest(http.MethodGet, c.path, nil)
				r.Header.Set("Accept-Encoding", c.coding)
				s.ServeHTTP(discard{http.Header{}}, r)
			}
		})
	}
}
