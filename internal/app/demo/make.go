package demo

import (
	"context"
	"io"
	"time"

	"sanwen/internal/app/demo/bulk"
	"sanwen/internal/app/demo/story"
	"sanwen/internal/base/access"
	"sanwen/internal/base/event"
	"sanwen/internal/base/login"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/blob"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/seal"
	"sanwen/internal/work/voice/custody"
)

// House is the installation that the demonstration is made in. Its clock is moved through the year.
type House struct {
	DB     *db.DB
	Keys   *seal.Keys
	Photos Photos
	Log    *event.Log
	Login  *login.Service
	Clock  *clock.Fake
	Zone   *time.Location
}

// Photos keeps the pictures: a [blob.Photos], or in a test what does not look at them.
type Photos interface {
	Add(ctx context.Context, r io.Reader) (blob.Photo, error)
}

// Size is how large the demonstration is to be.
type Size struct {
	People int // of the organisation; 0: [People]
	Voices int // more voices than those of the story, for measuring

	Progress func(voices int) // told how many of them there are; may be nil
}

// SignIn is one account that the demonstration prints. Password is the same for all of them. See is the key of the sentence on
// what waits for the person first, Counts its numbers.
type SignIn struct {
	Role     access.Role `json:"role"`
	Number   string      `json:"number"`
	Name     string      `json:"name"`
	Password string      `json:"password"`
	See      string      `json:"see"`
	Counts   []int       `json:"counts"`
}

// Made is what the demonstration offers to be tried.
type Made struct {
	SignIns  []SignIn
	Receipts []story.Receipt
}

// Password of every sign-in of the demonstration. It exists only where the demonstration was made.
const Password = "chengchuan-2026"

// Make makes the whole demonstration; h.Clock ends where it began. It returns one sign-in for each role and receipts to follow.
func Make(ctx context.Context, h House, size Size) (Made, error) {
	if size.People == 0 {
		size.People = People
	}
	now := h.Clock.Now()
	start := now.AddDate(-1, -1, 0)
	h.Clock.Set(start)
	if size.Voices > 0 {
		h.Clock.Set(start.AddDate(-1, 0, 0))
	}
	cast, err := Organisation(ctx, h.DB, size.People)
	if err != nil {
		return Made{}, err
	}
	chosen, err := accounts(ctx, h, cast)
	if err != nil {
		return Made{}, err
	}
	if err := custodians(ctx, h, cast); err != nil {
		return Made{}, err
	}
	if size.Voices > 0 { // in the year before the story, so that the log is in the order of time
		if err := bulk.Run(ctx, bulk.Fill{DB: h.DB, Keys: h.Keys, Clock: h.Clock, From: h.Clock.Now(), To: start, Voices: size.Voices,
			Holders: cast.Holders, Crew: cast.Crew, Progress: size.Progress}); err != nil {
			return Made{}, err
		}
	}
	played, err := year(ctx, h, cast, now)
	if err != nil {
		return Made{}, err
	}
	h.Clock.Set(now)
	if err := watch(ctx, h, cast); err != nil {
		return Made{}, err
	}
	if _, err := h.Log.Checkpoint(ctx); err != nil {
		return Made{}, err
	}
	if err := h.Log.Tick(ctx); err != nil { // whoever follows the record has read it before anybody looks
		return Made{}, err
	}
	made := Made{Receipts: played.Receipts}
	made.SignIns, err = signIns(ctx, h, chosen)
	return made, err
}

// custodians lets those who keep identities make their keys; the password of the demonstration opens them.
func custodians(ctx context.Context, h House, cast Cast) error {
	for _, p := range cast.Holders[access.Custodian] {
		key, _, err := custody.NewKey(ctx, p.ID, Password)
		if err != nil {
			return err
		}
		err = h.DB.Write(ctx, func(tx *db.Tx) error {
			who, err := org.Actor(tx, p.ID)
			if err != nil {
				return err
			}
			return key.Do(tx, who)
		})
		if err != nil {
			return err
		}
	}
	return nil
}
