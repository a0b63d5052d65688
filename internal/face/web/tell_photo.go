package web

import (
	"encoding/json"

	"sanwen/internal/ground/fault"
	"sanwen/internal/work/voice"
)

// photoPath takes one photo by itself, so that a phone can show how far it is, and send it again alone where the network broke.
const photoPath = "/f/photo"

// sentPhoto is the answer: what the form carries on.
type sentPhoto struct {
	Token string `json:"token"`
	Thumb string `json:"thumb"`
}

// tellPhoto stores one photo and gives back its signed token. Nothing says to which form it belongs.
func tellPhoto(r *Req) error {
	var got []voice.Photo
	r.Files(func(u Upload) error {
		if u.Index > 0 {
			return fault.New(fault.Invalid, "voice.photos.many", 1)
		}
		p, err := r.photo(u)
		if err == nil {
			got = append(got, p)
		}
		return err
	})
	if err := r.FreeForm().Err(); err != nil {
		return err
	}
	if len(got) == 0 {
		return fault.New(fault.Invalid, "web.unreadable")
	}
	token := r.photoToken(got[0])
	b, err := json.Marshal(sentPhoto{Token: token, Thumb: ownPhoto(got[0].Thumb, token)})
	if err != nil {
		return err
	}
	r.w.Header().Set("Content-Type", "application/json")
	_, err = r.w.Write(b)
	return err
}
