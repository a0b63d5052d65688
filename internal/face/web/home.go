package web

import (
	"strings"

	"sanwen/internal/base/access"
	"sanwen/internal/base/duty"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/reading/report"
	"sanwen/internal/work/accept"
	"sanwen/internal/work/matter/ledger"
	vshow "sanwen/internal/work/voice/show"
)

// HomePage is the first page, made of what each role of the reader needs.
type HomePage struct {
	Page
	Lede     string
	Sections []HomeSection
	Tell     bool // the large button
	Doors    []Link
}

// HomeSection is what one role needs.
type HomeSection struct {
	Title   string
	Lede    string
	Figures []Figure
	Cards   []Card
	Links   []Link
	None    string
}

var homePage = Define[HomePage]("home/home")

// home shows the first page: to callers without an account what the program is for, to everybody else what is his.
func home(r *Req) error {
	p := HomePage{Page: Page{Title: r.T("home.title"), Shape: Staff}}
	if !r.Person.SignedIn() {
		p.Page = Page{Title: r.T("home.welcome")}
		p.Lede = r.T("home.welcome_text")
		p.Doors = []Link{{Text: r.T("home.tell"), Href: r.Link("/p"), Tone: "primary", Icon: "speak"}, {Text: r.T("home.follow"), Href: r.Link("/f"), Tone: "quiet", Icon: "search"},
			{Text: r.T("web.nav_board"), Href: r.Link("/board"), Tone: "quiet", Icon: "board"}, {Text: r.T("web.sign_in"), Href: r.Link("/login"), Tone: "quiet", Icon: "user"}}
		return homePage.Render(r, p)
	}
	if leads(r.Person) {
		return r.leaderHome()
	}
	p.Title = r.T("home.greeting", r.Person.Name)
	err := r.Read(func(tx *db.Tx) error { return r.homeOf(tx, &p) })
	if err != nil {
		return err
	}
	return homePage.Render(r, p)
}

func (r *Req) homeOf(tx *db.Tx, p *HomePage) error {
	who := r.Person
	for _, x := range []struct {
		role    access.Role
		figures []report.Figure
	}{
		{access.Supervisor, report.SupervisorFigures()}, {access.Triager, report.TriagerFigures()},
		{access.UnitChair, report.UnitFigures()}, {access.Inspector, report.InspectorFigures()}, {access.Auditor, report.UnitFigures()},
	} {
		if !who.Has(x.role) {
			continue
		}
		figures, err := report.Count(tx, who, x.figures)
		if err != nil {
			return err
		}
		s := HomeSection{Title: r.Lang.Enum("role", x.role), Figures: r.figures(figures)}
		if x.role == access.Inspector {
			s.Links = []Link{{Text: r.T("scan.title"), Href: r.Link("/scan")}, {Text: r.T("visit.new"), Href: r.Link("/visits/new")}}
		}
		if x.role == access.UnitChair {
			s.Links = []Link{{Text: r.T("supervise.do.blow"), Href: r.Link("/whistle/new")}, {Text: r.T("visit.new"), Href: r.Link("/visits/new")}}
		}
		if x.role == access.Supervisor {
			if s.Cards, err = r.redMatters(tx); err != nil {
				return err
			}
		}
		p.Sections = append(p.Sections, s)
	}
	for _, add := range []func(*db.Tx, *HomePage) error{r.homeAudit, r.homeDecoys, r.homeCrew, r.homeDesk, r.homeInbox, r.homeAdmin, r.homeEmployee} {
		if err := add(tx, p); err != nil {
			return err
		}
	}
	p.Tell = true
	return nil
}

// figures puts numbers into sentences.
func (r *Req) figures(all []report.Figure) []Figure {
	var out []Figure
	for _, f := range all {
		x := Figure{Value: r.Lang.Number(f.N), Label: r.Lang.Enum("home.figure", f.Name), Href: r.Link(f.Path())}
		if f.More {
			x.Value += "+"
		}
		if f.Alarm && f.N > 0 {
			x.Tone = "bad"
		}
		out = append(out, x)
	}
	return out
}

