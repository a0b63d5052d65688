package insight_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/seal"
	"sanwen/internal/reading/insight"
	"sanwen/internal/work/inspect"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/voice"
	"sanwen/internal/work/voice/voicetest"
)

// world is a small organisation in which everything is tried in a transaction that is undone.
type world struct {
	*voicetest.World
	texts  int
	visits int // of this try
}

var errUndo = errors.New("undone")

func newWorld(t *testing.T, d *db.DB, c *clock.Fake) *world {
	w := &world{World: voicetest.New(t, d, c)}
	who := access.System("test")
	w.Must(func(tx *db.Tx) error {
		units := []org.Unit{{Code: "U06-A", Parent: "U06", Kind: org.Crew, NameZh: "十九人班", NameEn: "Nineteen", Active: true},
			{Code: "U06-B", Parent: "U06", Kind: org.Crew, NameZh: "二十人班", NameEn: "Twenty", Active: true}}
		if err := (org.PutUnits{Units: units}).Do(tx, who); err != nil {
			return err
		}
		var ps []org.Person
		for i := range 39 {
			unit := "U06-A"
			if i >= 19 {
				unit = "U06-B"
			}
			ps = append(ps, org.Person{EmployeeNo: fmt.Sprintf("C%03d", i), Name: fmt.Sprintf("班员%d", i), Unit: unit, Status: org.Active})
		}
		if err := (org.PutPeople{People: ps}).Do(tx, who); err != nil {
			return err
		}
		if err := (org.PutPlaces{Places: []org.Place{{Code: "P990", NameZh: "二十人班休息室", NameEn: "Room", Kind: org.RestRoom, Unit: "U06-B", Audience: "U06-B", Active: true},
			{Code: "P991", NameZh: "十九人班休息室", NameEn: "Room", Kind: org.RestRoom, Unit: "U06-A", Audience: "U06-A", Active: true}}}).Do(tx, who); err != nil {
			return err
		}
		return org.Recount{}.Do(tx, who)
	})
	return w
}

// try does something and asks where to go; nothing of it stays.
func (w *world) try(who string, do func(tx *db.Tx)) []insight.Place {
	w.T.Helper()
	var out []insight.Place
	w.visits = 0
	err := w.Write(func(tx *db.Tx) (err error) {
		do(tx)
		tx.Now = w.Clock.Now()
		p := w.P(who)
		if out, err = insight.Go(tx, p, within(p)); err != nil {
			return err
		}
		return errUndo
	})
	if !errors.Is(err, errUndo) {
		w.T.Fatal(err)
	}
	return out
}

// within is where the person may look.
func within(p access.Person) access.Path {
	for _, g := range p.Grants {
		return g.Path
	}
	return p.Path
}

// tell says n things about a place some days ago.
func (w *world) tell(tx *db.Tx, who, place string, n, days int) {
	w.T.Helper()
	p := w.P(who)
	for range n {
		w.texts++
		tx.Now = w.Clock.Now().AddDate(0, 0, -days)
		w.say(tx, p, place, fmt.Sprintf("第 %d 件事：这里的灯不亮，麻烦看一下", w.texts))
	}
}

func (w *world) say(tx *db.Tx, who access.Person, place, text string) {
	w.T.Helper()
	r := seal.NewReceipt(tx.Today())
	if _, err := (voice.Register{Number: r.Number, Code: r.Code, Keys: w.Keys, Level: voice.Named, Place: place, Text: text}).Do(tx, who); err != nil {
		w.T.Fatal(err)
	}
}

// measure writes down one reading of the water of a bathhouse.
func (w *world) measure(tx *db.Tx, place, value string, days int) {
	w.T.Helper()
	w.visits++ // no two at the same moment: which of them is the last would be open
	tx.Now = w.Clock.Now().AddDate(0, 0, -days).Add(time.Duration(w.visits-1000) * time.Second)
	in := inspect.Record{Place: place, Kind: inspect.Routine, Items: []inspect.Found{{Code: "BT1", Readings: []string{value, value, value}, Problem: "水温不对，已告知"}}}
	if err := in.Do(tx, w.P("triager")); err != nil {
		w.T.Fatal(err)
	}
}

// promise puts a matter at a place on the ledger that is due in some days.
func (w *world) promise(tx *db.Tx, place string, days int, restricted string) {
	w.T.Helper()
	in := &matter.Register{Title: "淋浴间换热器更换", Class: matter.Standard, Source: matter.FromInspection, Category: "B1", Place: place, Restricted: restricted}
	if err := in.Do(tx, w.P("triager")); err != nil {
		w.T.Fatal(err)
	}
	if _, err := tx.Exec(`UPDATE matter SET state = 'executing', due = $2 WHERE id = $1`, in.ID, tx.Today().Add(days)); err != nil {
		w.T.Fatal(err)
	}
}

