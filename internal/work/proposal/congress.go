package proposal

import (
	"slices"
	"strings"

	"sanwen/internal/base/access"
	"sanwen/internal/base/duty"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
)

// Review is what the office decides of a proposal to the congress: file it, merge it with another, take it on as a rationalisation proposal, or not
// file it.
type Review struct {
	Proposal string   `json:"proposal"`
	Version  int64    `json:"version"`
	Event    string   `json:"event"`
	Lead     string   `json:"lead,omitempty"`
	Co       []string `json:"co,omitempty"`
	Prime    bool     `json:"prime,omitempty"`
	Into     string   `json:"into,omitempty"` // number of the other
	Reason   string   `json:"reason,omitempty"`
}

// Reviews lists the events by which the office decides.
func Reviews() []string { return []string{EventFile, EventMerge, EventConvert, EventRefuse} }

// Do decides. Errors: access, Invalid at the fields, Conflict where it is not examined.
func (in Review) Do(tx *db.Tx, who access.Person) error {
	p, err := reach(tx, who, access.ProposalReview, in.Proposal, in.Version)
	if err != nil {
		return err
	}
	from := p.State
	var f fault.Form
	if !slices.Contains(Reviews(), in.Event) {
		return fault.Field("event", "fault.choice")
	}
	if p.State, err = p.Cycle().Next(from, in.Event); err != nil {
		return err
	}
	if err := discharge(tx, who, p, duty.Done); err != nil {
		return err
	}
	if in.Event == EventFile {
		p.Prime = in.Prime
		if err := p.give(tx, &f, in.Lead, in.Co); err != nil {
			return err
		}
		if err := f.Err(); err != nil {
			return err
		}
		if p.Number, err = newNumber(tx, p.Kind); err != nil {
			return err
		}
		if err := askReply(tx, who, &p); err != nil {
			return err
		}
		return keep(tx, who, &p, from, in.Event, in)
	}
	p.Reason, p.OverDay = f.Text("reason", in.Reason, 2, MaxReason, "fault.required"), tx.Today()
	if in.Event == EventMerge {
		other, err := db.Maybe[Proposal](tx, `SELECT * FROM proposal WHERE number = $1 AND kind = $2 AND number <> ''`, strings.ToUpper(strings.TrimSpace(in.Into)), ToCongress)
		if err != nil {
			return err
		}
		if other == nil || other.ID == p.ID {
			f.Add("into", "proposal.into")
		} else {
			p.Other = other.ID
		}
	}
	if err := f.Err(); err != nil {
		return err
	}
	if in.Event == EventConvert {
		if p.Other, err = goOn(tx, who, p); err != nil {
			return err
		}
	}
	return keep(tx, who, &p, from, in.Event, in)
}

// goOn makes a rationalisation proposal of one to the congress, with the same words and proposer.
func goOn(tx *db.Tx, who access.Person, p Proposal) (string, error) {
	proposer, err := org.Actor(tx, p.Proposer)
	if err != nil {
		return "", err
	}
	in := &Submit{Kind: Improve, Title: p.Title, Why: p.Why, How: p.How, Gain: p.Gain}
	err = in.put(tx, who, proposer)
	return in.ID, err
}

// askReply lets the head of the department owe an answer.
func askReply(tx *db.Tx, who access.Person, p *Proposal) error {
	days, err := org.Int(tx, ReplySetting)
	if err != nil {
		return err
	}
	p.Handlings++
	_, err = duty.Owe(tx, who, duty.New{Kind: duty.ProposalReply, Subject: p.Ref(), Round: p.Handlings, Path: p.LeadPath, Role: access.DeptHead, Days: days})
	return err
}

// Reply is the answer of the department, signed by its head.
type Reply struct {
	Proposal string `json:"proposal"`
	Version  int64  `json:"version"`
	Class    string `json:"class"`
	Words    string `json:"words"`
}

// Do answers. Errors: access, Invalid at the fields, Conflict where nobody asks.
func (in Reply) Do(tx *db.Tx, who access.Person) error {
	p, err := reach(tx, who, access.ProposalAnswer, in.Proposal, in.Version)
	if err != nil {
		return err
	}
	from := p.State
	if p.State, err = p.Cycle().Next(from, EventReply); err != nil {
		return err
	}
	var f fault.Form
	if !slices.Contains(Classes(), in.Class) {
		f.Add("class", "proposal.class.missing")
	}
	p.Answer, p.Words, p.ByPerson, p.Answered = in.Class, f.Text("words", in.Words, 10, MaxText, "proposal.words.short"), who.ID, tx.Today()
	if err := f.Err(); err != nil {
		return err
	}
	days, err := org.Int(tx, RateSetting)
	if err != nil {
		return err
	}
	p.UntilDay = tx.Today().Add(days)
	if err := discharge(tx, who, p, duty.Done); err != nil {
		return err
	}
	return keep(tx, who, &p, from, EventReply, in)
}

