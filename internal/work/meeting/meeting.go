package meeting

import (
	"fmt"

	"sanwen/internal/base/access"
	"sanwen/internal/base/cycle"
	"sanwen/internal/base/event"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
)

// The kinds of meetings; their names are "meeting.kind.<kind>".
const (
	Dispatch = "dispatch" // 专题调度推进会
	Exchange = "exchange" // 总结交流会
)

// Kinds returns both.
func Kinds() []string { return []string{Dispatch, Exchange} }

// The states of a meeting; their names are "meeting.state.<state>".
const (
	Called    = "called"
	Frozen    = "frozen"
	Held      = "held"
	Ended     = "ended"
	Signed    = "signed"
	Cancelled = "cancelled"
)

// States returns all states.
func States() []string { return []string{Called, Frozen, Held, Ended, Signed, Cancelled} }

// The events of a meeting; their names are "meeting.event.<event>".
const (
	EventCall    = "call"
	EventChange  = "change"
	EventFreeze  = "freeze"
	EventThaw    = "thaw"
	EventOpen    = "open"
	EventEnd     = "end"
	EventResume  = "resume"
	EventSign    = "sign"
	EventCorrect = "correct"
	EventCancel  = "cancel"
)

// Cycle is the life of a meeting as data.
var Cycle = cycle.Table{
	Subject: "meeting",
	Moves: []cycle.Move{
		{From: "", Event: EventCall, To: Called, Action: access.MeetingCall},
		{From: Called, Event: EventChange, To: Called, Action: access.MeetingCall},
		{From: Frozen, Event: EventChange, To: Frozen, Action: access.MeetingCall},
		{From: Called, Event: EventFreeze, To: Frozen, Action: access.MeetingCall},
		{From: Frozen, Event: EventThaw, To: Called, Action: access.MeetingCall},
		{From: Frozen, Event: EventOpen, To: Held, Action: access.MeetingRecord},
		{From: Held, Event: EventEnd, To: Ended, Action: access.MeetingRecord},
		{From: Ended, Event: EventResume, To: Held, Action: access.MeetingRecord},
		{From: Ended, Event: EventSign, To: Signed, Action: access.MeetingSign, Guard: "meeting.guard.concluded"},
		{From: Signed, Event: EventCorrect, To: Signed, Action: access.MeetingSign, Guard: "meeting.guard.reason"},
		{From: Called, Event: EventCancel, To: Cancelled, Action: access.MeetingCall, Guard: "meeting.guard.reason"},
		{From: Frozen, Event: EventCancel, To: Cancelled, Action: access.MeetingCall, Guard: "meeting.guard.reason"},
	},
	Terminal: []string{Signed, Cancelled},
	Reopen:   []string{EventCorrect},
}

// The states of a resolution; their names are "meeting.res.<state>".
const (
	Open     = "open"
	Reported = "reported"
	Done     = "done"
	Dropped  = "dropped"
)

// ResolutionStates returns all states.
func ResolutionStates() []string { return []string{Open, Reported, Done, Dropped} }

// The events of a resolution; their names are "meeting.event.<event>".
const (
	EventDecide   = "decide"
	EventReport   = "report"
	EventSendBack = "send_back"
	EventConfirm  = "confirm"
	EventDrop     = "drop"
)

// ResolutionCycle is the life of a resolution as data.
var ResolutionCycle = cycle.Table{
	Subject: "resolution",
	Words:   "meeting.res.",
	Moves: []cycle.Move{
		{From: "", Event: EventDecide, To: Open, Action: access.MeetingRecord},
		{From: Open, Event: EventReport, To: Reported, Action: access.ResolutionReport},
		{From: Reported, Event: EventSendBack, To: Open, Action: access.ResolutionConfirm, Guard: "meeting.guard.outside"},
		{From: Reported, Event: EventConfirm, To: Done, Action: access.ResolutionConfirm, Guard: "meeting.guard.outside"},
		{From: Open, Event: EventDrop, To: Dropped, Action: access.ResolutionConfirm, Guard: "meeting.guard.outside"},
	},
	Terminal: []string{Done, Dropped},
}

// Presence of a unit; its names are "meeting.presence.<presence>".
const (
	Present = "present" // its head, or whoever was asked
	Deputy  = "deputy"  // somebody in his place
	Excused = "excused" // excused itself
	Absent  = "absent"  // did not come and did not say
)

