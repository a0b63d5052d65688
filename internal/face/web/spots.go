package web

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/reading/insight/spots"
)

// SpotsPage is of what many speak: the hottest first, where and when it burns, and who speaks of what.
type SpotsPage struct {
	AdminListPage
	Map    TreeMap
	Places Bars
	Heat   *Grid
	Days   *Grid
	Matrix *Grid
}

var spotsPage = Define[SpotsPage]("spots/list")

var spotsSpec = ListSpec{Columns: []string{"people", "lately", "again", "last", "heat"}, Filters: []Filter{{Name: "place", Label: "inbox.place"}, {Name: "unit", Label: "inbox.unit"}, {Name: "category", Label: "inbox.topic"}, {Name: "month", Label: "spots.month"}}}

var monthFormat = regexp.MustCompile(`^2\d{3}-(0[1-9]|1[0-2])$`)

// listSpots shows the hot spots.
func listSpots(r *Req) error {
	list, err := r.List(spotsSpec)
	if err != nil {
		return err
	}
	f := spots.Filter{Place: org.NormalCode(list.Get("place")), Unit: list.Get("unit"), Category: list.Get("category"), Month: list.Get("month")}
	if f.Month != "" && !monthFormat.MatchString(f.Month) {
		r.Status(400)
		return fault.New(fault.Invalid, "web.bad_value", "month", short(f.Month), string(r.Today()[:7]))
	}
	page := SpotsPage{AdminListPage: AdminListPage{Page: Page{Title: r.T("spots.title"), Shape: Staff}, Lede: r.T("spots.lede")}}
	if r.seesSilence() {
		page.Actions = []Link{{Text: r.T("silence.title"), Href: r.Link("/silence")}}
	}
	if r.can(access.ListenSee) {
		page.Actions = append(page.Actions, Link{Text: r.T("listen.title"), Href: r.Link("/listening")})
	}
	err = r.Read(func(tx *db.Tx) error {
		names, err := r.voiceNames(tx)
		if err != nil {
			return err
		}
		rows, err := spots.List(tx, r.Person, f)
		if err != nil {
			return err
		}
		t, err := r.spotTable(names, list, rows)
		if err != nil {
			return err
		}
		if err := r.nameChips(names, list, &t); err != nil {
			return err
		}
		page.Tables = []Table{t}
		page.Filters = r.spotFilters(names, list)
		maps, err := spots.MapsOf(tx, r.Person)
		if err != nil {
			return err
		}
		return r.spotMaps(names, &page, maps)
	})
	if err != nil {
		return err
	}
	if list.untidy() {
		return r.Redirect(list.URL())
	}
	if err := page.around(r, list, &page.Tables[0]); err != nil {
		return err
	}
	return spotsPage.Render(r, page)
}

func (r *Req) spotFilters(names *voiceNames, list *List) []Part {
	f := r.Blank("category", list.Get("category"), "month", list.Get("month"))
	var topics, months []Option
	for _, c := range names.topics.Categories() {
		if c.Active && c.Restricted == "" && c.Parent == "" {
			topics = append(topics, Option{Value: c.Code, Text: names.topic(c.Code)})
		}
	}
	if c := list.Get("category"); c != "" && !slices.ContainsFunc(topics, func(o Option) bool { return o.Value == c }) {
		topics = append(topics, Option{Value: c, Text: names.topic(c)})
	}
	first := clock.Day(r.Today()[:8] + "01")
	for i := range 12 {
		d := first.AddMonths(-i)
		months = append(months, Option{Value: string(d[:7]), Text: r.monthName(d)})
	}
	return []Part{selectPart(f.Choose("category", "inbox.topic", topics).Any()), selectPart(f.Choose("month", "spots.month", months).Any())}
}

func spotPath(n int64) string { return "/spot/" + strconv.FormatInt(n, 10) }

// spotName is what a spot is called: where, and the wording that most of its voices have been given, else their topic.
func (r *Req) spotName(names *voiceNames, x spots.Row) (string, error) {
	place, err := names.place(x.Hood)
	if err != nil {
		return "", err
	}
	title := orText(x.Title, orText(names.topic(x.Topic), r.T("spots.unnamed")))
	if place == "" || strings.Contains(title, place) {
		return shortText(title, 40), nil
	}
	return r.T("spots.name", place, shortText(title, 30)), nil
}

