package web

import (
	"strconv"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/survey"
	"sanwen/internal/work/survey/form"
)

var (
	surveyList = Define[AdminListPage]("survey/list")
	surveyForm = Define[AdminFormPage]("survey/form")
)

func surveyTone(state string) string {
	return map[string]string{survey.Open: "warn", survey.Closed: "good", survey.Planned: "info"}[state]
}

// holdsSurveys reports whether the reader may do something with the surveys of the organisation.
func (r *Req) holdsSurveys(a access.Action) bool {
	for _, p := range r.Person.Scope(access.Triager) {
		if r.Person.Can(a, access.Thing{Kind: survey.RefKind, Unit: p, Lead: access.NoUnit}) {
			return true
		}
	}
	return false
}

// listSurveys shows the rounds, the last to end first.
func listSurveys(r *Req) error {
	list, err := r.List(ListSpec{Columns: []string{"state", "days", "audience", "invited", "answers"}, Filters: []Filter{{Name: "state", Label: "survey.f.state", Values: survey.States(), Prefix: "survey.state."}, {Name: "form", Label: "survey.f.form"}}})
	if err != nil {
		return err
	}
	page := AdminListPage{Page: Page{Title: r.T("survey.title"), Shape: Staff}, Lede: r.T("survey.lede")}
	if r.holdsSurveys(access.SurveyOpen) {
		page.Actions = append(page.Actions, Link{Text: r.T("survey.do.plan"), Href: r.Link("/surveys/new"), Tone: "primary"})
	}
	page.Actions = append(page.Actions, Link{Text: r.T("survey.forms"), Href: r.Link("/surveys/forms")})
	var t Table
	err = r.Read(func(tx *db.Tx) error {
		rows, next, err := survey.List(tx, r.Person, survey.Filter{State: list.Get("state"), Form: list.Get("form"), After: list.After})
		if err != nil {
			return err
		}
		t = list.Table(r.T("survey.title"), Column{Label: r.T("survey.f.title")}, Column{Label: r.T("survey.f.state")}, Column{Label: r.T("survey.f.days")},
			Column{Label: r.T("survey.f.audience"), Minor: true}, Column{Label: r.T("survey.f.invited"), Num: true}, Column{Label: r.T("survey.f.answers"), Num: true})
		t.Keys, t.Next = true, list.Next(next)
		if !list.Filtered() {
			t.Empty = Empty{Kind: "nothing", Title: r.T("survey.none"), Text: r.T("survey.none_text")}
		}
		for _, x := range rows {
			x, err := survey.Told(tx, x)
			if err != nil {
				return err
			}
			t.Add(r.Link("/survey/"+x.ID), Cell{Text: x.Title}, Cell{Tag: &Tag{Text: r.Lang.Enum("survey.state", x.State), Tone: surveyTone(x.State)}},
				Cell{Text: r.days(x)}, Cell{Text: r.Lang.Enum("survey.audience", x.Audience)}, Cell{Text: r.Lang.Number(x.Invited)}, Cell{Text: r.Lang.Number(x.Turnout)})
		}
		f := r.Blank("state", list.Get("state"))
		page.Filters = []Part{selectPart(f.Choose("state", "survey.f.state", options(r.Lang, "survey.state", survey.States())).Any())}
		return nil
	})
	if err != nil {
		return err
	}
	return r.showList(surveyList, page, list, t)
}

func (r *Req) days(x survey.Round) string {
	return r.T("survey.from_to", r.Lang.Date(x.Opens, r.Zone), r.Lang.Date(x.Closes, r.Zone))
}

