package web

import (
	"slices"

	"sanwen/internal/base/access"
	"sanwen/internal/base/once"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/work/practice"
)

// reviewPractice shows what waits for review beside its form: publish, or send back with the reason.
func reviewPractice(r *Req) error {
	v, err := r.practiceFor(access.PracticeReview)
	if err != nil {
		return err
	}
	if _, err := practice.Cycle.Next(v.p.State, practice.EventPublish); err != nil {
		return err
	}
	if !slices.Contains(practice.EventsFor(r.Person, v.p), practice.EventPublish) {
		return fault.New(fault.Forbidden, "practice.same_hands")
	}
	toast := "practice.toast.returned"
	if r.Posted() && r.Form().Value("publish") == "yes" {
		toast = "practice.toast.published"
	}
	f, done, err := r.tried(func(f *Form) doer {
		return practice.Judge{Practice: v.p.ID, Version: f.Version(), Publish: f.Choice("publish", "yes", "no") == "yes", Note: f.Text("note", 0, 4*practice.MaxReason)}
	}, toast, "/practice/"+v.p.ID, "version", itoa(v.p.Version))
	if err != nil || done {
		return err
	}
	page := AdminFormPage{Page: Page{Title: r.T("practice.do.review"), Shape: Staff, Back: v.path("")}, Lede: r.T("practice.review_lede", v.p.Title), Form: f, To: v.path("review"), Submit: r.T("practice.do.decide"),
		Parts: []Part{radiosPart(f.Choose("publish", "practice.f.decision", []Option{{Value: "yes", Text: r.T("practice.do.publish")}, {Value: "no", Text: r.T("practice.do.return")}})),
			fieldPart(f.Field("note", "practice.f.note").Area(2).Limit(practice.MaxReason).May().Hint("practice.note_hint"))}}
	for _, w := range v.p.Words() {
		page.Facts = append(page.Facts, Fact{Label: r.T("practice.f.word"), Value: w.Text, Note: r.T("practice.leave_by", w.Leave)})
	}
	return practiceForm.Render(r, page)
}

// withdrawPractice takes a practice off the shelf.
func withdrawPractice(r *Req) error {
	v, err := r.practiceFor(access.PracticeReview)
	if err != nil {
		return err
	}
	f, done, err := r.tried(func(f *Form) doer {
		return practice.Withdraw{Practice: v.p.ID, Version: f.Version(), Reason: f.Text("reason", 0, 4*practice.MaxReason)}
	}, "practice.toast.withdrawn", v.path(""), "version", itoa(v.p.Version))
	if err != nil || done {
		return err
	}
	return practiceForm.Render(r, AdminFormPage{Page: Page{Title: r.T("practice.do.withdraw"), Shape: Staff, Back: v.path("")}, Lede: r.T("practice.withdraw_lede", v.p.Title), Form: f, To: v.path("withdraw"),
		Danger: true, Submit: r.T("practice.do.withdraw"), Parts: []Part{fieldPart(f.Field("reason", "practice.f.reason").Area(2).Limit(practice.MaxReason))}})
}

// reworkPractice takes a withdrawn practice up again.
func reworkPractice(r *Req) error {
	return r.confirmPractice("rework", "practice.do.rework", "practice.rework_lede", "practice.toast.reworked", func(v *practiceView, version int64) doer {
		return practice.Rework{Practice: v.p.ID, Version: version}
	})
}

// dropPractice throws a draft away.
func dropPractice(r *Req) error {
	return r.confirmPractice("drop", "practice.do.drop", "practice.drop_lede", "practice.toast.dropped", func(v *practiceView, version int64) doer {
		return practice.Drop{Practice: v.p.ID, Version: version}
	})
}

// confirmPractice asks once more before something is done that needs no words.
func (r *Req) confirmPractice(do, name, lede, toast string, action func(v *practiceView, version int64) doer) error {
	v, err := r.practiceFor(access.PracticeWrite)
	if err != nil {
		return err
	}
	to, danger := v.path(""), do == "drop"
	if danger { // nothing is left to look at
		to = "/practices"
	}
	f, done, err := r.tried(func(f *Form) doer { return action(v, f.Version()) }, toast, to, "version", itoa(v.p.Version))
	if err != nil || done {
		return err
	}
	return practiceForm.Render(r, AdminFormPage{Page: Page{Title: r.T(name), Shape: Staff, Back: v.path("")}, Lede: r.T(lede, v.p.Title), Form: f, To: v.path(do), Danger: danger, Submit: r.T(name)})
}

