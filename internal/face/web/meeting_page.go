package web

import (
	"slices"
	"strings"

	"sanwen/internal/base/access"
	"sanwen/internal/base/duty"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/matter/ledger"
	"sanwen/internal/work/meeting"
	"sanwen/internal/work/meeting/pack"
	meetshow "sanwen/internal/work/meeting/show"
)

var meetingPage = Define[AdminListPage]("meeting/page")

// meetingView is a meeting with the names that its pages show.
type meetingView struct {
	r         *Req
	m         meeting.Meeting
	thing     access.Thing
	tree      *org.Tree
	names     map[string]string
	parties   []meeting.Party
	items     []meeting.Item
	briefs    map[string]pack.Brief
	positions []meeting.Position
}

// viewMeeting reads a meeting; agenda adds what it treats.
func (r *Req) viewMeeting(tx *db.Tx, agenda bool) (*meetingView, error) {
	v := &meetingView{r: r}
	var err error
	if v.m, v.thing, err = meeting.See(tx, r.Person, r.Param("meeting")); err != nil {
		return nil, err
	}
	if v.tree, err = org.TreeOf(tx); err != nil {
		return nil, err
	}
	if v.names, err = ledger.Names(tx, unique([]string{v.m.Chair, v.m.Recorder, v.m.CalledBy, v.m.SignedBy})); err != nil {
		return nil, err
	}
	if v.parties, err = meeting.PartiesOf(tx, v.m.ID); err != nil || !agenda {
		return v, err
	}
	if v.items, err = meeting.Agenda(tx, r.Person, v.m); err != nil {
		return nil, err
	}
	if v.briefs, err = meeting.Briefs(tx, v.m, v.items); err != nil {
		return nil, err
	}
	v.positions, err = meeting.PositionsOf(tx, v.m.ID)
	return v, err
}

func (v *meetingView) path(do string) string {
	p := "/meeting/" + v.m.ID
	if do != "" {
		p += "/" + do
	}
	return p
}

func (v *meetingView) unit(code string) string { return v.tree.Name(code, v.r.Lang) }

func (v *meetingView) units(codes []string) string {
	out := make([]string, len(codes))
	for i, c := range codes {
		out[i] = v.unit(c)
	}
	return v.r.Lang.List(out)
}

// when is the day and the times of the meeting.
func (v *meetingView) when() string {
	end := v.m.EndAt.Time().In(v.r.Zone)
	return v.r.Lang.DateTime(v.m.StartAt, v.r.Zone) + "–" + end.Format("15:04")
}

// records reports whether the reader writes the meeting down.
func (v *meetingView) records() bool { return v.r.Person.Can(access.MeetingRecord, v.thing) }

func (v *meetingView) calls() bool { return v.r.Person.Can(access.MeetingCall, v.thing) }

// tabs are the pages of a meeting that make sense now.
func (v *meetingView) tabs() []Link {
	r := v.r
	pages := []string{""}
	if v.m.Kind == meeting.Dispatch {
		pages = append(pages, "pack", "brief")
	} else if v.calls() && v.m.Running() {
		pages = append(pages, "speeches")
	}
	if len(v.mine(access.MeetingPosition)) > 0 && v.m.Running() {
		pages = append(pages, "positions")
	}
	if v.records() && (v.m.State == meeting.Held || v.m.State == meeting.Ended) {
		pages = append(pages, "room")
	}
	if v.m.State == meeting.Held {
		pages = append(pages, "screen")
	}
	if v.m.State == meeting.Signed || v.m.State == meeting.Ended {
		pages = append(pages, "minutes")
	}
	var out []Link
	for _, p := range pages {
		name := p
		if p == "" {
			name = "overview"
		}
		out = append(out, Link{Text: r.T("meeting.tab." + name), Href: r.Link(v.path(p)), Current: r.Path() == v.path(p)})
	}
	return out
}

// mine lists the units for which the reader may act.
func (v *meetingView) mine(a access.Action) []string {
	paths := map[string]access.Path{}
	if a == access.MeetingPosition {
		for _, p := range v.positions {
			paths[p.Unit] = p.Path
		}
	} else {
		for _, p := range v.parties {
			paths[p.Unit] = p.Path
		}
	}
	return meeting.Mine(v.r.Person, a, v.m, paths)
}

