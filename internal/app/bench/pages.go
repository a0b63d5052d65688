package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// pages measures the pages that everybody opens beside a bare net/http handler that writes the same bytes.
func (b *bench) pages(ctx context.Context) error {
	data := filepath.Join(b.dir, "pages")
	if out, err := exec.CommandContext(ctx, b.bin, "demo", "--only-make", "--data", data).CombinedOutput(); err != nil {
		return fmt.Errorf("%w: %s", err, out)
	}
	s, err := b.start(ctx, data)
	if err != nil {
		return err
	}
	defer s.stop()
	time.Sleep(time.Second)
	b.note("memory at rest, demonstration", fmt.Sprintf("%d MiB", s.memory()), "≤ 150 MiB", "")
	for _, p := range []string{"/board", "/p/P104M"} {
		page, err := body(s.base + p)
		if err != nil {
			return err
		}
		bare, stop, err := bareServer(page)
		if err != nil {
			return err
		}
		ours, theirs, err := b.turns(ctx, s.base+p, bare)
		stop()
		if err != nil {
			return err
		}
		b.note(p+": requests/s, 16 clients", fmt.Sprintf("%.0f/s, p95 %s", ours.perSecond(), round(ours.quantile(.95))), "≥ 30 % of bare",
			fmt.Sprintf("bare handler, the same %d bytes: %.0f/s; ratio %.0f %%", len(page), theirs.perSecond(), 100*ours.perSecond()/theirs.perSecond()))
	}
	return nil
}

// turns measures two pages in turns of a second, so that whatever else the machine does weighs on both.
func (b *bench) turns(ctx context.Context, one, other string) (a, z times, err error) {
	for range max(2, int(b.seconds/time.Second)) {
		for url, sum := range map[string]*times{one: &a, other: &z} {
			t, err := pageLoad(ctx, url, 16, time.Second, nil)
			if err != nil {
				return a, z, err
			}
			sum.add(t)
		}
	}
	return a, z, nil
}

// pageLoad lets n clients read a page again and again.
func pageLoad(ctx context.Context, url string, n int, span time.Duration, cookie *http.Cookie) (times, error) {
	request, err := page(url, cookie, cookie != nil)
	if err != nil {
		return times{}, err
	}
	base, _, _ := strings.Cut(strings.TrimPrefix(url, "http://"), "/")
	all, end, err := dialAll(base, n)
	if err != nil {
		return times{}, err
	}
	defer end()
	for _, c := range all {
		if err := want(c, request); err != nil { // the first answer is not measured
			return times{}, err
		}
	}
	return drive(ctx, n, span, func(c int) (bool, error) { return true, want(all[c], request) })
}

// bareServer reads what is sent, serves the bytes and does nothing else.
func bareServer(page []byte) (string, func(), error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	srv := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Write(page)
	})}
	go srv.Serve(l)
	return "http://" + l.Addr().String() + "/", func() { srv.Close() }, nil
}
