package spots

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"syscall"
	"testing"
	"time"

	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/ground/id"
	"sanwen/internal/reading/insight/spots/daily"
	"sanwen/internal/work/voice/voicetest"
)

// BenchmarkPages reads the pages of hot spots where so many voices (SANWEN_BENCH_VOICES, 20,000 where not set) were said within a year: at four hundred
// surroundings, most of them of few large problems, one in ten with a matter. It reports the median of each page, in time of the processor.
func BenchmarkPages(b *testing.B) {
	n := 20_000
	if s := os.Getenv("SANWEN_BENCH_VOICES"); s != "" {
		var err error
		if n, err = strconv.Atoi(s); err != nil {
			b.Fatal(err)
		}
	}
	d, c := dbtest.Open(b)
	w := voicetest.New(b, d, c)
	dice := rand.New(rand.NewPCG(5, 8))
	now := clock.MillisOf(c.Now())
	topics := []string{"A1", "A2", "B1", "B2", "C1", "D4", "E1", ""}
	matters := map[int64]string{0: "m0"}
	made := map[int64]bool{}
	for start := 0; start < n; start += 5000 {
		if err := d.Upkeep(context.Background(), func(tx *db.Tx) error {
			for i := start; i < min(start+5000, n); i++ {
				hood := dice.IntN(400)
				spot := int64(hood*1000+dice.IntN(1+dice.IntN(1+n/2000))) + 1
				at := now - clock.Millis(n-i)*clock.Millis(364*24*time.Hour/time.Millisecond)/clock.Millis(n)
				day := at.Day(d.Zone())
				voice, submitter, named := id.Random(), "", 0
				if i%2 == 0 {
					submitter = fmt.Sprintf("person-%06d", dice.IntN(n/5))
				}
				if i%50 == 0 {
					named = 1
				}
				if _, err := tx.Exec(`INSERT INTO voice (id, number, level, kind, channel, unit_path, unit, place, category, title, text, redacted, state, day, registered_at, submitter, named, matter)
					VALUES ($1, $2, 'named', 'need', 'scan', $3, $4, $5, $6, '', '', $7, 'closed', $8, $9, $10, $11, $12)`, voice, fmt.Sprintf("SQX%09d", i), fmt.Sprintf("/G/U%02d/", i/11%12+1),
					fmt.Sprintf("U%02d", i/11%12+1), fmt.Sprintf("P%03d", hood), topics[dice.IntN(len(topics))], "四区新浴室夜班下班后水不热，洗到一半就凉了，希望尽快修好。", day, at, submitter, named, matters[spot%10]); err != nil {
					return err
				}
				if !made[spot] {
					made[spot] = true
					if err := putSpot(tx, spot, fmt.Sprintf("P%03d", hood), day); err != nil {
						return err
					}
				}
				if err := putVoice(tx, member{Said: Said{ID: voice, At: at, Day: day}, spot: spot}, fmt.Sprintf("P%03d", hood), "", 0); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			b.Fatal(err)
		}
	}
	took := func() time.Duration {
		var u syscall.Rusage
		if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
			b.Fatal(err)
		}
		return time.Duration(u.Utime.Nano() + u.Stime.Nano())
	}
	store := Store{Read: d.Read, Write: func(ctx context.Context, f func(tx *db.Tx) error) error { return d.Upkeep(ctx, f) }}
	if err := d.Upkeep(b.Context(), func(tx *db.Tx) error {
		if _, err := tx.Exec(`INSERT INTO event_cursor (name, next) SELECT $1, size FROM log_state`, Consumer().Name); err != nil {
			return err
		}
		_, err := tx.Exec(`UPDATE event SET seq = seq`)
		return err
	}); err != nil {
		b.Fatal(err)
	}
	start := took()
	if os.Getenv("SANWEN_BENCH_READ") == "" {
		if err := daily.Make(b.Context(), store); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64((took() - start).Milliseconds()), "making-ms")
	who := w.P("triager")
	var hottest int64
	for b.Loop() {
		for _, page := range []struct {
			name string
			read func(tx *db.Tx) error
		}{
			{"list", func(tx *db.Tx) error {
				rows, err := List(tx, who, Filter{})
				if err == nil && len(rows) == 0 {
					b.Error("no hot spots")
				} else if err == nil {
					hottest = rows[0].N
				}
				return err
			}},
			{"maps", func(tx *db.Tx) error { _, err := MapsOf(tx, who); return err }},
			{"spot", func(tx *db.Tx) error { _, err := See(tx, who, hottest); return err }},
		} {
			var all []time.Duration
			for range 3 {
				from := took()
				if err := d.Read(context.Background(), page.read); err != nil {
					b.Fatal(err)
				}
				all = append(all, took()-from)
			}
			slices.Sort(all)
			b.ReportMetric(float64(all[1].Milliseconds()), page.name+"-ms")
		}
	}
}
