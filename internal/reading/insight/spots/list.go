package spots

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/few"
	"sanwen/internal/reading/insight/spots/crux"
	"sanwen/internal/reading/insight/spots/daily"
	"sanwen/internal/work/matter/ledger"
	"sanwen/internal/work/voice/show"
)

// Limits of the list (defaults of the product).
const (
	yearDays   = 365
	latelyDays = 30
	beforeDays = 180 // with which the last days are compared
	listMost   = 50
	leastOf    = 2 // voices from which on a problem is worth a row for those who could read each of them
)

// Filter narrows the list; it is what stands in the address.
type Filter struct {
	Place    string // it and what is inside
	Unit     string // it and what is below
	Category string // it and what is below
	Month    string // "2026-11"
}

func (f Filter) set() bool { return f != Filter{} }

// Row is a hot spot in the list.
type Row struct {
	N        int64
	Hood     string
	Title    string `db:"-"` // public wording of most of its voices, or ""
	Topic    string `db:"-"`
	Voices   int    // me too counted
	People   int    // one who said it several times counts once
	Lately   int    // of the last thirty days
	Before   int    // of the five months before
	Again    int    `db:"-"` // said after a matter of it was complete
	Grave    int    // 0–3: the gravest class
	First    clock.Day
	Last     clock.Day
	Score    float64    `db:"-"`
	Burst    crux.Burst `db:"-"`
	Exact    bool       `db:"-"` // each of its voices stands in a list of this reader, so that no number needs to be hidden
	Matters  []Matter   `db:"-"`
	Listed   int        `db:"listed"`
	Matched  int        `db:"matched"`
	Least    int        `db:"-"` // people from whom on a number is told
	Shown    bool       `db:"-"`
	Returned bool       `db:"-"` // it came back within ninety days after a matter was complete
}

// Matter is a matter that voices of a spot count to.
type Matter struct {
	ID, Number, Title, State string
	Spot                     int64
	Completed                clock.Millis `db:"completed0"`
	RegisteredAt             clock.Millis
}

// Growth is how much more was said lately than a usual month of the five before, from 0.5 to 3.
func (r Row) Growth() float64 {
	g := float64(r.Lately+1) / (float64(r.Before)*latelyDays/(beforeDays-latelyDays) + 1)
	return min(3, max(0.5, g))
}

// weight is by how much a class weighs.
func (r Row) weight() float64 { return []float64{1, 1.5, 2, 4}[r.Grave] }

// score ranks: people × severity × growth × repeat after completion.
func (r Row) score() float64 {
	return float64(r.People) * r.weight() * r.Growth() * (1 + float64(min(r.Again, 10))/5)
}

// scope is what a reader sees of spots.
type scope struct {
	tx      *db.Tx
	who     access.Person
	r       *reader
	tree    *org.Tree
	rule    few.Rule
	people  int // of the whole organisation
	since   clock.Day
	plainly bool // read the voices themselves, not what is kept of days
}

func newScope(tx *db.Tx, who access.Person) (*scope, error) {
	tx.Asked() // what is not for him is in no row
	s := &scope{tx: tx, who: who, since: tx.Today().Add(-yearDays)}
	var err error
	if s.r, err = newReader(tx); err != nil {
		return nil, err
	}
	if s.tree, err = org.TreeOf(tx); err != nil {
		return nil, err
	}
	set, err := org.SettingsOf(tx)
	if err != nil {
		return nil, err
	}
	s.rule = few.Rule{Answers: set.Int(org.ShowFrom), People: set.Int(org.PlaceUsers)}
	root, _ := s.tree.Get(org.Root)
	s.people = root.Headcount
	return s, nil
}

// users is how many people use a surrounding.
func (s *scope) users(hood string) int {
	if p, ok := s.r.Place(hood); ok {
		return p.Users
	}
	return s.people
}

// shown reports whether the numbers of a row may be told.
func (s *scope) shown(r Row) bool {
	return r.Exact || s.rule.Shown(few.Cell{Answers: r.People, People: s.users(r.Hood)})
}

const people = `COUNT(DISTINCT CASE WHEN v.submitter <> '' THEN v.submitter ELSE v.id END)`