// redMost is how many overdue matters a home page names.
const redMost = 5

// redMatters are the matters longest overdue, each with one sentence why.
func (r *Req) redMatters(tx *db.Tx) ([]Card, error) {
	rows, _, err := ledger.Ledger(tx, r.Person, ledger.Filter{Light: duty.Red, Sort: ledger.SortDue, Limit: redMost})
	if err != nil {
		return nil, err
	}
	tree, err := org.TreeOf(tx)
	if err != nil {
		return nil, err
	}
	cal, err := org.Calendar(tx)
	if err != nil {
		return nil, err
	}
	var out []Card
	for _, m := range rows {
		why := r.T("home.silent", r.Lang.Date(m.MovedAt, r.Zone))
		if m.Progress != "" {
			why = r.T("home.last", r.Lang.Date(m.ProgressAt, r.Zone), m.Progress)
		}
		out = append(out, Card{Title: m.Title, Href: r.Link("/matter/" + m.Number), Lines: []string{r.T("home.whose", tree.Name(m.Lead, r.Lang), m.OwnerName), why},
			Light: matterLight(r, cal, m.Matter, m.Color, r.Today())})
	}
	return out, nil
}

// homeDesk shows the most urgent of what handlers, heads, chairs and inspectors owe.
func (r *Req) homeDesk(tx *db.Tx, p *HomePage) error {
	if !holdsAny(r.Person, []access.Role{access.Handler, access.DeptHead, access.UnitChair, access.Inspector}) {
		return nil
	}
	items, _, err := duty.Desk(tx, r.Person, duty.DeskFilter{Limit: 5})
	if err != nil {
		return err
	}
	cal, err := org.Calendar(tx)
	if err != nil {
		return err
	}
	b := &deskView{r: r}
	if err := b.read(tx, items); err != nil {
		return err
	}
	s := HomeSection{Title: r.T("desk.title"), None: r.T("desk.empty"), Links: []Link{{Text: r.T("home.all_desk"), Href: r.Link("/desk")}}}
	for _, due := range []string{"overdue", "today", "week"} {
		n, more, err := duty.Count(tx, r.Person, r.dueFilter(duty.DeskFilter{}, cal, due))
		if err != nil {
			return err
		}
		f := Figure{Value: r.Lang.Number(n), Label: r.Lang.Enum("desk.due", due), Href: r.Link("/desk?due=" + due)}
		if more {
			f.Value += "+"
		}
		if due == "overdue" && n > 0 {
			f.Tone = "bad"
		}
		s.Figures = append(s.Figures, f)
	}
	for _, n := range items {
		title, number, _ := b.about(n)
		c := Card{Title: title, Href: r.Link("/desk"), Lines: []string{strings.Join(given([]string{r.Lang.Enum("duty.kind", n.Kind), number}), " · ")}, Light: dutyLight(r, n)}
		if to := b.next(n); to != "" {
			c.Href = r.Link(to)
			c.Action = &Link{Text: r.Lang.Enum("desk.do", n.Kind), Href: c.Href}
		}
		s.Cards = append(s.Cards, c)
	}
	p.Sections = append(p.Sections, s)
	return nil
}

