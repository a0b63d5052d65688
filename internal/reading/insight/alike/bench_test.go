package alike_test

import (
	"fmt"
	"os"
	"runtime"
	"slices"
	"strconv"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"sanwen/internal/reading/insight/alike"
	"sanwen/internal/reading/insight/evaluate"
)

// spent is the time of the processor that this process has used, so that a busy machine does not count.
func spent(b *testing.B) time.Duration {
	var u unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkIndex puts SANWEN_BENCH_TEXTS generated texts (100,000 where it is not set) into the index and asks among all of them. Then the same with
// the first twenty characters of each, which are compared by more than pairs.
func BenchmarkIndex(b *testing.B) {
	n := 100000
	if s := os.Getenv("SANWEN_BENCH_TEXTS"); s != "" {
		var err error
		if n, err = strconv.Atoi(s); err != nil {
			b.Fatal(err)
		}
	}
	texts := evaluate.Generated(n)
	b.Run("whole", func(b *testing.B) { measure(b, texts) })
	for i, s := range texts {
		texts[i] = string([]rune(s)[:20])
	}
	b.Run("brief", func(b *testing.B) { measure(b, texts) })
}

func measure(b *testing.B, texts []string) {
	n := len(texts)
	for b.Loop() {
		x := alike.NewIndex()
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		from := spent(b)
		for i, s := range texts {
			x.Put(int64(i+1), alike.Doc{Ref: fmt.Sprintf("%026d", i*7919), Place: fmt.Sprint("P", i%500), Hour: int64(i / 50)}, alike.Codes(s))
		}
		put := spent(b) - from
		runtime.GC()
		runtime.ReadMemStats(&after)
		var took []time.Duration
		for i := range 4000 {
			q := texts[i*(n/4000)]
			from := spent(b)
			x.Texts(q, 8, func(string) bool { return true })
			took = append(took, spent(b)-from)
		}
		slices.Sort(took)
		from = spent(b)
		for i := range 2000 {
			x.Drop(int64(i*(n/2000) + 1))
		}
		b.ReportMetric(float64((spent(b)-from).Microseconds())/2000, "µs/drop")
		b.ReportMetric(float64(put.Microseconds())/float64(n), "µs/put")
		b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/1e6, "MB")
		b.ReportMetric(float64(took[len(took)/2].Microseconds()), "µs-p50")
		b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "µs-p99")
	}
}
