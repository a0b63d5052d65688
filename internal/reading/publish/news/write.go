package news

import (
	"encoding/json"
	"slices"
	"strings"

	"sanwen/internal/base/access"
	"sanwen/internal/base/duty"
	"sanwen/internal/base/event"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/id"
	"sanwen/internal/reading/publish"
	"sanwen/internal/work/practice"
)

// Write begins a paper. It fills ID.
type Write struct {
	Kind  Kind   `json:"kind"`
	Unit  string `json:"unit,omitempty"` // that issues it; empty: the whole organisation
	Title string `json:"title"`
	ID    string `json:"-"`
}

// Do begins. Errors: access, Invalid at the fields.
func (in *Write) Do(tx *db.Tx, who access.Person) error {
	tree, err := org.TreeOf(tx)
	if err != nil {
		return err
	}
	if in.Unit == "" {
		in.Unit = org.Root
	}
	if err := who.May(tx, access.NewsWrite, access.Thing{Kind: RefKind, Unit: tree.Path(in.Unit)}); err != nil {
		return err
	}
	var f fault.Form
	if !slices.Contains(Kinds(), in.Kind) {
		f.Add("kind", "fault.choice")
	}
	if u, ok := tree.Get(in.Unit); !ok || !u.Active {
		f.Add("unit", "fault.choice")
	}
	x := News{ID: id.V7(tx.Now), Version: 1, Kind: in.Kind, Unit: in.Unit, UnitPath: tree.Path(in.Unit), Everywhere: in.Unit == org.Root, DraftJSON: packed(Text{}),
		Author: who.ID, Writers: who.ID, MadeAt: tx.Millis(), ChangedAt: tx.Millis()}
	x.Title = f.Text("title", in.Title, 2, MaxTitle, "fault.required")
	if err := f.Err(); err != nil {
		return err
	}
	if x.State, err = Cycle.Next("", EventWrite); err != nil {
		return err
	}
	in.ID = x.ID
	if err := insertNews(tx, x); err != nil {
		return err
	}
	return event.Record(tx, who, event.Fact{Kind: RefKind + "." + EventWrite, Subject: x.Ref(), To: x.State, Data: in})
}

// Edit writes the text anew and, with Submit, hands it in for somebody else to check. Figures and matters are taken as they stand now.
type Edit struct {
	News       string    `json:"news"`
	Version    int64     `json:"version"`
	Submit     bool      `json:"submit"`
	Title      string    `json:"title"`
	Class      string    `json:"class,omitempty"`
	Everywhere bool      `json:"everywhere"`
	Units      []string  `json:"units,omitempty"`
	Places     []string  `json:"places,omitempty"`
	From       clock.Day `json:"from,omitempty"`
	Until      clock.Day `json:"until,omitempty"`
	Blocks     []Block   `json:"blocks"`
	Matters    string    `json:"matters,omitempty"` // numbers
	Since      clock.Day `json:"since,omitempty"`
	To         clock.Day `json:"to,omitempty"`
	Contact    string    `json:"contact,omitempty"`
	Sent       string    `json:"sent,omitempty"`
}

// Do writes. Errors: access, Invalid at the fields, Conflict when it is stale or no draft.
func (in Edit) Do(tx *db.Tx, who access.Person) error {
	x, err := begin(tx, who, in.News, in.Version, access.NewsWrite)
	if err != nil {
		return err
	}
	from, ev := x.State, EventEdit
	if in.Submit {
		ev = EventSubmit
	}
	if x.State, err = Cycle.Next(x.State, ev); err != nil {
		return err
	}
	var f fault.Form
	t := in.text(&f, x.Kind)
	x.Title = f.Text("title", in.Title, 2, MaxTitle, "fault.required")
	x.Class = in.Class
	if all := x.Kind.Classes(); in.Class != "" && !slices.Contains(all, in.Class) {
		f.Add("class", "fault.choice")
	} else if in.Submit && len(all) > 0 && in.Class == "" {
		f.Add("class", "fault.required")
	}
	if err := in.scope(tx, &f, &x); err != nil {
		return err
	}
	if err := in.period(tx, &f, &x); err != nil {
		return err
	}
	if t.Taken, err = take(tx, &f, x, t); err != nil {
		return err
	}
	x.DraftJSON = packed(t)
	if err := private(tx, &f, x, t); err != nil {
		return err
	}
	if err := f.Err(); err != nil {
		return err
	}
	x.Author, x.ChangedAt = who.ID, tx.Millis()
	if !x.wrote(who) {
		x.Writers = strings.Trim(x.Writers+","+who.ID, ",")
	}
	if in.Submit {
		x.Note = ""
		if _, err := duty.Owe(tx, who, duty.New{Kind: duty.NewsCheck, Subject: x.Ref(), Path: x.UnitPath, Role: access.Triager}); err != nil {
			return err
		}
	}
	return x.done(tx, who, ev, from, in)
}

