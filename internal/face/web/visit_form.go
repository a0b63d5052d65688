package web

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"sanwen/internal/base/access"
	"sanwen/internal/base/once"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/lang"
	"sanwen/internal/work/inspect"
)

// visitBody is what the form of a visit may weigh: its photos of 12 MiB, from a phone in a cellar.
const visitBody = 300 << 20

// VisitForm is the round at one place: its check items, each with a field for every point.
type VisitForm struct {
	Page
	Form        *Form
	Place       string // code, "" while none is chosen
	PlaceName   string
	Where       string
	Pick        Field
	Kind        Choice
	Items       []VisitItem
	Instruments []PersonOption
	Units       []PersonOption
	Present     Field
	Note        Field
	Photos      PhotoField
	Queue       string
	Answered    bool
	Again       string // the leader's visit that is measured again
	Walk        string // the walk that this is a stop of
	Panels      []Panel
}

// VisitItem is one check item of the round.
type VisitItem struct {
	Code, Name, Method, Basis, Last string
	Points                          *PointsField
	Look                            *Choice
	Tool, Unit                      *ListedField
	Sure                            *Field
	Why, Problem, Due               Field
	Open                            bool // there is something behind "fails or does not apply"
}

// ListedField is a field whose values are offered by a list that stands once on the page.
type ListedField struct {
	Field
	List string
}

var visitForm = Define[VisitForm]("visit/form")

func newVisit(r *Req) error {
	return renderVisitForm(r, r.Blank("place", r.Query("place"), "again", r.Query("again"), "walk", r.Query("walk")), nil)
}

// visitPoint names the field of the i-th point of a check item, counted from 0.
func (f *Form) visitPoint(code string, i int) string { return "v." + code + "." + strconv.Itoa(i+1) }

// visitPoints is at how many points an item can be measured: two more than it asks for.
func visitPoints(c org.CheckItem) int { return inspect.Points(c) + 2 }

