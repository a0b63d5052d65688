package web

import (
	"slices"
	"strings"

	"sanwen/internal/base/access"
	"sanwen/internal/base/duty"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/reading/publish/news"
	"sanwen/internal/work/ballot"
	"sanwen/internal/work/inspect"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/matter/ledger"
	"sanwen/internal/work/meeting"
	meetshow "sanwen/internal/work/meeting/show"
	"sanwen/internal/work/practice"
	"sanwen/internal/work/proposal"
	"sanwen/internal/work/supervise"
	vshow "sanwen/internal/work/voice/show"
)

// DeskPage lists what the reader owes, by time left.
type DeskPage struct {
	Page
	Views    []Link
	Counters []Counter
	Live     string // where the page hears of changes
	Table    Table  // the view of what others owe
	Mine     bool   // the view of what the reader owes: cards
	Chips    []Chip
	Clear    string
	Told     *NoticeList // the newest unread notices, nil where there are none
	Cards    []DeskCard
	Form     *Form // of the buttons that sign at once
	Next     string
	Waiting  []DeskLine // what waits for others
	Done     []DeskLine // what was done this month
	DoneN    int
}

// DeskCard is one thing that the reader owes: what it is, until when, and the one button that does it.
type DeskCard struct {
	Title, Href string
	Where       string // place and number
	What        string // "节点：换热器安装"
	Due         string
	Moved       string
	Back        string // why it came back
	Light       *Light
	Action      *Link
	Press       bool // the button does it at once, without a page in between
	Version     int64
	Sends       string // name of the value that the button sends as "yes", or ""
	Return      string // address for giving it back, or ""
	Else        string // words for that
	Bad         bool
}

// DeskLine is something that the reader need not do now.
type DeskLine struct {
	Title, Href, What, Who, When string
	Light                        *Light
}

var deskPage = Define[DeskPage]("matter/desk")

func deskSpec() ListSpec {
	return ListSpec{Tabs: []string{"mine", "units"}, Filters: []Filter{
		{Name: "due", Label: "desk.due", Values: []string{"overdue", "today", "week"}, Prefix: "desk.due."},
		{Name: "kind", Label: "desk.kind", Values: texts(duty.Kinds()), Prefix: "duty.kind.", Many: true},
		{Name: "about", Label: "desk.about", Values: []string{"voice", "matter"}, Prefix: "desk.subject."},
	}}
}

// deskFilter turns the address into a filter.
func (r *Req) deskFilter(cal *clock.Calendar, l *List) duty.DeskFilter {
	f := duty.DeskFilter{After: l.After, Subject: l.Get("about")}
	if l.View == "units" {
		f.View = duty.ViewUnits
	}
	for _, k := range given(l.All("kind")) {
		f.Kinds = append(f.Kinds, duty.Kind(k))
	}
	return r.dueFilter(f, cal, l.Get("due"))
}

// dueFilter narrows a desk to what is overdue, still due today, or still due this week; the second is in the third.
func (r *Req) dueFilter(f duty.DeskFilter, cal *clock.Calendar, due string) duty.DeskFilter {
	today := r.Today()
	last := today
	switch due {
	case "overdue":
		f.Overdue = true
		return f
	case "week":
		last = today.Add((7 - int(today.Weekday())) % 7)
	case "today":
	default:
		return f
	}
	f.From, f.Until = clock.MillisOf(r.Now()), clock.MillisOf(last.Add(1).Time(cal.Zone()))-1
	return f
}

