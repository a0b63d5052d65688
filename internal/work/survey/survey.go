package survey

import (
	"errors"
	"slices"
	"strings"

	"sanwen/internal/base/access"
	"sanwen/internal/base/cycle"
	"sanwen/internal/base/event"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/work/survey/form"
)

// The states of a round; their names are "survey.state.<state>".
const (
	Planned   = "planned"
	Open      = "open"
	Closed    = "closed"
	Cancelled = "cancelled"
)

// How many answers of people who come by are taken within an hour from one place, and of the whole site; then the next one waits.
const (
	WalkInsPlace = "survey.walkin.place"
	WalkInsSite  = "survey.walkin.site"
)

// WalkIns stands in the place of the unit of answers that nobody was asked for by name.
const WalkIns = "*"

// States returns all states.
func States() []string { return []string{Planned, Open, Closed, Cancelled} }

// The events of a round.
const (
	EventPlan   = "planned"
	EventOpen   = "opened"
	EventAnswer = "answered"
	EventCodes  = "codes"
	EventSign   = "signed" // a blind token
	EventRemind = "reminded"
	EventRepeat = "repeated"
	EventStop   = "stopped"
	EventClose  = "closed"
	EventCancel = "cancelled"
)

// Cycle is the life of a round as data.
var Cycle = cycle.Table{
	Subject: "survey",
	Moves: []cycle.Move{
		{From: "", Event: EventPlan, To: Planned, Action: access.SurveyOpen},
		{From: Planned, Event: EventOpen, To: Open, Action: access.SurveySystem},
		{From: Planned, Event: EventCodes, To: Planned, Action: access.SurveyOpen},
		{From: Open, Event: EventCodes, To: Open, Action: access.SurveyOpen},
		{From: Open, Event: EventSign, To: Open, Action: access.SurveyAnswer},
		{From: Open, Event: EventAnswer, To: Open, Action: access.SurveyAnswer},
		{From: Open, Event: EventRemind, To: Open, Action: access.SurveySystem},
		{From: Open, Event: EventClose, To: Closed, Action: access.SurveySystem},
		{From: Planned, Event: EventCancel, To: Cancelled, Action: access.SurveyOpen, Guard: "survey.guard.reason"},
		{From: Open, Event: EventCancel, To: Cancelled, Action: access.SurveyOpen, Guard: "survey.guard.reason"},
	},
	Terminal: []string{Closed, Cancelled},
}

// Intervals are the months after which a round may be asked again; their names are "survey.every.<months>".
func Intervals() []string { return []string{"0", "3", "6", "12"} }

// Who is asked; the names are "survey.audience.<audience>".
const (
	Everybody = "all"
	Units     = "units"
	Places    = "places" // the people who use some places
	Crews     = "crews"
	Sample    = "sample"
	Listed    = "list" // people whom another room names, such as the electors of a ballot; nobody chooses it on a page
)

// Audiences returns those that can be chosen.
func Audiences() []string { return []string{Everybody, Units, Places, Crews, Sample} }

// Limits.
const (
	MaxTitle  = 60
	MaxReason = 300
	MaxDays   = 60   // that a round is open
	MaxCodes  = 500  // made at once
	MaxSample = 5000 // people drawn

	RemindDays = 3 // days before the end from which on who has not answered is reminded
)

// Form is a questionnaire.
type Form struct {
	ID        string
	Version   int64
	Template  string // from which it was made
	TitleZh   string
	TitleEn   string
	Draft     string // JSON of a [form.Body]
	Published int64  // newest version, 0 for none
	ChangedAt clock.Millis
	ChangedBy string
}

// FormKind is the kind of a questionnaire as the subject of facts.
const FormKind = "survey_form"

// Ref is the questionnaire as the subject of facts.
func (f Form) Ref() event.Ref { return event.Ref{Kind: FormKind, ID: f.ID} }

// Title is what it is called.
func (f Form) Title() form.Words { return form.Words{Zh: f.TitleZh, En: f.TitleEn} }

// Version is a questionnaire as it was published; it never changes.
type Version struct {
	Form   string
	V      int64
	Body   string
	Digest string
	MadeAt clock.Millis
	MadeBy string
}

// Round is one asking.
type Round struct {
	ID       string
	Version  int64
	Form     string
	V        int64
	State    string
	Title    string
	Audience string
	Units    string // codes, where only some are asked; of places and crews too
	Wanted   int64  // size of the sample
	Seed     string // of the lot, published
	People   int64  // in the audience when it opened
	Invited  int64  // of them; with the codes on paper
	Opens    clock.Day
	Closes   clock.Day // the last day
	MadeAt   clock.Millis
	MadeBy   string
	ClosedAt clock.Millis
	Turnout  int64 // how many of those who were asked have answered. This and the next three are read by [Told]
	Walked   int64 // how many answers there are of those who came by
	Signed   int64 // how many blind tokens were signed
	Spent    int64 // with how many of them somebody has answered
	Tally    string
	Reason   string    // why it was called off
	Every    int64     // months after which it is asked again, 0 for once
	Next     clock.Day // when it is asked again, or empty
	Reminded bool      // those who have not answered were told that it ends soon
	Places   string    // codes, where those are asked who use them
	WalkIn   bool      // whoever comes by may answer without an account or a code, and is counted apart
	Blind    bool      // who has an account answers with a blind token, which nobody can join with him
}

// RefKind is the kind of a round as the subject of facts.
const RefKind = "survey"

// Ref is the round as the subject of facts.
func (r Round) Ref() event.Ref { return event.Ref{Kind: RefKind, ID: r.ID} }

// Named reports whether everybody who is asked stands in a row of his own from the beginning.
func (r Round) Named() bool { return r.Audience == Sample || r.Audience == Listed }

// Narrow reports whether only the people of some units are asked.
func (r Round) Narrow() bool {
	return r.Units != "" || r.Audience == Units || r.Audience == Places || r.Audience == Crews
}

// UnitList are the codes of the units that are asked.
func (r Round) UnitList() []string { return codes(r.Units) }

// PlaceList are the codes of the places whose people are asked.
func (r Round) PlaceList() []string { return codes(r.Places) }

func codes(s string) []string {
	return slices.DeleteFunc(strings.Split(s, ","), func(s string) bool { return s == "" })
}

// Stratum is a group of a round by which results may be shown. The unit of the organisation itself stands for all units that are too small.
type Stratum struct {
	Round   string
	Unit    string
	People  int64
	Invited int64
}

// Invitation is that somebody is asked, and whether he has answered; where answers are given with blind tokens, whether he had one signed.
type Invitation struct {
	Round   string
	Person  string
	Used    bool
	Blinded string // digest of what was signed, while the round is open
}

// ErrFine is a mistake of the program: an answer is written with db.Coarse, or the minute would stand beside the mark of who has answered.
var ErrFine = errors.New("survey: answers are written with db.Coarse")

// thing is a round, or a questionnaire, as permission sees it: it belongs to the organisation.
func thing(tx *db.Tx, kind, id string) (access.Thing, error) {
	tree, err := org.TreeOf(tx)
	return access.Thing{Kind: kind, ID: id, Unit: tree.Path(org.Root), Lead: access.NoUnit}, err
}

// text checks what is typed.
func text(f *fault.Form, field, s string, least, most int) string {
	s = strings.TrimSpace(s)
	switch n := len([]rune(s)); {
	case n == 0 && least > 0:
		f.Add(field, "fault.required")
	case n < least:
		f.Add(field, "fault.too_short", least)
	case n > most:
		f.Add(field, "fault.too_long", most, n)
	}
	return s
}
