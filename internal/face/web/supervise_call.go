package web

import (
	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/work/supervise"
)

// listWhistles shows the calls (吹哨) that the reader may see, the newest first.
func listWhistles(r *Req) error {
	if err := r.knownOnly(); err != nil {
		return err
	}
	page := AdminListPage{Page: Page{Title: r.T("supervise.whistle_title"), Shape: Staff}, Lede: r.T("supervise.whistle_lede")}
	err := r.Read(func(tx *db.Tx) error {
		rows, err := supervise.Whistles(tx, r.Person, false, 200)
		if err != nil {
			return err
		}
		tree, err := org.TreeOf(tx)
		if err != nil {
			return err
		}
		t := Table{Caption: r.T("supervise.whistle_title"), Columns: []Column{{Label: r.T("supervise.f.text")}, {Label: r.T("supervise.called")}, {Label: r.T("supervise.blown_at"), Minor: true},
			{Label: r.T("desk.until")}, {Label: r.T("supervise.f.state")}}, Keys: true, Empty: Empty{Kind: "nothing", Title: r.T("supervise.whistle_none")}}
		for _, w := range rows {
			state := &Tag{Text: r.T("supervise.whistle_state." + w.State), Tone: "warn"}
			if w.State == supervise.Answered {
				state.Tone = "good"
			}
			row := t.Add(r.Link("/whistle/"+w.ID), Cell{Text: shortText(w.Text, 40), Sub: tree.Name(w.Unit, r.Lang)}, Cell{Text: tree.Name(w.Called, r.Lang)},
				Cell{Text: r.Lang.DateTime(w.BlownAt, r.Zone)}, Cell{Text: r.Lang.DateTime(w.Due, r.Zone)}, Cell{Tag: state})
			if w.Late(tx.Millis()) {
				row.Tone, row.Cells[4].Sub = "bad", r.T("supervise.late")
			}
		}
		page.Tables = []Table{t}
		return nil
	})
	if err != nil {
		return err
	}
	if r.Person.Has(access.UnitChair) {
		page.Actions = []Link{{Text: r.T("supervise.do.blow"), Href: r.Link("/whistle/new"), Tone: "primary"}}
	}
	return superviseList.Render(r, page)
}

// blowWhistle shows and takes the form by which a chair calls a department.
func blowWhistle(r *Req) error {
	var tree *org.Tree
	var places []org.Place
	err := r.Read(func(tx *db.Tx) (err error) {
		tx.Asked() // the gate of the route has
		if tree, err = org.TreeOf(tx); err != nil {
			return err
		}
		places, err = org.Places(tx)
		return err
	})
	if err != nil {
		return err
	}
	var own []Option
	for _, g := range r.Person.Grants {
		if g.Role == access.UnitChair {
			own = append(own, Option{Value: g.Unit, Text: tree.Name(g.Unit, r.Lang)})
		}
	}
	var f *Form
	if r.Posted() {
		f = r.Form()
		var codes []string
		for _, o := range own {
			codes = append(codes, o.Value)
		}
		in := supervise.Blow{Unit: f.Choice("unit", codes...), Called: f.Unit("called", org.Department, org.Plant), Place: f.one("place"), Text: f.Text("text", 0, supervise.MaxText), SubjectNo: f.Line("subject_no", 0, 30)}
		err := r.save(f, func(tx *db.Tx) error { return in.Do(tx, r.Person) })
		if err == nil {
			r.Toast("supervise.toast_blow")
			return r.Redirect("/whistle")
		}
		if !f.Take(err) {
			return err
		}
	} else {
		f = r.Blank("place", r.Query("place"), "subject_no", r.Query("about"))
		if len(own) > 0 {
			f.Set("unit", own[0].Value)
		}
	}
	return superviseForm.Render(r, OrderFormPage{AdminFormPage: AdminFormPage{Page: Page{Title: r.T("supervise.do.blow"), Shape: Staff, Back: "/whistle"}, Lede: r.T("supervise.whistle_lede"), Form: f, To: "/whistle/new",
		Submit: r.T("supervise.do.blow"), Parts: []Part{selectPart(f.Choose("unit", "supervise.caller", own)), pickPart(f.PickUnit("called", "supervise.called", r.UnitsOf(tree, org.Department, org.Plant))),
			selectPart(f.Choose("place", "matterpage.place", placeChoices(places, r.Lang)).May()), fieldPart(f.Field("text", "supervise.f.text").Area(3).Limit(supervise.MaxText).Hint("supervise.whistle_hint")),
			fieldPart(f.Field("subject_no", "supervise.subject_no").May())}}})
}

