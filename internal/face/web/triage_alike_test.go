package web_test

import (
	"testing"

	"sanwen/internal/base/event"
	"sanwen/internal/face/webtest"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/reading/insight/alike"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/voice"
)

// TestSameThingIsJoinedWithOnePress: triage sees which matter and which voices speak of the same and why, joins with one press, in both languages;
// somebody who is about to say the same sees the matter and says "me too"; what is restricted is compared with nothing.
func TestSameThingIsJoinedWithOnePress(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		b := newBureau(t, d, c)
		log, err := event.Open(t.Context(), d, b.Keys, event.Options{})
		if err != nil {
			t.Fatal(err)
		}
		log.Consume(alike.Consumer())
		follow := func() {
			t.Helper()
			if err := log.Tick(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		first := b.Tell("worker", voice.Named, "P104M", "四区浴室夜班下班后水就不热了，喷头水量也小")
		second := b.Tell("worker2", voice.Named, "P104F", "女浴室夜班下班后水也不热，喷头忽冷忽热")
		third := b.Tell("", voice.Anonymous, "P104M", "夜班下班后水又不热了")
		var m matter.Register
		b.Must(func(tx *db.Tx) (err error) {
			m, err = voice.NewMatter{Voice: first.ID, Reading: voice.Reading{Title: "四区浴室夜班热水不足", Category: "B1"}, Say: "已列入。",
				Register: matter.Register{Public: true, Lead: "D02"}}.Do(tx, b.P("triager"))
			return err
		})
		follow()
		page := b.as("triager").Get("/voice/"+second.ID).Want(200).Says("说的可能是同一件事", "四区浴室夜班热水不足", "旁边的场所", "列入这件一起办", "夜班下班后水")
		b.as("triager").Get("/voice/"+second.ID+"?lang=en").Want(200).Says("May be the same thing", "place beside it", "Join this one")
		b.as("triager").Get("/inbox").Want(200).Says("相似")
		b.as("triager").Get("/voice/" + second.ID + "/beside").Want(200).Says("四区浴室夜班热水不足")

		page.Form("/decide").Submit("act=join:" + m.Number).Want(200).Says("已列入实事")
		if v := b.Voice(second.ID); v.State != voice.Linked || v.Matter != m.ID || v.Title != "四区浴室夜班热水不足" || v.Category != "B1" {
			t.Errorf("joined: %s %s %q %s", v.State, v.Matter, v.Title, v.Category)
		}
		follow()
		// Of a hidden voice, the words as they stand on the page are those that the department gets.
		page = b.as("triager").Get("/voice/"+third.ID).Want(200).Says("列入这件一起办", "同一场所")
		page.Form("/decide").Set("say", "一起修，修好告诉你。").Submit("act=join:" + m.Number).Want(200).Says("已列入实事")
		if v := b.Voice(third.ID); v.State != voice.Linked || v.Redaction != "made" {
			t.Errorf("joined: %s, redaction %s", v.State, v.Redaction)
		}
		thread := b.as("triager").Get("/voice/" + third.ID).Want(200).Says("一起修，修好告诉你。")
		thread.Silent("四区浴室夜班热水不足”（")
		b.as("triager").Get("/voice/" + second.ID).Want(200).Says("“四区浴室夜班热水不足”（" + m.Number + "）是同一件事")

		// Two that no matter has go together as well.
		one, two := b.Tell("worker", voice.Named, "P201", "二食堂中午的菜是凉的"), b.Tell("worker2", voice.Named, "P201", "二食堂的菜到中午都是凉的")
		follow()
		b.as("triager").Get("/voice/" + two.ID).Want(200).Says("并到这一条").Form("/decide").Submit("act=into:" + one.ID).Want(200).Says("已合并")
		if v := b.Voice(two.ID); v.MergedInto != one.ID {
			t.Errorf("merged into %q", v.MergedInto)
		}

		// A matter that is over by now is refused in words, and nothing is lost.
		last := b.Tell("worker", voice.Named, "P104M", "浴室夜班热水还是不足")
		follow()
		page = b.as("triager").Get("/voice/" + last.ID).Want(200).Says("列入这件一起办")
		gone := page.Form("/decide").Set("title", "热水又不足")
		gone.Values.Set("act", "join:SS-2026-999")
		if again := gone.Submit().Want(422).Says("没有编号为 SS-2026-999 的实事").Form("/decide"); again.Values.Get("title") != "热水又不足" {
			t.Errorf("what was typed is lost: %v", again.Values)
		}

		// Restricted: compared with nothing, found by nobody.
		hidden := b.Tell("worker", voice.Named, "P104M", "浴室夜班热水不足，班长收红包")
		b.Do("triager", voice.Restrict{Voice: hidden.ID, Class: "discipline", Reason: "涉及个人"})
		follow()
		b.as("discipline").Get("/voice/" + hidden.ID).Want(200).Silent("说的可能是同一件事")
		b.as("triager").Get("/voice/" + last.ID).Want(200).Silent("班长收红包")

		// While telling: what is on the board, and nothing of any voice.
		said := webtest.On(t, b.base).Get("/p/P104M").Want(200).Form("/check").Set("text", "夜班下班浴室没有热水，热水不足").Submit().Want(200).
			Says("可能已经在办", "四区浴室夜班热水不足", "都提到").Silent("喷头水量也小", "班长收红包")
		joined := said.Form("who").Press(m.Number).Want(200).Says("一起反映的实事", "夜班下班浴室没有热水").Silent("可能已经在办")
		joined.Form("who").Press("1").Want(200).Says("可能已经在办").Silent("一起反映的实事")
		joined.Form("who").Set("level", "anonymous").Submit().Want(200)
		follow()
		b.Read(func(tx *db.Tx) error {
			tx.Asked()
			x, err := matter.Find(tx, m.Number)
			if x.Voices != 3 || x.Supporters != 1 {
				t.Errorf("the matter has %d voices and %d supporters", x.Voices, x.Supporters)
			}
			return err
		})
		webtest.On(t, b.base).Get("/p/P201").Want(200).Form("/check").Set("text", "菜是凉的").Submit().Want(200).Silent("二食堂中午", "可能已经在办")
	})
}
