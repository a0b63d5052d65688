package browser

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// TestMain closes the browser after the last test.
func TestMain(m *testing.M) {
	code := m.Run()
	if chrome.close != nil {
		chrome.close()
	}
	closeTemplate()
	os.Exit(code)
}

// chrome is the one browser of the test process.
var chrome struct {
	once  sync.Once
	ctx   context.Context
	close func()
	err   error
}

// flags of the browser: nothing of its own goes to the network, and nothing asks questions.
var flags = []string{"headless", "no-sandbox", "disable-gpu", "disable-background-networking", "disable-quic", "no-first-run",
	"disable-component-update", "disable-sync", "disable-extensions", "disable-default-apps", "disable-dev-shm-usage",
	"disable-background-timer-throttling", "disable-renderer-backgrounding", "hide-scrollbars", "mute-audio", "no-proxy-server"}

func findChrome() (string, error) {
	for _, name := range []string{"/usr/bin/chromium", "chromium", "chromium-browser", "google-chrome"} {
		if p, err := exec.LookPath(name); err == nil {
			return p, nil
		}
	}
	return "", errors.New("no Chromium found: install it with `make tools`")
}

// browserContext returns the context of the running browser, which it starts with a fresh profile the first time.
func browserContext(t testing.TB) context.Context {
	t.Helper()
	chrome.once.Do(func() {
		path, err := findChrome()
		if err != nil {
			chrome.err = err
			return
		}
		opts := []chromedp.ExecAllocatorOption{chromedp.ExecPath(path), chromedp.WindowSize(1280, 900), chromedp.Flag("lang", "zh-CN"),
			chromedp.Flag("force-color-profile", "srgb"), chromedp.Flag("disable-features", "Translate,OptimizationHints,MediaRouter")}
		for _, f := range flags {
			opts = append(opts, chromedp.Flag(f, true))
		}
		alloc, stop := chromedp.NewExecAllocator(context.Background(), opts...)
		ctx, cancel := chromedp.NewContext(alloc)
		if err := chromedp.Do(ctx); err != nil {
			cancel()
			stop()
			chrome.err = fmt.Errorf("starting %s: %w", path, err)
			return
		}
		chrome.ctx = ctx
		chrome.close = func() {
			chromedp.Cancel(ctx)
			stop()
		}
	})
	if chrome.err != nil {
		t.Fatal(chrome.err)
	}
	return chrome.ctx
}

// patience is how long one step in the browser may take before the test fails: long, for a busy machine keeps a window waiting; and glance
// how long one waits before looking again.
const (
	patience = 90 * time.Second
	glance   = 50 * time.Millisecond
)
