package web

import (
	"slices"
	"strconv"
	"strings"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/work/survey"
	"sanwen/internal/work/survey/form"
)

// SurveyPreviewPage shows a draft as a phone shows it.
type SurveyPreviewPage struct {
	Page
	Heading string
	Lede    string
	Parts   []Part
}

var surveyPreview = Define[SurveyPreviewPage]("survey/preview")

// drafting is a questionnaire that somebody writes.
type drafting struct {
	r *Req
	x survey.Form
	b form.Body
}

func (r *Req) drafting() (*drafting, error) {
	d := &drafting{r: r}
	err := r.Read(func(tx *db.Tx) (err error) {
		tree, err := org.TreeOf(tx)
		if err != nil {
			return err
		}
		if err := r.Person.May(tx, access.SurveyForm, access.Thing{Kind: survey.FormKind, ID: r.Param("form"), Unit: tree.Path(org.Root), Lead: access.NoUnit}); err != nil {
			return err
		}
		if d.x, err = survey.SeeForm(tx, r.Person, r.Param("form")); err == nil {
			d.b, err = form.Parse(d.x.Draft)
		}
		return err
	})
	return d, err
}

func (d *drafting) path(do string) string { return "/surveys/forms/" + d.x.ID + do }

// editSurveyForm shows and takes the form for the words above the questions.
func editSurveyForm(r *Req) error {
	d, err := r.drafting()
	if err != nil {
		return err
	}
	f, done, err := r.tried(func(f *Form) doer {
		b := d.b
		b.Title = form.Words{Zh: f.Line("title", 0, 200), En: f.Line("title_en", 0, 200)}
		b.Lede = form.Words{Zh: f.Text("lede", 0, 1000), En: f.Text("lede_en", 0, 1000)}
		return survey.Write{Form: d.x.ID, Version: f.Version(), Body: b}
	}, "survey.toast.written", d.path(""), "version", itoa(d.x.Version), "title", d.b.Title.Zh, "title_en", d.b.Title.En, "lede", d.b.Lede.Zh, "lede_en", d.b.Lede.En)
	if err != nil || done {
		return err
	}
	return surveyForm.Render(r, AdminFormPage{Page: Page{Title: r.T("survey.do.edit"), Shape: Staff, Back: d.path("")}, Form: f, To: d.path("/edit"), Submit: r.T("common.save"),
		Parts: []Part{fieldPart(f.Field("title", "survey.f.title").Limit(form.MaxTitle)), fieldPart(f.Field("title_en", "survey.f.title_en").Limit(2 * form.MaxTitle).May()),
			fieldPart(f.Field("lede", "survey.f.lede").Area(2).Limit(form.MaxLede).May()), fieldPart(f.Field("lede_en", "survey.f.lede_en").Area(2).May())}})
}

// moveSurveyQuestion moves a question or takes it out.
func moveSurveyQuestion(r *Req) error {
	d, err := r.drafting()
	if err != nil {
		return err
	}
	f := r.Form()
	key, b := f.one("key"), d.b
	switch f.Choice("do", "up", "down", "drop") {
	case "up":
		b = b.Move(key, true)
	case "down":
		b = b.Move(key, false)
	case "drop":
		b = b.Drop(key)
	}
	err = r.save(f, func(tx *db.Tx) error {
		return survey.Write{Form: d.x.ID, Version: f.Version(), Body: b}.Do(tx, r.Person)
	})
	if err != nil {
		return err
	}
	r.Toast("survey.toast.written")
	return r.Redirect(d.path(""))
}

// newQuestion stands in the address in the place of the key of a question.
const newQuestion = "new"

