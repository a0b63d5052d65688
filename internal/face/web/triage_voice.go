package web

import (
	"slices"
	"strings"

	"sanwen/internal/base/access"
	"sanwen/internal/base/duty"
	"sanwen/internal/base/event"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/lang"
	"sanwen/internal/reading/publish/news"
	"sanwen/internal/work/ballot"
	"sanwen/internal/work/voice"
	"sanwen/internal/work/voice/core"
	vshow "sanwen/internal/work/voice/show"
)

// TriagePage is a voice for those who decide where it goes: what was said on the left, the decision on the right.
type TriagePage struct {
	Page
	ID, Number string
	Tags       []Tag
	Light      *Light
	Facts      []Fact
	Text       string // redacted, or as written where the level allows it
	Masked     bool   // masked by rule only
	Hint       string
	Photos     []Photo
	Covers     []Link // to cover something in a photo
	Pool       []Link // to make a candidate of it
	Thread     []Message
	History    []Entry
	Views      []string
	Alike      []AlikeRow
	AlikeLater string // the index is being made: some may be missing
	Cluster    string // so many say the same that a matter suggests itself, or ""
	Spot       *Panel // the hot spot to which it belongs, or nil
	Family     []FamilyRow
	Live       string // address that tells what others do meanwhile
	Watch      string // where the page hears that they have done something

	Original  *Original
	MayOpen   bool
	AskReason bool
	Form      *Form // of opening, and of the decision where there is one

	Notice   *Panel // what happened to the last press
	Conflict *Conflict
	Claim    *Form // to take it, or nil
	HeldBy   string
	LetGo    *Form // to put it back, or nil
	Decide   *Decision
	Second   *SecondLook // refusal that waits for this person
	Free     *Form       // to put back what was set aside, or nil
	Note     *Form       // to tell the submitter how it goes, or nil
	Told     string      // when the author of an anonymous voice reads what is said to him here, or ""
	Ruling   *Ruling     // binding decision after the second return
	Quote    *QuoteChoice
}

var triagePage = Define[TriagePage]("triage/voice")

// Original is what somebody said, as he said it.
type Original struct {
	Text, Place string
	Photos      []Photo
}

// FamilyRow is a voice or matter that belongs to this one.
type FamilyRow struct{ Label, Href, Text, State string }

// seen is what a page of one voice was made from.
type seen struct {
	vshow.Page
	names *voiceNames
	like  *likeness
}

// voicePath is the address of the page of a voice.
func voicePath(id string) string { return "/voice/" + id }

// showVoice is the page of a voice: for triage, for the unit that has it, for whoever may only read it.
func showVoice(r *Req) error {
	f := r.Blank()
	if do := r.Query("do"); slices.Contains(decisions, do) {
		f.Set("do", do)
	}
	return r.voicePage(f, nil)
}

// voicePage shows the page with what a form holds and what became of the last press.
func (r *Req) voicePage(f *Form, notice *Panel) error { return r.voicePageWith(f, notice, nil) }

// voicePageWith is voicePage that may show a conflict.
func (r *Req) voicePageWith(f *Form, notice *Panel, conflict *Conflict) error {
	id := r.Param("id")
	var page *TriagePage
	var dept *DeptPage
	err := r.Read(func(tx *db.Tx) error {
		var s seen
		var err error
		if s.names, err = r.voiceNames(tx); err != nil {
			return err
		}
		if s.Page, err = vshow.PageOf(tx, r.Person, id); err != nil {
			return err
		}
		if !r.triages(s) {
			dept, err = r.fillDept(tx, s, f, notice)
			return err
		}
		page = &TriagePage{Form: f, Notice: notice, Conflict: conflict}
		return r.fillTriage(tx, page, s, f)
	})
	if err != nil {
		return err
	}
	if dept != nil {
		return deptPage.Render(r, *dept)
	}
	return triagePage.Render(r, *page)
}

// triages reports whether the page is the one of triage for this reader: he may open the words, or decides on the objection or
// the quarrel about whose it is.
func (r *Req) triages(s seen) bool {
	v := s.Voice
	return r.Person.Can(access.VoiceOpen, s.Thing) || r.Person.Can(access.VoiceTriage, s.Thing) ||
		r.Person.Can(access.VoiceAppeal, s.Thing) && v.Appeal || r.mayRule(s)
}

