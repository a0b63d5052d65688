package web

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/fault"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/voice"
)

// photoTray collects the photos of a staff form: those that come with it, and those that an earlier try has stored already.
type photoTray struct {
	r      *Req
	name   string
	most   int
	photos []voice.Photo
	said   []PhotoSaid // of each of them, where the form asks
}

// takePhotos stores the photos of a field while the form is read. Call it before [Req.Form], and finish after it.
func (r *Req) takePhotos(name string, most int) *photoTray {
	t := &photoTray{r: r, name: name, most: most}
	r.Files(t.take)
	return t
}

// take stores one photo, if it belongs here.
func (t *photoTray) take(u Upload) error {
	if u.Field != t.name {
		return nil
	}
	if u.Index >= t.most {
		return fault.New(fault.Invalid, "voice.photos.many", t.most)
	}
	p, err := t.r.photo(u)
	if err != nil {
		if e := fault.Of(err); e.Kind != fault.Internal {
			return fault.New(e.Kind, "tell.photo_n", u.Index+1, sentence(t.r.Lang, e))
		}
		return err
	}
	t.photos = append(t.photos, p)
	return nil
}

// finish joins the photos that the form has kept with the new ones.
func (t *photoTray) finish(f *Form) {
	fresh := t.photos
	t.photos = nil
	tiles, ats, points := f.Many(t.name+"_tile"), f.Many(t.name+"_at"), f.Many(t.name+"_point")
	add := func(p voice.Photo, at int) { // what is said stands in the order of the tiles: those that were kept, then the new ones
		t.photos, t.said = append(t.photos, p), append(t.said, PhotoSaid{nth(ats, at), nth(points, at)})
	}
	for _, token := range f.Many(t.name + "_have") {
		p, err := t.r.photoOf(token)
		if err != nil {
			f.Fault(t.name, "tell.photo_expired")
			continue
		}
		add(p, slices.Index(tiles, token))
	}
	for i, p := range fresh {
		if !slices.ContainsFunc(t.photos, func(q voice.Photo) bool { return q.Hash == p.Hash }) {
			add(p, len(tiles)+i)
		}
	}
	if len(t.photos) > t.most {
		t.photos, t.said = t.photos[:t.most], t.said[:t.most]
		f.Fault(t.name, "voice.photos.many", t.most)
	}
}

// stamp says of every photo of which nothing is said that it was taken at a moment; it can be changed.
func (t *photoTray) stamp(at time.Time) {
	if t == nil {
		return
	}
	for i := range t.said {
		if t.said[i].At == "" {
			t.said[i].At = at.In(t.r.Zone).Format(inputTime)
		}
	}
}

// inputTime is how a field of day and time writes them.
const inputTime = "2006-01-02T15:04"

// nth is one of a list, or empty.
func nth(list []string, i int) string {
	if i < 0 || i >= len(list) {
		return ""
	}
	return strings.Join(strings.Fields(list[i]), " ")
}

// have are the photos as the form shows them again.
func (t *photoTray) have() []HavePhoto {
	if t == nil {
		return nil
	}
	var out []HavePhoto
	for i, p := range t.photos {
		token := t.r.photoToken(p)
		out = append(out, HavePhoto{Token: token, PhotoSaid: t.said[i], Photo: Photo{Src: ownPhoto(p.Hash, token), Thumb: ownPhoto(p.Thumb, token),
			Alt: t.r.T("tell.photo_alt", i+1), W: p.W, H: p.H}})
	}
	return out
}

// in are the photos for an action, with what is said of them where the form asks.
func (t *photoTray) in() []matter.PhotoIn {
	if t == nil {
		return nil
	}
	var out []matter.PhotoIn
	for i, p := range t.photos {
		out = append(out, matter.PhotoIn{Hash: p.Hash, Thumb: p.Thumb, Taken: strings.Replace(t.said[i].At, "T", " ", 1), Caption: t.said[i].Point})
	}
	return out
}

// dated makes the row of tiles of a look, which asks of each photo when it was taken and what it shows. What nothing is said of was taken now, as the
// device has it.
func (f *Form) dated(t *photoTray, most, hours int) PhotoField {
	t.stamp(deviceTime(f.Value("device_at"), f.r.Now()))
	d := f.Photos("photos", "visit.photos", most, t.have())
	d.Field = d.May().Hint("visit.photos_hint", hours)
	return d.Dated("points", f.r.Zone.String())
}

// holds reports whether the form was sent to put its photos in and to go on: without scripts they come first, then what is said of each.
func (f *Form) holds() bool { return f.Text("act", 0, 8) == "hold" }

// deviceAt is when a form was filled in, by the clock of the device; 0: it does not say.
func (f *Form) deviceAt() clock.Millis {
	if at := deviceTime(f.Text("device_at", 0, 20), time.Time{}); !at.IsZero() {
		return clock.MillisOf(at)
	}
	return 0
}

// deviceTime is the time that a device has said, in milliseconds, or another.
func deviceTime(ms string, or time.Time) time.Time {
	if n, err := strconv.ParseInt(ms, 10, 64); err == nil && n > 0 {
		return clock.Millis(n).Time()
	}
	return or
}

// photoFaults lead what is wrong with one of so many photos to the row of tiles.
func photoFaults(most int) map[string]string {
	out := map[string]string{}
	for i := range most {
		out["photos."+strconv.Itoa(i+1)] = "photos"
	}
	return out
}

// photoSaid is what stands under a photo: its number, when and where it was taken, and what it shows, as far as it is said.
func photoSaid(parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), " · ")
}

// photoList are the photos of looks on paper: the number, when it was taken, where, and what it shows.
func (r *Req) photoList(place string, said []PhotoSaid) PaperList {
	l := PaperList{Caption: r.T("visit.photo_list"), Widths: []float64{20, 50, 60, 145}, Head: []string{r.T("visit.paper_photo"), r.T("visit.photo_taken"), r.T("visit.photo_place"), r.T("visit.photo_point")}}
	for i, x := range said {
		l.Rows = append(l.Rows, []string{itoa(i + 1), orDash(x.At), orDash(place), orDash(x.Point)})
	}
	return l
}
