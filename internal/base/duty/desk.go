package duty

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
)

// View chooses whose duties a desk shows.
type View string

// The views.
const (
	ViewMine  View = ""      // what I owe: named persons, my roles in my units, and as head of a department all that it owes
	ViewUnits View = "units" // all that is owed in the units which I oversee
)

// overseers are the roles that see all open duties of their units, except those of restricted subjects.
var overseers = []access.Role{access.DeptHead, access.UnitChair, access.Supervisor, access.Leader, access.Auditor}

// DeskFilter narrows a desk.
type DeskFilter struct {
	View    View
	Kinds   []Kind       // empty: all
	Subject string       // kind of subject, or empty
	Overdue bool         // only what is overdue
	From    clock.Millis // only what is due then or later, or zero
	Until   clock.Millis // only what is due by then, or zero
	After   string       // cursor of the page before
	Limit   int          // rows of a page; 0: 50, at most 200
}

// Item is a duty on a desk.
type Item struct {
	Duty
	Light      Light
	Left       int           // working days left: 0 on the last day, negative afterwards
	TimeLeft   time.Duration // time left, for duties around the clock
	WaitedDays int           // working days waited
	WaitedTime time.Duration // time waited, for duties around the clock
}

const (
	deskLimit    = 50
	deskLimitMax = 200
	chunk        = 50 // units asked for in one statement
)

// Desk returns a page of what a person owes or oversees, by due, and the cursor of the next page ("" if this is the last). A wrong cursor
// is an Invalid fault at the field "after". The subjects are not named here: the page asks their capabilities, which decide what this
// person may read of each.
func Desk(tx *db.Tx, who access.Person, f DeskFilter) ([]Item, string, error) {
	if err := who.May(tx, access.DutySee, access.Thing{Kind: "duty"}); err != nil {
		return nil, "", err
	}
	if f.Limit <= 0 {
		f.Limit = deskLimit
	}
	f.Limit = min(f.Limit, deskLimitMax)
	q, err := newDeskQuery(tx, f)
	if err != nil {
		return nil, "", err
	}
	for _, s := range streams(who, f.View) {
		if err := q.read(s); err != nil {
			return nil, "", err
		}
	}
	ds, next, err := q.page()
	if err != nil {
		return nil, "", err
	}
	items, err := itemsOf(tx, ds)
	return items, next, err
}

// CountMost is up to where [Count] counts.
const CountMost = 1000

// Count returns how many rows the desk of a filter has, up to CountMost; more tells that there are more.
func Count(tx *db.Tx, who access.Person, f DeskFilter) (n int, more bool, err error) {
	if err := who.May(tx, access.DutySee, access.Thing{Kind: "duty"}); err != nil {
		return 0, false, err
	}
	f.After, f.Limit = "", CountMost
	q, err := newDeskQuery(tx, f)
	if err != nil {
		return 0, false, err
	}
	for _, s := range streams(who, f.View) {
		if err := q.read(s); err != nil {
			return 0, false, err
		}
	}
	found := q.places()
	return min(len(found), CountMost), len(found) > CountMost, nil
}

// Items returns duties as a desk shows them, in the order given.
func Items(tx *db.Tx, ds []Duty) ([]Item, error) { return itemsOf(tx, ds) }

func itemsOf(tx *db.Tx, ds []Duty) ([]Item, error) {
	cal, err := org.Calendar(tx)
	if err != nil {
		return nil, err
	}
	s, err := org.SettingsOf(tx)
	if err != nil {
		return nil, err
	}
	spells, err := Spells(tx, ds...)
	if err != nil {
		return nil, err
	}
	items := make([]Item, len(ds))
	lim := LimitsOf(s)
	for i, d := range ds {
		at := tx.Now
		if d.Waiting() && d.WaitingFrom < clock.MillisOf(at) {
			at = d.WaitingFrom.Time()
		}
		items[i] = Item{Duty: d, Light: LightOf(d, tx.Now, cal, lim), Left: cal.WorkingDaysLeft(at, d.Due.Time()), TimeLeft: d.Due.Time().Sub(at)}
		items[i].WaitedDays, items[i].WaitedTime = d.Waited(spells[d.ID], cal, tx.Now)
	}
	return items, nil
}

// statement collects the arguments of a statement while its text is written.
type statement struct{ args []any }

// arg adds an argument and returns its parameter.
func (s *statement) arg(v any) string {
	s.args = append(s.args, v)
	return "$" + strconv.Itoa(len(s.args))
}

// stream is a part of a desk that one index gives in order of due.
type stream struct {
	cond func(*statement) string // condition on columns of duty
	path access.Path             // units that it covers; empty: no condition on the unit
}

func always(cond string) func(*statement) string { return func(*statement) string { return cond } }

// streams returns the parts of a person's desk. They may overlap.
func streams(who access.Person, v View) []stream {
	if v == ViewUnits {
		return wide(who.Scope(overseers...), always("restricted = ''"))
	}
	var out []stream
	if who.ID != "" {
		out = append(out, stream{cond: func(s *statement) string { return "person <> '' AND person = " + s.arg(who.ID) }})
	}
	roles := map[access.Role]bool{}
	for _, g := range who.Grants {
		if roles[g.Role] {
			continue
		}
		roles[g.Role] = true
		out = append(out, wide(who.Scope(g.Role), func(s *statement) string { return "person = '' AND role = " + s.arg(g.Role) })...)
	}
	return append(out, wide(who.Scope(access.DeptHead), always("restricted = ''"))...)
}

