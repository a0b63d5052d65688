package web

import (
	"slices"

	"sanwen/internal/base/duty"
	"sanwen/internal/work/accept"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/matter/ledger"
)

// ledgerColumn is one column of the ledger on the screen.
type ledgerColumn struct {
	name  string // in the address
	label string // language key
	sort  string
	num   bool
	minor bool
	cell  func(*ledgerView, ledger.Row, accept.Summary) Cell
}

func (c ledgerColumn) head(b *ledgerView) Column {
	h := b.list.Column(b.r.T(c.label), c.sort)
	h.Num, h.Minor, h.Whole = c.num, c.minor, c.name == "due"
	return h
}

// allColumns are the columns that can be chosen, in their order. Those of the first view stand in firstColumns.
var allColumns = []ledgerColumn{
	{name: "title", label: "ledger.matter", sort: ledger.SortNumber, cell: func(_ *ledgerView, m ledger.Row, _ accept.Summary) Cell {
		return Cell{Text: m.Title, Sub: m.Number}
	}},
	{name: "light", label: "ledger.light", cell: func(b *ledgerView, m ledger.Row, _ accept.Summary) Cell {
		c := Cell{Light: matterLight(b.r, b.cal, m.Matter, m.Color, b.r.Today())}
		if was := b.was[m.ID]; was != "" && was != m.Color {
			c.Sub = b.r.T("ledger.was", lightText(b.r, was))
		}
		return c
	}},
	{name: "state", label: "matterpage.state", cell: func(b *ledgerView, m ledger.Row, _ accept.Summary) Cell {
		t := stateTag(b.r, m.Matter)
		return Cell{Tag: &t}
	}},
	{name: "lead", label: "matterpage.lead", cell: func(b *ledgerView, m ledger.Row, _ accept.Summary) Cell { return Cell{Text: b.unit(m.Lead)} }},
	{name: "owner", label: "matterpage.owner", cell: func(_ *ledgerView, m ledger.Row, _ accept.Summary) Cell { return Cell{Text: m.OwnerName} }},
	{name: "due", label: "matterpage.due", sort: ledger.SortDue, cell: func(b *ledgerView, m ledger.Row, _ accept.Summary) Cell {
		c := Cell{Text: b.r.Lang.Date(m.Due, b.r.Zone)}
		if m.Due != m.Due0 {
			c.Sub = b.r.T("ledger.due0", b.r.Lang.Date(m.Due0, b.r.Zone))
		}
		return c
	}},
	{name: "voices", label: "ledger.voices", num: true, cell: func(b *ledgerView, m ledger.Row, _ accept.Summary) Cell {
		return Cell{Text: b.r.Lang.Number(m.Voices + m.Supporters)}
	}},
	{name: "place", label: "matterpage.place", cell: func(b *ledgerView, m ledger.Row, _ accept.Summary) Cell { return Cell{Text: b.placeName(m.Place)} }},
	{name: "steps", label: "matterpage.steps", num: true, cell: func(b *ledgerView, m ledger.Row, _ accept.Summary) Cell {
		if m.StepsAll == 0 {
			return Cell{}
		}
		return Cell{Text: b.r.T("ledger.of", m.StepsDone, m.StepsAll)}
	}},
	{name: "progress", label: "ledger.progress", minor: true, cell: func(b *ledgerView, m ledger.Row, _ accept.Summary) Cell {
		return Cell{Text: short(m.Progress), Sub: b.r.Lang.Date(m.ProgressAt, b.r.Zone)}
	}},
	{name: "category", label: "matterpage.category", minor: true, cell: func(b *ledgerView, m ledger.Row, _ accept.Summary) Cell {
		return Cell{Text: b.cat.Name(m.Category, b.r.Lang)}
	}},
	{name: "class", label: "matterpage.class", minor: true, cell: func(b *ledgerView, m ledger.Row, _ accept.Summary) Cell {
		return Cell{Text: b.r.Lang.Enum("matter.class", m.Class)}
	}},
	{name: "source", label: "matterpage.source", minor: true, cell: func(b *ledgerView, m ledger.Row, _ accept.Summary) Cell {
		return Cell{Text: b.r.Lang.Enum("matter.source", m.Source)}
	}},
	{name: "unit", label: "matterpage.unit", minor: true, cell: func(b *ledgerView, m ledger.Row, _ accept.Summary) Cell { return Cell{Text: b.unit(m.Unit)} }},
	{name: "people", label: "matterpage.beneficiaries_field", num: true, minor: true, cell: func(b *ledgerView, m ledger.Row, _ accept.Summary) Cell {
		return Cell{Text: b.r.Lang.Number(m.Beneficiaries)}
	}},
	{name: "sponsor", label: "matterpage.sponsor", minor: true, cell: func(_ *ledgerView, m ledger.Row, _ accept.Summary) Cell { return Cell{Text: m.SponsorName} }},
	{name: "registered", label: "ledger.registered", minor: true, cell: func(b *ledgerView, m ledger.Row, _ accept.Summary) Cell {
		return Cell{Text: b.r.Lang.Date(m.RegisteredAt, b.r.Zone)}
	}},
	{name: "verdict", label: "matterpage.sheet_verdict", cell: func(b *ledgerView, m ledger.Row, s accept.Summary) Cell {
		return Cell{Text: verdictText(b.r, m.Matter), Sub: satisfaction(b.r, s)}
	}},
}

var firstColumns = []string{"title", "light", "state", "lead", "owner", "due", "voices"}

func columnNames() []string {
	var out []string
	for _, c := range allColumns {
		out = append(out, c.name)
	}
	return out
}

// columns are the columns that the address asks for, the matter itself always first.
func (b *ledgerView) columns() []ledgerColumn {
	want := given(b.list.All("cols"))
	if len(want) == 0 {
		want = firstColumns
	}
	var out []ledgerColumn
	for _, c := range allColumns {
		if c.name == "title" || slices.Contains(want, c.name) {
			out = append(out, c)
		}
	}
	return out
}

// verdictText is what employees said of the round, "" before they are asked.
func verdictText(r *Req, m matter.Matter) string {
	if m.Verdict == "" {
		return ""
	}
	return r.Lang.Enum("matter.verdict", m.Verdict)
}

// satisfaction is the mean grade of a round as far as it may be shown.
func satisfaction(r *Req, s accept.Summary) string {
	if !s.Shown || s.Tally.Graded() == 0 {
		return ""
	}
	return r.T("ledger.grade", r.Lang.Number(float64(s.Tally.Score())/100), s.Tally.Graded())
}

// lightText is a traffic light as a word, for paper and files.
func lightText(r *Req, c duty.Color) string {
	if c == "" {
		return ""
	}
	return r.Lang.Enum("duty.light", c)
}
