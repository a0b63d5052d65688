package spots

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/reading/insight/spots/atlas"
	"sanwen/internal/reading/insight/spots/daily"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/voice"
)

// readers are those whose pages are compared: the whole organisation with and without the voices, one unit with and without them, and nobody's.
var readers = []string{"triager", "triager3", "supervisor", "leader", "chair", "worker", "boss"}

// both reads something from what is kept and from the voices themselves, and fails the test where the answers differ. It reports whether what is kept
// was read from.
func (w place) both(what, key string, read func(s *scope) (any, error)) bool {
	w.T.Helper()
	kept := false
	w.Read(func(tx *db.Tx) error {
		var got [2]any
		for i, plainly := range []bool{false, true} {
			s, err := newScope(tx, w.P(key))
			if err != nil {
				return err
			}
			s.plainly = plainly
			if !plainly {
				if kept, err = s.count(func(*daily.Counted) {}); err != nil {
					return err
				}
			}
			if got[i], err = read(s); err != nil {
				return err
			}
		}
		if !reflect.DeepEqual(got[0], got[1]) {
			w.T.Errorf("%s for %s, kept:\n%+v\nread:\n%+v", what, key, got[0], got[1])
		}
		return nil
	})
	return kept
}

// grouped fails the test where what has been followed is stored otherwise than the voices are grouped at once, whether or not all is to be made anew.
func (w place) grouped() {
	w.T.Helper()
	w.Read(func(tx *db.Tx) error {
		tx.Asked()
		h, err := Check(tx, 0)
		if err == nil && (h.Bad != 0 || h.Lost != 0 || h.Lag != 0) {
			w.T.Errorf("not grouped as the voices are: %+v", h)
		}
		return err
	})
}

// kept fails the test where what is kept of days is not what the voices say.
func (w place) kept() {
	w.T.Helper()
	w.Read(func(tx *db.Tx) error {
		tx.Asked()
		h, err := Check(tx, 0)
		if err == nil && (h.Days == 0 || h.DaysBad != 0 || h.Bad != 0 || h.Lost != 0) {
			w.T.Errorf("%+v", h)
		}
		return err
	})
}

// alike fails the test where a page says something else from what is kept than from the voices, for any reader and filter.
func (w place) alike() {
	w.T.Helper()
	today := w.Clock.Now()
	month := clock.MillisOf(today).Day(w.DB.Zone())[:7]
	filters := []Filter{{}, {Place: "P104"}, {Place: "P105"}, {Unit: "U03"}, {Unit: "U03-A"}, {Category: "B"}, {Category: "B1"}, {Month: string(month)}, {Place: "P104", Unit: "U03", Month: string(month)}}
	hood := "P104"
	for _, key := range readers {
		for _, f := range filters {
			w.both(fmt.Sprintf("%+v", f), key, func(s *scope) (any, error) { return s.sorted(f, some{}) })
		}
		w.both("matters and days", key, func(s *scope) (any, error) {
			ns, err := db.All[int64](s.tx, `SELECT n FROM insight_spot ORDER BY n`)
			if err != nil || len(ns) == 0 {
				return nil, err
			}
			ms, err := s.matters(ns)
			if err != nil {
				return nil, err
			}
			days, err := daily.Reader{TX: s.tx, Who: s.who, Since: s.since}.Days(ns, s.plainly)
			return []any{append([]Matter{}, ms...), days}, err
		})
		w.both("surroundings", key, func(s *scope) (any, error) { return s.sorted(Filter{}, some{hood: &hood}) })
		w.both("after three days", key, func(s *scope) (any, error) {
			s.since = clock.MillisOf(today).Day(w.DB.Zone()).Add(-3)
			return s.sorted(Filter{}, some{})
		})
		for _, since := range []clock.Day{"", clock.MillisOf(today).Day(w.DB.Zone()).Add(-3)} {
			if !w.both("the year", key, func(s *scope) (any, error) {
				if since != "" {
					s.since = since
				}
				return s.yearSorted()
			}) {
				w.T.Errorf("%s reads the voices themselves", key)
			}
		}
	}
}

func (s *scope) yearSorted() (atlas.Counts, error) {
	c, err := s.year()
	slices.SortFunc(c.Hoods, func(a, b atlas.Hood) int { return strings.Compare(a.Hood, b.Hood) })
	return c, err
}

