package web

import (
	"sanwen/internal/base/access"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/voice/core"
	vshow "sanwen/internal/work/voice/show"
)

const (
	oftenDays = 30 // for which it is shown who opened much
	oftenMost = 10
)

// homeAudit shows the audit who opened more original words on a day than work needs: whoever reads on out of curiosity is seen.
func (r *Req) homeAudit(tx *db.Tx, p *HomePage) error {
	if !holdsAny(r.Person, []access.Role{access.Auditor, access.AuditAdmin}) {
		return nil
	}
	all, err := vshow.OpenedOften(tx, r.Person, r.Today().Add(-oftenDays), oftenMost)
	if err != nil || len(all) == 0 {
		return err
	}
	s := HomeSection{Title: r.T("home.often"), Lede: r.T("home.often_text", core.MaxPerDay, oftenDays)}
	for _, x := range all {
		s.Cards = append(s.Cards, Card{Title: x.Name, Href: r.Link("/admin/log?what=voice&from=" + string(x.Day) + "&to=" + string(x.Day)), Lines: []string{r.T("home.often_line", x.Day, x.N)}})
	}
	p.Sections = append(p.Sections, s)
	return nil
}
