package supervise

import (
	"slices"

	"sanwen/internal/base/access"
	"sanwen/internal/base/duty"
	"sanwen/internal/base/event"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/id"
	"sanwen/internal/ground/lang"
	"sanwen/internal/work/voice"
	"sanwen/internal/work/voice/core"
)

// Exclusion is a voice that a department asks to be left out of its rates (剔除). It stays visible, is counted beside every rate, and goes
// on being handled.
type Exclusion struct {
	ID        string
	State     string
	Voice     string
	Number    string
	Unit      string
	LeadPath  access.Path
	UnitPath  access.Path
	Reason    string
	Evidence  string
	AskedAt   clock.Millis
	AskedBy   string
	OfficeBy  string // who of the office agreed
	OfficeAt  clock.Millis
	UnionBy   string // which member of the union agreed
	UnionAt   clock.Millis
	DecidedAt clock.Millis
	Note      string // why it was refused, or how the objection was settled

	ObjectedAt clock.Millis
	Objection  string // in the words of whoever spoke
	SettledBy  string
	SettledAt  clock.Millis
}

const exclusionColumns = `id, state, voice, number, unit, lead_path, unit_path, reason, evidence, asked_at, asked_by, office_by, office_at, union_by, union_at,
	decided_at, note, objected_at, objection, settled_by, settled_at`

// The states of an exclusion; their names are "supervise.exclusion.<state>".
const (
	Asked    = "asked"
	Excluded = "excluded"
	Kept     = "kept"     // refused: the voice counts
	Objected = "objected" // whoever spoke sees it otherwise
	Counted  = "counted"  // counted again after an objection
	Upheld   = "upheld"   // left out in spite of it
)

// ExclusionKind is the kind of an exclusion as the subject of facts and duties.
const ExclusionKind = "exclusion"

// ExclusionReasons returns the closed list of reasons; their names are "supervise.reason.<reason>".
func ExclusionReasons() []string {
	return []string{"untrue", "no_basis", "in_court", "finished", "abusive", "higher_policy", "outside"}
}

// AskDays is within how many working days of the assignment an exclusion may be asked for (default of the product).
const AskDays = 2

// Ref is the exclusion as the subject of facts and duties.
func (x Exclusion) Ref() event.Ref { return event.Ref{Kind: ExclusionKind, ID: x.ID} }

// AskExclusion asks for a voice to be left out, with evidence.
type AskExclusion struct {
	Voice    string `json:"voice"`
	Reason   string `json:"reason"`
	Evidence string `json:"evidence"`
}

// Do asks. Errors: access (the department that has the voice), Conflict after the term or where it was asked before, Invalid.
func (in AskExclusion) Do(tx *db.Tx, who access.Person) error {
	v, _, err := access.Reach(tx, who, access.ExclusionAsk, in.Voice, tx.ForUpdate(), core.Find, core.ThingOf)
	if err != nil {
		return err
	}
	given, err := db.Maybe[clock.Millis](tx, `SELECT assigned_at FROM assignment WHERE subject_kind = $1 AND subject_id = $2 AND ended_at = 0 ORDER BY assigned_at DESC LIMIT 1`,
		voice.RefKind, v.ID)
	if err != nil {
		return err
	}
	terms, err := core.TermsOf(tx)
	if err != nil {
		return err
	}
	if given == nil || terms.Past(*given, AskDays, tx.Now) {
		return fault.New(fault.Conflict, "supervise.exclusion_late", AskDays)
	}
	if n, err := db.One[int](tx, `SELECT COUNT(*) FROM exclusion WHERE voice = $1 AND state <> 'kept'`, v.ID); err != nil || n > 0 {
		if err == nil {
			err = fault.New(fault.Conflict, "supervise.exclusion_twice")
		}
		return err
	}
	var f fault.Form
	if !slices.Contains(ExclusionReasons(), in.Reason) {
		f.Add("reason", "fault.choice")
	}
	x := Exclusion{ID: id.V7(tx.Now), State: Asked, Voice: v.ID, Number: v.FileNumber(), Unit: v.Lead, LeadPath: v.LeadPath, UnitPath: v.UnitPath, Reason: in.Reason,
		Evidence: text(&f, "evidence", in.Evidence, 10, MaxText), AskedAt: tx.Millis(), AskedBy: who.ID}
	if err := f.Err(); err != nil {
		return err
	}
	fresh, err := insertExclusion(tx, x)
	if err != nil {
		return err
	}
	if !fresh {
		return fault.New(fault.Conflict, "supervise.exclusion_twice")
	}
	if _, err := duty.Owe(tx, who, duty.New{Kind: duty.ExclusionDecide, Subject: x.Ref(), Path: x.UnitPath, Role: access.Supervisor}); err != nil {
		return err
	}
	return event.Record(tx, who, event.Fact{Kind: "exclusion.asked", Subject: x.Ref(), About: v.Ref(), To: Asked, Data: in})
}

