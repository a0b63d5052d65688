package web

import (
	"strconv"
	"strings"

	"sanwen/internal/work/practice"
)

func practicePaper(r *Req) error     { return paperOfPractice(r, false) }
func practicePaperDocx(r *Req) error { return paperOfPractice(r, true) }

// paperOfPractice is the sheet of a practice (D16, 典型经验材料). How employees gave leave to print their words is not on it.
func paperOfPractice(r *Req, docx bool) error {
	v, err := r.viewPractice()
	if err != nil {
		return err
	}
	x, recipe := v.p, v.p.Recipe()
	p := Paper{Page: Page{Title: r.T("practice.paper"), Shape: Sheet, Back: v.path("")}, Number: x.Number, Name: x.Title, Docx: v.path("paper.docx"), at: x.ChangedAt}
	p.file = p.Number
	if p.file == "" {
		p.file = x.MatterNo + "-practice"
	}
	add := func(key, value string) { p.Rows = append(p.Rows, Fact{Label: r.T(key), Value: orDash(value)}) }
	add("practice.f.title", x.Title)
	add("practice.f.lead", v.tree.Name(x.Lead, r.Lang))
	heard := ""
	if x.Said > 0 {
		heard += "\n" + r.T("practice.f.said") + ": " + r.T("practice.people", x.Said)
	}
	if x.People > 0 {
		heard += "\n" + r.T("practice.f.people") + ": " + r.T("practice.people", x.People)
	}
	add("practice.f.problem", strings.TrimSpace(x.Problem+heard))
	var steps []string
	for _, s := range recipe.Steps {
		steps = append(steps, r.T("practice.day", s.After)+" "+s.Text)
	}
	add("practice.how", strings.Join(steps, "\n"))
	add("practice.f.standard", recipe.Standard)
	add("practice.f.days", r.T("practice.days", recipe.Days))
	add("practice.f.invest", x.Invest)
	var said []string
	for _, w := range x.Words() {
		said = append(said, r.T("practice.says", w.Text, w.By))
	}
	add("practice.words", strings.Join(said, "\n"))
	add("practice.f.verdict", strings.TrimSpace(r.Lang.Enum("matter.verdict", v.m.Verdict)+"\n"+r.ratedLine(v.rated[x.Matter])))
	add("practice.f.fits", x.Fits)
	add("practice.f.unfit", x.Unfit)
	add("practice.f.contact", x.Contact)
	add("practice.f.tags", r.Lang.List(x.TagList()))
	if figures := x.Figures(); len(figures) > 0 {
		p.Lists = append(p.Lists, r.figuresList(figures))
	}
	l := PaperList{Caption: r.T("practice.adoptions"), Head: []string{r.T("practice.number"), r.T("practice.f.unit"), r.T("practice.f.outcome"), r.T("practice.f.result")}, Widths: []float64{8, 30, 24, 60}}
	for i, a := range v.adoptions {
		result := v.result(a)
		if a.Reason != "" {
			result = a.Reason
		}
		l.Rows = append(l.Rows, []string{strconv.Itoa(i + 1), v.tree.Name(a.Unit, r.Lang), r.Lang.Enum("practice.outcome", a.Outcome()), result})
	}
	if len(l.Rows) > 0 {
		p.Lists = append(p.Lists, l)
	}
	p.Signs = []Fact{{Label: r.T("practice.sign_unit")}, {Label: r.T("practice.sign_union")}}
	return renderPaper(r, p, docx)
}

func (r *Req) figuresList(all []practice.Figure) PaperList {
	l := PaperList{Caption: r.T("practice.measured"), Head: []string{r.T("practice.f.check"), r.T("practice.f.limits"), r.T("practice.f.before"), r.T("practice.f.after")}, Widths: []float64{40, 30, 40, 30}}
	for _, f := range all {
		before := r.checkValue(f.Check, f.Before)
		if f.From != "" {
			before += "\n" + r.Lang.Enum("practice.from", f.From)
		}
		l.Rows = append(l.Rows, []string{f.Check.Text, orDash(checkLimits(f.Check, r.Lang)), before, r.checkValue(f.Check, f.After)})
	}
	return l
}
