package web

import (
	"net/url"
	"strconv"
	"strings"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/work/ballot"
	"sanwen/internal/work/inspect"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/matter/ledger"
)

var visitsPage = Define[AdminListPage]("visit/list")

const visitRows = 50

// visits lists the visits that the reader may see.
func visits(r *Req) error {
	list, err := r.List(ListSpec{Tabs: []string{"all", "failed"}, Columns: []string{"place", "kind", "at", "by", "outcome"}, Filters: []Filter{{Name: "place", Label: "visit.paper_place"},
		{Name: "kind", Label: "visit.kind_label", Values: texts(inspect.AllKinds()), Prefix: "visit.kind."}}})
	if err != nil {
		return err
	}
	page := AdminListPage{Page: Page{Title: r.T("visit.list"), Shape: Staff}}
	if r.can(access.InspectGo) {
		page.Actions = append(page.Actions, Link{Text: r.T("visit.go_today"), Href: r.Link("/visits/go")})
	}
	if r.can(access.InspectWalk) {
		page.Actions = append(page.Actions, Link{Text: r.T("visit.rounds"), Href: r.Link("/visits/rounds")})
	}
	if r.can(access.InspectRecord) {
		page.Actions = append(page.Actions, Link{Text: r.T("visit.new"), Href: r.Link("/visits/new"), Icon: "plus", Tone: "primary"})
	}
	if r.can(access.InspectTools) {
		page.Actions = append(page.Actions, Link{Text: r.T("visit.instruments"), Href: r.Link("/instruments")})
	}
	for _, v := range []string{"all", "failed"} {
		page.Tabs = append(page.Tabs, Link{Text: r.T("visit.tab." + v), Href: list.URL("view", v), Current: list.View == v})
	}
	t := list.Table(r.T("visit.list"), Column{Label: r.T("visit.number"), Whole: true}, Column{Label: r.T("visit.paper_place")}, Column{Label: r.T("visit.kind_label")},
		Column{Label: r.T("visit.at")}, Column{Label: r.T("visit.by")}.AsMinor(), Column{Label: r.T("visit.outcome")})
	if t.Empty.Kind == "" {
		t.Empty = Empty{Kind: "nothing", Title: r.T("visit.none"), Text: r.T("visit.none_text")}
	}
	err = r.Read(func(tx *db.Tx) error {
		if err := r.Person.May(tx, access.InspectSee, access.Thing{Kind: inspect.RefKind, Unit: r.scopeOf(access.InspectSee), Lead: r.scopeOf(access.InspectSee)}); err != nil {
			return err
		}
		vs, err := inspect.List(tx, r.Person, inspect.Filter{Place: list.Get("place"), Kind: inspect.Kind(list.Get("kind")), Failed: list.View == "failed",
			After: list.After, Limit: visitRows + 1})
		if err != nil {
			return err
		}
		if len(vs) > visitRows {
			vs = vs[:visitRows]
			t.Next = list.Next(vs[visitRows-1].ID)
		}
		for i, c := range t.Chips {
			if p, err := org.PlaceByCode(tx, c.Value); c.Name == "place" && err == nil {
				t.Chips[i].Text = p.Name(r.Lang)
			}
		}
		names, err := ledger.Names(tx, personsOf(vs))
		if err != nil {
			return err
		}
		for _, v := range vs {
			place := v.Place
			if p, err := org.PlaceByCode(tx, v.Place); err == nil {
				place = p.Name(r.Lang)
			}
			row := t.Add(r.Link("/visit/"+v.Number), Cell{Text: v.Number}, Cell{Text: place, Sub: v.Place}, Cell{Text: r.Lang.Enum("visit.kind", string(v.Kind))},
				Cell{Text: r.Lang.DateTime(v.At, r.Zone)}, Cell{Text: names[v.Person]}, Cell{Text: r.T("visit.items_n", v.Items), Tags: r.visitTags(v)})
			if v.Fails > 0 {
				row.Tone = "bad"
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	f := r.Blank("kind", list.Get("kind"))
	page.Filters = []Part{selectPart(f.Choose("kind", "visit.kind_label", options(r.Lang, "visit.kind", inspect.AllKinds())).Any())}
	return r.showList(visitsPage, page, list, t)
}

func personsOf(vs []inspect.Visit) []string {
	var out []string
	for _, v := range vs {
		out = append(out, v.Person)
	}
	return out
}

// scopeOf is a unit in which the reader holds a role that may do the action, for asking whether a list makes sense at all.
func (r *Req) scopeOf(a access.Action) access.Path {
	for _, g := range r.Person.Grants {
		if r.Person.Can(a, access.Thing{Kind: "list", Unit: g.Path, Lead: g.Path}) {
			return g.Path
		}
	}
	return r.Person.Path
}

// visitTags say what failed.
func (r *Req) visitTags(v inspect.Visit) []Tag {
	var out []Tag
	if v.Critical > 0 {
		out = append(out, Tag{Text: r.T("visit.critical_n", v.Critical), Tone: "bad"})
	}
	if v.Fails > v.Critical {
		out = append(out, Tag{Text: r.T("visit.fails_n", v.Fails-v.Critical), Tone: "warn"})
	}
	if v.Fails == 0 {
		out = append(out, Tag{Text: r.T("visit.all_pass"), Tone: "good"})
	}
	return out
}

// VisitPage is the record of one visit, on the screen and on paper.
type VisitPage struct {
	Page
	Number  string
	Tags    []Tag
	Facts   []Fact
	Table   Table
	Notes   []VisitNote
	Photos  []Photo
	Actions []Link
	Panels  []Panel
	Again   *Table // a leader's visit and the look after it, beside each other
	Signs   []Fact // signatures by account
	Sign    *Form  // of the unit, for who may sign
	SignTo  string
	Agree   Choice
	SignBy  Field
	Accept  *Form // for who is called
	Coming  Field
	ToCome  string
}

// VisitNote is what is to be said of one item beside its row.
type VisitNote struct {
	Item string
	Text string
	Link *Link
}

var visitPage = Define[VisitPage]("visit/page")

func visitShow(r *Req) error { return renderVisit(r, nil) }

// renderVisit shows a record; f is the form on it that has to be shown again.
func renderVisit(r *Req, f *Form) error {
	page := VisitPage{Page: Page{Title: r.Param("visit"), Shape: Staff, Back: "/visits"}}
	err := r.Read(func(tx *db.Tx) error {
		v, err := inspect.See(tx, r.Person, r.Param("visit"))
		if err != nil {
			return err
		}
		if err := r.fillVisit(tx, &page, v); err != nil {
			return err
		}
		return r.signVisit(tx, &page, v, f)
	})
	if err != nil {
		return err
	}
	return visitPage.Render(r, page)
}

func (r *Req) fillVisit(tx *db.Tx, page *VisitPage, v inspect.Whole) error {
	tree, err := org.TreeOf(tx)
	if err != nil {
		return err
	}
	people := []string{v.Person}
	if v.Sign != nil {
		people = append(people, v.Sign.Person)
	}
	if v.Call != nil {
		people = append(people, v.Call.Person)
	}
	names, err := ledger.Names(tx, unique(people))
	if err != nil {
		return err
	}
	place := v.Place
	if p, err := org.PlaceByCode(tx, v.Place); err == nil {
		place = p.Name(r.Lang)
	} else if fault.KindOf(err) != fault.NotFound {
		return err
	}
	page.Number, page.Tags = v.Number, r.visitTags(v.Visit)
	page.Title = r.T("visit.title", place)
	page.Facts = []Fact{{Label: r.T("visit.paper_place"), Value: place, Note: v.Place + " · " + tree.Name(v.Unit, r.Lang)},
		{Label: r.T("visit.kind_label"), Value: r.Lang.Enum("visit.kind", string(v.Kind))},
		{Label: r.T("visit.at"), Value: r.Lang.DateTime(v.At, r.Zone)}, {Label: r.T("visit.by"), Value: names[v.Person]}}
	if v.Late() {
		page.Facts[2].Note = r.T("visit.device_at", r.Lang.DateTime(v.DeviceAt, r.Zone))
	}
	if v.Present != "" {
		page.Facts = append(page.Facts, Fact{Label: r.T("visit.present"), Value: v.Present})
	}
	if v.Note != "" {
		page.Facts = append(page.Facts, Fact{Label: r.T("visit.note"), Value: v.Note})
	}
	page.Actions = []Link{{Text: r.T("visit.print"), Href: r.Link("/visit/" + v.Number + "/record"), Icon: "print"}, {Text: r.T("visit.history"), Href: r.Link("/visits/place/" + url.PathEscape(v.Place)), Icon: "chart"}}
	if r.can(access.InspectRecord) {
		page.Actions = append(page.Actions, Link{Text: r.T("visit.again"), Href: r.Link("/visits/new?place=" + url.QueryEscape(v.Place))})
	}
	page.Actions = append(page.Actions, r.poolLink(ballot.FromVisit, v.Number)...)
	t := Table{Caption: r.T("visit.record"), Columns: []Column{{Label: r.T("visit.item")}, {Label: r.T("visit.standard")}, {Label: r.T("visit.tool")},
		{Label: r.T("visit.measured")}, {Label: r.T("visit.outcome")}, {Label: r.T("visit.order_unit")}, {Label: r.T("visit.order_due")}}}
	for _, it := range v.Found {
		row, notes, err := r.visitRow(tx, tree, it)
		if err != nil {
			return err
		}
		t.Rows = append(t.Rows, row)
		page.Notes = append(page.Notes, notes...)
	}
	page.Table = t
	for i, p := range v.Photos {
		page.Photos = append(page.Photos, Photo{Src: photoURL(p.Hash), Thumb: photoURL(p.Thumb), Alt: r.T("visit.photo_of", place), Caption: photoSaid(itoa(i+1), p.Taken, v.Place, p.Caption)})
	}
	r.visitSigned(page, v, names)
	return r.visitAgain(tx, page, v)
}

// visitRow is one item as a row of the record, with what is to be said of it beside.
func (r *Req) visitRow(tx *db.Tx, tree *org.Tree, it inspect.Item) (Row, []VisitNote, error) {
	name := it.Spec.Zh
	if r.Lang == "en" && it.Spec.En != "" {
		name = it.Spec.En
	}
	measured := visitValue(it.Mean, it.Worst, it.Spec.Measure, r.Lang)
	var all string
	if len(it.Values) > 1 && !it.Spec.Look() {
		all = strings.Join(it.Values, " / ")
	}
	tone := map[inspect.Result]string{inspect.Pass: "good", inspect.Fail: "warn", inspect.Critical: "bad"}[it.Result]
	unit := ""
	if it.OrderUnit != "" {
		unit = tree.Name(it.OrderUnit, r.Lang)
	}
	due := ""
	if it.OrderDue != "" {
		due = r.Lang.Date(it.OrderDue, r.Zone)
	}
	row := Row{Cells: []Cell{{Text: name, Sub: it.Code}, {Text: it.Spec.Pass(r.Lang)}, {Text: it.Instrument}, {Text: measured, Sub: all},
		{Tag: &Tag{Text: r.Lang.Enum("visit.result", string(it.Result)), Tone: tone}}, {Text: unit}, {Text: due}}}
	if it.Result == inspect.Fail || it.Result == inspect.Critical {
		row.Tone = "bad"
	}
	var notes []VisitNote
	say := func(text string) { notes = append(notes, VisitNote{Item: name, Text: text}) }
	if it.Problem != "" {
		say(it.Problem)
	}
	if it.Why != "" {
		say(r.T("visit.na_because", it.Why))
	}
	if it.Expired {
		say(r.T("visit.expired", it.Instrument))
	}
	if it.Outside {
		say(r.T("visit.outside", it.Spec.Avoid))
	}
	if it.Matter != "" {
		m, err := matter.Find(tx, it.Matter)
		if err != nil {
			return row, nil, err
		}
		notes = append(notes, VisitNote{Item: name, Text: r.T("visit.became"), Link: &Link{Text: m.Number + " " + m.Title, Href: r.Link("/matter/" + m.Number)}})
	}
	return row, notes, nil
}

// VisitHistory is what was measured at a place, item by item, with the band of the standard.
type VisitHistory struct {
	Page
	Where   string
	Trends  []Trend
	Looks   []LookHistory
	Empty   *Empty
	Actions []Link
}

// LookHistory is what was found of an item that passes or fails: in one sentence, and every time behind it.
type LookHistory struct {
	Caption string
	Text    string
	Table   Table
}

var visitHistory = Define[VisitHistory]("visit/history")

// measuredMost is how many measurings of an item are drawn.
const measuredMost = 24

func visitPlace(r *Req) error {
	page := VisitHistory{Page: Page{Shape: Staff, Back: "/visits"}}
	err := r.Read(func(tx *db.Tx) error {
		place, err := org.PlaceByCode(tx, placeCode(r.Param("place")))
		if err != nil {
			tx.Asked()
			return err
		}
		tree, err := org.TreeOf(tx)
		if err != nil {
			return err
		}
		unit, _ := tree.Get(place.Unit)
		if err := r.Person.May(tx, access.InspectSee, access.Thing{Kind: inspect.RefKind, Unit: unit.Path, Lead: unit.Path}); err != nil {
			return err
		}
		page.Title, page.Where = r.T("visit.history_of", place.Name(r.Lang)), place.Code+" · "+tree.Name(place.Unit, r.Lang)
		page.Actions = []Link{{Text: r.T("visit.all_here"), Href: r.Link("/visits?place=" + url.QueryEscape(place.Code))}}
		if r.can(access.InspectRecord) {
			page.Actions = append(page.Actions, Link{Text: r.T("visit.again"), Href: r.Link("/visits/new?place=" + url.QueryEscape(place.Code)), Tone: "primary"})
		}
		items, err := org.CheckItems(tx, place.Kind)
		if err != nil {
			return err
		}
		for _, c := range items {
			points, err := inspect.History(tx, place.Code, c.Code, measuredMost)
			if err != nil {
				return err
			}
			if len(points) > 0 {
				r.addHistory(&page, c, points)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if len(page.Trends)+len(page.Looks) == 0 {
		page.Empty = &Empty{Kind: "nothing", Title: r.T("visit.none"), Text: r.T("visit.none_text")}
	}
	return visitHistory.Render(r, page)
}

func (r *Req) addHistory(page *VisitHistory, c org.CheckItem, points []inspect.Point) {
	if inspect.SpecOf(c).Look() {
		t := Table{Caption: c.Name(r.Lang), Columns: []Column{{Label: r.T("visit.at")}, {Label: r.T("visit.measured")}, {Label: r.T("visit.outcome")}}}
		passed := 0
		for i := len(points) - 1; i >= 0; i-- {
			p := points[i]
			if p.Result == inspect.Pass {
				passed++
			}
			t.Add(r.Link("/visit/"+p.Visit), Cell{Text: r.Lang.Date(p.At, r.Zone)}, Cell{Text: r.T("visit." + p.Worst)}, Cell{Text: r.Lang.Enum("visit.result", string(p.Result))})
		}
		last := points[len(points)-1]
		page.Looks = append(page.Looks, LookHistory{Caption: t.Caption, Table: t,
			Text: r.T("visit.looks", len(points), passed, r.Lang.Date(last.At, r.Zone), r.T("visit."+last.Worst))})
		return
	}
	trend := Trend{Caption: c.Name(r.Lang), Label: r.T("visit.at"), Unit: r.Lang.Unit(c.Measure), Means: c.Pass(r.Lang), Close: true}
	trend.Band = standardBand(c, points)
	for _, p := range points {
		v, err := strconv.ParseFloat(p.Worst, 64)
		trend.Points = append(trend.Points, Point{Label: r.Lang.Date(p.At, r.Zone), Brief: r.Lang.BriefDate(p.At, r.Zone), Value: v, Text: visitValue(p.Mean, p.Worst, c.Measure, r.Lang),
			Short: r.Lang.Quantity(p.Worst, c.Measure), Known: err == nil, Href: r.Link("/visit/" + p.Visit)})
	}
	page.Trends = append(page.Trends, trend)
}
