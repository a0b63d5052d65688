package web

import (
	"slices"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/ballot"
	"sanwen/internal/work/matter"
)

// poolWords are the fields of what is written of a candidate.
func (r *Req) poolWords(f *Form, tree *org.Tree) []Part {
	yes := []Option{{Value: ballot.Yes, Text: r.T("common.yes")}, {Value: ballot.No, Text: r.T("common.no")}}
	parts := []Part{fieldPart(f.Field("title", "pool.f.title").Limit(ballot.MaxTitle).Hint("pool.title_hint")), fieldPart(f.Field("body", "pool.f.body").Area(3).Limit(ballot.MaxBody)),
		fieldPart(f.Field("goal", "pool.f.goal").May().Limit(ballot.MaxGoal).Hint("pool.goal_hint")), pickPart(f.PickUnit("unit", "pool.f.unit", r.UnitsOf(tree))), headPart(r.T("pool.criteria"))}
	for _, k := range ballot.Criteria() {
		parts = append(parts, radiosPart(f.Choose(k, "pool.f."+k, yes).May().Hint("pool."+k+"_hint")))
	}
	return parts
}

func readWords(f *Form) ballot.Words {
	yes := []string{ballot.Yes, ballot.No}
	return ballot.Words{Title: f.Line("title", 0, 4*ballot.MaxTitle), Body: f.Text("body", 0, 4*ballot.MaxBody), Goal: f.Line("goal", 0, 4*ballot.MaxGoal), Unit: f.Unit("unit"),
		Broad: f.Maybe("broad", yes...), Effect: f.Maybe("effect", yes...), Feasible: f.Maybe("feasible", yes...), Measurable: f.Maybe("measurable", yes...)}
}

// newCandidate shows and takes the form that puts a candidate into the pool: by hand, or from what the address names.
func newCandidate(r *Req) error {
	if err := r.knownOnly("from", "id"); err != nil {
		return err
	}
	if !r.putsIntoPool() {
		return r.Read(func(tx *db.Tx) error {
			return r.Person.May(tx, access.PoolPut, access.Thing{Kind: ballot.PoolKind, Unit: access.NoUnit, Lead: access.NoUnit})
		})
	}
	source, id := r.Query("from"), r.Query("id")
	if !slices.Contains(ballot.PoolSources(), source) {
		source, id = ballot.ByHand, ""
	}
	unit := org.Root
	if scope := r.Person.Scope(access.Triager, access.UnitChair); !slices.ContainsFunc(scope, access.Path.Root) {
		unit = scope[0].Unit()
	}
	title := ""
	var tree *org.Tree
	err := r.Read(func(tx *db.Tx) (err error) {
		if source == ballot.FromMatter {
			m, err := matter.Find(tx, id)
			if err != nil {
				return err
			}
			t, err := matter.ThingOf(tx, m)
			if err == nil && r.Person.Can(access.MatterSee, t) {
				title = m.Title
			}
		}
		tree, err = org.TreeOf(tx)
		return err
	})
	if err != nil {
		return err
	}
	in := &ballot.Put{}
	f, done, err := r.tried(func(f *Form) doer {
		*in = ballot.Put{Words: readWords(f), Source: f.Choice("source", ballot.PoolSources()...), SourceID: f.Line("source_id", 0, 60)}
		return in
	}, "pool.toast.put", "/pool", "source", source, "source_id", id, "unit", unit, "title", title)
	if err != nil || done {
		return err
	}
	page := AdminFormPage{Page: Page{Title: r.T("pool.do.put"), Shape: Staff, Back: "/pool"}, Lede: r.T("pool.put_lede"), Form: f, To: "/pool/new", Submit: r.T("pool.do.put"), Keep: []string{"source", "source_id"},
		Parts: r.poolWords(f, tree)}
	f.Unseen("source", "source_id")
	if from := f.Value("source"); from != ballot.ByHand && from != "" {
		page.Facts = []Fact{{Label: r.T("pool.f.source"), Value: r.Lang.Enum("pool.source", from)}}
		if from == ballot.FromVoice {
			page.Panels = []Panel{{Tone: "warn", Text: r.T("pool.put_voice")}}
		}
	}
	return poolForm.Render(r, page)
}

