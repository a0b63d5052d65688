package meeting

import (
	"slices"

	"sanwen/internal/base/access"
	"sanwen/internal/base/duty"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
)

// OpenRoom begins the meeting. Positions that were not given are no longer owed.
type OpenRoom struct {
	Meeting string `json:"meeting"`
	Version int64  `json:"version"`
}

// Do begins. Errors: access, Conflict where the pack is not frozen.
func (in OpenRoom) Do(tx *db.Tx, who access.Person) error {
	s, err := begin(tx, who, in.Meeting, in.Version, access.MeetingRecord)
	if err != nil {
		return err
	}
	if err := s.move(EventOpen); err != nil {
		return err
	}
	if tx.Today() < s.m.StartAt.Day(tx.Zone()) {
		return fault.New(fault.Conflict, "meeting.too_early", s.m.StartAt.Day(tx.Zone()))
	}
	s.m.OpenedAt = tx.Millis()
	items, err := agendaOf(tx, s.m)
	if err != nil {
		return err
	}
	for _, it := range items {
		if !it.TakenOut {
			s.m.Item = it.ID
			break
		}
	}
	if _, err := duty.Discharge(tx, who, s.m.Ref(), duty.Position, duty.Cancelled); err != nil {
		return err
	}
	return s.done(EventOpen, in)
}

// inRoom begins what is written down in a meeting of one of the states.
func inRoom(tx *db.Tx, who access.Person, key string, version int64, states ...string) (*step, error) {
	s, err := begin(tx, who, key, version, access.MeetingRecord)
	if err == nil && !slices.Contains(states, s.m.State) {
		err = fault.New(fault.Conflict, "meeting.not_held")
	}
	return s, err
}

// atItem is inRoom for one item of the agenda.
func atItem(tx *db.Tx, who access.Person, key, item string, states ...string) (*step, Item, error) {
	s, err := inRoom(tx, who, key, 0, states...)
	if err != nil {
		return nil, Item{}, err
	}
	it, err := s.item(item)
	return s, it, err
}

// Here is who came of one unit.
type Here struct {
	Unit     string `json:"unit"`
	Presence string `json:"presence"`
	Person   string `json:"person,omitempty"`
	Note     string `json:"note,omitempty"`
}

// Attend writes down who is there.
type Attend struct {
	Meeting string `json:"meeting"`
	Rows    []Here `json:"rows"`
}

// Do writes it down. Errors: access, Invalid for a deputy without a name, Conflict outside of the meeting.
func (in Attend) Do(tx *db.Tx, who access.Person) error {
	s, err := inRoom(tx, who, in.Meeting, 0, Held, Ended)
	if err != nil {
		return err
	}
	var f fault.Form
	for _, h := range in.Rows {
		if h.Presence != "" && !slices.Contains(Presences(), h.Presence) {
			f.Add("presence."+h.Unit, "fault.choice")
		}
		h.Person, h.Note = text(&f, "person."+h.Unit, h.Person, 0, MaxPlace), text(&f, "note."+h.Unit, h.Note, 0, MaxNote)
		if h.Presence == Deputy && h.Person == "" {
			f.Add("person."+h.Unit, "meeting.deputy_name")
		}
		if err := setPresence(tx, s.m.ID, h); err != nil {
			return err
		}
	}
	if err := f.Err(); err != nil {
		return err
	}
	return s.record("attendance", in)
}

// Turn puts an item on the screen.
type Turn struct {
	Meeting string `json:"meeting"`
	Item    string `json:"item"`
}

// Do turns. Errors: access, Conflict outside of the meeting.
func (in Turn) Do(tx *db.Tx, who access.Person) error {
	s, it, err := atItem(tx, who, in.Meeting, in.Item, Held)
	if err != nil {
		return err
	}
	s.m.Item = it.ID
	return s.done("turned", in)
}

// Word is a resolution while it is worded: everybody in the room reads along.
type Word struct {
	Meeting string `json:"meeting"`
	Item    string `json:"item"`
	Text    string `json:"text"`
}

// Do shows it. Errors: access, Conflict outside of the meeting.
func (in Word) Do(tx *db.Tx, who access.Person) error {
	s, it, err := atItem(tx, who, in.Meeting, in.Item, Held)
	if err != nil {
		return err
	}
	var f fault.Form
	draft := text(&f, "text", in.Text, 0, MaxText)
	if err := f.Err(); err != nil {
		return err
	}
	if err := setDraft(tx, it.ID, draft, it.DiscussedAt); err != nil {
		return err
	}
	return s.record("worded", struct {
		Item string `json:"item"`
	}{it.ID}) // the words themselves come into the record when they are decided
}

