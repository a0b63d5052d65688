package ledger

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"sanwen/internal/base/access"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/work/matter"
)

// Orders of the ledger.
const (
	SortNumber = "number" // newest first
	SortDue    = "due"    // nearest deadline first, without one last

	SortOldest  = "oldest"   // oldest first
	SortDueLast = "due_last" // farthest deadline first, without one before them
)

// Ledger lists matters that the person may see, and the cursor of the next page ("" after the last).
func Ledger(tx *db.Tx, who access.Person, f Filter) ([]Row, string, error) {
	return ledger(tx, who, access.MatterList, f)
}

// Export is [Ledger] for files: the same rows, for whoever may take them out.
func Export(tx *db.Tx, who access.Person, f Filter) ([]Row, string, error) {
	return ledger(tx, who, access.MatterExport, f)
}

// order is one order of the ledger with its cursor: the value and the id of the row before.
type order struct {
	sql   string
	apart string // the same order as expressions, which no index has
	col   string
	more  string // "<" or ">": how the rows of the next page compare with the cursor
}

func orderOf(sort string) (order, error) {
	switch sort {
	case SortNumber, "":
		return order{"registered_at DESC, id DESC", "(registered_at + 0) DESC, id DESC", "registered_at", "<"}, nil
	case SortOldest:
		return order{"registered_at, id", "(registered_at + 0), id", "registered_at", ">"}, nil
	case SortDue:
		return order{"due_key, id", "(due_key || ''), id", "due_key", ">"}, nil
	case SortDueLast:
		return order{"due_key DESC, id DESC", "(due_key || '') DESC, id DESC", "due_key", "<"}, nil
	}
	return order{}, fault.Field("sort", "fault.parameter", "sort")
}

// value is what a row is ordered by.
func (o order) value(m matter.Matter) any {
	if o.col == "due_key" {
		return m.DueKey
	}
	return int64(m.RegisteredAt)
}

func (o order) key(m matter.Matter) string { return fmt.Sprint(o.value(m)) + "~" + m.ID }

// after adds the cursor to the conditions: Invalid "matter.list.cursor" where it is none.
func (o order) after(w *db.Where, cursor string) error {
	if cursor == "" {
		return nil
	}
	text, last, ok := strings.Cut(cursor, "~")
	var v any = text
	if o.col != "due_key" {
		n, err := strconv.ParseInt(text, 10, 64)
		v, ok = n, ok && err == nil
	}
	if !ok {
		return fault.Field("after", "matter.list.cursor")
	}
	w.Add("("+o.col+", id) "+o.more+" (?, ?)", v, last)
	return nil
}

func ledger(tx *db.Tx, who access.Person, a access.Action, f Filter) ([]Row, string, error) {
	l, err := LampsOf(tx)
	if err != nil {
		return nil, "", err
	}
	ms, next, err := matters(tx, who, a, l, f)
	if err != nil {
		return nil, "", err
	}
	rows, err := fill(tx, ms, l)
	return rows, next, err
}

// Matters is the ledger of a filter without what it prints beside each matter: for agendas, which brief their items themselves.
func Matters(tx *db.Tx, who access.Person, f Filter) ([]matter.Matter, error) {
	l, err := LampsOf(tx)
	if err != nil {
		return nil, err
	}
	ms, _, err := matters(tx, who, access.MatterList, l, f)
	return ms, err
}

// matters are those of a page of the ledger in its order, and where the next one begins.
func matters(tx *db.Tx, who access.Person, a access.Action, l Lamps, f Filter) (ms []matter.Matter, next string, err error) {
	o, err := orderOf(f.Sort)
	if err != nil {
		return nil, "", err
	}
	limit := min(max(f.Limit, 1), MaxRows)
	ids, err := f.listed(tx, who, a, l, o, limit+1)
	if err != nil {
		return nil, "", err
	}
	more := len(ids) > limit
	if more {
		ids = ids[:limit]
	}
	in, args := db.In("id", ids, 1)
	if ms, err = db.All[matter.Matter](tx, `SELECT * FROM matter WHERE `+in+` ORDER BY `+o.sql, args...); err != nil {
		return nil, "", err
	}
	if more {
		next = o.key(ms[len(ms)-1])
	}
	return ms, next, nil
}

// look is how many rows of the ledger are read for each row of a page, in the order of the list, before those that are wanted are looked for
// among all.
const look = 20