// wide returns one stream per path, leaving out those that lie under another.
func wide(paths []access.Path, cond func(*statement) string) []stream {
	var out []stream
	for i, p := range paths {
		covered := func(q access.Path) bool { return q != p && p.Under(q) }
		switch {
		case slices.Contains(paths[:i], p) || slices.ContainsFunc(paths, covered):
		case p.Root():
			out = append(out, stream{cond: cond})
		default:
			out = append(out, stream{cond: cond, path: p})
		}
	}
	return out
}

// deskQuery collects the first rows of several streams.
type deskQuery struct {
	tx     *db.Tx
	filter DeskFilter
	due    int64 // cursor: due and id of the last row before
	id     string
	found  []place
}

// place is where a duty stands in the order of the desk.
type place struct {
	Due clock.Millis
	ID  string
}

func newDeskQuery(tx *db.Tx, f DeskFilter) (*deskQuery, error) {
	q := &deskQuery{tx: tx, filter: f}
	if f.After != "" {
		due, id, ok := strings.Cut(f.After, "_")
		at, err := strconv.ParseInt(due, 36, 64)
		if !ok || err != nil || id == "" || len(id) > 64 {
			return nil, fault.Field("after", "fault.parameter", "after")
		}
		q.due, q.id = at, id
	}
	return q, nil
}

// cond returns the condition of the filter and the cursor.
func (q *deskQuery) cond(s *statement) string {
	out := "open = 1"
	if q.id != "" {
		out += " AND (due, id) > (" + s.arg(q.due) + ", " + s.arg(q.id) + ")"
	}
	if len(q.filter.Kinds) > 0 {
		kinds := make([]string, len(q.filter.Kinds))
		for i, k := range q.filter.Kinds {
			kinds[i] = s.arg(k)
		}
		out += " AND (kind || '') IN (" + strings.Join(kinds, ", ") + ")" // an expression: rows are read in their order, and not found by their kind and sorted
	}
	if q.filter.Subject != "" {
		out += " AND subject_kind = " + s.arg(q.filter.Subject)
	}
	if q.filter.Overdue {
		out += " AND waiting_from = 0 AND due < " + s.arg(q.tx.Millis())
	}
	if !q.filter.From.Zero() {
		out += " AND due >= " + s.arg(q.filter.From)
	}
	if !q.filter.Until.Zero() {
		out += " AND due <= " + s.arg(q.filter.Until)
	}
	return out
}

// read adds the first rows of a stream. Rows of one unit lie in order in the index, rows of several do not, and sorting all that a big
// department owes takes too long: so the units in which something is owed are looked up first, and each is read in its own order.
func (q *deskQuery) read(s stream) error {
	if s.path == "" {
		return q.union(s, []string{""})
	}
	paths, err := q.units(s)
	if err != nil {
		return err
	}
	for part := range slices.Chunk(paths, chunk) {
		if err := q.union(s, part); err != nil {
			return err
		}
	}
	return nil
}

// units returns the paths under s.path in which the stream has rows, by jumping from one to the next in the index.
func (q *deskQuery) units(s stream) ([]string, error) {
	var st statement
	from, to := s.path.Range()
	next := func(after string) string {
		return `(SELECT path FROM duty WHERE open = 1 AND ` + s.cond(&st) + ` AND path ` + after + ` AND path < ` + st.arg(to) + ` ORDER BY path LIMIT 1)`
	}
	sql := `WITH RECURSIVE u(path) AS (SELECT ` + next(`>= `+st.arg(from)) + ` AS path UNION ALL SELECT ` + next(`> u.path`) +
		` FROM u WHERE u.path IS NOT NULL) SELECT path FROM u WHERE path IS NOT NULL`
	return db.All[string](q.tx, sql, st.args...)
}

// union reads the first places of the stream in each of the paths ("" is everywhere). An index holds all it needs, so that a unit costs
// little; the rows themselves are read once it is known which of them are shown.
func (q *deskQuery) union(s stream, paths []string) error {
	var st statement
	var sql strings.Builder
	for i, p := range paths {
		if i > 0 {
			sql.WriteString(` UNION ALL `)
		}
		sql.WriteString(`SELECT due, id FROM (SELECT due, id FROM duty WHERE ` + q.cond(&st) + ` AND ` + s.cond(&st))
		if p != "" {
			sql.WriteString(` AND path = ` + st.arg(p))
		}
		sql.WriteString(` ORDER BY due, id LIMIT ` + st.arg(q.filter.Limit+1) + `) AS s` + strconv.Itoa(i))
	}
	sql.WriteString(` ORDER BY due, id LIMIT ` + st.arg(q.filter.Limit+1))
	found, err := db.All[place](q.tx, sql.String(), st.args...)
	q.found = append(q.found, found...)
	return err
}

// places returns what was found in the order of the desk, each once.
func (q *deskQuery) places() []place {
	slices.SortFunc(q.found, func(a, b place) int { return cmp.Or(cmp.Compare(a.Due, b.Due), cmp.Compare(a.ID, b.ID)) })
	return slices.Compact(q.found)
}

// page returns the rows in order, each once, and the cursor of what follows.
func (q *deskQuery) page() ([]Duty, string, error) {
	shown, next := q.places(), ""
	if len(shown) > q.filter.Limit {
		shown = shown[:q.filter.Limit]
		last := shown[len(shown)-1]
		next = strconv.FormatInt(int64(last.Due), 36) + "_" + last.ID
	}
	ids := make([]string, len(shown))
	for i, p := range shown {
		ids[i] = p.ID
	}
	cond, args := db.In("id", ids, 1)
	ds, err := db.All[Duty](q.tx, `SELECT `+columns+` FROM duty WHERE `+cond+` ORDER BY due, id`, args...)
	return ds, next, err
}
