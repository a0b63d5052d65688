package app

import (
	"context"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"sanwen/internal/base/jobs"
	"sanwen/internal/face/web"
	"sanwen/internal/ground/db"
)

// metrics counts for Prometheus. Every label is from a closed list (route patterns, status classes): nothing that a
// caller sends can become a label.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	took     *prometheus.HistogramVec
}

func newMetrics(a *App) *metrics {
	m := &metrics{registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "sanwen_http_requests_total", Help: "Answers by route and status."}, []string{"route", "status"}),
		took: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "sanwen_http_seconds", Help: "Time to answer, by group of routes.",
			Buckets: []float64{.002, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10}}, []string{"group"})}
	gauge := func(name, help string, fn func() float64) {
		m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, fn))
	}
	count := func(name, help string, fn func() float64) {
		m.registry.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Name: name, Help: help}, fn))
	}
	m.registry.MustRegister(m.requests, m.took, collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	count("sanwen_db_writes_total", "Writes begun.", func() float64 { return float64(a.DB.Stats().Writes) })
	count("sanwen_db_commits_total", "Commits; one may hold several writes.", func() float64 { return float64(a.DB.Stats().Commits) })
	count("sanwen_db_reads_total", "Reads begun.", func() float64 { return float64(a.DB.Stats().Reads) })
	count("sanwen_log_numbered_total", "Entries numbered by this process.", func() float64 { return float64(a.Log.Stats().Numbered) })
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
	return m
}

func (m *metrics) observe(route string, g web.Group, status int, took time.Duration) {
	m.requests.WithLabelValues(route, strconv.Itoa(status)).Inc()
	m.took.WithLabelValues(g.String()).Observe(took.Seconds())
}

func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}
