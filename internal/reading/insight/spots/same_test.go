package spots

import (
	"context"
	"maps"
	"strings"
	"testing"
	"time"

	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/voice"
)

const (
	cold   = "夜班下班后浴室的水不热，洗到一半就是凉水。"
	meals  = "食堂排队太长，饭菜凉了。"
	locker = "更衣柜不够用，门锁坏了几个。"
)

// told registers voices, each an hour after the last, and follows.
func (w place) told(at string, texts ...string) (ids []string) {
	w.T.Helper()
	for i, text := range texts {
		w.Clock.Advance(time.Hour)
		ids = append(ids, w.Tell([]string{"worker", "worker2", "shift", "boss", "hr"}[i%5], voice.Named, at, text).ID)
	}
	w.follow()
	return ids
}

// becomes makes a matter of the bathhouse of a voice, with the words that its department will read.
func (w place) becomes(id string) (matterID string) {
	w.T.Helper()
	where := func() string { return w.Column(`SELECT sort FROM insight_spot_voice WHERE voice = '` + id + `'`)[0] }
	was := where()
	w.Must(func(tx *db.Tx) error {
		m, err := voice.NewMatter{Voice: id, Reading: voice.Reading{Title: "浴池热水不足", Category: "B1", Redacted: "水不热。"}, Register: matter.Register{Lead: "D02", Class: matter.Standard}, Say: "已列入。"}.Do(tx, w.P("triager"))
		matterID = m.ID
		return err
	})
	w.follow()
	if now := where(); now <= was {
		w.T.Fatalf("it does not stand later in its hour, so that this test says nothing: %s, was %s", now, was)
	}
	return matterID
}

// What triage says of a voice decides where it stands from then on, its place in the hour, too: where it stood before binds neither it nor its number.
func TestWhereItStoodBindsNothing(t *testing.T) {
	run(t, func(t *testing.T, w place) {
		bath := w.told("P105", cold, cold, cold)
		food := w.told("P105", meals, meals)
		in := w.spots()
		a, b := in[bath[0]], in[food[0]]
		if a == b || in[food[1]] != b {
			t.Fatalf("water and meals: %v", in)
		}
		w.becomes(food[1]) // it is about water after all
		if in = w.spots(); in[food[1]] != a || in[food[0]] != b {
			t.Errorf("what became a matter of the bathhouse is in %d, bathhouse %d, meals %d", in[food[1]], a, b)
		}
		w.sound()

		alone := w.told("P202", meals)[0]
		n := w.spots()[alone]
		w.becomes(alone)
		if in = w.spots(); in[alone] != n {
			t.Errorf("a voice alone was in %d and is in %d", n, in[alone])
		}
		w.sound()
	})
}

// anew fails the test where a building anew, in however many pieces, says something else than the table.
func (w place) anew() {
	w.T.Helper()
	was, before := piece, w.spots()
	defer func() { piece = was }()
	for _, piece = range []int{500, 2, 1} {
		if err := Rebuild(w.T.Context(), w.store(), nil); err != nil {
			w.T.Fatal(err)
		}
		if after := w.spots(); !maps.Equal(before, after) {
			w.T.Errorf("made anew in pieces of %d: %v, was %v", piece, after, before)
		}
	}
	w.sound()
}

// numbered fails the test where voices are elsewhere than said.
func (w place) numbered(what string, n int64, ids ...string) {
	w.T.Helper()
	in := w.spots()
	for i, id := range ids {
		if in[id] != n {
			w.T.Errorf("%s: voice %d of %d is in %d, not in %d", what, i, len(ids), in[id], n)
		}
	}
}

// acts lists the joins and splits that stand, the oldest first.
func (w place) acts() []string {
	return w.Column(`SELECT id FROM insight_spot_act WHERE undone_at = 0 AND kind <> 'matter' ORDER BY at, id`)
}

