package web

import (
	"bytes"
	"strconv"
	"strings"

	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/word"
	"sanwen/internal/reading/publish/news"
)

// publishPaper is a paper on the screen for printing: notice (D13), bulletin (D11) or circular (D12).
func publishPaper(r *Req) error {
	v, err := r.viewPublish()
	if err != nil {
		return err
	}
	d := r.newsDoc(v.content)
	p := Paper{Page: Page{Title: d.Kind, Shape: Sheet, Back: v.path("")}, Number: d.Number, Name: d.Title, Docx: v.path("paper.docx"), Across: len(d.Units) > 0, Rows: d.Facts}
	for _, b := range d.Blocks {
		head := b.Head
		if head == "" {
			head = r.T("news.block.body")
		}
		p.Rows = append(p.Rows, Fact{Label: head, Value: b.Text, Note: b.Note})
		if b.List != nil {
			p.Lists = append(p.Lists, *b.List)
		}
	}
	if d.Sent != "" {
		p.Rows = append(p.Rows, Fact{Label: r.T("news.f.sent"), Value: d.Sent})
	}
	if len(d.Notes) > 0 {
		p.Rows = append(p.Rows, Fact{Label: r.T("news.notes"), Value: strings.Join(d.Notes, "\n")})
	}
	p.Lists = append(p.Lists, r.newsLists(d)...)
	p.Signs = []Fact{{Label: r.T("publish.signed"), Value: d.Issuer, Note: d.Day}}
	return paperPage.Render(r, p)
}

// newsLists are the tables of a paper.
func (r *Req) newsLists(d NewsDoc) (out []PaperList) {
	if len(d.Figures) > 0 {
		l := PaperList{Caption: r.T("news.figures") + " · " + d.Span}
		row := []string{}
		for _, f := range d.Figures {
			l.Head, l.Widths = append(l.Head, f.Label), append(l.Widths, 1)
			value := f.Value
			if f.Of != "" {
				value += "/" + f.Of
			}
			row = append(row, value)
		}
		l.Rows = [][]string{row}
		out = append(out, l)
	}
	if len(d.Rows) > 0 {
		l := PaperList{Caption: r.T("news.rows"), Head: []string{r.T("practice.number"), r.T("news.row.what"), r.T("news.row.unit"), r.T("news.row.day"), r.T("news.row.result")}, Widths: []float64{8, 50, 42, 28, 28}}
		for i, x := range d.Rows {
			result := x.Result
			if x.Why != "" {
				result += "\n" + x.Why
			}
			l.Rows = append(l.Rows, []string{strconv.Itoa(i + 1), x.Title + "\n" + x.Number, x.Where, orDash(x.Due), result})
		}
		out = append(out, l)
	}
	if len(d.Units) > 0 {
		l := PaperList{Caption: r.T("news.units"), Head: d.Heads, Rows: d.Units}
		for i := range d.Heads {
			w := 20.0
			if i == 0 {
				w = 46
			}
			l.Widths = append(l.Widths, w)
		}
		out = append(out, l)
	}
	return out
}

// publishPaperDocx is the same as a Word document in the layout of GB/T 9704.
func publishPaperDocx(r *Req) error {
	v, err := r.viewPublish()
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := word.Write(&b, r.newsWord(v.content)); err != nil {
		return err
	}
	name := v.x.Number
	if name == "" {
		name = r.T("news.kind." + string(v.x.Kind))
	}
	return r.Send(name+".docx", word.Type, b.Bytes())
}

// newsWord lays a paper out: bulletins and circulars under a red head, notices under their title; the table of units lies on a page of its own.
func (r *Req) newsWord(c news.Content) word.Document {
	d := r.newsDoc(c)
	main := word.Section{Page: word.Official}
	add := func(all ...word.Block) { main.Blocks = append(main.Blocks, all...) }
	if c.Kind.Period() {
		add(word.P(word.Title, d.Title))
	} else {
		add(word.Head(r.T("news.kind."+string(c.Kind))), word.P(word.Number, d.Number), word.Paragraph{Style: word.Issuer, Text: d.Issuer, Right: d.Day}, word.Line(true), word.P(word.Title, d.Title))
	}
	for _, b := range d.Blocks {
		if b.Head != "" {
			add(word.P(word.Heading1, b.Head))
		}
		for _, line := range strings.Split(b.Text, "\n") {
			if line != "" {
				add(word.P(word.Body, line))
			}
		}
		if b.List != nil {
			add(b.List.table(word.Official), word.P(word.Body, b.Note))
		}
	}
	doc := word.Document{Title: d.Title, Author: d.Issuer, Time: clock.MillisOf(c.Day.Time(r.Zone)).Time(), Lang: r.Lang.Tag()}
	var across []word.Block
	for _, l := range r.newsLists(d) {
		page, into := word.Official, &main.Blocks
		if len(d.Units) > 0 && len(l.Head) == len(d.Heads) && l.Caption == r.T("news.units") {
			page, into = word.Across, &across
		}
		*into = append(*into, word.P(word.Heading1, l.Caption), l.table(page))
	}
	if d.Taken != "" {
		add(word.P(word.Body, d.Taken))
	}
	if c.Kind.Period() {
		for _, f := range d.Facts {
			add(word.Named(f.Label, f.Value))
		}
		add(word.P(word.Signed, d.Issuer), word.P(word.Signed, d.Day))
	}
	if d.Sent != "" {
		add(word.Line(false), word.P(word.Sent, d.Sent), word.Line(false))
	}
	for _, n := range d.Notes {
		across = append(across, word.P(word.Body, n))
	}
	doc.Sections = []word.Section{main}
	if len(across) > 0 {
		doc.Sections = append(doc.Sections, word.Section{Page: word.Across, Blocks: across})
	}
	return doc
}
