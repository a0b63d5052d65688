package web

import (
	"slices"
	"strings"

	"sanwen/internal/base/access"
	"sanwen/internal/base/event"
	"sanwen/internal/base/once"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/id"
	"sanwen/internal/ground/lang"
)

// AdminListPage is a page of the administration that shows: tables, with filters above them and links to what can be done.
type AdminListPage struct {
	Page
	Lede    string
	Tabs    []Link
	Actions []Link
	Panels  []Panel
	Facts   []Fact
	Figures []Figure
	Filters []Part // of a form that changes the address
	Kept    []Hidden
	Columns *Choice     // nil where there is no choice
	Views   *SavedViews // the reader's own
	Tables  []Table
}

// AdminFormPage is a page of the administration that changes something.
type AdminFormPage struct {
	Page
	Lede      string
	Panels    []Panel
	Facts     []Fact
	Form      *Form
	To        string
	Multipart bool
	Parts     []Part
	Keep      []string // hidden fields besides the version
	Conflict  *Conflict
	Submit    string
	Danger    bool
	Actions   []Link
	Below     []Table
}

var (
	adminList = Define[AdminListPage]("admin/list")
	adminForm = Define[AdminFormPage]("admin/form")
)

// Part is one piece of a form: a field, a choice, or a heading.
type Part struct {
	Kind   string // "field", "tick", "select", "radios", "boxes", "picker", "photos", "head", "ask", "note"
	Field  Field
	Choice Choice
	Picker Picker
	Photos PhotoField
	Text   string
	For    []string // values of a choice above it to which it belongs: it is out of view while none of them is chosen
}

// with lets a part belong to values of a choice above it. A browser that cannot do that shows it always, and its hint says what it is for.
func (p Part) with(values ...string) Part { p.For = values; return p }

func fieldPart(d Field) Part   { return Part{Kind: "field", Field: d} }
func tickPart(d Field) Part    { return Part{Kind: "tick", Field: d} }
func selectPart(c Choice) Part { return Part{Kind: "select", Choice: c} }
func radiosPart(c Choice) Part { return Part{Kind: "radios", Choice: c} }
func boxesPart(c Choice) Part  { return Part{Kind: "boxes", Choice: c} }
func pickPart(p Picker) Part   { return Part{Kind: "picker", Picker: p} }
func headPart(s string) Part   { return Part{Kind: "head", Text: s} }

// name is the name of the part's field, "" for a heading.
func (p Part) name() string { return p.field().Name }

func (p Part) field() Field {
	if p.Kind == "select" || p.Kind == "radios" || p.Kind == "boxes" {
		return p.Choice.Field
	}
	if p.Kind == "picker" {
		return p.Picker.Field
	}
	return p.Field
}

// say puts what a field holds into words.
func (p Part) say(values []string, t func(string, ...any) string) string {
	switch p.Kind {
	case "tick":
		if len(values) > 0 && values[0] != "" {
			return t("common.yes")
		}
		return t("common.no")
	case "select", "radios", "boxes":
		var out []string
		for _, v := range values {
			for _, o := range p.Choice.Options {
				if o.Value == v && v != "" {
					out = append(out, strings.TrimLeft(o.Text, "　"))
				}
			}
		}
		return strings.Join(out, "\n")
	case "picker":
		var out []string
		for _, v := range values {
			out = append(out, p.Picker.say(v))
		}
		return strings.Join(out, "\n")
	}
	return strings.Join(values, "\n")
}

// stored is what a record holds, as the values of its form.
type stored map[string][]string

func (s stored) set(name string, values ...string) { s[name] = values }

// fill makes the form of a record.
func (r *Req) fillForm(s stored) *Form {
	f := r.Blank()
	for name, values := range s {
		for _, v := range values {
			if v != "" {
				f.values.Add(name, v)
			}
		}
	}
	return f
}

// save runs an administrator's edit once for every opened form.
func (r *Req) save(f *Form, do func(tx *db.Tx) error) error {
	if err := f.Err(); err != nil {
		return err
	}
	return r.Write(func(tx *db.Tx) error {
		_, _, err := once.Do(tx, "admin "+r.Person.ID+" "+r.Path(), f.Key, f.Body(), func() (string, error) { return "", do(tx) })
		return err
	})
}

// saved does the action that a form asks for and sends the reader to where it is seen, or shows the form again.
func (r *Req) saved(f *Form, in doer, again func(*Req, *Form) error, to string) error {
	err := r.save(f, func(tx *db.Tx) error { return in.Do(tx, r.Person) })
	if r.retake(f, err) {
		return again(r, f)
	}
	if err != nil {
		return err
	}
	r.Toast("web.toast_saved")
	return r.Redirect(to)
}

