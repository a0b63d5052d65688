package survey_test

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"sanwen/internal/base/box"
	"sanwen/internal/ground/blob"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/work/survey"
	"sanwen/internal/work/survey/form"
)

// files is a store of photos on the clock of the world.
func (w *world) files() (store *blob.DirStore, dir string) {
	w.T.Helper()
	dir = w.T.TempDir()
	store, err := blob.OpenDir(dir, w.Clock, clock.Shanghai())
	if err != nil {
		w.T.Fatal(err)
	}
	w.T.Cleanup(func() { store.Close() })
	return store, dir
}

// shot stores something as a photo.
func (w *world) shot(store blob.Store, what string) form.Picture {
	w.T.Helper()
	put := func(s string) string {
		hash, err := store.Put(context.Background(), strings.NewReader(s))
		if err != nil {
			w.T.Fatal(err)
		}
		return hash
	}
	return form.Picture{Hash: put(what), Thumb: put("thumb of " + what), W: 640, H: 480}
}

// bath are whole answers to the bathhouse template of somebody who is cold, with photos.
func bath(photos ...form.Picture) form.Answers {
	a := form.Answers{"use": {"no"}, "where": {"office"}, "heat": {"2"}}
	for _, p := range photos {
		a["photo"] = append(a["photo"], p.String())
	}
	return a
}

func (w *world) settlePhotos(store blob.Store) {
	w.T.Helper()
	if err := survey.SettlePhotos(w.T.Context(), w.DB, store); err != nil {
		w.T.Fatal(err)
	}
}

func (w *world) used(hash string) (used bool) {
	w.T.Helper()
	w.Read(func(tx *db.Tx) (err error) {
		tx.Asked()
		used, err = survey.PhotoUsed(tx, hash)
		return err
	})
	return used
}

// TestPhotosLeadToNobody: everybody sends a photo of his own, and neither the tables nor the files lead from one to a person, to the other answers of
// the same person, or to another photo of his.
func TestPhotosLeadToNobody(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		store, dir := w.files()
		id := w.round("bath")
		const n = 24
		var came []form.Picture
		var first []os.FileInfo
		for i := range n {
			a, b := w.shot(store, "photo "+strconv.Itoa(i)), w.shot(store, "another "+strconv.Itoa(i))
			came = append(came, a)
			info, err := os.Stat(filepath.Join(dir, a.Hash[:2], a.Hash))
			if err != nil {
				t.Fatal(err)
			}
			first = append(first, info)
			w.Do("U01-"+strconv.Itoa(i), survey.Answer{Round: id, Answers: bath(a, b)})
			if i%7 == 6 {
				w.mix()
			}
		}
		look := func(when string) {
			t.Helper()
			var keys []string
			w.Read(func(tx *db.Tx) (err error) {
				keys, err = db.All[string](tx, `SELECT id FROM survey_photo`)
				return err
			})
			for _, table := range w.Tables() {
				for _, row := range w.Rows(table) {
					for i, p := range came {
						if !strings.Contains(row, p.Hash) {
							continue
						}
						if table != "survey_box" && table != "survey_photo" {
							t.Errorf("%s: the photo of %d stands in %s", when, i, table)
						}
						if strings.Contains(row, w.P("U01-"+strconv.Itoa(i)).ID) || table == "survey_photo" && strings.Contains(row, w.shot(store, "another "+strconv.Itoa(i)).Hash) {
							t.Errorf("%s: %s joins person and photo, or two photos", when, table)
						}
					}
					for _, k := range keys {
						if table != "survey_photo" && strings.Contains(row, k) {
							t.Errorf("%s: %s names a photo", when, table)
						}
					}
				}
			}
		}
		look("while it is open")
		w.Apart(box.Least, "survey_photo", "survey_invitation", "survey_code", "(SELECT xmin FROM event WHERE kind = 'survey.answered')")
		for _, body := range w.Column(`SELECT body FROM survey_answer`) {
			if strings.Contains(body, "photo") {
				t.Errorf("an answer says that there was a photo: %s", body)
			}
		}
		w.on("2026-12-01 00:10")
		look("when it is over")
		w.Anew("survey_answer", "survey_photo", "survey_invitation")
		for _, by := range w.Orders("survey_photo") {
			var order []string
			for _, p := range came {
				order = append(order, p.Hash)
			}
			var got []string
			for _, h := range w.Column(`SELECT hash FROM survey_photo ORDER BY ` + by) {
				if slices.Contains(order, h) {
					got = append(got, h)
				}
			}
			if len(got) != n || slices.Equal(got, order) {
				t.Errorf("by %s %d photos stand in the order in which they came", by, len(got))
			}
		}
		if got := w.Count(`SELECT COUNT(*) FROM survey_photo WHERE settled = 0`); got != 2*n {
			t.Errorf("%d photos are to be written anew", got)
		}
		w.settlePhotos(store)
		for i, p := range came {
			info, err := os.Stat(filepath.Join(dir, p.Hash[:2], p.Hash))
			if err != nil {
				t.Fatal(err)
			}
			if os.SameFile(info, first[i]) || info.ModTime().In(clock.Shanghai()).Format(time.DateTime) != "2026-12-01 00:00:00" {
				t.Errorf("the file of photo %d is as it was: %v", i, info.ModTime())
			}
		}
		if got := w.Count(`SELECT COUNT(*) FROM survey_photo WHERE settled = 0`) + w.Count(`SELECT COUNT(*) FROM survey_photographed`); got != 0 {
			t.Errorf("%d photos or counts are left", got)
		}
	})
}

