package web

import (
	"strings"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/seal"
	"sanwen/internal/reading/insight/search"
	"sanwen/internal/work/voice"
	"sanwen/internal/work/voice/core"
	vshow "sanwen/internal/work/voice/show"
	vwords "sanwen/internal/work/voice/words"
)

// InboxPage lists the voices that wait for triage, those on the restricted paths, or those for a second look.
type InboxPage struct {
	Page
	Counters []Counter
	Queue    string // which list it is: "inbox", "restricted", "appeals" or "refusals"
	Lede     string
	Filter   InboxFilter
	Table    Table
	Partial  bool  // only the most urgent rows were searched
	Form     *Form // of the buttons for several rows
	Bulk     []BulkButton
	Refused  []BulkRow // what was refused of the last press
	Result   *Link     // what became of every row of it
	Live     string    // where the page hears of changes
	Keep     *SavedViews
	Places   []Link // where the new ones are from
	Many     bool   // so many are new that they are read by place
	To       string // the list itself, with its filter
	More     bool   // there are rows on later pages
}

var inboxPage = Define[InboxPage]("inbox/list")

// Bar is what may be done with the rows that are ticked.
func (p *InboxPage) Bar() BulkBar { return BulkBar{Name: "id", Buttons: p.Bulk} }

// InboxFilter is the form above the list.
type InboxFilter struct {
	Open   bool
	Action string
	Keep   []Hidden
	All    string // address of the list with what is over, too
	Form   *Form
	Kinds, Levels, Topics,
	States, Claims, Columns Choice
}

// inboxViews are the counters of the inbox, each a filter with a name.
var inboxViews = []string{"open", "new", "today", "overdue", "returned", "mine", "waiting", "quarantine", "alarm", "refusal", "appeal", "all"}

// preset is the filter behind a view.
func preset(view string) vshow.Filter {
	switch view {
	case "new":
		return vshow.Filter{States: []string{voice.Registered}}
	case "today":
		return vshow.Filter{States: []string{voice.Registered, voice.InTriage}, Due: "today"}
	case "overdue":
		return vshow.Filter{States: []string{voice.Registered, voice.InTriage}, Due: "overdue"}
	case "returned":
		return vshow.Filter{States: []string{voice.InTriage}, Mark: "returned"}
	case "mine":
		return vshow.Filter{States: []string{voice.InTriage}, Claimed: "me"}
	case "waiting":
		return vshow.Filter{States: []string{voice.WaitingInfo}}
	case "quarantine":
		return vshow.Filter{States: []string{voice.Quarantined}}
	case "alarm":
		return vshow.Filter{States: []string{voice.Registered, voice.InTriage, voice.Assigned, voice.Signed}, Mark: "alarm"}
	case "refusal":
		return vshow.Filter{States: []string{voice.InTriage, voice.Quarantined}, Mark: "refusal"}
	case "appeal":
		return vshow.Filter{States: []string{voice.InTriage}, Mark: "appeal"}
	case "all":
		return vshow.Filter{States: voice.Cycle.States()}
	}
	return vshow.Filter{}
}

func inboxSpec(views []string) ListSpec {
	return ListSpec{Tabs: views, Filters: []Filter{
		{Name: "kind", Label: "inbox.kind", Values: texts(voice.Kinds()), Prefix: "voice.kind."},
		{Name: "level", Label: "inbox.level", Values: texts(voice.Levels()), Prefix: "voice.level."},
		{Name: "category", Label: "inbox.topic"},
		{Name: "class", Label: "inbox.class", Values: texts(clock.Classes()), Prefix: "class."},
		{Name: "state", Label: "inbox.state", Values: voice.Cycle.States(), Prefix: "voice.state."},
		{Name: "claimed", Label: "inbox.claimed", Values: []string{"me", "none"}, Prefix: "inbox.claim."},
		{Name: "place", Label: "inbox.place"},
		{Name: "unit", Label: "inbox.unit"},
		{Name: "lead", Label: "inbox.lead"},
		{Name: "q", Label: "inbox.words"},
	}, Others: []Filter{{Name: "cols", Values: inboxColumnNames(), Many: true}}}
}

func inbox(r *Req) error { return r.inbox("inbox", nil, "") }

