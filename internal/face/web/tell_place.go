package web

import (
	"strings"
	"time"

	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/seal"
	"sanwen/internal/reading/publish/news"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/survey"
	voices "sanwen/internal/work/voice/show"
)

// TellPage is where somebody says something: what is being done here already, the red buttons, then the form.
type TellPage struct {
	Page
	Form  *Form
	Base  string
	Spot  Spot
	Where string // the place in one line
	Here  []HereItem
	News  []HereItem // notices that are up for the place
	Asks  []HereItem // surveys that whoever comes by may answer
	About *Panel     // what somebody objects to
	Kinds []Option
	Have  []HavePhoto
	Draft string // under which name the phone may keep what was typed
	Proxy bool   // the person may write down for others
	Send  string // address that takes one photo by itself
}

// HereItem is a matter that is being done at the place.
type HereItem struct {
	Title, State, Href string
}

var tellPage = Define[TellPage]("tell/place")

const hereMost = 3

// tellHere opens the form at a place, for everybody and without sign-in. A POST shows it again with what was typed.
func tellHere(r *Req) error {
	t, err := r.openTelling()
	if err != nil {
		return err
	}
	if r.Posted() {
		t.f.forgive()
	} else if !t.spot.Unknown { // whoever makes up codes must not fill the memory
		t.named()
	}
	return t.show()
}

// named names what every reader of the empty form gets for himself.
func (t *telling) named() {
	s := t.r.Server
	t.r.own(t.f.Token(), func() string { return s.seal(freePurpose, newKey(), tokenLife) })
	t.r.own(t.f.Value(receiptName), func() string {
		n := seal.NewReceipt(clock.DayOf(s.Clock.Now(), s.Zone))
		return s.seal("page:"+receiptName, n.Number+" "+n.Code, tokenLife)
	})
}

// tellCache is how long the form of a place may be kept: the next commit ends it earlier.
const tellCache = 15 * time.Second

// show shows the form.
func (t *telling) show() error {
	r := t.r
	p := TellPage{Page: Page{Title: r.T("tell.ask")}, Form: t.f, Base: t.base, Spot: t.spot, Where: t.spot.placeLabel(r.Lang), Kinds: r.kinds(),
		Have: t.tiles(), Draft: "tell-" + t.spot.Code, Proxy: len(r.channels()) > 0, Send: photoPath}
	p.About = t.aboutPanel()
	if t.spot.Code != elsewhere && !t.spot.Unknown {
		var here voices.Here
		var up []news.Copy
		var asks []survey.Round
		err := r.Read(func(tx *db.Tx) error {
			var err error
			if here, err = voices.HereAt(tx, t.spot.Code, hereMost); err != nil {
				return err
			}
			if up, err = news.At(tx, t.spot.Code, newsHere); err != nil {
				return err
			}
			asks, err = survey.At(tx, t.spot.Code)
			return err
		})
		if err != nil {
			return err
		}
		for _, c := range up {
			p.News = append(p.News, HereItem{Title: c.Title, State: r.newsUntil(c), Href: r.Link("/news/" + c.Number)})
		}
		for _, s := range asks {
			p.Asks = append(p.Asks, HereItem{Title: s.Title, State: r.T("survey.card", r.Lang.Date(s.Closes, r.Zone)), Href: r.Link("/s/" + s.ID + "?place=" + escapeQuery(t.spot.Code))})
		}
		for _, m := range here.Matters {
			p.Here = append(p.Here, HereItem{Title: m.Shown(), State: r.matterState(m.State, m.Due), Href: r.Link("/p/" + t.spot.Code + "/me/" + m.Number)})
		}
	}
	return tellPage.Render(r, p)
}

// forgive drops the faults of fields: the page is shown for another change, not because of them. What is wrong with photos is
// still said, for they are not there any more.
func (f *Form) forgive() {
	kept := f.faults[:0]
	for _, e := range f.faults {
		if e.Field == photoName {
			kept = append(kept, e)
		}
	}
	f.faults = kept
}

// WherePage lets somebody choose another place, with what he has typed kept.
type WherePage struct {
	Page
	Form   *Form // with everything typed so far, or nil on the page of its own
	Base   string
	Signed bool
	Query  string
	Areas  []Area
	Kept   []Hidden
}

// Area is a part of the site with its places.
type Area struct {
	Code   string // "" for places outside every area
	Name   string
	Places []AreaPlace
}

// AreaPlace is a place to choose.
type AreaPlace struct{ Code, Name string }

var wherePage = Define[WherePage]("tell/where")

// tellWhere lists the places: as a page of its own, or in the middle of saying something.
func tellWhere(r *Req) error {
	p := WherePage{Page: Page{Title: r.T("tell.where")}}
	if !r.Posted() {
		p.Query = r.Query("q")
	} else {
		t, err := r.openTelling()
		if err != nil {
			return err
		}
		t.f.forgive()
		if strings.HasPrefix(r.Path(), "/tell/proxy") {
			t.base = "/tell/proxy"
		}
		p.Form, p.Base, p.Query, p.Signed = t.f, t.base, t.f.Value("q"), r.Param("place") == ""
		p.Kept = t.f.Keep(receiptName, "text", "kind", "level", "contact", "channel", "for", aboutName, photoHave)
	}
	err := r.Read(func(tx *db.Tx) error {
		all, err := org.Places(tx)
		p.Areas = r.areas(all, p.Query)
		return err
	})
	if err != nil {
		return err
	}
	return wherePage.Render(r, p)
}

// areas sorts the active places under what is around them, those only whose name, code or area holds the query.
func (r *Req) areas(all []org.Place, query string) []Area {
	var out []Area
	at := map[string]int{}
	for _, p := range all {
		if p.Kind == org.Area && p.Active {
			at[p.Code] = len(out)
			out = append(out, Area{Code: p.Code, Name: p.Name(r.Lang)})
		}
	}
	rest := Area{Name: r.T("tell.where_rest")}
	parent := map[string]string{}
	for _, p := range all {
		parent[p.Code] = p.Parent
	}
	for _, p := range all {
		if p.Kind == org.Area || !p.Active {
			continue
		}
		i, in := at[p.Parent]
		for up := parent[p.Parent]; !in && up != ""; up = parent[up] {
			i, in = at[up]
		}
		around := ""
		if in {
			around = out[i].Name
		}
		if query != "" && !holds(query, p.Code, p.NameZh, p.NameEn, around) {
			continue
		}
		place := AreaPlace{p.Code, p.Name(r.Lang)}
		if in {
			out[i].Places = append(out[i].Places, place)
		} else {
			rest.Places = append(rest.Places, place)
		}
	}
	out = append(out, rest)
	var full []Area
	for _, a := range out {
		if len(a.Places) > 0 {
			full = append(full, a)
		}
	}
	return full
}

// matterState is the state of a matter in a few words, with the day by which it is to be done.
func (r *Req) matterState(state string, due clock.Day) string {
	s := r.name("matter.state.", state)
	if due != "" && (state == matter.Executing || state == matter.PlanReview || state == matter.Assigned) {
		return r.T("tell.state_due", s, due)
	}
	return s
}
