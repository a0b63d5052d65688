// Package cover keeps what could give somebody away in a photo from the departments: they get a copy in which it is covered, and the
// photo itself stays with triage and with who sent it.
package cover

import (
	"sanwen/internal/base/access"
	"sanwen/internal/base/event"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/work/voice/core"
)

// Put puts a covered copy in the place of a photo.
type Put struct {
	Voice string     `json:"voice"`
	Hash  string     `json:"hash"` // the photo that is covered
	Copy  core.Photo `json:"copy"`
}

// Do puts the copy there. From then on no department can be shown the photo. Errors: access, NotFound for a photo that the voice does
// not have, Conflict for one that is covered already.
func (in Put) Do(tx *db.Tx, who access.Person) error {
	s, err := core.Begin(tx, who, in.Voice, 0, access.VoiceTriage)
	if err != nil {
		return err
	}
	row, err := Of(tx, s.V.ID, in.Hash)
	if err != nil {
		return err
	}
	if row.Covered {
		return fault.New(fault.Conflict, "voice.cover.twice")
	}
	if in.Copy.Hash == row.Hash {
		return fault.Field("cells", "voice.cover.nothing")
	}
	if err := core.CoverPhoto(tx, row, in.Copy); err != nil {
		return err
	}
	return event.Record(tx, who, event.Fact{Kind: "voice.cover", Subject: s.V.Ref(), Data: in})
}

// Of finds a photo of a voice: NotFound "voice.unknown" where it has none with that hash.
func Of(tx *db.Tx, voice, hash string) (core.PhotoRow, error) {
	all, err := core.Photos(tx, voice)
	if err != nil {
		return core.PhotoRow{}, err
	}
	for _, p := range all {
		if p.Hash == hash {
			return p, nil
		}
	}
	return core.PhotoRow{}, fault.New(fault.NotFound, "voice.unknown")
}