// tried is for a page that shows its form and takes it: the form as it stands before it was sent, filled in with what blank pairs, or as it
// was sent and refused at a field. Where the action was done the reader has been sent on, and done is true.
func (r *Req) tried(action func(f *Form) doer, toast, to string, blank ...string) (f *Form, done bool, err error) {
	if !r.Posted() {
		return r.Blank(blank...), false, nil
	}
	f = r.Form()
	in := action(f)
	err = r.save(f, func(tx *db.Tx) error { return in.Do(tx, r.Person) })
	if err == nil {
		r.Toast(toast)
		return f, true, r.Redirect(to)
	}
	if f.Take(err) {
		err = nil
	}
	return f, false, err
}

// stale are the conflicts that a form shows itself, with both versions.
var stale = []string{"org.changed", "fault.changed", "once.other"}

// retake decides whether a form has to be shown again: with its faults, or because somebody else has changed the thing meanwhile.
func (r *Req) retake(f *Form, err error) bool {
	if f.Take(err) {
		return true
	}
	e := fault.Of(err)
	if e == nil || e.Kind != fault.Conflict || !slices.Contains(stale, e.Key) {
		return false
	}
	f.stale, f.Key = true, id.Random() // what was done under the old key is done
	r.Status(statuses[fault.Conflict])
	return true
}

// conflict shows what was typed beside what the record holds now. The form takes over the record's version, so that saving again
// decides for what was typed.
func (r *Req) conflict(tx *db.Tx, f *Form, parts []Part, now stored, of event.Ref) (*Conflict, error) {
	c := &Conflict{Who: r.T("admin.somebody"), When: r.T("admin.just_now"), Keep: Link{Text: r.T("admin.keep_theirs"), Href: r.Link(r.Path())}}
	last, err := event.Timeline(tx, of, 1, 0)
	if err != nil {
		return nil, err
	}
	if len(last) > 0 {
		c.When = r.Lang.DateTime(last[0].At, r.Zone)
		if c.Who, err = r.actorName(tx, last[0]); err != nil {
			return nil, err
		}
	}
	for _, p := range parts {
		if n := p.name(); n != "" && n != "basis" {
			c.Rows = append(c.Rows, ConflictRow{Label: p.field().Label, Yours: p.say(f.values[n], r.T), Theirs: p.say(now[n], r.T)})
		}
	}
	if v := now["version"]; len(v) > 0 {
		f.Set("version", v[0])
	}
	return c, nil
}

// actorName says who made an entry: the person, the program, or the class of which only that may be known.
func (r *Req) actorName(tx *db.Tx, e event.Entry) (string, error) {
	switch {
	case e.Class == "job":
		return r.T("admin.program"), nil
	case e.Actor == "":
		return r.className(e.Class), nil
	}
	p, err := org.PersonByID(tx, e.Actor)
	if err != nil && fault.KindOf(err) == fault.NotFound {
		return e.Actor, nil
	}
	return p.Name, err
}

func (r *Req) className(class string) string {
	if access.Role(class).Valid() {
		return r.Lang.Enum("role", class)
	}
	return r.Lang.Enum("admin.class", class)
}

// unitOptions offers the active units in the order of the tree, set in by their depth, and those that are held already.
func unitOptions(tree *org.Tree, l lang.Lang, held ...string) []Option {
	var out []Option
	for _, u := range tree.All() {
		if u.Active || slices.Contains(held, u.Code) {
			depth := strings.Count(string(u.Path), "/") - 2
			out = append(out, Option{Value: u.Code, Text: strings.Repeat("　", depth) + u.Name(l) + " " + u.Code})
		}
	}
	return out
}

// options offers the values of an enum by their names.
func options[T ~string](l lang.Lang, prefix string, values []T) []Option {
	var out []Option
	for _, v := range values {
		out = append(out, Option{Value: string(v), Text: l.Enum(prefix, v)})
	}
	return out
}

// mayRead asks whether the person may read a part of the administration.
func (r *Req) mayRead(tx *db.Tx, a access.Action) error {
	return r.Person.May(tx, a, access.Thing{Kind: "admin"})
}

// can reports whether a button for the action makes sense.
func (r *Req) can(a access.Action) bool { return r.Person.Can(a, access.Thing{}) }

// activeTag marks what is out of use.
func (r *Req) activeTag(active bool) *Tag {
	if active {
		return nil
	}
	return &Tag{Text: r.T("admin.inactive")}
}

func yesNo(b bool) string {
	if b {
		return "1"
	}
	return ""
}

func millis(n int64) clock.Millis { return clock.Millis(n) }

// dayOr is the day that was typed into an address, or another one where there is none.
func dayOr(s string, otherwise clock.Day) clock.Day {
	if s == "" {
		return otherwise
	}
	return clock.Day(s)
}