// Two spots of one surrounding that are joined are one for whoever makes it anew, too, whichever was spoken of first, and whatever changes before them; what
// is told later follows either. Joins can be taken back in any order, and everybody stands where he stood.
func TestJoinsHold(t *testing.T) {
	run(t, func(t *testing.T, w place) {
		water, lockers := w.told("P104M", cold, cold, cold), w.told("P104M", locker, locker)
		food := w.told("P104M", meals, meals, meals)
		in := w.spots()
		a, b, c := in[water[0]], in[lockers[0]], in[food[0]]
		if a == b || b == c || a == c {
			t.Fatalf("%v", in)
		}
		w.Do("triager", Join{b, a}) // the older goes into the younger, and the other way round
		w.follow()
		w.numbered("joined", b, append(water, lockers...)...)
		w.sound()
		w.anew()
		w.Clock.Advance(time.Hour)
		w.Do("triager", Join{b, c})
		w.follow()
		w.numbered("joined twice", b, append(append(water, lockers...), food...)...)
		w.anew()
		later := w.told("P104M", locker, meals)
		w.numbered("later", b, later...)
		w.Do("worker", voice.Withdraw{Voice: water[0]}) // the first of all: everything behind it is grouped again
		w.follow()
		water = water[1:]
		w.numbered("one less", b, append(append(water, lockers...), food...)...)
		w.anew()

		acts := w.acts()
		w.Do("triager", Undo{acts[0]}) // the other join stands, and holds what was there
		w.follow()
		w.numbered("the first taken back", b, append(lockers, food...)...)
		w.numbered("the first taken back", a, water...)
		w.anew()
		w.Do("triager", Undo{acts[1]})
		w.follow()
		w.numbered("both taken back", a, water...)
		w.numbered("both taken back", b, lockers...)
		w.numbered("both taken back", b, later[0])
		w.numbered("both taken back", c, food...)
		w.numbered("both taken back", c, later[1])
		w.anew()
		if n := w.Count(`SELECT COUNT(*) FROM insight_spot_pin`); n != 0 {
			t.Errorf("%d voices are still held", n)
		}
	})
}

// What was split off comes back to a spot to which others were joined since: nobody of it has to look for another number.
func TestBackToAJoin(t *testing.T) {
	run(t, func(t *testing.T, w place) {
		water, lockers := w.told("P104M", cold, cold, cold), w.told("P104M", locker, locker)
		in := w.spots()
		a, b := in[water[0]], in[lockers[0]]
		w.Do("triager", &Split{Spot: a, Voices: water[:1]})
		w.Clock.Advance(time.Hour)
		w.Do("triager", Join{a, b})
		w.follow()
		w.anew()
		acts := w.acts()
		w.Do("triager", Undo{acts[0]})
		w.follow()
		w.numbered("the split taken back", a, append(water, lockers...)...)
		w.anew()
		w.Do("triager", Undo{acts[1]})
		w.follow()
		w.numbered("both taken back", a, water...)
		w.numbered("both taken back", b, lockers...)
		w.anew()
	})
}

// A join can be taken back after splits of what was joined, once these are taken back, in whatever order: what they moved is the join's again.
func TestSplitsOfAJoin(t *testing.T) {
	run(t, func(t *testing.T, w place) {
		water, lockers := w.told("P104M", cold, cold, cold), w.told("P104M", locker, locker, locker)
		in := w.spots()
		a, b := in[water[0]], in[lockers[0]]
		w.Do("triager", Join{a, b})
		var split [2]int64
		for i, some := range [][]string{{water[0], lockers[0]}, {lockers[1]}} {
			w.Clock.Advance(time.Hour)
			s := &Split{Spot: a, Voices: some}
			w.Must(func(tx *db.Tx) error { return s.Do(tx, w.P("triager")) })
			split[i] = s.Other
			w.follow()
			w.anew()
		}
		acts := w.acts()
		if err := w.Try("triager", Undo{acts[0]}); fault.Of(err).Key != "spots.moved_since" {
			t.Errorf("the join before the splits: %v", err)
		}
		p, err := w.see("triager", a)
		if err != nil || len(p.Acts) != 3 || p.Acts[2].Moves != 0 || p.Acts[1].Moves != 2 || p.Acts[0].Moves != 4 {
			t.Errorf("what can be taken back: %+v %v", p.Acts, err)
		}
		w.Do("triager", Undo{acts[1]})
		w.follow()
		w.numbered("the first split taken back", a, water[0], water[1], water[2], lockers[0], lockers[2])
		w.numbered("the first split taken back", split[1], lockers[1])
		w.anew()
		w.Do("triager", Undo{acts[2]})
		w.follow()
		w.numbered("both splits taken back", a, append(water, lockers...)...)
		w.anew()
		w.Do("triager", Undo{acts[0]})
		w.follow()
		w.numbered("all taken back", a, water...)
		w.numbered("all taken back", b, lockers...)
		w.anew()
		if n := w.Count(`SELECT COUNT(*) FROM insight_spot_pin`); n != 0 {
			t.Errorf("%d voices are still held", n)
		}
	})
}

