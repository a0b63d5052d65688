package web

import (
	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/accept"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/matter/plan"
	"sanwen/internal/work/practice"
)

// PracticePage shows what worked somewhere, and what became of it elsewhere.
type PracticePage struct {
	Page
	Number   string
	Tags     []Tag
	Actions  []Link
	Panels   []Panel
	Problem  string
	How      []Fact
	Measured Table
	Pairs    []Pair
	Photos   []Photo
	Words    []practice.Word
	Fits     string
	Unfit    string
	Facts    []Fact
	Adopted  Table
	Reasons  []Panel // why it was given up elsewhere
	Office   []Fact  // for the office alone
}

var practicePage = Define[PracticePage]("practice/page")

// practiceView is a practice with what its pages need beside it.
type practiceView struct {
	r         *Req
	p         practice.Practice
	m         matter.Matter
	may       bool // see the matter
	photos    []practice.Photo
	adoptions []practice.Adoption
	seen      map[string]bool // matters of adoptions that the reader may see
	states    map[string]string
	rated     map[string]accept.Summary
	tree      *org.Tree
	cat       *org.Catalogue
	place     string
	set       org.Settings
}

func (r *Req) viewPractice() (*practiceView, error) {
	v := &practiceView{r: r, seen: map[string]bool{}, states: map[string]string{}}
	err := r.Read(func(tx *db.Tx) (err error) {
		if v.p, err = practice.See(tx, r.Person, r.Param("practice")); err != nil {
			return err
		}
		if v.m, err = matter.Find(tx, v.p.Matter); err != nil {
			return err
		}
		t, err := matter.ThingOf(tx, v.m)
		if err != nil {
			return err
		}
		v.may = r.Person.Can(access.MatterSee, t)
		if v.photos, err = practice.PhotosOf(tx, v.p.ID); err != nil {
			return err
		}
		if v.adoptions, err = practice.AdoptionsOf(tx, v.p.ID); err != nil {
			return err
		}
		ids := []string{v.p.Matter}
		for _, a := range v.adoptions {
			m, err := matter.Find(tx, a.Matter)
			if err != nil {
				return err
			}
			t, err := matter.ThingOf(tx, m)
			if err != nil {
				return err
			}
			v.seen[a.ID], v.states[a.ID] = r.Person.Can(access.MatterSee, t), m.State
			ids = append(ids, a.Matter)
		}
		if v.rated, err = accept.OfLedger(tx, ids); err != nil {
			return err
		}
		if v.tree, err = org.TreeOf(tx); err != nil {
			return err
		}
		if v.cat, err = org.CatalogueOf(tx); err != nil {
			return err
		}
		if v.p.Place != "" {
			x, err := org.PlaceByCode(tx, v.p.Place)
			if err != nil {
				return err
			}
			v.place = x.Name(r.Lang)
		}
		v.set, err = org.SettingsOf(tx)
		return err
	})
	return v, err
}

func (v *practiceView) path(do string) string { return practicePath(v.p, do) }

// office reports whether the reader works at practices that are not published.
func (v *practiceView) office() bool {
	return v.r.Person.Can(access.PracticeWrite, v.p.Thing()) || v.r.Person.Can(access.PracticeReview, v.p.Thing())
}

// showPractice shows the page of a practice.
func showPractice(r *Req) error {
	v, err := r.viewPractice()
	if err != nil {
		return err
	}
	p := v.p
	page := PracticePage{Page: Page{Title: p.Title, Shape: Staff, Back: "/practices"}, Number: p.Number, Tags: v.tags(), Actions: v.actions(), Panels: v.panels(),
		Problem: p.Problem, How: v.how(), Measured: v.measured(), Words: p.Words(), Fits: p.Fits, Unfit: p.Unfit, Facts: v.facts()}
	page.Pairs, page.Photos = v.pictures()
	page.Adopted, page.Reasons = v.adopted()
	if v.office() {
		for _, w := range page.Words {
			page.Office = append(page.Office, Fact{Label: r.T("practice.f.leave"), Value: w.Leave, Note: w.Text})
		}
	}
	return practicePage.Render(r, page)
}

func (v *practiceView) tags() []Tag {
	out := []Tag{{Text: v.r.Lang.Enum("practice.state", v.p.State), Tone: practiceTone(v.p.State)}}
	for _, t := range v.p.TagList() {
		out = append(out, Tag{Text: t})
	}
	return out
}

// adopts reports whether the reader can adopt for some unit.
func (v *practiceView) adopts() bool {
	return v.p.State == practice.Published && holdsAny(v.r.Person, []access.Role{access.UnitChair, access.Triager, access.Supervisor, access.Leader, access.Handler, access.DeptHead})
}

