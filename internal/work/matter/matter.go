package matter

import (
	"fmt"
	"strings"

	"sanwen/internal/base/access"
	"sanwen/internal/base/event"
	"sanwen/internal/ground/clock"
	"sanwen/internal/work/matter/chain"
)

// Matter is one row of the ledger.
type Matter struct {
	ID             string       `json:"id"`
	Number         string       `json:"number"` // SS-2026-039
	Title          string       `json:"title"`
	Body           string       `json:"body"`        // what it is about, without anything that tells who said it
	PublicText     string       `json:"public_text"` // wording for the board; empty: the title
	Public         bool         `json:"public"`
	Class          Class        `json:"class"`
	Source         Source       `json:"source"`
	UnionInitiated bool         `json:"union_initiated"` // no voice behind it; printed in every list
	Category       string       `json:"category"`
	Place          string       `json:"place"`
	Unit           string       `json:"unit"` // whose employees it is for
	UnitPath       access.Path  `json:"-"`
	Beneficiaries  int64        `json:"beneficiaries"` // employees who will have something of it
	Restricted     string       `json:"restricted"`
	State          string       `json:"state"`
	Version        int64        `json:"version"`
	Round          int64        `json:"round"` // 1, and one more with every reopening
	CreatedBy      string       `json:"created_by"`
	RegisteredAt   clock.Millis `json:"registered_at"`
	FirstVoiceAt   clock.Millis `json:"first_voice_at"` // start of the overall clock, which nothing restarts
	Voices         int64        `json:"voices"`
	Supporters     int64        `json:"supporters"`
	MovedAt        clock.Millis `json:"moved_at"` // last sign of life: event or progress

	Lead     string      `json:"lead"`
	LeadPath access.Path `json:"-"`
	Co       string      `json:"co"` // codes of helping units joined by commas
	Owner    string      `json:"owner"`
	Sponsor  string      `json:"sponsor"`

	PlanVersion  int64        `json:"plan_version"` // approved version, 0: none
	PlanLatest   int64        `json:"plan_latest"`  // newest version
	Author       string       `json:"author"`       // who wrote the newest version
	Review       chain.Step   `json:"review"`       // what the plan that is reviewed waits for, empty where none is
	FinancePath  access.Path  `json:"finance_path"` // unit that approves the money of the newest plan, empty where that is not needed
	PlanDue      clock.Millis `json:"plan_due"`
	PlanStart    clock.Day    `json:"plan_start"`
	Due0         clock.Day    `json:"due0"` // first approved deadline; never changes
	Due          clock.Day    `json:"due"`  // deadline in force
	DueAt        clock.Millis `json:"due_at"`
	DueKey       clock.Day    `json:"-"`        // order of the ledger: the deadline, or the end of time where there is none
	DueFrom      clock.Millis `json:"due_from"` // from when the deadline in force runs, for "near the limit"
	DueOpen      bool         `json:"due_open"` // the next approved plan sets the deadline
	Extensions   int64        `json:"extensions"`
	MilestoneDue clock.Day    `json:"milestone_due"` // earliest step that is not done
	StepsDone    int64        `json:"steps_done"`
	StepsAll     int64        `json:"steps_all"`

	PauseReason string    `json:"pause_reason"`
	PauseUntil  clock.Day `json:"pause_until"`
	PausedAt    clock.Millis
	Condition   string    `json:"carry_condition" db:"carry_condition"`
	ReviewDay   clock.Day `json:"review_day"`
	LongTerm    bool      `json:"long_term"`

	Claimant    string       `json:"claimant"`  // who said "done"
	Inspector   string       `json:"inspector"` // who found it good, or is named to look
	CompletedAt clock.Millis `json:"completed_at"`
	Completed0  clock.Millis `json:"completed0" db:"completed0"` // of the first round; statistics
	InspectedAt clock.Millis `json:"inspected_at"`
	RatedAt     clock.Millis `json:"rated_at"`
	Verdict     string       `json:"verdict"` // of the employees: "", confirmed, unconfirmed, disputed
	ClosedAt    clock.Millis `json:"closed_at"`
	ClosedBy    string       `json:"closed_by"`
	EndedHow    string       `json:"ended_how"` // closed, declined, cancelled
	EndReason   string       `json:"end_reason"`
	EndRule     string       `json:"end_rule"`
	EndDecider  string       `json:"end_decider"`
	Reply       string       `json:"reply"` // words told to everybody who asked
	Relapses    int64        `json:"relapses"`
	LookBack30  string       `json:"look_back30" db:"look_back30"` // "", passed, failed
	LookBack90  string       `json:"look_back90" db:"look_back90"`
	LookBack365 string       `json:"look_back365" db:"look_back365"`

	Week      clock.Day `json:"-"` // Monday of the week in which it last changed
	WeekLight int64     `json:"-"` // the light with which that week began: see [OnWeek]
}

