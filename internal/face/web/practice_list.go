package web

import (
	"slices"
	"strings"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/practice"
)

var (
	practiceList = Define[AdminListPage]("practice/list")
	practiceForm = Define[AdminFormPage]("practice/form")
)

func practiceTone(state string) string {
	return map[string]string{practice.Review: "warn", practice.Published: "good", practice.Withdrawn: "bad"}[state]
}

func outcomeTone(outcome string) string {
	return map[string]string{practice.Running: "info", "confirmed": "good", practice.Failed: "bad", "unconfirmed": "warn"}[outcome]
}

// writesPractices reports whether the reader sees practices that are not published.
func (r *Req) writesPractices() bool {
	return holdsAny(r.Person, []access.Role{access.Triager, access.UnitChair, access.Supervisor, access.Auditor})
}

// listPractices shows the practices that the reader may read, the last changed first.
func listPractices(r *Req) error {
	states := slices.DeleteFunc(practice.States(), func(s string) bool {
		return !r.writesPractices() && s != practice.Published && s != practice.Withdrawn
	})
	list, err := r.List(ListSpec{Columns: []string{"state", "category", "lead", "adoptions", "changed"}, Filters: []Filter{{Name: "state", Label: "practice.f.state", Values: states, Prefix: "practice.state."}, {Name: "category", Label: "practice.f.category"},
		{Name: "unit", Label: "practice.f.unit"}, {Name: "tag", Label: "practice.f.tags"}, {Name: "q", Label: "practice.f.text"},
		{Name: "outcome", Label: "practice.f.outcome", Values: practice.Outcomes(), Prefix: "practice.outcome."}}})
	if err != nil {
		return err
	}
	f := practice.Filter{State: list.Get("state"), Category: list.Get("category"), Unit: list.Get("unit"), Tag: list.Get("tag"), Text: list.Get("q"), Outcome: list.Get("outcome"), After: list.After}
	page := AdminListPage{Page: Page{Title: r.T("practice.title"), Shape: Staff}, Lede: r.T("practice.lede")}
	var t Table
	err = r.Read(func(tx *db.Tx) error {
		rows, next, err := practice.List(tx, r.Person, f)
		if err != nil {
			return err
		}
		tree, err := org.TreeOf(tx)
		if err != nil {
			return err
		}
		cat, err := org.CatalogueOf(tx)
		if err != nil {
			return err
		}
		t = list.Table(r.T("practice.title"), Column{Label: r.T("practice.f.title")}, Column{Label: r.T("practice.f.state")}, Column{Label: r.T("practice.f.category"), Minor: true},
			Column{Label: r.T("practice.f.lead")}, Column{Label: r.T("practice.f.adoptions")}, Column{Label: r.T("practice.f.changed"), Minor: true, Whole: true})
		t.Keys, t.Next = true, list.Next(next)
		if !list.Filtered() {
			t.Empty = Empty{Kind: "nothing", Title: r.T("practice.none"), Text: r.T("practice.none_text")}
		}
		for _, x := range rows {
			t.Add(r.Link(practicePath(x.Practice, "")), Cell{Text: x.Title, Sub: strings.TrimSpace(x.Number + " " + strings.Join(x.TagList(), " · "))},
				Cell{Tag: &Tag{Text: r.Lang.Enum("practice.state", x.State), Tone: practiceTone(x.State)}}, Cell{Text: cat.Name(x.Category, r.Lang)}, Cell{Text: tree.Name(x.Lead, r.Lang)},
				Cell{Text: r.adoptionsOf(x)}, Cell{Text: r.Lang.Date(x.ChangedAt, r.Zone)})
		}
		form := r.Blank("state", f.State, "category", f.Category, "outcome", f.Outcome, "q", f.Text)
		page.Filters = []Part{fieldPart(form.Field("q", "practice.f.text").May()), selectPart(form.Choose("category", "practice.f.category", mainTopics(cat, r)).Any()),
			selectPart(form.Choose("state", "practice.f.state", options(r.Lang, "practice.state", states)).Any()),
			selectPart(form.Choose("outcome", "practice.f.outcome", options(r.Lang, "practice.outcome", practice.Outcomes())).Any())}
		return nil
	})
	if err != nil {
		return err
	}
	return r.showList(practiceList, page, list, t)
}

// mainTopics are the topics of the first level.
func mainTopics(c *org.Catalogue, r *Req) (out []Option) {
	for _, k := range c.Categories() {
		if k.Active && k.Parent == "" && k.Restricted == "" {
			out = append(out, Option{Value: k.Code, Text: c.Name(k.Code, r.Lang)})
		}
	}
	return out
}

// adoptionsOf says how many have adopted a practice and what came of it.
func (r *Req) adoptionsOf(x practice.Row) string {
	if x.Adopted == 0 {
		return r.T("practice.adopted_none")
	}
	out := []string{r.T("practice.adopted_n", x.Adopted)}
	for key, n := range map[string]int64{"practice.confirmed_n": x.Confirmed, "practice.unconfirmed_n": x.Unconfirmed, "practice.failed_n": x.Failed} {
		if n > 0 {
			out = append(out, r.T(key, n))
		}
	}
	slices.Sort(out[1:])
	return r.Lang.List(out)
}

func practicePath(p practice.Practice, do string) string {
	key := p.Number
	if key == "" {
		key = p.ID
	}
	if do != "" {
		do = "/" + do
	}
	return "/practice/" + key + do
}

// practiceOptions are the practices that are published, for a field of a form.
func (r *Req) practiceOptions(f *Form) (out []Option) {
	err := r.Read(func(tx *db.Tx) error {
		rows, _, err := practice.List(tx, r.Person, practice.Filter{State: practice.Published})
		for _, x := range rows {
			out = append(out, Option{Value: x.Number, Text: x.Number + " " + x.Title})
		}
		return err
	})
	if err != nil {
		f.broken = err
	}
	return out
}