const joined = ` FROM insight_spot_voice s JOIN voice v ON v.id = s.voice`

// lately reads what was said since a day, with the condition that holds the two together: those days are found first, whatever indexes voices have, so
// that the years before cost nothing.
const (
	lately    = ` FROM insight_spot_voice s CROSS JOIN voice v`
	sinceThen = `v.id = s.voice AND s.day >= ?`
)

// seen begins a condition on the voices that count for the reader.
func (s *scope) seen() *daily.Seen { return daily.SeenBy(s.who) }

// matches is the condition of a filter, behind arguments that are there already; 1 = 1 where there is none.
func (s *scope) matches(f Filter, args []any) (string, []any) {
	w := db.NewWhere(args...)
	if f.Place != "" {
		w.In("v.place", s.r.Within(f.Place))
	}
	if f.Unit != "" {
		from, to := s.tree.Path(f.Unit).Range()
		w.Add("v.unit_path >= ? AND v.unit_path < ?", from, to)
	}
	if f.Category != "" {
		w.In("v.category", s.topicsBelow(f.Category))
	}
	if f.Month != "" {
		w.Add("s.day >= ? AND s.day <= ?", f.Month+"-01", f.Month+"-31")
	}
	return w.SQL()
}

func (s *scope) topicsBelow(code string) []string {
	out := []string{code}
	for _, k := range s.r.topics.Categories() {
		if k.Parent == code {
			out = append(out, k.Code)
		}
	}
	return out
}

// List gives the spots of the last twelve months that the reader may see, the hottest first.
func List(tx *db.Tx, who access.Person, f Filter) ([]Row, error) {
	s, err := newScope(tx, who)
	if err != nil {
		return nil, err
	}
	rows, err := s.rows(f, some{})
	if err != nil {
		return nil, err
	}
	rows = slices.DeleteFunc(rows, func(r Row) bool { return !r.Shown })
	slices.SortFunc(rows, func(a, b Row) int { return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.N, b.N)) })
	rows = rows[:min(len(rows), listMost)]
	return rows, s.fill(rows)
}

// some are one spot, or those of one surrounding, or all.
type some struct {
	spot int64
	hood *string
}

// in narrows a condition to voices of them, under a name of their table.
func (o some) in(w *db.Where, name string) {
	switch {
	case o.spot != 0:
		w.Add(name+".spot = ?", o.spot)
	case o.hood != nil:
		w.Add(name+".spot IN (SELECT n FROM insight_spot WHERE hood = ?)", *o.hood)
	}
}

// rows counts spots, from what is kept of days where that can be.
func (s *scope) rows(f Filter, only some) ([]Row, error) {
	rows, ok, err := s.quickly(f, only)
	if err == nil && !ok {
		rows, err = s.slowly(f, only)
	}
	for i := range rows {
		r := &rows[i]
		r.Least, r.Exact = s.rule.Answers, r.Listed == r.Voices
		r.Score = r.score()
		r.Shown = s.shown(*r)
		if f.set() && !r.Exact && (r.Matched < s.rule.Answers || f.Unit != "" && !s.large(f.Unit)) || r.Matched == 0 {
			r.Shown = false // that somebody of a small group is among them is a number, too
		}
	}
	return rows, err
}

