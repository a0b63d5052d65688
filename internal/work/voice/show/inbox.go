package show

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/seal"
	"sanwen/internal/work/voice/core"
)

// Row is a voice in a list: nothing of it tells who said it.
type Row struct {
	ID         string
	Number     string
	Level      core.Level
	Kind       core.Kind
	Channel    core.Channel
	Place      string
	Unit       string
	UnitPath   access.Path `db:"unit_path"`
	Title      string
	Excerpt    string // first characters of what may be shown
	Category   string
	Class      clock.Class
	State      string
	Version    int
	Day        clock.Day
	Week       bool `db:"-"` // Day is the Monday of its week, and the number is without it
	Due        clock.Millis
	Restricted string
	Alarm      string
	Matter     string
	Lead       string
	Claimed    string `db:"claimed_by"`
	ClaimedBy  string `db:"claimed_name"` // name of the colleague
	Appeal     bool
	Refusal    string
}

// Head is the title, or the first characters where triage has not given one yet.
func (r Row) Head() string {
	if r.Title != "" {
		return r.Title
	}
	return r.Excerpt
}

// Offers reports whether the event, which is offered for several rows of a list, is this person's for the row. State and time may still speak
// against it. A row of a list never names its reader, so that this is not looked at again.
func (r Row) Offers(who access.Person, event string) bool {
	if r.Appeal && event == core.EvQuarantine {
		return false
	}
	for _, m := range core.Cycle.Moves {
		if m.Event == event && who.Can(core.Needs(m.Action, r.Appeal), access.Thing{Kind: core.RefKind, ID: r.ID, Unit: r.UnitPath, Restricted: r.Restricted}) {
			return true
		}
	}
	return false
}

const rowColumns = `v.id, v.number, v.level, v.kind, v.channel, v.place, v.unit, v.unit_path, v.title, substr(v.redacted, 1, 80) AS excerpt, v.category,
	v.class, v.state, v.version, v.day, v.due, v.restricted, v.alarm, v.matter, v.lead, v.claimed_by, v.appeal, v.refusal`

// Inbox is one page of a list.
type Inbox struct {
	Rows    []Row
	Next    string // cursor of the next page, "" on the last
	Partial bool   // only the nearest rows were searched; a narrower filter finds the rest
}

const (
	pageRows = 50
	// scanRows bounds how many rows of one state a filter without an index looks at, and textRows how many of all states
	// together are searched for words, so that no filter makes the page slow.
	scanRows = 6000
	textRows = 6000
)

// visible is the condition under which the person may have a voice in a list, with its arguments numbered from next on.
func visible(who access.Person, a access.Action, next int) (string, []any) {
	return access.Visible(who, a, access.Columns{Unit: "v.unit_path", Lead: "v.lead_path", Submitter: "v.submitter", Claimant: "v.claimed_by",
		Owner: "v.officer", Restricted: "v.restricted",
		Co:     "EXISTS (SELECT 1 FROM assignment a JOIN assignment_co c ON c.assignment = a.id WHERE a.subject_kind = 'voice' AND a.subject_id = v.id AND a.ended_at = 0 AND %s)",
		CoPath: "c.path", RecusedArgs: recusedArgs}, next)
}

// recusedArgs is the condition that the voice names the person or a unit that he works in or acts for.
func recusedArgs(p access.Person, next int) (string, []any) {
	args := []any{p.ID}
	cond := fmt.Sprintf("(n.kind = 'person' AND n.ref = $%d)", next)
	paths := []access.Path{p.Path}
	for _, g := range p.Grants {
		if !slices.Contains(paths, g.Path) {
			paths = append(paths, g.Path)
		}
	}
	for _, path := range paths {
		args = append(args, string(path))
		cond += fmt.Sprintf(" OR (n.kind = 'unit' AND substr($%d, 1, length(n.path)) = n.path)", next+len(args)-1)
	}
	return "(v.named = 1 AND EXISTS (SELECT 1 FROM voice_named n WHERE n.voice = v.id AND (" + cond + ")))", args
}

