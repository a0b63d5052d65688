package web

import (
	"net/url"
	"strings"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/reading/publish"
	"sanwen/internal/work/matter/ledger"
	meetshow "sanwen/internal/work/meeting/show"
	"sanwen/internal/work/voice"
	vshow "sanwen/internal/work/voice/show"
)

// FindPage is the answer to the box at the top of every page of staff.
type FindPage struct {
	Page
	Query  string
	Groups []FindGroup
	None   *Empty
}

// FindGroup is one kind of what was found, with the way to all of it.
type FindGroup struct {
	Title string
	Cards []Card
	More  *Link
}

var findPage = Define[FindPage]("find/find")

// findMost is how many of each kind are shown; findLong is the longest text that is looked for.
const (
	findMost = 10
	findLong = 60
)

// finder collects what a person may see of what he looks for. Every part asks the list that the person has anyway, so that nothing
// is found, and nothing counted, which that list would hide.
type finder struct {
	r     *Req
	tx    *db.Tx
	words string // as typed, without spaces around it
	names *voiceNames
	board *publish.View // for whoever has no ledger
	page  *FindPage
}

// find looks for numbers, people, places and words.
func find(r *Req) error {
	list, err := r.List(ListSpec{Filters: []Filter{{Name: "q", Label: "find.words"}}})
	if err != nil {
		return err
	}
	p := FindPage{Page: Page{Title: r.T("find.title"), Shape: Staff}, Query: list.Get("q")}
	if words := []rune(p.Query); len(words) > findLong {
		p.Query = string(words[:findLong])
	}
	if p.Query == "" {
		p.None = &Empty{Kind: "nothing", Title: r.T("find.start"), Text: r.T("find.start_text")}
		return findPage.Render(r, p)
	}
	p.Title = r.T("find.title_of", p.Query)
	f := finder{r: r, words: p.Query, page: &p}
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
		for _, look := range []func() error{f.pages, f.matters, f.meetings, f.resolutions, f.voices, f.unitVoices, f.ownVoices, f.places, f.people} {
			if err := look(); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if len(p.Groups) == 0 {
		p.None = &Empty{Kind: "filtered", Title: r.T("find.none"), Text: r.T("find.none_text")}
	}
	return findPage.Render(r, p)
}

// meetings finds meetings by title, or by the number of their minutes.
func (f finder) meetings() error {
	if !f.lets("/meetings") {
		return nil
	}
	rows, _, err := meetshow.List(f.tx, f.r.Person, meetshow.Filter{Text: f.words, Limit: findMost + 1})
	var cards []Card
	for _, m := range rows {
		cards = append(cards, Card{Title: m.Title, Href: f.r.Link("/meeting/" + m.ID), Lines: []string{f.r.Lang.DateTime(m.StartAt, f.r.Zone) + " · " + f.r.Lang.Enum("meeting.state", m.State)}})
	}
	f.add("meeting.title", cards, "/meetings?q="+url.QueryEscape(f.words))
	return err
}

// resolutions finds what meetings decided, by its words.
func (f finder) resolutions() error {
	if !f.lets("/resolutions") {
		return nil
	}
	rows, _, err := meetshow.Resolutions(f.tx, f.r.Person, meetshow.ResolutionFilter{Text: f.words, Limit: findMost + 1})
	var cards []Card
	for _, x := range rows {
		cards = append(cards, Card{Title: shortText(x.Text, 60), Href: f.r.Link("/resolution/" + x.ID), Lines: []string{f.r.Lang.Date(x.Day, f.r.Zone) + " · " + f.r.Lang.Enum("meeting.res", x.State)}})
	}
	f.add("meeting.resolutions", cards, "/resolutions?q="+url.QueryEscape(f.words))
	return err
}

// has reports whether what is looked for stands in one of the texts.
func (f finder) has(texts ...string) bool {
	for _, t := range texts {
		if strings.Contains(strings.ToLower(t), strings.ToLower(f.words)) {
			return true
		}
	}
	return false
}

// add appends a group unless it is empty. all leads to everything of the kind where there is more than is shown.
func (f finder) add(key string, cards []Card, all string) {
	if len(cards) == 0 {
		return
	}
	g := FindGroup{Title: f.r.T(key), Cards: cards}
	if len(cards) > findMost {
		g.Cards = cards[:findMost]
		if all != "" {
			g.More = &Link{Text: f.r.T("find.all"), Href: f.r.Link(all)}
		}
	}
	f.page.Groups = append(f.page.Groups, g)
}

// lets reports whether the page at a path would let the person in.
func (f finder) lets(path string) bool {
	route, ok := f.r.routeOf(path)
	return ok && route.admits(f.r.Person)
}

// pages finds the pages of the product by their names; "长辈版" leads to the setting of text size.
func (f finder) pages() error {
	var out []Card
	add := func(text, about, path string) {
		if f.has(text) && f.lets(path) {
			card := Card{Title: text, Href: f.r.Link(path)}
			if about != "" {
				card.Lines = []string{about}
			}
			out = append(out, card)
		}
	}
	t := f.r.T
	add(t("web.elder_on"), t("find.elder"), "/account")
	for _, e := range navigation {
		if holdsAny(f.r.Person, e.roles) {
			add(t(e.key), "", e.path)
		}
	}
	for _, area := range adminAreas {
		for _, e := range area.entries {
			if f.r.can(e.action) {
				add(t(e.key), t("admin.about."+strings.TrimPrefix(e.key, "admin.")), e.path)
			}
		}
	}
	f.add("find.pages", out, "")
	return nil
}

// matters finds matters by number, title and public text: in the ledger, or on the board for whoever has no ledger.
func (f finder) matters() error {
	var out []Card
	if !f.lets("/ledger") {
		for _, list := range []struct {
			items []publish.Item
			href  string
		}{{f.board.Open, "/board"}, {f.board.Done, "/board?view=done"}, {f.board.Not, "/board?view=not"}} {
			for _, i := range list.items {
				if item := f.r.boardItem(i); f.has(item.Number, item.Title) {
					out = append(out, Card{Title: item.Title, Href: f.r.Link(list.href), Lines: []string{item.Number}, Tags: []Tag{item.Tag}})
				}
			}
		}
		f.add("find.matters", out, "/board")
		return nil
	}
	rows, _, err := ledger.Ledger(f.tx, f.r.Person, ledger.Filter{Text: f.words, Limit: findMost + 1})
	if err != nil {
		return err
	}
	for _, m := range rows {
		out = append(out, Card{Title: m.Title, Href: f.r.Link("/matter/" + m.Number), Lines: []string{m.Number + " · " + f.names.unit(m.Lead)},
			Tags: []Tag{{Text: f.r.T("matter.state." + m.State)}}})
	}
	f.add("find.matters", out, "/ledger?q="+escapeQuery(f.words))
	return nil
}

// voices finds voices by number, title and approved text, for whoever has the inbox.
func (f finder) voices() error {
	if !f.lets("/inbox") {
		return nil
	}
	found, err := vshow.List(f.tx, f.r.Person, vshow.Filter{Text: f.words, States: voice.Cycle.States(), Limit: findMost + 1})
	if err != nil {
		return err
	}
	return f.rows(found.Rows, "/inbox?view=all&q="+escapeQuery(f.words))
}

// unitVoices finds voices among those that the person's units have to answer.
func (f finder) unitVoices() error {
	if !holdsAny(f.r.Person, []access.Role{access.Handler, access.DeptHead}) || f.lets("/inbox") {
		return nil
	}
	const most = 200
	all, err := vshow.UnitVoices(f.tx, f.r.Person, most)
	if err != nil {
		return err
	}
	var rows []vshow.Row
	for _, v := range all {
		if f.has(v.Number, v.Title, v.Excerpt) {
			rows = append(rows, v)
		}
	}
	return f.rows(rows, "/desk")
}

func (f finder) rows(rows []vshow.Row, all string) error {
	var out []Card
	for _, v := range rows {
		place, err := f.names.placeOf(v)
		if err != nil {
			return err
		}
		line := v.Number
		if place != "" {
			line += " · " + place
		}
		out = append(out, Card{Title: orText(v.Head(), v.Number), Href: f.r.Link(voicePath(v.ID)), Lines: []string{line},
			Tags: append([]Tag{{Text: f.r.T("voice.state." + v.State), Tone: tones[v.State]}}, f.r.voiceTags(v)...)})
	}
	f.add("find.voices", out, all)
	return nil
}

// ownVoices finds what the person has said under his name.
func (f finder) ownVoices() error {
	said, err := vshow.MyVoices(f.tx, f.r.Person, mineMost)
	if err != nil {
		return err
	}
	var out []Card
	for _, v := range said {
		title, err := f.r.saidTitle(f.tx, v)
		if err != nil {
			return err
		}
		if f.has(v.Number, title, v.Text) {
			out = append(out, Card{Title: title, Href: f.r.Link("/mine/" + v.Number), Lines: []string{v.Number},
				Tags: []Tag{{Text: f.r.T("voice.state." + v.State), Tone: tones[v.State]}}})
		}
	}
	f.add("find.mine", out, "/mine")
	return nil
}

// places finds places by name and code: in the ledger of the place for whoever has one, else to say something about it.
func (f finder) places() error {
	all, err := org.Places(f.tx)
	if err != nil {
		return err
	}
	var out []Card
	for _, p := range all {
		if !p.Active || !f.has(p.Code, p.NameZh, p.NameEn) {
			continue
		}
		card := Card{Title: p.Name(f.r.Lang), Lines: []string{p.Code}, Href: f.r.Link("/p/" + p.Code)}
		if f.lets("/ledger") {
			card.Href = f.r.Link("/ledger?place=" + escapeQuery(p.Code))
			card.Action = &Link{Text: f.r.T("web.nav_tell"), Href: f.r.Link("/p/" + p.Code)}
		}
		out = append(out, card)
	}
	f.add("find.places", out, "")
	return nil
}

// people finds people by name and employee number, for whoever keeps the list of people.
func (f finder) people() error {
	if !f.r.can(access.AdminPeople) {
		return nil
	}
	if err := f.r.mayRead(f.tx, access.AdminPeople); err != nil {
		return err
	}
	found, err := org.FindPeople(f.tx, org.PeopleFilter{Query: f.words, Limit: findMost + 1})
	if err != nil {
		return err
	}
	var out []Card
	for _, p := range found {
		out = append(out, Card{Title: p.Name, Href: f.r.Link("/admin/people/" + p.ID), Lines: []string{p.EmployeeNo + " · " + unitLine(f.names.tree, p.Unit, f.r.Lang)}})
	}
	f.add("find.people", out, "/admin/people?q="+escapeQuery(f.words))
	return nil
}
