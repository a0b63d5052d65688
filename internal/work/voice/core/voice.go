package core

import (
	"sanwen/internal/base/access"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/lang"
	"sanwen/internal/work/voice/words"
)

// Level says who may know the person. Names in the catalogue: "voice.level.<value>".
type Level string

// The three levels.
const (
	Anonymous    Level = "anonymous"
	Confidential Level = "confidential"
	Named        Level = "named"
)

// Levels lists the levels, the most private first.
func Levels() []Level { return []Level{Anonymous, Confidential, Named} }

// Valid reports whether l is a level.
func (l Level) Valid() bool { return l == Anonymous || l == Confidential || l == Named }

// Hidden reports whether the level keeps the person from everybody who works with the voice.
func (l Level) Hidden() bool { return l != Named }

// rank orders levels by privacy, for the rule that a merge never exposes: anonymous 2, confidential 1, named 0.
func (l Level) Rank() int {
	switch l {
	case Anonymous:
		return 2
	case Confidential:
		return 1
	}
	return 0
}

// Kind is what sort of thing is said. Names: "voice.kind.<value>".
type Kind string

// The kinds; Unsure is a full answer, nobody has to classify himself.
const (
	Need    Kind = "need"
	Idea    Kind = "idea"
	Problem Kind = "problem"
	Praise  Kind = "praise"
	Hazard  Kind = "hazard"
	Unsure  Kind = "unsure"
)

// Kinds lists the kinds in the order of the form.
func Kinds() []Kind { return []Kind{Need, Idea, Problem, Praise, Hazard, Unsure} }

// Valid reports whether k is a kind.
func (k Kind) Valid() bool {
	for _, x := range Kinds() {
		if x == k {
			return true
		}
	}
	return false
}

// Channel is the way a voice came. Names: "voice.channel.<value>".
type Channel string

// The channels. MeToo and Retaliation are made by the program, FromPart by a split.
const (
	Scan        Channel = "scan"   // a place's code
	Web         Channel = "page"   // the signed-in page
	Phone       Channel = "phone"  // written down by the union office
	Paper       Channel = "paper"  // slip or letter
	Visit       Channel = "visit"  // said face to face
	Crew        Channel = "crew"   // said at the pre-shift meeting, written down by the shift leader
	Survey      Channel = "survey" // a sentence of a survey, taken up by the union office
	MeToo       Channel = "metoo"
	Retaliation Channel = "retaliation"
	FromPart    Channel = "part"
)

// Channels lists every channel.
func Channels() []Channel {
	return []Channel{Scan, Web, Phone, Paper, Visit, Crew, Survey, MeToo, Retaliation, FromPart}
}

func (c Channel) Proxied() bool {
	return c == Phone || c == Paper || c == Visit || c == Crew || c == Survey
}

// Restricted classes: own queues, open to their officers only. Names: "voice.restricted.<value>".
const (
	Discipline = "discipline"
	Health     = "health"
	Aid        = "aid"
)

// RestrictedClasses lists the restricted paths.
func RestrictedClasses() []string { return []string{Discipline, Health, Aid} }

// How a closed voice was closed. Names: "voice.closed.<value>".
const (
	Confirmed   = "confirmed"   // the submitter said that it is solved
	Unconfirmed = "unconfirmed" // silence; counts as answered, never as solved
	PartsDone   = "parts"       // every part of a split voice is over
)

// Voice is one row of what somebody said. Times of anonymous and confidential voices are whole hours.
type Voice struct {
	ID           string       `db:"id"`
	Number       string       `db:"number"` // public number of the receipt
	Level        Level        `db:"level"`
	Kind         Kind         `db:"kind"`
	Channel      Channel      `db:"channel"`
	ProxyBy      string       `db:"proxy_by"`  // person who wrote it down for somebody
	Submitter    string       `db:"submitter"` // named voices only
	Place        string       `db:"place"`
	PlaceText    string       `db:"place_text"` // where no code fits
	Unit         string       `db:"unit"`
	UnitPath     access.Path  `db:"unit_path"`
	Text         string       `db:"text"`      // the original words; read it through [OpenText]
	Redacted     string       `db:"redacted"`  // what a department may read
	Redaction    string       `db:"redaction"` // "auto": masked by rule only; "made": approved by triage
	Title        string       `db:"title"`
	Category     string       `db:"category"`
	Class        clock.Class  `db:"class"`
	State        string       `db:"state"`
	Version      int          `db:"version"`
	Day          clock.Day    `db:"day"`           // day of registration
	RegisteredAt clock.Millis `db:"registered_at"` // every clock of the voice starts here
	Due          clock.Millis `db:"due"`           // end of the running term: intake, then answer
	Restricted   string       `db:"restricted"`
	Alarm        string       `db:"alarm"` // "hazard", "food", "injury" or ""
	Parent       string       `db:"parent"`
	Root         string       `db:"root"` // the voice whose receipt opens this part
	Matter       string       `db:"matter"`
	MergedInto   string       `db:"merged_into"`
	ClaimedBy    string       `db:"claimed_by"`
	Lead         string       `db:"lead"` // unit that owes the answer
	LeadPath     access.Path  `db:"lead_path"`
	Transfers    int          `db:"transfers"`
	Asks         int          `db:"asks"`
	Reopens      int          `db:"reopens"`
	Objected     bool         `db:"objected"`
	Appeal       bool         `db:"appeal"` // an objection waits for the next level up
	ContactOK    bool         `db:"contact_ok"`
	Named        bool         `db:"named"` // voice_named has rows
	Refusal      string       `db:"refusal"`
	RefusalBy    string       `db:"refusal_by"`  // who proposed to reject; a second person decides
	RefusalBy2   string       `db:"refusal_by2"` // who decided
	RefusalText  string       `db:"refusal_text"`
	Officer      string       `db:"officer"`   // person of the duty roster who is called at present
	CalledAt     clock.Millis `db:"called_at"` // since when; 0: nobody is called, or somebody has accepted
	AskedAt      clock.Millis `db:"asked_at"`
	AnsweredAt   clock.Millis `db:"answered_at"`
	ClosedAt     clock.Millis `db:"closed_at"`
	ClosedHow    string       `db:"closed_how"`
	Decoy        bool         `db:"-"` // nobody said it: see [Decoys]
}

