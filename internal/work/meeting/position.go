package meeting

import (
	"slices"

	"sanwen/internal/base/access"
	"sanwen/internal/base/duty"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
)

// AskPositions asks every unit that leads or helps with an item what it thinks, until a day.
type AskPositions struct {
	Meeting string    `json:"meeting"`
	Version int64     `json:"version"`
	Due     clock.Day `json:"due"`
}

// Do asks. Asked again after the agenda has grown, it asks for what is new. Errors: access, Invalid for a day that is not a working day
// between today and the meeting, Conflict once the meeting is held.
func (in AskPositions) Do(tx *db.Tx, who access.Person) error {
	s, err := begin(tx, who, in.Meeting, in.Version, access.MeetingCall)
	if err != nil {
		return err
	}
	if !s.m.Running() {
		return fault.New(fault.Conflict, "meeting.over")
	}
	cal, err := org.Calendar(tx)
	if err != nil {
		return err
	}
	if work, _ := cal.IsWorkday(in.Due); !in.Due.Valid() || !work || in.Due < tx.Today() || in.Due > s.m.StartAt.Day(tx.Zone()) {
		return fault.Field("due", "meeting.positions_day", s.m.StartAt.Day(tx.Zone()))
	}
	items, err := s.refreshed()
	if err != nil {
		return err
	}
	tree, err := org.TreeOf(tx)
	if err != nil {
		return err
	}
	units, err := s.ask(items, tree)
	if err != nil {
		return err
	}
	if len(units) == 0 {
		return fault.New(fault.Conflict, "meeting.nobody_to_ask")
	}
	open, err := duty.Of(tx, s.m.Ref())
	if err != nil {
		return err
	}
	var owed []duty.New
	for _, u := range units {
		if !slices.ContainsFunc(open, func(d duty.Duty) bool { return d.Open && d.Kind == duty.Position && d.Item == u }) {
			owed = append(owed, duty.New{Kind: duty.Position, Subject: s.m.Ref(), Item: u, Round: int64(len(open)), Path: tree.Path(u), Role: access.DeptHead, Day: in.Due})
		}
	}
	if len(owed) > 0 {
		if _, err := duty.OweAll(tx, who, owed...); err != nil {
			return err
		}
	}
	s.m.PositionsDue = in.Due
	return s.done("asked", in)
}

// refreshed is the agenda, brought up to date where it still follows the ledger.
func (s *step) refreshed() ([]Item, error) {
	if s.m.State == Called {
		return s.refresh()
	}
	return agendaOf(s.tx, s.m)
}

// ask writes down who is asked about what, and returns the units that have something to answer.
func (s *step) ask(items []Item, tree *org.Tree) ([]string, error) {
	all, err := Briefs(s.tx, s.m, items)
	if err != nil {
		return nil, err
	}
	var units []string
	for _, it := range items {
		if it.TakenOut || it.Settled || it.Lead == "" {
			continue
		}
		for _, u := range append([]string{it.Lead}, all[it.Key()].Co...) {
			if _, ok := tree.Get(u); !ok {
				continue
			}
			fresh, err := insertPosition(s.tx, Position{Item: it.ID, Meeting: s.m.ID, Unit: u, Path: tree.Path(u), AskedAt: s.tx.Millis()})
			if err != nil {
				return nil, err
			}
			if fresh && !slices.Contains(units, u) {
				units = append(units, u)
			}
		}
	}
	return units, nil
}

// GivePositions is what a unit thinks of the items that it was asked about.
type GivePositions struct {
	Meeting string            `json:"meeting"`
	Unit    string            `json:"unit"`
	Texts   map[string]string `json:"texts"` // by item id; an empty one stays open
}

// Do gives them; it may be done again until the meeting is held. Once nothing is open the duty is done. Errors: access, Invalid for a
// text that is too short or long, Conflict once the meeting is held.
func (in GivePositions) Do(tx *db.Tx, who access.Person) error {
	m, err := find(tx, in.Meeting, tx.ForUpdate())
	if err != nil {
		tx.Asked()
		return err
	}
	asked, err := db.All[Position](tx, `SELECT * FROM meeting_position WHERE meeting = $1 AND unit = $2 ORDER BY item`, m.ID, in.Unit)
	if err != nil {
		return err
	}
	path := access.NoUnit
	if len(asked) > 0 {
		path = asked[0].Path
	}
	if err := who.May(tx, access.MeetingPosition, partyThing(m, path)); err != nil {
		return err
	}
	if !m.Running() {
		return fault.New(fault.Conflict, "meeting.over")
	}
	var f fault.Form
	open, given := 0, 0
	for _, p := range asked {
		t := in.Texts[p.Item]
		if t == "" {
			if p.GivenAt == 0 {
				open++
			}
			continue
		}
		p.Text, p.GivenAt, p.GivenBy = text(&f, "p."+p.Item, t, 4, MaxText), tx.Millis(), who.ID
		if err := givePosition(tx, p); err != nil {
			return err
		}
		given++
	}
	if err := f.Err(); err != nil {
		return err
	}
	if given == 0 {
		return fault.New(fault.Invalid, "meeting.no_position")
	}
	s := &step{tx: tx, who: who, m: m, from: m.State}
	if open == 0 {
		if _, err := duty.Discharge(tx, who, m.Ref(), duty.Position, duty.Done, in.Unit); err != nil {
			return err
		}
	}
	return s.record("position", in)
}
