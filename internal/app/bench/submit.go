package main

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/face/webtest"
	"sanwen/internal/ground/db"
)

const clients = 64

// submit measures durable submissions through HTTP beside what the driver alone can do with the same durability.
func (b *bench) submit(ctx context.Context) error {
	raw, err := b.rawSQLite(ctx)
	if err != nil {
		return err
	}
	for _, flood := range []bool{false, true} {
		t, curve, err := b.submissions(ctx, fmt.Sprintf("submit-%v", flood), "", flood)
		if err != nil {
			return err
		}
		what, goal := "SQLite: durable submissions/s, HTTP, 64 clients", "≥ 3,000/s and ≥ 25 % of raw"
		if flood {
			what, goal = "SQLite: the same in a rush, each set aside for a look first", "–"
		}
		rows, err := b.rawRows(ctx, filepath.Join(b.dir, fmt.Sprintf("submit-%v", flood)))
		if err != nil {
			return err
		}
		b.note(what, fmt.Sprintf("%.0f/s, p50 %s, p99 %s; %s", t.perSecond(), round(t.quantile(.5)), round(t.quantile(.99)), t.cost()), goal,
			fmt.Sprintf("raw group commit of the driver, one insert each: %.0f/s; ratio %.0f %%. The same rows with their indexes, by the driver alone: %.0f/s; ratio %.0f %%",
				raw, 100*t.perSecond()/raw, rows, 100*t.perSecond()/rows))
		if !flood {
			b.note("SQLite: the same with fewer and with more clients", curve.said, "–", fmt.Sprintf("bare handler that reads the same requests and writes the same %d bytes, nothing stored, 64 clients: %.0f/s; ratio %.0f %%",
				curve.size, curve.bare, 100*t.perSecond()/curve.bare))
			// The rows want one core for as long as the driver takes, an answer all of them for as long as the bare handler takes.
			cores := float64(runtime.NumCPU())
			most := min(rows, cores/(1/rows+cores/curve.bare))
			b.note("SQLite: the most that could be: rows by the driver alone beside a bare handler", fmt.Sprintf("%.0f/s", most), "–",
				fmt.Sprintf("%.0f %% of raw; submissions reach %.0f %% of it", 100*most/raw, 100*t.perSecond()/most))
		}
	}
	return b.onPostgres(ctx, "PostgreSQL", func(url string) error {
		raw, err := rawPostgres(ctx, url, b.seconds)
		if err != nil {
			return err
		}
		t, _, err := b.submissions(ctx, "submit-pg", url, false)
		if err != nil {
			return err
		}
		b.note("PostgreSQL: durable submissions/s, HTTP, 64 clients", fmt.Sprintf("%.0f/s, p50 %s, p99 %s; %s", t.perSecond(), round(t.quantile(.5)), round(t.quantile(.99)), t.cost()),
			"measured likewise", fmt.Sprintf("raw inserts of the driver, 16 connections: %.0f/s; ratio %.0f %%", raw, 100*t.perSecond()/raw))
		return nil
	})
}

// rawSQLite is the ceiling: one connection, 64 one-row inserts per transaction, synchronous=FULL.
func (b *bench) rawSQLite(ctx context.Context) (float64, error) {
	d, err := sql.Open("sqlite", "file:"+filepath.Join(b.dir, "raw.db")+"?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_txlock=immediate")
	if err != nil {
		return 0, err
	}
	defer d.Close()
	d.SetMaxOpenConns(1)
	if _, err := d.ExecContext(ctx, "CREATE TABLE t (id TEXT PRIMARY KEY, text TEXT NOT NULL) WITHOUT ROWID"); err != nil {
		return 0, err
	}
	text := strings.Repeat("浴室水不热。", 10)
	n, begun := 0, time.Now()
	for time.Since(begun) < b.seconds {
		tx, err := d.BeginTx(ctx, nil)
		if err != nil {
			return 0, err
		}
		s, err := tx.PrepareContext(ctx, "INSERT INTO t VALUES (?, ?)")
		if err != nil {
			return 0, err
		}
		for range clients {
			n++
			if _, err := s.ExecContext(ctx, fmt.Sprintf("%016x-%d", uint64(n)*0x9E3779B97F4A7C15, n), text); err != nil {
				return 0, err
			}
		}
		if err := tx.Commit(); err != nil {
			return 0, err
		}
	}
	return float64(n) / time.Since(begun).Seconds(), nil
}