// Complaint reports whether refusing the voice needs a second person: a problem, a hazard, anything restricted and
// anything that names somebody.
func (v Voice) Complaint() bool {
	return v.Kind == Problem || v.Kind == Hazard || v.Restricted != "" || v.Named
}

// Shown is the text for those who may not read the original: the words as written of a named voice, else the redacted
// text, and nothing as long as triage has not approved it.
func (v Voice) Shown() string {
	switch {
	case v.Level == Named && v.Redacted == "":
		return v.Text
	case v.Level == Named || v.Redaction == "made":
		return v.Redacted
	}
	return ""
}

// holder is the voice whose receipt speaks for this one.
func (v Voice) Holder() string {
	if v.Root != "" {
		return v.Root
	}
	return v.ID
}

// RefusalParts splits what a voice was refused for into reason and door.
func (v Voice) RefusalParts() (reason, door string) {
	for i, r := range v.Refusal {
		if r == ' ' {
			return v.Refusal[:i], v.Refusal[i+1:]
		}
	}
	return v.Refusal, ""
}

// Allows applies the guards that the row itself tells.
func (v Voice) Allows(ev string) bool {
	switch ev {
	case EvAsk:
		return v.Asks < AskMax
	case EvQuarantine:
		return !v.Appeal
	case EvTransfer:
		return v.Transfers < TransferMax
	case EvNotSolved:
		return v.Reopens < ReopenMax && v.ClosedHow != PartsDone
	case EvObject:
		return !v.Objected
	case EvWithdraw:
		return v.Alarm != words.AlarmHazard && v.Alarm != words.AlarmFood && v.Class != clock.T2H
	}
	return true
}

// Needs is the permission that something takes which triage does with a voice: after an objection it is the next level's.
func Needs(a access.Action, appeal bool) access.Action {
	switch a {
	case access.VoiceTriage, access.VoiceClaim, access.VoiceReject:
		if appeal {
			return access.VoiceAppeal
		}
	}
	return a
}

// RefusedBy reports whether the person is one of the two who refused the voice.
func (v Voice) RefusedBy(person string) bool {
	return person != "" && (person == v.RefusalBy || person == v.RefusalBy2)
}

// Age is for how long a voice has been with the organisation: from registration, whatever happened since.
func (v Voice) Age(now clock.Millis) clock.Millis { return now - v.RegisteredAt }

// Name is the level in the reader's language.
func (l Level) Name(in lang.Lang) string { return in.Enum("voice.level", l) }

// Name is the kind in the reader's language.
func (k Kind) Name(in lang.Lang) string { return in.Enum("voice.kind", k) }

// Name is the channel in the reader's language.
func (c Channel) Name(in lang.Lang) string { return in.Enum("voice.channel", c) }

// StateName is a state of [Cycle] in the reader's language.
func StateName(in lang.Lang, state string) string { return in.Enum("voice.state", state) }

// EventName is an event of [Cycle], or another fact about a voice without its "voice.", in the reader's language.
func EventName(in lang.Lang, ev string) string { return in.Enum("voice.event", ev) }

// ClosedName says how a voice was closed.
func ClosedName(in lang.Lang, how string) string { return in.Enum("voice.closed", how) }

// RestrictedName is a restricted path in the reader's language.
func RestrictedName(in lang.Lang, class string) string { return in.Enum("voice.restricted", class) }

// AlarmName is an alarm in the reader's language.
func AlarmName(in lang.Lang, alarm string) string { return in.Enum("voice.alarm", alarm) }

// ResultName is the result of an answer in the reader's language.
func ResultName(in lang.Lang, result string) string { return in.Enum("voice.result", result) }

// RejectName is a reason for refusing in the reader's language.
func RejectName(in lang.Lang, reason string) string { return in.Enum("voice.reject", reason) }

// DoorName is where something belongs, in the reader's language.
func DoorName(in lang.Lang, door string) string { return in.Enum("voice.door", door) }

// Title is what kind of entry it is, in the reader's language.
func (e Entry) Title(in lang.Lang) string { return in.Enum("voice.entry", e.Kind) }
