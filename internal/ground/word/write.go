package word

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"io"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Type is the media type of a .docx file.
const Type = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

const (
	nsMain = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
	nsRel  = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	nsPack = "http://schemas.openxmlformats.org/package/2006/relationships"
)

// Write writes the document. The same document gives the same bytes.
func Write(w io.Writer, d Document) error {
	if err := d.check(); err != nil {
		return err
	}
	if d.Lang == "" {
		d.Lang = "zh-CN"
	}
	z := zip.NewWriter(w)
	for _, p := range []struct {
		name string
		body func(*out)
	}{
		{"[Content_Types].xml", contentTypes},
		{"_rels/.rels", relations},
		{"docProps/core.xml", d.core},
		{"word/document.xml", d.document},
		{"word/styles.xml", d.styles},
		{"word/settings.xml", settings},
		{"word/fontTable.xml", fontTable},
		{"word/footer1.xml", func(o *out) { footer(o, "right") }},
		{"word/footer2.xml", func(o *out) { footer(o, "left") }},
		{"word/_rels/document.xml.rels", documentRelations},
	} {
		// No time of the machine: the file of a signed document must not differ by when it was asked for.
		f, err := z.CreateHeader(&zip.FileHeader{Name: p.name, Method: zip.Deflate, Modified: time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)})
		if err != nil {
			return err
		}
		o := newOut()
		p.body(o)
		b, err := o.bytes()
		if err != nil {
			return err
		}
		if _, err := f.Write(b); err != nil {
			return err
		}
	}
	return z.Close()
}

// out writes elements; the first error stays.
type out struct {
	buf bytes.Buffer
	enc *xml.Encoder
	err error
}

func newOut() *out {
	o := &out{}
	o.buf.WriteString(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n")
	o.enc = xml.NewEncoder(&o.buf)
	return o
}

func (o *out) bytes() ([]byte, error) {
	if o.err == nil {
		o.err = o.enc.Close()
	}
	return o.buf.Bytes(), o.err
}

func (o *out) put(t xml.Token) {
	if o.err == nil {
		o.err = o.enc.EncodeToken(t)
	}
}

// open starts an element; the attributes are names and values in turn.
func (o *out) open(name string, attrs ...string) {
	s := xml.StartElement{Name: xml.Name{Local: name}}
	for i := 0; i+1 < len(attrs); i += 2 {
		s.Attr = append(s.Attr, xml.Attr{Name: xml.Name{Local: attrs[i]}, Value: clean(attrs[i+1])})
	}
	o.put(s)
}

func (o *out) shut(name string) { o.put(xml.EndElement{Name: xml.Name{Local: name}}) }

func (o *out) leaf(name string, attrs ...string) {
	o.open(name, attrs...)
	o.shut(name)
}

func (o *out) words(name, text string, attrs ...string) {
	o.open(name, attrs...)
	o.put(xml.CharData(clean(text)))
	o.shut(name)
}

// clean drops what XML 1.0 cannot hold.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if r == utf8.RuneError || r < ' ' && r != '\t' && r != '\n' || r == 0xfffe || r == 0xffff {
			return -1
		}
		return r
	}, s)
}

// twips are twentieths of a point, the unit of most lengths.
func twips(mm float64) string { return strconv.Itoa(int(math.Round(mm / 25.4 * 1440))) }

func (d Document) document(o *out) {
	o.open("w:document", "xmlns:w", nsMain, "xmlns:r", nsRel)
	o.open("w:body")
	for i, s := range d.Sections {
		for _, b := range s.Blocks {
			b.(interface{ write(*out, Page) }).write(o, s.Page)
		}
		if n := len(s.Blocks); n > 0 {
			if _, table := s.Blocks[n-1].(Table); table && i == len(d.Sections)-1 {
				// A document may not end with a table.
				o.open("w:p")
				o.open("w:pPr")
				o.leaf("w:spacing", "w:line", "20", "w:lineRule", "exact")
				o.shut("w:pPr")
				o.shut("w:p")
			}
		}
		if i < len(d.Sections)-1 {
			o.open("w:p")
			o.open("w:pPr")
			o.leaf("w:spacing", "w:line", "20", "w:lineRule", "exact")
			s.Page.write(o)
			o.shut("w:pPr")
			o.shut("w:p")
		} else {
			s.Page.write(o)
		}
	}
	o.shut("w:body")
	o.shut("w:document")
}

func (p Page) write(o *out) {
	o.open("w:sectPr")
	o.leaf("w:footerReference", "w:type", "default", "r:id", "rId4")
	o.leaf("w:footerReference", "w:type", "even", "r:id", "rId5")
	size := []string{"w:w", twips(p.Width), "w:h", twips(p.Height)}
	if p.Landscape {
		size = append(size, "w:orient", "landscape")
	}
	o.leaf("w:pgSz", size...)
	// The number of the page stands 7 mm under the type area.
	o.leaf("w:pgMar", "w:top", twips(p.Top), "w:right", twips(p.Right), "w:bottom", twips(p.Bottom), "w:left", twips(p.Left),
		"w:header", twips(15), "w:footer", twips(max(10, p.Bottom-12)), "w:gutter", "0")
	o.leaf("w:docGrid", "w:type", "lines", "w:linePitch", linePitch)
	o.shut("w:sectPr")
}

