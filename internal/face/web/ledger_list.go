package web

import (
	"slices"
	"strings"

	"sanwen/internal/base/access"
	"sanwen/internal/base/duty"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/accept"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/matter/ledger"
	"sanwen/internal/work/matter/plan"
)

// LedgerPage lists the matters that the reader may see.
type LedgerPage struct {
	Page
	New      string // address of the form for a new matter, or ""
	Views    []Link
	Counters []Counter
	Lights   []Counter
	Table    Table
	Filter   LedgerFilter
	Keep     SavedViews
	Live     string // where the page hears of changes
	Week     *LedgerWeek
	Form     *Form // of the buttons for several rows
	Bulk     []BulkButton
}

// LedgerFilter is the form above the ledger.
type LedgerFilter struct {
	Open    bool
	Action  string
	Keep    []Hidden
	Form    *Form
	Selects []Choice
	Columns Choice
}

var ledgerPage = Define[LedgerPage]("matter/ledger")

// ledgerRows are the rows of one page of the ledger.
const ledgerRows = 50

// ledgerViews are the fixed views of the ledger.
var ledgerViews = []string{"open", "overdue", "near", "acceptance", "carried", "closed", "all"}

// viewFilter is the filter behind a fixed view.
func viewFilter(view string) ledger.Filter {
	switch view {
	case "overdue":
		return ledger.Filter{Light: duty.Red}
	case "near":
		return ledger.Filter{Light: duty.Blue}
	case "acceptance":
		return ledger.Filter{States: []string{matter.Inspecting, matter.Accepting, matter.Rated}}
	case "carried":
		return ledger.Filter{States: []string{matter.CarriedOver}}
	case "closed":
		return ledger.Filter{States: []string{matter.Closed}}
	case "open":
		return ledger.Filter{States: matter.Open}
	}
	return ledger.Filter{}
}

func ledgerSpec() ListSpec {
	spec := ListSpec{Tabs: ledgerViews, Sorts: []string{ledger.SortDue, ledger.SortNumber}, Filters: []Filter{
		{Name: "state", Label: "matterpage.state", Values: matter.States, Prefix: "matter.state.", Many: true},
		{Name: "light", Label: "ledger.light", Values: texts(duty.Colors()), Prefix: "duty.light."},
		{Name: "lead", Label: "matterpage.lead"},
		{Name: "unit", Label: "matterpage.unit"},
		{Name: "place", Label: "matterpage.place"},
		{Name: "category", Label: "matterpage.category"},
		{Name: "class", Label: "matterpage.class", Values: texts(plan.Classes()), Prefix: "matter.class."},
		{Name: "source", Label: "matterpage.source", Values: texts(plan.Sources()), Prefix: "matter.source."},
		{Name: "verdict", Label: "matterpage.sheet_verdict", Values: []string{matter.Confirmed, matter.Unconfirmed, matter.Disputed}, Prefix: "matter.verdict."},
		{Name: "owner", Label: "matterpage.owner"},
		{Name: "sponsor", Label: "matterpage.sponsor"},
		{Name: "again", Label: "ledger.again", Values: []string{"1"}, Prefix: "ledger.yes."},
		{Name: "extended", Label: "ledger.extended", Values: []string{"1"}, Prefix: "ledger.yes."},
		{Name: "year", Label: "ledger.year"},
		{Name: "due_from", Label: "ledger.due_from"},
		{Name: "due_to", Label: "ledger.due_to"},
		{Name: "reg_from", Label: "ledger.reg_from"},
		{Name: "reg_to", Label: "ledger.reg_to"},
		{Name: "end_from", Label: "ledger.end_from"},
		{Name: "end_to", Label: "ledger.end_to"},
		{Name: "back_from", Label: "ledger.back_from"},
		{Name: "back_to", Label: "ledger.back_to"},
		{Name: "q", Label: "ledger.words"},
		{Name: "changed", Label: "ledger.changed", Values: ledger.Changes(), Prefix: "ledger.changed."},
		{Name: "still", Label: "ledger.still"},
	}, Others: []Filter{{Name: "cols", Values: columnNames(), Many: true}, {Name: "form", Values: []string{"xlsx", "csv"}}}}
	return spec
}

func given(all []string) []string {
	return slices.DeleteFunc(slices.Clone(all), func(s string) bool { return strings.TrimSpace(s) == "" })
}

