package app

import (
	"context"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	dto "github.com/prometheus/client_model/go"

	"sanwen/internal/base/jobs"
	"sanwen/internal/face/web"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
)

// metrics counts for Prometheus. Every label is from a closed list (route patterns, status classes): nothing that a
// caller sends can become a label.
//
// Who keeps the metrics would see when an anonymous voice came, to the second, if its request, its write or its entry in the
// log moved a counter at once. So these counters are shown as they stood at the last full hour. Only answers of 500 and above
// count at once, for an alarm must not wait.
type metrics struct {
	registry        *prometheus.Registry
	requests, quiet *prometheus.CounterVec
	took, quietTook *prometheus.HistogramVec
	hourly          *hourly
	served          atomic.Int64 // answers of all kinds; shown to nobody
}

// hourly is what is shown of counters that move with single voices.
type hourly struct {
	clock clock.Clock
	from  *prometheus.Registry
	mu    sync.Mutex
	hour  time.Time
	shown []*dto.MetricFamily
}

// turn brings what is shown up to date when a new hour has begun. It is called before anything of that hour is counted.
func (h *hourly) turn() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	now := h.clock.Now().Truncate(time.Hour)
	if now.Equal(h.hour) {
		return nil
	}
	shown, err := h.from.Gather()
	if err == nil {
		h.hour, h.shown = now, shown
	}
	return err
}

// Gather is what Prometheus gets.
func (h *hourly) Gather() ([]*dto.MetricFamily, error) {
	err := h.turn()
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.shown, err
}

func newMetrics(a *App) *metrics {
	requests := func() *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Name: "sanwen_http_requests_total", Help: "Answers by route and status; those of anonymous pages as of the last full hour."}, []string{"route", "status"})
	}
	took := func() *prometheus.HistogramVec {
		return prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "sanwen_http_seconds", Help: "Time to answer, by group of routes; of anonymous pages as of the last full hour.",
			Buckets: []float64{.002, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10}}, []string{"group"})
	}
	m := &metrics{registry: prometheus.NewRegistry(), requests: requests(), quiet: requests(), took: took(), quietTook: took(),
		hourly: &hourly{clock: a.Clock, from: prometheus.NewRegistry()}}
	gauge := func(name, help string, fn func() float64) {
		m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, fn))
	}
	count := func(r *prometheus.Registry, name, help string, fn func() float64) {
		r.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Name: name, Help: help}, fn))
	}
	m.registry.MustRegister(m.requests, m.took, collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	m.hourly.from.MustRegister(m.quiet, m.quietTook)
	count(m.hourly.from, "sanwen_db_writes_total", "Writes begun, as of the last full hour.", func() float64 { return float64(a.DB.Stats().Writes) })
	count(m.hourly.from, "sanwen_db_commits_total", "Commits, as of the last full hour; one may hold several writes.", func() float64 { return float64(a.DB.Stats().Commits) })
	count(m.registry, "sanwen_db_reads_total", "Reads begun.", func() float64 { return float64(a.DB.Stats().Reads) })
	count(m.hourly.from, "sanwen_log_numbered_total", "Entries numbered by this process, as of the last full hour.", func() float64 { return float64(a.Log.Stats().Numbered) })
	var mu sync.Mutex
	var queue jobs.Stats
	var at time.Time
	read := func() jobs.Stats {
		mu.Lock()
		defer mu.Unlock()
		if now := a.Clock.Now(); now.Sub(at) > 5*time.Second || now.Before(at) {
			at = now
			_ = a.DB.Read(context.Background(), func(tx *db.Tx) (err error) { queue, err = jobs.Queue(tx); return err })
		}
		return queue
	}
	gauge("sanwen_jobs_waiting", "Jobs that wait for their time or for a runner.", func() float64 { return float64(read().Waiting) })
	gauge("sanwen_jobs_dead", "Jobs that were given up and wait for a person.", func() float64 { return float64(read().Dead) })
	if err := m.hourly.turn(); err != nil {
		a.Logger.Error("metrics", "err", err)
	}
	return m
}

func (m *metrics) observe(route string, g web.Group, status int, took time.Duration) {
	m.served.Add(1)
	requests, seconds := m.requests, m.took
	if g == web.Anonymous {
		_ = m.hourly.turn() // its error comes again when somebody reads
		if seconds = m.quietTook; status < 500 {
			requests = m.quiet
		}
	}
	requests.WithLabelValues(route, strconv.Itoa(status)).Inc()
	seconds.WithLabelValues(g.String()).Observe(took.Seconds())
}

func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(prometheus.Gatherers{m.registry, m.hourly}, promhttp.HandlerOpts{})
}
