package spots

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/voice"
)

// bath tells n times, by name, that the water of a bathhouse is cold, and gives the ids.
func (w place) bath(at string, n int) (ids []string) {
	w.T.Helper()
	w.Clock.Advance(time.Hour)
	for i := range n {
		who := []string{"worker", "worker2", "shift", "boss", "hr", "it", "energy"}[i%7]
		ids = append(ids, w.Tell(who, voice.Named, at, "夜班下班后浴室的水不热，洗到一半就是凉水。").ID)
	}
	w.follow()
	return ids
}

func (w place) rows(key string) (out []Row) {
	w.T.Helper()
	w.Read(func(tx *db.Tx) (err error) {
		out, err = List(tx, w.P(key), Filter{})
		return err
	})
	return out
}

func (w place) see(key string, n int64) (p Page, err error) {
	w.T.Helper()
	w.Read(func(tx *db.Tx) error { p, err = See(tx, w.P(key), n); return nil })
	return p, err
}

// traces counts rows about a voice, in all tables of the room.
func (w place) traces(voice string) (n int) {
	w.T.Helper()
	w.Read(func(tx *db.Tx) (err error) {
		tx.Asked()
		n, err = db.One[int](tx, `SELECT (SELECT COUNT(*) FROM insight_spot_voice WHERE voice = $1) + (SELECT COUNT(*) FROM insight_spot_pin WHERE voice = $2)
			+ (SELECT COUNT(*) FROM insight_spot_moved WHERE voice = $3)`, voice, voice, voice)
		return err
	})
	return n
}

// What two people say is two spots or one: a person decides, the numbers stay, and it can be taken back. Nobody's voice is lost on the way.
func TestJoinSplitUndo(t *testing.T) {
	run(t, func(t *testing.T, w place) {
		one, other := w.bath("P105", 3), w.bath("P104M", 2)
		in := w.spots()
		a, b := in[one[0]], in[other[0]]
		if a == b || in[one[2]] != a || in[other[1]] != b {
			t.Fatalf("two bathhouses: %v", in)
		}
		if err := w.Try("chair", Join{a, b}); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("a chair joins: %v", err)
		}
		w.Do("triager", Join{a, b})
		if in = w.spots(); in[other[0]] != a || in[other[1]] != a || in[one[0]] != a {
			t.Fatalf("joined: %v", in)
		}
		w.follow()
		w.sound()
		later := w.bath("P104M", 1)
		if in = w.spots(); in[later[0]] != a {
			t.Errorf("what is said there later is in %d, not in %d", in[later[0]], a)
		}
		p, err := w.see("triager", a)
		if err != nil || p.Voices != 6 || len(p.Acts) != 1 || p.Acts[0].By != w.P("triager").ID {
			t.Fatalf("%+v %v", p, err)
		}
		w.Do("triager", Undo{p.Acts[0].ID})
		if in = w.spots(); in[other[0]] != b || in[other[1]] != b || in[one[0]] != a || in[later[0]] != b {
			t.Fatalf("taken back: %v, were %d and %d", in, a, b)
		}
		if err := w.Try("triager", Undo{p.Acts[0].ID}); fault.Of(err).Key != "spots.undone" {
			t.Errorf("twice: %v", err)
		}
		w.follow()
		w.sound()

		split := &Split{Spot: a, Voices: one[:1]}
		w.Must(func(tx *db.Tx) error { return split.Do(tx, w.P("triager")) })
		if in = w.spots(); in[one[0]] != split.Other || in[one[1]] != a || in[one[2]] != a || split.Other == b {
			t.Fatalf("split: %v", in)
		}
		w.follow()
		w.sound()
		if p, err = w.see("triager", a); err != nil || p.Voices != 2 {
			t.Fatalf("%+v %v", p, err)
		}
		w.Do("triager", Undo{p.Acts[0].ID})
		if in = w.spots(); in[one[0]] != a || len(in) != 6 {
			t.Fatalf("taken back: %v", in)
		}
		for key, err := range map[string]error{"spots.split_all": w.Try("triager", &Split{Spot: a, Voices: one}), "spots.split_none": w.Try("triager", &Split{Spot: a}),
			"spots.split_other": w.Try("triager", &Split{Spot: a, Voices: other}), "spots.same": w.Try("triager", Join{a, a}), "spots.unknown": w.Try("triager", Join{a, 999})} {
			if fault.Of(err).Key != key {
				t.Errorf("%v, want %s", err, key)
			}
		}
		before := w.spots()
		for _, n := range []int{500, 1, 2} { // in however many pieces
			inPieces(t, n)
			if err := Rebuild(t.Context(), w.store(), nil); err != nil {
				t.Fatal(err)
			}
			if after := w.spots(); !maps.Equal(before, after) {
				t.Errorf("rebuilt in pieces of %d: %v, was %v", n, after, before)
			}
		}
		w.follow()
		w.sound()
	})
}