func rawPostgres(ctx context.Context, url string, span time.Duration) (float64, error) {
	d, err := sql.Open("pgx", url)
	if err != nil {
		return 0, err
	}
	defer d.Close()
	d.SetMaxOpenConns(16)
	d.SetMaxIdleConns(16)
	if _, err := d.ExecContext(ctx, "CREATE TABLE bench_raw (id TEXT PRIMARY KEY, text TEXT NOT NULL)"); err != nil {
		return 0, err
	}
	defer d.ExecContext(ctx, "DROP TABLE bench_raw")
	text := strings.Repeat("浴室水不热。", 10)
	var n atomic.Int64
	t, err := drive(ctx, 16, span, func(int) (bool, error) {
		_, err := d.ExecContext(ctx, "INSERT INTO bench_raw VALUES ($1, $2)", fmt.Sprint(n.Add(1)), text)
		return true, err
	})
	return t.perSecond(), err
}

// placesUsed are where the voices are from: more than one, so that none of them has more in an hour than an organisation may allow.
var placesUsed = []string{"P101", "P104M", "P201", "P202", "P305", "P501", "P511", "P971"}

// curve is how submissions go with other numbers of clients, and what a server does that stores nothing.
type curve struct {
	said string
	bare float64
	size int // bytes of an answer
}

// others are the numbers of clients of the curve, beside the 64 of the figure itself.
var others = []int{1, 4, 16, 128}

// submissions sends forms that were opened before: what is measured is the last press. The limits from which on voices are looked at
// first are raised as far as an organisation may; in a flood they are as low as it may set them.
func (b *bench) submissions(ctx context.Context, name, url string, flood bool) (t times, more curve, err error) {
	data := filepath.Join(b.dir, name)
	var extra []string
	if url != "" {
		extra = []string{"--database", url}
	}
	if out, err := exec.CommandContext(ctx, b.bin, append([]string{"demo", "--only-make", "--organisation-only", "--data", data}, extra...)...).CombinedOutput(); err != nil {
		return t, more, fmt.Errorf("%w: %s", err, out)
	}
	if err := limits(ctx, data, url, flood); err != nil {
		return t, more, err
	}
	s, err := b.start(ctx, data, extra...)
	if err != nil {
		return t, more, err
	}
	defer s.stop()
	all, end, err := dialAll(s.base, slices.Max(append(others, clients)))
	if err != nil {
		return t, more, err
	}
	defer end()
	span, withCurve := b.seconds, url == "" && !flood
	if withCurve {
		span *= 2
	}
	forms, err := opened(ctx, s.base, all, int(mostPerSecond*span.Seconds()))
	if err != nil {
		return t, more, err
	}
	var next, size atomic.Int64
	send := func(c int) (bool, error) {
		n := int(next.Add(1)) - 1
		if n >= len(forms) {
			return false, fmt.Errorf("ran out of %d prepared forms", len(forms))
		}
		status, page, err := all[c].do(forms[n])
		if status == http.StatusConflict {
			return true, err // the random number of the form was taken meanwhile: at this rate some of ten million a day are
		}
		if err == nil && (status != http.StatusOK || !bytes.Contains(page, []byte("SQ20"))) {
			err = fmt.Errorf("status %d: %.300s", status, page)
		}
		size.Store(int64(len(page)))
		return true, err
	}
	server, client := s.processor(), ownProcessor()
	t, err = drive(ctx, clients, b.seconds, send)
	t.server, t.client = s.processor()-server, ownProcessor()-client
	if err != nil || !withCurve {
		return t, more, err
	}
	for _, n := range others {
		o, err := drive(ctx, n, b.seconds/time.Duration(len(others)), send)
		if err != nil {
			return t, more, err
		}
		more.said += fmt.Sprintf(", %d: %.0f/s (p50 %s)", n, o.perSecond(), round(o.quantile(.5)))
	}
	more.said, more.size = strings.TrimPrefix(more.said, ", "), int(size.Load())
	more.bare, err = b.bareSubmissions(ctx, forms[0], more.size)
	return t, more, err
}