// surveyForms shows the questionnaires and the templates of the product; a post begins one.
func surveyForms(r *Req) error {
	if r.Posted() {
		f := r.Form()
		in := &survey.Begin{Template: f.Maybe("template", form.Templates()...), From: f.Line("from", 0, 60)}
		err := r.save(f, func(tx *db.Tx) error { return in.Do(tx, r.Person) })
		if err != nil {
			return err
		}
		r.Toast("survey.toast.begun")
		if in.ID == "" { // pressed twice
			return r.Redirect("/surveys/forms")
		}
		return r.Redirect("/surveys/forms/" + in.ID)
	}
	if err := r.knownOnly(); err != nil {
		return err
	}
	page := AdminListPage{Page: Page{Title: r.T("survey.forms"), Shape: Staff, Back: "/surveys"}, Lede: r.T("survey.forms_lede")}
	writes := r.holdsSurveys(access.SurveyForm)
	err := r.Read(func(tx *db.Tx) error {
		all, err := survey.Forms(tx, r.Person)
		if err != nil {
			return err
		}
		t := Table{Caption: r.T("survey.forms"), Keys: true, Columns: []Column{{Label: r.T("survey.f.title")}, {Label: r.T("survey.f.version")}, {Label: r.T("survey.f.changed"), Minor: true, Whole: true}},
			Empty: Empty{Kind: "nothing", Title: r.T("survey.forms_none"), Text: r.T("survey.forms_none_text")}}
		for _, f := range all {
			v := Cell{Tag: &Tag{Text: r.T("survey.draft")}}
			if f.Published > 0 {
				v = Cell{Text: r.T("survey.v", f.Published)}
			}
			t.Add(r.Link("/surveys/forms/"+f.ID), Cell{Text: f.Title().In(r.Lang)}, v, Cell{Text: r.Lang.Date(f.ChangedAt, r.Zone)})
		}
		page.Tables = append(page.Tables, t)
		return nil
	})
	if err != nil {
		return err
	}
	shipped := Table{Caption: r.T("survey.templates"), Columns: []Column{{Label: r.T("survey.f.title")}, {Label: r.T("survey.f.questions"), Num: true}, {Label: r.T("survey.f.note"), Minor: true}}, Form: r.Blank()}
	if writes {
		shipped.Columns = append(shipped.Columns, Column{Label: r.T("survey.f.do")})
	}
	for _, name := range form.Templates() {
		b, _ := form.Template(name)
		row := []Cell{{Text: b.Title.In(r.Lang)}, {Text: itoa(int64(len(b.Questions())))}, {Text: b.Note.In(r.Lang)}}
		if writes {
			row = append(row, Cell{Button: &Button{Text: r.T("survey.do.begin"), To: r.Link("/surveys/forms"), Fields: []Hidden{{"template", name}}}})
		}
		shipped.Add("", row...)
	}
	page.Tables = append(page.Tables, shipped)
	return surveyList.Render(r, page)
}

