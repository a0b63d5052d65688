package browser

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"sanwen/internal/ground/lang"
)

// wire is the network between a browser and the site: it can be cut, and it can lose an answer whose request has arrived.
type wire struct {
	*httptest.Server
	down  atomic.Bool
	lose  atomic.Int32 // how many answers to POST go lost
	posts atomic.Int32 // POST requests that reached the site

	change atomic.Value // func(*http.Request, []byte) []byte: what becomes of an answer
}

func (s *site) wire(t *testing.T) *wire {
	t.Helper()
	to, err := url.Parse(s.Base)
	if err != nil {
		t.Fatal(err)
	}
	proxy := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(to)
		r.Out.Host = r.In.Host
		if r.In.URL.Path == "/sw.js" {
			r.Out.Header.Set("Accept-Encoding", "identity")
		}
	}, FlushInterval: -1}
	w := &wire{}
	proxy.ModifyResponse = func(r *http.Response) error {
		change, ok := w.change.Load().(func(*http.Request, []byte) []byte)
		if !ok || r.Header.Get("Content-Encoding") != "" || strings.HasPrefix(r.Header.Get("Content-Type"), "text/event-stream") {
			return nil
		}
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return err
		}
		r.Body.Close()
		body = change(r.Request, body)
		r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
		r.Header.Set("Content-Length", strconv.Itoa(len(body)))
		return nil
	}
	w.Server = httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if w.down.Load() {
			panic(http.ErrAbortHandler)
		}
		if r.Method == http.MethodPost && !strings.HasPrefix(r.URL.Path, "/login") {
			w.posts.Add(1)
			if w.lose.Add(-1) >= 0 {
				proxy.ServeHTTP(httptest.NewRecorder(), r)
				panic(http.ErrAbortHandler)
			}
		}
		proxy.ServeHTTP(rw, r)
	}))
	t.Cleanup(func() { w.CloseClientConnections(); w.Close() })
	return w
}

// ownBrowser is a Chromium of its own with a profile that outlives it.
type ownBrowser struct {
	*walker
	process *os.Process
	stop    func()
	once    sync.Once
}

// browse starts a Chromium on a profile. It is for one test at a time, and ended by kill or with the test.
func (s *site) browse(t *testing.T, profile, base string, v screen, more ...chromedp.ExecAllocatorOption) *ownBrowser {
	t.Helper()
	if v.Lang == "" {
		v.Lang = lang.ZH
	}
	path, err := findChrome()
	if err != nil {
		t.Fatal(err)
	}
	opts := []chromedp.ExecAllocatorOption{chromedp.ExecPath(path), chromedp.UserDataDir(profile), chromedp.Flag("lang", "zh-CN"),
		chromedp.Flag("force-color-profile", "srgb"), chromedp.Flag("disable-features", "Translate,OptimizationHints,MediaRouter")}
	for _, f := range flags {
		opts = append(opts, chromedp.Flag(f, true))
	}
	alloc, stop := chromedp.NewExecAllocator(context.Background(), append(opts, more...)...)
	at := *s
	at.Base = base
	w := &walker{t: t, s: &at, screen: v, byID: map[network.RequestID]*asked{}, meant: map[string]bool{}}
	ctx, cancel := chromedp.NewContext(alloc, chromedp.WithListener(w.hear))
	w.ctx = ctx
	if err := chromedp.Do(ctx); err != nil {
		t.Fatal(err)
	}
	b := &ownBrowser{walker: w, process: chromedp.FromContext(ctx).Browser.Process()}
	b.stop = func() { b.once.Do(func() { cancel(); stop() }) }
	t.Cleanup(b.stop)
	w.resize(v.Width)
	w.dark(false)
	return b
}

// kill ends the browser as a dead battery does.
func (b *ownBrowser) kill() {
	b.t.Helper()
	if err := b.process.Kill(); err != nil {
		b.t.Fatal(err)
	}
	b.stop()
	b.taken()
}

// cut switches the network off or on, for the browser and on the wire.
func (b *ownBrowser) cut(w *wire, off bool) {
	b.t.Helper()
	w.down.Store(off)
	if off {
		w.CloseClientConnections()
	}
	b.do(call(network.OverrideNetworkState, network.OverrideNetworkStateParams{Offline: off}))
}

// visit goes to an address and does not care for the answer, which may be the worker's own.
func visit(address string) chromedp.Action[chromedp.Void] {
	return call(page.Navigate, page.NavigateParams{URL: address})
}

// until waits until a promise of the page comes true.
func (w *walker) until(expr string) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.ctx, patience)
	defer cancel()
	for {
		v, err := chromedp.Run(ctx, chromedp.Evaluate[bool](`(async () => !!(await (`+expr+`)))()`, chromedp.EvalAwaitPromise))
		if err == nil && v {
			return
		}
		if ctx.Err() != nil {
			w.fail("waited in vain for %s", expr)
		}
		chromedp.Run(ctx, chromedp.Sleep(glance))
	}
}
