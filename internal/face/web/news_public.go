package web

import (
	"strconv"
	"time"

	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/reading/publish/news"
)

// NewsListPage lists what the union tells everybody.
type NewsListPage struct {
	Page
	Org   string
	Tabs  []Link
	Kinds []Link
	Items []Card
	Top   string
	Next  string
	Empty *Empty
	Feeds []Link
}

// NewsItem is one paper as it stands in lists.
type NewsItem struct {
	Title, Href string
	Meta        string
	Tag         Tag
	When        string
}

// NewsPage shows what is up, or was up, exactly.
type NewsPage struct {
	Page
	Doc     NewsDoc
	Tags    []Tag
	Panels  []Panel
	Actions []Link
	Copies  []Fact
	File    string // address of the bytes
	Hash    string
	Shown   string // since when
}

var (
	newsList = Define[NewsListPage]("news/list")
	newsPage = Define[NewsPage]("news/page")
)

const (
	newsRows  = 24
	newsCache = 15 * time.Second
)

// listNews lists notices, disclosures and bulletins that are up, or were.
func listNews(r *Req) error {
	var kinds []string
	for _, k := range news.Kinds() {
		if k != news.Circular {
			kinds = append(kinds, string(k))
		}
	}
	list, err := r.List(ListSpec{Filters: []Filter{{Name: "kind", Label: "news.f.kind", Values: kinds}, {Name: "place", Label: "board.place"}}, Tabs: []string{"up", "past"}})
	if err != nil {
		return err
	}
	p := NewsListPage{Page: Page{Title: r.T("news.title"), Shape: "board"}, Feeds: r.newsFeeds()}
	for _, v := range []string{"up", "past"} {
		p.Tabs = append(p.Tabs, Link{Text: r.T("news.tab." + v), Href: list.URL("view", v, "after", ""), Current: v == list.View})
	}
	p.Kinds = append(p.Kinds, Link{Text: r.T("news.all_kinds"), Href: list.URL("kind", "", "after", ""), Current: list.Get("kind") == ""})
	for _, k := range kinds {
		p.Kinds = append(p.Kinds, Link{Text: r.T("news.kind." + k), Href: list.URL("kind", k, "after", ""), Current: k == list.Get("kind")})
	}
	err = r.Read(func(tx *db.Tx) error {
		all, next, err := news.PublicList(tx, news.Public{Past: list.View == "past", Kind: list.Get("kind"), Place: list.Get("place"), After: list.After}, newsRows)
		for _, c := range all {
			i := r.newsItem(c)
			p.Items = append(p.Items, Card{Title: i.Title, Href: i.Href, Lines: given([]string{i.Meta, i.When}), Tags: []Tag{i.Tag}})
		}
		p.Next = list.Next(next)
		return err
	})
	if err != nil {
		if fault.KindOf(err) == fault.NotFound {
			r.Status(404)
		}
		return err
	}
	if list.After != "" {
		p.Top = list.URL("after", "")
	}
	if len(p.Items) == 0 {
		p.Empty = &Empty{Kind: "nothing", Title: r.T("news.none." + list.View)}
	}
	return newsList.Render(r, p)
}

func (r *Req) newsItem(c news.Copy) NewsItem {
	i := NewsItem{Title: c.Title, Href: r.Link("/news/" + c.Number), Meta: c.Number + " · " + r.T("news.kind."+string(c.Kind)), When: r.newsUntil(c)}
	if c.Class != "" {
		i.Meta += " · " + r.T("news.class."+c.Class)
	}
	i.Tag = Tag{Text: r.newsState(c), Tone: r.newsStateTone(c)}
	if i.Tag.Text == i.When {
		i.When = ""
	}
	return i
}

// newsState is how it stands with what is shown.
func (r *Req) newsState(c news.Copy) string {
	switch {
	case c.OverHow != "":
		return r.T("news.over." + c.OverHow)
	case !c.Kind.Period():
		return r.T("news.issued")
	case c.Open(r.Today()):
		return r.T("news.state.shown")
	}
	return r.T("news.state.settling")
}

func (r *Req) newsStateTone(c news.Copy) string {
	switch {
	case c.OverHow == news.Withdrawn:
		return "bad"
	case c.OverHow == "" && c.Kind.Period() && c.Open(r.Today()):
		return "good"
	}
	return ""
}

