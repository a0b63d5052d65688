package web

import (
	"slices"
	"strings"

	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/work/inspect"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/matter/ledger"
	"sanwen/internal/work/practice"
	"sanwen/internal/work/survey"
	"sanwen/internal/work/voice"
	voices "sanwen/internal/work/voice/show"
)

// ownPhotoShow shows a stored photo to whoever holds its signed address: who has just sent it, or opened his thread. It belongs to
// the anonymous group, so that no session comes along.
func ownPhotoShow(r *Req) error {
	p, err := r.photoOf(r.Query("k"))
	hash := r.Param("hash")
	if err != nil || !slices.Contains([]string{p.Hash, p.Thumb}, hash) {
		return fault.New(fault.NotFound, "fault.not_found")
	}
	return r.stored(hash)
}

// photoShow shows a stored photo by itself: one of before and after of a public matter to everybody, the others to who may see the
// matter or the voice that they belong to.
func photoShow(r *Req) error {
	hash := r.Param("hash")
	may, public := false, false
	err := r.Read(func(tx *db.Tx) error {
		tx.Asked()
		var err error
		if public, err = ledger.PhotoPublic(tx, hash); err != nil || public {
			may = public
			return err
		}
		if !r.Person.SignedIn() {
			return nil
		}
		of, err := ledger.PhotoMatter(tx, hash)
		for _, m := range of {
			if _, _, err := matter.Get(tx, r.Person, m); err == nil {
				may = true
				return nil
			}
		}
		if err != nil {
			return err
		}
		if may, err = practice.PhotoShown(tx, r.Person, hash); err != nil || may {
			return err
		}
		if may, err = survey.PhotoShown(tx, r.Person, hash); err != nil || may {
			return err
		}
		visit, err := inspect.PhotoUsed(tx, hash)
		if err != nil {
			return err
		}
		if visit != "" {
			if _, err := inspect.See(tx, r.Person, visit); err == nil {
				may = true
				return nil
			}
		}
		may, err = voices.MaySeePhoto(tx, r.Person, hash)
		return err
	})
	if err != nil {
		return err
	}
	if !may {
		return fault.New(fault.NotFound, "fault.not_found")
	}
	if public { // its address is its content; a while is short enough for a matter that is taken off the board
		r.w.Header().Set("Cache-Control", "public, max-age=3600")
	}
	return r.stored(hash)
}

// stored sends a photo of the store.
func (r *Req) stored(hash string) error {
	f, _, err := r.Blobs.Open(r.Ctx(), hash)
	if err != nil {
		return err
	}
	defer f.Close()
	return r.Show("image/jpeg", f)
}

// photoURL is the address of a photo on pages that know their reader.
func photoURL(hash string) string { return "/photo/" + hash }

// matterPhoto is a photo of a matter for a page that everybody or an employee reads; own asks for an address that works without a session. What
// somebody who looked at the site has written beside it is for the pages of the matter, and so is the minute.
func (r *Req) matterPhoto(p matter.Photo, own bool) Photo {
	out := Photo{Src: photoURL(p.Hash), Thumb: photoURL(p.Thumb), Alt: p.Caption, Caption: r.Lang.Date(p.At, r.Zone)}
	if day, _, ok := strings.Cut(p.Taken, " "); ok {
		out.Alt, out.Caption = "", r.Lang.Date(clock.Day(day), r.Zone)
	}
	if own {
		token := r.photoToken(voice.Photo{Hash: p.Hash, Thumb: p.Thumb})
		out.Src, out.Thumb = ownPhoto(p.Hash, token), ownPhoto(p.Thumb, token)
	}
	if out.Alt == "" {
		out.Alt = r.T("tell.photo_of." + p.Kind)
	}
	return out
}

// pairs puts the photos of before beside those of after, in order; what has no counterpart is left out.
func (r *Req) pairs(all []matter.Photo, own bool) []Pair {
	var before, after []Photo
	for _, p := range all {
		switch p.Kind {
		case matter.PhotoBefore:
			before = append(before, r.matterPhoto(p, own))
		case matter.PhotoAfter:
			after = append(after, r.matterPhoto(p, own))
		}
	}
	var out []Pair
	n := min(len(before), len(after))
	if n == 0 && len(before)+len(after) > 0 {
		n = 1 // one side only: the other says that there is none
	}
	for i := range n {
		var p Pair
		if i < len(before) {
			p.Before = before[i]
		}
		if i < len(after) {
			p.After = after[i]
		}
		out = append(out, p)
	}
	return out
}
