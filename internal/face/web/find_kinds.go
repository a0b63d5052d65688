package web

import (
	"slices"
	"strings"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/fault"
	"sanwen/internal/reading/insight/search"
	"sanwen/internal/reading/publish"
	"sanwen/internal/reading/publish/news"
	"sanwen/internal/work/inspect"
	"sanwen/internal/work/matter/ledger"
	meetshow "sanwen/internal/work/meeting/show"
	"sanwen/internal/work/practice"
	vshow "sanwen/internal/work/voice/show"
)

// within reports whether something lies within the filters: of the places and units named, and of a day.
func (f *finder) within(place string, units []string, day clock.Day) bool {
	if p := f.list.Get("place"); p != "" && org.NormalCode(p) != place {
		return false
	}
	if u := f.list.Get("unit"); u != "" {
		above := f.names.tree.Path(u)
		if above == "" || !slices.ContainsFunc(units, func(code string) bool { p := f.names.tree.Path(code); return p != "" && p.Under(above) }) {
			return false
		}
	}
	from, to := clock.Day(f.list.Get("from")), clock.Day(f.list.Get("to"))
	return (from == "" || day >= from) && (to == "" || day != "" && day <= to)
}

// meetings are found by title, number, place and what the signed minutes say.
func (f *finder) meetings(refs []string) (map[string]Card, error) {
	rows, err := meetshow.Heads(f.tx, f.r.Person, refs)
	out := map[string]Card{}
	for id, m := range rows {
		if f.within("", []string{m.Unit}, m.StartAt.Day(f.r.Zone)) {
			out[id] = Card{Title: m.Title, Href: f.r.Link("/meeting/" + m.ID), Lines: []string{f.r.Lang.DateTime(m.StartAt, f.r.Zone) + " · " + f.r.Lang.Enum("meeting.state", m.State)}}
		}
	}
	return out, err
}

// resolutions are found by what was decided and what came of it.
func (f *finder) resolutions(refs []string) (map[string]Card, error) {
	rows, err := meetshow.ResolutionHeads(f.tx, f.r.Person, refs)
	out := map[string]Card{}
	for id, x := range rows {
		if f.within("", []string{x.Lead}, x.Day) {
			out[id] = Card{Title: shortText(x.Text, 60), Href: f.r.Link("/resolution/" + x.ID), Lines: []string{f.r.Lang.Date(x.Day, f.r.Zone) + " · " + f.r.Lang.Enum("meeting.res", x.State)}}
		}
	}
	return out, err
}

// visits are found by number, note, check items and what was wrong.
func (f *finder) visits(refs []string) (map[string]Card, error) {
	rows, err := inspect.Among(f.tx, f.r.Person, refs)
	out := map[string]Card{}
	for id, v := range rows {
		if !f.within(v.Place, []string{v.Unit}, v.At.Day(f.r.Zone)) {
			continue
		}
		place, err := f.names.place(v.Place)
		if err != nil {
			return nil, err
		}
		out[id] = Card{Title: orText(place, v.Number), Href: f.r.Link("/visit/" + v.Number), Lines: []string{v.Number + " · " + f.r.Lang.DateTime(v.At, f.r.Zone)}, Tags: f.r.visitTags(v)}
	}
	return out, err
}

// practices are found by number and all that their pages say.
func (f *finder) practices(refs []string) (map[string]Card, error) {
	rows, err := practice.Heads(f.tx, f.r.Person, refs)
	out := map[string]Card{}
	for id, p := range rows {
		if p.State == practice.Dropped || !f.within(p.Place, []string{p.Unit, p.Lead}, p.MadeAt.Day(f.r.Zone)) {
			continue
		}
		c := Card{Title: p.Title, Href: f.r.Link(practicePath(p, "")), Lines: []string{f.names.unit(p.Lead)}}
		if p.Number != "" {
			c.Lines[0] = p.Number + " · " + c.Lines[0]
		}
		if p.State != practice.Published {
			c.Tags = []Tag{{Text: f.r.Lang.Enum("practice.state", p.State)}}
		}
		out[id] = c
	}
	return out, err
}

// papers are found by number, title and what they say.
func (f *finder) papers(refs []string) (map[string]Card, error) {
	rows, err := news.Heads(f.tx, f.r.Person, refs)
	out := map[string]Card{}
	for id, x := range rows {
		day := x.From
		if day == "" {
			day = x.MadeAt.Day(f.r.Zone)
		}
		if x.State == news.Dropped || !f.within("", []string{x.Unit}, day) {
			continue
		}
		c := Card{Title: x.Title, Href: f.r.Link("/publish/" + x.ID), Lines: []string{f.r.newsKind(x)}, Tags: []Tag{f.r.newsTag(x)}}
		if x.Number != "" {
			c.Lines[0] = x.Number + " · " + c.Lines[0]
		}
		out[id] = c
	}
	return out, err
}

