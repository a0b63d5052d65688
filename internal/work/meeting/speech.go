package meeting

import (
	"slices"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/id"
)

// Speak puts a speech or an award on the list of a meeting that sums up. It fills ID.
type Speak struct {
	Meeting string `json:"meeting"`
	Kind    string `json:"kind"`
	Title   string `json:"title"`
	Unit    string `json:"unit"`
	Who     string `json:"who,omitempty"`
	Matter  string `json:"matter,omitempty"` // number of the matter that it comes from
	Text    string `json:"text,omitempty"`
}

// Do adds it. Errors: access, Invalid, Conflict once the meeting is over.
func (in Speak) Do(tx *db.Tx, who access.Person) error {
	s, err := begin(tx, who, in.Meeting, 0, access.MeetingCall)
	if err != nil {
		return err
	}
	if s.m.Kind != Exchange {
		return fault.New(fault.Conflict, "meeting.other_kind")
	}
	if !s.m.Running() && s.m.State != Held {
		return fault.New(fault.Conflict, "meeting.over")
	}
	var f fault.Form
	x := Speech{ID: id.V7(tx.Now), Meeting: s.m.ID, Kind: in.Kind, Unit: in.Unit, Title: text(&f, "title", in.Title, 2, MaxTitle), Who: text(&f, "who", in.Who, 0, MaxPlace), Text: text(&f, "text", in.Text, 0, MaxText)}
	if !slices.Contains(SpeechKinds(), in.Kind) {
		f.Add("kind", "fault.choice")
	}
	tree, err := org.TreeOf(tx)
	if err != nil {
		return err
	}
	if u, ok := tree.Get(in.Unit); !ok || !u.Active {
		f.Add("unit", "fault.choice")
	}
	if err := f.Err(); err != nil {
		return err
	}
	if in.Matter != "" {
		m, err := matterFor(tx, who, in.Matter)
		if err != nil {
			return err
		}
		x.Matter, x.MatterNo = m.ID, m.Number
	}
	if err := insertSpeech(tx, x); err != nil {
		return err
	}
	return s.record("speech", in)
}

// Unspeak takes a speech or an award off the list.
type Unspeak struct {
	Meeting string `json:"meeting"`
	Speech  string `json:"speech"`
}

// Do takes it off. Errors: access, NotFound, Conflict once the meeting is over.
func (in Unspeak) Do(tx *db.Tx, who access.Person) error {
	s, err := begin(tx, who, in.Meeting, 0, access.MeetingCall)
	if err != nil {
		return err
	}
	if !s.m.Running() && s.m.State != Held {
		return fault.New(fault.Conflict, "meeting.over")
	}
	if err := deleteSpeech(tx, s.m.ID, in.Speech); err != nil {
		return err
	}
	return s.record("unspoken", in)
}
