package core

import (
	"sanwen/internal/base/event"
	"sanwen/internal/ground/db"
)

// Followers lists the voices merged into this one that still wait with it.
func Followers(tx *db.Tx, voice string) ([]Voice, error) {
	return db.All[Voice](tx, `SELECT `+Columns+` FROM voice WHERE merged_into = $1 AND merged_into <> '' AND state = $2 ORDER BY id`+tx.ForUpdate(),
		voice, Linked)
}

// LetFollowersGo puts voices merged into one that ended without an answer back to triage: it ended for reasons of its own.
func (s *Step) LetFollowersGo() error {
	return s.EachFollower(func(o *Step) error {
		if err := o.Move(EvUnlink); err != nil {
			return err
		}
		o.V.MergedInto, o.V.Matter = "", ""
		if err := o.OweIntake(); err != nil {
			return err
		}
		return o.Save(EvUnlink, event.Ref{}, nil)
	})
}

// EachFollower does something with every voice merged into this one.
func (s *Step) EachFollower(do func(*Step) error) error {
	fs, err := Followers(s.Tx, s.V.ID)
	if err != nil {
		return err
	}
	for _, v := range fs {
		if err := do(&Step{Tx: s.Tx, Who: s.Who, V: v, From: v.State}); err != nil {
			return err
		}
	}
	return nil
}
