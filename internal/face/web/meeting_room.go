package web

import (
	"strings"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/work/matter/ledger"
	"sanwen/internal/work/meeting"
)

// showPositions shows a unit the items that it was asked about, and takes what it thinks.
func showPositions(r *Req) error {
	var v *meetingView
	if err := r.Read(func(tx *db.Tx) (err error) { v, err = r.viewMeeting(tx, true); return err }); err != nil {
		return err
	}
	units := v.mine(access.MeetingPosition)
	if len(units) == 0 {
		return fault.New(fault.Forbidden, "access.denied")
	}
	unit := r.Query("unit")
	if unit == "" {
		unit = units[0]
	}
	var f *Form
	if r.Posted() {
		f = r.Form()
		unit = f.Choice("unit", units...)
		in := meeting.GivePositions{Meeting: v.m.ID, Unit: unit, Texts: map[string]string{}}
		for _, p := range v.positions {
			if p.Unit == unit {
				in.Texts[p.Item] = f.Text("p."+p.Item, 0, meeting.MaxText)
			}
		}
		err := r.save(f, func(tx *db.Tx) error { return in.Do(tx, r.Person) })
		if err == nil {
			r.Toast("meeting.toast.positions")
			return r.Redirect(v.path(""))
		}
		if !f.Take(err) {
			return err
		}
	} else {
		f = r.Blank("unit", unit)
	}
	page := AdminFormPage{Page: Page{Title: r.T("meeting.positions_title"), Shape: Staff, Back: v.path("")}, Lede: r.T("meeting.positions_lede", v.unit(unit)), Form: f, To: v.path("positions"),
		Keep: []string{"unit"}, Submit: r.T("meeting.do.give"), Facts: v.facts()}
	for _, u := range units {
		if len(units) > 1 {
			page.Actions = append(page.Actions, Link{Text: v.unit(u), Href: r.Link(v.path("positions") + "?unit=" + u), Current: u == unit})
		}
	}
	for n, it := range v.items {
		for _, p := range v.positions {
			if p.Item != it.ID || p.Unit != unit || it.ID == "" {
				continue
			}
			name := "p." + it.ID
			if !r.Posted() {
				f.Set(name, p.Text)
			}
			d := f.Field(name, "meeting.f.position").Area(4).May().Limit(meeting.MaxText)
			d.Label += ": " + it.Title
			page.Parts = append(page.Parts, headPart(itoa(n+1)+". "+it.Title), Part{Kind: "note", Text: v.why(it)}, fieldPart(d))
		}
	}
	return meetingForm.Render(r, page)
}

// why says in one line what an item is about.
func (v *meetingView) why(it meeting.Item) string {
	var out []string
	for _, t := range v.whyTags(it) {
		out = append(out, t.Text)
	}
	s := strings.Join(append([]string{v.number(it)}, out...), " · ")
	return strings.Trim(s+v.dueLine(v.briefs[it.Key()]), " ·")
}

// MeetingRoomPage is the recorder's view of a meeting.
type MeetingRoomPage struct {
	Page
	Tabs    []Link
	Form    *Form
	To      string
	Agenda  []RoomItem
	Item    *BriefSheet // what is on the screen
	ItemID  string
	Say     Field
	Lead    Choice
	Co      Picker
	Whom    Field
	Day     Field
	Extend  *Choice
	Note    Field
	Ends    Field // conclusion
	Said    []Field
	Decided []string
	Here    []RoomSeat
	Opening Field
	Demands Field
	Held    bool
	Links   []Link
}

// RoomItem is a line of the agenda beside what is being written.
type RoomItem struct {
	N        int
	ID       string
	Title    string
	Current  bool
	Done     bool
	Together bool
}

// RoomSeat is a unit with who came.
type RoomSeat struct {
	Unit     string
	Presence Choice
	Person   Field
	Note     Field
}

// MeetingScreenPage is what the room reads.
type MeetingScreenPage struct {
	Page
	Live    string
	Name    string
	Place   string // "3 / 12"
	Item    *BriefSheet
	Facts   []Fact
	Say     string
	Decided []string
	Ends    string
	Over    bool
}

var (
	meetingRoomPage   = Define[MeetingRoomPage]("meeting/room")
	meetingScreenPage = Define[MeetingScreenPage]("meeting/screen")
)

// current is the item on the screen and its place among those that are treated.
func (v *meetingView) current() (it *meeting.Item, n, all int) {
	for i := range v.items {
		if v.items[i].TakenOut {
			continue
		}
		all++
		if v.items[i].ID == v.m.Item {
			it, n = &v.items[i], all
		}
	}
	return it, n, all
}

// decided are the resolutions to an item, in words.
func (v *meetingView) decided(rs []meeting.Resolution, item string, names map[string]string) []string {
	var out []string
	for _, x := range rs {
		if x.Item == item {
			out = append(out, v.r.T("meeting.decided_line", x.N, x.Text, v.unit(x.Lead), names[x.Person], v.r.Lang.Date(x.Day, v.r.Zone)))
		}
	}
	return out
}