// TestPhotosOfARound: they wait in the box with the rest of an answer, are seen by the union office when the round is over and enough have answered,
// are counted from five people on, and are taken up once.
func TestPhotosOfARound(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		store, _ := w.files()
		plan := func(p *survey.Plan) { p.Audience, p.Places, p.WalkIn = survey.Places, []string{"P201"}, true }
		id := w.round("bath", plan)
		few := w.round("bath")
		off := w.round("bath")
		var all []form.Picture
		for i := range 9 {
			all = append(all, w.shot(store, "photo "+strconv.Itoa(i)))
		}
		w.refuses("U01-0", survey.Answer{Round: id, Answers: bath(all[:3]...)}, "q.photo:voice.photos.many")
		for i := range 6 {
			var of []form.Picture
			if i < 5 {
				of = all[i : i+1]
			}
			w.Do("U01-"+strconv.Itoa(i), survey.Answer{Round: id, Answers: bath(of...)})
		}
		w.Do("", survey.Answer{Round: id, Answers: bath(all[5:7]...), Form: "form"})
		w.Do("U01-0", survey.Answer{Round: few, Answers: bath(all[7])})
		w.Do("U01-0", survey.Answer{Round: off, Answers: bath(all[8])})
		w.mix()
		if a, b := w.Count(`SELECT COUNT(*) FROM survey_photo`), w.Count(`SELECT COUNT(*) FROM survey_box WHERE photos <> ''`); a != 5 || b != 3 {
			t.Errorf("%d photos are out of the box, %d answers with some wait", a, b)
		}
		w.settlePhotos(store)
		for i, p := range all {
			if !w.used(p.Hash) || !w.used(p.Thumb) {
				t.Errorf("photo %d is used by nothing", i)
			}
		}
		if w.used(strings.Repeat("a", 64)) {
			t.Error("a photo that there is not is used")
		}
		w.Do("triager", survey.Cancel{Round: off, Reason: "题目有误"})
		if w.used(all[8].Hash) {
			t.Error("a photo outlives the round that was called off")
		}
		photos := func(who, round string) (got []survey.Seen, err error) {
			w.Read(func(tx *db.Tx) error { got, err = survey.Photos(tx, w.P(who), round); return nil })
			return got, err
		}
		shown := func(who string, p form.Picture) (got bool) {
			w.Read(func(tx *db.Tx) (err error) { got, err = survey.PhotoShown(tx, w.P(who), p.Thumb); return err })
			return got
		}
		_, err := photos("triager", id)
		w.refused("triager", "photos before the end", err, "survey.not_over")
		if shown("triager", all[0]) {
			t.Error("a photo is seen before the end")
		}
		w.on("2026-12-01 00:10")
		_, err = photos("leader", id)
		w.refused("leader", "photos", err, "access.denied")
		_, err = photos("triager", few)
		w.refused("triager", "photos of one answer", err, "survey.too_few")
		got, err := photos("triager", id)
		if err != nil || len(got) != 7 || got[0].Question != "photo" || got[0].W != 640 {
			t.Fatalf("photos: %+v, %v", got, err)
		}
		if !shown("triager", all[0]) || !shown("triager", all[6]) || shown("leader", all[0]) || shown("U01-0", all[0]) || shown("triager", all[7]) || shown("triager", all[8]) {
			t.Error("photos are seen by others than the union office, or of too few")
		}
		_, _, x := w.results(id)
		for _, item := range x.Items {
			if item.Question.Kind == form.Photo && (item.Hidden || item.All.N != 5 || len(item.Units) != 0 || item.Mine()) {
				t.Errorf("counted: %+v", item)
			}
		}
		take := survey.TakePhoto{Photo: got[0].ID, Voice: "SQ20261201-0001"}
		w.refuses("leader", take, "access.denied")
		w.refuses("triager", survey.TakePhoto{Photo: "none", Voice: "SQ20261201-0001"}, "survey.photo.unknown")
		w.Do("triager", take)
		w.refuses("triager", take, "survey.photo.taken")
		if again, _ := photos("triager", id); again[0].Voice != take.Voice {
			t.Errorf("not noted: %+v", again[0])
		}
	})
}