// DecideExclusion is the word of one of the two who decide: somebody of the supervising office and a member of the union, never the same
// person and never of the department that asks. One "no" is enough.
type DecideExclusion struct {
	Exclusion string `json:"exclusion"`
	Agree     bool   `json:"agree"`
	Note      string `json:"note,omitempty"` // needed for a "no"
}

// Do decides. When both agree the voice is left out and whoever spoke is told why. Errors: access, Forbidden for the wrong or the same
// hands, Conflict where it is decided.
func (in DecideExclusion) Do(tx *db.Tx, who access.Person) error {
	x, v, t, err := withVoice(tx, in.Exclusion)
	if err != nil {
		return err
	}
	office := who.Can(access.ExclusionOffice, t) && x.OfficeBy == ""
	union := who.Can(access.ExclusionUnion, t) && x.UnionBy == ""
	a := access.ExclusionOffice
	if !office && union {
		a = access.ExclusionUnion
	}
	if err := who.May(tx, a, t); err != nil {
		return err
	}
	switch {
	case !ExclusionCycle.Can(x.State, EventOffice) || !office && !union:
		return fault.New(fault.Conflict, "supervise.stale")
	case who.ID == x.OfficeBy || who.ID == x.UnionBy || who.ID == x.AskedBy:
		return fault.New(fault.Forbidden, "supervise.two_people")
	case x.LeadPath != "" && who.Path.Under(x.LeadPath):
		return fault.New(fault.Forbidden, "supervise.own_unit")
	}
	var f fault.Form
	least := 0
	if !in.Agree {
		least = 4
	}
	note := text(&f, "note", in.Note, least, MaxNote)
	if err := f.Err(); err != nil {
		return err
	}
	from, ev, no := x.State, EventOffice, EventOfficeNo
	if office {
		x.OfficeBy, x.OfficeAt = who.ID, tx.Millis()
	} else {
		x.UnionBy, x.UnionAt = who.ID, tx.Millis()
		ev, no = EventUnion, EventUnionNo
	}
	switch {
	case !in.Agree:
		x.State, x.Note, ev = Kept, note, no
	case x.OfficeBy != "" && x.UnionBy != "":
		x.State = Excluded
	}
	if err := ExclusionCycle.To(from, ev, x.State); err != nil {
		return err
	}
	if x.State != Asked {
		x.DecidedAt = tx.Millis()
		if _, err := duty.Discharge(tx, who, x.Ref(), duty.ExclusionDecide, duty.Done); err != nil {
			return err
		}
	}
	if err := updateExclusion(tx, x); err != nil {
		return err
	}
	if x.State == Excluded {
		if err := flag(tx, who, x); err != nil {
			return err
		}
		s := &core.Step{Tx: tx, Who: who, V: v, Thing: t, From: v.State}
		if err := s.Say(voice.Entry{Kind: core.EntryNote, Text: lang.ZH.T("supervise.exclusion_told", lang.ZH.Enum("supervise.reason", x.Reason)), Extra: "excluded"}); err != nil {
			return err
		}
	}
	return event.Record(tx, who, event.Fact{Kind: "exclusion.decided", Subject: x.Ref(), About: v.Ref(), From: from, To: x.State, Data: in})
}

// MayExclude gives a voice to somebody who may ask for it to be left out.
func MayExclude(tx *db.Tx, who access.Person, key string) (voice.Voice, error) {
	v, _, err := access.Reach(tx, who, access.ExclusionAsk, key, "", core.Find, core.ThingOf)
	return v, err
}
