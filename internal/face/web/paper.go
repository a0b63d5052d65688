package web

import (
	"bytes"
	"strings"
	"time"

	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/lang"
	"sanwen/internal/ground/word"
)

// Paper is a form of the office: on the screen, on paper, and as a Word document. All three are made from this one struct.
type Paper struct {
	Page
	Number string // of the thing that it is about
	Name   string
	Rows   []Fact
	Lists  []PaperList
	Signs  []Fact // who has signed by account, and when; empty values are places to sign by hand
	Across bool   // the paper lies
	Docx   string // address of the document
	file   string // its name
	at     clock.Millis
}

// PaperList is a table of a form; Widths are its shares of the paper.
type PaperList struct {
	Caption string
	Head    []string
	Widths  []float64
	Rows    [][]string
}

var paperPage = Define[Paper]("visit/paper")

// renderPaper shows the form, or sends it as a document.
func renderPaper(r *Req, p Paper, docx bool) error {
	if !docx {
		return paperPage.Render(r, p)
	}
	return p.send(r, r.Lang)
}

// send sends the form as a document in a language.
func (p Paper) send(r *Req, l lang.Lang) error {
	var b bytes.Buffer
	if err := word.Write(&b, p.document(l, r.Zone)); err != nil {
		return err
	}
	return r.Send(p.file+".docx", word.Type, b.Bytes())
}

// table is the list on a page.
func (l PaperList) table(page word.Page) word.Table {
	t := word.Table{Head: 1, Rows: [][]word.Cell{word.Labels(l.Head...)}}
	sum := 0.0
	for _, w := range l.Widths {
		sum += w
	}
	for _, w := range l.Widths {
		t.Widths = append(t.Widths, w/sum*page.Room())
	}
	for _, row := range l.Rows {
		t.Rows = append(t.Rows, word.Row(row...))
	}
	return t
}

// document is the form as a Word document.
func (p Paper) document(l lang.Lang, zone *time.Location) word.Document {
	page := word.Official
	if p.Across {
		page = word.Across
	}
	blocks := []word.Block{word.P(word.Title, p.Title), word.Paragraph{Style: word.Issuer, Text: p.Number, Right: l.Date(p.at, zone)}}
	if len(p.Rows) > 0 {
		label := 40.0
		t := word.Table{Widths: []float64{label, page.Room() - label}}
		for _, f := range p.Rows {
			t.Rows = append(t.Rows, []word.Cell{{Text: f.Label, Strong: true}, {Text: strings.TrimSpace(f.Value + "\n" + f.Note)}})
		}
		blocks = append(blocks, t)
	}
	for _, list := range p.Lists {
		blocks = append(blocks, word.P(word.Heading1, list.Caption), list.table(page))
	}
	if len(p.Signs) > 0 {
		t := word.Table{}
		var heads, hands []word.Cell
		for _, s := range p.Signs {
			t.Widths = append(t.Widths, page.Room()/float64(len(p.Signs)))
			heads = append(heads, word.Cell{Text: s.Label, Strong: true})
			hands = append(hands, word.Cell{Text: strings.TrimSpace(s.Value + "\n" + s.Note), Centre: true, Height: 18})
		}
		t.Rows = [][]word.Cell{heads, hands}
		blocks = append(blocks, word.P(word.InTable, ""), t)
	}
	return word.Document{Title: p.Title + " " + p.Number, Author: l.T("web.brand"), Time: p.at.Time(), Lang: l.Tag(), Sections: []word.Section{{Page: page, Blocks: blocks}}}
}
