package supervise

import (
	"sanwen/internal/base/access"
	"sanwen/internal/base/duty"
	"sanwen/internal/base/event"
	"sanwen/internal/base/once"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/lang"
	"sanwen/internal/work/voice"
	"sanwen/internal/work/voice/core"
)

// ObjectionDays is within how many working days whoever spoke may object to being left out (default of the product).
const ObjectionDays = 10

// ObjectExclusion is the objection of whoever spoke against being left out of the rates: once. Holders of receipts write with [db.Coarse].
type ObjectExclusion struct {
	Voice string `json:"voice"`
	Key   string `json:"key,omitempty"`
	Text  string `json:"text"`
}

// Do objects. Errors: access, Conflict where nothing was left out, it is too late or was objected to before, Invalid without words.
func (in ObjectExclusion) Do(tx *db.Tx, who access.Person) error {
	s, err := core.Begin(tx, who, in.Voice, 0, access.VoiceSpeak)
	if err != nil {
		return err
	}
	do := func() (string, error) { return "ok", in.object(s) }
	if in.Key == "" {
		_, err = do()
		return err
	}
	_, _, err = once.Do(tx, "voice:"+s.V.ID, in.Key, []byte("object_exclusion\n"+in.Text), do)
	return err
}

func (in ObjectExclusion) object(s *core.Step) error {
	x, err := db.Maybe[Exclusion](s.Tx, `SELECT `+exclusionColumns+` FROM exclusion WHERE voice = $1 AND state IN ('excluded', 'objected', 'counted', 'upheld')
		ORDER BY decided_at DESC LIMIT 1`+s.Tx.ForUpdate(), s.V.ID)
	if err != nil {
		return err
	}
	if x == nil {
		return fault.New(fault.Conflict, "supervise.objection_none")
	}
	if !ExclusionCycle.Can(x.State, EventObject) {
		return fault.New(fault.Conflict, "supervise.objection_once")
	}
	terms, err := core.TermsOf(s.Tx)
	if err != nil {
		return err
	}
	if terms.Past(x.DecidedAt, ObjectionDays, s.Tx.Now) {
		return fault.New(fault.Conflict, "supervise.objection_late", ObjectionDays)
	}
	var f fault.Form
	words := text(&f, "text", in.Text, 4, MaxText)
	if err := f.Err(); err != nil {
		return err
	}
	x.State, x.ObjectedAt, x.Objection = Objected, s.Tx.Millis(), words
	if err := updateObjection(s.Tx, *x, Excluded); err != nil {
		return err
	}
	if err := s.Say(voice.Entry{Kind: core.EntryObjection, Text: words}); err != nil {
		return err
	}
	if _, err := duty.Owe(s.Tx, s.Who, duty.New{Kind: duty.ExclusionDecide, Subject: x.Ref(), Round: 2, Path: x.UnitPath, Role: access.UnitChair}); err != nil {
		return err
	}
	return event.Record(s.Tx, s.Who, event.Fact{Kind: "exclusion.objected", Subject: x.Ref(), From: Excluded, To: Objected})
}

// SettleObjection decides on an objection: somebody who has not decided before and is not of the department. Counted: the voice counts in
// the rates again.
type SettleObjection struct {
	Exclusion string `json:"exclusion"`
	Count     bool   `json:"count"`
	Note      string `json:"note"`
}

// Do settles and tells whoever spoke. Errors: access, Forbidden for the same hands, Invalid without words, Conflict where nothing waits.
func (in SettleObjection) Do(tx *db.Tx, who access.Person) error {
	x, v, t, err := withVoice(tx, in.Exclusion)
	if err != nil {
		return err
	}
	if err := who.May(tx, access.ExclusionSettle, t); err != nil {
		return err
	}
	switch {
	case !ExclusionCycle.Can(x.State, EventSettle):
		return fault.New(fault.Conflict, "supervise.stale")
	case who.ID == x.OfficeBy || who.ID == x.UnionBy || who.ID == x.AskedBy:
		return fault.New(fault.Forbidden, "supervise.third_person")
	case x.LeadPath != "" && who.Path.Under(x.LeadPath):
		return fault.New(fault.Forbidden, "supervise.own_unit")
	}
	var f fault.Form
	note := text(&f, "note", in.Note, 4, MaxNote)
	if err := f.Err(); err != nil {
		return err
	}
	x.State, x.SettledBy, x.SettledAt, x.Note = Upheld, who.ID, tx.Millis(), note
	told := "supervise.objection_upheld"
	if in.Count {
		x.State, told = Counted, "supervise.objection_counted"
	}
	if err := ExclusionCycle.To(Objected, EventSettle, x.State); err != nil {
		return err
	}
	if err := updateObjection(tx, x, Objected); err != nil {
		return err
	}
	if _, err := duty.Discharge(tx, who, x.Ref(), duty.ExclusionDecide, duty.Done); err != nil {
		return err
	}
	s := &core.Step{Tx: tx, Who: who, V: v, Thing: t, From: v.State}
	if err := s.Say(voice.Entry{Kind: core.EntryNote, Text: lang.ZH.T(told, note), Extra: x.State}); err != nil {
		return err
	}
	return event.Record(tx, who, event.Fact{Kind: "exclusion.settled", Subject: x.Ref(), About: v.Ref(), From: Objected, To: x.State, Data: in})
}

// MayObject reports whether a voice was left out and whoever spoke may still object.
func MayObject(tx *db.Tx, voiceID string) (bool, error) {
	at, err := db.Maybe[clock.Millis](tx, `SELECT decided_at FROM exclusion WHERE voice = $1 AND state = 'excluded'`, voiceID)
	if err != nil || at == nil {
		return false, err
	}
	terms, err := core.TermsOf(tx)
	return err == nil && !terms.Past(*at, ObjectionDays, tx.Now), err
}

func findExclusion(tx *db.Tx, key, lock string) (Exclusion, error) {
	return db.Need[Exclusion](tx, "supervise.unknown", `SELECT `+exclusionColumns+` FROM exclusion WHERE id = $1`+lock, key)
}

// withVoice finds an exclusion to decide on it, with its voice; the caller asks.
func withVoice(tx *db.Tx, key string) (x Exclusion, v voice.Voice, t access.Thing, err error) {
	if x, err = findExclusion(tx, key, tx.ForUpdate()); err != nil {
		tx.Asked()
		return x, v, t, err
	}
	v, t, err = access.Meet(tx, x.Voice, tx.ForUpdate(), core.Find, core.ThingOf)
	return x, v, t, err
}

// updateObjection writes what becomes of an exclusion after it was decided, if it still is in the state from.
func updateObjection(tx *db.Tx, x Exclusion, from string) error {
	n, err := tx.Exec(`UPDATE exclusion SET state = $2, objected_at = $3, objection = $4, settled_by = $5, settled_at = $6, note = $7 WHERE id = $1 AND state = $8`,
		x.ID, x.State, x.ObjectedAt, x.Objection, x.SettledBy, x.SettledAt, x.Note, from)
	if err == nil && n == 0 {
		return fault.New(fault.Conflict, "supervise.stale")
	}
	return err
}
