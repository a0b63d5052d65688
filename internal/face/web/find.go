package web

import (
	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/reading/insight/search"
	"sanwen/internal/reading/publish"
)

// FindPage is the answer to the box at the top of every page of staff.
type FindPage struct {
	Page
	Query   string
	Tabs    []Link // one kind or all
	Sorts   []Link // by time or by how much they speak of it
	Filters []Part
	Kept    [][2]string // what the form of filters keeps
	Open    bool        // a filter is set
	Clear   string
	Panels  []Panel
	Groups  []FindGroup
	Next    string
	First   string
	Guess   *Link // another word that sounds the same, where nothing was found
	None    *Empty
}

// FindGroup is one kind of what was found, with the way to all of it.
type FindGroup struct {
	Title string
	Cards []Card
	More  *Link
}

var findPage = Define[FindPage]("find/find")

const (
	findMost  = 6  // of each kind, where all kinds are shown
	findRows  = 20 // of a page of one kind
	findLong  = 60 // the longest text that is looked for
	findWidth = 90 // characters around what was looked for
)

// finder collects what a person may see of what he looks for. The index gives candidates; the list that the person has anyway says which of
// them are there for him, before anything is shown, counted or paged.
type finder struct {
	r     *Req
	tx    *db.Tx
	words string // as typed, without spaces around it
	list  *List
	names *voiceNames
	board *publish.View // for whoever has no ledger
	page  *FindPage
	wide  map[string]string
}

// findKind is a kind of things with a shelf of the index.
type findKind struct {
	name  string
	label string
	shelf search.Shelf
	may   func(f *finder) bool
	// look tells which of some things are there for the person under the filters, each as a card.
	look func(f *finder, refs []string) (map[string]Card, error)
}

func findKinds() []findKind {
	to := func(path string) func(f *finder) bool { return func(f *finder) bool { return f.lets(path) } }
	return []findKind{
		{"matters", "find.matters", search.Matters, to("/ledger"), (*finder).matters},
		{"meetings", "meeting.title", search.Meetings, to("/meetings"), (*finder).meetings},
		{"resolutions", "meeting.resolutions", search.Resolutions, to("/resolutions"), (*finder).resolutions},
		{"voices", "find.voices", search.Voices, to("/inbox"), (*finder).voices},
		{"handed", "find.voices", search.Handed, func(f *finder) bool {
			return holdsAny(f.r.Person, []access.Role{access.Handler, access.DeptHead}) && !f.lets("/inbox")
		}, (*finder).unitVoices},
		{"visits", "visit.list", search.Visits, to("/visits"), (*finder).visits},
		{"practices", "practice.title", search.Practices, to("/practices"), (*finder).practices},
		{"papers", "find.papers", search.Papers, to("/publish"), (*finder).papers},
		{"places", "find.places", search.Places, func(*finder) bool { return true }, (*finder).places},
		{"people", "find.people", search.People, func(f *finder) bool { return f.r.can(access.AdminPeople) }, (*finder).people},
	}
}

var findSpec = ListSpec{Sorts: []string{"new", "best"}, Filters: []Filter{{Name: "q", Label: "find.words"},
	{Name: "kind", Label: "find.kind", Values: []string{"matters", "meetings", "resolutions", "voices", "handed", "visits", "practices", "papers", "places", "people"}},
	{Name: "place", Label: "find.place"}, {Name: "unit", Label: "find.unit"}, {Name: "from", Label: "find.from"}, {Name: "to", Label: "find.to"}}}

// find looks for numbers, people, places and words.
func find(r *Req) error {
	list, err := r.List(findSpec)
	if err != nil {
		return err
	}
	if list.untidy() && list.Get("q") != "" {
		return r.Redirect(list.URL())
	}
	for _, day := range []string{"from", "to"} {
		if v := clock.Day(list.Get(day)); v != "" && !v.Valid() {
			r.Status(400)
			return fault.New(fault.Invalid, "ledger.bad_value", day, short(string(v)))
		}
	}
	p := FindPage{Page: Page{Title: r.T("find.title"), Shape: Staff}, Query: list.Get("q")}
	if words := []rune(p.Query); len(words) > findLong {
		p.Query = string(words[:findLong])
	}
	f := finder{r: r, words: p.Query, list: list, page: &p, wide: map[string]string{}}
	if p.Query == "" {
		p.None = &Empty{Kind: "nothing", Title: r.T("find.start"), Text: r.T("find.start_text")}
		return findPage.Render(r, p)
	}
	p.Title = r.T("find.title_of", p.Query)
	if !f.lets("/ledger") {
		if f.board, err = r.board.View(r.Ctx(), ""); err != nil {
			return err
		}
	}
	err = r.Read(func(tx *db.Tx) error {
		f.tx = tx
		if f.names, err = r.voiceNames(tx); err != nil {
			return err
		}
		if err := f.filters(); err != nil {
			return err
		}
		if err := f.all(); err != nil || len(p.Groups) > 0 {
			return err
		}
		return f.guess()
	})
	if err != nil {
		return err
	}
	if len(p.Groups) == 0 {
		p.None = &Empty{Kind: "filtered", Title: r.T("find.none"), Text: r.T("find.none_text")}
	}
	return findPage.Render(r, p)
}