// Conclude writes down what the meeting said to an item (议定结论), and positions that were given by mouth.
type Conclude struct {
	Meeting    string            `json:"meeting"`
	Item       string            `json:"item"`
	Conclusion string            `json:"conclusion"`
	Said       map[string]string `json:"said,omitempty"` // by unit
}

// Do writes it down. Errors: access, Invalid, Conflict outside of the meeting.
func (in Conclude) Do(tx *db.Tx, who access.Person) error {
	s, it, err := atItem(tx, who, in.Meeting, in.Item, Held, Ended)
	if err != nil {
		return err
	}
	var f fault.Form
	words := text(&f, "conclusion", in.Conclusion, 2, MaxText)
	tree, err := org.TreeOf(tx)
	if err != nil {
		return err
	}
	for unit, said := range in.Said {
		u, ok := tree.Get(unit)
		if !ok || said == "" {
			continue
		}
		p := Position{Item: it.ID, Meeting: s.m.ID, Unit: unit, Path: u.Path, AskedAt: tx.Millis(), Text: text(&f, "said."+unit, said, 0, MaxText), GivenAt: tx.Millis(), GivenBy: who.ID}
		if _, err := insertPosition(tx, p); err != nil {
			return err
		}
		if err := givePosition(tx, p); err != nil {
			return err
		}
	}
	if err := f.Err(); err != nil {
		return err
	}
	if err := conclude(tx, it.ID, words, tx.Millis()); err != nil {
		return err
	}
	return s.record("concluded", in)
}

// Finish ends the meeting; the minutes are owed by the chair.
type Finish struct {
	Meeting string `json:"meeting"`
	Version int64  `json:"version"`
}

// Do ends it. Errors: access, Conflict where it is not held.
func (in Finish) Do(tx *db.Tx, who access.Person) error {
	s, err := begin(tx, who, in.Meeting, in.Version, access.MeetingRecord)
	if err != nil {
		return err
	}
	if err := s.move(EventEnd); err != nil {
		return err
	}
	s.m.EndedAt = tx.Millis()
	chair, err := org.PersonByID(tx, s.m.Chair)
	if err != nil {
		return err
	}
	n, err := db.One[int64](tx, `SELECT COUNT(*) FROM duty WHERE subject_kind = $1 AND subject_id = $2 AND kind = $3`, RefKind, s.m.ID, string(duty.MinutesSign))
	if err != nil {
		return err
	}
	if _, err := duty.Owe(tx, who, duty.New{Kind: duty.MinutesSign, Subject: s.m.Ref(), Round: n, Path: chair.Path, Role: access.Employee, Person: chair.ID}); err != nil {
		return err
	}
	return s.done(EventEnd, in)
}

// Resume goes on with a meeting that was ended too early.
type Resume struct {
	Meeting string `json:"meeting"`
	Version int64  `json:"version"`
}

// Do goes on. Errors: access, Conflict once the minutes are signed.
func (in Resume) Do(tx *db.Tx, who access.Person) error {
	s, err := begin(tx, who, in.Meeting, in.Version, access.MeetingRecord)
	if err != nil {
		return err
	}
	if err := s.move(EventResume); err != nil {
		return err
	}
	s.m.EndedAt = 0
	if _, err := duty.Discharge(tx, who, s.m.Ref(), duty.MinutesSign, duty.Cancelled); err != nil {
		return err
	}
	return s.done(EventResume, in)
}

// Write keeps the two texts of the minutes that no record gives.
type Write struct {
	Meeting string `json:"meeting"`
	Version int64  `json:"version"`
	Opening string `json:"opening"`
	Demands string `json:"demands"`
}

// Do keeps them. Errors: access, Invalid, Conflict outside of a meeting that is held or ended.
func (in Write) Do(tx *db.Tx, who access.Person) error {
	s, err := inRoom(tx, who, in.Meeting, in.Version, Held, Ended)
	if err != nil {
		return err
	}
	var f fault.Form
	s.m.Opening, s.m.Demands = text(&f, "opening", in.Opening, 0, MaxPages), text(&f, "demands", in.Demands, 0, MaxPages)
	if err := f.Err(); err != nil {
		return err
	}
	return s.done("written", in)
}
