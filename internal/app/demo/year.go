package demo

import (
	"bytes"
	"context"
	_ "embed"
	"sync"
	"time"

	"sanwen/internal/app/demo/picture"
	"sanwen/internal/app/demo/story"
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
	return story.Play(ctx, story.Stage{DB: h.DB, Keys: h.Keys, Log: h.Log, Clock: h.Clock, End: now, Holders: cast.Holders, Crew: cast.Crew, Me: cast.Me(),
		Inbox: inbox, Draw: func(all []story.Scene) (map[story.Scene]voice.Photo, error) { return draw(ctx, h, all) }})
}

// draw draws and stores pictures, several at a time: most of the time is spent waiting for the disk.
func draw(ctx context.Context, h House, all []story.Scene) (map[story.Scene]voice.Photo, error) {
	out := make(map[story.Scene]voice.Photo, len(all))
	var (
		mu     sync.Mutex
		wg     sync.WaitGroup
		failed error
	)
	work := make(chan story.Scene)
	for range 8 {
		wg.Go(func() {
			for s := range work {
				ph, err := store(ctx, h, s)
				mu.Lock()
				if out[s] = ph; err != nil {
					failed = err
				}
				mu.Unlock()
			}
		})
	}
	seen := map[story.Scene]bool{}
	for _, s := range all {
		if !seen[s] {
			seen[s] = true
			work <- s
		}
	}
	close(work)
	wg.Wait()
	return out, failed
}

func store(ctx context.Context, h House, s story.Scene) (voice.Photo, error) {
	ph, err := h.Photos.Add(ctx, &drawing{scene: s})
	return voice.Photo{Hash: ph.Hash, Thumb: ph.Thumb, W: ph.W, H: ph.H}, err
}

// drawing is the picture of a scene; it is drawn when somebody begins to read.
type drawing struct {
	scene story.Scene
	drawn *bytes.Reader
}

func (d *drawing) Read(p []byte) (int, error) {
	if d.drawn == nil {
		b, err := picture.Draw(d.scene.Name, d.scene.Moment, string(d.scene.Day))
		if err != nil {
			return 0, err
		}
		d.drawn = bytes.NewReader(b)
	}
	return d.drawn.Read(p)
}
