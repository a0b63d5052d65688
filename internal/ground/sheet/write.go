package sheet

import (
	"bufio"
	"encoding/csv"
	"fmt"
	"io"
	"iter"
	"math"
	"reflect"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
)

// Column is one column of a table that is written.
type Column struct {
	Title string
	Width float64 // in characters, default by the title
}

// Note is one line of the second sheet: how the table was made.
type Note struct{ Label, Value string }

// Table is what is written. Cells may be string (or any named string), the
// integer and float types, or nil; text is made harmless, numbers stay
// numbers. Everything else is an error.
type Table struct {
	Name    string // of the first sheet
	Columns []Column
	Rows    iter.Seq2[[]any, error]
	// NotesName and Notes become the second sheet of an xlsx: the filter in
	// force, the time, who made it. A csv has no place for them.
	NotesName string
	Notes     []Note
}

// dangerous reports whether a spreadsheet program could take text for a
// formula: the first character that counts, after byte order marks, quotes and
// blanks, is one of = + - @ tab return, also in full width.
func dangerous(s string) bool {
	for _, r := range s {
		switch r {
		case '=', '+', '-', '@', '\t', '\r', '\n', 0, '＝', '＋', '－', '＠', '﹦', '﹢', '﹣', '﹫', '−':
			return true
		case ' ', '"', '\'', '　', '“', '”', '‘', '’', '＂', '＇':
			continue
		}
		if unicode.Is(unicode.Cf, r) || unicode.IsSpace(r) {
			continue
		}
		return false
	}
	return false
}

// Safe returns text that no spreadsheet program executes: dangerous text gets
// a leading apostrophe, control characters other than tab and line breaks and
// broken UTF-8 are dropped, and what is longer than a cell can be is cut.
func Safe(s string) string {
	if dangerous(s) {
		s = "'" + s
	}
	s = strings.Map(func(r rune) rune {
		if r == utf8.RuneError || r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0xfffe || r == 0xffff {
			return -1
		}
		return r
	}, s)
	if len(s) > maxCell && utf8.RuneCountInString(s) > maxCell {
		s = string([]rune(s)[:maxCell-1]) + "…"
	}
	return s
}

const maxCell = 32_767

// value turns a cell into a string that is safe, or a number.
func value(v any) (any, error) {
	switch x := v.(type) {
	case nil:
		return "", nil
	case string:
		return Safe(x), nil
	case int, int64, float64:
		return x, nil
	case fmt.Stringer:
		return Safe(x.String()), nil
	}
	switch r := reflect.ValueOf(v); r.Kind() {
	case reflect.String:
		return Safe(r.String()), nil
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return r.Int(), nil
	case reflect.Uint8, reflect.Uint16, reflect.Uint32:
		return int64(r.Uint()), nil
	case reflect.Float32, reflect.Float64:
		return r.Float(), nil
	}
	return nil, fmt.Errorf("sheet: a cell of type %T", v)
}

// WriteCSV writes the table as csv for Excel: UTF-8 with byte order mark,
// CRLF, comma.
func WriteCSV(w io.Writer, t Table) error {
	buf := bufio.NewWriterSize(w, 64<<10)
	if _, err := buf.WriteString("\uFEFF"); err != nil {
		return err
	}
	c := csv.NewWriter(buf)
	c.UseCRLF = true
	record := make([]string, 0, len(t.Columns))
	for _, h := range t.Columns {
		record = append(record, Safe(h.Title))
	}
	if err := c.Write(record); err != nil {
		return err
	}
	for row, err := range t.Rows {
		if err != nil {
			return err
		}
		record = record[:0]
		for _, v := range row {
			x, err := value(v)
			if err != nil {
				return err
			}
			if f, ok := x.(float64); ok {
				record = append(record, strconv.FormatFloat(f, 'f', -1, 64))
			} else {
				record = append(record, fmt.Sprint(x))
			}
		}
		if err := c.Write(record); err != nil {
			return err
		}
	}
	c.Flush()
	if err := c.Error(); err != nil {
		return err
	}
	return buf.Flush()
}

// WriteXLSX writes the table as xlsx row by row, with a bold fixed heading and
// the notes on a second sheet. It is printed as offices print ledgers: on A4
// that lies, all columns beside each other, thin lines, the heading again on
// every page. Long tables go through temporary files in
// tmpDir ("" = the system's).
func WriteXLSX(w io.Writer, t Table, tmpDir string) error {
	f := excelize.NewFile(excelize.Options{TmpDir: tmpDir})
	defer f.Close()
	name := sheetName(t.Name, "Sheet1")
	if err := f.SetSheetName("Sheet1", name); err != nil {
		return err
	}
	var lines []excelize.Border
	for _, side := range []string{"left", "top", "right", "bottom"} {
		lines = append(lines, excelize.Border{Type: side, Color: "808080", Style: 1})
	}
	bold, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}, Border: lines, Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}})
	if err != nil {
		return err
	}
	body, err := f.NewStyle(&excelize.Style{Border: lines, Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}})
	if err != nil {
		return err
	}
	if err := onPaper(f, name); err != nil {
		return err
	}
	if err := writeRows(f, name, t, bold, body); err != nil {
		return err
	}
	if len(t.Notes) > 0 {
		if err := writeNotes(f, t, name, bold); err != nil {
			return err
		}
	}
	_, err = f.WriteTo(w)
	return err
}

