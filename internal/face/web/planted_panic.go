package web

import "net/http"

// plantedPanic panics with the caller's words where the address asks for it. It is reached only in builds for the test of traces.
func plantedPanic(hr *http.Request, where string) {
	if hr.URL.Query().Get("panic") == where {
		panic("planted " + hr.URL.RawQuery + " " + hr.UserAgent() + " " + hr.RemoteAddr)
	}
}
