package web

import (
	"strconv"
	"strings"

	"sanwen/internal/base/access"
	"sanwen/internal/base/event"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/lang"
	"sanwen/internal/reading/insight/spots"
	"sanwen/internal/reading/insight/spots/crux"
	"sanwen/internal/work/ballot"
)

// SpotPage is one hot spot: of what people speak, since when, what their voices share, and what is done about it.
type SpotPage struct {
	Page
	Name      string // in full
	Number    string
	Tags      []Tag
	Actions   []Link
	Facts     []Fact
	Sentences []string
	Crux      []string
	Trend     Trend
	Matters   Table
	Voices    *Table
	Whole     string // address of all its voices where only some are listed, or ""
	History   []Entry
	Undo      []SpotUndo
	Form      *Form
	To        string
}

// SpotUndo is an act that can be taken back.
type SpotUndo struct{ ID, Text string }

var spotPage = Define[SpotPage]("spots/page")

// spotNumber is the number in the address: NotFound where it is none.
func (r *Req) spotNumber() (int64, error) {
	n, err := strconv.ParseInt(r.Param("n"), 10, 64)
	if err != nil || n < 1 {
		return 0, fault.New(fault.NotFound, "spots.unknown", short(r.Param("n")))
	}
	return n, nil
}

// showSpot shows a hot spot.
func showSpot(r *Req) error {
	list, err := r.List(spotSpec)
	if err != nil {
		return err
	}
	part := list.Get("of")
	if part != "" && part != spots.PartLately && part != spots.PartAgain && !monthFormat.MatchString(part) {
		r.Status(400)
		return fault.New(fault.Invalid, "web.bad_value", "of", short(part), spots.PartLately)
	}
	n, err := r.spotNumber()
	if err != nil {
		return err
	}
	page := SpotPage{Form: r.Blank(), To: r.Link(spotPath(n) + "/undo")}
	err = r.Read(func(tx *db.Tx) error {
		x, err := spots.SeePart(tx, r.Person, n, part)
		if err != nil {
			return err
		}
		names, err := r.voiceNames(tx)
		if err != nil {
			return err
		}
		return r.fillSpot(tx, &page, names, x, part)
	})
	if err != nil {
		return err
	}
	return spotPage.Render(r, page)
}

// spotSpec takes one part of the voices: those behind a number.
var spotSpec = ListSpec{Filters: []Filter{{Name: "of", Label: "spots.list"}}}

// spotPart is the address of the voices behind a number of a spot: for those only in whose list each of them stands.
func (r *Req) spotPart(x spots.Row, part string, n int) string {
	if !x.Exact || n == 0 {
		return ""
	}
	return r.Link(spotPath(x.N)+"?of="+part) + "#said"
}

// spotPartName says which voices of a spot are listed.
func (r *Req) spotPartName(part string) string {
	switch part {
	case "":
		return r.T("spots.list")
	case spots.PartLately, spots.PartAgain:
		return r.T("spots.list_part", r.T("spots."+part))
	}
	return r.T("spots.list_part", r.monthName(clock.Day(part+"-01")))
}

