package app

import (
	"io"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"sanwen/internal/face/web"
	"sanwen/internal/ground/clock"
)

// TestMetricsTellTheHour: what comes without a name is not seen in the metrics before the hour is over; failures are seen at once.
func TestMetricsTellTheHour(t *testing.T) {
	clk := clock.NewFake(time.Date(2026, 11, 23, 8, 17, 0, 0, clock.Shanghai()))
	a, err := Open(t.Context(), Config{Data: t.TempDir(), Zone: "Asia/Shanghai", LogLevel: "error"}, clk, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	m := newMetrics(a)
	read := func() string {
		t.Helper()
		w := httptest.NewRecorder()
		m.handler().ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
		if w.Code != 200 {
			t.Fatal(w.Code, w.Body)
		}
		return w.Body.String()
	}
	const sent, failed, staff = `sanwen_http_requests_total{route="POST /p/{place}/send",status="200"}`, `sanwen_http_requests_total{route="POST /p/{place}/send",status="503"}`,
		`sanwen_http_requests_total{route="GET /inbox",status="200"}`
	has := func(line string) bool { return strings.Contains(read(), line+"\n") }
	m.observe("POST /p/{place}/send", web.Anonymous, 200, time.Second)
	m.observe("POST /p/{place}/send", web.Anonymous, 503, time.Second)
	m.observe("GET /inbox", web.Signed, 200, time.Second)
	if strings.Contains(read(), sent) || strings.Contains(read(), `sanwen_http_seconds_count{group="anonymous"}`) || !has(failed+" 1") || !has(staff+" 1") {
		t.Errorf("in the same hour:\n%s", read())
	}
	clk.Set(clk.Now().Truncate(time.Hour).Add(time.Hour + time.Second))
	m.observe("POST /p/{place}/send", web.Anonymous, 200, time.Second) // belongs to the next hour, also where nobody has read before
	if !has(sent+" 1") || !has(`sanwen_http_seconds_count{group="anonymous"} 2`) {
		t.Errorf("after the hour:\n%s", read())
	}
	clk.Advance(time.Hour)
	if !has(sent + " 2") {
		t.Errorf("after two hours:\n%s", read())
	}
}
