package inspect_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"sanwen/internal/base/access"
	"sanwen/internal/base/duty"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/inspect"
	"sanwen/internal/work/matter"
)

var cold = inspect.Found{Code: "BT1", Readings: []string{"33", "34", "33"}, Problem: "水凉"}
var scald = inspect.Found{Code: "BT1", Readings: []string{"41", "46", "41"}, Problem: "第二个喷头烫人"}

// owed lists who owes what of the kinds, "remeasure inspector /G/".
func (w *world) owed(subject string, kinds ...duty.Kind) []string {
	var out []string
	w.Read(func(tx *db.Tx) error {
		ds, err := db.All[duty.Duty](tx, `SELECT kind, role, person, path, due, subject_id FROM duty WHERE open = 1 ORDER BY id`)
		for _, d := range ds {
			if slices.Contains(kinds, d.Kind) && (subject == "" || d.SubjectID == subject) {
				holder := string(d.Role)
				for key, p := range w.People {
					if p.ID == d.Person {
						holder = key
					}
				}
				out = append(out, fmt.Sprintf("%s %s %s %s", d.Kind, holder, d.Path, d.Due.Day(clock.Shanghai())))
			}
		}
		return err
	})
	return out
}

// TestCriticalCalls: a scald calls the duty roster at once; after half an hour the next one, until somebody comes, once.
func TestCriticalCalls(t *testing.T) {
	run(t, func(w *world) {
		w.Must(func(tx *db.Tx) error {
			return org.SetRoster{Kind: "hazard", People: []string{w.P("handler").ID, w.P("chair2").ID}}.Do(tx, access.System("test"))
		})
		if got, err := w.record("inspector", items(cold)); err != nil || got.Call != nil {
			t.Fatalf("cold water calls nobody: %+v, %v", got.Call, err)
		}
		got, err := w.record("inspector", items(scald))
		if err != nil || got.Call == nil {
			t.Fatal(got.Call, err)
		}
		if o := w.owed(got.ID, duty.AcceptHazard); len(o) != 1 || o[0] != "accept_hazard handler /G/U01/ 2026-11-23" {
			t.Errorf("owed %v", o)
		}
		w.Clock.Advance(31 * time.Minute)
		if err := duty.RunLadder(context.Background(), w.DB); err != nil {
			t.Fatal(err)
		}
		if o := w.owed(got.ID, duty.AcceptHazard); len(o) != 1 || o[0] != "accept_hazard chair2 /G/U01/ 2026-11-23" {
			t.Errorf("then owed %v", o)
		}
		// Who is called sees what for, though the place is not his; who is not, does not.
		w.Read(func(tx *db.Tx) error {
			_, err := inspect.See(tx, w.P("chair2"), got.ID)
			_, no := inspect.See(tx, w.P("worker"), got.ID)
			if err != nil || fields(no) != "access.denied" {
				t.Errorf("see: %v, %v", err, no)
			}
			return nil
		})
		if err := w.Try("worker", inspect.Accept{Visit: got.Number}); fields(err) != "access.denied" {
			t.Error(fields(err))
		}
		w.Do("handler", inspect.Accept{Visit: got.Number, Note: "马上到"}) // also who was called first
		if err := w.Try("chair2", inspect.Accept{Visit: got.Number}); fields(err) != "inspect.call.taken" {
			t.Error(fields(err))
		}
		w.Clock.Advance(40 * time.Minute)
		if err := duty.RunLadder(context.Background(), w.DB); err != nil {
			t.Fatal(err)
		}
		if o := w.owed(got.ID, duty.AcceptHazard); len(o) != 0 {
			t.Errorf("still owed %v", o)
		}
	})
}

