package web

import (
	"slices"
	"strings"
	"time"

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

// in are the photos for an action on a matter.
func (t *photoTray) in() []matter.PhotoIn {
	if t == nil {
		return nil
	}
	var out []matter.PhotoIn
	for _, p := range t.photos {
		out = append(out, matter.PhotoIn{Hash: p.Hash, Thumb: p.Thumb})
	}
	return out
}
