package word

import (
	"errors"
	"time"
)

// Document is what is written.
type Document struct {
	Title  string // of the file, not printed
	Author string
	Time   time.Time // of the file
	Lang   string    // BCP 47, "zh-CN" by default
	// Sections follow each other on new pages, each with its own page.
	Sections []Section
}

// Section is a part with one size of page.
type Section struct {
	Page   Page
	Blocks []Block
}

// Page is the paper and its margins, in millimetres.
type Page struct {
	Width, Height            float64
	Top, Bottom, Left, Right float64
	Landscape                bool // Width and Height are as the paper lies
}

// Official is the page of GB/T 9704-2012: A4, 37 mm above, 28 mm at the bound edge, a type area of 156 × 225 mm. The
// standard's 22 lines of 28 characters are set by the styles: they then hold in every program.
var Official = Page{Width: 210, Height: 297, Top: 37, Bottom: 35, Left: 28, Right: 26}

// Across is A4 lying, for wide tables: the bound edge is above.
var Across = Page{Width: 297, Height: 210, Top: 28, Bottom: 26, Left: 37, Right: 35, Landscape: true}

// Room is the width of the type area in millimetres.
func (p Page) Room() float64 { return p.Width - p.Left - p.Right }

// Style names how a paragraph looks.
type Style string

const (
	Red      Style = "RedHead"   // the issuer's name in red at the head of the first page
	Number   Style = "DocNumber" // the number of the document, centred under the head
	Issuer   Style = "Issuer"    // issuer left, date right, above the red line
	Title    Style = "Title"
	Heading1 Style = "Heading1" // 一、  黑体
	Heading2 Style = "Heading2" // （一） 楷体
	Heading3 Style = "Heading3" // 1.  仿宋, bold
	Body     Style = "BodyText"
	Flush    Style = "Flush" // body text without the indent of two characters
	Centred  Style = "Centred"
	Signed   Style = "Signed" // to the right, for signatures and dates
	Annex    Style = "Annex"  // 附件, 黑体, at the left edge
	Sent     Style = "Sent"   // 分送, issued by: smaller, between lines at the end
	InTable  Style = "InTable"
	TableTop Style = "TableTop" // the heading row of a table
)

// Block is a Paragraph, a Table or a Rule.
type Block interface{ block() }

// Paragraph is one paragraph. Lines of its text stay lines.
type Paragraph struct {
	Style Style
	// Label stands before the text in 黑体 and the text hangs beside it: 出席：…
	Label string
	Text  string
	// Right stands at the right edge of the same line.
	Right string
	// Keep holds the paragraph on one page with what follows.
	Keep bool
}

// Rule is a line across the type area.
type Rule struct{ Red bool }

// Table has widths in millimetres; the first Head rows are repeated on every page.
type Table struct {
	Widths []float64
	Head   int
	Rows   [][]Cell
}

// Cell is one cell. Span is the number of columns it covers (0 and 1 are one).
type Cell struct {
	Text   string
	Span   int
	Strong bool // as a heading: 黑体, centred
	Centre bool
	Height float64 // the least height of the row in millimetres, for places to sign
}

func (Paragraph) block() {}
func (Rule) block()      {}
func (Table) block()     {}

// P is a paragraph.
func P(s Style, text string) Paragraph { return Paragraph{Style: s, Text: text} }

// Head is the red head of the first page.
func Head(text string) Paragraph { return Paragraph{Style: Red, Text: text} }

// Named is a paragraph with a label before it.
func Named(label, text string) Paragraph { return Paragraph{Style: Flush, Label: label, Text: text} }

// Line is a line across the type area, red under a head.
func Line(red bool) Rule { return Rule{Red: red} }

// Row is a row of plain cells.
func Row(texts ...string) []Cell {
	out := make([]Cell, len(texts))
	for i, t := range texts {
		out[i] = Cell{Text: t}
	}
	return out
}

// Labels is a row of heading cells.
func Labels(texts ...string) []Cell {
	out := make([]Cell, len(texts))
	for i, t := range texts {
		out[i] = Cell{Text: t, Strong: true}
	}
	return out
}

var (
	errEmpty = errors.New("word: a document without a section")
	errTable = errors.New("word: a row does not fill the columns of its table")
)

// check finds what would not be a valid document.
func (d Document) check() error {
	if len(d.Sections) == 0 {
		return errEmpty
	}
	for _, s := range d.Sections {
		for _, b := range s.Blocks {
			t, ok := b.(Table)
			if !ok {
				continue
			}
			if len(t.Widths) == 0 || len(t.Rows) == 0 {
				return errTable
			}
			for _, r := range t.Rows {
				n := 0
				for _, c := range r {
					n += max(1, c.Span)
				}
				if n != len(t.Widths) {
					return errTable
				}
			}
		}
	}
	return nil
}
