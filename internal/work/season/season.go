package season

import (
	"embed"
	"encoding/json"
	"fmt"
	"sync"

	"sanwen/internal/base/access"
	"sanwen/internal/base/cycle"
	"sanwen/internal/base/event"
	"sanwen/internal/ground/clock"
)

// The states of a task; their names are "season.state.<state>".
const (
	Planned = "planned"
	Raised  = "raised"
	Dropped = "dropped"
)

// States returns all states, in the order of the work.
func States() []string { return []string{Planned, Raised, Dropped} }

// The events of a task.
const (
	EventPlan  = "planned"
	EventEdit  = "edited"
	EventRaise = "raised"
	EventDrop  = "dropped"
)

// Cycle is the life of a task as data.
var Cycle = cycle.Table{
	Subject: RefKind,
	Moves: []cycle.Move{
		{From: "", Event: EventPlan, To: Planned, Action: access.SeasonPlan},
		{From: Planned, Event: EventEdit, To: Planned, Action: access.SeasonPlan},
		{From: Planned, Event: EventRaise, To: Raised, Action: access.SeasonSystem, Guard: "season.guard.day"},
		{From: Planned, Event: EventDrop, To: Dropped, Action: access.SeasonPlan, Guard: "season.guard.reason"},
	},
	Terminal: []string{Raised, Dropped},
}

// The kinds of tasks; their names are "season.kind.<kind>".
const (
	Season = "season" // what a time of the year brings
	Topic  = "topic"  // the question of a month; there is one a month
)

// Kinds returns both.
func Kinds() []string { return []string{Season, Topic} }

// Limits, in characters and days.
const (
	MinTitle  = 4
	MaxTitle  = 60
	MaxBody   = 500
	MaxReason = 300
	MaxAhead  = 730 // days from today to the day on which a task begins
)

// Task is one row.
type Task struct {
	ID       string
	Version  int64
	State    string
	Kind     string
	Title    string
	Body     string
	Unit     string    // whose employees it is for
	Lead     string    // department
	Sponsor  string    // leader who answers for it
	Category string    // or empty
	Day      clock.Day // on which it becomes a matter
	Yearly   bool
	After    string // the task of the year before, or empty
	Matter   string // that it has become
	MatterNo string
	Reason   string // why it was dropped
	MadeAt   clock.Millis
	MadeBy   string
}

// RefKind is the kind of a task as the subject of facts.
const RefKind = "season"

// Ref is the task as the subject of facts.
func (t Task) Ref() event.Ref { return event.Ref{Kind: RefKind, ID: t.ID} }

// Hint is a task that many years bring, as something to begin with.
type Hint struct {
	Key      string `json:"key"`
	Month    int    `json:"month"`
	Dom      int    `json:"dom"` // day of the month
	Category string `json:"category,omitempty"`
	Zh       Words  `json:"zh"`
	En       Words  `json:"en"`
}

// Words are the texts of a hint in one language.
type Words struct{ Title, Body string }

// On is the next day of the hint after a day.
func (h Hint) On(after clock.Day) clock.Day {
	d := clock.Day(fmt.Sprintf("%04d-%02d-%02d", after.Year(), h.Month, h.Dom))
	if d <= after {
		d = d.AddMonths(12)
	}
	return d
}

//go:embed data/hints.json
var files embed.FS

var shipped = sync.OnceValues(func() (out []Hint, err error) {
	s, err := files.ReadFile("data/hints.json")
	if err == nil {
		err = json.Unmarshal(s, &out)
	}
	return out, err
})

// Hints lists the tasks that come with the product, in the order of the year.
func Hints() []Hint {
	all, err := shipped()
	if err != nil {
		panic(err) // they are part of the program, and a test reads them
	}
	return all
}