// List gives a page of the inbox: by due, the most urgent first; voices that are over, the latest first.
func List(tx *db.Tx, who access.Person, f Filter) (Inbox, error) {
	tx.Asked()
	states := f.States
	if len(states) == 0 {
		states = core.Open()
	}
	limit := f.Limit
	if limit <= 0 || limit > 200 {
		limit = pageRows
	}
	desc := !slices.ContainsFunc(states, func(s string) bool { return !core.Cycle.Over(s) && s != core.Answered })
	scan := scanRows
	if f.Text != "" {
		scan = textRows / len(states)
	}
	var out Inbox
	for _, st := range slices.Compact(slices.Sorted(slices.Values(states))) {
		q, args, bounded, err := f.query(tx, who, "voice", st, desc, limit, scan)
		if err != nil {
			return out, err
		}
		rows, err := db.All[Row](tx, q, args...)
		if err != nil {
			return out, err
		}
		if bounded && len(rows) <= limit && !out.Partial {
			if out.Partial, err = f.more(tx, st, scan); err != nil {
				return out, err
			}
		}
		out.Rows = append(out.Rows, rows...)
		if st == core.Withdrawn { // nobody's work leads to those
			if q, args, _, err = f.query(tx, who, core.Decoys, st, desc, limit, scan); err != nil {
				return out, err
			}
			if rows, err = db.All[Row](tx, q, args...); err != nil {
				return out, err
			}
			out.Rows = append(out.Rows, rows...)
		}
	}
	slices.SortStableFunc(out.Rows, func(a, b Row) int {
		c := int(min(max(a.Due-b.Due, -1), 1))
		if c == 0 {
			c = strings.Compare(a.ID, b.ID)
		}
		if desc {
			c = -c
		}
		return c
	})
	if len(out.Rows) > limit {
		last := out.Rows[limit-1]
		out.Rows, out.Next = out.Rows[:limit], fmt.Sprintf("%d-%s", last.Due, last.ID)
	}
	return out, nil
}

// query is the statement for one state, of voices or of decoys. bounded says that the filter has a condition without an index, so that only the
// first rows of the state are searched.
func (f Filter) query(tx *db.Tx, who access.Person, table, state string, desc bool, limit, scan int) (q string, args []any, bounded bool, err error) {
	seen, first := visible(who, access.VoiceList, 1)
	near := db.NewWhere(first...)
	near.Add("v.state = ?", state)
	if err := f.indexed(near, who); err != nil {
		return "", nil, false, err
	}
	order := "v.due, v.id"
	if desc {
		order = "v.due DESC, v.id DESC"
	}
	if f.After != "" {
		due, id, ok := strings.Cut(f.After, "-")
		n, err := strconv.ParseInt(due, 10, 64)
		if !ok || err != nil {
			return "", nil, false, fault.Field("after", "voice.filter.value", f.After, "")
		}
		op := ">"
		if desc {
			op = "<"
		}
		near.Add("(v.due, v.id) "+op+" (?, ?)", n, id)
	}
	wide := db.NewWhere()
	if err := f.rest(tx, wide); err != nil {
		return "", nil, false, err
	}
	_, margs := wide.SQL()
	bounded = len(margs) > 0 || f.Mark != "" || f.Claimed == "none"
	from := table + " v WHERE "
	if !bounded {
		lim := near.Arg(limit + 1)
		nearSQL, args := near.SQL()
		return `SELECT ` + rowColumns + `, COALESCE(p.name, '') AS claimed_name FROM (SELECT v.* FROM ` + from + seen + ` AND ` + nearSQL +
			` ORDER BY ` + order + ` LIMIT ` + lim + `) v LEFT JOIN org_person p ON p.id = v.claimed_by`, args, false, nil
	}
	// The conditions without an index apply to the first rows of the state only.
	most := near.Arg(scan)
	nearSQL, args := near.SQL()
	all := db.NewWhere(args...)
	if err := f.rest(tx, all); err != nil {
		return "", nil, false, err
	}
	lim := all.Arg(limit + 1)
	cond, args := all.SQL()
	return `SELECT ` + rowColumns + `, COALESCE(p.name, '') AS claimed_name FROM (SELECT v.* FROM (SELECT v.* FROM ` + from + nearSQL +
		` ORDER BY ` + order + ` LIMIT ` + most + `) v WHERE ` + seen + ` AND ` + cond + ` LIMIT ` + lim +
		`) v LEFT JOIN org_person p ON p.id = v.claimed_by`, args, true, nil
}

// indexed adds the conditions that an index serves.
func (f Filter) indexed(w *db.Where, who access.Person) error {
	if f.IDs != nil {
		w.In("v.id", f.IDs)
	}
	if f.Place != "" {
		w.Add("v.place = ?", org.NormalCode(f.Place))
	}
	if f.Category != "" {
		w.Add("v.category = ? AND v.category <> ''", f.Category)
	}
	if f.Queue != "" {
		w.Add("v.restricted = ? AND v.restricted <> ''", f.Queue)
	}
	if f.Lead != "" {
		w.Add("v.lead = ? AND v.lead <> ''", f.Lead)
	}
	switch f.Claimed {
	case "", "none":
	case "me":
		w.Add("v.claimed_by = ? AND v.claimed_by <> ''", who.ID)
	default:
		w.Add("v.claimed_by = ? AND v.claimed_by <> ''", f.Claimed)
	}
	if n, err := seal.ParseNumber(f.Text); err == nil {
		w.Add("(v.number >= ? AND v.number < ?)", n, n+"~")
	}
	return nil
}

