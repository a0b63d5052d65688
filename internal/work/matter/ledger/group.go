package ledger

import (
	"strconv"

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

// MonthsOf counts registered, struck-off and reopened rows of a filter by month, up to and including the month of today: each count
// equals the rows of the filter with the days of that month added. Each kind of count is one statement over the rows of these months.
func MonthsOf(tx *db.Tx, who access.Person, f Filter, months int) ([]Month, error) {
	var out []Month
	month := tx.Today()[:8] + "01"
	for i := months - 1; i >= 0; i-- {
		d := month.AddMonths(-i)
		out = append(out, Month{First: d, Last: d.AddMonths(1).Add(-1)})
	}
	l, err := LampsOf(tx)
	if err != nil {
		return nil, err
	}
	first, last := out[0].First, out[len(out)-1].Last
	type line struct{ Step, N, Confirmed int }
	w := db.NewWhere()
	begin := func(f Filter) (err error) {
		w, err = f.where(tx, who, access.MatterList, l)
		return err
	}
	step := func(at string) string {
		out, months := "CASE", out
		for i, m := range months[1:] {
			out += " WHEN " + at + " < " + w.Arg(clock.MillisOf(m.First.Time(tx.Zone()))) + " THEN " + strconv.Itoa(i)
		}
		return out + " ELSE " + strconv.Itoa(len(months)-1) + " END AS step"
	}

	g := f
	g.RegFrom, g.RegTo = first, last
	if err := begin(g); err != nil {
		return nil, err
	}
	column := step("registered_at")
	cond, args := w.SQL()
	lines, err := db.All[line](tx, `SELECT step, COUNT(*) AS n, 0 AS confirmed FROM (SELECT `+column+` FROM matter WHERE `+cond+`) AS x GROUP BY step`, args...)
	if err != nil {
		return nil, err
	}
	for _, x := range lines {
		out[x.Step].Registered = x.N
	}

	g = f
	g.EndFrom, g.EndTo, g.States = first, last, []string{matter.Closed}
	if err := begin(g); err != nil {
		return nil, err
	}
	column = step("closed_at")
	cond, args = w.SQL()
	lines, err = db.All[line](tx, `SELECT step, COUNT(*) AS n, COALESCE(SUM(CASE WHEN verdict = '`+matter.Confirmed+`' THEN 1 ELSE 0 END), 0) AS confirmed
		FROM (SELECT `+column+`, verdict FROM matter WHERE `+cond+`) AS x GROUP BY step`, args...)
	if err != nil {
		return nil, err
	}
	for _, x := range lines {
		out[x.Step].Ended, out[x.Step].Confirmed = x.N, x.Confirmed
	}

	if err := begin(f); err != nil { // few matters begin again: CROSS tells SQLite to read those first, and then their events
		return nil, err
	}
	cond, _ = w.SQL()
	column = step("e.at")
	from, to := w.Arg(clock.MillisOf(first.Time(tx.Zone()))), w.Arg(clock.MillisOf(last.Add(1).Time(tx.Zone())))
	_, args = w.SQL()
	lines, err = db.All[line](tx, `SELECT step, COUNT(DISTINCT id) AS n, 0 AS confirmed FROM (SELECT `+column+`, m.id FROM
		(SELECT id FROM matter WHERE round > 1 AND `+cond+`) AS m CROSS JOIN event e
		WHERE e.subject_kind = 'matter' AND e.subject_id = m.id AND `+reopened+` AND e.at >= `+from+` AND e.at < `+to+`) AS x GROUP BY step`, args...)
	for _, x := range lines {
		out[x.Step].Reopened = x.N
	}
	return out, err
}