// reasons are those of one place with their numbers, missing readings left aside.
func reasons(all []insight.Place, code string) map[insight.Why]int {
	out := map[insight.Why]int{}
	for _, p := range all {
		for _, r := range p.Reasons {
			if p.Code == code && r.Why != insight.Missing {
				out[r.Why] += r.N
			}
		}
	}
	return out
}

// TestGo: each reason from its limit on, and not before.
func TestGo(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		w := newWorld(t, d, c)
		for _, x := range []struct {
			name string
			do   func(tx *db.Tx)
			at   string
			want string
		}{
			{"four voices are not told", func(tx *db.Tx) { w.tell(tx, "worker", "P104M", 4, 1) }, "P104M", "map[]"},
			{"five are", func(tx *db.Tx) { w.tell(tx, "worker", "P104M", 5, 1) }, "P104M", "map[voices:5]"},
			{"those of thirty days", func(tx *db.Tx) { w.tell(tx, "worker", "P104M", 6, 30) }, "P104M", "map[voices:6]"},
			{"not older ones", func(tx *db.Tx) { w.tell(tx, "worker", "P104M", 6, 31) }, "P104M", "map[]"},
			{"four new and one old are four", func(tx *db.Tx) { w.tell(tx, "worker", "P104M", 1, 31); w.tell(tx, "worker", "P104M", 4, 1) }, "P104M", "map[]"},
			{"a place that two people use", func(tx *db.Tx) { w.tell(tx, "worker", "P903", 9, 1) }, "P903", "map[]"},
			{"a reading that fails", func(tx *db.Tx) { w.measure(tx, "P104M", "33", 2) }, "P104M", "map[failing:1]"},
			{"a dangerous one", func(tx *db.Tx) { w.measure(tx, "P104M", "48", 2) }, "P104M", "map[critical:1]"},
			{"the last one counts", func(tx *db.Tx) { w.measure(tx, "P104M", "48", 3); w.measure(tx, "P104M", "39", 1) }, "P104M", "map[]"},
			{"an old one does not", func(tx *db.Tx) { w.measure(tx, "P104M", "33", 181) }, "P104M", "map[]"},
			{"due in fourteen days", func(tx *db.Tx) { w.promise(tx, "P104M", 14, "") }, "P104M", "map[promised:1]"},
			{"overdue", func(tx *db.Tx) { w.promise(tx, "P104M", -3, "") }, "P104M", "map[promised:1]"},
			{"due later", func(tx *db.Tx) { w.promise(tx, "P104M", 15, "") }, "P104M", "map[]"},
			{"what is restricted is nobody's round", func(tx *db.Tx) { w.promise(tx, "P104M", 3, "conduct") }, "P104M", "map[]"},
			{"twenty people who say nothing", func(*db.Tx) {}, "P990", "map[silent:20]"},
			{"nineteen", func(*db.Tx) {}, "P991", "map[]"},
		} {
			if got := fmt.Sprint(reasons(w.try("leader", x.do), x.at)); got != x.want {
				t.Errorf("%s: %s, want %s", x.name, got, x.want)
			}
		}
		spoken := func(days int) func(tx *db.Tx) {
			return func(tx *db.Tx) {
				tx.Now = c.Now().AddDate(0, 0, -days)
				one, err := org.PersonByNo(tx, "C030")
				if err != nil {
					t.Fatal(err)
				}
				who, err := org.Actor(tx, one.ID)
				if err != nil {
					t.Fatal(err)
				}
				w.say(tx, who, "P990", "休息室的椅子坏了，没有地方坐")
			}
		}
		if got := reasons(w.try("leader", spoken(89)), "P990"); len(got) != 0 {
			t.Errorf("a crew that has spoken is silent: %v", got)
		}
		if got := reasons(w.try("leader", spoken(91)), "P990"); got[insight.Silent] != 20 {
			t.Errorf("a crew that spoke long ago: %v", got)
		}
		worker := w.P("worker")
		w.Read(func(tx *db.Tx) error {
			if _, err := insight.Go(tx, worker, "/G/"); fault.KindOf(err) != fault.Forbidden && fault.KindOf(err) != fault.NotFound {
				t.Errorf("a worker is told where to go: %v", err)
			}
			return nil
		})
	})
}