// readNews gives the copies of a paper that everybody may read, and which of them the address asks for.
func (r *Req) readNews() (all []news.Copy, c news.Copy, err error) {
	number, n := r.Param("number"), int64(0)
	if s := r.Param("n"); s != "" {
		if n, err = strconv.ParseInt(s, 10, 32); err != nil || n < 1 || strconv.FormatInt(n, 10) != s {
			return nil, c, r.noNews()
		}
	}
	if err := r.Read(func(tx *db.Tx) (err error) { all, err = news.CopiesOf(tx, number); return err }); err != nil {
		return nil, c, err
	}
	for _, x := range all {
		if n == 0 || x.N == n {
			return all, x, nil
		}
	}
	return nil, c, r.noNews()
}

func (r *Req) noNews() error {
	r.Status(404)
	return fault.New(fault.NotFound, "news.unknown")
}

// showNews shows a paper as it is up, or one of the times before.
func showNews(r *Req) error {
	all, c, err := r.readNews()
	if err != nil {
		return err
	}
	p := NewsPage{Page: Page{Title: r.newsTitle(c), Shape: "board", Back: "/news"}, Doc: r.newsDoc(c.Content()), Hash: c.Hash, File: r.Link(newsAt(c) + "/file"), Shown: r.T("news.shown_since", c.From)}
	p.Tags = []Tag{{Text: r.newsState(c), Tone: r.newsStateTone(c)}}
	newest := c.N == all[0].N
	switch {
	case c.OverHow == news.Withdrawn:
		p.Panels = append(p.Panels, Panel{Tone: "bad", Title: r.T("news.is_withdrawn", r.dayOf(c.OverAt)), Text: c.OverWhy})
		if !newest {
			p.Panels = append(p.Panels, Panel{Tone: "info", Text: r.T("news.newer"), Links: []Link{{Text: r.T("news.to_newest"), Href: r.Link("/news/" + c.Number)}}})
		}
	case c.OverHow == news.Ended:
		p.Panels = append(p.Panels, Panel{Tone: "good", Title: r.T("news.is_ended", r.dayOf(c.OverAt)), Text: c.OverWhy + "\n" + r.newsObjections(c)})
	case c.Kind.Period() && !c.Open(r.Today()):
		p.Panels = append(p.Panels, Panel{Tone: "info", Text: r.T("news.settling_text")})
	case c.Kind.Period():
		p.Actions = append(p.Actions, Link{Text: r.T("news.object"), Href: r.newsObjectAt(c), Icon: "speak", Tone: "primary"})
	}
	if len(all) > 1 {
		for _, x := range all {
			f := r.newsCopyFact(x)
			if x.N == c.N { // the one that is read
				f.Href = ""
			}
			p.Copies = append(p.Copies, f)
		}
	}
	return newsPage.Render(r, p)
}

// newsCopyFact is a line about one showing of a paper.
func (r *Req) newsCopyFact(c news.Copy) Fact {
	return Fact{Label: r.T("news.copy_n", c.N), Value: r.T("news.shown_since", c.From), Href: r.Link(newsAt(c)), Note: r.newsState(c)}
}

// newsTitle is the title of the page; at the address of one version it says which.
func (r *Req) newsTitle(c news.Copy) string {
	if r.Param("n") == "" {
		return c.Title
	}
	return r.T("news.title_of_copy", c.Title, c.N)
}

func newsAt(c news.Copy) string {
	return "/news/" + c.Number + "/copy/" + strconv.FormatInt(c.N, 10)
}

// newsObjections says how many had objected, as far as that may be told.
func (r *Req) newsObjections(c news.Copy) string {
	if c.Objections < 0 {
		return r.T("news.objections_few")
	}
	return r.T("news.objections_n", c.Objections)
}

// newsObjectAt is where an objection is written: at the place that it is about, if it is one.
func (r *Req) newsObjectAt(c news.Copy) string {
	place := elsewhere
	if all := c.Content().Places; !c.Everywhere && len(all) == 1 && len(c.Content().Units) == 0 {
		place = all[0].Code
	}
	return r.Link("/p/" + place + "?" + aboutName + "=" + c.Number)
}

// newsFile gives the bytes that were shown, for comparing with the hash and with the record.
func newsFile(r *Req) error {
	_, c, err := r.readNews()
	if err != nil {
		return err
	}
	return r.Send(c.Number+"-"+strconv.FormatInt(c.N, 10)+".json", "application/json", []byte(c.JSON))
}
