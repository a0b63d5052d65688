package web

import (
	"fmt"
	"iter"
	"slices"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/sheet"
	"sanwen/internal/work/proposal"
)

// ProposalPage is a proposal as a form on paper has it (D14, D15).
type ProposalPage struct {
	AdminListPage
	Docx string // address of the form as a document
}

// ProposalOwnPage lists the proposals of somebody without a role, as cards.
type ProposalOwnPage struct {
	Page
	Lede    string
	Actions []Link
	Cards   []Card
	None    *Empty
	Top     string
	Next    string
}

var (
	proposedOwn  = Define[ProposalOwnPage]("proposal/own")
	proposedList = Define[AdminListPage]("proposal/list")
	proposedForm = Define[AdminFormPage]("proposal/form")
	proposedPage = Define[ProposalPage]("proposal/page")
)

func proposalTone(state string) string {
	switch state {
	case proposal.Filed, proposal.Judging, proposal.Reviewing, proposal.Submitted:
		return "warn"
	case proposal.Replied, proposal.Seeking, proposal.Trying, proposal.Adopted, proposal.Done:
		return "info"
	case proposal.Closed, proposal.Verified, proposal.Awarded:
		return "good"
	case proposal.Refused, proposal.Declined:
		return "bad"
	}
	return ""
}

// ownShape is the shape of a page that everybody uses for what is his own: people without a role read it on a telephone, with the one stylesheet of
// employees.
func (r *Req) ownShape() Shape {
	if len(r.Person.Grants) == 0 {
		return Phone
	}
	return Staff
}

// readsAllProposals reports whether the reader sees more than his own.
func (r *Req) readsAllProposals() bool {
	return r.Person.Can(access.ProposalSee, access.Thing{Kind: proposal.RefKind, Unit: "/" + org.Root + "/", Lead: access.NoUnit})
}

// listProposals shows the proposals that the reader may read, the newest first.
func listProposals(r *Req) error {
	list, err := r.List(ListSpec{Filters: []Filter{{Name: "kind", Label: "proposal.f.kind", Values: proposal.Kinds(), Prefix: "proposal.kind."},
		{Name: "state", Label: "proposal.f.state", Values: proposal.States(), Prefix: "proposal.state."}, {Name: "q", Label: "proposal.f.title"}}})
	if err != nil {
		return err
	}
	f := proposal.Filter{Kind: list.Get("kind"), State: list.Get("state"), Text: list.Get("q"), After: list.After}
	if r.ownShape() == Phone {
		return r.ownProposals(list, f)
	}
	page := AdminListPage{Page: Page{Title: r.T("proposal.title"), Shape: Staff}, Lede: r.T("proposal.lede"), Actions: r.proposing()}
	err = r.Read(func(tx *db.Tx) error {
		rows, next, err := proposal.List(tx, r.Person, f)
		if err != nil {
			return err
		}
		tree, err := org.TreeOf(tx)
		if err != nil {
			return err
		}
		t := list.Table(r.T("proposal.title"), Column{Label: r.T("proposal.f.title")}, Column{Label: r.T("proposal.f.state")}, Column{Label: r.T("proposal.f.kind"), Minor: true},
			Column{Label: r.T("proposal.f.lead"), Minor: true}, Column{Label: r.T("proposal.f.answer"), Minor: true}, Column{Label: r.T("proposal.f.made"), Whole: true})
		t.Keys, t.Next = true, list.Next(next)
		if !list.Filtered() {
			t.Empty = Empty{Kind: "nothing", Title: r.T("proposal.none"), Text: r.T("proposal.none_text")}
		}
		for _, p := range rows {
			t.Add(r.Link("/proposal/"+p.ID), Cell{Text: p.Title, Sub: p.Number}, Cell{Tag: &Tag{Text: r.Lang.Enum("proposal.state", p.State), Tone: proposalTone(p.State)}},
				Cell{Text: r.Lang.Enum("proposal.kind", p.Kind)}, Cell{Text: unitOr(tree, p.Lead, r)}, Cell{Text: r.proposalAnswer(p)}, Cell{Text: r.Lang.Date(p.MadeAt.Day(r.Zone), r.Zone)})
		}
		page.Tables = []Table{t}
		if r.readsAllProposals() {
			for _, kind := range []string{"xlsx", "csv"} {
				page.Actions = append(page.Actions, Link{Text: r.T("survey.do." + kind), Href: r.Link("/proposals/export?form=" + kind), Icon: "download"})
			}
			x, err := proposal.TotalsOf(tx, r.Person, r.Today().Year())
			if err != nil {
				return err
			}
			page.Facts = []Fact{{Label: r.T("proposal.totals", r.Today().Year()), Value: r.T("proposal.totals_value", x.Made, x.People, x.Adopted), Note: r.T("proposal.totals_note", x.Done, r.Lang.Number(x.Benefit), r.Lang.Number(x.Bonus))}}
		}
		b := r.Blank("kind", f.Kind, "state", f.State, "q", f.Text)
		page.Filters = []Part{selectPart(b.Choose("kind", "proposal.f.kind", options(r.Lang, "proposal.kind", proposal.Kinds())).Any()),
			selectPart(b.Choose("state", "proposal.f.state", options(r.Lang, "proposal.state", proposal.States())).Any()), fieldPart(b.Field("q", "proposal.f.title").As("search").May())}
		return nil
	})
	if err != nil {
		return err
	}
	return proposedList.Render(r, page)
}

