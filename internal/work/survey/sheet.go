package survey

import (
	"context"
	"encoding/json"
	"sync"

	"sanwen/internal/ground/db"
	"sanwen/internal/work/survey/form"
)

// Sheet is what never changes of a round from the moment that it is planned: what is asked, and until when. So it can be kept on every replica for as
// long as one likes; how the round stands is read when somebody answers.
type Sheet struct {
	Round Round // without what changes: see [Round.fixed]
	Body  form.Body
}

// fixed is a round without everything that changes while it goes on.
func (r Round) fixed() Round {
	r.Version, r.State, r.Units, r.Seed, r.People, r.Invited, r.ClosedAt, r.Tally, r.Reason, r.Next, r.Reminded = 0, "", "", "", 0, 0, 0, "", "", "", false
	r.Turnout, r.Walked, r.Signed, r.Spent = 0, 0, 0, 0
	return r
}

// Sheet is the round without how it stands.
func (a Asked) Sheet() Sheet { return Sheet{Round: a.Round.fixed(), Body: a.Body} }

// mostSheets is how many sheets are kept.
const mostSheets = 64

// sheets are the sheets that were read, by round.
type sheets struct {
	sync.RWMutex
	kept map[string]Sheet
}

func (s *sheets) get(round string) (Sheet, bool) {
	s.RLock()
	defer s.RUnlock()
	kept, ok := s.kept[round]
	return kept, ok
}

func (s *sheets) put(sheet Sheet) {
	s.Lock()
	defer s.Unlock()
	if s.kept == nil || len(s.kept) >= mostSheets {
		s.kept = map[string]Sheet{}
	}
	s.kept[sheet.Round.ID] = sheet
}

// Sheet gives the questions of a round to whoever has its address, as [OpenTo] does, but not how the round stands.
func (d *Door) Sheet(ctx context.Context, round string) (Sheet, error) {
	if s, ok := d.sheets.get(round); ok {
		return s, nil
	}
	var s Sheet
	err := d.db.Read(ctx, func(tx *db.Tx) error {
		a, err := OpenTo(tx, round)
		s = a.Sheet()
		return err
	})
	if err == nil {
		d.sheets.put(s)
	}
	return s, err
}

// ready is an answer as far as it can be made without looking at anything but the sheet.
type ready struct {
	sheet Sheet
	box   boxed
	err   error // what is wrong with the answers
}

// Ready looks whether the answers are whole and puts them into the form in which they wait, before the transaction, in which all others wait who write. Its
// error is what only a fault of the program can be; what is wrong with the answers is told in the transaction, behind what weighs more.
func (in *Answer) Ready(s Sheet) error {
	r := &ready{sheet: s}
	whole, err := s.Body.Whole(in.Answers, in.Places)
	in.ready, r.err = r, err
	if err != nil {
		return nil
	}
	rest, said := s.Body.Split(whole)
	body, err := json.Marshal(rest)
	if err != nil {
		return err
	}
	words, err := json.Marshal(said.Texts)
	if err != nil {
		return err
	}
	r.box.Body, r.box.Texts = string(body), string(words)
	r.box.Photos, err = photosIn(said.Photos)
	return err
}

// open reads how the round stands, and makes the answer ready where it is not.
func (in *Answer) open(tx *db.Tx) (Asked, error) {
	if in.ready == nil || in.ready.sheet.Round.ID != in.Round {
		a, err := withBody(tx, in.Round, tx.ForShare())
		if err == nil {
			err = in.Ready(a.Sheet())
		}
		return a, err
	}
	now, err := standOf(tx, in.Round)
	a := Asked{Round: in.ready.sheet.Round, Body: in.ready.sheet.Body}
	a.Round.State, a.Round.Units = now.State, now.Units
	return a, err
}

// stand is how a round stands, as far as it matters to somebody who answers.
type stand struct{ State, Units string }

type standKey string

// standOf reads how a round stands, once for all answers that are committed together, and holds it as it is.
func standOf(tx *db.Tx, round string) (stand, error) {
	if now, ok := tx.Carried(standKey(round)).(stand); ok {
		return now, nil
	}
	now, err := found(db.Maybe[stand](tx, `SELECT state, units FROM survey_round WHERE id = $1`+tx.ForShare(), round))
	if err == nil {
		tx.Carry(standKey(round), now)
	}
	return now, err
}
