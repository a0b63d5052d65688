package web_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/work/inspect"
)

// TestARoundOnPages measures a bathhouse: a slip of the finger is told at its field with everything kept, what was measured is read
// again on the record, and the history shows it.
func TestARoundOnPages(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		o := newOffice(t, d, c).staffed(map[string]access.Role{"10000001": access.Inspector, "10000002": ""})
		o.write(func(tx *db.Tx) error {
			return org.AddPlace{Code: "P104M", NameZh: "四区浴室", NameEn: "Bathhouse 4", Kind: org.Bathhouse, Unit: "U01"}.Do(tx, access.System("test"))
		})
		b := o.as("10000001")
		tool := b.Get("/instruments").Form("/instruments")
		tool.Set("number", "T-105").Set("name", "针式温度计").Set("measure", "°C").Set("due", "2020-01-01").Set("active", "1").Submit().Says("T-105", "已过期")

		b.Get("/visits/new?place=p999").Says("没有编码为 p999 的地点")
		page := b.Get("/visits/new?place=P104M").Want(http.StatusOK)
		form := page.Form("/visits/new")
		form.Set("v.BT1.1", "38").Set("v.BT1.2", "385").Set("v.BT1.3", "３９").Set("tool.BT1", "T-105").Set("problem.BT2", "没有秤").Set("note", "夜班后")
		page = form.Submit().Want(http.StatusUnprocessableEntity)
		page.Says("385 °C？", "没有读数")
		again := page.Form("/visits/new")
		for name, want := range map[string]string{"v.BT1.2": "385", "v.BT1.3": "３９", "tool.BT1": "T-105", "problem.BT2": "没有秤", "note": "夜班后"} {
			if got := again.Values.Get(name); got != want {
				t.Errorf("%s holds %q, want %q", name, got, want)
			}
		}
		again.Set("v.BT1.2", "33.5").Set("problem.BT1", "里面第二个喷头是凉的").Set("unit.BT1", "U02").Set("due.BT1", "2026-11-27").Set("why.BT2", "停水").Set("problem.BT2", "")
		record := again.Submit().Want(http.StatusOK)
		record.Says("JC-2026-001", "平均 36.83，最差 33.5 °C", "38 / 33.5 / 39", "不合格", "检定已过期", "不适用：停水", "SS-2026-001 里面第二个喷头是凉的", "炼钢厂")
		// The same press again is the same record.
		if page := again.Submit(); !strings.Contains(page.Text(), "JC-2026-001") {
			t.Errorf("the second press: %s", page.Text())
		}
		o.read(func(tx *db.Tx) error {
			n, err := db.One[int](tx, `SELECT COUNT(*) FROM visit`)
			if n != 1 {
				t.Errorf("%d visits", n)
			}
			return err
		})
		b.Get("/visits").Says("JC-2026-001", "四区浴室", "不合格 1 项")
		b.Get("/visits/place/P104M").Says("淋浴出水温度", "33.5")
		b.Get("/visits/new?place=P104M").Says("上次 2026年11月23日：平均 36.83，最差 33.5 °C，不合格")
		b.Get("/visits?kind=leader").Says("清除筛选")
		b.Get("/visits?knid=leader").Want(http.StatusBadRequest).Says("kind")
	})
}