// answerWhistle shows a call, and to the department called the form by which it reports in (报到).
func answerWhistle(r *Req) error {
	var w supervise.Whistle
	var tree *org.Tree
	err := r.Read(func(tx *db.Tx) (err error) {
		if w, err = supervise.SeeWhistle(tx, r.Person, r.Param("whistle")); err != nil {
			return err
		}
		tree, err = org.TreeOf(tx)
		return err
	})
	if err != nil {
		return err
	}
	facts := []Fact{{Label: r.T("supervise.caller"), Value: tree.Name(w.Unit, r.Lang)}, {Label: r.T("supervise.called"), Value: tree.Name(w.Called, r.Lang)},
		{Label: r.T("supervise.f.text"), Value: w.Text}, {Label: r.T("supervise.blown_at"), Value: r.Lang.DateTime(w.BlownAt, r.Zone)}, {Label: r.T("desk.until"), Value: r.Lang.DateTime(w.Due, r.Zone)}}
	if w.Place != "" {
		facts = append(facts, Fact{Label: r.T("matterpage.place"), Value: w.Place})
	}
	if w.SubjectNo != "" {
		facts = append(facts, Fact{Label: r.T("supervise.subject_no"), Value: w.SubjectNo})
	}
	if w.State == supervise.Answered {
		facts = append(facts, Fact{Label: r.T("supervise.answer"), Value: w.Answer, Note: r.Lang.DateTime(w.AnsweredAt, r.Zone)})
		if w.Comes != "" {
			facts = append(facts, Fact{Label: r.T("supervise.comes"), Value: r.Lang.Date(w.Comes, r.Zone)})
		}
	}
	page := Page{Title: r.T("supervise.whistle_one"), Shape: Staff, Back: "/whistle"}
	if !supervise.WhistleCycle.Can(w.State, supervise.EventAnswer) || !r.Person.Can(access.WhistleAnswer, w.Thing()) {
		if r.Posted() {
			return fault.New(fault.Forbidden, "access.denied")
		}
		return superviseList.Render(r, AdminListPage{Page: page, Facts: facts})
	}
	f, done, err := r.tried(func(f *Form) doer {
		return supervise.ReportIn{Whistle: w.ID, Comes: f.Day("comes", false), Answer: f.Text("answer", 0, supervise.MaxText)}
	}, "supervise.toast_report_in", "/whistle/"+w.ID)
	if done || err != nil {
		return err
	}
	return superviseForm.Render(r, OrderFormPage{AdminFormPage: AdminFormPage{Page: page, Facts: facts, Form: f, To: "/whistle/" + w.ID, Submit: r.T("supervise.do.report_in"),
		Parts: []Part{fieldPart(f.Field("answer", "supervise.answer").Area(3).Limit(supervise.MaxText)), fieldPart(f.Field("comes", "supervise.comes").As("date").May().Hint("supervise.comes_hint"))}}})
}

// holdTalk shows and takes the form by which a talk is written down.
func holdTalk(r *Req) error {
	var t supervise.Talk
	var tree *org.Tree
	err := r.Read(func(tx *db.Tx) (err error) {
		if t, err = supervise.SeeTalk(tx, r.Person, r.Param("talk")); err != nil {
			return err
		}
		tree, err = org.TreeOf(tx)
		return err
	})
	if err != nil {
		return err
	}
	page := Page{Title: r.T("supervise.talk_title"), Shape: Staff, Back: "/desk"}
	facts := []Fact{{Label: r.T("supervise.f.title"), Value: t.Title}, {Label: r.T("supervise.subject_no"), Value: t.SubjectNo}, {Label: r.T("supervise.f.unit"), Value: tree.Name(t.Unit, r.Lang)},
		{Label: r.T("supervise.called_at"), Value: r.Lang.Date(t.CalledAt, r.Zone)}}
	if t.HeldAt != 0 {
		facts = append(facts, Fact{Label: r.T("supervise.talk_text"), Value: t.Text, Note: r.Lang.DateTime(t.HeldAt, r.Zone)})
		return superviseList.Render(r, AdminListPage{Page: page, Facts: facts})
	}
	f, done, err := r.tried(func(f *Form) doer {
		return supervise.HoldTalk{Talk: t.ID, Text: f.Text("text", 0, supervise.MaxText)}
	}, "supervise.toast_talk", "/desk")
	if done || err != nil {
		return err
	}
	return superviseForm.Render(r, OrderFormPage{AdminFormPage: AdminFormPage{Page: page, Facts: facts, Form: f, To: "/talk/" + t.ID, Submit: r.T("supervise.do.talk"),
		Parts: []Part{fieldPart(f.Field("text", "supervise.talk_text").Area(4).Limit(supervise.MaxText))}}})
}
