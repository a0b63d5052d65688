package practice

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"sanwen/internal/base/access"
	"sanwen/internal/base/cycle"
	"sanwen/internal/base/event"
	"sanwen/internal/ground/clock"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/matter/plan"
)

// The states of a practice; their names are "practice.state.<state>".
const (
	Draft     = "draft"
	Review    = "review"
	Published = "published"
	Withdrawn = "withdrawn"
	Dropped   = "dropped"
)

// States returns all states, in the order of the work.
func States() []string { return []string{Draft, Review, Published, Withdrawn, Dropped} }

// The events of a practice.
const (
	EventWrite    = "written"
	EventEdit     = "edited"
	EventSubmit   = "submitted"
	EventReturn   = "returned"
	EventPublish  = "published"
	EventWithdraw = "withdrawn"
	EventRework   = "reworked"
	EventDrop     = "dropped"
)

// Cycle is the life of a practice as data.
var Cycle = cycle.Table{
	Subject: "practice",
	Moves: []cycle.Move{
		{From: "", Event: EventWrite, To: Draft, Action: access.PracticeWrite, Guard: "practice.guard.matter"},
		{From: Draft, Event: EventEdit, To: Draft, Action: access.PracticeWrite},
		{From: Draft, Event: EventSubmit, To: Review, Action: access.PracticeWrite, Guard: "practice.guard.whole"},
		{From: Draft, Event: EventDrop, To: Dropped, Action: access.PracticeWrite},
		{From: Review, Event: EventReturn, To: Draft, Action: access.PracticeReview, Guard: "practice.guard.hands"},
		{From: Review, Event: EventPublish, To: Published, Action: access.PracticeReview, Guard: "practice.guard.hands"},
		{From: Published, Event: EventWithdraw, To: Withdrawn, Action: access.PracticeReview, Guard: "practice.guard.reason"},
		{From: Withdrawn, Event: EventRework, To: Draft, Action: access.PracticeWrite, Guard: "practice.guard.matter"},
	},
	Terminal: []string{Dropped},
}

// The states of an adoption; their names are "practice.adoption.<state>".
const (
	Running  = "running"
	Finished = "finished"
	Failed   = "failed"
)

// The events of an adoption.
const (
	EventAdopt  = "adopted"
	EventFinish = "finished"
	EventGiveUp = "given_up"
	EventAgain  = "reopened"
)

// AdoptionCycle is the life of an adoption as data.
var AdoptionCycle = cycle.Table{
	Subject: "adoption",
	Words:   "practice.adoption.",
	Moves: []cycle.Move{
		{From: "", Event: EventAdopt, To: Running, Action: access.PracticeAdopt, Guard: "practice.guard.other_unit"},
		{From: Running, Event: EventFinish, To: Finished, Action: access.PracticeSystem},
		{From: Running, Event: EventGiveUp, To: Failed, Action: access.PracticeSystem},
		{From: Finished, Event: EventAgain, To: Running, Action: access.PracticeSystem},
	},
	Terminal: []string{Finished, Failed},
	Reopen:   []string{EventAgain},
}

// Limits, in characters and in number.
const (
	MaxTitle   = 60
	MaxText    = 1000
	MaxShort   = 200
	MaxContact = 60
	MaxWord    = 80
	MaxWords   = 3
	MaxTags    = 8
	MaxTag     = 12
	MaxPhotos  = 8
	MaxReason  = 300
	MaxSteps   = 20
)

// Practice is one row.
type Practice struct {
	ID      string
	Number  string // JY-2026-003, once it has been published
	Version int64
	State   string
	Public  bool // everybody with an account may read it

	Matter   string
	MatterNo string
	Unit     string // whose employees it was for
	UnitPath access.Path
	Lead     string // who did it
	LeadPath access.Path
	Category string
	Place    string
	ClosedAt clock.Millis // of the matter
	Said     int64        // how many people had asked for it; 0 where too few to be told
	People   int64        // who have something of it

	Title   string
	Problem string
	Invest  string // what it took: money and hands
	Fits    string // what has to be there for it to work
	Unfit   string // where it does not fit
	Contact string
	Tags    string // joined by commas

	RecipeJSON  string `db:"recipe"`
	FiguresJSON string `db:"figures"`
	WordsJSON   string `db:"words"`

	Author      string // who wrote it last
	Writers     string // everybody who has written at this text, joined by commas: none of them publishes it
	MadeAt      clock.Millis
	ChangedAt   clock.Millis
	Reviewer    string
	PublishedAt clock.Millis
	Note        string // why it was returned or withdrawn
}

// RefKind is the kind of a practice as the subject of facts and duties, AdoptionKind that of an adoption.
const (
	RefKind      = "practice"
	AdoptionKind = "adoption"
)

// Ref is the practice as the subject of facts and duties.
func (p Practice) Ref() event.Ref { return event.Ref{Kind: RefKind, ID: p.ID} }

// TagList are its tags.
func (p Practice) TagList() []string {
	return slices.DeleteFunc(strings.Split(p.Tags, ","), func(s string) bool { return s == "" })
}

// Recipe is how it is done, without people and days.
func (p Practice) Recipe() Recipe { return parsed[Recipe](p.RecipeJSON) }

// Figures are what was measured.
func (p Practice) Figures() []Figure { return parsed[[]Figure](p.FiguresJSON) }

// Words are what employees said and let the union print.
func (p Practice) Words() []Word { return parsed[[]Word](p.WordsJSON) }

