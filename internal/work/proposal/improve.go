package proposal

import (
	"fmt"
	"slices"

	"sanwen/internal/base/access"
	"sanwen/internal/base/duty"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
)

// Assign gives a rationalisation proposal to a department, or to another one where the first cannot decide it.
type Assign struct {
	Proposal string `json:"proposal"`
	Version  int64  `json:"version"`
	Lead     string `json:"lead"`
}

// Do assigns. Errors: access, Invalid at "lead", Conflict where it is judged already.
func (in Assign) Do(tx *db.Tx, who access.Person) error {
	p, err := reach(tx, who, access.ProposalReview, in.Proposal, in.Version)
	if err != nil {
		return err
	}
	from := p.State
	if p.State, err = p.Cycle().Next(from, EventAssign); err != nil {
		return err
	}
	var f fault.Form
	if err := p.give(tx, &f, in.Lead, nil); err != nil {
		return err
	}
	if err := f.Err(); err != nil {
		return err
	}
	if p.Number == "" {
		if p.Number, err = newNumber(tx, p.Kind); err != nil {
			return err
		}
	}
	if err := discharge(tx, who, p, duty.Done); err != nil {
		return err
	}
	days, err := org.Int(tx, JudgeSetting)
	if err != nil {
		return err
	}
	if _, err := duty.Owe(tx, who, duty.New{Kind: duty.ProposalJudge, Subject: p.Ref(), Round: p.Version, Path: p.LeadPath, Role: access.DeptHead, Days: days}); err != nil {
		return err
	}
	return keep(tx, who, &p, from, EventAssign, in)
}

// Judge is what the department says of it, and when it said so to the proposer.
type Judge struct {
	Proposal string    `json:"proposal"`
	Version  int64     `json:"version"`
	Event    string    `json:"event"` // one of [Judgements]
	Words    string    `json:"words"`
	Told     clock.Day `json:"told"`            // on which day it was told face to face
	Until    clock.Day `json:"until,omitempty"` // of what is adopted or tried
}

// Do judges. Errors: access, Invalid at the fields, Conflict where it is judged already.
func (in Judge) Do(tx *db.Tx, who access.Person) error {
	p, err := reach(tx, who, access.ProposalAnswer, in.Proposal, in.Version)
	if err != nil {
		return err
	}
	if !slices.Contains(Judgements(), in.Event) {
		return fault.Field("event", "fault.choice")
	}
	from := p.State
	if p.State, err = p.Cycle().Next(from, in.Event); err != nil {
		return err
	}
	if p.Proposer == who.ID {
		return fault.New(fault.Forbidden, "proposal.own")
	}
	var f fault.Form
	p.Answer, p.Words, p.ByPerson, p.Answered, p.Told, p.UntilDay = in.Event, f.Text("words", in.Words, 10, MaxText, "proposal.words.short"), who.ID, tx.Today(), in.Told, ""
	if made := p.MadeAt.Day(tx.Zone()); !in.Told.Valid() || in.Told > tx.Today() || in.Told < made {
		f.Add("told", "proposal.told.day")
	}
	does := in.Event == EventAdopt || in.Event == EventTry
	if does {
		p.UntilDay = in.Until
		within(tx, &f, "until", in.Until)
	} else if p.Over() {
		p.OverDay = tx.Today()
	}
	if err := f.Err(); err != nil {
		return err
	}
	if err := discharge(tx, who, p, duty.Done); err != nil {
		return err
	}
	if does {
		if _, err := duty.Owe(tx, who, duty.New{Kind: duty.ProposalDo, Subject: p.Ref(), Round: p.Version, Path: p.LeadPath, Role: access.DeptHead, Day: in.Until}); err != nil {
			return err
		}
	}
	return keep(tx, who, &p, from, in.Event, in)
}

// Finish says that what was adopted is done.
type Finish struct {
	Proposal string `json:"proposal"`
	Version  int64  `json:"version"`
	Done     string `json:"done"`
}

// Do says so. Errors: access, Invalid at the fields, Conflict where it is not adopted.
func (in Finish) Do(tx *db.Tx, who access.Person) error {
	p, err := reach(tx, who, access.ProposalAnswer, in.Proposal, in.Version)
	if err != nil {
		return err
	}
	from := p.State
	if p.State, err = p.Cycle().Next(from, EventDo); err != nil {
		return err
	}
	var f fault.Form
	p.Done, p.DoneBy = f.Text("done", in.Done, 10, MaxText, "proposal.words.short"), who.ID
	if err := f.Err(); err != nil {
		return err
	}
	if err := discharge(tx, who, p, duty.Done); err != nil {
		return err
	}
	if err := examine(tx, who, p); err != nil {
		return err
	}
	return keep(tx, who, &p, from, EventDo, in)
}

