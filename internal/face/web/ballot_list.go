package web

import (
	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/ballot"
	tally "sanwen/internal/work/ballot/count"
	"sanwen/internal/work/survey"
)

var (
	ballotList = Define[AdminListPage]("ballot/list")
	ballotForm = Define[AdminFormPage]("ballot/form")
)

func ballotTone(state string) string {
	return map[string]string{ballot.Planned: "info", ballot.Open: "warn", ballot.Counted: "good", ballot.Void: "bad"}[state]
}

// plansBallots reports whether the reader may plan ballots of the organisation.
func (r *Req) plansBallots() bool {
	for _, p := range r.Person.Scope(access.Triager) {
		if p.Root() {
			return true
		}
	}
	return false
}

// listBallots shows the ballots, the last to end first.
func listBallots(r *Req) error {
	list, err := r.List(ListSpec{Columns: []string{"state", "days", "places", "electors", "voted"}, Filters: []Filter{{Name: "state", Label: "ballot.f.state", Values: ballot.States(), Prefix: "ballot.state."}}})
	if err != nil {
		return err
	}
	page := AdminListPage{Page: Page{Title: r.T("ballot.title"), Shape: Staff}, Lede: r.T("ballot.lede")}
	if r.plansBallots() {
		page.Actions = append(page.Actions, Link{Text: r.T("ballot.do.plan"), Href: r.Link("/ballots/new"), Tone: "primary"})
	}
	if r.seesPool() {
		page.Actions = append(page.Actions, Link{Text: r.T("pool.title"), Href: r.Link("/pool")})
	}
	var t Table
	err = r.Read(func(tx *db.Tx) error {
		rows, next, err := ballot.List(tx, r.Person, ballot.Filter{State: list.Get("state"), After: list.After})
		if err != nil {
			return err
		}
		t = list.Table(r.T("ballot.title"), Column{Label: r.T("ballot.f.title")}, Column{Label: r.T("ballot.f.state")}, Column{Label: r.T("ballot.f.days")},
			Column{Label: r.T("ballot.f.places"), Num: true}, Column{Label: r.T("ballot.f.electors"), Num: true}, Column{Label: r.T("ballot.f.voted"), Num: true})
		t.Keys, t.Next = true, list.Next(next)
		if !list.Filtered() {
			t.Empty = Empty{Kind: "nothing", Title: r.T("ballot.none"), Text: r.T("ballot.none_text")}
		}
		for _, x := range rows {
			voted := x.Papers
			if x.State == ballot.Open {
				voted = x.Shown
			}
			t.Add(r.Link("/ballot/"+x.ID), Cell{Text: x.Title}, Cell{Tag: &Tag{Text: r.Lang.Enum("ballot.state", x.State), Tone: ballotTone(x.State)}}, Cell{Text: r.ballotDays(x)},
				Cell{Text: r.Lang.Number(x.Places)}, Cell{Text: r.Lang.Number(x.Electors)}, Cell{Text: r.Lang.Number(voted)})
		}
		f := r.Blank("state", list.Get("state"))
		page.Filters = []Part{selectPart(f.Choose("state", "ballot.f.state", options(r.Lang, "ballot.state", ballot.States())).Any())}
		return nil
	})
	if err != nil {
		return err
	}
	return r.showList(ballotList, page, list, t)
}

// seesPool reports whether the reader may read the pool.
func (r *Req) seesPool() bool {
	return r.Person.Can(access.PoolSee, access.Thing{Kind: ballot.PoolKind, Unit: "/" + org.Root + "/", Lead: access.NoUnit})
}

func (r *Req) ballotDays(x ballot.Ballot) string {
	return r.T("survey.from_to", r.Lang.Date(x.Opens, r.Zone), r.Lang.Date(x.Closes, r.Zone))
}

