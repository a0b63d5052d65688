package web

import (
	"slices"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/work/ballot"
	"sanwen/internal/work/proposal"
)

// proposalView is a proposal with what its pages show.
type proposalView struct {
	r       *Req
	p       proposal.Proposal
	tree    *org.Tree
	seconds []proposal.Seconder
	said    []proposal.Spoken
	names   map[string]org.Person
	other   *proposal.Proposal
	asked   bool // the reader has still to speak of the answer
}

func (r *Req) viewProposal() (*proposalView, error) {
	v := &proposalView{r: r, names: map[string]org.Person{}}
	err := r.Read(func(tx *db.Tx) (err error) {
		if v.p, err = proposal.See(tx, r.Person, r.Param("proposal")); err != nil {
			return err
		}
		if v.tree, err = org.TreeOf(tx); err != nil {
			return err
		}
		if v.seconds, err = proposal.SecondersOf(tx, v.p); err != nil {
			return err
		}
		if v.said, err = proposal.RatingsOf(tx, v.p); err != nil {
			return err
		}
		for _, id := range []string{v.p.Proposer, v.p.ByPerson, v.p.CheckedBy} {
			if id != "" {
				if v.names[id], err = org.PersonByID(tx, id); err != nil {
					return err
				}
			}
		}
		if v.p.Other != "" {
			x, err := proposal.See(tx, r.Person, v.p.Other)
			if err == nil {
				v.other = &x
			} else if fault.KindOf(err) != fault.Forbidden && fault.KindOf(err) != fault.NotFound {
				return err
			}
		}
		asked, err := proposal.Asked(tx, r.Person)
		v.asked = slices.ContainsFunc(asked, func(x proposal.Proposal) bool { return x.ID == v.p.ID })
		return err
	})
	return v, err
}

// showProposed shows a proposal as its form on paper has it, and what the reader can do.
func showProposed(r *Req) error {
	if err := r.knownOnly(); err != nil {
		return err
	}
	v, err := r.viewProposal()
	if err != nil {
		return err
	}
	page := ProposalPage{AdminListPage: AdminListPage{Page: Page{Title: v.p.Title, Shape: r.ownShape(), Back: "/proposals"}, Facts: v.facts()}, Docx: r.Link("/proposal/" + v.p.ID + "/paper.docx")}
	if v.p.Reason != "" {
		page.Panels = append(page.Panels, Panel{Tone: "warn", Title: r.Lang.Enum("proposal.state", v.p.State), Text: v.p.Reason})
	}
	for _, do := range proposalDos {
		if v.can(do) {
			page.Actions = append(page.Actions, Link{Text: r.T("proposal.do." + do.name), Href: r.Link("/proposal/" + v.p.ID + "/" + do.name), Tone: do.tone})
		}
	}
	if r.Person.Can(access.ProposalReview, v.p.Thing()) && v.p.State != proposal.Withdrawn {
		page.Actions = append(page.Actions, r.poolLink(ballot.FromProp, v.p.ID)...)
	}
	if v.p.Kind == proposal.ToCongress {
		page.Tables = append(page.Tables, v.seconders())
	}
	return proposedPage.Render(r, page)
}

// can reports whether the reader can do something now.
func (v *proposalView) can(do proposalDo) bool {
	if do.kind != "" && do.kind != v.p.Kind || !v.r.Person.Can(do.action, v.p.Thing()) {
		return false
	}
	switch do.name {
	case "second":
		if v.p.Proposer == v.r.Person.ID || slices.ContainsFunc(v.seconds, func(s proposal.Seconder) bool { return s.Person == v.r.Person.ID }) {
			return false
		}
	case "rate":
		if !v.asked {
			return false
		}
	}
	return slices.ContainsFunc(do.events, func(ev string) bool { return v.p.Cycle().Can(v.p.State, ev) })
}

func (v *proposalView) proposer() string {
	if !v.p.Names(v.r.Person) {
		return v.r.T("proposal.hidden")
	}
	return v.r.T("ballot.with_note", v.names[v.p.Proposer].Name, v.tree.Name(v.p.Unit, v.r.Lang))
}

