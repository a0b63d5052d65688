package voice_test

import (
	"testing"

	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/voice"
	"sanwen/internal/work/voice/voicetest"
)

func world(t *testing.T, test func(t *testing.T, w *voicetest.World)) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) { test(t, voicetest.New(t, d, c)) })
}

func state(t *testing.T, w *voicetest.World, id, want string) voice.Voice {
	t.Helper()
	v := w.Voice(id)
	if v.State != want {
		t.Fatalf("voice is %s, want %s", v.State, want)
	}
	return v
}

func TestFromTheWallToTheAnswer(t *testing.T) {
	world(t, func(t *testing.T, w *voicetest.World) {
		named := w.Tell("worker", voice.Named, "P104M", "四区新浴室夜班下班后水就不热了,今早八点洗到一半成凉水,喷头水量也小。")
		anon := w.Tell("", voice.Anonymous, "P104M", "又是凉水!上周就有人反映过,没人管。")
		conf := w.Tell("worker2", voice.Confidential, "P104F", "女浴室靠里四个喷头忽冷忽热,最烫的时候能烫红皮肤。")
		w.Do("triager", voice.Claim{Voice: named.ID})
		var m matter.Register
		w.Must(func(tx *db.Tx) (err error) {
			m, err = voice.NewMatter{Voice: named.ID, Reading: voice.Reading{Title: "四区浴室热水不稳", Category: "B1"}, Say: "已列入实事,由设备部牵头。",
				Register: matter.Register{Public: true, Lead: "D02"}}.Do(tx, w.P("triager"))
			return err
		})
		for _, v := range []voice.Voice{anon, conf} {
			w.Do("triager", voice.JoinMatter{Voice: v.ID, Matter: m.Number, Reading: voice.Reading{Title: "热水不稳", Category: "B1", Redacted: v.Redacted}, Say: "和另外两条一起办。"})
		}
		for _, v := range []voice.Voice{named, anon, conf} {
			state(t, w, v.ID, voice.Linked)
		}
		if c := w.Voice(conf.ID); c.Class != clock.T2H {
			t.Errorf("the scald raises the class to %s, got %s", clock.T2H, c.Class)
		}
	})
}