func (r *Req) spotTags(x spots.Row) (out []Tag) {
	if x.Burst.Is {
		out = append(out, Tag{Text: r.T("spots.burst"), Tone: "bad"})
	}
	switch {
	case x.Returned && (x.Exact || x.Again >= x.Least):
		out = append(out, Tag{Text: r.T("spots.returned"), Tone: "bad"})
	case x.First.Until(r.Today()) <= 30:
		out = append(out, Tag{Text: r.T("spots.new"), Tone: "info"})
	case x.Growth() >= 1.5 && x.Lately >= 3:
		out = append(out, Tag{Text: r.T("spots.growing"), Tone: "warn"})
	}
	if len(x.Matters) > 0 {
		out = append(out, Tag{Text: x.Matters[0].Number})
	}
	return out
}

func (r *Req) spotTable(names *voiceNames, list *List, rows []spots.Row) (Table, error) {
	t := list.Table(r.T("spots.title"), Column{Label: r.T("spots.problem")}, Column{Label: r.T("spots.people"), Num: true}, Column{Label: r.T("spots.lately"), Num: true},
		Column{Label: r.T("spots.again"), Num: true}, Column{Label: r.T("spots.last"), Minor: true, Whole: true}, Column{Label: r.T("spots.heat"), Num: true, Minor: true})
	t.Keys = true
	if !list.Filtered() {
		t.Empty = Empty{Kind: "done", Title: r.T("spots.none"), Text: r.T("spots.none_text")}
	}
	for _, x := range rows {
		name, err := r.spotName(names, x)
		if err != nil {
			return t, err
		}
		at := r.Link(spotPath(x.N))
		sub := r.T("spots.number", x.N) + " · " + r.T("spots.voices", x.Voices)
		t.Add(at, Cell{Text: name, Sub: sub, Tags: r.spotTags(x)}, Cell{Text: r.Lang.Number(x.People), Href: at}, Cell{Text: r.smaller(x, x.Lately), Href: orText(r.spotPart(x, spots.PartLately, x.Lately), at)},
			Cell{Text: r.smaller(x, x.Again), Href: orText(r.spotPart(x, spots.PartAgain, x.Again), at)},
			Cell{Text: r.spotDay(x, x.Last)}, Cell{Text: r.spotScore(x)})
	}
	return t, nil
}

// spotDay is a day of a spot: whoever could not see the voice of that day is told the week.
func (r *Req) spotDay(x spots.Row, d clock.Day) string {
	if !x.Exact {
		d = d.Add(-(int(d.Weekday()) + 6) % 7)
	}
	return r.dayOrWeek(d, !x.Exact)
}

// spotScore is how hot a spot is; small numbers could be had from it.
func (r *Req) spotScore(x spots.Row) string {
	if !x.Exact {
		return "—"
	}
	return r.Lang.Number(int(x.Score + 0.5))
}

// smaller is a number of some of a spot's voices; where it is small, only whoever could count them himself is told it.
func (r *Req) smaller(x spots.Row, n int) string {
	if !x.Exact && n < x.Least {
		return r.T("spots.few", x.Least)
	}
	return r.Lang.Number(n)
}

// spotMaps draws the map of places, the calendar and the matrix.
func (r *Req) spotMaps(names *voiceNames, p *SpotsPage, m spots.Maps) error {
	p.Places = Bars{Caption: r.T("spots.places"), Label: r.T("inbox.place"), Unit: r.T("spots.said")}
	rest := 0
	for i, a := range m.Places {
		name, err := names.place(a.Hood)
		if err != nil {
			return err
		}
		if a.Few {
			rest++
			continue
		}
		p.Map.Add(name, a.Voices)
		if i < 12 {
			p.Places.Bars = append(p.Places.Bars, Bar{Label: name, Value: float64(a.Voices), Text: r.Lang.Number(a.Voices), Href: r.Link("/spots?place=" + a.Hood)})
		}
	}
	p.Map.Caption = r.T("spots.map")
	if rest > 0 {
		p.Map.Note = r.T("spots.map_rest", rest)
	}
	cell := func(c spots.Tint, href string) GridCell {
		if c.Few {
			return GridCell{Text: "·", Say: r.T("spots.few_say")}
		}
		return GridCell{Text: r.Lang.Number(c.N), Level: c.Level, Href: href}
	}
	heat := Grid{Caption: r.T("spots.calendar"), Corner: r.T("spots.weekday"), Note: r.T("spots.few_note")}
	days := Grid{Caption: r.T("spots.calendar_days"), Corner: r.T("spots.month"), Note: r.T("spots.few_note"), Small: true}
	for _, month := range m.Heat.Months {
		heat.Heads = append(heat.Heads, GridHead{Text: month[2:]})
	}
	for d := range m.Heat.Cells {
		line := GridLine{Head: r.T("date.weekday." + strconv.Itoa((d+1)%7))}
		for i, c := range m.Heat.Cells[d] {
			line.Cells = append(line.Cells, cell(c, r.Link("/spots?month="+m.Heat.Months[i])))
		}
		heat.Lines = append(heat.Lines, line)
	}
	for d := range 31 {
		days.Heads = append(days.Heads, GridHead{Text: strconv.Itoa(d + 1)})
	}
	for i, month := range m.Heat.Months {
		line := GridLine{Head: month[2:], Href: r.Link("/spots?month=" + month)}
		for _, c := range m.Heat.Days[i] {
			x := cell(c, "")
			x.Say = "" // three hundred times would be too much said; the note says it
			line.Cells = append(line.Cells, x)
		}
		for len(line.Cells) < len(days.Heads) { // days that are no days, or to come
			line.Cells = append(line.Cells, GridCell{})
		}
		days.Lines = append(days.Lines, line)
	}
	p.Days = &days
	p.Heat = &heat
	if len(m.Matrix.Units) == 0 {
		return nil
	}
	grid := Grid{Caption: r.T("spots.matrix"), Corner: r.T("inbox.unit"), Note: r.T("spots.few_note")}
	for _, t := range m.Matrix.Topics {
		grid.Heads = append(grid.Heads, GridHead{Text: names.topic(t)})
	}
	for i, u := range m.Matrix.Units {
		line := GridLine{Head: names.unit(u)}
		for j, c := range m.Matrix.Cells[i] {
			line.Cells = append(line.Cells, cell(c, r.Link("/spots?unit="+u+"&category="+m.Matrix.Topics[j])))
		}
		grid.Lines = append(grid.Lines, line)
	}
	p.Matrix = &grid
	return nil
}