// showDesk shows the desk.
func showDesk(r *Req) error {
	list, err := r.List(deskSpec())
	if err != nil {
		return err
	}
	page := DeskPage{Page: Page{Title: r.T("desk.title"), Shape: Staff}}
	err = r.Read(func(tx *db.Tx) error {
		cal, err := org.Calendar(tx)
		if err != nil {
			return err
		}
		b := &deskView{r: r, list: list}
		items, next, err := duty.Desk(tx, r.Person, r.deskFilter(cal, list))
		if err != nil {
			r.Status(400)
			return err
		}
		if err := b.read(tx, items); err != nil {
			return err
		}
		if page.Counters, err = b.counters(tx, cal); err != nil {
			return err
		}
		if page.Live, err = r.Live(tx, "/desk/live"); err != nil {
			return err
		}
		if page.Mine = list.View != "units"; !page.Mine {
			page.Table = b.table(items, next)
			return nil
		}
		if err := page.tell(r, tx); err != nil {
			return err
		}
		return b.cards(tx, &page, items, next)
	})
	if err != nil {
		return err
	}
	for _, v := range list.spec.Tabs {
		if v == "mine" || holdsAny(r.Person, []access.Role{access.DeptHead, access.UnitChair, access.Supervisor, access.Leader, access.Auditor}) {
			page.Views = append(page.Views, Link{Text: r.Lang.Enum("desk.view", v), Href: list.URL("view", v), Current: list.View == v})
		}
	}
	return deskPage.Render(r, page)
}

// tell puts the newest unread notices above the first page of the desk.
func (p *DeskPage) tell(r *Req, tx *db.Tx) error {
	told, _, err := duty.Notices(tx, r.Person, duty.NoticeFilter{Unseen: true, Open: true, Limit: noticesOnDesk})
	if err != nil || len(told) == 0 {
		return err
	}
	rows, err := r.noticeRows(tx, told)
	p.Told = &NoticeList{Rows: rows, Form: r.Blank(), Back: "desk"}
	return err
}

// deskView puts names to duties.
type deskView struct {
	r       *Req
	list    *List
	tree    *org.Tree
	matters map[string]matter.Matter
	voices  map[string]vshow.Head
	names   map[string]string
	most    int // extensions that the supervisor decides on

	meetings    map[string]meeting.Meeting
	resolutions map[string]meeting.Resolution
	orders      map[string]supervise.Order
	whistles    map[string]supervise.Whistle
	walks       map[string]inspect.Walk
	practices   map[string]practice.Practice
	news        map[string]news.News
	candidates  map[string]ballot.Candidate
	proposals   map[string]proposal.Proposal
}

// read reads what the duties are about, as far as the reader may see it.
func (b *deskView) read(tx *db.Tx, items []duty.Item) error {
	var matters, voices, people, meetings, resolutions, orders, whistles, walks, practices, candidates, proposals, papers []string
	for _, n := range items {
		switch n.SubjectKind {
		case "matter":
			matters = append(matters, n.SubjectID)
		case "voice":
			voices = append(voices, n.SubjectID)
		case meeting.RefKind:
			meetings = append(meetings, n.SubjectID)
		case meeting.ResolutionKind:
			resolutions = append(resolutions, n.SubjectID)
		case supervise.RefKind:
			orders = append(orders, n.SubjectID)
		case supervise.WhistleKind:
			whistles = append(whistles, n.SubjectID)
		case inspect.WalkKind:
			walks = append(walks, n.SubjectID)
		case practice.RefKind:
			practices = append(practices, n.SubjectID)
		case news.RefKind:
			papers = append(papers, n.SubjectID)
		case ballot.PoolKind:
			candidates = append(candidates, n.SubjectID)
		case proposal.RefKind:
			proposals = append(proposals, n.SubjectID)
		}
		if n.Person != "" && !slices.Contains(people, n.Person) {
			people = append(people, n.Person)
		}
	}
	var err error
	if b.matters, err = ledger.Heads(tx, b.r.Person, unique(matters)); err != nil {
		return err
	}
	if b.voices, err = vshow.Heads(tx, b.r.Person, unique(voices)); err != nil {
		return err
	}
	if b.meetings, err = meetshow.Heads(tx, b.r.Person, unique(meetings)); err != nil {
		return err
	}
	if b.resolutions, err = meetshow.ResolutionHeads(tx, b.r.Person, unique(resolutions)); err != nil {
		return err
	}
	if b.orders, err = supervise.Heads(tx, b.r.Person, unique(orders)); err != nil {
		return err
	}
	if b.whistles, err = supervise.WhistleHeads(tx, b.r.Person, unique(whistles)); err != nil {
		return err
	}
	if b.candidates, err = ballot.Heads(tx, b.r.Person, unique(candidates)); err != nil {
		return err
	}
	if b.proposals, err = proposal.Heads(tx, b.r.Person, unique(proposals)); err != nil {
		return err
	}
	if b.walks, err = inspect.WalkHeads(tx, b.r.Person, unique(walks)); err != nil {
		return err
	}
	if b.news, err = news.Heads(tx, b.r.Person, unique(papers)); err != nil {
		return err
	}
	if b.practices, err = practice.Heads(tx, b.r.Person, unique(practices)); err != nil {
		return err
	}
	if b.names, err = ledger.Names(tx, people); err != nil {
		return err
	}
	if b.tree, err = org.TreeOf(tx); err != nil {
		return err
	}
	b.most, err = org.Int(tx, org.ExtensionMax)
	return err
}