func (r *Req) fillTriage(tx *db.Tx, p *TriagePage, s seen, f *Form) error {
	v := s.Voice
	row := rowOf(v)
	p.Page = Page{Title: r.headOf(s), Shape: Staff, Back: "/inbox"}
	if v.Restricted != "" && !r.Person.Has(access.Triager) {
		p.Back = "/restricted"
	}
	p.ID, p.Number, p.Tags, p.Text, p.Masked = v.ID, v.Number, r.voiceTags(row), s.Text, s.Masked
	p.Live = voicePath(v.ID) + "/now?v=" + count(v.Version)
	var err error
	if p.Watch, err = r.Live(tx, "/inbox/live"); err != nil {
		return err
	}
	if p.Light, p.Facts, err = r.voiceFacts(tx, s); err != nil {
		return err
	}
	if s.Hint.Restricted != "" && v.Restricted == "" {
		p.Hint = r.T("triage.hint", r.T("voice.restricted."+s.Hint.Restricted), r.Lang.List(s.Hint.Words))
	}
	p.Photos = r.voicePhotos(v.ID, s.Photos)
	for i, x := range s.Photos {
		switch {
		case x.Covered:
			p.Photos[i].Caption = r.T("triage.covered")
		case x.Covers != "":
			p.Photos[i].Caption = r.T("triage.cover_copy")
		}
		if !x.Covered && r.Person.Can(access.VoiceTriage, s.Thing) {
			p.Covers = append(p.Covers, Link{Text: r.T("triage.cover_photo", i+1), Href: r.Link(voicePath(v.ID) + "/cover/" + x.Hash)})
		}
	}
	p.Thread = r.thread(s)
	for _, x := range s.Views {
		p.Views = append(p.Views, r.T("triage.viewed", r.Lang.ShortDate(x.Day, r.Zone), r.T("role."+string(x.Role)), x.N))
	}
	if s.like, err = r.likenessOf(tx, s); err != nil {
		return err
	}
	if p.Spot, err = r.spotOfVoice(tx, s.names, v.ID); err != nil {
		return err
	}
	p.Family = r.family(s)
	if p.History, err = r.voiceHistory(tx, v); err != nil {
		return err
	}
	if p.MayOpen = r.Person.Can(access.VoiceOpen, s.Thing) && v.State != voice.Erased; p.MayOpen {
		p.AskReason = v.Level.Hidden()
		if p.Original, err = r.openedWords(tx, s, f); err != nil {
			return err
		}
	}
	if err := r.fillActions(tx, p, s, f); err != nil {
		return err
	}
	return r.fillAlike(tx, p, s)
}

// fillActions adds the forms that this reader may use now.
func (r *Req) fillActions(tx *db.Tx, p *TriagePage, s seen, f *Form) error {
	v := s.Voice
	mine := v.ClaimedBy == r.Person.ID
	if v.ClaimedBy != "" && v.State == voice.InTriage {
		p.HeldBy = s.Names[v.ClaimedBy]
		if mine {
			p.HeldBy = ""
		}
	}
	if v.ClaimedBy == "" && r.Person.Can(core.Needs(access.VoiceClaim, v.Appeal), s.Thing) && !(v.Appeal && v.RefusedBy(r.Person.ID)) && (v.State == voice.Registered || v.State == voice.InTriage) {
		p.Claim = f
	}
	if v.State == voice.InTriage && v.ClaimedBy != "" && core.Has(s.Events, core.EvLetGo) {
		p.LetGo = f
	}
	if core.Has(s.Events, core.EvFree) {
		p.Free = f
	}
	if r.Person.Can(core.Needs(access.VoiceTriage, v.Appeal), s.Thing) &&
		!voice.Cycle.Over(v.State) && v.State != voice.Answered && v.State != voice.WasSplit {
		p.Note = f
	}
	if v.Refusal != "" && v.RefusalBy2 == "" && (v.State == voice.InTriage || v.State == voice.Quarantined) {
		if core.Has(s.Events, core.EvDismiss) {
			reason, door := v.RefusalParts()
			p.Second = &SecondLook{Form: f, Version: v.Version, By: s.Names[v.RefusalBy], Reason: r.T("voice.reject." + reason), Text: v.RefusalText}
			if door != "" {
				p.Second.Door = r.T("voice.door." + door)
			}
		}
	}
	if v.Restricted == "" && v.State != voice.Withdrawn && r.Person.Can(access.VoiceTriage, s.Thing) {
		p.Pool = r.poolLink(ballot.FromVoice, v.ID)
	}
	p.Ruling = r.ruling(s, f)
	var err error
	p.Told = r.told(s)
	if p.Quote, err = r.quoteChoice(tx, s, f); err != nil {
		return err
	}
	p.Decide, err = r.decision(tx, s, f, p.Original)
	return err
}

// told says when the author of an anonymous voice reads what is said to him: "" where he reads it at once.
func (r *Req) told(s seen) string {
	if s.Release == nil {
		return ""
	}
	return r.T("triage.told", r.Lang.DateTime(s.Release.Next, r.Zone))
}