// showMeeting shows a meeting: when and where, who comes, what it treats and what it decided.
func showMeeting(r *Req) error {
	var v *meetingView
	var rs []meeting.Resolution
	var speeches []meeting.Speech
	var receipts []meeting.Receipt
	resolutions := &resolutionView{r: r}
	err := r.Read(func(tx *db.Tx) (err error) {
		if v, err = r.viewMeeting(tx, true); err != nil {
			return err
		}
		if rs, err = meeting.ResolutionsOf(tx, v.m.ID); err != nil {
			return err
		}
		heads, err := meetshow.ResolutionHeads(tx, r.Person, resolutionIDs(rs))
		if err != nil {
			return err
		}
		rs = slices.DeleteFunc(rs, func(x meeting.Resolution) bool { _, ok := heads[x.ID]; return !ok })
		if err := resolutions.read(tx, rs); err != nil {
			return err
		}
		if speeches, err = meeting.SpeechesOf(tx, v.m.ID); err != nil {
			return err
		}
		receipts, err = meeting.ReceiptsOf(tx, v.m)
		return err
	})
	if err != nil {
		return err
	}
	page := AdminListPage{Page: Page{Title: v.m.Title, Shape: Staff, Back: "/meetings"}, Tabs: v.tabs(), Facts: v.facts(), Actions: v.actions()}
	switch v.m.State {
	case meeting.Cancelled:
		page.Panels = append(page.Panels, Panel{Tone: "bad", Title: r.T("meeting.cancelled"), Text: v.m.EndReason})
	case meeting.Called:
		if v.m.Kind == meeting.Dispatch {
			page.Panels = append(page.Panels, Panel{Tone: "info", Text: r.T("meeting.follows")})
		}
	}
	if v.m.Kind == meeting.Dispatch {
		page.Tables = append(page.Tables, v.agendaTable())
	}
	for _, kind := range meeting.SpeechKinds() {
		if t := v.speechTable(kind, speeches); len(t.Rows) > 0 {
			page.Tables = append(page.Tables, t)
		}
	}
	if len(rs) > 0 {
		t := Table{Caption: r.T("meeting.resolutions"), Columns: resolutions.columns()}
		resolutions.rows(&t, rs)
		page.Tables = append(page.Tables, t)
	}
	page.Tables = append(page.Tables, v.partyTable(receipts))
	return meetingPage.Render(r, page)
}

func (v *meetingView) facts() []Fact {
	r := v.r
	out := []Fact{{Label: r.T("meeting.f.state"), Value: r.Lang.Enum("meeting.state", v.m.State)}, {Label: r.T("meeting.f.kind"), Value: r.Lang.Enum("meeting.kind", v.m.Kind)},
		{Label: r.T("meeting.f.when"), Value: v.when()}, {Label: r.T("meeting.f.place"), Value: v.m.Place}, {Label: r.T("meeting.f.chair"), Value: v.names[v.m.Chair]},
		{Label: r.T("meeting.f.recorder"), Value: v.names[v.m.Recorder]}}
	if v.m.Number != "" {
		out = append(out, Fact{Label: r.T("meeting.f.number"), Value: v.m.Number, Note: r.T("meeting.signed_by", v.names[v.m.SignedBy], r.Lang.DateTime(v.m.SignedAt, r.Zone))})
	}
	if v.m.PositionsDue != "" && v.m.Running() {
		given := 0
		for _, p := range v.positions {
			if p.GivenAt != 0 {
				given++
			}
		}
		out = append(out, Fact{Label: r.T("meeting.f.positions_due"), Value: r.Lang.Date(v.m.PositionsDue, r.Zone), Note: r.T("meeting.positions_in", given, len(v.positions))})
	}
	return out
}

// actions are what the reader may do to the meeting now.
func (v *meetingView) actions() []Link {
	r := v.r
	var out []Link
	for _, do := range meetingDos {
		if do.may(v) {
			out = append(out, Link{Text: r.T("meeting.do." + do.name), Href: r.Link(v.path(do.name)), Tone: do.tone})
		}
	}
	return append(out, Link{Text: r.T("meeting.ics"), Href: r.Link(v.path("calendar.ics"))})
}

