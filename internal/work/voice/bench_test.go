package voice_test

import (
	"fmt"
	"sync/atomic"
	"testing"

	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/work/voice"
	"sanwen/internal/work/voice/voicetest"
)

// BenchmarkRegister measures durable registrations of anonymous voices by 64 at once, receipts drawn beforehand as a phone does.
func BenchmarkRegister(b *testing.B) {
	d, c := dbtest.Open(b)
	w := voicetest.New(b, d, c)
	forms := make([]voice.Register, b.N)
	for i := range forms {
		forms[i] = w.Form(voice.Register{Level: voice.Anonymous, Place: "P104M", Text: fmt.Sprintf("四区新浴室夜班下班后水就不热了,第%d次反映,喷头水量也小。", i)})
	}
	var next, taken atomic.Int64
	b.SetParallelism(32)
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			_, err := w.Say("", forms[next.Add(1)-1])
			if key(err) == "voice.number.taken" { // one in thousands of a day; a page draws again
				taken.Add(1)
			} else if err != nil {
				b.Error(err)
			}
		}
	})
	b.ReportMetric(float64(int64(b.N)-taken.Load())/b.Elapsed().Seconds(), "voices/s")
}
