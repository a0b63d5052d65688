package web

import (
	"bytes"
	"iter"
	"strconv"

	"sanwen/internal/base/access"
	"sanwen/internal/base/duty"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/sheet"
	"sanwen/internal/work/matter/ledger"
	"sanwen/internal/work/supervise"
)

// orderStates are the states of orders on the ledger; drafts are on the desk of the office.
var orderStates = []string{supervise.Issued, supervise.Received, supervise.Replied, supervise.Pressed, supervise.Closed, supervise.Withdrawn}

func ordersSpec() ListSpec {
	return ListSpec{Columns: []string{"title", "unit", "issued", "due", "state"}, Filters: []Filter{
		{Name: "q", Label: "ledger.words"},
		{Name: "state", Label: "supervise.f.state", Values: orderStates, Prefix: "supervise.state.", Many: true},
		{Name: "unit", Label: "supervise.f.unit"},
		{Name: "grade", Label: "supervise.grade", Values: texts(supervise.Grades()), Prefix: "supervise.color."},
		{Name: "basis", Label: "supervise.f.basis", Values: supervise.Bases(), Prefix: "supervise.basis."},
		{Name: "late", Label: "supervise.late", Values: []string{"1"}, Prefix: "ledger.yes."},
		{Name: "again", Label: "supervise.again", Values: []string{"1"}, Prefix: "ledger.yes."},
		{Name: "year", Label: "ledger.year"}, {Name: "from", Label: "supervise.from"}, {Name: "to", Label: "supervise.to"},
	}, Others: []Filter{{Name: "form", Values: []string{"xlsx", "csv"}}}}
}

// orderFilter turns the address into a filter.
func (r *Req) orderFilter(l *List) (supervise.Filter, error) {
	f := supervise.Filter{States: given(l.All("state")), Unit: l.Get("unit"), Grade: duty.Color(l.Get("grade")), Basis: l.Get("basis"),
		Late: l.Get("late") != "", Again: l.Get("again") != "", IssuedBy: clock.Day(l.Get("from")), IssuedTo: clock.Day(l.Get("to")), Text: l.Get("q"), After: l.After}
	bad := func(name string) error {
		r.Status(400)
		return fault.New(fault.Invalid, "ledger.bad_value", name, short(l.Get(name)))
	}
	if y := l.Get("year"); y != "" {
		n, err := strconv.Atoi(y)
		if err != nil || n < 2000 || n > 2999 {
			return f, bad("year")
		}
		f.Year = n
	}
	if f.IssuedBy != "" && !f.IssuedBy.Valid() {
		return f, bad("from")
	}
	if f.IssuedTo != "" && !f.IssuedTo.Valid() {
		return f, bad("to")
	}
	return f, nil
}

// listOrders shows the ledger of orders.
func listOrders(r *Req) error {
	list, err := r.List(ordersSpec())
	if err != nil {
		return err
	}
	f, err := r.orderFilter(list)
	if err != nil {
		return err
	}
	page := AdminListPage{Page: Page{Title: r.T("supervise.orders"), Shape: Staff}, Lede: r.T("supervise.orders_lede")}
	var t Table
	err = r.Read(func(tx *db.Tx) error {
		rows, next, err := supervise.Ledger(tx, r.Person, f)
		if err != nil {
			return err
		}
		n, err := supervise.CountOrders(tx, r.Person, f)
		if err != nil {
			return err
		}
		tree, err := org.TreeOf(tx)
		if err != nil {
			return err
		}
		t = list.Table(r.T("supervise.orders"), Column{Label: r.T("supervise.number"), Whole: true}, Column{Label: r.T("supervise.f.title")}, Column{Label: r.T("supervise.f.unit")},
			Column{Label: r.T("supervise.issued_at"), Minor: true, Whole: true}, Column{Label: r.T("supervise.f.due"), Whole: true}, Column{Label: r.T("supervise.f.state")})
		t.Keys, t.Next, t.Total = true, list.Next(next), r.Lang.Number(n)
		if !list.Filtered() {
			t.Empty = Empty{Kind: "nothing", Title: r.T("supervise.orders_none"), Text: r.T("supervise.orders_none_text")}
		}
		for _, o := range rows {
			state := Cell{Tag: &Tag{Text: r.Lang.Enum("supervise.state", o.State), Tone: orderTone(o.State)}}
			row := t.Add(r.Link("/order/"+o.ID), Cell{Text: o.Number, Sub: roundText(r, o)}, Cell{Text: o.Title, Sub: o.SubjectNo}, Cell{Text: tree.Name(o.Unit, r.Lang)},
				Cell{Text: r.Lang.Date(o.IssuedAt, r.Zone)}, Cell{Text: r.Lang.Date(o.Due, r.Zone)}, state)
			if o.Late(tx.Millis()) {
				row.Tone = "bad"
				row.Cells[5].Sub = r.T("supervise.late")
			}
		}
		if holdsAny(r.Person, []access.Role{access.Supervisor, access.Auditor}) {
			for _, form := range []string{"xlsx", "csv"} {
				t.Exports = append(t.Exports, Link{Text: r.T("ledger.export", form), Href: r.Link("/orders/export" + query(list.URL("form", form)))})
			}
		}
		form := r.Blank("q", f.Text, "unit", f.Unit, "grade", string(f.Grade), "basis", f.Basis, "state", list.Get("state"))
		page.Filters = []Part{fieldPart(form.Field("q", "ledger.words").As("search").May()),
			selectPart(form.Choose("state", "supervise.f.state", options(r.Lang, "supervise.state", orderStates)).Any()),
			selectPart(form.Choose("unit", "supervise.f.unit", unitChoices(tree, r.Lang, org.Department, org.Plant)).Any()),
			selectPart(form.Choose("grade", "supervise.grade", options(r.Lang, "supervise.color", supervise.Grades())).Any()),
			selectPart(form.Choose("basis", "supervise.f.basis", options(r.Lang, "supervise.basis", supervise.Bases())).Any())}
		return nil
	})
	if err != nil {
		return err
	}
	if r.Person.Has(access.Supervisor) {
		page.Actions = []Link{{Text: r.T("supervise.do.new"), Href: r.Link("/orders/new")}, {Text: r.T("supervise.desk"), Href: r.Link("/supervise")}}
	}
	return r.showList(superviseList, page, list, t)
}

