package web_test

import (
	"strings"
	"testing"
	"time"

	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/voice"
	vshow "sanwen/internal/work/voice/show"
)

// TestFormsSayWhenItIsRead: every form whose words go to somebody anonymous says from which hour on he reads them, and no other one does.
func TestFormsSayWhenItIsRead(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		c.Set(time.Date(2026, 11, 23, 10, 5, 0, 0, clock.Shanghai()))
		b := newBureau(t, d, c)
		hidden := b.Tell("", voice.Anonymous, "P201", "二食堂的菜里有头发")
		sealed := b.Tell("worker", voice.Confidential, "P201", "二食堂的汤总是凉的")
		open := b.Tell("worker", voice.Named, "P201", "二食堂打饭要排半小时")
		const one, some = "这是匿名反映：你写给他的话，2026年11月23日 16:00起他才看到", "匿名反映的人2026年11月23日 16:00起看到这里写的话"

		// one voice: the decision and the line in between
		b.as("triager").Get("/voice/" + hidden.ID).Want(200).Says(one)
		b.as("triager").Get("/voice/" + hidden.ID + "?lang=en").Want(200).Says("This voice is anonymous: its author reads your words from")
		for _, v := range []voice.Voice{sealed, open} {
			b.as("triager").Get("/voice/"+v.ID).Want(200).Silent("起他才看到", "16:00起")
		}

		// several at once
		ask := func(do string, all ...voice.Voice) string {
			f := b.as("triager").Get("/inbox").Want(200).Form("rows")
			f.Values.Del("id")
			for _, v := range all {
				f.Values.Add("id", v.ID)
			}
			return f.Submit("do=" + do).Want(200).Text()
		}
		for _, x := range []struct {
			do   string
			of   []voice.Voice
			said bool
		}{{"merge", []voice.Voice{hidden, open}, true}, {"route", []voice.Voice{hidden, sealed}, true}, {"route", []voice.Voice{sealed, open}, false}, {"quarantine", []voice.Voice{hidden}, false}} {
			if got := strings.Contains(ask(x.do, x.of...), some); got != x.said {
				t.Errorf("%s of %d voices says when it is read: %v", x.do, len(x.of), got)
			}
		}

		// what ends a matter answers its voices
		link := func(v voice.Voice) string {
			in := voice.NewMatter{Voice: v.ID, Reading: voice.Reading{Title: "食堂的事", Category: "A4", Redacted: v.Redacted}, Say: "已列入实事。", Register: matter.Register{Public: true, Lead: "D01"}}
			var m matter.Register
			b.Must(func(tx *db.Tx) (err error) { m, err = in.Do(tx, b.P("triager")); return err })
			return m.Number
		}
		mine, theirs := link(open), link(hidden)
		for _, do := range []string{"decline", "cancel"} {
			b.as("leader").Get("/matter/" + theirs + "/" + do).Want(200).Says(some)
			b.as("leader").Get("/matter/" + mine + "/" + do).Want(200).Silent("16:00起")
		}
		b.as("leader").Get("/matter/" + theirs + "/cancel").Want(200).Form("cancel").Submit().Want(422).Says(some)
		b.as("leader").Get("/matter/" + theirs + "/cancel?lang=en").Want(200).Says("Whoever spoke anonymously reads these words from")
		c.Set(time.Date(2026, 11, 23, 17, 0, 0, 0, clock.Shanghai()))
		b.as("leader").Get("/matter/" + theirs + "/cancel").Want(200).Says("匿名反映的人2026年11月24日 10:00起看到这里写的话")

		// danger is told at once, and what the form says is what holds
		b.Do("triager", voice.AnswerDirectly{Voice: sealed.ID, Reply: voice.Reply{Text: "汤桶已换成保温的。", Result: "done"}})
		danger := b.Tell("", voice.Anonymous, "P201", "煤气泄漏了，一股臭鸡蛋味")
		all := []voice.Voice{hidden, sealed, open, danger}
		for i, v := range all {
			all[i] = b.Voice(v.ID)
		}
		b.Read(func(tx *db.Tx) error {
			for _, v := range all {
				later, err := vshow.TellsVoices(tx, []string{v.ID})
				if err != nil {
					return err
				}
				if (later != nil) != v.Released() {
					t.Errorf("%s (%s, %s): the form says later %v, it is %v", v.Number, v.Level, v.Alarm, later != nil, v.Released())
				}
			}
			return nil
		})
		if v := b.Voice(danger.ID); v.Alarm == "" {
			t.Error("the danger was not heard")
		}
	})
}
