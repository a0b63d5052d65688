package web

import (
	"bytes"
	"strings"
	"time"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/lang"
	"sanwen/internal/ground/word"
	"sanwen/internal/work/meeting"
	"sanwen/internal/work/meeting/pack"
	"sanwen/internal/work/meeting/paper"
)

// MinutesPage is minutes as they are printed.
type MinutesPage struct {
	Page
	Tabs     []Link
	Actions  []Link
	Panels   []Panel
	Receive  []Button
	Blocks   []MinutesBlock
	Annex    *Table
	Versions []Link
}

// MinutesBlock is a paragraph of minutes; Kind is "head", "number", "issuer", "title", "h1", "h2", "p", "named" or "signed".
type MinutesBlock struct{ Kind, Label, Text, Right string }

var minutesPage = Define[MinutesPage]("meeting/minutes")

// minutesOf reads a version of minutes, or composes the draft of a meeting that is over.
func (v *meetingView) minutesOf(tx *db.Tx) (x paper.Minutes, kept []meeting.KeptMinutes, err error) {
	if v.m.State == meeting.Ended {
		x, err = meeting.Compose(tx, v.m)
		return x, nil, err
	}
	if kept, err = meeting.MinutesOf(tx, v.m.ID); err != nil {
		return x, nil, err
	}
	want := v.r.Query("v")
	for _, k := range kept {
		if want == "" || want == itoa(k.V) {
			x, err = k.Read()
			return x, kept, err
		}
	}
	return x, nil, fault.New(fault.NotFound, "meeting.unknown")
}

// showMinutes shows the minutes; somebody of a unit that got them receives them here.
func showMinutes(r *Req) error {
	var v *meetingView
	var x paper.Minutes
	var kept []meeting.KeptMinutes
	var receipts []meeting.Receipt
	var issuer string
	err := r.Read(func(tx *db.Tx) (err error) {
		if v, err = r.viewMeeting(tx, false); err != nil {
			return err
		}
		if x, kept, err = v.minutesOf(tx); err != nil {
			return err
		}
		issuer = v.issuer()
		receipts, err = meeting.ReceiptsOf(tx, v.m)
		return err
	})
	if err != nil {
		return err
	}
	if r.Posted() {
		f := r.Form()
		in := meeting.Receive{Meeting: v.m.ID, Unit: f.one("unit")}
		if mine := v.mine(access.MeetingReceive); in.Unit == "" && len(mine) > 0 {
			in.Unit = mine[0]
		}
		if err := r.save(f, func(tx *db.Tx) error { return in.Do(tx, r.Person) }); err != nil {
			return err
		}
		r.Toast("meeting.toast.receive")
		return r.Redirect(v.path("minutes"))
	}
	page := MinutesPage{Page: Page{Title: r.T("meeting.minutes_of", v.m.Title), Shape: Staff, Back: v.path("")}, Tabs: v.tabs(), Blocks: minutesBlocks(r.Lang, r.Zone, x, issuer), Annex: annexTable(r, x)}
	docx := "minutes.docx"
	if r.Query("v") != "" {
		docx += "?v=" + itoa(x.V)
	}
	page.Actions = []Link{{Text: r.T("meeting.docx"), Href: r.Link(v.path(docx)), Icon: "download"}}
	for _, do := range meetingDos {
		if (do.name == "sign" || do.name == "resume" || do.name == "correct") && do.may(v) {
			page.Actions = append(page.Actions, Link{Text: r.T("meeting.do." + do.name), Href: r.Link(v.path(do.name)), Tone: do.tone})
		}
	}
	if v.m.State == meeting.Ended {
		page.Panels = append(page.Panels, Panel{Tone: "warn", Text: r.T("meeting.not_signed")})
	}
	if x.Reason != "" {
		page.Panels = append(page.Panels, Panel{Tone: "info", Title: r.T("meeting.corrected", x.V), Text: x.Reason})
	}
	form := r.Blank()
	mine := v.mine(access.MeetingReceive)
	for _, got := range receipts {
		for _, u := range mine {
			if u == got.Unit && got.ReceivedAt == 0 {
				page.Receive = append(page.Receive, Button{Text: r.T("meeting.do.receive", v.unit(u)), To: r.Link(v.path("minutes")), Fields: []Hidden{{"unit", u}}, Form: form})
			}
		}
	}
	for _, k := range kept {
		if len(kept) > 1 {
			page.Versions = append(page.Versions, Link{Text: r.T("meeting.version", k.V, r.Lang.DateTime(k.SignedAt, r.Zone)), Href: r.Link(v.path("minutes") + "?v=" + itoa(k.V)), Current: k.V == x.V})
		}
	}
	return minutesPage.Render(r, page)
}

func (v *meetingView) issuer() string {
	if u, ok := v.tree.Get(org.Root); ok {
		return u.NameZh
	}
	return ""
}

