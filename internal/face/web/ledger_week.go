package web

import (
	"sanwen/internal/base/access"
	"sanwen/internal/base/duty"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/matter/ledger"
)

// LedgerWeek is what has changed since the week began.
type LedgerWeek struct {
	Title   string
	Changes []Link
	Still   Link
}

// Bar is what may be done with the rows that are ticked.
func (p *LedgerPage) Bar() BulkBar { return BulkBar{Name: "id", Buttons: p.Bulk} }

// weekReaders are those who read the ledger week by week.
var weekReaders = []access.Role{access.Supervisor, access.Leader, access.Auditor}

// week says what has changed since Monday, each number with the list behind it, and what does not move.
func (b *ledgerView) week(tx *db.Tx, k ledger.Week, page *LedgerPage) error {
	r, l := b.r, b.list
	days, err := org.Int(tx, org.LadderStill)
	if err != nil {
		return err
	}
	w := &LedgerWeek{Title: r.T("ledger.week", r.Lang.Date(k.Monday, r.Zone)),
		Still: Link{Text: r.T("ledger.still_days", days), Href: l.URL("view", "open", "still", itoa(int64(days)), "changed", "", "light", "", "state", ""), Current: l.Get("still") != ""}}
	for _, c := range ledger.Changes() {
		if k.Changed[c] == 0 && l.Get("changed") != c {
			continue
		}
		view := "open"
		if c == ledger.Gone {
			view = "all"
		}
		w.Changes = append(w.Changes, Link{Text: r.T("ledger.change", r.Lang.Enum("ledger.changed", c), k.Changed[c]), Current: l.Get("changed") == c,
			Href: l.URL("view", view, "changed", c, "still", "", "light", "", "state", "")})
	}
	for i, c := range page.Lights {
		if was := k.Was[duty.Color(c.Light)]; was != c.N {
			page.Lights[i].Was = r.T("ledger.week_was", was)
		}
	}
	page.Week = w
	return nil
}
