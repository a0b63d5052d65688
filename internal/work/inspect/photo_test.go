package inspect_test

import (
	"strings"
	"testing"
	"time"

	"sanwen/internal/base/access"
	"sanwen/internal/base/event"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/inspect"
	"sanwen/internal/work/matter/shot"
)

// TestPhotosSayWhenAndWhat: every photo of a record has its own time and point, which stand in the record as its inspector signs it; without a
// time it is that of the record. None was taken after it, nor longer before it than the setting allows; the phone's clock counts where it is ahead.
func TestPhotosSayWhenAndWhat(t *testing.T) {
	run(t, func(w *world) {
		at := func(when string) time.Time {
			m, err := time.ParseInLocation(shot.Form, when, clock.Shanghai())
			if err != nil {
				t.Fatal(err)
			}
			return m
		}
		w.Clock.Set(at("2026-11-24 14:30"))
		with := func(device string, taken ...string) func(*inspect.Record) {
			return func(in *inspect.Record) {
				if device != "" {
					in.DeviceAt = clock.MillisOf(at(device))
				}
				for i, x := range taken {
					in.Photos = append(in.Photos, inspect.Photo{Hash: strings.Repeat("a", 60) + string(rune('0'+i)), Thumb: "t", Item: int64(i % 2), Caption: " 二号喷头 ", Taken: x})
				}
			}
		}
		for _, c := range []struct{ device, taken, want string }{
			{"", "2026-11-24 14:31", "photos.1 inspect.photo.later"},
			{"", "2026-11-24 02:29", "photos.1 inspect.photo.earlier"},
			{"", "2026-11-24 02:30", ""},
			{"2026-11-24 09:00", "2026-11-24 14:31", "photos.1 inspect.photo.later"}, // made without a network, sent in the afternoon
			{"2026-11-24 09:00", "2026-11-23 20:59", "photos.1 inspect.photo.earlier"},
			{"2026-11-24 09:00", "2026-11-23 21:00", ""},
			{"2026-11-24 15:10", "2026-11-24 15:10", ""}, // a phone whose clock is fast
			{"2026-11-24 15:10", "2026-11-24 15:11", "photos.1 inspect.photo.later"},
			{"2026-11-24 15:10", "2026-11-24 02:29", "photos.1 inspect.photo.earlier"},
			{"", "14:30", "photos.1 inspect.photo.time"},
			{"", "2026-02-30 14:30", "photos.1 inspect.photo.time"},
		} {
			_, err := w.record("inspector", with(c.device, c.taken))
			if got := ""; err != nil {
				if got = fields(err); got != c.want {
					t.Errorf("%s on a phone that says %q: %s, want %s", c.taken, c.device, got, c.want)
				}
			} else if c.want != "" {
				t.Errorf("%s on a phone that says %q was taken; want %s", c.taken, c.device, c.want)
			}
		}
		_, err := w.record("inspector", with("", "2026-11-24 14:30"), func(in *inspect.Record) { in.Photos[0].Caption = strings.Repeat("长", inspect.MaxPoint+1) })
		if got := fields(err); got != "photos inspect.text.long" {
			t.Errorf("a long point: %s", got)
		}
		v, err := w.record("inspector", with("2026-11-24 09:00", "2026-11-24 08:40", "", "2026-11-24 08:55"))
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, p := range v.Photos {
			got = append(got, p.Taken+" "+p.Caption)
		}
		want := "2026-11-24 08:40 二号喷头, 2026-11-24 09:00 二号喷头, 2026-11-24 08:55 二号喷头"
		if s := strings.Join(got, ", "); s != want || v.Photos[1].Item != 1 {
			t.Errorf("photos: %s, want %s", s, want)
		}
		w.Read(func(tx *db.Tx) error {
			log, err := event.Timeline(tx, v.Ref(), 5, 0)
			for _, s := range []string{"08:40", "09:00", "08:55", "二号喷头"} {
				if len(log) == 0 || !strings.Contains(string(log[len(log)-1].Data), s) {
					t.Errorf("the record does not say %s", s)
				}
			}
			return err
		})
		w.Must(func(tx *db.Tx) error {
			return org.SetSetting{Key: org.InspectPhotoHours, Value: "2", Basis: "公司巡查制度"}.Do(tx, access.System("test"))
		})
		if _, err := w.record("inspector", with("", "2026-11-24 12:29")); err == nil || fields(err) != "photos.1 inspect.photo.earlier" {
			t.Errorf("two hours and a minute: %v", err)
		}
	})
}
