package ledger

import (
	"sanwen/internal/base/access"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/matter"
)

// By is what rows of the ledger are counted by.
type By string

// The columns by which rows are counted.
const (
	ByLead     By = "lead"
	ByCategory By = "category"
	ByPlace    By = "place"
)

// Group is how many rows have one value. People counts who said it: voices and those who said the same.
type Group struct {
	Value  string
	N      int
	People int
}

// GroupsOf counts the rows of a filter by a column, the most frequent first; rows without a value are left out. Each count equals
// the rows of the filter with that value added.
func GroupsOf(tx *db.Tx, who access.Person, f Filter, by By, limit int) ([]Group, error) {
	l, err := LampsOf(tx)
	if err != nil {
		return nil, err
	}
	w, err := f.where(tx, who, access.MatterList, l)
	if err != nil {
		return nil, err
	}
	col := map[By]string{ByLead: "lead", ByCategory: "category", ByPlace: "place"}[by]
	w.Add(col + " <> ''")
	n := w.Arg(limit)
	cond, args := w.SQL()
	return db.All[Group](tx, `SELECT `+col+` AS value, COUNT(*) AS n, SUM(voices + supporters) AS people FROM matter WHERE `+cond+`
		GROUP BY `+col+` ORDER BY n DESC, people DESC, `+col+` LIMIT `+n, args...)
}

// Month is what happened in one month.
type Month struct {
	First      clock.Day
	Last       clock.Day
	Registered int
	Confirmed  int // struck off in it, and employees confirm it
	Ended      int // struck off in it
	Reopened   int // begun again in it
}

// MonthsOf counts registered and struck-off rows of a filter by month, up to and including the month of today.
func MonthsOf(tx *db.Tx, who access.Person, f Filter, months int) ([]Month, error) {
	first := tx.Today()[:8] + "01"
	var out []Month
	for i := months - 1; i >= 0; i-- {
		d := first.AddMonths(-i)
		out = append(out, Month{First: d, Last: d.AddMonths(1).Add(-1)})
	}
	for i := range out {
		m := &out[i]
		for _, c := range []struct {
			to     *int
			filter func(*Filter)
		}{
			{&m.Registered, func(g *Filter) { g.RegFrom, g.RegTo = m.First, m.Last }},
			{&m.Ended, func(g *Filter) { g.EndFrom, g.EndTo, g.States = m.First, m.Last, []string{matter.Closed} }},
			{&m.Reopened, func(g *Filter) { g.BackFrom, g.BackTo = m.First, m.Last }},
			{&m.Confirmed, func(g *Filter) {
				g.EndFrom, g.EndTo, g.States, g.Verdict = m.First, m.Last, []string{matter.Closed}, matter.Confirmed
			}},
		} {
			g := f
			c.filter(&g)
			n, _, err := Count(tx, who, g)
			if err != nil {
				return nil, err
			}
			*c.to = n
		}
	}
	return out, nil
}
