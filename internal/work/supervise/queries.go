package supervise

import (
	"sanwen/internal/base/access"
	"sanwen/internal/base/duty"
	"sanwen/internal/base/event"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
)

func find(tx *db.Tx, key, lock string) (Order, error) {
	return db.Need[Order](tx, "supervise.unknown", `SELECT `+orderColumns+` FROM supervise_order WHERE id = $1`+lock, key)
}

// See gives an order to somebody who may read it. A draft is the office's alone.
func See(tx *db.Tx, who access.Person, key string) (Order, access.Thing, error) {
	o, t, err := access.Meet(tx, key, "", find, ThingOf)
	if err != nil {
		return o, t, err
	}
	a := access.OrderSee
	if o.State == Draft || o.State == Dropped {
		a = access.OrderIssue
	}
	return o, t, who.May(tx, a, t)
}

// OfSubject lists the orders about a matter or voice that the person may see, the oldest first.
func OfSubject(tx *db.Tx, who access.Person, subject event.Ref) ([]Order, error) {
	tx.Asked()
	seen, args := access.Visible(who, access.OrderSee, orderAccess, 3)
	return db.All[Order](tx, `SELECT `+orderColumns+` FROM supervise_order o WHERE subject_kind = $1 AND subject_id = $2 AND n > 0 AND `+seen+` ORDER BY issued_at, id`,
		append([]any{subject.Kind, subject.ID}, args...)...)
}

// Heads gives the orders of these ids that the person may read, for lists that name them.
func Heads(tx *db.Tx, who access.Person, ids []string) (map[string]Order, error) {
	tx.Asked()
	out := map[string]Order{}
	if len(ids) == 0 {
		return out, nil
	}
	seen, args := access.Visible(who, access.OrderSee, orderAccess, 1)
	in, more := db.In("o.id", ids, len(args)+1)
	rows, err := db.All[Order](tx, `SELECT `+orderColumns+` FROM supervise_order o WHERE n > 0 AND `+seen+` AND `+in, append(args, more...)...)
	for _, o := range rows {
		out[o.ID] = o
	}
	return out, err
}

// WhistleHeads gives the whistles of these ids that the person may read.
func WhistleHeads(tx *db.Tx, who access.Person, ids []string) (map[string]Whistle, error) {
	tx.Asked()
	out := map[string]Whistle{}
	if len(ids) == 0 {
		return out, nil
	}
	seen, args := access.Visible(who, access.WhistleSee, access.Columns{Unit: "unit_path", Lead: "lead_path", Author: "blown_by"}, 1)
	in, more := db.In("id", ids, len(args)+1)
	rows, err := db.All[Whistle](tx, `SELECT `+whistleColumns+` FROM whistle WHERE `+seen+` AND `+in, append(args, more...)...)
	for _, x := range rows {
		out[x.ID] = x
	}
	return out, err
}

// Chain lists an order with those before and after it on the same thing, by round.
func Chain(tx *db.Tx, o Order) ([]Order, error) {
	first := o.First
	if first == "" {
		first = o.ID
	}
	return db.All[Order](tx, `SELECT `+orderColumns+` FROM supervise_order WHERE id = $1 OR first = $1 ORDER BY round`, first)
}

var orderAccess = access.Columns{Unit: "o.unit_path", Lead: "o.lead_path", RecusedArgs: recusedSQL}

// recusedSQL is true when what the order is about names the person or a unit that he works in or acts for.
func recusedSQL(p access.Person, next int) (string, []any) {
	w := db.NewWhere(make([]any, next-1)...)
	or := "n.person = " + w.Arg(p.ID)
	paths := map[access.Path]bool{p.Path: true}
	for _, g := range p.Grants {
		paths[g.Path] = true
	}
	for u := range paths {
		if u != "" {
			or += " OR n.path <> '' AND substr(" + w.Arg(u) + ", 1, length(n.path)) = n.path"
		}
	}
	_, args := w.SQL()
	return "EXISTS (SELECT 1 FROM supervise_named n WHERE n.order_id = o.id AND (" + or + "))", args[next-1:]
}

// Filter narrows the ledger of orders.
type Filter struct {
	States   []string
	Unit     string // whose they are, with the units below
	Grade    duty.Color
	Basis    string
	Year     int
	Late     bool      // the reply is late
	Again    bool      // second and later orders
	IssuedBy clock.Day // issued from this day
	IssuedTo clock.Day // to this day
	Text     string    // in the number, title or the number of what it is about
	Limit    int       // 0: 50
	After    string    // id of the last row of the page before
}

