package web

import (
	"strconv"

	"sanwen/internal/base/access"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/matter/plan"
	"sanwen/internal/work/practice"
)

// PracticeEditPage is the form in which a practice is written.
type PracticeEditPage struct{ AdminFormPage }

var practiceEdit = Define[PracticeEditPage]("practice/edit")

// beginPractice makes a practice of a matter.
func beginPractice(r *Req) error {
	f := r.Form()
	in := &practice.Write{Matter: r.Param("number")}
	if err := r.save(f, func(tx *db.Tx) error { return in.Do(tx, r.Person) }); err != nil {
		return err
	}
	if in.ID == "" { // pressed twice
		return r.Redirect("/practices")
	}
	r.Toast("practice.toast.begun")
	return r.Redirect("/practice/" + in.ID + "/edit")
}

// practiceFor reads a practice for somebody who may do something with it.
func (r *Req) practiceFor(a access.Action) (*practiceView, error) {
	v, err := r.viewPractice()
	if err != nil {
		return nil, err
	}
	return v, r.Read(func(tx *db.Tx) error { return r.Person.May(tx, a, v.p.Thing()) })
}

// editPractice shows and takes the form of a practice; one button keeps it, the other hands it in.
func editPractice(r *Req) error {
	v, err := r.practiceFor(access.PracticeWrite)
	if err != nil {
		return err
	}
	if _, err := practice.Cycle.Next(v.p.State, practice.EventEdit); err != nil {
		return err
	}
	var photos []matter.Photo
	if err := r.Read(func(tx *db.Tx) (err error) { photos, err = matter.PhotosOf(tx, v.p.Matter); return err }); err != nil {
		return err
	}
	figures := v.p.Figures()
	toast := "practice.toast.saved"
	if r.Posted() && r.Form().Value("act") == "submit" {
		toast = "practice.toast.submitted"
	}
	f, done, err := r.tried(func(f *Form) doer {
		in := practice.Edit{Practice: v.p.ID, Version: f.Version(), Submit: f.Value("act") == "submit", Title: f.Line("title", 0, 1000), Problem: f.Text("problem", 0, 1<<15), Standard: f.Text("standard", 0, 1<<15),
			Steps: f.Text("steps", 0, 1<<15), Invest: f.Text("invest", 0, 1<<14), Fits: f.Text("fits", 0, 1<<15), Unfit: f.Text("unfit", 0, 1<<15), Contact: f.Line("contact", 0, 1000), Tags: f.Line("tags", 0, 1000), Photos: f.Many("photos")}
		for i := range figures {
			in.Before = append(in.Before, f.Value("before."+strconv.Itoa(i)))
		}
		for i := range practice.MaxWords {
			at := "words." + strconv.Itoa(i)
			in.Words = append(in.Words, practice.Word{Text: f.Line(at+".text", 0, 1000), By: f.Line(at+".by", 0, 1000), Leave: f.Line(at+".leave", 0, 1000)})
		}
		return in
	}, toast, v.path(""))
	if err != nil || done {
		return err
	}
	if !r.Posted() {
		v.fill(f, figures)
	}
	page := AdminFormPage{Page: Page{Title: r.T("practice.edit_of", v.p.MatterNo), Shape: Staff, Back: v.path("")}, Lede: r.T("practice.edit_lede"), Form: f, To: v.path("edit"), Parts: v.parts(f, figures, photos)}
	if v.p.Note != "" {
		page.Panels = []Panel{{Tone: "warn", Title: r.T("practice.is_returned"), Text: v.p.Note}}
	}
	return practiceEdit.Render(r, PracticeEditPage{page})
}

// fill writes the practice into its form.
func (v *practiceView) fill(f *Form, figures []practice.Figure) {
	p, recipe := v.p, v.p.Recipe()
	for name, value := range map[string]string{"version": itoa(p.Version), "title": p.Title, "problem": p.Problem, "standard": recipe.Standard, "steps": recipe.StepLines(), "invest": p.Invest, "fits": p.Fits,
		"unfit": p.Unfit, "contact": p.Contact, "tags": v.r.Lang.List(p.TagList())} {
		f.Set(name, value)
	}
	if p.Invest == "" {
		f.Set("invest", v.r.moneyLine(recipe.Money))
	}
	for i, x := range figures {
		f.Set("before."+strconv.Itoa(i), x.Before)
	}
	for i, w := range p.Words() {
		at := "words." + strconv.Itoa(i)
		f.Set(at+".text", w.Text)
		f.Set(at+".by", w.By)
		f.Set(at+".leave", w.Leave)
	}
	for _, x := range v.photos {
		f.values.Add("photos", x.Hash)
	}
}