func (v *practiceView) actions() (out []Link) {
	r := v.r
	if v.adopts() {
		out = append(out, Link{Text: r.T("practice.do.adopt"), Href: r.Link(v.path("adopt")), Tone: "primary"})
	}
	events := practice.EventsFor(r.Person, v.p)
	for _, ev := range events {
		switch ev {
		case practice.EventEdit:
			out = append(out, Link{Text: r.T("practice.do.edit"), Href: r.Link(v.path("edit")), Tone: "primary"})
		case practice.EventPublish:
			out = append(out, Link{Text: r.T("practice.do.review"), Href: r.Link(v.path("review")), Tone: "primary"})
		case practice.EventWithdraw:
			out = append(out, Link{Text: r.T("practice.do.withdraw"), Href: r.Link(v.path("withdraw"))})
		case practice.EventRework:
			out = append(out, Link{Text: r.T("practice.do.rework"), Href: r.Link(v.path("rework"))})
		case practice.EventDrop:
			out = append(out, Link{Text: r.T("practice.do.drop"), Href: r.Link(v.path("drop"))})
		}
	}
	return append(out, Link{Text: r.T("practice.do.paper"), Href: r.Link(v.path("paper")), Icon: "file"})
}

func (v *practiceView) panels() (out []Panel) {
	r, p := v.r, v.p
	switch {
	case p.State == practice.Withdrawn:
		out = append(out, Panel{Tone: "bad", Title: r.T("practice.is_withdrawn"), Text: p.Note})
	case p.State == practice.Draft && p.Note != "":
		out = append(out, Panel{Tone: "warn", Title: r.T("practice.is_returned"), Text: p.Note})
	case p.State == practice.Review:
		out = append(out, Panel{Tone: "info", Text: r.T("practice.waits")})
	}
	if !v.m.Solved() && p.State != practice.Withdrawn {
		out = append(out, Panel{Tone: "warn", Title: r.T("practice.relapsed"), Text: r.T("practice.relapsed_text", p.MatterNo)})
	}
	return out
}

func (v *practiceView) how() (out []Fact) {
	for _, s := range v.p.Recipe().Steps {
		out = append(out, Fact{Label: v.r.T("practice.day", s.After), Value: s.Text})
	}
	return out
}

// checkValue puts what was found into words.
func (r *Req) checkValue(c plan.Check, value string) string {
	switch {
	case value == "":
		return "—"
	case c.Kind == plan.CheckYesNo && (value == "yes" || value == "no"):
		return r.T("common." + value)
	}
	return r.Lang.Quantity(value, c.Unit)
}

func (v *practiceView) measured() Table {
	return v.r.figuresTable(v.r.T("practice.measured"), v.p.Figures())
}

func (r *Req) figuresTable(caption string, all []practice.Figure) Table {
	t := Table{Caption: caption, Columns: []Column{{Label: r.T("practice.f.check")}, {Label: r.T("practice.f.limits")}, {Label: r.T("practice.f.before")}, {Label: r.T("practice.f.after")}},
		Empty: Empty{Kind: "nothing", Title: r.T("practice.not_measured")}}
	for _, f := range all {
		before := Cell{Text: r.checkValue(f.Check, f.Before)}
		if f.From != "" {
			before.Sub = r.Lang.Enum("practice.from", f.From)
		}
		t.Add("", Cell{Text: f.Check.Text}, Cell{Text: orDash(checkLimits(f.Check, r.Lang))}, before, Cell{Text: r.checkValue(f.Check, f.After)})
	}
	return t
}

func (v *practiceView) facts() []Fact {
	r, p := v.r, v.p
	source := Fact{Label: r.T("practice.f.matter"), Value: p.MatterNo, Note: r.T("practice.closed", r.Lang.Date(p.ClosedAt, r.Zone))}
	if v.may {
		source.Href = r.Link("/matter/" + p.MatterNo)
	}
	out := []Fact{{Label: r.T("practice.f.lead"), Value: v.tree.Name(p.Lead, r.Lang)}, {Label: r.T("practice.f.for"), Value: v.tree.Name(p.Unit, r.Lang)}, source}
	if p.Category != "" {
		out = append(out, Fact{Label: r.T("practice.f.category"), Value: v.cat.Name(p.Category, r.Lang), Href: r.Link("/practices?category=" + escapeQuery(p.Category))})
	}
	if v.place != "" {
		out = append(out, Fact{Label: r.T("practice.f.place"), Value: v.place})
	}
	if p.Said > 0 {
		out = append(out, Fact{Label: r.T("practice.f.said"), Value: r.T("practice.people", p.Said)})
	}
	if p.People > 0 {
		out = append(out, Fact{Label: r.T("practice.f.people"), Value: r.T("practice.people", p.People)})
	}
	out = append(out, Fact{Label: r.T("practice.f.verdict"), Value: r.Lang.Enum("matter.verdict", v.m.Verdict), Note: r.ratedLine(v.rated[p.Matter])})
	recipe := p.Recipe()
	out = append(out, Fact{Label: r.T("practice.f.days"), Value: r.T("practice.days", recipe.Days)})
	if recipe.Standard != "" {
		out = append(out, Fact{Label: r.T("practice.f.standard"), Value: recipe.Standard})
	}
	out = append(out, Fact{Label: r.T("practice.f.invest"), Value: orDash(p.Invest), Note: r.moneyLine(recipe.Money)}, Fact{Label: r.T("practice.f.contact"), Value: orDash(p.Contact)})
	if p.PublishedAt != 0 {
		out = append(out, Fact{Label: r.T("practice.f.published"), Value: r.Lang.Date(p.PublishedAt, r.Zone)})
	}
	return out
}

