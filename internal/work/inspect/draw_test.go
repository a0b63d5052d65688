package inspect_test

import (
	"encoding/hex"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/work/inspect"
)

// TestLotsAreMadeUpFor: nothing ran for four months. Then every one of them is drawn by the first checkpoint signed after its end, however many
// replicas do it at the same time, each once; and where the share is 0 a lot of none says so, which a later share does not change.
func TestLotsAreMadeUpFor(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		p := looks(t, d, c)
		p.begin()
		day := func(s string) {
			at, err := time.ParseInLocation("2006-01-02 15:04", s, clock.Shanghai())
			if err != nil {
				t.Fatal(err)
			}
			c.Set(at)
			p.now = at
		}
		seal := func(size int, root string) {
			p.Must(func(tx *db.Tx) error {
				tx.Asked()
				tx.Recorded()
				_, err := tx.Exec(`INSERT INTO checkpoint (size, root, at, note) VALUES ($1, $2, $3, '')`, size, []byte(root), tx.Millis())
				return err
			})
		}
		run := func() int { // as two replicas do it
			var wg sync.WaitGroup
			var n [2]int
			for i := range n {
				wg.Go(func() {
					for one := 1; one > 0; n[i] += one {
						if err := d.Write(t.Context(), func(tx *db.Tx) (err error) { one, err = inspect.RunDraw(tx); return err }); err != nil {
							t.Error(err)
							return
						}
					}
				})
			}
			wg.Wait()
			return n[0] + n[1]
		}
		day("2026-10-20 10:00")
		p.done(p.all[0])
		day("2026-11-03 10:00")
		p.done(p.all[1])
		seal(1, "November, which is after October")
		day("2027-03-02 08:00")
		seal(2, "March, when the rest was over too")
		seal(3, "and a later one")
		if n := run(); n != 5 {
			t.Errorf("%d months were drawn, want October to February", n)
		}
		if n := run(); n != 0 {
			t.Errorf("%d months were drawn again", n)
		}
		lots := func() string {
			var out []string
			p.Read(func(tx *db.Tx) error {
				ds, err := inspect.Draws(tx, 20)
				for _, d := range ds {
					root, _ := hex.DecodeString(d.Seed)
					_, ts, err := inspect.DrawOf(tx, d.Month)
					if bad := d.Again(ts); err != nil || bad != "" {
						t.Errorf("%s: %q comes out otherwise, %v", d.Month, bad, err)
					}
					out = append(out, fmt.Sprintf("%s %.5s %d of %d at %d", d.Month, root, d.Drawn, d.Closed, d.Percent))
				}
				return err
			})
			return strings.Join(out, "; ")
		}
		const first = "2027-02 March 0 of 0 at 5; 2027-01 March 0 of 0 at 5; 2026-12 March 0 of 0 at 5; 2026-11 March 1 of 1 at 5; 2026-10 Novem 1 of 1 at 5"
		if got := lots(); got != first {
			t.Errorf("drawn was %s", got)
		}
		if n := one[int](p.player, `SELECT COUNT(*) FROM duty WHERE kind = 'recheck' AND open = 1`); n != 2 {
			t.Errorf("%d matters are to be measured again, want both", n)
		}

		share := func(percent string) {
			p.Must(func(tx *db.Tx) error {
				version, err := db.One[int64](tx, `SELECT COALESCE((SELECT version FROM org_setting WHERE key = $1), 0)`, org.RecheckPercent)
				if err != nil {
					return err
				}
				return org.SetSetting{Key: org.RecheckPercent, Value: percent, Basis: "试验", Version: version}.Do(tx, access.System("test"))
			})
		}
		share("0")
		p.done(p.all[2])
		day("2027-04-06 08:00")
		seal(4, "April")
		if n := run(); n != 1 {
			t.Errorf("%d months were drawn where the share is 0", n)
		}
		share("50")
		if n := run(); n != 0 {
			t.Errorf("%d months were drawn later with another share", n)
		}
		if got := lots(); got != "2027-03 April 0 of 1 at 0; "+first {
			t.Errorf("drawn was %s", got)
		}
		day("2029-01-02 08:00") // a year and a half without a lot: no further back than a year
		seal(5, "2029")
		if n := run(); n != 1 {
			t.Errorf("%d months were drawn, want the one before: nothing was struck off within a year", n)
		}
	})
}
