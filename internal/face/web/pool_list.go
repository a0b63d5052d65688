package web

import (
	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/ballot"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/matter/plan"
)

var (
	poolList = Define[AdminListPage]("pool/list")
	poolForm = Define[AdminFormPage]("pool/form")
)

func poolTone(state string) string {
	return map[string]string{ballot.Asked: "warn", ballot.Ready: "info", ballot.Listed: "info", ballot.Chosen: "good"}[state]
}

// putsIntoPool reports whether the reader may put candidates into the pool, for some unit.
func (r *Req) putsIntoPool() bool {
	return len(r.Person.Scope(access.Triager, access.UnitChair)) > 0
}

// listPool shows the pool of candidates, the newest first.
func listPool(r *Req) error {
	states := append(ballot.PoolStates(), ballot.AnyState)
	list, err := r.List(ListSpec{Columns: []string{"state", "source", "lead", "helped", "cost"}, Filters: []Filter{{Name: "state", Label: "pool.f.state", Values: states, Prefix: "pool.state."},
		{Name: "source", Label: "pool.f.source", Values: ballot.PoolSources(), Prefix: "pool.source."}, {Name: "lead", Label: "pool.f.lead"}, {Name: "q", Label: "pool.f.title"}}})
	if err != nil {
		return err
	}
	page := AdminListPage{Page: Page{Title: r.T("pool.title"), Shape: Staff}, Lede: r.T("pool.lede")}
	if r.putsIntoPool() {
		page.Actions = append(page.Actions, Link{Text: r.T("pool.do.put"), Href: r.Link("/pool/new"), Tone: "primary"})
	}
	page.Actions = append(page.Actions, Link{Text: r.T("ballot.title"), Href: r.Link("/ballots")})
	var t Table
	err = r.Read(func(tx *db.Tx) error {
		tree, err := org.TreeOf(tx)
		if err != nil {
			return err
		}
		f := ballot.PoolFilter{State: list.Get("state"), Source: list.Get("source"), Text: list.Get("q"), After: list.After}
		if code := list.Get("lead"); code != "" {
			if f.Lead = tree.Path(code); f.Lead == "" {
				f.Lead = access.NoUnit
			}
		}
		rows, next, err := ballot.Pool(tx, r.Person, f)
		if err != nil {
			return err
		}
		t = list.Table(r.T("pool.title"), Column{Label: r.T("pool.f.title")}, Column{Label: r.T("pool.f.state")}, Column{Label: r.T("pool.f.source"), Minor: true},
			Column{Label: r.T("pool.f.lead"), Minor: true}, Column{Label: r.T("pool.f.helped"), Num: true}, Column{Label: r.T("pool.f.cost"), Num: true})
		t.Keys, t.Next = true, list.Next(next)
		if !list.Filtered() {
			t.Empty = Empty{Kind: "nothing", Title: r.T("pool.none"), Text: r.T("pool.none_text")}
		}
		for _, c := range rows {
			helped, cost := Cell{Text: "—"}, Cell{Text: "—"}
			if c.AssessedAt != 0 {
				helped, cost = Cell{Text: r.Lang.Number(c.Helped)}, Cell{Text: r.Lang.Number(c.Cost)}
			}
			t.Add(r.Link("/pool/"+c.ID), Cell{Text: c.Title}, Cell{Tag: &Tag{Text: r.Lang.Enum("pool.state", c.State), Tone: poolTone(c.State)}},
				Cell{Text: r.Lang.Enum("pool.source", c.Source)}, Cell{Text: unitOr(tree, c.Lead, r)}, helped, cost)
		}
		b := r.Blank("state", list.Get("state"), "source", list.Get("source"), "lead", list.Get("lead"), "q", list.Get("q"))
		var leads []Option
		for _, u := range tree.OfKind(org.Department, org.Plant) {
			leads = append(leads, Option{Value: u.Code, Text: u.Name(r.Lang)})
		}
		page.Filters = []Part{selectPart(b.Choose("state", "pool.f.state", options(r.Lang, "pool.state", states)).Else("pool.state.open")),
			selectPart(b.Choose("source", "pool.f.source", options(r.Lang, "pool.source", ballot.PoolSources())).Any()),
			selectPart(b.Choose("lead", "pool.f.lead", leads).Any()), fieldPart(b.Field("q", "pool.f.title").As("search").May())}
		return nil
	})
	if err != nil {
		return err
	}
	return r.showList(poolList, page, list, t)
}

