package news

import (
	"fmt"
	"slices"
	"strings"

	"sanwen/internal/base/access"
	"sanwen/internal/base/cycle"
	"sanwen/internal/base/event"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/lang"
)

// Kind is what sort of paper it is. Names: "news.kind.<value>".
type Kind string

// The kinds.
const (
	Notice     Kind = "notice"     // 公示
	Disclosure Kind = "disclosure" // 厂务公开
	Bulletin   Kind = "bulletin"   // 工作简报
	Circular   Kind = "circular"   // 情况通报, for those who have an account
)

// Kinds lists them.
func Kinds() []Kind { return []Kind{Notice, Disclosure, Bulletin, Circular} }

// Period reports whether it is up for some days, in which one can object.
func (k Kind) Period() bool { return k == Notice || k == Disclosure }

// Classes lists what a paper of the kind can be about; nil where it has no class. Names: "news.class.<value>".
func (k Kind) Classes() []string {
	switch k {
	case Notice:
		return []string{"matter", "choice", "award", "other"}
	case Disclosure:
		return []string{"decision", "operation", "interest", "integrity"}
	}
	return nil
}

// Blocks lists the parts of its text, in their order. Names: "news.block.<value>".
func (k Kind) Blocks() []string {
	switch k {
	case Bulletin:
		return []string{"lead", "work", "example", "next"}
	case Circular:
		return []string{"overall", "problems", "before", "hot", "demands"}
	}
	return []string{"body"}
}

// needed reports whether a part has to be written before somebody checks it.
func (k Kind) needed(block string) bool {
	return block == "body" || block == "lead" || block == "work" || block == "overall" || block == "demands"
}

// series is what the numbers of a kind begin with.
func (k Kind) series() string {
	return map[Kind]string{Notice: "GS", Disclosure: "CW", Bulletin: "JB", Circular: "TB"}[k]
}

// The states; their names are "news.state.<state>".
const (
	Draft     = "draft"
	Review    = "review"
	Shown     = "shown"
	Settling  = "settling"
	Ended     = "ended"
	Withdrawn = "withdrawn"
	Dropped   = "dropped"
)

// States returns all states, in the order of the work.
func States() []string { return []string{Draft, Review, Shown, Settling, Ended, Withdrawn, Dropped} }

// The events.
const (
	EventWrite    = "written"
	EventEdit     = "edited"
	EventSubmit   = "submitted"
	EventReturn   = "returned"
	EventShow     = "shown"
	EventOver     = "period_over"
	EventEnd      = "ended"
	EventWithdraw = "withdrawn"
	EventRework   = "reworked"
	EventDrop     = "dropped"
)

// Cycle is the life as data.
var Cycle = cycle.Table{
	Subject: "news",
	Moves: []cycle.Move{
		{From: "", Event: EventWrite, To: Draft, Action: access.NewsWrite},
		{From: Draft, Event: EventEdit, To: Draft, Action: access.NewsWrite},
		{From: Draft, Event: EventSubmit, To: Review, Action: access.NewsWrite, Guard: "news.guard.whole"},
		{From: Draft, Event: EventDrop, To: Dropped, Action: access.NewsWrite, Guard: "news.guard.never"},
		{From: Review, Event: EventReturn, To: Draft, Action: access.NewsCheck, Guard: "news.guard.hands"},
		{From: Review, Event: EventShow, To: Shown, Action: access.NewsCheck, Guard: "news.guard.hands"},
		{From: Shown, Event: EventOver, To: Settling, Action: access.NewsSystem, Guard: "news.guard.period"},
		{From: Shown, Event: EventWithdraw, To: Withdrawn, Action: access.NewsCheck, Guard: "news.guard.reason"},
		{From: Settling, Event: EventEnd, To: Ended, Action: access.NewsCheck, Guard: "news.guard.answered"},
		{From: Settling, Event: EventWithdraw, To: Withdrawn, Action: access.NewsCheck, Guard: "news.guard.reason"},
		{From: Withdrawn, Event: EventRework, To: Draft, Action: access.NewsWrite},
	},
	Terminal: []string{Ended, Dropped},
}

// Limits, in characters and in number.
const (
	MaxTitle   = 60
	MaxBlock   = 3000
	MaxContact = 80
	MaxSent    = 200
	MaxReason  = 300
	MaxMatters = 40
	MaxScope   = 20
	MinDays    = 3  // working days that a notice is up at least
	MaxPeriod  = 60 // days from the first to the last
)

