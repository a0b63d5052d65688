package inspect

import (
	"fmt"
	"time"

	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/fault"
)

// TakenForm is how the time of a photo is written, in the zone of the site.
const TakenForm = "2006-01-02 15:04"

// taken brings the time of the n-th photo into its form. Who says none took it when the record was made. It was not taken after that, by the clock
// that is ahead, the device's or the server's: a phone whose clock is fast is told beside the record, and does not make it impossible; and not longer before than allowed.
func (p *Photo) taken(f *fault.Form, n int, v Visit, zone *time.Location, made time.Time, hours int) {
	if p.Taken == "" {
		p.Taken = made.In(zone).Format(TakenForm)
		return
	}
	field := fmt.Sprintf("photos.%d", n)
	at, err := time.ParseInLocation(TakenForm, p.Taken, zone)
	switch last := max(v.At, v.DeviceAt); {
	case err != nil:
		f.Add(field, "inspect.photo.time", n)
	case clock.MillisOf(at) > last:
		f.Add(field, "inspect.photo.later", n, last.Time().In(zone).Format(TakenForm))
	case made.Sub(at) >= time.Duration(hours)*time.Hour+time.Minute: // times are told by the minute
		f.Add(field, "inspect.photo.earlier", n, hours)
	}
}
