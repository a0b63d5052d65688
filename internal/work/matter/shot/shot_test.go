package shot_test

import (
	"strings"
	"testing"
	"time"

	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/fault"
	"sanwen/internal/work/matter/shot"
)

// TestLook: a photo was not taken after its look, by the clock that is ahead, nor longer before it than allowed, counted from when the look was made;
// who says nothing took it then.
func TestLook(t *testing.T) {
	at := func(when string) clock.Millis {
		m, err := time.ParseInLocation(shot.Form, when, clock.Shanghai())
		if err != nil {
			t.Fatal(err)
		}
		return clock.MillisOf(m)
	}
	for _, c := range []struct{ device, taken, want string }{
		{"", "", "2026-11-24 14:30"},
		{"", "2026-11-24 14:30", "2026-11-24 14:30"},
		{"", "2026-11-24 14:31", "later"},
		{"", "2026-11-24 02:30", "2026-11-24 02:30"},
		{"", "2026-11-24 02:29", "earlier"},
		{"2026-11-24 09:00", "", "2026-11-24 09:00"},
		{"2026-11-24 09:00", "2026-11-23 21:00", "2026-11-23 21:00"},
		{"2026-11-24 09:00", "2026-11-23 20:59", "earlier"},
		{"2026-11-24 15:10", "", "2026-11-24 14:30"}, // a phone whose clock is fast
		{"2026-11-24 15:10", "2026-11-24 15:10", "2026-11-24 15:10"},
		{"2026-11-24 15:10", "2026-11-24 15:11", "later"},
		{"", "14:30", "time"},
	} {
		look := shot.Look{At: at("2026-11-24 14:30"), Zone: clock.Shanghai(), Hours: 12}
		if c.device != "" {
			look.Device = at(c.device)
		}
		in := []shot.In{{Caption: " 二号喷头 "}, {Taken: c.taken, Caption: strings.Repeat("长", shot.MaxPoint)}}
		var f fault.Form
		look.All(&f, in)
		got := in[1].Taken
		if err := f.Err(); err != nil {
			e := fault.Of(err)
			if got = strings.TrimPrefix(e.Key, "inspect.photo."); e.Field != "photos.2" {
				t.Errorf("%s: at %s", c.taken, e.Field)
			}
		}
		if got != c.want || in[0].Caption != "二号喷头" {
			t.Errorf("%q on a phone that says %q: %s, want %s; %q", c.taken, c.device, got, c.want, in[0].Caption)
		}
	}
	var f fault.Form
	shot.Look{At: at("2026-11-24 14:30"), Zone: clock.Shanghai(), Hours: 12}.All(&f, []shot.In{{Caption: strings.Repeat("长", shot.MaxPoint+1)}})
	if e := fault.Of(f.Err()); e.Key != "inspect.text.long" || e.Field != "photos" {
		t.Errorf("a long point: %+v", e)
	}
}
