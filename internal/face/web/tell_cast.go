package web

import (
	"bytes"
	"html"
	"strconv"
	"strings"
	"sync"

	"sanwen/internal/ground/lang"
)

// The receipt is the page that has to keep up when thousands send at once, and all receipts of an hour are the same but for a few
// texts. The page is therefore made once with marks in the place of those texts, and cut at the marks: a mould. It holds nothing of
// anybody. Everything else that the page shows is in the name of its mould. The thanks for an answer of a survey, of which as many may come
// within minutes, is the same for all and has no marks.

// casts keeps the moulds.
type casts struct {
	mu   sync.RWMutex
	kept map[string]*mould
}

// mould is a page cut at its marks: a piece, an own text, a piece, … own holds which text follows each piece but the last.
type mould struct {
	pieces []string
	own    []int
	size   int
}

// mostCasts bounds the memory of the moulds. They begin anew when there are so many.
const mostCasts = 200

// The own texts of a receipt, in the order of marks.
const (
	ownNumber = iota
	ownCode
	ownShown
	ownEntry
	ownPromise
	ownPath
	owns
)

// markEntry is the mark of the entry's number, which is written with separators.
const markEntry = 8_765_432_123_456_789

// marks stand for the own texts. They are words that no page and no escaping knows, and none is part of another.
var marks = [owns]string{ownNumber: "qxnumberxq", ownCode: "qxcodexq", ownShown: "qxshownxq", ownPromise: "qxpromisexq", ownPath: "qxpathxq"}

// cast shows a receipt out of its mould. Pages of somebody who is signed in have more that is his own and are made as any other.
func (r *Req) cast(p SentPage) error {
	if r.Visitor != nil || r.toast != nil || r.status != 0 {
		return sentPage.Render(r, p)
	}
	p.name = sentPage.name
	r.fill(&p.Page)
	blank, texts, ok := p.blank()
	if !ok || p.Kit != nil || p.Nav != nil {
		return r.write(sentPage.name, &p)
	}
	m, err := r.mould(blank.mouldName(), sentPage.name, &blank)
	if err != nil {
		return err
	}
	r.pour(m, texts)
	return nil
}

// blank is the page with marks in the place of what is its reader's own, and those texts as they stand in the page. It is false of a
// page whose own texts stand elsewhere than they should.
func (p SentPage) blank() (SentPage, [owns]string, bool) {
	var texts [owns]string
	head, code, ok := strings.Cut(p.Follow, "#"+p.Receipt.Number+".")
	if !ok || p.Receipt.Number == "" || p.Receipt.Code == "" || code == "" {
		return p, texts, false
	}
	texts[ownNumber], texts[ownShown] = html.EscapeString(p.Receipt.Number), html.EscapeString(p.Receipt.Code)
	if p.Log.Number > 0 {
		texts[ownEntry] = html.EscapeString(p.Lang.Number(p.Log.Number))
		p.Log.Number = markEntry
	}
	if p.Log.Promise != "" {
		texts[ownPromise] = strings.ReplaceAll(html.EscapeString(p.Log.Promise), "+", "&#43;") // as html/template writes it
		p.Log.Promise = marks[ownPromise]
	}
	if p.QR != nil {
		texts[ownPath] = p.QR.Path // digits and letters
		p.QR = &QR{Size: p.QR.Size, Path: marks[ownPath], Alt: p.QR.Alt}
	}
	own := strings.NewReplacer(p.Receipt.Number, marks[ownNumber], p.Receipt.Code, marks[ownShown])
	texts[ownCode] = html.EscapeString(code)
	p.Follow = head + "#" + marks[ownNumber] + "." + marks[ownCode]
	lines := make([][2]string, len(p.Receipt.Lines))
	for i, l := range p.Receipt.Lines {
		lines[i] = [2]string{l[0], own.Replace(l[1])}
	}
	p.Receipt.Lines, p.Receipt.File = lines, own.Replace(p.Receipt.File)
	p.Receipt.Number, p.Receipt.Code = marks[ownNumber], marks[ownShown]
	return p, texts, true
}

// told is everything that a page shows, each part with its length: the name of its mould.
type told []byte

func (b *told) text(all ...string) {
	for _, s := range all {
		*b = append(strconv.AppendInt(*b, int64(len(s)), 10), ' ')
		*b = append(*b, s...)
	}
}

func (b *told) number(n int) { *b = append(strconv.AppendInt(*b, int64(n), 10), ' ') }

