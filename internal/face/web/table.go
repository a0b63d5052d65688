package web

import (
	"slices"
	"strconv"
)

// Table is a list for staff. Template "table". On a phone every row becomes a card, whose title is the first column.
type Table struct {
	Caption  string
	Columns  []Column
	Rows     []Row
	Chips    []Chip
	Clear    string // address without filters
	Total    string // "312" or "10,000+"
	Next     string // address of the next page, or ""
	First    string // address of the first page where this is a later one, or ""
	Empty    Empty
	Keys     bool   // j, k and Enter move through the rows
	Select   string // name of the boxes in front of the rows, or ""
	Exports  []Link // files of exactly this filter
	SortedBy string
	Form     *Form // whose token the buttons of the cells carry
}

// Column is the head of a table column.
type Column struct {
	Name  string // in the address, of a column that can be chosen
	Label string
	Href  string // sorts by it, or ""
	Order string // "", "ascending" or "descending"
	Num   bool   // right-aligned figures
	Minor bool   // left out on a phone
	Whole bool   // a date, which is not broken where there is room

	Hidden bool // not chosen; its cells are left out
}

// Row is one row of a table.
type Row struct {
	Href  string
	Value string // of its box, where rows can be selected
	Cells []Cell
	Tone  string // "", "bad", "quiet" or "struck"
}

// Cell is one cell of a table: at most a light, tags, a text with a second line.
type Cell struct {
	Text   string
	Icon   string // in front of the text
	Sub    string
	Title  string // absolute date behind a relative one
	Href   string
	Light  *Light
	Tag    *Tag
	Tags   []Tag // behind the text
	Button *Button
	Do     *Link // the next step, as a button
}

// Button is a form of one button, in a cell of a table: a post with hidden fields.
type Button struct {
	Text   string
	To     string
	Fields []Hidden
	Tone   string // "", "danger"
	What   string // what it acts on, for readers that hear the button alone
	Form   *Form  // set by the table
}

// Chip is a filter that is set, with the address that removes it.
type Chip struct{ Name, Value, Label, Text, Remove string }

// Table starts the table of a list: its chips and sort links come from the address.
func (l *List) Table(caption string, columns ...Column) Table {
	t := Table{Caption: caption, Columns: l.chosen(columns), Chips: l.Chips(), Clear: l.Clear(), First: l.First()}
	if l.Filtered() {
		t.Empty = Empty{Kind: "filtered", Title: l.r.T("web.empty_filtered"), Text: l.r.T("web.empty_filtered_text"),
			Action: &Link{Text: l.r.T("web.clear_filters"), Href: l.Clear()}}
	}
	return t
}

// chosen names the columns of a list that has a choice of them, and hides those that the address leaves out; the first is always there.
func (l *List) chosen(columns []Column) []Column {
	names, want := l.spec.Columns, given(l.All("cols"))
	if len(names) == 0 {
		return columns
	}
	if len(names) != len(columns)-1 {
		panic("web: " + l.r.Path() + " names " + strconv.Itoa(len(names)) + " columns and has " + strconv.Itoa(len(columns)-1) + " to choose from")
	}
	out := slices.Clone(columns)
	for i, name := range names {
		c := &out[i+1]
		c.Name = name
		c.Hidden = len(want) > 0 && !slices.Contains(want, name)
		c.Minor = c.Minor && len(want) == 0 // what was chosen is shown on a phone too
	}
	return out
}

// Heads are the columns that are shown.
func (t Table) Heads() []Column {
	return slices.DeleteFunc(slices.Clone(t.Columns), func(c Column) bool { return c.Hidden })
}

// Column makes the head of a column that can be sorted by name ("" for one that cannot).
func (l *List) Column(label, sort string) Column {
	c := Column{Label: label}
	if sort != "" {
		c.Href, c.Order = l.SortLink(sort)
	}
	return c
}

// AsNum makes the column one of figures.
func (c Column) AsNum() Column { c.Num = true; return c }

// AsMinor leaves the column out on a phone.
func (c Column) AsMinor() Column { c.Minor = true; return c }

// Add appends a row that leads to href.
func (t *Table) Add(href string, cells ...Cell) *Row {
	t.Rows = append(t.Rows, Row{Href: href, Cells: cells})
	return &t.Rows[len(t.Rows)-1]
}

// TableRow is what the template of a row needs besides the row.
type TableRow struct {
	Row
	Columns []Column
	Select  string
	Form    *Form
}

// Lines pairs rows with their columns, for the template.
func (t Table) Lines() []TableRow {
	out := make([]TableRow, len(t.Rows))
	for i, r := range t.Rows {
		out[i] = TableRow{r, t.Columns, t.Select, t.Form}
	}
	return out
}

// TableCell pairs a cell with its column, for the template.
type TableCell struct {
	Cell
	Column Column
	First  bool
	RowTo  string
}

// Line pairs the cells of a row with their columns; a missing column is a mistake of the page and shows as an empty label.
func (r TableRow) Line() []TableCell {
	out := make([]TableCell, 0, len(r.Cells))
	for i, c := range r.Cells {
		cell := TableCell{Cell: c, First: i == 0}
		if i < len(r.Columns) {
			cell.Column = r.Columns[i]
		}
		if cell.Column.Hidden {
			continue
		}
		if c.Button != nil {
			b := *c.Button
			b.Form = r.Form
			if b.What == "" {
				b.What = r.Cells[0].Text
			}
			cell.Cell.Button = &b
		}
		if i == 0 && c.Href == "" {
			cell.Cell.Href = r.Href
		}
		out = append(out, cell)
	}
	return out
}