// A number to which people have put voices elsewhere is theirs: voices that nobody has put there, and that follow nobody who is, have another one.
func TestPutElsewhere(t *testing.T) {
	run(t, func(t *testing.T, w place) {
		here, follows, there := w.told("P105", cold), w.told("P202", cold), w.told("P104M", locker)
		comes := func(id, words string) { // to the bathhouse, as triage finds out
			w.Clock.Advance(time.Hour)
			w.Do("triager", voice.AssignForAnswer{Voice: id, Reading: voice.Reading{Title: "浴室", Category: map[string]string{cold: "B1", locker: "B4"}[words], Redacted: words, Place: "P105"}, Lead: "D02"})
			w.follow()
		}
		a := w.spots()[here[0]]
		w.Do("triager", Join{a, w.spots()[there[0]]})
		comes(follows[0], cold)
		w.numbered("joined", a, here[0], there[0], follows[0])
		w.sound()
		w.Do("worker", voice.Withdraw{Voice: here[0]})
		w.follow()
		w.numbered("what was put there", a, there[0])
		if n := w.spots()[follows[0]]; n == a || n == 0 {
			t.Errorf("what nobody has put there is in %d", n)
		}
		comes(there[0], locker)
		w.numbered("what was put there", a, there[0])
		w.sound()
		w.anew()
	})
}