// editSurveyQuestion shows and takes the form of one question.
func editSurveyQuestion(r *Req) error {
	d, err := r.drafting()
	if err != nil {
		return err
	}
	q, known := d.b.Question(r.Param("question"))
	if !known {
		if r.Param("question") != newQuestion {
			return fault.New(fault.NotFound, "survey.unknown")
		}
		q = form.Question{Key: d.b.NewKey(), Kind: form.Single}
	}
	section := max(0, d.b.SectionOf(q.Key))
	if !known {
		section = len(d.b.Sections) - 1
	}
	var when []string
	if q.If != nil {
		for _, v := range q.If.Values {
			when = append(when, q.If.Question+"="+v)
		}
	}
	var hint form.Words
	if q.Hint != nil {
		hint = *q.Hint
	}
	f, done, err := r.tried(func(f *Form) doer { return d.read(f, q) }, "survey.toast.written", d.path(""), "version", itoa(d.x.Version), "kind", string(q.Kind), "zh", q.Zh, "en", q.En,
		"options", form.Lines(q.Options), "rows", form.Lines(q.Rows), "steps", q.Steps, "min", itoa(int64(q.Min)), "max", itoa(int64(q.Max)), "hint", hint.Zh, "hint_en", hint.En, "required", yesNo(q.Required), "na", yesNo(q.NA), "section", strconv.Itoa(section))
	if err != nil || done {
		return err
	}
	if !r.Posted() {
		f.values["when"] = when
	}
	title := r.T("survey.do.question")
	if known {
		title = q.In(r.Lang)
	}
	return surveyForm.Render(r, AdminFormPage{Page: Page{Title: title, Shape: Staff, Back: d.path("")}, Form: f, To: d.path("/q/" + r.Param("question")), Submit: r.T("common.save"), Parts: d.parts(f, q)})
}

// read makes the draft with the question as it was typed. What the rules say about it stands at the fields of this page.
func (d *drafting) read(f *Form, q form.Question) doer {
	old := q
	q.Kind = form.Kind(f.Choice("kind", kindNames()...))
	q.Words = form.Words{Zh: f.Text("zh", 0, 1000), En: f.Text("en", 0, 1000)}
	q.Options, q.Rows, q.Steps, q.Min, q.Max, q.If, q.Hint = nil, nil, "", 0, 0, nil, nil
	q.Required, q.NA = f.Ticked("required"), f.Ticked("na")
	most := func() int {
		if f.Value("max") == "" {
			return 0
		}
		return f.Int("max", 0, form.MaxNumber)
	}
	switch q.Kind {
	case form.Single, form.Ranking:
		q.Options = form.ReadLines(f.Text("options", 0, 4000), old.Options)
	case form.Multi:
		q.Options, q.Max = form.ReadLines(f.Text("options", 0, 4000), old.Options), most()
	case form.Grid:
		q.Rows, q.Steps = form.ReadLines(f.Text("rows", 0, 4000), old.Rows), f.Maybe("steps", d.scales()...)
	case form.Scale:
		q.Steps = f.Maybe("steps", d.scales()...)
	case form.Number:
		q.Min, q.Max = f.Int("min", -form.MaxNumber, form.MaxNumber), most()
	case form.Text:
		q.NA = false
		q.Max = min(most(), form.MaxText)
	case form.Photo:
		q.NA, q.Max = false, most()
		if h := (form.Words{Zh: f.Line("hint", 0, 1000), En: f.Line("hint_en", 0, 1000)}); h.Zh != "" {
			q.Hint = &h
		}
	}
	for _, v := range given(f.Many("when")) {
		key, value, _ := strings.Cut(v, "=")
		switch {
		case q.If == nil:
			q.If = &form.Condition{Question: key, Values: []string{value}}
		case q.If.Question != key:
			f.Fault("when", "survey.form.one_condition")
		default:
			q.If.Values = append(q.If.Values, value)
		}
	}
	section, err := strconv.Atoi(f.one("section"))
	added := form.Words{Zh: f.Line("section_zh", 0, form.MaxTitle), En: f.Line("section_en", 0, 2*form.MaxTitle)}
	if err != nil || added.Zh != "" {
		section = len(d.b.Sections)
	}
	return writeQuestion{survey.Write{Form: d.x.ID, Version: f.Version(), Body: d.b.Put(section, added, q).WithScale(q.Steps)}, q.Key}
}

// writeQuestion writes a draft, and says what is wrong with the question at the fields of its form.
type writeQuestion struct {
	survey.Write
	key string
}

