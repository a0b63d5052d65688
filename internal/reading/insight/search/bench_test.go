package search_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"sanwen/internal/base/access"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/ground/id"
	"sanwen/internal/reading/insight/evaluate"
	"sanwen/internal/reading/insight/search"
	"sanwen/internal/work/voice/show"
	"sanwen/internal/work/voice/voicetest"
)

// BenchmarkIndex builds the index of many voices (SANWEN_BENCH_TEXTS, 20,000 where not set) and asks pieces of them as a triager of the whole
// organisation does, by the rule of the inbox. On SQLite times are of the processor; on PostgreSQL, which is another process, of the wall.
func BenchmarkIndex(b *testing.B) {
	n := 20_000
	if s := os.Getenv("SANWEN_BENCH_TEXTS"); s != "" {
		var err error
		if n, err = strconv.Atoi(s); err != nil {
			b.Fatal(err)
		}
	}
	b.Run("sqlite", func(b *testing.B) {
		d, c := dbtest.Open(b)
		measure(b, d, c, n, func() time.Duration {
			var u syscall.Rusage
			if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
				b.Fatal(err)
			}
			return time.Duration(u.Utime.Nano() + u.Stime.Nano())
		})
	})
	b.Run("postgres", func(b *testing.B) {
		d, c := dbtest.OpenPostgres(b)
		from := time.Now()
		measure(b, d, c, n, func() time.Duration { return time.Since(from) })
	})
}

// warm is how many pieces are asked before it is measured.
const warm = 100

func measure(b *testing.B, d *db.DB, c *clock.Fake, n int, took func() time.Duration) {
	w := voicetest.New(b, d, c)
	texts := evaluate.Generated(n)
	now := int64(clock.MillisOf(c.Now()))
	ctx := context.Background()
	for start := 0; start < n; start += 5000 {
		if err := d.Upkeep(ctx, func(tx *db.Tx) error {
			for i := start; i < min(start+5000, n); i++ {
				if _, err := tx.Exec(`INSERT INTO voice (id, number, level, kind, channel, unit_path, text, redacted, state, day, registered_at)
					VALUES ($1, $2, 'named', 'need', 'scan', $3, '', $4, 'closed', '2026-01-01', $5)`,
					id.Random(), fmt.Sprintf("SQX%09d", i), fmt.Sprintf("/G/U%02d/", i/11%12+1), texts[i], now-int64(n-i)*31_000); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			b.Fatal(err)
		}
	}
	if d.Dialect() == db.Postgres {
		if err := d.Upkeep(ctx, func(tx *db.Tx) error { _, err := tx.Exec(`ANALYZE voice`); return err }); err != nil {
			b.Log(err) // then the planner guesses
		}
	}
	pieces := make([]string, warm+1000)
	for i := range pieces {
		r := []rune(texts[i*n/len(pieces)])
		pieces[i] = string(r[i%(len(r)-6):][:2+i%5])
	}
	texts = nil
	store := search.Store{Read: d.Read, Write: func(ctx context.Context, f func(tx *db.Tx) error) error { return d.Upkeep(ctx, f) }, Clock: c}
	for b.Loop() {
		from := took()
		if err := search.Rebuild(ctx, store, nil); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(n), "texts")
		b.ReportMetric(float64(int(float64(n)/(took()-from).Seconds())), "texts/s")
	}
	var size int64
	var newest, ranked []time.Duration
	most, equal, asked := 0, 0, 0
	read := func(f func(tx *db.Tx) error) {
		if err := d.Read(ctx, f); err != nil {
			b.Fatal(err)
		}
	}
	read(func(tx *db.Tx) (err error) {
		size, err = db.One[int64](tx, `SELECT SUM(LENGTH(data)) FROM insight_page`)
		return err
	})
	who := w.P("triager")
	runtime.GC() // what the texts have left is not the work of questions
	// As the server does (app.gentle): 48 MB are thrown away before it is looked for what is kept, and next to nothing is kept here.
	defer debug.SetGCPercent(debug.SetGCPercent(1200))
	// The first are asked so that statements are prepared, as in a server that has run for a minute; other pieces than those that are measured.
	rand.New(rand.NewPCG(1, 1)).Shuffle(len(pieces), func(i, j int) { pieces[i], pieces[j] = pieces[j], pieces[i] })
	for i, words := range pieces {
		q := search.Query{Shelf: search.Voices, Words: words, Limit: 20}
		for _, x := range []struct {
			ranked bool
			into   *[]time.Duration
		}{{false, &newest}, {true, &ranked}} {
			q.Ranked = x.ranked
			from := took()
			read(func(tx *db.Tx) error {
				q.Keep = inboxOf(tx, who)
				_, err := search.Find(tx, q)
				return err
			})
			if i >= warm {
				*x.into = append(*x.into, took()-from)
			}
		}
		if i%50 == 0 {
			asked++
			like := 0
			read(func(tx *db.Tx) (err error) {
				like, err = db.One[int](tx, `SELECT COUNT(*) FROM voice WHERE number || ' ' || redacted LIKE $1`, "%"+words+"%")
				return err
			})
			got := 0
			read(func(tx *db.Tx) error {
				q := search.Query{Shelf: search.Voices, Words: words, Limit: 1 << 30, Keep: func(refs []string) (map[string]bool, error) {
					out := make(map[string]bool, len(refs))
					for _, r := range refs {
						out[r] = true
					}
					return out, nil
				}}
				h, err := search.Find(tx, q)
				got = len(h.Refs)
				return err
			})
			if strings.ContainsAny(words, "ABCDEFGHIJKLMNOPQRSTUVWXYZ ") || got == like {
				equal++
			} else {
				b.Errorf("%q finds %d, LIKE %d", words, got, like)
			}
			most = max(most, got)
		}
	}
	at := func(t []time.Duration) float64 {
		slices.Sort(t)
		return float64(t[len(t)*99/100].Microseconds()) / 1000
	}
	b.ReportMetric(float64(size/1e6), "index-MB")
	b.ReportMetric(at(newest), "newest-p99-ms")
	b.ReportMetric(at(ranked), "ranked-p99-ms")
	b.ReportMetric(float64(most), "most-hits")
	b.ReportMetric(float64(equal), "like-equal")
	b.ReportMetric(float64(asked), "like-asked")
}

// inboxOf keeps what the inbox of a person would show.
func inboxOf(tx *db.Tx, who access.Person) func(refs []string) (map[string]bool, error) {
	return func(refs []string) (map[string]bool, error) {
		rows, err := show.Among(tx, who, refs)
		out := make(map[string]bool, len(rows))
		for ref := range rows {
			out[ref] = true
		}
		return out, err
	}
}