// rowOf is a voice as a row of a list.
func rowOf(v voice.Voice) vshow.Row {
	return vshow.Row{ID: v.ID, Number: v.Number, Level: v.Level, Kind: v.Kind, Place: v.Place, Title: v.Title, Category: v.Category,
		Class: v.Class, State: v.State, Restricted: v.Restricted, Alarm: v.Alarm, Appeal: v.Appeal, Refusal: v.Refusal}
}

// headOf is the heading of the page of a voice: its title, or its first words as long as it has none.
func (r *Req) headOf(s seen) string {
	if s.Voice.Title != "" {
		return s.Voice.Title
	}
	if first := shortText(strings.Join(strings.Fields(s.Text), " "), 24); first != "" {
		return first
	}
	return r.T("triage.title", s.Voice.Number)
}

// voiceFacts are the lines under the heading, and the light of what is owed next.
func (r *Req) voiceFacts(tx *db.Tx, s seen) (*Light, []Fact, error) {
	v := s.Voice
	lights, err := r.voiceLights(tx, []string{v.ID})
	if err != nil {
		return nil, nil, err
	}
	var light *Light
	if l, ok := lights[v.ID]; ok {
		light = &l
	}
	place, err := s.names.place(s.PlaceShown)
	if err != nil {
		return nil, nil, err
	}
	facts := []Fact{
		{Label: r.T("inbox.state"), Value: r.T("voice.state." + v.State), Light: light},
		{Label: r.T("inbox.level"), Value: r.T("voice.level." + string(v.Level)), Note: r.T("triage.level." + string(v.Level))},
		{Label: r.T("inbox.kind"), Value: r.T("voice.kind." + string(v.Kind)), Note: r.T("voice.channel." + string(v.Channel))},
		{Label: r.T("inbox.place"), Value: orText(place, orText(v.PlaceText, r.T("triage.no_place"))), Note: s.names.unit(v.Unit)},
		{Label: r.T("inbox.day"), Value: r.dayOrWeek(v.Day, s.Week)},
	}
	if s.Release != nil {
		facts = append(facts, Fact{Label: r.T("triage.shown"), Value: r.T("triage.shown_from", r.Lang.DateTime(s.Release.Next, r.Zone)), Note: r.T("triage.shown_why")})
	}
	against, err := news.Against(tx, v.ID)
	if err != nil {
		return nil, nil, err
	}
	if against != nil {
		facts = append(facts, Fact{Label: r.T("news.against"), Value: against.Number + " " + against.Title, Href: r.Link("/publish/" + against.News)})
	}
	if v.Category != "" {
		topic := Fact{Label: r.T("inbox.topic"), Value: s.names.topic(v.Category)}
		if v.Class != "" { // of old parts it was never worked out
			topic.Note = r.T("class." + string(v.Class))
		}
		facts = append(facts, topic)
	}
	if v.Lead != "" {
		note := ""
		if s.Assignment != nil {
			note = r.T(s.Assignment.Word())
		}
		facts = append(facts, Fact{Label: r.T("inbox.lead"), Value: s.names.unit(v.Lead), Note: note})
	}
	if s.Assignment != nil && s.Assignment.ReturnRule != "" {
		facts = append(facts, Fact{Label: r.T("triage.returned"), Value: r.T("triage.returned_by", s.names.unit(s.Assignment.ReturnedBy), s.Assignment.ReturnRule),
			Note: r.T("triage.returned_to", s.names.unit(s.Assignment.ReturnProposed))})
	}
	if v.Level == voice.Named {
		who, err := r.submitter(tx, v)
		if err != nil {
			return nil, nil, err
		}
		if who != "" {
			facts = append(facts, Fact{Label: r.T("triage.submitter"), Value: who})
		}
	}
	if v.Officer != "" && v.Alarm != "" {
		said := "triage.accepted"
		if v.CalledAt != 0 {
			said = "triage.called"
		}
		facts = append(facts, Fact{Label: r.T("triage.roster"), Value: r.T(said, s.Names[v.Officer])})
	}
	return light, facts, nil
}

// dayOrWeek writes a day, or the week that begins with it.
func (r *Req) dayOrWeek(d clock.Day, week bool) string {
	if week {
		return r.T("date.week_of", d)
	}
	return r.Lang.Date(d, r.Zone)
}

