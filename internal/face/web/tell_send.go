package web

import (
	"net/http"
	"slices"

	"sanwen/internal/base/access"
	"sanwen/internal/base/event"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/reading/publish/news"
	"sanwen/internal/work/voice"
)

// tellSend sends an anonymous voice. The other levels need an account: the browser goes on to the pages that know one.
func tellSend(r *Req) error {
	t, err := r.openTelling()
	if err != nil {
		return err
	}
	in := t.read()
	in.Level = t.level()
	if err := t.f.Err(); err != nil {
		return t.refused(err)
	}
	if in.Level != voice.Anonymous {
		return r.again("/tell/check")
	}
	in.Channel = voice.Scan
	if in.Check, err = t.tooMany(); err != nil {
		return err
	}
	return t.send(in, access.Nobody())
}

// source is the place as the flood counter knows it.
func (t *telling) source() string {
	if t.spot.Unknown || t.spot.Code == elsewhere {
		return elsewhen
	}
	return t.spot.Code
}

// tooMany reports whether so much comes in that this one is looked at first.
func (t *telling) tooMany() (bool, error) {
	set, err := t.r.known.Settings(t.r.Ctx())
	if err != nil {
		return false, err
	}
	return t.r.flood.over(t.source(), t.r.Now(), set.Int(org.FloodPlace), set.Int(org.FloodSite)), nil
}

// tellSendSigned sends in one's own name or confidentially. Who has chosen to stay unknown is sent back to the pages that do not
// know him; who is not signed in any more signs in with everything kept.
func tellSendSigned(r *Req) error {
	t, err := r.openTelling()
	if err != nil {
		return err
	}
	in := t.read()
	in.Level = t.level()
	if in.Level == voice.Anonymous && t.f.Err() == nil {
		return r.again("/p/" + t.spot.Code + "/send")
	}
	if !r.Person.SignedIn() {
		return t.signin()
	}
	if err := t.f.Err(); err != nil {
		return t.refused(err)
	}
	in.Channel = voice.Web
	return t.send(in, r.Person)
}

// refused shows the page to which the faults belong, with everything kept.
func (t *telling) refused(err error) error {
	if !t.f.Take(err) {
		return err
	}
	if t.proxied {
		return t.proxy()
	}
	for _, e := range slices.Clone(t.f.faults) {
		if e.Field == "text" || e.Field == photoName || e.Field == "place_text" || e.Field == "photos" {
			if t.f.Value("matter") != "" {
				return t.me()
			}
			// who may know is asked on the next page: what is wrong with it is told there
			t.f.faults = slices.DeleteFunc(t.f.faults, func(e *fault.Error) bool { return e.Field == "level" || e.Field == "contact" })
			return t.show()
		}
	}
	if t.f.Value("matter") != "" {
		return t.me()
	}
	return t.who()
}

// send registers, and answers with the receipt.
func (t *telling) send(in voice.Register, who access.Person) error {
	var opts []db.Option
	if in.Level.Hidden() {
		opts = append(opts, db.Coarse)
	}
	var sent voice.Sent
	if plantedAck {
		t.sendLate(in, who)
		return t.receipt(in, sent, nil)
	}
	var noted *event.Noted
	err := t.r.Write(func(tx *db.Tx) error {
		var err error
		if t.about != nil && in.Matter == "" {
			sent, err = news.Object{Number: t.about.Number, Voice: in}.Do(tx, who)
		} else {
			sent, err = in.Do(tx, who)
		}
		noted = nil
		if n, ok := event.NotedIn(tx, event.Ref{Kind: voice.RefKind, ID: sent.Voice}); ok {
			noted = &n
		}
		return err
	}, opts...)
	switch e := fault.Of(err); {
	case err == nil && sent.Crisis:
		return t.hotline()
	case err == nil:
		if in.Channel == voice.Scan && in.Level == voice.Anonymous && !sent.Again {
			t.r.flood.add(t.source(), t.r.Now())
		}
		return t.receipt(in, sent, noted)
	case e.Kind == fault.Conflict && e.Key == "once.other":
		return t.sentBefore()
	case e.Kind == fault.Conflict && e.Key == "voice.number.taken":
		t.fresh()
		t.f.Fault("", "tell.number_taken")
		t.r.Status(http.StatusConflict)
		return t.who()
	case e.Kind == fault.Conflict && e.Key == "news.objection_over":
		t.about, t.aboutOver = nil, true
		t.f.Set(aboutName, "")
		t.f.Fault("", "news.objection_over")
		t.r.Status(http.StatusConflict)
		return t.who()
	case e.Kind == fault.Unauthenticated:
		return t.signin()
	}
	return t.refused(err)
}

