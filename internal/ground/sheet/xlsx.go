package sheet

import (
	"archive/zip"
	"bufio"
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"io"
	"path"
	"strconv"
	"strings"

	"sanwen/internal/ground/fault"
)

// workbook is what is needed of an xlsx to read its first visible sheet.
type workbook struct {
	z       *zip.Reader
	l       Limits
	sheet   *zip.File
	strings []string
	styles  []bool // by style index: is a date
	is1904  bool
}

func openXLSX(ctx context.Context, f io.ReaderAt, size int64, l Limits) (*Book, error) {
	z, err := openZip(f, size, l)
	if err != nil {
		return nil, err
	}
	w := &workbook{z: z, l: l}
	name, err := w.find(ctx)
	if err != nil {
		return nil, err
	}
	if err := w.loadStrings(ctx); err != nil {
		return nil, err
	}
	if err := w.loadStyles(ctx); err != nil {
		return nil, err
	}
	b := &Book{Format: "xlsx", Sheet: name, limits: l, rows: w.rows}
	b.Total, b.Merged, err = w.survey(ctx)
	return b, err
}

// attr returns an attribute by its local name.
func attr(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name && a.Name.Space != "xmlns" {
			return a.Value
		}
	}
	return ""
}

// walk reads an entry as XML without resolving namespaces and calls fn for
// every token. A missing entry has none.
func (w *workbook) walk(ctx context.Context, e *zip.File, fn func(d *xml.Decoder, t xml.Token) error) error {
	if e == nil {
		return nil
	}
	r, err := unpack(ctx, e, w.l.Unpacked, w.l.Ratio)
	if err != nil {
		return err
	}
	defer r.Close()
	d := xml.NewDecoder(bufio.NewReaderSize(r, 64<<10))
	for {
		t, err := d.RawToken()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			var f *fault.Error
			if errors.As(err, &f) || ctx.Err() != nil {
				return err
			}
			return broken(err)
		}
		if err := fn(d, t); err != nil {
			return err
		}
	}
}

// find locates the first visible worksheet through the workbook's relations.
func (w *workbook) find(ctx context.Context) (name string, err error) {
	bookPath, err := w.relation(ctx, "_rels/.rels", func(_, typ string) bool { return strings.HasSuffix(typ, "/officeDocument") })
	if err != nil {
		return "", err
	}
	if bookPath == "" {
		return "", fault.New(fault.Invalid, "sheet.unknown")
	}
	book := entry(w.z, bookPath)
	var rid string
	err = w.walk(ctx, book, func(_ *xml.Decoder, t xml.Token) error {
		e, ok := t.(xml.StartElement)
		if !ok {
			return nil
		}
		switch e.Name.Local {
		case "workbookPr":
			w.is1904 = attr(e, "date1904") == "1" || attr(e, "date1904") == "true"
		case "sheet":
			if s := attr(e, "state"); rid == "" && (s == "" || s == "visible") {
				name = attr(e, "name")
				for _, a := range e.Attr { // r:id, whatever the prefix; sheetId is another attribute
					if a.Name.Local == "id" {
						rid = a.Value
					}
				}
			}
		}
		return nil
	})
	if err != nil {
		return "", err
	}
	dir, base := path.Split(bookPath)
	target, err := w.relation(ctx, dir+"_rels/"+base+".rels", func(id, typ string) bool { return id == rid && strings.HasSuffix(typ, "/worksheet") })
	if err != nil {
		return "", err
	}
	if w.sheet = entry(w.z, resolve(dir, target)); target == "" || w.sheet == nil {
		return "", broken(errors.New("no visible worksheet"))
	}
	return name, nil
}

func resolve(dir, target string) string {
	if strings.HasPrefix(target, "/") {
		return target
	}
	return path.Join("/", dir, target)
}

// relation returns the target of the first relation that matches.
func (w *workbook) relation(ctx context.Context, rels string, match func(id, typ string) bool) (target string, err error) {
	err = w.walk(ctx, entry(w.z, rels), func(_ *xml.Decoder, t xml.Token) error {
		if e, ok := t.(xml.StartElement); ok && e.Name.Local == "Relationship" && target == "" && match(attr(e, "Id"), attr(e, "Type")) {
			target = attr(e, "Target")
		}
		return nil
	})
	return strings.TrimPrefix(target, "./"), err
}

// part finds a fixed part beside the sheet (xl/worksheets/x.xml → xl/name).
func (w *workbook) part(name string) *zip.File {
	return entry(w.z, path.Join(path.Dir(path.Dir(w.sheet.Name)), name))
}

func (w *workbook) loadStrings(ctx context.Context) error {
	var b strings.Builder
	var total int64
	depth, phonetic := 0, 0
	return w.walk(ctx, w.part("sharedStrings.xml"), func(_ *xml.Decoder, t xml.Token) error {
		switch e := t.(type) {
		case xml.StartElement:
			switch e.Name.Local {
			case "t":
				depth++
			case "rPh": // reading aids are not part of the text
				phonetic++
			}
		case xml.EndElement:
			switch e.Name.Local {
			case "t":
				depth--
			case "rPh":
				phonetic--
			case "si":
				s := unescape(b.String())
				b.Reset()
				if total += int64(len(s)) + 16; total > w.l.Strings {
					return bomb()
				}
				w.strings = append(w.strings, s)
			}
		case xml.CharData:
			if depth > 0 && phonetic == 0 {
				b.Write(e)
			}
		}
		return nil
	})
}

