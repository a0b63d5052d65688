package show_test

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/ground/id"
	"sanwen/internal/work/voice"
	"sanwen/internal/work/voice/show"
	"sanwen/internal/work/voice/voicetest"
)

// BenchmarkInbox measures the pages of triage with many voices (SANWEN_BENCH_VOICES, 50,000 where not set): 1 in 50 open, the rest over.
// It reports the 95th percentile of each view in milliseconds.
func BenchmarkInbox(b *testing.B) {
	n := 50_000
	if s := os.Getenv("SANWEN_BENCH_VOICES"); s != "" {
		var err error
		if n, err = strconv.Atoi(s); err != nil {
			b.Fatal(err)
		}
	}
	d, c := dbtest.Open(b)
	w := voicetest.New(b, d, c)
	places := []string{"P104M", "P201", "P961", "P402", "P501", ""}
	now := clock.MillisOf(c.Now())
	for start := 0; start < n; start += 5000 {
		if err := d.Upkeep(context.Background(), func(tx *db.Tx) error {
			for i := start; i < min(start+5000, n); i++ {
				st := voice.Closed
				switch {
				case i%50 == 0:
					st = []string{voice.Registered, voice.InTriage}[i/50%2]
				case i%50 < 5:
					st = []string{voice.Linked, voice.Answered, voice.Rejected}[i%3]
				}
				at := int64(now) - int64(n-i)*31_000
				if _, err := tx.Exec(`INSERT INTO voice (id, number, level, kind, channel, place, unit_path, text, redacted, title, category, class, state, day, registered_at, due, claimed_by)
					VALUES ($1, $2, $3, $4, 'scan', $5, $6, $7, $7, '', $8, 'T7D', $9, '2026-01-01', $10, $11, $12)`,
					id.Random(), fmt.Sprintf("SQX%09d", i), string(voice.Levels()[i/3%3]), "need", places[i/7%6], fmt.Sprintf("/G/U%02d/", i/11%12+1),
					fmt.Sprintf("第%d条:浴室的水又不热了,喷头水量也小,请派人来看一看。", i), []string{"B1", "A2", "E1", ""}[i/13%4], st, at, at+172_800_000,
					map[bool]string{true: w.P("triager").ID}[st == voice.InTriage]); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			b.Fatal(err)
		}
	}
	if d.Dialect() == db.Postgres {
		if err := d.Upkeep(context.Background(), func(tx *db.Tx) error { _, err := tx.Exec(`ANALYZE voice`); return err }); err != nil {
			b.Fatal(err)
		}
	}
	views := map[string]func(tx *db.Tx) error{
		"counters": func(tx *db.Tx) error { _, err := show.CountersOf(tx, w.P("triager")); return err },
	}
	for name, f := range map[string]show.Filter{"open": {}, "all": {States: voice.Cycle.States()}, "closed": {States: []string{voice.Closed}}, "place": {Place: "P201"},
		"category": {Category: "B1", States: voice.Cycle.States()}, "level": {Level: voice.Anonymous}, "text": {Text: "第777条"},
		"nothing": {Text: "没有这句话", States: voice.Cycle.States()}, "unit": {Unit: "U03"}, "mine": {Claimed: "me"}, "overdue": {Due: "overdue"}} {
		views["list/"+name] = func(tx *db.Tx) error { _, err := show.List(tx, w.P("triager"), f); return err }
	}
	for name, view := range views {
		b.Run(name, func(b *testing.B) {
			var took []time.Duration
			for b.Loop() {
				start := time.Now()
				if err := d.Read(context.Background(), view); err != nil {
					b.Fatal(err)
				}
				took = append(took, time.Since(start))
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)*95/100].Microseconds())/1000, "p95-ms")
		})
	}
}
