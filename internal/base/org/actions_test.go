package org

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"sanwen/internal/base/access"
	"sanwen/internal/base/event"
	"sanwen/internal/base/org/catalogue"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/lang"
)

func account(id string, roles ...access.Role) access.Person {
	p := access.Person{Kind: access.Account, ID: id, Name: id, Unit: "G", Path: "/G/"}
	for _, r := range roles {
		p.Grants = append(p.Grants, access.Grant{Role: r, Unit: "G", Path: "/G/"})
	}
	return p
}

var (
	systemAdmin   = account("sys", access.SystemAdmin)
	securityAdmin = account("sec", access.SecurityAdmin)
	supervisor    = account("sup", access.Supervisor)
	worker        = account("p1")
)

type doer interface {
	Do(*db.Tx, access.Person) error
}

// do runs an action and compares the key of its fault, "" for success. A form with several faults gives all keys.
func do(t *testing.T, d *db.DB, who access.Person, in doer, want string) {
	t.Helper()
	run(t, d, want, fmt.Sprintf("%T%+v", in, in), func(tx *db.Tx) error { return in.Do(tx, who) })
}

func run(t *testing.T, d *db.DB, want, what string, fn func(*db.Tx) error) {
	t.Helper()
	err := d.Write(context.Background(), fn)
	if got := keys(err); got != want {
		t.Errorf("%s: got %q, want %q (%v)", what, got, want, err)
	}
}

func keys(err error) string {
	if err == nil {
		return ""
	}
	e := fault.Of(err)
	if len(e.More) == 0 {
		return e.Key
	}
	var k []string
	for _, m := range e.More {
		k = append(k, m.Field+":"+m.Key)
	}
	return strings.Join(k, " ")
}

func TestUnits(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		do(t, d, systemAdmin, AddUnit{Code: "U09", Parent: "G", Kind: Plant, NameZh: "甲"}, "parent:org.unit.parent kind:org.unit.kind.wrong")
		small(t, d)
		do(t, d, worker, AddUnit{Code: "U09", Parent: "G", Kind: Plant, NameZh: "甲"}, "access.denied")
		do(t, d, systemAdmin, AddUnit{Code: "u 09", Parent: "G", Kind: Plant, NameZh: "质检中心"}, "")
		do(t, d, systemAdmin, AddUnit{Code: "U09", Parent: "G", Kind: Plant, NameZh: "质检中心"}, "org.code.taken")
		do(t, d, systemAdmin, AddUnit{Code: "U/1", Parent: "NO", Kind: Plant, NameZh: " "},
			"code:org.code.bad name_zh:org.text.missing parent:org.unit.parent kind:org.unit.kind.wrong")
		do(t, d, systemAdmin, AddUnit{Code: "U10", Parent: "U01-A1", Kind: Crew, NameZh: "班中班"}, "org.unit.kind.wrong")

		var moves []string
		OnMove(func(_ *db.Tx, _ access.Person, from, to access.Path) error {
			moves = append(moves, string(from+" → "+to))
			return nil
		})
		edit := EditUnit{Code: "U01-A", Parent: "U02", NameZh: "高炉一车间", Version: 1}
		do(t, d, systemAdmin, edit, "")
		do(t, d, systemAdmin, edit, "org.changed")
		do(t, d, systemAdmin, EditUnit{Code: "U02", Parent: "U01-A1", NameZh: "炼钢厂", Version: 1}, "parent:org.unit.parent kind:org.unit.kind.wrong")
		if fmt.Sprint(moves) != "[/G/U01/U01-A/ → /G/U02/U01-A/]" {
			t.Errorf("told of %v", moves)
		}
		read(t, d, func(tx *db.Tx) error {
			tree, _ := TreeOf(tx)
			u1, _ := tree.Get("U01")
			u2, _ := tree.Get("U02")
			crew, _ := tree.Get("U01-A1")
			p, err := PersonByID(tx, "p1")
			if u1.Headcount != 1 || u2.Headcount != 1 || crew.Path != "/G/U02/U01-A/U01-A1/" || p.Path != crew.Path || crew.Name(lang.ZH) != "甲班" {
				t.Errorf("after the move: %+v %+v %+v %+v %v", u1, u2, crew, p, err)
			}
			weights, err := Impact(tx, KindUnit, "D01")
			if err != nil || fmt.Sprint(weights) != "[{org.impact.people 1} {org.impact.categories 2}]" {
				t.Errorf("impact %v %v", weights, err)
			}
			return nil
		})
		do(t, d, systemAdmin, SetActive{Kind: KindUnit, Code: "D01", Confirmed: 2, Version: 1}, "org.impact.changed")
		do(t, d, systemAdmin, SetActive{Kind: KindUnit, Code: "D01", Confirmed: 3, Version: 1}, "")
		do(t, d, systemAdmin, SetActive{Kind: KindUnit, Code: "G", Version: 1}, "org.unit.root")
		do(t, d, systemAdmin, SetActive{Kind: "rule", Code: "G", Version: 1}, "org.kind.unknown")
		do(t, d, systemAdmin, AddPlace{Code: "P1", NameZh: "x", Kind: Canteen, Unit: "D01"}, "org.unit.unknown")
	})
}

