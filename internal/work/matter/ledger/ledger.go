package ledger

import (
	"fmt"
	"slices"
	"strings"

	"sanwen/internal/base/access"
	"sanwen/internal/base/duty"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/matter"
)

// Filter is what of the ledger is wanted. Empty fields do not restrict.
type Filter struct {
	States   []string
	Lead     string // unit code; with everything below it
	Unit     string // unit whose employees it is for; with everything below it
	Place    string
	Category string // a first-level category covers what is below it
	Class    matter.Class
	Source   matter.Source
	Light    duty.Color
	Overdue  bool
	Text     string   // in number or title
	Of       []string // ids among which it has to be, besides all else: where somebody knows which may hold the text; nil: any
	Owner    string
	Sponsor  string
	Verdict  string
	Year     int       // of registration
	RegFrom  clock.Day // registered on this day or later
	RegTo    clock.Day // registered on this day or earlier
	EndFrom  clock.Day // struck off or ended on this day or later
	EndTo    clock.Day // struck off or ended on this day or earlier
	Again    bool      // in a later round than the first
	Rounds   int       // at least in this round
	ReviewTo clock.Day // carried over, to be looked at on this day or earlier
	BackFrom clock.Day // begun again on this day or later
	BackTo   clock.Day // begun again on this day or earlier
	Extended bool      // at least one extension was granted
	DueFrom  clock.Day
	DueTo    clock.Day
	Changed  string // one of [Changes]: how its light stands beside the beginning of the week
	Still    int    // nothing has moved for so many days
	Sort     string // one of the orders; empty: SortNumber
	After    string // cursor of the row before
	Limit    int    // 1 to MaxRows

	inOrder bool // rows are read in the order of the list, whatever else would find them
	common  bool // the text is in many rows, and many are worked on: no index of states leads to them sooner than reading all
}

// MaxRows is the longest page of the ledger; MaxCount is up to where rows are counted.
const (
	MaxRows  = 1000
	MaxCount = 10000
)

// Row is a line of the ledger with everything that the customary ledger prints about it.
type Row struct {
	matter.Matter
	Color        duty.Color
	OwnerName    string
	SponsorName  string
	Plan         matter.Slots // the plan in force
	Progress     string
	ProgressAt   clock.Millis
	PlanApproved bool
}

// Percent is how many of the steps are done; a closed matter is done whole.
func (r Row) Percent() int {
	switch {
	case r.State == matter.Closed:
		return 100
	case r.StepsAll == 0:
		return 0
	}
	return int(r.StepsDone * 100 / r.StepsAll)
}

// Hardly any matter is restricted. As an expression the column is read from the row, or from the index that serves the rest of a query: a
// database without statistics would find the others by it, which are nearly all, and sort them. So is the kind of what a helping unit is assigned
// to: what few units help with is found by the unit.
var ledgerColumns = access.Columns{
	Unit: "unit_path", Lead: "lead_path", Finance: "finance_path", Owner: "owner", Author: "author", Sponsor: "sponsor", Assigned: "inspector",
	Co:     "matter.id IN (SELECT a.subject_id FROM assignment_co c JOIN assignment a ON a.id = c.assignment WHERE (a.subject_kind || '') = 'matter' AND a.ended_at = 0 AND %s)",
	CoPath: "c.path", Restricted: "(restricted || '')", Public: "public", RecusedArgs: recusedSQL,
}

// recusedSQL is true when a voice behind the matter names the person or a unit that he works in or acts for.
func recusedSQL(p access.Person, next int) (string, []any) {
	args := []any{p.ID}
	or := []string{fmt.Sprintf("n.person = $%d", next)}
	paths := []string{string(p.Path)}
	for _, g := range p.Grants {
		if !slices.Contains(paths, string(g.Path)) {
			paths = append(paths, string(g.Path))
		}
	}
	for _, u := range paths {
		if u == "" {
			continue
		}
		args = append(args, u)
		or = append(or, fmt.Sprintf("(n.path <> '' AND SUBSTR($%d, 1, LENGTH(n.path)) = n.path)", next+len(args)-1))
	}
	return "matter.id IN (SELECT n.matter FROM matter_named n WHERE " + strings.Join(or, " OR ") + ")", args
}

// state is the column of the states. Where the rows are named, are few, or are read in their order, it is one by which no database looks for
// them.
func (f Filter) state() string {
	if f.Of != nil || f.inOrder || f.common || f.Rounds > 1 || f.ReviewTo != "" || f.Verdict == matter.Disputed {
		return "(state || '')"
	}
	return "state"
}

// states are those in which a row of the filter can be; nil: any. A light, and what has become better or worse, only those have that are
// worked on, and an index has these together.
func (f Filter) states() []string {
	switch {
	case f.Light == "" && !f.Overdue && f.Changed != Worse && f.Changed != Better && f.Changed != Fresh:
		if len(f.States) == 0 {
			return nil
		}
		return f.States
	case len(f.States) == 0:
		return lit
	}
	return slices.DeleteFunc(slices.Clone(f.States), func(s string) bool { return !slices.Contains(lit, s) })
}

// reopened is the condition that event e began a matter again.
const reopened = `e.from_state IN ('accepting', 'rated', 'closed') AND e.to_state = 'executing'`

