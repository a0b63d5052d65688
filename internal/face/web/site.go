package web

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"sanwen/internal/base/access"
	"sanwen/internal/base/event"
	"sanwen/internal/base/login"
	"sanwen/internal/base/org/known"
	"sanwen/internal/ground/blob"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/lang"
	"sanwen/internal/ground/seal"
	"sanwen/internal/reading/insight/alike"
	"sanwen/internal/reading/insight/topics"
	"sanwen/internal/reading/publish"
	"sanwen/internal/work/survey"
	"sanwen/internal/work/voice"
)

// Site is what the pages of one installation stand on. The app fills it; nothing here is global.
type Site struct {
	DB       *db.DB
	Clock    clock.Clock
	Zone     *time.Location
	Log      *slog.Logger
	Keys     *seal.Keys
	Sessions Sessions
	Logins   *login.Service // accounts and sign-in
	Blobs    blob.Store     // photos as they are stored
	Photos   *blob.Photos   // makes stored photos of uploads
	Record   *event.Log     // proofs and checkpoints
	Topics   *topics.Topics // proposes topics at triage; it may be nil
	Alike    *alike.Finder  // finds what speaks of the same; it may be nil

	// Base is the address at which the program answers, for codes to scan where the setting site.url is empty.
	Base string
	// Secure says that people reach the site through TLS: cookies get the __Host- prefix and answers HSTS.
	Secure bool
	// Demo shows the page of components.
	Demo bool
	// Contact is where to ask for help, shown at the same place of every page. It may be nil.
	Contact func(lang.Lang) Contact
	// ReadOnly says why nothing may be written at the moment, as a language key, or "". It may be nil. That the storage refuses is
	// found out without it.
	ReadOnly func() string
	// Observe is told of every answer, for metrics. The route is the pattern, never the address. It may be nil.
	Observe func(route string, g Group, status int, took time.Duration)
}

// Contact is the union's name and where it can be reached without this program.
type Contact struct{ Name, Phone, Hours string }

// Sessions finds who is behind a session cookie.
type Sessions interface {
	// Visitor returns the person of a session token, or nil for a token that is unknown, ended or expired.
	Visitor(ctx context.Context, token string) (*Visitor, error)
}

// Visitor is a person with a session.
type Visitor struct {
	Person  access.Person
	Session string // the session's own id, for the list of sessions
	Big     int    // text size of the account, 0 to 3
	Gate    string // path that has to be done before anything else (first password), or ""
}

// Server serves the pages of one site.
type Server struct {
	*Site
	mux    *http.ServeMux
	routes []Route
	cross  *http.CrossOriginProtection
	gzip   func(http.Handler) http.HandlerFunc
	pages  templates
	door   *voice.Door    // opens threads by number and code
	board  *publish.Board // what everybody may see
	cache  pageCache
	casts  casts        // of receipts
	known  *known.Org   // settings and places, for what is only shown
	flood  flood        // of anonymous voices
	codes  *survey.Door // lets codes on paper be tried
	walked flood        // of answers to surveys by whoever comes by
	still  standstill
	live   *live // tells open lists what has changed
}

// New makes the server of a site from the route table. It panics on a route without group or policy.
func New(s *Site) *Server { return newServer(s, Routes()) }

func newServer(site *Site, table []Route) *Server {
	s := &Server{Site: site, mux: http.NewServeMux(), cross: http.NewCrossOriginProtection(), gzip: compressor()}
	s.pages.zone = site.Zone
	if site.DB != nil {
		s.door, s.board, s.known = voice.NewDoor(site.DB, site.Keys), publish.New(site.DB), known.New(site.DB)
		s.codes = survey.NewDoor(site.DB)
	}
	if site.DB != nil {
		site.DB.AfterCommit(s.cache.changed)
		s.live = newLive(site.DB)
		site.DB.AfterCommit(s.live.stir)
	}
	for _, r := range table {
		r.check()
		if strings.HasPrefix(r.Path(), "/design") && !site.Demo {
			continue
		}
		s.routes = append(s.routes, r)
		s.mux.Handle(r.Pattern, s.serve(r))
	}
	s.mux.Handle("/", s.serve(Route{Pattern: "/", Group: Anonymous, Policy: Anyone, Handler: s.noPage}))
	return s
}

// Table returns the routes that are served.
func (s *Server) Table() []Route { return s.routes }

// HTTPServer wraps handler, usually s itself behind the probes, with the timeouts and the log of a server that faces people.
func (s *Server) HTTPServer(addr string, handler http.Handler) *http.Server {
	srv := &http.Server{
		Addr:              addr,
		Handler:           handler,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       60 * time.Second,
		WriteTimeout:      90 * time.Second,
		IdleTimeout:       120 * time.Second,
		MaxHeaderBytes:    16 << 10,
		ErrorLog:          ErrorLog(s.Log),
	}
	if s.live != nil {
		srv.RegisterOnShutdown(s.live.end)
	}
	return srv
}

// ServeHTTP answers a request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	setHeaders(w.Header(), s.Secure)
	s.mux.ServeHTTP(w, r)
}
