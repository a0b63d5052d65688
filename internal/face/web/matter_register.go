package web

import (
	"sanwen/internal/base/once"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/lang"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/matter/plan"
)

// MatterNewPage registers a matter that no voice has led to: from research, a proposal, an inspection, a leader or the season.
type MatterNewPage struct {
	Page
	Form     *Form
	Classes  Choice
	Sources  Choice
	Category Choice
	Place    Choice
	Unit     Picker
	Lead     Picker
	Photos   PhotoField
}

var matterNewPage = Define[MatterNewPage]("matter/new")

// newMatter shows the form for a new matter.
func newMatter(r *Req) error {
	return r.showNewMatter(r.Blank("class", string(matter.Standard), "source", string(matter.FromResearch), "public", "1"), nil)
}

func (r *Req) showNewMatter(f *Form, tray *photoTray) error {
	page := MatterNewPage{Page: Page{Title: r.T("matterpage.new"), Shape: Staff, Back: "/ledger"}, Form: f}
	err := r.Read(func(tx *db.Tx) error {
		cat, err := org.CatalogueOf(tx)
		if err != nil {
			return err
		}
		tree, err := org.TreeOf(tx)
		if err != nil {
			return err
		}
		places, err := org.Places(tx)
		if err != nil {
			return err
		}
		page.Category = f.Choose("category", "matterpage.category", topicChoices(cat, r.Lang))
		page.Place = f.Choose("place", "matterpage.place", placeChoices(places, r.Lang)).May()
		page.Unit = f.PickUnit("unit", "matterpage.unit", r.UnitsOf(tree, org.Group, org.Plant, org.Department)).May().Hint("matterpage.new_unit_hint")
		page.Lead = f.PickUnit("lead", "matterpage.lead", r.UnitsOf(tree, org.Department, org.Plant)).May().Hint("matterpage.new_lead_hint")
		return nil
	})
	if err != nil {
		return err
	}
	page.Classes = f.Choose("class", "matterpage.class", classOptions(r))
	var sources []Option
	for _, s := range plan.Sources() {
		if s != matter.FromVoice && s != matter.FromPractice && s != matter.FromBallot { // those come by themselves
			sources = append(sources, Option{Value: string(s), Text: r.Lang.Enum("matter.source", s)})
		}
	}
	page.Sources = f.Choose("source", "matterpage.source", sources)
	page.Photos = f.Photos("photos", "matterpage.before_photos", newPhotos, tray.have())
	page.Photos.Optional = true
	return matterNewPage.Render(r, page)
}

const newPhotos = 9

// registerMatter puts it on the ledger.
func registerMatter(r *Req) error {
	tray := r.takePhotos("photos", newPhotos)
	f := r.Form()
	tray.finish(f)
	in := &matter.Register{Title: f.Line("title", 0, 1<<16), Body: f.Text("body", 0, 1<<20), PublicText: f.Text("public_text", 0, 1<<16), Public: f.Ticked("public"),
		Class: matter.Class(f.Choice("class", classCodes()...)), Source: matter.Source(f.Choice("source", sourceCodes()...)),
		Category: f.Value("category"), Place: f.Value("place"), Unit: f.Unit("unit", org.Group, org.Plant, org.Department), Lead: f.Unit("lead", org.Department, org.Plant), Photos: tray.in()}
	if in.Category == "" {
		f.Fault("category", "fault.choice")
	}
	err := f.Err()
	number := ""
	if err == nil {
		err = r.Write(func(tx *db.Tx) (err error) {
			number, _, err = once.Do(tx, "matter:"+r.Person.ID, f.Key, f.Body(), func() (string, error) {
				err := in.Do(tx, r.Person)
				return in.Number, err
			})
			return err
		})
	}
	if f.Take(err) {
		return r.showNewMatter(f, tray)
	}
	if err != nil {
		return err
	}
	r.Toast("matterpage.toast_registered")
	return r.Redirect("/matter/" + number)
}

func classCodes() []string {
	var out []string
	for _, c := range plan.Classes() {
		out = append(out, string(c))
	}
	return out
}

func sourceCodes() []string {
	var out []string
	for _, s := range plan.Sources() {
		if s != matter.FromBallot {
			out = append(out, string(s))
		}
	}
	return out
}

// topicChoices are the topics of the second level with the first before them.
func topicChoices(c *org.Catalogue, l lang.Lang) []Option {
	var out []Option
	parents := map[string]bool{}
	for _, k := range c.Categories() {
		parents[k.Parent] = true
	}
	for _, k := range c.Categories() {
		if k.Active && !parents[k.Code] && k.Restricted == "" {
			out = append(out, Option{Value: k.Code, Text: c.Name(k.Code, l)})
		}
	}
	return out
}

func placeChoices(places []org.Place, l lang.Lang) []Option {
	var out []Option
	for _, p := range places {
		if p.Active {
			out = append(out, Option{Value: p.Code, Text: p.Name(l) + " (" + p.Code + ")"})
		}
	}
	return out
}

func unitChoices(t *org.Tree, l lang.Lang, kinds ...org.UnitKind) []Option {
	var out []Option
	for _, u := range t.OfKind(kinds...) {
		if u.Active {
			out = append(out, Option{Value: u.Code, Text: u.Name(l)})
		}
	}
	return out
}
