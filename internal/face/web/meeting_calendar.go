package web

import (
	"io"

	"sanwen/internal/base/access"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/meeting"
	"sanwen/internal/work/meeting/ics"
	meetshow "sanwen/internal/work/meeting/show"
)

// meetingICS gives one meeting as a calendar file; of a cancelled one, the file that strikes it out.
func meetingICS(r *Req) error {
	var v *meetingView
	if err := r.Read(func(tx *db.Tx) (err error) { v, err = r.viewMeeting(tx, false); return err }); err != nil {
		return err
	}
	return r.Send(v.m.Title+".ics", ics.Type, []byte(ics.Write(v.m.Title, []ics.Event{v.m.Entry(r.address(v.path("")))})))
}

// address is a path of this site as it is reached from outside.
func (r *Req) address(path string) string {
	scheme := "http://"
	if r.secure {
		scheme = "https://"
	}
	return scheme + r.http.Host + path
}

// meetingFeed gives the calendar behind a secret address. It knows nobody: the address is the key, and can be ended.
func meetingFeed(r *Req) error {
	var ms []meeting.Meeting
	if err := r.Read(func(tx *db.Tx) (err error) { ms, err = meetshow.Feed(tx, r.Param("token")); return err }); err != nil {
		return err
	}
	var events []ics.Event
	for _, m := range ms {
		events = append(events, m.Entry(r.address("/meeting/"+m.ID)))
	}
	h := r.w.Header()
	h.Set("Content-Type", ics.Type)
	h.Set("Content-Security-Policy", fileCSP)
	h.Set("Cache-Control", "private, no-store")
	_, err := io.WriteString(r.w, ics.Write(r.T("meeting.title"), events))
	return err
}

// feedPage shows whether the reader's calendar has an address, makes a new one, or ends it. An address is shown once.
func feedPage(r *Req) error {
	var since clock.Millis
	if err := r.Read(func(tx *db.Tx) (err error) {
		if err := r.Person.May(tx, access.MeetingFeed, access.Thing{Kind: "feed", Submitter: r.Person.ID}); err != nil {
			return err
		}
		since, err = meeting.FeedOf(tx, r.Person.ID)
		return err
	}); err != nil {
		return err
	}
	page := AdminFormPage{Page: Page{Title: r.T("meeting.calendar"), Shape: Staff, Back: "/meetings"}, Lede: r.T("meeting.calendar_lede"), To: "/meetings/calendar", Submit: r.T("meeting.do.feed")}
	var f *Form
	if r.Posted() {
		f = r.Form()
		if f.Value("act") == "end" {
			if err := r.save(f, func(tx *db.Tx) error { return meeting.DropFeed{}.Do(tx, r.Person) }); err != nil {
				return err
			}
			r.Toast("meeting.toast.unfeed")
			return r.Redirect("/meetings/calendar")
		}
		in := &meeting.MakeFeed{}
		if err := r.save(f, func(tx *db.Tx) error { return in.Do(tx, r.Person) }); err != nil {
			return err
		}
		if in.Token != "" { // a second press of the same form has made it already, and it is kept nowhere
			page.Panels = append(page.Panels, Panel{Tone: "good", Title: r.T("meeting.feed_made"), Text: r.address("/calendar/"+in.Token) + "\n" + r.T("meeting.feed_once")})
		}
		since = clock.MillisOf(r.Now())
		f = r.Blank()
	} else {
		f = r.Blank()
	}
	page.Form = f
	if since != 0 {
		page.Facts = []Fact{{Label: r.T("meeting.feed_since"), Value: r.Lang.DateTime(since, r.Zone)}}
		page.Parts = []Part{radiosPart(f.Choose("act", "meeting.f.feed", []Option{{Value: "new", Text: r.T("meeting.feed_new")}, {Value: "end", Text: r.T("meeting.feed_end")}}))}
	}
	return meetingForm.Render(r, page)
}
