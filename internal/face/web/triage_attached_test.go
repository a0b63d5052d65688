package web_test

import (
	"testing"

	"sanwen/internal/base/event"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/reading/insight/alike"
	"sanwen/internal/reading/insight/spots"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/voice"
)

// TestLaterVoiceBelongsByItself: who says the same later stands first on the page of triage with the matter, is counted on the matter's page, is said not to
// be of it and to be of it after all, with nothing lost that was typed, and is joined by one press.
func TestLaterVoiceBelongsByItself(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		b := newBureau(t, d, c)
		log, err := event.Open(t.Context(), d, b.Keys, event.Options{})
		if err != nil {
			t.Fatal(err)
		}
		log.Consume(alike.Consumer())
		log.Consume(spots.Consumer())
		first := b.Tell("worker", voice.Named, "P104M", "四区浴室夜班下班后水就不热了，喷头水量也小")
		var m matter.Register
		b.Must(func(tx *db.Tx) (err error) {
			m, err = voice.NewMatter{Voice: first.ID, Reading: voice.Reading{Title: "四区浴室夜班热水不足", Category: "B1"}, Say: "已列入。",
				Register: matter.Register{Public: true, Lead: "D02"}}.Do(tx, b.P("triager"))
			return err
		})
		later := b.Tell("worker2", voice.Named, "P104M", "四区浴室夜班下班后水又不热了，喷头水量还是小")
		if err := log.Tick(t.Context()); err != nil {
			t.Fatal(err)
		}
		b.as("triager").Get("/matter/"+m.Number).Want(200).Says("自动归入、等分办", "1 条")
		page := b.as("triager").Get("/voice/"+later.ID).Want(200).Says("已自动归入，等您确认", "确认列入", "不是这件事")
		b.as("triager").Get("/voice/"+later.ID+"?lang=en").Want(200).Says("joined by itself", "Confirm", "Not this one")
		f := page.Form("/decide").Set("title", "又不热了")
		page = f.Submit("act=apart:"+m.Number).Want(200).Says("已标明不是这件事", "还是这件事")
		if f = page.Form("/decide"); f.Values.Get("title") != "又不热了" {
			t.Errorf("what was typed is lost: %v", f.Values)
		}
		b.as("triager").Get("/matter/" + m.Number).Want(200).Silent("自动归入、等分办")
		page = f.Submit("act=together:" + m.Number).Want(200).Says("已自动归入，等您确认")
		if v := b.Voice(later.ID); v.Matter != "" || v.State != voice.Registered && v.State != voice.InTriage {
			t.Errorf("before somebody has decided: %s %q", v.State, v.Matter)
		}
		page.Form("/decide").Submit("act=join:" + m.Number).Want(200).Says("已列入实事")
		if v := b.Voice(later.ID); v.State != voice.Linked || v.Matter != m.ID || v.Title != "又不热了" {
			t.Errorf("joined: %s %s %q", v.State, v.Matter, v.Title)
		}
		b.as("triager").Get("/matter/" + m.Number).Want(200).Silent("自动归入、等分办")
	})
}
