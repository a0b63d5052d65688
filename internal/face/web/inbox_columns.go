package web

import (
	"slices"

	"sanwen/internal/ground/db"
	"sanwen/internal/work/voice"
	vshow "sanwen/internal/work/voice/show"
)

// inboxView is what the cells of the inbox are made from.
type inboxView struct {
	r      *Req
	tx     *db.Tx
	names  *voiceNames
	lights map[string]Light
	alike  map[string]int // how many voices say the same, by id
}

// inboxColumn is one column of the inbox beside the words.
type inboxColumn struct {
	name, label string // in the address; language key
	num, minor  bool
	cell        func(b *inboxView, i int, row vshow.Row) (Cell, error)
}

// countAlike counts the similar voices of the rows that are read first, where the column is shown.
func (b *inboxView) countAlike(columns []inboxColumn, rows []vshow.Row) (err error) {
	if b.r.Site.Alike == nil || !slices.ContainsFunc(columns, func(c inboxColumn) bool { return c.name == "similar" }) {
		return nil
	}
	var some []vshow.Row
	for _, row := range rows[:min(similarRows, len(rows))] {
		if row.State == voice.Registered || row.State == voice.InTriage {
			some = append(some, row)
		}
	}
	b.alike, err = b.r.Site.Alike.CountLike(b.tx, b.r.Person, some)
	return err
}

// similarRows is for how many rows of a page similar voices are counted: those that somebody reads first.
const similarRows = 30

// allInboxColumns are the columns that can be chosen, in their order.
var allInboxColumns = []inboxColumn{
	{name: "place", label: "inbox.place", cell: func(b *inboxView, _ int, row vshow.Row) (Cell, error) {
		place, err := b.names.placeOf(row)
		return Cell{Text: place, Sub: b.names.topic(row.Category)}, err
	}},
	{name: "level", label: "inbox.level", cell: func(b *inboxView, _ int, row vshow.Row) (Cell, error) {
		return Cell{Icon: levelIcons[row.Level], Text: b.r.T("voice.level." + string(row.Level))}, nil
	}},
	{name: "due", label: "inbox.due", cell: func(b *inboxView, _ int, row vshow.Row) (Cell, error) {
		c := Cell{Sub: b.r.T("inbox.since", b.r.Lang.ShortDate(row.Day, b.r.Zone))}
		if l, ok := b.lights[row.ID]; ok {
			c.Light = &l
		} else {
			c.Text = "—"
		}
		return c, nil
	}},
	{name: "similar", label: "inbox.similar", num: true, minor: true, cell: func(b *inboxView, _ int, row vshow.Row) (Cell, error) {
		if b.alike[row.ID] == 0 {
			return Cell{}, nil
		}
		return Cell{Text: b.r.Lang.Number(b.alike[row.ID])}, nil
	}},
	{name: "state", label: "inbox.state", cell: func(b *inboxView, _ int, row vshow.Row) (Cell, error) {
		return Cell{Text: b.r.T("voice.state." + row.State), Sub: row.ClaimedBy}, nil
	}},
	{name: "kind", label: "inbox.kind", minor: true, cell: func(b *inboxView, _ int, row vshow.Row) (Cell, error) {
		return Cell{Text: b.r.T("voice.kind." + string(row.Kind))}, nil
	}},
	{name: "topic", label: "inbox.topic", minor: true, cell: func(b *inboxView, _ int, row vshow.Row) (Cell, error) {
		return Cell{Text: b.names.topic(row.Category)}, nil
	}},
	{name: "class", label: "inbox.class", minor: true, cell: func(b *inboxView, _ int, row vshow.Row) (Cell, error) {
		if row.Class == "" {
			return Cell{Text: "—"}, nil
		}
		return Cell{Text: b.r.T("class." + string(row.Class))}, nil
	}},
	{name: "day", label: "inbox.day", minor: true, cell: func(b *inboxView, _ int, row vshow.Row) (Cell, error) {
		return Cell{Text: b.r.Lang.Date(row.Day, b.r.Zone)}, nil
	}},
}

var firstInboxColumns = []string{"place", "level", "due", "similar", "state"}

func inboxColumnNames() []string {
	var out []string
	for _, c := range allInboxColumns {
		out = append(out, c.name)
	}
	return out
}

// inboxColumns are the columns that the address asks for.
func inboxColumns(list *List) []inboxColumn {
	want := given(list.All("cols"))
	if len(want) == 0 {
		want = firstInboxColumns
	}
	var out []inboxColumn
	for _, c := range allInboxColumns {
		if slices.Contains(want, c.name) {
			out = append(out, c)
		}
	}
	return out
}

// counted is a number, with a plus where there are more than were counted.
func (r *Req) counted(n int, more bool) string {
	if more {
		return r.Lang.Number(n) + "+"
	}
	return r.Lang.Number(n)
}

// manyNew is from how many new voices on the inbox offers to read them by place (default of the product).
const manyNew = 100

// newPlaces are the places from which the new voices are, where more than one is from there; many tells that there are so many
// that they are better read by place.
func (r *Req) newPlaces(tx *db.Tx, names *voiceNames, list *List) (out []Link, many bool, err error) {
	all, more, err := vshow.NewByPlace(tx, r.Person, 12)
	if err != nil {
		return nil, false, err
	}
	sum := 0
	for _, x := range all {
		sum += x.N
		if x.N < 2 {
			continue
		}
		name, err := names.place(x.Place)
		if err != nil {
			return nil, false, err
		}
		out = append(out, Link{Text: r.T("inbox.at_place", name, r.counted(x.N, more)), Href: r.Link("/inbox?view=new&place=" + x.Place), Current: list.Get("place") == x.Place})
	}
	return out, sum >= manyNew, nil
}