// TestRoundOnPages plans a round, walks it, and signs: the whole way by the pages.
func TestRoundOnPages(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		o := newOffice(t, d, c).staffed(map[string]access.Role{"10000001": access.Inspector, "10000002": access.UnitChair, "10000003": access.Leader, "10000004": access.Triager, "10000005": ""})
		o.write(func(tx *db.Tx) error {
			for _, p := range []org.AddPlace{{Code: "P104M", NameZh: "四区浴室", Kind: org.Bathhouse, Unit: "U01"}, {Code: "P201", NameZh: "一楼餐厅", Kind: org.Canteen, Unit: "U02"}} {
				if err := p.Do(tx, access.System("test")); err != nil {
					return err
				}
			}
			return org.SetRoster{Kind: "hazard", People: []string{o.id["10000005"]}}.Do(tx, access.System("test"))
		})
		office := o.as("10000004")
		form := office.Get("/visits/rounds/new").Form("/visits/rounds/new")
		form.Set("name", "每日浴室").Set("unit", "G").Set("every", "day").Set("inspector", "99999999").Set("places", "p104m，P201")
		page := form.Submit().Want(http.StatusUnprocessableEntity)
		page.Says("99999999")
		again := page.Form("/visits/rounds/new")
		if again.Values.Get("places") != "p104m，P201" {
			t.Errorf("places are lost: %v", again.Values)
		}
		again.Set("inspector", "10000001").Submit().Want(http.StatusOK).Says("每日浴室", "每个工作日", "2 个地点")
		c.Advance(24 * time.Hour)
		o.write(func(tx *db.Tx) error { _, err := inspect.RunRounds(tx); return err })

		b := o.as("10000001")
		b.Get("/desk").Says("走一遍巡查路线", "每日浴室")
		page = b.Get("/visits/rounds").Says("每日浴室").Click("每日浴室").Want(http.StatusOK)
		page.Says("1. 四区浴室", "2. 一楼餐厅", "已完成 0，共 2")
		stop := page.Click("开始检查 四区浴室").Form("/visits/new")
		for i, v := range []string{"41", "46.5", "41"} {
			stop.Set("v.BT1."+strconv.Itoa(i+1), v)
		}
		page = stop.Set("problem.BT1", "喷头烫人").Submit().Want(http.StatusOK)
		page.Says("已完成 1，共 2", "严重 1 项")
		record := page.Click("JC-2026-001 王10000001")
		record.Says("严重不合格，正在呼叫值班", "王10000005", "尚未签字")
		o.as("10000005").Get("/visit/JC-2026-001").Form("/visit/JC-2026-001/accept").Set("coming", "马上到").Submit().Says("王10000005 已接警", "马上到")

		chair := o.as("10000002")
		sign := chair.Get("/visit/JC-2026-001").Form("/visit/JC-2026-001/sign").Set("agrees", "no")
		sign.Submit().Want(http.StatusUnprocessableEntity).Form("/visit/JC-2026-001/sign").Set("note", "当时正在调阀门").Submit().Says("王10000002", "有不同意见", "当时正在调阀门")

		// A leader comes, two sentences; then with a reading, which is measured again unannounced.
		leader := o.as("10000003")
		leader.Get("/visits/go").Says("四区浴室", "严重不合格")
		told := leader.Get("/visits/told?place=P104M").Form("/visits/told")
		told.Submit().Want(http.StatusUnprocessableEntity)
		told.Set("saw", "喷头还是烫。").Set("promised", "周五前换阀门。").Submit().Want(http.StatusOK).Says("喷头还是烫。", "周五前换阀门。")
		visit := leader.Get("/visits/new?place=P104M").Form("/visits/new").Set("kind", "leader")
		for i, v := range []string{"40", "40", "40"} {
			visit.Set("v.BT1."+strconv.Itoa(i+1), v)
		}
		visit.Submit().Want(http.StatusOK).Says("JC-2026-003")
		if text := chair.Get("/visit/JC-2026-003").Text(); strings.Contains(text, "复测") {
			t.Error("the unit sees that it will be measured again")
		}
		recheck := b.Get("/visit/JC-2026-003").Click("复测").Form("/visits/new")
		for i, v := range []string{"35", "35", "36"} {
			recheck.Set("v.BT1."+strconv.Itoa(i+1), v)
		}
		recheck.Set("problem.BT1", "又凉了").Submit().Want(http.StatusOK).Says("调研当天与复测", "−4.7 °C", "反弹")
		chair.Get("/visit/JC-2026-003").Says("调研当天与复测", "−4.7 °C")
		o.browser().Get("/draws").Says("还没有抽过")
	})
}