// A voice that is erased, withdrawn, restricted or set aside leaves nothing: no row, no number, no sentence. What others said stays as it would
// be without it. Words that are redacted are gone from every page.
func TestNothingStays(t *testing.T) {
	run(t, func(t *testing.T, w place) {
		kept := w.bath("P105", 3)
		var gone []string
		for _, leave := range []func(id string){
			func(id string) { w.Do("triager", voice.ToCrisis{Voice: id}) },
			func(id string) { w.Do("worker", voice.Withdraw{Voice: id}) },
			func(id string) {
				w.Do("triager", voice.Restrict{Voice: id, Class: "discipline", Reason: "涉及个人"})
			},
			func(id string) { w.Do("triager", voice.Quarantine{Voice: id, Reason: "疑似广告"}) },
		} {
			w.Clock.Advance(time.Hour)
			id := w.Tell("worker", voice.Named, "P105", "夜班下班后浴室的水不热，麒麟貔貅说洗到一半就是凉水。").ID
			w.follow()
			n := w.spots()[kept[0]]
			if w.spots()[id] != n {
				t.Fatal("it is not in the spot")
			}
			if !remembered.Remembers(id) {
				t.Fatal("nothing is remembered of it that could be forgotten")
			}
			split := &Split{Spot: n, Voices: []string{id}} // so that there is something decided about it
			w.Must(func(tx *db.Tx) error { return split.Do(tx, w.P("triager")) })
			leave(id)
			w.follow()
			gone = append(gone, id)
		}
		for _, id := range gone {
			if n := w.traces(id); n != 0 {
				t.Errorf("%d rows are left", n)
			}
			if remembered.Remembers(id) {
				t.Error("what was made of its words is still remembered")
			}
		}
		rows := w.rows("triager")
		if len(rows) != 1 || rows[0].Voices != 3 {
			t.Fatalf("%+v", rows)
		}
		p, err := w.see("triager", rows[0].N)
		if err != nil || strings.Contains(strings.Join(p.Sentences, ""), "麒麟") || len(p.Sentences) == 0 {
			t.Errorf("%q %v", p.Sentences, err)
		}
		w.sound()
	})
}

// The words of hidden voices are told only once triage has approved them, and then only those.
func TestSentencesAreApproved(t *testing.T) {
	run(t, func(t *testing.T, w place) {
		var ids []string
		for range 3 {
			ids = append(ids, w.Tell("worker", voice.Confidential, "P105", "夜班下班后浴室的水不热，我们甲班都冻着了。").ID)
		}
		w.follow()
		n := w.spots()[ids[0]]
		if p, err := w.see("triager", n); err != nil || len(p.Sentences) != 0 {
			t.Fatalf("%q %v", p.Sentences, err)
		}
		w.Do("triager", voice.AssignForAnswer{Voice: ids[0], Reading: voice.Reading{Title: "浴池水温", Category: "B1", Redacted: "下班后浴池的水不热。"}, Lead: "D02"})
		w.follow()
		p, err := w.see("triager", n)
		if err != nil || !slices.Equal(p.Sentences, []string{"下班后浴池的水不热。"}) || p.Title != "浴池水温" {
			t.Errorf("%q %q %v", p.Sentences, p.Title, err)
		}
		w.sound()
	})
}