func (v *proposalView) facts() []Fact {
	r, p := v.r, v.p
	var out []Fact
	add := func(key, value string) {
		if value != "" {
			out = append(out, Fact{Label: r.T("proposal.f." + key), Value: value})
		}
	}
	add("number", p.Number)
	add("kind", r.Lang.Enum("proposal.kind", p.Kind))
	add("state", r.Lang.Enum("proposal.state", p.State))
	add("proposer", v.proposer())
	if p.Secret {
		out[len(out)-1].Note = r.T("proposal.secret_note")
	}
	add("made", r.Lang.Date(p.MadeAt.Day(r.Zone), r.Zone))
	add("why", p.Why)
	add("how", p.How)
	add("gain", p.Gain)
	if p.Lead != "" {
		add("lead", v.tree.Name(p.Lead, r.Lang))
		var co []string
		for _, u := range p.CoList() {
			co = append(co, v.tree.Name(u, r.Lang))
		}
		add("co", r.Lang.List(co))
	}
	if p.Prime {
		add("prime", r.T("common.yes"))
	}
	if p.Answer != "" {
		add("answer", r.proposalAnswer(p))
		add("words", p.Words)
		out[len(out)-1].Note = r.T("proposal.signed", v.names[p.ByPerson].Name, r.Lang.Date(p.Answered, r.Zone))
	}
	if p.Told != "" {
		add("told", r.Lang.Date(p.Told, r.Zone))
	}
	if p.UntilDay != "" {
		key := "until"
		if p.Kind == proposal.ToCongress {
			key = "rate_until"
		}
		add(key, r.Lang.Date(p.UntilDay, r.Zone))
	}
	if p.Handlings > 1 {
		add("handlings", r.T("proposal.handled", p.Handlings))
	}
	add("done", p.Done)
	if p.CheckedBy != "" {
		add("benefit", r.T("proposal.yuan", r.Lang.Number(p.Benefit)))
		out[len(out)-1].Note = r.T("proposal.counted_by", v.names[p.CheckedBy].Name)
	}
	if p.Grade != "" {
		add("award", r.T("proposal.award."+p.Grade))
		add("bonus", r.T("proposal.yuan", r.Lang.Number(p.Bonus)))
	}
	if v.other != nil {
		out = append(out, Fact{Label: r.T("proposal.f.other"), Value: v.other.Title, Href: r.Link("/proposal/" + v.other.ID)})
	}
	return out
}

// seconders lists who seconds, and what the proposer and they say of the last answer.
func (v *proposalView) seconders() Table {
	r := v.r
	t := Table{Caption: r.T("proposal.seconders", len(v.seconds)), Columns: []Column{{Label: r.T("proposal.f.name")}, {Label: r.T("proposal.f.role")}, {Label: r.T("proposal.f.grade")}},
		Empty: Empty{Kind: "nothing", Title: r.T("proposal.no_seconders")}}
	row := func(name, role, grade, words string) {
		if grade != "" {
			grade = r.T("proposal.grade." + grade)
		} else {
			grade = "—"
		}
		t.Add("", Cell{Text: name}, Cell{Text: role}, Cell{Text: grade, Sub: words})
	}
	for _, s := range v.said {
		if s.Person == v.p.Proposer && s.Handling == v.p.Handlings {
			row(v.proposer(), r.T("proposal.role.proposer"), s.Grade, s.Words)
		}
	}
	for _, s := range v.seconds {
		row(r.T("ballot.with_note", s.Name, v.tree.Name(s.Unit, r.Lang)), r.T("proposal.role.seconder"), s.Grade, s.Words)
	}
	return t
}

// proposalDo is something that can be done with a proposal.
type proposalDo struct {
	name   string
	kind   string // of proposals; empty: both
	action access.Action
	events []string // any of them makes it possible
	tone   string
	parts  func(v *proposalView, f *Form) []Part
	read   func(p proposal.Proposal, f *Form) doer
}

func (v *proposalView) leads(f *Form) Part {
	var all []Option
	for _, u := range v.tree.OfKind(org.Department, org.Plant) {
		all = append(all, Option{Value: u.Code, Text: u.Name(v.r.Lang)})
	}
	return selectPart(f.Choose("lead", "proposal.f.lead", all))
}

func answerWords(f *Form) string { return f.Text("words", 0, 4*proposal.MaxText) }

func chosen(r *Req, prefix string, all []string) []Option {
	var out []Option
	for _, x := range all {
		out = append(out, Option{Value: x, Text: r.T(prefix + x)})
	}
	return out
}

