package web

import (
	"slices"
	"time"

	"sanwen/internal/base/access"
	"sanwen/internal/base/duty"
	"sanwen/internal/base/jobs"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/matter/ledger"
)

// superviseKinds are the promises that climb the whole ladder.
var superviseKinds = []duty.Kind{duty.Answer, duty.Plan, duty.Completion}

// SuperviseDeskPage is the desk of the supervising office: what waits for it, the ladder, what stands still.
type SuperviseDeskPage struct {
	AdminListPage
	Form   *Form
	Drafts Table
	Ladder Table
	After  []Table // below the ladder
	Live   string
}

// Bar is what may be done with the drafts that are ticked.
func (p *SuperviseDeskPage) Bar(sign, drop string) BulkBar {
	return BulkBar{Name: "id", Buttons: []BulkButton{{"sign", "", sign}, {"drop", "", drop}}}
}

// Call is what may be done with the rows of the ladder that are ticked.
func (p *SuperviseDeskPage) Call(meeting string) BulkBar {
	return BulkBar{Name: "id", Buttons: []BulkButton{{"meeting", "", meeting}}}
}

func superviseSpec() ListSpec {
	return ListSpec{Columns: slices.Concat([]string{"left", "who", "rung"}, texts(boardRungs), []string{"next"}), Filters: []Filter{
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
	page := SuperviseDeskPage{AdminListPage: AdminListPage{Page: Page{Title: r.T("supervise.desk"), Shape: Staff}, Lede: r.T("supervise.desk_lede"),
		Actions: []Link{{Text: r.T("supervise.orders"), Href: r.Link("/orders")}, {Text: r.T("supervise.whistle_title"), Href: r.Link("/whistle")},
			{Text: r.T("supervise.exclusions"), Href: r.Link("/exclusions")}, {Text: r.T("ledger.title"), Href: r.Link("/ledger")}}}}
	if r.Person.Has(access.Supervisor) {
		page.Actions = append(page.Actions, Link{Text: r.T("supervise.do.new"), Href: r.Link("/orders/new")})
	}
	err = r.Read(func(tx *db.Tx) error {
		s := &superviseView{deskView: deskView{r: r, list: list}}
		if s.cal, err = org.Calendar(tx); err != nil {
			return err
		}
		if !s.cal.Knows(r.Today().Year() + 1) {
			page.Panels = append(page.Panels, Panel{Tone: "bad", Title: r.T("duty.provisional", r.Today().Year()+1), Text: r.T("supervise.calendar_missing")})
		}
		if page.Live, err = r.Live(tx, "/desk/live"); err != nil {
			return err
		}
		dead, err := jobs.DeadLetters(tx, 50, 0)
		if err != nil {
			return err
		}
		if len(dead) > 0 {
			page.Panels = append(page.Panels, Panel{Tone: "bad", Title: r.T("supervise.dead", len(dead)), Text: r.T("supervise.dead_text")})
		}
		if page.Ladder, err = s.climbing(tx); err != nil { // it reads what the other parts show too
			return err
		}
		if page.Drafts, err = s.drafts(tx); err != nil {
			return err
		}
		if len(page.Drafts.Rows) > 0 {
			page.Form, page.Drafts.Select = r.Blank(), "id"
		}
		if len(page.Ladder.Rows) > 0 && r.Person.Has(access.Supervisor) {
			page.Form, page.Ladder.Select = r.Blank(), "id"
		}
		for k, section := range []func(*db.Tx) (Table, error){s.extensions, s.unreachable, s.whistles, s.talks, nil, s.pauses, s.reviews, s.again, s.disputed, s.still} {
			if section == nil {
				continue
			}
			t, err := section(tx)
			if err != nil {
				return err
			}
			if len(t.Rows) == 0 {
				continue
			}
			if k < 4 {
				page.Tables = append(page.Tables, t)
			} else {
				page.After = append(page.After, t)
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
	if list.untidy() {
		return r.Redirect(list.URL())
	}
	if err := page.around(r, list, &page.Ladder); err != nil {
		return err
	}
	return superviseDesk.Render(r, page)
}

// superviseView reads the sections of the desk.
type superviseView struct {
	deskView
	cal     *clock.Calendar
	leaders map[string]string // names of the responsible leaders
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
	var sponsors []string
	for _, m := range s.matters {
		sponsors = append(sponsors, m.Sponsor)
	}
	if s.leaders, err = ledger.Names(tx, unique(sponsors)); err != nil {
		return Table{}, err
	}
	climbs, err := duty.Climbings(tx, ds)
	if err != nil {
		return Table{}, err
	}
	heads := []Column{{Label: r.T("desk.subject")}, {Label: r.T("desk.left")}, {Label: r.T("desk.who")}, {Label: r.T("supervise.rung")}}
	for _, rung := range boardRungs {
		heads = append(heads, Column{Label: r.Lang.Enum("duty.rung", rung), Minor: true})
	}
	t := s.list.Table(r.T("supervise.ladder"), append(heads, Column{Label: r.T("supervise.next")})...)
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
		stands := Cell{Text: "—"}
		if c.Last != "" {
			stands = Cell{Tag: &Tag{Text: r.Lang.Enum("duty.rung", c.Last), Tone: rungTones[c.Last]}, Sub: r.Lang.BriefDate(c.LastAt, r.Zone)}
		}
		cells := []Cell{{Text: title, Sub: number + " · " + r.Lang.Enum("duty.kind", n.Kind)}, {Light: dutyLight(r, n), Sub: s.moved(n)}, {Text: s.who(n), Sub: s.sponsor(n)}, stands}
		for _, rung := range boardRungs {
			at, fired := c.Fired[rung]
			switch {
			case fired:
				cells = append(cells, Cell{Text: r.Lang.BriefDate(at, r.Zone), Title: r.Lang.DateTime(at, r.Zone)})
			default:
				cells = append(cells, Cell{Text: "·"})
			}
		}
		row := t.Add(href, append(cells, s.then(tx, n, c))...)
		if row.Value = n.SubjectID; n.Light.Color == duty.Red {
			row.Tone = "bad"
		}
	}
	return t, nil
}

// boardRungs are the rungs that stand as columns of the board.
var boardRungs = []duty.Rung{duty.RungRemind, duty.RungNear, duty.RungRed, duty.RungSponsor, duty.RungAgenda, duty.RungTalk, duty.RungCircular}

// soonHours is how long before it fires a rung is marked as about to.
const soonHours = 2

// then is what happens next by itself, and when.
func (s *superviseView) then(tx *db.Tx, n duty.Item, c duty.Climbing) Cell {
	r := s.r
	switch {
	case n.Exempt != "":
		return Cell{Tag: &Tag{Text: r.T("supervise.exempted"), Tone: "info"}, Sub: n.Exempt}
	case n.Light.Waiting:
		return Cell{Text: r.T("duty.waiting")}
	case c.Next == "":
		return Cell{Text: "—"}
	}
	cell := Cell{Text: r.Lang.Enum("duty.rung", c.Next), Sub: r.T("date.moment", r.Lang.BriefDate(c.NextAt, r.Zone), c.NextAt.Time().In(r.Zone).Format("15:04"))}
	if c.NextAt <= tx.Millis().Add(soonHours*time.Hour) {
		cell.Tags = []Tag{{Text: r.T("supervise.soon", soonHours), Tone: "warn"}}
	}
	return cell
}

// sponsor names the leader who is responsible for a matter.
func (s *superviseView) sponsor(n duty.Item) string {
	m, ok := s.matters[n.SubjectID]
	if !ok || m.Sponsor == "" {
		return ""
	}
	return s.leaders[m.Sponsor]
}