func (b *told) truth(all ...bool) {
	for _, t := range all {
		*b = strconv.AppendBool(*b, t)
	}
}

// page tells what is around the page.
func (b *told) page(p *Page) {
	b.text(p.Title, string(p.Shape), p.Back, string(p.Lang), p.Contact.Name, p.Contact.Phone, p.Contact.Hours, p.Banner, p.Here, p.name)
	b.number(p.Big)
	b.truth(p.Faulty, p.Secret)
	b.number(len(p.keep))
	b.text(p.keep...)
}

// mouldName tells everything that a page with marks shows.
func (p *SentPage) mouldName() string {
	b := make(told, 0, 1024)
	b.page(&p.Page)
	b.truth(p.Again, p.Hand)
	b.text(p.Receipt.Title, p.Receipt.Number, p.Receipt.Code, p.Receipt.File)
	b.number(len(p.Receipt.Lines))
	for _, l := range p.Receipt.Lines {
		b.text(l[:]...)
	}
	b.text(p.Alarm, p.Check, p.Level, p.Follow, p.More, p.Draft, p.Log.Promise)
	b.number(p.Photos)
	b.number(int(p.Log.Number))
	b.number(len(p.Steps))
	for _, s := range p.Steps {
		b.text(s.Label, s.When, s.Note, s.State, s.Moved)
	}
	if p.QR != nil {
		b.number(p.QR.Size)
		b.text(p.QR.Path, p.QR.Alt, p.QR.Text)
	}
	return string(b)
}

// mouldName tells everything that the page shows: nothing on it is its reader's own.
func (p *SurveyDonePage) mouldName() string {
	b := make(told, 0, 512)
	b.page(&p.Page)
	b.text(p.Text, p.Tone)
	b.truth(p.Spent)
	b.number(len(p.Links))
	for _, l := range p.Links {
		b.text(l.Text, l.Href, l.Tel, l.Icon, l.Tone)
		b.truth(l.Current)
	}
	return string(b)
}

// castThanks shows the thanks of somebody who has answered without an account: the same page for all who answer in one round.
func (r *Req) castThanks(p SurveyDonePage) error {
	if r.Visitor != nil || r.toast != nil || r.status != 0 {
		return surveyDone.Render(r, p)
	}
	p.name = surveyDone.name
	if r.fill(&p.Page); p.Kit != nil || p.Nav != nil {
		return r.write(p.name, &p)
	}
	m, err := r.mould(p.mouldName(), p.name, &p)
	if err != nil {
		return err
	}
	r.pour(m, [owns]string{})
	return nil
}

// mould is the mould of a page with marks, made the first time.
func (r *Req) mould(name, template string, page any) (*mould, error) {
	if m := r.casts.get(name); m != nil {
		return m, nil
	}
	t, err := r.pages.get(r.Lang, template)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := t.ExecuteTemplate(&b, "layout", page); err != nil {
		return nil, err
	}
	m := newMould(b.String(), r.Lang)
	r.casts.put(name, m)
	return m, nil
}

// pour writes the page that comes out of a mould.
func (r *Req) pour(m *mould, texts [owns]string) {
	b := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(b)
	b.Reset()
	m.fill(b, texts)
	r.w.Header().Set("Content-Type", "text/html; charset=utf-8")
	r.w.Write(b.Bytes()) // the only error is that the reader has gone
}

// newMould cuts a page at its marks.
func newMould(page string, l lang.Lang) *mould {
	m := &mould{size: len(page) + 8<<10}
	at := marks
	at[ownEntry] = html.EscapeString(l.Number(markEntry))
	for {
		first, which := len(page), -1
		for i, mark := range at {
			if k := strings.Index(page, mark); k >= 0 && k < first {
				first, which = k, i
			}
		}
		m.pieces = append(m.pieces, page[:first])
		if which < 0 {
			return m
		}
		m.own = append(m.own, which)
		page = page[first+len(at[which]):]
	}
}

func (m *mould) fill(b *bytes.Buffer, texts [owns]string) {
	b.Grow(m.size)
	for i, piece := range m.pieces {
		b.WriteString(piece)
		if i < len(m.own) {
			b.WriteString(texts[m.own[i]])
		}
	}
}

func (c *casts) get(name string) *mould {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.kept[name]
}

func (c *casts) put(name string, m *mould) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.kept == nil || len(c.kept) >= mostCasts {
		c.kept = map[string]*mould{}
	}
	c.kept[name] = m
}
