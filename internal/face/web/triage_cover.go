package web

import (
	pixels "image"

	"sanwen/internal/base/access"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/work/voice"
	"sanwen/internal/work/voice/cover"
	vshow "sanwen/internal/work/voice/show"
)

// CoverPage lets triage mark what departments must not see in a photo: fields of a grid that lies over it, so that it goes with a
// finger, a mouse, the keyboard, and without scripts.
type CoverPage struct {
	Page
	Form  *Form
	To    string
	Photo Photo
	Wide  bool // seven fields across and five down, else the other way round
	Cells []Option
}

var coverPage = Define[CoverPage]("triage/cover")

// coverGrid is how many fields lie across and down a photo: wide enough for a thumb on a phone.
func coverGrid(p voice.PhotoRow) (across, down int) {
	if p.W >= p.H {
		return 7, 5
	}
	return 5, 7
}

func showCover(r *Req) error { return r.coverPage(r.Blank()) }

func (r *Req) coverPage(f *Form) error {
	id := r.Param("id")
	var row voice.PhotoRow
	err := r.Read(func(tx *db.Tx) error {
		p, err := vshow.PageOf(tx, r.Person, id)
		if err != nil {
			return err
		}
		if err := r.Person.May(tx, access.VoiceTriage, p.Thing); err != nil {
			return err
		}
		row, err = cover.Of(tx, id, r.Param("hash"))
		return err
	})
	if err != nil {
		return err
	}
	if row.Covered {
		return fault.New(fault.Conflict, "voice.cover.twice")
	}
	photos := r.voicePhotos(id, []voice.PhotoRow{row})
	across, down := coverGrid(row)
	page := CoverPage{Page: Page{Title: r.T("triage.cover"), Shape: Staff, Back: voicePath(id)}, Form: f, To: r.Link(voicePath(id) + "/cover/" + row.Hash),
		Photo: photos[0], Wide: across > down}
	for i := range across * down {
		page.Cells = append(page.Cells, Option{Value: count(i), Text: r.T("triage.cover_cell", i/across+1, i%across+1)})
	}
	return coverPage.Render(r, page)
}

// takeCover makes the covered copy and puts it in the place of the photo.
func takeCover(r *Req) error {
	f, id, hash := r.Form(), r.Param("id"), r.Param("hash")
	var row voice.PhotoRow
	err := r.Read(func(tx *db.Tx) error {
		p, err := vshow.PageOf(tx, r.Person, id)
		if err != nil {
			return err
		}
		if err := r.Person.May(tx, access.VoiceTriage, p.Thing); err != nil {
			return err
		}
		row, err = cover.Of(tx, id, hash)
		return err
	})
	if err != nil {
		return err
	}
	across, down := coverGrid(row)
	var parts []pixels.Rectangle
	for i := range across * down {
		for _, c := range f.Many("cells") {
			if c == count(i) {
				x, y := i%across, i/across
				parts = append(parts, pixels.Rect(x*1000/across, y*1000/down, (x+1)*1000/across, (y+1)*1000/down))
			}
		}
	}
	if len(parts) == 0 {
		f.Fault("cells", "voice.cover.nothing")
	}
	if f.Err() != nil {
		r.Status(422)
		return r.coverPage(f)
	}
	made, err := r.Photos.Cover(r.Ctx(), hash, parts)
	if err != nil {
		return err
	}
	in := cover.Put{Voice: id, Hash: hash, Copy: voice.Photo{Hash: made.Hash, Thumb: made.Thumb, W: made.W, H: made.H}}
	if err := r.Write(func(tx *db.Tx) error { return in.Do(tx, r.Person) }); err != nil {
		return err
	}
	r.Toast("triage.toast_covered")
	return r.Redirect(voicePath(id))
}