func roundText(r *Req, o supervise.Order) string {
	if o.Round < 2 {
		return ""
	}
	return r.T("supervise.round_n", o.Round)
}

// query is the part of an address from the question mark on.
func query(url string) string {
	for i := range url {
		if url[i] == '?' {
			return url[i:]
		}
	}
	return ""
}

// orderColumns are the columns of the customary ledger of orders (督办台账), in its order.
var orderColumns = []string{"n", "number", "grade", "f.title", "subject_no", "f.unit", "owner", "issued_at", "received_at", "f.due", "replied_at", "answer",
	"in_time", "days_over", "extensions", "round", "f.state", "ended_at", "officer", "remark"}

// orderWidths are those of columns in which much is written.
var orderWidths = map[string]float64{"n": 5, "number": 18, "f.title": 28, "subject_no": 14, "f.unit": 16, "issued_at": 12, "received_at": 12, "f.due": 12, "replied_at": 12, "answer": 32, "ended_at": 12, "remark": 28}

// exportOrders sends exactly the filter of the address as a file.
func exportOrders(r *Req) error {
	list, err := r.List(ordersSpec())
	if err != nil {
		return err
	}
	f, err := r.orderFilter(list)
	if err != nil {
		return err
	}
	form := list.Get("form")
	if form == "" {
		form = "xlsx"
	}
	var out bytes.Buffer
	n := 0
	err = r.Read(func(tx *db.Tx) error {
		tree, err := org.TreeOf(tx)
		if err != nil {
			return err
		}
		var rows []supervise.Line
		var people []string
		if err := supervise.Export(tx, r.Person, f, func(o supervise.Line) error {
			rows, people = append(rows, o), append(people, o.Signer, o.RepliedBy, o.Owner)
			return nil
		}); err != nil {
			return err
		}
		n = len(rows)
		names, err := ledger.Names(tx, unique(people))
		if err != nil {
			return err
		}
		t := sheet.Table{Name: r.T("supervise.orders"), NotesName: r.T("ledger.notes"),
			Notes: []sheet.Note{{Label: r.T("ledger.note.address"), Value: "/orders" + query(list.URL("form", ""))}, {Label: r.T("ledger.note.rows"), Value: r.Lang.Number(n)},
				{Label: r.T("ledger.note.time"), Value: r.Lang.DateTime(tx.Millis(), r.Zone)}, {Label: r.T("ledger.note.who"), Value: r.Person.Name}}}
		for _, c := range orderColumns {
			t.Columns = append(t.Columns, sheet.Column{Title: r.T("supervise." + c), Width: orderWidths[c]})
		}
		t.Rows = iter.Seq2[[]any, error](func(yield func([]any, error) bool) {
			for i, o := range rows {
				if !yield(orderRow(r, i+1, o, tree, names, tx.Millis()), nil) {
					return
				}
			}
		})
		return writeSheet(&out, t, form)
	})
	if err != nil {
		return err
	}
	if err := r.DB.Write(r.Ctx(), func(tx *db.Tx) error { return supervise.Taken{Filter: list.URL(), Rows: n}.Do(tx, r.Person) }); err != nil {
		return err
	}
	return r.sendSheet(r.T("supervise.orders"), form, out.Bytes())
}

func orderRow(r *Req, i int, o supervise.Line, tree *org.Tree, names map[string]string, now clock.Millis) []any {
	day := func(m clock.Millis) string {
		if m == 0 {
			return "—"
		}
		return string(m.Day(r.Zone))
	}
	or := func(s string) string {
		if s == "" {
			return "—"
		}
		return s
	}
	owner := o.RepliedBy
	if owner == "" {
		owner = o.Owner
	}
	answer, inTime, over := "", r.T("supervise.yes"), 0
	if o.RepliedAt != 0 {
		answer = o.Cause + " / " + o.Measures
	}
	if o.Late(now) {
		inTime = r.T("supervise.no")
	}
	if end := o.EndedAt; o.State != supervise.Withdrawn && o.State != supervise.Pressed {
		if end == 0 {
			end = now
		}
		over = max(0, o.Due.Until(end.Day(r.Zone)))
	}
	return []any{i, o.Number, r.Lang.Enum("supervise.color", o.Grade), o.Title, or(o.SubjectNo), tree.Name(o.Unit, r.Lang), or(names[owner]), day(o.IssuedAt), day(o.ReceivedAt),
		string(o.Due), day(o.RepliedAt), or(answer), inTime, over, o.Extensions, o.Round, r.Lang.Enum("supervise.state", o.State), day(o.EndedAt), or(names[o.Signer]), or(o.Opinion)}
}
