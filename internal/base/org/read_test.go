package org

import (
	"context"
	"testing"

	"sanwen/internal/base/access"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/ground/fault"
)

// small lays a little organisation: G with plant U01 (workshop U01-A with crews), plant U02 and department D01.
func small(t *testing.T, d *db.DB) {
	t.Helper()
	err := d.Upkeep(context.Background(), func(tx *db.Tx) error {
		units := []Unit{
			{Code: "G", Kind: Group, NameZh: "集团", Path: "/G/", Active: true},
			{Code: "U01", Parent: "G", Kind: Plant, NameZh: "炼铁厂", NameEn: "Ironmaking", Path: "/G/U01/", Active: true},
			{Code: "U01-A", Parent: "U01", Kind: Workshop, NameZh: "高炉车间", Path: "/G/U01/U01-A/", Active: true},
			{Code: "U01-A1", Parent: "U01-A", Kind: Crew, NameZh: "甲班", Path: "/G/U01/U01-A/U01-A1/", Active: true},
			{Code: "U02", Parent: "G", Kind: Plant, NameZh: "炼钢厂", Path: "/G/U02/", Active: true},
			{Code: "D01", Parent: "G", Kind: Department, NameZh: "公益福利部", Path: "/G/D01/", Active: true},
			{Code: "D02", Parent: "G", Kind: Department, NameZh: "设备管理部", Path: "/G/D02/", Active: true},
		}
		if err := insertUnits(tx, units...); err != nil {
			return err
		}
		people := []Person{
			{ID: "p1", EmployeeNo: "1001", Name: "王一", Unit: "U01-A1", Path: "/G/U01/U01-A/U01-A1/", Status: Active},
			{ID: "p2", EmployeeNo: "1002", Name: "李二", Unit: "U01", Path: "/G/U01/", Status: Active},
			{ID: "p3", EmployeeNo: "1003", Name: "张三", Unit: "D01", Path: "/G/D01/", Status: Active},
			{ID: "p4", EmployeeNo: "1004", Name: "赵四", Unit: "U02", Path: "/G/U02/", Status: Left},
		}
		if err := insertPeople(tx, people...); err != nil {
			return err
		}
		for _, g := range []Grant{
			{Person: "p1", Role: access.DeptHead, Unit: "G", Path: "/G/", GrantedBy: "t"},
			{Person: "p2", Role: access.DeptHead, Unit: "U01", Path: "/G/U01/", GrantedBy: "t"},
			{Person: "p4", Role: access.DeptHead, Unit: "U02", Path: "/G/U02/", GrantedBy: "t"},
		} {
			if _, err := insertGrant(tx, g); err != nil {
				return err
			}
		}
		places := []Place{
			{Code: "A1", Key: "k1", NameZh: "一区", Kind: Area, Unit: "G", Path: "/G/", Active: true},
			{Code: "P104", Key: "k2", NameZh: "浴室", Kind: Bathhouse, Unit: "U02", Path: "/G/U02/", Parent: "A1", Active: true, Audience: "U01,U02"},
			{Code: "P104M", Key: "k3", NameZh: "男浴室", Kind: Bathhouse, Unit: "U02", Path: "/G/U02/", Parent: "P104", Active: true, Audience: "U01-A,U01"},
		}
		if err := insertPlaces(tx, places...); err != nil {
			return err
		}
		cats := []Category{
			{Code: "B", NameZh: "浴室", Lead: "D01", Class: clock.T7D, Active: true, Sort: 1, LevelHint: "n"},
			{Code: "B1", Parent: "B", NameZh: "水温", Lead: "D02", Co: "D01", Class: clock.T24H, FirstMins: 240, LimitMins: 1440, Active: true, Sort: 2, LevelHint: "n"},
			{Code: "J2", NameZh: "采光", Lead: UnitOfPlace, Class: clock.T7D, Active: true, Sort: 3, LevelHint: "n"},
		}
		if err := insertCategories(tx, cats...); err != nil {
			return err
		}
		for _, r := range []Rule{
			{ID: "r1", Category: "B", Place: "P104", Lead: "U02", Version: 1, Active: true, Basis: "b", MadeBy: "t"},
			{ID: "r2", Category: "B1", Place: "P104M", Lead: "U01", Class: clock.T2H, Version: 2, Active: true, Basis: "b", MadeBy: "t"},
			{ID: "r0", Category: "B1", Place: "P104M", Lead: "D01", Version: 1, Basis: "b", MadeBy: "t"},
		} {
			if err := insertRule(tx, r); err != nil {
				return err
			}
		}
		if err := touch(tx, partCatalogue, partSettings, partCalendar); err != nil {
			return err
		}
		return recount(tx)
	})
	if err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, d *db.DB, fn func(tx *db.Tx) error) {
	t.Helper()
	if err := d.Read(context.Background(), fn); err != nil {
		t.Fatal(err)
	}
}