// TestAfterALeader: what was measured before a leader is measured again by somebody who is not asked by the unit, and the difference is
// told item by item.
func TestAfterALeader(t *testing.T) {
	run(t, func(w *world) {
		kind := func(k inspect.Kind) func(*inspect.Record) { return func(in *inspect.Record) { in.Kind = k } }
		lead, err := w.record("leader", kind(inspect.Leaders), items(inspect.Found{Code: "BT1", Readings: []string{"40", "40", "41"}}, inspect.Found{Code: "BT5", Readings: []string{"yes"}}))
		if err != nil {
			t.Fatal(err)
		}
		if o := w.owed(lead.ID, duty.Remeasure); len(o) != 1 || o[0] != "remeasure inspector /G/ 2026-12-23" {
			t.Errorf("owed %v", o)
		}
		// The unit does not see it coming.
		w.Read(func(tx *db.Tx) error {
			for who, want := range map[string]int{"inspector": 1, "chair": 0, "head": 0} {
				for _, view := range []duty.View{duty.ViewMine, duty.ViewUnits} {
					if who == "inspector" && view != duty.ViewMine {
						continue
					}
					ds, _, err := duty.Desk(tx, w.P(who), duty.DeskFilter{View: view, Limit: 50})
					n := 0
					for _, d := range ds {
						if d.Kind == duty.Remeasure {
							n++
						}
					}
					if err != nil || n != want {
						t.Errorf("%s sees %d in %v, %v", who, n, view, err)
					}
				}
			}
			return nil
		})
		if _, err := w.record("inspector", func(in *inspect.Record) { in.Again, in.Place = lead.Number, "P201" }); fields(err) != "place inspect.again.other" {
			t.Error(fields(err))
		}
		if _, err := w.record("inspector", kind(inspect.Recheck)); fields(err) != "kind inspect.kind.choose" {
			t.Error(fields(err))
		}
		again, err := w.record("inspector", items(cold), func(in *inspect.Record) { in.Again = lead.Number })
		if err != nil || again.Kind != inspect.Recheck || again.Again != lead.ID {
			t.Fatalf("%+v, %v", again.Visit, err)
		}
		if o := w.owed("", duty.Remeasure); len(o) != 0 {
			t.Errorf("still owed %v", o)
		}
		ds := inspect.DifferencesOf(lead.Found, again.Found)
		if len(ds) != 2 || !ds[0].Worse || ds[0].After.Worst != "33" || ds[1].After != nil || ds[1].Worse {
			t.Errorf("%+v", ds)
		}
		// Two sentences are enough for an hour, and nothing is owed of what was not measured.
		told, err := w.record("chair", kind(inspect.Leaders), items(), func(in *inspect.Record) { in.Note = "看了四区浴室。说好周五前换阀门。" })
		if err != nil || told.Items != 0 || len(w.owed(told.ID, duty.Remeasure)) != 0 {
			t.Errorf("%+v, %v", told, err)
		}
	})
}

// TestSignatures: the unit signs by account, once, and not by who has inspected.
func TestSignatures(t *testing.T) {
	run(t, func(w *world) {
		got, err := w.record("chair", items(cold))
		if err != nil {
			t.Fatal(err)
		}
		for who, want := range map[string]string{"worker": "access.denied", "chair2": "access.denied", "head": "access.denied", "chair": "inspect.sign.own"} {
			if err := w.Try(who, inspect.Sign{Visit: got.ID, Agrees: true}); fields(err) != want {
				t.Errorf("%s: %s", who, fields(err))
			}
		}
		if got, err = w.record("inspector", items(cold)); err != nil {
			t.Fatal(err)
		}
		if err := w.Try("chair", inspect.Sign{Visit: got.ID}); fields(err) != "note inspect.text.missing" {
			t.Error(fields(err))
		}
		w.Do("chair", inspect.Sign{Visit: got.ID, Note: "当时正在检修，水刚开"})
		if err := w.Try("chair", inspect.Sign{Visit: got.ID, Agrees: true}); fields(err) != "inspect.sign.twice" {
			t.Error(fields(err))
		}
		w.Read(func(tx *db.Tx) error {
			s, err := inspect.SignatureOf(tx, got.ID)
			if s == nil || s.Agrees || s.Person != w.P("chair").ID || s.Note == "" {
				t.Errorf("%+v", s)
			}
			return err
		})
	})
}