func (p Paragraph) write(o *out, page Page) {
	o.open("w:p")
	o.open("w:pPr")
	o.leaf("w:pStyle", "w:val", string(p.Style))
	if p.Keep {
		o.leaf("w:keepNext")
	}
	if p.Right != "" {
		o.open("w:tabs")
		o.leaf("w:tab", "w:val", "right", "w:pos", twips(page.Room()))
		o.shut("w:tabs")
	}
	if p.Label != "" {
		// Two characters in, and the text hangs beside the label and its colon.
		hang := bodyWide * (utf8.RuneCountInString(p.Label) + 1)
		o.leaf("w:ind", "w:left", strconv.Itoa(2*bodyWide+hang), "w:hanging", strconv.Itoa(hang))
	}
	o.shut("w:pPr")
	if p.Label != "" {
		o.open("w:r")
		o.open("w:rPr")
		font(o, heiti)
		o.shut("w:rPr")
		o.words("w:t", p.Label+colon(p.Label), "xml:space", "preserve")
		o.shut("w:r")
	}
	run(o, p.Text)
	if p.Right != "" {
		o.open("w:r")
		o.leaf("w:tab")
		o.shut("w:r")
		run(o, p.Right)
	}
	o.shut("w:p")
}

// colon after a label, in the width of its language.
func colon(label string) string {
	if r, _ := utf8.DecodeLastRuneInString(label); r < 0x2e80 {
		return ": "
	}
	return "："
}

// run writes text; its lines stay lines.
func run(o *out, text string) {
	o.open("w:r")
	for i, line := range strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n") {
		if i > 0 {
			o.leaf("w:br")
		}
		for j, part := range strings.Split(line, "\t") {
			if j > 0 {
				o.leaf("w:tab")
			}
			if part != "" {
				o.words("w:t", part, "xml:space", "preserve")
			}
		}
	}
	o.shut("w:r")
}

func (r Rule) write(o *out, _ Page) {
	colour, size := "000000", "8"
	if r.Red {
		colour, size = red, "18"
	}
	o.open("w:p")
	o.open("w:pPr")
	o.open("w:pBdr")
	o.leaf("w:bottom", "w:val", "single", "w:sz", size, "w:space", "1", "w:color", colour)
	o.shut("w:pBdr")
	o.leaf("w:spacing", "w:before", "0", "w:after", "120", "w:line", "120", "w:lineRule", "exact")
	o.shut("w:pPr")
	o.shut("w:p")
}

func (t Table) write(o *out, _ Page) {
	o.open("w:tbl")
	o.open("w:tblPr")
	total := 0.0
	for _, w := range t.Widths {
		total += w
	}
	o.leaf("w:tblW", "w:w", twips(total), "w:type", "dxa")
	o.open("w:tblBorders")
	for _, side := range []string{"top", "left", "bottom", "right", "insideH", "insideV"} {
		o.leaf("w:"+side, "w:val", "single", "w:sz", "4", "w:space", "0", "w:color", "000000")
	}
	o.shut("w:tblBorders")
	o.leaf("w:tblLayout", "w:type", "fixed")
	o.open("w:tblCellMar")
	o.leaf("w:left", "w:w", "60", "w:type", "dxa")
	o.leaf("w:right", "w:w", "60", "w:type", "dxa")
	o.shut("w:tblCellMar")
	o.shut("w:tblPr")
	o.open("w:tblGrid")
	for _, w := range t.Widths {
		o.leaf("w:gridCol", "w:w", twips(w))
	}
	o.shut("w:tblGrid")
	for i, r := range t.Rows {
		t.row(o, r, i < t.Head)
	}
	o.shut("w:tbl")
}

func (t Table) row(o *out, cells []Cell, head bool) {
	o.open("w:tr")
	o.open("w:trPr")
	o.leaf("w:cantSplit")
	height := 7.0
	for _, c := range cells {
		height = max(height, c.Height)
	}
	o.leaf("w:trHeight", "w:val", twips(height), "w:hRule", "atLeast")
	if head {
		o.leaf("w:tblHeader")
	}
	o.shut("w:trPr")
	at := 0
	for _, c := range cells {
		span := max(1, c.Span)
		wide := 0.0
		for _, w := range t.Widths[at : at+span] {
			wide += w
		}
		at += span
		o.open("w:tc")
		o.open("w:tcPr")
		o.leaf("w:tcW", "w:w", twips(wide), "w:type", "dxa")
		if span > 1 {
			o.leaf("w:gridSpan", "w:val", strconv.Itoa(span))
		}
		o.leaf("w:vAlign", "w:val", "center")
		o.shut("w:tcPr")
		o.open("w:p")
		o.open("w:pPr")
		style := InTable
		if head || c.Strong {
			style = TableTop
		}
		o.leaf("w:pStyle", "w:val", string(style))
		if c.Centre {
			o.leaf("w:jc", "w:val", "center")
		}
		o.shut("w:pPr")
		run(o, c.Text)
		o.shut("w:p")
		o.shut("w:tc")
	}
	o.shut("w:tr")
}