// homeInbox shows how much waits for triage.
func (r *Req) homeInbox(tx *db.Tx, p *HomePage) error {
	if !r.Person.Has(access.Triager) && !r.Person.Has(access.UnitChair) {
		return nil
	}
	c, err := vshow.CountersOf(tx, r.Person)
	if err != nil {
		return err
	}
	s := HomeSection{Title: r.T("web.nav_inbox")}
	if r.Person.Has(access.Triager) { // the only trace that a person in a crisis leaves
		n, err := vshow.Crises(tx, r.Today().Add(-29), r.Today())
		if err != nil {
			return err
		}
		if n > 0 {
			s.Lede = r.T("home.crises", n)
		}
	}
	for _, x := range []struct {
		view string
		n    vshow.Count
	}{{"new", c.New}, {"today", c.Today}, {"overdue", c.Overdue}, {"returned", c.Returned}} {
		f := Figure{Value: r.Lang.Number(x.n.N), Label: r.T("inbox.view." + x.view), Href: r.Link("/inbox?view=" + x.view)}
		if x.n.More {
			f.Value += "+"
		}
		if x.view == "overdue" && x.n.N > 0 {
			f.Tone = "bad"
		}
		s.Figures = append(s.Figures, f)
	}
	calls, err := accept.CountCallees(tx, r.Person)
	if err != nil {
		return err
	}
	if calls > 0 {
		s.Figures = append(s.Figures, Figure{Value: r.Lang.Number(calls), Label: r.T("home.calls"), Href: r.Link(calleesPath)})
	}
	p.Sections = append(p.Sections, s)
	return nil
}

func (r *Req) homeAdmin(_ *db.Tx, p *HomePage) error {
	if holdsAny(r.Person, access.Administrators()) {
		p.Sections = append(p.Sections, HomeSection{Title: r.T("web.nav_admin"), Links: []Link{{Text: r.T("home.to_admin"), Href: r.Link("/admin"), Tone: "primary", Icon: "gear"}}})
	}
	return nil
}

// homeEmployee is what everybody has: what he is asked, what he has said, the places that he uses.
func (r *Req) homeEmployee(tx *db.Tx, p *HomePage) error {
	s := HomeSection{Title: r.T("home.mine"), Links: []Link{{Text: r.T("home.all_mine"), Href: r.Link("/mine")}, {Text: r.T("proposal.title"), Href: r.Link("/proposals")}, {Text: r.T("web.nav_board"), Href: r.Link("/board")}}}
	asked, err := accept.Mine(tx, r.Person)
	if err != nil {
		return err
	}
	if n := len(asked); n > 0 {
		s.Figures = append(s.Figures, Figure{Value: r.Lang.Number(n), Label: r.T("home.asked"), Href: r.Link("/mine")})
	}
	if s.Cards, err = r.ballotCards(tx); err != nil {
		return err
	}
	surveys, err := r.surveyCards(tx)
	if err != nil {
		return err
	}
	s.Cards = append(s.Cards, surveys...)
	proposals, err := r.proposalCards(tx)
	if err != nil {
		return err
	}
	s.Cards = append(s.Cards, proposals...)
	said, err := vshow.MyVoices(tx, r.Person, 3)
	if err != nil {
		return err
	}
	for _, v := range said {
		title, err := r.saidTitle(tx, v)
		if err != nil {
			return err
		}
		s.Cards = append(s.Cards, Card{Title: title, Href: r.Link("/mine/" + v.Number), Tags: []Tag{{Text: r.T("voice.state." + v.State), Tone: tones[v.State]}}})
	}
	p.Sections = append(p.Sections, s)
	places, err := org.Places(tx)
	if err != nil {
		return err
	}
	tree, err := org.TreeOf(tx)
	if err != nil {
		return err
	}
	near := HomeSection{Title: r.T("home.places")}
	for _, x := range places {
		if x.Active && x.Kind != org.Area && len(near.Links) < 12 && usedBy(x, tree, r.Person.Path) {
			near.Links = append(near.Links, Link{Text: x.Name(r.Lang), Href: r.Link("/p/" + x.Code), Icon: "pin"})
		}
	}
	if len(near.Links) > 0 {
		p.Sections = append(p.Sections, near)
	}
	return nil
}

// usedBy reports whether people of the unit use the place.
func usedBy(x org.Place, tree *org.Tree, unit access.Path) bool {
	for _, u := range x.UsedBy() {
		if path := tree.Path(u); path != "" && unit.Under(path) {
			return true
		}
	}
	return false
}
