package demo

import (
	"context"
	"testing"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
)

func TestOrganisation(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		cast, err := Organisation(context.Background(), d, People)
		if err != nil {
			t.Fatal(err)
		}
		err = d.Read(context.Background(), func(tx *db.Tx) error {
			tree, err := org.TreeOf(tx)
			if err != nil {
				return err
			}
			kinds := map[org.UnitKind]int{}
			for _, u := range tree.All() {
				kinds[u.Kind]++
				if u.Kind == org.Crew && (u.Headcount < 8 || u.Headcount > 40) {
					t.Errorf("crew %s has %d people", u.Code, u.Headcount)
				}
			}
			if g, _ := tree.Get(org.Root); g.Headcount != People || kinds[org.Plant] != 12 || kinds[org.Department] != 16 || kinds[org.Crew] != cast.Crews {
				t.Errorf("%d people, %v", g.Headcount, kinds)
			}
			places, err := db.All[org.Place](tx, `SELECT code, kind, users, parent FROM org_place`)
			if err != nil {
				return err
			}
			posters := 0
			for _, p := range places {
				if p.Kind != org.Area {
					posters++
				}
				if p.Users == 0 {
					t.Errorf("nobody uses %s", p.Code)
				}
				if g, err := org.Generalise(tx, p.Code); err != nil || g == "" {
					t.Errorf("%s generalises to %q, %v", p.Code, g, err)
				}
			}
			if posters < 31 {
				t.Errorf("%d places", posters)
			}
			for _, p := range []struct{ category, place, lead string }{{"B1", "P104M", "D02"}, {"B3", "P105", "U04"}, {"J2", "P402", "U02"}, {"C2", "P305", "U05"}, {"A1", "P202", "D01"}} {
				got, err := org.Propose(tx, p.category, p.place)
				if err != nil || got.Lead != p.lead {
					t.Errorf("%s at %s goes to %q, want %s (%v)", p.category, p.place, got.Lead, p.lead, err)
				}
			}
			for _, r := range access.Roles() {
				if r != access.Employee && len(cast.Holders[r]) == 0 {
					t.Errorf("nobody is %s", r)
				}
			}
			if n := len(cast.Holders[access.Custodian]); n != 2 || cast.Holders[access.Custodian][0].Unit == cast.Holders[access.Custodian][1].Unit {
				t.Errorf("%d custodians", n)
			}
			for _, unit := range []string{"D01", "U07", "U02-A01"} {
				if _, err := org.HeadOf(tx, unit); err != nil {
					t.Error(err)
				}
			}
			names, err := db.One[int](tx, `SELECT COUNT(DISTINCT name) FROM org_person`)
			if err != nil || names < 6000 {
				t.Errorf("only %d different names, %v", names, err)
			}
			roster, err := org.Roster(tx, "hazard")
			if err != nil || len(roster) < 3 {
				t.Errorf("%d on the roster, %v", len(roster), err)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// TestOtherSizes: crews stay crews in small and large organisations.
func TestOtherSizes(t *testing.T) {
	for _, n := range []int{1000, 5000, 300000} {
		m := layout(n)
		total := 0
		for _, s := range m.seats {
			total += s.n
			if !s.office && (s.n < 8 || s.n > 40) || s.office && s.n < 8 {
				t.Errorf("of %d: %d people in %s", n, s.n, s.unit)
			}
		}
		if total != n {
			t.Errorf("%d people of %d", total, n)
		}
		seen := map[string]bool{}
		for _, u := range m.units {
			if seen[u.Code] || !org.ValidCode(u.Code) {
				t.Errorf("code %s", u.Code)
			}
			seen[u.Code] = true
		}
	}
}