// judging reads a candidate for somebody who may do a to it.
func (r *Req) judging(a access.Action) (c ballot.Candidate, tree *org.Tree, err error) {
	err = r.Read(func(tx *db.Tx) error {
		if c, err = ballot.SeeCandidate(tx, r.Person, r.Param("candidate")); err != nil {
			return err
		}
		if tree, err = org.TreeOf(tx); err != nil {
			return err
		}
		return r.Person.May(tx, a, c.Thing())
	})
	return c, tree, err
}

func (r *Req) poolPage(c ballot.Candidate, f *Form, ev string, parts ...Part) AdminFormPage {
	at := "/pool/" + c.ID
	return AdminFormPage{Page: Page{Title: r.Lang.Enum("pool.do", ev), Shape: Staff, Back: at}, Lede: c.Title, Form: f, To: at + "/" + ev, Submit: r.Lang.Enum("pool.do", ev), Parts: parts}
}

// amendCandidate changes the words and the answers to the criteria.
func amendCandidate(r *Req) error {
	c, tree, err := r.judging(access.PoolJudge)
	if err != nil {
		return err
	}
	f, done, err := r.tried(func(f *Form) doer {
		return ballot.Amend{Candidate: c.ID, Version: f.Version(), Words: readWords(f)}
	}, "pool.toast.amended", "/pool/"+c.ID, "version", itoa(c.Version), "title", c.Title, "body", c.Body, "goal", c.Goal, "unit", c.Unit,
		"broad", c.Broad, "effect", c.Effect, "feasible", c.Feasible, "measurable", c.Measurable)
	if err != nil || done {
		return err
	}
	page := r.poolPage(c, f, ballot.EventAmend, r.poolWords(f, tree)...)
	if c.State == ballot.Ready {
		page.Panels = []Panel{{Tone: "warn", Text: r.T("pool.amend_ready")}}
	}
	return poolForm.Render(r, page)
}

// askCandidate asks a department.
func askCandidate(r *Req) error {
	c, tree, err := r.judging(access.PoolJudge)
	if err != nil {
		return err
	}
	f, done, err := r.tried(func(f *Form) doer {
		return ballot.Ask{Candidate: c.ID, Version: f.Version(), Lead: f.Unit("lead"), Text: f.Text("text", 0, 4*ballot.MaxAsk)}
	}, "pool.toast.asked", "/pool/"+c.ID, "version", itoa(c.Version), "lead", c.Lead)
	if err != nil || done {
		return err
	}
	page := r.poolPage(c, f, ballot.EventAsk, pickPart(f.PickUnit("lead", "pool.f.lead", r.UnitsOf(tree, org.Department, org.Plant)).Hint("pool.lead_hint")),
		fieldPart(f.Field("text", "pool.f.ask").Area(2).Limit(ballot.MaxAsk).May()))
	if c.State == ballot.Asked || c.AssessedAt != 0 {
		page.Panels = []Panel{{Tone: "warn", Text: r.T("pool.ask_again", tree.Name(c.Lead, r.Lang))}}
	}
	return poolForm.Render(r, page)
}