var proposalDos = []proposalDo{
	{name: "second", kind: proposal.ToCongress, action: access.ProposalSecond, events: []string{proposal.EventSecond}, tone: "primary",
		parts: func(*proposalView, *Form) []Part { return nil },
		read:  func(p proposal.Proposal, _ *Form) doer { return proposal.Second{Proposal: p.ID} }},
	{name: "review", kind: proposal.ToCongress, action: access.ProposalReview, events: proposal.Reviews(), tone: "primary",
		parts: func(v *proposalView, f *Form) []Part {
			return []Part{radiosPart(f.Choose("event", "proposal.f.decision", chosen(v.r, "proposal.review.", proposal.Reviews()))), selectPart(f.Choose("lead", "proposal.f.lead", v.leads(f).Choice.Options).May().Hint("proposal.lead_hint")),
				pickPart(f.PickUnits("co", "proposal.f.co", v.r.UnitsOf(v.tree, org.Department, org.Plant)).May()), tickPart(f.Tick("prime", "proposal.f.prime")),
				fieldPart(f.Field("into", "proposal.f.into").May().Hint("proposal.into_hint")), fieldPart(f.Field("reason", "proposal.f.reason").Area(3).May().Limit(proposal.MaxReason).Hint("proposal.reason_hint"))}
		},
		read: func(p proposal.Proposal, f *Form) doer {
			return proposal.Review{Proposal: p.ID, Version: f.Version(), Event: f.Choice("event", proposal.Reviews()...), Lead: f.one("lead"), Co: f.Units("co", org.Department, org.Plant), Prime: f.Ticked("prime"),
				Into: f.Line("into", 0, 40), Reason: f.Text("reason", 0, 4*proposal.MaxReason)}
		}},
	{name: "reply", kind: proposal.ToCongress, action: access.ProposalAnswer, events: []string{proposal.EventReply}, tone: "primary",
		parts: func(v *proposalView, f *Form) []Part {
			return []Part{radiosPart(f.Choose("class", "proposal.f.class", chosen(v.r, "proposal.class.", proposal.Classes()))), fieldPart(f.Field("words", "proposal.f.words").Area(5).Limit(proposal.MaxText).Hint("proposal.words_hint"))}
		},
		read: func(p proposal.Proposal, f *Form) doer {
			return proposal.Reply{Proposal: p.ID, Version: f.Version(), Class: f.Maybe("class", proposal.Classes()...), Words: answerWords(f)}
		}},
	{name: "rate", kind: proposal.ToCongress, action: access.ProposalRate, events: []string{proposal.EventRate}, tone: "primary",
		parts: func(v *proposalView, f *Form) []Part {
			return []Part{radiosPart(f.Choose("grade", "proposal.f.grade", chosen(v.r, "proposal.grade.", proposal.Grades()))), fieldPart(f.Field("words", "proposal.f.rate_words").Area(3).May().Limit(proposal.MaxReason).Hint("proposal.rate_hint"))}
		},
		read: func(p proposal.Proposal, f *Form) doer {
			return proposal.Rate{Proposal: p.ID, Grade: f.Maybe("grade", proposal.Grades()...), Words: f.Text("words", 0, 4*proposal.MaxReason)}
		}},
	{name: "assign", kind: proposal.Improve, action: access.ProposalReview, events: []string{proposal.EventAssign}, tone: "primary",
		parts: func(v *proposalView, f *Form) []Part { return []Part{v.leads(f)} },
		read: func(p proposal.Proposal, f *Form) doer {
			return proposal.Assign{Proposal: p.ID, Version: f.Version(), Lead: f.one("lead")}
		}},
	{name: "judge", kind: proposal.Improve, action: access.ProposalAnswer, events: proposal.Judgements(), tone: "primary",
		parts: func(v *proposalView, f *Form) []Part {
			can := slices.DeleteFunc(proposal.Judgements(), func(ev string) bool { return !v.p.Cycle().Can(v.p.State, ev) })
			return []Part{radiosPart(f.Choose("event", "proposal.f.judgement", chosen(v.r, "proposal.judged.", can))), fieldPart(f.Field("words", "proposal.f.words").Area(4).Limit(proposal.MaxText).Hint("proposal.words_hint")),
				fieldPart(f.Field("told", "proposal.f.told").As("date").Hint("proposal.told_hint")), fieldPart(f.Field("until", "proposal.f.until").As("date").May().Hint("proposal.until_hint"))}
		},
		read: func(p proposal.Proposal, f *Form) doer {
			return proposal.Judge{Proposal: p.ID, Version: f.Version(), Event: f.Choice("event", proposal.Judgements()...), Words: answerWords(f), Told: f.Day("told", true), Until: f.Day("until", false)}
		}},
	{name: "finish", kind: proposal.Improve, action: access.ProposalAnswer, events: []string{proposal.EventDo}, tone: "primary",
		parts: func(_ *proposalView, f *Form) []Part {
			return []Part{fieldPart(f.Field("done", "proposal.f.done").Area(4).Limit(proposal.MaxText))}
		},
		read: func(p proposal.Proposal, f *Form) doer {
			return proposal.Finish{Proposal: p.ID, Version: f.Version(), Done: f.Text("done", 0, 4*proposal.MaxText)}
		}},
	{name: "verify", kind: proposal.Improve, action: access.ProposalReview, events: []string{proposal.EventVerify}, tone: "primary",
		parts: func(v *proposalView, f *Form) []Part {
			return []Part{radiosPart(f.Choose("good", "proposal.f.verified", chosen(v.r, "proposal.verify.", []string{"yes", "no"}))), fieldPart(f.Field("benefit", "proposal.f.benefit").Number().May().Hint("proposal.benefit_hint")),
				fieldPart(f.Field("reason", "proposal.f.reason").Area(2).May().Limit(proposal.MaxReason).Hint("proposal.return_hint"))}
		},
		read: func(p proposal.Proposal, f *Form) doer {
			in := proposal.Verify{Proposal: p.ID, Version: f.Version(), Return: f.Choice("good", "yes", "no") == "no", Reason: f.Text("reason", 0, 4*proposal.MaxReason)}
			if f.Value("benefit") != "" {
				in.Benefit = int64(f.Int("benefit", 0, proposal.MaxMoney))
			}
			return in
		}},
	{name: "award", kind: proposal.Improve, action: access.ProposalReview, events: []string{proposal.EventAward}, tone: "primary",
		parts: func(v *proposalView, f *Form) []Part {
			return []Part{radiosPart(f.Choose("grade", "proposal.f.award", chosen(v.r, "proposal.award.", proposal.Awards()))), fieldPart(f.Field("bonus", "proposal.f.bonus").Number().May())}
		},
		read: func(p proposal.Proposal, f *Form) doer {
			in := proposal.Award{Proposal: p.ID, Version: f.Version(), Grade: f.Choice("grade", proposal.Awards()...)}
			if f.Value("bonus") != "" {
				in.Bonus = int64(f.Int("bonus", 0, proposal.MaxBonus))
			}
			return in
		}},
	{name: "withdraw", action: access.ProposalMake, events: []string{proposal.EventWithdraw}, tone: "danger",
		parts: func(*proposalView, *Form) []Part { return nil },
		read: func(p proposal.Proposal, f *Form) doer {
			return proposal.Withdraw{Proposal: p.ID, Version: f.Version()}
		}},
}