// adoptPractice lets a unit do the same.
func adoptPractice(r *Req) error {
	v, err := r.viewPractice()
	if err != nil {
		return err
	}
	var places []org.Place
	err = r.Read(func(tx *db.Tx) (err error) {
		tx.Asked()
		places, err = org.Places(tx)
		return err
	})
	if err != nil {
		return err
	}
	if v.p.State != practice.Published {
		return fault.New(fault.Conflict, "practice.not_published")
	}
	plans := holdsAny(r.Person, []access.Role{access.Handler, access.DeptHead})
	var f *Form
	if !r.Posted() {
		f = r.Blank("unit", r.adopting(v))
	} else {
		f = r.Form()
		in := &practice.Adopt{Practice: v.p.ID, Unit: f.NeedUnit("unit", org.Plant, org.Department), Lead: f.Unit("lead", org.Department, org.Plant), Place: f.Value("place"), Note: f.Text("note", 0, 1<<15)}
		if plans {
			in.Owner, in.Deadline = r.personIn(f, "owner", in.Lead), f.Day("deadline", false)
			if a := r.personIn(f, "acceptors", in.Unit); a != "" {
				in.Acceptors = []string{a}
			}
		}
		number := ""
		err := f.Err()
		if err == nil {
			err = r.Write(func(tx *db.Tx) (err error) {
				number, _, err = once.Do(tx, "adopt:"+r.Person.ID, f.Key, f.Body(), func() (string, error) {
					err := in.Do(tx, r.Person)
					return in.Number, err
				})
				return err
			})
		}
		if err == nil {
			r.Toast("practice.toast.adopted")
			return r.Redirect("/matter/" + number)
		}
		if !f.Take(err) {
			return err
		}
	}
	page := AdminFormPage{Page: Page{Title: r.T("practice.do.adopt"), Shape: Staff, Back: v.path("")}, Lede: r.T("practice.adopt_lede", v.p.Title), Form: f, To: v.path("adopt"), Submit: r.T("practice.do.adopt"),
		Panels: []Panel{{Tone: "warn", Title: r.T("practice.f.unfit"), Text: v.p.Unfit}},
		Parts: []Part{pickPart(f.PickUnit("unit", "practice.f.for", r.UnitsOf(v.tree, org.Plant, org.Department))), pickPart(f.PickUnit("lead", "practice.f.lead", r.UnitsOf(v.tree, org.Department, org.Plant)).May().Hint("practice.lead_hint")),
			selectPart(f.Choose("place", "practice.f.place", placeChoices(places, r.Lang)).May()), fieldPart(f.Field("note", "practice.f.here").Area(3).Limit(practice.MaxText).May().Hint("practice.here_hint"))}}
	if plans {
		page.Parts = append(page.Parts, headPart(r.T("practice.plan_now")), Part{Kind: "note", Text: r.T("practice.plan_now_hint")}, pickPart(f.PickPerson("owner", "matterpage.owner", f.Value("lead")).May()),
			fieldPart(f.Field("deadline", "practice.f.deadline").As("date").May().Hint("practice.deadline_hint", v.p.Recipe().Days)), pickPart(f.PickPerson("acceptors", "practice.f.acceptor", f.Value("unit")).May().Hint("practice.acceptor_hint")))
	}
	return practiceForm.Render(r, page)
}

// adopting is the unit for which the reader most likely adopts: his own.
func (r *Req) adopting(v *practiceView) string {
	for _, g := range r.Person.Grants {
		if (g.Role == access.UnitChair || g.Role == access.DeptHead || g.Role == access.Handler) && g.Unit != v.p.Unit {
			return r.UnitsOf(v.tree, org.Plant, org.Department).text(g.Unit)
		}
	}
	return ""
}
