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
	"sanwen/internal/work/matter"
)

// TestPhotosOfALook: whoever looks whether a matter is done says of each photo when it was taken and what it shows, as in an inspection and without
// scripts too; it is kept when something is wrong, and stands on the page of the matter and on the form of its closing. What was written of them is
// not told to everybody.
func TestPhotosOfALook(t *testing.T) {
	d, c := dbtest.Open(t)
	h := newHall(t, d, c)
	number, code := h.tell(coldWater)
	m, h1 := h.working(number), h.who("H1")
	h.write(func(tx *db.Tx) error { return matter.Report{Matter: m.ID, Step: 1, Done: true}.Do(tx, h1) })
	h.write(func(tx *db.Tx) error {
		return matter.ClaimDone{Matter: m.ID, Text: "换了加热阀", Photos: []matter.PhotoIn{h.photoIn()}, Readings: []matter.Reading{{Check: 1, Value: "41"}}}.Do(tx, h1)
	})
	now := c.Now().In(clock.Shanghai())
	day, minute := now.Format("2006-01-02"), now.Format("15:04")
	early, late := now.Add(-20*time.Minute).Format("15:04"), now.Add(-5*time.Minute).Format("15:04")
	b, to := h.as("I1"), "/matter/"+m.Number+"/inspect"
	form := b.Get(to).Want(http.StatusOK).Says("时间不晚于检查，也不早于检查 12 小时").Form(to)
	form.Set("readings.1", "41").Set("passed", "yes").Set("present", "班组长")
	form.Attach("photos", "a.jpg", picture(t, color.Gray{90})).Attach("photos", "b.jpg", picture(t, color.Gray{60}))
	held := form.Set("act", "hold").Submit().Want(http.StatusOK).Form(to)
	if at := held.Values["photos_at"]; len(at) != 2 || at[0] != day+"T"+minute || len(held.Values["photos_tile"]) != 2 || held.Values.Get("readings.1") != "41" || held.Values.Get("passed") != "yes" {
		t.Fatalf("after the photos were put in: %v", held.Values)
	}
	if m2 := h.matter(m.ID); m2.State != matter.Inspecting {
		t.Fatalf("putting photos in has done something: %s", m2.State)
	}
	held.Values.Del("act")
	held.Values["photos_at"] = []string{day + "T" + early, day + "T23:59"}
	held.Values["photos_point"] = []string{"淋浴出水温度", "二号喷头，王师傅在调"}
	wrong := held.Submit().Want(http.StatusUnprocessableEntity).Says("第 2 张照片：拍摄时间晚于检查时间")
	if at := wrong.ID("f-photos-fault"); !strings.Contains(at, "第 2 张照片") {
		t.Errorf("at the photos stands %q", at)
	}
	again := wrong.Form(to)
	if got := strings.Join(append(again.Values["photos_at"], again.Values["photos_point"]...), " "); got != day+"T"+early+" "+day+"T23:59 淋浴出水温度 二号喷头，王师傅在调" {
		t.Fatalf("what was said is lost: %s", got)
	}
	// the first is not kept: what is said of the second stays with it, and of a new one, whose fields a script has put behind it, with that
	again.Values["photos_have"] = again.Values["photos_have"][1:]
	again.Values["photos_at"] = []string{day + "T" + early, day + "T" + late, day + "T" + early}
	again.Values["photos_point"] = append(again.Values["photos_point"], "淋浴出水温度")
	page := again.Attach("photos", "c.jpg", picture(t, color.Gray{30})).Submit().Want(http.StatusOK)
	page.Says("1 · "+day+" "+early+" · 淋浴出水温度", "2 · "+day+" "+late+" · 二号喷头，王师傅在调")
	if n := strings.Count(page.Text(), "二号喷头"); n != 1 {
		t.Errorf("the photo stands %d times on the page", n)
	}
	h.read(func(tx *db.Tx) error {
		taken, err := db.All[string](tx, `SELECT taken FROM matter_photo WHERE matter = $1 AND kind = 'after' ORDER BY taken`, m.ID)
		if !slices.Equal(taken, []string{"", day + " " + early, day + " " + late}) { // the unit's own says nothing
			t.Errorf("taken: %q", taken)
		}
		return err
	})
	b.Get("/matter/"+m.Number+"/closure").Want(http.StatusOK).Says("现场照片", "拍摄时间", day+" "+late, "二号喷头，王师傅在调", "四区职工新浴室")
	order(t, docxText(t, b.Get("/matter/"+m.Number+"/closure.docx").Want(http.StatusOK).Body), "现场照片", "拍摄时间", "地点", "部位", day+" "+early, "淋浴出水温度", day+" "+late, "二号喷头，王师傅在调")
	// everybody sees the photos with their day, and not what was written
	h.told()
	if own := h.open(number, code).Want(http.StatusOK).Says("2026年11月").Silent(late); strings.Contains(string(own.Body), "二号喷头") {
		t.Error("it is told behind a receipt")
	}
	c.Advance(72 * time.Hour)
	for _, path := range []string{"/board", "/board?view=done", "/board?tv=1"} {
		h.browser().Get(path).Want(http.StatusOK).Silent("二号喷头")
		if body := string(h.browser().Get(path).Body); strings.Contains(body, "二号喷头") {
			t.Errorf("%s tells it", path)
		}
	}
}
