package silence

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"reflect"
	"slices"
	"strconv"
	"syscall"
	"testing"
	"time"

	"sanwen/internal/base/access"
	"sanwen/internal/base/event"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/ground/seal"
	"sanwen/internal/work/voice"
)

func (w *town) store() Store {
	return Store{Read: w.DB.Read, Write: func(ctx context.Context, f func(tx *db.Tx) error) error { return w.DB.Upkeep(ctx, f) }}
}

// counted is what a map is made of, from what is kept where that can be, and by reading the voices. kept tells whether it could.
func (w *town) counted() (kept bool) {
	w.T.Helper()
	w.Read(func(tx *db.Tx) error {
		tx.Asked()
		month := thisMonth(tx)
		since, before := month.AddMonths(-monthsShown), month.AddMonths(-2*monthsShown)
		order := func(all []said) []said {
			slices.SortFunc(all, func(a, b said) int { return cmp.Or(cmp.Compare(a.Unit, b.Unit), cmp.Compare(a.Place, b.Place)) })
			return slices.Clip(all)
		}
		h, err := heardFrom(tx, before, since, month)
		if err != nil {
			return err
		}
		kept = h != nil
		named, hidden, reached, err := heardBetween(tx, before, since, month)
		if err != nil {
			return err
		}
		n, x, err := heardRead(tx, before, since, month)
		if err != nil {
			return err
		}
		r, err := reachedBy(tx, since, month)
		if err != nil {
			return err
		}
		for what, pair := range map[string][2]any{"named": {order(named), order(n)}, "hidden": {order(hidden), order(x)}, "reached": {reached, r}} {
			if !reflect.DeepEqual(pair[0], pair[1]) {
				w.T.Errorf("%s, kept %v:\n%+v\nread:\n%+v", what, kept, pair[0], pair[1])
			}
		}
		return nil
	})
	return kept
}

