package web_test

import (
	"image/color"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
)

// TestPhotosOfARound: without scripts the photos come first, then what is said of each; what was said is kept when something is wrong, and stands on the page,
// on paper and in the Word document. Fields that scripts have added beside the photos say the same in one go.
func TestPhotosOfARound(t *testing.T) {
	d, c := dbtest.Open(t)
	h := newHall(t, d, c)
	now := c.Now().In(clock.Shanghai())
	day, minute := now.Format("2006-01-02"), now.Format("15:04")
	early, late := now.Add(-20*time.Minute).Format("15:04"), now.Add(-5*time.Minute).Format("15:04")
	b := h.as("I1")
	form := b.Get("/visits/new?place=P104M").Want(http.StatusOK).Form("/visits/new")
	form.Set("v.BT1.1", "38").Set("v.BT1.2", "39").Set("v.BT1.3", "40")
	form.Attach("photos", "a.jpg", picture(t, color.Gray{90})).Attach("photos", "b.jpg", picture(t, color.Gray{60}))
	held := form.Set("act", "hold").Submit().Want(http.StatusOK).Form("/visits/new")
	if at := held.Values["photos_at"]; len(at) != 2 || at[0] != day+"T"+minute || len(held.Values["photos_tile"]) != 2 || held.Values.Get("v.BT1.2") != "39" {
		t.Fatalf("after the photos were put in: %v", held.Values)
	}
	held.Values.Del("act")
	held.Values["photos_at"] = []string{day + "T" + early, day + "T23:59"}
	held.Values["photos_point"] = []string{"淋浴出水温度", "二号喷头"}
	again := held.Submit().Want(http.StatusUnprocessableEntity).Says("第 2 张照片：拍摄时间晚于检查时间").Form("/visits/new")
	if got := strings.Join(append(again.Values["photos_at"], again.Values["photos_point"]...), " "); got != day+"T"+early+" "+day+"T23:59 淋浴出水温度 二号喷头" {
		t.Fatalf("what was said is lost: %s", got)
	}
	// the first is not kept: what is said of the second stays with it, and of a new one, whose fields a script has put behind it, with that
	again.Values["photos_have"] = again.Values["photos_have"][1:]
	again.Values["photos_at"] = []string{day + "T" + early, day + "T" + late, day + "T" + early}
	again.Values["photos_point"] = append(again.Values["photos_point"], "淋浴出水温度")
	record := again.Attach("photos", "c.jpg", picture(t, color.Gray{30})).Submit().Want(http.StatusOK)
	record.Says("1 · "+day+" "+late+" · P104M · 二号喷头", "2 · "+day+" "+early+" · P104M · 淋浴出水温度")
	h.read(func(tx *db.Tx) error {
		items, err := db.All[int64](tx, `SELECT item FROM visit_photo ORDER BY visit, n`)
		if !slices.Equal(items, []int64{0, 1}) {
			t.Errorf("items of the photos: %v", items)
		}
		return err
	})
	b.Get("/visit/JC-2026-001/record").Want(http.StatusOK).Says("现场照片", "拍摄时间", day+" "+late, "二号喷头", "四区职工新浴室 (P104M)")
	order(t, docxText(t, b.Get("/visit/JC-2026-001/record.docx").Want(http.StatusOK).Body), "现场照片", "拍摄时间", "地点", "部位", day+" "+late, "二号喷头", day+" "+early, "淋浴出水温度")
	// nothing said: the time of the record
	form = b.Get("/visits/new?place=P104M").Form("/visits/new").Set("v.BT1.1", "38").Set("v.BT1.2", "39").Set("v.BT1.3", "40")
	form.Attach("photos", "a.jpg", picture(t, color.Gray{90})).Submit().Want(http.StatusOK).Says("1 · " + day + " " + minute + " · P104M")
}
