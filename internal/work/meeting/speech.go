package meeting

import (
	"slices"
	"strings"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/id"
	"sanwen/internal/work/practice"
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

	Practice string `json:"practice,omitempty"` // number of the practice that it tells of; it gives title, unit and matter where they are left out
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
	if in.Practice != "" {
		if err := in.tell(tx, who); err != nil {
			return err
		}
	}
	var f fault.Form
	x := Speech{Practice: in.Practice, ID: id.V7(tx.Now), Meeting: s.m.ID, Kind: in.Kind, Unit: in.Unit, Title: text(&f, "title", in.Title, 2, MaxTitle), Who: text(&f, "who", in.Who, 0, MaxPlace), Text: text(&f, "text", in.Text, 0, MaxText)}
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
	all, err := SpeechesOf(tx, s.m.ID)
	if err != nil {
		return err
	}
	if len(all) >= MaxSpeeches {
		return fault.New(fault.Conflict, "meeting.speeches_full", MaxSpeeches)
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

// tell takes over from the practice what was left out.
func (in *Speak) tell(tx *db.Tx, who access.Person) error {
	p, err := practice.See(tx, who, in.Practice)
	if err != nil && fault.KindOf(err) != fault.NotFound && fault.KindOf(err) != fault.Forbidden {
		return err
	}
	if err != nil || p.State != practice.Published {
		return fault.Field("practice", "meeting.unknown_practice")
	}
	in.Practice = p.Number
	if strings.TrimSpace(in.Title) == "" {
		in.Title = p.Title
	}
	if in.Unit == "" {
		in.Unit = p.Lead
	}
	if in.Matter == "" {
		in.Matter = p.MatterNo
	}
	return nil
}

// Unspeak takes a speech or an award off the list.
type Unspeak struct {
	Meeting string `json:"meeting"`
	Speech  string `json:"speech"`
}

// Do takes it off. Errors: access, NotFound, Conflict once the meeting has begun, or for the last one of a pack that is frozen.
func (in Unspeak) Do(tx *db.Tx, who access.Person) error {
	s, all, err := speeches(tx, who, in.Meeting)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(all, func(x Speech) bool { return x.ID == in.Speech }) {
		return fault.New(fault.NotFound, "meeting.unknown_speech")
	}
	if s.m.State == Frozen && len(all) == 1 {
		return fault.New(fault.Conflict, "meeting.last_speech")
	}
	if err := deleteSpeech(tx, s.m.ID, in.Speech); err != nil {
		return err
	}
	return s.record("unspoken", in)
}

// ArrangeSpeeches puts speeches and awards into an order, each kind among its own.
type ArrangeSpeeches struct {
	Meeting string   `json:"meeting"`
	Order   []string `json:"order"` // ids; others follow as they stood
}

// Do arranges. Errors: access, Conflict once the meeting has begun.
func (in ArrangeSpeeches) Do(tx *db.Tx, who access.Person) error {
	s, all, err := speeches(tx, who, in.Meeting)
	if err != nil {
		return err
	}
	inOrder(all, in.Order, func(x Speech) string { return x.ID })
	for i, x := range all {
		if x.N != int64(i+1) {
			if err := placeSpeech(tx, x.ID, int64(i+1)); err != nil {
				return err
			}
		}
	}
	return s.record("speeches_arranged", in)
}

// speeches begins a change of the list of speeches: it may be changed until the meeting begins, and is what was said from then on.
func speeches(tx *db.Tx, who access.Person, key string) (*step, []Speech, error) {
	s, err := begin(tx, who, key, 0, access.MeetingCall)
	if err != nil {
		return nil, nil, err
	}
	if s.m.Kind != Exchange {
		return nil, nil, fault.New(fault.Conflict, "meeting.other_kind")
	}
	if !s.m.Running() {
		return nil, nil, fault.New(fault.Conflict, "meeting.over")
	}
	all, err := SpeechesOf(tx, s.m.ID)
	return s, all, err
}