// News is one row.
type News struct {
	ID      string
	Number  string // GS-2026-003, once it has been shown
	Version int64
	State   string
	Public  bool // everybody with an account may read it
	Kind    Kind
	Class   string

	Unit     string // that issues it
	UnitPath access.Path

	Title      string
	Everywhere bool
	Units      string // codes with a comma before and behind each; empty: none
	Places     string
	From       clock.Day `db:"from_day"`
	Until      clock.Day `db:"until_day"` // the last day of the period, and of objections

	DraftJSON string `db:"draft"`

	Author    string // who wrote it last
	Writers   string // everybody who has written at this text, joined by commas: none of them checks it
	MadeAt    clock.Millis
	ChangedAt clock.Millis
	Checker   string
	Copies    int64  // how often it was shown
	Note      string // why it was returned or withdrawn, or what came of it
}

// RefKind is the kind of a paper as the subject of facts and duties.
const RefKind = "news"

// Ref is the paper as the subject of facts and duties.
func (x News) Ref() event.Ref { return event.Ref{Kind: RefKind, ID: x.ID} }

// Thing is the paper as permission sees it.
func (x News) Thing() access.Thing {
	return access.Thing{Kind: RefKind, ID: x.ID, Unit: x.UnitPath, Author: x.Author, Public: x.Public}
}

// Draft is what is written of it.
func (x News) Draft() Text { return parsed[Text](x.DraftJSON) }

// wrote reports whether somebody has written at the text.
func (x News) wrote(who access.Person) bool {
	return slices.Contains(strings.Split(x.Writers, ","), who.ID)
}

// Number prints the number of a paper.
func Number(k Kind, year int, n int64) string {
	return fmt.Sprintf("%s-%04d-%03d", k.series(), year, n)
}

// Text is what the union writes, and what was taken beside it.
type Text struct {
	Blocks  []Block   `json:"blocks"`
	Matters []string  `json:"matters,omitempty"` // numbers
	Since   clock.Day `json:"since,omitempty"`   // figures of these days
	To      clock.Day `json:"to,omitempty"`
	Contact string    `json:"contact,omitempty"`
	Sent    string    `json:"sent,omitempty"` // 报、送、发
	Taken   Taken     `json:"taken"`
}

// Block is a part of the text.
type Block struct {
	Key  string `json:"key"`
	Text string `json:"text"`
}

// Block gives a part of the text.
func (t Text) Block(key string) string {
	for _, b := range t.Blocks {
		if b.Key == key {
			return b.Text
		}
	}
	return ""
}

// Taken are figures and matters as they stood on a day.
type Taken struct {
	Day     clock.Day `json:"day,omitempty"`
	Figures *Figures  `json:"figures,omitempty"`
	Rows    []Row     `json:"rows,omitempty"`
	Units   []UnitRow `json:"units,omitempty"` // of a circular
	None    []Named   `json:"none,omitempty"`  // plants and departments that led nothing which was due
	Against *Compared `json:"against,omitempty"`

	Problems []Problem `json:"problems,omitempty"` // of a circular: the matters that it names
	More     int       `json:"more,omitempty"`     // and how many there are beside them
}

// Compared are the days with which a circular compares: those before, and the same a year before.
type Compared struct {
	From     clock.Day `json:"from"`
	To       clock.Day `json:"to"`
	YearFrom clock.Day `json:"year_from"`
	YearTo   clock.Day `json:"year_to"`
}

// Figures are those of the public board for some days.
type Figures struct {
	From      clock.Day `json:"from"`
	To        clock.Day `json:"to"`
	Heard     int       `json:"heard"`
	Answered  int       `json:"answered"`
	Done      int       `json:"done"`
	Confirmed int       `json:"confirmed"`
	Due       int       `json:"due"`
	OnTime    int       `json:"on_time"`
	Days      int       `json:"days"`     // the sum of working days of those that were done
	Excluded  int       `json:"excluded"` // left out of the rates
}

// Named is a name in both languages.
type Named struct {
	Code string `json:"code,omitempty"`
	Zh   string `json:"zh"`
	En   string `json:"en,omitempty"`
}

// Name is the name in the reader's language.
func (n Named) Name(l lang.Lang) string {
	if l == lang.EN && n.En != "" {
		return n.En
	}
	return n.Zh
}

// Row is a matter of the board.
type Row struct {
	Number  string    `json:"number"`
	Title   string    `json:"title"`
	Unit    Named     `json:"unit"`
	Place   *Named    `json:"place,omitempty"`
	Due     clock.Day `json:"due,omitempty"`
	State   string    `json:"state"`
	Closed  clock.Day `json:"closed,omitempty"`
	Verdict string    `json:"verdict,omitempty"`
	Why     string    `json:"why,omitempty"` // it was not done
}

