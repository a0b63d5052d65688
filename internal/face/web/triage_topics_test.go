package web_test

import (
	"testing"

	"sanwen/internal/base/event"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/reading/insight/alike"
	"sanwen/internal/reading/insight/topics"
	"sanwen/internal/work/voice"
)

// TestTriageProposesTopics: the page says which topic is likely and why, learns what was decided, says it in both languages, and keeps out of
// what the rules are for.
func TestTriageProposesTopics(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		b := newBureau(t, d, c)
		log, err := event.Open(t.Context(), d, b.Keys, event.Options{})
		if err != nil {
			t.Fatal(err)
		}
		log.Consume(topics.Consumer())
		log.Consume(alike.Consumer())
		v := b.Tell("worker", voice.Named, "P201", "二食堂的饭菜凉了，保温台坏了一格")
		b.as("triager").Get("/voice/"+v.ID).Want(200).Says("可能是：", "饭菜质量与温度", "提到", "保温台")
		b.as("triager").Get("/voice/"+v.ID+"?lang=en").Want(200).Says("Likely: ", "it says")

		b.Tell("worker", voice.Named, "P201", "又来了，饭菜凉了，保温台还没修")
		if err := log.Tick(t.Context()); err != nil {
			t.Fatal(err)
		}
		b.as("triager").Get("/voice/"+v.ID).Want(200).Says("说的可能是同一件事", "都提到“饭菜凉了、保温台”")

		const said = "墩布架歪了，没人扶"
		plain := b.Tell("worker", voice.Named, "P201", said)
		b.as("triager").Get("/voice/" + plain.ID).Want(200).Silent("可能是：")
		for range 8 {
			v := b.Tell("worker", voice.Named, "P201", "墩布架歪了")
			b.Do("triager", voice.AssignForAnswer{Voice: v.ID, Reading: voice.Reading{Title: "墩布架", Category: "A5"}, Lead: "D01"})
		}
		if err := log.Tick(t.Context()); err != nil {
			t.Fatal(err)
		}
		b.as("triager").Get("/voice/"+plain.ID).Want(200).Says("可能是：", "就餐环境", "提到")

		rules := b.Tell("worker", voice.Named, "P201", said+"，有人给班长送礼")
		b.as("triager").Get("/voice/" + rules.ID).Want(200).Silent("可能是：")
	})
}
