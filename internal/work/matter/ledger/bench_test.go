package ledger_test

import (
	"context"
	"fmt"
	"syscall"
	"testing"
	"time"

	"sanwen/internal/base/duty"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/work/assignment/orgtest"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/matter/ledger"
)

// BenchmarkLedger measures a page of the ledger, and what it counts, over 100,000 matters: one in sixteen of them open, and nearly all.
func BenchmarkLedger(b *testing.B) {
	for _, x := range []struct {
		name string
		open func(i int) bool
	}{{"few", func(i int) bool { return i%16 == 0 }}, {"most", func(i int) bool { return i%16 != 0 }}} {
		b.Run(x.name, func(b *testing.B) { benchLedger(b, x.open) })
	}
}

func benchLedger(b *testing.B, open func(i int) bool) {
	w, id := filled(b, open)
	for _, x := range []struct {
		name string
		f    ledger.Filter
	}{{"number", ledger.Filter{}}, {"due", ledger.Filter{Sort: ledger.SortDue}}, {"red", ledger.Filter{Light: duty.Red, Sort: ledger.SortDue}},
		{"unit", ledger.Filter{Lead: "D05", Sort: ledger.SortDue}}, {"text", ledger.Filter{Text: "水温"}}, {"nothing", ledger.Filter{Text: "没有"}}} {
		b.Run(x.name, func(b *testing.B) {
			for b.Loop() {
				w.Read(func(tx *db.Tx) error {
					g := x.f
					g.Limit = 50
					_, _, err := ledger.Ledger(tx, w.P("supervisor"), g)
					return err
				})
			}
		})
	}
	var among []string // what an index of searches would name
	for i := range 300 {
		among = append(among, fmt.Sprint(id, "-", i*7))
	}
	for _, x := range []struct {
		name string
		read func(tx *db.Tx) error
	}{
		{"count", func(tx *db.Tx) error { _, _, err := ledger.Count(tx, w.P("supervisor"), ledger.Filter{}); return err }},
		{"count-open", func(tx *db.Tx) error {
			_, _, err := ledger.Count(tx, w.P("supervisor"), ledger.Filter{States: matter.Open})
			return err
		}},
		{"count-red", func(tx *db.Tx) error {
			_, _, err := ledger.Count(tx, w.P("supervisor"), ledger.Filter{Light: duty.Red})
			return err
		}},
		{"count-text", func(tx *db.Tx) error {
			_, _, err := ledger.Count(tx, w.P("supervisor"), ledger.Filter{Text: "没有"})
			return err
		}},
		{"count-among", func(tx *db.Tx) error {
			_, _, err := ledger.Count(tx, w.P("supervisor"), ledger.Filter{Text: "没有", Of: among})
			return err
		}},
		{"week-among", func(tx *db.Tx) error {
			_, err := ledger.WeekOn(tx, w.P("supervisor"), ledger.Filter{Text: "没有", Of: among})
			return err
		}},
		{"count-worse", func(tx *db.Tx) error {
			_, _, err := ledger.Count(tx, w.P("supervisor"), ledger.Filter{Changed: ledger.Worse})
			return err
		}},
		{"counts", func(tx *db.Tx) error { _, err := ledger.CountsOf(tx, w.P("supervisor"), ledger.Filter{}); return err }},
		{"lights", func(tx *db.Tx) error { _, err := ledger.LightsOf(tx, w.P("supervisor"), ledger.Filter{}); return err }},
		{"week", func(tx *db.Tx) error { _, err := ledger.WeekOn(tx, w.P("supervisor"), ledger.Filter{}); return err }},
	} {
		b.Run(x.name, func(b *testing.B) {
			for b.Loop() {
				w.Read(x.read)
			}
		})
	}
}

// filled is a ledger of 100,000 matters like one.
func filled(b *testing.B, open func(i int) bool) (*world, string) {
	d, c := dbtest.Open(b)
	w := &world{orgtest.New(b, d, c)}
	id := w.register()
	now := int64(clock.MillisOf(c.Now()))
	if err := d.Upkeep(context.Background(), func(tx *db.Tx) error {
		for i := range 100_000 {
			state, lead := []string{matter.Closed, matter.Cancelled, matter.CarriedOver}[i%3], []string{"D01", "D05", "D06", "U01", "U02", "UN"}[i%6]
			if open(i) {
				state = matter.Open[i%len(matter.Open)]
			}
			if _, err := tx.Exec(`INSERT INTO matter (id, number, title, body, public_text, public, class, source, union_initiated, category, place, unit, unit_path,
				beneficiaries, restricted, state, version, round, created_by, registered_at, first_voice_at, voices, supporters, moved_at, lead, lead_path, due, due_key, due_at, due_from)
				SELECT id || $1, number || $1, title, body, public_text, public, class, source, union_initiated, category, place, unit, unit_path,
				beneficiaries, restricted, $2, version, round, created_by, registered_at + $3, first_voice_at, voices, supporters, $8, $6, $7, $4, $4, registered_at + $3, registered_at
				FROM matter WHERE id = $5`, fmt.Sprint("-", i), state, i, string(clock.Day("2026-01-01").Add(i%700)), id, lead, "/G/"+lead+"/",
				now-int64(i%20)*24*3600*1000); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		b.Fatal(err)
	}
	return w, id
}

// BenchmarkText measures what a page of the ledger with a text that the index of searches does not name takes of the processor: looking for it
// once before ([ledger.ByText]), and in every number and list of the page. "9999" is in few rows, "水" in all.
func BenchmarkText(b *testing.B) {
	for name, open := range map[string]func(i int) bool{"few": func(i int) bool { return i%16 == 0 }, "most": func(i int) bool { return i%16 != 0 }} {
		b.Run(name, func(b *testing.B) {
			w, _ := filled(b, open)
			for _, text := range []string{"9999", "没", "水"} {
				for how, most := range map[string]int{"apart": -1, "once": 5000} {
					b.Run(text+"/"+how, func(b *testing.B) {
						had := processor()
						for b.Loop() {
							w.Read(func(tx *db.Tx) (err error) {
								f := ledger.Filter{Text: text, Limit: 50}
								if most > 0 {
									if f, err = ledger.ByText(tx, f, most); err != nil {
										return err
									}
								}
								if _, err = ledger.WeekOn(tx, w.P("supervisor"), f); err != nil {
									return err
								}
								if _, _, err = ledger.Ledger(tx, w.P("supervisor"), f); err != nil {
									return err
								}
								_, _, err = ledger.Count(tx, w.P("supervisor"), f)
								return err
							})
						}
						b.ReportMetric(float64((processor()-had).Microseconds())/1000/float64(b.N), "cpu-ms/op")
					})
				}
			}
		})
	}
}

// processor is the time that this process has had of all cores.
func processor() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