func TestPlaces(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		small(t, d)
		do(t, d, systemAdmin, AddPlace{Code: "p201", NameZh: "一楼餐厅", Kind: Canteen, Unit: "D01", Parent: "A1", Audience: []string{"G"}}, "")
		do(t, d, systemAdmin, AddPlace{Code: "P201", NameZh: "", Kind: "moon", Unit: "X", Parent: "Y", Audience: []string{"Z"}},
			"code:org.code.taken name_zh:org.text.missing kind:org.place.kind.unknown unit:org.unit.unknown audience:org.unit.unknown parent:org.place.unknown")
		do(t, d, systemAdmin, EditPlace{Code: "A1", NameZh: "一区", Kind: Area, Unit: "G", Parent: "P201", Version: 1}, "org.place.inside_itself")
		do(t, d, systemAdmin, EditPlace{Code: "P201", NameZh: "一楼餐厅", Kind: Canteen, Unit: "D01", Audience: []string{"U01"}, ClosedNote: "停业改造", Version: 1}, "")
		read(t, d, func(tx *db.Tx) error {
			p, err := PlaceByCode(tx, "P201")
			if err != nil || p.Users != 2 || p.Path != "/G/D01/" || len(p.Key) != 13 || p.ClosedNote != "停业改造" {
				t.Errorf("place %+v %v", p, err)
			}
			return nil
		})
		do(t, d, systemAdmin, SetActive{Kind: KindPlace, Code: "P104M", Confirmed: 1, Version: 1}, "")
	})
}

func TestPeople(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		small(t, d)
		var id string
		add := func(in AddPerson, want string) {
			run(t, d, want, in.EmployeeNo, func(tx *db.Tx) (err error) { id, err = in.Do(tx, systemAdmin); return err })
		}
		add(AddPerson{EmployeeNo: "10 01", Name: "重号", Unit: "U01"}, "org.person.no.taken")
		add(AddPerson{EmployeeNo: "工号", Unit: "NO", Details: Details{Phone: "12", Employment: "slave", Gender: "x", UnionMember: "x", BirthYear: 3}},
			"employee_no:org.person.no.bad name:org.text.missing unit:org.unit.unknown phone:org.person.phone.bad employment:org.person.employment.unknown birth_year:org.person.birth.bad gender:org.person.gender.unknown union_member:org.person.union.unknown")
		add(AddPerson{EmployeeNo: "２００１", Name: "孙五", Unit: "U02", Details: Details{Phone: "13800000000"}}, "")
		do(t, d, securityAdmin, EditPerson{ID: id, Name: "孙五", Unit: "U02", Status: Active, Version: 1}, "access.denied")

		give := func(who access.Person, person string, r access.Role, want string) {
			do(t, d, who, GiveRole{Person: person, Role: r, Unit: "G"}, want)
		}
		give(systemAdmin, id, access.Handler, "access.denied")
		give(access.System("setup"), id, access.SecurityAdmin, "")
		give(securityAdmin, id, access.SecurityAdmin, "org.grant.held")
		give(securityAdmin, id, access.SystemAdmin, "org.grant.conflict")
		give(securityAdmin, id, access.Custodian, "org.grant.conflict")
		give(securityAdmin, id, access.Handler, "")
		give(securityAdmin, "p1", access.Custodian, "")
		give(securityAdmin, "p1", access.AuditAdmin, "org.grant.conflict")
		give(securityAdmin, "p1", access.Employee, "org.grant.role")
		give(securityAdmin, "p4", access.Handler, "org.person.left")
		give(account("p1", access.SecurityAdmin), "p1", access.Handler, "org.grant.self")
		do(t, d, securityAdmin, TakeRole{Person: id, Role: access.SecurityAdmin, Unit: "G"}, "org.grant.last")
		do(t, d, securityAdmin, TakeRole{Person: "p1", Role: access.Leader, Unit: "G"}, "org.grant.none")

		leaves := EditPerson{ID: id, Name: "孙五", Unit: "U02", Status: Left, Confirmed: 2, Version: 1}
		do(t, d, systemAdmin, leaves, "org.grant.last")
		give(securityAdmin, "p2", access.SecurityAdmin, "")
		do(t, d, systemAdmin, SetRoster{Kind: "hazard", People: []string{id, "p2"}}, "")
		do(t, d, systemAdmin, SetRoster{Kind: "hazard", People: []string{"p2", "p2"}}, "org.roster.twice")
		do(t, d, systemAdmin, leaves, "org.impact.changed")
		var left []string
		OnLeave(func(_ *db.Tx, _ access.Person, p string) error { left = append(left, p); return nil })
		leaves.Confirmed = 3
		do(t, d, systemAdmin, leaves, "")
		read(t, d, func(tx *db.Tx) error {
			grants, _ := GrantsOf(tx, id)
			roster, err := Roster(tx, "hazard")
			u, _ := UnitByCode(tx, "U02")
			if len(grants) != 0 || len(roster) != 1 || roster[0].Name != "李二" || u.Headcount != 0 || fmt.Sprint(left) != "["+id+"]" {
				t.Errorf("after leaving: %v %v %d %v %v", grants, roster, u.Headcount, left, err)
			}
			// What is recorded for ever holds nothing personal.
			entries, err := event.Timeline(tx, event.Ref{Kind: KindPerson, ID: id}, 100, 0)
			if err != nil || len(entries) < 4 {
				t.Errorf("%d entries, %v", len(entries), err)
			}
			for _, e := range entries {
				if strings.Contains(string(e.Data), "孙五") || strings.Contains(string(e.Data), "13800000000") {
					t.Errorf("the record says %s", e.Data)
				}
			}
			return nil
		})
	})
}