// proposalAct shows and takes the form of an action on a proposal.
func proposalAct(r *Req) error {
	v, err := r.viewProposal()
	if err != nil {
		return err
	}
	i := slices.IndexFunc(proposalDos, func(d proposalDo) bool { return d.name == r.Param("do") })
	if i < 0 {
		return fault.New(fault.NotFound, "access.unknown")
	}
	do := proposalDos[i]
	if err := r.Read(func(tx *db.Tx) error { return r.Person.May(tx, do.action, v.p.Thing()) }); err != nil {
		return err
	}
	if do.kind != "" && do.kind != v.p.Kind || !slices.ContainsFunc(do.events, func(ev string) bool { return v.p.Cycle().Can(v.p.State, ev) }) {
		return fault.New(fault.Conflict, "cycle.refused", v.p.State, do.events[0])
	}
	at := "/proposal/" + v.p.ID
	f, done, err := r.tried(func(f *Form) doer { return do.read(v.p, f) }, "proposal.toast."+do.name, at, "version", itoa(v.p.Version), "lead", v.p.Lead, "told", string(r.Today()))
	if done || err != nil {
		return err
	}
	return proposedForm.Render(r, AdminFormPage{Page: Page{Title: r.T("proposal.do." + do.name), Shape: r.ownShape(), Back: at}, Lede: r.T("proposal.lede."+do.name, v.p.Title), Form: f, To: at + "/" + do.name,
		Submit: r.T("proposal.do." + do.name), Danger: do.tone == "danger", Parts: do.parts(v, f)})
}
