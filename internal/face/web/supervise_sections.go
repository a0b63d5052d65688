package web

import (
	"sanwen/internal/base/access"
	"sanwen/internal/base/duty"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/matter/ledger"
	"sanwen/internal/work/supervise"
)

// drafts are the orders that the ladder has drafted: the office signs them or lets them go.
func (s *superviseView) drafts(tx *db.Tx) (Table, error) {
	r := s.r
	rows, err := supervise.Drafts(tx, r.Person, 50)
	t := Table{Caption: r.T("supervise.drafts"), Columns: []Column{{Label: r.T("supervise.f.title")}, {Label: r.T("supervise.f.unit")}, {Label: r.T("supervise.due0")}, {Label: r.T("supervise.step")}}}
	for _, o := range rows {
		row := t.Add(r.Link("/order/"+o.ID), Cell{Text: o.Title, Sub: o.SubjectNo}, Cell{Text: s.tree.Name(o.Unit, r.Lang)}, Cell{Text: r.Lang.Date(o.Due0, r.Zone)},
			Cell{Do: &Link{Text: r.T("supervise.do.issue"), Href: r.Link("/order/" + o.ID + "/issue")}})
		row.Value = o.ID
	}
	return t, err
}

// extensions are the requests for more time that wait for a decision, with the due that is asked about.
func (s *superviseView) extensions(tx *db.Tx) (Table, error) {
	r := s.r
	t := Table{Caption: r.T("supervise.ask_extensions"), Columns: []Column{{Label: r.T("desk.subject")}, {Label: r.T("desk.until")}, {Label: r.T("desk.left")}, {Label: r.T("supervise.step")}, {Label: r.T("supervise.do.refuse")}}, Form: r.Blank()}
	most, err := org.Int(tx, org.ExtensionMax)
	if err != nil {
		return t, err
	}
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
		refuse := Cell{}
		if matter.ExtensionLevel(m.Extensions, most) == access.Supervisor {
			refuse.Button = &Button{Text: r.T("supervise.do.refuse"), To: r.Link("/supervise/refuse"), Tone: "danger", What: m.Number,
				Fields: []Hidden{{"matter", m.ID}, {"version", itoa(m.Version)}}}
		}
		due := Cell{Text: r.Lang.Date(m.Due, r.Zone)}
		if m.Extensions > 0 {
			due.Sub = r.T("matterpage.due_moved", r.Lang.Date(m.Due0, r.Zone), m.Extensions)
		}
		t.Add(r.Link("/matter/"+m.Number), Cell{Text: m.Title, Sub: m.Number}, due,
			Cell{Light: dutyLight(r, n)}, Cell{Do: &Link{Text: r.Lang.Enum("desk.do", n.Kind), Href: r.Link(b.next(n))}}, refuse)
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

// matterRows is a short table of matters with one more column.
func (s *superviseView) matterRows(tx *db.Tx, caption, label string, f ledger.Filter, cell func(ledger.Row) Cell) (Table, error) {
	r := s.r
	t := Table{Caption: caption, Columns: []Column{{Label: r.T("desk.subject")}, {Label: r.T("supervise.f.unit")}, {Label: label}}}
	f.Limit = 50
	rows, _, err := ledger.Ledger(tx, r.Person, f)
	for _, m := range rows {
		t.Add(r.Link("/matter/"+m.Number), Cell{Text: m.Title, Sub: m.Number}, Cell{Text: s.tree.Name(m.Lead, r.Lang)}, cell(m))
	}
	return t, err
}

// pauses are the matters that stand still for a reason, the first to go on first: whether they still have to is looked at here.
func (s *superviseView) pauses(tx *db.Tx) (Table, error) {
	r := s.r
	return s.matterRows(tx, r.T("supervise.pauses"), r.T("supervise.pause_until"), ledger.Filter{States: []string{matter.Paused}, Sort: ledger.SortDue}, func(m ledger.Row) Cell {
		return Cell{Text: r.Lang.Date(m.PauseUntil, r.Zone), Sub: r.Lang.Enum("duty.reason", m.PauseReason)}
	})
}

// reviewDays is how long before a review a carry-over is shown.
const reviewDays = 14

// reviews are the carry-overs whose condition is to be looked at soon, or should have been.
func (s *superviseView) reviews(tx *db.Tx) (Table, error) {
	r := s.r
	t, err := s.matterRows(tx, r.T("supervise.reviews", reviewDays), r.T("supervise.review_day"), ledger.Filter{States: []string{matter.CarriedOver}, ReviewTo: r.Today().Add(reviewDays)}, func(m ledger.Row) Cell {
		return Cell{Text: r.Lang.Date(m.ReviewDay, r.Zone), Sub: shortText(m.Condition, 40)}
	})
	return t, err
}

// again are the matters that were begun anew twice.
func (s *superviseView) again(tx *db.Tx) (Table, error) {
	r := s.r
	return s.matterRows(tx, r.T("supervise.reopened"), r.T("supervise.rounds"), ledger.Filter{States: matter.Open, Rounds: 3}, func(m ledger.Row) Cell {
		return Cell{Text: r.T("supervise.round_of", m.Round)}
	})
}

// disputed are the matters of which employees say that they are not solved.
func (s *superviseView) disputed(tx *db.Tx) (Table, error) {
	r := s.r
	return s.matterRows(tx, r.T("supervise.disputed"), r.T("matterpage.state"), ledger.Filter{States: matter.Open, Verdict: matter.Disputed}, func(m ledger.Row) Cell {
		tag := stateTag(r, m.Matter)
		return Cell{Tag: &tag}
	})
}

// unreachable are the orders that nobody can receive: their department has neither head nor clerk.
func (s *superviseView) unreachable(tx *db.Tx) (Table, error) {
	r := s.r
	t := Table{Caption: r.T("supervise.unreachable"), Columns: []Column{{Label: r.T("supervise.number")}, {Label: r.T("supervise.f.unit")}, {Label: r.T("supervise.issued_at")}}}
	rows, _, err := supervise.Ledger(tx, r.Person, supervise.Filter{States: []string{supervise.Issued}, Limit: 200})
	if err != nil {
		return t, err
	}
	known := map[string]bool{}
	for _, o := range rows {
		reach, asked := known[o.Unit]
		if !asked {
			if reach, err = supervise.Reachable(tx, o.Unit); err != nil {
				return t, err
			}
			known[o.Unit] = reach
		}
		if !reach {
			t.Add(r.Link("/order/"+o.ID), Cell{Text: o.Number, Sub: shortText(o.Title, 40)}, Cell{Text: s.tree.Name(o.Unit, r.Lang)}, Cell{Text: r.Lang.Date(o.IssuedAt, r.Zone)}).Tone = "bad"
		}
	}
	return t, nil
}

// refuseMore refuses the extension that waits in one press, with the usual reason.
func refuseMore(r *Req) error {
	f := r.Form()
	in := matter.DecideMore{Matter: f.one("matter"), Version: int64(f.Version()), Note: r.T("supervise.refuse_usual")}
	if err := r.save(f, func(tx *db.Tx) error { return in.Do(tx, r.Person) }); err != nil {
		return err
	}
	r.Toast("supervise.toast_refused")
	return r.Redirect("/supervise")
}
