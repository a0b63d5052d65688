package report

import (
	"strconv"

	"sanwen/internal/base/access"
	"sanwen/internal/base/duty"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/few"
	"sanwen/internal/work/accept"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/matter/ledger"
	"sanwen/internal/work/supervise"
	"sanwen/internal/work/voice/quote"
)

// Limits of the leader's page (defaults of the product).
const (
	topMost    = 5  // most frequent subjects and places
	quoteMost  = 3  // sentences in employees' own words
	quoteDays  = 30 // days for which a chosen sentence is shown
	trendSteps = 12 // months
	fewPeople  = 5  // people from which on a count of them is shown
)

// Leader is what a leader reads in three minutes.
type Leader struct {
	Sentence []Figure // on the ledger, confirmed by employees, overdue, for him to decide
	Decide   []Waiting
	Overdue  []ledger.Group
	Months   []ledger.Month
	Subjects []Ranked
	Places   []Ranked
	Quality  []Quality
	Quotes   []quote.Quote
	First    bool // nothing was registered before this month
}

// Waiting is a matter with the extension that waits for a decision.
type Waiting struct {
	ledger.Row
	Asked matter.Extension
}

// Ranked is one of the most frequent subjects or places: matters on the ledger of the last twelve months, and how many people
// have said it. Few: too few people for their number to be shown, or too few use the place.
type Ranked struct {
	Value  string
	N      int
	People int
	Few    bool
	Query  string // of the ledger
}

// Quality is one of the figures about how well it is done: Part of All.
type Quality struct {
	Name      string // language key: "home.quality.<name>"
	Part, All int
	Excluded  int    // voices of the time that were left out of the rates of departments
	Hidden    bool   // too few answers
	Query     string // of the ledger's list behind Part, or "" where no list may be shown
	AllQuery  string // of the list behind All
}

// SentenceFigures are the numbers of the first sentence.
func SentenceFigures() []Figure {
	return []Figure{
		onLedger("ledger", false, ledger.Filter{}, "view", "all"),
		onLedger("confirmed", false, ledger.Filter{States: []string{matter.Closed}, Verdict: matter.Confirmed}, "view", "closed", "verdict", matter.Confirmed),
		onLedger("overdue", true, ledger.Filter{Light: duty.Red}, "view", "overdue"),
		onDesk("decide", true, duty.ExtensionDecide),
	}
}

// LeaderOf reads the page. Figures of quality and the most frequent subjects are of the twelve months that end with this one.
func LeaderOf(tx *db.Tx, who access.Person) (Leader, error) {
	var p Leader
	today := tx.Today()
	month := today[:8] + "01"
	since := month.AddMonths(1 - trendSteps)
	var err error
	if p.Sentence, err = Count(tx, who, SentenceFigures()); err != nil {
		return p, err
	}
	if p.Decide, err = waitingFor(tx, who); err != nil {
		return p, err
	}
	if p.Overdue, err = ledger.GroupsOf(tx, who, ledger.Filter{Light: duty.Red}, ledger.ByLead, 10); err != nil {
		return p, err
	}
	if p.Months, err = ledger.MonthsOf(tx, who, ledger.Filter{}, trendSteps); err != nil {
		return p, err
	}
	before, _, err := ledger.Count(tx, who, ledger.Filter{RegTo: month.Add(-1)})
	if err != nil {
		return p, err
	}
	p.First = before == 0
	if p.Subjects, err = ranked(tx, who, since, ledger.ByCategory, "category"); err != nil {
		return p, err
	}
	if p.Places, err = ranked(tx, who, since, ledger.ByPlace, "place"); err != nil {
		return p, err
	}
	if p.Quality, err = quality(tx, who, since); err != nil {
		return p, err
	}
	p.Quotes, err = quote.List(tx, who, today.Add(-quoteDays), quoteMost)
	return p, err
}