// inbox shows one of the lists of triage. refused are rows that a press for several did not do; run is that press.
func (r *Req) inbox(queue string, refused []BulkRow, run string) error {
	views := queueViews(r.Person, queue)
	if len(views) == 0 {
		return fault.New(fault.Forbidden, "access.denied")
	}
	list, err := r.List(inboxSpec(views))
	if err != nil {
		return err
	}
	f := filterOf(list, queue)
	page := InboxPage{Page: Page{Title: r.T("inbox.title." + queue), Shape: Staff}, Queue: queue, Lede: r.T("inbox.lede." + queue), Refused: refused}
	if run != "" {
		page.Result = &Link{Text: r.T("bulk.result"), Href: r.Link("/bulk/" + run)}
	}
	err = r.Read(func(tx *db.Tx) error {
		names, err := r.voiceNames(tx)
		if err != nil {
			return err
		}
		if f, err = r.fromIndex(tx, f); err != nil {
			return err
		}
		found, err := vshow.List(tx, r.Person, f)
		if err != nil {
			r.Status(400) // a value of the address that means nothing
			return err
		}
		if page.Live, err = r.Live(tx, "/inbox/live"); err != nil {
			return err
		}
		page.Partial = found.Partial
		if page.Counters, err = r.counters(tx, list, queue, views); err != nil {
			return err
		}
		page.Bulk = bulkButtons(r, queue)
		if page.Table, err = r.inboxTable(tx, names, list, found, page.Bulk); err != nil {
			return err
		}
		if queue == "inbox" {
			keep, err := r.savedViews(tx, list, r.Blank())
			if err != nil {
				return err
			}
			page.Keep = &keep
			if page.Places, page.Many, err = r.newPlaces(tx, names, list); err != nil {
				return err
			}
		}
		page.To, page.More = r.Link(list.URL()), found.Next != ""
		page.Filter = r.inboxFilter(names, list, queue)
		return r.nameChips(names, list, &page.Table)
	})
	if err != nil {
		return err
	}
	page.Form = r.Blank()
	if page.Table.Select == "" {
		page.Bulk = nil // none of the rows has a box
	}
	if !list.Filtered() {
		page.Table.Empty = Empty{Kind: "done", Title: r.T("inbox.done"), Text: r.T("inbox.done." + queue)}
	}
	return inboxPage.Render(r, page)
}

// queueViews are the views that a person has in a list; none where the list is not for him.
func queueViews(p access.Person, queue string) []string {
	switch queue {
	case "restricted":
		return restrictedOf(p)
	case "appeals":
		return []string{"appeal"}
	case "refusals":
		return []string{"refusal"}
	}
	return inboxViews
}

// restrictedOf lists the restricted paths of which the person is an officer.
func restrictedOf(p access.Person) []string {
	var out []string
	for _, class := range voice.RestrictedClasses() {
		if p.Has(core.Officer(class)) {
			out = append(out, class)
		}
	}
	return out
}

func filterOf(list *List, queue string) vshow.Filter {
	f := preset(list.View)
	if queue == "restricted" {
		f = vshow.Filter{Queue: list.View}
	}
	f.Kind, f.Level, f.Category = voice.Kind(list.Get("kind")), voice.Level(list.Get("level")), list.Get("category")
	f.Class, f.Place, f.Unit, f.Lead = clock.Class(list.Get("class")), list.Get("place"), list.Get("unit"), list.Get("lead")
	f.Text, f.After = list.Get("q"), list.After
	if s := list.Get("state"); s != "" {
		f.States = []string{s}
	}
	if c := list.Get("claimed"); c != "" {
		f.Claimed = c
	}
	return f
}

// fromIndex looks words up in the index of searches, so that all voices are searched and not only the nearest. Where that finds more than a
// filter can name, or the index is not ready, the list searches by itself.
func (r *Req) fromIndex(tx *db.Tx, f vshow.Filter) (vshow.Filter, error) {
	const most = 1000
	if _, err := seal.ParseNumber(f.Text); err == nil || f.Text == "" {
		return f, nil
	}
	hits, err := search.Find(tx, search.Query{Shelf: search.Voices, Words: f.Text, Limit: most, Keep: func(refs []string) (map[string]bool, error) {
		rows, err := vshow.Among(tx, r.Person, refs)
		keep := make(map[string]bool, len(rows))
		for id := range rows {
			keep[id] = true
		}
		return keep, err
	}})
	if err != nil || hits.Unready || hits.Partial || hits.Next != "" {
		return f, err
	}
	f.Text, f.IDs = "", hits.Refs
	if f.IDs == nil {
		f.IDs = []string{}
	}
	return f, nil
}