func (f Filter) where(tx *db.Tx, who access.Person, a access.Action, l Lamps) (*db.Where, error) {
	cond, args := access.Visible(who, a, ledgerColumns, 1)
	w := db.NewWhere(args...)
	w.Add(cond)
	if states := f.states(); states != nil {
		w.In(f.state(), states)
	}
	tree, err := org.TreeOf(tx)
	if err != nil {
		return nil, err
	}
	under := func(col, code string) {
		if u, ok := tree.Get(code); ok {
			from, to := u.Path.Range()
			w.Add(col+" >= ? AND "+col+" < ?", from, to)
		} else if code != "" {
			w.Add("1 = 0")
		}
	}
	if f.Still > 0 {
		w.Add("moved_at < ?", tx.Millis()-clock.Millis(f.Still)*24*3600*1000)
	}
	under("lead_path", f.Lead)
	under("unit_path", f.Unit)
	if f.Category != "" {
		cat, err := org.CatalogueOf(tx)
		if err != nil {
			return nil, err
		}
		codes := []string{f.Category}
		for _, c := range cat.Categories() {
			if c.Parent == f.Category {
				codes = append(codes, c.Code)
			}
		}
		w.In("category", codes)
	}
	for _, c := range []struct {
		col string
		v   string
	}{{"place", f.Place}, {"class", string(f.Class)}, {"source", string(f.Source)}, {"owner", f.Owner}, {"sponsor", f.Sponsor}} {
		if c.v != "" {
			w.Add(c.col+" = ?", c.v)
		}
	}
	switch f.Verdict {
	case "":
	case matter.Disputed: // as a word, so that the small index of these is known to hold them
		w.Add("verdict = '" + matter.Disputed + "'")
	default:
		w.Add("verdict = ?", f.Verdict)
	}
	if f.Light != "" {
		f.addLight(w, f.Light, l)
	}
	if f.Overdue {
		f.addLight(w, duty.Red, l)
	}
	if t := strings.TrimSpace(f.Text); t != "" {
		w.Add(holds, db.Within(t))
	}
	if f.Of != nil {
		w.In("id", f.Of)
	}
	if f.Year != 0 {
		w.Add("number >= ? AND number < ?", fmt.Sprintf("SS-%04d-", f.Year), fmt.Sprintf("SS-%04d.", f.Year))
	}
	for _, d := range []struct {
		cond string
		day  clock.Day
	}{{"registered_at >= ?", f.RegFrom}, {"registered_at < ?", f.RegTo}, {"closed_at >= ?", f.EndFrom}, {"closed_at < ?", f.EndTo}} {
		if d.day == "" {
			continue
		}
		from := d.day
		if strings.Contains(d.cond, "<") {
			from = from.Add(1)
		}
		w.Add(d.cond, clock.MillisOf(from.Time(tx.Zone())))
	}
	if f.EndFrom != "" || f.EndTo != "" {
		w.Add("closed_at > 0")
	}
	if f.Rounds > 0 {
		w.Add("round >= ?", f.Rounds)
		if f.Rounds > 1 {
			w.Add("round > 1")
		}
	}
	if f.ReviewTo != "" {
		w.Add("review_day <> '' AND review_day <= ?", f.ReviewTo)
	}
	if f.Again {
		w.Add("round > 1")
	}
	if f.BackFrom != "" || f.BackTo != "" {
		from, to := clock.Millis(0), clock.MillisOf(tx.Now)+1
		if f.BackFrom != "" {
			from = clock.MillisOf(f.BackFrom.Time(tx.Zone()))
		}
		if f.BackTo != "" {
			to = clock.MillisOf(f.BackTo.Add(1).Time(tx.Zone()))
		}
		w.Add(`round > 1 AND EXISTS (SELECT 1 FROM event e WHERE e.subject_kind = 'matter' AND e.subject_id = matter.id
			AND `+reopened+` AND e.at >= ? AND e.at < ?)`, from, to)
	}
	if f.Changed != "" {
		if err := addChanged(tx, w, f, l); err != nil {
			return nil, err
		}
	}
	if f.Extended {
		w.Add("extensions > 0")
	}
	if f.DueFrom != "" {
		w.Add("due_key >= ?", f.DueFrom)
	}
	if f.DueTo != "" {
		w.Add("due_key <= ?", f.DueTo)
	}
	return w, nil
}

// Count counts the rows of a filter, up to MaxCount; more tells that there are more.
func Count(tx *db.Tx, who access.Person, f Filter) (n int, more bool, err error) {
	l, err := LampsOf(tx)
	if err != nil {
		return 0, false, err
	}
	w, err := f.where(tx, who, access.MatterList, l)
	if err != nil {
		return 0, false, err
	}
	limit := w.Arg(MaxCount + 1)
	cond, args := w.SQL()
	n, err = db.One[int](tx, `SELECT COUNT(*) FROM (SELECT 1 AS one FROM matter WHERE `+cond+` LIMIT `+limit+`) AS c`, args...)
	return min(n, MaxCount), n > MaxCount, err
}

// Counts are the numbers above the ledger that serve as filters.
type Counts struct {
	States map[string]int
	Lights map[duty.Color]int
	Total  int
}

// CountsOf counts the rows of a filter by state and by light.
func CountsOf(tx *db.Tx, who access.Person, f Filter) (Counts, error) {
	out := Counts{States: map[string]int{}, Lights: map[duty.Color]int{}}
	l, err := LampsOf(tx)
	if err != nil {
		return out, err
	}
	w, err := f.where(tx, who, access.MatterList, l)
	if err != nil {
		return out, err
	}
	type line struct {
		Word string
		N    int
	}
	cond, args := w.SQL()
	states, err := db.All[line](tx, `SELECT state AS word, COUNT(*) AS n FROM matter WHERE `+cond+` GROUP BY state`, args...)
	if err != nil {
		return out, err
	}
	for _, s := range states {
		out.States[s.Word] = s.N
		out.Total += s.N
	}
	out.Lights, err = LightsOf(tx, who, f)
	return out, err
}