// meetingRoom shows the recorder's view and takes what he writes.
func meetingRoom(r *Req) error {
	var v *meetingView
	var rs []meeting.Resolution
	var names map[string]string
	read := func() error {
		return r.Read(func(tx *db.Tx) (err error) {
			if v, err = r.viewMeeting(tx, true); err != nil {
				return err
			}
			if err := r.Person.May(tx, access.MeetingRecord, v.thing); err != nil {
				return err
			}
			if rs, err = meeting.ResolutionsOf(tx, v.m.ID); err != nil {
				return err
			}
			names, err = ledger.Names(tx, unique(resolutionPeople(rs)))
			return err
		})
	}
	if err := read(); err != nil {
		return err
	}
	if v.m.State != meeting.Held && v.m.State != meeting.Ended {
		return fault.New(fault.Conflict, "meeting.not_held")
	}
	var f *Form
	if r.Posted() {
		f = r.Form()
		in, toast := v.roomAct(f)
		do := func(tx *db.Tx) error { return in.Do(tx, r.Person) }
		_, words := in.(meeting.Word)
		var err error
		switch {
		case in == nil:
			err = f.Err()
		case words: // written again and again while somebody types: saying the same twice changes nothing
			if err = f.Err(); err == nil {
				err = r.Write(do)
			}
		default:
			err = r.save(f, do)
		}
		if err == nil && words && !r.background() { // what is typed beside the wording is not decided yet, and stays
			if err := read(); err != nil {
				return err
			}
			return meetingRoomPage.Render(r, v.roomPage(f, rs, names))
		}
		if err == nil {
			if toast != "" {
				r.Toast(toast)
			}
			return r.Redirect(v.path("room"))
		}
		if !f.Take(err) {
			return err
		}
	} else {
		f = r.Blank()
	}
	return meetingRoomPage.Render(r, v.roomPage(f, rs, names))
}

// roomAct reads which button was pressed: "turn.<item>", word, decide, conclude, attend or write.
func (v *meetingView) roomAct(f *Form) (doer, string) {
	act := f.one("act")
	if item, ok := strings.CutPrefix(act, "turn."); ok {
		return meeting.Turn{Meeting: v.m.ID, Item: item}, ""
	}
	item := f.one("item")
	switch act {
	case "word":
		return meeting.Word{Meeting: v.m.ID, Item: item, Text: f.Text("text", 0, meeting.MaxText)}, ""
	case "decide":
		return meeting.Decide{Meeting: v.m.ID, Item: item, Text: f.Text("text", 0, meeting.MaxText), Lead: f.one("lead"), Co: f.UnitsIn("co", v.partners()), Person: f.Line("person", 0, 40),
			Day: f.Day("day", true), Extension: f.Maybe("extension", meeting.ExtensionGrant, meeting.ExtensionRefuse), Note: f.Text("note", 0, meeting.MaxNote)}, "meeting.toast.decide"
	case "conclude":
		in := meeting.Conclude{Meeting: v.m.ID, Item: item, Conclusion: f.Text("conclusion", 0, meeting.MaxText), Said: map[string]string{}}
		for _, p := range v.parties {
			if t := f.Text("said."+p.Unit, 0, meeting.MaxText); t != "" {
				in.Said[p.Unit] = t
			}
		}
		return in, "meeting.toast.conclude"
	case "attend":
		in := meeting.Attend{Meeting: v.m.ID}
		for _, p := range v.parties {
			in.Rows = append(in.Rows, meeting.Here{Unit: p.Unit, Presence: f.Maybe("presence."+p.Unit, meeting.Presences()...), Person: f.Line("person."+p.Unit, 0, meeting.MaxPlace),
				Note: f.Line("note."+p.Unit, 0, meeting.MaxNote)})
		}
		return in, "meeting.toast.attend"
	case "write":
		return meeting.Write{Meeting: v.m.ID, Opening: f.Text("opening", 0, meeting.MaxPages), Demands: f.Text("demands", 0, meeting.MaxPages)}, "meeting.toast.write"
	}
	f.Fault("", "fault.choice")
	return nil, ""
}

// partners are the units that may help with a resolution.
func (v *meetingView) partners() Units { return v.r.UnitsOf(v.tree, org.Department, org.Plant) }

