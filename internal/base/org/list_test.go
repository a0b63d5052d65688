package org

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"sanwen/internal/base/access"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/ground/fault"
)

func TestLists(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		small(t, d)
		read(t, d, func(tx *db.Tx) error {
			for _, c := range []struct {
				f    PeopleFilter
				want string
			}{
				{PeopleFilter{}, "p1 p2 p3"}, {PeopleFilter{Unit: "U01"}, "p1 p2"}, {PeopleFilter{Unit: "U01-A"}, "p1"}, {PeopleFilter{Status: Left}, "p4"},
				{PeopleFilter{Query: "李"}, "p2"}, {PeopleFilter{Query: "100"}, "p1 p2 p3"}, {PeopleFilter{Query: "%"}, ""},
				{PeopleFilter{Role: access.DeptHead}, "p1 p2"}, {PeopleFilter{After: "1001", Limit: 1}, "p2"}, {PeopleFilter{Unit: "U01", Query: "张"}, ""},
			} {
				got, err := FindPeople(tx, c.f)
				var ids []string
				for _, p := range got {
					ids = append(ids, p.ID)
				}
				if err != nil || strings.Join(ids, " ") != c.want {
					t.Errorf("%+v: %v, want %s (%v)", c.f, ids, c.want, err)
				}
			}
			if _, err := FindPeople(tx, PeopleFilter{Unit: "NO"}); fault.KindOf(err) != fault.Invalid {
				t.Errorf("unknown unit: %v", err)
			}
			for place, want := range map[string]string{"P104": "[p1 p2]", "P104M": "[p1 p2]", "A1": "[p1 p2 p3]"} {
				got, err := UsersOf(tx, place)
				if err != nil || fmt.Sprint(got) != want {
					t.Errorf("users of %s: %v, want %s (%v)", place, got, want, err)
				}
			}
			places, err := Places(tx)
			if err != nil || len(places) != 3 {
				t.Errorf("%d places, %v", len(places), err)
			}
			return nil
		})
	})
}

// TestAllOrNothing: whichever statement of an edit fails, nothing of it stays.
func TestAllOrNothing(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		small(t, d)
		state := func() (s string) {
			read(t, d, func(tx *db.Tx) error {
				units, err := db.All[string](tx, `SELECT code || ' ' || path || ' ' || headcount || ' ' || version FROM org_unit ORDER BY code`)
				if err != nil {
					return err
				}
				people, err := db.All[string](tx, `SELECT id || ' ' || path || ' ' || status FROM org_person ORDER BY id`)
				if err != nil {
					return err
				}
				rules, err := db.All[string](tx, `SELECT category || place || version || active FROM org_rule ORDER BY 1`)
				if err != nil {
					return err
				}
				events, err := db.One[int](tx, `SELECT COUNT(*) FROM event`)
				s = fmt.Sprint(units, people, rules, events)
				return err
			})
			return s
		}
		before := state()
		for name, fn := range map[string]func(tx *db.Tx) error{
			"move": func(tx *db.Tx) error {
				return EditUnit{Code: "U01-A", Parent: "U02", NameZh: "x", Version: 1}.Do(tx, systemAdmin)
			},
			"rule": func(tx *db.Tx) error {
				_, err := SetRule{Category: "B", Place: "P104", Lead: "D01", Basis: "x", Version: 1}.Do(tx, supervisor)
				return err
			},
			"leaving": func(tx *db.Tx) error {
				return EditPerson{ID: "p2", Name: "李二", Unit: "U01", Status: Left, Confirmed: 1, Version: 1}.Do(tx, systemAdmin)
			},
			"office": func(tx *db.Tx) error {
				return SetSetting{Key: OfficeEnd, Value: "16:00", Basis: "x"}.Do(tx, systemAdmin)
			},
		} {
			for n := 1; ; n++ {
				end := dbtest.Fault(d, n)
				err := d.Write(context.Background(), fn)
				if !end() {
					if n < 3 {
						t.Fatalf("%s: no statement failed", name)
					}
					break // it was done in full; the others begin from what it left
				}
				if err == nil {
					t.Fatalf("%s: statement %d failed and nobody was told", name, n)
				}
				if after := state(); after != before {
					t.Fatalf("%s, statement %d: something stayed\n%s\n%s", name, n, before, after)
				}
			}
			before = state()
		}
	})
}

// TestSameRule: of many who write the same line of the catalogue at once, one does and the others are told.
func TestSameRule(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		small(t, d)
		var wg sync.WaitGroup
		errs := make([]error, 8)
		for i := range errs {
			wg.Go(func() {
				errs[i] = d.Write(context.Background(), func(tx *db.Tx) error {
					_, err := SetRule{Category: "J2", Lead: "D01", Basis: fmt.Sprint(i)}.Do(tx, supervisor)
					return err
				})
			})
		}
		wg.Wait()
		done := 0
		for _, err := range errs {
			switch {
			case err == nil:
				done++
			case fault.KindOf(err) != fault.Conflict || errors.Is(err, db.ErrUnasked):
				t.Errorf("%v", err)
			}
		}
		if done != 1 {
			t.Errorf("%d wrote the first version", done)
		}
	})
}