// proposing leads to what the reader may propose.
func (r *Req) proposing() (out []Link) {
	for _, kind := range proposal.Kinds() {
		if kind == proposal.Improve || r.Person.Has(access.Delegate) {
			out = append(out, Link{Text: r.T("proposal.make." + kind), Href: r.Link("/proposals/new?kind=" + kind), Tone: "primary"})
		}
	}
	return out
}

// ownProposals shows what somebody without a role has proposed.
func (r *Req) ownProposals(list *List, f proposal.Filter) error {
	p := ProposalOwnPage{Page: Page{Title: r.T("proposal.title")}, Lede: r.T("proposal.lede"), Actions: r.proposing()}
	err := r.Read(func(tx *db.Tx) error {
		rows, next, err := proposal.List(tx, r.Person, f)
		for _, x := range rows {
			p.Cards = append(p.Cards, Card{Title: x.Title, Href: r.Link("/proposal/" + x.ID), Lines: given([]string{x.Number, r.Lang.Date(x.MadeAt.Day(r.Zone), r.Zone)}),
				Tags: []Tag{{Text: r.Lang.Enum("proposal.state", x.State), Tone: proposalTone(x.State)}}})
		}
		p.Next = list.Next(next)
		return err
	})
	if err != nil {
		return err
	}
	if list.After != "" {
		p.Top = list.URL("after", "")
	}
	if len(p.Cards) == 0 {
		p.None = &Empty{Kind: "nothing", Title: r.T("proposal.none"), Text: r.T("proposal.none_text")}
	}
	return proposedOwn.Render(r, p)
}

// proposalAnswer is what came out, in a word.
func (r *Req) proposalAnswer(p proposal.Proposal) string {
	switch {
	case p.Answer == "":
		return "—"
	case p.Kind == proposal.ToCongress:
		return r.T("proposal.class." + p.Answer)
	}
	return r.T("proposal.judged." + p.Answer)
}

// newProposal shows and takes a proposal.
func newProposal(r *Req) error {
	if err := r.knownOnly("kind"); err != nil {
		return err
	}
	kind := r.Query("kind")
	if !slices.Contains(proposal.Kinds(), kind) {
		kind = proposal.Improve
	}
	in := &proposal.Submit{}
	f, done, err := r.tried(func(f *Form) doer {
		*in = proposal.Submit{Kind: f.Choice("kind", proposal.Kinds()...), Title: f.Line("title", 0, 4*proposal.MaxTitle), Why: f.Text("why", 0, 4*proposal.MaxText), How: f.Text("how", 0, 4*proposal.MaxText),
			Gain: f.Text("gain", 0, 4*proposal.MaxText), Secret: f.Ticked("secret")}
		return in
	}, "proposal.toast.submitted", "/proposals", "kind", kind)
	if err != nil || done {
		return err
	}
	if k := f.Value("kind"); k != "" {
		kind = k
	}
	f.Unseen("kind")
	parts := []Part{fieldPart(f.Field("title", "proposal.f.title_"+kind).Limit(proposal.MaxTitle)), fieldPart(f.Field("why", "proposal.f.why").Area(4).Limit(proposal.MaxText)),
		fieldPart(f.Field("how", "proposal.f.how").Area(4).Limit(proposal.MaxText)), fieldPart(f.Field("gain", "proposal.f.gain").Area(2).May().Limit(proposal.MaxText))}
	if kind == proposal.ToCongress {
		parts = append(parts, tickPart(f.Tick("secret", "proposal.f.secret").Hint("proposal.secret_hint")))
	}
	return proposedForm.Render(r, AdminFormPage{Page: Page{Title: r.T("proposal.make." + kind), Shape: r.ownShape(), Back: "/proposals"}, Lede: r.T("proposal.make_lede." + kind), Form: f, To: "/proposals/new", Keep: []string{"kind"},
		Submit: r.T("proposal.do.submit"), Parts: parts})
}