func TestCatalogueActions(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		small(t, d)
		do(t, d, systemAdmin, SaveCategory{Code: "B2", Parent: "B", NameZh: "喷头", Lead: "D02", Class: clock.T7D, FirstDays: 1, LimitDays: 3, Keywords: []string{"喷头", "地漏"}}, "")
		do(t, d, systemAdmin, SaveCategory{Code: "B3", Parent: "B1", NameZh: "x", Lead: "Z", Co: []string{"Q"}, Class: "T9", LevelHint: "z", Restricted: "z", LimitMins: 1, LimitDays: 1},
			"parent:org.category.parent level_hint:org.category.level restricted:org.category.restricted limit_days:org.category.term lead:org.unit.unknown co:org.unit.unknown class:org.class.unknown")
		do(t, d, systemAdmin, SaveCategory{Code: "B2", Parent: "B", NameZh: "喷头、地漏", Lead: "D01", Version: 1}, "")
		do(t, d, systemAdmin, SaveCategory{Code: "B2", Parent: "B", NameZh: "喷头、地漏", Lead: "D01", Version: 1}, "org.changed")
		set := func(in SetRule, who access.Person, want string) {
			run(t, d, want, fmt.Sprintf("%+v", in), func(tx *db.Tx) error { _, err := in.Do(tx, who); return err })
		}
		set(SetRule{Category: "B2", Place: "p104m", Lead: "D02", Basis: "裁定"}, supervisor, "")
		set(SetRule{Category: "B2", Place: "P104M", Lead: "U02", Basis: "再裁定"}, supervisor, "org.changed")
		set(SetRule{Category: "B2", Place: "P104M", Lead: "U02", Basis: "再裁定", Version: 1}, supervisor, "")
		set(SetRule{Category: "B2", Place: "P104M", Lead: "U02", Basis: "x", Version: 2}, worker, "access.denied")
		set(SetRule{Lead: "U02", Co: []string{"U02"}}, supervisor, "category:org.rule.everything basis:org.text.missing co:org.rule.co_leads")
		lead := func(want string, version int) {
			read(t, d, func(tx *db.Tx) error {
				p, err := Propose(tx, "B2", "P104M")
				if err != nil || p.Lead != want || p.Version != version {
					t.Errorf("proposed %+v %v", p, err)
				}
				return nil
			})
		}
		lead("U02", 2)
		do(t, d, supervisor, DropRule{Category: "B2", Place: "P104M", Version: 2}, "")
		lead("U02", 1) // the rule for all of B at P104 holds again
		set(SetRule{Category: "B2", Place: "P104M", Lead: "D01", Basis: "第三次"}, supervisor, "")
		lead("D01", 3)
		read(t, d, func(tx *db.Tx) error {
			all, err := Rules(tx, true)
			now, _ := Rules(tx, false)
			if err != nil || len(all) != 6 || len(now) != 3 {
				t.Errorf("%d and %d rules, %v", len(all), len(now), err)
			}
			return nil
		})
	})
}