func (r *Req) counters(tx *db.Tx, list *List, queue string, views []string) ([]Counter, error) {
	var out []Counter
	add := func(view, label string, n vshow.Count, tone string) {
		if n.N == 0 {
			tone = ""
		}
		out = append(out, Counter{Label: r.T(label), N: n.N, More: n.More, Href: r.Path() + "?view=" + view, Tone: tone, Current: list.View == view})
	}
	if queue == "restricted" {
		for _, class := range views {
			n, err := vshow.QueueOf(tx, r.Person, class)
			if err != nil {
				return nil, err
			}
			add(class, "voice.restricted."+class, n, "")
		}
		return out, nil
	}
	if queue != "inbox" {
		return nil, nil
	}
	c, err := vshow.CountersOf(tx, r.Person)
	if err != nil {
		return nil, err
	}
	open := vshow.Count{N: c.New.N + c.InTriage.N + c.Waiting.N + c.Quarantined.N, More: c.New.More || c.InTriage.More || c.Waiting.More || c.Quarantined.More}
	for _, x := range []struct {
		view   string
		n      vshow.Count
		tone   string
		always bool
	}{{"open", open, "", true}, {"new", c.New, "", true}, {"today", c.Today, "", true}, {"overdue", c.Overdue, "bad", true}, {"mine", c.Mine, "", true},
		{"returned", c.Returned, "", true}, {"waiting", c.Waiting, "", false}, {"quarantine", c.Quarantined, "", true},
		{"refusal", c.Refusals, "", false}, {"appeal", c.Appeals, "", false}} {
		if x.always || x.n.N > 0 || list.View == x.view {
			add(x.view, "inbox.view."+x.view, x.n, x.tone)
		}
	}
	for _, class := range restrictedOf(r.Person) {
		n, err := vshow.QueueOf(tx, r.Person, class)
		if err != nil {
			return nil, err
		}
		out = append(out, Counter{Label: r.T("voice.restricted." + class), N: n.N, More: n.More, Href: r.Link("/restricted?view=" + class)})
	}
	return out, nil
}

func (r *Req) inboxTable(tx *db.Tx, names *voiceNames, list *List, found vshow.Inbox, buttons []BulkButton) (Table, error) {
	columns := inboxColumns(list)
	heads := []Column{list.Column(r.T("inbox.what"), "")}
	for _, c := range columns {
		h := list.Column(r.T(c.label), "")
		h.Num, h.Minor = c.num, c.minor
		heads = append(heads, h)
	}
	t := list.Table(r.T("inbox.caption"), heads...)
	t.Keys, t.Next = true, list.Next(found.Next)
	b := &inboxView{r: r, tx: tx, names: names}
	ids := make([]string, len(found.Rows))
	for i, row := range found.Rows {
		ids[i] = row.ID
	}
	var err error
	if b.lights, err = r.voiceLights(tx, ids); err != nil {
		return t, err
	}
	if err = b.countAlike(columns, found.Rows); err != nil {
		return t, err
	}
	for i, row := range found.Rows {
		head := shortText(row.Head(), 60)
		if head == "" {
			head = r.T("inbox.no_words")
		}
		cells := []Cell{{Text: head, Sub: row.Number + " · " + r.T("voice.kind."+string(row.Kind)), Tags: r.voiceTags(row)}}
		for _, c := range columns {
			cell, err := c.cell(b, i, row)
			if err != nil {
				return t, err
			}
			cells = append(cells, cell)
		}
		line := t.Add(r.Link("/voice/"+row.ID), cells...)
		if r.boxed(row, buttons) {
			line.Value, t.Select = row.ID, "id"
		}
		if row.Alarm == vwords.AlarmHazard || row.Alarm == vwords.AlarmFood {
			line.Tone = "bad"
		}
	}
	return t, nil
}