// assessCandidate is the note of the department.
func assessCandidate(r *Req) error {
	c, _, err := r.judging(access.PoolAssess)
	if err != nil {
		return err
	}
	number := func(f *Form, name string, most int) int64 {
		if f.Value(name) == "" {
			return 0
		}
		return int64(f.Int(name, 0, most))
	}
	f, done, err := r.tried(func(f *Form) doer {
		return ballot.Assess{Candidate: c.ID, Version: f.Version(), Possible: f.Choice("possible", ballot.Yes, ballot.No), Cost: number(f, "cost", ballot.MaxMoney), Funds: f.one("funds"),
			Helped: number(f, "helped", 1_000_000), Days: number(f, "days", ballot.MaxDays), Note: f.Text("note", 0, 4*ballot.MaxNote)}
	}, "pool.toast.assessed", "/pool/"+c.ID, "version", itoa(c.Version))
	if err != nil || done {
		return err
	}
	yes := []Option{{Value: ballot.Yes, Text: r.T("common.yes")}, {Value: ballot.No, Text: r.T("common.no")}}
	page := r.poolPage(c, f, ballot.EventAssess, radiosPart(f.Choose("possible", "pool.f.possible", yes)), fieldPart(f.Field("note", "pool.f.note").Area(3).Limit(ballot.MaxNote).Hint("pool.note_hint")),
		fieldPart(f.Field("cost", "pool.f.cost").Number().May().Hint("pool.cost_hint")), selectPart(f.Choose("funds", "pool.f.funds", r.fundOptions()).May()),
		fieldPart(f.Field("helped", "pool.f.helped").Number().May().Hint("pool.if_possible")), fieldPart(f.Field("days", "pool.f.days").Number().May().Hint("pool.if_possible")))
	page.Facts = []Fact{{Label: r.T("pool.f.body"), Value: c.Body}, {Label: r.T("pool.f.goal"), Value: orDash(c.Goal)}}
	if c.Ask != "" {
		page.Facts = append(page.Facts, Fact{Label: r.T("pool.f.ask"), Value: c.Ask})
	}
	return poolForm.Render(r, page)
}

// admitCandidate lets a candidate stand.
func admitCandidate(r *Req) error {
	c, _, err := r.judging(access.PoolJudge)
	if err != nil {
		return err
	}
	f, done, err := r.tried(func(f *Form) doer { return ballot.Admit{Candidate: c.ID, Version: f.Version()} }, "pool.toast.admitted", "/pool/"+c.ID, "version", itoa(c.Version))
	if err != nil || done {
		return err
	}
	page := r.poolPage(c, f, ballot.EventAdmit)
	page.Panels = []Panel{{Tone: "info", Text: r.T("pool.admit_lede")}}
	return poolForm.Render(r, page)
}

// mergeCandidate says that it is the same as another.
func mergeCandidate(r *Req) error {
	c, _, err := r.judging(access.PoolJudge)
	if err != nil {
		return err
	}
	var others []Option
	err = r.Read(func(tx *db.Tx) error {
		after := ""
		for len(others) < 200 {
			page, next, err := ballot.Pool(tx, r.Person, ballot.PoolFilter{After: after})
			if err != nil {
				return err
			}
			for _, x := range page {
				if x.ID != c.ID {
					others = append(others, Option{Value: x.ID, Text: x.Title})
				}
			}
			if after = next; after == "" {
				return nil
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	f, done, err := r.tried(func(f *Form) doer {
		return ballot.Merge{Candidate: c.ID, Version: f.Version(), Into: f.one("into")}
	}, "pool.toast.merged", "/pool/"+c.ID, "version", itoa(c.Version))
	if err != nil || done {
		return err
	}
	return poolForm.Render(r, r.poolPage(c, f, ballot.EventMerge, selectPart(f.Choose("into", "pool.f.into", others).Hint("pool.into_hint"))))
}

// dropCandidate takes it out.
func dropCandidate(r *Req) error {
	c, _, err := r.judging(access.PoolJudge)
	if err != nil {
		return err
	}
	f, done, err := r.tried(func(f *Form) doer {
		return ballot.Drop{Candidate: c.ID, Version: f.Version(), Reason: f.Text("reason", 0, 4*ballot.MaxReason)}
	}, "pool.toast.dropped", "/pool/"+c.ID, "version", itoa(c.Version))
	if err != nil || done {
		return err
	}
	page := r.poolPage(c, f, ballot.EventDrop, fieldPart(f.Field("reason", "pool.f.reason").Area(2).Limit(ballot.MaxReason).Hint("pool.reason_hint")))
	page.Danger = true
	return poolForm.Render(r, page)
}

// poolLink leads from what somebody has heard, found or counted to a candidate that is made of it; nothing for who may not put one in.
func (r *Req) poolLink(source, id string) []Link {
	if !r.putsIntoPool() {
		return nil
	}
	return []Link{{Text: r.T("pool.do.put"), Href: r.Link("/pool/new?from=" + source + "&id=" + id)}}
}
