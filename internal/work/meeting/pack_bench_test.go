//go:build unix

package meeting_test

import (
	"context"
	"fmt"
	"slices"
	"syscall"
	"testing"
	"time"

	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/work/assignment/orgtest"
	"sanwen/internal/work/meeting"
)

// processor is the time that this process has had of all cores.
func processor() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// fillLedger puts n matters on the ledger: one in fifty overdue, as many behind, as many on track, the others struck off; and
// twice as many voices, an eighth
// of them of the last month: ten times what the field expects of 300,000 people.
func fillLedger(tx *db.Tx, n int) error {
	for _, q := range []string{
		fmt.Sprintf(`INSERT INTO matter (id, number, title, body, public_text, public, class, source, union_initiated, category, place, unit, unit_path, beneficiaries,
			restricted, state, version, round, created_by, registered_at, first_voice_at, voices, supporters, moved_at, lead, lead_path, due, due0, due_key, due_at, due_from,
			due_open, plan_version, milestone_due)
		WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < %d)
		SELECT 'm' || i, 'SS-2025-' || i, '实事 ' || i, '', '', 1, 'standard', 'research', 0, 'BA-1', 'P104M', 'U01', '/G/U01/', 100, '',
			CASE WHEN i %% 50 < 3 THEN 'executing' WHEN i %% 50 = 3 THEN 'carried_over' ELSE 'closed' END, 1, 1, '', 1790000000000, 1790000000000, 3, 0, 1795000000000, 'D05', '/G/D05/',
			CASE i %% 50 WHEN 0 THEN '2026-11-10' ELSE '2026-12-31' END, '2026-11-10', CASE i %% 50 WHEN 0 THEN '2026-11-10' ELSE '2026-12-31' END,
			CASE i %% 50 WHEN 0 THEN 1794000000000 ELSE 1798700000000 END, 1790000000000, 0, 1, CASE i %% 50 WHEN 1 THEN '2026-11-01' ELSE '2026-12-20' END FROM c`, n),
		fmt.Sprintf(`INSERT INTO voice (id, number, level, kind, channel, text, state, day, registered_at, place, category, unit, unit_path)
		WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < %d)
		SELECT 'v' || i, 'SQ' || i, 'named', 'help', 'scan', '水不热', 'closed', CASE i %% 8 WHEN 0 THEN '2026-11-15' ELSE '2026-0' || (1 + i %% 8) || '-01' END, 1794000000000,
			CASE i %% 3 WHEN 0 THEN 'P201' ELSE 'P104M' END, 'BA-1', 'U01', '/G/U01/' FROM c`, 2*n),
	} {
		if _, err := tx.Exec(q); err != nil {
			return err
		}
	}
	return nil
}

// BenchmarkPack finds and briefs the agenda of a meeting over a ledger of 100,000 matters. Goal: 95 of 100 within 150 ms.
func BenchmarkPack(b *testing.B) {
	d, c := dbtest.Open(b)
	w := &world{orgtest.New(b, d, c)}
	if err := d.Upkeep(context.Background(), func(tx *db.Tx) error { return fillLedger(tx, 100_000) }); err != nil {
		b.Fatal(err)
	}
	id := w.call()
	var walls, cpus []time.Duration
	items := 0
	for b.Loop() {
		begun, had := time.Now(), processor()
		err := d.Read(context.Background(), func(tx *db.Tx) error {
			m, _, err := meeting.See(tx, w.P("supervisor"), id)
			if err != nil {
				return err
			}
			all, err := meeting.Agenda(tx, w.P("supervisor"), m)
			if err != nil {
				return err
			}
			items = len(all)
			_, err = meeting.Briefs(tx, m, all)
			return err
		})
		if err != nil {
			b.Fatal(err)
		}
		walls, cpus = append(walls, time.Since(begun)), append(cpus, processor()-had)
	}
	if items < 60 {
		b.Fatalf("only %d items", items)
	}
	at95 := func(all []time.Duration) float64 {
		slices.Sort(all)
		return float64(all[len(all)*95/100].Microseconds()) / 1000
	}
	b.ReportMetric(at95(walls), "p95-ms")
	b.ReportMetric(at95(cpus), "p95-cpu-ms")
	b.ReportMetric(float64(items), "items")
}

// BenchmarkBuild presses the button that builds such a pack anew.
func BenchmarkBuild(b *testing.B) {
	d, c := dbtest.Open(b)
	w := &world{orgtest.New(b, d, c)}
	if err := d.Upkeep(context.Background(), func(tx *db.Tx) error { return fillLedger(tx, 100_000) }); err != nil {
		b.Fatal(err)
	}
	in := meeting.Build{Meeting: w.call()}
	w.Do("supervisor", in)
	var cpus []time.Duration
	for b.Loop() {
		had := processor()
		w.Do("supervisor", in)
		cpus = append(cpus, processor()-had)
	}
	slices.Sort(cpus)
	b.ReportMetric(float64(cpus[len(cpus)/2].Microseconds())/1000, "p50-cpu-ms")
	b.ReportMetric(float64(cpus[len(cpus)*95/100].Microseconds())/1000, "p95-cpu-ms")
}