func unitOr(tree *org.Tree, code string, r *Req) string {
	if code == "" {
		return "—"
	}
	return tree.Name(code, r.Lang)
}

// showCandidate shows what is proposed, where it came from, what the department says of it, and what became of it.
func showCandidate(r *Req) error {
	if err := r.knownOnly(); err != nil {
		return err
	}
	var page AdminListPage
	err := r.Read(func(tx *db.Tx) error {
		c, err := ballot.SeeCandidate(tx, r.Person, r.Param("candidate"))
		if err != nil {
			return err
		}
		tree, err := org.TreeOf(tx)
		if err != nil {
			return err
		}
		page = AdminListPage{Page: Page{Title: c.Title, Shape: Staff, Back: "/pool"}, Lede: c.Body}
		page.Facts = r.candidateFacts(c, tree)
		page.Actions = r.candidateActions(c)
		if c.State == ballot.Pooled && !c.Admissible() {
			page.Panels = append(page.Panels, Panel{Tone: "info", Text: r.T("pool.needs", r.Lang.List(r.missing(c)))})
		}
		if c.Reason != "" {
			page.Panels = append(page.Panels, Panel{Tone: "warn", Title: r.Lang.Enum("pool.state", c.State), Text: c.Reason})
		}
		if c.IntoID != "" {
			into, err := ballot.SeeCandidate(tx, r.Person, c.IntoID)
			if err != nil {
				return err
			}
			page.Panels = append(page.Panels, Panel{Tone: "info", Text: r.T("pool.merged_into"), Links: []Link{{Text: into.Title, Href: r.Link("/pool/" + into.ID)}}})
		}
		if c.Matter != "" {
			m, err := matter.Find(tx, c.Matter)
			if err != nil {
				return err
			}
			page.Panels = append(page.Panels, Panel{Tone: "good", Text: r.T("pool.became"), Links: []Link{{Text: m.Number + " " + m.Title, Href: r.Link("/matter/" + m.Number)}}})
		}
		return r.candidatePast(tx, c, &page)
	})
	if err != nil {
		return err
	}
	return poolList.Render(r, page)
}

// missing is what a candidate still needs to stand in a ballot.
func (r *Req) missing(c ballot.Candidate) []string {
	var out []string
	if c.Possible != ballot.Yes {
		out = append(out, r.T("pool.f.note"))
	}
	for _, k := range ballot.Criteria() {
		if c.Meets(k) != ballot.Yes {
			out = append(out, r.Lang.Enum("pool.f", k))
		}
	}
	return out
}

func (r *Req) yes(answer string) string {
	if answer == "" {
		return "—"
	}
	return r.Lang.Enum("common", answer)
}

func (r *Req) candidateFacts(c ballot.Candidate, tree *org.Tree) []Fact {
	out := []Fact{{Label: r.T("pool.f.state"), Value: r.Lang.Enum("pool.state", c.State)}, {Label: r.T("pool.f.goal"), Value: orDash(c.Goal)},
		{Label: r.T("pool.f.unit"), Value: tree.Name(c.Unit, r.Lang)}, r.sourceFact(c), {Label: r.T("pool.f.made"), Value: r.Lang.Date(c.MadeAt, r.Zone)}}
	for _, k := range ballot.Criteria() {
		out = append(out, Fact{Label: r.Lang.Enum("pool.f", k), Value: r.yes(c.Meets(k))})
	}
	if c.Lead == "" {
		return out
	}
	out = append(out, Fact{Label: r.T("pool.f.lead"), Value: tree.Name(c.Lead, r.Lang), Note: c.Ask})
	if c.AssessedAt == 0 {
		return out
	}
	out = append(out, Fact{Label: r.T("pool.f.possible"), Value: r.yes(c.Possible), Note: c.Note})
	if c.Possible == ballot.Yes {
		cost := Fact{Label: r.T("pool.f.cost"), Value: r.Lang.Number(c.Cost)}
		if c.Funds != "" {
			cost.Note = r.Lang.Enum("matter.fund", c.Funds)
		}
		out = append(out, cost, Fact{Label: r.T("pool.f.helped"), Value: r.Lang.Number(c.Helped)}, Fact{Label: r.T("pool.f.days"), Value: r.Lang.Number(c.Days)})
	}
	return out
}

