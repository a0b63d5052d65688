package web

import (
	"strconv"

	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/work/ballot"
)

// BallotVotePage is the paper.
type BallotVotePage struct {
	Page
	Form    *Form
	To      string
	Heading string
	About   string
	Until   string
	Places  int64
	Choice  Choice
	Abstain Field
}

// BallotDonePage thanks, or says why there is nothing to vote on.
type BallotDonePage struct {
	Page
	Text  string
	Tone  string
	Links []Link
}

var (
	ballotVote = Define[BallotVotePage]("ballot/vote")
	ballotDone = Define[BallotDonePage]("ballot/done")
)

func (r *Req) paper() (p ballot.Paper, err error) {
	err = r.Read(func(tx *db.Tx) error { p, err = ballot.PaperOf(tx, r.Person, r.Param("ballot")); return err })
	return p, err
}

// voteShow is the paper of an elector.
func voteShow(r *Req) error {
	p, err := r.paper()
	if err != nil {
		return err
	}
	switch {
	case p.Used:
		return r.voted(p, "used")
	case p.Ballot.State == ballot.Planned:
		return r.voted(p, "early")
	case p.Ballot.State != ballot.Open || p.Ballot.Closes < r.Today():
		return r.voted(p, "late")
	}
	return r.showPaper(p, r.Blank())
}

func (r *Req) showPaper(p ballot.Paper, f *Form) error {
	var all []Option
	for _, x := range p.Choices {
		all = append(all, Option{Value: strconv.FormatInt(x.Choice.N, 10), Text: r.T("ballot.row", x.Choice.N, x.Candidate.Title), Note: r.T("ballot.with_note", x.Candidate.Body, r.takes(x.Candidate))})
	}
	return ballotVote.Render(r, BallotVotePage{Page: Page{Title: r.T("ballot.vote.of", p.Ballot.Title)}, Form: f, To: r.Path(), Heading: p.Ballot.Title, About: p.Ballot.About, Until: r.Lang.Date(p.Ballot.Closes, r.Zone),
		Places: p.Ballot.Places, Choice: f.Choose("marks", "ballot.vote.choose", all).Hint("ballot.vote.choose_hint", p.Ballot.Places, len(all)), Abstain: f.Tick("abstain", "ballot.vote.abstain")})
}

// voteTake puts the paper into the box.
func voteTake(r *Req) error {
	p, err := r.paper()
	if err != nil {
		return err
	}
	f := r.Form()
	in := ballot.Vote{Ballot: p.Ballot.ID, Abstain: f.Ticked("abstain")}
	for _, s := range f.Many("marks") {
		n, err := strconv.Atoi(s)
		if err != nil {
			f.Fault("marks", "fault.choice")
			break
		}
		in.Marks = append(in.Marks, n)
	}
	err = f.Err()
	if err == nil {
		err = r.Write(func(tx *db.Tx) error { return in.Do(tx, r.Person) }, db.Coarse)
	}
	switch e := fault.Of(err); {
	case err == nil, e.Key == "ballot.used": // a second press: thanks, as after the first
		return r.voted(p, "thanks")
	case e.Key == "ballot.late":
		return r.voted(p, "late")
	case f.Take(err):
		return r.showPaper(p, f)
	}
	return err
}

func (r *Req) voted(p ballot.Paper, how string) error {
	x := BallotDonePage{Page: Page{Title: r.T("ballot.done." + how)}, Tone: "good", Text: r.T("ballot.done."+how+"_text", r.Lang.Date(p.Ballot.Closes, r.Zone))}
	if how == "late" || how == "early" {
		x.Tone = "info"
	}
	if p.Ballot.State == ballot.Counted || p.Ballot.State == ballot.Void {
		x.Links = append(x.Links, Link{Text: r.T("ballot.result"), Href: r.Link("/ballot/" + p.Ballot.ID), Tone: "primary"})
	}
	x.Links = append(x.Links, Link{Text: r.T("follow.mine"), Href: r.Link("/mine"), Tone: "quiet"})
	return ballotDone.Render(r, x)
}

// ballotCards are the ballots in which the reader may vote, and what came out of those that are just over.
func (r *Req) ballotCards(tx *db.Tx) ([]Card, error) {
	open, err := ballot.Mine(tx, r.Person)
	var out []Card
	for _, x := range open {
		to := r.Link("/vote/" + x.ID)
		c := Card{Title: x.Title, Href: to, Lines: []string{r.T("ballot.card", x.Places, r.Lang.Date(x.Closes, r.Zone))}, Action: &Link{Text: r.T("ballot.do.vote"), Href: to, Tone: "primary"}}
		if left := r.Today().Until(x.Closes); left < 3 {
			c.Tags = []Tag{{Text: r.T("survey.left", left+1), Tone: "warn"}}
		}
		out = append(out, c)
	}
	if err != nil {
		return out, err
	}
	over, err := ballot.JustOver(tx, r.Person)
	for _, x := range over {
		out = append(out, Card{Title: x.Title, Href: r.Link("/ballot/" + x.ID), Lines: []string{r.T("ballot.card_over", x.Papers, x.Electors)},
			Tags: []Tag{{Text: r.Lang.Enum("ballot.state", x.State), Tone: ballotTone(x.State)}}})
	}
	return out, err
}
