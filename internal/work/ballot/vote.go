package ballot

import (
	"slices"

	"sanwen/internal/base/access"
	"sanwen/internal/base/event"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/id"
	"sanwen/internal/work/ballot/count"
)

// Vote is the paper of an elector. It is written with [db.Coarse].
type Vote struct {
	Ballot  string
	Marks   []int // numbers on the paper
	Abstain bool  // marks nobody, and says so
}

// Do puts the paper into the box and notes that this person has voted. Nothing joins the two. Errors: NotFound for who is no elector, Invalid at
// "marks", Conflict "ballot.used" for a second vote, Gone "ballot.late" when it is over.
func (in Vote) Do(tx *db.Tx, who access.Person) error {
	if !tx.Coarse() {
		tx.Asked()
		return ErrFine
	}
	p, err := paperOf(tx, who, in.Ballot, tx.ForShare())
	if err != nil {
		return err
	}
	switch {
	case p.Used:
		return fault.New(fault.Conflict, "ballot.used")
	case p.Ballot.State == Planned:
		return fault.New(fault.Conflict, "ballot.early")
	case p.Ballot.State != Open || p.Ballot.Closes < tx.Today():
		return fault.New(fault.Gone, "ballot.late")
	case in.Abstain && len(in.Marks) > 0:
		return fault.Field("marks", "ballot.vote.both")
	case !in.Abstain && len(in.Marks) == 0:
		return fault.Field("marks", "ballot.vote.none")
	case len(in.Marks) > int(p.Ballot.Places):
		return fault.Field("marks", "ballot.vote.many", p.Ballot.Places, len(in.Marks))
	}
	marks := slices.Clone(in.Marks)
	slices.Sort(marks)
	paper := make([]int, len(marks))
	for i, n := range marks {
		paper[i] = n - 1
	}
	if !count.Sound(paper, len(p.Choices), int(p.Ballot.Places)) {
		return fault.Field("marks", "fault.choice")
	}
	first, err := use(tx, p.Ballot.ID, who.ID)
	if err != nil {
		return err
	}
	if !first {
		return fault.New(fault.Conflict, "ballot.used")
	}
	if err := insertBox(tx, paperRow{id.Random(), p.Ballot.ID, join(marks)}); err != nil {
		return err
	}
	// That somebody has voted: not who, not what, and nothing by which the two could be put together.
	return event.Record(tx, access.Nobody(), event.Fact{Kind: RefKind + "." + EventVote, Subject: p.Ballot.Ref(), From: p.Ballot.State, To: p.Ballot.State})
}

// Paper is a ballot as an elector sees it.
type Paper struct {
	Ballot  Ballot
	Choices []Listing
	Used    bool // he has voted
}

// Late reports whether it is too late to vote.
func (p Paper) Late() bool { return p.Ballot.Over() }

// PaperOf gives the paper to an elector: NotFound "ballot.unknown" for everybody else.
func PaperOf(tx *db.Tx, who access.Person, key string) (Paper, error) {
	return paperOf(tx, who, key, "")
}

func paperOf(tx *db.Tx, who access.Person, key, lock string) (Paper, error) {
	b, err := findBallot(tx, key, lock)
	if err != nil {
		tx.Asked()
		return Paper{}, err
	}
	p := Paper{Ballot: b}
	used, err := db.Maybe[bool](tx, `SELECT used FROM ballot_elector WHERE ballot = $1 AND person = $2`, b.ID, who.ID)
	if err != nil {
		return p, err
	}
	t := access.Thing{Kind: RefKind, ID: b.ID}
	if who.Kind == access.Account && used != nil {
		t.Submitter = who.ID
	}
	if err := who.May(tx, access.BallotVote, t); err != nil {
		return p, fault.New(fault.NotFound, "ballot.unknown")
	}
	p.Used = *used
	p.Choices, err = Listings(tx, b.ID)
	return p, err
}