// Rate is what the proposer, or somebody who seconded, thinks of the answer.
type Rate struct {
	Proposal string `json:"proposal"`
	Grade    string `json:"grade"`
	Words    string `json:"words,omitempty"`
}

// Do rates. Errors: access, Invalid at the fields, Conflict a second time or outside the days.
func (in Rate) Do(tx *db.Tx, who access.Person) error {
	p, err := reach(tx, who, access.ProposalRate, in.Proposal, 0)
	if err != nil {
		return err
	}
	voices, err := speakers(tx, p)
	if err != nil {
		return err
	}
	if !slices.Contains(voices, who.ID) {
		return fault.New(fault.Forbidden, "proposal.rate.others")
	}
	from := p.State
	if p.State, err = p.Cycle().Next(from, EventRate); err != nil {
		return err
	}
	if p.UntilDay < tx.Today() { // the job that settles it has still to come
		return fault.New(fault.Conflict, "proposal.rate.late")
	}
	var f fault.Form
	if !slices.Contains(Grades(), in.Grade) {
		f.Add("grade", "proposal.grade.missing")
	}
	words := f.Text("words", in.Words, 0, MaxReason, "fault.required")
	if in.Grade == Dissatisfied && words == "" {
		f.Add("words", "proposal.words.why")
	}
	if err := f.Err(); err != nil {
		return err
	}
	first, err := insertRating(tx, p, who.ID, in.Grade, words)
	if err != nil {
		return err
	}
	if !first {
		return fault.New(fault.Conflict, "proposal.rate.twice")
	}
	if err := keep(tx, who, &p, from, EventRate, in); err != nil {
		return err
	}
	spoken, err := db.One[int](tx, `SELECT COUNT(*) FROM proposal_rating WHERE proposal = $1 AND handling = $2`, p.ID, p.Handlings)
	if err != nil || spoken < len(voices) {
		return err
	}
	return settle(tx, p)
}

// speakers are those who are asked: the proposer and the seconders.
func speakers(tx *db.Tx, p Proposal) ([]string, error) {
	out, err := db.All[string](tx, `SELECT person FROM proposal_second WHERE proposal = $1 ORDER BY person`, p.ID)
	return append(out, p.Proposer), err
}

// settle closes a proposal, or lets it be handled once more: where the proposer, or half of those who have spoken, are dissatisfied with the first
// answer.
func settle(tx *db.Tx, p Proposal) error {
	who := access.System("proposal")
	type row struct{ Person, Grade string }
	all, err := db.All[row](tx, `SELECT person, grade FROM proposal_rating WHERE proposal = $1 AND handling = $2`, p.ID, p.Handlings)
	if err != nil {
		return err
	}
	no, own := 0, false
	for _, r := range all {
		if r.Grade == Dissatisfied {
			no++
			own = own || r.Person == p.Proposer
		}
	}
	from, ev := p.State, EventClose
	if p.Handlings == 1 && no > 0 && (own || 2*no >= len(all)) {
		ev = EventAgain
	}
	if p.State, err = p.Cycle().Next(from, ev); err != nil {
		return err
	}
	if ev == EventAgain {
		err = askReply(tx, who, &p)
	} else {
		p.OverDay = tx.Today()
	}
	if err != nil {
		return err
	}
	return keep(tx, who, &p, from, ev, struct {
		Dissatisfied int `json:"dissatisfied"`
		Spoken       int `json:"spoken"`
	}{no, len(all)})
}

// Run settles the answers whose days of rating are over. At most 20 at a time; it tells how many.
func Run(tx *db.Tx) (int, error) {
	who := access.System("proposal")
	due, err := db.All[Proposal](tx, `SELECT * FROM proposal WHERE state = 'replied' AND until_day < $1 ORDER BY until_day, id LIMIT 20`+tx.SkipLocked(), tx.Today())
	if err != nil {
		return 0, err
	}
	for _, p := range due {
		if err := who.May(tx, access.ProposalSystem, access.Thing{Kind: RefKind, ID: p.ID}); err != nil {
			return 0, err
		}
		if err := settle(tx, p); err != nil {
			return 0, err
		}
	}
	return len(due), nil
}
