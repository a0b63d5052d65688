package news

import (
	"cmp"
	"slices"

	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/reading/publish"
	"sanwen/internal/work/accept"
	"sanwen/internal/work/matter"
)

// span is a run of days, the first and the last included.
type span struct{ from, to clock.Day }

// before is the span of the same length before it: as many months where it is whole months, else as many days.
func (s span) before() span {
	next := s.to.Add(1)
	if s.from[8:] != "01" || next[8:] != "01" {
		return span{s.from.Add(-s.from.Until(next)), s.from.Add(-1)}
	}
	months := 1
	for s.from.AddMonths(months) < next {
		months++
	}
	return span{s.from.AddMonths(-months), s.from.Add(-1)}
}

// yearBefore are the same days a year before; the end of a month stays the end of it.
func (s span) yearBefore() span {
	return span{s.from.AddMonths(-12), s.to.Add(1).AddMonths(-12).Add(-1)}
}

// led is what a circular needs of a matter.
type led struct {
	ID           string
	Lead         string
	RegisteredAt clock.Millis
	Due0         clock.Day
	Due          clock.Day
	Completed0   clock.Millis `db:"completed0"`
	Verdict      string
	EndedHow     string
	Extensions   int64
	Round        int64
}

// unitRows counts matters by the unit that leads them (D12), with the rates of the span before and of the same days a year before: those that are on
// the ledger openly. Nothing in it is about people, no place is earned: the rows stand in the order of the tree of units. It also names the plants and
// departments that led nothing which was due.
func unitRows(tx *db.Tx, s span) (rows []UnitRow, none []Named, err error) {
	ms := func(d clock.Day) clock.Millis { return clock.MillisOf(d.Time(tx.Zone())) }
	last, year := s.to.Add(1), s.yearBefore()
	all, err := db.All[led](tx, `SELECT id, lead, registered_at, due0, due, completed0, verdict, ended_how, extensions, round FROM matter
		WHERE public = 1 AND restricted = '' AND lead <> '' AND registered_at < $1
		AND (registered_at >= $2 OR (due0 >= $3 AND due0 <= $4) OR (completed0 = 0 AND ended_how = '' AND due <> '' AND due <= $5))`, ms(last), ms(s.from), year.from, s.to, s.to)
	if err != nil {
		return nil, nil, err
	}
	type sent struct {
		Unit string
		N    int
	}
	returned, err := db.All[sent](tx, `SELECT o.unit, COUNT(*) AS n FROM ownerless o JOIN matter m ON m.id = o.subject_id AND m.public = 1 AND m.restricted = ''
		WHERE o.subject_kind = 'matter' AND o.reason = 'returned' AND o.from_at >= $1 AND o.from_at < $2 GROUP BY o.unit`, ms(s.from), ms(last))
	if err != nil {
		return nil, nil, err
	}
	tree, err := org.TreeOf(tx)
	if err != nil {
		return nil, nil, err
	}
	day := func(t clock.Millis) clock.Day {
		if t == 0 || t >= ms(last) {
			return ""
		}
		return t.Day(tx.Zone())
	}
	grades, err := gradesOf(tx, all, s, day)
	if err != nil {
		return nil, nil, err
	}
	by := countLed(all, s, day, grades)
	for _, x := range returned {
		if by[x.Unit] == nil {
			by[x.Unit] = &UnitRow{}
		}
		by[x.Unit].Returned = x.N
	}
	contact, repeat, err := heardBy(tx, s)
	if err != nil {
		return nil, nil, err
	}
	for code, x := range contact {
		if by[code] == nil && x.Of > 0 { // it has led no matter, but enough voices to be told of
			by[code] = &UnitRow{}
		}
	}
	order := map[string]int{}
	named := func(u org.Unit) Named { return Named{Code: u.Code, Zh: u.NameZh, En: u.NameEn} }
	for i, u := range tree.All() {
		order[u.Code] = i
		if u.Active && (u.Kind == org.Plant || u.Kind == org.Department) && (by[u.Code] == nil || by[u.Code].Due == 0) {
			none = append(none, named(u))
		}
	}
	for code, r := range by {
		r.Contact, r.Repeat = contact[code].told(), repeat[code].told()
		if r.Taken+r.Due+r.Late+r.Returned+r.Contact.Of == 0 { // it has only a past
			continue
		}
		u, _ := tree.Get(code)
		r.Unit, r.Group = named(u), string(u.Kind)
		r.Unit.Code = code
		rows = append(rows, *r)
	}
	slices.SortFunc(rows, func(a, b UnitRow) int { return cmp.Compare(order[a.Unit.Code], order[b.Unit.Code]) })
	return rows, none, nil
}

// grade is how many employees gave each grade to a matter; [0] is nobody.
type grade = [accept.Grades + 1]int

// gradesOf gives the grades of the matters that count as done: of the last round of each, and only where everybody may see them, so that a sum
// tells nothing of a round that is too small by itself.
func gradesOf(tx *db.Tx, all []led, s span, day func(clock.Millis) clock.Day) (map[string]grade, error) {
	var ids []string
	for _, m := range all {
		if m.due(s) && day(m.Completed0) != "" {
			ids = append(ids, m.ID)
		}
	}
	out := map[string]grade{}
	for some := range slices.Chunk(ids, 5000) { // a statement has room for that many
		rounds, err := accept.Public(tx, some)
		if err != nil {
			return nil, err
		}
		for id, r := range rounds {
			if last := r[len(r)-1]; last.Shown {
				out[id] = last.Tally.Grade
			}
		}
	}
	return out, nil
}

