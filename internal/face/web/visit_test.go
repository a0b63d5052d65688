package web_test

import (
	"net/http"
	"strings"
	"testing"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
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