func (s *scope) sorted(f Filter, only some) ([]Row, error) {
	rows, err := s.rows(f, only)
	slices.SortFunc(rows, func(a, b Row) int { return int(a.N - b.N) })
	return slices.Clip(rows), err
}

// Whatever happens to voices and spots, pages made of what is kept of days say what pages made of the voices say: while the record has not been followed
// yet, too. Of what goes nothing is left, and what is made anew is the same to the byte. After each step the stored groups are what the voices say.
func TestKeptIsRead(t *testing.T) {
	was := daily.Few
	daily.Few = 0 // or no surrounding here would be read from what is kept
	t.Cleanup(func() { daily.Few = was })
	for seed := range uint64(2) {
		run(t, func(t *testing.T, w place) {
			dice := rand.New(rand.NewPCG(seed, 7))
			pick := func(list ...string) string { return list[dice.IntN(len(list))] }
			say := []string{"夜班下班后浴室的水不热，洗到一半就是凉水。", "更衣柜不够用，门锁坏了几个。", "班车提前发车，经常赶不上。", "食堂排队太长，饭菜凉了。"}
			var ids, matters []string
			w.follow() // the days are made while there is nothing
			try := func(who string, in any) {
				if err := w.Try(who, in.(interface {
					Do(*db.Tx, access.Person) error
				})); err != nil && testing.Verbose() {
					t.Logf("%T: %v", in, err)
				}
			}
			done := map[int]int{}
			for step := range 70 {
				w.Clock.Advance(time.Duration(1+dice.IntN(40)) * time.Hour)
				act := dice.IntN(16)
				if step < 12 {
					act = 0
				}
				id := ""
				if len(ids) > 0 {
					id = ids[dice.IntN(len(ids))]
				}
				before := w.Count(`SELECT COUNT(*) FROM event`)
				switch act {
				case 0, 1, 2, 3:
					for range 1 + dice.IntN(4) {
						level := voice.Level(pick(string(voice.Named), string(voice.Named), string(voice.Confidential), string(voice.Anonymous)))
						who := pick("worker", "worker2", "boss", "energy", "hr")
						if level == voice.Anonymous {
							who = ""
						}
						if sent, err := w.Say(who, w.Form(voice.Register{Level: level, Place: pick("P105", "P104M", "P104F", ""), Text: say[dice.IntN(len(say))]})); err == nil && sent.Voice != "" {
							ids = append(ids, sent.Voice)
						}
					}
				case 4:
					try("triager", voice.AssignForAnswer{Voice: id, Reading: voice.Reading{Title: "浴池水温", Category: pick("B1", "B2", "A1"), Redacted: "水不热。", Place: pick("P105", "P104M", "P104F"),
						Class: clock.Class(pick(string(clock.T7D), string(clock.T24H), ""))}, Lead: "D02"})
				case 5:
					r := matter.Register{Lead: "D02", Class: matter.Standard}
					if err := w.Write(func(tx *db.Tx) error {
						m, err := voice.NewMatter{Voice: id, Reading: voice.Reading{Title: "浴池热水不足", Category: "B1", Redacted: "水不热。"}, Register: r, Say: "已列入。"}.Do(tx, w.P("triager"))
						if err == nil {
							matters = append(matters, m.ID)
						}
						return err
					}); err == nil {
						done[act]++
					}
				case 6:
					if len(matters) > 0 {
						try("triager", voice.JoinMatter{Voice: id, Reading: voice.Reading{Title: "浴池热水不足", Category: "B1", Redacted: "水不热。"}, Matter: matters[dice.IntN(len(matters))], Say: "已列入。"})
					}
				case 7:
					if len(matters) > 0 {
						w.complete(matters[dice.IntN(len(matters))])
					}
				case 8:
					try("triager", voice.Restrict{Voice: id, Class: "discipline", Reason: "涉及个人"})
				case 9:
					try("triager", voice.ToCrisis{Voice: id})
				case 10:
					try(pick("worker", "worker2", "boss"), voice.Withdraw{Voice: id})
				case 11:
					try("triager", voice.Name{Voice: id, Persons: []string{w.P(pick("leader", "supervisor", "boss", "chair")).ID}})
				case 12:
					try("triager", voice.Name{Voice: id, Units: []string{pick("U03", "U07")}})
				case 13:
					in := w.spots()
					other := ids
					if dice.IntN(3) > 0 { // of the same surrounding: there the words of one lead to the other
						other = w.Column(`SELECT voice FROM insight_spot_voice WHERE hood = (SELECT hood FROM insight_spot_voice WHERE voice = '` + id + `') ORDER BY at, sort`)
					}
					if len(other) > 0 {
						try("triager", Join{in[id], in[other[dice.IntN(len(other))]]})
					}
				case 14:
					n := w.spots()[id]
					try("triager", &Split{Spot: n, Voices: []string{id}})
				case 15:
					if acts := w.Column(`SELECT id FROM insight_spot_act WHERE undone_at = 0 AND kind <> 'matter'`); len(acts) > 0 {
						try("triager", Undo{acts[dice.IntN(len(acts))]})
					}
				}
				if w.Count(`SELECT COUNT(*) FROM event`) > before {
					done[act]++
				}
				if step%12 == 4 { // before it is followed, when what is grouped is what it was for both
					w.alike()
				}
				if err := w.log.Tick(t.Context()); err != nil {
					t.Fatal(err)
				}
				w.grouped()
				if step%8 == 7 {
					w.alike()
				}
				if t.Failed() {
					t.Fatalf("after step %d, act %d", step, act)
				}
			}
			for _, act := range []int{4, 5, 6, 8, 9, 10, 11, 12, 13, 14, 15} {
				if done[act] == 0 {
					t.Logf("act %d was never done", act)
				}
			}
			w.follow()
			w.kept()
			w.alike()
			rows := func(table string) []string { return slices.Sorted(slices.Values(w.Rows(table))) }
			before, counts := rows("insight_spot_day"), rows("insight_spot_matter")
			if len(before) == 0 || len(counts) == 0 {
				t.Fatalf("%d days, %d matters", len(before), len(counts))
			}
			if err := daily.Make(t.Context(), w.store()); err != nil {
				t.Fatal(err)
			}
			if again := rows("insight_spot_day"); !slices.Equal(before, again) {
				t.Error("made anew they are other days")
			}
			if again := rows("insight_spot_matter"); !slices.Equal(counts, again) {
				t.Errorf("made anew: matters %v, were %v", again, counts)
			}
			for _, id := range ids { // of all that goes nothing is left
				_ = w.Try("triager", voice.ToCrisis{Voice: id})
			}
			w.follow()
			w.alike()
			w.kept()
		})
	}
}