// UnitRow is what a circular says of a unit: matters, never people.
type UnitRow struct {
	Unit      Named `json:"unit"`
	Taken     int   `json:"taken"` // registered for it in the period
	Due       int   `json:"due"`   // had to be complete by the deadline that was given first
	Done      int   `json:"done"`  // of those
	OnTime    int   `json:"on_time"`
	Confirmed int   `json:"confirmed"` // of those: employees have confirmed it
	Late      int   `json:"late"`      // open and past its deadline on the last day
	Longer    int   `json:"longer"`    // of those that were due: were given more time

	Judged   int    `json:"judged,omitempty"`   // of those that are done: employees have judged it
	Again    int    `json:"again,omitempty"`    // of those that are done: had to be done again
	Returned int    `json:"returned,omitempty"` // sent back by the unit instead of signed
	Graded   int    `json:"graded,omitempty"`   // grades of those that are done, of rounds whose grades may be shown
	Upper    int    `json:"upper,omitempty"`    // of those grades: one of the upper three
	Score    int    `json:"score,omitempty"`    // the sum of what each of those grades is worth
	Group    string `json:"group,omitempty"`    // the kind of unit that it is summed up with
	Contact  *Share `json:"contact,omitempty"`  // of the voices that it had to speak to the submitter of: in time
	Repeat   *Share `json:"repeat,omitempty"`   // of the voices that came in for it: the same had been done at the same place not long before
	Before   *Rates `json:"before,omitempty"`   // of the days before
	Year     *Rates `json:"year,omitempty"`     // of the same days a year before
}

// Share is a part of the voices of a unit. Few says that there are too few of them to be told, and then nothing is.
type Share struct {
	Part int  `json:"part"`
	Of   int  `json:"of"`
	Few  bool `json:"few,omitempty"`
}

// Rates are what the rates of a unit at another time are made of.
type Rates struct {
	Due       int `json:"due"`
	OnTime    int `json:"on_time"`
	Confirmed int `json:"confirmed"`
}

// Content is what is shown: the exact thing that a copy keeps.
type Content struct {
	Number     string    `json:"number"`
	Copy       int64     `json:"copy"`
	Kind       Kind      `json:"kind"`
	Class      string    `json:"class,omitempty"`
	Title      string    `json:"title"`
	Issuer     Named     `json:"issuer"`
	Day        clock.Day `json:"day"` // on which it was let go
	Everywhere bool      `json:"everywhere,omitempty"`
	Units      []Named   `json:"units,omitempty"`
	Places     []Named   `json:"places,omitempty"`
	From       clock.Day `json:"from"`
	Until      clock.Day `json:"until,omitempty"`
	Blocks     []Block   `json:"blocks"`
	Taken      Taken     `json:"taken"`
	Contact    string    `json:"contact,omitempty"`
	Sent       string    `json:"sent,omitempty"`
}

// Copy is what was shown, from a day on.
type Copy struct {
	News       string
	N          int64
	Number     string
	Kind       Kind
	Class      string
	Title      string
	Public     bool // for callers without an account too
	Everywhere bool
	Units      string
	Places     string
	From       clock.Day `db:"from_day"`
	Until      clock.Day `db:"until_day"`
	JSON       string    `db:"content"` // the bytes that were shown
	Hash       string    // SHA-256 of them
	ShownAt    clock.Millis
	OverAt     clock.Millis
	OverHow    string // "", "ended" or "withdrawn"
	OverWhy    string // what came of it, or why it was taken back
	Objections int64  // how many people had objected when it ended; -1: too few to be told apart
}

// Content is what it says.
func (c Copy) Content() Content { return parsed[Content](c.JSON) }

// Open reports whether one can object to it on a day.
func (c Copy) Open(day clock.Day) bool {
	return c.Kind.Period() && c.OverHow == "" && day >= c.From && day <= c.Until
}

// codes splits a list of codes as it stands in a row.
func codes(s string) []string {
	return slices.DeleteFunc(strings.Split(s, ","), func(c string) bool { return c == "" })
}

// joined is a list of codes for a row.
func joined(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return "," + strings.Join(list, ",") + ","
}

// UnitCodes are the units of its scope.
func (x News) UnitCodes() []string { return codes(x.Units) }

// PlaceCodes are the places of its scope.
func (x News) PlaceCodes() []string { return codes(x.Places) }
