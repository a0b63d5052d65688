package load

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"strings"

	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/lang"
	"sanwen/internal/ground/sheet"
)

// Options say how a file is to be read.
type Options struct {
	Kind    Kind
	Mapping map[int]string // column of the file (0 = A) → column key, "" to leave it out; goes before the titles
	Limits  sheet.Limits
}

// Mapped is one column of the file and what it was taken for.
type Mapped struct {
	Index  int
	Letter string
	Title  string
	Key    string // empty: not read
}

// File is a file that was read.
type File struct {
	Kind      Kind
	Hash      string // SHA-256 of its bytes
	Format    string // xlsx or csv
	Encoding  string // of a csv
	HeaderRow int
	Mapping   []Mapped
	at        []int // column of the file by position in Columns, -1 for none
	rows      []line
}

// line is one row of the file, its cells in the order of Columns.
type line struct {
	number int
	cells  []sheet.Cell
}

// Rows is the number of rows below the titles.
func (f *File) Rows() int { return len(f.rows) }

// headerWithin is how many rows with content are looked at for the titles; above them stand names and dates of a form.
const headerWithin = 20

var errEnough = errors.New("enough rows")

// Read reads a file: xlsx, or csv in UTF-8 or GB18030. Refused are files with merged cells, files without the required
// columns, and what sheet refuses. A file whose columns are not understood comes with the error, so that they can be
// mapped by hand.
func Read(ctx context.Context, r io.ReaderAt, size int64, o Options) (*File, error) {
	columns := Columns(o.Kind)
	if len(columns) == 0 {
		return nil, fault.New(fault.NotFound, "org.import.kind_unknown", string(o.Kind))
	}
	book, err := sheet.Open(ctx, r, size, o.Limits)
	if err != nil {
		return nil, err
	}
	if err := book.Plain(); err != nil {
		return nil, err
	}
	h := sha256.New()
	if _, err := io.Copy(h, io.NewSectionReader(r, 0, size)); err != nil {
		return nil, err
	}
	f := &File{Kind: o.Kind, Hash: hex.EncodeToString(h.Sum(nil)), Format: book.Format, Encoding: book.Encoding}
	if err := f.header(ctx, book, o.Mapping); err != nil {
		return f, err
	}
	err = book.Rows(ctx, func(row sheet.Row) error {
		if row.Number <= f.HeaderRow {
			return nil
		}
		l := line{number: row.Number, cells: make([]sheet.Cell, len(columns))}
		empty := true
		for i, c := range f.at {
			if c >= 0 {
				l.cells[i] = row.Cell(c)
				l.cells[i].Text = sheet.Tidy(l.cells[i].Text)
				empty = empty && l.cells[i].Text == ""
			}
		}
		if !empty {
			f.rows = append(f.rows, l)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if len(f.rows) == 0 {
		return nil, fault.New(fault.Invalid, "org.import.no_rows")
	}
	return f, nil
}

// header finds the row of the titles, the one of the first rows in which most titles are known, and maps the columns.
func (f *File) header(ctx context.Context, book *sheet.Book, mapping map[int]string) error {
	known := titles(f.Kind)
	var best sheet.Row
	most, seen := -1, 0
	err := book.Rows(ctx, func(row sheet.Row) error {
		n := 0
		for i := range row.Cells {
			if _, ok := known[heading(row.Text(i))]; ok {
				n++
			}
		}
		if n > most {
			best, most = row, n
		}
		if seen++; seen == headerWithin {
			return errEnough
		}
		return nil
	})
	if err != nil && !errors.Is(err, errEnough) {
		return err
	}
	if seen == 0 {
		return fault.New(fault.Invalid, "org.import.no_rows")
	}
	f.HeaderRow = best.Number
	columns := Columns(f.Kind)
	f.at = make([]int, len(columns))
	for i := range f.at {
		f.at[i] = -1
	}
	width := len(best.Cells)
	for i := range mapping {
		width = max(width, i+1)
	}
	byKey := map[string]int{}
	for i, c := range columns {
		byKey[c.Key] = i
	}
	var wrong error
	for i := range width {
		m := Mapped{Index: i, Letter: sheet.ColumnName(i), Title: best.Text(i)}
		target, ok := known[heading(m.Title)]
		if key, chosen := mapping[i]; chosen {
			if target, ok = byKey[key]; !ok && key != "" {
				wrong = fault.New(fault.Invalid, "org.import.column_unknown", key)
			}
		}
		if ok {
			m.Key = columns[target].Key
			if f.at[target] >= 0 {
				wrong = fault.New(fault.Invalid, "org.import.column_twice", lang.Key("org.column."+m.Key), sheet.ColumnName(f.at[target]), m.Letter)
			}
			f.at[target] = i
		}
		f.Mapping = append(f.Mapping, m)
	}
	if wrong != nil {
		return wrong
	}
	var missing []string
	for i, c := range columns {
		if c.Required && f.at[i] < 0 {
			missing = append(missing, lang.ZH.T("org.column."+c.Key)+" / "+lang.EN.T("org.column."+c.Key))
		}
	}
	if len(missing) > 0 {
		return fault.New(fault.Invalid, "org.import.column_missing", strings.Join(missing, "; "))
	}
	return nil
}

// cell is the cell of a row in the column with that key.
func (f *File) cell(l line, key string) sheet.Cell {
	for i, c := range Columns(f.Kind) {
		if c.Key == key {
			return l.cells[i]
		}
	}
	return sheet.Cell{}
}

// address is where the column with that key stands in a row; the row's first cell where the file has no such column.
func (f *File) address(l line, key string) string {
	for i, c := range Columns(f.Kind) {
		if c.Key == key && f.at[i] >= 0 {
			return sheet.Address(f.at[i], l.number)
		}
	}
	return sheet.Address(0, l.number)
}
