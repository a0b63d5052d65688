package sheet

import (
	"context"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode"

	"sanwen/internal/ground/fault"
)

// Limits bounds what a file may be. The zero value of a field means its
// default.
type Limits struct {
	Bytes    int64         // size of the file, default 32 MiB
	Entries  int           // files inside an xlsx, default 200
	Ratio    int64         // unpacked bytes for each packed one, default 100
	Unpacked int64         // bytes of all entries together, default 512 MiB
	Strings  int64         // bytes of all shared strings, default 64 MiB
	Rows     int           // rows with content, default 400,000
	Columns  int           // columns with content, default 200
	Cell     int           // characters in one cell, default 32,767 (what Excel allows)
	Examine  time.Duration // time to examine the archive, default 20 s
}

func (l Limits) filled() Limits {
	def(&l.Bytes, 32<<20)
	def(&l.Entries, 200)
	def(&l.Ratio, 100)
	def(&l.Unpacked, 512<<20)
	def(&l.Strings, 64<<20)
	def(&l.Rows, 400_000)
	def(&l.Columns, 200)
	def(&l.Cell, 32_767)
	def(&l.Examine, 20*time.Second)
	return l
}

func def[T int | int64 | time.Duration](v *T, d T) {
	if *v <= 0 {
		*v = d
	}
}

// Kind is what a cell was in the file. In csv everything is Text.
type Kind uint8

// Kinds of cells.
const (
	Text Kind = iota
	Number
	Date
	Bool
	Formula // Text is the result the file holds
	Failed  // "#N/A" and the like
)

// Cell is one cell. Text is what the file holds: a number is not rounded or
// formatted, a date is "2006-01-02" or "2006-01-02 15:04:05".
type Cell struct {
	Text string
	Kind Kind
}

// Row is one row with content. Number is the row's number as Excel shows it.
type Row struct {
	Number int
	Cells  []Cell // from column A; may be shorter than other rows
}

// Cell returns the cell in column i (0 = A), which may be empty.
func (r Row) Cell(i int) Cell {
	if i < 0 || i >= len(r.Cells) {
		return Cell{}
	}
	return r.Cells[i]
}

// Text returns the tidied text of column i: see Tidy.
func (r Row) Text(i int) string { return Tidy(r.Cell(i).Text) }

// Address returns the address of column i in this row, such as "C12".
func (r Row) Address(i int) string { return Address(i, r.Number) }

// Address returns the address of a cell: column 0 is A, the first row is 1.
func Address(column, row int) string { return ColumnName(column) + strconv.Itoa(row) }

// ColumnName returns the letters of a column, 0 being A.
func ColumnName(i int) string {
	if i < 0 {
		return ""
	}
	var b []byte
	for i++; i > 0; i = (i - 1) / 26 {
		b = append([]byte{'A' + byte((i-1)%26)}, b...)
	}
	return string(b)
}

// Tidy trims all kinds of spaces and invisible characters from both ends, and
// a leading apostrophe that kept the text from being a formula.
func Tidy(s string) string {
	s = strings.TrimFunc(s, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) || unicode.IsControl(r)
	})
	if rest, ok := strings.CutPrefix(s, "'"); ok && dangerous(rest) {
		return rest
	}
	return s
}

// Scientific reports whether the cell holds a number such as 1.38E+10, or one
// of more than the fifteen digits a spreadsheet keeps: a long number (a phone,
// employee or identity number) whose last digits are lost or doubtful.
func (c Cell) Scientific() bool {
	s := Tidy(c.Text)
	if c.Kind == Number && len(s) > 15 && strings.Trim(s, "0123456789") == "" {
		return true
	}
	i := strings.IndexAny(s, "eE")
	if i < 1 || i == len(s)-1 {
		return false
	}
	for _, r := range strings.Replace(s[:i], ".", "", 1) {
		if r < '0' || r > '9' {
			return false
		}
	}
	e := strings.TrimPrefix(s[i+1:], "+")
	n, err := strconv.Atoi(e)
	return err == nil && n >= 0 && (c.Kind == Number || strings.Contains(s, ".") || strings.Contains(s, "+"))
}

