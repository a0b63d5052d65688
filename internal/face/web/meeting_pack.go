package web

import (
	"slices"
	"strconv"
	"strings"

	"sanwen/internal/base/access"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/work/meeting"
	"sanwen/internal/work/meeting/pack"
)

// MeetingPackPage is the agenda, or the list of speeches, while it is put in order: by dragging, by keys, or by its buttons.
type MeetingPackPage struct {
	Page
	Lede    string
	Tabs    []Link
	Actions []Link
	Form    *Form // nil where nothing can be changed
	To      string
	Builds  bool // it can be made anew from the ledger
	Boxes   []OrderBox
	None    string // said where there is nothing
	Out     []PackRow
}

// Moves reports whether there is anything to put in order.
func (p MeetingPackPage) Moves() bool {
	return slices.ContainsFunc(p.Boxes, func(b OrderBox) bool { return len(b.Rows) > 0 })
}

// OrderBox is a list whose rows are put in order; the fields of the form begin with its name.
type OrderBox struct {
	Name, Caption string
	Rows          []PackRow
}

// put adds a row at the end.
func (b *OrderBox) put(row PackRow) {
	row.I, row.N = len(b.Rows), len(b.Rows)+1
	b.Rows = append(b.Rows, row)
}

// PackRow is a row of such a list.
type PackRow struct {
	I, N          int // from 0 and from 1
	Key           string
	Title, Number string
	Href          string
	Tags          []Tag
	Light         *Light
	Lines         []string
	Links         []Link
}

var meetingPackPage = Define[MeetingPackPage]("meeting/pack")

// showPack shows the agenda and takes its order.
func showPack(r *Req) error {
	var v *meetingView
	if err := r.Read(func(tx *db.Tx) (err error) { v, err = r.viewMeeting(tx, !r.Posted()); return err }); err != nil {
		return err
	}
	page := MeetingPackPage{Page: Page{Title: r.T("meeting.pack_of", v.m.Title), Shape: Staff, Back: v.path("")}, Lede: r.T("meeting.pack_lede"), Tabs: v.tabs(), To: v.path("pack"), Builds: true}
	edits := v.calls() && v.m.State == meeting.Called
	if r.Posted() {
		if !v.calls() {
			return fault.New(fault.Forbidden, "access.denied")
		}
		f := r.Form()
		order, ok := ordered(f, meeting.MaxItems, "items")
		in, toast := doer(meeting.Arrange{Meeting: v.m.ID, Order: order}), "meeting.toast.order"
		if f.one("act") == "build" {
			in, toast, ok = meeting.Build{Meeting: v.m.ID}, "meeting.toast.build", true
		}
		if !ok {
			return fault.New(fault.Invalid, "fault.choice")
		}
		if err := r.save(f, func(tx *db.Tx) error { return in.Do(tx, r.Person) }); err != nil {
			return err
		}
		r.Toast(toast)
		return r.Redirect(v.path("pack"))
	}
	if edits {
		page.Form = r.Blank()
		page.Actions = []Link{{Text: r.T("meeting.do.add"), Href: r.Link(v.path("add"))}, {Text: r.T("meeting.do.ask"), Href: r.Link(v.path("ask"))}, {Text: r.T("meeting.do.freeze"), Href: r.Link(v.path("freeze"))}}
	}
	titles := map[string]string{}
	for _, it := range v.items {
		titles[it.ID] = it.Title
	}
	box := OrderBox{Name: "items"}
	for _, it := range v.items {
		row := PackRow{Key: it.Key(), Title: it.Title, Number: v.number(it), Href: r.Link(v.itemPath(it)), Tags: v.whyTags(it, v.briefs[it.Key()].Color)}
		b := v.briefs[it.Key()]
		if b.Color != "" {
			row.Light = &Light{Color: string(b.Color), Word: r.Lang.Enum("duty.light", b.Color)}
		}
		if it.Lead != "" {
			row.Lines = append(row.Lines, v.unit(it.Lead)+v.dueLine(b))
		}
		if it.Together != "" {
			row.Lines = append(row.Lines, r.T("meeting.together_with", titles[it.Together]))
		}
		if it.Note != "" {
			row.Lines = append(row.Lines, r.T("meeting.by_hand", it.Note))
		}
		if it.TakenOut {
			row.Lines = append(row.Lines, v.outReason(it))
			page.Out = append(page.Out, row)
			continue
		}
		box.put(row)
	}
	if page.Boxes = []OrderBox{box}; !page.Moves() {
		page.None = r.T("meeting.agenda_none")
	}
	return meetingPackPage.Render(r, page)
}

