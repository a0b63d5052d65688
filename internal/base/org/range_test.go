package org

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"sanwen/internal/base/access"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
)

// TestPathRange: in a random tree, moved about at random, the index range of a unit's path holds exactly the units and
// people that stand below it, by following the parents one by one.
func TestPathRange(t *testing.T) {
	undo := errors.New("undo")
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		rapid.Check(t, func(t *rapid.T) {
			err := d.Write(context.Background(), func(tx *db.Tx) error {
				who := access.System("test")
				if err := (AddUnit{Code: "G", Kind: Group, NameZh: "集团"}).Do(tx, who); err != nil {
					return err
				}
				parent := map[string]string{"G": ""}
				codes := []string{"G"}
				n := rapid.IntRange(1, 12).Draw(t, "units")
				for i := range n {
					// Codes that are prefixes of each other, and signs that sort before and after the slash.
					code := rapid.SampledFrom([]string{"A", "A-", "A0", "AA", "B", "Z9"}).Draw(t, "code") + fmt.Sprint(i)
					up := rapid.SampledFrom(codes).Draw(t, "parent")
					kind := Workshop
					if err := (AddUnit{Code: code, Parent: up, Kind: kind, NameZh: code}).Do(tx, who); err != nil {
						return err
					}
					if _, err := (AddPerson{EmployeeNo: code, Name: code, Unit: code}).Do(tx, who); err != nil {
						return err
					}
					parent[code], codes = up, append(codes, code)
				}
				above := func(code, top string) bool {
					for ; code != ""; code = parent[code] {
						if code == top {
							return true
						}
					}
					return false
				}
				for range rapid.IntRange(0, 3).Draw(t, "moves") {
					code := rapid.SampledFrom(codes[1:]).Draw(t, "moved")
					up := rapid.SampledFrom(codes).Draw(t, "to")
					if above(up, code) {
						continue
					}
					u, err := UnitByCode(tx, code)
					if err != nil {
						return err
					}
					if err := (EditUnit{Code: code, Parent: up, NameZh: code, Version: u.Version}).Do(tx, who); err != nil {
						return err
					}
					parent[code] = up
				}
				for _, top := range codes {
					u, err := UnitByCode(tx, top)
					if err != nil {
						return err
					}
					from, to := u.Path.Range()
					got, err := db.All[string](tx, `SELECT code FROM org_unit WHERE path >= $1 AND path < $2`, from, to)
					if err != nil {
						return err
					}
					people, err := db.One[int](tx, `SELECT COUNT(*) FROM org_person WHERE path >= $1 AND path < $2`, from, to)
					if err != nil {
						return err
					}
					found := map[string]bool{}
					for _, g := range got {
						found[g] = true
					}
					below := 0
					for _, code := range codes {
						if above(code, top) != found[code] {
							t.Fatalf("%s below %s: %v, found %v", code, top, above(code, top), found[code])
						}
						if found[code] && code != "G" {
							below++
						}
					}
					if people != below || u.Headcount != below {
						t.Fatalf("%s: %d people in the range, headcount %d, want %d", top, people, u.Headcount, below)
					}
				}
				return undo
			})
			if !errors.Is(err, undo) {
				t.Fatal(err)
			}
		})
	})
}