func TestSettings(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		small(t, d)
		var told []string
		OnCalendar(func(_ *db.Tx, _ access.Person, now *clock.Calendar) error {
			told = append(told, now.Version)
			return nil
		})
		do(t, d, systemAdmin, SetSetting{Key: SignDays, Value: "2", Basis: "公司督办办法第八条"}, "")
		do(t, d, systemAdmin, SetSetting{Key: SignDays, Value: "3", Basis: "x"}, "org.changed")
		do(t, d, systemAdmin, SetSetting{Key: SignDays, Value: "9", Basis: "", Version: 1}, "basis:org.text.missing value:org.setting.range")
		do(t, d, systemAdmin, SetSetting{Key: PlaceUsers, Value: "30", Basis: "x"}, "access.denied")
		do(t, d, securityAdmin, SetSetting{Key: PlaceUsers, Value: "19", Basis: "x"}, "org.setting.range")
		do(t, d, securityAdmin, SetSetting{Key: SignDays, Value: "1", Basis: "x", Version: 1}, "access.denied")
		do(t, d, systemAdmin, SetSetting{Key: "no.such", Value: "1", Basis: "x"}, "org.setting.unknown")
		do(t, d, systemAdmin, SetSetting{Key: LookBackDays, Value: "30,x", Basis: "x"}, "org.setting.number")
		do(t, d, systemAdmin, SetSetting{Key: SiteURL, Value: "javascript:1", Basis: "x"}, "org.setting.url")
		do(t, d, systemAdmin, SetSetting{Key: OfficeEnd, Value: "25:00", Basis: "x"}, "org.setting.time")
		do(t, d, systemAdmin, SetSetting{Key: OfficeEnd, Value: "16:30", Basis: "冬季作息"}, "")
		do(t, d, systemAdmin, ImportCalendar{JSON: []byte(`{"year":2027,"papers":[],"days":[{"name":"元旦","date":"2027-01-01","isOffDay":true}]}`), Source: "国务院办公厅通知"}, "")
		do(t, d, systemAdmin, ImportCalendar{JSON: []byte(`{`), Source: "x"}, "clock.import.json")
		if fmt.Sprint(told) != "[cal-2 cal-3]" {
			t.Errorf("told of %v", told)
		}
		read(t, d, func(tx *db.Tx) error {
			n, err := Int(tx, SignDays)
			s, _ := SettingsOf(tx)
			cal, _ := Calendar(tx)
			if err != nil || n != 2 || s.Basis(SignDays, lang.EN) != "公司督办办法第八条" || cal.Version != "cal-3" || !cal.Knows(2026) || !cal.Knows(2027) {
				t.Errorf("%d %v %v", n, err, cal.Version)
			}
			return nil
		})
		low, high := 37.0, 42.0
		item := CheckItem{Code: "BT1", PlaceKind: Bathhouse, NameZh: "水温", Measure: "°C", Op: catalogue.Between, Low: &low, High: &high, Points: 3, BasisZh: "设计标准"}
		do(t, d, systemAdmin, SaveCheckItem{item}, "")
		do(t, d, systemAdmin, SaveCheckItem{item}, "org.code.taken")
		item.Version, item.High = 1, &low
		item.Low = &high
		do(t, d, systemAdmin, SaveCheckItem{item}, "org.check.order")
	})
}

// TestRolledBack: an edit that is not committed is not met again in memory.
func TestRolledBack(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		small(t, d)
		stop := fault.New(fault.Conflict, "stop.here")
		run(t, d, "stop.here", "rolled back", func(tx *db.Tx) error {
			if err := (AddUnit{Code: "U77", Parent: "G", Kind: Plant, NameZh: "幻影"}).Do(tx, systemAdmin); err != nil {
				return err
			}
			if tree, _ := TreeOf(tx); tree.Path("U77") == "" {
				t.Error("not seen within its own transaction")
			}
			return stop
		})
		read(t, d, func(tx *db.Tx) error {
			if tree, _ := TreeOf(tx); tree.Path("U77") != "" {
				t.Error("seen although rolled back")
			}
			return nil
		})
	})
}
