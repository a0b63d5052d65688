package web

import (
	"sanwen/internal/base/access"
	"sanwen/internal/reading/publish/news"
)

// checkPublish shows what waits as it will be shown, beside the form: show it, or send it back with the reason.
func checkPublish(r *Req) error {
	v, err := r.publishFor(access.NewsCheck)
	if err != nil {
		return err
	}
	if _, err := news.Cycle.Next(v.x.State, news.EventShow); err != nil {
		return err
	}
	toast := "publish.toast.returned"
	if r.Posted() && r.Form().Value("show") == "yes" {
		toast = "publish.toast.shown"
	}
	f, done, err := r.tried(func(f *Form) doer {
		return news.Judge{News: v.x.ID, Version: f.Version(), Show: f.Choice("show", "yes", "no") == "yes", Note: f.Text("note", 0, 4*news.MaxReason)}
	}, toast, v.path(""), "version", itoa(v.x.Version))
	if err != nil || done {
		return err
	}
	page := AdminFormPage{Page: Page{Title: r.T("publish.head.check"), Shape: Staff, Back: v.path("")}, Lede: r.T("publish.check_lede", v.x.Title), Form: f, To: v.path("check"), Submit: r.T("publish.do.decide"),
		Parts: []Part{radiosPart(f.Choose("show", "publish.f.decision", []Option{{Value: "yes", Text: r.T("publish.do.show")}, {Value: "no", Text: r.T("publish.do.return")}})),
			fieldPart(f.Field("note", "publish.f.note").Area(2).Limit(news.MaxReason).May().Hint("publish.note_hint"))}}
	d := r.newsDoc(v.content)
	page.Facts = append([]Fact{{Label: r.T("news.f.kind"), Value: r.newsKind(v.x)}}, d.Facts...)
	for _, b := range d.Blocks {
		head := b.Head
		if head == "" {
			head = r.T("news.block.body")
		}
		page.Facts = append(page.Facts, Fact{Label: head, Value: b.Text})
	}
	if d.Taken != "" {
		page.Facts = append(page.Facts, Fact{Label: r.T("publish.beside"), Value: d.Taken, Href: r.Link(v.path(""))})
	}
	return publishForm.Render(r, page)
}

// withdrawPublish takes back what is shown.
func withdrawPublish(r *Req) error {
	v, err := r.publishFor(access.NewsCheck)
	if err != nil {
		return err
	}
	f, done, err := r.tried(func(f *Form) doer {
		return news.Withdraw{News: v.x.ID, Version: f.Version(), Reason: f.Text("reason", 0, 4*news.MaxReason)}
	}, "publish.toast.withdrawn", v.path(""), "version", itoa(v.x.Version))
	if err != nil || done {
		return err
	}
	return publishForm.Render(r, AdminFormPage{Page: Page{Title: r.T("publish.head.withdraw"), Shape: Staff, Back: v.path("")}, Lede: r.T("publish.withdraw_lede", v.x.Title), Form: f, To: v.path("withdraw"),
		Danger: true, Submit: r.T("publish.do.withdraw"), Parts: []Part{fieldPart(f.Field("reason", "publish.f.reason").Area(2).Limit(news.MaxReason))}})
}

// endPublish tells what came of it.
func endPublish(r *Req) error {
	v, err := r.publishFor(access.NewsCheck)
	if err != nil {
		return err
	}
	f, done, err := r.tried(func(f *Form) doer {
		return news.End{News: v.x.ID, Version: f.Version(), Outcome: f.Text("outcome", 0, 1<<15)}
	}, "publish.toast.ended", v.path(""), "version", itoa(v.x.Version))
	if err != nil || done {
		return err
	}
	page := AdminFormPage{Page: Page{Title: r.T("publish.head.end"), Shape: Staff, Back: v.path("")}, Lede: r.T("publish.end_lede", v.x.Title), Form: f, To: v.path("end"), Submit: r.T("publish.do.end"),
		Facts: []Fact{{Label: r.T("news.objections"), Value: r.T("news.objections_of", v.all, v.waiting), Href: r.Link(v.path(""))}},
		Parts: []Part{fieldPart(f.Field("outcome", "publish.f.outcome").Area(4).Limit(news.MaxBlock).Hint("publish.outcome_hint"))}}
	if v.waiting > 0 {
		page.Panels = []Panel{{Tone: "warn", Text: r.T("news.objections_wait", v.waiting)}}
	}
	return publishForm.Render(r, page)
}

// reworkPublish takes up again what was withdrawn.
func reworkPublish(r *Req) error {
	return r.confirmPublish("rework", "publish.do.rework", "publish.rework_lede", "publish.toast.reworked", func(v *publishView, version int64) doer {
		return news.Rework{News: v.x.ID, Version: version}
	})
}

// dropPublish throws a draft away.
func dropPublish(r *Req) error {
	return r.confirmPublish("drop", "publish.do.drop", "publish.drop_lede", "publish.toast.dropped", func(v *publishView, version int64) doer {
		return news.Drop{News: v.x.ID, Version: version}
	})
}

// confirmPublish asks once more before something is done that needs no words.
func (r *Req) confirmPublish(do, name, lede, toast string, action func(v *publishView, version int64) doer) error {
	v, err := r.publishFor(access.NewsWrite)
	if err != nil {
		return err
	}
	to, danger := v.path(""), do == "drop"
	if danger { // nothing is left to look at
		to = "/publish"
	}
	f, done, err := r.tried(func(f *Form) doer { return action(v, f.Version()) }, toast, to, "version", itoa(v.x.Version))
	if err != nil || done {
		return err
	}
	return publishForm.Render(r, AdminFormPage{Page: Page{Title: r.Lang.Enum("publish.head", do), Shape: Staff, Back: v.path("")}, Lede: r.T(lede, v.x.Title), Form: f, To: v.path(do), Danger: danger, Submit: r.T(name)})
}
