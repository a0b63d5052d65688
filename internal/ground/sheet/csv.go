package sheet

import (
	"bufio"
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"sanwen/internal/ground/fault"
)

func openCSV(ctx context.Context, f io.ReaderAt, size int64, l Limits) (*Book, error) {
	b := &Book{Format: "csv", limits: l}
	decode, err := detect(ctx, f, size, b)
	if err != nil {
		return nil, err
	}
	open := func(ctx context.Context) io.Reader {
		return decode(&contextReader{ctx, io.NewSectionReader(f, 0, size)})
	}
	comma, err := b.examine(open(ctx))
	if err != nil {
		return nil, err
	}
	b.rows = func(ctx context.Context, fn func(Row) error) error { return csvRows(open(ctx), comma, fn) }
	return b, nil
}

type contextReader struct {
	ctx context.Context
	r   io.Reader
}

func (c *contextReader) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.r.Read(p)
}

// detect finds the encoding: by byte order mark, else UTF-8 if the whole file
// is valid UTF-8, else GB18030 (which contains GBK and GB2312, what Excel and
// WPS write in Chinese Windows).
func detect(ctx context.Context, f io.ReaderAt, size int64, b *Book) (func(io.Reader) io.Reader, error) {
	head := make([]byte, min(size, 3))
	if _, err := f.ReadAt(head, 0); err != nil && err != io.EOF {
		return nil, err
	}
	switch {
	case bytes.HasPrefix(head, []byte{0xff, 0xfe}), bytes.HasPrefix(head, []byte{0xfe, 0xff}):
		b.Encoding = "UTF-16"
		return func(r io.Reader) io.Reader {
			return transform.NewReader(r, unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder())
		}, nil
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		b.Encoding = "UTF-8"
		return func(r io.Reader) io.Reader { return transform.NewReader(r, unicode.UTF8BOM.NewDecoder()) }, nil
	}
	valid, err := validUTF8(&contextReader{ctx, io.NewSectionReader(f, 0, size)})
	if err != nil {
		return nil, err
	}
	if valid {
		b.Encoding = "UTF-8"
		return func(r io.Reader) io.Reader { return r }, nil
	}
	b.Encoding = "GB18030"
	return func(r io.Reader) io.Reader {
		return transform.NewReader(r, simplifiedchinese.GB18030.NewDecoder())
	}, nil
}

func validUTF8(r io.Reader) (bool, error) {
	buf := make([]byte, 64<<10)
	kept := 0
	for {
		n, err := r.Read(buf[kept:])
		p := buf[:kept+n]
		end := err == io.EOF
		if err != nil && !end {
			return false, err
		}
		whole := p
		if !end { // a character may go on in the next piece
			for i := 1; i < utf8.UTFMax && i <= len(p); i++ {
				if c := p[len(p)-i]; utf8.RuneStart(c) {
					if !utf8.FullRune(p[len(p)-i:]) {
						whole = p[:len(p)-i]
					}
					break
				}
			}
		}
		if !utf8.Valid(whole) {
			return false, nil
		}
		if end {
			return true, nil
		}
		kept = copy(buf, p[len(whole):])
	}
}

// examine reads the decoded file once: it counts lines, refuses what is no
// text, and finds the separator from the first line.
func (b *Book) examine(r io.Reader) (comma rune, err error) {
	s := bufio.NewReaderSize(r, 64<<10)
	first, comma := true, ','
	var line []byte
	bad := 0
	for {
		piece, err := s.ReadSlice('\n')
		if bytes.IndexByte(piece, 0) >= 0 {
			return 0, fault.New(fault.Invalid, "sheet.unknown")
		}
		if b.Encoding != "UTF-8" {
			bad += bytes.Count(piece, []byte("\uFFFD"))
		}
		if first && len(line) < 64<<10 {
			line = append(line, piece...)
		}
		if err == bufio.ErrBufferFull {
			continue
		}
		if len(piece) > 0 {
			b.Total++
		}
		if first && len(bytes.TrimSpace(line)) > 0 {
			comma, first = separator(string(line)), false
		}
		if err == io.EOF {
			break
		}
		if err != nil {
			return 0, err
		}
	}
	if bad > 0 {
		return 0, fault.New(fault.Invalid, "sheet.encoding")
	}
	return comma, nil
}

// separator returns the separator that occurs most often in the first line.
func separator(line string) rune {
	best, n := ',', strings.Count(line, ",")
	for _, c := range []rune{'\t', ';'} {
		if k := strings.Count(line, string(c)); k > n {
			best, n = c, k
		}
	}
	return best
}

func csvRows(r io.Reader, comma rune, fn func(Row) error) error {
	c := csv.NewReader(r)
	c.Comma = comma
	c.FieldsPerRecord = -1
	number, next := 0, 1 // Excel's row number; the line on which the next record should start
	for {
		record, err := c.Read()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			var p *csv.ParseError
			if errors.As(err, &p) {
				return fault.Wrap(fault.Invalid, "sheet.quotes", err, p.StartLine)
			}
			return err
		}
		// The csv package passes over empty lines, which Excel counts as
		// rows; a line break inside a cell is no new row.
		line, _ := c.FieldPos(0)
		number += 1 + line - next
		next = line + 1
		row := Row{Number: number, Cells: make([]Cell, len(record))}
		for i, s := range record {
			next += strings.Count(s, "\n")
			row.Cells[i].Text = s
		}
		if err := fn(row); err != nil {
			return err
		}
	}
}