// Ledger lists orders that the person may see, the newest number first, and the cursor of the next page. Drafts are not on it.
func Ledger(tx *db.Tx, who access.Person, f Filter) ([]Order, string, error) {
	w, err := f.where(tx, who, access.OrderList)
	if err != nil {
		return nil, "", err
	}
	if f.Limit == 0 {
		f.Limit = 50
	}
	if f.After != "" {
		o, err := find(tx, f.After, "")
		if err != nil {
			return nil, "", fault.Field("after", "fault.choice")
		}
		w.Add("(o.year < ? OR o.year = ? AND o.n < ?)", o.Year, o.Year, o.N)
	}
	cond, args := w.SQL()
	rows, err := db.All[Order](tx, `SELECT `+orderColumns+` FROM supervise_order o WHERE `+cond+` ORDER BY o.year DESC, o.n DESC LIMIT `+w.Arg(f.Limit+1), append(args, f.Limit+1)...)
	page, next := db.Cut(rows, f.Limit, func(o Order) string { return o.ID })
	return page, next, err
}

// CountOrders counts what the filter has.
func CountOrders(tx *db.Tx, who access.Person, f Filter) (int, error) {
	w, err := f.where(tx, who, access.OrderList)
	if err != nil {
		return 0, err
	}
	cond, args := w.SQL()
	return db.One[int](tx, `SELECT COUNT(*) FROM supervise_order o WHERE `+cond, args...)
}

// Line is an order as the customary ledger prints it.
type Line struct {
	Order
	Extensions int64  // of the matter that it is about
	Owner      string // who answers for that
}

// Export calls fn with every order of the filter, in order of the ledger.
func Export(tx *db.Tx, who access.Person, f Filter, fn func(Line) error) error {
	w, err := f.where(tx, who, access.OrderExport)
	if err != nil {
		return err
	}
	cond, args := w.SQL()
	return db.Each(tx, fn, `SELECT `+orderColumns+`, COALESCE((SELECT m.extensions FROM matter m WHERE m.id = o.subject_id AND o.subject_kind = 'matter'), 0) AS extensions,
		COALESCE((SELECT m.owner FROM matter m WHERE m.id = o.subject_id AND o.subject_kind = 'matter'), '') AS owner
		FROM supervise_order o WHERE `+cond+` ORDER BY o.year DESC, o.n DESC`, args...)
}

// Taken records that somebody took the ledger of orders out as a file.
type Taken struct {
	Filter string `json:"filter"` // the list's address
	Rows   int    `json:"rows"`
}

// Do records it. Errors: access.
func (in Taken) Do(tx *db.Tx, who access.Person) error {
	t := access.Thing{Kind: "ledger", ID: "orders"}
	for _, p := range who.Scope(access.Supervisor, access.Auditor) {
		t.Unit = p
	}
	if err := who.May(tx, access.OrderExport, t); err != nil {
		return err
	}
	return event.Record(tx, who, event.Fact{Kind: "order.exported", Subject: event.Ref{Kind: "ledger", ID: "orders"}, Data: in})
}

// SeeTalk gives a talk to somebody who may hold it.
func SeeTalk(tx *db.Tx, who access.Person, key string) (Talk, error) {
	t, _, err := access.Reach(tx, who, access.TalkHold, key, "", findTalk, talkThing)
	return t, err
}

// SeeWhistle gives a call to somebody who may read it.
func SeeWhistle(tx *db.Tx, who access.Person, key string) (Whistle, error) {
	w, _, err := access.Reach(tx, who, access.WhistleSee, key, "", findWhistle, whistleThing)
	return w, err
}

// SeeExclusion gives a request to somebody who may read it.
func SeeExclusion(tx *db.Tx, who access.Person, key string) (Exclusion, error) {
	x, _, err := access.Reach(tx, who, access.ExclusionSee, key, "", findExclusion, func(_ *db.Tx, x Exclusion) (access.Thing, error) {
		return access.Thing{Kind: ExclusionKind, ID: x.ID, Unit: x.UnitPath, Lead: x.LeadPath}, nil
	})
	return x, err
}

func (f Filter) where(tx *db.Tx, who access.Person, a access.Action) (*db.Where, error) {
	tx.Asked()
	seen, args := access.Visible(who, a, orderAccess, 1)
	w := db.NewWhere(args...)
	w.Add(seen)
	w.Add("o.n > 0")
	if len(f.States) > 0 {
		w.In("o.state", f.States)
	}
	if f.Unit != "" {
		tree, err := org.TreeOf(tx)
		if err != nil {
			return nil, err
		}
		u, ok := tree.Get(f.Unit)
		if !ok {
			w.Add("1 = 0")
		}
		from, to := u.Path.Range()
		w.Add("o.lead_path >= ? AND o.lead_path < ?", from, to)
	}
	for col, v := range map[string]string{"o.grade": string(f.Grade), "o.basis": f.Basis} {
		if v != "" {
			w.Add(col+" = ?", v)
		}
	}
	if f.Year != 0 {
		w.Add("o.year = ?", f.Year)
	}
	if f.Late {
		w.Add("o.reply_due > 0 AND (o.replied_at > o.reply_due OR o.replied_at = 0 AND o.reply_due < ? AND o.state IN ('issued', 'received'))", tx.Millis())
	}
	if f.Again {
		w.Add("o.round > 1")
	}
	if f.IssuedBy != "" {
		w.Add("o.issued_at >= ?", clock.MillisOf(f.IssuedBy.Time(tx.Zone())))
	}
	if f.IssuedTo != "" {
		w.Add("o.issued_at < ?", clock.MillisOf(f.IssuedTo.Add(1).Time(tx.Zone())))
	}
	if f.Text != "" {
		like := "%" + escape(f.Text) + "%"
		w.Add(`(o.number LIKE ? ESCAPE '!' OR o.title LIKE ? ESCAPE '!' OR o.subject_no LIKE ? ESCAPE '!')`, like, like, like)
	}
	return w, nil
}

