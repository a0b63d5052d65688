package web

import (
	"strconv"
	"strings"

	"sanwen/internal/base/duty"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/reading/insight/search"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/matter/ledger"
)

// ledgerSorts are the orders of the ledger by what the address calls them.
var ledgerSorts = map[string]string{"due": ledger.SortDue, "-due": ledger.SortDueLast, "number": ledger.SortOldest, "-number": ledger.SortNumber}

// ledgerFilter turns the address into a filter.
func (r *Req) ledgerFilter(l *List) (ledger.Filter, error) {
	f := viewFilter(l.View)
	if s := given(l.All("state")); len(s) > 0 {
		f.States = s
	}
	if v := l.Get("light"); v != "" {
		f.Light = duty.Color(v)
	}
	f.Lead, f.Unit, f.Place, f.Category, f.Text = l.Get("lead"), l.Get("unit"), l.Get("place"), l.Get("category"), l.Get("q")
	f.Class, f.Source, f.Verdict = matter.Class(l.Get("class")), matter.Source(l.Get("source")), l.Get("verdict")
	f.Again, f.Extended = l.Get("again") != "", l.Get("extended") != ""
	f.Sort, f.After, f.Limit = ledgerSorts[l.Sort], l.After, ledgerRows
	bad := func(name, value string) error {
		r.Status(400)
		return fault.New(fault.Invalid, "ledger.bad_value", name, short(value))
	}
	f.Changed = l.Get("changed")
	if f.Changed == ledger.Gone { // what is done is on no view of open matters
		f.States = given(l.All("state"))
	}
	if v := l.Get("still"); v != "" {
		n, err := strconv.Atoi(v)
		if err != nil || n < 1 || n > 366 {
			return f, bad("still", v)
		}
		f.Still = n
		if len(f.States) == 0 || l.View == "open" {
			f.States = []string{matter.Assigned, matter.PlanReview, matter.Executing}
		}
	}
	if y := l.Get("year"); y != "" {
		n, err := strconv.Atoi(y)
		if err != nil || n < 2000 || n > 2999 {
			return f, bad("year", y)
		}
		f.Year = n
	}
	for name, to := range map[string]*clock.Day{"due_from": &f.DueFrom, "due_to": &f.DueTo, "reg_from": &f.RegFrom, "reg_to": &f.RegTo, "end_from": &f.EndFrom, "end_to": &f.EndTo,
		"back_from": &f.BackFrom, "back_to": &f.BackTo} {
		if *to = clock.Day(l.Get(name)); *to != "" && !to.Valid() {
			return f, bad(name, string(*to))
		}
	}
	for name, to := range map[string]*string{"owner": &f.Owner, "sponsor": &f.Sponsor} {
		v := l.Get(name)
		if v == "me" {
			v = r.Person.ID
		} else if v != "" {
			id, err := r.personOf(v, "")
			if err != nil {
				return f, bad(name, v)
			}
			v = id
		}
		*to = v
	}
	return f, nil
}

// fromShelf names the matters that may hold the words of a filter, as far as the index of searches tells them, and otherwise as far as they are
// few; the ledger then reads those alone and finds the same. Where there are more than a filter can name, the ledger reads its rows in their
// order, and has a page together the sooner the more there are.
func fromShelf(tx *db.Tx, f ledger.Filter) (ledger.Filter, error) {
	const most, looked = 5000, 2000 // looking for what the index does not name ends the sooner, where it is in many rows
	if strings.TrimSpace(f.Text) == "" {
		return f, nil
	}
	refs, ok, err := search.Among(tx, search.Matters, f.Text, most)
	if err != nil {
		return f, err
	}
	if ok {
		f.Of = refs
	}
	return ledger.ByText(tx, f, looked)
}
