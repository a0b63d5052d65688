package web

import (
	"sanwen/internal/base/access"
	"sanwen/internal/base/duty"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/matter/ledger"
	"sanwen/internal/work/supervise"
)

// superviseKinds are the promises that climb the whole ladder.
var superviseKinds = []duty.Kind{duty.Answer, duty.Plan, duty.Completion}

func superviseSpec() ListSpec {
	return ListSpec{Filters: []Filter{
		{Name: "kind", Label: "desk.kind", Values: texts(superviseKinds), Prefix: "duty.kind.", Many: true},
		{Name: "about", Label: "desk.about", Values: []string{"voice", "matter"}, Prefix: "desk.subject."},
		{Name: "due", Label: "desk.due", Values: []string{"overdue", "today", "week"}, Prefix: "desk.due."},
	}}
}

// showSupervise is the supervising desk: what climbs the ladder with what comes next by itself, and what waits for the office.
func showSupervise(r *Req) error {
	list, err := r.List(superviseSpec())
	if err != nil {
		return err
	}
	page := AdminListPage{Page: Page{Title: r.T("supervise.desk"), Shape: Staff}, Lede: r.T("supervise.desk_lede"),
		Actions: []Link{{Text: r.T("supervise.orders"), Href: r.Link("/orders")}}}
	if r.Person.Has(access.Supervisor) {
		page.Actions = append(page.Actions, Link{Text: r.T("supervise.do.new"), Href: r.Link("/orders/new")})
	}
	err = r.Read(func(tx *db.Tx) error {
		s := &superviseView{deskView: deskView{r: r, list: list}}
		if s.cal, err = org.Calendar(tx); err != nil {
			return err
		}
		if !s.cal.Knows(r.Today().Year() + 1) {
			page.Panels = append(page.Panels, Panel{Tone: "warn", Title: r.T("duty.provisional", r.Today().Year()+1)})
		}
		climbing, err := s.climbing(tx)
		if err != nil {
			return err
		}
		for _, section := range []func(*db.Tx) (Table, error){s.drafts, s.extensions, s.whistles, s.talks, nil, s.still} {
			if section == nil {
				page.Tables = append(page.Tables, climbing)
				continue
			}
			t, err := section(tx)
			if err != nil {
				return err
			}
			if len(t.Rows) > 0 {
				page.Tables = append(page.Tables, t)
			}
		}
		form := r.Blank("kind", list.Get("kind"), "about", list.Get("about"), "due", list.Get("due"))
		page.Filters = []Part{selectPart(form.Choose("kind", "desk.kind", options(r.Lang, "duty.kind", superviseKinds)).Any()),
			selectPart(form.Choose("about", "desk.about", options(r.Lang, "desk.subject", []string{"voice", "matter"})).Any()),
			selectPart(form.Choose("due", "desk.due", options(r.Lang, "desk.due", []string{"overdue", "today", "week"})).Any())}
		return nil
	})
	if err != nil {
		return err
	}
	return superviseDesk.Render(r, page)
}

// superviseView reads the sections of the desk.
type superviseView struct {
	deskView
	cal *clock.Calendar
}

// climbing is the ladder as a table: every promise with the rung it stands on and what happens next by itself, and when.
func (s *superviseView) climbing(tx *db.Tx) (Table, error) {
	r := s.r
	f := r.deskFilter(s.cal, s.list)
	f.View = duty.ViewUnits
	if len(f.Kinds) == 0 {
		f.Kinds = superviseKinds
	}
	items, next, err := duty.Desk(tx, r.Person, f)
	if err != nil {
		r.Status(400)
		return Table{}, err
	}
	if err := s.read(tx, items); err != nil {
		return Table{}, err
	}
	ds := make([]duty.Duty, len(items))
	for i, n := range items {
		ds[i] = n.Duty
	}
	climbs, err := duty.Climbings(tx, ds)
	if err != nil {
		return Table{}, err
	}
	t := s.list.Table(r.T("supervise.ladder"), Column{Label: r.T("desk.subject")}, Column{Label: r.T("desk.kind"), Minor: true}, Column{Label: r.T("desk.left")},
		Column{Label: r.T("desk.who")}, Column{Label: r.T("supervise.rung")}, Column{Label: r.T("supervise.next")})
	t.Keys, t.Next = true, s.list.Next(next)
	if !s.list.Filtered() {
		t.Empty = Empty{Kind: "done", Title: r.T("supervise.nothing"), Text: r.T("supervise.nothing_text")}
	}
	for i, n := range items {
		title, number, href := s.about(n)
		if href != "" {
			href = r.Link(href)
		}
		c := climbs[i]
		rung, then := Cell{Text: "—"}, Cell{Text: "—"}
		if c.Last != "" {
			rung = Cell{Tag: &Tag{Text: r.Lang.Enum("duty.rung", c.Last), Tone: rungTones[c.Last]}, Sub: r.Lang.DateTime(c.LastAt, r.Zone)}
		}
		switch {
		case n.Light.Waiting:
			then.Text = r.T("duty.waiting")
		case c.Next != "":
			then = Cell{Text: r.Lang.Enum("duty.rung", c.Next), Sub: r.Lang.DateTime(c.NextAt, r.Zone)}
		}
		row := t.Add(href, Cell{Text: title, Sub: number}, Cell{Text: r.Lang.Enum("duty.kind", n.Kind)}, Cell{Light: dutyLight(r, n), Sub: s.moved(n)}, Cell{Text: s.who(n)}, rung, then)
		if n.Light.Color == duty.Red {
			row.Tone = "bad"
		}
	}
	return t, nil
}