// onPaper says how a sheet is printed; it is asked for before the rows are written.
func onPaper(f *excelize.File, name string) error {
	lies, a4, fit, wide, high, edge := "landscape", 9, true, 1, 0, 0.4
	if err := f.SetSheetProps(name, &excelize.SheetPropsOptions{FitToPage: &fit}); err != nil {
		return err
	}
	if err := f.SetPageLayout(name, &excelize.PageLayoutOptions{Orientation: &lies, Size: &a4, FitToWidth: &wide, FitToHeight: &high}); err != nil {
		return err
	}
	if err := f.SetPageMargins(name, &excelize.PageLayoutMarginsOptions{Left: &edge, Right: &edge, Top: &edge, Bottom: &edge}); err != nil {
		return err
	}
	return f.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", RefersTo: "'" + strings.ReplaceAll(name, "'", "''") + "'!$1:$1", Scope: name})
}

func writeRows(f *excelize.File, name string, t Table, bold, body int) error {
	s, err := f.NewStreamWriter(name)
	if err != nil {
		return err
	}
	head, widths := make([]any, len(t.Columns)), make([]float64, len(t.Columns))
	for i, c := range t.Columns {
		head[i] = excelize.Cell{StyleID: bold, Value: Safe(c.Title)}
		width := c.Width
		if width <= 0 {
			width = min(40, max(10, 2.2*float64(utf8.RuneCountInString(c.Title))))
		}
		widths[i] = width
		if err := s.SetColWidth(i+1, i+1, width); err != nil {
			return err
		}
	}
	if err := s.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	if err := s.SetRow("A1", head, excelize.RowOpts{Height: rowHeight(head, widths)}); err != nil {
		return err
	}
	n := 1
	var cells []any
	for row, err := range t.Rows {
		if err != nil {
			return err
		}
		cells = cells[:0]
		for _, v := range row {
			x, err := value(v)
			if err != nil {
				return err
			}
			if x == "" {
				x = nil
			}
			cells = append(cells, excelize.Cell{StyleID: body, Value: x})
		}
		n++
		if err := s.SetRow(Address(0, n), cells, excelize.RowOpts{Height: rowHeight(cells, widths)}); err != nil {
			return err
		}
	}
	return s.Flush()
}

// lineHeight is that of a line of a cell, in points; a row cannot be higher than mostHeight.
const (
	lineHeight = 15.0
	mostHeight = 405.0
)

// rowHeight is how high a row is so that all of its longest text is seen: programs other than the one it was made for do not find out
// by themselves. A Chinese letter takes the room of two others.
func rowHeight(cells []any, widths []float64) float64 {
	lines := 1.0
	for i, c := range cells {
		text, ok := c.(excelize.Cell).Value.(string)
		if !ok || i >= len(widths) {
			continue
		}
		n := 0.0
		for line := range strings.Lines(text) {
			w := 0.0
			for _, r := range line {
				if w++; r > 0x2e7f {
					w++
				}
			}
			n += math.Max(1, math.Ceil(w/math.Max(1, widths[i]-1)))
		}
		lines = math.Max(lines, n)
	}
	return math.Min(mostHeight, lines*lineHeight)
}

func writeNotes(f *excelize.File, t Table, first string, bold int) error {
	name := sheetName(t.NotesName, "Notes")
	if strings.EqualFold(name, first) {
		name = "Notes"
	}
	if _, err := f.NewSheet(name); err != nil {
		return err
	}
	s, err := f.NewStreamWriter(name)
	if err != nil {
		return err
	}
	if err := s.SetColWidth(1, 1, 24); err != nil {
		return err
	}
	if err := s.SetColWidth(2, 2, 80); err != nil {
		return err
	}
	for i, n := range t.Notes {
		if err := s.SetRow(Address(0, i+1), []any{excelize.Cell{StyleID: bold, Value: Safe(n.Label)}, Safe(n.Value)}); err != nil {
			return err
		}
	}
	return s.Flush()
}

// sheetName makes a name Excel accepts: at most 31 characters without \/?*[]:
// and apostrophes at the ends.
func sheetName(s, otherwise string) string {
	s = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`\/?*[]:`, r) || unicode.IsControl(r) {
			return ' '
		}
		return r
	}, s)
	if r := []rune(s); len(r) > 31 {
		s = string(r[:31])
	}
	if s = strings.Trim(s, "' "); s == "" {
		return otherwise
	}
	return s
}