func (v *meetingView) outReason(it meeting.Item) string {
	if it.OutReason == meeting.OutSettled {
		return v.r.T("meeting.settled")
	}
	return v.r.T("meeting.out_because", it.OutReason)
}

func (v *meetingView) dueLine(b pack.Brief) string {
	r := v.r
	if b.Due == "" {
		return ""
	}
	s := " · " + r.T("meeting.due_is", r.Lang.Date(b.Due, r.Zone))
	if b.Due0 != "" && b.Due0 != b.Due {
		s += " · " + r.T("duty.due0", r.Lang.Date(b.Due0, r.Zone))
	}
	return s
}

// ordered reads in which order the rows of the boxes stand after the press of a button, one up or down or saving them as they are; false
// where another button was pressed.
func ordered(f *Form, most int, boxes ...string) (order []string, ok bool) {
	press := strings.Split(f.one("act"), ".")
	ok = len(press) == 1 && press[0] == "order"
	for _, box := range boxes {
		var keys []string
		for i := range most {
			key := f.Value(box + "." + strconv.Itoa(i) + ".key")
			if key == "" {
				break
			}
			keys = append(keys, key)
		}
		if len(press) == 3 && press[0] == box {
			ok = true
			n, err := strconv.Atoi(press[2])
			to := n - 1
			if press[1] == "down" {
				to = n + 1
			}
			if err == nil && n >= 1 && n <= len(keys) && to >= 1 && to <= len(keys) {
				keys[n-1], keys[to-1] = keys[to-1], keys[n-1]
			}
		}
		order = append(order, keys...)
	}
	return order, ok
}

// MeetingItemPage is the one-page brief of an item, with what can be done to it.
type MeetingItemPage struct {
	Page
	Brief   BriefSheet
	Panels  []Panel
	Form    *Form
	To      string
	Out     bool
	Reason  Field
	With    Choice
	HasWith bool
}

// BriefSheet is one page of the pack.
type BriefSheet struct {
	Title, Number string
	Tags          []Tag
	Light         *Light
	Facts         []Fact
	Positions     []Message
	Silent        string // units that have not given their position
	Draft         string
	Named         bool
}

// MeetingBriefPage is the whole pack for paper.
type MeetingBriefPage struct {
	Page
	Tabs   []Link
	Head   []Fact
	Sheets []BriefSheet
}

var (
	meetingItemPage  = Define[MeetingItemPage]("meeting/item")
	meetingBriefPage = Define[MeetingBriefPage]("meeting/brief")
)

// sheet makes the page of an item.
func (v *meetingView) sheet(n int, it meeting.Item) BriefSheet {
	r, b := v.r, v.briefs[it.Key()]
	s := BriefSheet{Title: it.Title, Number: v.number(it), Tags: v.whyTags(it, b.Color), Draft: it.Draft, Named: b.Named}
	if n > 0 {
		s.Title = itoa(n) + ". " + it.Title
	}
	if b.Color != "" {
		s.Light = &Light{Color: string(b.Color), Word: r.Lang.Enum("duty.light", b.Color)}
	}
	add := func(label, value string) {
		if value != "" {
			s.Facts = append(s.Facts, Fact{Label: r.T(label), Value: value})
		}
	}
	add("meeting.f.promise", b.Promise)
	add("meeting.f.standard", b.Standard)
	state := "matter.state"
	if it.Kind == pack.ItemResolution {
		state = "meeting.res"
	}
	if b.State != "" {
		add("meeting.f.state", r.Lang.Enum(state, b.State))
	}
	if it.Lead != "" {
		add("meeting.f.lead", v.unit(it.Lead))
	}
	add("meeting.f.co", v.units(b.Co))
	add("meeting.f.owner", b.Owner)
	add("meeting.f.sponsor", b.Sponsor)
	if b.Due0 != "" {
		add("meeting.f.due0", r.Lang.Date(b.Due0, r.Zone))
		due := r.Lang.Date(b.Due, r.Zone)
		if b.Extensions > 0 {
			due += " · " + r.T("meeting.extended", b.Extensions)
		}
		add("meeting.f.due", due)
	}
	if b.AskedTo != "" {
		add("meeting.f.asked_to", r.Lang.Date(b.AskedTo, r.Zone)+" · "+b.AskedWhy)
	}
	if b.Voices > 0 {
		add("meeting.f.voices", r.T("meeting.n_voices", b.Voices))
	}
	if b.Progress != "" {
		p := b.Progress
		if b.ProgressOn != "" {
			p = r.Lang.Date(b.ProgressOn, r.Zone) + ": " + p
		}
		add("meeting.f.progress", p)
	}
	add("meeting.f.orders", r.Lang.List(b.Orders))
	var rungs []string
	for _, x := range b.Rungs {
		rungs = append(rungs, r.Lang.Enum("duty.rung", x))
	}
	add("meeting.f.rungs", r.Lang.List(rungs))
	add("meeting.f.reason", it.Note)
	var silent []string
	for _, p := range v.positions {
		if p.Item != it.ID || it.ID == "" {
			continue
		}
		if p.GivenAt == 0 {
			silent = append(silent, v.unit(p.Unit))
			continue
		}
		s.Positions = append(s.Positions, Message{From: v.unit(p.Unit), When: r.Lang.DateTime(p.GivenAt, r.Zone), Text: p.Text})
	}
	s.Silent = r.Lang.List(silent)
	return s
}

