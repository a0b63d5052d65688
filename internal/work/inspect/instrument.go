package inspect

import (
	"strings"
	"unicode/utf8"

	"sanwen/internal/base/access"
	"sanwen/internal/base/event"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
)

// Instrument is something to measure with.
type Instrument struct {
	Number  string    // as it is engraved or stuck on it
	Name    string    // "针式温度计 Testo 105"
	Measure string    // unit of measure that it shows
	Due     clock.Day // last day of its calibration
	Active  bool
	Version int64
}

// Expired reports whether the calibration has run out on a day.
func (i Instrument) Expired(on clock.Day) bool { return i.Due != "" && i.Due < on }

// SaveInstrument adds an instrument (Version 0) or changes one.
type SaveInstrument struct {
	Number  string    `json:"number"`
	Name    string    `json:"name"`
	Measure string    `json:"measure"`
	Due     clock.Day `json:"due"`
	Active  bool      `json:"active"`
	Version int64     `json:"version"`
}

// Do saves. Errors: access, Invalid at the fields, Conflict "inspect.instrument.stale" where it has changed meanwhile.
func (in SaveInstrument) Do(tx *db.Tx, who access.Person) error {
	if err := who.May(tx, access.InspectTools, access.Thing{Kind: "instrument"}); err != nil {
		return err
	}
	in.Number, in.Name, in.Measure = strings.TrimSpace(in.Number), strings.TrimSpace(in.Name), strings.TrimSpace(in.Measure)
	var f fault.Form
	length(&f, "number", in.Number, 1, 40)
	length(&f, "name", in.Name, 1, 80)
	length(&f, "measure", in.Measure, 0, 20)
	if !in.Due.Valid() {
		f.Add("due", "inspect.instrument.due")
	}
	old, err := db.Maybe[Instrument](tx, `SELECT * FROM instrument WHERE number = $1`+tx.ForUpdate(), in.Number)
	if err != nil {
		return err
	}
	switch {
	case in.Version == 0 && old != nil:
		f.Add("number", "inspect.instrument.taken", in.Number)
	case in.Version != 0 && (old == nil || old.Version != in.Version):
		return fault.New(fault.Conflict, "inspect.instrument.stale", in.Number)
	}
	if err := f.Err(); err != nil {
		return err
	}
	if err := putInstrument(tx, Instrument{in.Number, in.Name, in.Measure, in.Due, in.Active, in.Version + 1}); err != nil {
		return err
	}
	return event.Record(tx, who, event.Fact{Kind: "inspect.instrument_saved", Subject: event.Ref{Kind: "instrument", ID: in.Number}, Data: in})
}

// length checks a text that has been trimmed, in characters.
func length(f *fault.Form, field, text string, least, most int) {
	switch n := utf8.RuneCountInString(text); {
	case n < least:
		f.Add(field, "inspect.text.missing")
	case n > most:
		f.Add(field, "inspect.text.long", most, n)
	}
}