// survey reads the raw bytes of the sheet once: it counts rows, collects
// merged ranges and makes sure that the sheet is as long as it may be.
func (w *workbook) survey(ctx context.Context) (rows int, merged []string, err error) {
	r, err := unpack(ctx, w.sheet, w.l.Unpacked, w.l.Ratio)
	if err != nil {
		return 0, nil, err
	}
	defer r.Close()
	s := bufio.NewReaderSize(r, 64<<10)
	for {
		// Elements are told apart by what stands between "<" and ">".
		_, err := skipTo(s, '<')
		if err == io.EOF {
			return rows, merged, nil
		}
		if err != nil {
			return 0, nil, err
		}
		tag, err := s.ReadSlice('>')
		if err == bufio.ErrBufferFull {
			continue // no element we look for is that long
		}
		if err != nil && err != io.EOF {
			return 0, nil, err
		}
		name, rest, _ := bytes.Cut(bytes.TrimRight(tag, "/>"), []byte(" "))
		if i := bytes.IndexByte(name, ':'); i >= 0 {
			name = name[i+1:]
		}
		switch string(name) {
		case "row":
			rows++
		case "mergeCell":
			if _, ref, ok := bytes.Cut(rest, []byte(`ref="`)); ok && len(merged) < 20 {
				ref, _, _ = bytes.Cut(ref, []byte(`"`))
				merged = append(merged, string(ref))
			}
		}
	}
}

func skipTo(r *bufio.Reader, b byte) (n int, err error) {
	for {
		s, err := r.ReadSlice(b)
		n += len(s)
		if err != bufio.ErrBufferFull {
			return n, err
		}
	}
}

// rows streams the sheet.
func (w *workbook) rows(ctx context.Context, fn func(Row) error) error {
	var (
		row    Row
		col    int
		c      Cell
		typ    string
		style  int
		text   []byte
		in     int // >0: inside v or t
		phon   int
		isF    bool
		inRow  bool
		number int
	)
	return w.walk(ctx, w.sheet, func(_ *xml.Decoder, t xml.Token) error {
		switch e := t.(type) {
		case xml.StartElement:
			switch e.Name.Local {
			case "row":
				number++
				if r := attr(e, "r"); r != "" {
					n, err := strconv.Atoi(r)
					if err != nil || n < number || n > 1<<20 {
						return broken(errors.New("row numbers are not in order"))
					}
					number = n
				}
				row, col, inRow = Row{Number: number}, -1, true
			case "c":
				col++
				if r := attr(e, "r"); r != "" {
					n := columnOf(r)
					if n < col || n >= 1<<14 {
						return broken(errors.New("columns are not in order"))
					}
					col = n
				}
				typ, isF, text = attr(e, "t"), false, text[:0]
				style, _ = strconv.Atoi(attr(e, "s"))
			case "v", "t":
				in++
			case "rPh":
				phon++
			case "f":
				isF = true
			}
		case xml.CharData:
			if in > 0 && phon == 0 {
				text = append(text, e...)
			}
		case xml.EndElement:
			switch e.Name.Local {
			case "v", "t":
				in--
			case "rPh":
				phon--
			case "c":
				if len(text) == 0 || !inRow {
					return nil
				}
				if col >= w.l.Columns {
					return fault.New(fault.TooLarge, "sheet.columns", w.l.Columns, row.Address(col))
				}
				var err error
				if c, err = w.cell(typ, style, isF, string(text)); err != nil {
					return err
				}
				for len(row.Cells) < col {
					row.Cells = append(row.Cells, Cell{})
				}
				row.Cells = append(row.Cells, c)
			case "row":
				inRow = false
				return fn(row)
			}
		}
		return nil
	})
}

func (w *workbook) cell(typ string, style int, formula bool, v string) (Cell, error) {
	c := Cell{Text: v}
	switch typ {
	case "s":
		i, err := strconv.Atoi(strings.TrimSpace(v))
		if err != nil || i < 0 || i >= len(w.strings) {
			return c, broken(errors.New("shared string out of range"))
		}
		c.Text = w.strings[i]
	case "inlineStr", "str":
		c.Text = unescape(v)
	case "b":
		c.Kind = Bool
	case "e":
		c.Kind = Failed
	case "d":
		c.Kind = Date
		c.Text = strings.Replace(strings.TrimSuffix(v, "Z"), "T", " ", 1)
	default:
		c.Kind = Number
		if style >= 0 && style < len(w.styles) && w.styles[style] {
			if d, ok := serialDate(v, w.is1904); ok {
				c = Cell{d, Date}
			}
		}
	}
	if formula && c.Kind != Failed {
		c.Kind = Formula
	}
	return c, nil
}

// columnOf returns the column of an address ("C12" → 2), or -1.
func columnOf(ref string) int {
	n := 0
	for i := 0; i < len(ref) && i < 4; i++ {
		c := ref[i] &^ 0x20
		if c < 'A' || c > 'Z' {
			break
		}
		n = n*26 + int(c-'A') + 1
	}
	return n - 1
}

// unescape resolves OOXML's _xHHHH_ for characters XML cannot hold.
func unescape(s string) string {
	if !strings.Contains(s, "_x") {
		return s
	}
	var b strings.Builder
	for {
		i := strings.Index(s, "_x")
		if i < 0 || i+7 > len(s) {
			b.WriteString(s)
			return b.String()
		}
		b.WriteString(s[:i])
		if n, err := strconv.ParseUint(s[i+2:i+6], 16, 16); err == nil && s[i+6] == '_' {
			b.WriteRune(rune(n))
			s = s[i+7:]
		} else {
			b.WriteString("_x")
			s = s[i+2:]
		}
	}
}
