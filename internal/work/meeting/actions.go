package meeting

import (
	"encoding/json"
	"slices"

	"sanwen/internal/base/access"
	"sanwen/internal/base/duty"
	"sanwen/internal/base/event"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/id"
	"sanwen/internal/work/meeting/paper"
)

// step is one action on a meeting while it runs.
type step struct {
	tx   *db.Tx
	who  access.Person
	m    Meeting
	from string
}

// begin finds the meeting and asks whether the person may.
func begin(tx *db.Tx, who access.Person, key string, version int64, a access.Action) (*step, error) {
	m, _, err := access.Reach(tx, who, a, key, tx.ForUpdate(), find, ThingOf)
	if err != nil {
		return nil, err
	}
	if version != 0 && version != m.Version {
		return nil, fault.New(fault.Conflict, "meeting.stale")
	}
	return &step{tx: tx, who: who, m: m, from: m.State}, nil
}

// move takes the meeting through the table.
func (s *step) move(ev string) (err error) {
	s.m.State, err = Cycle.Next(s.m.State, ev)
	return err
}

// done writes the meeting and records the fact.
func (s *step) done(ev string, data any) error {
	if err := updateMeeting(s.tx, &s.m); err != nil {
		return err
	}
	return s.record(ev, data)
}

func (s *step) record(ev string, data any) error {
	return event.Record(s.tx, s.who, event.Fact{Kind: "meeting." + ev, Subject: s.m.Ref(), From: s.from, To: s.m.State, Data: data})
}

// item finds one of the meeting's items.
func (s *step) item(key string) (Item, error) {
	it, err := db.Maybe[Item](s.tx, `SELECT * FROM meeting_item WHERE meeting = $1 AND id = $2`, s.m.ID, key)
	if err == nil && it == nil {
		err = fault.New(fault.NotFound, "meeting.unknown_item")
	}
	if err != nil {
		return Item{}, err
	}
	return *it, nil
}

// Terms are when and where a meeting is, who holds it and who comes.
type Terms struct {
	Title    string       `json:"title"`
	Start    clock.Millis `json:"start"`
	End      clock.Millis `json:"end"`
	Place    string       `json:"place"`
	Chair    string       `json:"chair"`
	Recorder string       `json:"recorder"`
	Invited  []string     `json:"invited"`
	SitIn    []string     `json:"sit_in,omitempty"`
}

// put checks the terms and fills them in; it returns the parties.
func (in Terms) put(tx *db.Tx, m *Meeting) ([]Party, error) {
	var f fault.Form
	m.Title, m.Place = text(&f, "title", in.Title, 4, MaxTitle), text(&f, "place", in.Place, 2, MaxPlace)
	m.StartAt, m.EndAt = in.Start, in.End
	switch {
	case in.Start <= tx.Millis():
		f.Add("day", "meeting.start_past")
	case tx.Today().Until(in.Start.Day(tx.Zone())) > 366:
		f.Add("day", "meeting.day_far")
	case in.End <= in.Start || in.End.Day(tx.Zone()) != in.Start.Day(tx.Zone()):
		f.Add("end", "meeting.end_before")
	}
	for _, p := range []struct {
		field, key string
		to         *string
	}{{"chair", in.Chair, &m.Chair}, {"recorder", in.Recorder, &m.Recorder}} {
		x, err := personOf(tx, p.key)
		switch {
		case err != nil && fault.KindOf(err) != fault.NotFound:
			return nil, err
		case err != nil || x.Status == org.Left:
			f.Add(p.field, "fault.choice")
		default:
			*p.to = x.ID
		}
	}
	if m.Chair != "" && m.Chair == m.Recorder {
		f.Add("recorder", "meeting.two_people")
	}
	tree, err := org.TreeOf(tx)
	if err != nil {
		return nil, err
	}
	var parties []Party
	seen := map[string]bool{}
	for i, list := range [][]string{in.Invited, in.SitIn} {
		for _, code := range list {
			u, ok := tree.Get(code)
			field := []string{"invited", "sit_in"}[i]
			switch {
			case !ok || !u.Active:
				f.Add(field, "fault.choice")
			case seen[code]:
				f.Add(field, "meeting.twice", u.NameZh)
			default:
				seen[code] = true
				parties = append(parties, Party{Meeting: m.ID, Unit: code, Path: u.Path, SitsIn: i == 1})
			}
		}
	}
	if len(in.Invited) == 0 {
		f.Add("invited", "meeting.nobody")
	}
	return parties, f.Err()
}

// Call calls a meeting. It fills ID.
type Call struct {
	ID   string `json:"id,omitempty"`
	Kind string `json:"kind"`
	Unit string `json:"unit,omitempty"` // whose meeting; empty: the organisation's
	Terms
}