// drafts are the orders that the ladder has drafted: the office signs them or lets them go.
func (s *superviseView) drafts(tx *db.Tx) (Table, error) {
	r := s.r
	rows, err := supervise.Drafts(tx, r.Person, 50)
	t := Table{Caption: r.T("supervise.drafts"), Columns: []Column{{Label: r.T("supervise.f.title")}, {Label: r.T("supervise.f.unit")}, {Label: r.T("supervise.due0")}, {Label: r.T("supervise.step")}}}
	for _, o := range rows {
		t.Add(r.Link("/order/"+o.ID), Cell{Text: o.Title, Sub: o.SubjectNo}, Cell{Text: s.tree.Name(o.Unit, r.Lang)}, Cell{Text: r.Lang.Date(o.Due0, r.Zone)},
			Cell{Do: &Link{Text: r.T("supervise.do.issue"), Href: r.Link("/order/" + o.ID + "/issue")}})
	}
	return t, err
}

// extensions are the requests for more time that wait for a decision, with the due that is asked about.
func (s *superviseView) extensions(tx *db.Tx) (Table, error) {
	r := s.r
	t := Table{Caption: r.T("supervise.ask_extensions"), Columns: []Column{{Label: r.T("desk.subject")}, {Label: r.T("supervise.due0")}, {Label: r.T("desk.left")}, {Label: r.T("supervise.step")}}}
	items, _, err := duty.Desk(tx, r.Person, duty.DeskFilter{View: duty.ViewUnits, Kinds: []duty.Kind{duty.ExtensionDecide}})
	if err != nil {
		return t, err
	}
	b := &deskView{r: r, list: s.list}
	if err := b.read(tx, items); err != nil {
		return t, err
	}
	for _, n := range items {
		m, ok := b.matters[n.SubjectID]
		if !ok {
			continue
		}
		t.Add(r.Link("/matter/"+m.Number), Cell{Text: m.Title, Sub: m.Number}, Cell{Text: r.Lang.Date(m.Due0, r.Zone), Sub: r.T("matterpage.due_moved", r.Lang.Date(m.Due, r.Zone), m.Extensions)},
			Cell{Light: dutyLight(r, n)}, Cell{Do: &Link{Text: r.Lang.Enum("desk.do", n.Kind), Href: r.Link(b.next(n))}})
	}
	return t, nil
}

// still are the matters that have not moved for the set number of days.
func (s *superviseView) still(tx *db.Tx) (Table, error) {
	r := s.r
	days, err := org.Int(tx, org.LadderStill)
	if err != nil {
		return Table{}, err
	}
	t := Table{Caption: r.T("supervise.still", days), Columns: []Column{{Label: r.T("desk.subject")}, {Label: r.T("supervise.f.unit")}, {Label: r.T("supervise.moved")}}}
	rows, _, err := ledger.Ledger(tx, r.Person, ledger.Filter{States: []string{matter.Executing, matter.Assigned, matter.PlanReview}, Still: days, Limit: 50})
	for _, m := range rows {
		t.Add(r.Link("/matter/"+m.Number), Cell{Text: m.Title, Sub: m.Number}, Cell{Text: s.tree.Name(m.Lead, r.Lang)}, Cell{Text: r.Lang.Date(m.MovedAt, r.Zone)})
	}
	return t, err
}

// whistles are the calls that nobody has answered.
func (s *superviseView) whistles(tx *db.Tx) (Table, error) {
	r := s.r
	t := Table{Caption: r.T("supervise.whistles"), Columns: []Column{{Label: r.T("supervise.f.text")}, {Label: r.T("supervise.called")}, {Label: r.T("desk.until")}}}
	rows, err := supervise.Whistles(tx, r.Person, true, 50)
	for _, w := range rows {
		row := t.Add(r.Link("/whistle/"+w.ID), Cell{Text: short(w.Text), Sub: s.tree.Name(w.Unit, r.Lang)}, Cell{Text: s.tree.Name(w.Called, r.Lang)}, Cell{Text: r.Lang.DateTime(w.Due, r.Zone)})
		if w.Late(tx.Millis()) {
			row.Tone = "bad"
		}
	}
	return t, err
}

// talks are the talks that are called for and not held.
func (s *superviseView) talks(tx *db.Tx) (Table, error) {
	r := s.r
	t := Table{Caption: r.T("supervise.talks"), Columns: []Column{{Label: r.T("desk.subject")}, {Label: r.T("supervise.f.unit")}, {Label: r.T("supervise.called_at")}, {Label: r.T("supervise.step")}}}
	rows, err := supervise.Talks(tx, r.Person, 50)
	for _, x := range rows {
		t.Add("", Cell{Text: x.Title, Sub: x.SubjectNo}, Cell{Text: s.tree.Name(x.Unit, r.Lang)}, Cell{Text: r.Lang.Date(x.CalledAt, r.Zone)},
			Cell{Do: &Link{Text: r.Lang.Enum("desk.do", duty.TalkHeld), Href: r.Link("/talk/" + x.ID)}})
	}
	return t, err
}
