package event

import (
	"encoding/json"
	"errors"
	"fmt"

	"sanwen/internal/base/access"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/id"
)

// Record writes down a change in the transaction that makes it, and marks the transaction as recorded. In a coarse transaction
// the time is the hour and the actor is kept as a role class only.
func Record(tx *db.Tx, who access.Person, f Fact) error {
	if f.Kind == "" || f.Subject.Kind == "" || f.Subject.ID == "" {
		return fmt.Errorf("event: a fact needs a kind and a subject: %q about %q", f.Kind, f.Subject)
	}
	data, err := canonical(f.Data)
	if err != nil {
		return err
	}
	class, actor := actorOf(tx, who)
	e := Entry{
		ID: id.Random(), At: clock.MillisOf(tx.Now), Kind: f.Kind, Subject: f.Subject, About: f.About, From: f.From, To: f.To,
		Class: class, Actor: actor, Data: data,
	}
	if err := add(tx, &e); err != nil {
		return err
	}
	tx.Recorded()
	return nil
}

func add(tx *db.Tx, e *Entry) error {
	salt := newSalt()
	c := commitment(e.Kind, salt, digest(e.record()))
	if err := insert(tx, e, salt, c); err != nil {
		return err
	}
	if key := notedKey(e.Subject); e.Seq >= 0 && tx.Kept(key) == nil {
		tx.Keep(key, Noted{e.Seq, e.At, c})
	}
	return nil
}

// Noted is where an entry stands that a transaction has written.
type Noted struct {
	seq        int64
	at         clock.Millis
	commitment [32]byte
}

type notedKey Ref

// NotedIn returns where the first entry stands that this transaction has written about ref. It is false where none was written, and
// on PostgreSQL, which gives the numbers later. The number holds once the transaction is committed.
func NotedIn(tx *db.Tx, ref Ref) (Noted, bool) {
	n, ok := tx.Kept(notedKey(ref)).(Noted)
	return n, ok
}

// actorOf says what may be kept about who acted. Whoever acts in a coarse transaction is the author of an anonymous or
// confidential voice, and his office may be as telling as his name: he is an employee and nothing more.
func actorOf(tx *db.Tx, who access.Person) (class, actor string) {
	switch {
	case who.Kind == access.Job:
		return who.Class(), who.ID
	case who.Kind != access.Account:
		return who.Class(), ""
	case tx.Coarse():
		return string(access.Employee), ""
	}
	return who.Class(), who.ID
}

// ErrNotErasable is returned for the entries that tell of erasures and keys: without them the log could not be checked.
var ErrNotErasable = errors.New("event: this entry cannot be erased")

// Erase destroys salt and content of every entry whose subject is ref, and records that it did so with the reason. What stays is
// the commitment, kind, subject, time and the states; a proof of an erased entry remains valid, but nobody can tell any more what
// the entry said. It returns how many entries were erased. The caller has asked for permission.
func Erase(tx *db.Tx, who access.Person, ref Ref, reason string) (int, error) {
	found, err := entries(tx, `WHERE subject_kind = $1 AND subject_id = $2 AND salt IS NOT NULL AND kind <> $3 AND kind <> $4 ORDER BY ins`+tx.ForUpdate(),
		ref.Kind, ref.ID, KindErased, KindKeyRotated)
	if err != nil {
		return 0, err
	}
	note := erasure{Reason: reason, Entries: []erased{}}
	for _, e := range found {
		note.Entries = append(note.Entries, erased{e.ID, e.skeleton()})
		if err := destroy(tx, e.ID); err != nil {
			return 0, err
		}
	}
	return len(found), Record(tx, who, Fact{Kind: KindErased, Subject: ref, Data: note})
}

// erasure is the data of a KindErased entry: what was destroyed, with a digest of what was left, so that an emptied row is either
// named here or has been tampered with.
type erasure struct {
	Reason  string   `json:"reason"`
	Entries []erased `json:"entries"`
}

type erased struct {
	ID   string `json:"id"`
	Rest string `json:"rest"` // hex SHA-256 of the record without actor and data
}

func erasuresOf(e Entry) (erasure, error) {
	var x erasure
	err := json.Unmarshal(e.Data, &x)
	return x, err
}