// surveyFormPage shows a questionnaire as it is asked, and what can be done with it; a post publishes it.
func surveyFormPage(r *Req) error {
	var x survey.Form
	var b form.Body
	same := false // as the newest version
	err := r.Read(func(tx *db.Tx) (err error) {
		if x, err = survey.SeeForm(tx, r.Person, r.Param("form")); err != nil {
			return err
		}
		if x.Published > 0 {
			v, err := survey.VersionOf(tx, x.ID, x.Published)
			if err != nil {
				return err
			}
			same = v.Body == x.Draft
		}
		b, err = form.Parse(x.Draft)
		return err
	})
	if err != nil {
		return err
	}
	to := "/surveys/forms/" + x.ID
	f, done, err := r.tried(func(f *Form) doer { return &survey.Publish{Form: x.ID, Version: f.Version()} }, "survey.toast.published", to, "version", itoa(x.Version))
	if err != nil || done {
		return err
	}
	page := AdminFormPage{Page: Page{Title: r.T("survey.form_of", x.Title().In(r.Lang)), Shape: Staff, Back: "/surveys/forms"}, Lede: b.Lede.In(r.Lang), Form: f, To: to, Submit: r.T("survey.do.publish")}
	page.Facts = []Fact{{Label: r.T("survey.f.version"), Value: r.T("survey.draft")}, {Label: r.T("survey.f.changed"), Value: r.Lang.DateTime(x.ChangedAt, r.Zone)}}
	if x.Published > 0 {
		if page.Facts[0].Value = r.T("survey.v", x.Published); !same {
			page.Facts[0].Note = r.T("survey.changed")
		}
	}
	if n := b.Note.In(r.Lang); n != "" {
		page.Panels = append(page.Panels, Panel{Tone: "info", Text: n})
	}
	if x.Published > 0 && r.holdsSurveys(access.SurveyOpen) {
		page.Actions = append(page.Actions, Link{Text: r.T("survey.do.plan"), Href: r.Link("/surveys/new?form=" + x.ID), Tone: "primary"})
	}
	writes := r.holdsSurveys(access.SurveyForm)
	if writes {
		page.Actions = append(page.Actions, Link{Text: r.T("survey.do.preview"), Href: r.Link(to + "/preview")}, Link{Text: r.T("survey.do.edit"), Href: r.Link(to + "/edit")},
			Link{Text: r.T("survey.do.question"), Href: r.Link(to + "/q/" + newQuestion)})
	}
	for _, s := range b.Sections {
		t := Table{Caption: s.In(r.Lang), Form: f, Columns: []Column{{Label: r.T("survey.f.question")}, {Label: r.T("survey.f.kind")}, {Label: r.T("survey.f.options"), Minor: true}, {Label: r.T("survey.f.when"), Minor: true}}}
		for _, q := range s.Questions {
			row := []Cell{{Text: q.In(r.Lang), Sub: r.required(q)}, {Text: r.Lang.Enum("survey.kind", q.Kind)}, {Text: r.choices(b, q)}, {Text: r.condition(b, q)}}
			href := ""
			if writes {
				href = r.Link(to + "/q/" + q.Key)
				for _, do := range []string{"up", "down", "drop"} {
					row = append(row, Cell{Button: &Button{Text: r.T("survey.do." + do), To: r.Link(to + "/move"), Fields: []Hidden{{"key", q.Key}, {"do", do}, {"version", itoa(x.Version)}}}})
				}
			}
			t.Add(href, row...)
		}
		if writes {
			for _, do := range []string{"up", "down", "drop"} {
				t.Columns = append(t.Columns, Column{Label: r.T("survey.do." + do)})
			}
		}
		page.Below = append(page.Below, t)
	}
	if !writes || same {
		return surveyList.Render(r, AdminListPage{Page: page.Page, Lede: page.Lede, Actions: page.Actions, Panels: page.Panels, Facts: page.Facts, Tables: page.Below})
	}
	return surveyForm.Render(r, page)
}

func (r *Req) required(q form.Question) string {
	if q.Required {
		return r.T("survey.required")
	}
	return ""
}

func (r *Req) choices(b form.Body, q form.Question) string {
	if q.Kind == form.Photo {
		return r.T("web.photo_most", q.Most())
	}
	all := b.Choices(q)
	if q.Kind == form.Grid {
		all = q.Rows
	}
	var out []string
	for _, o := range all {
		out = append(out, o.In(r.Lang))
	}
	if q.NA {
		out = append(out, r.T("survey.na"))
	}
	return r.Lang.List(out)
}

// condition says when a question is asked.
func (r *Req) condition(b form.Body, q form.Question) string {
	if q.If == nil {
		return ""
	}
	on, _ := b.Question(q.If.Question)
	var out []string
	for _, o := range b.Choices(on) {
		for _, v := range q.If.Values {
			if v == o.Key {
				out = append(out, o.In(r.Lang))
			}
		}
	}
	return r.T("survey.when", on.In(r.Lang), r.Lang.List(out))
}

