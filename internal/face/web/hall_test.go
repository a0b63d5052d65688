package web_test

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/jpeg"
	"testing"

	"sanwen/internal/base/access"
	"sanwen/internal/base/event"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/blob"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/seal"
	"sanwen/internal/work/voice"
	"sanwen/internal/work/voice/custody"
)

// hall is an office with places, enough people to hide among, two custodians, photos and a log.
type hall struct {
	*office
	dir string // of the photos
}

func newHall(t *testing.T, d *db.DB, c *clock.Fake) *hall {
	t.Helper()
	h := &hall{office: newOffice(t, d, c), dir: t.TempDir()}
	blobs, err := blob.OpenDir(h.dir, c, clock.Shanghai())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { blobs.Close() })
	h.site.Blobs, h.site.Photos = blobs, blob.NewPhotos(blobs, blob.Limits{})
	if h.site.Record, err = event.Open(context.Background(), d, h.site.Keys, event.Options{}); err != nil {
		t.Fatal(err)
	}
	h.staffed(map[string]access.Role{"W1": "", "W2": "", "T1": access.Triager, "T2": access.Triager, "H1": access.Handler, "D1": access.DeptHead,
		"S1": access.Supervisor, "I1": access.Inspector, "A1": access.SystemAdmin, "L1": access.ShiftLeader, "C1": access.Custodian, "C2": access.Custodian})
	who := access.System("test")
	h.write(func(tx *db.Tx) error { return org.SetSetting{Key: org.AskTo, Value: "0", Basis: "试验"}.Do(tx, who) }) // employees are asked at once
	h.write(func(tx *db.Tx) error {
		var crowd []org.Person
		for i := range 30 {
			crowd = append(crowd, org.Person{EmployeeNo: "X" + string(rune('A'+i/10)) + string(rune('0'+i%10)), Name: "李四", Unit: "U02", Status: org.Active})
		}
		if err := (org.PutPeople{People: crowd}).Do(tx, who); err != nil {
			return err
		}
		for _, p := range []org.AddPlace{
			{Code: "Z4", NameZh: "四服务区", NameEn: "Area 4", Kind: org.Area, Unit: "U02"},
			{Code: "P104M", NameZh: "四区职工新浴室", NameEn: "Bathhouse 4", Kind: org.Bathhouse, Unit: "U02", Parent: "Z4"},
			{Code: "P201", NameZh: "四区一楼餐厅", NameEn: "Canteen 4", Kind: org.Canteen, Unit: "U02", Parent: "Z4"},
			{Code: "P9", NameZh: "天车司机室", NameEn: "Crane cabin", Kind: org.Workplace, Unit: "U01-A", Parent: "Z4"},
		} {
			if err := p.Do(tx, who); err != nil {
				return err
			}
		}
		return org.Recount{}.Do(tx, who)
	})
	for _, no := range []string{"C1", "C2"} {
		var p access.Person
		h.read(func(tx *db.Tx) (err error) { p, err = org.Actor(tx, h.id[no]); return err })
		pair, err := seal.NewCustodianKey()
		if err != nil {
			t.Fatal(err)
		}
		h.write(func(tx *db.Tx) error {
			return custody.HoldKey{Public: pair.Public, Wrapped: "kept in the safe"}.Do(tx, p)
		})
	}
	return h
}

// tick numbers and signs what has been recorded, an hour later.
func (h *hall) log() {
	h.t.Helper()
	if err := h.site.Record.Tick(context.Background()); err != nil {
		h.t.Fatal(err)
	}
	if _, err := h.site.Record.Checkpoint(context.Background()); err != nil {
		h.t.Fatal(err)
	}
}

func (h *hall) voices() []voice.Voice {
	h.t.Helper()
	var out []voice.Voice
	h.read(func(tx *db.Tx) error {
		var err error
		out, err = db.All[voice.Voice](tx, `SELECT * FROM voice ORDER BY day, number`)
		return err
	})
	return out
}

// picture is a photo of one color.
func picture(t *testing.T, c color.Color) []byte {
	t.Helper()
	m := image.NewRGBA(image.Rect(0, 0, 64, 48))
	for x := range 64 {
		for y := range 48 {
			m.Set(x, y, c)
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