// levelIcons are the signs of the levels.
var levelIcons = map[voice.Level]string{voice.Anonymous: "mask", voice.Confidential: "lock", voice.Named: "name"}

// atMost is the first characters of a text that may have no more.
func atMost(s string, most int) string {
	if runes := []rune(s); len(runes) > most {
		return string(runes[:most-1]) + "…"
	}
	return s
}

// shortText is the beginning of a text as far as it has room beside others: most Chinese characters, or twice as many Latin letters, which
// are half as wide.
func shortText(s string, most int) string {
	room := 2 * most
	for i, r := range s {
		w := 2
		if r < 0x1100 {
			w = 1
		}
		if room -= w; room >= 0 {
			continue
		}
		// What has no room is left out with the sign that stands for it, and no Latin word is cut in two.
		cut := []rune(s[:i])
		if len(cut) == 0 {
			return "…"
		}
		whole := cut[len(cut)-1] == ' '
		cut = cut[:len(cut)-1]
		for k := len(cut); !whole && k > len(cut)-16 && k > 0; k-- {
			if cut[k-1] >= 0x1100 {
				break
			}
			if cut[k-1] == ' ' {
				cut = cut[:k-1]
				break
			}
		}
		return string(cut) + "…"
	}
	return s
}

func (r *Req) inboxFilter(names *voiceNames, list *List, queue string) InboxFilter {
	f := r.Blank("kind", list.Get("kind"), "level", list.Get("level"), "category", list.Get("category"), "state", list.Get("state"),
		"claimed", list.Get("claimed"), "q", list.Get("q"))
	out := InboxFilter{Open: list.Filtered(), Action: r.Path(), Form: f}
	enum := func(name, label, prefix string, values ...string) Choice {
		var options []Option
		for _, v := range values {
			options = append(options, Option{Value: v, Text: r.T(prefix + v)})
		}
		return f.Choose(name, label, options).May()
	}
	out.Kinds = enum("kind", "inbox.kind", "voice.kind.", texts(voice.Kinds())...)
	out.Levels = enum("level", "inbox.level", "voice.level.", texts(voice.Levels())...)
	out.States = enum("state", "inbox.state", "voice.state.", voice.Cycle.States()...)
	out.Claims = enum("claimed", "inbox.claimed", "inbox.claim.", "me", "none")
	var columns []Option
	for _, c := range allInboxColumns {
		columns = append(columns, Option{Value: c.name, Text: r.T(c.label)})
	}
	for _, c := range inboxColumns(list) {
		f.values.Add("cols", c.name)
	}
	out.Columns = f.Choose("cols", "inbox.columns", columns).May()
	var topics []Option
	for _, c := range names.topics.Categories() {
		if c.Active {
			topics = append(topics, Option{Value: c.Code, Text: c.Code + " " + names.topic(c.Code)})
		}
	}
	out.Topics = f.Choose("category", "inbox.topic", topics).May()
	for _, k := range r.keep {
		name, value, _ := strings.Cut(k, "=")
		out.Keep = append(out.Keep, Hidden{name, value})
	}
	if queue == "inbox" {
		out.All = list.URL("view", "all")
	}
	if list.View != "" && list.View != "open" {
		out.Keep = append(out.Keep, Hidden{"view", list.View})
	}
	for _, name := range []string{"class", "place", "unit", "lead"} { // set by links only
		if v := list.Get(name); v != "" {
			out.Keep = append(out.Keep, Hidden{name, v})
		}
	}
	return out
}

// nameChips writes names for codes on the filters that are set.
func (r *Req) nameChips(names *voiceNames, list *List, t *Table) error {
	for i, c := range t.Chips {
		switch c.Label {
		case r.T("inbox.topic"):
			t.Chips[i].Text = names.topic(c.Text)
		case r.T("inbox.unit"), r.T("inbox.lead"):
			t.Chips[i].Text = names.unit(c.Text)
		case r.T("inbox.place"):
			place, err := names.place(org.NormalCode(c.Text))
			if err != nil {
				return err
			}
			t.Chips[i].Text = place
		}
	}
	return nil
}
