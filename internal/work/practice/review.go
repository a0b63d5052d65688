package practice

import (
	"slices"
	"strings"

	"sanwen/internal/base/access"
	"sanwen/internal/base/duty"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/work/matter"
)

// Judge publishes a practice that somebody else wrote, or sends it back.
type Judge struct {
	Practice string `json:"practice"`
	Version  int64  `json:"version"`
	Publish  bool   `json:"publish"`
	Note     string `json:"note"` // needed when it is sent back
}

// Do decides. Errors: access, Forbidden for who wrote at it, Invalid without a reason, Conflict where it does not wait, or its matter is no example
// any more.
func (in Judge) Do(tx *db.Tx, who access.Person) error {
	p, err := begin(tx, who, in.Practice, in.Version, access.PracticeReview)
	if err != nil {
		return err
	}
	from, ev, least := p.State, EventPublish, 0
	if !in.Publish {
		ev, least = EventReturn, 2
	}
	if p.State, err = Cycle.Next(p.State, ev); err != nil {
		return err
	}
	if p.wrote(who) {
		return fault.New(fault.Forbidden, "practice.same_hands")
	}
	var f fault.Form
	p.Note = f.Text("note", in.Note, least, MaxReason, "fault.required")
	if err := f.Err(); err != nil {
		return err
	}
	if in.Publish {
		if err := p.publish(tx, who); err != nil {
			return err
		}
	}
	if _, err := duty.Discharge(tx, who, p.Ref(), duty.PracticeReview, duty.Done); err != nil {
		return err
	}
	return p.done(tx, who, ev, from, in)
}

// publish holds the practice against the record once more, and gives it its number.
func (p *Practice) publish(tx *db.Tx, who access.Person) error {
	m, err := matter.Find(tx, p.Matter)
	if err != nil {
		return err
	}
	if err := proved(m); err != nil {
		return err
	}
	if err := p.refresh(tx, m); err != nil {
		return err
	}
	p.Reviewer, p.PublishedAt, p.Note = who.ID, tx.Millis(), ""
	if p.Number != "" {
		return nil
	}
	year := tx.Today().Year()
	n, err := nextNumber(tx, year)
	p.Number = Number(year, n)
	return err
}

// wrote reports whether somebody has written at the text.
func (p Practice) wrote(who access.Person) bool {
	return slices.Contains(strings.Split(p.Writers, ","), who.ID)
}

// Withdraw takes a practice off the shelf: it holds no longer, and everybody may know why.
type Withdraw struct {
	Practice string `json:"practice"`
	Version  int64  `json:"version"`
	Reason   string `json:"reason"`
}

// Do withdraws. Errors: access, Invalid without a reason, Conflict where it is not published.
func (in Withdraw) Do(tx *db.Tx, who access.Person) error {
	p, err := begin(tx, who, in.Practice, in.Version, access.PracticeReview)
	if err != nil {
		return err
	}
	from := p.State
	if p.State, err = Cycle.Next(p.State, EventWithdraw); err != nil {
		return err
	}
	var f fault.Form
	p.Note = f.Text("reason", in.Reason, 2, MaxReason, "fault.required")
	if err := f.Err(); err != nil {
		return err
	}
	return p.done(tx, who, EventWithdraw, from, in)
}

// Rework takes a withdrawn practice up again: it is written anew and reviewed anew, and keeps its number.
type Rework struct {
	Practice string `json:"practice"`
	Version  int64  `json:"version"`
}

// Do takes it up. Errors: access, Conflict where it is not withdrawn or its matter is no example any more.
func (in Rework) Do(tx *db.Tx, who access.Person) error {
	p, err := begin(tx, who, in.Practice, in.Version, access.PracticeWrite)
	if err != nil {
		return err
	}
	from := p.State
	if p.State, err = Cycle.Next(p.State, EventRework); err != nil {
		return err
	}
	m, err := matter.Find(tx, p.Matter)
	if err != nil {
		return err
	}
	if err := proved(m); err != nil {
		return err
	}
	p.Author, p.Writers = who.ID, who.ID
	return p.done(tx, who, EventRework, from, in)
}

// Drop throws a draft away.
type Drop struct {
	Practice string `json:"practice"`
	Version  int64  `json:"version"`
}

// Do throws it away. Errors: access, Conflict where it is no draft, or has been published before.
func (in Drop) Do(tx *db.Tx, who access.Person) error {
	p, err := begin(tx, who, in.Practice, in.Version, access.PracticeWrite)
	if err != nil {
		return err
	}
	from := p.State
	if p.State, err = Cycle.Next(p.State, EventDrop); err != nil {
		return err
	}
	if p.Number != "" {
		return fault.New(fault.Conflict, "practice.was_published")
	}
	return p.done(tx, who, EventDrop, from, in)
}
