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

// TestListening: the report says of a quarter what its lists say, on the page, on paper and as a document; only quarters that are over are told, and
// nobody else reads it.
func TestListening(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) { // Monday, November 23
		h := newHall(t, d, c)
		told, _ := h.tell(coldWater)
		m := h.asking(told)
		h.finish(m.ID, matter.Confirmed)
		h.as("S1").Get("/listening?period=2026-Q4").Want(400).Says("2026-Q4", "2026-Q3")
		c.Set(time.Date(2027, 1, 4, 9, 0, 0, 0, d.Zone()))
		s1 := h.as("S1")
		page := s1.Get("/listening").Want(200).Says("2026年第4季度倾听与三感报告", "反映少不是成绩", "听到的还太少", "听到、答复、解决", "2026年第3季度")
		for _, of := range []string{"done", "confirmed"} {
			page.Click("count="+of+"&of=2026-Q4").Want(200).Says("2026年第4季度销号", "1 件", m.Title)
		}
		page.Click("count=due&of=2026-Q4").Want(200).Says("原定2026年第4季度办完的")
		page.Click("count=done&of=2026-Q3").Want(200).Says("0 件").Silent(m.Title)
		h.browser().Get("/board?count=done&of=2027-Q1").Want(400)
		page.Click("/listening/voices?count=heard&period=2026-Q4").Want(200).Says("2026年第4季度听到的 1 条反映", told)
		page.Click("/listening/voices?count=heard&period=2026-Q3").Want(200).Says("听到的 0 条反映", "这一时期没有")
		page.Click("/listening/voices?count=answered&period=2026-Q4").Want(200).Says("已答复的 1 条反映", told)
		s1.Get("/listening/voices?count=solved").Want(400)
		page.Click("/listening/paper").Want(200).Says("倾听与三感报告", "2026年第4季度", "编制", "审核", "统计时点", "听到、答复、解决")
		text := docxText(t, s1.Get("/listening/paper.docx?period=2026-Q4").Want(200).Body)
		for _, w := range []string{"倾听与三感报告", "2026年第4季度", "销号实事中职工确认解决的", "1/1", "反映少不是成绩", "听到、答复、解决", "办成", "编制"} {
			i := strings.Index(text, w)
			if i < 0 {
				t.Errorf("no %q behind what comes before it in %s", w, text)
				break
			}
			text = text[i+len(w):]
		}
		s1.Get("/listening?period=2026").Want(200).Says("2026年倾听与三感报告", "2025年")
		s1.Get("/listening?period=2027-Q1").Want(400)
		s1.Get("/listening?lang=en&period=2026-Q4").Want(200).Says("Listening and three senses, Q4 2026")
		for _, no := range []string{"W1", "H1", "D1", "I1", "L1"} {
			h.as(no).Get("/listening").Want(403)
			h.as(no).Get("/listening/paper.docx").Want(403)
			h.as(no).Get("/listening/voices").Want(403)
		}
	})
}