// What is kept of days gives the same as the voices, whatever happens to these, before it is followed and after; and of what was there nothing is left.
func TestKeptIsHeard(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		w := build(t, d, c)
		keys, err := seal.OpenKeys(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		log, err := event.Open(t.Context(), d, keys, event.Options{})
		if err != nil {
			t.Fatal(err)
		}
		log.Consume(Consumer())
		if err := Mend(t.Context(), w.store()); err != nil {
			t.Fatal(err)
		}
		if n := w.Count(`SELECT COUNT(*) FROM insight_heard_day`); n != 0 {
			t.Fatalf("%d days are kept, and nobody follows the record", n)
		}
		turn := func() {
			for _, err := range []error{log.Tick(t.Context()), Mend(t.Context(), w.store())} {
				if err != nil {
					t.Fatal(err)
				}
			}
		}
		turn()
		if !w.counted() {
			t.Fatal("the days are not kept")
		}
		dice := rand.New(rand.NewPCG(3, 9))
		pick := func(list ...string) string { return list[dice.IntN(len(list))] }
		for step := range 60 {
			var people []string
			w.Read(func(tx *db.Tx) (err error) {
				tx.Asked()
				people, err = db.All[string](tx, `SELECT id FROM org_person ORDER BY id LIMIT 30`)
				return err
			})
			if err := w.Write(func(tx *db.Tx) error {
				tx.Asked()
				for range 1 + dice.IntN(5) {
					id := fmt.Sprintf("v%d", 1+dice.IntN(w.n))
					switch dice.IntN(9) {
					case 0, 1, 2:
						w.day = tx.Today().Add(-dice.IntN(800))
						who := ""
						if dice.IntN(2) == 0 {
							who = pick(people...)
						}
						if err := w.put(tx, pick("U01", "U02-A", "U05", ""), pick("PALL", "PONE", "", ""), who, pick("", "", "state in_triage", "named 1", "restricted discipline")); err != nil {
							return err
						}
						id = fmt.Sprintf("v%d", w.n)
					default:
						set := pick("state = 'erased', submitter = ''", "state = 'withdrawn'", "state = 'closed'", "restricted = 'health'", "restricted = ''", "named = 1", "place = 'PONE'", "unit = 'U02-A'", "parent = 'v1'")
						if _, err := tx.Exec(`UPDATE voice SET `+set+` WHERE id = $1`, id); err != nil {
							return err
						}
					}
					if err := event.Record(tx, access.System("test"), event.Fact{Kind: "voice.test", Subject: event.Ref{Kind: voice.RefKind, ID: id}}); err != nil {
						return err
					}
				}
				return nil
			}); err != nil {
				t.Fatal(err)
			}
			if !w.counted() {
				t.Errorf("step %d: the days are not kept", step)
			}
			switch step % 4 {
			case 0:
				if err := log.Tick(t.Context()); err != nil {
					t.Fatal(err)
				}
			case 1:
				turn()
			case 2:
				w.Clock.Advance(time.Duration(dice.IntN(500)) * time.Hour)
			}
			w.counted()
			if t.Failed() {
				t.FailNow()
			}
		}
		turn()
		check := func(want int) {
			t.Helper()
			w.Read(func(tx *db.Tx) error {
				tx.Asked()
				seen, bad, err := Check(tx, 0)
				if seen < 700 || bad != want {
					t.Errorf("%d days looked at, %d are wrong", seen, bad)
				}
				return err
			})
		}
		check(0)
		before := slices.Sorted(slices.Values(w.Rows("insight_heard_day")))
		if err := Rebuild(t.Context(), w.store()); err != nil {
			t.Fatal(err)
		}
		if again := slices.Sorted(slices.Values(w.Rows("insight_heard_day"))); !slices.Equal(before, again) {
			t.Error("counted again they are other days")
		}
		if err := d.Upkeep(t.Context(), func(tx *db.Tx) error { // behind the back of the record
			_, err := tx.Exec(`UPDATE voice SET state = 'erased' WHERE id = (SELECT v.id FROM voice v WHERE ` + told + ` AND v.submitter = ''
				AND v.day IN (SELECT day FROM insight_heard_day) ORDER BY v.id LIMIT 1)`)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		check(1)
	})
}

// BenchmarkMap reads the map of silence where so many voices (SANWEN_BENCH_VOICES, 100,000 where not set) were said within two years by 20,000 people, half
// of them with a name, in time of the processor.
func BenchmarkMap(b *testing.B) {
	n := 100_000
	if s := os.Getenv("SANWEN_BENCH_VOICES"); s != "" {
		var err error
		if n, err = strconv.Atoi(s); err != nil {
			b.Fatal(err)
		}
	}
	d, c := dbtest.Open(b)
	c.Set(time.Date(2026, 11, 20, 9, 0, 0, 0, d.Zone()))
	took := func() time.Duration {
		var u syscall.Rusage
		if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
			b.Fatal(err)
		}
		return time.Duration(u.Utime.Nano() + u.Stime.Nano())
	}
	const people = 20_000
	put := func(f func(tx *db.Tx) error) {
		b.Helper()
		if err := d.Upkeep(b.Context(), f); err != nil {
			b.Fatal(err)
		}
	}
	put(func(tx *db.Tx) error {
		for i := range 41 {
			code, path, kind, parent := fmt.Sprintf("U%02d", i), fmt.Sprintf("/G/U%02d/", i), string(org.Plant), any("G")
			if i == 0 {
				code, path, kind, parent = "G", "/G/", "group", nil
			}
			if _, err := tx.Exec(`INSERT INTO org_unit (code, parent, path, kind, name_zh, name_en, headcount, active) VALUES ($1, $2, $3, $4, $5, $6, 500, 1)`, code, parent, path, kind, code, code); err != nil {
				return err
			}
		}
		for i := range people {
			if _, err := tx.Exec(`INSERT INTO org_person (id, employee_no, name, unit, path, status, shift) VALUES ($1, $2, '', $3, $4, 'active', '')`, fmt.Sprintf("00000000-0000-7000-8000-%012d", i), fmt.Sprint(i),
				fmt.Sprintf("U%02d", 1+i%40), fmt.Sprintf("/G/U%02d/", 1+i%40)); err != nil {
				return err
			}
		}
		_, err := tx.Exec(`INSERT INTO event_cursor (name, next) SELECT $1, size FROM log_state`, Consumer().Name)
		return err
	})
	first := clock.Day("2024-11-01")
	dice := rand.New(rand.NewPCG(5, 8))
	for start := 0; start < n; start += 5000 {
		put(func(tx *db.Tx) error {
			for i := start; i < min(start+5000, n); i++ {
				submitter, place := "", ""
				if i%2 == 0 {
					submitter = fmt.Sprintf("00000000-0000-7000-8000-%012d", dice.IntN(people))
				} else if i%4 == 1 {
					place = fmt.Sprintf("P%03d", dice.IntN(400))
				}
				if _, err := tx.Exec(`INSERT INTO voice (id, number, level, kind, channel, unit, unit_path, place, text, state, day, registered_at, submitter) VALUES ($1, $2, 'named', 'need', 'scan', $3, '', $4, '', 'closed', $5, 0, $6)`,
					fmt.Sprintf("v%016d", i*7919%n), fmt.Sprintf("SQX%09d", i), fmt.Sprintf("U%02d", 1+dice.IntN(40)), place, first.Add(i*730/n), submitter); err != nil {
					return err
				}
			}
			return nil
		})
	}
	store := Store{Read: d.Read, Write: func(ctx context.Context, f func(tx *db.Tx) error) error { return d.Upkeep(ctx, f) }}
	who := access.Person{Kind: access.Account, ID: "t", Path: "/G/", Grants: []access.Grant{{Role: access.Triager, Path: "/G/"}}}
	measure := func(name string) {
		var all []time.Duration
		for range 3 {
			from := took()
			if err := d.Read(b.Context(), func(tx *db.Tx) error {
				m, err := Of(tx, who, "")
				if err == nil && (m.Reached == 0 || len(m.Units) == 0) {
					b.Error("nobody is heard")
				}
				return err
			}); err != nil {
				b.Fatal(err)
			}
			all = append(all, took()-from)
		}
		slices.Sort(all)
		b.ReportMetric(float64(all[1].Milliseconds()), name)
	}
	for b.Loop() {
		measure("read-ms")
		from := took()
		if err := Mend(b.Context(), store); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64((took() - from).Milliseconds()), "keeping-ms")
		measure("kept-ms")
	}
}
