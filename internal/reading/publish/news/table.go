package news

import (
	"cmp"
	"slices"

	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/reading/publish"
)

// unitRows counts matters by the unit that leads them (D12): those that are on the ledger openly. Nothing in it is about people, no place is
// earned: the rows stand in the order of the tree of units.
func unitRows(tx *db.Tx, from, to clock.Day) ([]UnitRow, error) {
	type row struct {
		Lead         string
		State        string
		RegisteredAt clock.Millis
		Due0         clock.Day
		Due          clock.Day
		Completed0   clock.Millis `db:"completed0"`
		Verdict      string
		EndedHow     string
		Extensions   int64
	}
	first, last := clock.MillisOf(from.Time(tx.Zone())), clock.MillisOf(to.Add(1).Time(tx.Zone()))
	all, err := db.All[row](tx, `SELECT lead, state, registered_at, due0, due, completed0, verdict, ended_how, extensions FROM matter
		WHERE public = 1 AND restricted = '' AND lead <> '' AND registered_at < $1
		AND (registered_at >= $2 OR (due0 >= $3 AND due0 <= $4) OR (completed0 = 0 AND ended_how = '' AND due <> '' AND due <= $5))`, last, first, from, to, to)
	if err != nil {
		return nil, err
	}
	tree, err := org.TreeOf(tx)
	if err != nil {
		return nil, err
	}
	by := map[string]*UnitRow{}
	for _, m := range all {
		r := by[m.Lead]
		if r == nil {
			u, _ := tree.Get(m.Lead)
			r = &UnitRow{Unit: Named{Code: m.Lead, Zh: u.NameZh, En: u.NameEn}}
			by[m.Lead] = r
		}
		if m.RegisteredAt >= first {
			r.Taken++
		}
		complete := clock.Day("")
		if m.Completed0 != 0 && m.Completed0 < last {
			complete = m.Completed0.Day(tx.Zone())
		}
		if m.Due0 >= from && m.Due0 <= to && (m.EndedHow == "" || m.EndedHow == "closed") {
			r.Due++
			if m.Extensions > 0 {
				r.Longer++
			}
			if complete != "" {
				r.Done++
				if publish.InTime(complete, m.Due0) {
					r.OnTime++
				}
				if m.Verdict == "confirmed" {
					r.Confirmed++
				}
			}
		}
		if complete == "" && m.EndedHow == "" && m.Due != "" && m.Due <= to {
			r.Late++
		}
	}
	order := map[string]int{}
	for i, u := range tree.All() {
		order[u.Code] = i
	}
	var out []UnitRow
	for _, r := range by {
		out = append(out, *r)
	}
	slices.SortFunc(out, func(a, b UnitRow) int { return cmp.Compare(order[a.Unit.Code], order[b.Unit.Code]) })
	return out, nil
}