// slowly counts spots by reading their voices.
func (s *scope) slowly(f Filter, only some) ([]Row, error) {
	today := s.tx.Today()
	w := s.seen()
	w.Add(sinceThen, s.since)
	only.in(w.Where, "s")
	cond, args := w.SQL()
	lists, more := show.Seen(s.who, access.VoiceList, len(args)+1)
	args = append(args, more...)
	match, args := s.matches(f, args)
	days := func(from, to clock.Day) string {
		args = append(args, from, to)
		return `SUM(CASE WHEN s.day > $` + strconv.Itoa(len(args)-1) + ` AND s.day <= $` + strconv.Itoa(len(args)) + ` THEN 1 ELSE 0 END)`
	}
	recent, before := days(today.Add(-latelyDays), today), days(today.Add(-beforeDays), today.Add(-latelyDays))
	having := leastOf
	if only.spot != 0 {
		having = 1
	}
	rows, err := db.All[Row](s.tx, `SELECT s.spot AS n, t.hood, COUNT(*) AS voices, `+people+` AS people, MIN(s.day) AS first, MAX(s.day) AS last,
		`+recent+` AS lately, `+before+` AS before, MAX(CASE v.class WHEN '`+string(clock.T2H)+`' THEN 3 WHEN '`+string(clock.T24H)+`' THEN 2 WHEN '`+string(clock.T7D)+`' THEN 1 ELSE 0 END) AS grave,
		SUM(CASE WHEN `+lists+` THEN 1 ELSE 0 END) AS listed, SUM(CASE WHEN `+match+` THEN 1 ELSE 0 END) AS matched
		`+lately+` JOIN insight_spot t ON t.n = s.spot WHERE `+cond+` GROUP BY s.spot, t.hood HAVING COUNT(*) >= `+strconv.Itoa(having), args...)
	if err != nil {
		return nil, err
	}
	again, err := s.again(only)
	if err != nil {
		return nil, err
	}
	for i := range rows {
		rows[i].Again = again[rows[i].N]
	}
	return rows, nil
}

// large reports whether a unit has so many people that counts of it may be told.
func (s *scope) large(unit string) bool {
	u, ok := s.tree.Get(unit)
	return ok && u.Headcount >= s.rule.People
}

// again counts voices of spots that came after a matter of the spot was complete for the first time; of all, those that have something to say of the last
// twelve months.
func (s *scope) again(only some) (map[int64]int, error) {
	w := s.seen()
	w.Add("NOT EXISTS (SELECT 1 FROM insight_spot_apart a WHERE a.voice = s.voice)")
	cond, args := w.SQL()
	in := db.NewWhere(args...)
	if only.in(in, "b"); only == (some{}) {
		in.Add("b.spot IN (SELECT spot FROM insight_spot_voice WHERE day >= ?)", s.since)
	}
	of, args := in.SQL()
	type row struct {
		Spot int64
		N    int
	}
	rows, err := db.All[row](s.tx, `SELECT s.spot, COUNT(*) AS n FROM (SELECT b.spot, MIN(m.completed0) AS at FROM insight_spot_voice b JOIN voice x ON x.id = b.voice
		JOIN matter m ON m.id = x.matter WHERE x.matter <> '' AND m.completed0 > 0 AND m.restricted = '' AND `+of+` GROUP BY b.spot) d
		JOIN insight_spot_voice s ON s.spot = d.spot AND s.at > d.at JOIN voice v ON v.id = s.voice WHERE `+cond+` GROUP BY s.spot`, args...)
	out := map[int64]int{}
	for _, r := range rows {
		out[r.Spot] = r.N
	}
	return out, err
}

// naming is after how many of its newest voices a spot is called.
var naming = 1000

// fill adds what rows say besides their numbers.
func (s *scope) fill(rows []Row) error {
	if len(rows) == 0 {
		return nil
	}
	at := map[int64]*Row{}
	var ns []int64
	for i := range rows {
		at[rows[i].N] = &rows[i]
		ns = append(ns, rows[i].N)
	}
	titles, topics := map[int64]map[string]int{}, map[int64]map[string]int{}
	for _, n := range ns {
		type word struct {
			Title, Category string
			N               int
		}
		w := s.seen()
		spot, most := w.Arg(n), w.Arg(naming)
		cond, args := w.SQL()
		said, err := db.All[word](s.tx, `SELECT v.title, v.category, COUNT(*) AS n FROM (SELECT voice FROM insight_spot_voice WHERE spot = `+spot+` ORDER BY day DESC, voice DESC LIMIT `+most+`) s
			CROSS JOIN voice v WHERE v.id = s.voice AND `+cond+` GROUP BY v.title, v.category`, args...)
		if err != nil {
			return err
		}
		for _, x := range said {
			tally(titles, n, x.Title, x.N)
			tally(topics, n, x.Category, x.N)
		}
	}
	var err error
	for n, r := range at {
		if r.Title, r.Topic = crux.Commonest(titles[n]), crux.Commonest(topics[n]); r.Title == "" && r.Topic == "" {
			if r.Topic, err = s.guess(n); err != nil {
				return err
			}
		}
	}
	days, err := daily.Reader{TX: s.tx, Who: s.who, Since: s.tx.Today().Add(-2 * yearDays)}.Days(ns, s.plainly)
	if err != nil {
		return err
	}
	for n, r := range at {
		r.Burst = crux.BurstOf(days[n], s.tx.Today(), r.People)
	}
	ms, err := s.matters(ns)
	if err != nil {
		return err
	}
	for _, m := range ms {
		r := at[m.Spot]
		r.Matters = append(r.Matters, m)
		if done := m.Completed.Day(s.tx.Zone()); m.Completed > 0 && r.Again > 0 && r.Last > done && done.Until(r.Last) <= 90 {
			r.Returned = true
		}
	}
	return nil
}

