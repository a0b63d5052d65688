package meeting

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"sanwen/internal/base/access"
	"sanwen/internal/base/duty"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/work/meeting/paper"
)

// keep stores a version of the minutes and sends it round.
func (s *step) keep(x paper.Minutes) error {
	b, err := json.Marshal(x)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(b)
	s.m.Minutes = x.V
	digest := hex.EncodeToString(sum[:])
	if err := insertMinutes(s.tx, s.m.ID, x.V, string(b), digest, x.Reason, s.tx.Millis(), s.who.ID); err != nil {
		return err
	}
	parties, err := PartiesOf(s.tx, s.m.ID)
	if err != nil {
		return err
	}
	if _, err := duty.Discharge(s.tx, s.who, s.m.Ref(), duty.MinutesReceive, duty.Cancelled); err != nil { // of a version that holds no more
		return err
	}
	var owed []duty.New
	for _, p := range parties {
		if err := insertReceipt(s.tx, s.m.ID, x.V, p.Unit, p.Path); err != nil {
			return err
		}
		role := access.DeptHead
		tree, err := org.TreeOf(s.tx)
		if err != nil {
			return err
		}
		if u, _ := tree.Get(p.Unit); u.Kind == org.Plant {
			role = access.UnitChair
		}
		owed = append(owed, duty.New{Kind: duty.MinutesReceive, Subject: s.m.Ref(), Item: p.Unit, Round: x.V, Path: p.Path, Role: role})
	}
	if _, err := duty.OweAll(s.tx, s.who, owed...); err != nil {
		return err
	}
	return s.done(map[bool]string{true: EventSign, false: EventCorrect}[x.V == 1], struct {
		Digest string `json:"digest"`
		Number string `json:"number"`
		Reason string `json:"reason,omitempty"`
		V      int64  `json:"v"`
	}{digest, s.m.Number, x.Reason, x.V})
}

// Sign is the chair's signature by account: the minutes have a number and hold from now on.
type Sign struct {
	Meeting string `json:"meeting"`
	Version int64  `json:"version"`
}

// Do signs. Errors: access, Conflict where an item has no conclusion.
func (in Sign) Do(tx *db.Tx, who access.Person) error {
	s, err := begin(tx, who, in.Meeting, in.Version, access.MeetingSign)
	if err != nil {
		return err
	}
	if err := s.move(EventSign); err != nil {
		return err
	}
	x, err := Compose(tx, s.m)
	if err != nil {
		return err
	}
	for _, it := range x.Items {
		if it.Conclusion == "" && len(it.Decided) == 0 {
			return fault.New(fault.Conflict, "meeting.no_conclusion", it.Title)
		}
	}
	s.m.Year = int64(s.m.StartAt.Day(tx.Zone()).Year())
	if s.m.N, err = nextNumber(tx, s.m.Year); err != nil {
		return err
	}
	s.m.Number, s.m.SignedAt, s.m.SignedBy = NumberOf(s.m.Year, s.m.N), tx.Millis(), who.ID
	x.Number, x.SignedAt, x.Signer = s.m.Number, s.m.SignedAt, who.Name
	if _, err := duty.Discharge(tx, who, s.m.Ref(), duty.MinutesSign, duty.Done); err != nil {
		return err
	}
	return s.keep(x)
}

// Correct writes a new version of signed minutes beside the old one.
type Correct struct {
	Meeting     string            `json:"meeting"`
	Version     int64             `json:"version"`
	Opening     string            `json:"opening"`
	Demands     string            `json:"demands"`
	Conclusions map[string]string `json:"conclusions,omitempty"` // by item id
	Reason      string            `json:"reason"`
}

// Do corrects. What was decided is owed already and is not changed by it. Errors: access, Invalid without a reason.
func (in Correct) Do(tx *db.Tx, who access.Person) error {
	s, err := begin(tx, who, in.Meeting, in.Version, access.MeetingSign)
	if err != nil {
		return err
	}
	if err := s.move(EventCorrect); err != nil {
		return err
	}
	var f fault.Form
	s.m.Opening, s.m.Demands = text(&f, "opening", in.Opening, 0, MaxPages), text(&f, "demands", in.Demands, 0, MaxPages)
	reason := text(&f, "reason", in.Reason, 4, MaxNote)
	for key, words := range in.Conclusions {
		it, err := s.item(key)
		if err != nil {
			return err
		}
		if err := conclude(tx, it.ID, text(&f, "c."+key, words, 2, MaxText), it.DiscussedAt); err != nil {
			return err
		}
	}
	if err := f.Err(); err != nil {
		return err
	}
	x, err := Compose(tx, s.m)
	if err != nil {
		return err
	}
	x.SignedAt, x.Signer, x.Reason = tx.Millis(), who.Name, reason
	return s.keep(x)
}

// Receive notes that a unit has the minutes.
type Receive struct {
	Meeting string `json:"meeting"`
	Unit    string `json:"unit"`
}

// Do notes it. Errors: access, Conflict where it has received them before.
func (in Receive) Do(tx *db.Tx, who access.Person) error {
	m, err := find(tx, in.Meeting, tx.ForUpdate())
	if err != nil {
		tx.Asked()
		return err
	}
	p, err := db.Maybe[Party](tx, `SELECT * FROM meeting_party WHERE meeting = $1 AND unit = $2`, m.ID, in.Unit)
	if err != nil {
		return err
	}
	path := access.NoUnit
	if p != nil {
		path = p.Path
	}
	if err := who.May(tx, access.MeetingReceive, partyThing(m, path)); err != nil {
		return err
	}
	if err := receive(tx, m.ID, m.Minutes, in.Unit, tx.Millis(), who.ID); err != nil {
		return err
	}
	if _, err := duty.Discharge(tx, who, m.Ref(), duty.MinutesReceive, duty.Done, in.Unit); err != nil {
		return err
	}
	s := &step{tx: tx, who: who, m: m, from: m.State}
	return s.record("received", in)
}