// bareSubmissions lets the clients send a form to a handler that reads it to its end and writes as many bytes as a receipt has.
func (b *bench) bareSubmissions(ctx context.Context, form []byte, size int) (float64, error) {
	bare, stop, err := bareServer(bytes.Repeat([]byte("x"), size))
	if err != nil {
		return 0, err
	}
	defer stop()
	all, end, err := dialAll(strings.TrimSuffix(bare, "/"), clients)
	if err != nil {
		return 0, err
	}
	defer end()
	t, err := drive(ctx, clients, b.seconds/2, func(c int) (bool, error) { return true, want(all[c], form) })
	return t.perSecond(), err
}

// mostPerSecond is how many forms are opened for each second. More than that are not to be feared.
const mostPerSecond = 6000

// limits sets from how many voices an hour on they are looked at first.
func limits(ctx context.Context, data, url string, flood bool) error {
	d, err := db.Open(ctx, db.Config{Dir: data, DSN: url})
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Write(ctx, func(tx *db.Tx) error {
		for key, value := range map[string][2]string{org.FloodPlace: {"10000", "5"}, org.FloodSite: {"100000", "20"}} {
			in := org.SetSetting{Key: key, Value: value[0], Basis: "bench"}
			if flood {
				in.Value = value[1]
			}
			if err := in.Do(tx, access.System("bench")); err != nil {
				return err
			}
		}
		return nil
	})
}

// opened opens n forms and fills them in: the requests that send them.
func opened(ctx context.Context, base string, all []*conn, n int) ([][]byte, error) {
	var model *webtest.RawForm
	page, err := body(base + "/p/" + placesUsed[0])
	if err != nil {
		return nil, err
	}
	if model, err = secondPage(base, page); err != nil {
		return nil, err
	}
	out := make([][]byte, n)
	var next atomic.Int64
	gets := make([][]byte, len(placesUsed))
	for i, p := range placesUsed {
		req, err := http.NewRequest(http.MethodGet, base+"/p/"+p, nil)
		if err != nil {
			return nil, err
		}
		if gets[i], err = raw(req); err != nil {
			return nil, err
		}
	}
	_, err = drive(ctx, len(all), 5*time.Minute, func(c int) (bool, error) {
		k := int(next.Add(1)) - 1
		if k >= n {
			return false, nil
		}
		at := k % len(placesUsed)
		status, page, err := all[c].do(gets[at])
		if err != nil || status != http.StatusOK {
			return false, fmt.Errorf("%s: status %d, %v", placesUsed[at], status, err)
		}
		f := webtest.RawForm{Action: "/p/" + placesUsed[at] + "/send", Multi: model.Multi, Values: url.Values{}}
		for name, v := range model.Values {
			f.Values[name] = v
		}
		for _, name := range []string{"_token", "receipt"} { // they go along from page to page
			if f.Values.Set(name, hidden(page, name)); f.Values.Get(name) == "" {
				return false, fmt.Errorf("no field %s in the page of %s", name, placesUsed[at])
			}
		}
		f.Values.Set("place", placesUsed[at])
		f.Values.Set("text", fmt.Sprintf("四区浴室第 %d 次说：水不热，流量小。", k))
		f.Values.Set("level", "anonymous")
		req, err := f.Request(base)
		if err != nil {
			return false, err
		}
		out[k], err = raw(req)
		return true, err
	})
	return out, err
}

// hidden is the value of a hidden field.
func hidden(page []byte, name string) string {
	_, rest, ok := bytes.Cut(page, []byte(`name="`+name+`" value="`))
	value, _, end := bytes.Cut(rest, []byte(`"`))
	if !ok || !end {
		return ""
	}
	return string(value)
}

func body(url string) ([]byte, error) {
	res, err := web.Get(url)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	return io.ReadAll(res.Body)
}

// secondPage goes the way of a browser to the form that sends.
func secondPage(base string, page []byte) (*webtest.RawForm, error) {
	f, err := webtest.ReadForm(page, "/check")
	if err != nil {
		return nil, err
	}
	f.Values.Set("text", "水不热")
	f.Values.Set("kind", "problem")
	req, err := f.Request(base)
	if err != nil {
		return nil, err
	}
	res, err := web.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	if page, err = io.ReadAll(res.Body); err != nil {
		return nil, err
	}
	return webtest.ReadForm(page, "/send")
}

func round(d time.Duration) string { return d.Round(100 * time.Microsecond).String() }
