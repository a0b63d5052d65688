package web

import (
	"slices"
	"strconv"

	"sanwen/internal/ground/lang"
	"sanwen/internal/reading/publish/news"
)

// newsUnits writes out the table of a circular. One that was shown before there were rates stays as it was.
func (r *Req) newsUnits(d *NewsDoc, t news.Taken) {
	if len(t.Units) == 0 {
		return
	}
	keys, row := []string{"unit", "taken", "due", "done", "on_time", "confirmed", "late", "longer"}, r.newsUnit
	if t.Against != nil {
		keys, row = []string{"unit", "taken", "due", "done", "done_rate", "on_time_rate", "solved_rate", "strict_rate", "again_rate", "returned", "late", "longer", "change", "change_year"}, r.newsRates
	}
	// A copy that was shown before there were grades in it is shown without.
	graded := t.Against != nil && t.Units[0].Group != ""
	if graded {
		keys, row = slices.Insert(keys, gradesAt, "sat_rate", "sat_score"), func(u news.UnitRow) []string {
			return slices.Insert(r.newsRates(u), gradesAt, newsRate(u.Upper, u.Graded), newsMean(u))
		}
	}
	if heard := t.Against != nil && t.Units[0].Contact != nil; heard { // nor is one that was shown before there were voices in it
		at, counts := slices.Index(keys, "again_rate")+1, row
		keys = slices.Insert(slices.Insert(keys, at, "repeat_rate"), responseAt, "response_rate")
		row = func(u news.UnitRow) []string {
			return slices.Insert(slices.Insert(counts(u), at, r.newsShare(u.Repeat)), responseAt, r.newsShare(u.Contact))
		}
	}
	for _, k := range keys {
		d.Heads = append(d.Heads, r.T("news.unit."+k))
	}
	var few []string
	groups := news.Groups(t.Units)
	for _, g := range groups {
		for _, u := range g.Rows {
			d.Units = append(d.Units, row(u))
		}
		if graded && len(groups) > 1 && len(g.Rows) > 1 {
			name := r.T("news.unit.group", lang.Key("org.unit.kind."+g.Kind))
			g.Sum.Unit = news.Named{Zh: name, En: name}
			d.Units = append(d.Units, row(g.Sum))
		}
	}
	for _, u := range t.Units {
		if u.Due > 0 && u.Due < news.Least {
			few = append(few, u.Unit.Name(r.Lang))
		}
	}
	if t.Against == nil {
		return
	}
	all := news.Sum(t.Units)
	all.Unit = news.Named{Zh: r.T("news.unit.all"), En: r.T("news.unit.all")}
	d.Units = append(d.Units, row(all))
	if len(few) > 0 {
		d.Notes = append(d.Notes, r.T("news.note.few", news.Least, r.Lang.List(few)))
	}
	if len(t.None) > 0 {
		var none []string
		for _, n := range t.None {
			none = append(none, n.Name(r.Lang))
		}
		d.Notes = append(d.Notes, r.T("news.note.none", r.Lang.List(none)))
	}
	if t.Figures != nil {
		d.Notes = append(d.Notes, r.T("news.note.excluded", t.Figures.Excluded))
	}
	a := t.Against
	d.Notes = append(d.Notes, r.T("news.note.against", r.T("news.period", a.From, a.To), r.T("news.period", a.YearFrom, a.YearTo)), r.T("news.note.means"))
	if graded {
		d.Notes = append(d.Notes, r.T("news.note.grades"))
	}
	if t.Units[0].Contact != nil {
		d.Notes = append(d.Notes, r.T("news.note.voices", news.Least))
	}
}