// newBallot shows and takes the form that plans a ballot.
func newBallot(r *Req) error {
	if err := r.knownOnly(); err != nil {
		return err
	}
	var tree *org.Tree
	var ready []Option
	err := r.Read(func(tx *db.Tx) (err error) {
		if tree, err = org.TreeOf(tx); err != nil {
			return err
		}
		all, err := ballot.Admitted(tx, r.Person)
		for _, c := range all {
			ready = append(ready, Option{Value: c.ID, Text: c.Title, Note: r.takes(c)})
		}
		return err
	})
	if err != nil {
		return err
	}
	f, done, err := r.tried(func(f *Form) doer {
		return &ballot.Plan{Title: f.Line("title", 0, 4*ballot.MaxTitle), About: f.Text("about", 0, 4*ballot.MaxAbout), Electorate: f.Choice("electorate", ballot.Electorates()...), Units: f.Units("units"),
			Places: f.Int("places", 1, ballot.MaxPlaces), Rule: tally.Rule(f.Choice("rule", texts(tally.Rules())...)), Quorum: tally.Quorum(f.Choice("quorum", texts(tally.Quorums())...)),
			Opens: f.Day("opens", true), Closes: f.Day("closes", true), Candidates: f.Many("candidates")}
	}, "ballot.toast.planned", "/ballots", "electorate", ballot.Everybody, "rule", string(tally.Most), "quorum", string(tally.OverHalf), "opens", string(r.Today()), "closes", string(r.Today().Add(6)))
	if err != nil || done {
		return err
	}
	if len(ready) < 2 {
		return ballotList.Render(r, AdminListPage{Page: Page{Title: r.T("ballot.do.plan"), Shape: Staff, Back: "/ballots"},
			Panels: []Panel{{Tone: "info", Text: r.T("ballot.no_candidates"), Links: []Link{{Text: r.T("pool.title"), Href: r.Link("/pool"), Tone: "primary"}}}}})
	}
	return ballotForm.Render(r, AdminFormPage{Page: Page{Title: r.T("ballot.do.plan"), Shape: Staff, Back: "/ballots"}, Lede: r.T("ballot.plan_lede"), Form: f, To: "/ballots/new", Submit: r.T("ballot.do.plan"),
		Parts: []Part{fieldPart(f.Field("title", "ballot.f.title").Limit(ballot.MaxTitle).Hint("ballot.title_hint")), fieldPart(f.Field("about", "ballot.f.about").Area(2).Limit(ballot.MaxAbout).May()),
			boxesPart(f.Choose("candidates", "ballot.f.candidates", ready).Hint("ballot.candidates_hint")), fieldPart(f.Field("places", "ballot.f.places").Number().Hint("ballot.places_hint")),
			radiosPart(f.Choose("electorate", "ballot.f.electorate", options(r.Lang, "ballot.electorate", ballot.Electorates()))),
			pickPart(f.PickUnits("units", "ballot.f.units", r.UnitsOf(tree)).May().Hint("ballot.units_hint")),
			radiosPart(f.Choose("quorum", "ballot.f.quorum", options(r.Lang, "ballot.quorum", tally.Quorums())).Hint("ballot.quorum_hint")),
			radiosPart(f.Choose("rule", "ballot.f.rule", options(r.Lang, "ballot.rule", tally.Rules())).Hint("ballot.rule_hint")),
			fieldPart(f.Field("opens", "ballot.f.opens").As("date")), fieldPart(f.Field("closes", "ballot.f.closes").As("date").Hint("survey.closes_hint", ballot.MaxOpen))}})
}

// takes says in a line what a candidate costs and whom it helps.
func (r *Req) takes(c ballot.Candidate) string {
	return r.T("ballot.takes", r.Lang.Number(c.Helped), r.Lang.Number(c.Cost), r.Lang.Number(c.Days))
}

// plannedBallot finds the ballot of the address for somebody who plans ballots.
func (r *Req) plannedBallot() (b ballot.Ballot, err error) {
	err = r.Read(func(tx *db.Tx) (err error) {
		if b, err = ballot.See(tx, r.Person, r.Param("ballot")); err != nil {
			return err
		}
		tree, err := org.TreeOf(tx)
		if err != nil {
			return err
		}
		return r.Person.May(tx, access.BallotPlan, access.Thing{Kind: ballot.RefKind, ID: b.ID, Unit: tree.Path(org.Root), Lead: access.NoUnit})
	})
	return b, err
}

// cancelBallot calls a ballot off.
func cancelBallot(r *Req) error {
	b, err := r.plannedBallot()
	if err != nil {
		return err
	}
	at := "/ballot/" + b.ID
	f, done, err := r.tried(func(f *Form) doer {
		return ballot.Cancel{Ballot: b.ID, Version: f.Version(), Reason: f.Text("reason", 0, 4*ballot.MaxReason)}
	}, "ballot.toast.cancelled", at, "version", itoa(b.Version))
	if err != nil || done {
		return err
	}
	return ballotForm.Render(r, AdminFormPage{Page: Page{Title: r.T("ballot.do.cancel"), Shape: Staff, Back: at}, Lede: r.T("ballot.cancel_lede", b.Title), Form: f, To: at + "/cancel",
		Danger: true, Submit: r.T("ballot.do.cancel"), Parts: []Part{fieldPart(f.Field("reason", "ballot.f.reason").Area(2).Limit(ballot.MaxReason))}})
}

// appraiseBallot shows and takes the form by which the electors are asked what has become of what they chose.
func appraiseBallot(r *Req) error {
	b, err := r.plannedBallot()
	if err != nil {
		return err
	}
	at := "/ballot/" + b.ID
	in := &ballot.Appraise{Ballot: b.ID}
	f, done, err := r.tried(func(f *Form) doer {
		in.Version, in.Opens, in.Closes = f.Version(), f.Day("opens", true), f.Day("closes", true)
		return in
	}, "survey.toast.planned", at, "version", itoa(b.Version), "opens", string(r.Today()), "closes", string(r.Today().Add(13)))
	if err != nil || done {
		return err
	}
	return ballotForm.Render(r, AdminFormPage{Page: Page{Title: r.T("ballot.do.appraise"), Shape: Staff, Back: at}, Lede: r.T("ballot.appraise_lede", b.Title, b.Electors), Form: f, To: at + "/appraise", Submit: r.T("ballot.do.appraise"),
		Parts: []Part{fieldPart(f.Field("opens", "ballot.f.opens").As("date")), fieldPart(f.Field("closes", "ballot.f.closes").As("date").Hint("survey.closes_hint", survey.MaxDays))}})
}
