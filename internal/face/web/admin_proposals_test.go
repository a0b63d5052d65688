package web_test

import (
	"fmt"
	"testing"

	"sanwen/internal/base/event"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/reading/insight/topics"
	"sanwen/internal/work/voice"
)

// TestProposalsAreLookedAt: the page tells how good proposals are, every number leads to its list, which holds only what its reader may see, and
// words can be tried.
func TestProposalsAreLookedAt(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		b := newBureau(t, d, c)
		log, err := event.Open(t.Context(), d, b.Keys, event.Options{})
		if err != nil {
			t.Fatal(err)
		}
		log.Consume(topics.Consumer())
		b.as("triager").Get("/admin").Want(200).Says("类别建议")
		b.as("triager").Get("/admin/proposals").Want(200).Says("还没有可以比较的决定", "满 250 个决定后")
		for i := range 6 {
			v := b.Tell("worker", voice.Named, "P201", fmt.Sprintf("墩布架%d号歪了，浴室水不热", i))
			b.Do("triager", voice.AssignForAnswer{Voice: v.ID, Reading: voice.Reading{Title: "墩布架", Category: "A2"}, Lead: "D01"})
		}
		v := b.Tell("worker", voice.Named, "P201", "浴室洗澡水不热，水是凉的")
		b.Do("triager", voice.AssignForAnswer{Voice: v.ID, Reading: voice.Reading{Title: "水凉", Category: "B1"}, Lead: "D01"})
		if err := log.Tick(t.Context()); err != nil {
			t.Fatal(err)
		}
		page := b.as("triager").Get("/admin/proposals").Want(200).Says("按月份", "按类别", "A2 饭菜质量与温度", "少于 5", "学习方法第 1 版")
		b.as("triager").Get("/admin/proposals?lang=en").Want(200).Says("By month", "By topic", "fewer than 5")
		page.Click("decided=A2").Want(200).Says("墩布架", "支持的词", "从决定里学会的词", "墩布")
		b.as("triager").Get("/admin/proposals/list?decided=A2&how=wrong").Want(200).Says("提错", "B1 ")
		b.as("triager").Get("/admin/proposals/list?month=2020-01").Want(200).Says("没有您能看的")
		// who keeps the topics has no voices
		b.as("admin").Get("/admin/proposals").Want(200).Says("A2 饭菜质量与温度")
		b.as("admin").Get("/admin/proposals/list?decided=A2").Want(200).Says("没有您能看的").Silent("墩布架歪", "墩布架0号")

		try := b.as("admin").Get("/admin/proposals/try").Want(200).Form("/try")
		try.Set("said", "浴室洗澡水不热").Submit().Want(200).Says("B1 ", "提到", "浴室")
		try.Set("said", "食堂的饭菜凉，有人给班长送礼").Submit().Want(200).Says("由规则和人来定")
		try.Set("said", "请领导看一看").Submit().Want(200).Says("没有提出")
		try.Set("said", "").Submit().Want(422).Says("一段话")
	})
}
