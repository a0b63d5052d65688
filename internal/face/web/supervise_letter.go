package web

import (
	"fmt"

	"sanwen/internal/base/duty"
	"sanwen/internal/base/event"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/lang"
	"sanwen/internal/work/supervise"
)

// LetterSheet is a supervision order as a letter (督办单) for paper.
type LetterSheet struct {
	Org    string
	Number string
	Rows   []supervise.LetterRow
	Hash   string
	Look   bool // a preview
	QR     *QR  // leads to the page that says whether it is genuine; a preview has none
	Check  string
	Reply  [2]string // what the head has answered: cause and measures; empty lines to write on otherwise
}

// ZH is a sentence of the letter: letters are written in Chinese, whoever reads them.
func (LetterSheet) ZH(key string) string { return lang.ZH.T(key) }

// LetterPage is the letter on a page of its own.
type LetterPage struct {
	Page
	Letter LetterSheet
	Docx   string // address of the document
}

// GenuinePage tells whoever has a letter whether it is genuine.
type GenuinePage struct {
	Page
	Panel Panel
	Facts []Fact
}

var (
	letterPage  = Define[LetterPage]("supervise/letter")
	genuinePage = Define[GenuinePage]("supervise/genuine")
)

// letterSheet puts the words of a letter on the sheet; site is where its mark leads to, "" for a preview.
func (r *Req) letterSheet(tx *db.Tx, l supervise.Letter, site string) (LetterSheet, error) {
	s := LetterSheet{Rows: l.Rows(), Hash: "SHA-256 " + l.Hash}
	var err error
	if s.Org, err = orgName(tx); err != nil {
		return s, err
	}
	if len(s.Rows) > 0 {
		s.Number = s.Rows[0].Text
	}
	if site != "" {
		s.Check = site + "/letter/" + l.Code
		qr := NewQR(s.Check, lang.ZH.T("supervise.letter_qr"))
		s.QR = &qr
	}
	return s, nil
}

// letterPreview is the letter that an action would sign, without signing it.
func (r *Req) letterPreview(f *Form, in doer) (*LetterSheet, error) {
	if err := f.Err(); err != nil {
		return nil, err
	}
	l, err := supervise.Preview(func(do func(*db.Tx) error) error { return r.Write(do) }, func(tx *db.Tx) error { return in.Do(tx, r.Person) })
	if err != nil {
		return nil, err
	}
	var s LetterSheet
	err = r.Read(func(tx *db.Tx) (err error) {
		tx.Asked() // the action has
		s, err = r.letterSheet(tx, l, "")
		return err
	})
	s.Look = true
	return &s, err
}

// printLetter shows the letter of an order for paper.
func printLetter(r *Req) error {
	site, err := r.siteURL()
	if err != nil {
		return err
	}
	page := LetterPage{Page: Page{Shape: Sheet, Back: "/order/" + r.Param("order")}, Docx: r.Link("/order/" + r.Param("order") + "/letter.docx")}
	err = r.Read(func(tx *db.Tx) error {
		o, _, err := supervise.See(tx, r.Person, r.Param("order"))
		if err != nil {
			return err
		}
		l, err := supervise.LetterOf(tx, o.ID)
		if err != nil {
			return err
		}
		if page.Letter, err = r.letterSheet(tx, l, site); err != nil {
			return err
		}
		page.Letter.Reply = [2]string{o.Cause, o.Measures}
		page.Title = r.T("supervise.letter_of", o.Number)
		return nil
	})
	if err != nil {
		return err
	}
	return letterPage.Render(r, page)
}

// checkLetter says whether a letter is genuine, to everybody who has the paper.
func checkLetter(r *Req) error {
	page := GenuinePage{Page: Page{Title: r.T("supervise.genuine_title")}}
	err := r.Read(func(tx *db.Tx) error {
		g, err := supervise.Check(tx, r.Param("code"))
		if err != nil {
			return err
		}
		tree, err := org.TreeOf(tx)
		if err != nil {
			return err
		}
		tone, key := "good", "genuine_yes"
		switch {
		case g.State == supervise.Withdrawn:
			tone, key = "warn", "genuine_withdrawn"
		case g.Seq < 0:
			tone, key = "info", "genuine_soon"
		case !g.Whole:
			tone, key = "bad", "genuine_no"
		}
		page.Panel = Panel{Tone: tone, Title: r.T("supervise." + key), Text: r.T("supervise.genuine_compare")}
		page.Facts = []Fact{{Label: r.T("supervise.number"), Value: g.Number}, {Label: r.T("supervise.issued_at"), Value: r.Lang.Date(g.Day, r.Zone)},
			{Label: r.T("supervise.f.unit"), Value: tree.Name(g.Unit, r.Lang)}, {Label: r.T("supervise.hash"), Value: g.Hash}}
		if g.Seq >= 0 {
			page.Facts = append(page.Facts, Fact{Label: r.T("log.entry"), Value: r.Lang.Number(int(g.Seq + 1)), Href: r.Link(fmt.Sprintf("/log/proof?n=%d", g.Seq+1))})
		}
		return nil
	})
	if err != nil {
		return err
	}
	return genuinePage.Render(r, page)
}

// firedMeanwhile tells of rungs of the ladder that were fired while a form was open: nothing is done by the press then, and what was
// typed is kept, so that it can be pressed again by somebody who knows. The form says in "seen" since when it has been open.
func (r *Req) firedMeanwhile(f *Form, subject event.Ref) (*Panel, error) {
	since := f.Int("seen", 0, 1<<53)
	if since == 0 || subject.ID == "" {
		return nil, nil
	}
	var fired []duty.Fired
	err := r.Read(func(tx *db.Tx) (err error) {
		tx.Asked() // the page has
		fired, err = duty.FiredSince(tx, subject, clock.Millis(since))
		return err
	})
	if err != nil || len(fired) == 0 {
		return nil, err
	}
	last := fired[len(fired)-1]
	f.Set("seen", itoa(int64(clock.MillisOf(r.Now()))))
	r.Status(409)
	return &Panel{Tone: "warn", Title: r.T("supervise.fired", r.Lang.Enum("duty.rung", last.Rung), r.Lang.DateTime(last.At, r.Zone)), Text: r.T("supervise.fired_text")}, nil
}
