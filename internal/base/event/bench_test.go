package event

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"

	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
)

// benchEntries is how large the log of a benchmark is: 50,000, or SANWEN_BENCH_ENTRIES.
func benchEntries(b *testing.B) int {
	n, err := strconv.Atoi(os.Getenv("SANWEN_BENCH_ENTRIES"))
	if err != nil {
		return 50_000
	}
	return n
}

func fill(b *testing.B, d *db.DB, n int) {
	b.Helper()
	for i := 0; i < n; {
		write(b, d, func(tx *db.Tx) error {
			for range min(4000, n-i) {
				f := Fact{Kind: "voice.registered", Subject: Ref{"voice", fmt.Sprint("v", i)}, To: "registered",
					Data: map[string]any{"place": "P104M", "channel": "scan", "kind": "need", "level": "anonymous"}}
				if err := Record(tx, clerk, f); err != nil {
					return err
				}
				i++
			}
			return nil
		})
	}
}

// BenchmarkRecord measures one Record with its share of the tree, without the commit.
func BenchmarkRecord(b *testing.B) {
	d, _ := dbtest.Open(b)
	openLog(b, d)
	b.ResetTimer()
	fill(b, d, b.N)
}

// BenchmarkTree measures what the tree alone adds: numbering entries that are there.
func BenchmarkTree(b *testing.B) {
	d, _ := dbtest.Open(b)
	fill(b, d, b.N)
	b.ResetTimer()
	openLog(b, d)
}

func BenchmarkProof(b *testing.B) {
	d, _ := dbtest.Open(b)
	l, _ := openLog(b, d)
	n := benchEntries(b)
	fill(b, d, n)
	if _, err := l.Checkpoint(context.Background()); err != nil {
		b.Fatal(err)
	}
	b.ResetTimer()
	var bytes int
	for i := range b.N {
		err := d.Read(context.Background(), func(tx *db.Tx) error {
			p, err := l.ProofFor(tx, Ref{"voice", fmt.Sprint("v", i*7919%n)})
			bytes = max(bytes, len(p.Text))
			return err
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(bytes), "bytes/proof")
}

func BenchmarkVerify(b *testing.B) {
	d, _ := dbtest.Open(b)
	l, _ := openLog(b, d)
	n := benchEntries(b)
	fill(b, d, n)
	if _, err := l.Checkpoint(context.Background()); err != nil {
		b.Fatal(err)
	}
	b.ResetTimer()
	for range b.N {
		if r := mustVerify(b, d, VerifyOptions{}); r.Bad != nil || r.Entries != int64(n) {
			b.Fatal(r.Bad)
		}
	}
	b.ReportMetric(b.Elapsed().Seconds()/float64(b.N)*1e6/float64(n), "s/million")
}

// BenchmarkVerifyPostgres is BenchmarkVerify on PostgreSQL.
func BenchmarkVerifyPostgres(b *testing.B) {
	d, _ := dbtest.OpenPostgres(b)
	l, _ := openLog(b, d)
	n := benchEntries(b)
	fill(b, d, n)
	tick(b, l)
	b.ResetTimer()
	for range b.N {
		if r := mustVerify(b, d, VerifyOptions{}); r.Bad != nil || r.Entries != int64(n) {
			b.Fatal(r.Bad)
		}
	}
	b.ReportMetric(b.Elapsed().Seconds()/float64(b.N)*1e6/float64(n), "s/million")
}

// BenchmarkSequencer measures numbering on PostgreSQL, per entry.
func BenchmarkSequencer(b *testing.B) {
	d, _ := dbtest.OpenPostgres(b)
	fill(b, d, b.N)
	b.ResetTimer()
	openLog(b, d)
}

// BenchmarkDurable measures durable writes of 64 clients that record one entry each, with and without the tree. The difference is
// what the tree costs.
func BenchmarkDurable(b *testing.B) {
	for _, tree := range []bool{false, true} {
		b.Run(fmt.Sprintf("tree=%v", tree), func(b *testing.B) {
			d, _ := dbtest.Open(b)
			if tree {
				openLog(b, d)
			}
			var next atomic.Int64
			b.SetParallelism(32)
			b.ResetTimer()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					f := voiceFact(fmt.Sprint("v", next.Add(1)), "", "registered")
					err := d.Write(context.Background(), func(tx *db.Tx) error { tx.Asked(); return Record(tx, clerk, f) })
					if err != nil {
						b.Error(err)
					}
				}
			})
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "writes/s")
		})
	}
}

// BenchmarkLatency measures the time from the commit of an entry on PostgreSQL until a consumer has it.
func BenchmarkLatency(b *testing.B) {
	d, _ := dbtest.OpenPostgres(b)
	l, _ := openLog(b, d)
	fed := make(chan struct{}, 1)
	l.Consume(Consumer{Name: "c", Handle: func(tx *db.Tx, es []Entry) error {
		tx.OnCommit(func() { fed <- struct{}{} })
		return nil
	}})
	ctx, stop := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	wg.Go(func() { l.Run(ctx) })
	b.ResetTimer()
	for i := range b.N {
		record(b, d, voiceFact(fmt.Sprint("v", i), "", "registered"))
		<-fed
	}
	b.StopTimer()
	stop()
	wg.Wait()
}