// submitter is name, unit and, where he wishes to be called, the telephone of who said a named voice.
func (r *Req) submitter(tx *db.Tx, v voice.Voice) (string, error) {
	if v.Submitter == "" || v.Level != voice.Named {
		return "", nil
	}
	p, err := org.PersonByID(tx, v.Submitter)
	if err != nil {
		if fault.KindOf(err) == fault.NotFound {
			return "", nil
		}
		return "", err
	}
	tree, err := org.TreeOf(tx)
	if err != nil {
		return "", err
	}
	said := p.Name + " · " + tree.Name(p.Unit, r.Lang)
	if v.ContactOK && p.Phone != "" {
		said += " · " + p.Phone
	}
	return said, nil
}

func (r *Req) voicePhotos(id string, rows []voice.PhotoRow) []Photo {
	var out []Photo
	for i, p := range rows {
		out = append(out, Photo{Src: r.Link(voicePath(id) + "/photo/" + p.Hash), Thumb: r.Link(voicePath(id) + "/photo/" + p.Thumb),
			Alt: r.T("triage.photo", i+1), W: p.W, H: p.H})
	}
	return out
}

// thread is the conversation with the submitter as staff read it.
func (r *Req) thread(s seen) []Message {
	var out []Message
	for _, e := range s.Thread {
		m := Message{From: e.Title(r.Lang), When: r.Lang.Date(e.At, r.Zone), Text: e.Text}
		switch e.By {
		case "submitter":
			m.From, m.Mine = r.T("triage.from_submitter", m.From), true
			if e.Text == "" && e.Kind == core.EntryInfo {
				m.Text = r.T("triage.words_kept")
			}
		case "staff":
			m.From = r.T("triage.from_staff", m.From, orText(s.Names[e.Person], r.T("role."+string(e.Role))))
		}
		if e.Result != "" && e.Kind == core.EntryAnswer {
			m.From += " · " + r.T("voice.result."+e.Result)
		}
		if s.Release != nil && s.Release.Hides(e) {
			m.When += " · " + r.T("triage.shown_later", r.Lang.DateTime(s.Release.Next, r.Zone))
		}
		out = append(out, m)
	}
	return out
}

// historyMost is how many steps of the record the page shows.
const historyMost = 40

// voiceHistory is what was recorded about the voice, the latest first. Of a hidden voice only days are told, and of its submitter
// nothing.
func (r *Req) voiceHistory(tx *db.Tx, v voice.Voice) ([]Entry, error) {
	log, err := event.Timeline(tx, v.Ref(), historyMost, 0)
	if err != nil {
		return nil, err
	}
	var out []Entry
	who := map[string]string{}
	for _, e := range log {
		title := r.recorded(e.Kind)
		if title == "" {
			continue
		}
		if _, known := who[e.Actor]; !known && e.Actor != "" {
			p, err := org.PersonByID(tx, e.Actor)
			if err != nil && fault.KindOf(err) != fault.NotFound {
				return nil, err
			}
			who[e.Actor] = p.Name
		}
		line := Entry{Day: r.Lang.ShortDate(e.At, r.Zone), Title: title, Who: who[e.Actor]}
		if e.Actor == v.Submitter {
			line.Who = ""
		}
		out = append(out, line)
	}
	return out, nil
}

// recorded puts a fact about a voice or its assignment into words; "" for those that a reader of the page needs not see.
func (r *Req) recorded(kind string) string {
	if ev, ok := strings.CutPrefix(kind, "voice."); ok && lang.Has("voice.event."+ev) {
		return r.T("voice.event." + ev)
	}
	return ""
}

// family lists what belongs to this voice: the whole or its parts, merged voices, its matter.
func (r *Req) family(s seen) []FamilyRow {
	var out []FamilyRow
	add := func(label string, x vshow.Row) {
		out = append(out, FamilyRow{Label: r.T(label), Href: r.Link(voicePath(x.ID)), Text: x.Number + " " + shortText(x.Head(), 30), State: r.T("voice.state." + x.State)})
	}
	if s.Matter != nil {
		row := FamilyRow{Label: r.T("triage.family.matter"), Text: s.Matter.Number + " " + s.Matter.Title, State: r.T("matter.state." + s.Matter.State)}
		if to := "/matter/" + s.Matter.Number; r.Local(to) {
			row.Href = r.Link(to)
		}
		out = append(out, row)
	}
	if s.Parent != nil {
		add("triage.family.parent", *s.Parent)
	}
	if s.Into != nil {
		add("triage.family.into", *s.Into)
	}
	for _, x := range s.Parts {
		add("triage.family.part", x)
	}
	for _, x := range s.Merged {
		add("triage.family.merged", x)
	}
	return out
}

// dutyOf finds an open duty of a kind among those of the voice.
func dutyOf(s seen, k duty.Kind) *duty.Duty {
	for i, d := range s.Duties {
		if d.Open && d.Kind == k {
			return &s.Duties[i]
		}
	}
	return nil
}