// whyTags are the reasons why something is on the agenda; what a light beside them says already is not said again.
func (v *meetingView) whyTags(it meeting.Item, beside ...duty.Color) []Tag {
	said := map[string]duty.Color{pack.WhyRed: duty.Red, pack.WhyYellow: duty.Yellow}
	var out []Tag
	for _, w := range it.Reasons() {
		if c := said[w]; w == "" || c != "" && slices.Contains(beside, c) {
			continue
		}
		tone := "info"
		switch w {
		case pack.WhyRed, pack.WhyUndone, pack.WhyLadder:
			tone = "bad"
		case pack.WhyYellow, pack.WhyReturned, pack.WhyExtension:
			tone = "warn"
		}
		out = append(out, Tag{Text: v.r.Lang.Enum("meeting.why", w), Tone: tone})
	}
	switch {
	case it.Settled:
		out = append(out, Tag{Text: v.r.T("meeting.settled"), Tone: "good"})
	case it.Fresh && v.m.Running():
		out = append(out, Tag{Text: v.r.T("meeting.fresh")})
	}
	return out
}

// number is the number of an item as it is shown.
func (v *meetingView) number(it meeting.Item) string {
	if it.Kind == pack.ItemSpot {
		return v.r.T("meeting.spot_voices", it.Number)
	}
	return it.Number
}

func (v *meetingView) itemPath(it meeting.Item) string {
	return v.path("item/" + strings.ReplaceAll(it.Key(), "|", "%7C"))
}

// agendaTable is the agenda as everybody sees it who comes.
func (v *meetingView) agendaTable() Table {
	r := v.r
	t := Table{Caption: r.T("meeting.agenda"), Columns: []Column{{Label: r.T("meeting.f.item")}, {Label: r.T("meeting.f.why")}, {Label: r.T("meeting.f.lead")}, {Label: r.T("meeting.f.due")}},
		Empty: Empty{Kind: "done", Title: r.T("meeting.agenda_none"), Text: r.T("meeting.agenda_none_text")}}
	n := 0
	for _, it := range v.items {
		if it.TakenOut {
			continue
		}
		n++
		b := v.briefs[it.Key()]
		due := Cell{Text: "—"}
		if b.Due != "" {
			due = Cell{Text: r.Lang.Date(b.Due, r.Zone)}
			if b.Due0 != "" && b.Due0 != b.Due {
				due.Sub = r.T("duty.due0", r.Lang.Date(b.Due0, r.Zone))
			}
		}
		t.Add(r.Link(v.itemPath(it)), Cell{Text: itoa(n) + ". " + it.Title, Sub: v.number(it)}, Cell{Tags: v.whyTags(it)}, Cell{Text: v.unit(it.Lead)}, due)
	}
	return t
}

func (v *meetingView) speechTable(kind string, all []meeting.Speech) Table {
	r := v.r
	t := Table{Caption: r.Lang.Enum("meeting.speech", kind), Columns: []Column{{Label: r.T("meeting.f.speech")}, {Label: r.T("meeting.f.unit")}, {Label: r.T("meeting.f.speaker")}, {Label: r.T("meeting.f.matter")}}}
	for _, x := range all {
		if x.Kind != kind {
			continue
		}
		from := Cell{Text: x.MatterNo}
		if x.MatterNo != "" {
			from.Href = r.Link("/matter/" + x.MatterNo)
		}
		title := Cell{Text: x.Title, Sub: x.Text}
		if x.Practice != "" {
			title.Href = r.Link("/practice/" + x.Practice)
		}
		t.Add("", title, Cell{Text: v.unit(x.Unit)}, Cell{Text: x.Who}, from)
	}
	return t
}

// partyTable lists who is asked to come, who came, and who has received the minutes.
func (v *meetingView) partyTable(receipts []meeting.Receipt) Table {
	r := v.r
	t := Table{Caption: r.T("meeting.parties"), Columns: []Column{{Label: r.T("meeting.f.unit")}, {Label: r.T("meeting.f.presence")}, {Label: r.T("meeting.f.who")}, {Label: r.T("meeting.f.received")}}}
	got := map[string]meeting.Receipt{}
	for _, x := range receipts {
		got[x.Unit] = x
	}
	for _, p := range v.parties {
		presence, received := Cell{Text: "—"}, Cell{Text: "—"}
		if p.Presence != "" {
			presence = Cell{Text: r.Lang.Enum("meeting.presence", p.Presence), Sub: p.Note}
		}
		if x, ok := got[p.Unit]; ok {
			received = Cell{Tag: &Tag{Text: r.T("meeting.not_received"), Tone: "warn"}}
			if x.ReceivedAt != 0 {
				received = Cell{Text: r.Lang.DateTime(x.ReceivedAt, r.Zone)}
			}
		}
		unit := Cell{Text: v.unit(p.Unit)}
		if p.SitsIn {
			unit.Sub = r.T("meeting.f.sit_in")
		}
		t.Add("", unit, presence, Cell{Text: p.Person}, received)
	}
	return t
}