func renderVisitForm(r *Req, f *Form, tray *photoTray) error {
	p := VisitForm{Page: Page{Title: r.T("visit.new"), Shape: Staff, Back: "/visits"}, Form: f, Answered: r.Posted()}
	p.Pick = f.Field("place", "visit.place").Hint("visit.place_hint").Limit(40)
	hours := 0
	err := r.Read(func(tx *db.Tx) (err error) {
		if hours, err = org.Int(tx, org.InspectPhotoHours); err != nil {
			return err
		}
		tree, err := org.TreeOf(tx)
		if err != nil {
			return err
		}
		place, err := org.PlaceByCode(tx, placeCode(f.Value("place")))
		if err != nil && fault.KindOf(err) == fault.NotFound || err == nil && !place.Active {
			if f.Value("place") != "" {
				f.Fault("place", "inspect.place.unknown", f.Value("place"))
				p.Pick = f.Field("place", "visit.place").Hint("visit.place_hint").Limit(40)
			}
			return r.Person.May(tx, access.InspectRecord, access.Thing{Kind: inspect.RefKind, Unit: r.Person.Path})
		}
		if err != nil {
			return err
		}
		unit, _ := tree.Get(place.Unit)
		if err := r.Person.May(tx, access.InspectRecord, access.Thing{Kind: inspect.RefKind, Unit: unit.Path, Lead: unit.Path}); err != nil {
			return err
		}
		p.Place, p.PlaceName, p.Where = place.Code, place.Name(r.Lang), place.Code+" · "+tree.Name(place.Unit, r.Lang)
		p.Queue = p.Title + " · " + p.PlaceName
		p.Again, p.Walk = f.Value("again"), f.Value("walk")
		var only []string
		if p.Again != "" {
			lead, err := inspect.See(tx, r.Person, p.Again)
			if err != nil {
				return err
			}
			for _, it := range lead.Found {
				only = append(only, it.Code)
			}
			p.Panels = []Panel{{Title: r.T("visit.again_of", lead.Number), Text: r.T("visit.again_text")}}
		}
		items, err := org.CheckItems(tx, place.Kind)
		if err != nil {
			return err
		}
		for _, c := range items {
			if p.Again != "" && !slices.Contains(only, c.Code) {
				continue
			}
			it := visitItem(r, f, c)
			last, err := inspect.History(tx, place.Code, c.Code, 1)
			if err != nil {
				return err
			}
			for _, l := range last {
				it.Last = r.T("visit.last", r.Lang.Date(l.At, r.Zone), visitValue(l.Mean, l.Worst, c.Measure, r.Lang), r.Lang.Enum("visit.result", string(l.Result)))
			}
			p.Items = append(p.Items, it)
		}
		tools, err := inspect.Instruments(tx)
		if err != nil {
			return err
		}
		for _, t := range tools {
			if t.Active {
				p.Instruments = append(p.Instruments, PersonOption{t.Number, t.Name})
			}
		}
		for _, u := range tree.All() {
			if u.Active && u.Kind != org.Crew {
				p.Units = append(p.Units, PersonOption{u.Code, u.Name(r.Lang)})
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	var kinds []Option
	for _, k := range inspect.Kinds() {
		kinds = append(kinds, Option{Value: string(k), Text: r.Lang.Enum("visit.kind", string(k))})
	}
	if f.Value("kind") == "" {
		f.Set("kind", string(inspect.Routine))
	}
	p.Kind = f.Choose("kind", "visit.kind_label", kinds)
	p.Present = f.Field("present", "visit.present").Limit(inspect.MaxPeople).May()
	p.Note = f.Field("note", "visit.note").Area(3).Limit(inspect.MaxText).May()
	p.Photos = f.dated(tray, inspect.MaxPhotos, hours)
	return visitForm.Render(r, p)
}

// visitItem makes the fields of one check item.
func visitItem(r *Req, f *Form, c org.CheckItem) VisitItem {
	spec := inspect.SpecOf(c)
	it := VisitItem{Code: c.Code, Name: c.Name(r.Lang), Method: c.Method(r.Lang), Basis: c.Basis(r.Lang)}
	name := func(part string) string { return part + "." + c.Code }
	var tool Field
	if spec.Look() {
		l := f.Choose(f.visitPoint(c.Code, 0), "visit.look", []Option{{Value: "yes", Text: r.T("visit.yes"), Icon: "check"}, {Value: "no", Text: r.T("visit.no"), Icon: "close"}})
		l.Optional = true
		it.Look = &l
	} else {
		d := PointsField{Label: it.Name, Limits: spec.Pass(r.Lang), ID: fieldID(f.visitPoint(c.Code, 0)) + "-box"}
		for i := range visitPoints(c) {
			at := f.visitPoint(c.Code, i)
			one := f.Field(at, "matterpage.reading").Measure(r.Lang.Unit(c.Measure))
			one.Label = r.T("matterpage.point", i+1)
			if i == 0 {
				d.Fault = one.Fault
			}
			f.labels[at] = it.Name
			d.Points = append(d.Points, one)
		}
		it.Points = &d
		tool = f.Field(name("tool"), "visit.tool").Limit(40).May()
		it.Tool = &ListedField{tool, "tools"}
		sure := f.Tick(name("sure"), "visit.sure")
		it.Sure = &sure
	}
	it.Why = f.Field(name("why"), "visit.why").Limit(inspect.MaxText).May()
	it.Problem = f.Field(name("problem"), "visit.problem").Limit(inspect.MaxText).May()
	unit := f.Field(name("unit"), "visit.order_unit").Limit(40).May()
	it.Unit = &ListedField{unit, "units"}
	it.Due = f.Field(name("due"), "visit.order_due").As("date").Between(string(r.Today()), "").May()
	for _, d := range []Field{it.Why, it.Problem, unit, it.Due} {
		it.Open = it.Open || d.Value != "" || d.Fault != ""
		f.labels[d.Name] = it.Name + " · " + d.Label
	}
	if it.Sure != nil {
		it.Open = it.Open || it.Sure.Checked || it.Points.Fault != "" || tool.Value != "" || tool.Fault != ""
	}
	return it
}

// visitValue is what was measured in one line: mean and worst, or yes and no.
func visitValue(mean, worst, measure string, l lang.Lang) string {
	if worst == "yes" || worst == "no" {
		return l.T("visit." + worst)
	}
	if mean == "" {
		return ""
	}
	return l.T("visit.mean_worst", mean, l.Quantity(worst, measure))
}

// saveVisit writes a visit down. Items of which nothing was entered are left out: nobody measures everything each time.
func saveVisit(r *Req) error {
	tray := r.takePhotos("photos", inspect.MaxPhotos)
	f := r.Form()
	tray.finish(f)
	if f.holds() {
		return renderVisitForm(r, f, tray)
	}
	kind := inspect.Recheck
	again := f.Text("again", 0, 64)
	if again == "" {
		kind = inspect.Kind(f.Choice("kind", visitKinds()...))
	}
	in := inspect.Record{Place: placeCode(f.Line("place", 1, 200)), Kind: kind, Again: again, Walk: f.Text("walk", 0, 64), Present: f.Text("present", 0, 1<<16),
		Note: f.Text("note", 0, 1<<16), DeviceAt: f.deviceAt()}
	for _, p := range tray.in() {
		in.Photos = append(in.Photos, inspect.Photo{Hash: p.Hash, Thumb: p.Thumb, Taken: p.Taken, Caption: p.Caption})
	}
	if err := r.Read(func(tx *db.Tx) error {
		tx.Asked()
		place, err := org.PlaceByCode(tx, in.Place)
		if err != nil {
			return nil // the action says so at the field
		}
		items, err := org.CheckItems(tx, place.Kind)
		for _, c := range items {
			if found, any := readFound(f, c); any {
				in.Items = append(in.Items, found)
				for i := range in.Photos {
					if p := &in.Photos[i]; p.Caption == c.NameZh || p.Caption == c.NameEn && c.NameEn != "" { // offered by the list of the page
						p.Item = int64(len(in.Items))
					}
				}
			}
		}
		return err
	}); err != nil {
		return err
	}
	number := ""
	err := f.Err()
	if err == nil {
		number, err = r.recordVisit(f, in)
	}
	if f.Take(rename(err, visitFields(in.Items))) {
		return renderVisitForm(r, f, tray)
	}
	if err != nil {
		return err
	}
	r.Toast("visit.saved")
	if in.Walk != "" {
		return r.Redirect("/visits/walk/" + in.Walk)
	}
	return r.Redirect("/visit/" + number)
}

func visitKinds() []string {
	var out []string
	for _, k := range inspect.Kinds() {
		out = append(out, string(k))
	}
	return out
}

// readFound reads the fields of one check item; any is false where none of them was filled in.
func readFound(f *Form, c org.CheckItem) (found inspect.Found, any bool) {
	text := func(part string) string { return strings.TrimSpace(f.Text(part+"."+c.Code, 0, 1<<16)) }
	found = inspect.Found{Code: c.Code, Instrument: text("tool"), Why: text("why"), Problem: text("problem"), OrderUnit: text("unit"),
		OrderDue: clock.Day(text("due")), Sure: f.Ticked("sure." + c.Code)}
	for i := range visitPoints(c) {
		if v := strings.TrimSpace(f.Text(f.visitPoint(c.Code, i), 0, 1<<16)); v != "" {
			found.Readings = append(found.Readings, v)
		}
	}
	return found, len(found.Readings) > 0 || found.Why != "" || found.Problem != "" || found.OrderUnit != "" || found.OrderDue != ""
}

// visitFields are the fields of the form under which the parts of the n-th item of a record are asked for.
func visitFields(items []inspect.Found) map[string]string {
	out := photoFaults(inspect.MaxPhotos)
	out["items"] = "kind"
	for i, it := range items {
		for part, name := range map[string]string{"readings": "v.%.1", "code": "v.%.1", "instrument": "tool.%", "why": "why.%", "problem": "problem.%",
			"order_unit": "unit.%", "order_due": "due.%"} {
			out["items."+strconv.Itoa(i+1)+"."+part] = strings.ReplaceAll(name, "%", it.Code)
		}
	}
	return out
}

// visitSlow is the time that a phone in a cellar may take to send its photos.
const visitSlow = 10 * time.Minute

// recordVisit writes a visit down, once for each form, and gives its number.
func (r *Req) recordVisit(f *Form, in inspect.Record) (number string, err error) {
	err = r.Write(func(tx *db.Tx) error {
		in := in
		number, _, err = once.Do(tx, "visit:"+r.Person.ID, f.Key, f.Body(), func() (string, error) {
			err := in.Do(tx, r.Person)
			return in.Number, err
		})
		return err
	})
	return number, err
}
