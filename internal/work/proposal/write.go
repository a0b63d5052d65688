package proposal

import (
	"slices"

	"sanwen/internal/base/access"
	"sanwen/internal/base/duty"
	"sanwen/internal/base/event"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/id"
)

// Submit proposes. It fills ID.
type Submit struct {
	ID     string `json:"id,omitempty"`
	Kind   string `json:"kind"`
	Title  string `json:"title"`
	Why    string `json:"why"`
	How    string `json:"how"`
	Gain   string `json:"gain,omitempty"`
	Secret bool   `json:"secret,omitempty"`
}

// Do submits. Errors: access, Invalid at the fields, Forbidden "proposal.delegates" for who is no delegate and proposes to the congress.
func (in *Submit) Do(tx *db.Tx, who access.Person) error {
	if err := who.May(tx, access.ProposalMake, access.Thing{Kind: RefKind, Unit: who.Path, Lead: access.NoUnit, Submitter: who.ID}); err != nil {
		return err
	}
	if in.Kind == ToCongress && !who.Has(access.Delegate) {
		return fault.New(fault.Forbidden, "proposal.delegates")
	}
	return in.put(tx, who, who)
}

// put writes the proposal of a proposer.
func (in *Submit) put(tx *db.Tx, who, proposer access.Person) error {
	p := Proposal{ID: id.V7(tx.Now), Version: 1, Kind: in.Kind, Proposer: proposer.ID, Unit: proposer.Unit, UnitPath: proposer.Path, Secret: in.Secret && in.Kind == ToCongress, MadeAt: tx.Millis()}
	var f fault.Form
	if !slices.Contains(Kinds(), in.Kind) {
		f.Add("kind", "fault.choice")
	}
	p.Title = f.Text("title", in.Title, MinTitle, MaxTitle, "fault.required")
	p.Why = f.Text("why", in.Why, 2, MaxText, "fault.required")
	p.How = f.Text("how", in.How, 2, MaxText, "fault.required")
	p.Gain = f.Text("gain", in.Gain, 0, MaxText, "fault.required")
	if err := f.Err(); err != nil {
		return err
	}
	var err error
	if p.State, err = p.Cycle().Next("", EventSubmit); err != nil {
		return err
	}
	in.ID = p.ID
	if err := insertProposal(tx, p); err != nil {
		return err
	}
	if p.State == Submitted {
		if err := examine(tx, who, p); err != nil {
			return err
		}
	}
	return event.Record(tx, who, event.Fact{Kind: RefKind + "." + EventSubmit, Subject: p.Ref(), To: p.State, Data: in})
}

// examine lets the office owe what it has to do next.
func examine(tx *db.Tx, who access.Person, p Proposal) error {
	days, err := org.Int(tx, ReviewSetting)
	if err != nil {
		return err
	}
	tree, err := org.TreeOf(tx)
	if err != nil {
		return err
	}
	_, err = duty.Owe(tx, who, duty.New{Kind: duty.ProposalReview, Subject: p.Ref(), Round: p.Version, Path: tree.Path(org.Root), Role: access.Triager, Days: days})
	return err
}

// Second seconds a proposal to the congress. With enough of them the office examines it.
type Second struct {
	Proposal string `json:"proposal"`
}

// Do seconds. Errors: access, Conflict for one's own, for a second time, and once it is examined.
func (in Second) Do(tx *db.Tx, who access.Person) error {
	p, err := reach(tx, who, access.ProposalSecond, in.Proposal, 0)
	if err != nil {
		return err
	}
	if p.Proposer == who.ID {
		return fault.New(fault.Conflict, "proposal.second.own")
	}
	from := p.State
	if p.State, err = p.Cycle().Next(from, EventSecond); err != nil {
		return err
	}
	first, err := insertSecond(tx, p.ID, who.ID)
	if err != nil {
		return err
	}
	if !first {
		return fault.New(fault.Conflict, "proposal.second.twice")
	}
	n, err := db.One[int](tx, `SELECT COUNT(*) FROM proposal_second WHERE proposal = $1`, p.ID)
	if err != nil {
		return err
	}
	need, err := org.Int(tx, SecondersSetting)
	if err != nil {
		return err
	}
	if err := keep(tx, who, &p, from, EventSecond, in); err != nil {
		return err
	}
	if from != Seeking || n < need {
		return nil
	}
	if p.State, err = p.Cycle().Next(from, EventEnough); err != nil {
		return err
	}
	if err := examine(tx, who, p); err != nil {
		return err
	}
	return keep(tx, access.System("proposal"), &p, from, EventEnough, struct {
		N int `json:"n"`
	}{n})
}

// Withdraw takes one's own proposal back, before a department has answered.
type Withdraw struct {
	Proposal string `json:"proposal"`
	Version  int64  `json:"version"`
}

// Do withdraws. Errors: access, Conflict once it is filed or judged.
func (in Withdraw) Do(tx *db.Tx, who access.Person) error {
	p, err := reach(tx, who, access.ProposalMake, in.Proposal, in.Version)
	if err != nil {
		return err
	}
	from := p.State
	if p.State, err = p.Cycle().Next(from, EventWithdraw); err != nil {
		return err
	}
	p.OverDay = tx.Today()
	if err := discharge(tx, who, p, duty.Cancelled); err != nil {
		return err
	}
	return keep(tx, who, &p, from, EventWithdraw, in)
}

// discharge ends everything that is owed about a proposal.
func discharge(tx *db.Tx, who access.Person, p Proposal, as duty.Outcome) error {
	for _, k := range []duty.Kind{duty.ProposalReview, duty.ProposalReply, duty.ProposalJudge, duty.ProposalDo} {
		if _, err := duty.Discharge(tx, who, p.Ref(), k, as); err != nil {
			return err
		}
	}
	return nil
}

// give gives a proposal to a department, and to others that help.
func (p *Proposal) give(tx *db.Tx, f *fault.Form, lead string, co []string) error {
	tree, err := org.TreeOf(tx)
	if err != nil {
		return err
	}
	u, ok := tree.Get(lead)
	if !ok || !u.Active || u.Path.Root() {
		f.Add("lead", "fault.choice")
	}
	p.Lead, p.LeadPath, p.Co = lead, u.Path, ""
	var paths []access.Path
	for _, c := range co {
		x, ok := tree.Get(c)
		if !ok || !x.Active || c == lead {
			f.Add("co", "fault.choice")
			continue
		}
		if p.Co != "" {
			p.Co += ","
		}
		p.Co += c
		paths = append(paths, x.Path)
	}
	return replaceCo(tx, p.ID, paths)
}

// reach finds a proposal for somebody who may do something with it.
func reach(tx *db.Tx, who access.Person, a access.Action, key string, version int64) (Proposal, error) {
	p, _, err := access.Reach(tx, who, a, key, tx.ForUpdate(), find, thingOf)
	if err == nil && version != 0 && version != p.Version {
		err = fault.New(fault.Conflict, "proposal.stale")
	}
	return p, err
}

// keep writes a proposal and records what has happened to it.
func keep(tx *db.Tx, who access.Person, p *Proposal, from, ev string, data any) error {
	if err := updateProposal(tx, p); err != nil {
		return err
	}
	return event.Record(tx, who, event.Fact{Kind: RefKind + "." + ev, Subject: p.Ref(), From: from, To: p.State, Data: data})
}

// within checks a day between today and so many days ahead.
func within(tx *db.Tx, f *fault.Form, field string, d clock.Day) {
	if !d.Valid() || d < tx.Today() || tx.Today().Until(d) > MaxAhead {
		f.Add(field, "proposal.day", MaxAhead)
	}
}
