package spots

import (
	"testing"
	"time"

	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/voice"
)

// attached tells to which matter a voice belongs by itself, as somebody sees it.
func (w place) attached(key, v string) (a *Attached) {
	w.T.Helper()
	w.Read(func(tx *db.Tx) (err error) { a, err = AttachedTo(tx, w.P(key), v); return err })
	return a
}

func (w place) later(key, matterID string) (n, again int) {
	w.T.Helper()
	w.Read(func(tx *db.Tx) (err error) { n, again, err = Later(tx, w.P(key), matterID); return err })
	return n, again
}

// Who says the same after a matter was made of it belongs to the matter by himself, and after it was complete is a relapse; words that call somebody do
// not; somebody may say that it is not so, and take that back; what goes leaves nothing.
func TestLaterVoicesAttach(t *testing.T) {
	run(t, func(t *testing.T, w place) {
		first := w.bath("P105", 3)
		n := w.spots()[first[0]]
		var open []Waiting
		w.Read(func(tx *db.Tx) (err error) { open, err = Open(tx, w.P("triager"), n); return err })
		in := &ToMatter{Spot: n, Title: "浴池热水不足", Category: "B1", Say: "已列入实事。", Register: matter.Register{Lead: "D02", Class: matter.Standard}}
		for _, v := range open {
			in.Voices = append(in.Voices, Chosen{Voice: v.ID, Version: v.Version})
		}
		w.Do("triager", in)
		w.follow()
		if a := w.attached("triager", in.Voices[0].Voice); a != nil {
			t.Errorf("what has been decided waits for nothing: %+v", a)
		}
		more := w.bath("P105", 2)
		danger := w.Tell("worker", voice.Named, "P105", "夜班下班后浴室的水不热，洗到一半就是凉水，天花板马上要塌下来砸到人了！")
		w.follow()
		a := w.attached("triager", more[0])
		if a == nil || a.Number != in.Number || a.Again || a.Apart {
			t.Fatalf("%+v", a)
		}
		if a := w.attached("triager", danger.ID); danger.Alarm == "" || a != nil {
			t.Errorf("danger (alarm %q) is attached: %+v", danger.Alarm, a)
		}
		if a := w.attached("worker", more[0]); a != nil {
			t.Errorf("who does not triage is told: %+v", a)
		}
		if n, again := w.later("triager", in.ID); n != 2 || again != 0 {
			t.Errorf("%d wait, %d again", n, again)
		}
		// not this one
		apart := Apart{Voice: more[0], Matter: in.Number}
		if err := w.Try("worker", apart); fault.KindOf(err) != fault.Forbidden { // it is his own voice, so that he knows of it
			t.Errorf("a worker: %v", err)
		}
		w.Do("triager", apart)
		if a := w.attached("triager", more[0]); a == nil || !a.Apart || a.By != w.P("triager").ID {
			t.Errorf("%+v", a)
		}
		if n, _ := w.later("triager", in.ID); n != 1 {
			t.Errorf("%d wait", n)
		}
		for _, twice := range []Apart{apart, {Voice: more[1], Matter: in.Number, Back: true}, {Voice: more[1], Matter: "SS-2020-001"}} {
			if err := w.Try("triager", twice); fault.KindOf(err) != fault.Conflict {
				t.Errorf("%+v: %v", twice, err)
			}
		}
		w.follow()
		w.sound()
		w.Do("triager", Apart{Voice: more[0], Matter: in.Number, Back: true})
		if n, _ := w.later("triager", in.ID); n != 2 {
			t.Errorf("taken back: %d wait", n)
		}
		w.Do("triager", apart)
		w.Do("worker", voice.Withdraw{Voice: more[0]})
		w.follow()
		w.Read(func(tx *db.Tx) error {
			tx.Asked()
			left, err := db.One[int](tx, `SELECT COUNT(*) FROM insight_spot_apart`)
			if left != 0 {
				t.Errorf("%d rows about a voice that is gone", left)
			}
			return err
		})
		w.sound()
		// after it was complete
		w.Clock.Advance(time.Hour)
		if err := w.DB.Upkeep(t.Context(), func(tx *db.Tx) error {
			_, err := tx.Exec(`UPDATE matter SET completed0 = $1, state = $2 WHERE id = $3`, tx.Millis(), matter.Closed, in.ID)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		back := w.bath("P105", 1)
		if a := w.attached("triager", back[0]); a == nil || !a.Again {
			t.Errorf("it is back: %+v", a)
		}
		if n, again := w.later("triager", in.ID); n != 2 || again != 1 {
			t.Errorf("%d wait, %d of them since it was complete", n, again)
		}
	})
}
