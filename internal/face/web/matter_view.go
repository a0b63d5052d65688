package web

import (
	"strconv"

	"sanwen/internal/base/access"
	"sanwen/internal/base/duty"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/lang"
	"sanwen/internal/work/assignment"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/matter/ledger"
	"sanwen/internal/work/practice"
	voices "sanwen/internal/work/voice/show"
)

// matterView is one matter with what its pages need beside it, read in one snapshot.
type matterView struct {
	ledger.Page
	r        *Req
	tree     *org.Tree
	cat      *org.Catalogue
	set      org.Settings
	cal      *clock.Calendar
	place    *org.Place             // nil where the matter has none
	open     *assignment.Assignment // nil where nobody has it
	items    []duty.Item            // of every duty, in the order of Duties
	practice *practice.Practice     // that was made of it, or nil
	adopted  *practice.Practice     // that it does after, or nil
	comments []voices.Comment       // on the version of the plan that waits or was decided on last
	today    clock.Day
	now      clock.Millis
}

// commentsMost is how many comments on a plan a page shows.
const commentsMost = 200

// viewMatter reads the matter that the address names, for somebody who may see it.
func (r *Req) viewMatter(tx *db.Tx) (*matterView, error) {
	v := &matterView{r: r, today: tx.Today(), now: tx.Millis()}
	var err error
	if v.Page, err = ledger.PageOf(tx, r.Person, r.Param("number")); err != nil {
		return nil, err
	}
	if v.tree, err = org.TreeOf(tx); err != nil {
		return nil, err
	}
	if v.cat, err = org.CatalogueOf(tx); err != nil {
		return nil, err
	}
	if v.set, err = org.SettingsOf(tx); err != nil {
		return nil, err
	}
	if v.cal, err = org.Calendar(tx); err != nil {
		return nil, err
	}
	if code := v.Matter.Place; code != "" {
		p, err := org.PlaceByCode(tx, code)
		if err != nil {
			return nil, err
		}
		v.place = &p
	}
	if v.open, err = assignment.Open(tx, v.Matter.Ref()); err != nil {
		return nil, err
	}
	if v.practice, v.adopted, err = practice.Around(tx, v.Matter.ID); err != nil {
		return nil, err
	}
	if len(v.Plans) > 0 && v.Plans[0].CommentUntil != 0 {
		const hour = 3_600_000 // of who is not to be known the hour is kept only
		if v.comments, err = voices.CommentsOn(tx, r.Person, v.Matter.ID, v.Plans[0].At/hour*hour, commentsMost); err != nil {
			return nil, err
		}
	}
	v.items, err = duty.Items(tx, v.Duties)
	return v, err
}

// readMatter is viewMatter in a snapshot of its own.
func (r *Req) readMatter() (v *matterView, err error) {
	err = r.Read(func(tx *db.Tx) error {
		v, err = r.viewMatter(tx)
		return err
	})
	return v, err
}

func (v *matterView) path(parts ...string) string {
	p := "/matter/" + v.Matter.Number
	for _, s := range parts {
		p += "/" + s
	}
	return p
}

func (v *matterView) unit(code string) string { return v.tree.Name(code, v.r.Lang) }

func (v *matterView) units(codes []string) string {
	var names []string
	for _, c := range codes {
		names = append(names, v.unit(c))
	}
	return v.r.Lang.List(names)
}

// person is the name of somebody whom the page mentions.
func (v *matterView) person(id string) string { return v.Names[id] }

func (v *matterView) date(d clock.Day) string      { return v.r.Lang.Date(d, v.r.Zone) }
func (v *matterView) day(m clock.Millis) string    { return v.r.Lang.Date(m, v.r.Zone) }
func (v *matterView) moment(m clock.Millis) string { return v.r.Lang.DateTime(m, v.r.Zone) }

func (v *matterView) placeName() string {
	if v.place == nil {
		return ""
	}
	return v.place.Name(v.r.Lang)
}