// due tells whether a matter had to be complete within a span, by the deadline that was given first, and was not taken off.
func (m led) due(s span) bool {
	return (m.EndedHow == "" || m.EndedHow == "closed") && m.Due0 >= s.from && m.Due0 <= s.to
}

// countLed counts by unit. day gives the day of a moment that lies in the span or before it, "" of others. Where a matter was due is decided by the
// deadline that was given first, always: an extension moves nothing out of a bad month (metrics 4.1).
func countLed(all []led, s span, day func(clock.Millis) clock.Day, grades map[string]grade) map[string]*UnitRow {
	by := map[string]*UnitRow{}
	before, year := s.before(), s.yearBefore()
	for _, m := range all {
		r := by[m.Lead]
		if r == nil {
			r = &UnitRow{Before: &Rates{}, Year: &Rates{}}
			by[m.Lead] = r
		}
		complete := day(m.Completed0)
		if registered := day(m.RegisteredAt); registered >= s.from {
			r.Taken++
		}
		past := func(p span, x *Rates) {
			if !m.due(p) {
				return
			}
			x.Due++
			if complete != "" && publish.InTime(complete, m.Due0) {
				x.OnTime++
			}
			if complete != "" && m.Verdict == matter.Confirmed {
				x.Confirmed++
			}
		}
		past(before, r.Before)
		past(year, r.Year)
		if m.due(s) {
			r.Due++
			if m.Extensions > 0 {
				r.Longer++
			}
			if complete != "" {
				r.done(m, complete, grades[m.ID])
			}
		}
		if complete == "" && m.EndedHow == "" && m.Due != "" && m.Due <= s.to {
			r.Late++
		}
	}
	return by
}

// done counts a matter that was due and is complete.
func (r *UnitRow) done(m led, complete clock.Day, given grade) {
	r.Done++
	for g := 1; g < len(given); g++ {
		r.Graded += given[g]
		r.Score += given[g] * worth[g]
		if g >= upper {
			r.Upper += given[g]
		}
	}
	if publish.InTime(complete, m.Due0) {
		r.OnTime++
	}
	if m.Round > 1 {
		r.Again++
	}
	switch m.Verdict {
	case matter.Confirmed:
		r.Confirmed++
		r.Judged++
	case matter.Disputed:
		r.Judged++
	}
}

// worth is what a grade counts in the score of satisfaction, from the lowest to the best, and upper the lowest that is satisfied (metrics 4.3).
var worth = grade{0, 0, 30, 60, 85, 100}

const upper = 3

// Group is units of one kind and their sum.
type Group struct {
	Kind string
	Rows []UnitRow
	Sum  UnitRow
}

// Groups puts the rows under the kind of their units, in the order in which the kinds come up: plants are compared with plants and departments with
// departments (metrics 4.6). Rows that were shown before there were kinds are one group.
func Groups(rows []UnitRow) []Group {
	var out []Group
	for _, r := range rows {
		i := slices.IndexFunc(out, func(g Group) bool { return g.Kind == r.Group })
		if i < 0 {
			i, out = len(out), append(out, Group{Kind: r.Group})
		}
		out[i].Rows = append(out[i].Rows, r)
	}
	for i := range out {
		out[i].Sum = Sum(out[i].Rows)
	}
	return out
}

// Sum is the row of all units together.
func Sum(rows []UnitRow) UnitRow {
	out := UnitRow{Before: &Rates{}, Year: &Rates{}}
	for _, r := range rows {
		out.Taken += r.Taken
		out.Due += r.Due
		out.Done += r.Done
		out.OnTime += r.OnTime
		out.Confirmed += r.Confirmed
		out.Late += r.Late
		out.Longer += r.Longer
		out.Judged += r.Judged
		out.Again += r.Again
		out.Returned += r.Returned
		out.Graded += r.Graded
		out.Upper += r.Upper
		out.Score += r.Score
		out.Contact, out.Repeat = out.Contact.plus(r.Contact), out.Repeat.plus(r.Repeat)
		for _, x := range []struct{ into, of *Rates }{{out.Before, r.Before}, {out.Year, r.Year}} {
			if x.of != nil {
				x.into.Due += x.of.Due
				x.into.OnTime += x.of.OnTime
				x.into.Confirmed += x.of.Confirmed
			}
		}
	}
	return out
}

// Least is from how many on a rate is a percentage; below it stands as its counts, and is compared with nothing (metrics 4.1).
const Least = 10

// Rate is a rate in hundredths of a percent, half up; false where it is made of too few.
func Rate(part, all int) (int, bool) {
	if all < Least {
		return 0, false
	}
	return (part*20000 + all) / (2 * all), true
}

// Mean is the score of satisfaction in hundredths, half up; false where too few grades make it.
func Mean(score, graded int) (int, bool) {
	if graded < Least {
		return 0, false
	}
	return (score*200 + graded) / (2 * graded), true
}

// Change is by how many hundredths of a percentage point a rate differs from that of another time; false where one of them is made of too few.
func Change(now, all, before, allBefore int) (int, bool) {
	a, ok := Rate(now, all)
	b, ok2 := Rate(before, allBefore)
	return a - b, ok && ok2
}