// Do writes. Errors: those of [survey.Write].
func (in writeQuestion) Do(tx *db.Tx, who access.Person) error {
	err := in.Write.Do(tx, who)
	e := fault.Of(err)
	if err == nil || e.Kind != fault.Invalid {
		return err
	}
	all := []*fault.Error{e}
	if len(e.More) > 0 {
		all = e.More
	}
	var f fault.Form
	for _, x := range all {
		at := x.Field
		if at == "q."+in.key {
			if at = map[string]string{"survey.form.options": "options", "survey.form.option": "options", "survey.form.key": "options", "survey.form.range": "max", "survey.form.scale": "steps",
				"survey.form.condition": "when", "survey.form.photo_must": "required", "survey.form.photos": "max", "survey.form.hint": "hint"}[x.Key]; at == "" {
				at = "zh"
			}
			if q, _ := in.Body.Question(in.key); at == "options" && q.Kind == form.Grid {
				at = "rows"
			}
		} else { // another question needs what this one was
			at = "options"
		}
		f.Add(at, x.Key, x.Args...)
	}
	return f.Err()
}

func kindNames() (out []string) {
	for _, k := range form.Kinds() {
		out = append(out, string(k))
	}
	return out
}

// scales are those that the questionnaire has, and those of the templates.
func (d *drafting) scales() []string {
	out := form.ScaleNames()
	for name := range d.b.Scales {
		if !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

func (d *drafting) parts(f *Form, q form.Question) []Part {
	r := d.r
	var steps, sections, earlier []Option
	for _, name := range d.scales() {
		words, _ := d.b.Scale(name)
		steps = append(steps, Option{Value: name, Text: r.T("survey.scale", words[0].In(r.Lang), words[len(words)-1].In(r.Lang))})
	}
	for i, s := range d.b.Sections {
		sections = append(sections, Option{Value: strconv.Itoa(i), Text: s.In(r.Lang)})
	}
	for _, x := range d.b.Questions() {
		if x.Key == q.Key {
			break
		}
		if x.Kind == form.Single || x.Kind == form.Multi {
			for _, o := range x.Options {
				earlier = append(earlier, Option{Value: x.Key + "=" + o.Key, Text: r.T("survey.part", x.In(r.Lang), o.In(r.Lang))})
			}
		}
	}
	out := []Part{radiosPart(f.Choose("kind", "survey.f.kind", options(r.Lang, "survey.kind", form.Kinds()))),
		fieldPart(f.Field("zh", "survey.f.zh").Area(2).Limit(form.MaxQuestion)), fieldPart(f.Field("en", "survey.f.en").Area(2).May()),
		fieldPart(f.Field("options", "survey.f.options").Area(5).May().Hint("survey.options_hint")), fieldPart(f.Field("rows", "survey.f.rows").Area(4).May().Hint("survey.rows_hint")),
		selectPart(f.Choose("steps", "survey.f.scale", steps).May().Hint("survey.scale_hint")),
		fieldPart(f.Field("min", "survey.f.min").May().Hint("survey.min_hint")), fieldPart(f.Field("max", "survey.f.max").Number().May().Hint("survey.max_hint")),
		fieldPart(f.Field("hint", "survey.f.hint").May().Hint("survey.hint_hint").Limit(form.MaxHint)), fieldPart(f.Field("hint_en", "survey.f.hint_en").May()),
		tickPart(f.Tick("required", "survey.required")), tickPart(f.Tick("na", "survey.f.na")),
		selectPart(f.Choose("section", "survey.f.section", sections)), fieldPart(f.Field("section_zh", "survey.f.section_zh").May()), fieldPart(f.Field("section_en", "survey.f.section_en").May())}
	if len(earlier) > 0 {
		out = append(out, boxesPart(f.Choose("when", "survey.f.when", earlier).May().Hint("survey.when_hint")))
	}
	return out
}

// previewSurveyForm shows the draft in the frame of a phone. Questions with a condition say when they come.
func previewSurveyForm(r *Req) error {
	d, err := r.drafting()
	if err != nil {
		return err
	}
	p := SurveyPreviewPage{Page: Page{Title: r.T("survey.do.preview"), Shape: Staff, Back: d.path("")}, Heading: d.b.Title.In(r.Lang), Lede: d.b.Lede.In(r.Lang)}
	f := r.Blank()
	for _, s := range d.b.Sections {
		p.Parts = append(p.Parts, headPart(s.In(r.Lang)))
		for _, q := range s.Questions {
			if q.If != nil {
				p.Parts = append(p.Parts, Part{Kind: "note", Text: r.condition(d.b, q)})
			}
			p.Parts = append(p.Parts, r.questionPart(f, d.b, q, nil)...)
		}
	}
	return surveyPreview.Render(r, p)
}
