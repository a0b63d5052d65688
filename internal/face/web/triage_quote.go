package web

import (
	"sanwen/internal/base/access"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/voice"
	"sanwen/internal/work/voice/quote"
)

// QuoteChoice lets the union choose a sentence of the voice for leaders to read, or take it back.
type QuoteChoice struct {
	Form   *Form
	Chosen string // what was chosen, or ""
}

// quoteChoice is the form for the sentence, or nil where none can be chosen.
func (r *Req) quoteChoice(tx *db.Tx, s seen, f *Form) (*QuoteChoice, error) {
	v := s.Voice
	if !r.Person.Can(access.VoiceTriage, s.Thing) || v.Restricted != "" || v.State == voice.Erased || v.State == voice.Quarantined || v.Day >= r.Today() {
		return nil, nil
	}
	q, err := quote.Of(tx, v.ID)
	if err != nil {
		return nil, err
	}
	c := &QuoteChoice{Form: f}
	if q != nil {
		c.Chosen = q.Text
	}
	if !f.has("quote") {
		f.Set("quote", atMost(s.Text, quote.Max))
	}
	return c, nil
}

// chooseQuote lets leaders read a sentence.
func chooseQuote(r *Req) error {
	f, id := r.Form(), r.Param("id")
	in := quote.Choose{Voice: id, Text: f.Value("quote")}
	return r.act(f, nil, "triage.toast_quote", voicePath(id), func(tx *db.Tx) error { return in.Do(tx, r.Person) })
}

// dropQuote takes it back.
func dropQuote(r *Req) error {
	id := r.Param("id")
	return r.act(r.Form(), nil, "triage.toast_unquote", voicePath(id), func(tx *db.Tx) error { return quote.Drop{Voice: id}.Do(tx, r.Person) })
}
