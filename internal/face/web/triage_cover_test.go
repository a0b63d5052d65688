package web_test

import (
	"bytes"
	"image/color"
	"image/jpeg"
	"strings"
	"testing"

	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/work/voice"
	"sanwen/internal/work/voice/core"
)

// TestCover: what triage covers in a photo is gone from the copy that a department sees, and the photo itself never reaches it.
func TestCover(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		h := newHall(t, d, c)
		p := h.browser().Get("/p/P104M").Form("say").Set("text", coldWater).Attach("photo", "a.jpg", picture(t, color.Gray{Y: 200})).Submit().Want(200)
		number, _ := receiptOn(t, p.Form("/send").Set("level", "anonymous").Submit().Want(200))
		v := h.voiceOf(number)
		photos := func() (out []core.PhotoRow) {
			h.read(func(tx *db.Tx) (err error) { out, err = core.Photos(tx, v.ID); return err })
			return out
		}
		own := photos()[0]
		at := "/voice/" + v.ID
		triager, handler := h.as("T1"), h.as("H1")
		triager.Get(at).Want(200).Form("/claim").Submit().Want(200)
		page := triager.Get(at + "/cover/" + own.Hash).Want(200).Says("遮住照片里的一部分")
		page.Form("/cover/").Submit().Want(422).Says("还没有选要遮住的格子")
		page.Form("/cover/").Set("cells", "0", "34").Submit().Want(200).Says("部门只能看到遮住以后的照片", "原片，部门看不到", "遮挡后的照片")
		all := photos()
		if len(all) != 2 {
			t.Fatalf("%d photos", len(all))
		}
		made := all[0]
		if made.Hash == own.Hash {
			made = all[1]
		}
		if !made.Shown || made.Covers != own.Hash {
			t.Errorf("the copy is %+v", made)
		}

		// the first and the last field are one colour, what lies between is as it was
		body := triager.Get(at + "/photo/" + made.Hash).Want(200).Body
		m, err := jpeg.Decode(bytes.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		gray := func(x, y int) uint8 { return color.GrayModel.Convert(m.At(x, y)).(color.Gray).Y }
		b := m.Bounds()
		if a, z, mid := gray(2, 2), gray(b.Max.X-3, b.Max.Y-3), gray(b.Max.X/2, b.Max.Y/2); a > 0x70 || z > 0x70 || mid < 190 {
			t.Errorf("first field %d, last %d, middle %d", a, z, mid)
		}

		// covering it twice is refused, and it cannot be approved by hand either
		triager.Get(at + "/cover/" + own.Hash).Want(409)
		t1 := h.who("T1")
		h.write(func(tx *db.Tx) error {
			return voice.AssignForAnswer{Voice: v.ID, Reading: voice.Reading{Title: "水凉", Redacted: "水凉", Category: "B1", Photos: []string{own.Hash}}, Lead: "U01"}.Do(tx, t1)
		})
		if dept := string(handler.Get(at).Want(200).Body); !strings.Contains(dept, made.Hash) || strings.Contains(dept, own.Hash) || strings.Contains(dept, own.Thumb) {
			t.Error("the department's page does not show the covered copy alone")
		}
		handler.Get(at + "/photo/" + made.Hash).Want(200)
		handler.Get(at + "/photo/" + own.Hash).Want(404)
		handler.Get(at + "/photo/" + own.Thumb).Want(404)
		handler.Get(at + "/cover/" + made.Hash).Want(403)
	})
}
