package web

import (
	"slices"
	"strings"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/reading/publish/news"
)

var (
	publishList = Define[AdminListPage]("publish/list")
	publishForm = Define[AdminFormPage]("publish/form")
)

// writesNews reports whether the reader sees papers that are not shown.
func (r *Req) writesNews() bool {
	return holdsAny(r.Person, []access.Role{access.Triager, access.UnitChair, access.Supervisor, access.Auditor})
}

// listPublish shows the papers that the reader may read, the last changed first.
func listPublish(r *Req) error {
	states := slices.DeleteFunc(news.States(), func(s string) bool {
		return s == news.Dropped || !r.writesNews() && (s == news.Draft || s == news.Review)
	})
	list, err := r.List(ListSpec{Filters: []Filter{{Name: "state", Label: "news.f.state", Values: states, Prefix: "news.state."}, {Name: "kind", Label: "news.f.kind", Values: values(news.Kinds()), Prefix: "news.kind."},
		{Name: "q", Label: "news.f.text"}}})
	if err != nil {
		return err
	}
	f := news.Filter{State: list.Get("state"), Kind: list.Get("kind"), Text: list.Get("q"), After: list.After}
	page := AdminListPage{Page: Page{Title: r.T("publish.title"), Shape: Staff}, Lede: r.T("publish.lede")}
	if holdsAny(r.Person, []access.Role{access.Triager, access.UnitChair, access.Supervisor}) {
		page.Actions = append(page.Actions, Link{Text: r.T("publish.do.new"), Href: r.Link("/publish/new"), Tone: "primary"})
	}
	page.Actions = append(page.Actions, Link{Text: r.T("news.title"), Href: r.Link("/news"), Icon: "board"})
	err = r.Read(func(tx *db.Tx) error {
		rows, next, err := news.List(tx, r.Person, f)
		if err != nil {
			return err
		}
		tree, err := org.TreeOf(tx)
		if err != nil {
			return err
		}
		t := list.Table(r.T("publish.title"), Column{Label: r.T("news.f.title")}, Column{Label: r.T("news.f.state")}, Column{Label: r.T("news.f.kind")},
			Column{Label: r.T("news.f.unit"), Minor: true}, Column{Label: r.T("news.f.period")}, Column{Label: r.T("news.f.changed"), Minor: true, Whole: true})
		t.Keys, t.Next = true, list.Next(next)
		if !list.Filtered() {
			t.Empty = Empty{Kind: "nothing", Title: r.T("publish.none"), Text: r.T("publish.none_text")}
		}
		for _, x := range rows {
			period := "—"
			if x.Until != "" {
				period = r.T("news.period", x.From, x.Until)
			}
			tag := r.newsTag(x)
			t.Add(r.Link("/publish/"+x.ID), Cell{Text: x.Title, Sub: x.Number}, Cell{Tag: &tag},
				Cell{Text: r.newsKind(x)}, Cell{Text: tree.Name(x.Unit, r.Lang)}, Cell{Text: period}, Cell{Text: r.Lang.Date(x.ChangedAt, r.Zone)})
		}
		page.Tables = []Table{t}
		form := r.Blank("state", f.State, "kind", f.Kind, "q", f.Text)
		page.Filters = []Part{fieldPart(form.Field("q", "news.f.text").May()), selectPart(form.Choose("kind", "news.f.kind", options(r.Lang, "news.kind", news.Kinds())).Any()),
			selectPart(form.Choose("state", "news.f.state", options(r.Lang, "news.state", states)).Any())}
		return nil
	})
	if err != nil {
		return err
	}
	return publishList.Render(r, page)
}

// newsTag is the state of a paper; what has no period is issued, not up.
func (r *Req) newsTag(x news.News) Tag {
	t := Tag{Text: r.Lang.Enum("news.state", x.State), Tone: newsTone(x.State)}
	if x.State == news.Shown && !x.Kind.Period() {
		t.Text = r.T("news.issued")
	}
	return t
}

func (r *Req) newsKind(x news.News) string {
	out := r.Lang.Enum("news.kind", x.Kind)
	if x.Class != "" {
		out += " · " + r.Lang.Enum("news.class", x.Class)
	}
	return out
}

// newPublish begins a paper.
func newPublish(r *Req) error {
	var tree *org.Tree
	err := r.Read(func(tx *db.Tx) (err error) {
		tx.Asked()
		tree, err = org.TreeOf(tx)
		return err
	})
	if err != nil {
		return err
	}
	var issue []Option // for which the reader may write
	for _, u := range tree.OfKind(org.Group, org.Plant) {
		if u.Active && r.Person.Can(access.NewsWrite, access.Thing{Kind: news.RefKind, Unit: u.Path}) {
			issue = append(issue, Option{Value: u.Code, Text: u.Name(r.Lang)})
		}
	}
	if len(issue) == 0 {
		return r.Read(func(tx *db.Tx) error {
			return r.Person.May(tx, access.NewsWrite, access.Thing{Kind: news.RefKind, Unit: tree.Path(org.Root)})
		})
	}
	f := r.Blank("unit", issue[0].Value, "kind", string(news.Notice))
	if r.Posted() {
		f = r.Form()
		in := &news.Write{Kind: news.Kind(f.Choice("kind", values(news.Kinds())...)), Unit: f.Value("unit"), Title: f.Line("title", 0, 4*news.MaxTitle)}
		err := r.save(f, func(tx *db.Tx) error { return in.Do(tx, r.Person) })
		switch {
		case err == nil && in.ID == "": // pressed twice
			return r.Redirect("/publish")
		case err == nil:
			r.Toast("publish.toast.begun")
			return r.Redirect("/publish/" + in.ID + "/edit")
		case !f.Take(err):
			return err
		}
	}
	var kinds []Option
	for _, k := range news.Kinds() {
		kinds = append(kinds, Option{Value: string(k), Text: r.T("news.kind." + string(k)), Note: r.T("news.kind_hint." + string(k))})
	}
	return publishForm.Render(r, AdminFormPage{Page: Page{Title: r.T("publish.do.new"), Shape: Staff, Back: "/publish"}, Lede: r.T("publish.new_lede"), Form: f, To: "/publish/new", Submit: r.T("publish.do.begin"),
		Parts: []Part{radiosPart(f.Choose("kind", "news.f.kind", kinds)), fieldPart(f.Field("title", "news.f.title").Limit(news.MaxTitle)), selectPart(f.Choose("unit", "news.f.unit", issue))}})
}

// placeSlots is for how many places a paper can be written on its form.
const placeSlots = 4

func placeCodes(f *Form) (out []string) {
	for i := range placeSlots {
		if p := strings.TrimSpace(f.Value("place." + itoa(int64(i)))); p != "" {
			out = append(out, p)
		}
	}
	return out
}
