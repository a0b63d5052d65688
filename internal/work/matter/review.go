package matter

import (
	"math/big"

	"sanwen/internal/base/access"
	"sanwen/internal/base/duty"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/lang"
	"sanwen/internal/work/matter/chain"
	"sanwen/internal/work/matter/plan"
)

// review says what a plan waits for first when it is handed in, and which unit approves its money. A quick fix that costs as much as the
// limit is none.
func (x *act) review(p *Plan) (chain.Step, error) {
	c, err := x.chainCase(*p)
	if err != nil {
		return "", err
	}
	if c.Quick && c.Costly {
		return "", fault.Field("funds.amount", "matter.plan.money.quick", x.set.Int(org.FundsLimit))
	}
	x.m.FinancePath = ""
	if c.Costly {
		tree, err := org.TreeOf(x.tx)
		if err != nil {
			return "", err
		}
		x.m.FinancePath = tree.Path(x.set.Text(org.FinanceUnit))
	}
	if c.AuthorHead && c.Rule == chain.Counts && !c.Quick {
		p.HeadBy, p.HeadAt, p.HeadAs = p.Author, p.At, chain.Own
	}
	return c.First(), nil
}

// chainCase is what the order of the signatures depends on.
func (x *act) chainCase(p Plan) (chain.Case, error) {
	c := chain.Case{Quick: p.Class == Quick, Rule: x.set.Int(org.HeadAuthor)}
	if p.Slots.Money != nil {
		amount, ok := new(big.Rat).SetString(p.Slots.Money.Amount)
		c.Costly = ok && amount.Cmp(new(big.Rat).SetInt64(int64(x.set.Int(org.FundsLimit)))) >= 0
	}
	var err error
	if c.Heads, c.AuthorHead, err = x.heads(x.m.Lead, p.Author); err != nil {
		return c, err
	}
	if c.Costly {
		c.Financiers, _, err = x.heads(x.set.Text(org.FinanceUnit), p.Author, p.HeadBy)
	}
	return c, err
}

// heads counts the heads of a unit who can sign something about the matter, and reports whether one of those who cannot is the first of
// them: who is recused or has no account does not count.
func (x *act) heads(unit string, not ...string) (n int, first bool, err error) {
	people, err := org.Holders(x.tx, access.DeptHead, unit)
	seen := map[string]bool{}
	for _, p := range people {
		if seen[p.ID] {
			continue
		}
		seen[p.ID] = true
		if p.ID == not[0] {
			first = true
		}
		if p.ID == not[0] || p.ID == not[len(not)-1] {
			continue
		}
		who, err := org.Actor(x.tx, p.ID)
		if err != nil {
			return 0, false, err
		}
		if f, ok := findPerson(x.tx, p.ID); ok && f.Account && !who.Recused(x.thing) {
			n++
		}
	}
	return n, first, err
}

// wait lets the plan wait for a step and owes it.
func (x *act) wait(s chain.Step, p Plan) error {
	x.m.Review = s
	n := duty.New{Kind: duty.PlanHead, Unit: x.m.Lead, Path: x.m.LeadPath, Role: access.DeptHead}
	switch s {
	case chain.HeadTop:
		n.Unit, n.Path, n.Role = "", x.m.UnitPath, access.Leader
	case chain.Finance:
		n = duty.New{Kind: duty.PlanFinance, Path: x.m.FinancePath, Role: access.DeptHead}
	case chain.FinanceTop:
		n = duty.New{Kind: duty.PlanFinance, Path: x.m.UnitPath, Role: access.Leader}
	case chain.Office:
		n = duty.New{Kind: duty.Approve, Path: x.m.UnitPath, Role: access.Supervisor}
		if p.CommentUntil > x.now() { // the office reads what was said before it decides
			n.Day = x.cal.AddWorkdays(p.CommentUntil.Day(x.tx.Zone()), ApproveDays)
		}
	}
	return x.owe(n)
}

// SignPlan takes a step before the last under the plan that waits: the head of the lead unit signs, finance approves the money, or a leader
// does so where they cannot. Whoever signs may send it back instead.
type SignPlan struct {
	Matter  string     `json:"matter"`
	Version int64      `json:"version"`
	As      chain.Hand `json:"as"`
	Approve bool       `json:"approve"`
	Note    string     `json:"note,omitempty"` // needed when it is sent back
}