// all looks through every kind, or through the one that is asked for.
func (f *finder) all() error {
	kind := f.list.Get("kind")
	f.page.Tabs = []Link{{Text: f.r.T("find.all_kinds"), Href: f.list.URL("kind", ""), Current: kind == ""}}
	for _, s := range findSpec.Sorts {
		f.page.Sorts = append(f.page.Sorts, Link{Text: f.r.T("find.sort." + s), Href: f.list.URL("sort", map[string]string{"best": s}[s]), Current: f.list.Sort == s})
	}
	if kind == "" && !f.page.Open {
		f.pages()
		f.boardMatters()
	}
	for _, k := range findKinds() {
		if !k.may(f) {
			continue
		}
		f.page.Tabs = append(f.page.Tabs, Link{Text: f.r.T(k.label), Href: f.list.URL("kind", k.name), Current: kind == k.name})
		if kind != "" && kind != k.name {
			continue
		}
		if err := f.kind(k, kind != ""); err != nil {
			return err
		}
	}
	if kind == "" && !f.page.Open {
		return f.ownVoices()
	}
	return nil
}

// guess proposes a word that sounds like the one that was typed, of those that stand in what the person may see.
func (f *finder) guess() error {
	var qs []search.Query
	for _, k := range findKinds() {
		if kind := f.list.Get("kind"); k.may(f) && (kind == "" || kind == k.name) {
			qs = append(qs, search.Query{Shelf: k.shelf, Keep: f.keep(k, map[string]Card{})})
		}
	}
	word, err := search.Guess(f.tx, f.words, qs)
	if word != "" {
		f.page.Guess = &Link{Text: f.r.T("find.guess", word), Href: f.list.URL("q", word)}
	}
	return err
}

// keep tells which of some things the list of their kind would show the person, and remembers their cards.
func (f *finder) keep(k findKind, cards map[string]Card) func(refs []string) (map[string]bool, error) {
	return func(refs []string) (map[string]bool, error) {
		found, err := k.look(f, refs)
		keep := make(map[string]bool, len(found))
		for ref, c := range found {
			cards[ref], keep[ref] = c, true
		}
		return keep, err
	}
}

// kind looks through one kind: a page of it, or the first few.
func (f *finder) kind(k findKind, alone bool) error {
	cards := map[string]Card{}
	q := search.Query{Shelf: k.shelf, Words: f.words, Ranked: f.list.Sort == "best", Limit: findMost, Keep: f.keep(k, cards)}
	if alone {
		q.Limit, q.After = findRows, f.list.After
	}
	hits, err := search.Find(f.tx, q)
	if err != nil {
		return err
	}
	if hits.Unready && len(f.page.Panels) == 0 {
		f.page.Panels = append(f.page.Panels, Panel{Tone: "warn", Text: f.r.T("find.unready")})
	}
	if hits.Partial && alone {
		f.page.Panels = append(f.page.Panels, Panel{Text: f.r.T("find.single")})
	}
	shown, err := search.Show(f.tx, k.shelf, hits.Refs, f.words, findWidth)
	if err != nil {
		return err
	}
	g := FindGroup{Title: f.r.T(k.label)}
	for _, ref := range hits.Refs {
		x, still := shown[ref]
		if !still {
			continue
		}
		c := cards[ref]
		c.Marked, _ = search.Mark(c.Title, f.words, 0)
		if x.Hit {
			c.Around = x.Text
		}
		for _, l := range c.Lines {
			marked, _ := search.Mark(l, f.words, 0)
			c.Below = append(c.Below, marked)
		}
		c.Lines = nil
		g.Cards = append(g.Cards, c)
	}
	if hits.Next != "" && !alone {
		g.More = &Link{Text: f.r.T("find.all"), Href: f.list.URL("kind", k.name)}
	}
	if alone {
		f.page.Next, f.page.First = f.list.Next(hits.Next), f.list.First()
	}
	if len(g.Cards) > 0 {
		f.page.Groups = append(f.page.Groups, g)
	}
	return nil
}

// filters offers what narrows the search.
func (f *finder) filters() error {
	b := f.r.Blank("place", f.list.Get("place"), "unit", f.list.Get("unit"), "from", f.list.Get("from"), "to", f.list.Get("to"))
	all, err := org.Places(f.tx)
	if err != nil {
		return err
	}
	var places []Option
	for _, p := range all {
		if p.Active || p.Code == f.list.Get("place") {
			places = append(places, Option{Value: p.Code, Text: p.Name(f.r.Lang) + " " + p.Code})
		}
	}
	const choices = 300 // more are no list any more: then the code is typed
	place := selectPart(b.Choose("place", "find.place", places).Any())
	if len(places) > choices {
		place = fieldPart(b.Field("place", "find.place").May())
	}
	f.page.Filters = []Part{place, selectPart(b.Choose("unit", "find.unit", unitOptions(f.names.tree, f.r.Lang, f.list.Get("unit"))).Any()),
		fieldPart(b.Field("from", "find.from").As("date").May()), fieldPart(b.Field("to", "find.to").As("date").May())}
	for _, name := range []string{"q", "kind", "sort"} {
		if v := f.list.Get(name); v != "" {
			f.page.Kept = append(f.page.Kept, [2]string{name, v})
		}
	}
	for _, name := range []string{"place", "unit", "from", "to"} {
		f.page.Open = f.page.Open || f.list.Get(name) != ""
	}
	if f.page.Open {
		f.page.Clear = f.list.URL("place", "", "unit", "", "from", "", "to", "")
	}
	return nil
}