func unique(all []string) []string {
	slices.Sort(all)
	return slices.Compact(all)
}

// about says what a duty is about: title, number, and where it is read. A subject that the reader may not see has neither.
func (b *deskView) about(n duty.Item) (title, number, href string) {
	if m, ok := b.matters[n.SubjectID]; ok {
		return m.Title, m.Number, "/matter/" + m.Number
	}
	if v, ok := b.voices[n.SubjectID]; ok {
		title := v.Title
		if title == "" {
			title = b.r.T("desk.voice_untitled")
		}
		return title, v.Number, "/voice/" + v.ID
	}
	if m, ok := b.meetings[n.SubjectID]; ok {
		return m.Title, b.r.Lang.DateTime(m.StartAt, b.r.Zone), "/meeting/" + m.ID
	}
	if x, ok := b.resolutions[n.SubjectID]; ok {
		return shortText(x.Text, 40), x.MatterNo, "/resolution/" + x.ID
	}
	if x, ok := b.news[n.SubjectID]; ok {
		return x.Title, x.Number, "/publish/" + x.ID
	}
	if x, ok := b.practices[n.SubjectID]; ok {
		return x.Title, x.MatterNo, practicePath(x, "")
	}
	if at := supervisedAt[n.SubjectKind]; at != "" {
		title, number = b.r.Lang.Enum("desk.subject", n.SubjectKind), ""
		if o, ok := b.orders[n.SubjectID]; ok {
			title, number = o.Title, o.Number
		} else if x, ok := b.whistles[n.SubjectID]; ok {
			title, number = shortText(x.Text, 40), title
		} else if w, ok := b.walks[n.SubjectID]; ok {
			title, number = w.Name, b.r.Lang.Date(w.Day, b.r.Zone)
		} else if c, ok := b.candidates[n.SubjectID]; ok {
			title, number = c.Title, title
		} else if p, ok := b.proposals[n.SubjectID]; ok {
			title, number = p.Title, p.Number
		}
		return title, number, at + n.SubjectID
	}
	return b.r.Lang.Enum("desk.subject", n.SubjectKind), "", ""
}

// supervisedAt is where what the supervising office sets going is read, by kind of subject.
var supervisedAt = map[string]string{supervise.RefKind: "/order/", supervise.TalkKind: "/talk/", supervise.WhistleKind: "/whistle/", supervise.ExclusionKind: "/exclusion/",
	inspect.RefKind: "/visit/", inspect.WalkKind: "/visits/walk/", ballot.PoolKind: "/pool/", proposal.RefKind: "/proposal/"}

// next is the page on which the duty is done, "" where this person does not do it.
func (b *deskView) next(n duty.Item) string {
	m, ok := b.matters[n.SubjectID]
	if !ok {
		if v, ok := b.voices[n.SubjectID]; ok {
			return "/voice/" + v.ID
		}
		if n.Kind == duty.Feasibility {
			return "/pool/" + n.SubjectID + "/assess"
		}
		if at := supervisedAt[n.SubjectKind]; at != "" {
			return at + n.SubjectID
		}
		if n.Kind == duty.NewsCheck {
			return "/publish/" + n.SubjectID + "/check"
		}
		if n.Kind == duty.NewsEnd {
			return "/publish/" + n.SubjectID + "/end"
		}
		if n.SubjectKind == practice.RefKind {
			return "/practice/" + n.SubjectID + "/review"
		}
		return meetingNext(n)
	}
	at := "/matter/" + m.Number
	switch n.Kind {
	case duty.Adjudicate, duty.Plan, duty.Inspect, duty.Review:
		return at + "/" + string(n.Kind)
	case duty.PlanHead, duty.PlanFinance, duty.Approve:
		return at + "/" + signPath(m.Review)
	case duty.Milestone, duty.Completion:
		switch {
		case m.State != matter.Executing:
			return at
		case m.StepsDone < m.StepsAll:
			return at + "/progress"
		case m.Owner == b.r.Person.ID:
			return at + "/done"
		}
	case duty.ExtensionDecide:
		if matter.ExtensionLevel(m.Extensions, b.most) == access.Leader {
			return at + "/extension-top"
		}
		return at + "/extension"
	case duty.Recheck:
		return at + "/look-back"
	case duty.LookBack30, duty.LookBack90, duty.LookBack365:
		if b.r.Today() >= n.Due.Day(b.r.Zone).Add(-matter.EarlyDays) {
			return at + "/look-back"
		}
	}
	return at
}