func escape(s string) string {
	var b []rune
	for _, r := range s {
		if r == '!' || r == '%' || r == '_' {
			b = append(b, '!')
		}
		b = append(b, r)
	}
	return string(b)
}

// Drafts lists the drafts of the ladder whose duty is still owed, the longest overdue first.
func Drafts(tx *db.Tx, who access.Person, limit int) ([]Order, error) {
	tx.Asked()
	seen, args := access.Visible(who, access.OrderIssue, orderAccess, 2)
	return db.All[Order](tx, `SELECT `+orderColumns+` FROM supervise_order o WHERE o.state = 'draft'
		AND EXISTS (SELECT 1 FROM duty d WHERE d.id = o.duty AND d.open = 1) AND `+seen+` ORDER BY o.due0, o.id LIMIT $1`, append([]any{limit}, args...)...)
}

// Talks lists the talks that are called for and not held, the longest waiting first.
func Talks(tx *db.Tx, who access.Person, limit int) ([]Talk, error) {
	tx.Asked()
	seen, args := access.Visible(who, access.TalkHold, access.Columns{Unit: "unit_path", Lead: "lead_path", Sponsor: "leader"}, 2)
	return db.All[Talk](tx, `SELECT `+talkColumns+` FROM supervise_talk WHERE state = 'called' AND `+seen+` ORDER BY called_at, id LIMIT $1`, append([]any{limit}, args...)...)
}

// Whistles lists the calls that the person may see, the newest first.
func Whistles(tx *db.Tx, who access.Person, open bool, limit int) ([]Whistle, error) {
	tx.Asked()
	seen, args := access.Visible(who, access.WhistleSee, access.Columns{Unit: "unit_path", Lead: "lead_path", Author: "blown_by"}, 2)
	if open {
		seen = "state = 'blown' AND " + seen
	}
	return db.All[Whistle](tx, `SELECT `+whistleColumns+` FROM whistle WHERE `+seen+` ORDER BY blown_at DESC, id DESC LIMIT $1`, append([]any{limit}, args...)...)
}

// CallCount counts the calls of a department in a time: all, and those that it answered late or not at all.
type CallCount struct {
	Unit string
	All  int64
	Late int64
}

// CallCounts counts calls by the department called.
func CallCounts(tx *db.Tx, from, to clock.Millis) ([]CallCount, error) {
	return db.All[CallCount](tx, `SELECT called AS unit, COUNT(*) AS "all", SUM(CASE WHEN answered_at > due OR answered_at = 0 AND due < $3 THEN 1 ELSE 0 END) AS late
		FROM whistle WHERE blown_at >= $1 AND blown_at < $2 GROUP BY called ORDER BY called`, from, to, tx.Millis())
}

// Exclusions lists requests that the person may decide on or made, those not decided first.
func Exclusions(tx *db.Tx, who access.Person, limit int) ([]Exclusion, error) {
	tx.Asked()
	cols := access.Columns{Unit: "unit_path", Lead: "lead_path"}
	seen, args := access.Visible(who, access.ExclusionSee, cols, 2)
	return db.All[Exclusion](tx, `SELECT `+exclusionColumns+` FROM exclusion WHERE `+seen+` ORDER BY CASE state WHEN 'asked' THEN 0 WHEN 'objected' THEN 0 ELSE 1 END, asked_at DESC, id LIMIT $1`,
		append([]any{limit}, args...)...)
}

// AgendaItem is what the ladder has put on the agenda of the next meeting and is still owed.
type AgendaItem struct {
	SubjectKind string
	SubjectID   string
	Duty        string
	Kind        duty.Kind
	Path        access.Path
	Due         clock.Millis
	At          clock.Millis
}

// Agenda lists what the ladder has put on the agenda since a moment, the longest overdue first.
func Agenda(tx *db.Tx, since clock.Millis) ([]AgendaItem, error) {
	return db.All[AgendaItem](tx, `SELECT r.subject_kind, r.subject_id, r.duty, r.kind, r.path, r.due, r.at FROM duty_rung r JOIN duty d ON d.id = r.duty
		WHERE r.rung = 'agenda' AND r.at >= $1 AND r.restricted = '' AND d.open = 1 ORDER BY r.due, r.id`, since)
}

// Reachable reports whether anybody can receive an order of a department.
func Reachable(tx *db.Tx, unit string) (bool, error) {
	for _, role := range []access.Role{access.DeptHead, access.Handler} {
		people, err := org.Holders(tx, role, unit)
		if err != nil || len(people) > 0 {
			return len(people) > 0, err
		}
	}
	return false, nil
}