// has reports whether what is looked for stands in one of the texts.
func (f *finder) has(texts ...string) bool {
	for _, t := range texts {
		if strings.Contains(strings.ToLower(t), strings.ToLower(f.words)) {
			return true
		}
	}
	return false
}

// add appends a group unless it is empty. all leads to everything of the kind where there is more than is shown.
func (f *finder) add(key string, cards []Card, all string) {
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
func (f *finder) lets(path string) bool {
	route, ok := f.r.routeOf(path)
	return ok && route.admits(f.r.Person)
}

// pages finds the pages of the product by their names; "长辈版" leads to the setting of text size.
func (f *finder) pages() {
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
}

// boardMatters finds the matters of the board, for whoever has no ledger.
func (f *finder) boardMatters() {
	if f.lets("/ledger") {
		return
	}
	var out []Card
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
}

// matters are found by number, title and all that their pages say.
func (f *finder) matters(refs []string) (map[string]Card, error) {
	rows, err := ledger.Among(f.tx, f.r.Person, refs)
	out := map[string]Card{}
	for id, m := range rows {
		if f.within(m.Place, []string{m.Lead, m.Unit}, m.RegisteredAt.Day(f.r.Zone)) {
			out[id] = Card{Title: m.Title, Href: f.r.Link("/matter/" + m.Number), Lines: []string{m.Number + " · " + f.names.unit(m.Lead)},
				Tags: []Tag{{Text: f.r.T("matter.state." + m.State)}}}
		}
	}
	return out, err
}

// voices are found by number, title and masked words, for whoever has the inbox.
func (f *finder) voices(refs []string) (map[string]Card, error) {
	rows, err := vshow.Among(f.tx, f.r.Person, refs)
	if err != nil {
		return nil, err
	}
	return f.voiceCards(rows)
}

// unitVoices are those that the person's units have to answer.
func (f *finder) unitVoices(refs []string) (map[string]Card, error) {
	rows, err := vshow.AmongUnits(f.tx, f.r.Person, refs)
	if err != nil {
		return nil, err
	}
	return f.voiceCards(rows)
}

func (f *finder) voiceCards(rows map[string]vshow.Row) (map[string]Card, error) {
	out := map[string]Card{}
	for id, v := range rows {
		at, unit := v.Place, v.Unit
		if v.Level.Hidden() { // no filter tells more than the list does
			var err error
			if at, err = f.generalised(v.Place); err != nil {
				return nil, err
			}
			unit = ""
		}
		if !f.within(at, []string{unit, v.Lead}, v.Day) {
			continue
		}
		place, err := f.names.placeOf(v)
		if err != nil {
			return nil, err
		}
		line := v.Number
		if place != "" {
			line += " · " + place
		}
		out[id] = Card{Title: orText(v.Head(), v.Number), Href: f.r.Link(voicePath(v.ID)), Lines: []string{line},
			Tags: append([]Tag{{Text: f.r.T("voice.state." + v.State), Tone: tones[v.State]}}, f.r.voiceTags(v)...)}
	}
	return out, nil
}

// generalised is the place of a hidden voice as exactly as a list may show it.
func (f *finder) generalised(code string) (string, error) {
	if wide, ok := f.wide[code]; ok {
		return wide, nil
	}
	wide, err := org.Generalise(f.tx, code)
	f.wide[code] = wide
	return wide, err
}

// ownVoices finds what the person has said under his name.
func (f *finder) ownVoices() error {
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

// places lead to the ledger of the place for whoever has one, else to say something about it.
func (f *finder) places(refs []string) (map[string]Card, error) {
	out := map[string]Card{}
	for _, code := range refs {
		p, err := org.PlaceByCode(f.tx, code)
		if err != nil {
			if fault.KindOf(err) == fault.NotFound {
				continue
			}
			return nil, err
		}
		if !p.Active || !f.within(p.Code, []string{p.Unit}, "") {
			continue
		}
		card := Card{Title: p.Name(f.r.Lang), Lines: []string{p.Code}, Href: f.r.Link("/p/" + p.Code)}
		if f.lets("/ledger") {
			card.Href = f.r.Link("/ledger?place=" + escapeQuery(p.Code))
			card.Action = &Link{Text: f.r.T("web.nav_tell"), Href: f.r.Link("/p/" + p.Code)}
		}
		out[code] = card
	}
	return out, nil
}

// people are found by name and employee number, for whoever keeps the list of people.
func (f *finder) people(refs []string) (map[string]Card, error) {
	if err := f.r.mayRead(f.tx, access.AdminPeople); err != nil {
		return nil, err
	}
	rows, err := search.PeopleOf(f.tx, refs)
	out := map[string]Card{}
	for id, p := range rows {
		if f.within("", []string{p.Unit}, "") {
			out[id] = Card{Title: p.Name, Href: f.r.Link("/admin/people/" + p.ID), Lines: []string{p.EmployeeNo + " · " + unitLine(f.names.tree, p.Unit, f.r.Lang)}}
		}
	}
	return out, err
}