// brim is a store on a disk that takes so many more files and is full then.
type brim struct {
	blob.Store
	left int
}

func (b *brim) Put(ctx context.Context, r io.Reader) (string, error) {
	if b.left--; b.left < 0 {
		io.CopyN(io.Discard, r, 5)
		return "", fault.Wrap(fault.Unavailable, "blob.disk_full", syscall.ENOSPC)
	}
	return b.Store.Put(ctx, r)
}

// TestPhotosOnAFullDisk: the disk is full while files are written anew. What was done stays done and is not done again, every photo is whole and counted
// once, and with space again the rest follows.
func TestPhotosOnAFullDisk(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		store, dir := w.files()
		id := w.round("bath")
		const n = 8
		var came []form.Picture
		for i := range n {
			came = append(came, w.shot(store, "photo "+strconv.Itoa(i)))
			w.Do("U01-"+strconv.Itoa(i), survey.Answer{Round: id, Answers: bath(came[i])})
		}
		w.mix()
		whole := func() {
			t.Helper()
			for i, p := range came {
				for _, want := range []struct{ hash, text string }{{p.Hash, "photo " + strconv.Itoa(i)}, {p.Thumb, "thumb of photo " + strconv.Itoa(i)}} {
					r, _, err := store.Open(t.Context(), want.hash)
					if err != nil {
						t.Fatal(err)
					}
					b, err := io.ReadAll(r)
					r.Close()
					if err != nil || string(b) != want.text {
						t.Errorf("photo %d is %q: %v", i, b, err)
					}
				}
			}
			if left, err := os.ReadDir(filepath.Join(dir, "tmp")); err != nil || len(left) != 0 {
				t.Errorf("%d files are left half written: %v", len(left), err)
			}
		}
		full := &brim{store, 5} // two photos with their thumbs, and half of the third
		err := survey.SettlePhotos(t.Context(), w.DB, full)
		if f := fault.Of(err); f == nil || f.Kind != fault.Unavailable || f.Key != "blob.disk_full" {
			t.Fatalf("on a full disk: %v", err)
		}
		whole()
		if got := w.Count(`SELECT COUNT(*) FROM survey_photo WHERE settled = 1`); got != 2 {
			t.Errorf("%d photos are done, want 2", got)
		}
		full.left = 0
		if err := survey.SettlePhotos(t.Context(), w.DB, full); err == nil || w.Count(`SELECT COUNT(*) FROM survey_photo WHERE settled = 1`) != 2 {
			t.Errorf("still full: %v", err)
		}
		full.left = 2 * (n - 2) // as many as are left, and none more
		if err := survey.SettlePhotos(t.Context(), w.DB, full); err != nil || full.left != 0 {
			t.Errorf("with space again: %v, %d were not written", err, full.left)
		}
		whole()
		if a, b := w.Count(`SELECT COUNT(*) FROM survey_photo`), w.Count(`SELECT COUNT(*) FROM survey_photo WHERE settled = 0`); a != n || b != 0 {
			t.Errorf("%d photos, %d to do", a, b)
		}
	})
}
