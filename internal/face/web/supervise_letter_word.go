package web

import (
	"strings"

	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/lang"
	"sanwen/internal/work/supervise"
)

// letterDocx sends the letter of an order as a document (D4, 督办通知单): the words that were signed, and below them the receipt, the reply
// and the closing opinion as far as there are any. Like the letter it is in Chinese, whoever reads it.
func letterDocx(r *Req) error {
	var v *orderView
	var l supervise.Letter
	err := r.Read(func(tx *db.Tx) (err error) {
		if v, err = r.viewOrder(tx); err != nil {
			return err
		}
		l, err = supervise.LetterOf(tx, v.o.ID)
		return err
	})
	if err != nil {
		return err
	}
	zh, o := lang.ZH, v.o
	p := Paper{Page: Page{Title: zh.T("supervise.letter_head")}, Number: o.Number, file: o.Number, at: max(o.IssuedAt, o.ReceivedAt, o.RepliedAt, o.EndedAt)}
	for _, x := range l.Rows() {
		p.Rows = append(p.Rows, Fact{Label: x.Label, Value: x.Text})
	}
	add := func(key, value string) { p.Rows = append(p.Rows, Fact{Label: zh.T(key), Value: (value)}) }
	by := func(person string, at clock.Millis) string {
		if at == 0 {
			return ""
		}
		return strings.TrimSpace(v.names[person] + " " + zh.DateTime(at, r.Zone))
	}
	promised := ""
	if o.Promised != "" {
		promised = zh.Date(o.Promised, r.Zone)
	}
	add("supervise.strip_receipt", by(o.ReceivedBy, o.ReceivedAt))
	add("supervise.f.cause", o.Cause)
	add("supervise.f.measures", o.Measures)
	add("supervise.f.promised", promised)
	pressed := ""
	for _, next := range v.chain {
		if o.State == supervise.Pressed && next.Round == o.Round+1 && next.Number != "" {
			pressed = zh.T("supervise.opinion_pressed", next.Number)
		}
	}
	add("supervise.opinion", pressed)
	add("supervise.f.opinion", strings.TrimSpace(o.Opinion+"\n"+by(o.EndedBy, o.EndedAt)))
	add("supervise.hash", l.Hash)
	p.Signs = []Fact{{Label: zh.T("supervise.sign_office"), Value: v.names[o.Signer], Note: zh.DateTime(o.IssuedAt, r.Zone)}, {Label: zh.T("supervise.sign_head")}}
	if o.RepliedAt != 0 {
		p.Signs[1].Value, p.Signs[1].Note = v.names[o.RepliedBy], zh.DateTime(o.RepliedAt, r.Zone)
	}
	return p.send(r, zh)
}
