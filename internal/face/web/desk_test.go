package web_test

import (
	"strings"
	"testing"
	"time"

	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/work/matter"
)

// TestDesk: a card for what is owed with the button that does it, what waits for others, what came back, and what was done.
func TestDesk(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		p := newPlant(t, d, c)
		p.as("handler").Get("/desk").Want(200).Says("本周没有待办")
		n := p.to(matter.Assigned)
		if m := p.matter(n); m.State != matter.Assigned {
			t.Fatal(m.State)
		}
		p.as("handler").Get("/desk?due=overdue").Want(200).Says("筛选条件下没有内容").Silent("本周没有待办")
		n = p.to(matter.PlanReview)
		p.as("handler").Get("/desk").Want(200).Says("等别人办的（1）", "本月做完的")
		p.signed(n)
		p.form("supervisor", n, "decide").Set("note", "要写清楚水温").Submit("approve=no").Want(200)
		p.as("handler").Get("/desk").Want(200).Says("退回重做：要写清楚水温", "写措施").Silent("等别人办的")
		n = p.to(matter.Executing)
		desk := p.as("handler").Get("/desk").Want(200).Says("节点：", "做完这一步")
		if !strings.Contains(string(desk.Body), "/matter/"+n+"/progress?step=1") {
			t.Error("the card does not lead to its step")
		}
		p.as("handler").Get("/matter/" + n + "/progress?step=1").Want(200)
		n = p.to(matter.Inspecting)
		p.form("inspector", n, "inspect").Set("passed", "no").Set("readings.1", "30").Set("note", "水温只有 30 度").Submit().Want(200)
		p.as("handler").Get("/desk").Want(200).Says("退回重做：水温只有 30 度")
		c.Advance(40 * 24 * time.Hour)
		p.as("handler").Get("/desk").Want(200).Says("超期").Silent("本月做完的（0）")
	})
}

// TestDeskSigns: an assignment is signed for on the desk itself, once.
func TestDeskSigns(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		p := newPlant(t, d, c)
		p.register("standard")
		desk := p.as("handler").Get("/desk").Want(200).Says("签收", "不该我办")
		again := p.as("handler").Get("/desk").Want(200)
		desk.Form("/sign").Submit().Want(200).Says("我的待办", "已签收").Silent("不该我办")
		again.Form("/sign").Submit().Want(409)
	})
}