// showBrief shows the pack for paper: a page for every item.
func showBrief(r *Req) error {
	var v *meetingView
	if err := r.Read(func(tx *db.Tx) (err error) { v, err = r.viewMeeting(tx, true); return err }); err != nil {
		return err
	}
	page := MeetingBriefPage{Page: Page{Title: r.T("meeting.brief_of", v.m.Title), Shape: Staff, Back: v.path("")}, Tabs: v.tabs(), Head: v.facts()}
	for _, it := range v.items {
		if !it.TakenOut && !it.Settled {
			page.Sheets = append(page.Sheets, v.sheet(len(page.Sheets)+1, it))
		}
	}
	return meetingBriefPage.Render(r, page)
}

// meetingItem shows an item, and takes it off the agenda, puts it back, or joins it to another.
func meetingItem(r *Req) error {
	var v *meetingView
	if err := r.Read(func(tx *db.Tx) (err error) { v, err = r.viewMeeting(tx, true); return err }); err != nil {
		return err
	}
	var it *meeting.Item
	for i := range v.items {
		if v.items[i].Key() == r.Param("item") {
			it = &v.items[i]
		}
	}
	if it == nil {
		return fault.New(fault.NotFound, "meeting.unknown_item")
	}
	to := v.itemPath(*it)
	var f *Form
	if r.Posted() {
		if !v.calls() {
			return fault.New(fault.Forbidden, "access.denied")
		}
		f = r.Form()
		var in doer
		toast := f.Choice("act", "out", "back", "join")
		switch toast {
		case "join":
			in = meeting.Together{Meeting: v.m.ID, Item: it.Key(), With: f.one("with")}
		default:
			in = meeting.TakeOut{Meeting: v.m.ID, Item: it.Key(), Back: toast == "back", Reason: f.Text("reason", 0, meeting.MaxNote)}
		}
		err := r.save(f, func(tx *db.Tx) error { return in.Do(tx, r.Person) })
		if err == nil {
			r.Toast("meeting.toast." + toast)
			return r.Redirect(v.path("pack"))
		}
		if !f.Take(err) {
			return err
		}
	} else {
		f = r.Blank()
	}
	page := MeetingItemPage{Page: Page{Title: r.T("meeting.item_of", it.Title), Shape: Staff, Back: v.path("pack")}, Brief: v.sheet(0, *it), To: to, Out: it.TakenOut}
	if it.TakenOut {
		page.Panels = append(page.Panels, Panel{Tone: "warn", Text: v.outReason(*it)})
	}
	if page.Brief.Named {
		page.Panels = append(page.Panels, Panel{Tone: "warn", Text: r.T("meeting.named")})
	}
	if it.Kind == pack.ItemMatter {
		page.Panels = append(page.Panels, Panel{Tone: "info", Text: r.T("meeting.from_ledger"), Links: v.matterLink(*it)})
	}
	if v.calls() && v.m.State == meeting.Called {
		page.Form = f
		page.Reason = f.Field("reason", "meeting.f.reason").Area(2).Limit(meeting.MaxNote)
		var with []Option
		for _, x := range v.items {
			if x.Key() != it.Key() && x.Together == "" && !x.TakenOut {
				with = append(with, Option{Value: x.Key(), Text: x.Title})
				if x.ID != "" && x.ID == it.Together && !r.Posted() {
					f.Set("with", x.Key())
				}
			}
		}
		page.With, page.HasWith = f.Choose("with", "meeting.f.with", with).Else("meeting.alone"), len(with) > 0
	}
	return meetingItemPage.Render(r, page)
}

// matterLink leads to the matter of an item, for who may read it.
func (v *meetingView) matterLink(it meeting.Item) []Link {
	if v.r.Person.Can(access.MatterSee, access.Thing{Kind: "matter", Unit: v.m.UnitPath, Lead: it.LeadPath}) {
		return []Link{{Text: it.Number, Href: v.r.Link("/matter/" + it.Number)}}
	}
	return nil
}