// Verify counts what it brings, by somebody who has not done it, or sends it back.
type Verify struct {
	Proposal string `json:"proposal"`
	Version  int64  `json:"version"`
	Return   bool   `json:"return,omitempty"`
	Reason   string `json:"reason,omitempty"` // of a return
	Benefit  int64  `json:"benefit,omitempty"`
}

// Do counts. Errors: access, Invalid at the fields, Forbidden for the proposer, for who adopted it or said that it is done and for the people of the
// department, Conflict where it is not done.
func (in Verify) Do(tx *db.Tx, who access.Person) error {
	p, err := reach(tx, who, access.ProposalReview, in.Proposal, in.Version)
	if err != nil {
		return err
	}
	if who.ID == p.Proposer || who.ID == p.ByPerson || who.ID == p.DoneBy || who.Path.Under(p.LeadPath) {
		return fault.New(fault.Forbidden, "proposal.hands")
	}
	from, ev := p.State, EventVerify
	if in.Return {
		ev = EventReturn
	}
	if p.State, err = p.Cycle().Next(from, ev); err != nil {
		return err
	}
	var f fault.Form
	if in.Return {
		p.Reason = f.Text("reason", in.Reason, 2, MaxReason, "fault.required")
	} else if in.Benefit < 0 || in.Benefit > MaxMoney {
		f.Add("benefit", "fault.range", 0, MaxMoney)
	}
	if err := f.Err(); err != nil {
		return err
	}
	if err := discharge(tx, who, p, duty.Done); err != nil {
		return err
	}
	if in.Return {
		if _, err := duty.Owe(tx, who, duty.New{Kind: duty.ProposalDo, Subject: p.Ref(), Round: p.Version, Path: p.LeadPath, Role: access.DeptHead, Days: 5}); err != nil {
			return err
		}
	} else {
		p.Benefit, p.CheckedBy, p.Reason = in.Benefit, who.ID, ""
		if err := examine(tx, who, p); err != nil {
			return err
		}
	}
	return keep(tx, who, &p, from, ev, in)
}

// Award ends it with thanks, and perhaps with money.
type Award struct {
	Proposal string `json:"proposal"`
	Version  int64  `json:"version"`
	Grade    string `json:"grade"`
	Bonus    int64  `json:"bonus,omitempty"` // yuan
}

// Do awards. Errors: access, Invalid at the fields, Conflict where nothing is counted yet.
func (in Award) Do(tx *db.Tx, who access.Person) error {
	p, err := reach(tx, who, access.ProposalReview, in.Proposal, in.Version)
	if err != nil {
		return err
	}
	from := p.State
	if p.State, err = p.Cycle().Next(from, EventAward); err != nil {
		return err
	}
	if p.Proposer == who.ID {
		return fault.New(fault.Forbidden, "proposal.own")
	}
	var f fault.Form
	if !slices.Contains(Awards(), in.Grade) {
		f.Add("grade", "fault.choice")
	}
	if in.Bonus < 0 || in.Bonus > MaxBonus {
		f.Add("bonus", "fault.range", 0, MaxBonus)
	}
	if err := f.Err(); err != nil {
		return err
	}
	p.Grade, p.Bonus, p.OverDay = in.Grade, in.Bonus, tx.Today()
	if err := discharge(tx, who, p, duty.Done); err != nil {
		return err
	}
	return keep(tx, who, &p, from, EventAward, in)
}

// Totals is what the improvements of a year came to.
type Totals struct{ Made, People, Adopted, Done, Benefit, Bonus int64 }

// TotalsOf adds up a year, for whoever may read all proposals.
func TotalsOf(tx *db.Tx, who access.Person, year int) (Totals, error) {
	if err := mayAll(tx, who); err != nil {
		return Totals{}, err
	}
	from, to := clock.Day(fmt.Sprintf("%04d-01-01", year)), clock.Day(fmt.Sprintf("%04d-01-01", year+1))
	return db.One[Totals](tx, `SELECT COUNT(*) AS made, COUNT(DISTINCT proposer) AS people, COALESCE(SUM(CASE WHEN state IN ('adopted', 'trying', 'done', 'verified', 'awarded') THEN 1 ELSE 0 END), 0) AS adopted,
		COALESCE(SUM(CASE WHEN state IN ('verified', 'awarded') THEN 1 ELSE 0 END), 0) AS done, COALESCE(SUM(benefit), 0) AS benefit, COALESCE(SUM(bonus), 0) AS bonus
		FROM proposal WHERE kind = 'improvement' AND state <> 'withdrawn' AND made_at >= $1 AND made_at < $2`, clock.MillisOf(from.Time(tx.Zone())), clock.MillisOf(to.Time(tx.Zone())))
}
