package silence

import (
	"context"
	"fmt"
	"testing"
	"time"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/base/org/worldtest"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
)

// town is five plants and three crews with a year of voices:
//
//	U01 240 people, of these crew A 20 and crew B 14, 60 heard · U02 200, of these crew A 60, 40 heard, 12 of them of the crew
//	U03 60, nobody heard · U04 100, 24 heard · U05 100, 16 heard
//
// that is 140 of 700, one in five: of U03 12 are expected.
type town struct {
	worldtest.World
	day clock.Day
	n   int
}

func build(t *testing.T, d *db.DB, c *clock.Fake) *town {
	t.Helper()
	c.Set(time.Date(2026, 11, 20, 9, 0, 0, 0, d.Zone()))
	w := &town{World: worldtest.New(t, d, c), day: "2026-05-10"}
	who := access.System("test")
	unit := func(code, parent string, kind org.UnitKind) org.Unit {
		return org.Unit{Code: code, Parent: parent, Kind: kind, NameZh: code, NameEn: code, Active: true}
	}
	units := []org.Unit{unit("G", "", org.Group)}
	for i := 1; i <= 5; i++ {
		units = append(units, unit(fmt.Sprintf("U%02d", i), "G", org.Plant))
	}
	units = append(units, unit("U01-A", "U01", org.Crew), unit("U01-B", "U01", org.Crew), unit("U02-A", "U02", org.Crew))
	var people []org.Person
	for _, x := range []struct {
		unit string
		n    int
	}{{"U01", 206}, {"U01-A", 20}, {"U01-B", 14}, {"U02", 140}, {"U02-A", 60}, {"U03", 60}, {"U04", 100}, {"U05", 100}} {
		for i := range x.n {
			people = append(people, org.Person{EmployeeNo: fmt.Sprintf("%s.%d", x.unit, i), Name: "职工", Unit: x.unit, Shift: "常白班", Status: org.Active})
		}
	}
	w.Must(func(tx *db.Tx) error {
		if err := (org.PutUnits{Units: units}).Do(tx, who); err != nil {
			return err
		}
		return org.Seed(tx, who)
	})
	w.Must(func(tx *db.Tx) error {
		if err := (org.PutPeople{People: people}).Do(tx, who); err != nil {
			return err
		}
		for _, p := range []struct{ code, unit, audience string }{{"PALL", "U05", "U01,U02"}, {"PONE", "U05", "U04"}} {
			if err := (org.PutPlaces{Places: []org.Place{{Code: p.code, NameZh: p.code, NameEn: p.code, Kind: org.Canteen, Unit: p.unit, Audience: org.List(p.audience), Active: true}}}).Do(tx, who); err != nil {
				return err
			}
		}
		return org.Recount{}.Do(tx, who)
	})
	w.Must(func(tx *db.Tx) error {
		for key, x := range map[string]struct {
			role access.Role
			unit string
		}{"triager": {access.Triager, "G"}, "leader": {access.Leader, "G"}, "chair": {access.UnitChair, "U01"}, "inspector": {access.Inspector, "G"}} {
			p, err := org.PersonByNo(tx, "U05."+fmt.Sprint(len(w.People)))
			if err != nil {
				return err
			}
			if err := (org.GiveRole{Person: p.ID, Role: x.role, Unit: x.unit}).Do(tx, who); err != nil {
				return err
			}
			if w.People[key], err = org.Actor(tx, p.ID); err != nil {
				return err
			}
		}
		return nil
	})
	w.say(12, "U02-A", "", "") // some without a name, the others of people of the unit
	w.say(28, "U02", "", "")
	w.say(16, "U05", "", "")
	w.say(10, "", "PONE", "") // a place that only people of U04 use, whoever runs it
	w.named(14, "U04")
	w.named(14, "U04") // the same people once more
	w.named(60, "U01")
	return w
}

// row is a voice to put down.
func (w *town) put(tx *db.Tx, unit, place, submitter, set string) error {
	w.n++
	x := map[string]string{"state": "closed", "restricted": "", "day": string(w.day), "named": "0", "parent": ""}
	if set != "" {
		var key, value string
		if _, err := fmt.Sscanf(set, "%s %s", &key, &value); err != nil {
			return err
		}
		x[key] = value
	}
	_, err := tx.Exec(`INSERT INTO voice (id, number, level, kind, channel, submitter, unit, place, text, state, day, registered_at, restricted, named, parent)
		VALUES ($1, $2, 'anonymous', 'need', 'scan', $3, $4, $5, '', $6, $7, 0, $8, $9, $10)`,
		fmt.Sprintf("v%d", w.n), fmt.Sprintf("SQ%d", w.n), submitter, unit, place, x["state"], x["day"], x["restricted"], x["named"] == "1", x["parent"])
	return err
}

