package survey

import (
	"sanwen/internal/base/access"
	"sanwen/internal/base/event"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
)

// TakeUp notes that the union office has taken a sentence up as a voice, in the transaction that registers the voice. Nothing leads from either to
// who has written it.
type TakeUp struct {
	Text  string `json:"-"`     // id of the sentence: what is in the record stays there, and the sentence does not
	Voice string `json:"voice"` // number of the voice
}

// SaidIn gives a sentence of a round that is over, to whoever may read it. Errors: as of [Texts], NotFound "survey.text.unknown".
func SaidIn(tx *db.Tx, who access.Person, round, text string) (Said, error) {
	all, err := Texts(tx, who, round)
	if err != nil {
		return Said{}, err
	}
	for _, s := range all {
		if s.ID == text {
			return s, nil
		}
	}
	return Said{}, fault.New(fault.NotFound, "survey.text.unknown")
}

// Do notes it. Errors: access, NotFound, Conflict "survey.text.taken" where somebody was quicker.
func (in TakeUp) Do(tx *db.Tx, who access.Person) error {
	s, err := db.Maybe[sentence](tx, `SELECT * FROM survey_text WHERE id = $1`, in.Text)
	if err != nil {
		return err
	}
	if s == nil {
		tx.Asked()
		return fault.New(fault.NotFound, "survey.text.unknown")
	}
	r, err := audible(tx, who, s.Round)
	if err != nil {
		return err
	}
	now, err := takeText(tx, s.ID, in.Voice)
	if err != nil {
		return err
	}
	if !now {
		return fault.New(fault.Conflict, "survey.text.taken")
	}
	return event.Record(tx, who, event.Fact{Kind: "survey.taken_up", Subject: r.Ref(), From: r.State, To: r.State, Data: in})
}
