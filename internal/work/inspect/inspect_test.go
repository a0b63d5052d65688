package inspect_test

import (
	"errors"
	"fmt"
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"sanwen/internal/base/access"
	"sanwen/internal/base/event"
	"sanwen/internal/base/org"
	"sanwen/internal/base/org/catalogue"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/lang"
	"sanwen/internal/work/assignment/orgtest"
	"sanwen/internal/work/inspect"
	"sanwen/internal/work/matter"
)

func f(x float64) *float64 { return &x }

type world struct{ *orgtest.World }

func run(t *testing.T, test func(w *world)) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		w := &world{orgtest.New(t, d, c)}
		w.checkItems()
		test(w)
	})
}

// checkItems are three check items: a shower that may scald, a look, a room.
func (w *world) checkItems() {
	w.Must(func(tx *db.Tx) error {
		for _, i := range []org.CheckItem{
			{Code: "BT1", PlaceKind: org.Bathhouse, NameZh: "淋浴出水温度", NameEn: "Shower water", Measure: "°C", Op: catalogue.Between, Low: f(37), High: f(42), CritHigh: f(45), Points: 3},
			{Code: "BT5", PlaceKind: org.Bathhouse, NameZh: "防滑", NameEn: "Anti-slip", Op: catalogue.YesNo, Points: 1},
			{Code: "HT1", PlaceKind: "any", NameZh: "室内温度", NameEn: "Room", Measure: "°C", Op: catalogue.AtLeast, Low: f(18), Points: 1, Avoid: "10:00-14:00"},
		} {
			i.BasisZh = "依据"
			if err := (org.SaveCheckItem{CheckItem: i}).Do(tx, access.System("test")); err != nil {
				return err
			}
		}
		return nil
	})
}

// fields are the fields of a refusal with their keys.
func fields(err error) string {
	var e *fault.Error
	if !errors.As(err, &e) {
		return fmt.Sprint(err)
	}
	all := e.More
	if len(all) == 0 {
		all = []*fault.Error{e}
	}
	var out []string
	for _, x := range all {
		out = append(out, strings.TrimPrefix(x.Field+" "+x.Key, " "))
	}
	return strings.Join(out, ", ")
}

func (w *world) record(who string, change ...func(*inspect.Record)) (inspect.Whole, error) {
	in := inspect.Record{Place: "P104M", Kind: inspect.Routine, Items: []inspect.Found{{Code: "BT1", Readings: []string{"38", "39.5", "40"}}}}
	for _, c := range change {
		c(&in)
	}
	if err := w.Write(func(tx *db.Tx) error { return in.Do(tx, w.P(who)) }); err != nil {
		return inspect.Whole{}, err
	}
	var got inspect.Whole
	w.Read(func(tx *db.Tx) (err error) { got, err = inspect.See(tx, w.P("triager"), in.Number); return err })
	return got, nil
}

func items(all ...inspect.Found) func(*inspect.Record) {
	return func(in *inspect.Record) { in.Items = all }
}