// newSurvey shows and takes the form that plans a round.
func newSurvey(r *Req) error {
	var tree *org.Tree
	var places []org.Place
	var forms []Option
	title := ""
	err := r.Read(func(tx *db.Tx) (err error) {
		if tree, err = org.TreeOf(tx); err != nil {
			return err
		}
		if places, err = org.Places(tx); err != nil {
			return err
		}
		all, err := survey.Forms(tx, r.Person)
		for _, x := range all {
			if x.Published > 0 {
				forms = append(forms, Option{Value: x.ID, Text: x.Title().In(r.Lang) + " · " + r.T("survey.v", x.Published)})
				if x.ID == r.Query("form") {
					title = x.Title().In(r.Lang)
				}
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	var made *survey.Plan
	f, done, err := r.tried(func(f *Form) doer {
		made = &survey.Plan{Form: f.one("form"), Title: f.Line("title", 0, 4*survey.MaxTitle), Audience: f.Choice("audience", survey.Audiences()...), Opens: f.Day("opens", true), Closes: f.Day("closes", true)}
		made.WalkIn, made.Blind = f.Ticked("walk_in"), f.Ticked("blind")
		made.Every, _ = strconv.Atoi(f.Choice("every", survey.Intervals()...))
		switch made.Audience {
		case survey.Units, survey.Sample:
			made.Units = f.Units("units")
		case survey.Crews:
			made.Units = f.Units("crews", org.Crew)
		case survey.Places:
			made.Places = f.Places("places")
		}
		if made.Audience == survey.Sample {
			made.Wanted = f.Int("wanted", 1, survey.MaxSample)
		}
		return made
	}, "survey.toast.planned", "/surveys", "form", r.Query("form"), "title", title, "audience", survey.Everybody, "every", "0", "opens", string(r.Today()), "closes", string(r.Today().Add(13)))
	if err != nil || done {
		return err
	}
	if len(forms) == 0 {
		return surveyList.Render(r, AdminListPage{Page: Page{Title: r.T("survey.do.plan"), Shape: Staff, Back: "/surveys"},
			Panels: []Panel{{Tone: "info", Text: r.T("survey.no_form"), Links: []Link{{Text: r.T("survey.forms"), Href: r.Link("/surveys/forms"), Tone: "primary"}}}}})
	}
	return surveyForm.Render(r, AdminFormPage{Page: Page{Title: r.T("survey.do.plan"), Shape: Staff, Back: "/surveys"}, Lede: r.T("survey.plan_lede"), Form: f, To: "/surveys/new", Submit: r.T("survey.do.plan"),
		Parts: []Part{selectPart(f.Choose("form", "survey.f.form", forms)), fieldPart(f.Field("title", "survey.f.title").Limit(survey.MaxTitle).Hint("survey.title_hint")),
			radiosPart(f.Choose("audience", "survey.f.audience", options(r.Lang, "survey.audience", survey.Audiences())).Hint("survey.audience_hint")),
			pickPart(f.PickUnits("units", "survey.f.units", r.UnitsOf(tree)).May().Hint("survey.units_hint")).with(survey.Units, survey.Sample),
			pickPart(f.PickUnits("places", "survey.f.places", r.PlacesOf(places)).Hint("survey.places_hint")).with(survey.Places),
			pickPart(f.PickUnits("crews", "survey.f.crews", r.UnitsOf(tree, org.Crew)).Hint("survey.crews_hint")).with(survey.Crews),
			fieldPart(f.Field("wanted", "survey.f.wanted").Number().Hint("survey.wanted_hint")).with(survey.Sample),
			tickPart(f.Tick("walk_in", "survey.walk_in.allow")),
			tickPart(f.Tick("blind", "survey.blind.allow").Hint("survey.blind.hint")),
			fieldPart(f.Field("opens", "survey.f.opens").As("date")), fieldPart(f.Field("closes", "survey.f.closes").As("date").Hint("survey.closes_hint", survey.MaxDays)),
			selectPart(f.Choose("every", "survey.f.every", options(r.Lang, "survey.every", survey.Intervals())).Hint("survey.every_hint"))}})
}

// surveyCards are the questionnaires that the reader is asked to answer. Whoever has not answered is reminded of it on the last days; nobody sees
// who that is.
func (r *Req) surveyCards(tx *db.Tx) ([]Card, error) {
	asked, err := survey.Mine(tx, r.Person)
	var out []Card
	for _, x := range asked {
		to := r.Link("/answer/" + x.ID)
		c := Card{Title: x.Title, Href: to, Lines: []string{r.T("survey.card", r.Lang.Date(x.Closes, r.Zone))}, Action: &Link{Text: r.T("survey.do.answer"), Href: to, Tone: "primary"}}
		if left := r.Today().Until(x.Closes); x.Reminded {
			c.Tags = []Tag{{Text: r.T("survey.left", left+1), Tone: "warn"}}
		}
		out = append(out, c)
	}
	if err != nil {
		return nil, err
	}
	held, err := survey.Held(tx, r.Person)
	for _, x := range held {
		to := r.Link("/answer/" + x.ID + "/token")
		out = append(out, Card{Title: x.Title, Href: to, Lines: []string{r.T("survey.token.card", r.Lang.Date(x.Closes, r.Zone))}, Action: &Link{Text: r.T("survey.do.answer"), Href: to}})
	}
	return out, err
}