// newsTables is the table of a circular on a screen: where there are rates, counts and rates stand under each other, each narrow enough to be read.
func (r *Req) newsTables(d NewsDoc) []Table {
	if len(d.Units) == 0 {
		return nil
	}
	part := func(caption string, columns []int) Table {
		t := Table{Caption: caption}
		for _, i := range columns {
			t.Columns = append(t.Columns, Column{Label: d.Heads[i], Num: i > 0})
		}
		for _, row := range d.Units {
			var cells []Cell
			for _, i := range columns {
				cells = append(cells, Cell{Text: row[i]})
			}
			t.Add("", cells...)
		}
		return t
	}
	var all, counts, rates []int
	for i, h := range d.Heads {
		all = append(all, i)
		if i == 0 || !slices.ContainsFunc(rateKeys, func(k string) bool { return h == r.T("news.unit."+k) }) {
			counts = append(counts, i)
		}
		if i == 0 || !slices.Contains(counts, i) {
			rates = append(rates, i)
		}
	}
	if len(rates) == 1 {
		return []Table{part(r.T("news.units"), all)}
	}
	return []Table{part(r.T("news.units"), counts), part(r.T("news.unit_rates"), rates)}
}

// rateKeys are the columns of rates, and what is compared.
var rateKeys = []string{"done_rate", "on_time_rate", "solved_rate", "strict_rate", "sat_rate", "sat_score", "again_rate", "response_rate", "repeat_rate", "change", "change_year"}

// gradesAt is where the satisfaction stands among the columns: after what is solved.
const gradesAt = 8

// responseAt is where the first responses stand: after what was in time.
const responseAt = 6

// newsUnit is a row with counts alone.
func (r *Req) newsUnit(u news.UnitRow) []string {
	num := func(n int) string { return r.Lang.Number(n) }
	return []string{u.Unit.Name(r.Lang), num(u.Taken), num(u.Due), num(u.Done), num(u.OnTime), num(u.Confirmed), num(u.Late), num(u.Longer)}
}

// newsRates is a row with its rates (D12), and by how much the share that was in time differs from before.
func (r *Req) newsRates(u news.UnitRow) []string {
	num := func(n int) string { return r.Lang.Number(n) }
	return []string{u.Unit.Name(r.Lang), num(u.Taken), num(u.Due), num(u.Done), newsRate(u.Done, u.Due), newsRate(u.OnTime, u.Due), newsRate(u.Confirmed, u.Judged), newsRate(u.Confirmed, u.Due),
		newsRate(u.Again, u.Done), num(u.Returned), num(u.Late), num(u.Longer), newsChange(u, u.Before), newsChange(u, u.Year)}
}

// newsRate is a rate with two decimals, or its counts where it is made of too few for a percentage.
func newsRate(part, all int) string {
	if n, ok := news.Rate(part, all); ok {
		return hundredths(n) + "%"
	}
	if all == 0 {
		return "—"
	}
	return strconv.Itoa(part) + "/" + strconv.Itoa(all)
}

// newsShare is a part of voices with what it is made of, or that there are too few of them.
func (r *Req) newsShare(x *news.Share) string {
	switch {
	case x == nil || x.Of == 0 && !x.Few:
		return "—"
	case x.Few:
		return r.T("news.few", news.Least)
	}
	return newsRate(x.Part, x.Of) + "\n" + strconv.Itoa(x.Part) + "/" + strconv.Itoa(x.Of)
}

// newsMean is the score of satisfaction, of a hundred.
func newsMean(u news.UnitRow) string {
	if n, ok := news.Mean(u.Score, u.Graded); ok {
		return hundredths(n)
	}
	return "—"
}

// newsChange is the difference to another time in percentage points.
func newsChange(u news.UnitRow, was *news.Rates) string {
	if was == nil {
		return "—"
	}
	n, ok := news.Change(u.OnTime, u.Due, was.OnTime, was.Due)
	switch {
	case !ok:
		return "—"
	case n > 0:
		return "+" + hundredths(n)
	case n < 0:
		return "−" + hundredths(-n)
	}
	return "0"
}

func hundredths(n int) string {
	return strconv.Itoa(n/100) + "." + strconv.Itoa(n%100/10) + strconv.Itoa(n%10)
}