// what each hand may, and what it brings about.
var (
	handAction = map[chain.Hand]access.Action{chain.AsHead: access.MatterHead, chain.AsFinance: access.MatterFinance, chain.AsLeader: access.MatterSignTop}
	handSigns  = map[chain.Hand]string{chain.AsHead: EventHeadSign, chain.AsFinance: EventFinanceSign, chain.AsLeader: EventTopSign}
	handBack   = map[chain.Hand]string{chain.AsHead: EventHeadBack, chain.AsFinance: EventFinanceBack, chain.AsLeader: EventTopBack}
	hands      = map[string]chain.Hand{EventHeadSign: chain.AsHead, EventHeadBack: chain.AsHead, EventFinanceSign: chain.AsFinance,
		EventFinanceBack: chain.AsFinance, EventTopSign: chain.AsLeader, EventTopBack: chain.AsLeader}
)

// Do signs or sends back. Errors: access, Forbidden for its author and for who has signed it already, Conflict where the plan waits for
// another step or for none, Invalid without a reason.
func (in SignPlan) Do(tx *db.Tx, who access.Person) error {
	x, err := begin(tx, who, in.Matter, in.Version, handAction[in.As])
	if err != nil {
		return err
	}
	ev, to := handSigns[in.As], PlanReview
	if !in.Approve {
		ev, to = handBack[in.As], x.back()
	}
	if err := x.moveTo(ev, to); err != nil {
		return err
	}
	step := x.m.Review
	if !in.As.Takes(step) {
		return fault.New(fault.Conflict, "matter.step.other", stepKey(step))
	}
	p, err := planOf(tx, x.m.ID, x.m.PlanLatest)
	if err != nil {
		return err
	}
	if err := chain.Separate(step, who.ID, p.Author, p.HeadBy, p.FinanceBy); err != nil {
		return err
	}
	var f fault.Form
	least := 0
	if !in.Approve {
		least = 2
	}
	plan.CheckText(&f, "note", in.Note, least, plan.MaxNote)
	if err := f.Err(); err != nil {
		return err
	}
	if err := x.discharge(duty.Done, duty.PlanHead, duty.PlanFinance); err != nil {
		return err
	}
	if !in.Approve {
		p.DecidedBy, p.DecidedAt, p.Decision = who.ID, x.now(), trim(in.Note)
		if err := x.sendBack(p); err != nil {
			return err
		}
		return x.done(ev, in, "")
	}
	if step == chain.Head || step == chain.HeadTop {
		p.HeadBy, p.HeadAt, p.HeadAs = who.ID, x.now(), in.As
	} else {
		p.FinanceBy, p.FinanceAt, p.FinanceAs = who.ID, x.now(), in.As
	}
	if err := decidePlan(tx, p); err != nil {
		return err
	}
	c, err := x.chainCase(p)
	if err != nil {
		return err
	}
	if err := x.wait(c.After(step), p); err != nil {
		return err
	}
	return x.done(ev, in, "")
}

// stepKey names a step within a sentence.
func stepKey(s chain.Step) lang.Key { return lang.Key("matter.step." + string(s)) }

// back is the state to which a plan that is sent back leads: where one is in force, work goes on under it.
func (x *act) back() string {
	if x.m.PlanVersion > 0 && x.m.PlanVersion < x.m.PlanLatest && x.m.Owner != "" {
		return Executing
	}
	return Assigned
}

// sendBack returns the plan that waits to its author. The days of the first plan go on counting; a returned plan does not buy a new term.
func (x *act) sendBack(p Plan) error {
	p.State = PlanReturned
	if err := decidePlan(x.tx, p); err != nil {
		return err
	}
	if x.m.State != Assigned {
		return nil
	}
	return x.owe(duty.New{Kind: duty.Plan, Unit: x.m.Lead, Path: x.m.LeadPath, Role: access.Handler, Day: x.m.PlanDue.Day(x.tx.Zone())})
}

// Signed reports whether the person has signed the plan that waits, or wrote it: somebody else decides on it then.
func (p Plan) Signed(who string) bool {
	return who == p.Author || who == p.HeadBy || who == p.FinanceBy
}