// say puts down voices without a name.
func (w *town) say(n int, unit, place, set string) {
	w.T.Helper()
	if err := w.DB.Upkeep(context.Background(), func(tx *db.Tx) error {
		for range n {
			if err := w.put(tx, unit, place, "", set); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		w.T.Fatal(err)
	}
}

// named puts down voices of people of a unit, about another one.
func (w *town) named(n int, unit string) {
	w.T.Helper()
	if err := w.DB.Upkeep(context.Background(), func(tx *db.Tx) error {
		ids, err := db.All[string](tx, `SELECT id FROM org_person WHERE unit = $1 ORDER BY employee_no LIMIT $2`, unit, n)
		for _, id := range ids {
			if err := w.put(tx, "U05", "PALL", id, ""); err != nil {
				return err
			}
		}
		return err
	}); err != nil {
		w.T.Fatal(err)
	}
}

func (w *town) of(key, under string) (Map, map[string]Row) {
	w.T.Helper()
	var m Map
	w.Read(func(tx *db.Tx) (err error) { m, err = Of(tx, w.P(key), under); return err })
	rows := map[string]Row{}
	for _, r := range append(m.Units, m.Crews...) {
		rows[r.Unit.Code] = r
	}
	return m, rows
}

// TestMap: what is expected of a year that was counted by hand, who sees what of it, and that it moves with the month only.
func TestMap(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		w := build(t, d, c)
		w.say(9, "", "PALL", "") // a place of several units: nobody's
		for _, set := range []string{"state registered", "state withdrawn", "restricted discipline", "named 1", "parent v1", "day 2025-10-31", "day 2026-11-02"} {
			w.say(7, "U03", "", set)
		}
		m, rows := w.of("leader", "")
		if m.From != "2025-11" || m.To != "2026-10" || m.Small != 1 || m.Nobody != 9 || m.Early || len(m.Units) != 5 || len(m.Crews) != 2 {
			t.Errorf("%+v", m)
		}
		u3 := rows["U03"]
		if u3.Expected.Mean != 12 || u3.Expected.Low != 2 || u3.Sign != Fewer || !u3.Few || m.Units[0].Unit.Code != "U03" {
			t.Errorf("U03: %+v", u3)
		}
		for code, heard := range map[string]int{"U01": 60, "U02": 40, "U04": -1, "U05": -1} { // U05 and U04 go with U03, or it could be had from the sum
			if r := rows[code]; r.Sign != Usual || r.Few != (heard < 0) || r.Heard != max(0, heard) {
				t.Errorf("%s: %+v, want %d", code, r, heard)
			}
		}
		if r := rows["U01"]; r.Crews != 1 || r.Silent != 1 || r.Quiet != 20 || r.Reached != 25 {
			t.Errorf("U01: %+v", r)
		}
		if a, b := rows["U01-A"], rows["U02-A"]; a.Sign != Silent || a.Heard != 0 || b.Sign != Usual || b.Heard != 0 || m.Crews[0].Unit.Code != "U01-A" {
			t.Errorf("crews: %+v %+v", a, b)
		}
		if m, _ := w.of("leader", "U02"); len(m.Units) != 1 || len(m.Crews) != 1 || m.Small != 0 {
			t.Errorf("below U02: %+v", m)
		}
		if m, rows := w.of("chair", ""); len(m.Units) != 1 || len(m.Crews) != 1 || m.Nobody != 0 || rows["U01"].Expected != (Expected{Mean: 48, Low: rows["U01"].Expected.Low, High: rows["U01"].Expected.High}) {
			t.Errorf("the chair of U01: %+v", m)
		}
		if m, _ := w.of("inspector", ""); len(m.Units)+len(m.Crews)+m.Small+m.Nobody != 0 {
			t.Errorf("an inspector: %+v", m)
		}
		c.Set(time.Date(2026, 12, 1, 0, 1, 0, 0, d.Zone()))
		if _, rows := w.of("leader", ""); rows["U03"].Sign != Usual || rows["U03"].Expected.Mean <= 12 {
			t.Errorf("a month later its seven of November count: %+v", rows["U03"])
		}
	})
}

// TestPast: where there is a year before, a unit is measured by it, too, and a crew by that of its plant.
func TestPast(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		w := build(t, d, c)
		w.day = "2024-11-05"
		for code, n := range map[string]int{"U01": 56, "U02": 20, "U03": 12, "U04": 32, "U05": 20} { // 140 of 700 again
			w.say(n, code, "", "")
		}
		_, rows := w.of("triager", "")
		// 40 were expected of U02 in either year, 20 were heard in the one before: 40·(4+20)/(4+40)
		if got, want := rows["U02"].Expected.Mean, 40*24.0/44; got < want-1e-9 || got > want+1e-9 {
			t.Errorf("U02: %g, want %g", got, want)
		}
		crew := rows["U02-A"].Expected.Mean
		if want := 60 * (12.0 / 94) * 24 / 44; crew < want-1e-9 || crew > want+1e-9 {
			t.Errorf("its crew: %g, want %g", crew, want)
		}
		if r := rows["U03"]; r.Sign != Fewer || r.Expected.Mean != 12 {
			t.Errorf("U03 was heard as expected in the year before, and is not now: %+v", r)
		}
	})
}

// TestEarly: before anything has been heard nothing is expected.
func TestEarly(t *testing.T) {
	c := &counts{wholes: []*unit{{people: 500}, {people: 400}}}
	c.rule.Answers, c.rule.People = 5, 20
	if m := c.measure(); !m.Early || len(m.Units) != 0 {
		t.Errorf("%+v", m)
	}
}
