package web

import (
	"fmt"
	"io"
	"net/http"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/klauspost/compress/gzhttp"

	"sanwen/internal/base/access"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/planted"
)

// serve turns a route into an http.Handler: limits, cross-origin check, forgetting, session, handler, errors.
func (s *Server) serve(route Route) http.Handler {
	run := func(w http.ResponseWriter, hr *http.Request) { s.answer(route, w, hr) }
	if route.Cache > 0 {
		run = func(w http.ResponseWriter, hr *http.Request) { s.cached(route, w, hr) }
	}
	compressed := s.gzip(http.HandlerFunc(run))
	if route.Stream {
		compressed = run
	}
	return http.HandlerFunc(func(w http.ResponseWriter, hr *http.Request) {
		began := clock.System().Now()
		out := &counter{ResponseWriter: w}
		if route.Slow > 0 {
			c := http.NewResponseController(w)
			c.SetReadDeadline(began.Add(route.Slow))
			c.SetWriteDeadline(began.Add(route.Slow))
		}
		if route.Camera {
			w.Header().Set("Permissions-Policy", permissionsCamera)
		}
		if hr.Body != nil {
			hr.Body = http.MaxBytesReader(w, hr.Body, route.limit())
		}
		if planted.Panic {
			plantedPanic(hr, "outside")
		}
		compressed(out, hr)
		pattern := route.Pattern
		if planted.Log && out.status >= 400 {
			s.Log.Error("planted", "from", hr.RemoteAddr)
		}
		if planted.Agent {
			pattern += " " + hr.UserAgent()
		}
		if s.Observe != nil && !route.Stream { // how long somebody reads a page is no measure of ours
			s.Observe(pattern, route.Group, out.status, clock.System().Now().Sub(began))
		}
	})
}

// answer runs a route. It reports whether the answer may be kept, because it is the same for everybody but for its own texts.
func (s *Server) answer(route Route, w http.ResponseWriter, hr *http.Request) (owns []own, keep bool) {
	foreign := s.cross.Check(hr)
	secure := s.Secure
	if route.Group == Anonymous {
		hr = forget(hr)
		w = &guard{ResponseWriter: w}
	}
	r := &Req{Server: s, Route: route, w: w, http: hr, secure: secure, Person: access.Nobody()}
	r.choose()
	defer func() {
		if p := recover(); p != nil {
			if p == http.ErrAbortHandler {
				panic(p)
			}
			r.fail(fault.Wrap(fault.Internal, "fault.internal", r.panicked(p)))
		}
	}()
	if planted.Panic {
		plantedPanic(hr, "inside")
	}
	if err := s.run(r, foreign); err != nil {
		r.fail(err)
	}
	if hr.Body != nil {
		io.CopyN(io.Discard, hr.Body, 256<<10) // lets the browser finish sending and read the answer
	}
	return r.owns, route.Group == Anonymous && (r.form == nil || len(r.owns) > 0) && r.toast == nil && r.Query(toastParam) == ""
}

// panicked describes a panic with the place where it happened. On an anonymous page the words of a panic may be the caller's, and
// only those of the Go runtime are known to be none of his.
func (r *Req) panicked(p any) error {
	if _, ok := p.(runtime.Error); !ok && r.Route.Group == Anonymous {
		p = fmt.Sprintf("(words of type %T removed)", p)
	}
	return fmt.Errorf("panic: %v\n%s", p, debug.Stack())
}

func (s *Server) run(r *Req, foreign error) error {
	if foreign != nil {
		return fault.Wrap(fault.Forbidden, "web.foreign", foreign)
	}
	if r.Route.Group != Anonymous {
		if err := r.recognise(); err != nil {
			return err
		}
	}
	if r.Route.Group == Signed {
		if r.Visitor == nil {
			if r.http.Method == http.MethodGet && !wantsJSON(r.http) {
				return r.Redirect("/login?next=" + escapeQuery(r.http.URL.RequestURI()))
			}
			return fault.New(fault.Unauthenticated, "access.signin")
		}
		if gate := r.Visitor.Gate; gate != "" && !strings.HasPrefix(r.http.URL.Path, gate) && r.http.URL.Path != "/logout" {
			if wantsJSON(r.http) {
				return fault.New(fault.Unauthenticated, "access.signin")
			}
			return r.Redirect(gate)
		}
		if !r.Route.admits(r.Person) {
			return fault.New(fault.Forbidden, "access.denied")
		}
	}
	return r.Route.Handler(r)
}

// noPage answers addresses and methods that no route has.
func (s *Server) noPage(r *Req) error {
	var methods []string
	for _, m := range []string{http.MethodGet, http.MethodPost} {
		if _, pattern := s.mux.Handler(&http.Request{Method: m, URL: r.http.URL}); pattern != "/" {
			methods = append(methods, m)
		}
	}
	if len(methods) == 0 {
		return fault.New(fault.NotFound, "fault.not_found")
	}
	if slices.Contains(methods, http.MethodGet) {
		methods = append(methods, http.MethodHead)
	}
	r.w.Header().Set("Allow", strings.Join(methods, ", "))
	r.status = http.StatusMethodNotAllowed
	return fault.New(fault.Invalid, "fault.method")
}

// compressor compresses pages. Jitter in the length hides how well a secret and something typed compress together.
func compressor() func(http.Handler) http.HandlerFunc {
	wrap, err := gzhttp.NewWrapper(gzhttp.MinSize(1024), gzhttp.CompressionLevel(5), gzhttp.EnableZstd(false),
		gzhttp.RandomJitter(32, 0, false))
	if err != nil {
		panic(err)
	}
	return wrap
}

// counter remembers the status for metrics.
type counter struct {
	http.ResponseWriter
	status int
}

func (c *counter) WriteHeader(status int) {
	if c.status == 0 {
		c.status = status
	}
	c.ResponseWriter.WriteHeader(status)
}

func (c *counter) Write(b []byte) (int, error) {
	if c.status == 0 {
		c.status = http.StatusOK
	}
	return c.ResponseWriter.Write(b)
}

// Unwrap serves http.ResponseController.
func (c *counter) Unwrap() http.ResponseWriter { return c.ResponseWriter }
