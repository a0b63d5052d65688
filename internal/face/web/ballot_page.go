package web

import (
	"fmt"
	"iter"
	"slices"

	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/sheet"
	"sanwen/internal/work/ballot"
)

// BallotPage shows a ballot: what it is, how many have voted, and when it is over what came out of it.
type BallotPage struct {
	AdminListPage
	Print bool
	Watch string // address at which the page hears that the turnout of an open ballot has grown
}

var ballotPage = Define[BallotPage]("ballot/page")

// ballotView is a ballot with what may be shown of it.
type ballotView struct {
	r     *Req
	b     ballot.Ballot
	paper []ballot.Listing
	all   ballot.Group
	units []ballot.Group
	tree  *org.Tree
	watch string
}

func (r *Req) viewBallot() (*ballotView, error) {
	v := &ballotView{r: r}
	err := r.Read(func(tx *db.Tx) (err error) {
		if v.b, err = ballot.See(tx, r.Person, r.Param("ballot")); err != nil {
			return err
		}
		if v.paper, err = ballot.Listings(tx, v.b.ID); err != nil {
			return err
		}
		if v.b.State == ballot.Open {
			if v.watch, err = r.Live(tx, "/ballots/live"); err != nil {
				return err
			}
		} else if v.all, v.units, err = ballot.Turnout(tx, v.b); err != nil {
			return err
		}
		v.tree, err = org.TreeOf(tx)
		return err
	})
	return v, err
}

// showBallot shows a ballot.
func showBallot(r *Req) error {
	if err := r.knownOnly(); err != nil {
		return err
	}
	v, err := r.viewBallot()
	if err != nil {
		return err
	}
	p := BallotPage{AdminListPage: AdminListPage{Page: Page{Title: v.b.Title, Shape: Staff, Back: "/ballots"}, Lede: v.b.About, Facts: v.facts()}, Watch: v.watch}
	at := "/ballot/" + v.b.ID
	switch v.b.State {
	case ballot.Planned, ballot.Open:
		if r.plansBallots() {
			p.Actions = append(p.Actions, Link{Text: r.T("ballot.do.cancel"), Href: r.Link(at + "/cancel"), Tone: "danger"})
		}
		if v.b.State == ballot.Open {
			p.Panels = append(p.Panels, Panel{Tone: "info", Text: r.T("ballot.sealed", r.Lang.Date(v.b.Closes, r.Zone))})
		}
	case ballot.Cancelled:
		why := v.b.Reason
		if why == "" {
			why = r.T("ballot.small_now")
		}
		p.Panels = append(p.Panels, Panel{Tone: "bad", Title: r.T("ballot.state.cancelled"), Text: why})
	case ballot.Void:
		p.Panels = append(p.Panels, Panel{Tone: "bad", Title: r.T("ballot.state.void"), Text: r.T("ballot.void_text", v.b.Papers, v.b.Need(), v.b.Electors)})
	case ballot.Counted:
		p.Print = true
		if v.b.Survey == "" && r.plansBallots() {
			p.Actions = append(p.Actions, Link{Text: r.T("ballot.do.appraise"), Href: r.Link(at + "/appraise"), Tone: "primary"})
		}
		for _, kind := range []string{"xlsx", "csv"} {
			p.Actions = append(p.Actions, Link{Text: r.T("survey.do." + kind), Href: r.Link(at + "/export?form=" + kind), Icon: "download"})
		}
	}
	p.Tables = append(p.Tables, v.table())
	if len(v.units) > 0 {
		p.Tables = append(p.Tables, v.turnout())
	}
	return ballotPage.Render(r, p)
}

// turnoutTold is what may be told of an open ballot: how many have voted, in steps, and whether they are enough.
func (r *Req) turnoutTold(b ballot.Ballot) string {
	switch {
	case b.Shown == 0:
		return r.T("ballot.told_none", ballot.TellStep)
	case b.Reached():
		return r.T("ballot.told_reached", b.Shown)
	}
	return r.T("ballot.told_short", b.Shown)
}