// waitingFor are the matters whose extension this person decides on.
func waitingFor(tx *db.Tx, who access.Person) ([]Waiting, error) {
	items, _, err := duty.Desk(tx, who, duty.DeskFilter{Kinds: []duty.Kind{duty.ExtensionDecide}, Limit: 20})
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, n := range items {
		ids = append(ids, n.SubjectID)
	}
	rows, err := ledger.RowsOf(tx, who, ids)
	if err != nil {
		return nil, err
	}
	asked, err := ledger.AskedOf(tx, ids)
	var out []Waiting
	for _, m := range rows {
		out = append(out, Waiting{m, asked[m.ID]})
	}
	return out, err
}

// ranked are the most frequent values of a column among what was registered since a day. The number of people is left out where
// it is small, and for a place that few people use: then the next smallest goes, too, so that nothing can be found by subtraction.
func ranked(tx *db.Tx, who access.Person, since clock.Day, by ledger.By, name string) ([]Ranked, error) {
	groups, err := ledger.GroupsOf(tx, who, ledger.Filter{RegFrom: since}, by, topMost)
	if err != nil {
		return nil, err
	}
	least, err := org.Int(tx, org.PlaceUsers)
	if err != nil {
		return nil, err
	}
	var out []Ranked
	for _, g := range groups {
		r := Ranked{Value: g.Value, N: g.N, People: g.People, Few: g.People < fewPeople}
		r.Query = onLedger("", false, ledger.Filter{}, "view", "all", name, g.Value, "reg_from", string(since)).Query
		if by == ledger.ByPlace {
			place, err := org.PlaceByCode(tx, g.Value)
			if err != nil || place.Users < least {
				r.Few = true
			}
		}
		out = append(out, r)
	}
	return suppress(out), nil
}

// suppress hides what is too small and, by the rule of all rooms, what it could be found from by subtraction; every hidden number is forgotten.
func suppress(all []Ranked) []Ranked {
	cells := make([]few.Cell, len(all))
	for i, r := range all {
		cells[i] = few.Cell{Answers: r.People, Hidden: r.Few}
	}
	for i, hidden := range (few.Rule{Answers: fewPeople}).Hide(cells) {
		if all[i].Few = hidden; hidden {
			all[i].People = 0
		}
	}
	return all
}

func quality(tx *db.Tx, who access.Person, since clock.Day) ([]Quality, error) {
	from, now := clock.MillisOf(since.Time(tx.Zone())), tx.Millis()
	kept, err := duty.KeptOf(tx, duty.Intake, from, now)
	if err != nil {
		return nil, err
	}
	out := []Quality{{Name: "first", Part: kept.InTime, All: kept.Due, Hidden: kept.Due < fewPeople}}
	ended := ledger.Filter{States: []string{matter.Closed}, EndFrom: since}
	confirmed := ended
	confirmed.Verdict = matter.Confirmed
	day := string(since)
	for _, x := range []struct {
		name      string
		part, all Figure
	}{
		{"confirmed", onLedger("", false, confirmed, "view", "closed", "verdict", matter.Confirmed, "end_from", day), onLedger("", false, ended, "view", "closed", "end_from", day)},
		{"again", onLedger("", false, ledger.Filter{RegFrom: since, Again: true}, "view", "all", "again", "1", "reg_from", day),
			onLedger("", false, ledger.Filter{RegFrom: since}, "view", "all", "reg_from", day)},
	} {
		n, err := Count(tx, who, []Figure{x.part, x.all})
		if err != nil {
			return nil, err
		}
		out = append(out, Quality{Name: x.name, Part: n[0].N, All: n[1].N, Query: x.part.Query, AllQuery: x.all.Query})
	}
	s, shown, err := accept.SatisfiedOf(tx, from, now)
	q := Quality{Name: "satisfied", Hidden: !shown}
	if shown {
		q.Part, q.All = s.Upper, s.Grades
	}
	if err != nil {
		return nil, err
	}
	out = append(out, q)
	left, err := supervise.LeftOut(tx, since, tx.Today(), nil)
	for i := range out {
		out[i].Excluded = left
	}
	return out, err
}

// Percent is Part of All with one decimal, and false where there are too few for a percentage: then the counts are shown.
func (q Quality) Percent() (string, bool) {
	if q.All < 10 {
		return "", false
	}
	n := (q.Part*1000 + q.All/2) / q.All
	return strconv.Itoa(n/10) + "." + strconv.Itoa(n%10) + "%", true
}
