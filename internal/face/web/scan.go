package web

import (
	"net/url"
	"strings"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/work/inspect"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/matter/ledger"
)

// ScanPage finds a place by the code on its poster: by camera, or typed.
type ScanPage struct {
	Page
	Form  *Form
	Keep  []Hidden // language and size, which a form that asks with GET would lose
	Place string   // name of the place that was found, or ""
	Where string   // code and unit
	Cards []Card   // what is under way there
	Links []Link
}

var scanPage = Define[ScanPage]("web/scan")

// scanMost is how many matters of a place the page shows.
const scanMost = 10

// placeCode is the code in what somebody scanned or typed: a bare code, or the address on a poster, of which only the path counts.
func placeCode(s string) string {
	s = strings.TrimSpace(s)
	if u, err := url.Parse(s); err == nil && strings.HasPrefix(u.Path, "/p/") {
		s = strings.TrimPrefix(u.Path, "/p/")
	}
	if s = org.NormalCode(s); len(s) > 40 {
		return ""
	}
	return s
}

// scan shows the camera and the field, and with a code what there is at the place.
func scan(r *Req) error {
	typed := r.Query("code")
	f := r.Blank("code", typed)
	page := ScanPage{Page: Page{Title: r.T("scan.title"), Shape: Staff}, Form: f}
	for _, k := range r.keep {
		name, value, _ := strings.Cut(k, "=")
		page.Keep = append(page.Keep, Hidden{name, value})
	}
	err := r.Read(func(tx *db.Tx) error {
		if typed == "" {
			return nil
		}
		p, err := org.PlaceByCode(tx, placeCode(typed))
		if err != nil && fault.KindOf(err) == fault.NotFound {
			f.Fault("code", "scan.unknown", typed)
			r.Status(404)
			return nil
		}
		if err != nil {
			return err
		}
		return r.atPlace(tx, &page, p)
	})
	if err != nil {
		return err
	}
	return scanPage.Render(r, page)
}

// atPlace fills in what there is at a place, as far as the reader may see it, and what can be done there.
func (r *Req) atPlace(tx *db.Tx, page *ScanPage, p org.Place) error {
	tree, err := org.TreeOf(tx)
	if err != nil {
		return err
	}
	page.Place, page.Where = p.Name(r.Lang), p.Code+" · "+tree.Name(p.Unit, r.Lang)
	code := url.QueryEscape(p.Code)
	rows, more, err := ledger.Ledger(tx, r.Person, ledger.Filter{Place: p.Code, States: matter.Open, Sort: ledger.SortDue, Limit: scanMost})
	if err != nil {
		return err
	}
	for _, row := range rows {
		c := Card{Title: row.Title, Href: r.Link("/matter/" + row.Number), Lines: []string{row.Number}, Tags: []Tag{stateTag(r, row.Matter)}}
		if row.Due != "" {
			c.Lines = append(c.Lines, r.T("scan.due", r.Lang.Date(row.Due, r.Zone)))
		}
		page.Cards = append(page.Cards, c)
	}
	if more != "" {
		page.Links = append(page.Links, Link{Text: r.T("scan.matters"), Href: r.Link("/ledger?place=" + code), Icon: "ledger"})
	}
	if holdsAny(r.Person, []access.Role{access.Triager, access.UnitChair, access.Supervisor}) {
		page.Links = append(page.Links, Link{Text: r.T("scan.voices"), Href: r.Link("/inbox?place=" + code), Icon: "inbox"})
	}
	if unit, ok := tree.Get(p.Unit); ok && r.Person.Can(access.InspectRecord, access.Thing{Kind: inspect.RefKind, Unit: unit.Path, Lead: unit.Path}) {
		page.Links = append(page.Links, Link{Text: r.T("visit.new"), Href: r.Link("/visits/new?place=" + code), Icon: "check"})
	}
	page.Links = append(page.Links, Link{Text: r.T("scan.tell"), Href: r.Link("/tell?place=" + code), Icon: "speak", Tone: "primary"})
	return nil
}