// sendMinutes gives the minutes as a Word document.
func sendMinutes(r *Req) error {
	var v *meetingView
	var x paper.Minutes
	err := r.Read(func(tx *db.Tx) (err error) {
		if v, err = r.viewMeeting(tx, false); err != nil {
			return err
		}
		x, _, err = v.minutesOf(tx)
		return err
	})
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := word.Write(&b, MinutesWord(r.Lang, r.Zone, x, v.issuer())); err != nil {
		return err
	}
	return r.Send(r.T("meeting.minutes_of", v.m.Title)+x.Number+".docx", word.Type, b.Bytes())
}

// MinutesWord lays minutes out as GB/T 9704 has them: red head, number, issuer and date, body, those to whom they are sent, and the list
// of resolutions on a wide page.
func MinutesWord(l lang.Lang, zone *time.Location, x paper.Minutes, issuer string) word.Document {
	styles := map[string]word.Style{"head": word.Red, "number": word.Number, "issuer": word.Issuer, "title": word.Title, "h1": word.Heading1, "h2": word.Heading2, "p": word.Body, "named": word.Flush, "signed": word.Signed, "sent": word.Sent}
	main := word.Section{Page: word.Official}
	for _, b := range minutesBlocks(l, zone, x, issuer) {
		p := word.Paragraph{Style: styles[b.Kind], Label: b.Label, Text: b.Text, Right: b.Right}
		if b.Kind == "sent" {
			main.Blocks = append(main.Blocks, word.Line(false))
		}
		main.Blocks = append(main.Blocks, p)
		if b.Kind == "issuer" {
			main.Blocks = append(main.Blocks, word.Line(true))
		}
	}
	tag := "zh-CN"
	if l == lang.EN {
		tag = "en-GB"
	}
	at := x.SignedAt
	if at == 0 {
		at = x.Start
	}
	doc := word.Document{Title: x.Title, Author: x.Recorder, Time: at.Time(), Lang: tag, Sections: []word.Section{main}}
	if len(x.Resolutions) > 0 {
		t := word.Table{Widths: []float64{12, 62, 27, 27, 18, 33, 18, 28}, Head: 1, Rows: [][]word.Cell{word.Labels(annexColumns(l)...)}}
		for _, s := range x.Resolutions {
			t.Rows = append(t.Rows, word.Row(annexRow(l, zone, s)...))
		}
		doc.Sections = append(doc.Sections, word.Section{Page: word.Across, Blocks: []word.Block{word.P(word.Annex, l.T("meeting.min.annex")), word.P(word.Centred, l.T("meeting.min.list")), t}})
	}
	return doc
}

func annexColumns(l lang.Lang) []string {
	var out []string
	for _, c := range []string{"n", "text", "unit", "co", "person", "day", "supervisor", "matter"} {
		out = append(out, l.T("meeting.annex."+c))
	}
	return out
}

func annexRow(l lang.Lang, zone *time.Location, s paper.Settled) []string {
	return []string{itoa(s.N), s.Text, s.Unit, dash(l.List(s.Co)), dash(s.Person), l.Date(s.Day, zone), dash(s.Supervisor), dash(s.Matter)}
}

func dash(s string) string {
	if s == "" {
		return "—"
	}
	return s
}

func annexTable(r *Req, x paper.Minutes) *Table {
	if len(x.Resolutions) == 0 {
		return nil
	}
	t := &Table{Caption: r.T("meeting.min.list")}
	for _, c := range annexColumns(r.Lang) {
		t.Columns = append(t.Columns, Column{Label: c})
	}
	for _, s := range x.Resolutions {
		var cells []Cell
		for _, c := range annexRow(r.Lang, r.Zone, s) {
			cells = append(cells, Cell{Text: c})
		}
		t.Add("", cells...)
	}
	return t
}

// seats writes who came: 设备部 张伟、公益部 李敏（代）.
func seats(l lang.Lang, all []paper.Seat) string {
	var out []string
	for _, s := range all {
		text := strings.TrimSpace(s.Unit + " " + s.Who)
		switch {
		case s.Presence == meeting.Deputy:
			text = l.T("meeting.min.deputy", text)
		case s.Note != "":
			text = l.T("meeting.min.because", text, s.Note)
		}
		out = append(out, text)
	}
	return l.List(out)
}