func (w *world) plan(change ...func(*inspect.SaveRound)) (string, error) {
	in := inspect.SaveRound{Name: "周一浴室食堂", Unit: "G", Kind: inspect.Routine, Every: inspect.EveryWeek, OnDay: 1, Days: 1, Inspector: w.P("inspector").ID,
		Places: []string{"p104m", "P201"}, Active: true}
	for _, c := range change {
		c(&in)
	}
	err := w.Write(func(tx *db.Tx) error { return in.Do(tx, w.P("triager")) })
	return in.Made, err
}

// TestRounds: a round is begun on its day, once, whatever was missed; the walk is done with its last place.
func TestRounds(t *testing.T) {
	run(t, func(w *world) {
		for want, change := range map[string]func(*inspect.SaveRound){
			"places inspect.round.none":      func(in *inspect.SaveRound) { in.Places = []string{" "} },
			"places inspect.place.unknown":   func(in *inspect.SaveRound) { in.Places = []string{"P999"} },
			"places inspect.round.twice":     func(in *inspect.SaveRound) { in.Places = []string{"P201", "p201"} },
			"places inspect.round.elsewhere": func(in *inspect.SaveRound) { in.Unit, in.Places = "U01", []string{"P201"} },
			"on_day inspect.round.weekday":   func(in *inspect.SaveRound) { in.OnDay = 8 },
			"on_day inspect.round.monthday":  func(in *inspect.SaveRound) { in.Every, in.OnDay = inspect.EveryMonth, 29 },
			"inspector inspect.round.inspector": func(in *inspect.SaveRound) {
				in.Inspector = w.P("worker").ID
			},
		} {
			if _, err := w.plan(change); fields(err) != want {
				t.Errorf("%s, want %s", fields(err), want)
			}
		}
		id, err := w.plan() // on a Monday: the plan begins with the next one
		if err != nil {
			t.Fatal(err)
		}
		runs := func() (n int) {
			w.Must(func(tx *db.Tx) (err error) { n, err = inspect.RunRounds(tx); return err })
			return n
		}
		walks := func() (out []inspect.Walk) {
			w.Read(func(tx *db.Tx) (err error) { out, err = inspect.Walks(tx, w.P("inspector"), 10); return err })
			return out
		}
		if n := runs(); n != 0 || len(walks()) != 0 {
			t.Errorf("today: %d, %v", n, walks())
		}
		w.Clock.Advance(9 * 24 * time.Hour) // Wednesday after: Monday was missed
		if n, m := runs(), runs(); n != 1 || m != 0 {
			t.Errorf("looked %d, %d", n, m)
		}
		ws := walks()
		if len(ws) != 1 || ws[0].Day != "2026-11-30" || ws[0].Due != "2026-12-03" {
			t.Fatalf("%+v", ws)
		}
		if o := w.owed(ws[0].ID, duty.Round); len(o) != 1 || o[0] != "round inspector /G/ 2026-12-03" {
			t.Errorf("owed %v", o)
		}
		on := func(walk string) func(*inspect.Record) { return func(in *inspect.Record) { in.Walk = walk } }
		if _, err := w.record("inspector", on(ws[0].ID)); err != nil {
			t.Fatal(err)
		}
		// Somebody else measures the same shower and finds it cold: both stay, the worse counts, and it is said.
		if _, err := w.record("chair", on(ws[0].ID), items(cold)); err != nil {
			t.Fatal(err)
		}
		w.Read(func(tx *db.Tx) error {
			_, stops, err := inspect.SeeWalk(tx, w.P("inspector"), ws[0].ID)
			if err != nil || len(stops) != 2 || stops[0].Place.Code != "P104M" || len(stops[1].Visits) != 0 {
				t.Fatalf("%+v, %v", stops, err)
			}
			m := stops[0].Merged
			if len(m) != 1 || !m[0].Conflict || m[0].Result != inspect.Fail || len(m[0].Found) != 2 {
				t.Errorf("merged %+v", m)
			}
			if _, _, err := inspect.SeeWalk(tx, w.P("chair2"), ws[0].ID); fields(err) != "access.denied" {
				t.Error(fields(err))
			}
			return nil
		})
		if len(walks()) != 1 {
			t.Error("done too early")
		}
		if _, err := w.record("inspector", on(ws[0].ID), func(in *inspect.Record) {
			in.Place, in.Items = "P201", []inspect.Found{{Code: "HT1", Why: "停业检修"}}
		}); err != nil {
			t.Fatal(err)
		}
		if len(walks()) != 0 || len(w.owed("", duty.Round)) != 0 {
			t.Errorf("not done: %v", walks())
		}
		// A changed plan keeps its walks; a plan that has changed meanwhile is not overwritten; one out of use begins nothing.
		if _, err := w.plan(func(in *inspect.SaveRound) { in.ID, in.Version, in.Active = id, 1, false }); err != nil {
			t.Fatal(err)
		}
		if _, err := w.plan(func(in *inspect.SaveRound) { in.ID, in.Version = id, 1 }); fields(err) != "inspect.round.stale" {
			t.Error(fields(err))
		}
		w.Clock.Advance(14 * 24 * time.Hour)
		if n := runs(); n != 0 || len(walks()) != 0 {
			t.Errorf("out of use: %d", n)
		}
	})
}