// fresh gives the form a receipt and a key of its own, so that it sends another voice.
func (t *telling) fresh() {
	t.draw()
	t.f.Key = newKey()
}

// sentBefore asks: the form has sent something, and now something else is in it.
func (t *telling) sentBefore() error {
	number := t.number
	t.fresh()
	t.r.Status(http.StatusConflict)
	t.f.faults = nil
	return t.whoAfter(number)
}

// SentPage is the receipt: what was sent, number and code, what happens next and by when.
type SentPage struct {
	Page
	Receipt Receipt
	Again   bool
	Alarm   string // sentence about who has been called
	Check   string // until when somebody looks at it first, or ""
	Steps   []Step
	Level   string
	Log     LogLine
	QR      *QR
	Follow  string // address of the follow-up page with number and code behind the #
	More    string // address for saying something else
	Draft   string
	Photos  int
	Hand    bool // written down for somebody: the receipt is for him
}

// LogLine is what can be said about the entry in the log at once.
type LogLine struct {
	Number  int64  // as people count; 0 while it has none
	Promise string // signed, until the proof can be had
}

var sentPage = Define[SentPage]("tell/sent")

// receipt shows the receipt. The code stands on this page and nowhere else. Noted is where the entry stands if it is a fresh one.
func (t *telling) receipt(in voice.Register, sent voice.Sent, noted *event.Noted) error {
	r := t.r
	p := SentPage{Page: Page{Title: r.T("tell.sent")}, Receipt: r.newReceipt(t.number, t.code, r.T("tell.receipt"), r.dayOf(sent.Due)), Again: sent.Again,
		More: t.base, Draft: "tell-" + t.spot.Code, Level: r.T("tell.sent." + string(in.Level)), Photos: len(in.Photos), Hand: in.For != "" || in.Channel.Proxied()}
	if sent.Alarm != "" {
		p.Alarm = r.T("tell.alarm." + sent.Alarm)
	}
	if sent.Check {
		p.Check = r.Lang.Date(r.dayOf(sent.Due), r.Zone)
	}
	days, err := r.intakeDays()
	if err != nil {
		return err
	}
	p.Steps = r.whatNext(in, sent, days)
	if p.Log, err = r.logLine(sent.Voice, noted); err != nil {
		return err
	}
	if p.QR, p.Follow, err = r.followCode(t.number, t.code); err != nil {
		return err
	}
	return r.cast(p)
}

// whatNext is the way of a voice from here, with the day by which somebody takes it up.
func (r *Req) whatNext(in voice.Register, sent voice.Sent, days int) []Step {
	steps := []Step{
		{Label: r.T("tell.next_sent"), When: r.Lang.Date(r.Today(), r.Zone), State: "done"},
		{Label: r.T("tell.next_taken"), When: r.T("tell.within", days, r.dayOf(sent.Due)), State: "now"},
		{Label: r.T("tell.next_done"), Note: r.T("tell.next_done_note"), State: "next"},
		{Label: r.T("tell.next_you"), Note: r.T("tell.next_you_note"), State: "next"},
	}
	switch {
	case sent.Alarm != "":
		steps[1] = Step{Label: r.T("tell.next_called"), When: r.T("tell.next_called_when"), State: "now"}
	case sent.Check:
		steps[1].Label = r.T("tell.next_check")
	case in.Matter != "":
		steps[1] = Step{Label: r.T("tell.next_joined"), State: "done"}
		steps[2].State = "now"
	}
	return steps
}

// intakeDays are the working days within which somebody takes a voice up.
func (r *Req) intakeDays() (int, error) {
	set, err := r.known.Settings(r.Ctx())
	return set.Int(org.IntakeDays), err
}

func (r *Req) dayOf(m clock.Millis) clock.Day { return m.Day(r.Zone) }