// One step makes a matter of a spot, all voices or none; later voices come to the same spot and, after the matter is complete, count as repeats.
func TestMatterInOneStep(t *testing.T) {
	run(t, func(t *testing.T, w place) {
		ids := w.bath("P105", 3)
		hidden := w.Tell("worker", voice.Confidential, "P105", "浴室的水不热，夜班下班后是凉水，我的电话13912345678。").ID
		w.follow()
		n := w.spots()[ids[0]]
		if w.spots()[hidden] != n {
			t.Fatal("the hidden one is elsewhere")
		}
		var open []Waiting
		w.Read(func(tx *db.Tx) (err error) { open, err = Open(tx, w.P("triager"), n); return err })
		in := &ToMatter{Spot: n, Title: "浴池热水不足", Category: "B1", Say: "已列入实事。", Register: matter.Register{Lead: "D02", Class: matter.Standard}}
		for _, v := range open {
			c := Chosen{Voice: v.ID, Version: v.Version}
			if v.Approve() {
				c.Redacted = v.Text
			}
			in.Voices = append(in.Voices, c)
		}
		if len(in.Voices) != 4 {
			t.Fatalf("%+v", open)
		}
		bad := *in
		bad.Voices = append(slices.Clone(in.Voices[:3]), Chosen{Voice: in.Voices[3].Voice, Version: 99})
		if err := w.Try("triager", &bad); err == nil {
			t.Fatal("a stale voice is taken")
		}
		if v := w.Voice(ids[0]); v.Matter != "" {
			t.Fatal("half of it was done")
		}
		w.Do("triager", in)
		w.follow()
		for _, id := range append(ids, hidden) {
			if v := w.Voice(id); v.Matter != in.ID || v.State != voice.Linked {
				t.Errorf("%s: %s %s", id, v.State, v.Matter)
			}
		}
		if strings.Contains(w.Voice(hidden).Redacted, "13912345678") {
			t.Error("the number goes to the department")
		}
		p, err := w.see("triager", n)
		if err != nil || len(p.Matters) != 1 || p.Matters[0].ID != in.ID || p.Again != 0 {
			t.Fatalf("%+v %v", p, err)
		}
		w.Read(func(tx *db.Tx) error {
			rows, err := OfMatter(tx, w.P("triager"), in.ID)
			if err != nil || len(rows) != 1 || rows[0].N != n {
				t.Errorf("the matter's spots: %+v %v", rows, err)
			}
			return nil
		})
		w.complete(in.ID)
		w.Clock.Advance(48 * time.Hour)
		back := w.bath("P105", 1)
		if p, err = w.see("triager", n); err != nil || p.Again != 1 || p.Voices != 5 {
			t.Errorf("a repeat: %+v %v", p.Row, err)
		}
		// Each number opens the voices that it counts.
		parts := map[string]int{PartLately: p.Lately, PartAgain: p.Again, "2001-01": 0, "": p.Voices}
		for _, m := range p.Months {
			parts[m.Month] = m.N
		}
		for part, want := range parts {
			w.Read(func(tx *db.Tx) error {
				x, err := SeePart(tx, w.P("triager"), n, part)
				if len(x.Said) != want || part == PartAgain && x.Said[0].ID != back[0] {
					t.Errorf("%q: %d voices, the number is %d", part, len(x.Said), want)
				}
				return err
			})
		}
		w.sound()
	})
}

// complete writes down that a matter was complete, as its own room does.
func (w place) complete(id string) {
	w.T.Helper()
	if err := w.DB.Upkeep(w.T.Context(), func(tx *db.Tx) error {
		_, err := tx.Exec(`UPDATE matter SET completed0 = $1 WHERE id = $2`, clock.MillisOf(tx.Now), id)
		return err
	}); err != nil {
		w.T.Fatal(err)
	}
}

// Leaders see of what enough people speak, without a voice; others see nothing at all. A chair sees the spots of his own unit only.
func TestWhoSees(t *testing.T) {
	run(t, func(t *testing.T, w place) {
		ids := w.bath("P105", 4)
		n := w.spots()[ids[0]]
		if rows := w.rows("leader"); len(rows) != 0 {
			t.Errorf("four people: %+v", rows)
		}
		if _, err := w.see("leader", n); fault.KindOf(err) != fault.NotFound {
			t.Errorf("four people: %v", err)
		}
		if rows := w.rows("triager"); len(rows) != 1 || !rows[0].Exact {
			t.Errorf("triage: %+v", rows)
		}
		w.bath("P105", 7)
		p, err := w.see("leader", n)
		if err != nil || p.People != 7 || len(p.Said) != 0 || p.Exact {
			t.Errorf("seven people: %+v %v", p, err)
		}
		for _, key := range []string{"worker", "equipment", "chair", "triager3", "discipline", "auditor"} {
			if rows := w.rows(key); len(rows) != 0 {
				t.Errorf("%s: %+v", key, rows)
			}
			if _, err := w.see(key, n); fault.KindOf(err) != fault.NotFound {
				t.Errorf("%s: %v", key, err)
			}
		}
		var m Maps
		w.Read(func(tx *db.Tx) (err error) { m, err = MapsOf(tx, w.P("leader")); return err })
		if len(m.Places) != 1 || m.Places[0].Few || m.Places[0].Voices != 11 {
			t.Errorf("places: %+v", m.Places)
		}
		w.Read(func(tx *db.Tx) (err error) { m, err = MapsOf(tx, w.P("worker")); return err })
		if len(m.Places) != 0 || told(m) {
			t.Errorf("a worker: %+v", m)
		}
	})
}

func told(m Maps) bool {
	for _, line := range append(m.Heat.Days[:], m.Heat.Cells[0][:], m.Heat.Cells[1][:], m.Heat.Cells[2][:], m.Heat.Cells[3][:], m.Heat.Cells[4][:], m.Heat.Cells[5][:], m.Heat.Cells[6][:]) {
		for _, c := range line {
			if c.N > 0 {
				return true
			}
		}
	}
	return false
}
