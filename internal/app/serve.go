package app

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"time"

	"sanwen/internal/face/web"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/lang"
)

// ServeCmd serves the pages.
type ServeCmd struct{ Listen }

// Run opens the installation, says where the pages are, and serves until the context ends. Before the first account it
// prints the one-time set-up link.
func (c ServeCmd) Run(ctx context.Context, cfg *Config, s Streams) error {
	a, err := Open(ctx, *cfg, nil, s.Err)
	if err != nil {
		return err
	}
	defer a.Close()
	return a.Serve(ctx, c.Listen, func(base string) error {
		l := lang.ZH
		fmt.Fprintf(s.Out, "%s %s\n", l.T("app.ready"), base)
		return a.printSetup(ctx, base, s.Out)
	})
}

// base returns the address that people type.
func (l Listen) base(addr net.Addr) string {
	if l.BaseURL != "" {
		return l.BaseURL
	}
	scheme := "http"
	if l.TLSCert != "" {
		scheme = "https"
	}
	return scheme + "://" + addr.String()
}

// Serve listens, calls ready with the address that people type, and serves until ctx ends; then it lets running requests
// and jobs finish for at most l.Grace.
func (a *App) Serve(ctx context.Context, l Listen, ready func(base string) error) error {
	ln, err := net.Listen("tcp", l.Addr)
	if err != nil {
		return fault.Wrap(fault.Unavailable, "app.listen", err, l.Addr)
	}
	defer ln.Close()
	defer gentle()()
	base := l.base(ln.Addr())
	m := newMetrics(a)
	pages := web.New(a.site(base, l.TLSCert != "" || secure(l.BaseURL), m.observe))
	srv := pages.HTTPServer(l.Addr, a.probes(pages, m, l.Metrics == ""))

	work, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	var loops sync.WaitGroup
	loops.Go(func() { a.Log.Run(work) })
	loops.Go(func() { a.Jobs.Run(work) })
	loops.Go(func() { a.rest(work, m.served.Load) })
	loops.Go(func() {
		a.Alike.Follow(work, a.DB, func(err error) { a.Logger.Error("insight: following", "err", err) })
	})
	var extra *http.Server
	if l.Metrics != "" {
		extra = &http.Server{Addr: l.Metrics, Handler: m.handler(), ReadHeaderTimeout: 5 * time.Second, ErrorLog: web.ErrorLog(a.Logger)}
		loops.Go(func() {
			if err := extra.ListenAndServe(); err != nil && !errors.Is(err, http.ErrServerClosed) {
				a.Logger.Error("metrics", "err", err)
			}
		})
	}
	failed := make(chan error, 1)
	go func() {
		if l.TLSCert != "" {
			failed <- srv.ServeTLS(ln, l.TLSCert, l.TLSKey)
		} else {
			failed <- srv.Serve(ln)
		}
	}()
	if err := ready(base); err != nil {
		stop()
		srv.Close()
		loops.Wait()
		return err
	}
	select {
	case err = <-failed:
	case <-ctx.Done():
		a.Logger.Info("shutting down")
		grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), l.Grace)
		err = srv.Shutdown(grace)
		cancel()
		if errors.Is(err, context.DeadlineExceeded) {
			srv.Close()
			err = nil
		}
	}
	stop()
	if extra != nil {
		extra.Close()
	}
	loops.Wait()
	if errors.Is(err, http.ErrServerClosed) {
		err = nil
	}
	return err
}

func secure(base string) bool { return len(base) > 8 && base[:8] == "https://" }

// probes puts the addresses for machines in front of the pages: /livez (the process answers), /readyz (a write goes
// through to the disk), /metrics (Prometheus), the last only for callers on this machine and only if it has no address of
// its own.
func (a *App) probes(pages http.Handler, m *metrics, withMetrics bool) http.Handler {
	mux := http.NewServeMux()
	plain := func(w http.ResponseWriter, status int, text string) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.Header().Set("Cache-Control", "no-store")
		w.WriteHeader(status)
		fmt.Fprintln(w, text)
	}
	mux.HandleFunc("GET /livez", func(w http.ResponseWriter, _ *http.Request) { plain(w, http.StatusOK, "ok") })
	ready := a.readiness()
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		if err := ready(r.Context()); err != nil {
			w.Header().Set("Retry-After", "5")
			plain(w, http.StatusServiceUnavailable, "not ready: "+fault.Of(err).Key)
			return
		}
		plain(w, http.StatusOK, "ok")
	})
	if withMetrics {
		h := m.handler()
		mux.HandleFunc("GET /metrics", func(w http.ResponseWriter, r *http.Request) {
			if ap, err := netip.ParseAddrPort(r.RemoteAddr); err != nil || !ap.Addr().Unmap().IsLoopback() {
				http.NotFound(w, r)
				return
			}
			h.ServeHTTP(w, r)
		})
	}
	mux.Handle("/", pages)
	return mux
}

// readiness returns the check behind /readyz: a real write, at most once a second however often it is asked.
func (a *App) readiness() func(context.Context) error {
	var mu sync.Mutex
	var at time.Time
	var last error
	return func(ctx context.Context) error {
		mu.Lock()
		defer mu.Unlock()
		if now := a.Clock.Now(); at.IsZero() || now.Sub(at) >= time.Second || now.Before(at) {
			at, last = now, a.DB.Ready(ctx)
		}
		return last
	}
}