// listed gives the ids of the first n rows of a filter, in their order. Where the rows of some states or of a light, or of what has changed, or
// stands still, are all over the ledger, a page of them is together after some rows in the order of the list. Where that is not so, as for the
// few red ones among all that are open, an index that has everything that lights are made of is read from its beginning to its end, and what is
// found is sorted: neither takes long, whichever rows they are.
func (f Filter) listed(tx *db.Tx, who access.Person, a access.Action, l Lamps, o order, n int) ([]string, error) {
	w := db.NewWhere()
	if err := o.after(w, f.After); err != nil {
		return nil, err
	}
	if !f.scattered() {
		return f.find(tx, who, a, l, o, n, nil)
	}
	step := w.Arg(look * n)
	cond, args := w.SQL()
	last, err := db.Maybe[matter.Matter](tx, `SELECT id, registered_at, due_key FROM matter WHERE `+cond+` ORDER BY `+o.sql+` LIMIT 1 OFFSET `+step, args...)
	if err != nil {
		return nil, err
	}
	near := f
	near.inOrder = true
	ids, err := near.find(tx, who, a, l, o, n, last)
	if err != nil || last == nil || len(ids) == n {
		return ids, err
	}
	o.sql = o.apart
	return f.find(tx, who, a, l, o, n, nil)
}

// scattered reports whether nothing but the states and the light of rows, or what makes it, narrows the filter: no index has these together
// in the order of the list.
func (f Filter) scattered() bool {
	if f.states() == nil && f.Still == 0 || f.Changed == Gone {
		return false
	}
	f.States, f.Light, f.Overdue, f.Still, f.Changed, f.Sort, f.After, f.Limit = nil, "", false, 0, "", "", "", 0
	return reflect.DeepEqual(f, Filter{})
}

// find gives the ids of the first n rows of a filter, up to one of the list where last says so.
func (f Filter) find(tx *db.Tx, who access.Person, a access.Action, l Lamps, o order, n int, last *matter.Matter) ([]string, error) {
	w, err := f.where(tx, who, a, l)
	if err != nil {
		return nil, err
	}
	if err := o.after(w, f.After); err != nil {
		return nil, err
	}
	if last != nil {
		w.Add("("+o.col+", id) "+map[string]string{"<": ">=", ">": "<="}[o.more]+" (?, ?)", o.value(*last), last.ID)
	}
	most := w.Arg(n)
	cond, args := w.SQL()
	return db.All[string](tx, `SELECT id FROM matter WHERE `+cond+` ORDER BY `+o.sql+` LIMIT `+most, args...)
}

// fill adds to matters what the ledger prints beside them, with three statements however many they are.
func fill(tx *db.Tx, ms []matter.Matter, l Lamps) ([]Row, error) {
	rows := make([]Row, len(ms))
	at := map[string]int{}
	var ids, people []string
	for i, m := range ms {
		rows[i] = Row{Matter: m, Color: Light(m, l)}
		at[m.ID] = i
		ids = append(ids, m.ID)
		for _, p := range []string{m.Owner, m.Sponsor} {
			if p != "" && !slices.Contains(people, p) {
				people = append(people, p)
			}
		}
	}
	if len(ms) == 0 {
		return rows, nil
	}
	in, args := db.In("m.id", ids, 1)
	type slots struct{ Matter, Slots string }
	plans, err := db.All[slots](tx, `SELECT p.matter, p.slots FROM matter m JOIN plan p ON p.matter = m.id AND p.version = m.plan_version WHERE `+in, args...)
	if err != nil {
		return nil, err
	}
	for _, p := range plans {
		r := &rows[at[p.Matter]]
		r.PlanApproved = true
		if err := json.Unmarshal([]byte(p.Slots), &r.Plan); err != nil {
			return nil, err
		}
	}
	in, args = db.In("matter", ids, 1)
	type last struct {
		Matter, Text string
		At           clock.Millis
	}
	told, err := db.All[last](tx, `SELECT matter, text, at FROM (SELECT matter, text, at,
		ROW_NUMBER() OVER (PARTITION BY matter ORDER BY at DESC, id DESC) AS n FROM progress WHERE text <> '' AND `+in+`) AS t WHERE n = 1`, args...)
	if err != nil {
		return nil, err
	}
	for _, p := range told {
		rows[at[p.Matter]].Progress, rows[at[p.Matter]].ProgressAt = p.Text, p.At
	}
	names, err := Names(tx, people)
	for i := range rows {
		rows[i].OwnerName, rows[i].SponsorName = names[rows[i].Owner], names[rows[i].Sponsor]
	}
	return rows, err
}

// Names gives the names of persons by id.
func Names(tx *db.Tx, ids []string) (map[string]string, error) {
	out := map[string]string{}
	if len(ids) == 0 {
		return out, nil
	}
	in, args := db.In("id", ids, 1)
	type name struct{ ID, Name string }
	all, err := db.All[name](tx, `SELECT id, name FROM org_person WHERE `+in, args...)
	for _, n := range all {
		out[n.ID] = n.Name
	}
	return out, err
}