// guess is the topic to which most of a spot's words lead, as long as nobody has said one.
func (s *scope) guess(n int64) (string, error) {
	rows, err := db.All[row](s.tx, `SELECT `+rowColumns+` FROM insight_spot_voice s JOIN voice v ON v.id = s.voice LEFT JOIN insight_spot_pin p ON p.voice = v.id
		WHERE s.spot = $1 ORDER BY s.at DESC, v.id LIMIT 20`, n)
	topics := map[string]int{}
	for _, v := range rows {
		if x, _, ok := s.r.said(v); ok && x.Topic != "" {
			topics[x.Topic]++
		}
	}
	return crux.Commonest(topics), err
}

func tally(all map[int64]map[string]int, spot int64, value string, n int) {
	if value = strings.TrimSpace(value); value == "" {
		return
	}
	if all[spot] == nil {
		all[spot] = map[string]int{}
	}
	all[spot][value] += n
}

// matters lists the matters of spots that the reader may have in a list, the newest first.
func (s *scope) matters(ns []int64) ([]Matter, error) {
	all, ok, err := s.led(ns)
	if err == nil && !ok {
		w := s.seen()
		w.Add("v.matter <> '' AND m.restricted = '' AND s.spot IN " + daily.Numbers(ns))
		cond, args := w.SQL()
		all, err = db.All[Matter](s.tx, `SELECT DISTINCT s.spot, `+matterColumns+joined+` JOIN matter m ON m.id = v.matter WHERE `+cond, args...)
	}
	if err != nil {
		return nil, err
	}
	slices.SortFunc(all, func(a, b Matter) int {
		return cmp.Or(cmp.Compare(b.RegisteredAt, a.RegisteredAt), cmp.Compare(a.ID, b.ID), cmp.Compare(a.Spot, b.Spot))
	})
	var ids []string
	for _, m := range all {
		if !slices.Contains(ids, m.ID) {
			ids = append(ids, m.ID)
		}
	}
	rows, err := ledger.RowsOf(s.tx, s.who, ids)
	may := map[string]bool{}
	for _, r := range rows {
		may[r.ID] = true
	}
	return slices.DeleteFunc(all, func(m Matter) bool { return !may[m.ID] }), err
}

const matterColumns = `m.id, m.number, m.title, m.state, m.completed0, m.registered_at`

// led reads the matters of spots by what is kept; false where that cannot be.
func (s *scope) led(ns []int64) ([]Matter, bool, error) {
	if s.plainly {
		return nil, false, nil
	}
	led, ok, err := s.kept().Led(ns)
	if err != nil || !ok {
		return nil, false, err
	}
	var ids []string
	for _, l := range led {
		ids = append(ids, l.Matter)
	}
	slices.Sort(ids)
	by := map[string]Matter{}
	for part := range slices.Chunk(slices.Compact(ids), 200) {
		in, args := db.In("m.id", part, 1)
		rows, err := db.All[Matter](s.tx, `SELECT 0 AS spot, `+matterColumns+` FROM matter m WHERE m.restricted = '' AND `+in, args...)
		if err != nil {
			return nil, false, err
		}
		for _, m := range rows {
			by[m.ID] = m
		}
	}
	var out []Matter
	for _, l := range led {
		if m, there := by[l.Matter]; there {
			m.Spot = l.Spot
			out = append(out, m)
		}
	}
	return out, true, nil
}