// A unit that moves in the tree takes its voices along, for what is kept as for what is read: until the days are made anew nothing is read from them.
func TestKeptFollowsMoves(t *testing.T) {
	run(t, func(t *testing.T, w place) {
		w.Tell("worker", voice.Named, "P105", "夜班下班后浴室的水不热，洗到一半就是凉水。")
		w.Tell("worker2", voice.Named, "P105", "夜班下班后浴室的水不热，洗到一半就是凉水。")
		w.follow()
		year := func() bool {
			t.Helper()
			return w.both("the year", "chair", func(s *scope) (any, error) { return s.yearSorted() })
		}
		if !year() {
			t.Fatal("the days are not kept")
		}
		w.Must(func(tx *db.Tx) error {
			u, err := org.UnitByCode(tx, "U03-A")
			if err != nil {
				return err
			}
			return (org.EditUnit{Code: u.Code, Parent: "U05", NameZh: u.NameZh, NameEn: u.NameEn, Version: u.Version}).Do(tx, w.P("admin"))
		})
		if year() {
			t.Error("days are read that know of another tree")
		}
		w.follow()
		if !year() {
			t.Error("the days are not made anew")
		}
		w.kept()
	})
}

// What is kept is compared by units alone, so that nothing else may decide who sees a voice that is on no restricted path and names nobody.
func TestUnitsAloneDecide(t *testing.T) {
	n := 0
	for _, r := range access.Table {
		if (r.Action == access.SpotSee || r.Action == access.VoiceList) && r.Class == "" {
			if n++; r.Relation != access.Unit {
				t.Errorf("%s: %s", r.Action, r.Relation)
			}
		}
	}
	if n < 7 {
		t.Errorf("%d rows", n)
	}
}