// can asks the access table about this matter.
func (v *matterView) can(a access.Action) bool { return v.r.Person.Can(a, v.Thing) }

// asked is the extension that waits for a decision, or nil.
func (v *matterView) asked() *matter.Extension {
	for i := range v.Extensions {
		if v.Extensions[i].State == matter.Asked {
			return &v.Extensions[i]
		}
	}
	return nil
}

// light is the traffic light of the matter, nil where it has none.
func (v *matterView) light() *Light { return matterLight(v.r, v.cal, v.Matter, v.Color, v.today) }

// matterLight puts the derived light of a matter into words: what is left until the deadline, or why it is yellow.
func matterLight(r *Req, cal *clock.Calendar, m matter.Matter, c duty.Color, today clock.Day) *Light {
	if c == "" {
		return nil
	}
	l := &Light{Color: string(c), Word: r.Lang.Enum("duty.light", c), Waiting: m.State == matter.Paused}
	switch {
	case m.Due != "" && !m.DueOpen:
		left := r.Lang.WorkingDaysLeft(cal.WorkingDaysBetween(today, m.Due))
		if c == duty.Yellow {
			left = l.Word + " · " + left
		}
		l.Word, l.Title = left, r.Lang.Date(m.Due, r.Zone)
	case m.PlanDue != 0 && m.PlanLatest == 0 && (m.State == matter.Proposed || m.State == matter.Assigned):
		left := r.Lang.WorkingDaysLeft(cal.WorkingDaysBetween(today, m.PlanDue.Day(r.Zone)))
		l.Word, l.Title = r.T("matterpage.plan_left", left), r.Lang.DateTime(m.PlanDue, r.Zone)
	}
	return l
}

// stateTag is the state of a matter as a word.
func stateTag(r *Req, m matter.Matter) Tag {
	t := Tag{Text: r.Lang.Enum("matter.state", m.State), Tone: "info"}
	if m.Review != "" {
		t.Text = r.Lang.Enum("matter.step", m.Review)
	}
	switch m.State {
	case matter.Closed:
		t.Tone = "good"
		if m.Verdict != matter.Confirmed {
			t.Tone = ""
		}
	case matter.CarriedOver, matter.Paused:
		t.Tone = "warn"
	case matter.Cancelled:
		t.Tone = ""
	}
	return t
}

// matterPhoto is a stored picture for a page.
func matterPhoto(r *Req, p matter.Photo) Photo {
	alt := p.Caption
	if alt == "" {
		alt = r.Lang.Enum("matter.photo", p.Kind)
	}
	caption := photoSaid(p.Taken, p.Caption)
	if p.Taken == "" {
		caption = photoSaid(p.Caption, r.Lang.Date(p.At, r.Zone))
	}
	return Photo{Src: r.Link("/photo/" + p.Hash), Thumb: "/photo/" + p.Thumb, Alt: alt, Caption: caption}
}

// checkText is a check item in one line: "淋浴出水温度 38–42 ℃".
func checkText(c matter.Check, l lang.Lang) string {
	limits := checkLimits(c, l)
	if limits == "" {
		return c.Text
	}
	return c.Text + " " + limits
}

// checkLimits is the threshold of a check item, "" for a yes/no check.
func checkLimits(c matter.Check, l lang.Lang) string {
	switch {
	case c.Low != "" && c.High != "":
		return c.Low + "–" + l.Quantity(c.High, c.Unit)
	case c.Low != "":
		return "≥ " + l.Quantity(c.Low, c.Unit)
	case c.High != "":
		return "≤ " + l.Quantity(c.High, c.Unit)
	}
	return ""
}

// readingText is a measured value with its unit, or yes and no.
func readingText(r *Req, c matter.Check, value string) string {
	switch {
	case value == "":
		return "—"
	case value == "yes", value == "no":
		return r.Lang.Enum("common", value)
	}
	return r.Lang.Quantity(value, c.Unit)
}

func itoa[T ~int | ~int64](n T) string { return strconv.FormatInt(int64(n), 10) }
