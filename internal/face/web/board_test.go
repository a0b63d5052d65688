package web_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
)

// TestBoardSaysWhatItsNumbersAreWorth: the first month, figures that could not be read anew, and a log that does not check out.
func TestBoardSaysWhatItsNumbersAreWorth(t *testing.T) {
	d, c := dbtest.Open(t)
	h := newHall(t, d, c)
	h.browser().Get("/board").Want(200).Says("这是第一个月", "这些数字怎么算", "截至2026年11月23日", "平均用了几个工作日", "按原定时限办完").Silent("今年")
	number, _ := h.tell(coldWater)
	h.asking(number)
	h.log()
	c.Advance(8 * 24 * time.Hour) // the next month
	p := h.browser().Get("/board").Want(200).Says("今年 1").Silent("这是第一个月", "没有更新", "核对不通过")
	p.Silent(coldWater)
	for _, bad := range []string{"/board?count=all", "/board?count=done&of=week", "/board?cuont=done"} {
		h.browser().Get(bad).Want(400)
	}
	h.browser().Get("/board?count=done&of=month").Want(200).Says("本月销号的 0 件", "一件也没有", "回到公示栏")

	// the storage does not answer: what was read last is shown with its age, on the wall screen too
	c.Advance(7 * time.Minute)
	change := func(q string, args ...any) {
		t.Helper()
		if err := d.Upkeep(context.Background(), func(tx *db.Tx) error { _, err := tx.Exec(q, args...); return err }); err != nil {
			t.Fatal(err)
		}
	}
	change(`UPDATE matter SET voices = 'many'`) // cannot be read
	h.browser().Get("/board?lang=zh").Want(200).Says("数据已有 7 分钟没有更新", "听到")
	change(`UPDATE matter SET voices = 1`)
	h.browser().Get("/board?tv=1").Want(200).Silent("没有更新")

	// somebody has changed the log
	h.tell("又一件")
	c.Advance(2 * time.Hour)
	h.log()
	change(`UPDATE checkpoint SET root = $1 WHERE size = (SELECT MAX(size) FROM checkpoint)`, []byte(strings.Repeat("x", 32)))
	c.Advance(time.Minute)
	h.browser().Get("/board").Want(200).Says("存证日志核对不通过", "只供参考")
	h.browser().Get("/board?tv=1").Want(200).Says("存证日志核对不通过")
}