func (r *Req) fillSpot(tx *db.Tx, p *SpotPage, names *voiceNames, x spots.Page, part string) error {
	name, err := r.spotName(names, x.Row)
	if err != nil {
		return err
	}
	p.Page, p.Name = Page{Title: atMost(name, 45), Shape: Staff, Back: "/spots"}, name // the name of a window has 70 characters, with that of the site
	p.Number, p.Tags = r.T("spots.number", x.N), r.spotTags(x.Row)
	at := spotPath(x.N)
	open, err := spots.Open(tx, r.Person, x.N)
	if err != nil {
		return err
	}
	if r.Person.Has(access.Triager) && len(open) > 0 {
		p.Actions = append(p.Actions, Link{Text: r.T("spots.do.matter"), Href: r.Link(at + "/matter"), Tone: "primary"})
	}
	p.Actions = append(p.Actions, r.poolLink(ballot.FromSpot, itoa(x.N))...)
	if x.MayEdit {
		if len(x.Beside) > 0 {
			p.Actions = append(p.Actions, Link{Text: r.T("spots.do.join"), Href: r.Link(at + "/join")})
		}
		if len(x.Said) > 1 {
			p.Actions = append(p.Actions, Link{Text: r.T("spots.do.split"), Href: r.Link(at + "/split")})
		}
	}
	place, err := names.place(x.Hood)
	if err != nil {
		return err
	}
	p.Facts = []Fact{
		{Label: r.T("inbox.place"), Value: orText(place, r.T("spots.no_place")), Href: map[bool]string{true: r.Link("/spots?place=" + x.Hood)}[x.Hood != ""]},
		{Label: r.T("inbox.topic"), Value: orText(names.topic(x.Topic), "—")},
		{Label: r.T("spots.period"), Value: r.T("spots.from_to", r.spotDay(x.Row, x.First), r.spotDay(x.Row, x.Last))},
		{Label: r.T("spots.people"), Value: r.Lang.Number(x.People), Note: r.T("spots.voices", x.Voices)},
		{Label: r.T("spots.lately"), Value: r.smaller(x.Row, x.Lately), Note: r.burstNote(x.Row), Href: r.spotPart(x.Row, spots.PartLately, x.Lately)},
		{Label: r.T("spots.again"), Value: r.smaller(x.Row, x.Again), Href: r.spotPart(x.Row, spots.PartAgain, x.Again)},
		{Label: r.T("spots.heat"), Value: r.spotScore(x.Row), Note: r.T("spots.heat_how")},
	}
	p.Sentences = x.Sentences
	for _, c := range x.Crux {
		s, err := r.contrast(names, c)
		if err != nil {
			return err
		}
		p.Crux = append(p.Crux, s)
	}
	p.Trend = Trend{Caption: r.T("spots.trend"), Label: r.T("spots.month"), Unit: r.T("spots.said")}
	for _, m := range x.Months {
		pt := Point{Label: m.Month[2:], Value: float64(m.N), Text: r.Lang.Number(m.N), Known: !m.Few, Href: r.spotPart(x.Row, m.Month, m.N)}
		p.Trend.Points = append(p.Trend.Points, pt)
	}
	if !x.Exact {
		p.Trend.Means = r.T("spots.few_months", x.Least)
	}
	p.Matters = Table{Caption: r.T("spots.matters"), Columns: []Column{{Label: r.T("spots.matter")}, {Label: r.T("inbox.state")}},
		Empty: Empty{Kind: "nothing", Title: r.T("spots.matters_none")}}
	for _, m := range x.Matters {
		p.Matters.Add(r.Link("/matter/"+m.Number), Cell{Text: m.Title, Sub: m.Number}, Cell{Text: r.T("matter.state." + m.State)})
	}
	if len(x.Said) > 0 || part != "" {
		if part != "" {
			p.Whole = r.Link(spotPath(x.N)) + "#said"
		}
		t := Table{Caption: r.spotPartName(part), Empty: Empty{Kind: "filtered", Title: r.T("spots.list_none")}, Keys: true, Columns: []Column{{Label: r.T("inbox.what")}, {Label: r.T("inbox.place")}, {Label: r.T("inbox.day"), Minor: true, Whole: true}, {Label: r.T("inbox.state")}}}
		if t.Total = r.Lang.Number(len(x.Said)); x.More {
			t.Total += "+"
		}
		for _, v := range x.Said {
			where, err := names.placeOf(v)
			if err != nil {
				return err
			}
			t.Add(r.Link(voicePath(v.ID)), Cell{Text: orText(shortText(v.Head(), 60), r.T("inbox.no_words")), Sub: v.Number}, Cell{Text: where}, Cell{Text: r.dayOrWeek(v.Day, v.Week)},
				Cell{Text: r.T("voice.state." + v.State)})
		}
		p.Voices = &t
	}
	return r.spotActs(tx, p, x)
}

// burstNote says how the last week stands against what is usual, where that may be told.
func (r *Req) burstNote(x spots.Row) string {
	if !x.Exact && x.Burst.N < x.Least {
		return ""
	}
	expected := strconv.FormatFloat(x.Burst.Expected, 'f', 1, 64)
	if x.Burst.Is {
		return r.T("spots.burst_note", x.Burst.N, expected)
	}
	return r.T("spots.calm_note", x.Burst.N, expected)
}

// contrast says in a sentence what the voices of a spot share.
func (r *Req) contrast(names *voiceNames, c crux.Contrast) (string, error) {
	what := c.Name(r.Lang == lang.ZH)
	switch c.Kind {
	case crux.TraitPlace:
		place, err := names.place(c.Value)
		if err != nil {
			return "", err
		}
		what = place
	case crux.TraitSeason:
		what = r.T("spots.season." + c.Value)
	}
	return r.T("spots.crux."+c.Kind, c.Of, c.Percent(), what, c.Elsewhere(), c.ElseN, c.Low), nil
}

// spotActs tells who joined, split and took up, and which of it can be taken back.
func (r *Req) spotActs(tx *db.Tx, p *SpotPage, x spots.Page) error {
	for _, a := range x.Acts {
		who, err := r.actorName(tx, event.Entry{Actor: a.By})
		if err != nil {
			return err
		}
		other := a.Other
		if a.Kind != spots.ActMatter && a.Other == x.N {
			other = a.Spot
		}
		text := ""
		switch {
		case a.Kind == spots.ActMatter:
			text = r.T("spots.act.matter", r.matterNumber(x, a.Matter))
		case a.Kind == spots.ActJoin && a.Spot == x.N:
			text = r.T("spots.act.join", r.T("spots.number", other))
		case a.Kind == spots.ActJoin:
			text = r.T("spots.act.join_into", r.T("spots.number", other))
		case a.Spot == x.N:
			text = r.T("spots.act.split", r.T("spots.number", other))
		default:
			text = r.T("spots.act.split_from", r.T("spots.number", other))
		}
		e := Entry{At: a.At, Title: text, Who: who}
		if a.UndoneAt != 0 {
			if who, err = r.actorName(tx, event.Entry{Actor: a.UndoneBy}); err != nil {
				return err
			}
			e.Text = r.T("spots.act.undone", who, r.Lang.DateTime(a.UndoneAt, r.Zone))
		} else if x.MayEdit && a.Kind != spots.ActMatter && a.Moves > 0 {
			p.Undo = append(p.Undo, SpotUndo{a.ID, text})
		}
		p.History = append(p.History, e)
	}
	return nil
}