// Do calls. Errors: access, Invalid for what is missing or wrong.
func (in *Call) Do(tx *db.Tx, who access.Person) error {
	if in.Unit == "" {
		in.Unit = org.Root
	}
	u, err := org.UnitByCode(tx, in.Unit)
	if err != nil {
		tx.Asked()
		return err
	}
	m := Meeting{ID: id.V7(tx.Now), Version: 1, Kind: in.Kind, Unit: u.Code, UnitPath: u.Path, CalledAt: tx.Millis(), CalledBy: who.ID, ChangedAt: tx.Millis()}
	if err := who.May(tx, access.MeetingCall, access.Thing{Kind: RefKind, Unit: u.Path, Lead: access.NoUnit}); err != nil {
		return err
	}
	if !slices.Contains(Kinds(), in.Kind) {
		return fault.Field("kind", "fault.choice")
	}
	parties, err := in.Terms.put(tx, &m)
	if err != nil {
		return err
	}
	in.ID = m.ID
	s := &step{tx: tx, who: who, m: m}
	if err := s.move(EventCall); err != nil {
		return err
	}
	if err := insertMeeting(tx, s.m); err != nil {
		return err
	}
	if err := setParties(tx, m.ID, parties); err != nil {
		return err
	}
	return s.record(EventCall, in)
}

// Change gives a meeting another day, place, chair, recorder or list of units. Calendars follow.
type Change struct {
	Meeting string `json:"meeting"`
	Version int64  `json:"version"`
	Terms
}

// Do changes. Errors: access, Invalid, Conflict once the meeting is held, or where a unit that was asked for its position would be left out.
func (in Change) Do(tx *db.Tx, who access.Person) error {
	s, err := begin(tx, who, in.Meeting, in.Version, access.MeetingCall)
	if err != nil {
		return err
	}
	if err := s.move(EventChange); err != nil {
		return err
	}
	parties, err := in.Terms.put(tx, &s.m)
	if err != nil {
		return err
	}
	s.m.ChangedAt = tx.Millis()
	s.m.Sequence++
	if err := setParties(tx, s.m.ID, parties); err != nil {
		return err
	}
	return s.done(EventChange, in)
}

// Freeze ends the changes: the pack is as it will be printed.
type Freeze struct {
	Meeting string         `json:"meeting"`
	Version int64          `json:"version"`
	Figures []paper.Figure `json:"figures,omitempty"` // the period's numbers, as the pages have them
}

// Do freezes. Errors: access, Conflict where the agenda of a dispatch meeting, or the list of speeches of the other, is empty.
func (in Freeze) Do(tx *db.Tx, who access.Person) error {
	s, err := begin(tx, who, in.Meeting, in.Version, access.MeetingCall)
	if err != nil {
		return err
	}
	items, err := s.refresh()
	if err != nil {
		return err
	}
	if err := s.move(EventFreeze); err != nil {
		return err
	}
	all, err := Briefs(tx, s.m, items)
	if err != nil {
		return err
	}
	n := 0
	for _, it := range items {
		if it.Settled || it.TakenOut {
			if it.Settled {
				it.TakenOut, it.OutReason = true, OutSettled
			}
		} else {
			n++
			it.N = int64(n)
		}
		b, err := json.Marshal(all[it.Key()])
		if err != nil {
			return err
		}
		it.Brief = string(b)
		if err := updateItem(tx, it); err != nil {
			return err
		}
	}
	if s.m.Kind == Exchange {
		if n, err = db.One[int](tx, `SELECT COUNT(*) FROM meeting_speech WHERE meeting = $1`, s.m.ID); err != nil {
			return err
		}
	}
	if n == 0 {
		return fault.New(fault.Conflict, "meeting.nothing")
	}
	if len(in.Figures) > 0 {
		b, err := json.Marshal(in.Figures)
		if err != nil {
			return err
		}
		s.m.Figures = string(b)
	}
	s.m.FrozenAt = tx.Millis()
	return s.done(EventFreeze, struct {
		Items int `json:"items"`
	}{n})
}

// OutSettled is the reason of an item that had settled itself before the pack was frozen; pages have words for it.
const OutSettled = "settled"

// Thaw lets the agenda follow the ledger again.
type Thaw struct {
	Meeting string `json:"meeting"`
	Version int64  `json:"version"`
}

// Do thaws. Errors: access, Conflict where the pack is not frozen.
func (in Thaw) Do(tx *db.Tx, who access.Person) error {
	s, err := begin(tx, who, in.Meeting, in.Version, access.MeetingCall)
	if err != nil {
		return err
	}
	if err := s.move(EventThaw); err != nil {
		return err
	}
	s.m.FrozenAt = 0
	if err := thawItems(tx, s.m.ID); err != nil {
		return err
	}
	return s.done(EventThaw, nil)
}

// Cancel calls a meeting off. Calendars strike it out.
type Cancel struct {
	Meeting string `json:"meeting"`
	Version int64  `json:"version"`
	Reason  string `json:"reason"`
}

// Do cancels. Errors: access, Invalid without a reason, Conflict once it is held.
func (in Cancel) Do(tx *db.Tx, who access.Person) error {
	s, err := begin(tx, who, in.Meeting, in.Version, access.MeetingCall)
	if err != nil {
		return err
	}
	if err := s.move(EventCancel); err != nil {
		return err
	}
	var f fault.Form
	s.m.EndReason = text(&f, "reason", in.Reason, 2, MaxNote)
	if err := f.Err(); err != nil {
		return err
	}
	s.m.ChangedAt = tx.Millis()
	s.m.Sequence++
	if _, err := duty.Discharge(tx, who, s.m.Ref(), "", duty.Cancelled); err != nil {
		return err
	}
	return s.done(EventCancel, in)
}
