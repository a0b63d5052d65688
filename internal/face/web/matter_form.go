package web

import (
	"encoding/json"
	"net/http"
	"time"

	"sanwen/internal/base/access"
	"sanwen/internal/base/once"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/work/inspect"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/voice/core"
	vshow "sanwen/internal/work/voice/show"
)

// matterBody and matterSlow are for forms with photos: ten of 12 MiB, from a phone in a plant with a poor signal.
const (
	matterBody = 130 << 20
	matterSlow = 10 * time.Minute
)

// MatterFormPage is the form of one action on a matter.
type MatterFormPage struct {
	Page
	Number   string
	Name     string // the matter's title
	Lede     string
	Light    *Light
	Tags     []Tag
	Form     *Form
	To       string
	Version  int64
	Seen     string // what the matter looked like when the form was made
	Conflict *Conflict
	Panels   []Panel
	Facts    []Fact
	Plan     *PlanCard
	Changes  []ConflictRow // of the plan that waits, against the one in force
	Rounds   []AcceptView
	Pairs    []Pair
	Fields   []FormPart
	Button   string
	Tone     string
	Verdicts []Verdict // instead of the button: the form is sent by the decision itself
	Files    bool
	Dated    bool     // its photos say when they were taken and what they show
	Points   []string // what they can show
	Queue    string   // what the form is called while it waits on the device, "" where it does not
	Answered bool     // the page is the answer to a try
	Settled  *Panel   // why the form can not be sent any more, instead of the button
}

// Verdict is one way in which a decision can be sent.
type Verdict struct{ Name, Value, Text, Note, Tone string }

// FormPart is one field of a form that is put together by its action: exactly one of the pointers is set.
type FormPart struct {
	Field  *Field
	Tick   *Field
	Cards  *Choice
	Radios *Choice
	Select *Choice
	Boxes  *Choice
	Photos *PhotoField
	Picker *Picker
	Points *PointsField
	Before *BeforeView
}

// PersonOption is one line of a list that a browser offers while somebody types.
type PersonOption struct{ Number, Text string }

// PointsField is one check item with a field for every point at which it is measured.
type PointsField struct {
	Label, Limits string
	ID, Fault     string
	Points        []Field
}

// Undecided is what is said beside the decisions when the form was sent without one.
func (p MatterFormPage) Undecided() string {
	if p.Form == nil || len(p.Verdicts) == 0 {
		return ""
	}
	return p.Form.faultAt(p.Verdicts[0].Name)
}

var matterFormPage = Define[MatterFormPage]("matter/form")

// doer is an action of a capability.
type doer interface {
	Do(tx *db.Tx, who access.Person) error
}

// matterForm is one action on a matter as a page: what its form asks, and which action comes of it.
type matterForm struct {
	name                       string // last part of the address
	title, lede, button, toast string // language keys
	tone                       string // of the button
	photos                     int    // most photos; 0: none
	dated                      bool   // of each it is asked when it was taken and what it shows
	ready                      func(*matterView) bool
	fields                     func(*doing)
	prepare                    func(*doing, *db.Tx) error // reads what the fields need beside the matter
	read                       func(*doing) doer
	others                     func(*doing, []ConflictRow) []ConflictRow // adds to a conflict what another has done meanwhile
	assignment                 bool                                      // the version is that of the assignment
	answers                    bool                                      // what is written goes to the voices of the matter
}

// doing is one request for the form of an action.
type doing struct {
	*matterForm
	r    *Req
	f    *Form
	v    *matterView
	page *MatterFormPage
	tray *photoTray
	any  any // what prepare has read

	unlikely bool // a reading that is more likely a slip: sent again with "sure", it counts
}

// show answers a GET with the empty form.
func (a *matterForm) show(r *Req) error {
	b := &doing{matterForm: a, r: r, page: &MatterFormPage{}}
	if err := b.load(); err != nil {
		return err
	}
	if a.ready != nil && !a.ready(b.v) {
		return fault.New(fault.Conflict, "cycle.refused", b.v.Matter.State, a.name)
	}
	b.f = r.Blank()
	b.page.Version, b.page.Seen = b.version(), b.seen()
	return b.render()
}

