package meeting

import (
	"crypto/sha256"
	"encoding/hex"

	"sanwen/internal/base/access"
	"sanwen/internal/base/event"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/id"
	"sanwen/internal/work/meeting/ics"
)

// MakeFeed gives a person the secret address of his calendar; one that he had before ends by that. It fills Token, which is kept nowhere.
type MakeFeed struct {
	Token string `json:"-"`
}

// Do makes it. Errors: access.
func (in *MakeFeed) Do(tx *db.Tx, who access.Person) error {
	if err := who.May(tx, access.MeetingFeed, access.Thing{Kind: "feed", Submitter: who.ID}); err != nil {
		return err
	}
	in.Token = id.Token(24)
	if err := setFeed(tx, who.ID, digestOf(in.Token), tx.Millis()); err != nil {
		return err
	}
	return event.Record(tx, who, event.Fact{Kind: "feed.made", Subject: event.Ref{Kind: "feed", ID: who.ID}})
}

// DropFeed ends the address: whoever has it gets nothing any more.
type DropFeed struct{}

// Do ends it. Errors: access.
func (in DropFeed) Do(tx *db.Tx, who access.Person) error {
	if err := who.May(tx, access.MeetingFeed, access.Thing{Kind: "feed", Submitter: who.ID}); err != nil {
		return err
	}
	if err := dropFeed(tx, who.ID); err != nil {
		return err
	}
	return event.Record(tx, who, event.Fact{Kind: "feed.dropped", Subject: event.Ref{Kind: "feed", ID: who.ID}})
}

// digestOf is what is kept of an address.
func digestOf(token string) string {
	sum := sha256.Sum256([]byte("meeting feed " + token))
	return hex.EncodeToString(sum[:])
}

// FeedOwner is whose calendar an address shows, "" for nobody's.
func FeedOwner(tx *db.Tx, token string) (string, error) {
	person, err := db.Maybe[string](tx, `SELECT person FROM meeting_feed WHERE digest = $1`, digestOf(token))
	if err != nil || person == nil {
		return "", err
	}
	return *person, nil
}

// FeedOf tells since when a person has an address, 0 for none.
func FeedOf(tx *db.Tx, person string) (clock.Millis, error) {
	at, err := db.Maybe[clock.Millis](tx, `SELECT made_at FROM meeting_feed WHERE person = $1`, person)
	if err != nil || at == nil {
		return 0, err
	}
	return *at, nil
}

// Entry is the meeting as a calendar shows it; its text is only what is on the invitation.
func (m Meeting) Entry(address string) ics.Event {
	return ics.Event{UID: m.ID + "@sanwen", Sequence: m.Sequence, Changed: m.ChangedAt.Time(), Start: m.StartAt.Time(), End: m.EndAt.Time(), Title: m.Title, Place: m.Place,
		URL: address, Cancelled: m.State == Cancelled}
}