// ballotTurnout tells the turnout of an open ballot to a page that was opened before.
func ballotTurnout(r *Req) error {
	var b ballot.Ballot
	if err := r.Read(func(tx *db.Tx) (err error) { b, err = ballot.See(tx, r.Person, r.Param("ballot")); return err }); err != nil {
		return err
	}
	if b.State != ballot.Open {
		return r.Text(r.Lang.Enum("ballot.state", b.State))
	}
	return r.Text(r.turnoutTold(b))
}

func (v *ballotView) facts() []Fact {
	r, b := v.r, v.b
	out := []Fact{{Label: r.T("ballot.f.state"), Value: r.Lang.Enum("ballot.state", b.State)}, {Label: r.T("ballot.f.days"), Value: r.ballotDays(b)},
		{Label: r.T("ballot.f.electorate"), Value: r.Lang.Enum("ballot.electorate", b.Electorate)}}
	if units := b.UnitList(); len(units) > 0 {
		var names []string
		for _, u := range units {
			names = append(names, v.tree.Name(u, r.Lang))
		}
		out[2].Note = r.Lang.List(names)
	}
	out = append(out, Fact{Label: r.T("ballot.f.places"), Value: r.T("ballot.of_candidates", b.Places, len(v.paper))},
		Fact{Label: r.T("ballot.f.rule"), Value: r.Lang.Enum("ballot.rule", b.Rule), Note: r.T("ballot.rule_note", b.Places)},
		Fact{Label: r.T("ballot.f.quorum"), Value: r.Lang.Enum("ballot.quorum", b.Quorum)})
	if b.Electors == 0 {
		return out
	}
	out[len(out)-1].Note = r.T("ballot.need", b.Need())
	out = append(out, Fact{Label: r.T("ballot.f.electors"), Value: r.Lang.Number(b.Electors)})
	if b.State == ballot.Open {
		out = append(out, Fact{Label: r.T("ballot.f.voted"), Value: r.turnoutTold(b), Note: r.T("ballot.told_note", ballot.TellStep), Live: r.Link("/ballot/" + b.ID + "/turnout")})
	} else {
		out = append(out, Fact{Label: r.T("ballot.f.voted"), Value: r.Lang.Number(v.all.Voted), Note: percent(ratio(v.all.Voted, b.Electors))})
	}
	if b.State == ballot.Counted {
		out = append(out, Fact{Label: r.T("ballot.f.abstained"), Value: r.Lang.Number(b.Abstained)})
		seed := Fact{Label: r.T("ballot.f.seed"), Value: b.Seed, Note: r.T("ballot.seed_unused")}
		if lots := b.Lots(); len(lots) > 0 {
			var order []string
			for _, n := range lots {
				order = append(order, r.T("ballot.no", n))
			}
			seed.Note = r.T("ballot.seed_note", r.Lang.List(order))
		}
		out = append(out, seed)
		if b.Survey != "" && r.seesPool() {
			out = append(out, Fact{Label: r.T("ballot.f.appraisal"), Value: r.T("ballot.appraisal_see"), Href: r.Link("/survey/" + b.Survey)})
		}
	}
	return out
}

// ranked are the candidates with the most votes first, or as they stand on the paper.
func (v *ballotView) ranked() []ballot.Listing {
	out := slices.Clone(v.paper)
	if v.b.State == ballot.Counted {
		slices.SortStableFunc(out, func(a, b ballot.Listing) int {
			if x, y := a.Choice.Outcome.In(), b.Choice.Outcome.In(); x != y {
				if x {
					return -1
				}
				return 1
			}
			return int(b.Choice.Votes - a.Choice.Votes)
		})
	}
	return out
}