func (r *Req) matterNumber(x spots.Page, id string) string {
	for _, m := range x.Matters {
		if m.ID == id {
			return m.Number
		}
	}
	return r.T("spots.matter")
}

// undoSpot takes a join or a split back.
func undoSpot(r *Req) error {
	n, err := r.spotNumber()
	if err != nil {
		return err
	}
	f := r.Form()
	in := spots.Undo{Act: f.Line("act", 1, 60)}
	if err := r.save(f, func(tx *db.Tx) error { return in.Do(tx, r.Person) }); err != nil {
		return err
	}
	r.Toast("spots.toast.undone")
	err = r.Read(func(tx *db.Tx) error { _, err := spots.See(tx, r.Person, n); return err })
	if fault.KindOf(err) == fault.NotFound { // what came out of a split is one with the rest again
		return r.Redirect("/spots")
	}
	return r.Redirect(spotPath(n))
}

// spotForm reads a spot for one of its forms, which only those get who may edit it.
func (r *Req) spotForm() (x spots.Page, names *voiceNames, title string, err error) {
	n, err := r.spotNumber()
	if err != nil {
		return x, nil, "", err
	}
	err = r.Read(func(tx *db.Tx) error {
		if x, err = spots.See(tx, r.Person, n); err != nil {
			return err
		}
		if names, err = r.voiceNames(tx); err != nil {
			return err
		}
		if title, err = r.spotName(names, x.Row); err != nil {
			return err
		}
		for _, y := range append([]spots.Row{x.Row}, x.Beside...) { // the forms name them after the snapshot is closed
			if _, err := names.place(y.Hood); err != nil {
				return err
			}
		}
		for _, v := range x.Said {
			if _, err := names.placeOf(v); err != nil {
				return err
			}
		}
		return nil
	})
	return x, names, title, err
}

// joinSpots says that another spot is the same problem.
func joinSpots(r *Req) error {
	x, names, title, err := r.spotForm()
	if err != nil {
		return err
	}
	if !x.MayEdit {
		return fault.New(fault.Forbidden, "access.denied")
	}
	f, done, err := r.tried(func(f *Form) doer {
		n, err := strconv.ParseInt(f.one("other"), 10, 64)
		if err != nil {
			f.Fault("other", "fault.choice")
		}
		return spots.Join{Spot: x.N, Other: n}
	}, "spots.toast.joined", spotPath(x.N))
	if done || err != nil {
		return err
	}
	var options []Option
	for _, o := range x.Beside {
		name, err := r.spotName(names, o)
		if err != nil {
			return err
		}
		options = append(options, Option{Value: strconv.FormatInt(o.N, 10), Text: r.T("spots.number", o.N) + " · " + name, Note: r.T("spots.voices", o.Voices)})
	}
	return adminForm.Render(r, AdminFormPage{Page: Page{Title: r.T("spots.do.join"), Shape: Staff, Back: spotPath(x.N)}, Lede: r.T("spots.join_lede", r.T("spots.number", x.N), title), Form: f,
		To: spotPath(x.N) + "/join", Submit: r.T("spots.do.join"), Parts: []Part{radiosPart(f.Choose("other", "spots.other", options))}})
}

// splitSpot says that some voices are a problem of their own.
func splitSpot(r *Req) error {
	x, names, title, err := r.spotForm()
	if err != nil {
		return err
	}
	if !x.MayEdit {
		return fault.New(fault.Forbidden, "access.denied")
	}
	f, done, err := r.tried(func(f *Form) doer { return &spots.Split{Spot: x.N, Voices: f.Many("voices")} }, "spots.toast.split", spotPath(x.N))
	if done || err != nil {
		return err
	}
	var options []Option
	for _, v := range x.Said {
		where, err := names.placeOf(v)
		if err != nil {
			return err
		}
		options = append(options, Option{Value: v.ID, Text: orText(shortText(v.Head(), 40), r.T("inbox.no_words")), Note: strings.Join(given([]string{v.Number, where, r.dayOrWeek(v.Day, v.Week)}), " · ")})
	}
	return adminForm.Render(r, AdminFormPage{Page: Page{Title: r.T("spots.do.split"), Shape: Staff, Back: spotPath(x.N)}, Lede: r.T("spots.split_lede", r.T("spots.number", x.N), title), Form: f,
		To: spotPath(x.N) + "/split", Submit: r.T("spots.do.split"), Parts: []Part{boxesPart(f.Choose("voices", "spots.split_voices", options))}})
}

// monthName is a month with its year.
func (r *Req) monthName(d clock.Day) string {
	return r.T("spots.month_of", strconv.Itoa(d.Year()), r.T("date.month."+strings.TrimPrefix(string(d[5:7]), "0")))
}