// TestGoHolds: whatever has happened, the list is short, in order and within what the person may see; its numbers are those that the model
// has counted; and what may not be told changes nothing.
func TestGoHolds(t *testing.T) {
	d, c := dbtest.Open(t)
	w := newWorld(t, d, c)
	places := []string{"P104M", "P104F", "P105", "P201", "P203", "P301", "P402", "P903"}
	weight := map[insight.Why]int{insight.Critical: 8, insight.Failing: 4, insight.Voices: 5, insight.Promised: 3, insight.Silent: 3, insight.Missing: 1}
	rapid.Check(t, func(rt *rapid.T) {
		type act struct {
			place, kind string
			n, days     int
		}
		acts := rapid.SliceOfN(rapid.Custom(func(rt *rapid.T) act {
			return act{rapid.SampledFrom(places).Draw(rt, "place"), rapid.SampledFrom([]string{"tell", "tell", "warm", "cold", "hot", "promise"}).Draw(rt, "kind"),
				rapid.IntRange(1, 4).Draw(rt, "n"), rapid.IntRange(0, 40).Draw(rt, "days")}
		}), 0, 7).Draw(rt, "acts")
		slices.SortStableFunc(acts, func(a, b act) int { return b.days - a.days }) // what is earlier comes first
		said, last, promised := map[string]int{}, map[string]string{}, map[string]int{}
		play := func(tx *db.Tx) {
			clear(said)
			clear(last)
			clear(promised)
			w.tell(tx, "worker", "P512", 1, 50) // the crew has spoken, so that what follows breaks no silence
			for _, a := range acts {
				switch a.kind {
				case "tell":
					if w.tell(tx, "worker", a.place, a.n, a.days); a.days <= 30 {
						said[a.place] += a.n
					}
				case "promise":
					tx.Now = c.Now()
					if w.promise(tx, a.place, a.days, ""); a.days <= 14 {
						promised[a.place]++
					}
				default:
					if slices.Contains([]string{"P104M", "P104F", "P105"}, a.place) {
						w.measure(tx, a.place, map[string]string{"warm": "39", "cold": "33", "hot": "48"}[a.kind], a.days)
						last[a.place] = a.kind
					}
				}
			}
		}
		whole := w.try("leader", play)
		if len(whole) > 5 || !slices.IsSortedFunc(whole, func(a, b insight.Place) int { return b.Weight - a.Weight }) {
			rt.Fatalf("the list: %v", whole)
		}
		seen := map[string]bool{}
		for _, p := range whole {
			if seen[p.Code] || len(p.Reasons) == 0 || len(p.Looks) == 0 || len(p.Looks) > 4 {
				rt.Fatalf("%s: %v, %d looks", p.Code, p.Reasons, len(p.Looks))
			}
			seen[p.Code] = true
			sum := 0
			for _, r := range p.Reasons {
				sum += weight[r.Why]
				if r.Why == insight.Voices {
					sum += min(r.N/5, 3)
				}
			}
			want := map[insight.Why]int{}
			if n := said[p.Code]; n >= 5 && p.Users >= 20 {
				want[insight.Voices] = n
			}
			if n := promised[p.Code]; n > 0 {
				want[insight.Promised] = n
			}
			switch last[p.Code] {
			case "cold":
				want[insight.Failing] = 1
			case "hot":
				want[insight.Critical] = 1
			}
			got := reasons(whole, p.Code)
			delete(got, insight.Silent)
			if sum != p.Weight || fmt.Sprint(got) != fmt.Sprint(want) {
				rt.Fatalf("%s: weight %d of %v; counted %v, want %v", p.Code, p.Weight, p.Reasons, got, want)
			}
		}

		// Up to four voices more at places of which nobody has spoken change nothing that anybody is told.
		quiet := slices.DeleteFunc(slices.Clone(places), func(p string) bool { return said[p] > 0 })
		more := rapid.IntRange(1, 4).Draw(rt, "more")
		again := w.try("leader", func(tx *db.Tx) {
			play(tx)
			for _, p := range quiet {
				w.tell(tx, "worker", p, more, 1)
			}
		})
		if told(again) != told(whole) {
			rt.Fatalf("%d voices at %v show:\n%s\n%s", more, quiet, told(whole), told(again))
		}

		// A chair sees her own unit.
		for _, p := range w.try("chair", play) {
			if !p.Path.Under("/G/U03/") {
				rt.Fatalf("the chair of U03 is sent to %s of %s", p.Code, p.Path)
			}
		}
	})
}

// told is all that a list says.
func told(all []insight.Place) (s string) {
	for _, p := range all {
		s += fmt.Sprint(p.Code, p.Weight, p.Reasons, len(p.Looks), "\n")
	}
	return s
}