// The employees' verdict on a round.
const (
	Confirmed   = "confirmed"   // employees say that it is solved
	Unconfirmed = "unconfirmed" // nobody answered; counted as answered, never as solved
	Disputed    = "disputed"    // too many say that it is not
)

// Ref is the matter as the subject of facts and duties.
func (m Matter) Ref() event.Ref { return event.Ref{Kind: "matter", ID: m.ID} }

// CoUnits lists the codes of the helping units.
func (m Matter) CoUnits() []string {
	if m.Co == "" {
		return nil
	}
	return strings.Split(m.Co, ",")
}

// Shown is the wording for everybody.
func (m Matter) Shown() string {
	if m.PublicText != "" {
		return m.PublicText
	}
	return m.Title
}

// Over reports whether nothing is to be done any more.
func (m Matter) Over() bool { return Cycle.Over(m.State) }

// Consolidated reports whether the last look-back found it still good.
func (m Matter) Consolidated() bool { return m.State == Closed && m.LookBack90 == LookedGood }

// Solved reports whether the matter counts as solved: struck off, and employees have confirmed it.
func (m Matter) Solved() bool { return m.State == Closed && m.Verdict == Confirmed }

// Outcomes of a look-back.
const (
	LookedGood = "passed"
	LookedBad  = "failed"
)

// Number prints the number of a matter: SS, year, running number of at least three digits.
func Number(year int, n int64) string { return fmt.Sprintf("SS-%04d-%03d", year, n) }

// Photo is one picture of a matter. Point is the check item or step it belongs to, 0 for none.
type Photo struct {
	Matter  string       `json:"matter"`
	Hash    string       `json:"hash"`
	Thumb   string       `json:"thumb"`
	Kind    string       `json:"kind"` // before, progress, after
	Round   int64        `json:"round"`
	Point   int64        `json:"point"`
	Caption string       `json:"caption"`
	Taken   string       `json:"taken"` // when, as a look says; "" where nobody was asked
	At      clock.Millis `json:"at"`
	By      string       `json:"by" db:"by_person"`
}

// Kinds of photos.
const (
	PhotoBefore   = "before"
	PhotoProgress = "progress"
	PhotoAfter    = "after"
)

// Progress is one report of work.
type Progress struct {
	ID     string       `json:"id"`
	Matter string       `json:"matter"`
	Round  int64        `json:"round"`
	Step   int64        `json:"step"` // 0: no step
	Text   string       `json:"text"`
	Done   bool         `json:"done"`
	At     clock.Millis `json:"at"`
	By     string       `json:"by" db:"by_person"`
}

// Extension is one request for more time and what became of it.
type Extension struct {
	ID        string       `json:"id"`
	Matter    string       `json:"matter"`
	N         int64        `json:"n"` // from 1
	Round     int64        `json:"round"`
	Reason    string       `json:"reason"`
	Interim   string       `json:"interim"` // what is done meanwhile
	FromDay   clock.Day    `json:"from_day"`
	ToDay     clock.Day    `json:"to_day"`
	AskedBy   string       `json:"asked_by"`
	AskedAt   clock.Millis `json:"asked_at"`
	State     string       `json:"state"` // asked, granted, refused
	DecidedBy string       `json:"decided_by"`
	DecidedAt clock.Millis `json:"decided_at"`
	Note      string       `json:"note"`
	Late      bool         `json:"late"` // asked for on the last working day
}

// States of an extension.
const (
	Asked   = "asked"
	Granted = "granted"
	Refused = "refused"

	Withdrawn = "withdrawn" // the matter was done before anybody decided
)

// Inspection is one look at the site: by whom, with which readings, and the verdict.
type Inspection struct {
	ID       string        `json:"id"`
	Matter   string        `json:"matter"`
	Round    int64         `json:"round"`
	Kind     string        `json:"kind"` // self, inspect, lookback30, lookback90, lookback365, recheck
	By       string        `json:"by" db:"by_person"`
	At       clock.Millis  `json:"at"`
	Passed   bool          `json:"passed"`
	Present  string        `json:"present"` // roles of the people who were there
	Note     string        `json:"note"`
	Plan     int64         `json:"plan"` // plan version whose check items were measured
	Readings []ReadingMade `json:"readings" db:"-"`
}

// ReadingMade is a stored reading.
type ReadingMade struct {
	Inspection string `json:"inspection"`
	Check      int64  `json:"check" db:"check_n"`
	Value      string `json:"value"`
	Passed     bool   `json:"passed"`
	Note       string `json:"note"`
}

// Kinds of inspections.
const (
	InspectSelf = "self"
	InspectSite = "inspect"
	Inspect30   = "lookback30"
	Inspect90   = "lookback90"
	Inspect365  = "lookback365"
	InspectDraw = "recheck" // drawn by lot among the closed ones
)