// seesSpots reports whether the reader has the list of hot spots.
func (r *Req) seesSpots() bool {
	return holdsAny(r.Person, []access.Role{access.Triager, access.UnitChair, access.Supervisor, access.Leader})
}

// seesInbox reports whether the reader has the list in which voices wait for triage.
func (r *Req) seesInbox() bool {
	route, ok := r.routeOf("/inbox")
	return ok && route.admits(r.Person)
}

// spotOfVoice tells to which hot spot a voice belongs, what is being done about it, and whether it is a repeat; nil where it belongs to none.
func (r *Req) spotOfVoice(tx *db.Tx, names *voiceNames, id string) (*Panel, error) {
	if !r.seesSpots() {
		return nil, nil
	}
	x, err := spots.OfVoice(tx, r.Person, id)
	if err != nil || x == nil {
		return nil, err
	}
	name, err := r.spotName(names, *x)
	if err != nil {
		return nil, err
	}
	p := &Panel{Tone: "info", Links: []Link{{Text: r.T("spots.see"), Href: r.Link(spotPath(x.N))}}}
	number := r.T("spots.number", x.N)
	switch {
	case len(x.Matters) == 0:
		p.Text = r.T("spots.of_voice", number, name, x.People)
	case x.Again > 0:
		p.Tone, p.Text = "warn", r.T("spots.of_voice_again", number, name, x.People, x.Matters[0].Number)
	default:
		p.Text = r.T("spots.of_voice_matter", number, name, x.People, x.Matters[0].Number)
	}
	return p, nil
}

// spotOfMatter are the hot spots of which a matter was made, as lines of its page.
func (r *Req) spotOfMatter(tx *db.Tx, id string) (out []Fact, err error) {
	if !r.seesSpots() {
		return nil, nil
	}
	rows, err := spots.OfMatter(tx, r.Person, id)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	names, err := r.voiceNames(tx)
	if err != nil {
		return nil, err
	}
	for _, x := range rows {
		name, err := r.spotName(names, x)
		if err != nil {
			return nil, err
		}
		f := Fact{Label: r.T("spots.of_matter"), Value: r.T("spots.number", x.N) + " · " + name, Href: r.Link(spotPath(x.N)), Note: r.T("spots.voices", x.Voices)}
		if x.Again > 0 && (x.Exact || x.Again >= x.Least) {
			f.Note += " · " + r.T("spots.again") + " " + r.Lang.Number(x.Again)
		}
		out = append(out, f)
	}
	if !r.seesInbox() {
		return out, nil
	}
	n, again, err := spots.Later(tx, r.Person, id)
	if err != nil || n == 0 {
		return out, err
	}
	f := Fact{Label: r.T("spots.later"), Value: r.T("spots.later_n", n), Note: r.T("spots.later_note")}
	if again > 0 {
		f.Value = r.T("spots.later_again", n, again)
	}
	return append(out, f), nil
}
