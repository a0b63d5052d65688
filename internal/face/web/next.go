package web

import (
	"net/http"
	"net/url"
	"strings"
)

// Local reports whether target is a path of this site that somebody may be sent to: absolute, without host, and registered as
// a GET route. It is for "next" parameters, which anybody can write.
func (s *Server) Local(target string) bool {
	if !strings.HasPrefix(target, "/") || strings.HasPrefix(target, "//") || len(target) > 2000 {
		return false
	}
	for _, c := range target {
		if c <= ' ' || c == '\\' || c == 0x7f {
			return false
		}
	}
	u, err := url.Parse(target)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || u.Opaque != "" || strings.HasPrefix(u.Path, "//") ||
		strings.ContainsAny(u.Path, "\\\r\n\t") {
		return false
	}
	_, pattern := s.mux.Handler(&http.Request{Method: http.MethodGet, URL: &url.URL{Path: u.Path}})
	return pattern != "" && pattern != "/"
}
