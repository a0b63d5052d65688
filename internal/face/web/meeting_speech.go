package web

import (
	"slices"

	"sanwen/internal/base/access"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/work/meeting"
)

// viewSpeeches reads a meeting that sums up with its list of speeches and awards, for who may change the list.
func (r *Req) viewSpeeches() (v *meetingView, all []meeting.Speech, err error) {
	err = r.Read(func(tx *db.Tx) (err error) {
		if v, err = r.viewMeeting(tx, false); err != nil {
			return err
		}
		if err := r.Person.May(tx, access.MeetingCall, v.thing); err != nil {
			return err
		}
		if v.m.Kind != meeting.Exchange {
			return fault.New(fault.NotFound, "meeting.other_kind")
		}
		all, err = meeting.SpeechesOf(tx, v.m.ID)
		return err
	})
	return v, all, err
}

// orderSpeeches shows the speeches and the awards of a meeting that sums up and takes their order.
func orderSpeeches(r *Req) error {
	v, all, err := r.viewSpeeches()
	if err != nil {
		return err
	}
	if r.Posted() {
		f := r.Form()
		order, ok := ordered(f, meeting.MaxSpeeches, meeting.SpeechKinds()...)
		if !ok {
			return fault.New(fault.Invalid, "fault.choice")
		}
		if err := r.save(f, func(tx *db.Tx) error {
			return meeting.ArrangeSpeeches{Meeting: v.m.ID, Order: order}.Do(tx, r.Person)
		}); err != nil {
			return err
		}
		r.Toast("meeting.toast.order")
		return r.Redirect(v.path("speeches"))
	}
	page := MeetingPackPage{Page: Page{Title: r.T("meeting.speeches_of", v.m.Title), Shape: Staff, Back: v.path("")}, Lede: r.T("meeting.speeches_fixed"), Tabs: v.tabs(), To: v.path("speeches")}
	if v.m.Running() {
		page.Lede = r.T("meeting.lede.speak")
		if len(all) > 0 {
			page.Form, page.Lede = r.Blank(), r.T("meeting.pack_lede")
		}
		page.Actions = []Link{{Text: r.T("meeting.do.speak"), Href: r.Link(v.path("speak"))}}
	}
	for _, kind := range meeting.SpeechKinds() {
		box := OrderBox{Name: kind, Caption: r.Lang.Enum("meeting.speech", kind)}
		for _, x := range all {
			if x.Kind != kind {
				continue
			}
			row := PackRow{Key: x.ID, Title: x.Title, Number: x.MatterNo, Lines: []string{v.speaker(x)}}
			if x.Text != "" {
				row.Lines = append(row.Lines, x.Text)
			}
			if page.Form != nil {
				row.Links = []Link{{Text: r.T("meeting.do.unspeak"), Href: r.Link(v.path("speech/" + x.ID))}}
			}
			box.put(row)
		}
		if len(box.Rows) > 0 {
			page.Boxes = append(page.Boxes, box)
		}
	}
	if !page.Moves() {
		page.None = r.T("meeting.speeches_none")
	}
	return meetingPackPage.Render(r, page)
}

// speaker is the unit of a speech and who speaks for it.
func (v *meetingView) speaker(x meeting.Speech) string {
	if x.Who == "" {
		return v.unit(x.Unit)
	}
	return v.unit(x.Unit) + " · " + x.Who
}

// dropSpeech asks whether a speech is to be taken off the list, and takes it off.
func dropSpeech(r *Req) error {
	v, all, err := r.viewSpeeches()
	if err != nil {
		return err
	}
	i := slices.IndexFunc(all, func(x meeting.Speech) bool { return x.ID == r.Param("speech") })
	if i < 0 {
		return fault.New(fault.NotFound, "meeting.unknown_speech")
	}
	if !v.m.Running() {
		return fault.New(fault.Conflict, "meeting.over")
	}
	x, back := all[i], v.path("speeches")
	f, done, err := r.tried(func(*Form) doer { return meeting.Unspeak{Meeting: v.m.ID, Speech: x.ID} }, "meeting.toast.unspeak", back)
	if done || err != nil {
		return err
	}
	facts := []Fact{{Label: r.T("meeting.f.kind"), Value: r.Lang.Enum("meeting.speech", x.Kind)}, {Label: r.T("meeting.f.speech"), Value: x.Title}, {Label: r.T("meeting.f.unit"), Value: v.speaker(x)}}
	if x.Text != "" {
		facts = append(facts, Fact{Label: r.T("meeting.f.speech_text"), Value: x.Text})
	}
	return meetingForm.Render(r, AdminFormPage{Page: Page{Title: r.T("meeting.do.unspeak"), Shape: Staff, Back: back}, Lede: r.T("meeting.lede.unspeak"), Form: f, To: v.path("speech/" + x.ID),
		Submit: r.T("meeting.do.unspeak"), Danger: true, Facts: facts})
}
