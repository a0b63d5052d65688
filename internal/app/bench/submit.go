package main

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite"

	"sanwen/internal/face/webtest"
)

const clients = 64

// submit measures durable submissions through HTTP beside what the driver alone can do with the same durability.
func (b *bench) submit(ctx context.Context) error {
	raw, err := b.rawSQLite(ctx)
	if err != nil {
		return err
	}
	data := filepath.Join(b.dir, "submit")
	if out, err := exec.CommandContext(ctx, b.bin, "demo", "--only-make", "--organisation-only", "--data", data).CombinedOutput(); err != nil {
		return fmt.Errorf("%w: %s", err, out)
	}
	t, err := b.submissions(ctx, data)
	if err != nil {
		return err
	}
	b.note("SQLite: durable submissions/s, HTTP, 64 clients", fmt.Sprintf("%.0f/s, p50 %s, p99 %s", t.perSecond(), round(t.quantile(.5)), round(t.quantile(.99))),
		"≥ 3,000/s and ≥ 25 % of raw", fmt.Sprintf("raw group commit of the driver, one insert each: %.0f/s; ratio %.0f %%", raw, 100*t.perSecond()/raw))
	if b.postgres == "" {
		return nil
	}
	if raw, err = b.rawPostgres(ctx); err != nil {
		return err
	}
	data = filepath.Join(b.dir, "submit-pg")
	if out, err := exec.CommandContext(ctx, b.bin, "demo", "--only-make", "--organisation-only", "--data", data, "--database", b.postgres).CombinedOutput(); err != nil {
		return fmt.Errorf("%w: %s", err, out)
	}
	if t, err = b.submissions(ctx, data, "--database", b.postgres); err != nil {
		return err
	}
	b.note("PostgreSQL: durable submissions/s, HTTP, 64 clients", fmt.Sprintf("%.0f/s, p50 %s, p99 %s", t.perSecond(), round(t.quantile(.5)), round(t.quantile(.99))),
		"measured likewise", fmt.Sprintf("raw inserts of the driver, 16 connections: %.0f/s; ratio %.0f %%", raw, 100*t.perSecond()/raw))
	return nil
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

func (b *bench) rawPostgres(ctx context.Context) (float64, error) {
	d, err := sql.Open("pgx", b.postgres)
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
	t, err := drive(ctx, 16, b.seconds, func(int) (bool, error) {
		_, err := d.ExecContext(ctx, "INSERT INTO bench_raw VALUES ($1, $2)", fmt.Sprint(n.Add(1)), text)
		return true, err
	})
	return t.perSecond(), err
}

// submissions sends forms that were opened before: what is measured is the last press.
func (b *bench) submissions(ctx context.Context, data string, extra ...string) (times, error) {
	s, err := b.start(ctx, data, extra...)
	if err != nil {
		return times{}, err
	}
	defer s.stop()
	forms := make(chan *webtest.RawForm, 200_000)
	var made atomic.Int64
	want := int64(6000 * b.seconds.Seconds())
	if _, err := drive(ctx, 32, 2*time.Minute, func(int) (bool, error) {
		n := made.Add(1)
		if n > want {
			return false, nil
		}
		f, err := secondPage(s.base)
		if err != nil {
			return false, err
		}
		f.Values.Set("text", fmt.Sprintf("四区浴室第 %d 次说：水不热，流量小。", n))
		f.Values.Set("level", "anonymous")
		forms <- f
		return true, nil
	}); err != nil {
		return times{}, err
	}
	return drive(ctx, clients, b.seconds, func(int) (bool, error) {
		var f *webtest.RawForm
		select {
		case f = <-forms:
		default:
			return false, fmt.Errorf("ran out of prepared forms")
		}
		req, err := f.Request(s.base)
		if err != nil {
			return false, err
		}
		res, err := web.Do(req)
		if err != nil {
			return false, err
		}
		defer res.Body.Close()
		page, err := io.ReadAll(res.Body)
		if res.StatusCode == http.StatusConflict {
			return true, err // the random number of the form was taken meanwhile: at this rate some of ten million a day are
		}
		if err == nil && (res.StatusCode != http.StatusOK || !strings.Contains(string(page), "SQ20")) {
			err = fmt.Errorf("status %d: %.300s", res.StatusCode, page)
		}
		return true, err
	})
}

func body(url string) ([]byte, error) {
	res, err := web.Get(url)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	return io.ReadAll(res.Body)
}

func secondPage(base string) (*webtest.RawForm, error) {
	page, err := body(base + "/p/P104M")
	if err != nil {
		return nil, err
	}
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
