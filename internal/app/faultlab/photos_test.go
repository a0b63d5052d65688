//go:build linux

package faultlab

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/blob"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
	"sanwen/internal/ground/fault"
	"sanwen/internal/work/assignment/orgtest"
	"sanwen/internal/work/survey"
	"sanwen/internal/work/survey/form"
)

// TestPhotosWrittenAnewOnAFullDisk: the disk of the photos is really full while those of a survey are written anew. Every photo stays whole, no half of one is left,
// what was done is noted, and with space again all of them are done.
func TestPhotosWrittenAnewOnAFullDisk(t *testing.T) {
	if _, ok := inside(t); !ok {
		return
	}
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		w := orgtest.New(t, d, c)
		disk := newDisk(t, filepath.Join(t.TempDir(), "photos"), "8m")
		store, err := blob.OpenDir(disk.dir, c, clock.Shanghai())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { store.Close() })
		rnd := rand.NewChaCha8([32]byte{1})
		put := func(size int64) string {
			hash, err := store.Put(t.Context(), io.LimitReader(rnd, size))
			if err != nil {
				t.Fatal(err)
			}
			return hash
		}
		const n = 8
		var people []org.Person
		for i := range n {
			people = append(people, org.Person{EmployeeNo: fmt.Sprintf("S%d", i), Name: "李四", Unit: "U01", Status: org.Active})
		}
		w.Must(func(tx *db.Tx) error { return org.PutPeople{People: people}.Do(tx, access.System("test")) })
		begin := &survey.Begin{Template: "bath"}
		w.Must(func(tx *db.Tx) error { return begin.Do(tx, w.P("triager")) })
		w.Must(func(tx *db.Tx) error { return (&survey.Publish{Form: begin.ID}).Do(tx, w.P("triager")) })
		plan := &survey.Plan{Form: begin.ID, Title: "浴室测评", Audience: survey.Everybody, Opens: "2026-11-23", Closes: "2026-11-30"}
		w.Must(func(tx *db.Tx) error { return plan.Do(tx, w.P("triager")) })
		w.On("2026-11-23 09:10", survey.Run)
		var files []string
		for i := range n {
			p := form.Picture{Hash: put(100_000 + int64(i)*60_000), Thumb: put(9_000), W: 640, H: 480} // the larger ones need more room than is left
			files = append(files, p.Hash, p.Thumb)
			if err := w.Write(func(tx *db.Tx) error {
				who, err := org.PersonByNo(tx, fmt.Sprintf("S%d", i))
				if err != nil {
					return err
				}
				person, err := org.Actor(tx, who.ID)
				if err != nil {
					return err
				}
				return survey.Answer{Round: plan.ID, Answers: form.Answers{"use": {"no"}, "where": {"office"}, "heat": {"2"}, "photo": {p.String()}}}.Do(tx, person)
			}, db.Coarse); err != nil {
				t.Fatal(err)
			}
		}
		if err := survey.Mix(t.Context(), w.DB); err != nil {
			t.Fatal(err)
		}
		whole := func(when string) {
			t.Helper()
			found := 0
			for _, hash := range files {
				r, _, err := store.Open(t.Context(), hash)
				if err != nil {
					t.Fatalf("%s: %v", when, err)
				}
				h := sha256.New()
				_, err = io.Copy(h, r)
				r.Close()
				if err != nil || hex.EncodeToString(h.Sum(nil)) != hash {
					t.Errorf("%s: a photo is damaged: %v", when, err)
				}
			}
			if err := store.Each(t.Context(), func(blob.Info) error { found++; return nil }); err != nil || found != len(files) {
				t.Errorf("%s: %d files, want %d: %v", when, found, len(files), err)
			}
			if half, err := filepath.Glob(filepath.Join(disk.dir, "tmp", "*")); err != nil || len(half) != 0 {
				t.Errorf("%s: half written: %v %v", when, half, err)
			}
		}
		for _, left := range []int{0, 300_000, 64_000} {
			disk.full(left)
			before := w.Count(`SELECT COUNT(*) FROM survey_photo WHERE settled = 1`)
			err := survey.SettlePhotos(t.Context(), w.DB, store)
			if f := fault.Of(err); f == nil || f.Kind != fault.Unavailable || !strings.HasPrefix(f.Key, "blob.disk") {
				t.Errorf("with %d bytes left: %v", left, err)
			}
			after := w.Count(`SELECT COUNT(*) FROM survey_photo WHERE settled = 1`)
			t.Logf("with %d bytes left %d photos were done, %d before", left, after, before)
			whole(fmt.Sprint("with ", left, " bytes left"))
			disk.free()
		}
		if err := survey.SettlePhotos(t.Context(), w.DB, store); err != nil {
			t.Fatal(err)
		}
		whole("with space again")
		if a, b := w.Count(`SELECT COUNT(*) FROM survey_photo`), w.Count(`SELECT COUNT(*) FROM survey_photo WHERE settled = 0`); a != n || b != 0 {
			t.Errorf("%d photos, %d to do", a, b)
		}
	})
}
