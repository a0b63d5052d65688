package voice

import (
	"sanwen/internal/base/access"
	"sanwen/internal/base/duty"
	"sanwen/internal/base/event"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/id"
	"sanwen/internal/work/voice/core"
	"sanwen/internal/work/voice/decoy"
)

// Say tells the submitter how it goes, by triage or by the unit that has the voice. It is a first contact, not an answer.
type Say struct {
	Voice string `json:"voice"`
	Text  string `json:"text"`
}

// Do adds to the thread. Errors: access, Invalid for an empty or long text.
func (in Say) Do(tx *db.Tx, who access.Person) error {
	v, err := core.Find(tx, in.Voice, tx.ForUpdate())
	if err != nil {
		tx.Asked()
		return err
	}
	a := access.VoiceReply
	if v.Lead == "" || !who.Path.Under(v.LeadPath) {
		a = access.VoiceTriage
	}
	s, err := enter(tx, who, v, 0, a)
	if err != nil {
		return err
	}
	var f fault.Form
	text := core.NeedText(&f, "text", in.Text, core.MaxReply)
	if err := f.Err(); err != nil {
		return err
	}
	if Cycle.Over(s.V.State) {
		return fault.New(fault.Conflict, "voice.over")
	}
	if err := s.Say(Entry{Kind: core.EntryNote, Text: text}); err != nil {
		return err
	}
	if err := s.Discharge(duty.Done, duty.FirstContact); err != nil {
		return err
	}
	return s.Save("note", event.Ref{}, nil)
}

// OpenText opens the original words of a voice. Of an anonymous or confidential one the reason is asked for; every opening
// is kept, and the submitter is shown role and day.
type OpenText struct {
	Voice  string `json:"voice"`
	Reason string `json:"reason,omitempty"`
}

// Original is what somebody said, as he said it.
type Original struct {
	Text      string
	PlaceText string
	Photos    []PhotoRow
}

// Do opens. Errors: access; Invalid without a reason.
func (in OpenText) Do(tx *db.Tx, who access.Person) (Original, error) {
	s, err := core.Begin(tx, who, in.Voice, 0, access.VoiceOpen)
	if err != nil {
		return Original{}, err
	}
	var f fault.Form
	reason := core.Clean(in.Reason)
	if s.V.Level.Hidden() {
		reason = core.NeedText(&f, "reason", in.Reason, core.MaxReason)
	}
	if err := f.Err(); err != nil {
		return Original{}, err
	}
	role := access.Role(who.Class())
	if err := core.InsertView(tx, id.V7(tx.Now), s.V.ID, string(role), who.ID, tx.Today(), reason); err != nil {
		return Original{}, err
	}
	if s.V.Decoy {
		if err := decoy.Met(tx, who, s.V, role, reason); err != nil {
			return Original{}, err
		}
	}
	n, err := db.One[int](tx, `SELECT COUNT(*) FROM voice_view WHERE person = $1 AND day = $2`, who.ID, tx.Today())
	if err != nil {
		return Original{}, err
	}
	if err := event.Record(tx, who, event.Fact{Kind: "voice.opened", Subject: s.V.Ref(), Data: opened{Reason: reason, Today: n, Often: n > core.MaxPerDay}}); err != nil {
		return Original{}, err
	}
	photos, err := core.Photos(tx, s.V.ID)
	return Original{Text: s.V.Text, PlaceText: s.V.PlaceText, Photos: photos}, err
}

type opened struct {
	Reason string `json:"reason,omitempty"`
	Today  int    `json:"today"`           // openings by the same account on this day
	Often  bool   `json:"often,omitempty"` // more than anybody's work needs
}