// ZerosLost reports whether the cell is all digits but shorter than the given
// number of digits, as happens when "00123456" is saved as a number.
func (c Cell) ZerosLost(digits int) bool {
	s := Tidy(c.Text)
	return s != "" && len(s) < digits && strings.Trim(s, "0123456789") == ""
}

// Book is an opened file. Its rows can be read several times.
type Book struct {
	Format   string   // "xlsx" or "csv"
	Encoding string   // of a csv: "UTF-8", "UTF-16" or "GB18030"
	Sheet    string   // of an xlsx: name of the first visible sheet, the one that is read
	Total    int      // number of rows, empty ones included; an estimate, for progress
	Merged   []string // ranges of merged cells, at most 20
	limits   Limits
	rows     func(ctx context.Context, fn func(Row) error) error
}

// Open examines a file and prepares reading it. The name is not looked at; the
// content decides. Errors are *fault.Error of this package's keys.
func Open(ctx context.Context, f io.ReaderAt, size int64, l Limits) (*Book, error) {
	l = l.filled()
	if size > l.Bytes {
		return nil, fault.New(fault.TooLarge, "sheet.bytes", l.Bytes>>20)
	}
	if size == 0 {
		return nil, fault.New(fault.Invalid, "sheet.empty")
	}
	ctx, cancel := context.WithTimeout(ctx, l.Examine)
	defer cancel()
	head := make([]byte, min(size, 512))
	if _, err := f.ReadAt(head, 0); err != nil && err != io.EOF {
		return nil, err
	}
	has := func(s string) bool { return strings.HasPrefix(string(head), s) }
	switch {
	case has("PK\x03\x04"):
		return openXLSX(ctx, f, size, l)
	case has("PK"):
		return nil, broken(nil)
	case has("\xd0\xcf\x11\xe0"):
		return nil, fault.New(fault.Invalid, "sheet.old")
	case has("%PDF-"), has("\x89PNG"), has("\xff\xd8\xff"), has("GIF8"), has("{\\rtf"):
		return nil, fault.New(fault.Invalid, "sheet.unknown")
	}
	return openCSV(ctx, f, size, l)
}

// Rows calls fn for every row that has content, in order, until fn fails. The
// row and its cells are fn's to keep.
func (b *Book) Rows(ctx context.Context, fn func(Row) error) error {
	n := 0
	return b.rows(ctx, func(r Row) error {
		for len(r.Cells) > 0 && r.Cells[len(r.Cells)-1].Text == "" {
			r.Cells = r.Cells[:len(r.Cells)-1]
		}
		if len(r.Cells) == 0 {
			return nil
		}
		if n++; n > b.limits.Rows {
			return fault.New(fault.TooLarge, "sheet.rows", b.limits.Rows)
		}
		if n%512 == 0 {
			if err := ctx.Err(); err != nil {
				return err
			}
		}
		if len(r.Cells) > b.limits.Columns {
			return fault.New(fault.TooLarge, "sheet.columns", b.limits.Columns, r.Address(len(r.Cells)-1))
		}
		for i, c := range r.Cells {
			if len(c.Text) > b.limits.Cell && len([]rune(c.Text)) > b.limits.Cell {
				return fault.New(fault.TooLarge, "sheet.cell_long", r.Address(i), b.limits.Cell)
			}
		}
		return fn(r)
	})
}

// Plain returns an error that names the merged cells, or nil if there are
// none. Merged cells leave gaps that no import can fill safely.
func (b *Book) Plain() error {
	if len(b.Merged) == 0 {
		return nil
	}
	return fault.New(fault.Invalid, "sheet.merged", strings.Join(b.Merged, ", "))
}

func broken(cause error) error { return fault.Wrap(fault.Invalid, "sheet.broken", cause) }