func (v *ballotView) table() Table {
	r := v.r
	t := Table{Caption: r.T("ballot.f.candidates"), Columns: []Column{{Label: r.T("ballot.f.candidate")}}}
	if v.b.State == ballot.Counted {
		t.Caption = r.T("ballot.result")
		t.Columns = append(t.Columns, Column{Label: r.T("ballot.f.votes"), Num: true}, Column{Label: r.T("ballot.f.share"), Num: true}, Column{Label: r.T("ballot.f.outcome")})
	}
	sees := r.seesPool()
	for _, x := range v.ranked() {
		href := ""
		if sees {
			href = r.Link("/pool/" + x.Candidate.ID)
		}
		cells := []Cell{{Text: r.T("ballot.row", x.Choice.N, x.Candidate.Title), Sub: r.takes(x.Candidate)}}
		if v.b.State == ballot.Counted {
			tone := ""
			if x.Choice.Outcome.In() {
				tone = "good"
			}
			cells = append(cells, Cell{Text: r.Lang.Number(x.Choice.Votes)}, Cell{Text: percent(ratio(x.Choice.Votes, v.b.Papers))}, Cell{Tag: &Tag{Text: r.outcome(v.b, x.Choice), Tone: tone}})
		}
		t.Add(href, cells...)
	}
	return t
}

// outcome says what became of a candidate, and why.
func (r *Req) outcome(b ballot.Ballot, c ballot.Choice) string {
	return r.T("ballot.outcome."+string(c.Outcome), b.Last)
}

// turnout is how many have voted, by unit.
func (v *ballotView) turnout() Table {
	r := v.r
	t := Table{Caption: r.T("ballot.turnout"), Columns: []Column{{Label: r.T("ballot.f.unit")}, {Label: r.T("ballot.f.electors"), Num: true}, {Label: r.T("ballot.f.voted"), Num: true}, {Label: r.T("ballot.f.rate"), Num: true}}}
	for _, g := range append([]ballot.Group{{Unit: "*", Electors: v.all.Electors, Voted: v.all.Voted}}, v.units...) {
		name := r.T("ballot.other_units")
		switch {
		case g.Unit == "*":
			name = r.T("survey.whole")
		case g.Unit != "":
			name = v.tree.Name(g.Unit, r.Lang)
		case len(v.units) == 1: // nothing is shown by itself
			continue
		}
		t.Add("", Cell{Text: name}, Cell{Text: r.Lang.Number(g.Electors)}, Cell{Text: r.Lang.Number(g.Voted)}, Cell{Text: percent(ratio(g.Voted, g.Electors))})
	}
	return t
}

// exportBallot sends the result as a file.
func exportBallot(r *Req) error {
	list, err := r.List(ListSpec{Others: []Filter{{Name: "form", Values: []string{"xlsx", "csv"}}}})
	if err != nil {
		return err
	}
	v, err := r.viewBallot()
	if err != nil {
		return err
	}
	if err := r.DB.Write(r.Ctx(), func(tx *db.Tx) error { return ballot.Take{Ballot: v.b.ID}.Do(tx, r.Person) }); err != nil {
		return err
	}
	return r.sendTable(fmt.Sprintf("%s-%s", v.b.Title, v.b.Closes), list.Get("form"), v.file())
}

// file is the result as a table: a line for each candidate, and everything by which it can be counted again in the notes.
func (v *ballotView) file() sheet.Table {
	r := v.r
	t := sheet.Table{Name: r.T("ballot.result"), NotesName: r.T("ledger.notes")}
	for _, k := range []string{"n", "candidate", "votes", "share", "outcome", "helped", "cost", "need_days"} {
		t.Columns = append(t.Columns, sheet.Column{Title: r.T("ballot.f." + k)})
	}
	t.Notes = []sheet.Note{{Label: r.T("ballot.f.title"), Value: v.b.Title}}
	for _, f := range v.facts() {
		value := f.Value
		if f.Note != "" {
			value = r.T("ballot.with_note", value, f.Note)
		}
		t.Notes = append(t.Notes, sheet.Note{Label: f.Label, Value: value})
	}
	t.Notes = append(t.Notes, sheet.Note{Label: r.T("survey.f.made"), Value: r.Lang.DateTime(clock.MillisOf(r.Now()), r.Zone)})
	t.Rows = iter.Seq2[[]any, error](func(yield func([]any, error) bool) {
		for _, x := range v.ranked() {
			c := x.Candidate
			if !yield([]any{x.Choice.N, c.Title, x.Choice.Votes, round(ratio(x.Choice.Votes, v.b.Papers)), r.outcome(v.b, x.Choice), c.Helped, c.Cost, c.Days}, nil) {
				return
			}
		}
	})
	return t
}