// text takes what was typed.
func (in Edit) text(f *fault.Form, k Kind) Text {
	t := Text{Since: in.Since, To: in.To}
	for _, key := range k.Blocks() {
		least := 0
		if in.Submit && k.needed(key) {
			least = 10
		}
		if text := f.Text(key, Text{Blocks: in.Blocks}.Block(key), least, MaxBlock, "fault.required"); text != "" {
			t.Blocks = append(t.Blocks, Block{key, text})
		}
	}
	least := 0
	if in.Submit && k.Period() {
		least = 4
	}
	t.Contact = f.Text("contact", in.Contact, least, MaxContact, "fault.required")
	if !k.Period() {
		t.Sent = f.Text("sent", in.Sent, 0, MaxSent, "fault.required")
	}
	t.Matters = numbers(in.Matters)
	if len(t.Matters) > MaxMatters {
		f.Add("matters", "news.matters_many", MaxMatters)
	}
	return t
}

// numbers splits numbers of matters however they are written beside each other.
func numbers(s string) (out []string) {
	for _, n := range strings.FieldsFunc(strings.ToUpper(s), func(r rune) bool { return strings.ContainsRune(" ,;、，；\n\r\t　", r) }) {
		if !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	return out
}

// scope says whom it is for: within what the unit that issues it stands over.
func (in Edit) scope(tx *db.Tx, f *fault.Form, x *News) error {
	tree, err := org.TreeOf(tx)
	if err != nil {
		return err
	}
	x.Everywhere, x.Units, x.Places = in.Everywhere, "", ""
	if in.Everywhere {
		if x.Unit != org.Root {
			f.Add("scope", "news.scope_beyond")
		}
		return nil
	}
	within := func(p access.Path) bool { return p.Under(x.UnitPath) }
	var units, places []string
	for _, code := range in.Units {
		u, ok := tree.Get(code)
		if !ok || !u.Active {
			f.Add("units", "fault.choice")
		} else if !within(u.Path) {
			f.Add("units", "news.scope_beyond")
		} else if !slices.Contains(units, code) {
			units = append(units, code)
		}
	}
	all, err := org.Places(tx)
	if err != nil {
		return err
	}
	for _, code := range in.Places {
		code = org.NormalCode(code)
		i := slices.IndexFunc(all, func(p org.Place) bool { return p.Code == code && p.Active })
		if i < 0 {
			f.Add("places", "news.place_unknown", code)
		} else if !within(all[i].Path) {
			f.Add("places", "news.scope_beyond")
		} else if !slices.Contains(places, code) {
			places = append(places, code)
		}
	}
	if len(units)+len(places) > MaxScope {
		f.Add("places", "news.scope_many", MaxScope)
	}
	if in.Submit && len(units)+len(places) == 0 && len(in.Units)+len(in.Places) == 0 {
		f.Add("scope", "news.scope_none")
	}
	x.Units, x.Places = joined(units), joined(places)
	return nil
}

// period says for how long it is up. What has no period is up from the day on which it is let go.
func (in Edit) period(tx *db.Tx, f *fault.Form, x *News) error {
	x.From, x.Until = "", ""
	if !x.Kind.Period() {
		return nil
	}
	x.From, x.Until = in.From, in.Until
	for field, d := range map[string]clock.Day{"from": in.From, "until": in.Until} {
		if d == "" && in.Submit {
			f.Add(field, "fault.required")
		} else if d != "" && !d.Valid() {
			f.Add(field, "fault.date")
		}
	}
	if !in.From.Valid() || !in.Until.Valid() {
		return nil
	}
	cal, err := org.Calendar(tx)
	if err != nil {
		return err
	}
	switch days := in.From.Until(in.Until); {
	case in.Until < in.From:
		f.Add("until", "news.until_before")
	case days > MaxPeriod:
		f.Add("until", "news.until_late", MaxPeriod)
	case worked(cal, in.From, in.Until) < MinDays:
		f.Add("until", "news.until_early", MinDays)
	}
	if in.Submit && in.From < tx.Today() {
		f.Add("from", "news.from_past")
	}
	return nil
}

// worked counts the working days from one day to another, both included.
func worked(cal *clock.Calendar, from, until clock.Day) (n int) {
	for d := from; d <= until; d = d.Add(1) {
		if work, _ := cal.IsWorkday(d); work {
			n++
		}
	}
	return n
}

// take reads what stands beside the text, as the board shows it today.
func take(tx *db.Tx, f *fault.Form, x News, t Text) (Taken, error) {
	out := Taken{Day: tx.Today()}
	batch, err := publish.BatchOf(tx)
	if err != nil {
		return out, err
	}
	switch {
	case t.Since == "" && t.To == "":
		if x.Kind == Circular {
			f.Add("since", "news.figures_needed")
		}
	case !t.Since.Valid() || !t.To.Valid():
		f.Add("since", "news.figures_both")
	case t.To < t.Since || t.Since.Until(t.To) > 366:
		f.Add("to", "news.figures_span")
	case t.To > batch.Day:
		f.Add("to", "news.figures_late", batch.Day)
	default:
		n, err := publish.NumbersOf(tx, "", t.Since, t.To)
		if err != nil {
			return out, err
		}
		out.Figures = &Figures{From: t.Since, To: t.To, Heard: n.Heard, Answered: n.Answered, Done: n.Of(publish.Done), Confirmed: n.Of(publish.Confirmed), Due: n.Of(publish.Due),
			OnTime: n.Of(publish.OnTime), Days: n.Days, Excluded: n.Excluded}
		if x.Kind == Circular {
			if out.Problems, out.More, err = problems(tx, x, t); err != nil {
				return out, err
			}
			now := span{t.Since, t.To}
			if out.Units, out.None, err = unitRows(tx, now); err != nil {
				return out, err
			}
			before, year := now.before(), now.yearBefore()
			out.Against = &Compared{before.from, before.to, year.from, year.to}
		}
	}
	out.Rows, err = rows(tx, f, t.Matters)
	return out, err
}

// rows are matters by their numbers; what the board does not show cannot be told here either.
func rows(tx *db.Tx, f *fault.Form, all []string) (out []Row, err error) {
	if len(all) == 0 || len(all) > MaxMatters {
		return nil, nil
	}
	type known struct{ ID, Number string }
	in, args := db.In("number", all, 1)
	found, err := db.All[known](tx, `SELECT id, number FROM matter WHERE `+in, args...)
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, n := range all {
		if i := slices.IndexFunc(found, func(k known) bool { return k.Number == n }); i >= 0 {
			ids = append(ids, found[i].ID)
		}
	}
	items, err := publish.Items(tx, ids)
	if err != nil {
		return nil, err
	}
	for _, n := range all {
		if !slices.ContainsFunc(items, func(i publish.Item) bool { return i.Number == n }) {
			f.Add("matters", "news.matter_unknown", n)
		}
	}
	for _, i := range items {
		r := Row{Number: i.Number, Title: i.Shown(), Unit: Named{Code: i.Unit.Code, Zh: i.Unit.NameZh, En: i.Unit.NameEn}, Due: i.Due, State: i.State, Verdict: i.Verdict, Why: i.EndReason}
		if i.Place != nil {
			r.Place = &Named{Code: i.Place.Code, Zh: i.Place.NameZh, En: i.Place.NameEn}
		}
		if i.ClosedAt != 0 {
			r.Closed = i.ClosedAt.Day(tx.Zone())
		}
		out = append(out, r)
	}
	return out, nil
}

// private holds all texts against what is known of the voices behind the matters and of the objections.
func private(tx *db.Tx, f *fault.Form, x News, t Text) error {
	all := []practice.Written{{Field: "title", Text: x.Title}, {Field: "contact", Text: t.Contact, Office: true}, {Field: "sent", Text: t.Sent}}
	for _, b := range t.Blocks {
		all = append(all, practice.Written{Field: b.Key, Text: b.Text})
	}
	return x.check(tx, f, t.Matters, all)
}

func (x News) check(tx *db.Tx, f *fault.Form, matters []string, all []practice.Written) error {
	ids, err := db.All[string](tx, `SELECT voice FROM news_objection WHERE news = $1 ORDER BY voice LIMIT 500`, x.ID)
	if err != nil {
		return err
	}
	in, args := db.In("number", matters[:min(len(matters), MaxMatters)], 1)
	behind, err := db.All[string](tx, `SELECT id FROM matter WHERE `+in, args...)
	if err != nil {
		return err
	}
	return practice.Private(tx, f, behind, ids, all)
}

// begin finds a paper for somebody who does something with it.
func begin(tx *db.Tx, who access.Person, key string, version int64, a access.Action) (News, error) {
	x, _, err := access.Reach(tx, who, a, key, tx.ForUpdate(), byKey, func(_ *db.Tx, x News) (access.Thing, error) { return x.Thing(), nil })
	if err == nil && version != 0 && version != x.Version {
		err = fault.New(fault.Conflict, "news.stale")
	}
	return x, err
}

// done writes the paper and records the fact.
func (x *News) done(tx *db.Tx, who access.Person, ev, from string, data any) error {
	x.Public = x.State == Shown || x.State == Settling || x.State == Ended || x.State == Withdrawn
	if err := updateNews(tx, x); err != nil {
		return err
	}
	return event.Record(tx, who, event.Fact{Kind: RefKind + "." + ev, Subject: x.Ref(), From: from, To: x.State, Data: data})
}

// parsed reads what this room has written itself.
func parsed[T any](s string) (x T) {
	if s != "" {
		_ = json.Unmarshal([]byte(s), &x)
	}
	return x
}

func packed(x any) string {
	b, err := json.Marshal(x)
	if err != nil {
		panic("news: " + err.Error()) // plain structs always marshal
	}
	return string(b)
}
