package matter_test

import (
	"strings"
	"testing"
	"time"

	"sanwen/internal/base/event"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/matter/shot"
)

// TestPhotosOfLooks: the photos of a look at what was promised, and of a look back, say when they were taken and what they show; it stands in the facts
// that their inspector signs. None was taken after the look, nor longer before it than the setting allows.
func TestPhotosOfLooks(t *testing.T) {
	run(t, func(w *world) {
		w.set(org.InspectPhotoHours, "2")
		photo := func(n int, taken time.Time) matter.PhotoIn {
			p := matter.PhotoIn{Hash: strings.Repeat("a", 60) + string(rune('0'+n)), Thumb: "t", Caption: " 二号喷头 "}
			if !taken.IsZero() {
				p.Taken = taken.In(clock.Shanghai()).Format(shot.Form)
			}
			return p
		}
		id := w.to(matter.Inspecting)
		in := w.passing(id)
		now := w.Clock.Now()
		for want, at := range map[string]time.Time{"inspect.photo.later": now.Add(time.Minute), "inspect.photo.earlier": now.Add(-2*time.Hour - time.Minute)} {
			in.Photos = []matter.PhotoIn{photo(1, now), photo(2, at)}
			if got := refused(w.Try("inspector", in)); got != "photos.2 "+want {
				t.Errorf("%q, want %s", got, want)
			}
		}
		in.DeviceAt = clock.MillisOf(now.Add(-5 * time.Hour)) // made without a network, sent in the afternoon
		in.Photos = []matter.PhotoIn{photo(1, now.Add(-6*time.Hour)), photo(2, time.Time{})}
		w.Do("inspector", in)
		saved := func(want ...time.Time) {
			t.Helper()
			w.Read(func(tx *db.Tx) error {
				all, err := db.All[matter.Photo](tx, `SELECT * FROM matter_photo WHERE matter = $1 AND taken <> '' ORDER BY at, hash`, id)
				log, err2 := event.Timeline(tx, matter.RefOf(id), 50, 0)
				if err != nil || err2 != nil {
					return err
				}
				if len(all) != len(want) {
					t.Fatalf("%d photos, want %d", len(all), len(want))
				}
				for i, p := range all {
					day := want[i].In(clock.Shanghai()).Format(shot.Form)
					told := false
					for _, e := range log {
						told = told || strings.Contains(string(e.Data), `"taken":"`+day+`"`)
					}
					if p.Taken != day || p.Caption != "二号喷头" || !told {
						t.Errorf("photo %d: %s %q, told %v, want %s", i, p.Taken, p.Caption, told, day)
					}
				}
				return nil
			})
		}
		saved(now.Add(-6*time.Hour), now.Add(-5*time.Hour))

		w.rate(id, matter.Confirmed)
		w.again("supervisor")
		w.Do("supervisor", matter.Close{Matter: id, Reply: "水温稳定在40℃"})
		w.Clock.Advance(30 * 24 * time.Hour)
		back := matter.LookBack{Matter: id, Days: 30, Passed: true, Readings: w.passing(id).Readings, Photos: []matter.PhotoIn{photo(3, w.Clock.Now().Add(time.Hour))}}
		w.again("inspector")
		if got := refused(w.Try("inspector", back)); got != "photos.1 inspect.photo.later" {
			t.Errorf("a look back: %q", got)
		}
		then := w.Clock.Now().Add(-time.Hour)
		back.Photos = []matter.PhotoIn{photo(3, then)}
		w.Do("inspector", back)
		saved(now.Add(-6*time.Hour), now.Add(-5*time.Hour), then)
	})
}

// refused is the field and the key of a fault, "" of none.
func refused(err error) string {
	if err == nil {
		return ""
	}
	e := fault.Of(err)
	return e.Field + " " + e.Key
}