func (v *meetingView) roomPage(f *Form, rs []meeting.Resolution, names map[string]string) MeetingRoomPage {
	r := v.r
	page := MeetingRoomPage{Page: Page{Title: r.T("meeting.room_of", v.m.Title), Shape: Staff, Back: v.path("")}, Tabs: v.tabs(), Form: f, To: r.Link(v.path("room")), Held: v.m.State == meeting.Held,
		Links: []Link{{Text: r.T("meeting.open_screen"), Href: r.Link(v.path("screen"))}}}
	for _, do := range meetingDos {
		if (do.name == "finish" || do.name == "resume" || do.name == "speak") && do.may(v) {
			page.Links = append(page.Links, Link{Text: r.T("meeting.do." + do.name), Href: r.Link(v.path(do.name))})
		}
	}
	n := 0
	for _, it := range v.items {
		if it.TakenOut {
			continue
		}
		n++
		page.Agenda = append(page.Agenda, RoomItem{N: n, ID: it.ID, Title: it.Title, Current: it.ID == v.m.Item, Done: it.Conclusion != "" || len(v.decided(rs, it.ID, names)) > 0, Together: it.Together != ""})
	}
	set := func(name, value string) {
		if _, sent := f.values[name]; !sent { // the page has several forms, and only one of them was sent
			f.Set(name, value)
		}
	}
	it, _, _ := v.current()
	if it != nil {
		s := v.sheet(0, *it)
		page.Item, page.ItemID, page.Decided = &s, it.ID, v.decided(rs, it.ID, names)
		set("text", it.Draft)
		set("lead", it.Lead)
		set("conclusion", it.Conclusion)
		if v.briefs[it.Key()].AskedTo != "" {
			c := f.Choose("extension", "meeting.f.extension", []Option{{Value: meeting.ExtensionGrant, Text: r.T("meeting.extension.grant")}, {Value: meeting.ExtensionRefuse, Text: r.T("meeting.extension.refuse")}}).May().Hint("meeting.extension_hint")
			page.Extend = &c
			page.Note = f.Field("note", "meeting.f.note").May().Limit(meeting.MaxNote)
		}
		for _, p := range v.parties {
			d := f.Field("said."+p.Unit, "meeting.f.said").May().Limit(meeting.MaxText)
			d.Label = v.unit(p.Unit)
			page.Said = append(page.Said, d)
		}
		page.Ends = f.Field("conclusion", "meeting.f.conclusion").Area(3).Limit(meeting.MaxText)
	}
	page.Say = f.Field("text", "meeting.f.resolution").Area(3).Limit(meeting.MaxText)
	page.Lead = f.Choose("lead", "meeting.f.lead", unitChoices(v.tree, r.Lang, org.Department, org.Plant))
	page.Co = f.PickUnits("co", "meeting.f.co", v.partners()).May()
	page.Whom = f.Field("person", "meeting.f.person").May().Hint("meeting.person_hint")
	page.Day = f.Field("day", "meeting.f.day_by").As("date")
	for _, p := range v.parties {
		set("presence."+p.Unit, p.Presence)
		set("person."+p.Unit, p.Person)
		set("note."+p.Unit, p.Note)
		seat := RoomSeat{Unit: v.unit(p.Unit), Presence: f.Choose("presence."+p.Unit, "meeting.f.presence", options(r.Lang, "meeting.presence", meeting.Presences())).May(),
			Person: f.Field("person."+p.Unit, "meeting.f.who").May(), Note: f.Field("note."+p.Unit, "meeting.f.note").May()}
		page.Here = append(page.Here, seat)
	}
	set("opening", v.m.Opening)
	set("demands", v.m.Demands)
	page.Opening = f.Field("opening", "meeting.f.opening").Area(4).May().Limit(meeting.MaxPages)
	page.Demands = f.Field("demands", "meeting.f.demands").Area(4).May().Limit(meeting.MaxPages)
	return page
}

// meetingScreen shows the room what is being treated; it follows by itself.
func meetingScreen(r *Req) error {
	var v *meetingView
	var page MeetingScreenPage
	err := r.Read(func(tx *db.Tx) (err error) {
		if v, err = r.viewMeeting(tx, true); err != nil {
			return err
		}
		page = MeetingScreenPage{Page: Page{Title: r.T("meeting.screen_of", v.m.Title), Shape: TV}, Name: v.m.Title, Over: v.m.State != meeting.Held}
		rs, err := meeting.ResolutionsOf(tx, v.m.ID)
		if err != nil {
			return err
		}
		names, err := ledger.Names(tx, unique(resolutionPeople(rs)))
		if err != nil {
			return err
		}
		if it, n, all := v.current(); it != nil && !page.Over {
			s := v.sheet(0, *it)
			page.Item, page.Place, page.Say, page.Ends = &s, itoa(n)+" / "+itoa(all), it.Draft, it.Conclusion
			page.Facts = s.Facts[:min(len(s.Facts), 5)]
			page.Decided = v.decided(rs, it.ID, names)
		}
		page.Live, err = r.Live(tx, "/meeting/{meeting}/live")
		page.Live = strings.Replace(page.Live, "{meeting}", v.m.ID, 1)
		return err
	})
	if err != nil {
		return err
	}
	return meetingScreenPage.Render(r, page)
}

func liveMeeting(r *Req) error { return r.stream(meeting.RefKind) }

func resolutionPeople(rs []meeting.Resolution) []string {
	var out []string
	for _, x := range rs {
		out = append(out, x.Person, x.Supervisor)
	}
	return out
}

func resolutionIDs(rs []meeting.Resolution) []string {
	var out []string
	for _, x := range rs {
		out = append(out, x.ID)
	}
	return out
}