// parsed reads what this room has written itself.
func parsed[T any](s string) (x T) {
	if s != "" {
		_ = json.Unmarshal([]byte(s), &x)
	}
	return x
}

func packed(x any) string {
	b, err := json.Marshal(x)
	if err != nil {
		panic("practice: " + err.Error()) // plain structs always marshal
	}
	return string(b)
}

// Thing is the practice as permission sees it.
func (p Practice) Thing() access.Thing {
	return access.Thing{Kind: RefKind, ID: p.ID, Unit: p.UnitPath, Lead: p.LeadPath, Author: p.Author, Public: p.Public}
}

// Number prints the number of a practice.
func Number(year int, n int64) string { return fmt.Sprintf("JY-%04d-%03d", year, n) }

// Recipe is a plan without people and days: what another unit begins with.
type Recipe struct {
	Class       plan.Class   `json:"class"`
	Item        string       `json:"item"`
	Standard    string       `json:"standard"`
	Checks      []plan.Check `json:"checks"`
	Qualitative string       `json:"qualitative,omitempty"`
	Steps       []Step       `json:"steps"`
	Days        int          `json:"days"` // from the beginning to the deadline
	Money       *plan.Money  `json:"money,omitempty"`
	Contingency string       `json:"contingency,omitempty"`
	AfterPhotos int64        `json:"after_photos,omitempty"`
}

// Step is one measure and on which day after the beginning it was due.
type Step struct {
	After int    `json:"after"`
	Text  string `json:"text"`
}

// recipeOf takes people and days out of a plan.
func recipeOf(class plan.Class, s plan.Slots) Recipe {
	r := Recipe{Class: class, Item: s.Item, Standard: s.Standard, Checks: s.Checks, Qualitative: s.Qualitative, Contingency: s.Contingency, AfterPhotos: s.AfterPhotos,
		Days: max(1, s.Start.Until(s.Deadline))}
	if s.Money != nil {
		r.Money = &plan.Money{Amount: s.Money.Amount, Source: s.Money.Source}
	}
	for _, st := range s.Steps {
		r.Steps = append(r.Steps, Step{After: max(0, s.Start.Until(st.Day)), Text: st.Text})
	}
	return r
}

// Slots makes a plan of the recipe that begins on a day and is to be done by another; without one it takes as long as it took where it comes
// from. A day is moved by work to one on which it can end. What people have to say is left open.
func (r Recipe) Slots(start, deadline clock.Day, work func(clock.Day) clock.Day) plan.Slots {
	if deadline == "" {
		deadline = work(start.Add(r.Days))
	}
	days := max(0, start.Until(deadline))
	s := plan.Slots{Item: r.Item, Standard: r.Standard, Checks: slices.Clone(r.Checks), Qualitative: r.Qualitative, Contingency: r.Contingency, AfterPhotos: r.AfterPhotos,
		Start: start, Deadline: deadline}
	if r.Money != nil {
		m := *r.Money
		s.Money = &m
	}
	for _, st := range r.Steps {
		day := start.Add(min(days, st.After*days/max(1, r.Days)))
		if day > deadline {
			day = deadline
		}
		s.Steps = append(s.Steps, plan.Step{Text: st.Text, Day: day})
	}
	return s
}

// Figure is one check item and what was found before and after.
type Figure struct {
	Check  plan.Check `json:"check"`
	Before string     `json:"before,omitempty"`
	From   string     `json:"from,omitempty"` // where Before comes from; its name is "practice.from.<from>"
	After  string     `json:"after,omitempty"`
}

// Where a figure from before comes from.
const (
	FromLook  = "look"  // an inspection of the matter that it did not pass
	FromVisit = "visit" // measured at the place before it was done
	FromTold  = "told"  // written down by the author; nothing was measured
)

// Word is a sentence of an employee.
type Word struct {
	Text  string `json:"text"`
	By    string `json:"by"`    // "轧钢厂夜班职工", never a name
	Leave string `json:"leave"` // how he gave leave to print it; for the office only
}

// Photo is a picture of the matter that was chosen.
type Photo struct {
	Practice string
	N        int64
	Hash     string
	Thumb    string
	Kind     string
	Caption  string
	At       clock.Millis
}

// Adoption is that another unit does the same.
type Adoption struct {
	ID          string
	Version     int64
	Practice    string
	State       string
	Unit        string
	UnitPath    access.Path
	Lead        string
	Matter      string
	MatterNo    string
	RecipeJSON  string `db:"recipe"`
	Note        string // what is different here
	AdoptedAt   clock.Millis
	AdoptedBy   string
	OverAt      clock.Millis
	Verdict     string // of its employees
	Reason      string // why it was given up
	FiguresJSON string `db:"figures"`
	Relapses    int64
}

// Ref is the adoption as the subject of facts.
func (a Adoption) Ref() event.Ref { return event.Ref{Kind: AdoptionKind, ID: a.ID} }

// Figures are what was measured there.
func (a Adoption) Figures() []Figure { return parsed[[]Figure](a.FiguresJSON) }

// Outcome is what came of it: "running", "confirmed", "unconfirmed" or "failed". Its name is "practice.outcome.<outcome>".
func (a Adoption) Outcome() string {
	switch {
	case a.State != Finished:
		return a.State
	case a.Verdict == matter.Confirmed:
		return matter.Confirmed
	}
	return matter.Unconfirmed
}

// Outcomes lists the outcomes.
func Outcomes() []string { return []string{Running, matter.Confirmed, matter.Unconfirmed, Failed} }