// TestRecord: what is written down is kept as it was measured, with its numbers, its item of that day, and what became of it.
func TestRecord(t *testing.T) {
	run(t, func(w *world) {
		got, err := w.record("inspector")
		if err != nil {
			t.Fatal(err)
		}
		it := got.Found[0]
		if got.Number != "JC-2026-001" || it.Result != inspect.Pass || it.Mean != "39.17" || it.Worst != "38" || it.Spec.Pass(lang.ZH) != "37–42 °C" || got.Fails != 0 {
			t.Errorf("%+v", got)
		}
		// The mean is warm, one shower is cold, an order is given on the spot.
		got, err = w.record("inspector", items(inspect.Found{Code: "BT1", Readings: []string{"41", "４１．５", "33"}, Problem: "靠墙第三个喷头是凉的", OrderUnit: "D05", OrderDue: "2026-11-27"},
			inspect.Found{Code: "BT5", Why: "停水检修，地面全干"}))
		if err != nil {
			t.Fatal(err)
		}
		it = got.Found[0]
		if it.Result != inspect.Fail || it.Mean != "38.50" || it.Worst != "33" || got.Fails != 1 || got.Found[1].Result != inspect.NA || it.Matter == "" {
			t.Errorf("%+v", got)
		}
		w.Read(func(tx *db.Tx) error {
			m, err := matter.Find(tx, it.Matter)
			if err != nil {
				return err
			}
			if m.Class != matter.Quick || m.Lead != "D05" || m.Source != matter.FromInspection || m.Title != "靠墙第三个喷头是凉的" || !strings.Contains(m.Body, "JC-2026-002") {
				t.Errorf("%+v", m)
			}
			return nil
		})
		// A scald is acted on whether or not anybody ordered it: the unit of the place leads.
		if got, err = w.record("chair", items(inspect.Found{Code: "BT1", Readings: []string{"41", "46", "41"}, Problem: "第二个喷头烫人"})); err != nil {
			t.Fatal(err)
		}
		w.Read(func(tx *db.Tx) error {
			m, err := matter.Find(tx, got.Found[0].Matter)
			if got.Critical != 1 || m.Class != matter.Safety || m.Lead != "U01" {
				t.Errorf("%+v, %+v", got, m)
			}
			return err
		})
		w.Read(func(tx *db.Tx) error {
			ps, err := inspect.History(tx, "P104M", "BT1", 2)
			if len(ps) != 2 || ps[0].Worst != "33" || ps[1].Worst != "46" || ps[1].Result != inspect.Critical {
				t.Errorf("history %+v", ps)
			}
			es, err2 := event.Timeline(tx, event.Ref{Kind: "place", ID: "P104M"}, 10, 0)
			if len(es) != 4 { // and that it was added
				t.Errorf("%d entries of the place", len(es))
			}
			return errors.Join(err, err2)
		})
	})
}