// post does the action and goes on to the matter, or shows the form again with what was typed.
func (a *matterForm) post(r *Req) error {
	b := &doing{matterForm: a, r: r, page: &MatterFormPage{}}
	if a.photos > 0 {
		b.tray = r.takePhotos("photos", a.photos)
	}
	b.f = r.Form()
	if b.tray != nil {
		b.tray.finish(b.f)
	}
	if err := b.load(); err != nil {
		return err
	}
	b.page.Version, b.page.Seen = b.f.Version(), b.f.Value("seen")
	if a.dated && b.f.holds() {
		return b.render()
	}
	in := b.read(b)
	err := b.f.Err()
	if err == nil {
		err = r.Write(func(tx *db.Tx) error {
			_, _, err := once.Do(tx, "matter:"+r.Person.ID, b.f.Key, b.f.Body(), func() (string, error) { return "", in.Do(tx, r.Person) })
			return err
		})
	}
	switch {
	case err == nil:
		if a.toast != "" {
			r.Toast(a.toast)
		}
		switch b.f.Value("from") {
		case "home":
			return r.Redirect("/")
		case "desk":
			return r.Redirect("/desk")
		}
		return r.Redirect(b.v.path())
	case b.f.Take(rename(err, photoFaults(a.photos))):
		return b.render()
	case outdated(err) || a.others != nil && fault.KindOf(err) == fault.Conflict: // what was measured stays before the eyes of who measured it
		b.conflict()
		return b.render()
	}
	return err
}

// toldLater says on a form when those read what is written in it who spoke anonymously.
func (r *Req) toldLater(at *core.Release) []Panel {
	if at == nil {
		return nil
	}
	return []Panel{{Tone: "info", Text: r.T("triage.told_some", r.Lang.DateTime(at.Next, r.Zone))}}
}

// outdated reports whether somebody has changed the thing since the form was made.
func outdated(err error) bool {
	key := fault.Of(err).Key
	return key == "matter.stale" || key == "assignment.stale"
}

func (b *doing) load() error {
	return b.r.Read(func(tx *db.Tx) (err error) {
		if b.v, err = b.r.viewMatter(tx); err != nil {
			return err
		}
		if err := b.r.Person.May(tx, b.r.Route.Policy, b.v.Thing); err != nil {
			return err
		}
		if b.answers {
			later, err := vshow.TellsMatter(tx, b.v.Matter.ID)
			if err != nil {
				return err
			}
			b.page.Panels = append(b.page.Panels, b.r.toldLater(later)...)
		}
		if b.prepare == nil {
			return nil
		}
		return b.prepare(b, tx)
	})
}

func (b *doing) version() int64 {
	if b.assignment {
		if b.v.open == nil {
			return 0
		}
		return b.v.open.Version
	}
	return b.v.Matter.Version
}

// seenMatter is what a form remembers of the matter from which it was made.
type seenMatter struct{ State, Lead, Owner, Due, Plan string }

func (b *doing) now() seenMatter {
	m := b.v.Matter
	return seenMatter{State: m.State, Lead: m.Lead, Owner: b.v.person(m.Owner), Due: string(m.Due), Plan: itoa(m.PlanLatest)}
}

const seenPurpose = "matter"

func (b *doing) seen() string {
	text, err := json.Marshal(b.now())
	if err != nil {
		panic(err) // texts alone
	}
	return b.r.Seal(seenPurpose, string(text), tokenLife)
}

// conflict makes the form show what has changed meanwhile; sending it again goes on from what is there now.
func (b *doing) conflict() {
	r, v := b.r, b.v
	var was seenMatter
	if text, err := r.Unseal(seenPurpose, b.page.Seen); err == nil {
		if err := json.Unmarshal([]byte(text), &was); err != nil {
			was = seenMatter{}
		}
	}
	now := b.now()
	state := func(s string) string {
		if s == "" {
			return ""
		}
		return r.Lang.Enum("matter.state", s)
	}
	rows := []ConflictRow{
		{Label: r.T("matterpage.state"), Yours: state(was.State), Theirs: state(now.State)},
		{Label: r.T("matterpage.lead"), Yours: v.unit(was.Lead), Theirs: v.unit(now.Lead)},
		{Label: r.T("matterpage.owner"), Yours: was.Owner, Theirs: now.Owner},
		{Label: r.T("matterpage.due"), Yours: was.Due, Theirs: now.Due},
		{Label: r.T("matterpage.plan"), Yours: was.Plan, Theirs: now.Plan},
	}
	if b.others != nil {
		rows = b.others(b, rows)
	}
	b.page.Conflict = v.conflictBy(rows)
	if b.others != nil && b.ready != nil && !b.ready(v) { // another has settled it: there is nothing to send, and nothing of this is lost
		b.page.Conflict.Final = true
		b.page.Settled = &Panel{Tone: "warn", Text: r.T("matterpage.settled")}
		if v.Matter.Place != "" && r.Person.Can(access.InspectRecord, access.Thing{Kind: inspect.RefKind, Unit: v.Matter.UnitPath, Lead: v.Matter.UnitPath}) {
			b.page.Settled.Links = []Link{{Text: r.T("matterpage.settled_visit"), Href: r.Link("/visits/new?place=" + v.Matter.Place)}}
		}
	}
	b.page.Version, b.page.Seen = b.version(), b.seen()
	r.Status(http.StatusConflict)
}