// rest adds the conditions that no index serves.
func (f Filter) rest(tx *db.Tx, w *db.Where) error {
	if f.Level != "" {
		w.Add("v.level = ?", f.Level)
	}
	if f.Kind != "" {
		w.Add("v.kind = ?", f.Kind)
	}
	if f.Class != "" {
		w.Add("v.class = ?", f.Class)
	}
	if f.Unit != "" {
		tree, err := org.TreeOf(tx)
		if err != nil {
			return err
		}
		path := tree.Path(f.Unit)
		if path == "" {
			return fault.Field("unit", "voice.unit.unknown", f.Unit)
		}
		if !path.Root() {
			from, to := path.Range()
			w.Add("v.unit_path >= ? AND v.unit_path < ?", from, to)
		}
	}
	if f.Claimed == "none" {
		w.Add("v.claimed_by = ''")
	}
	switch f.Mark {
	case "alarm":
		w.Add("v.alarm <> ''")
	case "refusal":
		w.Add("v.refusal <> '' AND v.refusal_by2 = ''")
	case "appeal":
		w.Add("v.appeal = 1")
	case "returned":
		w.Add(returned)
	}
	if f.Due != "" {
		w.Add("v.due < ?", f.dueBefore(tx))
	}
	if f.Due == "today" { // what is overdue has a list of its own, and the number above this one does not count it
		w.Add("v.due >= ?", tx.Millis())
	}
	if n, ok := core.AnyDay(f.Text); ok { // as it is written in papers
		w.Add("v.number LIKE ?", n)
	} else if _, err := seal.ParseNumber(f.Text); f.Text != "" && err != nil {
		like := db.Within(f.Text)
		w.Add(`lower(v.title || ' ' || v.redacted) LIKE ? ESCAPE '\'`, like)
	}
	return nil
}

func (f Filter) dueBefore(tx *db.Tx) clock.Millis {
	switch f.Due {
	case "today":
		return clock.MillisOf(tx.Today().Add(1).Time(tx.Zone()))
	case "week":
		return clock.MillisOf(tx.Today().Add(7).Time(tx.Zone()))
	}
	return tx.Millis()
}

// more reports whether a state has more rows than a bounded search looked at.
func (f Filter) more(tx *db.Tx, state string, scan int) (bool, error) {
	n, err := db.One[int](tx, `SELECT COUNT(*) FROM (SELECT 1 FROM voice WHERE state = $1 ORDER BY due LIMIT $2) c`, state, scan+1)
	return n > scan, err
}

// Count is a number up to a limit: "1,000+" where there are more.
type Count struct {
	N    int
	More bool
}

// countCap is up to where counters count.
const countCap = 1000

// returned is the condition that a unit has given the voice back and nobody has it yet.
const returned = `EXISTS (SELECT 1 FROM assignment g WHERE g.subject_kind = 'voice' AND g.subject_id = v.id AND g.ended_at = 0 AND g.state = 'returned')`

// Counters are the filters with numbers above the inbox.
type Counters struct {
	New, Mine, InTriage, Waiting, Quarantined, Today, Overdue, Returned, Refusals, Appeals Count
}

// CountersOf counts what the person may see in the inbox.
func CountersOf(tx *db.Tx, who access.Person) (Counters, error) {
	tx.Asked()
	var c Counters
	midnight := clock.MillisOf(tx.Today().Add(1).Time(tx.Zone()))
	for _, x := range []struct {
		into   *Count
		states []string
		cond   string
		args   []any
	}{
		{&c.New, []string{core.Registered}, "", nil},
		{&c.Mine, []string{core.InTriage}, "v.claimed_by = ? AND v.claimed_by <> ''", []any{who.ID}},
		{&c.InTriage, []string{core.InTriage}, "", nil},
		{&c.Waiting, []string{core.WaitingInfo}, "", nil},
		{&c.Quarantined, []string{core.Quarantined}, "", nil},
		{&c.Today, []string{core.Registered, core.InTriage}, "v.due >= ? AND v.due < ?", []any{tx.Millis(), midnight}},
		{&c.Overdue, []string{core.Registered, core.InTriage}, "v.due < ?", []any{tx.Millis()}},
		{&c.Returned, []string{core.InTriage}, returned, nil},
		{&c.Refusals, []string{core.InTriage, core.Quarantined}, "v.refusal <> '' AND v.refusal_by2 = '' AND v.refusal_by <> ?", []any{who.ID}},
		{&c.Appeals, []string{core.InTriage}, "v.appeal = 1", nil},
	} {
		for _, st := range x.states {
			seen, first := visible(who, access.VoiceList, 1)
			w := db.NewWhere(first...)
			w.Add("v.state = ?", st)
			if x.cond != "" {
				w.Add(x.cond, x.args...)
			}
			lim := w.Arg(countCap + 1)
			cond, args := w.SQL()
			n, err := db.One[int](tx, `SELECT COUNT(*) FROM (SELECT v.id FROM voice v WHERE `+seen+` AND `+cond+` LIMIT `+lim+`) c`, args...)
			if err != nil {
				return c, err
			}
			x.into.N += n
		}
		if x.into.N > countCap {
			x.into.N, x.into.More = countCap, true
		}
	}
	return c, nil
}