// sourceFact says where a candidate came from, with a link for those who may read that.
func (r *Req) sourceFact(c ballot.Candidate) Fact {
	f := Fact{Label: r.T("pool.f.source"), Value: r.Lang.Enum("pool.source", c.Source), Note: c.SourceNote}
	switch c.Source {
	case ballot.FromVoice:
		if r.Person.Has(access.Triager) {
			f.Href = r.Link("/voice/" + c.SourceID)
		}
	case ballot.FromMatter:
		f.Href = r.Link("/matter/" + c.SourceNote)
	case ballot.FromSurvey:
		f.Href = r.Link("/survey/" + c.SourceID)
	case ballot.FromSpot:
		f.Note = r.T("spots.number", c.SourceID)
		if holdsAny(r.Person, []access.Role{access.Triager, access.UnitChair, access.Supervisor, access.Leader}) {
			f.Href = r.Link("/spot/" + c.SourceID)
		}
	case ballot.FromProp:
		if r.Person.Has(access.Triager) {
			f.Href = r.Link("/proposal/" + c.SourceID)
		}
	case ballot.FromVisit:
		f.Href = r.Link("/visit/" + c.SourceNote)
	}
	return f
}

// candidateActions are what the reader may do with a candidate now.
func (r *Req) candidateActions(c ballot.Candidate) []Link {
	var out []Link
	t := c.Thing()
	at := "/pool/" + c.ID
	for _, m := range ballot.PoolCycle.Events(c.State) {
		if !r.Person.Can(m.Action, t) || m.Event == ballot.EventList || m.Event == ballot.EventUnlist || m.Event == ballot.EventChoose || m.Event == ballot.EventPass {
			continue // those a ballot decides
		}
		x := Link{Text: r.Lang.Enum("pool.do", m.Event), Href: r.Link(at + "/" + m.Event)}
		switch m.Event {
		case ballot.EventAsk:
			if c.Possible == "" && c.State == ballot.Pooled {
				x.Tone = "primary"
			}
		case ballot.EventAssess:
			x.Tone = "primary"
		case ballot.EventAdmit:
			if !c.Admissible() {
				continue
			}
			x.Tone = "primary"
		case ballot.EventDrop:
			x.Tone = "danger"
		}
		out = append(out, x)
	}
	return out
}

// candidatePast is what was merged into it, and the ballots in which it stood, with why it was not chosen.
func (r *Req) candidatePast(tx *db.Tx, c ballot.Candidate, page *AdminListPage) error {
	stood, err := ballot.History(tx, c.ID)
	if err != nil {
		return err
	}
	if len(stood) > 0 {
		t := Table{Caption: r.T("pool.stood"), Columns: []Column{{Label: r.T("ballot.f.title")}, {Label: r.T("ballot.f.state")}, {Label: r.T("ballot.f.votes"), Num: true}, {Label: r.T("ballot.f.outcome")}}}
		for _, s := range stood {
			votes, outcome := "—", "—"
			if s.Ballot.State == ballot.Counted {
				votes, outcome = r.Lang.Number(s.Choice.Votes), r.outcome(s.Ballot, s.Choice)
			}
			t.Add(r.Link("/ballot/"+s.Ballot.ID), Cell{Text: s.Ballot.Title, Sub: r.Lang.Date(s.Ballot.Closes, r.Zone)}, Cell{Tag: &Tag{Text: r.Lang.Enum("ballot.state", s.Ballot.State), Tone: ballotTone(s.Ballot.State)}},
				Cell{Text: votes}, Cell{Text: outcome})
		}
		page.Tables = append(page.Tables, t)
	}
	merged, err := ballot.MergedInto(tx, c.ID)
	if err != nil || len(merged) == 0 {
		return err
	}
	t := Table{Caption: r.T("pool.merged"), Columns: []Column{{Label: r.T("pool.f.title")}, {Label: r.T("pool.f.source")}, {Label: r.T("pool.f.made")}}}
	for _, m := range merged {
		t.Add(r.Link("/pool/"+m.ID), Cell{Text: m.Title}, Cell{Text: r.Lang.Enum("pool.source", m.Source)}, Cell{Text: r.Lang.Date(m.MadeAt, r.Zone)})
	}
	page.Tables = append(page.Tables, t)
	return nil
}

// fundOptions are where money comes from.
func (r *Req) fundOptions() []Option { return options(r.Lang, "matter.fund", plan.FundSources()) }
