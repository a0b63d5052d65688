package web_test

import (
	"testing"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/work/season"
)

// TestACalendarThroughThePages: from what comes with the product to a matter whose plan begins with the leader.
func TestACalendarThroughThePages(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		h := newHall(t, d, c)
		t1 := h.as("T1")
		list := t1.Get("/season").Want(200).Says("还没有安排", "常见的季节任务", "供暖前设备试压")
		form := list.Click("供暖前设备试压").Want(200).Form("/season/new")
		if form.Values.Get("title") == "" || form.Values.Get("yearly") != "1" {
			t.Errorf("it begins with %v", form.Values)
		}
		leader := h.id["S1"]
		h.write(func(tx *db.Tx) error {
			return org.GiveRole{Person: leader, Role: access.Leader, Unit: org.Root}.Do(tx, access.System("test"))
		})
		form.Submit().Want(422).Says("请选主办部门", "请选一位在职的领导")
		again := form.Set("lead", "U01").Set("sponsor", leader).Set("title", "改过的名称").Set("day", "2020-01-01").Submit().Want(422).Says("日期要在今天以后")
		kept := again.Form("/season/new")
		if kept.Values.Get("title") != "改过的名称" || kept.Values.Get("sponsor") != leader {
			t.Errorf("what was typed is gone: %v", kept.Values)
		}
		day := clock.DayOf(c.Now(), clock.Shanghai()).Add(3)
		page := kept.Set("day", string(day)).Set("unit", "G").Submit().Want(200).Says("改过的名称", "已安排").Click("改过的名称").Want(200).Says("每年都来")
		page.Click("修改任务").Want(200).Form("/edit").Set("title", "再改一次").Submit().Want(200).Says("再改一次", "已修改")
		h.as("H1").Get("/season").Want(200).Silent("安排一项", "常见的季节任务")
		h.as("W1").Get("/season").Want(403)

		c.Set(c.Now().AddDate(0, 0, 4))
		h.write(func(tx *db.Tx) error { _, err := season.Run(tx); return err })
		t1 = h.as("T1")
		t1.Get("/season?state=raised").Want(200).Says("再改一次").Click("再改一次").Want(200).Says("已立项").Click("SS-").Want(200).Says("再改一次")
		t1.Get("/season?state=planned").Want(200).Click("再改一次").Want(200).Click("撤下").Want(200).Form("/drop").Set("reason", "并入年度检修").Submit().Want(200).Says("已撤下", "并入年度检修")
	})
}