// TestRoundDays: a round whose day is free is walked on the next working day, and once between two of its days.
func TestRoundDays(t *testing.T) {
	var cal *clock.Calendar
	run(t, func(w *world) {
		w.Read(func(tx *db.Tx) (err error) { cal, err = org.Calendar(tx); return err })
	})
	rapid.Check(t, func(t *rapid.T) {
		r := inspect.Round{Every: rapid.SampledFrom(inspect.Every()).Draw(t, "every"), OnDay: int64(rapid.IntRange(1, 7).Draw(t, "on"))}
		from := clock.Day("2026-01-01").Add(rapid.IntRange(0, 300).Draw(t, "from"))
		// By hand: a walk stands on the working day that is the day of the round, or the next one after it; two that fall together are one.
		want := map[clock.Day]bool{}
		for d := from.Add(-31); d < from.Add(56); d = d.Add(1) {
			meant := map[string]bool{inspect.EveryDay: true, inspect.EveryWeek: (int64(d.Weekday())+6)%7+1 == r.OnDay, inspect.EveryMonth: string(d)[8:] == fmt.Sprintf("%02d", r.OnDay)}[r.Every]
			if day := cal.ThisOrNextWorkday(d); meant && day >= from && day < from.Add(56) {
				want[day] = true
			}
		}
		for d := from; d < from.Add(56); d = d.Add(1) {
			if on := r.On(cal, d); on != want[d] {
				t.Fatalf("%+v on %s: %v, by hand %v", r, d, on, want[d])
			}
		}
	})
}

// TestLottery: the draw can be done again by anybody with nothing but the seed and the list, in whatever order the list is, and draws a
// full or begun share.
func TestLottery(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		seed := rapid.StringMatching(`[0-9a-f]{64}`).Draw(t, "seed")
		numbers := make([]string, rapid.IntRange(0, 120).Draw(t, "n"))
		for i := range numbers {
			numbers[i] = matter.Number(2026, int64(i+1))
		}
		percent := rapid.IntRange(1, 50).Draw(t, "percent")
		got := inspect.Lottery(seed, percent, numbers)
		// by hand: sort the digests, the lowest win
		type pair struct{ digest, number string }
		var all []pair
		for _, n := range numbers {
			sum := sha256.Sum256([]byte(seed + "\n" + n))
			all = append(all, pair{hex.EncodeToString(sum[:]), n})
		}
		slices.SortFunc(all, func(a, b pair) int {
			if a.digest < b.digest {
				return -1
			}
			return 1
		})
		k := (len(numbers)*percent + 99) / 100
		won := map[string]bool{}
		for _, p := range all[:k] {
			won[p.number] = true
		}
		for _, x := range got {
			if x.Drawn != won[x.Number] {
				t.Fatalf("%s drawn %v", x.Number, x.Drawn)
			}
		}
		slices.Reverse(numbers)
		for _, x := range inspect.Lottery(seed, percent, numbers) {
			if x.Drawn != won[x.Number] {
				t.Fatalf("backwards: %s drawn %v", x.Number, x.Drawn)
			}
		}
	})
}