// parts are the fields of the form.
func (v *practiceView) parts(f *Form, figures []practice.Figure, photos []matter.Photo) []Part {
	r := v.r
	area := func(name string, rows, most int, hint string) Part {
		return fieldPart(f.Field(name, "practice.f."+name).Area(rows).Limit(most).Hint(hint))
	}
	out := []Part{fieldPart(f.Field("title", "practice.f.title").Limit(practice.MaxTitle)), area("problem", 4, practice.MaxText, "practice.problem_hint"), headPart(r.T("practice.how")),
		area("steps", 5, 0, "practice.steps_hint"), fieldPart(f.Field("standard", "practice.f.standard").Area(2).Limit(plan.MaxText).May()), area("invest", 2, practice.MaxShort, "practice.invest_hint")}
	if len(figures) > 0 {
		out = append(out, headPart(r.T("practice.measured")), Part{Kind: "note", Text: r.T("practice.measured_hint")})
	}
	for i, x := range figures {
		if x.From == practice.FromLook || x.From == practice.FromVisit {
			out = append(out, Part{Kind: "note", Text: r.T("practice.figure", x.Check.Text, r.checkValue(x.Check, x.Before), r.checkValue(x.Check, x.After))})
			continue
		}
		name := "before." + strconv.Itoa(i)
		if x.Check.Kind == plan.CheckYesNo {
			c := f.Choose(name, "practice.f.before", []Option{{Value: "yes", Text: r.T("common.yes")}, {Value: "no", Text: r.T("common.no")}}).Else("practice.unknown_before")
			c.Label = r.T("practice.before_of", x.Check.Text)
			out = append(out, selectPart(c))
			continue
		}
		d := f.Field(name, "practice.f.before").Measure(r.Lang.Unit(x.Check.Unit)).May().Hint("practice.after_is", r.checkValue(x.Check, x.After))
		d.Label = r.T("practice.before_of", x.Check.Text)
		out = append(out, fieldPart(d))
	}
	if len(photos) > 0 {
		var all []Option
		for i, x := range photos {
			text := r.T("practice.photo", i+1, r.Lang.Enum("tell.photo_of", x.Kind), r.Lang.Date(x.At, r.Zone))
			if x.Caption != "" {
				text += " · " + x.Caption
			}
			all = append(all, Option{Value: x.Hash, Text: text})
		}
		out = append(out, headPart(r.T("practice.photos_head")), boxesPart(f.Choose("photos", "practice.f.photos", all).May().Hint("practice.photos_hint", practice.MaxPhotos)))
	}
	out = append(out, headPart(r.T("practice.words")), Part{Kind: "note", Text: r.T("practice.words_hint")})
	for i := range practice.MaxWords {
		at := "words." + strconv.Itoa(i)
		out = append(out, Part{Kind: "ask", Text: r.T("practice.word", i+1)}, fieldPart(f.Field(at+".text", "practice.f.word").Limit(practice.MaxWord).May()),
			fieldPart(f.Field(at+".by", "practice.f.by").Limit(practice.MaxContact).May().Hint("practice.by_hint")), fieldPart(f.Field(at+".leave", "practice.f.leave").Limit(practice.MaxShort).May().Hint("practice.leave_hint")))
	}
	return append(out, headPart(r.T("practice.elsewhere")), area("fits", 3, practice.MaxText, "practice.fits_hint"), area("unfit", 3, practice.MaxText, "practice.unfit_hint"),
		fieldPart(f.Field("contact", "practice.f.contact").Limit(practice.MaxContact).Hint("practice.contact_hint")), fieldPart(f.Field("tags", "practice.f.tags").May().Hint("practice.tags_hint", practice.MaxTags)))
}