func TestReads(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		small(t, d)
		read(t, d, func(tx *db.Tx) error {
			tree, err := TreeOf(tx)
			if err != nil {
				return err
			}
			for code, want := range map[string]int{"G": 3, "U01": 2, "U01-A": 1, "U01-A1": 1, "U02": 0, "D01": 1} {
				if u, _ := tree.Get(code); u.Headcount != want {
					t.Errorf("headcount of %s is %d, want %d", code, u.Headcount, want)
				}
			}
			for code, want := range map[string]int{"p104m": 2, "P104": 2, "Ａ１": 2} {
				p, err := PlaceByCode(tx, code)
				if err != nil || p.Users != want {
					t.Errorf("place %s: users %d, want %d (%v)", code, p.Users, want, err)
				}
			}
			if _, err := PlaceByCode(tx, "P999"); fault.KindOf(err) != fault.NotFound {
				t.Errorf("unknown place: %v", err)
			}
			for unit, want := range map[string]string{"U01-A1": "p2", "U01": "p2", "U02": "p1", "D01": "p1"} {
				p, err := HeadOf(tx, unit)
				if err != nil || p.ID != want {
					t.Errorf("head of %s is %q, want %s (%v)", unit, p.ID, want, err)
				}
			}
			holders, err := Holders(tx, access.DeptHead, "U01-A1")
			if err != nil || len(holders) != 2 || holders[0].ID != "p2" || holders[1].ID != "p1" {
				t.Errorf("holders: %v %v", holders, err)
			}
			a, err := Actor(tx, "p2")
			if err != nil || !a.Has(access.DeptHead) || a.Path != "/G/U01/" {
				t.Errorf("actor: %+v %v", a, err)
			}
			if _, err := Actor(tx, "p4"); fault.KindOf(err) != fault.Forbidden {
				t.Errorf("who has left can act: %v", err)
			}
			for _, c := range []struct {
				cat, place, lead, rule string
				class                  clock.Class
				limit                  Term
			}{
				{"B1", "", "D02", "", clock.T24H, Term{Minutes: 1440, Days: 0}},
				{"B1", "P104", "U02", "r1", clock.T24H, Term{Minutes: 1440, Days: 0}},
				{"B1", "P104M", "U01", "r2", clock.T2H, Term{Minutes: 120, Days: 0}},
				{"B", "P104M", "U02", "r1", clock.T7D, Term{Minutes: 0, Days: 7}},
				{"B", "A1", "D01", "", clock.T7D, Term{Minutes: 0, Days: 7}},
				{"J2", "P104M", "U02", "", clock.T7D, Term{Minutes: 0, Days: 7}},
				{"J2", "", "", "", clock.T7D, Term{Minutes: 0, Days: 7}},
				{"NONE", "P104", "", "", clock.T7D, Term{Minutes: 0, Days: 7}},
			} {
				p, err := Propose(tx, c.cat, c.place)
				if err != nil || p.Lead != c.lead || p.Rule != c.rule || p.Class != c.class || p.Limit != c.limit {
					t.Errorf("%s at %q: %+v %v", c.cat, c.place, p, err)
				}
			}
			if g, err := Generalise(tx, "P104M"); err != nil || g != "" {
				t.Errorf("three people cannot hide: %q %v", g, err)
			}
			cal, err := Calendar(tx)
			if err != nil || cal.Version != "cal-1" {
				t.Errorf("calendar %+v %v", cal, err)
			}
			if again, _ := Calendar(tx); again != cal {
				t.Error("the calendar was read twice")
			}
			s, err := SettingsOf(tx)
			if err != nil || s.Int(SignDays) != 1 || len(s.Ints(LookBackDays)) != 3 || s.TimeOfDay(OfficeEnd).Hours() != 17.5 {
				t.Errorf("settings %v", err)
			}
			return nil
		})
	})
}

func TestGeneralise(t *testing.T) {
	chain := []Place{{Code: "a", Users: 3}, {Code: "b", Users: 20}, {Code: "c", Users: 500}}
	if p, ok := smallest(chain, 20); !ok || p.Code != "b" {
		t.Errorf("got %+v", p)
	}
	if _, ok := smallest(chain, 501); ok {
		t.Error("nobody is enough")
	}
}