// conflictBy is a conflict with who changed the matter last.
func (v *matterView) conflictBy(rows []ConflictRow) *Conflict {
	c := &Conflict{Rows: rows, Keep: Link{Text: v.r.T("matterpage.keep_theirs"), Href: v.r.Link(v.path())}}
	for _, e := range v.Timeline {
		if e.Subject == v.Matter.Ref() {
			c.Who, c.When = v.person(e.Actor), v.moment(e.At)
			break
		}
	}
	if c.Who == "" {
		c.Who = v.r.T("matterpage.somebody")
	}
	return c
}

func (b *doing) render() error {
	v, p := b.v, b.page
	p.Page = Page{Title: b.r.T(b.title), Shape: Staff, Back: v.path()}
	p.Number, p.Name, p.Light, p.Tags = v.Matter.Number, v.Matter.Title, v.light(), []Tag{stateTag(b.r, v.Matter)}
	if b.lede != "" {
		p.Lede = b.r.T(b.lede)
	}
	p.Form, p.To, p.Files, p.Tone = b.f, b.r.Link(v.path(b.name)), b.photos > 0, b.tone
	p.Dated = b.dated
	p.Button = b.r.T(b.button)
	if p.Tone == "" {
		p.Tone = "primary"
	}
	if p.Files { // filled in where the work is, which is often where no network is
		p.Queue, p.Answered = p.Title+" · "+p.Number, b.r.Posted()
	}
	b.fields(b)
	return matterFormPage.Render(b.r, *p)
}

// text adds a text area of rows lines, or a line for 1, that the action reads as it is: its own rules say what is too long.
func (b *doing) text(name, label string, rows, most int, optional bool, hint ...string) {
	d := b.f.Field(name, label).Limit(most)
	if rows > 1 {
		d = d.Area(rows)
	}
	if optional {
		d = d.May()
	}
	if len(hint) > 0 {
		d = d.Hint(hint[0])
	}
	b.page.Fields = append(b.page.Fields, FormPart{Field: &d})
}

func (b *doing) date(name, label string, hint ...string) {
	d := b.f.Field(name, label).As("date").Between(string(b.v.today), "")
	if len(hint) > 0 {
		d = d.Hint(hint[0])
	}
	b.page.Fields = append(b.page.Fields, FormPart{Field: &d})
}

func (b *doing) tick(name, label string) {
	d := b.f.Tick(name, label)
	b.page.Fields = append(b.page.Fields, FormPart{Tick: &d})
}

// decides lets the form be sent by yes or by no: one press decides and sends.
func (b *doing) decides(name, yes, yesNote, no, noNote string) {
	b.page.Verdicts = []Verdict{{name, "yes", b.r.T(yes), b.r.T(yesNote), "primary"}, {name, "no", b.r.T(no), b.r.T(noNote), ""}}
}

func (b *doing) part(p FormPart) { b.page.Fields = append(b.page.Fields, p) }

// photo adds the row of tiles for photos.
func (b *doing) photo(label string, optional bool) {
	d := b.f.Photos("photos", label, b.photos, b.tray.have())
	if b.dated {
		d = b.f.dated(b.tray, b.photos, b.v.set.Int(org.InspectPhotoHours))
		d.Label = b.r.T(label)
		b.f.labels["photos"] = d.Label
	}
	d.Optional = optional
	b.page.Fields = append(b.page.Fields, FormPart{Photos: &d})
}

// held is what a field holds, for actions whose own rules say what is wrong with it.
func (b *doing) held(name string) string { return b.f.Text(name, 0, 1<<20) }

// ref names the matter in an action.
func (b *doing) ref() (number string, version int64) { return b.v.Matter.ID, b.page.Version }

// photosIn are the photos of the form for an action.
func (b *doing) photosIn() []matter.PhotoIn { return b.tray.in() }