// moneyLine is what the plan says of money.
func (r *Req) moneyLine(m *plan.Money) string {
	if m == nil || m.Amount == "" {
		return ""
	}
	return r.T("practice.money", m.Amount, r.Lang.Enum("matter.fund", m.Source))
}

// ratedLine is how many of those who were asked say that it is solved, as far as it may be shown.
func (r *Req) ratedLine(s accept.Summary) string {
	if !s.Shown {
		return ""
	}
	return r.T("practice.rated", s.Tally.Result[accept.Solved], s.Tally.Judged())
}

// pictures pairs those of before and after; what has no pair stands alone.
func (v *practiceView) pictures() (pairs []Pair, rest []Photo) {
	var before, after []Photo
	for _, p := range v.photos {
		x := matterPhoto(v.r, matter.Photo{Hash: p.Hash, Thumb: p.Thumb, Kind: p.Kind, Caption: p.Caption, At: p.At})
		switch p.Kind {
		case matter.PhotoBefore:
			before = append(before, x)
		case matter.PhotoAfter:
			after = append(after, x)
		default:
			rest = append(rest, x)
		}
	}
	n := min(len(before), len(after))
	for i := range n {
		pairs = append(pairs, Pair{Place: v.place, Before: before[i], After: after[i]})
	}
	return pairs, append(append(rest, before[n:]...), after[n:]...)
}

// adopted lists who has adopted it and what came of it; what failed says why.
func (v *practiceView) adopted() (Table, []Panel) {
	r := v.r
	t := Table{Caption: r.T("practice.adoptions"), Columns: []Column{{Label: r.T("practice.f.unit")}, {Label: r.T("practice.f.outcome")}, {Label: r.T("practice.f.result")}, {Label: r.T("practice.f.adopted_on"), Minor: true, Whole: true}},
		Empty: Empty{Kind: "nothing", Title: r.T("practice.adoptions_none"), Text: r.T("practice.adoptions_none_text")}}
	var why []Panel
	for _, a := range v.adoptions {
		unit, href := v.tree.Name(a.Unit, r.Lang), ""
		if v.seen[a.ID] {
			href = r.Link("/matter/" + a.MatterNo)
		}
		what := r.Lang.Enum("practice.outcome", a.Outcome())
		if a.State == practice.Running {
			what = r.Lang.Enum("matter.state", v.states[a.ID])
		}
		t.Add(href, Cell{Text: unit, Sub: a.MatterNo}, Cell{Tag: &Tag{Text: what, Tone: outcomeTone(a.Outcome())}, Sub: r.ratedLine(v.rated[a.Matter])}, Cell{Text: v.result(a)}, Cell{Text: r.Lang.Date(a.AdoptedAt, r.Zone)})
		if a.Reason != "" {
			why = append(why, Panel{Tone: "warn", Title: r.T("practice.given_up", unit), Text: a.Reason})
		}
	}
	return t, why
}

// result is what was measured where it was adopted: "淋浴出水温度 34.5 ℃ → 40.5 ℃".
func (v *practiceView) result(a practice.Adoption) string {
	r := v.r
	var out []string
	for _, f := range a.Figures() {
		if f.After == "" {
			continue
		}
		if f.Before == "" {
			out = append(out, f.Check.Text+" "+r.checkValue(f.Check, f.After))
			continue
		}
		out = append(out, f.Check.Text+" "+r.checkValue(f.Check, f.Before)+" → "+r.checkValue(f.Check, f.After))
	}
	if a.Relapses > 0 {
		out = append(out, r.T("practice.relapses", a.Relapses))
	}
	return orDash(r.Lang.List(out))
}

// practiceFact leads from a matter to the practice that was made of it or that it does after.
func (v *matterView) practiceFact(label string, x *practice.Practice) []Fact {
	if x == nil || !v.r.Person.Can(access.PracticeSee, x.Thing()) {
		return nil
	}
	return []Fact{{Label: v.r.T(label), Value: x.Title, Href: v.r.Link(practicePath(*x, ""))}}
}