// listLedger shows the ledger.
func listLedger(r *Req) error {
	list, err := r.List(ledgerSpec())
	if err != nil {
		return err
	}
	if list.untidy() {
		return r.Redirect(list.URL())
	}
	f, err := r.ledgerFilter(list)
	if err != nil {
		return err
	}
	page := LedgerPage{Page: Page{Title: r.T("ledger.title"), Shape: Staff}}
	err = r.Read(func(tx *db.Tx) error {
		b, err := r.openLedger(tx, list)
		if err != nil {
			return err
		}
		if f, err = fromShelf(tx, f); err != nil {
			return err
		}
		if err := b.counters(tx, f, &page); err != nil {
			return err
		}
		if err := b.table(tx, f, &page); err != nil {
			return err
		}
		b.filter(&page)
		if page.Live, err = r.Live(tx, "/ledger/live"); err != nil {
			return err
		}
		return b.kept(tx, &page)
	})
	if err != nil {
		return err
	}
	for _, v := range ledgerViews {
		page.Views = append(page.Views, Link{Text: r.Lang.Enum("ledger.view", v), Href: list.URL("view", v, "state", "", "light", ""), Current: list.View == v})
	}
	if holdsAny(r.Person, []access.Role{access.Triager, access.UnitChair, access.Supervisor, access.Leader}) {
		page.New = r.Link("/ledger/new")
	}
	if r.Person.Has(access.Supervisor) && len(page.Table.Rows) > 0 {
		page.Form, page.Table.Select = r.Blank(), "id"
		page.Bulk = []BulkButton{{"order", "", r.T("supervise.bulk.order")}, {"exempt", "", r.T("supervise.bulk.exempt")}, {"meeting", "", r.T("supervise.bulk.meeting")}}
	}
	return ledgerPage.Render(r, page)
}

// ledgerView is what the pages of the ledger read beside the rows.
type ledgerView struct {
	r      *Req
	list   *List
	tree   *org.Tree
	cat    *org.Catalogue
	cal    *clock.Calendar
	places map[string]org.Place
	all    []org.Place
	was    map[string]duty.Color // the lights with which the week began
	lights map[duty.Color]int    // of the filter, whatever light is chosen
	total  *int                  // rows of the filter, where they have been counted with the lights
}

func (r *Req) openLedger(tx *db.Tx, l *List) (*ledgerView, error) {
	b := &ledgerView{r: r, list: l, places: map[string]org.Place{}}
	var err error
	if b.tree, err = org.TreeOf(tx); err != nil {
		return nil, err
	}
	if b.cat, err = org.CatalogueOf(tx); err != nil {
		return nil, err
	}
	if b.cal, err = org.Calendar(tx); err != nil {
		return nil, err
	}
	if b.all, err = org.Places(tx); err != nil {
		return nil, err
	}
	for _, p := range b.all {
		b.places[p.Code] = p
	}
	return b, nil
}

func (b *ledgerView) table(tx *db.Tx, f ledger.Filter, page *LedgerPage) error {
	rows, next, err := ledger.Ledger(tx, b.r.Person, f)
	if err != nil {
		b.r.Status(400)
		return err
	}
	n, more := b.lights[f.Light], false
	switch {
	case f.Light != "" && !f.Overdue: // it is counted above the list
	case b.total != nil:
		n = *b.total
	default:
		if n, more, err = ledger.Count(tx, b.r.Person, f); err != nil {
			return err
		}
	}
	said, err := accept.OfLedger(tx, matterIDs(rows))
	if err != nil {
		return err
	}
	if holdsAny(b.r.Person, weekReaders) {
		if b.was, err = ledger.WasOf(tx, rows); err != nil {
			return err
		}
	}
	columns := b.columns()
	var heads []Column
	for _, c := range columns {
		heads = append(heads, c.head(b))
	}
	t := b.list.Table(b.r.T("ledger.title"), heads...)
	t.Keys, t.Next, t.Total = true, b.list.Next(next), b.r.Lang.Number(n)
	if more {
		t.Total += "+"
	}
	for _, row := range rows {
		var cells []Cell
		for _, c := range columns {
			cells = append(cells, c.cell(b, row, said[row.ID]))
		}
		line := t.Add(b.r.Link("/matter/"+row.Number), cells...)
		line.Value = row.ID
		if row.Color == duty.Red {
			line.Tone = "bad"
		}
	}
	if !b.list.Filtered() {
		t.Empty = Empty{Kind: "nothing", Title: b.r.T("ledger.empty"), Text: b.r.T("ledger.empty_text")}
	}
	if holdsAny(b.r.Person, exporters) {
		for _, form := range []string{"xlsx", "csv"} {
			t.Exports = append(t.Exports, Link{Text: b.r.T("ledger.export", form), Href: b.r.Link(strings.Replace(b.list.URL("form", form), "/ledger", "/ledger/export", 1))})
		}
	}
	b.chips(&t)
	page.Table = t
	return nil
}

// exporters are the roles of [access.MatterExport].
var exporters = []access.Role{access.Triager, access.UnitChair, access.Supervisor, access.Auditor}

// chips puts names in the place of codes.
func (b *ledgerView) chips(t *Table) {
	names := map[string]func(string) string{
		b.r.T("matterpage.lead"): b.unit, b.r.T("matterpage.unit"): b.unit, b.r.T("matterpage.place"): b.placeName,
		b.r.T("matterpage.category"): func(s string) string { return b.cat.Name(s, b.r.Lang) },
	}
	for i, c := range t.Chips {
		if name := names[c.Label]; name != nil {
			t.Chips[i].Text = name(c.Text)
		}
	}
}

