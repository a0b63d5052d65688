package web

import (
	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/reading/publish/news"
)

// PublishEditPage is the form in which a paper is written.
type PublishEditPage struct{ AdminFormPage }

var publishEdit = Define[PublishEditPage]("publish/edit")

// publishFor reads a paper for somebody who may do something with it.
func (r *Req) publishFor(a access.Action) (*publishView, error) {
	v, err := r.viewPublish()
	if err != nil {
		return nil, err
	}
	return v, r.Read(func(tx *db.Tx) error { return r.Person.May(tx, a, v.x.Thing()) })
}

// editPublish shows and takes the form of a paper; one button keeps it and shows how it will look, the other hands it in.
func editPublish(r *Req) error {
	v, err := r.publishFor(access.NewsWrite)
	if err != nil {
		return err
	}
	if _, err := news.Cycle.Next(v.x.State, news.EventEdit); err != nil {
		return err
	}
	var tree *org.Tree
	var places []org.Place
	err = r.Read(func(tx *db.Tx) (err error) {
		if tree, err = org.TreeOf(tx); err != nil {
			return err
		}
		places, err = org.Places(tx)
		return err
	})
	if err != nil {
		return err
	}
	toast := "publish.toast.saved"
	if r.Posted() && r.Form().Value("act") == "submit" {
		toast = "publish.toast.submitted"
	}
	f, done, err := r.tried(func(f *Form) doer {
		in := news.Edit{News: v.x.ID, Version: f.Version(), Submit: f.Value("act") == "submit", Title: f.Line("title", 0, 1000), Class: f.Value("class"), Everywhere: f.Value("scope") == "all",
			From: f.Day("from", false), Until: f.Day("until", false), Matters: f.Text("matters", 0, 4000), Since: f.Day("since", false), To: f.Day("to", false), Contact: f.Line("contact", 0, 1000), Sent: f.Line("sent", 0, 1000)}
		if !in.Everywhere {
			in.Units, in.Places = f.Units("units"), placeCodes(f)
		}
		for _, key := range v.x.Kind.Blocks() {
			in.Blocks = append(in.Blocks, news.Block{Key: key, Text: f.Text(key, 0, 1<<15)})
		}
		return in
	}, toast, v.path(""))
	if err != nil || done {
		return err
	}
	if !r.Posted() {
		v.fill(f, tree)
	}
	page := AdminFormPage{Page: Page{Title: r.T("publish.edit_of", r.T("news.kind."+string(v.x.Kind))), Shape: Staff, Back: v.path("")}, Lede: r.T("publish.edit_lede"), Form: f, To: v.path("edit"),
		Parts: v.parts(f, tree, places)}
	if v.x.Note != "" {
		page.Panels = []Panel{{Tone: "warn", Title: r.T("publish.is_returned"), Text: v.x.Note}}
	}
	return publishEdit.Render(r, PublishEditPage{page})
}

// fill writes the paper into its form.
func (v *publishView) fill(f *Form, tree *org.Tree) {
	x, t := v.x, v.x.Draft()
	scope := "some"
	if x.Everywhere {
		scope = "all"
	}
	for name, value := range map[string]string{"version": itoa(x.Version), "title": x.Title, "class": x.Class, "scope": scope, "from": string(x.From), "until": string(x.Until),
		"matters": v.r.Lang.List(t.Matters), "since": string(t.Since), "to": string(t.To), "contact": t.Contact, "sent": t.Sent} {
		f.Set(name, value)
	}
	for _, b := range t.Blocks {
		f.Set(b.Key, b.Text)
	}
	among := v.r.UnitsOf(tree)
	for _, u := range x.UnitCodes() {
		f.values.Add("units", among.text(u))
	}
	for i, p := range x.PlaceCodes() {
		f.Set("place."+itoa(int64(i)), p)
	}
}

// parts are the fields of the form.
func (v *publishView) parts(f *Form, tree *org.Tree, places []org.Place) []Part {
	r, k := v.r, v.x.Kind
	out := []Part{fieldPart(f.Field("title", "news.f.title").Limit(news.MaxTitle))}
	if all := k.Classes(); len(all) > 0 {
		out = append(out, selectPart(f.Choose("class", "news.f.class", options(r.Lang, "news.class", all))))
	}
	for _, key := range k.Blocks() {
		d := f.Field(key, "news.block."+key).Area(6).Limit(news.MaxBlock)
		if key == "body" {
			d = d.Hint("publish.body_hint")
		} else if key == problemsBlock {
			d = d.Hint("publish.problems_hint")
		}
		out = append(out, fieldPart(d))
	}
	out = append(out, headPart(r.T("publish.beside")), Part{Kind: "note", Text: r.T("publish.beside_hint")}, fieldPart(f.Field("since", "publish.f.since").As("date").May()), fieldPart(f.Field("to", "publish.f.to").As("date").May()),
		fieldPart(f.Field("matters", "publish.f.matters").Area(2).May().Hint("publish.matters_hint", news.MaxMatters)))
	out = append(out, headPart(r.T("publish.for_whom")))
	scope := []Option{{Value: "some", Text: r.T("publish.scope.some")}}
	if v.x.Unit == org.Root {
		scope = append([]Option{{Value: "all", Text: r.T("news.everywhere")}}, scope...)
	}
	out = append(out, radiosPart(f.Choose("scope", "news.f.scope", scope)), pickPart(f.PickUnits("units", "publish.f.units", r.UnitsOf(tree)).May()))
	var choices []Option
	for _, p := range places {
		if p.Path.Under(v.x.UnitPath) {
			choices = append(choices, placeChoices([]org.Place{p}, r.Lang)...)
		}
	}
	for i := range placeSlots {
		c := f.Choose("place."+itoa(int64(i)), "publish.f.place", choices).Else("publish.no_place")
		c.Label = r.T("publish.place_n", i+1)
		out = append(out, selectPart(c))
	}
	if k.Period() {
		out = append(out, headPart(r.T("news.f.period")), fieldPart(f.Field("from", "publish.f.from").As("date")), fieldPart(f.Field("until", "publish.f.until").As("date").Hint("publish.until_hint", news.MinDays)),
			fieldPart(f.Field("contact", "news.f.contact").Limit(news.MaxContact).Hint("publish.contact_hint")))
	} else {
		out = append(out, headPart(r.T("publish.end_of_paper")), fieldPart(f.Field("contact", "news.f.contact").Limit(news.MaxContact).May()), fieldPart(f.Field("sent", "news.f.sent").Limit(news.MaxSent).May().Hint("publish.sent_hint")))
	}
	return out
}
