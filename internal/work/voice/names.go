package voice

import (
	"sanwen/internal/base/access"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/seal"
	"sanwen/internal/work/voice/core"
)

// The types of a voice under the names by which the rooms above know them.
type (
	Voice    = core.Voice
	Level    = core.Level
	Kind     = core.Kind
	Channel  = core.Channel
	Entry    = core.Entry
	Photo    = core.Photo
	PhotoRow = core.PhotoRow
	Door     = core.Door
)

// Levels, kinds and channels.
const (
	Anonymous    = core.Anonymous
	Confidential = core.Confidential
	Named        = core.Named

	Need    = core.Need
	Idea    = core.Idea
	Problem = core.Problem
	Praise  = core.Praise
	Hazard  = core.Hazard
	Unsure  = core.Unsure

	Scan        = core.Scan
	Web         = core.Web
	Phone       = core.Phone
	Paper       = core.Paper
	Survey      = core.Survey
	Visit       = core.Visit
	Crew        = core.Crew
	MeToo       = core.MeToo
	Retaliation = core.Retaliation
	FromPart    = core.FromPart
)

// Restricted classes and ways of closing.
const (
	Discipline  = core.Discipline
	Health      = core.Health
	Aid         = core.Aid
	Confirmed   = core.Confirmed
	Unconfirmed = core.Unconfirmed
	PartsDone   = core.PartsDone
)

// States of a voice.
const (
	Registered  = core.Registered
	Quarantined = core.Quarantined
	InTriage    = core.InTriage
	WaitingInfo = core.WaitingInfo
	Assigned    = core.Assigned
	Signed      = core.Signed
	Linked      = core.Linked
	Answered    = core.Answered
	Closed      = core.Closed
	Rejected    = core.Rejected
	WasSplit    = core.WasSplit
	Withdrawn   = core.Withdrawn
	Erased      = core.Erased
)

// RefKind is the kind of a voice as the subject of facts, duties and assignments.
const RefKind = core.RefKind

// TriesPerHour is how often a code may be wrong for one number within an hour.
const TriesPerHour = core.TriesPerHour

// TriesPerMinute is how many codes may be wrong within a minute, of all numbers together.
const TriesPerMinute = core.TriesPerMinute

// NewDoor makes the door of an installation.
func NewDoor(d *db.DB, keys *seal.Keys) *Door { return core.NewDoor(d, keys) }

// Cycle is the life of a voice as data.
var Cycle = core.Cycle

// ErrFine is a mistake of the program, see [core.ErrFine].
var ErrFine = core.ErrFine

// Levels lists the levels, the most private first.
func Levels() []Level { return core.Levels() }

// Kinds lists the kinds in the order of the form.
func Kinds() []Kind { return core.Kinds() }

// Channels lists every channel.
func Channels() []Channel { return core.Channels() }

// RestrictedClasses lists the restricted paths.
func RestrictedClasses() []string { return core.RestrictedClasses() }

// RejectReasons is the closed list of reasons for which a voice may be refused.
func RejectReasons() []string { return core.RejectReasons() }

// Doors are where something belongs that is not for this organisation.
func Doors() []string { return core.Doors() }

// Results say what an answer amounts to.
func Results() []string { return core.Results() }

// ByID finds a voice without asking who wants to know; "voice.unknown" where there is none.
func ByID(tx *db.Tx, id string) (Voice, error) { return core.ByID(tx, id) }

// ThingOf is the voice as permission sees it.
func ThingOf(tx *db.Tx, v Voice) (access.Thing, error) { return core.ThingOf(tx, v) }
