package demo

import (
	"bytes"
	"context"
	_ "embed"
	"time"

	"sanwen/internal/app/demo/picture"
	"sanwen/internal/app/demo/story"
	"sanwen/internal/ground/blob"
	"sanwen/internal/ground/clock"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/voice"
)

//go:embed data/voices.csv
var voicesCSV string

// year plays what has happened in the year before now.
func year(ctx context.Context, h House, cast Cast, now time.Time) (story.Played, error) {
	inbox, err := story.Inbox(voicesCSV)
	if err != nil {
		return story.Played{}, err
	}
	drawn := map[string]blob.Photo{}
	return story.Play(ctx, story.Stage{DB: h.DB, Keys: h.Keys, Log: h.Log, Clock: h.Clock, End: now, Holders: cast.Holders, Crew: cast.Crew,
		Me: cast.Me(), Inbox: inbox,
		Picture: func(scene, moment string, day clock.Day) (matter.PhotoIn, voice.Photo, error) {
			key := scene + " " + moment + " " + string(day)
			ph, ok := drawn[key]
			if !ok {
				b, err := picture.Draw(scene, moment, string(day))
				if err == nil {
					ph, err = h.Photos.Add(ctx, bytes.NewReader(b))
				}
				if err != nil {
					return matter.PhotoIn{}, voice.Photo{}, err
				}
				drawn[key] = ph
			}
			return matter.PhotoIn{Hash: ph.Hash, Thumb: ph.Thumb}, voice.Photo{Hash: ph.Hash, Thumb: ph.Thumb, W: ph.W, H: ph.H}, nil
		}})
}
