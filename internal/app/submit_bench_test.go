package app

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"sanwen/internal/app/demo"
	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/face/web"
	"sanwen/internal/face/webtest"
	"sanwen/internal/ground/db"
)

// BenchmarkSubmit is one durable anonymous submission through all handlers, without a network.
func BenchmarkSubmit(b *testing.B) {
	ctx := context.Background()
	a, err := Open(ctx, Config{Data: b.TempDir(), Zone: "Asia/Shanghai", LogLevel: "error"}, nil, io.Discard)
	if err != nil {
		b.Fatal(err)
	}
	defer a.Close()
	if _, err := demo.Organisation(ctx, a.DB, 1000); err != nil {
		b.Fatal(err)
	}
	if err := a.DB.Write(ctx, func(tx *db.Tx) error { // an ordinary day, not a flood that is looked at first
		for key, most := range map[string]string{org.FloodPlace: "10000", org.FloodSite: "100000"} {
			if err := (org.SetSetting{Key: key, Value: most, Basis: "bench"}).Do(tx, access.System("bench")); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		b.Fatal(err)
	}
	h := web.New(a.site("http://127.0.0.1", false, nil))
	send := func(req *http.Request) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, req)
		return w
	}
	bodies, kind := openedForms(b, send, b.N+64)
	var n atomic.Int64
	b.SetParallelism(32)
	b.ReportAllocs()
	begun := processor()
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			req := httptest.NewRequest(http.MethodPost, "/p/P104M/send", bytes.NewReader(bodies[n.Add(1)-1]))
			req.Header.Set("Content-Type", kind)
			req.Header.Set("Sec-Fetch-Site", "same-origin")
			w := send(req)
			if w.Code != http.StatusOK && w.Code != http.StatusConflict || w.Code == 200 && !strings.Contains(w.Body.String(), "SQ20") {
				b.Errorf("%d: %.500s", w.Code, w.Body)
				return
			}
		}
	})
	perOp(b, begun)
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "voices/s")
}

// openedForms opens n forms and fills them in. One goes the way of a browser; the others differ from it in their token and receipt.
func openedForms(b *testing.B, send func(*http.Request) *httptest.ResponseRecorder, n int) (bodies [][]byte, kind string) {
	b.Helper()
	page := func() []byte { return send(httptest.NewRequest(http.MethodGet, "/p/P104M", nil)).Body.Bytes() }
	first, err := webtest.ReadForm(page(), "/check")
	if err != nil {
		b.Fatal(err)
	}
	first.Values.Set("text", "四区浴室水不热，流量小。")
	first.Values.Set("kind", "problem")
	req, err := first.Request("http://example.com")
	if err != nil {
		b.Fatal(err)
	}
	f, err := webtest.ReadForm(send(req).Body.Bytes(), "/send")
	if err != nil {
		b.Fatal(err)
	}
	f.Values.Set("level", "anonymous")
	for i := range n {
		p := page()
		for _, name := range []string{"_token", "receipt"} {
			_, rest, _ := bytes.Cut(p, []byte(`name="`+name+`" value="`))
			value, _, ok := bytes.Cut(rest, []byte(`"`))
			if !ok {
				b.Fatalf("no field %s", name)
			}
			f.Values.Set(name, string(value))
		}
		f.Values.Set("text", fmt.Sprintf("四区浴室第 %d 次说水不热，流量小。", i))
		if req, err = f.Request("http://example.com"); err != nil {
			b.Fatal(err)
		}
		kind = req.Header.Get("Content-Type")
		body, err := io.ReadAll(req.Body)
		if err != nil {
			b.Fatal(err)
		}
		bodies = append(bodies, body)
	}
	return bodies, kind
}

// BenchmarkPlacePage is the page behind a code on the wall: a form of its own for everybody.
func BenchmarkPlacePage(b *testing.B) {
	ctx := context.Background()
	a, err := Open(ctx, Config{Data: b.TempDir(), Zone: "Asia/Shanghai", LogLevel: "error"}, nil, io.Discard)
	if err != nil {
		b.Fatal(err)
	}
	defer a.Close()
	if _, err := demo.Organisation(ctx, a.DB, 1000); err != nil {
		b.Fatal(err)
	}
	h := web.New(a.site("http://127.0.0.1", false, nil))
	b.ReportAllocs()
	begun := processor()
	for b.Loop() {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/p/P104M", nil))
		if w.Code != http.StatusOK {
			b.Fatal(w.Code)
		}
	}
	perOp(b, begun)
}
