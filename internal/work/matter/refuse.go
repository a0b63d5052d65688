package matter

import (
	"sanwen/internal/base/access"
	"sanwen/internal/base/duty"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/work/assignment"
	"sanwen/internal/work/matter/plan"
)

// MaxReviewDays is the longest time until a carried-over matter is looked at again.
const MaxReviewDays = 366

// CarryOver writes down that a matter cannot be done now: under which condition it can, and when somebody looks again
// (挂账). It stays on the ledger and is never counted as solved.
type CarryOver struct {
	Matter    string    `json:"matter"`
	Version   int64     `json:"version"`
	Condition string    `json:"condition"`
	ReviewDay clock.Day `json:"review_day"`
	LongTerm  bool      `json:"long_term"` // becomes a medium or long-term plan
}

// Do carries over. Errors: access, Invalid without condition or with a review day that is past or too far.
func (in CarryOver) Do(tx *db.Tx, who access.Person) error {
	x, err := begin(tx, who, in.Matter, in.Version, access.MatterCarry)
	if err != nil {
		return err
	}
	if err := outside(x.m, who); err != nil {
		return err
	}
	if err := x.move(EventCarry); err != nil {
		return err
	}
	if err := x.carry(in.Condition, in.ReviewDay, in.LongTerm); err != nil {
		return err
	}
	if err := x.discharge(duty.Cancelled, work...); err != nil {
		return err
	}
	if err := x.dropExtension(); err != nil {
		return err
	}
	x.m.PauseReason, x.m.PauseUntil, x.m.PausedAt = "", "", 0
	return x.done(EventCarry, in, x.m.Condition)
}

func (x *act) carry(condition string, review clock.Day, long bool) error {
	var f fault.Form
	plan.CheckText(&f, "condition", condition, 4, plan.MaxNote)
	switch {
	case !review.Valid():
		f.Add("review_day", "matter.plan.day", string(review))
	case review <= x.tx.Today():
		f.Add("review_day", "matter.carry.past")
	case x.tx.Today().Until(review) > MaxReviewDays:
		f.Add("review_day", "matter.carry.far", MaxReviewDays)
	}
	if err := f.Err(); err != nil {
		return err
	}
	x.m.Condition, x.m.ReviewDay, x.m.LongTerm = trim(condition), review, long
	return x.owe(duty.New{Kind: duty.Review, Path: x.m.UnitPath, Role: access.Supervisor, Day: review})
}

// Review looks at a carried-over matter and leaves it carried over, with the next review day.
type Review struct {
	Matter    string    `json:"matter"`
	Version   int64     `json:"version"`
	Condition string    `json:"condition"`
	ReviewDay clock.Day `json:"review_day"`
}

// Do reviews. Errors as of [CarryOver].
func (in Review) Do(tx *db.Tx, who access.Person) error {
	x, err := begin(tx, who, in.Matter, in.Version, access.MatterCarry)
	if err != nil {
		return err
	}
	if err := x.move(EventReview); err != nil {
		return err
	}
	if err := x.discharge(duty.Done, duty.Review); err != nil {
		return err
	}
	if err := x.carry(in.Condition, in.ReviewDay, x.m.LongTerm); err != nil {
		return err
	}
	return x.done(EventReview, in, "")
}

// TakeUp starts a carried-over matter again: its unit owes a plan.
type TakeUp struct {
	Matter  string `json:"matter"`
	Version int64  `json:"version"`
	Note    string `json:"note"`
}

// Do takes up. Errors: access, Conflict when it is not carried over.
func (in TakeUp) Do(tx *db.Tx, who access.Person) error {
	x, err := begin(tx, who, in.Matter, in.Version, access.MatterCarry)
	if err != nil {
		return err
	}
	if err := x.move(EventTakeUp); err != nil {
		return err
	}
	var f fault.Form
	plan.CheckText(&f, "note", in.Note, 0, plan.MaxNote)
	if err := f.Err(); err != nil {
		return err
	}
	x.m.DueOpen, x.m.Owner = true, "" // a new plan names who answers for it, by when
	if err := x.discharge(duty.Done, duty.Review); err != nil {
		return err
	}
	if err := x.owePlan(); err != nil {
		return err
	}
	return x.done(EventTakeUp, in, trim(in.Note))
}

// Decline is the honest no: it will not be done, by this rule, decided by this person or body.
type Decline struct {
	Matter  string `json:"matter"`
	Version int64  `json:"version"`
	Reason  string `json:"reason"`  // in words for the people who asked
	Rule    string `json:"rule"`    // the rule or the fact that stands against it
	Decider string `json:"decider"` // who decided
}

// Do declines. Errors: access, Invalid without reason, rule or decider.
func (in Decline) Do(tx *db.Tx, who access.Person) error {
	x, err := begin(tx, who, in.Matter, in.Version, access.MatterDecline)
	if err != nil {
		return err
	}
	if err := outside(x.m, who); err != nil {
		return err
	}
	if err := x.move(EventDecline); err != nil {
		return err
	}
	var f fault.Form
	plan.CheckText(&f, "reason", in.Reason, 4, plan.MaxText)
	plan.CheckText(&f, "rule", in.Rule, 2, plan.MaxNote)
	plan.CheckText(&f, "decider", in.Decider, 2, plan.MaxTitle)
	if err := f.Err(); err != nil {
		return err
	}
	x.m.EndRule, x.m.EndDecider = trim(in.Rule), trim(in.Decider)
	return x.refuse(EventDecline, "declined", in.Reason, in)
}

// Cancel takes a matter off the ledger for a public reason that is no refusal: it was put right otherwise, the place
// is gone, it was registered twice.
type Cancel struct {
	Matter  string `json:"matter"`
	Version int64  `json:"version"`
	Reason  string `json:"reason"`
}

// Do cancels. Errors: access, Invalid without a reason.
func (in Cancel) Do(tx *db.Tx, who access.Person) error {
	x, err := begin(tx, who, in.Matter, in.Version, access.MatterCancel)
	if err != nil {
		return err
	}
	if err := x.move(EventCancel); err != nil {
		return err
	}
	var f fault.Form
	plan.CheckText(&f, "reason", in.Reason, 4, plan.MaxText)
	if err := f.Err(); err != nil {
		return err
	}
	x.m.EndDecider = who.Name
	return x.refuse(EventCancel, "cancelled", in.Reason, in)
}

func (x *act) refuse(ev, how, reason string, data any) error {
	x.m.EndedHow, x.m.EndReason, x.m.ClosedAt, x.m.ClosedBy = how, trim(reason), x.now(), x.who.ID
	x.m.Reply = x.m.EndReason
	if err := x.discharge(duty.Cancelled, append([]duty.Kind{duty.Review}, work...)...); err != nil {
		return err
	}
	if err := x.dropExtension(); err != nil {
		return err
	}
	if err := assignment.End(x.tx, x.who, x.m.Ref(), how); err != nil {
		return err
	}
	return x.done(ev, data, x.m.EndReason)
}