// TestRefused: everything that is wrong is told at its field, and nothing is kept of it.
func TestRefused(t *testing.T) {
	run(t, func(w *world) {
		one := func(x inspect.Found) func(*inspect.Record) { return items(x) }
		for _, c := range []struct {
			who    string
			change func(*inspect.Record)
			want   string
		}{
			{"worker", func(*inspect.Record) {}, "access.denied"},
			{"chair2", func(*inspect.Record) {}, "access.denied"}, // another plant's
			{"inspector", func(in *inspect.Record) { in.Place = "P999" }, "place inspect.place.unknown"},
			{"inspector", func(in *inspect.Record) { in.Kind = "walk" }, "kind inspect.kind.choose"},
			{"inspector", items(), "items inspect.items.none"},
			{"inspector", one(inspect.Found{Code: "XX", Readings: []string{"1"}}), "items.1.code org.check.unknown"},
			{"inspector", one(inspect.Found{Code: "BT1"}), "items.1.why inspect.na.why"},
			{"inspector", one(inspect.Found{Code: "BT1", Readings: []string{"38", "39"}}), "items.1.readings inspect.readings.few"},
			{"inspector", one(inspect.Found{Code: "HT1", Readings: []string{"20", "20"}}), "items.1.readings inspect.readings.few"}, // a temperature, whatever the item says
			{"inspector", one(inspect.Found{Code: "BT1", Readings: []string{"38", "39", "热"}}), "items.1.readings inspect.reading.number"},
			{"inspector", one(inspect.Found{Code: "BT1", Readings: []string{"38", "39", "385"}}), "items.1.readings inspect.reading.sane"},
			{"inspector", one(inspect.Found{Code: "BT1", Readings: []string{"30", "39", "38"}}), "items.1.problem inspect.problem.missing"},
			{"inspector", one(inspect.Found{Code: "BT1", Readings: []string{"30", "39", "38"}, Problem: "凉", OrderUnit: "D05", OrderDue: "2026-11-20"}), "items.1.order_due inspect.order.due"},
			{"inspector", one(inspect.Found{Code: "BT1", Readings: []string{"30", "39", "38"}, Problem: "凉", OrderDue: "2026-11-30"}), "items.1.order_unit inspect.order.unit"},
			{"inspector", one(inspect.Found{Code: "BT1", Readings: []string{"38", "39", "38"}, OrderUnit: "D05", OrderDue: "2026-11-30"}), "items.1.order_unit inspect.order.passed"},
			{"inspector", one(inspect.Found{Code: "BT5", Readings: []string{"maybe"}}), "items.1.readings inspect.reading.look"},
			{"inspector", one(inspect.Found{Code: "BT5", Readings: []string{"yes"}, Why: "不适用"}), "items.1.why inspect.na.readings"},
			{"inspector", one(inspect.Found{Code: "BT5", Readings: []string{"yes"}, Instrument: "T-9"}), "items.1.instrument inspect.instrument.unknown"},
			{"inspector", func(in *inspect.Record) { in.Note = strings.Repeat("长", inspect.MaxText+1) }, "note inspect.text.long"},
		} {
			if _, err := w.record(c.who, c.change); fields(err) != c.want {
				t.Errorf("%s: %s, want %s", c.who, fields(err), c.want)
			}
		}
		w.Read(func(tx *db.Tx) error {
			n, err := db.One[int](tx, `SELECT (SELECT COUNT(*) FROM visit) + (SELECT COUNT(*) FROM visit_item) + (SELECT COUNT(*) FROM matter)`)
			if n != 0 {
				t.Errorf("%d rows are left", n)
			}
			return err
		})
		// What was really read is kept when somebody is sure of it.
		if got, err := w.record("inspector", one(inspect.Found{Code: "HT1", Readings: []string{"-60", "-61", "-60"}, Sure: true, Problem: "液氮间"})); err != nil || got.Found[0].Result != inspect.Fail {
			t.Errorf("%+v, %v", got, err)
		}
	})
}

// TestInstruments: a reading names what it was read with; calibration that has run out is marked or refused, as the organisation says.
func TestInstruments(t *testing.T) {
	run(t, func(w *world) {
		w.Do("inspector", inspect.SaveInstrument{Number: "T-105", Name: "针式温度计", Measure: "°C", Due: "2026-11-22", Active: true})
		if err := w.Try("inspector", inspect.SaveInstrument{Number: "T-105", Name: "又一支", Due: "2026-11-22"}); fields(err) != "number inspect.instrument.taken" {
			t.Error(fields(err))
		}
		if err := w.Try("worker", inspect.SaveInstrument{Number: "T-106", Name: "x", Due: "2026-11-22"}); fields(err) != "access.denied" {
			t.Error(fields(err))
		}
		by := items(inspect.Found{Code: "BT1", Readings: []string{"38", "39", "40"}, Instrument: "T-105"})
		if got, err := w.record("inspector", by); err != nil || !got.Found[0].Expired {
			t.Errorf("marked: %+v, %v", got, err)
		}
		w.Must(func(tx *db.Tx) error {
			return org.SetSetting{Key: org.InspectExpired, Value: "1", Basis: "集团计量管理办法"}.Do(tx, access.System("test"))
		})
		if _, err := w.record("inspector", by); fields(err) != "items.1.instrument inspect.instrument.expired" {
			t.Error(fields(err))
		}
		// Made in the cellar while the calibration still held, sent a day later.
		early := func(in *inspect.Record) { in.DeviceAt = clock.MillisOf(w.Clock.Now().AddDate(0, 0, -1)) }
		if got, err := w.record("inspector", by, early); err != nil || got.Found[0].Expired || !got.Late() {
			t.Errorf("in time: %+v, %v", got, err)
		}
		w.Do("inspector", inspect.SaveInstrument{Number: "T-105", Name: "针式温度计", Measure: "lx", Due: "2027-11-22", Active: true, Version: 1})
		if _, err := w.record("inspector", by); fields(err) != "items.1.instrument inspect.instrument.measure" {
			t.Error(fields(err))
		}
	})
}

