// Package quote keeps what the union lets leaders read in an employee's own words.
package quote

import (
	"strings"

	"sanwen/internal/base/access"
	"sanwen/internal/base/event"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/id"
	"sanwen/internal/work/voice/core"
	"sanwen/internal/work/voice/words"
)

// Max is the longest sentence that leaders read in an employee's own words, in characters (default of the product).
const Max = 80

// Quote is a sentence of an employee that the union lets leaders read. It carries no unit, no place and no number.
type Quote struct {
	ID       string
	Voice    string
	Text     string
	Category string
	Day      clock.Day
	ChosenBy string
	Dropped  bool
}

// Choose lets leaders read a sentence of a voice, in the place of one that was chosen of it before.
type Choose struct {
	Voice string `json:"voice"`
	Text  string `json:"text"`
}

// Do chooses. Errors: access; Invalid at "quote" for what is missing, too long, or would give somebody away; Conflict on a
// restricted path, for a crisis, and on the day on which the voice came in.
func (in Choose) Do(tx *db.Tx, who access.Person) error {
	s, err := core.Begin(tx, who, in.Voice, 0, access.VoiceTriage)
	if err != nil {
		return err
	}
	switch {
	case s.V.Restricted != "" || s.V.State == core.Erased || s.V.State == core.Quarantined || s.V.State == core.Withdrawn:
		return fault.New(fault.Conflict, "voice.quote.not")
	case s.V.Day >= tx.Today():
		return fault.New(fault.Conflict, "voice.quote.early")
	}
	var f fault.Form
	text := strings.Join(strings.Fields(core.Clean(in.Text)), " ")
	if text == "" {
		f.Add("quote", "fault.required")
	}
	core.TooLong(&f, "quote", text, Max)
	if tell := words.Telltale(text); len(tell) > 0 {
		f.Add("quote", "voice.redacted.telltale", tell[0])
	}
	named, err := core.NamedIn(tx, s.V.ID)
	if err != nil {
		return err
	}
	for _, n := range named {
		if n.Kind != "person" {
			continue
		}
		p, err := org.PersonByID(tx, n.Ref)
		if err != nil && fault.KindOf(err) != fault.NotFound {
			return err
		}
		if p.Name != "" && strings.Contains(text, p.Name) {
			f.Add("quote", "voice.quote.name", p.Name)
		}
	}
	if err := f.Err(); err != nil {
		return err
	}
	if err := core.DropQuotes(tx, s.V.ID); err != nil {
		return err
	}
	if err := core.InsertQuote(tx, id.V7(tx.Now), s.V.ID, text, s.V.Category, who.ID, tx.Today()); err != nil {
		return err
	}
	return event.Record(tx, who, event.Fact{Kind: "voice.quote", Subject: s.V.Ref(), Data: in})
}

// Drop takes the chosen sentence of a voice back.
type Drop struct {
	Voice string `json:"voice"`
}

// Do takes it back. Errors: access.
func (in Drop) Do(tx *db.Tx, who access.Person) error {
	s, err := core.Begin(tx, who, in.Voice, 0, access.VoiceTriage)
	if err != nil {
		return err
	}
	if err := core.DropQuotes(tx, s.V.ID); err != nil {
		return err
	}
	return event.Record(tx, who, event.Fact{Kind: "voice.unquote", Subject: s.V.Ref(), Data: in})
}

// Of is the sentence chosen of a voice, or nil.
func Of(tx *db.Tx, voice string) (*Quote, error) {
	return db.Maybe[Quote](tx, `SELECT id, voice, text, category, day, chosen_by, dropped FROM voice_quote WHERE voice = $1 AND dropped = 0`, voice)
}

// List gives the sentences chosen since a day, the latest first, without those of voices that have been withdrawn, erased or put
// on a restricted path since.
func List(tx *db.Tx, who access.Person, since clock.Day, most int) ([]Quote, error) {
	if !who.Can(access.DashboardSee, access.Thing{}) {
		return nil, nil
	}
	return db.All[Quote](tx, `SELECT q.id, q.voice, q.text, q.category, q.day, q.chosen_by, q.dropped FROM voice_quote q JOIN voice v ON v.id = q.voice
		WHERE q.dropped = 0 AND q.day >= $1 AND v.restricted = '' AND v.state NOT IN ('withdrawn', 'erased', 'quarantined')
		ORDER BY q.day DESC, q.id DESC LIMIT $2`, since, most)
}