// meetingNext is where a duty of a meeting is done.
func meetingNext(n duty.Item) string {
	switch n.Kind {
	case duty.Position:
		return "/meeting/" + n.SubjectID + "/positions?unit=" + n.Item
	case duty.MinutesSign, duty.MinutesReceive:
		return "/meeting/" + n.SubjectID + "/minutes"
	case duty.Resolve:
		return "/resolution/" + n.SubjectID + "/report"
	case duty.ResolveCheck:
		return "/resolution/" + n.SubjectID + "/judge"
	}
	return ""
}

func (b *deskView) who(n duty.Item) string {
	if n.Person != "" {
		return b.names[n.Person]
	}
	return holderName(b.r.Lang, b.tree, n.Duty)
}

func (b *deskView) table(items []duty.Item, next string) Table {
	r := b.r
	t := b.list.Table(r.T("desk.title"), Column{Label: r.T("desk.subject")}, Column{Label: r.T("desk.kind")}, Column{Label: r.T("desk.left")},
		Column{Label: r.T("desk.until")}, Column{Label: r.T("desk.who")})
	t.Keys, t.Next = true, b.list.Next(next)
	if !b.list.Filtered() {
		t.Empty = Empty{Kind: "done", Title: r.T("desk.empty_units"), Text: r.T("desk.empty_text"), Action: &Link{Text: r.T("web.nav_ledger"), Href: r.Link("/ledger")}}
	}
	for _, n := range items {
		title, number, href := b.about(n)
		row := []Cell{{Text: title, Sub: number}, {Text: r.Lang.Enum("duty.kind", n.Kind)}, {Light: dutyLight(r, n)},
			{Text: r.Lang.DateTime(n.Due, r.Zone), Sub: b.moved(n)}, {Text: b.who(n)}}
		if href != "" {
			href = r.Link(href)
		}
		line := t.Add(href, row...)
		if n.Light.Color == duty.Red {
			line.Tone = "bad"
		}
	}
	return t
}

// moved is the original due of a duty whose due has moved, and how long it has waited.
func (b *deskView) moved(n duty.Item) string {
	var out []string
	if n.Extended() {
		out = append(out, b.r.T("duty.due0", b.r.Lang.Date(n.Due0, b.r.Zone)))
	}
	if n.WaitedDays > 0 {
		out = append(out, b.r.T("desk.waited", b.r.Lang.WorkingDays(n.WaitedDays)))
	}
	return strings.Join(out, " · ")
}

// counters are the three numbers above the desk, each a filter.
func (b *deskView) counters(tx *db.Tx, cal *clock.Calendar) ([]Counter, error) {
	var out []Counter
	for _, due := range []string{"today", "week", "overdue"} {
		f := duty.DeskFilter{}
		if b.list.View == "units" {
			f.View = duty.ViewUnits
		}
		n, more, err := duty.Count(tx, b.r.Person, b.r.dueFilter(f, cal, due))
		if err != nil {
			return nil, err
		}
		c := Counter{Label: b.r.Lang.Enum("desk.due", due), N: n, More: more, Href: b.r.Link("/desk?view=" + b.list.View + "&due=" + due), Current: b.list.Get("due") == due}
		if due == "overdue" && n > 0 {
			c.Tone = "bad"
		}
		out = append(out, c)
	}
	return out, nil
}