// TestWhoSees: those of the place and above, the union's offices and whoever was there; lists and pages say the same.
func TestWhoSees(t *testing.T) {
	run(t, func(w *world) {
		got, err := w.record("inspector")
		if err != nil {
			t.Fatal(err)
		}
		for who, want := range map[string]bool{"inspector": true, "chair": true, "chair2": false, "triager": true, "supervisor": true, "leader": true,
			"auditor": true, "worker": false, "handler": false, "shift": false} {
			w.Read(func(tx *db.Tx) error {
				vs, err := inspect.List(tx, w.P(who), inspect.Filter{Place: "P104M", From: 1})
				_, no := inspect.See(tx, w.P(who), got.ID)
				if (len(vs) == 1) != want || (no == nil) != want {
					t.Errorf("%s: %d in the list, %v", who, len(vs), no)
				}
				return err
			})
		}
	})
}

// TestAvoidedHours: a room that was measured while the sun heated it is marked.
func TestAvoidedHours(t *testing.T) {
	run(t, func(w *world) {
		for at, want := range map[string]bool{"09:59": false, "10:00": true, "13:59": true, "14:00": false} {
			got, err := w.record("inspector", items(inspect.Found{Code: "HT1", Readings: []string{"20", "20", "20"}}), func(in *inspect.Record) {
				day, _ := clock.Day("2026-11-22").Time(clock.Shanghai()), 0
				var h, m int
				fmt.Sscanf(at, "%d:%d", &h, &m)
				in.DeviceAt = clock.MillisOf(day) + clock.Millis((h*60+m)*60_000)
			})
			if err != nil || got.Found[0].Outside != want {
				t.Errorf("%s: %+v, %v", at, got.Found, err)
			}
		}
	})
}

// TestJudge: whatever is read, the order of the readings does not matter, the worst one is one of them and decides at least as
// harshly as any other, and the mean lies between the least and the greatest.
func TestJudge(t *testing.T) {
	s := inspect.Spec{Op: catalogue.Between, Measure: "°C", Low: f(37), High: f(42), CritHigh: f(45)}
	rank := map[inspect.Result]int{inspect.Pass: 0, inspect.Fail: 1, inspect.Critical: 2}
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) string {
			return fmt.Sprintf("%d.%d", rapid.IntRange(30, 50).Draw(t, "whole"), rapid.IntRange(0, 9).Draw(t, "tenth"))
		}), 1, 8).Draw(t, "values")
		j := s.Judge(values)
		back := append([]string{}, values...)
		for i := range back {
			back[i] = values[len(values)-1-i]
		}
		if k := s.Judge(back); k.Mean != j.Mean || k.Result != j.Result {
			t.Fatalf("%v: %+v, backwards %+v", values, j, k)
		}
		least, most, found := values[0], values[0], false
		for _, v := range values {
			if one := s.Judge([]string{v}); rank[one.Result] > rank[j.Result] {
				t.Fatalf("%s alone is %s, all of them %s", v, one.Result, j.Result)
			}
			found = found || v == j.Worst
			least, most = min(least, v), max(most, v)
		}
		if alone := s.Judge([]string{j.Worst}); !found || rank[alone.Result] < rank[j.Result] {
			t.Fatalf("the worst of %v is %s (%s), all of them %s", values, j.Worst, alone.Result, j.Result)
		}
		mean, _ := new(big.Rat).SetString(j.Mean)
		lo, _ := new(big.Rat).SetString(least)
		hi, _ := new(big.Rat).SetString(most)
		if mean.Cmp(lo) < 0 || mean.Cmp(hi) > 0 {
			t.Fatalf("mean %s of %v", j.Mean, values)
		}
	})
}
