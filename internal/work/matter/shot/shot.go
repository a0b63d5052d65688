// Package shot is what is said of the photos of a look: when each was taken and what it shows, since the files say neither. Inspections of a place and
// looks at what a matter promised have the same rules.
package shot

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/fault"
)

// Form is how the time of a photo is written, in the zone of the site.
const Form = "2006-01-02 15:04"

// MaxPoint is how much may be said of what a photo shows, in characters.
const MaxPoint = 60

// In names a stored picture that comes with an action.
type In struct {
	Hash    string `json:"hash"`
	Thumb   string `json:"thumb"`
	Caption string `json:"caption,omitempty"` // what it shows
	Taken   string `json:"taken,omitempty"`   // "2026-11-22 14:05", as the person says; of a look that says nothing: when it was made
	Point   int64  `json:"point,omitempty"`
}

// Look is the look with which photos come.
type Look struct {
	At     clock.Millis // when it reached the program
	Device clock.Millis // when it was written down, by the clock of the device; 0: not known
	Zone   *time.Location
	Hours  int // how long before the look a photo may have been taken
}

// Made is when the look was made: as the device says, unless its clock is fast.
func (l Look) Made() time.Time {
	if l.Device != 0 && l.Device <= l.At {
		return l.Device.Time()
	}
	return l.At.Time()
}

// All checks photos in their order.
func (l Look) All(f *fault.Form, in []In) {
	for i := range in {
		l.Check(f, i+1, &in[i].Taken, &in[i].Caption)
	}
}

// Check brings what is said of the n-th photo into its form. Who says no time took it when the look was made. It was not taken after that, by the clock
// that is ahead, the device's or the server's: a phone whose clock is fast is told beside the look, and does not make it impossible; and not longer before than allowed.
// What is wrong is a fault of "photos.n", of "photos" where what it shows is too long.
func (l Look) Check(f *fault.Form, n int, taken, shows *string) {
	*shows = strings.TrimSpace(*shows)
	if have := utf8.RuneCountInString(*shows); have > MaxPoint {
		f.Add("photos", "inspect.text.long", MaxPoint, have)
	}
	made := l.Made()
	if *taken == "" {
		*taken = made.In(l.Zone).Format(Form)
		return
	}
	field := fmt.Sprintf("photos.%d", n)
	at, err := time.ParseInLocation(Form, *taken, l.Zone)
	switch last := max(l.At, l.Device); {
	case err != nil:
		f.Add(field, "inspect.photo.time", n)
	case clock.MillisOf(at) > last:
		f.Add(field, "inspect.photo.later", n, last.Time().In(l.Zone).Format(Form))
	case made.Sub(at) >= time.Duration(l.Hours)*time.Hour+time.Minute: // times are told by the minute
		f.Add(field, "inspect.photo.earlier", n, l.Hours)
	}
}