// Presences returns all.
func Presences() []string { return []string{Present, Deputy, Excused, Absent} }

// Limits of what is typed, in characters, and of lists.
const (
	MaxTitle = 80
	MaxPlace = 60
	MaxText  = 1000
	MaxNote  = 300
	MaxPages = 4000 // opening and demands of minutes
	MaxItems = 120

	MaxSpeeches = 60 // and awards
)

// Meeting is a meeting.
type Meeting struct {
	ID           string
	Version      int64
	Kind         string
	State        string
	Title        string
	StartAt      clock.Millis
	EndAt        clock.Millis
	Place        string
	Unit         string // whose meeting it is: it sees the matters of this unit and below
	UnitPath     access.Path
	Chair        string
	Recorder     string
	PositionsDue clock.Day // by when departments give their positions, or empty: not asked yet
	CalledAt     clock.Millis
	CalledBy     string
	ChangedAt    clock.Millis // of what calendars show
	FrozenAt     clock.Millis
	OpenedAt     clock.Millis
	EndedAt      clock.Millis
	SignedAt     clock.Millis
	SignedBy     string
	Number       string // of the minutes, empty until they are signed
	Year         int64
	N            int64
	Sequence     int64  // of the calendar entry
	Item         string // what is on the screen
	Opening      string // 通报进展
	Demands      string // 工作要求
	Figures      string // JSON of []paper.Figure: the period's numbers
	Minutes      int64  // newest version of the minutes
	EndReason    string // why it was cancelled
}

// RefKind is the kind of a meeting as the subject of facts and duties.
const RefKind = "meeting"

// Ref is the meeting as the subject of facts and duties.
func (m Meeting) Ref() event.Ref { return event.Ref{Kind: RefKind, ID: m.ID} }

// Running reports whether people may still be asked and the agenda still be changed.
func (m Meeting) Running() bool { return m.State == Called || m.State == Frozen }

// NumberOf is the number of minutes as it is printed.
func NumberOf(year, n int64) string { return fmt.Sprintf("〔%d〕%d号", year, n) }

// Party is a unit that is asked to come.
type Party struct {
	Meeting  string
	Unit     string
	Path     access.Path
	SitsIn   bool   // 列席
	Presence string // "" until it is written down
	Person   string // who came
	Note     string // why not, or for whom
}

// Position is what a unit thinks of an item; empty until it is given.
type Position struct {
	Item    string
	Meeting string
	Unit    string
	Path    access.Path
	AskedAt clock.Millis
	Text    string
	GivenAt clock.Millis
	GivenBy string
}

// Speech is a contribution or an award of a meeting that sums up.
type Speech struct {
	ID       string
	Meeting  string
	Kind     string // SpeechTalk or SpeechAward
	N        int64
	Title    string
	Unit     string
	Who      string
	Matter   string
	MatterNo string
	Text     string
	Practice string // number of the practice that it tells of
}

// The kinds of speeches; their names are "meeting.speech.<kind>".
const (
	SpeechTalk  = "talk"  // 典型发言
	SpeechAward = "award" // 表扬
)

// SpeechKinds returns both.
func SpeechKinds() []string { return []string{SpeechTalk, SpeechAward} }

// ThingOf is the meeting as permission sees it.
func ThingOf(tx *db.Tx, m Meeting) (access.Thing, error) {
	co, err := db.All[access.Path](tx, `SELECT path FROM meeting_party WHERE meeting = $1 UNION SELECT path FROM meeting_position WHERE meeting = $1 ORDER BY path`, m.ID)
	return access.Thing{Kind: RefKind, ID: m.ID, Unit: m.UnitPath, Lead: access.NoUnit, Co: co, Owner: m.Chair, Claimant: m.Recorder}, err
}

// partyThing is what a unit does for itself at a meeting: give its position, receive the minutes.
func partyThing(m Meeting, path access.Path) access.Thing {
	return access.Thing{Kind: RefKind, ID: m.ID, Unit: m.UnitPath, Lead: path}
}

// text checks what is typed: its length, and that there is something.
func text(f *fault.Form, field, s string, least, most int) string {
	return f.Text(field, s, least, most, "meeting.missing")
}