// minutesBlocks are the paragraphs of minutes in their customary order.
func minutesBlocks(l lang.Lang, zone *time.Location, x paper.Minutes, issuer string) []MinutesBlock {
	var out []MinutesBlock
	add := func(kind, text string) {
		if text != "" {
			out = append(out, MinutesBlock{Kind: kind, Text: text})
		}
	}
	named := func(label, text string) {
		if text != "" {
			out = append(out, MinutesBlock{Kind: "named", Label: l.T(label), Text: text})
		}
	}
	add("head", l.T("meeting.min.head", issuer))
	add("number", x.Number)
	date := x.SignedAt
	if date == 0 {
		date = x.Start
	}
	out = append(out, MinutesBlock{Kind: "issuer", Text: issuer, Right: l.Date(date, zone)})
	add("title", l.T("meeting.min.title", x.Title))
	named("meeting.f.when", l.DateTime(x.Start, zone))
	named("meeting.f.place", x.Place)
	named("meeting.min.chair", x.Chair)
	named("meeting.min.here", seats(l, x.Here))
	named("meeting.min.sat_in", seats(l, x.SatIn))
	named("meeting.min.excused", seats(l, x.Excused))
	named("meeting.min.recorder", x.Recorder)
	n := 0
	head := func(key string) {
		n++
		add("h1", l.T("meeting.min.h", l.T("meeting.ordinal."+itoa(n)), l.T(key)))
	}
	if x.Opening != "" || x.Earlier != nil || len(x.Figures) > 0 {
		head("meeting.min.opening")
	}
	if e := x.Earlier; e != nil {
		add("p", l.T("meeting.min.earlier", e.All, e.Done, e.All-e.Done, e.Late))
	}
	if len(x.Figures) > 0 {
		var words []string
		for _, f := range x.Figures {
			name := f.Zh
			if l == lang.EN {
				name = f.En
			}
			words = append(words, l.T("meeting.min.figure", name, f.Value))
		}
		add("p", l.T("meeting.min.figures", l.List(words)))
	}
	paragraphs := func(text string) {
		for _, p := range strings.Split(text, "\n") {
			add("p", strings.TrimSpace(p))
		}
	}
	paragraphs(x.Opening)
	if len(x.Items) > 0 {
		head("meeting.min.items")
	}
	for i, t := range x.Items {
		treated(l, i+1, t, add, func(d clock.Day) string { return l.Date(d, zone) })
	}
	said := func(key string, all []paper.Said) {
		if len(all) == 0 {
			return
		}
		head(key)
		for i, s := range all {
			line := l.T("meeting.min.said", i+1, s.Title, strings.TrimSpace(s.Unit+" "+s.Who))
			if s.Matter != "" {
				line = l.T("meeting.min.from", line, s.Matter)
			}
			add("p", line)
			paragraphs(s.Text)
		}
	}
	said("meeting.min.speeches", x.Speeches)
	said("meeting.min.awards", x.Awards)
	if x.Demands != "" {
		head("meeting.min.demands")
		paragraphs(x.Demands)
	}
	if len(x.Resolutions) > 0 {
		add("p", l.T("meeting.min.see_annex"))
	}
	if x.SignedAt != 0 {
		add("signed", l.T("meeting.min.signer", x.Signer))
		add("signed", l.Date(x.SignedAt, zone))
	}
	if len(x.Sent) > 0 {
		add("sent", l.T("meeting.min.sent", l.List(x.Sent)))
	}
	return out
}

// treated writes an item: what it is, how it stands, what was said, what was concluded.
func treated(l lang.Lang, n int, t paper.Treated, add func(kind, text string), date func(clock.Day) string) {
	title := t.Title
	if t.Number != "" && t.Kind != pack.ItemSpot {
		title += " " + t.Number
	}
	ordinal := itoa(n)
	if n <= 20 {
		ordinal = l.T("meeting.ordinal." + itoa(n))
	}
	add("h2", l.T("meeting.min.h2", ordinal, title))
	var how []string
	if t.Lead != "" {
		how = append(how, l.T("meeting.min.lead", t.Lead))
	}
	if t.State != "" {
		state := "matter.state"
		if t.Kind == pack.ItemResolution {
			state = "meeting.res"
		}
		how = append(how, l.Enum(state, t.State))
	}
	if t.Due0 != "" {
		if t.Due0 == t.Due && t.Extensions == 0 {
			how = append(how, l.T("meeting.due_is", date(t.Due)))
		} else {
			how = append(how, l.T("meeting.min.due", date(t.Due0), date(t.Due), t.Extensions))
		}
	}
	if t.Progress != "" {
		how = append(how, l.T("meeting.min.progress", strings.TrimRight(t.Progress, "。.")))
	}
	if len(how) > 0 {
		add("p", l.T("meeting.min.state", strings.Join(how, l.T("meeting.min.comma"))))
	}
	for _, p := range t.Positions {
		add("p", l.T("meeting.min.position", p.Unit, strings.ReplaceAll(p.Text, "\n", " ")))
	}
	if len(t.With) > 0 {
		add("p", l.T("meeting.min.with", l.List(t.With)))
	}
	if t.Conclusion != "" {
		add("p", l.T("meeting.min.conclusion", t.Conclusion))
	}
	if len(t.Decided) > 0 {
		var ns []string
		for _, d := range t.Decided {
			ns = append(ns, itoa(d))
		}
		add("p", l.T("meeting.min.decided", l.List(ns)))
	}
}
