package web_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"sanwen/internal/base/org/worldtest"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/work/survey"
)

// TestWrongCodesOnPaper: after so many wrong codes within a minute whoever has one waits for the next minute, on both doors of a survey, with everything
// that was filled in; whoever comes by without a code does not wait, and nothing of whoever tried is kept.
func TestWrongCodesOnPaper(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		h := newHall(t, d, c)
		t1, _ := h.opened("canteen", "全厂食堂测评")
		page := h.walkIn(t1, "一楼餐厅测评")
		round := strings.TrimPrefix(page, "/survey/")
		sheet := t1.Get(page+"/codes").Want(200).Form("/codes").Set("unit", "U02").Set("n", "1").Submit().Want(200)
		code := regexp.MustCompile(`<b class="big">([0-9A-Z ]+)</b>`).FindStringSubmatch(string(sheet.Body))[1]
		h.set(survey.WrongCodesRound, "6")
		b := h.browser()
		slip, tablet := "/s/"+round, "/k/"+round
		f := answered(b.Get(slip).Want(200), slip, "3").Set("q.say", "热水不热").Set("code", "ABCD EFGH JKMN")
		for range 6 {
			f.Submit().Want(422).Says("没有这个答题码", "热水不热")
		}
		for _, code := range []string{"ABCD EFGH JKMN", code} {
			res := f.Set("code", code).Submit().Want(429).Says("输错答题码的次数太多", "您填的都还在", "热水不热")
			if res.Header.Get("Retry-After") == "" || res.Form(slip).Values.Get("code") != code || strings.Count(string(res.Body), " checked") < 6 {
				t.Errorf("%v, %d answers are still chosen", res.Header, strings.Count(string(res.Body), " checked"))
			}
			small(t, res)
		}
		kiosk := answered(b.Get(tablet).Want(200), tablet, "3").Set("code", code)
		kiosk.Submit().Want(429).Says("输错答题码的次数太多")
		english := b.Get(slip + "?lang=en").Want(200).Form(slip)
		for name, v := range f.Values {
			if strings.HasPrefix(name, "q.") || name == "asked" || name == "code" {
				english.Set(name, v...)
			}
		}
		english.Submit().Want(429).Says("Too many wrong codes", "everything you have filled in is still here")
		answered(b.Get(slip).Want(200), slip, "2").Submit().Want(200).Says("谢谢，已收到")
		w := worldtest.New(t, h.d, h.c)
		for _, row := range w.Rows("quota") {
			for _, bad := range []string{"127.0.0.1", "ABCD", code, strings.ReplaceAll(code, " ", ""), h.id["T1"]} {
				if strings.Contains(row, bad) {
					t.Errorf("quota holds %q: %s", bad, row)
				}
			}
		}
		if n := len(w.Rows("quota")); n != 2 {
			t.Errorf("%d rows count wrong codes", n)
		}
		c.Advance(time.Minute)
		f.Submit().Want(200).Says("谢谢，已收到")
	})
}