// exportProposals sends the ledger of proposals (D14).
func exportProposals(r *Req) error {
	list, err := r.List(ListSpec{Others: []Filter{{Name: "form", Values: []string{"xlsx", "csv"}}}})
	if err != nil {
		return err
	}
	var rows []proposal.Proposal
	var tree *org.Tree
	names, seconds := map[string]string{}, map[string]int{}
	err = r.DB.Write(r.Ctx(), func(tx *db.Tx) error {
		if err := (proposal.Take{}).Do(tx, r.Person); err != nil {
			return err
		}
		if tree, err = org.TreeOf(tx); err != nil {
			return err
		}
		for after := ""; ; {
			page, next, err := proposal.List(tx, r.Person, proposal.Filter{After: after})
			if err != nil {
				return err
			}
			rows = append(rows, page...)
			if after = next; after == "" {
				break
			}
		}
		for _, p := range rows {
			all, err := proposal.SecondersOf(tx, p)
			if err != nil {
				return err
			}
			seconds[p.ID] = len(all)
			if p.Names(r.Person) && names[p.Proposer] == "" {
				x, err := org.PersonByID(tx, p.Proposer)
				if err != nil {
					return err
				}
				names[p.Proposer] = x.Name
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	t := sheet.Table{Name: r.T("proposal.title"), NotesName: r.T("ledger.notes")}
	for _, k := range []string{"n", "number", "kind", "title", "proposer", "seconders", "prime", "lead", "co", "made", "answered", "answer", "state", "done", "benefit", "award", "bonus"} {
		t.Columns = append(t.Columns, sheet.Column{Title: r.T("proposal.f." + k)})
	}
	t.Notes = []sheet.Note{{Label: r.T("survey.f.made"), Value: r.Lang.DateTime(clock.MillisOf(r.Now()), r.Zone)}}
	t.Rows = iter.Seq2[[]any, error](func(yield func([]any, error) bool) {
		for i, p := range rows {
			who, award := r.T("proposal.hidden"), ""
			if p.Names(r.Person) {
				who = names[p.Proposer]
			}
			if p.Grade != "" {
				award = r.T("proposal.award." + p.Grade)
			}
			var co []string
			for _, u := range p.CoList() {
				co = append(co, tree.Name(u, r.Lang))
			}
			if !yield([]any{int64(i + 1), p.Number, r.Lang.Enum("proposal.kind", p.Kind), p.Title, who, int64(seconds[p.ID]), r.yesOrNo(p.Prime), unitOr(tree, p.Lead, r), r.Lang.List(co),
				string(p.MadeAt.Day(r.Zone)), string(p.Answered), r.proposalAnswer(p), r.Lang.Enum("proposal.state", p.State), p.Done, p.Benefit, award, p.Bonus}, nil) {
				return
			}
		}
	})
	return r.sendTable(fmt.Sprintf("%s-%s", r.T("proposal.title"), r.Today()), list.Get("form"), t)
}

func (r *Req) yesOrNo(b bool) string {
	if b {
		return r.T("common.yes")
	}
	return r.T("common.no")
}

// proposalCards are the answers that the reader is asked about.
func (r *Req) proposalCards(tx *db.Tx) ([]Card, error) {
	asked, err := proposal.Asked(tx, r.Person)
	var out []Card
	for _, p := range asked {
		to := r.Link("/proposal/" + p.ID + "/rate")
		out = append(out, Card{Title: p.Title, Href: r.Link("/proposal/" + p.ID), Lines: []string{r.T("proposal.card", r.Lang.Date(p.UntilDay, r.Zone))}, Action: &Link{Text: r.T("proposal.do.rate"), Href: to, Tone: "primary"}})
	}
	return out, err
}