func (b *ledgerView) unit(code string) string { return b.tree.Name(code, b.r.Lang) }

func (b *ledgerView) placeName(code string) string {
	if p, ok := b.places[code]; ok {
		return p.Name(b.r.Lang)
	}
	return code
}

func matterIDs(rows []ledger.Row) []string {
	var out []string
	for _, r := range rows {
		out = append(out, r.ID)
	}
	return out
}

// counters are the lights of the filter with the number of rows behind each, and beside them what has changed since Monday for those who
// read the ledger by the week.
func (b *ledgerView) counters(tx *db.Tx, f ledger.Filter, page *LedgerPage) (err error) {
	f.Light, f.After = "", ""
	weekly := holdsAny(b.r.Person, weekReaders)
	var k ledger.Week
	if weekly {
		if k, err = ledger.WeekOn(tx, b.r.Person, f); err != nil {
			return err
		}
	}
	counts := k.Now
	switch {
	case !weekly || f.Overdue || !ledger.EveryLight(f.States):
		if counts, err = ledger.LightsOf(tx, b.r.Person, f); err != nil {
			return err
		}
	case f.Changed != "": // what has changed so was counted with the week
		counts = k.Lights
		if n := k.Changed[f.Changed]; f.Changed != ledger.Gone || len(f.States) == 0 {
			b.total = &n
		}
	}
	b.lights = counts
	now := b.list.Get("light")
	for _, c := range duty.Colors() {
		if counts[c] == 0 && now != string(c) {
			continue
		}
		href := b.list.URL("light", string(c))
		if now == string(c) {
			href = b.list.URL("light", "")
		}
		page.Lights = append(page.Lights, Counter{Label: b.r.Lang.Enum("duty.light", c), N: counts[c], Href: href, Current: now == string(c), Light: string(c)})
	}
	if !weekly {
		return nil
	}
	return b.week(tx, k, page)
}

// filter makes the form above the ledger. It sends what is chosen as the address.
func (b *ledgerView) filter(page *LedgerPage) {
	r, l := b.r, b.list
	var pairs []string
	for _, f := range l.spec.Filters {
		for _, v := range l.All(f.Name) {
			pairs = append(pairs, f.Name, v)
		}
	}
	for _, c := range b.columns() {
		pairs = append(pairs, "cols", c.name)
	}
	form := r.Blank(pairs...)
	choose := func(name, label string, options []Option) {
		page.Filter.Selects = append(page.Filter.Selects, form.Choose(name, label, options).May())
	}
	enum := func(prefix string, values []string) []Option {
		var out []Option
		for _, v := range values {
			out = append(out, Option{Value: v, Text: r.Lang.Enum(prefix, v)})
		}
		return out
	}
	choose("state", "matterpage.state", enum("matter.state", matter.States))
	choose("lead", "matterpage.lead", unitChoices(b.tree, r.Lang, org.Department, org.Plant))
	choose("unit", "matterpage.unit", unitChoices(b.tree, r.Lang, org.Plant, org.Department))
	choose("place", "matterpage.place", placeChoices(b.all, r.Lang))
	choose("category", "matterpage.category", b.topics())
	choose("class", "matterpage.class", enum("matter.class", texts(plan.Classes())))
	choose("source", "matterpage.source", enum("matter.source", texts(plan.Sources())))
	choose("verdict", "matterpage.sheet_verdict", enum("matter.verdict", []string{matter.Confirmed, matter.Unconfirmed, matter.Disputed}))
	var options []Option
	for _, c := range allColumns {
		if c.name != "title" {
			options = append(options, Option{Value: c.name, Text: r.T(c.label)})
		}
	}
	page.Filter.Columns = form.Choose("cols", "ledger.columns", options).May()
	page.Filter.Form, page.Filter.Action, page.Filter.Open = form, r.Link("/ledger"), false
	for _, name := range []string{"view", "sort", "light", "owner", "sponsor", "again", "extended", "reg_from", "reg_to", "end_from", "end_to", "back_from", "back_to", "changed", "still"} {
		if v := l.Get(name); v != "" {
			page.Filter.Keep = append(page.Filter.Keep, Hidden{name, v})
		}
	}
	for _, k := range r.keep {
		name, value, _ := strings.Cut(k, "=")
		page.Filter.Keep = append(page.Filter.Keep, Hidden{name, value})
	}
}

// topics are all topics of both levels; one of the first level covers those below it.
func (b *ledgerView) topics() []Option {
	var out []Option
	for _, k := range b.cat.Categories() {
		if k.Active {
			out = append(out, Option{Value: k.Code, Text: b.cat.Name(k.Code, b.r.Lang)})
		}
	}
	return out
}

// kept lists the reader's own filters.
func (b *ledgerView) kept(tx *db.Tx, page *LedgerPage) error {
	var err error
	page.Keep, err = b.r.savedViews(tx, b.list, page.Filter.Form)
	return err
}
