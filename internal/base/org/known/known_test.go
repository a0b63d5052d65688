package known_test

import (
	"context"
	"testing"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/base/org/known"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
)

// TestKnowsAtOnce: who changes a setting or a place finds it changed on the next page, and what was rolled back is not known.
func TestKnowsAtOnce(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, _ *clock.Fake) {
		ctx := context.Background()
		admin := access.Person{Kind: access.Account, ID: "a", Grants: []access.Grant{{Role: access.SystemAdmin, Unit: org.Root, Path: "/G/"}}}
		do := func(fn func(tx *db.Tx) error) {
			t.Helper()
			if err := d.Write(ctx, fn); err != nil {
				t.Fatal(err)
			}
		}
		do(func(tx *db.Tx) error {
			return org.AddUnit{Code: org.Root, Kind: org.Group, NameZh: "集团"}.Do(tx, admin)
		})
		k := known.New(d)
		name := func() string {
			t.Helper()
			s, err := k.Settings(ctx)
			if err != nil {
				t.Fatal(err)
			}
			return s.Text(org.SiteName)
		}
		before := name()
		do(func(tx *db.Tx) error {
			return org.SetSetting{Key: org.SiteName, Value: "澄川", Basis: "单位自定"}.Do(tx, admin)
		})
		if got := name(); got != "澄川" || got == before {
			t.Errorf("%q after the change, %q before", got, before)
		}
		d.Write(ctx, func(tx *db.Tx) error {
			if err := (org.SetSetting{Key: org.SiteName, Value: "别的", Basis: "单位自定", Version: 1}).Do(tx, admin); err != nil {
				t.Error(err)
			}
			return context.Canceled
		})
		if got := name(); got != "澄川" {
			t.Errorf("%q was never committed", got)
		}
		chain := func(code string) int {
			t.Helper()
			c, err := k.PlaceChain(ctx, code)
			if err != nil {
				t.Fatal(err)
			}
			return len(c)
		}
		if chain("P1") != 0 {
			t.Error("a place before there is one")
		}
		do(func(tx *db.Tx) error {
			return org.AddPlace{Code: "A1", NameZh: "一区", Kind: org.Area, Unit: org.Root}.Do(tx, admin)
		})
		do(func(tx *db.Tx) error {
			return org.AddPlace{Code: "P1", NameZh: "浴室", Kind: org.Bathhouse, Unit: org.Root, Parent: "A1"}.Do(tx, admin)
		})
		if got := chain("P1"); got != 2 {
			t.Errorf("%d places in the chain, want 2", got)
		}
	})
}
