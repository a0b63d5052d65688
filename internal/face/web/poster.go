package web

import (
	"strings"

	"sanwen/internal/base/access"
	"sanwen/internal/base/event"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/lang"
)

// PostersPage lists the places whose posters can be printed.
type PostersPage struct {
	Page
	Site  string // address that posters lead to, or ""
	Areas []PosterArea
}

// PosterArea is a part of the site with its places.
type PosterArea struct {
	Area
	Print string // address of all posters of it
}

// PosterPage is one poster, or several on sheets of their own.
type PosterPage struct {
	Page
	Posters []Poster
	Paper   string // "a3", "a4" or "a5"
	Papers  []Link
	Log     *BoardLog // newest head of the log, for who compares it with the board
	From    string    // day from which it is good
	Phone   string    // of the union office
	Hours   string
}

// posterSizes are the sizes of paper, the usual one first.
var posterSizes = []string{"a4", "a3", "a5"}

// Poster is what hangs at a place: in both languages, with the code.
type Poster struct {
	Org, Place, PlaceEn, Code string
	Address                   string // short, for typing
	QR                        QR
}

var (
	postersPage = Define[PostersPage]("poster/list")
	posterPage  = Define[PosterPage]("poster/sheet")
)

// posters lists the places.
func posters(r *Req) error {
	p := PostersPage{Page: Page{Title: r.T("poster.title"), Shape: Staff}}
	var err error
	if p.Site, err = r.siteURL(); err != nil {
		return err
	}
	err = r.Read(func(tx *db.Tx) error {
		if err := r.Person.May(tx, access.OrgPosters, access.Thing{Kind: "place"}); err != nil {
			return err
		}
		all, err := org.Places(tx)
		for _, a := range r.areas(all, "") {
			area := PosterArea{Area: a}
			if a.Code != "" {
				area.Print = r.Link("/admin/posters/" + a.Code)
			}
			p.Areas = append(p.Areas, area)
		}
		return err
	})
	if err != nil {
		return err
	}
	return postersPage.Render(r, p)
}

// poster is the sheet of a place, or those of all places of an area.
func poster(r *Req) error {
	list, err := r.List(ListSpec{Filters: []Filter{{Name: "size", Label: "poster.size", Values: posterSizes}}})
	if err != nil {
		return err
	}
	p := PosterPage{Page: Page{Title: r.T("poster.sheet"), Shape: Sheet}, Paper: list.Get("size"), From: r.Lang.Date(r.Today(), r.Zone)}
	if p.Paper == "" {
		p.Paper = posterSizes[0]
	}
	for _, size := range posterSizes {
		p.Papers = append(p.Papers, Link{Text: strings.ToUpper(size), Href: list.URL("size", size), Current: size == p.Paper})
	}
	site, err := r.siteURL()
	if err != nil {
		return err
	}
	err = r.Read(func(tx *db.Tx) error {
		if err := r.Person.May(tx, access.OrgPosters, access.Thing{Kind: "place"}); err != nil {
			return err
		}
		place, err := org.PlaceByCode(tx, r.Param("place"))
		if err != nil {
			return err
		}
		if site == "" {
			return fault.New(fault.Conflict, "poster.no_address")
		}
		places := []org.Place{place}
		if place.Kind == org.Area {
			all, err := org.Places(tx)
			if err != nil {
				return err
			}
			places = nil
			for _, q := range all {
				if q.Parent == place.Code && q.Active && q.Kind != org.Area {
					places = append(places, q)
				}
			}
		}
		name, err := orgName(tx)
		if err != nil {
			return err
		}
		if err := p.union(r, tx); err != nil {
			return err
		}
		for _, q := range places {
			p.Posters = append(p.Posters, newPoster(q, name, site))
		}
		return nil
	})
	if err != nil {
		return err
	}
	return posterPage.Render(r, p)
}

// union adds where somebody answers, and the newest head of the log.
func (p *PosterPage) union(r *Req, tx *db.Tx) error {
	set, err := org.SettingsOf(tx)
	if err != nil {
		return err
	}
	p.Phone, p.Hours = set.Text(org.UnionPhone), set.Text(org.UnionHours)
	head, err := event.Latest(tx)
	if head != nil {
		p.Log = &BoardLog{Size: r.Lang.Number(head.Size), Day: r.Lang.Date(head.At, r.Zone), Root: head.Root.String()[:12]}
	}
	return err
}

func newPoster(p org.Place, name, site string) Poster {
	address := site + "/p/" + p.Code
	_, short, _ := strings.Cut(address, "://")
	return Poster{Org: name, Place: p.NameZh, PlaceEn: p.Name(lang.EN), Code: p.Code, Address: short, QR: NewQR(address, p.NameZh)}
}

// orgName is the name of the organisation as it is printed.
func orgName(tx *db.Tx) (string, error) {
	name, err := org.Text(tx, org.SiteName)
	if err != nil || name != "" {
		return name, err
	}
	tree, err := org.TreeOf(tx)
	if err != nil {
		return "", err
	}
	return tree.Name(org.Root, lang.ZH), nil
}