// What an earlier version had joined without holding what was there is held when it is made anew, and what it had stored otherwise is mended.
func TestOlderJoinsAreHeld(t *testing.T) {
	run(t, func(t *testing.T, w place) {
		water, lockers := w.told("P104M", cold, cold, cold), w.told("P104M", locker, locker)
		in := w.spots()
		a, b := in[water[0]], in[lockers[0]]
		w.Do("triager", Join{a, b})
		w.follow()
		older := w.told("P104M", cold)
		if err := w.DB.Upkeep(t.Context(), func(tx *db.Tx) error {
			for _, x := range []string{`DELETE FROM insight_spot_pin WHERE voice NOT IN (SELECT voice FROM insight_spot_moved)`, `UPDATE insight_spot_state SET version = 2, wanted = 0`} {
				if _, err := tx.Exec(x); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		later := w.told("P104M", locker) // made anew is what follow does, as the minute's job
		w.numbered("joined", a, append(append(append(water, lockers...), older...), later...)...)
		w.sound()
		if n := w.Count(`SELECT COUNT(*) FROM insight_spot_pin`); n != 5 {
			t.Errorf("%d are held, not the five that were there", n)
		}
		w.anew()
		w.Do("triager", Undo{w.acts()[0]})
		w.follow()
		w.numbered("taken back", a, water...)
		w.numbered("taken back", b, lockers...)
		w.anew()
	})
}

// meanwhile makes everything anew and lets something happen before the n-th transaction of it.
func (w place) meanwhile(n int, happens func()) {
	w.T.Helper()
	s, at := w.store(), 0
	s.Write = func(ctx context.Context, f func(tx *db.Tx) error) error {
		if at++; at == n {
			happens()
		}
		return w.store().Write(ctx, f)
	}
	if err := Rebuild(w.T.Context(), s, nil); err != nil {
		w.T.Fatal(err)
	}
	if at <= n {
		w.T.Fatalf("%d transactions", at)
	}
}

// tick follows the record, and mends nothing.
func (w place) tick() {
	w.T.Helper()
	if err := w.log.Tick(w.T.Context()); err != nil {
		w.T.Fatal(err)
	}
}

// Voices that change, come and go while everything is made anew, piece by piece, stand where they would stand without that.
func TestMadeAnewMeanwhile(t *testing.T) {
	bus := "班车提前发车，经常赶不上。"
	run(t, func(t *testing.T, w place) {
		inPieces(t, 3)
		var ids []string
		for i := range 24 { // all of one hour
			text := []string{cold, locker, meals, bus}[i*7%4]
			ids = append(ids, w.Tell([]string{"worker", "worker2", "shift", "boss", "hr", "it"}[i%6], voice.Confidential, "P105", text).ID)
		}
		w.follow()
		for i, id := range ids {
			w.meanwhile(2+i%2*(i*5%8), func() { // before the first of the eight pieces, or another one
				r := []voice.Reading{{Title: "浴池热水不足", Category: "B1", Redacted: "水不热。"}, {Title: "更衣柜", Category: "B4", Redacted: locker}, {Title: "食堂", Category: "A2", Redacted: meals}}[i%3]
				w.Do("triager", voice.AssignForAnswer{Voice: id, Reading: r, Lead: "D02"})
				if i%4 != 1 {
					w.tick()
				}
			})
			w.tick()
			if w.sound(); t.Failed() {
				t.Fatalf("the %dth time", i)
			}
		}
	})
}

// One that has been followed into the hour of an earlier piece meanwhile brings all with it that stands between.
func TestMadeAnewAcrossPieces(t *testing.T) {
	run(t, func(t *testing.T, w place) {
		inPieces(t, 2)
		var r *reader
		w.Read(func(tx *db.Tx) (err error) { tx.Asked(); r, err = newReader(tx); return err })
		order := func(title, text, topic string) string {
			s, _, _ := r.said(row{Place: "P105", Title: title, Redacted: text, Category: topic, State: voice.Registered})
			return s.sort
		}
		variant := func(title, text, topic string, good func(sort string) bool) string { // words that stand where they are wanted
			for i := range 60 {
				if x := text + strings.Repeat("又", i%6) + strings.Repeat("啊", i/6) + "。"; good(order(title, x, topic)) {
					return x
				}
			}
			t.Fatalf("no words like %q stand there", text)
			return ""
		}
		bus := "班车提前发车，经常赶不上"
		there := order("", cold, "")
		after, before := func(s string) bool { return s > there }, func(s string) bool { return s < there }
		locked := w.told("P105", locker)[0]
		w.Clock.Advance(time.Hour)
		said := map[string]string{}
		for _, x := range []struct{ who, text string }{{"worker", cold}, {"worker2", variant("", "夜班下班后浴室的水不热，洗到一半就是凉水，更衣柜不够用，门锁坏了", "", after)}, {"shift", variant("", bus, "", after)}} {
			said[x.who] = w.Tell(x.who, voice.Confidential, "P105", x.text).ID
		}
		w.follow()
		in := w.spots()
		if in[said["worker"]] != in[said["worker2"]] || in[said["worker"]] == in[locked] || in[said["shift"]] == in[locked] {
			t.Fatalf("%v %v", in, said)
		}
		w.meanwhile(2, func() {
			w.Do("triager", voice.AssignForAnswer{Voice: said["shift"], Reading: voice.Reading{Title: "班车", Category: "E1", Redacted: variant("班车", bus, "E1", before)}, Lead: "D02"})
			w.tick()
		})
		if again := w.spots(); !maps.Equal(in, again) {
			t.Errorf("%v, was %v", again, in)
		}
		w.sound()
	})
}

// One of which the record has not been followed yet is not taken for one that says it itself.
func TestMadeAnewBeforeItIsFollowed(t *testing.T) {
	run(t, func(t *testing.T, w place) {
		inPieces(t, 1)
		bath, food := w.told("P105", cold, cold, cold), w.told("P105", meals, meals)
		in := w.spots()
		w.meanwhile(2, func() {
			w.Do("triager", voice.AssignForAnswer{Voice: food[1], Reading: voice.Reading{Title: "浴池热水不足", Category: "B1", Redacted: "水不热。"}, Lead: "D02"})
		})
		w.tick()
		w.numbered("water after all", in[bath[0]], food[1])
		w.sound()
	})
}
