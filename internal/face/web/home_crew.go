package web

import (
	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/matter"
	voices "sanwen/internal/work/voice/show"
)

// crewMost is how many lines a shift leader reads aloud.
const crewMost = 3

// homeCrew is what a shift leader tells the crew before the shift: what is being done at the places that it uses, the nearest date first.
func (r *Req) homeCrew(tx *db.Tx, p *HomePage) error {
	if !r.Person.Has(access.ShiftLeader) {
		return nil
	}
	tree, err := org.TreeOf(tx)
	if err != nil {
		return err
	}
	all, err := org.Places(tx)
	if err != nil {
		return err
	}
	names, codes := map[string]string{}, []string(nil)
	for _, x := range all {
		if x.Active && usedBy(x, tree, r.Person.Path) {
			names[x.Code] = x.Name(r.Lang)
			codes = append(codes, x.Code)
		}
	}
	rows, err := voices.AtPlaces(tx, codes, crewMost)
	if err != nil {
		return err
	}
	s := HomeSection{Title: r.T("home.crew"), None: r.T("home.crew_none"), Links: []Link{{Text: r.T("tell.proxy"), Href: r.Link("/tell/proxy")}}}
	for _, m := range rows {
		c := Card{Title: m.Shown(), Href: r.Link("/p/" + m.Place), Lines: []string{names[m.Place] + " · " + r.matterState(m.State, m.Due)}}
		found, err := matter.Find(tx, m.ID)
		if err != nil {
			return err
		}
		if t, err := matter.ThingOf(tx, found); err != nil {
			return err
		} else if r.Person.Can(access.MatterSee, t) {
			c.Href = r.Link("/matter/" + m.Number)
		}
		s.Cards = append(s.Cards, c)
	}
	p.Sections = append(p.Sections, s)
	return nil
}
